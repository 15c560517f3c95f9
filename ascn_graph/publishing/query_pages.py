"""The pages of the named queries: the one that answers in the browser, and one a query with its answer ready made."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property

from ascn_graph.errors import UnknownName
from ascn_graph.publishing.dumps import Dump
from ascn_graph.publishing.renderer import Page, Renderer
from ascn_graph.publishing.view_models import Link
from ascn_graph.publishing.views import Views
from ascn_graph.results import Rows
from ascn_graph.sparql import NamedQuery, catalogue

__all__ = ["QueryPages"]

_MOST_ROWS = 500
_CRUMB = Link("Ask", href="query.html")
_OTHER = "other"


class QueryPages:
    """Asks the named queries once, and writes their answers as files and as pages.

    Args:
        ask: answers one by its name and values, each once.
        views: what makes links.
        renderer: fills the templates.
    """

    def __init__(self, ask: Callable[..., Rows], views: Views, renderer: Renderer) -> None:
        self._ask = ask
        self._views = views
        self._renderer = renderer
        self._groups = _grouped(catalogue.load(views.profile).values(), views.settings.subjects)
        #: The queries by name, in the order in which they are listed.
        self.queries = {query.name: query for _, queries in self._groups for query in queries}

    @cached_property
    def _answers(self) -> dict[str, Rows]:
        found = {}
        for query in self.queries.values():
            # Other data than the catalogue was written for may not know the thing that is the example.
            with contextlib.suppress(UnknownName):
                found[query.name] = self._ask(query.name, **query.needs)
        return found

    @property
    def answers(self) -> dict[str, Rows]:
        """The answers of the queries that need no value, by the name of the query."""
        return {name: rows for name, rows in self._answers.items() if not self.queries[name].needs}

    def tables(self) -> Iterator[Dump]:
        """Yield the answer of each query that needs no value as CSV."""
        for name, rows in self.answers.items():
            query = self.queries[name]
            yield Dump(_csv(query), query.summary, rows.to_csv().encode())

    def questions(self) -> list[tuple[str, str, int]]:
        """Return what the queries that need no value answer: question, path of the page, number of rows."""
        return [(self.queries[name].summary, f"query/{name}.html", len(rows)) for name, rows in self.answers.items()]

    def pages(self) -> Iterator[Page]:
        """Yield the query page, and a page a named query."""
        yield self._renderer.page("query.html", groups=self._groups)
        for query in self.queries.values():
            rows = self._answers.get(query.name)
            yield self._renderer.page(
                f"query/{query.name}.html",
                template="named.html",
                title=query.summary,
                description=f"The named query {query.name}: what it takes and returns, its SPARQL and its answer.",
                crumbs=[_CRUMB],
                query=query,
                example=query.needs,
                number=None if rows is None else len(rows),
                answer=None if rows is None else self._table(rows),
                csv="" if query.needs or rows is None else _csv(query),
            )

    def _table(self, rows: Rows) -> tuple[list[str], list[list[Link | None]]]:
        """Return the columns of an answer, and its first rows as cells (None: unbound)."""
        shown = [[None if term is None else self._views.show(term) for term in row.terms] for row in rows[:_MOST_ROWS]]
        texts = [tuple(cell and cell.text for cell in column) for column in zip(*shown, strict=True)]
        # A link reads as the name that the next column may hold: once is enough.
        kept = [n for n, column in enumerate(texts) if not n or column != texts[n - 1]] or range(len(rows.columns))
        return [rows.columns[n] for n in kept], [[row[n] for n in kept] for row in shown]


def _grouped(queries: Iterable[NamedQuery], subjects: Sequence[str]) -> list[tuple[str, list[NamedQuery]]]:
    """Return the named queries by their first tag: the subjects in their order, then the others by name."""
    groups: dict[str, list[NamedQuery]] = {}
    for query in sorted(queries, key=lambda query: query.name):
        groups.setdefault(query.tags[0] if query.tags else _OTHER, []).append(query)
    known = {subject: place for place, subject in enumerate(subjects)}
    return sorted(groups.items(), key=lambda group: (known.get(group[0], len(known)), group[0]))


def _csv(query: NamedQuery) -> str:
    return f"dumps/csv/{query.name}.csv"
