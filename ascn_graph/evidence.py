"""Why the graph says what it says of a thing: each value with its source, place, date and citation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from pathlib import Path
from string import Template

from pyoxigraph import Literal

from ascn_graph.errors import UnknownQuery, counted, require
from ascn_graph.graph import Graph
from ascn_graph.prints import holds
from ascn_graph.profile import Profile
from ascn_graph.results import Row, Rows, Value

__all__ = ["attributions", "explain", "names", "place", "told"]


def place(iri: str, line: object = None) -> str:
    """Return in words where in a source a piece of evidence lies.

    Args:
        iri: the evidence's IRI, such as `…#char=5450,5483` or `…#page=3`.
        line: the line, where it is known.
    """
    _, _, fragment = iri.partition("#")
    name, _, value = fragment.partition("=")
    if name == "char":
        begin, _, end = value.partition(",")
        return (f"line {line}, " if line is not None else "") + f"characters {begin} to {end}"
    return {"page": f"page {value}", "record": f"record {value}"}.get(name, "the whole document")


def explain(graph: Graph, name: str, *, timeout: float | None = None) -> str:
    """Return every value that is stated of a thing: who says so, where exactly, as of when, and which citation.

    Then what is inferred and from what, and on what sources differ.

    Args:
        graph: the graph to ask.
        name: a slug, an IRI, a prefixed name or any recorded spelling.
        timeout: seconds for the query.

    Raises:
        UnknownName: none or several things answer to the name.
    """
    require(graph, Graph, "A graph is what load() or connect() returns")
    iri = graph.resolve(name)
    rows = list(attributions(graph, iri, timeout))
    try:
        differing = list(graph.query("conflicts", about=iri, timeout=timeout))
    except UnknownQuery:
        # Not every graph project asks this.
        differing = []
    return "\n".join(told(iri, rows, differing, graph.profile)) + "\n"


def attributions(graph: Graph, iri: str, timeout: float | None) -> Rows:
    """Ask the project's own query, which may know more ways to a fact, else the one that its profile gives."""
    try:
        return graph.query("provenance", about=iri, timeout=timeout)
    except UnknownQuery:
        return graph.sparql(_query(iri, graph.profile), timeout=timeout)


def _query(iri: str, profile: Profile) -> str:
    """Return a query with the columns of `provenance`, in the terms of a profile."""
    template = Template(Path(__file__).with_suffix(".rq").read_text(encoding="utf-8"))
    terms = profile.evidence._asdict()
    label = "|".join(f"<{name}>" for name in profile.labels())
    return template.substitute(terms, about=f"<{iri}>", label=label, derived=profile.graph_iri(profile.derived))


def told(iri: str, rows: list[Row], differing: list[Row], profile: Profile) -> Iterator[str]:
    """Yield the rows of `provenance` and `conflicts` about a thing line by line."""
    stated = [row for row in rows if row["source"]]
    values = {(row["fact"], row["property"], row["stated"]) for row in stated}
    sources = {row["source"] for row in stated}
    if not rows:
        yield f"{profile.compact(iri)}: nothing is known of sources here; no fact in a named graph names a place for it"
        return
    yield f"{profile.compact(iri)}: {counted(len(values), 'value')} stated by {counted(len(sources), 'source')}"
    known = names(rows)

    def by_name(*columns: str) -> Callable[[Row], tuple[str, ...]]:
        return lambda row: (known.get(row[columns[0]], ""), *_by(*columns)(row))

    by_source = by_name("source", "attestedOn")
    for (name, source, date), of_source in groupby(sorted(stated, key=by_source), key=by_source):
        yield ""
        # A source that nothing describes, such as a mistyped one, has no name.
        yield f"{name or profile.compact(source)}, {f'as of {date}' if date else 'no date stated'}"
        for (fact, _), of_fact in groupby(sorted(of_source, key=by_name("fact")), key=by_name("fact")):
            yield from _of_fact(iri, fact, list(of_fact), profile)
    inferred = [row for row in rows if row["basis"]]
    if inferred:
        yield ""
        yield "Inferred by this project"
        for group in _by_value(inferred):
            fact = known.get(group[0]["fact"], "")
            yield f"  {_as_text(fact, profile)}{': ' if fact else ''}{_value(group[0], profile)}"
            yield from dict.fromkeys(
                f"    from: {known.get(row['basis'])} ({profile.compact(str(row['basis']))})" for row in group
            )
    if differing:
        yield ""
        yield "Sources differ"
        yield from _differing(differing, profile)


def names(rows: Iterable[Row]) -> dict[Value, str]:
    """Return one name of each fact, source and basis: the English or untagged one where there are several."""
    found: dict[Value, str] = {}
    for row in rows:
        for thing in ("fact", "source", "basis"):
            name = row[f"{thing}Name"]
            if name is not None and (row[thing] not in found or getattr(name, "language", None) in (None, "en")):
                found[row[thing]] = str(name)
    return found


def _of_fact(iri: str, name: str, rows: list[Row], profile: Profile) -> Iterator[str]:
    """Yield the values of one fact, each with the places that print it, else with all places of the fact."""
    indent = "  "
    # A fact without an IRI has no name either.
    if rows[0]["fact"] not in (iri, None):
        yield f"  {_as_text(name, profile)}"
        indent = "    "
    placed: dict[tuple[str, ...], list[str]] = {}
    for group in _by_value(rows):
        printed = [row for row in group if row["quote"] and holds(str(row["quote"]), str(row["stated"]))] or group
        placed.setdefault(tuple(_placed(printed)), []).append(_value(group[0], profile))
    for places, values in placed.items():
        yield from (f"{indent}{value}" for value in values)
        yield from (f"{indent}  {line}" for line in places)


def _placed(rows: list[Row]) -> Iterator[str]:
    """Yield the places of a value in order, then what is cited there."""
    for row in {str(row["place"]): row for row in rows}.values():
        quote = f' "{row["quote"]}"' if row["quote"] else ""
        yield f"{place(str(row['place']), row['line'])}{quote}"
    yield from dict.fromkeys(_cited(row) for row in rows if row["citation"])


def _differing(rows: list[Row], profile: Profile) -> Iterator[str]:
    for (thing, _), of_property in groupby(rows, key=_by("name", "property")):
        group = list(of_property)
        yield f"  {thing}: {profile.compact(str(group[0]['property']))}"
        for row in group:
            date = f", as of {row['asOf']}" if row["asOf"] else ""
            yield f"    {_as_text(row['value'], profile)} ({profile.compact(str(row['source']))}{date})"


def _value(row: Row, profile: Profile) -> str:
    return f"{profile.compact(str(row['property']))} {_as_text(row['stated'], profile)}"


def _by(*columns: str) -> Callable[[Row], tuple[str, ...]]:
    """Return a key that sorts and groups rows by the texts of some columns."""
    return lambda row: tuple("" if row[column] is None else str(row[column]) for column in columns)


def _by_value(rows: list[Row]) -> Iterator[list[Row]]:
    """Yield the rows of each value of a fact."""
    key = _by("fact", "property", "stated")
    return (list(of_value) for _, of_value in groupby(sorted(rows, key=key), key=key))


def _as_text(value: object, profile: Profile) -> str:
    if isinstance(value, Literal):
        # A datatype that Python has no type for, such as a day without a year.
        return value.value
    return profile.compact(value) if isinstance(value, str) and "://" in value else str(value)


def _cited(row: Row) -> str:
    archive = f", archived at {row['archiveUrl']}" if row["archiveUrl"] else ""
    return f"cites {row['citedTitle'] or row['citation']} <{row['citedUrl']}>{archive}"
