"""The named queries as machines read them: a catalogue, OpenAPI, worked examples, ready answers."""

from __future__ import annotations

from ascn_graph.api.described import description, listing
from ascn_graph.api.machine_files import executables, files
from ascn_graph.api.query_files import ready

__all__ = ["description", "executables", "files", "listing", "ready"]
