"""Tests of the one object users hold: the same questions, answers and errors over every engine."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import rdflib

import ascn_graph as ascn
from ascn_graph.differences import differences
from ascn_graph.errors import (
    EngineError,
    LimitExceeded,
    ParameterError,
    QuerySyntaxError,
    UnknownName,
    UnknownQuery,
    UsageError,
)
from ascn_graph.evidence import explain
from ascn_graph.mutation.measurement import measure
from ascn_graph.publishing.site import publish
from ascn_graph.remote import GraphStore
from ascn_graph.sparql import catalogue

_SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


@pytest.fixture(scope="module")
def graph() -> ascn.Graph:
    """Return the packaged graph."""
    return ascn.load()


@pytest.fixture(scope="module", params=["embedded", pytest.param("rdflib", marks=pytest.mark.thorough)])
def either(request, graph) -> ascn.Graph:
    """Return the packaged graph on one engine and the other."""
    return graph if request.param == "embedded" else ascn.over(graph.rdflib())


def test_a_named_query_gives_rows(either):
    """A named query is asked by name, with names as people type them."""
    rows = either.query("officers", city="Davao City", role="chief-smart-city-officer")
    assert {row.cityName for row in rows} == {"Davao City"}
    assert len(rows) == len(list(rows)) > 0


def test_several_values_match_any(either):
    """Of several values any may match."""
    assert [str(row.name) for row in either.query("cities", city=["phuket", "hanoi"])] == ["Hanoi", "Phuket"]


def test_own_sparql_gives_rows_and_truths(either):
    """A SELECT, a CONSTRUCT and an ASK of one's own are answered; each by its method."""
    assert [row.n for row in either.sparql("SELECT (1 + 1 AS ?n) {}")] == [2]
    assert either.ask("ASK { ?s ?p ?o }") is True
    assert either.ask("ASK { ?s <http://e/none> ?o }") is False
    rows = either.sparql("CONSTRUCT { <http://e/s> <http://e/p> 1 } {}")
    assert rows.to_ntriples().splitlines()[0].startswith("<http://e/s> <http://e/p> ")
    with pytest.raises(UsageError, match=r"use ask\(\)"):
        either.sparql("ASK {}")
    with pytest.raises(UsageError, match=r"use sparql\(\)"):
        either.ask("SELECT * {}")


@pytest.mark.parametrize(
    ("ask", "error"),
    [
        (lambda graph: graph.query("oficers"), UnknownQuery),
        (lambda graph: graph.query("officers", town="x"), ParameterError),
        (lambda graph: graph.query("officers", city="nowhere at all"), UnknownName),
        (lambda graph: graph.query("officers-at"), ParameterError),
        (lambda graph: graph.sparql("SELECT * { ?s ?p"), QuerySyntaxError),
        (lambda graph: graph.sparql("INSERT DATA { <http://e/s> <http://e/p> 1 }"), UsageError),
        (lambda graph: graph.sparql("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"), UsageError),
        (lambda graph: graph.sparql("SELECT * FROM <http://e/none> { ?s ?p ?o }"), UsageError),
    ],
)
def test_what_cannot_be_asked_is_a_usage_error(either, ask, error):
    """Every mistake of a caller is one family of errors, the same on every engine."""
    with pytest.raises(error) as caught:
        ask(either)
    assert isinstance(caught.value, UsageError)
    assert caught.value.exit_code == 2


def test_a_timeout_ends_the_wait(graph):
    """A query that takes too long ends with an error that names the limit, soon after its time."""
    start = time.monotonic()
    with pytest.raises(LimitExceeded, match=r"longer than the 0\.2 s") as caught:
        list(graph.sparql(f"{_SLOW} LIMIT 1", timeout=0.2))
    assert caught.value.limit == "timeout"
    assert time.monotonic() - start < 2


def test_a_source_alone_is_narrower_than_the_whole(graph):
    """What one source says has no more than it states, and one that is not there is answered with the nearest."""
    article = ascn.load(source="article")
    assert {str(row.source).rsplit("/", 1)[1] for row in article.query("officers")} == {"article"}
    assert len(article.query("officers")) == 29 < len(graph.query("officers"))
    with pytest.raises(UsageError, match="did you mean article"):
        ascn.load(source="articel")


def test_an_empty_place_is_no_place():
    """An empty text, as an unset variable gives, is refused: it would mean the folder one is in."""
    with pytest.raises(UsageError, match="The place is empty"):
        ascn.load("")


def test_only_an_embedded_graph_is_read_whole(graph):
    """A graph over another engine says that it cannot be read whole."""
    with pytest.raises(UsageError, match="Only an embedded graph"):
        _ = ascn.over(rdflib.Graph()).store
    assert len(graph.store) > 10_000


@pytest.mark.thorough
def test_the_rdflib_copy_holds_the_same_named_graphs(graph):
    """`rdflib()` is a Dataset of the same named graphs whose default is their union."""
    copy = graph.rdflib()
    named = {
        str(each.identifier): len(each) for each in copy.graphs() if str(each.identifier).startswith("https://w3id")
    }
    counted = {
        str(row.g): row.n for row in graph.sparql("SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
    }
    assert named == counted
    assert len(list(copy.triples((None, None, None)))) == next(
        row.n for row in graph.sparql("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    )


def test_a_catalogue_of_ones_own_is_asked_the_same_way():
    """Queries of one's own, with headers, take parameters as the packaged ones do."""
    text = (
        "#+ summary: Who is there?\n#+ tags: tests\n#+ row: one\n#+ params:\n"
        "#+   city: {kind: city, example: hanoi}\n#+ returns:\n#+   city: the city\n"
        "PREFIX ascn: <https://w3id.org/ascn/ontology#>\nSELECT DISTINCT ?city WHERE {\n"
        "  VALUES ?inCity { UNDEF }\n  ?city a ascn:PilotCity .\n"
        "  FILTER(!BOUND(?inCity) || ?city = ?inCity)\n}\nORDER BY ?city\n"
    )
    own = catalogue.Catalogue({"mine": catalogue.parse("mine", text)})
    graph = ascn.Graph(ascn.load().engine, queries=own)
    assert len(graph.query("mine")) == 26
    assert [row.city for row in graph.query("mine", city="hanoi")] == ["https://w3id.org/ascn/id/city/hanoi"]
    with pytest.raises(UnknownQuery):
        graph.query("officers")


def test_a_graph_says_what_it_is_over(graph):
    """The repr of a graph names its engine."""
    assert repr(graph) == "<ascn_graph.Graph, embedded engine>"


def test_an_engine_failure_is_told_as_one():
    """What rdflib cannot evaluate is an engine error, not its own exception."""
    with pytest.raises(EngineError, match="rdflib"):
        list(ascn.over(rdflib.Graph()).sparql("SELECT * { VALUES ?x { UNDEF 1 } } ORDER BY STR(?x)"))


@pytest.mark.parametrize("timeout", [float("nan"), float("inf"), 1e300])
def test_a_time_that_no_clock_counts_is_refused(graph, timeout):
    """NaN, infinity and the like are no timeout, for a graph in the process and for an endpoint."""
    with pytest.raises(UsageError, match="cannot be kept"):
        graph.query("network", timeout=timeout)
    with pytest.raises(UsageError, match="cannot be kept"):
        graph.sparql("SELECT * {}", timeout=timeout)
    with pytest.raises(UsageError, match="cannot be kept"):
        ascn.connect("http://127.0.0.1:1/", timeout=timeout)


def test_what_is_no_text_and_no_graph_is_refused(graph):
    """Half a surrogate pair in own SPARQL, a path where an rdflib graph belongs: each is a sentence."""
    with pytest.raises(UsageError, match="surrogate pair"):
        graph.sparql("SELECT * { ?s ?p '\ud800' }")
    with pytest.raises(UsageError, match="takes an rdflib Graph or Dataset, not a str"):
        ascn.over("data/")


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (lambda _: ascn.load(3), "A place is a folder or a file, not 3."),
        (lambda _: ascn.load(b"data"), "A place is a folder or a file, not b'data'."),
        (lambda _: ascn.load(source=3), "A source is a text, several are a list of texts, not 3."),
        (lambda _: ascn.load(source=[3]), "A source is a text, several are a list of texts, not 3."),
        (lambda _: ascn.load(source=b"article"), "A source is a text, several are a list of texts, not b'article'."),
        (lambda _: ascn.validate(3), "A path is a text or a Path, several are a list of them, not 3."),
        (lambda _: ascn.validate([None]), "A path is a text or a Path, several are a list of them, not None."),
        (lambda _: ascn.validate("data", b"s.ttl"), "A path is a text or a Path, several are a list of them, not b"),
        (lambda _: ascn.validate(context=3), "A path is a text or a Path, several are a list of them, not 3."),
        (lambda _: ascn.validate(waivers=[3]), "A path is a text or a Path, not [3]."),
        (lambda _: ascn.validate(text=0), "A path is a text or a Path, not 0."),
        (lambda _: ascn.validate(lint=[]), "Levels of the lint are a text, or a mapping of rules to texts, not []."),
        (lambda _: ascn.load(queries=""), "The folder of queries has no name"),
        (lambda _: ascn.connect("http://e/", graphs=0), "Graphs are a list of IRIs, not 0."),
        (lambda _: ascn.connect("http://e/", headers=[]), "Headers are a mapping of names to values, not []."),
        (lambda _: ascn.validate(shape=3), "A shape is a name, several are a list of names, not 3."),
        (lambda _: ascn.validate(timeout="3"), "A timeout is a number of seconds, not '3'."),
        (lambda _: ascn.validate(lint=3), "Levels of the lint are a text, or a mapping of rules to texts, not 3."),
        (lambda _: explain("data", "hanoi"), "A graph is what load() or connect() returns, not 'data'."),
        (lambda graph: differences(graph, None), "A release is what load() returns, not None."),
        (lambda _: GraphStore(None), "An address is a URL, not None."),
        (lambda _: measure(3), "A path is a text or a Path, several are a list of them, not 3."),
        (lambda _: publish("data", Path("out"), "http://e/"), "A graph is what load() returns, not 'data'."),
        (lambda _: ascn.load(queries=3), "Queries are a folder, not 3."),
        (lambda _: ascn.load("data", base=3), "The base '3' is not an absolute IRI."),
        (lambda _: ascn.connect(3), "An endpoint is a URL, not 3."),
        (lambda _: ascn.connect("http://e/", graphs=3), "Graphs are a list of IRIs, not 3."),
        (lambda _: ascn.connect("http://e/", graphs=[3]), "A graph is an IRI, not 3."),
        (lambda _: ascn.connect("http://e/", headers="X: y"), "Headers are a mapping of names to values, not 'X: y'."),
        (lambda _: ascn.connect("http://e/", headers={3: "y"}), "The name of a header is a text, not 3."),
        (lambda _: ascn.connect("http://e/").sparql(None), "SPARQL is a text, not None."),
        (lambda graph: graph.query(3), "The name of a query is a text, not 3."),
        (lambda graph: graph.text_of(None), "The name of a query is a text, not None."),
        (lambda graph: graph.query(["cities"]), "The name of a query is a text, not ['cities']."),
        (lambda graph: graph.query("cities", timeout="3"), "A timeout is a number of seconds, or None, not '3'."),
        (lambda graph: graph.sparql(None), "SPARQL is a text, not None."),
        (lambda graph: graph.ask(b"ASK {}" * 20), "SPARQL is a text, not bytes."),
        (lambda graph: graph.resolve(3), "The name of a thing is a text, not 3."),
        (lambda graph: graph.resolve("hanoi", 3), "A kind is a text, not 3."),
        (lambda graph: graph.query("cities")["name"], "Rows are taken by number; rows[0].name is a cell, not 'name'."),
        (
            lambda graph: graph.query("cities").to_table(width="80"),
            "A width is a number of columns, or None, not '80'.",
        ),
    ],
)
def test_what_is_not_of_its_type_is_told_in_one_sentence(graph, ask, says):
    """A number where a text is meant, or a text where a number is, is an error of the one family, not of Python's."""
    with pytest.raises(UsageError) as caught:
        ask(graph)
    assert str(caught.value).startswith(says)


def test_a_place_and_sources_may_be_of_any_type_that_says_them():
    """What os.fspath takes is a place, and a set of names is as good as a list of them."""

    class Place:
        def __fspath__(self) -> str:
            return "tests/graphs/museum"

    assert ascn.load(Place(), source={"catalogue"}).profile.prefix == ascn.load("tests/graphs/museum").profile.prefix


@pytest.mark.parametrize("text", ["SELECT (<a:b>(1) AS ?x) {}", "ASK { FILTER(<a:b>(1)) }"])
def test_a_function_that_no_engine_has_is_named(graph, text):
    """It is an error of the one family, which names the function, not one of Python's."""
    with pytest.raises(EngineError, match="<a:b> is not supported"):
        graph.sparql(text)
