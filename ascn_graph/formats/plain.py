"""What the formats share: a cell and what stands in a blank node as text, and rows some at a time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from ascn_graph.errors import UsageError
from ascn_graph.namespaces import STANDARD
from ascn_graph.terms import XSD, Term

__all__ = ["batches", "described", "escaped", "inside", "plain_cell"]

_T = TypeVar("_T")
_STRING = XSD + "string"
_FIRST, _REST = STANDARD["rdf"] + "first", STANDARD["rdf"] + "rest"


_LARGEST = 1024  # items at once
_SLOW = 0.1  # seconds
_QUICK = 64  # how many times in a row items must come quickly before they are drawn many at once


def batches(items: Iterable[_T]) -> Iterator[Sequence[_T]]:
    """Yield items some at a time: one by one at first and while they come slowly, many at once when they come fast."""
    source, quick = iter(items), 0
    began = time.monotonic()
    while some := list(islice(source, _LARGEST if quick >= _QUICK else 1)):
        quick = quick + 1 if time.monotonic() - began < _SLOW else 0
        yield some
        began = time.monotonic()


def plain_cell(term: Term | None, labels: dict[str, str]) -> str:
    """Return a cell as CSV does: an IRI, a lexical form, nothing where it is unbound.

    Blank nodes are `_:b0`, `_:b1`, … in order of appearance: an engine's own labels differ from run to run.
    """
    if term is None:
        return ""
    if isinstance(term, (Literal, NamedNode)):
        return term.value
    return "_:" + labels.setdefault(term.value, f"b{len(labels)}") if isinstance(term, BlankNode) else str(term)


def escaped(text: str) -> str:
    """Escape a text for XML and HTML, also between double quotes."""
    # Measured: a third of the time of str.translate, and html.escape imports a table of entities.
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def described(term: Term, labels: dict[str, str]) -> tuple[str, str, str | None, str | None]:
    """Return what the SPARQL 1.1 results formats say of a term: its kind, its text, its language, its datatype."""
    if isinstance(term, Literal):
        tag = term.language
        if tag is None:
            datatype = term.datatype.value
            return "literal", term.value, None, None if datatype == _STRING else datatype
        if term.direction is not None:
            raise UsageError(f"SPARQL 1.1 results cannot carry the base direction of {term}: choose csv or tsv.")
        return "literal", term.value, tag, None
    if isinstance(term, NamedNode):
        return "uri", term.value, None, None
    if isinstance(term, BlankNode):
        return "bnode", plain_cell(term, labels).removeprefix("_:"), None, None
    told = f"SPARQL 1.1 results cannot carry the triple term <<( {term} )>>"
    raise UsageError(f"{told}: choose csv, or select its parts.")


def inside(
    node: BlankNode,
    said: Callable[[BlankNode], Iterable[tuple[str, Term | Triple]]],
    words: Callable[[Term | Triple], str],
    deepest: int = 4,
) -> str:
    """Return in words a node without an IRI: its name, else the items of a list, else what is said of it.

    Args:
        node: the node.
        said: returns what is said of a node, each as a predicate and a value.
        words: names a term; empty for a blank node without a name.
        deepest: how many nodes without a name are told inside one another.
    """
    if (name := words(node)) or not deepest:
        return name or "\u2026"

    def told(term: Term | Triple) -> str:
        return inside(term, said, words, deepest - 1) if isinstance(term, BlankNode) else words(term)

    items: dict[object, str] = {}
    rest: object = node
    while isinstance(rest, BlankNode) and rest not in items and _FIRST in (about := dict(said(rest))):
        items[rest] = told(about[_FIRST])
        rest = about.get(_REST)
    facts = (
        sorted(f"{words(NamedNode(predicate))} {told(value)}" for predicate, value in said(node)) if not items else ()
    )
    return ", ".join(items.values()) or "; ".join(facts) or "\u2026"
