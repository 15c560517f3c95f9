"""The chooser of representations, held to a table written by hand and to its laws."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from negotiation_table import ROWS

from ascn_graph.media_types import BINDINGS, DOCUMENTS, GRAPHS, RESOURCE_FORMS, choose, parse_accept


def test_the_table_is_forty_one_accept_values_for_each_of_four_kinds():
    """The table has one row for each of 40 Accept values and each kind of resource."""
    accepts = {row["accept"] for row in ROWS}
    assert len(accepts) == 41
    assert sorted((row["accept"], row["kind"]) for row in ROWS) == sorted(
        (a, k) for a in accepts for k in RESOURCE_FORMS
    )


def test_the_chooser_agrees_with_the_table():
    """Every row of the table gets the representation that it names, or none where it says 406."""
    for row in ROWS:
        chosen = choose(row["accept"], RESOURCE_FORMS[row["kind"]])
        assert (chosen.extension if chosen else "") == row["representation"], row
        assert (row["status"] == "406") == (chosen is None), row


@pytest.mark.parametrize(
    ("accept", "bindings", "graph"),
    [
        (None, "json", "ttl"),
        ("*/*", "json", "ttl"),
        ("text/*", "csv", "ttl"),
        ("text/csv;q=0, text/*", "tsv", "ttl"),
        ("application/xml", "xml", "rdf"),
        ("application/json", "json", "jsonld"),
        ("application/sparql-results+xml;q=0.5, text/tab-separated-values", "tsv", None),
        ("application/rdf+xml, text/turtle;q=0.9", None, "rdf"),
        ("application/sparql-results+json;q=0, application/json;q=0", None, None),
        ("application/pdf", None, None),
    ],
)
def test_answers_are_negotiated_by_the_same_rules(accept, bindings, graph):
    """Results of SELECT and of CONSTRUCT each come in the form that the client ranks highest."""
    got = [choice and choice.extension for choice in (choose(accept, BINDINGS), choose(accept, GRAPHS))]
    assert got == [bindings, graph]


def test_the_most_exact_range_decides_whatever_its_weight():
    """`text/turtle;q=0` refuses Turtle even where `*/*` would take it."""
    assert choose("*/*;q=1, text/turtle;q=0", DOCUMENTS[1:2]) is None


def test_a_named_type_goes_before_a_wildcard_of_equal_weight():
    """A client that names Turtle beside `*/*` gets Turtle."""
    chosen = choose("text/turtle, */*", DOCUMENTS)
    assert chosen is not None
    assert chosen.extension == "ttl"


def test_a_weight_that_is_no_weight_counts_as_one():
    """`q=high`, `q=-1` and `q=2` do not make a media range unacceptable."""
    assert [r.q for r in parse_accept("a/b;q=high, a/c;q=-1, a/d;q=2, a/e;q=1.5, a/f;q=0.25, a/g;q=1.")] == [
        1,
        1,
        1,
        1,
        0.25,
        1,
    ]


@given(st.text(max_size=200))
def test_no_header_can_break_the_chooser(header):
    """Any text is answered with one of what is offered, or with none."""
    assert choose(header, DOCUMENTS) in (*DOCUMENTS, None)


@given(st.lists(st.sampled_from(DOCUMENTS), min_size=1, unique=True), st.integers(1, 999))
def test_what_a_client_names_with_a_weight_it_gets(wanted, thousandths):
    """A header of named types gives the one of highest weight."""
    weights = {form: (thousandths + 97 * place) % 999 + 1 for place, form in enumerate(wanted)}
    header = ", ".join(f"{form.types[0]};q={weight / 1000:.3f}" for form, weight in weights.items())
    chosen = choose(header, DOCUMENTS)
    assert chosen is not None
    assert weights[chosen] == max(weights.values())
