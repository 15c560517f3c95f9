"""The profile of a graph project, `graph.toml`: what makes its graph that graph."""

from __future__ import annotations

from ascn_graph.profile.model import MATERIALISED, ONTOLOGY, Evidence, Kind, Profile
from ascn_graph.profile.reader import FILE, find, packaged, read

__all__ = ["FILE", "MATERIALISED", "ONTOLOGY", "Evidence", "Kind", "Profile", "find", "packaged", "read"]
