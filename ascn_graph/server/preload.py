"""What a fork server imports once: the graph that every worker is forked with."""

from __future__ import annotations

from ascn_graph.server.worker import graph, ignore_signals

graph()
# The workers are forked with this.
ignore_signals()
