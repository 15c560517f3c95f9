"""The `ascn` command: one module a sub-command, imported only when it runs."""
