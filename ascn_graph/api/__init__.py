"""The named queries as machines read them: a catalogue, JSON Schemas, OpenAPI, worked examples, ready answers."""

from __future__ import annotations

from ascn_graph.api.answers import FORMS, ready
from ascn_graph.api.catalogue import listing
from ascn_graph.api.examples import executables
from ascn_graph.api.files import files
from ascn_graph.api.openapi import description
from ascn_graph.api.schema import parameters_schema, value_schema

__all__ = ["FORMS", "description", "executables", "files", "listing", "parameters_schema", "ready", "value_schema"]
