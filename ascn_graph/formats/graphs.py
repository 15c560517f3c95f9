"""Triples written as Turtle, N-Triples, JSON-LD or RDF/XML, the same bytes for the same graph."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import cast

from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, Literal, NamedNode, Quad, Triple, serialize
from pyoxigraph import RdfFormat as Rdf

from ascn_graph.errors import counted
from ascn_graph.formats.plain import batches
from ascn_graph.namespaces import STANDARD, written_prefixes
from ascn_graph.terms import Solutions

__all__ = ["jsonld", "ntriples", "ordered", "rdfxml", "turtle", "used_prefixes", "written"]

# What a predicate must end in for RDF/XML, and what no XML 1.0 document holds.
_LOCAL_NAME = re.compile(r"[^\W\d][\w.-]*$")
_NOT_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TYPE = NamedNode(STANDARD["rdf"] + "type")


def ordered(triples: Iterable[Triple]) -> list[Triple]:
    """Return each triple once, by subject with its types first; blank nodes get the labels of RDFC-1.0."""
    unique = set(triples)
    if any(isinstance(node, BlankNode) for triple in unique for node in triple):
        dataset = Dataset(Quad(*triple) for triple in unique)
        dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
        unique = {quad.triple for quad in dataset}
    return sorted(unique, key=lambda triple: (str(triple[0]), triple[1] != _TYPE, str(triple[1]), str(triple[2])))


def turtle(answer: Solutions) -> str:
    """Write Turtle with those of the answer's prefixes that the triples use."""
    triples = _triples(answer)
    return written(triples, Rdf.TURTLE, used_prefixes(answer.prefixes, triples)).decode()


def ntriples(answer: Solutions) -> Iterator[str]:
    """Write N-Triples."""
    return (written(some, Rdf.N_TRIPLES).decode() for some in batches(_triples(answer)))


def jsonld(answer: Solutions) -> str:
    """Write expanded JSON-LD, which needs no context."""
    return json.dumps(json.loads(written(_triples(answer), Rdf.JSON_LD)), ensure_ascii=False, indent=2) + "\n"


def used_prefixes(prefixes: Mapping[str, str], triples: Iterable[Triple]) -> dict[str, str]:
    """Return the prefixes to write triples with: of those of one namespace that is used the first."""
    nodes = {node for triple in triples for node in triple}
    iris = {node.value for node in nodes if isinstance(node, NamedNode)}
    iris |= {node.datatype.value for node in nodes if isinstance(node, Literal)}
    first = written_prefixes(prefixes)
    return {name: space for name, space in first.items() if any(iri.startswith(space) for iri in iris)}


def written(
    statements: Iterable[Triple] | Iterable[Quad], form: Rdf, prefixes: Mapping[str, str] | None = None
) -> bytes:
    """Return statements in one of the formats of pyoxigraph, in the order in which they come.

    Args:
        statements: triples, or quads for a format that has named graphs.
        form: the format.
        prefixes: what to shorten IRIs by, where the format can; of those of one namespace the first is written.
    """
    return cast("bytes", serialize(statements, format=form, prefixes=written_prefixes(prefixes or {})))


def rdfxml(triples: Iterable[Triple], prefixes: Mapping[str, str] | None = None) -> bytes:
    """Return triples as RDF/XML, which cannot say all that RDF can: a comment at the top counts what is left out.

    Left out are triples whose predicate ends in no name of XML, and literals with characters that XML has not.
    """
    given = list(triples)
    said = [triple for triple in given if _expressible(triple)]
    content = written(said, Rdf.RDF_XML, prefixes)
    if len(said) == len(given):
        return content
    head, line, rest = content.partition(b"\n")
    lacking = counted(len(given) - len(said), "triple")
    left = f"<!-- {lacking} cannot be written in RDF/XML; the other forms have what is left out. -->\n"
    return head + line + left.encode() + rest


def _expressible(triple: Triple) -> bool:
    _, predicate, value = triple
    if isinstance(value, Literal) and not value.value.isprintable() and _NOT_XML.search(value.value):
        return False
    return _named(predicate.value)


@lru_cache(maxsize=1024)
def _named(predicate: str) -> bool:
    return _LOCAL_NAME.search(predicate) is not None


def _triples(answer: Solutions) -> Sequence[Triple]:
    # Rows of a CONSTRUCT are its triples.
    return cast("Sequence[Triple]", answer.solutions())
