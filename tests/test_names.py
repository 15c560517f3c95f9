"""Tests of names: what a person types means one thing, or is answered with the things it may mean."""

from __future__ import annotations

import pytest
import rdflib
from ours import loaded
from parity import named_texts
from servers import oxigraph_server

import ascn_graph as ascn
from ascn_graph.errors import UnknownName
from ascn_graph.names import fold


@pytest.fixture(scope="module")
def graph() -> ascn.Graph:
    """Return the packaged graph."""
    return loaded()


@pytest.mark.parametrize(
    ("kind", "text", "thing"),
    [
        ("city", "hanoi", "city/hanoi"),
        ("city", "Hanoi", "city/hanoi"),
        ("city", "  HANOI ", "city/hanoi"),
        ("city", "city:hanoi", "city/hanoi"),
        ("city", "https://w3id.org/ascn/id/city/hanoi", "city/hanoi"),
        ("city", "<https://w3id.org/ascn/id/city/hanoi>", "city/hanoi"),
        ("city", "DKI Jakarta", "city/jakarta"),
        ("city", "nay pyi taw", "city/naypyidaw"),
        ("city", "Ho Chi Minh City", "city/ho-chi-minh-city"),
        ("city", "singapore", "city/singapore"),
        ("member-state", "singapore", "member-state/singapore"),
        ("member-state", "Viet Nam", "member-state/viet-nam"),
        ("network", "ASCN", "network/asean-smart-cities-network"),
        ("organisation", "JETRO", "organisation/japan-external-trade-organization"),
        ("any", "kuching", "city/kuching"),
        ("any", "Tin Tin Kyi", "person/tin-tin-kyi"),
    ],
)
def test_a_name_resolves_within_its_kind(graph, kind, text, thing):
    """A slug, an IRI, a prefixed name or a recorded spelling gives the thing of the kind."""
    assert graph.resolve(text, kind) == f"https://w3id.org/ascn/id/{thing}"


@pytest.mark.parametrize(
    ("kind", "text", "says"),
    [
        ("city", "davao citi", "did you mean davao-city"),
        ("city", "Kuala Lumpor", "did you mean kuala-lumpur"),
        ("city", "person:tin-tin-kyi", "is not a city of this graph"),
        ("city", "https://example.org/x", "is not a city of this graph"),
        ("any", "http://e/a", r"is not in this graph\.$"),
        ("any", "http://e/VMN", r"is not in this graph\.$"),
        ("any", "http://e/davao-citi", "did you mean davao-city"),
        ("member-state", "VMN", "did you mean"),
        ("city", "http://e/x> ?q ?z . <http://e/p1", "is not a valid IRI"),
        ("city", "javascript:alert(1)", "No city in this graph is called"),
        ("any", "Singapore", "may mean 3 things: .*city:singapore"),
        ("any", "\u202ehanoi", "Nothing in this graph is called"),
        ("city", "", "No city in this graph is called"),
    ],
)
def test_what_names_nothing_or_several_is_answered_with_the_nearest(graph, kind, text, says):
    """A miss lists what is near, an ambiguous name all it may mean."""
    with pytest.raises(UnknownName, match=says):
        graph.resolve(text, kind)


def test_things_without_a_class_are_found_by_name():
    """A graph that states labels alone answers to them, in whatever case they are written."""
    city = "https://w3id.org/ascn/id/city/hanoi"
    said = f'<{city}> <http://www.w3.org/2000/01/rdf-schema#label> "Ha Noi"@en .'
    assert ascn.over(rdflib.Graph().parse(data=said)).resolve("HA NOI", "city") == city


def test_every_message_is_one_line(graph):
    """A name with control characters does not break the line it is answered in."""
    with pytest.raises(UnknownName) as caught:
        graph.resolve("a\r\n\x1b[31mb", "city")
    assert str(caught.value).isprintable()


@pytest.mark.servers
def test_names_are_looked_up_in_the_graphs_of_ours_alone(graph):
    """Of a store that holds other data no other graph is read, not even what begins like ours: no index tells it."""
    person = "a <http://xmlns.com/foaf/0.1/Person> ; <http://www.w3.org/2000/01/rdf-schema#label>"
    other = f'<https://w3id.org/ascn/id/person/stranger> {person} "Tin Tin Kyes" .\n'
    with oxigraph_server([*named_texts(), ("http://other.example/graph", other)]) as server:
        shared = ascn.connect(f"{server.query}?union-default-graph=true")
        for kind in ("person", "any"):
            said = []
            for each in (graph, shared):
                with pytest.raises(UnknownName) as caught:
                    each.resolve("Tin Tin Kyes Kyes", kind)
                said.append(str(caught.value))
            assert said[0] == said[1]
            assert "did you mean tin-tin-kyi" in said[0]


@pytest.mark.parametrize(
    ("one", "other"),
    [("Đà Nẵng", "Đà Nẵng"), ("HANOI", "hanoi"), ("Ha  Noi", "ha noi"), ("Straße", "STRASSE"), ("é", "e")],
)
def test_folding_forgets_case_accents_and_spacing(one, other):
    """Spellings that differ in case, accents, normal form or spacing alone compare equal."""
    assert fold(one) == fold(other)


def test_a_part_of_the_graph_knows_the_names_of_the_whole():
    """A name that only another source records is understood, and its answer is empty rather than an error."""
    article = ascn.load(source="article")
    assert len(article.query("cities", memberState="Malaysia")) == 0
