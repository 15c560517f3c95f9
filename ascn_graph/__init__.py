"""A curated graph as linked data: load it, query it, validate it, publish it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ascn_graph.errors import AscnError
from ascn_graph.graph import Graph, connect, load, over

if TYPE_CHECKING:
    from ascn_graph.validation import validate

__all__ = ["AscnError", "Graph", "__version__", "connect", "load", "over", "validate"]

__version__ = "0.2.0"


def __getattr__(name: str) -> Any:
    if name == "validate":
        from ascn_graph.validation import validate  # noqa: PLC0415 - its engines take longer than a query

        return validate
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
