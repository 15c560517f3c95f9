"""Why the graph says what it says of a thing: each fact with its place in a source, its date and its citation."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from ascn_graph.graph import Graph
from ascn_graph.profile import Profile
from ascn_graph.results import Row

__all__ = ["explain", "place"]


def place(iri: str, line: object = None) -> str:
    """Say in words where in a source a piece of evidence lies.

    Args:
        iri: the evidence's IRI, such as `…/id/source/article#char=5450,5483` or `…#page=3`.
        line: the line, where it is known.
    """
    _, _, fragment = iri.partition("#")
    name, _, value = fragment.partition("=")
    if name == "char":
        begin, _, end = value.partition(",")
        return (f"line {line}, " if line is not None else "") + f"characters {begin} to {end}"
    return {"page": f"page {value}", "record": f"record {value}"}.get(name, "the whole document")


def explain(graph: Graph, name: str, *, timeout: float | None = None) -> str:
    """Tell every fact about a thing: who says so, where exactly, as of when, and which citation.

    Args:
        graph: the graph to ask.
        name: a slug, an IRI, a prefixed name or any recorded spelling.
        timeout: seconds for the query.

    Raises:
        UnknownName: none or several things answer to the name.
    """
    iri = graph.resolve(name)
    rows = list(graph.query("provenance", about=iri, timeout=timeout))
    return "\n".join(_told(iri, rows, graph.profile)) + "\n"


def _told(iri: str, rows: list[Row], profile: Profile) -> Iterator[str]:
    stated = [row for row in rows if row["source"]]
    yield f"{profile.compact(iri)}: {_count(len({row['fact'] for row in stated}), 'fact')} stated by a source"
    for (_, source, date), of_source in groupby(stated, key=_source):
        yield ""
        yield f"{source}, {f'as of {date}' if date else 'no date stated'}"
        for _, of_fact in groupby(of_source, key=lambda row: (row["place"], row["fact"])):
            group = list(of_fact)
            first = group[0]
            yield f"  {_named(first, profile)}"
            quote = f' "{first["quote"]}"' if first["quote"] else ""
            yield f"    {place(str(first['place']), first['line'])}{quote}"
            for cited in dict.fromkeys(_cited(row) for row in group if row["citation"]):
                yield f"    {cited}"
    inferred = [row for row in rows if row["basis"]]
    if inferred:
        yield ""
        yield "Inferred by this project"
        for _, of_fact in groupby(sorted(inferred, key=_by_fact), key=lambda row: row["fact"]):
            group = list(of_fact)
            yield f"  {_named(group[0], profile)}"
            yield from (f"    from: {row['basisName']} ({profile.compact(str(row['basis']))})" for row in group)


def _named(row: Row, profile: Profile) -> str:
    """Name a fact, with what it states where it is a statement."""
    return f"{row['factName']}" if row["stated"] is None else f"{row['factName']}: {_shown(row['stated'], profile)}"


def _source(row: Row) -> tuple[str, str, str]:
    return str(row["source"]), str(row["sourceName"]), str(row["attestedOn"] or "")


def _by_fact(row: Row) -> tuple[str, str]:
    return str(row["fact"]), str(row["basis"])


def _shown(value: object, profile: Profile) -> str:
    return profile.compact(value) if isinstance(value, str) and "://" in value else str(value)


def _cited(row: Row) -> str:
    archive = f", archived at {row['archiveUrl']}" if row["archiveUrl"] else ""
    return f"cites {row['citedTitle'] or row['citation']} <{row['citedUrl']}>{archive}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
