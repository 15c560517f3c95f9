"""Paths turned round, or with one step or choice left out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ascn_graph.ntriples import is_iri
from ascn_graph.turtle.reader import Row
from ascn_graph.validation.index import FIRST, NIL, REST, Fact
from ascn_graph.validation.shapes import Shapes
from ascn_graph.validation.vocabulary import sh

__all__ = ["PathEdit", "bent", "listed", "to"]

_INVERSE = sh("inversePath")


class PathEdit(NamedTuple):
    """An edit of a path: what kind, what it did to which node, the statement that goes and the rows that come."""

    operator: str
    text: str
    node: str
    fact: Fact
    added: list[Row]


def bent(shapes: Shapes, fact: Fact) -> Iterator[PathEdit]:
    """Return the edits of the path that a statement ends in.

    A predicate is inverted; of an inverse, repeated or optional path the inner one is left; a sequence loses each of
    its steps and an alternative each of its choices.
    """
    path = fact.value
    if is_iri(path):
        new = "_:m0"
        yield PathEdit("path inverted", "inverted", path, fact, [to(fact, new), _row(fact, new, _INVERSE, path)])
        return
    stated = shapes.index.of(path)
    if any(other.row[1] == FIRST for other in stated):
        yield from _shorter(shapes, fact)
        return
    for other in stated:
        if other.row[1] == sh("alternativePath"):
            yield from _shorter(shapes, other)
        else:
            operator = "path inverted" if other.row[1] == _INVERSE else "path shortened"
            yield PathEdit(operator, "the inner path alone", other.value, fact, [to(fact, other.value)])


def _shorter(shapes: Shapes, fact: Fact) -> Iterator[PathEdit]:
    items = shapes.index.items(fact.value) or []
    alternative = fact.row[1] == sh("alternativePath")
    for number, item in enumerate(items):
        rest = items[:number] + items[number + 1 :]
        # A sequence of one step is that step; an alternative keeps its node, which others may share.
        if len(rest) == 1 and not alternative:
            added = [to(fact, rest[0])]
        else:
            head, rows = listed(rest * 2 if len(rest) == 1 else rest, fact)
            added = [to(fact, head), *rows]
        what = "choice" if alternative else "step"
        yield PathEdit("path shortened", f"{what} {number + 1} dropped", item, fact, added)


def listed(items: list[str], fact: Fact) -> tuple[str, list[Row]]:
    """Write an RDF list of new nodes, placed where a statement stands; give its head and its rows."""
    nodes = [f"_:m{number}" for number in range(len(items))]
    following = [*nodes, NIL][1:]
    rows = []
    for node, item, rest in zip(nodes, items, following, strict=True):
        rows += [_row(fact, node, FIRST, item), _row(fact, node, REST, rest)]
    return [*nodes, NIL][0], rows


def to(fact: Fact, value: str, predicate: str | None = None) -> Row:
    """Return a statement with another object, and perhaps another predicate."""
    return _row(fact, fact.row[0], predicate or fact.row[1], value)


def _row(fact: Fact, subject: str, predicate: str, value: str) -> Row:
    return (subject, predicate, value, *fact.row[3:])
