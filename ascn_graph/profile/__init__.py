"""The profile of a graph project, `graph.toml`: what makes its graph that graph."""

from __future__ import annotations

from ascn_graph.profile import toml
from ascn_graph.profile.loader import FILE, find, packaged, project_of, read
from ascn_graph.profile.model import MATERIALISED, ONTOLOGY, Evidence, Kind, Profile

__all__ = [
    "FILE",
    "MATERIALISED",
    "ONTOLOGY",
    "Evidence",
    "Kind",
    "Profile",
    "find",
    "packaged",
    "project_of",
    "read",
    "toml",
]
