"""SPARQL endpoints over HTTP: the client, and the upload of graphs."""
