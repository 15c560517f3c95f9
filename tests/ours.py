"""The names of the packaged graph, as its profile has them."""

from __future__ import annotations

from functools import cache

import ascn_graph as ascn
from ascn_graph.profile import packaged

_PROFILE = packaged()

BASE = _PROFILE.base
CONTAINER_GRAPHS = _PROFILE.containers
GRAPH = _PROFILE.graphs
KINDS = tuple(_PROFILE.kinds)
ONTOLOGY = _PROFILE.namespace
PREFIXES = _PROFILE.prefixes
THING = _PROFILE.things
compact = _PROFILE.compact
expand = _PROFILE.expand
graph_iri = _PROFILE.graph_iri
kind_of = _PROFILE.kind_of
thing_iri = _PROFILE.thing_iri


@cache
def loaded() -> ascn.Graph:
    """Return the packaged graph, loaded once for all tests that only ask it."""
    return ascn.load()
