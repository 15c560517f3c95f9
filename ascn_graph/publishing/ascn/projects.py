"""The projects of a city, report by report, as the reports list them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ascn_graph.namespaces import STANDARD
from ascn_graph.publishing.view_models import EvidenceNote, Link
from ascn_graph.publishing.views import Notes, Views

__all__ = ["Project", "bars", "project", "stages"]

_TITLE = STANDARD["dcterms"] + "title"
#: How tall the tallest bar is.
_HEIGHT = 90


class Project(NamedTuple):
    """A project with its rows by the year of the report: title there, status that it allows, places that say so."""

    link: Link
    area: Link | None
    listings: dict[str, list[tuple[str, str, tuple[EvidenceNote, ...]]]]


def project(iri: str, views: Views, notes: Notes) -> Project:
    """Return a project with its rows, whose notes are numbered for its page."""
    graph, term = views.graph, views.profile.term
    rows: dict[str, list[tuple[str, str, tuple[EvidenceNote, ...]]]] = {}
    area = ""
    for listing in graph.iris(iri, term("listing")):
        parent = graph.first(listing, term("list"))
        status = graph.first(listing, term("status")) or graph.first(parent, term("status"))
        area = graph.first(listing, term("focusArea")) or area
        titled = [fact for fact in graph.facts.get(listing, ()) if fact.predicate == _TITLE][:1]
        said = tuple(note for fact in titled for note in notes.of(listing, fact))
        told = (graph.text(listing, _TITLE), views.name(status)[0] if status else "listed", said)
        rows.setdefault(graph.text(parent, term("reportYear")), []).append(told)
    return Project(views.link(iri), views.link(area) if area else None, dict(sorted(rows.items())))


def stages(city: str, views: Views) -> dict[str, Counter[str]]:
    """Return how many projects of a city the chart of a report shows at each stage, by year."""
    graph, term, found = views.graph, views.profile.term, dict[str, Counter[str]]()
    for claim in graph.subjects(term("claimAbout"), city):
        stage, year = graph.first(claim, term("status")), graph.text(claim, term("year"))
        if stage and year:
            found.setdefault(year, Counter())[views.name(stage)[0]] += int(graph.text(claim, term("value")))
    return found


class Bar(NamedTuple):
    """A year: how many projects its report lists, what its chart tells, and the parts: stage, top and height."""

    year: str
    listed: int
    told: str
    parts: list[tuple[str, float, float]]


def bars(projects: Sequence[Project], charted: Mapping[str, Counter[str]]) -> list[Bar]:
    """Return how many of some projects each report lists, in parts where its chart tells their stages."""
    listed = Counter(year for project in projects for year in project.listings)
    drawn = {year: charted.get(year) or Counter({"": count}) for year, count in sorted(listed.items())}
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
