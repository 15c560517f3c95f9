"""Every named query as a worked example that other tools read: `sh:SPARQLExecutable`, as sparql-examples writes it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from ascn_graph.errors import UnknownName
from ascn_graph.graph import Graph
from ascn_graph.namespaces import STANDARD
from ascn_graph.sparql import NamedQuery

__all__ = ["executables"]

_SH, _RDFS, _SCHEMA = STANDARD["sh"], STANDARD["rdfs"], STANDARD["schema"]
_FORMS = {"SELECT": ("SPARQLSelectExecutable", "select"), "CONSTRUCT": ("SPARQLConstructExecutable", "construct")}


def executables(graph: Graph, queries: Iterable[NamedQuery], endpoint: str = "") -> str:
    """Write the named queries as Turtle.

    Args:
        graph: the graph they are of.
        queries: the queries.
        endpoint: the SPARQL endpoint that answers them; empty where there is none.

    Returns:
        One `sh:SPARQLExecutable` a query, with its question in `rdfs:comment`, its text without the header and
        with examples of the values that it needs, its tags as `schema:keywords` and the endpoint as `schema:target`.
    """
    triples = [triple for query in queries for triple in _triples(graph, query, endpoint)]
    prefixes = {"rdf": STANDARD["rdf"], "rdfs": _RDFS, "schema": _SCHEMA, "sh": _SH}
    written = serialize(triples, format=RdfFormat.TURTLE, prefixes=prefixes)
    return (written or b"").decode()


def _triples(graph: Graph, query: NamedQuery, endpoint: str) -> Iterable[Triple]:
    subject = NamedNode(f"{graph.profile.base}queries/{query.name}")
    text = query.text
    # Other data than the catalogue was written for may not know the thing that is the example.
    with suppress(UnknownName):
        text = graph.text_of(query.name, **query.needs)
    body = "\n".join(line for line in text.splitlines() if not line.startswith("#+")) + "\n"
    kind, predicate = _FORMS["CONSTRUCT" if query.columns.keys() == {"subject", "predicate", "object"} else "SELECT"]
    kind_of = NamedNode(STANDARD["rdf"] + "type")
    yield Triple(subject, kind_of, NamedNode(_SH + "SPARQLExecutable"))
    yield Triple(subject, kind_of, NamedNode(_SH + kind))
    yield Triple(subject, NamedNode(_RDFS + "label"), Literal(query.name))
    yield Triple(subject, NamedNode(_RDFS + "comment"), Literal(query.summary, language="en"))
    yield Triple(subject, NamedNode(_SH + predicate), Literal(body))
    for tag in query.tags:
        yield Triple(subject, NamedNode(_SCHEMA + "keywords"), Literal(tag))
    if endpoint:
        yield Triple(subject, NamedNode(_SCHEMA + "target"), NamedNode(endpoint))
