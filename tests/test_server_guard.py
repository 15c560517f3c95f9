"""What stands before the engine: what it refuses, what it lets through, and that no text fools it."""

from __future__ import annotations

import pytest
from conftest import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Store

from ascn_graph.server.answer import refusal_problem
from ascn_graph.sparql import guard
from ascn_graph.sparql.guard import is_volatile, update_word

PIECES = [
    "SELECT",
    "*",
    "{",
    "}",
    "?s ",
    "?p ",
    "?o ",
    ".",
    "SERVICE",
    "service ",
    "<http://127.0.0.1:9/>",
    "<http://e/\\u0061'>",
    "<http://e/#>",
    "PREFIX e: <http://e/> ",
    "e:",
    "e:a\\'b",
    "e:\U0001f600\\'",
    "e:%27",
    " ",
    "\n",
    "\r",
    "#",
    "'",
    '"',
    "'''",
    '"""',
    "\\",
    "\\'",
    '\\"',
    "@en",
    "@en-GB",
    "^^",
    "<",
    ">",
    "=",
    "!",
    "?",
    "$",
    "_:b ",
    "1.",
    "1e5",
    "FILTER(",
    ")",
    "OPTIONAL",
    "\u200c",
    "\u2060",
    "\u00b7",
]


def refusal(text: str, graphs: frozenset[str] | None = frozenset()) -> str | None:
    """Return the code that a client is told of a text that is refused, or None."""
    refused = guard.refusal(text, graphs=graphs, base="http://e/base/")
    return None if refused is None else refusal_problem(refused).code


def asks_elsewhere(store: Store, text: str) -> bool:
    """Return whether the engine, given a text, asks another endpoint: port 9 is one it refuses to call, and says so."""
    try:
        for _ in store.query(text, use_default_graph_as_union=True):  # type: ignore[union-attr]
            pass
    except OSError as error:
        return "not allowed" in str(error)
    except (SyntaxError, TypeError, ValueError):
        return False
    return False


@pytest.mark.thorough
@settings(max_examples=examples(3000), deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=14))
def test_what_asks_elsewhere_never_passes_however_it_is_dressed(pieces):
    """Whatever stands between the head of a query and a SERVICE that the engine would run, the gate refuses it."""
    dressed = "".join(pieces)
    for text in (
        f"PREFIX e: <http://e/> SELECT * {{ {dressed} SERVICE <http://127.0.0.1:9/> {{ ?x ?y ?z }} }}",
        f"PREFIX e: <http://e/> SELECT * {{ ?s ?p {dressed} . SERVICE <http://127.0.0.1:9/> {{ ?x ?y 'x' }} }} #'",
        dressed,
    ):
        if refusal(text) is None:
            assert not asks_elsewhere(Store(), text), text


@given(st.text(max_size=300))
@settings(max_examples=examples(500), deadline=None)
def test_any_text_is_passed_or_refused(text):
    """No text breaks the gate."""
    assert refusal(text) in (None, "nested-too-deeply", "service", "unknown-graph")
    assert isinstance(update_word(text), str)
    assert is_volatile(text) in (True, False)


@pytest.mark.parametrize(
    ("clause", "code"),
    [
        ("FROM <http://e/known>", None),
        ("FROM e:known", None),
        ("FROM NAMED e:known", None),
        ("FROM <http://e/known> FROM e:unknown", "unknown-graph"),
        ("FROM <known>", "unknown-graph"),
        ("from named <file:///etc/passwd>", "unknown-graph"),
        ("", None),
    ],
)
def test_from_names_known_graphs_alone(clause, code):
    """FROM of a graph that there is passes, written out or by prefix; any other is refused."""
    text = f"PREFIX e: <http://e/> SELECT * {clause} {{ ?from ?p 'FROM <x>' }}"
    assert refusal(text, frozenset({"http://e/known"})) == code
    assert refusal(text, None) is None


@pytest.mark.parametrize(
    ("text", "volatile"),
    [
        ("SELECT (now() AS ?x) {}", True),
        ("SELECT (STRUUID() AS ?x) {}", True),
        ("SELECT ?now { ?now ?rand 'RAND()' }", False),
        ("SELECT (BNODE() AS ?x) {}", True),
    ],
)
def test_what_may_differ_next_time_is_known(text, volatile):
    """A function that gives another value each time marks the query; a variable or a string of its name does not."""
    assert is_volatile(text) is volatile


def test_the_probe_of_this_file_sees_a_call():
    """The engine does call where nothing stops it: else the test above would prove nothing."""
    assert asks_elsewhere(Store(), "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }")
    assert not asks_elsewhere(Store(), "SELECT * { ?s ?p ?o }")
