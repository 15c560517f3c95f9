"""The answers of named queries that need no server: one file a query, and one for each thing a parameter may name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pyoxigraph import NamedNode

from ascn_graph.formats import render
from ascn_graph.graph import Graph
from ascn_graph.results import Bindings, Rows, Term
from ascn_graph.sparql import NamedQuery, Parameter, bind

__all__ = ["FORMS", "of_things", "ready"]

#: The formats of a ready answer.
FORMS = ("json", "csv")

# What makes the rows for one value more than those among all rows that have it.
_COUNTS = re.compile(
    r"\b(?:(?:COUNT|SUM|MIN|MAX|AVG|SAMPLE|GROUP_CONCAT)\s*\(|GROUP\s+BY\b|LIMIT\b|OFFSET\b)", re.IGNORECASE
)


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
        if not query.needs:
            whole = (known or {}).get(query.name) or graph.query(query.name)
            for form in FORMS:
                yield f"api/{query.name}.{form}", render(whole, form)
        for parameter in of_things(query):
            some = things.get(parameter.kind, ())
            found = _by_thing(graph, query, parameter, some)
            for iri in some:
                rows = _ask(graph, query, parameter, iri) if found is None else found[iri]
                slug = iri.rsplit("/", 1)[1]
                yield f"api/{query.name}/{parameter.name}/{slug}.json", render(rows, "json")


def _ask(graph: Graph, query: NamedQuery, parameter: Parameter, iri: str) -> Rows:
    given: dict[str, Any] = {parameter.name: iri}
    return graph.query(query.name, **given)


def _by_thing(graph: Graph, query: NamedQuery, parameter: Parameter, things: Sequence[str]) -> dict[str, Rows] | None:
    """Return the rows for each value of a parameter, asked for at once; None where each value must be asked for.

    Where the values stand together, the pattern gives for all of them what it gives for each, unless rows are counted
    or left out at the end. So what a row is for is shown beside it: the value, or the variable that a filter compares.
    """
    compared = "" if parameter.required else _compared(query.text, parameter.variable)
    # What a sub-query calls by another name is not seen outside it by its own.
    renamed = re.search(rf"WHERE.*\({re.escape(parameter.variable)} AS (\?\w+)\)", query.text, re.DOTALL)
    shown = f"SELECT DISTINCT ({compared or (renamed[1] if renamed else parameter.variable)} AS ?theValue)"
    text, changed = re.subn(r"^SELECT DISTINCT\b", shown, query.text, count=1, flags=re.MULTILINE)
    if not changed or not things or _COUNTS.search(text):
        return None
    if not compared:
        parameters = {**query.parameters, parameter.name: parameter._replace(many=True)}
        several = query._replace(text=text, bound="", parameters=parameters)
        text = bind(several, {parameter.name: things}, lambda _, iri: iri)
    answer = graph.sparql(text)
    found: dict[Term | None, list[Sequence[Term | None]]] = {}
    for value, *row in answer.solutions():
        found.setdefault(value, []).append(row)
    if None in found and not compared:  # a branch of the pattern that does not ask for it
        return None

    def rows(iri: str) -> Rows:
        solutions = iter(found.get(NamedNode(iri), ()))
        return Rows(Bindings(answer.columns[1:], solutions), name=query.name, prefixes=answer.prefixes)

    # A pattern may use a value in places that do not see each other: tried with the most rows and with the fewest.
    tried = sorted(things, key=lambda iri: len(found.get(NamedNode(iri), ())))
    same = all(list(_ask(graph, query, parameter, iri)) == list(rows(iri)) for iri in {tried[0], tried[-1]})
    return {iri: rows(iri) for iri in things} if same else None


def _compared(text: str, variable: str) -> str:
    """Return what a filter of the whole query compares a value with, where it does no more with it; else nothing.

    Then the values need not stand in the query, which would be tried with each row.
    """
    name = re.escape(variable)
    found = re.search(rf"FILTER\(!BOUND\({name}\) \|\| (\?\w+) = {name}\)", text)
    if found is None or len(re.findall(rf"{name}\b", text)) != len(("VALUES", "BOUND", "=")):
        return ""
    before = text[: found.start()]
    return found[1] if before.count("{") - before.count("}") == 1 else ""
