"""Attribution by value: a source is named for a value only where its own graph states it, and inferences are marked."""

from __future__ import annotations

from functools import cache

import pytest
from conftest import ROOT
from pyoxigraph import NamedNode, Store

import ascn_graph as ascn
from ascn_graph import dataset
from ascn_graph.embedded import EmbeddedEngine
from ascn_graph.evidence import explain
from ascn_graph.graph import Graph

PROV = "http://www.w3.org/ns/prov#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
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
def store() -> Store:
    """Load the data of this checkout."""
    return dataset.load(dataset.find(ROOT))


@cache
def graph() -> Graph:
    """Open the data of this checkout."""
    return ascn.load(ROOT)


def states(source: str, thing: str, prop: str, value: object) -> bool:
    """Say whether the graph of a source states a triple."""
    named = NamedNode(source.replace("/id/source/", "/graph/"))
    quads = store().quads_for_pattern(NamedNode(thing), NamedNode(prop), None, named)
    return any(quad.object.value == getattr(value, "value", str(value)) for quad in quads)


def things() -> list[str]:
    """List everything that evidence is about: what a fact is, points at or restates."""
    derived = NamedNode(PROV + "wasDerivedFrom")
    facts = {quad.subject for quad in store().quads_for_pattern(None, derived, None)}
    subjects = {quad.object for quad in store().quads_for_pattern(None, NamedNode(RDF + "subject"), None)}
    return sorted({node.value for node in facts | subjects})


def false_attributions(about: list[str]) -> list[str]:
    """Find every row of `provenance` in which the graph of the source does not state the value."""
    wrong = []
    for thing in about:
        for row in graph().query("provenance", about=thing):
            if row["source"] is None:
                continue
            prop, value, fact = str(row["property"]), row["stated"], str(row["fact"])
            subjects = {fact, thing}
            subjects |= {
                q.object.value for q in store().quads_for_pattern(NamedNode(fact), NamedNode(RDF + "subject"), None)
            }
            if not any(states(str(row["source"]), subject, prop, value) for subject in subjects):
                wrong.append(f"{thing} {prop} {value} {row['source']}")
    return wrong


@pytest.mark.thorough
def test_no_value_is_attributed_to_a_source_that_does_not_state_it():
    """Of every thing with several sources, and every tenth other, each value is in the graph of its source."""
    several = [thing for thing in things() if len(_sources(thing)) > 1]
    assert len(several) > 50
    assert false_attributions([*several, *things()[::10]]) == []


def _sources(thing: str) -> set[str]:
    places = store().quads_for_pattern(NamedNode(thing), NamedNode(PROV + "wasDerivedFrom"), None)
    return {quad.object.value.partition("#")[0] for quad in places}


@pytest.mark.thorough
def test_evidence_names_a_source_only_where_its_graph_links_fact_and_thing():
    """In `evidence` the graph of the source holds the fact with its place."""
    for row in graph().query("evidence"):
        named = NamedNode(str(row["source"]).replace("/id/source/", "/graph/"))
        places = store().quads_for_pattern(NamedNode(str(row["fact"])), NamedNode(PROV + "wasDerivedFrom"), None, named)
        assert any(quad.object.value.startswith(str(row["source"])) for quad in places), row


def test_each_source_says_its_own_of_the_agreement_of_amata_and_yokohama():
    """Who says agreement, letter of intent, the day, and what is inferred, value by value."""
    told = explain(graph(), "agreement:amata-yokohama-2018")
    parts = {part.splitlines()[0]: part for part in told.split("\n\n")}
    article = next(part for head, part in parts.items() if head.startswith("Wikipedia article"))
    party = next(part for head, part in parts.items() if head.startswith("YUSA"))
    assert "ascn:kind concept:agreement" in article
    assert "letter-of-intent" not in article
    assert "signed" not in article
    assert "ascn:kind concept:letter-of-intent" in party
    assert "ascn:signed 2018-07-08" in party
    assert "ascn:party" not in party
    assert "ascn:kind\n    concept:agreement (source:article)\n    concept:letter-of-intent" in parts["Sources differ"]


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
