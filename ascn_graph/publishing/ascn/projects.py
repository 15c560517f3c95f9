"""The projects of a city, report by report, as the reports list them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from markupsafe import Markup

from ascn_graph.namespaces import STANDARD
from ascn_graph.publishing.view_models import Link, Note
from ascn_graph.publishing.views import Notes, Views

__all__ = ["Project", "Projects", "bars", "years"]

_TITLE = STANDARD["dcterms"] + "title"
_BAR, _HEIGHT, _GAP = 64, 90, 22


class _Listing(NamedTuple):
    """A row of a report: the title there, the status that it allows, and the places that say so."""

    title: str
    status: str
    notes: tuple[Note, ...]


class Project(NamedTuple):
    """A project with its rows by the year of the report."""

    link: Link
    area: Link | None
    listings: dict[str, list[_Listing]]


class Projects:
    """Reads the projects for one page, whose notes it numbers.

    Args:
        views: what was read.
        notes: the notes of the page.
    """

    def __init__(self, views: Views, notes: Notes) -> None:
        self._views = views
        self._notes = notes
        term = views.profile.term
        self._city, self._listing, self._list = term("memberCity"), term("listing"), term("list")
        self._year, self._status, self._area = term("reportYear"), term("status"), term("focusArea")

    def of_city(self, city: str) -> list[Project]:
        """Return the projects of a city, in the order of their names."""
        graph = self._views.graph
        found = [one for one in graph.subjects(self._city, city) if self._views.profile.kind_of(one) == "project"]
        return sorted((self.project(one) for one in found), key=lambda project: project.link.text)

    def project(self, iri: str) -> Project:
        """Return a project with its rows."""
        views, graph = self._views, self._views.graph
        rows: dict[str, list[_Listing]] = {}
        area = ""
        for listing in graph.iris(iri, self._listing):
            parent = graph.first(listing, self._list)
            status = graph.first(listing, self._status) or graph.first(parent, self._status)
            area = graph.first(listing, self._area) or area
            fact = next((fact for fact in graph.facts.get(listing, ()) if fact.predicate == _TITLE), None)
            notes = self._notes.of(listing, fact) if fact else ()
            told = _Listing(graph.text(listing, _TITLE), views.name(status)[0] if status else "listed", notes)
            rows.setdefault(graph.text(parent, self._year), []).append(told)
        return Project(views.link(iri), views.link(area) if area else None, dict(sorted(rows.items())))


def years(projects: Sequence[Project]) -> list[str]:
    """Return the years of the reports that list any of some projects."""
    return sorted({year for project in projects for year in project.listings})


def bars(projects: Sequence[Project]) -> Markup:
    """Draw how many of some projects each report lists."""
    number = Counter(year for project in projects for year in project.listings)
    most = max(number.values(), default=1)
    width = len(number) * _BAR
    words = "; ".join(f"{year}: {count}" for year, count in sorted(number.items()))
    size = f'viewBox="0 0 {width} {_HEIGHT + 2 * _GAP}" width="{width}"'
    label = f'aria-label="Projects listed by report: {escape(words)}"'
    font = 'font-family="sans-serif" font-size="14"'
    lines = [f'<svg class="bars" xmlns="http://www.w3.org/2000/svg" {size} role="img" {label} {font}>']
    for place, (year, count) in enumerate(sorted(number.items())):
        tall = _HEIGHT * count / most
        middle = place * _BAR + _BAR / 2
        lines.append(
            f'<rect x="{place * _BAR + 12}" y="{_GAP + _HEIGHT - tall:.0f}" width="{_BAR - 24}" height="{tall:.0f}"/>'
            f'<text x="{middle:.0f}" y="{_GAP + _HEIGHT - tall - 5:.0f}" text-anchor="middle">{count}</text>'
            f'<text x="{middle:.0f}" y="{_HEIGHT + 2 * _GAP - 5}" text-anchor="middle">{escape(year)}</text>'
        )
    return Markup("\n".join([*lines, "</svg>"]))  # noqa: S704 - every word is escaped
