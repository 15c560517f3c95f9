"""The projects of the cities: what each list holds, and which listings are of one project."""

from __future__ import annotations

from collections import Counter

import pytest
from ours import loaded

import ascn_graph as ascn
from ascn_graph.namespaces import slug


@pytest.fixture(scope="module")
def graph() -> ascn.Graph:
    """Return the packaged graph."""
    return loaded()


@pytest.mark.sample(1)
@pytest.mark.parametrize(
    ("report", "rows"),
    [("2018", 53), ("2019", 54), ("2022", 77), ("2023", 86), ("2024", 108), ("2025", 134), ("me-report-2025", 134)],
)
def test_a_report_lists_as_many_projects_as_it_counts(graph, report, rows):
    """Each row of a list is a row of the answer; a report is named by its year or its source."""
    assert len(graph.query("projects", report=report)) == rows


def test_a_list_states_the_status_of_its_heading(graph):
    """Only the lists of completed projects are certain; the others leave two stages or all three open."""
    found = Counter((str(row.report), row.status) for row in graph.query("projects"))
    mixed, two, done = "ongoing-or-planning-or-completed", "ongoing-or-planning", "completed"
    assert found == {
        ("2018", None): 53,
        ("2019", None): 54,
        ("2022", mixed): 77,
        ("2023", mixed): 86,
        ("2024", two): 97,
        ("2024", done): 11,
        ("2025", two): 116,
        ("2025", done): 18,
    }


def test_the_focus_areas_of_2025(graph):
    """The rows of 2025 by focus area, most first."""
    rows = graph.query("projects-by-focus-area", report="2025")
    assert [row.projects for row in rows] == [34, 32, 25, 19, 16, 8]


def test_a_project_is_named_after_its_earliest_title(graph):
    """The IRI is the city and the slug of the earliest title, so a listing of a later report never changes it."""
    first: dict[str, tuple[str, str]] = {}
    for row in graph.query("projects"):
        titled = (str(row.report), slug(str(row.name)))
        if row.project not in first or titled[0] < first[row.project][0]:
            first[row.project] = titled
    cities = {row.project: row.city.rsplit("/", 1)[1] for row in graph.query("projects")}
    assert {project.rsplit("/", 1)[1] for project in first} == {
        f"{cities[project]}-{title}" for project, (_, title) in first.items()
    }


def test_no_project_is_listed_twice_by_one_report(graph):
    """What one report lists apart is not joined."""
    listed = Counter((row.project, row.source) for row in graph.query("projects"))
    assert [found for found, times in listed.items() if times > 1] == []


def test_equal_titles_of_a_city_are_of_one_project(graph):
    """Case, accents, punctuation and spacing apart, a title means one project of its city."""
    projects: dict[tuple[str, str], set[str]] = {}
    for row in graph.query("projects"):
        projects.setdefault((row.city, slug(str(row.name))), set()).add(row.project)
    assert [title for title, found in projects.items() if len(found) > 1] == []


def test_a_judged_pair_is_one_project_and_a_doubtful_one_is_not(graph):
    """The judgement of a near title stands in the graph; where no report says that two are one, they are two."""
    observatory = {str(row.name) for row in graph.query("project-history", project="kuala-lumpur-kl-urban-observatory")}
    assert {"KL Urban Observatory", "Kuala Lumpur Urban Observatory/G-Asset"} <= observatory
    pier = {row.project for row in graph.query("project-history", city="phuket") if "Smart Pier" in str(row.name)}
    assert len(pier) == 2
