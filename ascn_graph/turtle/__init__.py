"""Turtle read with the place of every term."""

from ascn_graph.turtle.reader import Document, Row, read
from ascn_graph.turtle.tokens import span

__all__ = ["Document", "Row", "read", "span"]
