"""Turtle read with the place of every term."""

from ascn_graph.turtle.reader import Document, PlacedTriple, read
from ascn_graph.turtle.tokens import ESCAPE, SPECIAL, escape, span

__all__ = ["ESCAPE", "SPECIAL", "Document", "PlacedTriple", "escape", "read", "span"]
