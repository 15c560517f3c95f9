"""Tests of binding: values are checked before anything is sent, and stand in the query as exactly what they are."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from pyoxigraph import Literal, Store

from ascn_graph.errors import InputError, ParameterError
from ascn_graph.sparql import catalogue
from ascn_graph.sparql.binding import bind, iri_term, literal_term
from ascn_graph.sparql.forms import query_form

_XSD = "http://www.w3.org/2001/XMLSchema#"
_TEXT = """#+ summary: What is it?
#+ tags: tests
#+ row: one
#+ params:
#+   city: {kind: city, example: hanoi}
#+   word: {type: string, example: x}
#+   level: {type: choice, choices: [high, low], many: false, example: high}
#+   number: {type: integer, many: false, example: 1}
#+   share: {type: decimal, many: false, example: 0.5}
#+   date: {type: date, required: true, many: false, example: 2018-07-08}
#+ returns:
#+   x: it
SELECT DISTINCT ?x WHERE {
  VALUES ?inCity { UNDEF }
  VALUES ?inWord { UNDEF }
  VALUES ?inLevel { UNDEF }
  VALUES ?inNumber { UNDEF }
  VALUES ?inShare { UNDEF }
  VALUES ?inDate { "2018-07-08"^^<http://www.w3.org/2001/XMLSchema#date> }
  # VALUES ?inWord { UNDEF } in a comment stays
  BIND("VALUES ?inWord { UNDEF }" AS ?x)
}
ORDER BY ?x
"""
QUERY = catalogue.parse("test", _TEXT)


def bound(**given):
    """Bind values into the test query; a name resolves to a thing of its kind."""
    return bind(QUERY, {"date": "2018-07-08", **given}, lambda kind, name: f"https://w3id.org/ascn/id/{kind}/{name}")


def line(text, variable):
    """Return what stands in the braces of a variable's line."""
    return next(
        each.partition("{")[2].rpartition("}")[0].strip()
        for each in text.splitlines()
        if each.strip().startswith(f"VALUES {variable} ")
    )


@pytest.mark.parametrize(
    ("name", "value", "term"),
    [
        ("city", "hanoi", "<https://w3id.org/ascn/id/city/hanoi>"),
        ("city", ["hanoi", "phuket"], "<https://w3id.org/ascn/id/city/hanoi> <https://w3id.org/ascn/id/city/phuket>"),
        ("city", ["hanoi", "hanoi"], "<https://w3id.org/ascn/id/city/hanoi>"),
        ("word", "two words", '"two words"'),
        ("word", ["a", "b"], '"a" "b"'),
        ("level", "low", '"low"'),
        ("number", " 007 ", f'"7"^^<{_XSD}integer>'),
        ("number", -3, f'"-3"^^<{_XSD}integer>'),
        ("share", "1e3", f'"1000"^^<{_XSD}decimal>'),
        ("share", Decimal("0.25"), f'"0.25"^^<{_XSD}decimal>'),
        ("date", datetime.date(2020, 2, 29), f'"2020-02-29"^^<{_XSD}date>'),
    ],
)
def test_a_value_becomes_the_term_its_type_says(name, value, term):
    """A value stands in its own VALUES line as a term of the type the header names."""
    text = bound(**{name: value})
    assert line(text, f"?in{name[0].upper()}{name[1:]}") == term
    assert query_form(text) == "select"


def test_only_its_own_line_is_filled():
    """Text that looks like the line of a parameter in a comment or a string is left alone."""
    text = bound(word="w")
    assert text.count("UNDEF") == _TEXT.count("UNDEF") - 1
    assert '# VALUES ?inWord { UNDEF } in a comment stays\n  BIND("VALUES ?inWord { UNDEF }" AS ?x)' in text


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"town": "x"}, "Query 'test' has no parameter 'town'"),
        ({"citi": "x"}, "did you mean city?"),
        ({"level": "medium"}, "takes high or low; 'medium' is not"),
        ({"level": ["high", "low"]}, "takes one 'level', and 2 were given"),
        ({"number": "1.5"}, "takes a whole number; '1.5' is not"),
        ({"number": "9" * 19}, "takes a whole number"),
        ({"number": "\u0663"}, "takes a whole number"),
        ({"share": "NaN"}, "takes a number; 'NaN' is not"),
        ({"share": "Infinity"}, "takes a number"),
        ({"share": "half"}, "takes a number; 'half' is not"),
        ({"date": "2018-02-30"}, "takes a date, YYYY-MM-DD; '2018-02-30' is not"),
        ({"date": "8 July 2018"}, "takes a date"),
        ({"date": []}, "needs date=2018-07-08"),
        ({"word": "a\0"}, "U\\+0000"),
        ({"word": "\ud800"}, "surrogate"),
    ],
)
def test_a_wrong_value_is_refused_with_a_sentence(given, says):
    """What a parameter does not take is refused; the sentence names the parameter and what it takes."""
    with pytest.raises(ParameterError, match=says):
        bound(**given)


def test_a_required_parameter_is_asked_for():
    """A query that needs a value says so with an example."""
    with pytest.raises(ParameterError, match="needs date=2018-07-08"):
        bind(QUERY, {}, lambda kind, name: kind + name)


def test_a_query_without_a_place_for_a_value_is_a_fault():
    """A query file that lacks the line of a parameter is told as the query's fault."""
    query = QUERY._replace(text=_TEXT.replace("  VALUES ?inNumber { UNDEF }\n", ""))
    with pytest.raises(InputError, match=r"has no line VALUES \?inNumber"):
        bind(query, {"date": "2018-07-08", "number": 1}, lambda kind, name: kind + name)


@pytest.mark.parametrize("text", ['"', "\\", "\\u0041", "a\nb\tc\r", "'", "\u202e", "x\x08\x0c", "e\u0301", ""])
def test_a_literal_means_the_text_it_was_made_of(text):
    """A literal read back by the engine is the text that went in."""
    (solution,) = Store().query(f"SELECT (({literal_term(text)}) AS ?x) {{}}")
    assert solution["x"] == Literal(text)


@pytest.mark.parametrize("iri", ["hanoi", "http://e/a b", "http://e/x> ?q ?z . <http://e/p", "http://e/\n", ""])
def test_only_an_iri_stands_between_brackets(iri):
    """What is no absolute IRI does not get into a query as one."""
    with pytest.raises(ParameterError, match="is not a valid IRI"):
        iri_term(iri)


@pytest.mark.parametrize("value", [None, 5.5, b"hanoi", {"hanoi": 1}, object(), [None], []])
def test_a_value_of_no_use_is_named(value):
    """What is neither text nor number nor date is refused, and so is a list that holds nothing."""
    with pytest.raises(ParameterError, match=r"'city' (takes a city; .* is not|was given no value)"):
        bound(city=value)
