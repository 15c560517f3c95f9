"""SHACL validation that points at the file, line and column of what broke."""

from __future__ import annotations

from ascn_graph.validation import engines, inputs, lint, output, waivers
from ascn_graph.validation.focus import Focus
from ascn_graph.validation.locate import Locator
from ascn_graph.validation.report import Extra, Report, Result, UnusableInput, gathered
from ascn_graph.validation.run import validate
from ascn_graph.validation.shapes import TARGETS, Shape, ShapeParameter, Shapes
from ascn_graph.validation.sources import Location, Source, TracedTriple, ntriples, reached, read_sources
from ascn_graph.validation.vocabulary import COMPONENTS, FIRST, NIL, REST, TRUE, TYPE, sh

__all__ = [
    "COMPONENTS",
    "FIRST",
    "NIL",
    "REST",
    "TARGETS",
    "TRUE",
    "TYPE",
    "Extra",
    "Focus",
    "Location",
    "Locator",
    "Report",
    "Result",
    "Shape",
    "ShapeParameter",
    "Shapes",
    "Source",
    "TracedTriple",
    "UnusableInput",
    "engines",
    "gathered",
    "inputs",
    "lint",
    "ntriples",
    "output",
    "reached",
    "read_sources",
    "sh",
    "validate",
    "waivers",
]
