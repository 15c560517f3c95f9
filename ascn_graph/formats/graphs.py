"""Triples written as Turtle, N-Triples or JSON-LD, the same bytes for the same graph."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import cast

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Triple,
    serialize,
)

from ascn_graph.cells import Solutions
from ascn_graph.namespaces import PREFIXES

__all__ = ["jsonld", "ntriples", "ordered", "turtle"]

_TYPE = NamedNode(PREFIXES["rdf"] + "type")


def ordered(triples: Iterable[Triple]) -> list[Triple]:
    """Give each triple once, by subject with its types first; blank nodes get the labels of RDFC-1.0."""
    unique = set(triples)
    if any(isinstance(node, BlankNode) for triple in unique for node in triple):
        dataset = Dataset(Quad(*triple) for triple in unique)
        dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
        unique = {quad.triple for quad in dataset}
    return sorted(unique, key=_order)


def _order(triple: Triple) -> tuple[str, bool, str, str]:
    return str(triple.subject), triple.predicate != _TYPE, str(triple.predicate), str(triple.object)


def turtle(answer: Solutions, _width: int | None) -> str:
    """Write Turtle with those prefixes of `ascn_graph.namespaces` that the triples use."""
    iris = set(_iris(_triples(answer)))
    used = {prefix: base for prefix, base in PREFIXES.items() if any(iri.startswith(base) for iri in iris)}
    return _written(answer, RdfFormat.TURTLE, used)


def ntriples(answer: Solutions, _width: int | None) -> str:
    """Write N-Triples."""
    return _written(answer, RdfFormat.N_TRIPLES)


def jsonld(answer: Solutions, _width: int | None) -> str:
    """Write expanded JSON-LD, which needs no context."""
    return json.dumps(json.loads(_written(answer, RdfFormat.JSON_LD)), ensure_ascii=False, indent=2) + "\n"


def _iris(triples: Iterable[Triple]) -> Iterator[str]:
    for triple in triples:
        for node in triple:
            if isinstance(node, NamedNode):
                yield node.value
            elif isinstance(node, Literal):
                yield node.datatype.value


def _written(answer: Solutions, form: RdfFormat, prefixes: dict[str, str] | None = None) -> str:
    out = io.BytesIO()
    serialize(_triples(answer), out, format=form, prefixes=prefixes)
    return out.getvalue().decode()


def _triples(answer: Solutions) -> Sequence[Triple]:
    # Rows of a CONSTRUCT are its triples.
    return cast("Sequence[Triple]", answer.solutions())
