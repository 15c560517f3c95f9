"""The named queries as machines read them: a catalogue, OpenAPI, worked examples, ready answers."""

from __future__ import annotations

from ascn_graph.api.answers import ready
from ascn_graph.api.described import description, listing
from ascn_graph.api.files import executables, files

__all__ = ["description", "executables", "files", "listing", "ready"]
