"""The rdflib engine: the same queries over a Graph or Dataset the user already has."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

import rdflib
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Store, Triple
from rdflib.plugins import sparql as rdflib_sparql
from rdflib.query import Result

from ascn_graph.embedded import within
from ascn_graph.errors import EngineError
from ascn_graph.results import Answer, Bindings, Term, Triples
from ascn_graph.sparql.forms import query_form

if TYPE_CHECKING:
    from rdflib.term import Node

__all__ = ["RdflibEngine", "from_rdflib", "to_dataset"]

_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|\\([uU])|.)", re.DOTALL)
# What may not stand as it is: what ends a string, and what would become an escape after a backslash.
_ENDS = {
    '"': '\\"',
    "'": "\\'",
    "\\": "\\U0000005C" * 2,
    "\n": "\\n",
    "\r": "\\r",
    "u": "\\U00000075",
    "U": "\\U00000055",
}


class RdflibEngine:
    """Answers from an rdflib Graph or from the union of the graphs of a Dataset.

    Args:
        graph: the Graph or Dataset; it is not changed by queries.
    """

    name = "rdflib"

    def __init__(self, graph: rdflib.Graph) -> None:
        self.graph = graph

    def graph_iris(self) -> AbstractSet[str]:
        """Give the graphs that FROM may name: those of a Dataset, none of a Graph."""
        if not isinstance(self.graph, rdflib.Dataset):
            return frozenset()
        return {str(graph.identifier) for graph in self.graph.graphs()}

    def run(self, text: str, *, timeout: float | None = None) -> Answer:
        """Answer one query; see `EmbeddedEngine.run` for the arguments and errors."""
        form = query_form(text)
        # rdflib fetches what FROM names; nothing a query says may open a file or a socket.
        rdflib_sparql.SPARQL_LOAD_GRAPHS = False
        return within(timeout, lambda: self._answer(text, form))

    def _answer(self, text: str, form: str) -> Answer:
        target = self.graph
        if isinstance(target, rdflib.Dataset) and not target.default_union:
            target = rdflib.Dataset(store=target.store, default_union=True)
        try:
            result: Result = target.query(_expanded(text))
            if form == "ask":
                return bool(result.askAnswer)
            if form == "construct":
                return Triples(_triples(result))
            variables, solutions = result.vars or [], list(result.bindings)
        except Exception as error:
            raise EngineError(f"rdflib could not answer the query: {str(error).rstrip('.')}.") from error
        rows = [tuple(from_rdflib(binding.get(v)) for v in variables) for binding in solutions]
        return Bindings(tuple(str(v) for v in variables), iter(rows))


def _expanded(text: str) -> str:
    """Write the code point escapes of a query so that rdflib reads it as every other engine does.

    It expands them before it looks for strings and comments: a quote or a line end written as one would end a string
    or a comment there, and what follows be read as query. (An apostrophe written so within an IRI it then refuses.)
    """

    def plain(match: re.Match[str]) -> str:
        if match[3]:
            return "\\\\" + _ENDS[match[3]]
        code = match[1] or match[2]
        return _ENDS.get(chr(int(code, 16)), chr(int(code, 16))) if code else match[0]

    return _ESCAPE.sub(plain, text)


def _triples(result: Result) -> Iterator[Triple]:
    for subject, predicate, obj in result.graph or ():
        yield Triple(from_rdflib(subject), from_rdflib(predicate), from_rdflib(obj))  # type: ignore[arg-type]


def from_rdflib(node: Node | None) -> Term | None:
    """Give the pyoxigraph term of an rdflib one."""
    if node is None:
        return None
    if isinstance(node, rdflib.URIRef):
        return NamedNode(str(node))
    if isinstance(node, rdflib.BNode):
        return BlankNode(str(node))
    if isinstance(node, rdflib.Literal):
        if node.language:
            return Literal(str(node), language=node.language)
        return Literal(str(node), datatype=NamedNode(str(node.datatype)) if node.datatype else None)
    raise EngineError(f"rdflib gave a term of no known kind: {node!r}.")


def _to_rdflib(term: Term | Triple) -> Node:
    if isinstance(term, NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, BlankNode):
        return rdflib.BNode(term.value)
    if isinstance(term, Literal):
        if term.language:
            return rdflib.Literal(term.value, lang=term.language)
        datatype = None if term.datatype.value.endswith("XMLSchema#string") else rdflib.URIRef(term.datatype.value)
        # As stated: rdflib would otherwise rewrite "01" as "1".
        return rdflib.Literal(term.value, datatype=datatype, normalize=False)
    raise EngineError(f"rdflib has no triple terms: {term}.")


def to_dataset(store: Store, prefixes: Mapping[str, str]) -> rdflib.Dataset:
    """Copy the named graphs of a store into an rdflib Dataset whose default graph is their union."""
    dataset = rdflib.Dataset(default_union=True)
    for prefix, namespace in prefixes.items():
        dataset.bind(prefix, namespace)
    dataset.addN(_quads(store, dataset))
    return dataset


def _quads(store: Store, dataset: rdflib.Dataset) -> Iterator[tuple[Node, Node, Node, rdflib.Graph]]:
    graphs: dict[str, rdflib.Graph] = {}
    quad: Quad
    for quad in store:
        if isinstance(quad.graph_name, DefaultGraph):
            continue
        name = quad.graph_name.value
        graph = graphs.setdefault(name, dataset.graph(rdflib.URIRef(name)))
        yield _to_rdflib(quad.subject), _to_rdflib(quad.predicate), _to_rdflib(quad.object), graph
