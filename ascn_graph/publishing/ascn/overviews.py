"""The pages that lay out what the named queries answer of the whole network, one table for each thing told of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from ascn_graph.publishing import wording
from ascn_graph.publishing.fact_index import AnyTerm, Fact
from ascn_graph.publishing.renderer import Page, Renderer
from ascn_graph.publishing.view_models import Link, by_text
from ascn_graph.publishing.views import Views
from ascn_graph.results import Rows

__all__ = ["Overviews", "Said", "Section"]

_NO_YEAR = "Year not stated"

_Row = Mapping[str, AnyTerm]


class Said(NamedTuple):
    """Something that is told, and what stands below it in small: who says so, or when."""

    what: Link
    by: tuple[Link, ...] = ()


_Line = tuple[tuple[Said, ...], ...]


class Section(NamedTuple):
    """A table of a page; the first cell of a row heads it."""

    heading: str
    columns: list[str]
    rows: list[_Line]

    @property
    def anchor(self) -> str:
        """Its place on the page."""
        return "".join(letter if letter.isalnum() else "-" for letter in self.heading.lower())


class Overviews:
    """Asks the named queries, and lays out what they answer.

    Args:
        ask: answers a named query by its name.
        views: what was read.
        renderer: fills the templates.
    """

    def __init__(self, ask: Callable[[str], Rows], views: Views, renderer: Renderer) -> None:
        self._answer = ask
        self._views = views
        self._renderer = renderer

    def pages(self) -> Iterator[Page]:
        """Yield the pages whose queries the catalogue has."""
        sections = {
            "timeline.html": self._timeline,
            "partners.html": self._partners,
            "focus-areas.html": self._areas,
            "disagreements.html": self._disagreements,
            "gaps.html": self._gaps,
            "compare.html": self._compared,
        }
        for path in (path for path in sections if path in self._renderer.words):
            told = [*sections[path]()]
            yield self._renderer.page(path, template="sections.html", sections=told, choice=path == "compare.html")

    def _ask(self, query: str) -> list[_Row]:
        rows = self._answer(query)
        return [
            {name: term for name, term in zip(rows.columns, row.terms, strict=True) if term is not None} for row in rows
        ]

    def _thing(self, row: _Row, column: str, name: str = "name") -> tuple[Said, ...]:
        """Return the link to a thing, called as the answer calls it."""
        return _cell(self._views.show(row[column])._replace(text=_text(row, name)))

    def _said(
        self, rows: Iterable[_Row], column: str, show: Callable[[_Row], Link] | None = None, by: str = "source"
    ) -> tuple[Said, ...]:
        """Return the values of a column, each once, with what another column of its rows holds."""
        found: dict[Link, dict[Link, None]] = {}
        for row in rows:
            if column in row:
                beside = found.setdefault(show(row) if show else self._views.show(row[column]), {})
                beside.update({self._views.show(row[by]): None} if by in row else {})
        return tuple(Said(value, tuple(by_text(beside))) for value, beside in found.items())

    def _timeline(self) -> Iterator[Section]:
        years: dict[str, list[_Line]] = {}
        for (kind, _), rows in _grouped(self._ask("timeline"), "kind", "thing").items():
            # A day without a year sorts first and says no year.
            year = next((date[:4] for row in rows if not (date := _text(row, "date")).startswith("-")), _NO_YEAR)
            what, when = self._thing(rows[0], "thing"), self._said(rows, "date")
            years.setdefault(year, []).append((what, when, _cell(Link(kind)), self._said(rows, "placeName", by="")))
        return (_section(year, ("What", "When", "Kind", "Where"), years[year]) for year in sorted(years))

    def _partners(self) -> Iterator[Section]:
        graph, city, link = self._views.graph, self._views.profile.term("memberCity"), self._views.link
        money: list[_Line] = []
        for row in self._ask("funding"):
            paid = self._said([row], "amount", _amount, "announced")
            money.append((_cell(link(_text(row, "funding"))), self._said([row], "funder", by=""), paid))
        kinds: dict[str, list[_Line]] = {}
        # Another source may tell of the same under the same name, but none says so: each account is a line.
        for (partnership,), rows in _grouped(self._ask("partners"), "partnership").items():
            name, partners = self._thing(rows[0], "partnership"), self._said(rows, "partner", by="")
            if paid := self._said(rows, "amount", _amount):
                money.append((name, partners, paid))
            cities, when = _cell(*map(link, graph.iris(partnership, city))), self._said(rows, "source", _span)
            kinds.setdefault(f"{_text(rows[0], 'kind').capitalize()}s", []).append((name, partners, cities, when))
        yield _section("Money", ("What", "Partners", "Amount"), money)
        yield from (_section(kind, ("What", "Partners", "Cities", "When"), kinds[kind]) for kind in sorted(kinds))

    def _areas(self) -> Iterator[Section]:
        rows = self._ask("projects-by-focus-area")
        years = sorted({_text(row, "report") for row in rows})
        number = {(self._views.show(row["focusArea"]), _text(row, "report")): _text(row, "projects") for row in rows}
        areas = by_text({area for area, _ in number})
        counted = ((_cell(area), *(_cell(Link(number.get((area, year), "0"))) for year in years)) for area in areas)
        yield _section("Projects by report", ("Focus area", *years), counted)

    @cached_property
    def _listings(self) -> list[_Row]:
        return self._ask("projects") if "projects" in self._renderer.known else []

    def area(self, concept: str) -> list[Section]:
        """Return the projects of a focus area, city by city; nothing for any other concept."""
        rows = [row for row in self._listings if _text(row, "focusArea") == concept and "project" in row]
        link, found = self._views.link, dict[Link, tuple[Said, ...]]()
        for (city,), listed in _grouped(rows, "city").items():
            found[link(city)] = tuple(
                Said(link(project), (Link(", ".join(dict.fromkeys(_text(row, "report") for row in told))),))
                for (project,), told in _grouped(listed, "project").items()
            )
        cells = [(_cell(city), found[city]) for city in by_text(found)]
        columns = ("City", "Projects, and the reports that list them")
        return [_section("Its projects, by city", columns, cells)] if cells else []

    def _disagreements(self) -> Iterator[Section]:
        found = _grouped(self._ask("conflicts"), "property").items()
        named = ((self._views.link(*word).text, rows) for word, rows in found)
        headed = [(f"{text[:1].upper()}{text[1:]}", rows) for text, rows in named]
        for heading, rows in sorted(headed, key=lambda pair: pair[0]):
            groups = _grouped(rows, "thing", "name").values()
            cells = ((self._thing(told[0], "thing"), self._said(told, "value", self._value)) for told in groups)
            yield _section(heading, ("Of", "Stated, and who says so"), cells)

    def _value(self, row: _Row) -> Link:
        """Return a value as its thing states it: an amount with its currency."""
        subject, predicate, value = _text(row, "thing"), _text(row, "property"), row["value"]
        stated = [fact for fact in self._views.graph.facts.get(subject, ()) if fact[:2] == (predicate, value)]
        if stated:
            return self._views.value(subject, stated[0])
        shown = self._views.show(value)
        is_figure = predicate.startswith(self._views.profile.things)
        return shown._replace(text=wording.amount(shown.text)) if is_figure else shown

    def _gaps(self) -> Iterator[Section]:
        every = _cell(Link("every source read here"))
        for (what,), rows in sorted(_grouped(self._ask("coverage"), "missing").items()):
            groups = _grouped(rows, "thing").values()
            cells = ((self._thing(told[0], "thing"), self._said(told, "source", by="") or every) for told in groups)
            yield _section(f"No {what}", ("Of", "Who leaves it out"), cells)

    def _compared(self) -> Iterator[Section]:
        listed = Counter((_text(row, "city"), _text(row, "report")) for row in self._listings)
        years = sorted({year for _, year in listed})
        officers = _grouped(self._ask("officers"), "city")
        measured = [self.figures("population"), self.figures("land-area")]
        found: list[_Line] = []
        for (city,), rows in _grouped(self._ask("cities"), "city").items():
            dated = officers.get((city,), [])
            latest = max((_text(row, "attestedOn") for row in dated), default="")
            held = [row for row in dated if latest and _text(row, "attestedOn") == latest]
            found.append(
                (
                    _cell(self._views.link(city)),
                    self._thing(rows[0], "memberState", "memberStateName") if "memberState" in rows[0] else (),
                    self._said(rows, "joined"),
                    *(tuple(self._figure(*one) for one in figures.get(city, ())) for figures in measured),
                    self._said(held, "person", by="attestedOn"),
                    tuple(Said(Link(str(listed[city, year])), (Link(f"in {year}"),)) for year in years),
                )
            )
        columns = ("City", "Member state", "Joined", "Population", "Land area", "Officer, as of", "Projects listed")
        yield _section("Side by side", columns, found)

    def figures(self, measure: str) -> dict[str, list[tuple[str, Fact]]]:
        """Return the figures of a measure by what they are of, each with its claim."""
        graph, profile = self._views.graph, self._views.profile
        found: dict[str, list[tuple[str, Fact]]] = {}
        for claim in graph.subjects(profile.term("measure"), profile.thing_iri("concept", measure)):
            stated = [(claim, fact) for fact in graph.facts[claim] if fact.predicate == profile.term("value")]
            for about in graph.iris(claim, profile.term("claimAbout")):
                found.setdefault(about, []).extend(stated)
        return found

    def _figure(self, claim: str, fact: Fact) -> Said:
        sources = (self._views.settings.source(name) for name in fact.graphs)
        return Said(self._views.value(claim, fact), tuple(map(self._views.link, sources)))


def _cell(*links: Link) -> tuple[Said, ...]:
    """Return links as what stands in a cell, with nobody who says so."""
    return tuple(map(Said, links))


def _section(heading: str, columns: Sequence[str], rows: Iterable[_Line]) -> Section:
    """Return a table without the columns in which nothing stands."""
    told = [*rows]
    kept = [n for n in range(len(columns)) if any(row[n] for row in told)]
    return Section(heading, [columns[n] for n in kept], [tuple(row[n] for n in kept) for row in told])


def _grouped(rows: Iterable[_Row], *columns: str) -> dict[tuple[str, ...], list[_Row]]:
    """Return rows by what some columns hold, in the order in which it first comes."""
    found: dict[tuple[str, ...], list[_Row]] = {}
    for row in rows:
        found.setdefault(tuple(_text(row, column) for column in columns), []).append(row)
    return found


def _text(row: _Row, column: str) -> str:
    """Return what a cell holds as text, empty where it is unbound."""
    return str(getattr(row.get(column), "value", ""))


def _amount(row: _Row) -> Link:
    amount, currency = _text(row, "amount"), _text(row, "currency")
    return Link(wording.amount(amount, currency), exact=f"{amount} {currency}".strip())


def _span(row: _Row) -> Link:
    begins, ends = (wording.date(_text(row, name)) for name in ("begins", "ends"))
    return Link(" to ".join(filter(None, (begins, ends))) if begins or not ends else f"until {ends}")
