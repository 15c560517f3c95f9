"""Write `docs/queries.md`: each named query with its question, what it takes and gives, and its answer.

Run it as `python docs/build.py`; with `--check` it writes nothing and exits 1 where the page is not in step.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import ascn_graph as ascn
from ascn_graph import catalogue, resources
from ascn_graph.cli.query import example
from ascn_graph.results import Rows

PAGE = Path(__file__).resolve().parent / "queries.md"
#: How many rows of an answer are shown.
SHOWN = 5
_INTRO = """# The named queries

Each is one file in `queries/`, SPARQL 1.1 that runs as it stands in any tool; this page is written from their headers
and from the packaged graph by `python docs/build.py`. On the command line `ascn query` lists them and
`ascn query NAME --help` tells what is told here, with the SPARQL; in Python `graph.query("NAME", key="value")` gives
the same rows. A parameter may be left out unless it is required; where it may repeat, any of its values may match.
A thing is given by its slug, its IRI or any recorded spelling.

A header is a flat subset of YAML that grlc reads: `summary` (a question), `description`, `tags` (the first is its
group), `row`, `params` (one line a parameter: `kind` of thing or `type` of value, `required`, `many`, `example`),
`returns` (one line a column), and `expect: empty` where no row is the right answer. No value holds a colon before a
space. A parameter has a line `VALUES ?inName { UNDEF }` first in the WHERE, and its variable stands in no OPTIONAL,
sub-select or BIND."""


def page() -> str:
    """Give the page."""
    queries = catalogue.load(resources.queries())
    graph = ascn.load()
    groups = sorted({query.tags[0] for query in queries.values()})
    lines = [_INTRO]
    for group in groups:
        of_group = [query for query in queries.values() if query.tags[0] == group]
        lines.append(f"**{group}**: " + " · ".join(f"[{query.name}](#{query.name})" for query in of_group))
    for group in groups:
        for query in queries.values():
            if query.tags[0] == group:
                lines.extend(_section(query, graph))
    return "\n\n".join(lines) + "\n"


def _section(query: catalogue.NamedQuery, graph: ascn.Graph) -> Iterator[str]:
    yield f"## {query.name}"
    yield " ".join(filter(None, [f"**{query.summary}**", query.description]))
    yield f"A row: {query.row}."
    if query.parameters:
        need = {True: "required", False: "optional"}
        rows = (
            f"| `{each.name}` | {each.says} | {need[each.required]}{', may repeat' if each.many else ''} |"
            for each in query.parameters.values()
        )
        yield "\n".join(["| parameter | takes | |", "|---|---|---|", *rows])
    yield "\n".join(
        ["| column | meaning |", "|---|---|", *(f"| `{name}` | {means} |" for name, means in query.columns.items())]
    )
    yield f"```sh\n{example(query)}\n```"
    given = {word.partition("=")[0]: word.partition("=")[2] for word in example(query).split()[3:]}
    yield _answer(graph.query(query.name, **given))


def _answer(rows: Rows) -> str:
    told = f"{len(rows)} row{'' if len(rows) == 1 else 's'}" + (
        f", of which the first {SHOWN}:" if len(rows) > SHOWN else ":"
    )
    return f"{told}\n\n{rows[:SHOWN].to_markdown().strip()}"


def main() -> int:
    """Write the page, or compare it."""
    text = page()
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(text, encoding="utf-8")
        return 0
    same = PAGE.is_file() and PAGE.read_text(encoding="utf-8") == text
    print("docs/queries.md is in step" if same else "docs/queries.md is not in step: run `python docs/build.py`")
    return 0 if same else 1


if __name__ == "__main__":
    raise SystemExit(main())
