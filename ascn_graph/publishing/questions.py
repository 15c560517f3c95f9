"""The pages of the named queries: the one that answers in the browser, and one a query with its answer ready made."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from pyoxigraph import Literal

from ascn_graph.errors import UnknownName
from ascn_graph.graph import Graph
from ascn_graph.namespaces import KINDS, ONTOLOGY, PREFIXES, THING, compact
from ascn_graph.profile import packaged
from ascn_graph.publishing import maps, query_page
from ascn_graph.publishing.dumps import Dump
from ascn_graph.publishing.frame import HOME, Frame, Page
from ascn_graph.publishing.views import Link, Views
from ascn_graph.results import Rows
from ascn_graph.sparql import catalogue
from ascn_graph.sparql.catalogue import NamedQuery

__all__ = ["Questions", "static_files"]

_HERE = Path(__file__).parent
_SPELLINGS = tuple(PREFIXES[prefix] + name for prefix, name in (("skos", "altLabel"), ("skos", "hiddenLabel")))
_DEFINITION = PREFIXES["skos"] + "definition"
# They repeat the names of what they are about, and are found by their IRI alone.
_QUIET = ("region", "statement", "tenure")
_SHOWN = 500
_CRUMB = Link("Query", href="query.html")


class _Answer(NamedTuple):
    """An answer on a page: how many rows there are, and the first of them as cells (None: unbound)."""

    number: int
    rows: list[list[Link | None]]


def static_files() -> Iterator[tuple[str, bytes]]:
    """Give the style sheet, our scripts and the vendored files: path from the top of the site, and bytes."""
    assets, vendor = _HERE / "assets", _HERE / "vendor"
    for path in sorted(assets.iterdir()):
        if path.suffix in (".css", ".js"):
            yield f"assets/{path.name}", path.read_bytes()
    listing = (vendor / "VENDOR.json").read_bytes()
    yield "vendor/VENDOR.json", listing
    files = json.loads(listing)["files"]
    for name in sorted({entry[key] for entry in files for key in ("file", "licenceFile")}):
        yield f"vendor/{name}", (vendor / name).read_bytes()


class Questions:
    """Asks the named queries once, and writes their answers as files and as pages.

    Args:
        graph: an embedded graph.
        views: what makes links.
        frame: fills the templates.
    """

    def __init__(self, graph: Graph, views: Views, frame: Frame) -> None:
        self._views = views
        self._frame = frame
        self._queries = catalogue.load(packaged())
        self._answers: dict[str, Rows] = {}
        for query in self._queries.values():
            # Another graph than the packaged one may not know the thing that is the example.
            with contextlib.suppress(UnknownName):
                self._answers[query.name] = graph.query(query.name, timeout=None, **_example(query))

    def tables(self) -> Iterator[Dump]:
        """Give the answer of each query that needs no value as CSV."""
        for name, rows in self._answers.items():
            query = self._queries[name]
            if not _example(query):
                yield Dump(_csv(query), "text/csv", query.summary, rows.to_csv().encode())

    def pages(self) -> Iterator[Page]:
        """Give the query page, and a page a named query."""
        yield self._frame.page(
            "query.html",
            "query.html",
            title="Query",
            description="Named questions and your own SPARQL, answered in this page by an engine in your browser.",
            crumbs=[HOME],
            csp=query_page.CSP,
            values={"groups": query_page.grouped(self._queries.values())},
        )
        for query in self._queries.values():
            example = _example(query)
            yield self._frame.page(
                "named.html",
                f"query/{query.name}.html",
                title=query.summary,
                description=f"The named query {query.name}: what it takes and returns, its SPARQL and its answer.",
                crumbs=[HOME, _CRUMB],
                values={
                    "query": query,
                    "example": list(example.items()),
                    "answer": self._answer(query),
                    "csv": "" if example else _csv(query),
                },
            )

    def script_data(self, kinds: Mapping[str, Sequence[str]]) -> tuple[str, bytes]:
        """Give what the query page's script reads; `kinds` are the IRIs of the things by kind."""
        graph = self._views.graph
        things: dict[str, list[list[str]]] = {}
        for kind in KINDS:
            for thing in sorted(kinds.get(kind, ())) if kind not in _QUIET else ():
                label = graph.label(thing)
                spellings = {
                    term.value for name in _SPELLINGS for term in graph.values(thing, name) if isinstance(term, Literal)
                }
                if label:
                    slug = thing.removeprefix(f"{THING}{kind}/")
                    things.setdefault(kind, []).append([slug, label[0], *sorted(spellings)])
        terms = [
            (compact(term), graph.text(term, _DEFINITION)) for term in sorted(graph.facts) if term.startswith(ONTOLOGY)
        ]
        land = maps.base_map_json(maps.base_map())
        return "query.json", query_page.catalogue_json(self._queries.values(), things, terms, land).encode()

    def _answer(self, query: NamedQuery) -> _Answer | None:
        rows = self._answers.get(query.name)
        if rows is None:
            return None
        shown = [[None if term is None else self._views.show(term) for term in row.terms] for row in rows[:_SHOWN]]
        return _Answer(len(rows), shown)


def _example(query: NamedQuery) -> dict[str, str]:
    """Give the values without which a query means nothing, each its example."""
    return {name: parameter.example for name, parameter in query.parameters.items() if parameter.required}


def _csv(query: NamedQuery) -> str:
    return f"dumps/csv/{query.name}.csv"
