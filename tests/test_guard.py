"""Tests of what a SPARQL text may not do: it is found where it is, and nowhere else."""

from __future__ import annotations

import pytest
from ours import loaded
from pyoxigraph import NamedNode, Quad, Store

from ascn_graph.errors import LimitExceeded, UsageError
from ascn_graph.sparql.guard import refusal, update_word

KNOWN = "http://e/known-1"


@pytest.mark.parametrize(
    ("text", "used"),
    [
        ('SELECT * { ?s ?p "SERVICE" }', False),
        ("ask { ?s ?p '''x SERVICE \\''' y''' } # SERVICE", False),
        ("SELECT ?service { <http://e/SERVICE> ex:service ?SERVICE }", False),
        ("SELECT * { SERVICE SILENT ?x {} }", True),
        ("SELECT * { ?s ?p 'a\\'SERVICE' . service <http://e/> {} }", True),
        ("SELECT * { ?s ex:a\\'b ?o . SERVICE <http://e/> {} }", True),
        ("SELECT * { VALUES (?a ?b) { (<http://e/#a> <http://e/#b>) } ?a ?b 'service' }", False),
    ],
)
def test_a_forbidden_word_is_a_bare_word(text, used):
    """Strings, comments, names, variables and IRIs hold no keyword."""
    assert refusal(text) == (("word", "SERVICE") if used else None)
    assert refusal(text, forbidden=()) is None


@pytest.mark.parametrize(
    ("text", "depth"),
    [
        ("SELECT * {}", 1),
        ("SELECT * {{{}} {}}", 3),
        ('SELECT * { ?s ?p "{{{{(((" . # {{{{\n ?s ?p <http://e/(((> }', 1),
        ("ASK { FILTER(!(!(!true))) }", 5),
        ("ASK { FILTER(!!!!!true) }", 7),
        ("}}}}{{{", 3),
    ],
)
def test_nesting_counts_what_nests(text, depth):
    """Only brackets and chained negations of the query itself nest, and no closing one pays in advance."""
    assert refusal(text, deepest=depth) is None
    assert refusal(text, deepest=depth - 1) == ("nesting", str(depth - 1))


def clauses() -> list[str]:
    """Return the ways of naming one graph."""
    return [
        f"SELECT * FROM <{KNOWN}> {{ ?s ?p ?o }}",
        f"SELECT * FROM#\n<{KNOWN}> {{ ?s ?p ?o }}",
        "BASE <http://e/> SELECT * FROM <known-1> { ?s ?p ?o }",
        "BASE <http://e/x/y> BASE <z/> SELECT * FROM <../../known-1> { ?s ?p ?o }",
        "PREFIX e: <http://e/> SELECT * FROM e:known-1 { ?s ?p ?o }",
        "PREFIX e: <http://e/> SELECT * FROM e:known\\-1 { ?s ?p ?o }",
        "BASE <http://e/x/> PREFIX : <../know> SELECT * FROM :n-1 { ?s ?p ?o }",
        "PREFIX e: <http://wrong/> PREFIX e: <http://e/> SELECT * FROM e:known-1 { ?s ?p ?o }",
        "SELECT * FROM <http://e/\\u006bnown-1> { ?s ?p ?o }",
        "BASE <http://\\U00000065/> SELECT * FROM <known\\u002D1> { ?s ?p ?o }",
        "PREFIX e: <http://e/> SELECT * FROM e:known-1 { ?s ?p ?o FILTER(!BOUND(?z) || (?z<'x>')) }",
    ]


@pytest.mark.parametrize("text", clauses())
def test_a_graph_is_named_in_every_way_that_the_engine_reads(text):
    """Relative IRIs, prefixes and escapes mean here what they mean to the engine, and one letter less is unknown."""
    store = Store()
    store.add(Quad(NamedNode("urn:s"), NamedNode("urn:p"), NamedNode("urn:o"), NamedNode(KNOWN)))
    assert len(list(store.query(text))) == 1
    assert refusal(text, graphs={KNOWN}) is None
    assert refusal(text, graphs={KNOWN[:-1]}) == ("graph", KNOWN)
    named = text.replace("FROM", "FROM NAMED")
    assert refusal(named, graphs={KNOWN}) is None
    assert refusal(named, graphs=set()) == ("graph", KNOWN)


def test_a_relative_graph_is_resolved_against_the_base_of_the_engine():
    """Without a BASE in the text the engine's own counts, where it has one."""
    text = "SELECT * FROM <known-1> { ?s ?p ?o }"
    assert refusal(text, graphs={KNOWN}) == ("graph", "known-1")
    assert refusal(text, graphs={KNOWN}, base="http://e/x") is None


@pytest.mark.parametrize("text", ['SELECT * { ?s ?p "FROM <http://e/a>" }', "SELECT ?from { ?from ?p ?o }"])
def test_what_looks_like_a_dataset_clause_is_none(text):
    """A string or a variable names no graph."""
    assert refusal(text, graphs=set()) is None


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("INSERT DATA {}", "INSERT"),
        ("# SELECT\nBASE <x> PREFIX a: <b> clear all", "CLEAR"),
        ("SELECT * {} ; PREFIX a: <b> drop all", "DROP"),
        ("SELECT * { ?s ?p 'INSERT' ; <a:add> ?add }", ""),
        ("SELECT ?t WITH { SELECT ?t {} } AS %name WHERE { INCLUDE %name }", ""),
        ("PREFIX insert: <x> SELECT * {}", ""),
        ("", ""),
    ],
)
def test_an_update_is_known_by_where_its_word_stands(text, word):
    """The word after the prologue tells, and one behind a semicolon outside all brackets."""
    assert update_word(text, behind=True) == word
    assert update_word(text) == (word if word != "DROP" else "")


def test_the_embedded_engine_is_never_given_what_would_end_the_process():
    """Nesting that would overrun the parser's stack is a typed error from Python too, and an update is named."""
    graph = loaded()
    with pytest.raises(LimitExceeded, match="nested"):
        graph.sparql("SELECT * " + "{" * 5000 + "}" * 5000)
    with pytest.raises(UsageError, match=r"update \(CLEAR\)"):
        graph.sparql("CLEAR ALL")


def test_from_finds_the_same_rows_however_it_is_written():
    """BASE, an escaped name and a code point escape are answered by the embedded graph, none is refused."""
    graph, base = loaded(), "https://w3id.org/ascn/graph/"
    plain = graph.sparql(f"SELECT (COUNT(*) AS ?n) FROM <{base}scap-2018> {{ ?s ?p ?o }}")[0].n
    assert plain > 0
    for text in (
        f"BASE <{base}> SELECT (COUNT(*) AS ?n) FROM <scap-2018> {{ ?s ?p ?o }}",
        f"PREFIX g: <{base}> SELECT (COUNT(*) AS ?n) FROM g:scap\\-2018 {{ ?s ?p ?o }}",
        f"SELECT (COUNT(*) AS ?n) FROM <{base}\\u0073cap-2018> {{ ?s ?p ?o }}",
    ):
        assert graph.sparql(text)[0].n == plain
