"""The answer of a query: solutions drawn once, cells converted only when they are read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

__all__ = ["Answer", "Bindings", "Engine", "Term", "Triples"]

#: An RDF term as every engine of this package gives it.
Term = NamedNode | BlankNode | Literal


class Bindings(NamedTuple):
    """The answer of a SELECT: its columns and, drawn lazily, one sequence of terms a solution (None: unbound)."""

    columns: tuple[str, ...]
    rows: Iterator[Sequence[Term | None]]


class Triples(NamedTuple):
    """The answer of a CONSTRUCT or DESCRIBE: its triples, drawn lazily."""

    triples: Iterator[Triple]


#: What an engine gives back: solutions, triples, or the truth of an ASK.
Answer = Bindings | Triples | bool


class Engine(Protocol):
    """Anything that answers SPARQL 1.1 queries."""

    name: str

    def run(self, text: str, *, timeout: float | None = None) -> Answer:
        """Answer one query; `timeout` is in seconds, None for no limit."""
