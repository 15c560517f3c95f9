"""What `ascn query` tells of the named queries: all of them, those that speak of a word, or one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ascn_graph.errors import UsageError
from ascn_graph.nearest import did_you_mean
from ascn_graph.profile import Profile
from ascn_graph.sparql import catalogue

__all__ = ["as_json", "describe", "example", "listing"]


def as_json(profile: Profile) -> bytes:
    """Write the named queries for programs, as JSON."""
    import json  # noqa: PLC0415 - only a catalogue for programs needs it

    from ascn_graph.api import listing as catalogue_of  # noqa: PLC0415 - as above

    told = catalogue_of(profile, catalogue.load(profile).values())
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()


def listing(profile: Profile, word: str = "") -> str:
    """List the named queries by group, each with its question and parameters; with a word, those that speak of it.

    Raises:
        UsageError: no query speaks of the word.
    """
    queries = catalogue.load(profile)
    found = {name: query for name, query in queries.items() if word.casefold() in _told(query)}
    if not found and queries:
        words = {told for query in queries.values() for told in re.findall(r"\w+", _told(query))}
        hint = did_you_mean(word.casefold(), words) or "; `ascn query` lists them all."
        raise UsageError(f"No named query speaks of '{word}'{hint}")
    return "\n".join(_listed(found))


def _told(query: catalogue.NamedQuery) -> str:
    columns = " ".join(f"{name} {meaning}" for name, meaning in query.columns.items())
    told = (query.name, query.summary, query.description, query.row, *query.tags, *query.parameters, columns)
    return " ".join(told).casefold()


def _listed(queries: Mapping[str, catalogue.NamedQuery]) -> Iterator[str]:
    width = max((len(name) for name in queries), default=0) + 2
    for group in dict.fromkeys(query.tags[0] for query in queries.values()):
        yield f"{group}"
        for query in queries.values():
            if query.tags[0] == group:
                takes = " ".join(
                    name if parameter.required else f"[{name}]" for name, parameter in query.parameters.items()
                )
                yield f"  {query.name:<{width}}{query.summary}"
                if takes:
                    yield f"  {'':<{width}}takes {takes}"
        yield ""
    if queries:
        yield "`ascn query NAME --help` tells what a query takes and gives."
    else:
        yield "There are no named queries here; `queries` in graph.toml lists the folders that hold them."


def example(query: catalogue.NamedQuery) -> str:
    """Return a command line that runs the query with the examples of its header."""
    parameters = [parameter for parameter in query.parameters.values() if parameter.required]
    parameters = parameters or list(query.parameters.values())[:1]
    return " ".join(["ascn query", query.name, *(f"{each.name}={each.example}" for each in parameters)])


def describe(query: catalogue.NamedQuery) -> str:
    """Return what a named query asks, takes and gives, with an example."""
    lines = [query.summary, ""]
    lines += [query.description, ""] if query.description else []
    lines += [f"Row: {query.row}", ""] if query.row else []
    lines += ["Parameters:" if query.parameters else "Parameters: none"]
    for each in query.parameters.values():
        need = ("required" if each.required else "optional") + (", may repeat" if each.many else "")
        lines.append(f"  {each.name}={each.example}  ({each.says}; {need})")
    if query.columns:
        width = max(map(len, query.columns)) + 2
        lines += ["", "Columns:", *(f"  {name:<{width}}{meaning}" for name, meaning in query.columns.items())]
    return "\n".join([*lines, "", f"Example: {example(query)}"])
