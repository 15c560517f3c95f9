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
from ascn_graph.sparql.tokens import tokens

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
    """Return what finds the rows for a value of a parameter among all rows; None where each value must be asked for."""
    if _COUNTS.search(query.text):
        return None
    compared = _compared(query, parameter)
    given = re.escape(parameter.variable)
    column = re.search(rf"\({given}\s+AS\s+\?(\w+)\)", query.text, re.IGNORECASE)
    holding = compared or (column.groups() if column else (parameter.variable[1:],))
    found = whole
    # A row is found by what its filter compares or its pattern binds, which the answer need not show.
    hidden = "".join(f" ?{name}" for name in holding if name not in whole.columns)
    if hidden:
        text, changed = re.subn(r"^SELECT DISTINCT\b", rf"\g<0>{hidden}", query.text, count=1, flags=re.MULTILINE)
        if not changed:
            return None
        found = graph.sparql(text)
    places = [found.columns.index(name) for name in holding]
    shown = [found.columns.index(name) for name in whole.columns]
    groups: dict[str, dict[tuple[Term | None, ...], None]] = {}
    for solution in found.solutions():
        row = tuple(solution[place] for place in shown)
        for value in {term.value for place in places if isinstance(term := solution[place], NamedNode)}:
            groups.setdefault(value, {})[row] = None

    def rows(iri: str) -> Rows:
        return Rows(Bindings(whole.columns, iter(groups.get(iri, ()))), name=whole.name, prefixes=whole.prefixes)

    if compared:
        return rows
    if whole and not groups:
        return None
    # That a column holds what the parameter gives is tried, with the value that has the most rows and one without any.
    tried = sorted(things, key=lambda iri: len(groups.get(iri, ())))
    same = all(list(_ask(graph, query, parameter, iri)) == list(rows(iri)) for iri in {*tried[:1], *tried[-1:]})
    return rows if same else None


def _compared(query: NamedQuery, parameter: Parameter) -> tuple[str, ...]:
    """Return the variables one of which must be the value of a parameter, where a filter of the whole query says so.

    Then the rows for a value are those among all rows in which it stands; none where the text does more with it.
    """
    given = re.escape(parameter.variable)
    filtered = re.search(rf"FILTER\s*\(!BOUND\({given}\)((?:\s*\|\|\s*\?\w+\s*=\s*{given})+)\s*\)", query.text)
    if not filtered:
        return ()
    names = re.findall(r"\?(\w+)\s*=", filtered[1])
    before = [token.text for token in tokens(query.text[: filtered.start()])]
    times = sum(token.text == parameter.variable for token in tokens(query.text))
    of_all_rows = before.count("{") - before.count("}") == 1 and times == len(names) + 2
    return tuple(names) if of_all_rows else ()


def _ask(graph: Graph, query: NamedQuery, parameter: Parameter, iri: str) -> Rows:
    given: dict[str, Any] = {parameter.name: iri}
    return graph.query(query.name, **given)
