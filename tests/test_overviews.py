"""The pages about the whole network: what the named queries answer, each row with who says so."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest
from ours import loaded
from publish_site import BASE

import ascn_graph as ascn
from ascn_graph.errors import UsageError
from ascn_graph.publishing.site import SiteFiles


class _Tables(HTMLParser):
    """Reads the tables of a page: by heading, the text of each cell of each row."""

    def __init__(self, page: Path) -> None:
        """Read a page."""
        super().__init__()
        self.tables: dict[str, list[list[str]]] = {}
        self._rows: list[list[str]] = []
        self._heading: list[str] | None = None
        self._cell: list[str] | None = None
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, _attributes):
        """Begin a heading, a row or a cell."""
        if tag == "h2":
            self._heading = []
        elif tag in ("thead", "tbody"):
            self._rows = []
        elif tag == "tr":
            self._rows.append([])
        elif tag in ("th", "td"):
            self._cell = []

    def handle_endtag(self, tag):
        """End a heading, a table or a cell."""
        if tag == "h2":
            self._title, self._heading = "".join(self._heading or ()), None
        elif tag == "tbody":
            self.tables[self._title] = self._rows
        elif tag in ("th", "td"):
            self._rows[-1].append(" ".join("".join(self._cell or ()).split()))
            self._cell = None
        elif tag == "div" and self._cell is not None:
            self._cell.append(" ")

    def handle_data(self, data):
        """Keep the text of a heading or a cell."""
        for place in (self._heading, self._cell):
            if place is not None:
                place.append(data)


@pytest.fixture(scope="module")
def tables(built):
    """Return what reads the tables of a page of the site."""
    return lambda path: _Tables(built / "ascn" / path).tables


@pytest.fixture(scope="module")
def graph() -> ascn.Graph:
    """Return the packaged graph."""
    return loaded()


def test_the_timeline_has_every_thing_once_under_its_earliest_year(tables, graph):
    """Each thing that happened is one row, with every date that a source gives."""
    years = tables("timeline.html")
    rows = [row for table in years.values() for row in table]
    assert len(rows) == len({(row.kind, row.thing) for row in graph.query("timeline")})
    fifth = next(row for row in years["2021"] if row[0] == "5th Annual ASCN Meeting")
    assert re.search(r"30 August .*November 2021 .*30 August 2022 ", fifth[1])
    assert list(years) == [
        *sorted(set(years) - {"Year not stated"}),
        *(["Year not stated"] if "Year not stated" in years else []),
    ]


def test_every_amount_stands_among_the_money_with_its_source(tables, graph):
    """Amounts of two sources are two lines, one an account of the programme, and none is added up."""
    money = [(row[0], row[2]) for row in tables("partners.html")["Money"]]
    assert len(money) == len({row.partnership for row in graph.query("partners") if row.amount is not None}) + 1
    fund = next(said for name, said in money if name.startswith("Fund of Australia"))
    assert re.match(r"A\$30 million March 2018", fund)
    green = [said.split(" million")[0] for name, said in money if name.startswith("Smart Green")]
    assert sorted(green) == ["€5", "€5.1", "€5.1"]


def test_two_programmes_of_one_title_are_two(tables, graph):
    """Nobody says that accounts of one title are of one programme: each has a line, with its own source and years."""
    listed = {kind: rows for kind, rows in tables("partners.html").items() if kind != "Money"}
    kinds = {row.partnership: row.kind for row in graph.query("partners")}
    assert {kind: len(rows) for kind, rows in listed.items()} == {
        f"{kind.capitalize()}s": number for kind, number in Counter(kinds.values()).items()
    }
    assert sum(row[0] == "ASUS Project Phase II" for row in listed["Projects"]) == 4


def test_focus_areas_have_the_numbers_of_their_reports(tables, graph):
    """The counts are those of the query, and the page of an area has each project that any report lists in it."""
    counts = tables("focus-areas.html")["Projects by report"]
    assert {row[0]: row[-1] for row in counts} == {
        str(row.focusAreaName): str(row.projects) for row in graph.query("projects-by-focus-area", report="2025")
    }
    listed = tables("doc/concept/civic-and-social.html")["Its projects, by city"]
    assert {row[0] for row in listed} == {
        str(row.cityName) for row in graph.query("projects", focusArea="civic-and-social")
    }


def test_what_differs_stands_side_by_side(tables, graph):
    """Each value on which sources differ is on the page, beside the sources that state it."""
    told = tables("disagreements.html")
    assert sum(map(len, told.values())) == len(
        {(row.property, row.thing, row.name) for row in graph.query("conflicts")}
    )
    assert told["Accession"] == [
        [
            "Brunei Darussalam",
            "7 January 1984 Overview of ASEAN, a copy of the text of the Secretariat 8 January 1984 Outline of ASEAN",
        ]
    ]
    assert any("NUON Pharat" in row[1] and "Seng Vannak" in row[1] for row in told["Holder"])


def test_what_nobody_says_is_told(tables, graph):
    """Each gap is a row, with the source that leaves it out or with all of them."""
    gaps = tables("gaps.html")
    assert sum(map(len, gaps.values())) == len({(row.missing, row.thing) for row in graph.query("coverage")})
    assert ["9th Annual ASCN Meeting", "every source read here"] in gaps["No place"]
    sources = {row.sourceName for row in graph.query("coverage") if row.source} | {"every source read here"}
    assert {row[1] for rows in gaps.values() for row in rows} <= sources


def test_every_city_is_compared(tables, graph):
    """A city's row has its state, both populations where two sources differ, its officer and its projects."""
    rows = {row[0]: row for row in tables("compare.html")["Side by side"]}
    assert len(rows) == len(graph.query("cities"))
    bangkok = rows["Bangkok"]
    assert bangkok[1:3] == ["Thailand", "2018"]
    assert "5,104,476 people GeoNames" in bangkok[3]
    assert "8.28 million people ASCN Smart City Action Plans" in bangkok[3]
    assert bangkok[5].endswith("31 January 2026")
    assert bangkok[6] == "2 in 2018 2 in 2019 2 in 2022 2 in 2023 2 in 2024 2 in 2025"


def test_a_citys_chart_has_the_stages_that_the_reports_charts_tell(built, graph):
    """The bars name each year's projects with their stages; a year without a chart of stages has one part."""
    page = (built / "ascn/doc/city/phuket.html").read_text(encoding="utf-8")
    drawn = re.search(r'aria-label="Projects listed by report: ([^"]+)"', page)
    assert drawn
    told = dict(one.split(": ", 1) for one in drawn.group(1).split("; "))
    for year in ("2022", "2023", "2024", "2025"):
        stages: dict[str, int] = {}
        for row in graph.query("project-statuses", city="phuket", report=year):
            stages[str(row.status)] = stages.get(str(row.status), 0) + int(row.projects)
        words = ", ".join(f"{number} {stage}" for stage, number in sorted(stages.items()))
        assert told[year] == f"{len(graph.query('projects', city='phuket', report=year))} ({words})"
    assert told["2018"].isdecimal()


@pytest.mark.thorough
def test_names_in_a_language_stand_before_the_english_ones(graph):
    """On a site in Thai a thing is called in Thai first where a source does so, and lists keep their English order."""
    site = SiteFiles(graph, BASE, language="TH")
    city, state = (f"https://w3id.org/ascn/id/{one}" for one in ("city/bangkok", "member-state/thailand"))
    pages = {path: content.decode() for path, content in site.of_things([city, state]) if path.endswith(".html")}
    assert '<bdi lang="th">กรุงเทพ</bdi>' in pages["doc/city/bangkok.html"]
    assert '<bdi lang="th">ไทย</bdi> <bdi>Thailand</bdi>' in pages["doc/city/bangkok.html"]
    incoming = pages["doc/member-state/thailand.html"].partition("Cities and chairmanships")[2]
    names = [incoming.index(f"<bdi>{name}</bdi>") for name in ("Bangkok", "Chiang Mai", "Chonburi", "Rayong")]
    assert names == sorted(names)


@pytest.mark.thorough
def test_a_language_without_a_name_is_refused(graph):
    """Where no source has a name in the language, the languages that there are are told."""
    with pytest.raises(UsageError, match=r"No label is in the language 'xx'; there are .*\bth\b.*\."):
        SiteFiles(graph, BASE, language="xx")


@pytest.mark.thorough
def test_a_page_whose_queries_are_absent_is_left_out_with_every_link_to_it(tmp_path):
    """A graph with fewer queries is published: no page, menu or answer leads to what is not there."""
    root = Path(__file__).resolve().parent.parent
    shutil.copytree(root / "ontology", tmp_path / "ontology")
    shutil.copytree(root / "data/article", tmp_path / "data/article")
    (tmp_path / "queries").mkdir()
    shutil.copy(root / "queries/network.rq", tmp_path / "queries")
    shutil.copy(root / "graph.toml", tmp_path)
    files = dict(SiteFiles(ascn.load(tmp_path), BASE).files())
    assert not files.keys() & {"timeline.html", "compare.html", "dumps/ascn.geojson", "query/cities.html"}
    pages = {path: content.decode() for path, content in files.items() if path.endswith(".html") and "/" not in path}
    dead = {
        (path, href)
        for path, html in pages.items()
        for href in re.findall(r'href="(?!http)([^"#?:]+)', html)
        if path != "404.html" and href not in files
    }
    assert not dead


def test_the_pages_name_no_term_that_the_ontology_has_not_or_deprecates(graph):
    """A term that was renamed would leave a column empty without an error."""
    terms = graph.sparql(
        "PREFIX owl: <http://www.w3.org/2002/07/owl#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
        "SELECT ?term { ?term rdfs:isDefinedBy ?ontology FILTER NOT EXISTS { ?term owl:deprecated true } }"
    )
    known = {row.term for row in terms}
    folder = Path(ascn.__file__).parent / "publishing"
    named = {
        name for path in folder.rglob("*.py") for name in re.findall(r'\bterm\("(\w+)"\)', path.read_text("utf-8"))
    }
    assert named
    assert {name for name in named if graph.profile.term(name) not in known} == set()
