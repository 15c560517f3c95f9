"""What the reports, the press and the data sets tell of the living network, held to the tables it was read from."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from accounting import FOLDER, TABLES, account
from conftest import ROOT
from engines import embedded, names_astray
from ours import loaded

import ascn_graph as ascn

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"{FOLDER} is not there: the tables cannot be compared")
ID = "https://w3id.org/ascn/id/"


def table(name: str) -> list[dict[str, str]]:
    """Return the rows of a table."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def graph() -> ascn.Graph:
    """Return the packaged graph."""
    return loaded()


@pytest.mark.sample(2)
@pytest.mark.parametrize("name", TABLES)
def test_every_row_is_in_the_graph_or_left_out_for_a_reason(name, graph):
    """Rows in the graph and rows left out add up, and each row left out says why."""
    found = account(name, graph)
    assert found.rows == len(table(name))
    assert found.rows == found.kept + sum(found.left_out.values())


def _slug(iri: object) -> str:
    return str(iri).rsplit("/", 1)[1]


def _typed(name: str) -> str:
    """Return the name of a type of project in the letters that all its spellings share."""
    return re.sub(r"resources? |[^a-z]", "", name.casefold())


def _me(report: str) -> list[dict[str, str]]:
    return [row for row in table("projects_me.csv") if row["report"] == report]


#: A question, what the tables answer, and what a named query answers.
QUESTIONS: dict[str, tuple[Callable[[], object], Callable[[ascn.Graph], object]]] = {}


def _ask(text: str, expected: Callable[[], object], given: Callable[[ascn.Graph], object]) -> None:
    QUESTIONS[text] = (expected, given)


for _year in ("2022", "2023", "2024", "2025"):
    _ask(
        f"how many projects has each city in {_year}",
        lambda y=_year: Counter(row["city_slug"] for row in _me(y)),
        lambda g, y=_year: Counter(_slug(row.city) for row in g.query("projects", report=y)),
    )
    _ask(
        f"which titles does the report of {_year} print",
        lambda y=_year: sorted(row["project"] for row in _me(y)),
        lambda g, y=_year: sorted(str(row.name) for row in g.query("projects", report=y)),
    )
    _ask(
        f"how many projects of {_year} are in which focus area",
        lambda y=_year: Counter(row["focus_area_concept"] for row in _me(y)),
        lambda g, y=_year: {_slug(row.focusArea): row.projects for row in g.query("projects-by-focus-area", report=y)},
    )
    _ask(
        f"how many projects has each state in {_year}",
        lambda y=_year: {
            state: sum(row["country"] == state for row in _me(y)) for state in ("Malaysia", "Viet Nam", "Lao PDR")
        },
        lambda g, y=_year: {
            state: sum(row.projects for row in g.query("projects-by-focus-area", report=y, memberState=state))
            for state in ("Malaysia", "Viet Nam", "Lao PDR")
        },
    )
    _ask(
        f"on which pages are Hanoi's projects of {_year}",
        lambda y=_year: sorted(int(row["page"]) for row in _me(y) if row["city_slug"] == "hanoi"),
        lambda g, y=_year: sorted(row.page for row in g.query("project-history", city="hanoi") if str(row.report) == y),
    )
for _city in ("jakarta", "phuket", "kuching", "singapore"):
    _ask(
        f"which titles of 2018 has {_city}",
        lambda c=_city: sorted(row["title"] for row in table("projects_2018_scap_more.csv") if row["city_slug"] == c),
        lambda g, c=_city: sorted(str(row.name) for row in g.query("projects", report="2018", city=c)),
    )
    _ask(
        f"which titles of 2019 has {_city}",
        lambda c=_city: sorted(row["project"] for row in table("projects_2019_ascn.csv") if row["city_slug"] == c),
        lambda g, c=_city: sorted(str(row.name) for row in g.query("projects", report="2019", city=c)),
    )
for _lang in ("th", "vi", "km", "lo", "my", "ta"):
    _ask(
        f"what are the member states called in {_lang} after CLDR",
        lambda n=_lang: sorted(
            row["label"]
            for row in table("labels_checked.csv")
            if (row["lang"], row["source"], row["kind"]) == (n, "S31", "member-state")
        ),
        lambda g, n=_lang: sorted(
            str(row.label) for row in g.query("labels", lang=n, kind="member-state") if row.source == f"{ID}source/cldr"
        ),
    )
for _partner in ("Asian Development Bank", "UN-Habitat", "JICA", "European Union"):
    _ask(
        f"of how many partnerships is {_partner} a partner",
        lambda p=_partner: sum(p in row["partners"].split("; ") for row in table("partners.csv")),
        lambda g, p=_partner: len({row.partnership for row in g.query("partners", partner=p)}),
    )
_ask(
    "how many projects of each city are at which stage, say the charts",
    lambda: Counter(
        {
            (row["report"], row["city_slug"], row["status"], row["focus_area_concept"]): int(row["count"])
            for row in table("exhibit2_city_status.csv")
        }
    ),
    lambda g: Counter(
        {
            (str(row.report), _slug(row.city), str(row.status), _slug(row.focusArea)): int(row.projects)
            for row in g.query("project-statuses")
        }
    ),
)
_ask(
    "which amounts are told, in which currency",
    lambda: Counter((row["amount"], row["currency"]) for row in table("partners.csv") if row["amount"]),
    lambda g: Counter(
        {
            row.partnership: (str(row.amount), str(row.currency))
            for row in g.query("partners")
            if row.amount is not None
        }.values()
    ),
)
_ask(
    "who was shepherd, says which number of accounts",
    lambda: Counter(row["holder"] for row in table("chairs.csv") if row["role"] == "shepherd"),
    lambda g: Counter(str(row.memberStateName) for row in g.query("offices", role="shepherd")),
)
_ask(
    "how many projects of which type has each state, say the charts",
    lambda: Counter(
        {
            (
                row["report"],
                row["country"].removeprefix("The "),
                row["focus_area_concept"],
                _typed(row["project_type"]),
            ): int(row["count"])
            for row in table("exhibit3_country_types.csv")
        }
    ),
    lambda g: Counter(
        {
            (str(row.report), str(row.memberStateName), _slug(row.focusArea), _typed(str(row.projectTypeName))): int(
                row.projects
            )
            for row in g.query("project-types")
        }
    ),
)
_ask(
    "which figures do the plans of 2018 give of a project",
    lambda: sorted(row["figure_stated"] for row in table("projects_2018_scap_more.csv") if row["figure_stated"]),
    lambda g: sorted(
        str(row.asPrinted) for row in g.query("claims", source="scap-2018") if ": figure stated: " in str(row.claimName)
    ),
)
_ask(
    "how many cities had the network, says who",
    lambda: {
        row["event"].rsplit("-", 1)[1] for row in table("events.csv") if row["event"].startswith("membership-count")
    },
    lambda g: {
        str(row.value)
        for row in g.query("claims", about="asean-smart-cities-network", measure="number-of-member-cities")
    },
)
_ask(
    "when was the fifth annual meeting",
    lambda: {row["start"] for row in table("events.csv") if row["event"] == "ascn-annual-meeting-5" and row["start"]},
    lambda g: {
        re.sub(r'^"([^"]*)".*', r"\1", str(row.date))
        for row in g.query("timeline", kind="event")
        if str(row.name) == "5th Annual ASCN Meeting"
    },
)
_ask(
    "who was Phnom Penh's officer in the report of 2019",
    lambda: [
        re.sub(r"^Mr\. |, .*", "", row["value"])
        for row in table("claims_me.csv")
        if (row["kind"], row["subject"]) == ("officer-2019", "Phnom Penh")
    ],
    lambda g: [
        str(row.name)
        for row in g.query("officers", city="phnom-penh")
        if str(row.source) == f"{ID}source/ascn2019-report"
    ],
)
_ask(
    "how dense are the cities after their plans of 2018",
    lambda: sorted(float(row["density_stated"]) for row in table("city_stats_2018.csv") if row["density_stated"]),
    lambda g: sorted(
        float(str(row.value))
        for city in {_slug(row.city) for row in g.query("cities", status="pilot")}
        for row in g.query("city-profile", city=city)
        if str(row.property) == "population density" and row.source is not None
    ),
)


@pytest.mark.sample(6)
@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_is_answered_as_the_tables_do(question, graph):
    """The answer of a named query is the one counted from the tables by other means."""
    expected, given = QUESTIONS[question]
    assert given(graph) == expected()


def test_there_are_forty_questions():
    """As many were asked for."""
    assert len(QUESTIONS) >= 40


def test_every_name_of_the_tables_that_is_in_the_graph_resolves():
    """A name in any script finds its thing, and no name answers for another thing of its kind."""
    assert names_astray(embedded()) == []


def test_the_interval_of_an_event_is_what_its_sources_leave(graph):
    """From the first day that a source allows to the last; a day without a year bounds nothing."""
    bounds: dict[str, list[str]] = {}
    ends = {4: ("-01-01", "-12-31"), 7: ("-01", "-31"), 10: ("", "")}
    told = graph.sparql(
        "PREFIX ascn: <https://w3id.org/ascn/ontology#> SELECT DISTINCT ?event ?day ?end { "
        "?account ascn:accountOf ?event ; ascn:heldOn ?day OPTIONAL { ?account ascn:heldUntil ?end } }"
    )
    for row in told:
        _, begins, until = row.terms
        if not begins.value.startswith("--"):
            last = (until or begins).value
            last = begins.value[:4] + last[1:] if last.startswith("--") else last
            whole = [begins.value + ends[len(begins.value)][0], last + ends[len(last)][1]]
            bounds.setdefault(str(row.event), []).extend(whole)
    given = graph.sparql("SELECT ?event ?within { ?event <https://w3id.org/ascn/ontology#heldWithin> ?within }")
    # The last day of a month stands for whichever of its last days it is.
    found = {str(row.event): re.sub(r"-(?:28|29|30|31)$", "-end", str(row.within)) for row in given}
    assert found == {
        event: re.sub(r"-(?:28|29|30|31)$", "-end", f"{min(days)}/{max(days)}") for event, days in bounds.items()
    }
    assert found[f"{ID}event/5th-annual-ascn-meeting"] == "2021-11-01/2022-08-end"


@pytest.mark.thorough
def test_the_accounting_is_a_command(capsys):
    """`python tests/accounting.py` prints one line a table and the sum of each."""
    import accounting

    assert accounting.main() == 0
    printed = capsys.readouterr().out
    assert all(name in printed for name in TABLES)
    assert Path(accounting.__file__).is_relative_to(ROOT)
