"""A query that does not parse is told at the token which is at fault."""

from __future__ import annotations

import pytest
from ours import loaded

from ascn_graph import profile
from ascn_graph.errors import QuerySyntaxError
from ascn_graph.sparql import catalogue
from ascn_graph.sparql.syntax import parse
from ascn_graph.sparql.tokens import tokens

#: A text with its fault between marks, and what is said of it.
FAULTS = [
    ("\u2039SELEC\u203a * {}", "'SELEC' cannot stand here; did you mean SELECT?"),
    ("SELECT * { ?s ?p ?o } \u2039LIMT\u203a 5", "did you mean LIMIT?"),
    ("SELECT ?s \u2039WERE\u203a { ?s ?p ?o }", "did you mean WHERE?"),
    ("SELECT * { ?s ?p ?o \u2039FILTR\u203a(?o > 1) }", "did you mean FILTER?"),
    ("SELECT * { BIND(COALESCE(IRI(\u2039RPLACE\u203a(?s))) AS ?t) }", "'RPLACE' cannot stand here"),
    ("SELECT *\n\n{\n\t?s ?p \u2039}\u203a", "'}' cannot stand here"),
    ("SELECT * { ?s \u2039foo:bar\u203a ?o }", "the prefix 'foo:' is not declared"),
    ("SELECT (\u2039bif:x\u203a(1) AS ?y) {}", "the prefix 'bif:' is not declared"),
    ('PREFIX e: <http://e/> ASK { ?s e:p "1"^^\u2039xsd:int\u203a }', "the prefix 'xsd:' is not declared"),
    ("PREFIX e: <http://e/> ASK { ?s e:a/^e:b|e:c* \u2039}\u203a", "'}' cannot stand here"),
    ("ASK { FILTER(?a && ?b || ?c != 1 && \u2039FOO\u203a) }", "'FOO' cannot stand here"),
    ("ASK { FILTER(?a \u2039&\u203a ?b) }", "'&' cannot stand here"),
    ("ASK { FILTER(?x = \u2039)\u203a }", "')' cannot stand here"),
    ("ASK { # it's a comment { \n ?s ?p 'x'\u2039@\u203a }", "'@' cannot stand here"),
    ("SELECT * { ?s ?p ?o }\u2039}\u203a", "'}' cannot stand here"),
    ("SELECT * { ?s ?p \u2039<rel>\u203a }", "no absolute IRI"),
    ("PREFIX \u2039e\u203a <http://e/> ASK {}", "'e' cannot stand here"),
    ("SELECT ?a\u2039,\u203a ?b { ?a ?b ?c }", "',' cannot stand here"),
    ("SELECT * { ?s ?p ?o\u2039\u203a ", "it breaks off here"),
    ("SELECT * { ?s ?p 'abc }\u2039\u203a", "a quote may not be closed"),
    ("SELECT * { ?s ?p 'abc\u2039\u203a\nd' }", "a quote may not be closed"),
    ("SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o }\u2039\u203a", "neither grouped nor aggregated"),
    ("SELECT ?a ?a { ?a ?b ?c }\u2039\u203a", "has one column twice"),
    ("SELECT ?a (1 AS ?a) { ?a ?b ?c }\u2039\u203a", "gives a value (AS) to a variable that has one already"),
    ("SELECT * { " + "?s ?p ?o . " * 1000 + "\u2039FLTER\u203a(1) }", "did you mean FILTER?"),
    ("SELECT * { ?s ?p '\U0001f600' . ?o \u2039}\u203a", "'}' cannot stand here"),
]


@pytest.mark.parametrize(("marked", "said"), FAULTS)
def test_the_fault_is_told_at_its_token(marked, said):
    """Line, column and caret are those of the token at fault, not of where the parser gave up."""
    before, _, rest = marked.partition("\u2039")
    text = marked.replace("\u2039", "").replace("\u203a", "")
    with pytest.raises(QuerySyntaxError) as caught:
        parse(text)
    line, column = before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1
    assert (caught.value.line, caught.value.column) == (line, column)
    message, shown, caret = str(caught.value).split("\n")
    assert f"at {line}:{column}: " in message
    assert said in message
    token = rest.partition("\u203a")[0]
    assert shown[caret.index("^") :].startswith(token)
    assert len(shown) < 120


@pytest.mark.sample(12)
@pytest.mark.parametrize("query", catalogue.load(profile.packaged()).values(), ids=lambda query: query.name)
def test_a_mistyped_keyword_is_found_wherever_it_stands(query):
    """Each keyword of each named query, short of a letter, is pointed at."""
    found = 0
    for token in tokens(query.text):
        if token.kind == "word" and len(token.text) > 4 and token.text.isupper():
            mistyped = f"{token.text[0]}{token.text[2:]}"
            text = f"{query.text[: token.offset]}{mistyped}{query.text[token.offset + len(token.text) :]}"
            with pytest.raises(QuerySyntaxError, match=f"'{mistyped}' cannot stand here") as caught:
                parse(text)
            before = query.text[: token.offset]
            place = (before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1)
            assert (caught.value.line, caught.value.column) == place
            found += 1
    assert found > 2


def test_the_embedded_engine_tells_it_too():
    """The same sentence comes from a query that was to be answered."""
    with pytest.raises(QuerySyntaxError, match=r"at 1:8: '\}' cannot stand here"):
        loaded().sparql("SELECT }")
