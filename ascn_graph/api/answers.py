"""The answers of named queries that need no server: one file a query, and one for each thing a parameter may name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from pyoxigraph import NamedNode

from ascn_graph.formats import render
from ascn_graph.graph import Graph
from ascn_graph.results import Bindings, Rows, Term
from ascn_graph.sparql.catalogue import NamedQuery, Parameter

__all__ = ["FORMS", "of_things", "ready"]

#: The formats of a ready answer.
FORMS = ("json", "csv")

# What makes the rows for one value more than those among all rows that have it.
_COUNTS = re.compile(r"\b(?:(?:COUNT|SUM|MIN|MAX|AVG|SAMPLE|GROUP_CONCAT)\s*\(|LIMIT\b|OFFSET\b)", re.IGNORECASE)


def of_things(query: NamedQuery) -> list[Parameter]:
    """List the parameters for each value of which there is a ready answer: those that name a thing of one kind.

    None where the query needs another parameter besides.
    """
    return [
        parameter
        for name, parameter in query.parameters.items()
        if parameter.kind not in ("", "any") and query.needs.keys() <= {name}
    ]


def ready(
    graph: Graph,
    queries: Sequence[NamedQuery],
    things: Mapping[str, Sequence[str]],
    known: Mapping[str, Rows] | None = None,
) -> Iterator[tuple[str, bytes]]:
    """Write every ready answer.

    Args:
        graph: the graph that answers.
        queries: its named queries.
        things: the IRIs of the things of each kind.
        known: the answers without parameters that somebody has asked for already, by the name of the query.

    Yields:
        A path below the site, such as `api/NAME.json` or `api/NAME/PARAMETER/SLUG.json`, and the bytes that
        `ascn query NAME --format json` prints for it.
    """
    for query in queries:
        whole = None
        if not query.needs:
            whole = (known or {}).get(query.name) or graph.query(query.name)
            for form in FORMS:
                yield f"api/{query.name}.{form}", render(whole, form)
        for parameter in of_things(query):
            some = things.get(parameter.kind, ())
            groups = None if whole is None else _grouped(graph, query, parameter, whole, some)
            for iri in some:
                rows = _ask(graph, query, parameter, iri) if groups is None else groups(iri)
                slug = iri.rsplit("/", 1)[1]
                yield f"api/{query.name}/{parameter.name}/{slug}.json", render(rows, "json")


def _grouped(
    graph: Graph, query: NamedQuery, parameter: Parameter, whole: Rows, things: Sequence[str]
) -> Callable[[str], Rows] | None:
    """Return what finds the rows for a value of a parameter among all rows; None where each value must be asked for.

    They are found where the parameter says what stands in a column. Whether it does is read from the text of the
    query and tried, with the value that has the most rows and one that has none.
    """
    column = _column(query, parameter)
    if column not in whole.columns:
        return None
    groups: dict[str, list[Sequence[Term | None]]] = {}
    for solution in whole.solutions():
        term = solution[whole.columns.index(column)]
        groups.setdefault(term.value if isinstance(term, NamedNode) else "", []).append(solution)

    def rows(iri: str) -> Rows:
        found = Bindings(whole.columns, iter(groups.get(iri, ())))
        return Rows(found, name=whole.name, prefixes=whole.prefixes)

    tried = sorted(things, key=lambda iri: len(groups.get(iri, ())))
    same = all(list(_ask(graph, query, parameter, iri)) == list(rows(iri)) for iri in {*tried[:1], *tried[-1:]})
    return rows if same else None


def _column(query: NamedQuery, parameter: Parameter) -> str:
    """Return the column that holds what a parameter gives, as far as the text of the query shows it."""
    if _COUNTS.search(query.text):
        return ""
    given = re.escape(parameter.variable)
    named = rf"\({given}\s+AS\s+\?(\w+)\)|FILTER\s*\(!BOUND\({given}\)\s*\|\|\s*\?(\w+)\s*=\s*{given}\)"
    found = re.search(named, query.text, re.IGNORECASE)
    return (found[1] or found[2]) if found else ""


def _ask(graph: Graph, query: NamedQuery, parameter: Parameter, iri: str) -> Rows:
    given: dict[str, Any] = {parameter.name: iri}
    return graph.query(query.name, **given)
