"""The graph in a fork server, which imports this module once and forks every worker with it."""

from __future__ import annotations

import os

from pyoxigraph import RdfFormat, Store

from ascn_graph.server.memory import release_memory

__all__ = ["DUMP", "STORE"]

#: The environment variable that names the dump of a snapshot.
DUMP = "ASCN_SERVE_DUMP"
#: The graph; empty in any process that is no fork server.
STORE = Store()

if DUMP in os.environ:
    STORE.bulk_load(path=os.environ[DUMP], format=RdfFormat.N_QUADS, lenient=True)
    release_memory()
