"""Triples written as Turtle, N-Triples or JSON-LD, the same bytes for the same graph."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import cast

from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, Literal, NamedNode, Quad, Triple, serialize
from pyoxigraph import RdfFormat as Rdf

from ascn_graph.namespaces import STANDARD
from ascn_graph.terms import Solutions

__all__ = ["jsonld", "ntriples", "ordered", "turtle"]

_TYPE = NamedNode(STANDARD["rdf"] + "type")


def ordered(triples: Iterable[Triple]) -> list[Triple]:
    """Give each triple once, by subject with its types first; blank nodes get the labels of RDFC-1.0."""
    unique = set(triples)
    if any(isinstance(node, BlankNode) for triple in unique for node in triple):
        dataset = Dataset(Quad(*triple) for triple in unique)
        dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
        unique = {quad.triple for quad in dataset}
    return sorted(unique, key=lambda triple: (str(triple[0]), triple[1] != _TYPE, str(triple[1]), str(triple[2])))


def turtle(answer: Solutions, _width: int | None) -> str:
    """Write Turtle with those of the answer's prefixes that the triples use."""
    nodes = {node for triple in _triples(answer) for node in triple}
    iris = {node.value for node in nodes if isinstance(node, NamedNode)}
    iris |= {node.datatype.value for node in nodes if isinstance(node, Literal)}
    used = {prefix: base for prefix, base in answer.prefixes.items() if any(iri.startswith(base) for iri in iris)}
    return _written(answer, Rdf.TURTLE, used)


def ntriples(answer: Solutions, _width: int | None) -> str:
    """Write N-Triples."""
    return _written(answer, Rdf.N_TRIPLES)


def jsonld(answer: Solutions, _width: int | None) -> str:
    """Write expanded JSON-LD, which needs no context."""
    return json.dumps(json.loads(_written(answer, Rdf.JSON_LD)), ensure_ascii=False, indent=2) + "\n"


def _written(answer: Solutions, form: Rdf, prefixes: dict[str, str] | None = None) -> str:
    return cast("bytes", serialize(_triples(answer), format=form, prefixes=prefixes)).decode()


def _triples(answer: Solutions) -> Sequence[Triple]:
    # Rows of a CONSTRUCT are its triples.
    return cast("Sequence[Triple]", answer.solutions())
