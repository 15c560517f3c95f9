"""SPARQL endpoints over HTTP: the client, and the upload of graphs."""

from ascn_graph.remote.client import RemoteEngine
from ascn_graph.remote.graph_store import GraphStore, graphs_of, query_address

__all__ = ["GraphStore", "RemoteEngine", "graphs_of", "query_address"]
