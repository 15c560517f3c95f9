"""The reference engine, pySHACL, run as a process of its own: a graph comes in, results go out, nothing is fetched.

The file is run by its path, so that it starts without the rest of this package. Standard input is one JSON object with
the N-Triples of `data` and `shapes`; standard output is one with `conforms` and `results`, or with `failure`.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from functools import cache
from typing import Any

import rdflib

# Before any term is made: "01" must stay what the file says.
rdflib.NORMALIZE_LITERALS = False

from pyshacl import validate  # noqa: E402 - the switch above comes first
from pyshacl.errors import ReportableRuntimeError, ShapeLoadError  # noqa: E402 - as above
from rdflib import SH, BNode, Graph, Literal, URIRef, plugin  # noqa: E402 - as above
from rdflib.plugins import sparql  # noqa: E402 - as above
from rdflib.plugins.sparql.processor import SPARQLProcessor, prepareQuery  # noqa: E402 - as above
from rdflib.plugins.sparql.sparql import Query  # noqa: E402 - as above
from rdflib.query import Processor  # noqa: E402 - as above
from rdflib.term import Node  # noqa: E402 - as above

__all__ = ["main"]

_LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"(?:@(.+)|\^\^<(.*)>)?', re.DOTALL)
_ESCAPE = re.compile(r"\\(?:u([0-9A-F]{4})|(.))")
_CHARACTERS = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
_SPECIAL = re.compile(r'[\x00-\x1f"\\\x7f]')
_SHORT = {"\t": "\\t", "\b": "\\b", "\n": "\\n", "\r": "\\r", "\f": "\\f", '"': '\\"', "\\": "\\\\"}


class PreparedProcessor(SPARQLProcessor):
    """rdflib's own SPARQL, which parses each text once: pySHACL asks the same one for every focus node."""

    def query(  # type: ignore[override]  # rdflib's own class breaks its parent's signature in the same way
        self,
        strOrQuery: str | Query,  # noqa: N803 - rdflib's name
        initBindings: Any = None,  # noqa: N803 - rdflib's name
        initNs: Any = None,  # noqa: N803 - rdflib's name
        base: str | None = None,
        DEBUG: bool = False,  # noqa: FBT001, FBT002, N803 - rdflib's signature
    ) -> Any:
        """Answer a query as the parent does."""
        prepared = strOrQuery
        if isinstance(prepared, str):
            prepared = _prepared(prepared, tuple(sorted((initNs or {}).items())), base)
        return super().query(prepared, initBindings, initNs, base, DEBUG)


@cache
def _prepared(text: str, namespaces: tuple[tuple[str, Any], ...], base: str | None) -> Query:
    return prepareQuery(text, initNs=dict(namespaces), base=base)


def _character(match: re.Match[str]) -> str:
    code, other = match.groups()
    return chr(int(code, 16)) if code else _CHARACTERS.get(other, other)


def _escape(match: re.Match[str]) -> str:
    found = match.group()
    return _SHORT.get(found) or f"\\u{ord(found):04X}"


def _term(text: str) -> URIRef | BNode | Literal:
    if text.startswith("<"):
        return URIRef(text[1:-1])
    if text.startswith("_:"):
        return BNode(text[2:])
    match = _LITERAL.fullmatch(text)
    assert match is not None
    value, language, datatype = match.groups()
    if "\\" in value:
        value = _ESCAPE.sub(_character, value)
    return Literal(value, lang=language, datatype=datatype and URIRef(datatype))


def _text(term: Node | None) -> str | None:
    if isinstance(term, URIRef):
        return f"<{term}>"
    if isinstance(term, BNode):
        return f"_:{term}"
    if isinstance(term, Literal):
        value = _SPECIAL.sub(_escape, str(term))
        if term.language:
            return f'"{value}"@{term.language.lower()}'
        plain = term.datatype is None or str(term.datatype) == "http://www.w3.org/2001/XMLSchema#string"
        return f'"{value}"' if plain else f'"{value}"^^<{term.datatype}>'
    return None


def _graph(ntriples: str) -> Graph:
    graph = Graph(bind_namespaces="none")
    known: dict[str, URIRef | BNode | Literal] = {}
    add = graph.store.add  # the store's own method: the graph's checks each term again

    def term(text: str) -> URIRef | BNode | Literal:
        found = known.get(text)
        if found is None:
            found = known[text] = _term(text)
        return found

    for line in ntriples.split("\n"):
        subject, predicate, value = line[:-2].split(" ", 2)
        add((term(subject), term(predicate), term(value)), context=graph)
    return graph


def _run(data: str, shapes: str) -> dict[str, Any]:
    try:
        conforms, report, text = validate(
            _graph(data),
            shacl_graph=_graph(shapes),
            inference="none",
            advanced=False,
            js=False,
            meta_shacl=False,
            do_owl_imports=False,
        )
    except (ReportableRuntimeError, ShapeLoadError) as error:
        return {"failure": str(error)}
    if not isinstance(report, Graph):
        return {"failure": str(text).strip()}
    results = [
        {
            "focus": _text(report.value(result, SH.focusNode)),
            "path": _text(report.value(result, SH.resultPath)),
            "value": _text(report.value(result, SH.value)),
            "severity": _text(report.value(result, SH.resultSeverity)),
            "component": _text(report.value(result, SH.sourceConstraintComponent)),
            "shape": _text(report.value(result, SH.sourceShape)),
            "messages": sorted(str(_text(message)) for message in report.objects(result, SH.resultMessage)),
        }
        for top in report.subjects(SH.conforms)
        for result in report.objects(top, SH.result)
    ]
    return {"conforms": bool(conforms), "results": results}


def main() -> None:
    """Validate what standard input holds."""
    logging.disable(logging.WARNING)
    sparql.SPARQL_LOAD_GRAPHS = False
    plugin.register("sparql", Processor, __name__, PreparedProcessor.__name__)
    request = json.load(sys.stdin)
    json.dump(_run(request["data"], request["shapes"]), sys.stdout)


if __name__ == "__main__":
    main()
