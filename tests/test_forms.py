"""The form of a query comes from a parse that opens no connection."""

from __future__ import annotations

import socket
import threading

import pytest

from ascn_graph.errors import LimitExceeded, QuerySyntaxError, UsageError
from ascn_graph.sparql.forms import query_form, stated_form
from ascn_graph.sparql.guard import refusal

HIDDEN = (
    "SELECT * { BIND('a' AS ?a) BIND(2 AS ?b) FILTER(!(?a<'&&?b>')) SERVICE <http://127.0.0.1:9/> {?s ?p 'x'}}",
    "BASE <http://e/> SELECT * { FILTER(0<1#> '''\n) SERVICE <http://127.0.0.1:9/> {?s ?p ?o}} #'''",
)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("SELECT * {}", "select"),
        ("# insert\nASK {}", "ask"),
        ("PREFIX select: <http://e/ask> CONSTRUCT { ?s ?p 'ASK' } WHERE { ?s ?p ?o }", "construct"),
        ("DESCRIBE <http://e/a>", "construct"),
        ("BASE <http://e/> prefix ask: <a#b> select (1 AS ?unused0) {}", "select"),
    ],
)
def test_the_form_is_that_of_the_parse(text, form):
    """Comments, prefixes and strings that look like another form do not mislead."""
    assert query_form(text) == form
    assert stated_form(text) == form


@pytest.mark.parametrize("head", ["SELECT *", "ASK", "CONSTRUCT { ?s ?p ?o } WHERE", "DESCRIBE ?s"])
@pytest.mark.parametrize("silent", ["", "SILENT"])
def test_no_service_is_called_while_parsing(head, silent):
    """A query with SERVICE is parsed without a connection, whatever its form."""
    called = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as sink:
        sink.settimeout(0.2)
        query_form(f"{head} {{ SERVICE {silent} <http://127.0.0.1:{sink.getsockname()[1]}/> {{ ?s ?p ?o }} }}")
        try:
            sink.accept()[0].close()
            called.set()
        except TimeoutError:
            pass
    assert not called.is_set()


@pytest.mark.parametrize("text", ["INSERT DATA { <a:a> <a:a> <a:a> }", "PREFIX e: <http://e/> clear all", "LOAD <a:a>"])
def test_an_update_is_refused_as_one(text):
    """An update is named as such, not as a query that does not parse."""
    for form in (query_form, stated_form):
        with pytest.raises(UsageError, match="update"):
            form(text)


def test_an_update_behind_a_query_is_found():
    """A text that begins as a query and goes on as an update is refused although its form is plain."""
    for form in (query_form, stated_form):
        with pytest.raises(QuerySyntaxError, match="1:13"):
            form("SELECT * {} ; clear all")


def test_a_query_that_does_not_parse_is_marked_at_its_place():
    """Line, column and a caret under the place."""
    with pytest.raises(QuerySyntaxError) as caught:
        query_form("SELECT *\nWHERE { ?s <p> ?o }")
    assert caught.value.line == 2
    message, shown, caret = str(caught.value).splitlines()
    assert f"2:{caught.value.column}:" in message
    assert caret.index("^") - shown.index("WHERE") == caught.value.column - 1


@pytest.mark.parametrize("text", ["", "   ", "hello", "SELECT", "{}", "PREFIX a: <http://e/>"])
def test_a_text_that_is_no_query_does_not_parse(text):
    """Nothing at all, a word or a bare prologue is a syntax error."""
    with pytest.raises(QuerySyntaxError):
        query_form(text)


@pytest.mark.parametrize(
    "text", ["", "hello", "{}", "BASE SELECT * {}", "PREFIX a <http://e/> ASK {}", "PREFIX : ASK {}"]
)
def test_a_prologue_that_is_none_states_no_form(text):
    """The word behind a broken prologue is not taken for the form."""
    with pytest.raises(QuerySyntaxError):
        stated_form(text)


@pytest.mark.parametrize("text", ["ASK { ?s ?p '\0' }", "ASK { ?s ?p '\ud800' }"])
def test_a_character_no_query_can_hold_is_refused(text):
    """U+0000 and half a surrogate pair are named before anything is sent or parsed."""
    with pytest.raises(UsageError, match=r"U\+"):
        query_form(text)


@pytest.mark.parametrize("deep", ["{" * 5000, "ASK { FILTER(" + "!" * 5000, "ASK { ?s " + "(" * 5000])
def test_a_deep_query_is_refused_not_parsed(deep):
    """What would exhaust the parser's stack is refused by the limit's name."""
    with pytest.raises(LimitExceeded) as caught:
        query_form(deep)
    assert caught.value.limit == "nesting"


@pytest.mark.parametrize("text", HIDDEN)
def test_no_keyword_hides_where_a_comparison_looks_like_an_iri(text):
    """`?a<'x>'` may be an IRI followed by a string's start: the keyword behind it is seen all the same."""
    query_form(text)
    assert refusal(text) == ("word", "SERVICE")
    assert refusal(text.replace("?p ?o", "(" * 100).replace("'x'", "(" * 100)) == ("nesting", "64")


DIALECTS = (
    "SELECT ?item WHERE { ?item wdt:P31 wd:Q515 ; wdt:added ?add }",
    "SELECT ?s { ?s ?p ?o . ?o bif:contains 'with' }",
    'DEFINE input:same-as "yes" SELECT * { ?s ?p ?o }',
    "SELECT ?t WITH { SELECT ?t { ?t ?p ?o } } AS %all WHERE { INCLUDE %all }",
)


@pytest.mark.parametrize("text", DIALECTS)
def test_a_dialect_that_no_parser_here_knows_states_its_form(text):
    """What an endpoint may accept is not refused before it is asked."""
    assert stated_form(text) == "select"
    with pytest.raises(QuerySyntaxError):
        query_form(text)
