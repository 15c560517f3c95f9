"""The graph as a read-only SPARQL endpoint."""
