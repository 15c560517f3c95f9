"""The rdflib engine: the same queries over a Graph or Dataset the user already has."""

from __future__ import annotations

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from functools import cache
from itertools import takewhile
from typing import TYPE_CHECKING

import rdflib
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Store, Triple
from rdflib.plugins import sparql as rdflib_sparql
from rdflib.query import Result

from ascn_graph import lenient
from ascn_graph.deadline import Deadline, within
from ascn_graph.errors import AscnError, EngineError
from ascn_graph.results import Answer, Bindings, Term, Triples
from ascn_graph.sparql import query_form, tokens

if TYPE_CHECKING:
    from rdflib.term import Node

__all__ = ["RdflibEngine", "to_dataset"]

_SELECT_ALL = re.compile(r"\bSELECT (?:DISTINCT |REDUCED )?\*", re.IGNORECASE)
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
        """Return the graphs that FROM may name: those of a Dataset, none of a Graph."""
        if not isinstance(self.graph, rdflib.Dataset):
            return frozenset()
        return {str(graph.identifier) for graph in self.graph.graphs()}

    def run(self, text: str, *, timeout: float | None = None) -> Answer:
        """Answer one query; see `EmbeddedEngine.run` for the arguments and errors."""
        form = query_form(text)
        # rdflib fetches what FROM names; nothing a query says may open a file or a socket.
        rdflib_sparql.SPARQL_LOAD_GRAPHS = False
        if timeout is None:
            return self._answer(text, form)
        with Deadline(timeout):
            return within(timeout, lambda: self._answer(text, form))

    def _answer(self, text: str, form: str) -> Answer:
        target = self.graph
        if isinstance(target, rdflib.Dataset) and not target.default_union:
            target = rdflib.Dataset(store=target.store, default_union=True)
        try:
            result: Result = target.query(_expanded(text))
            if form == "ask":
                return _truth(result)
            if form == "construct":
                return Triples(iter([_triple(*triple) for triple in result.graph or ()]))
            variables, solutions = list(result.vars or []), list(result.bindings)
        except AscnError:
            raise
        except Exception as error:
            raise EngineError(f"rdflib could not answer the query: {str(error).rstrip('.')}.") from error
        if _SELECT_ALL.search(
            " ".join(token.text for token in takewhile(lambda each: each.text != "{", tokens.tokens(text)))
        ):
            # rdflib takes them from a set, in another order each time; the embedded engine sorts them.
            variables.sort()
        rows = [
            tuple(_term(binding.get(v), f"Row {number}, column {v}") for v in variables)
            for number, binding in enumerate(solutions, 1)
        ]
        return Bindings(tuple(str(v) for v in variables), iter(rows))


def _truth(result: Result) -> bool:
    if result.type == "ASK" and result.askAnswer is not None:
        return bool(result.askAnswer)
    # An endpoint behind an rdflib store may answer an ASK with one row that holds 1, or none.
    return any(str(value) not in ("0", "false") for binding in result.bindings for value in binding.values())


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


def _triple(subject: Node, predicate: Node, obj: Node) -> Triple:
    try:
        return Triple(*(_term(node) for node in (subject, predicate, obj)))  # type: ignore[arg-type]
    except (TypeError, ValueError) as error:
        raise EngineError(f"rdflib gave a triple that is not RDF, {subject} {predicate}: {error}.") from error


def _term(node: Node | None, place: str = "The answer") -> Term | None:
    """Return the pyoxigraph term of an rdflib one, which may hold any text for an IRI, a tag or a label."""
    if node is None:
        return None
    if isinstance(node, rdflib.URIRef | rdflib.BNode):
        return lenient.term(place, "uri" if isinstance(node, rdflib.URIRef) else "bnode", str(node))
    if isinstance(node, rdflib.Literal):
        return lenient.term(place, "literal", str(node), node.language or "", str(node.datatype or ""))
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
    graph = cache(lambda name: dataset.graph(rdflib.URIRef(name)))
    dataset.addN(
        (_to_rdflib(quad.subject), _to_rdflib(quad.predicate), _to_rdflib(quad.object), graph(quad.graph_name.value))
        for quad in store
        if not isinstance(quad.graph_name, DefaultGraph)
    )
    return dataset
