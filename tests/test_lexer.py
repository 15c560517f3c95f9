"""Tests of the tokens of SPARQL: keywords and nesting are found where they are, and nowhere else."""

from __future__ import annotations

import pytest

from ascn_graph import resources
from ascn_graph.sparql import tokens as lexer


@pytest.mark.parametrize("path", sorted(resources.queries().glob("*.rq")), ids=lambda path: path.stem)
def test_tokens_lose_nothing(path):
    """The tokens of a query, with what is between them, are its text; between them stand spaces and comments alone."""
    text = path.read_text(encoding="utf-8")
    end = 0
    for token in lexer.tokens(text):
        between = text[end : token.offset]
        assert all(not line.strip() or line.strip().startswith("#") for line in between.splitlines())
        assert text.startswith(token.text, token.offset)
        end = token.offset + len(token.text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('SELECT * { ?s ?p "SERVICE" }', {"SELECT"}),
        ("ask { ?s ?p '''x SERVICE \\''' y''' } # LOAD", {"ASK"}),
        ("SELECT ?service { <http://e/SERVICE> ex:service ?LOAD }", {"SELECT"}),
        ("SELECT * { SERVICE SILENT ?x {} }", {"SELECT", "SERVICE", "SILENT"}),
        ("SELECT * { ?s ?p 'a\\'SERVICE' . service <http://e/> {} }", {"SELECT", "SERVICE"}),
        ("SELECT * { ?s ex:a\\'b ?o . SERVICE <http://e/> {} }", {"SELECT", "SERVICE"}),
    ],
)
def test_a_keyword_is_a_bare_word(text, words):
    """Strings, comments, names, variables and IRIs hold no keyword."""
    assert lexer.keywords(text) == words


@pytest.mark.parametrize(
    ("text", "depth"),
    [
        ("SELECT * {}", 1),
        ("SELECT * {{{}} {}}", 3),
        ('SELECT * { ?s ?p "{{{{(((" . # {{{{\n ?s ?p <http://e/(((> }', 1),
        ("ASK { FILTER(!(!(!true))) }", 5),
        ("ASK { FILTER(!!!!!true) }", 7),
    ],
)
def test_nesting_counts_what_nests(text, depth):
    """Only brackets and chained negations of the query itself nest."""
    assert lexer.nesting(text) == depth


@pytest.mark.parametrize(
    ("text", "iris"),
    [
        ("SELECT * FROM <http://e/a> FROM NAMED <http://e/b> {}", ["http://e/a", "http://e/b"]),
        ("PREFIX e: <http://e/> SELECT * FROM e:a {}", ["http://e/a"]),
        ('SELECT * { ?s ?p "FROM <http://e/a>" }', []),
        ("SELECT ?from { ?from ?p ?o }", []),
    ],
)
def test_dataset_clauses_are_read(text, iris):
    """The graphs that FROM and FROM NAMED name are given, prefixed names written out."""
    assert lexer.dataset_iris(text) == iris
