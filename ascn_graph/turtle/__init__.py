"""Turtle read with the place of every term."""

from ascn_graph.turtle.lexer import ESCAPE, SPECIAL, escape, span
from ascn_graph.turtle.reader import Document, PlacedTriple, read

__all__ = ["ESCAPE", "SPECIAL", "Document", "PlacedTriple", "escape", "read", "span"]
