"""SHACL validation that points at the file, line and column of what broke."""
