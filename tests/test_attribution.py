"""Attribution by value: a source is named for a value only where its own graph states it, and inferences are marked."""

from __future__ import annotations

from functools import cache

import attribution
import pytest
from conftest import ROOT
from ours import ONTOLOGY, thing_iri

import ascn_graph as ascn
from ascn_graph import dataset
from ascn_graph.embedded import EmbeddedEngine
from ascn_graph.evidence import explain
from ascn_graph.graph import Graph

AGREEMENT = thing_iri("agreement", "amata-yokohama-2018")
#: The columns that hold what is inferred, beside `basis`; the other columns hold what sources state alone.
INFERRED = {
    "agreements": {"signed"},
    "cities": {"joined"},
    "designations": {"title", "organisation", "employerLevel"},
    "events": {"date"},
    "officers": {"organisation"},
}
#: That two rows of lists are of one project is this project's inference, and the columns say so by their name.
BY_NAME = {"project-history": {"project", "name"}, "projects": {"project"}}


@cache
def graph() -> Graph:
    """Open the data of this checkout."""
    return ascn.load(ROOT)


@cache
def stated() -> attribution.Stated:
    """Read what each folder states."""
    return attribution.read()


@pytest.mark.thorough
def test_no_value_is_attributed_to_a_source_that_does_not_state_it(built):
    """Of every thing each value that `provenance`, `why`, `evidence` and the pages attribute is its source's."""
    checker = attribution.check(stated(), graph(), built / "ascn")
    assert checker.false == []
    assert min(checker.counts.values()) > 100


def test_no_value_of_some_things_is_attributed_falsely():
    """Of the agreement that sources differ on, and of some other things."""
    checker = attribution.Checker(stated(), graph())
    for thing in [AGREEMENT, *attribution.things(stated())[::400]]:
        checker.thing(thing)
    assert checker.false == []
    assert set(checker.counts) == {"provenance", "why", "why, where sources differ"}


def _without(*kind: str) -> attribution.Checker:
    """Return a checker to which a folder does not state a property of the agreement."""
    emptied = {(folder, AGREEMENT, kind[-1]): set() for folder in kind[:-1]}
    return attribution.Checker(stated()._replace(objects={**stated().objects, **emptied}), graph())


@pytest.mark.thorough
def test_a_row_of_evidence_under_a_wrong_source_is_found():
    """Where a folder does not derive a fact from its source, the row of `evidence` that says so is false."""
    checker = _without("yusa-2018", attribution.DERIVED)
    checker.evidence()
    assert checker.false
    assert all(AGREEMENT in line and line.endswith("/source/yusa-2018") for line in checker.false)


def test_a_value_under_a_wrong_source_is_found():
    """What a source's folder does not state is told in `provenance`, in both parts of `why`, and in `conflicts`."""
    checker = _without("yusa-2018", ONTOLOGY + "agreementKind")
    checker.conflicts()
    checker.thing(AGREEMENT)
    found = {line.partition(":")[0] for line in checker.false}
    assert found == {"conflicts", "provenance", "why", "why, where sources differ"}


#: What is put in a page for what stands there, and what is false then.
SPOILT = {
    "doc/agreement/amata-yokohama-2018.html": ("source/yusa-2018", "source/jetro-2018", "pages"),
    "disagreements.html": ("source/yusa-2018", "source/jetro-2018", "pages, sources beside a value"),
    "timeline.html": ("source/molit-2019", "source/mlit-2019", "pages, sources beside a value"),
    "partners.html": ("source/eeas-2021", "source/qdnd-2021", "pages, sources beside a value"),
    "doc/city/hanoi.html": ("#record=A.", "#record=B.", "pages, numbered notes"),
    "people.html": ("source/contact-list-2026", "source/ascn2019-report", "pages, other tables"),
}


@pytest.mark.parametrize("page", SPOILT)
def test_a_page_that_names_a_wrong_source_is_found(page, built, tmp_path):
    """A value of a page put under another source is false, and of the page as it was none is."""
    old, new, where = SPOILT[page]
    (tmp_path / page).parent.mkdir(parents=True, exist_ok=True)
    text = (built / "ascn" / page).read_text("utf-8")
    assert old in text
    for written, expected in ((text, set()), (text.replace(old, new), {where})):
        (tmp_path / page).write_text(written, encoding="utf-8")
        checker = attribution.Checker(stated(), graph())
        checker.page(tmp_path / page, tmp_path)
        assert {line.partition(":")[0] for line in checker.false} >= expected
        assert bool(checker.false) == bool(expected)


def test_each_source_says_its_own_of_the_agreement_of_amata_and_yokohama():
    """Who says agreement, letter of intent, the day, and what is inferred, value by value."""
    told = explain(graph(), "agreement:amata-yokohama-2018")
    parts = {part.splitlines()[0]: part for part in told.split("\n\n")}
    article = next(part for head, part in parts.items() if head.startswith("Wikipedia article"))
    party = next(part for head, part in parts.items() if head.startswith("YUSA"))
    assert "ascn:agreementKind concept:agreement" in article
    assert "letter-of-intent" not in article
    assert "signed" not in article
    assert "ascn:agreementKind concept:letter-of-intent" in party
    assert "ascn:signed 2018-07-08" in party
    assert "ascn:party" not in party
    told = "ascn:agreementKind\n    concept:agreement (source:article)\n    concept:letter-of-intent"
    assert told in parts["Sources differ"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("member-state:brunei-darussalam", "1984-01-08"), ("city:phnom-penh", "person:nuon-pharat")],
)
def test_what_sources_differ_on_stands_side_by_side(name, value):
    """Two days of accession, two holders of one post."""
    assert value in explain(graph(), name).partition("Sources differ")[2]


def test_without_named_graphs_nothing_is_said_of_sources():
    """Over a graph without names `why` does not guess."""
    union = Graph(EmbeddedEngine(dataset.load(dataset.find(ROOT), named=False)))
    assert "nothing is known of sources" in explain(union, "city:hanoi")


@cache
def _without_inferences() -> Graph:
    files = [file for file in dataset.find(ROOT) if file.graph != "derived"]
    return Graph(EmbeddedEngine(dataset.load(files)))


@pytest.mark.sample(8)
@pytest.mark.parametrize("name", sorted(path.stem for path in (ROOT / "queries").glob("*.rq")))
def test_what_is_inferred_is_marked(name):
    """Without `derived/` a query has the same rows, but for columns that are marked as inferred."""
    required = {"city-at-pixel": {"x": 300, "y": 600}, "officers-at": {"date": "2018-07-08"}}
    required |= {"changes": {"from": "2018-07-08", "to": "2026-01-31"}, "city-profile": {"city": "hanoi"}}
    if name in ("describe", "provenance"):
        return
    given = required.get(name, {})
    marked = INFERRED.get(name, set()) | BY_NAME.get(name, set()) | {"basis"}
    with_all, without = (list(g.query(name, **given)) for g in (graph(), _without_inferences()))
    kept = [column for column in (with_all[0].keys() if with_all else ()) if column not in marked]
    for row in with_all:
        if name in INFERRED and row["basis"] == "inferred":
            assert any(row[column] is not None for column in INFERRED[name])
    if name in BY_NAME:
        return
    if name == "city-profile":
        with_all = [row for row in with_all if row["basis"] != "inferred"]
    if name == "conflicts":
        # A stated figure stands there too where this project's own sum differs from it.
        assert {tuple(map(str, row)) for row in without} <= {tuple(map(str, row)) for row in with_all}
        return
    assert {tuple(str(row[column]) for column in kept) for row in with_all} == {
        tuple(str(row[column]) for column in kept) for row in without
    }
    stated = {tuple(map(str, row)) for row in with_all if name not in INFERRED or row["basis"] != "inferred"}
    assert stated <= {tuple(map(str, row)) for row in without}
