"""Everything for machines that a site holds beside its documents: catalogue, OpenAPI, examples, answers, `llms.txt`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple

from ascn_graph.api.described import description, listing
from ascn_graph.api.query_files import ready
from ascn_graph.errors import UnknownName
from ascn_graph.formats import graphs
from ascn_graph.graph import Graph
from ascn_graph.namespaces import STANDARD
from ascn_graph.profile import Profile
from ascn_graph.results import Rows
from ascn_graph.sparql import NamedQuery, query_form

__all__ = ["executables", "files"]

_LLMS = Path(__file__).with_name("llms.txt")
_PREFIXES = {name: STANDARD[name] for name in ("rdf", "rdfs", "schema", "sh")}


def files(  # noqa: PLR0913 - a site is as large as that
    graph: Graph,
    queries: Sequence[NamedQuery],
    things: Mapping[str, Sequence[str]],
    *,
    base_url: str,
    version: str,
    endpoint: str = "",
    known: Mapping[str, Rows] | None = None,
) -> Iterator[tuple[str, bytes]]:
    """Write what the site holds for machines.

    Args:
        graph: the graph that answers.
        queries: its named queries.
        things: the IRIs of the things of each kind.
        base_url: where the site lies, with a slash at its end.
        version: the version of the data.
        endpoint: the SPARQL endpoint of a server there, which answers every question there; empty for plain files.
        known: see `ready`.

    Yields:
        A path from the top of the site, and the bytes of the file.
    """
    api = description(graph.profile, queries, version=version, server=base_url.rstrip("/"), live=bool(endpoint))
    for name, value in (("index", listing(graph.profile, queries)), ("openapi", api)):
        yield f"api/{name}.json", (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
    yield "api/queries.ttl", executables(graph, queries, endpoint).encode()
    yield "llms.txt", _llms(graph.profile, queries).encode()
    if not endpoint:
        yield from ready(graph, queries, things, known)


def _llms(profile: Profile, queries: Sequence[NamedQuery]) -> str:
    """Return the file in which a site tells language models what it holds (llmstxt.org)."""
    ready_made = [
        f"- [{query.summary}](api/{query.name}.json){': ' if query.row else ''}{query.row}"
        for query in queries
        if not query.needs
    ]
    return _LLMS.read_text("utf-8").format(
        title=profile.title, about=profile.description or profile.name, questions="\n".join(ready_made)
    )


def executables(graph: Graph, queries: Iterable[NamedQuery], endpoint: str = "") -> str:
    """Write the named queries as worked examples that other tools read: as Turtle, the way sparql-examples writes it.

    Args:
        graph: the graph they are of.
        queries: the queries.
        endpoint: the SPARQL endpoint that answers them; empty where there is none.

    Returns:
        One `sh:SPARQLExecutable` a query, with its question in `rdfs:comment`, its text without the header and
        with examples of the values that it needs, its tags as `schema:keywords` and the endpoint as `schema:target`.
    """
    triples = [triple for query in queries for triple in _triples(graph, query, endpoint)]
    return graphs.written(triples, RdfFormat.TURTLE, _PREFIXES).decode()


def _triples(graph: Graph, query: NamedQuery, endpoint: str) -> Iterator[Triple]:
    text = query.text
    # Other data than the catalogue was written for may not know the thing that is the example.
    with suppress(UnknownName):
        text = graph.text_of(query.name, **query.needs)
    body = "\n".join(line for line in text.splitlines() if not line.startswith("#+")) + "\n"
    form = query_form(query.text).title()
    told: list[tuple[str, str, NamedNode | Literal]] = [
        ("rdf", "type", NamedNode(f"{STANDARD['sh']}SPARQLExecutable")),
        ("rdf", "type", NamedNode(f"{STANDARD['sh']}SPARQL{form}Executable")),
        ("rdfs", "label", Literal(query.name)),
        ("rdfs", "comment", Literal(query.summary, language="en")),
        ("sh", form.lower(), Literal(body)),
        *(("schema", "keywords", Literal(tag)) for tag in query.tags),
        *([("schema", "target", NamedNode(endpoint))] if endpoint else []),
    ]
    subject = NamedNode(f"{graph.profile.base}queries/{query.name}")
    yield from (Triple(subject, NamedNode(STANDARD[prefix] + name), value) for prefix, name, value in told)
