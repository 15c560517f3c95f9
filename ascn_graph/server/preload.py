"""The graph in a fork server, which imports this module once and forks every worker with it."""

from __future__ import annotations

import os
from pathlib import Path

from pyoxigraph import RdfFormat, Store

from ascn_graph import profile
from ascn_graph.embedded import EmbeddedEngine
from ascn_graph.graph import Graph
from ascn_graph.server.memory import ignore_signals, release_memory
from ascn_graph.server.named import warm_up
from ascn_graph.server.snapshot import DUMP, PROJECT
from ascn_graph.sparql import catalogue

__all__ = ["GRAPH", "STORE"]

#: The graph; empty in any process that is no fork server.
STORE = Store()

_PROFILE = profile.read(Path(os.environ[PROJECT])) if PROJECT in os.environ else profile.packaged()
#: The same with its named queries, all read: a worker can open no file.
GRAPH = Graph(EmbeddedEngine(STORE), queries=catalogue.load(_PROFILE), profile=_PROFILE)

if DUMP in os.environ:
    STORE.bulk_load(path=os.environ[DUMP], format=RdfFormat.N_QUADS, lenient=True)
    warm_up(GRAPH)
    release_memory()
    # The workers are forked with this.
    ignore_signals()
