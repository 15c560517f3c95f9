"""The answers of named queries that need no server: one file a query, and one for each thing a parameter may name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ascn_graph.formats import render
from ascn_graph.graph import Graph
from ascn_graph.sparql.catalogue import NamedQuery, Parameter

__all__ = ["FORMS", "of_things", "ready", "stands_alone"]

#: The formats of a ready answer.
FORMS = ("json", "csv")


def stands_alone(query: NamedQuery) -> bool:
    """Return whether a query means something without parameters."""
    return not any(parameter.required for parameter in query.parameters.values())


def of_things(query: NamedQuery) -> list[Parameter]:
    """List the parameters for each value of which there is a ready answer: those that name a thing of one kind.

    None where the query needs another parameter besides.
    """
    listed = []
    for parameter in query.parameters.values():
        others = (other for other in query.parameters.values() if other.name != parameter.name)
        if parameter.kind not in ("", "any") and not any(other.required for other in others):
            listed.append(parameter)
    return listed


def ready(
    graph: Graph, queries: Sequence[NamedQuery], things: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str, bytes]]:
    """Write every ready answer.

    Args:
        graph: the graph that answers.
        queries: its named queries.
        things: the IRIs of the things of each kind.

    Yields:
        A path below the site, such as `api/NAME.json` or `api/NAME/PARAMETER/SLUG.json`, and the bytes that
        `ascn query NAME --format json` prints for it.
    """
    for query in queries:
        if stands_alone(query):
            rows = graph.query(query.name)
            for form in FORMS:
                yield f"api/{query.name}.{form}", render(rows, form)
        for parameter in of_things(query):
            for iri in things.get(parameter.kind, ()):
                given: dict[str, Any] = {parameter.name: iri}
                rows = graph.query(query.name, **given)
                slug = iri.rsplit("/", 1)[1]
                yield f"api/{query.name}/{parameter.name}/{slug}.json", render(rows, "json")
