"""Write a page for each named query, with what it takes and gives and its answer, and the list of them.

Run it as `python docs/build.py`; with `--check` it writes nothing and exits 1 where a page is not in step.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import ascn_graph as ascn
from ascn_graph import profile
from ascn_graph.cli.listing import example
from ascn_graph.results import Rows
from ascn_graph.sparql import catalogue

DOCS = Path(__file__).resolve().parent
#: How many rows of an answer are shown.
SHOWN = 10
_INTRO = """# The named queries

Each is one file in `queries/`, SPARQL 1.1 that runs as it stands in any tool. Each has a page here with what it takes
and gives and with its answer, written from its header and from the packaged graph by `python docs/build.py`. On the
command line `ascn query` lists them and `ascn query NAME --help` tells what is told here, with the SPARQL; in Python
`graph.query("NAME", key="value")` gives the same rows. A parameter may be left out unless it is required; where it may
repeat, any of its values may match. A thing is given by its slug, its IRI or any recorded spelling.

On a terminal an answer is laid out for its width (that of `COLUMNS`, else of the window): text wraps at words,
addresses are cut where they are alike, columns without any value go with a note, and where rows would still not fit
each is a block of lines. What is wanted can be chosen:

```sh
ascn query --search pixel                          # the queries that speak of a word
ascn query officers --columns cityName,name --limit 5
ascn query cities -o cities.geojson                # the ending says the format
ascn query officers city=hanoi --show              # the SPARQL that would be sent
source <(ascn completion bash)                     # commands, queries, parameters and names; zsh and fish likewise
```

A folder of query files of your own is a catalogue beside these: `--queries DIR`, `load(queries="DIR")`, or `queries`
in the `graph.toml` of a project. Each file is called by its name without `.rq`; two of one name are refused. SPARQL of
your own needs no PREFIX line for a prefix of the profile: lines for those it uses and does not declare are put before
it, as `--show` prints it; `--no-prefixes` and `sparql(text, prefixes=False)` put none. To an endpoint the same lines
are sent, and stand above what it declares itself. `schema:` is https://schema.org/ in this graph, while Wikidata,
DBpedia and many others have http://schema.org/: where that line is added for an endpoint a warning says so, and a
`PREFIX schema: <http://schema.org/>` of your own settles it.

A header is the lines that begin with `#+` among the comments at the top of a file, a flat subset of YAML that grlc
reads: `summary` (a question), `description`, `tags` (the first is its group), `row`, `params` (one line a parameter:
`kind` of thing, `any` for every kind, or `type` of value, `required`, `many`, `example`), `returns` (one line a
column), and `expect: empty` where no row is the right answer. None of them is required; keys of other tools, such as
`endpoint` and `method` of grlc, are passed over. A `type` is string, integer, decimal, double, boolean, date,
dateTime, gYear, gYearMonth, period (a year, a month or a day, compared as text), choice (with `choices`) or iri. A
parameter has a line `VALUES ?inName { UNDEF }` first in a WHERE, or first in each branch of its UNION, so that an
engine begins at what is asked for; its variable stands in no OPTIONAL and in no BIND that computes. An OPTIONAL after
a computed variable is read for it alone only where that variable cannot be unbound (`COALESCE`) and the OPTIONAL
holds at most two patterns. One triple stands in the graph of every source that states it, and an engine may count it
once for each: a query first gathers what it is about in a `SELECT DISTINCT`, and labels and what may be missing
follow in OPTIONAL."""


def pages() -> dict[str, str]:
    """Return the text of every page by its path below `docs/`."""
    queries = catalogue.load(profile.packaged())
    graph = ascn.load()
    written = {f"queries/{name}.md": "\n\n".join(_page(query, graph)) + "\n" for name, query in queries.items()}
    lines = [_INTRO]
    for group in sorted({query.tags[0] for query in queries.values()}):
        of_group = [query for query in queries.values() if query.tags[0] == group]
        rows = (f"| [{query.name}](queries/{query.name}.md) | {query.summary} |" for query in of_group)
        lines.append("\n".join([f"| {group} | |", "|---|---|", *rows]))
    return {"queries.md": "\n\n".join(lines) + "\n", **written}


def _page(query: catalogue.NamedQuery, graph: ascn.Graph) -> Iterator[str]:
    yield f"# {query.name}"
    yield " ".join(filter(None, [f"**{query.summary}**", query.description]))
    yield f"A row: {query.row}. The query: [{query.name}.rq](../../queries/{query.name}.rq)."
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
    """Write the pages, or compare them."""
    texts = {DOCS / path: text for path, text in pages().items()}
    stale = set((DOCS / "queries").glob("*.md")) - set(texts)
    if "--check" not in sys.argv[1:]:
        (DOCS / "queries").mkdir(exist_ok=True)
        for path, text in texts.items():
            path.write_text(text, encoding="utf-8")
        for path in stale:
            path.unlink()
        return 0
    differ = {path for path, text in texts.items() if not path.is_file() or path.read_text(encoding="utf-8") != text}
    for path in sorted(differ | stale):
        print(f"{path.relative_to(DOCS.parent)} is not in step: run `python docs/build.py`")
    return 1 if differ or stale else 0


if __name__ == "__main__":
    raise SystemExit(main())
