"""The projects of a city, report by report, as the reports list them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from ascn_graph.namespaces import STANDARD
from ascn_graph.publishing.view_models import EvidenceNote, Link
from ascn_graph.publishing.views import Notes, Views

__all__ = ["Project", "Projects", "bars"]

#: How many projects are at each stage, by the year of the report.
Stages = dict[str, Counter[str]]

_TITLE = STANDARD["dcterms"] + "title"
#: How tall the tallest bar is.
_HEIGHT = 90


class Project(NamedTuple):
    """A project with its rows by the year of the report: title there, status that it allows, places that say so."""

    link: Link
    area: Link | None
    listings: dict[str, list[tuple[str, str, tuple[EvidenceNote, ...]]]]


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
        rows: dict[str, list[tuple[str, str, tuple[EvidenceNote, ...]]]] = {}
        area = ""
        for listing in graph.iris(iri, self._listing):
            parent = graph.first(listing, self._list)
            status = graph.first(listing, self._status) or graph.first(parent, self._status)
            area = graph.first(listing, self._area) or area
            titled = [fact for fact in graph.facts.get(listing, ()) if fact.predicate == _TITLE][:1]
            notes = tuple(note for fact in titled for note in self._notes.of(listing, fact))
            told = (graph.text(listing, _TITLE), views.name(status)[0] if status else "listed", notes)
            rows.setdefault(graph.text(parent, self._year), []).append(told)
        return Project(views.link(iri), views.link(area) if area else None, dict(sorted(rows.items())))

    def stages(self, city: str) -> Stages:
        """Return how many projects of a city the chart of a report shows at each stage, by year."""
        graph, found = self._views.graph, Stages()
        for claim in graph.subjects(self._views.profile.term("claimAbout"), city):
            stage, year = graph.first(claim, self._status), graph.text(claim, self._views.profile.term("year"))
            if stage and year:
                number = int(graph.text(claim, self._views.profile.term("value")))
                found.setdefault(year, Counter())[self._views.name(stage)[0]] += number
        return found


class Bar(NamedTuple):
    """A year: how many projects its report lists, what its chart tells, and the parts: stage, top and height."""

    year: str
    listed: int
    told: str
    parts: list[tuple[str, float, float]]


def bars(projects: Sequence[Project], stages: Stages) -> list[Bar]:
    """Return how many of some projects each report lists, in parts where its chart tells their stages."""
    listed = Counter(year for project in projects for year in project.listings)
    drawn = {year: stages.get(year) or Counter({"": count}) for year, count in sorted(listed.items())}
    scale = _HEIGHT / max((parts.total() for parts in drawn.values()), default=1)
    found = []
    for year, counts in drawn.items():
        top, parts = float(_HEIGHT), []
        for stage, count in sorted(counts.items()):
            top -= count * scale
            parts.append((stage, top, count * scale))
        told = ", ".join(f"{count} {stage}" for stage, count in sorted(counts.items()) if stage)
        found.append(Bar(year, listed[year], told, parts))
    return found
