"""Tests of rows: drawn once, converted cell by cell, never cut short in silence."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Store, Triple

from ascn_graph.errors import AscnError, EngineError, LimitExceeded
from ascn_graph.results import IRI, Bindings, Row, Rows, Term, Text, TripleRows, Triples, Year, YearMonth
from ascn_graph.terms import CONVERTERS, XSD, value_of


def typed(form: str, datatype: str) -> Literal:
    """Return a literal of an XSD datatype."""
    return Literal(form, datatype=NamedNode(XSD + datatype))


def answer(text: str, data: str = "") -> Rows:
    """Ask pyoxigraph as the embedded engine does."""
    store = Store()
    store.update(f"INSERT DATA {{ {data} }}")
    solutions = store.query(text)
    return Rows(Bindings(tuple(variable.value for variable in solutions.variables), solutions), name="test")


CITIES = """SELECT ?city ?name ?joined ?count ?none {
    VALUES (?city ?name ?joined ?count) {
        (<https://e.org/a> "Huế"@vi "2018-07"^^<http://www.w3.org/2001/XMLSchema#gYearMonth> 1)
        (<https://e.org/b> "Phuket" "2018-07-08"^^<http://www.w3.org/2001/XMLSchema#date> 2)
        (<https://e.org/c> UNDEF UNDEF 3)
    } }"""


def test_a_cell_is_reached_by_attribute_by_name_and_by_place():
    """A row answers to row.name, row["name"], row[0] and row[-1] alike."""
    row = answer(CITIES)[0]
    assert row.city == row["city"] == row[0] == "https://e.org/a"
    assert row.none is row[-1] is None
    assert (row.count, row["count"]) == (1, 1)


def test_rows_are_a_sequence():
    """Rows count, iterate, index from both ends, and slice into rows with the same columns."""
    rows = answer(CITIES)
    assert len(rows) == 3
    assert [row["count"] for row in rows] == [1, 2, 3]
    assert rows[-1].count == 3
    part = rows[1:]
    assert isinstance(part, Rows)
    assert (part.columns, part.name, [row["count"] for row in part]) == (rows.columns, "test", [2, 3])
    with pytest.raises(IndexError):
        rows[3]


def test_solutions_are_drawn_when_needed_and_once():
    """Making rows draws nothing; reading them many times draws each solution one time."""
    drawn = []

    def source() -> Iterator[Sequence[Term | None]]:
        for number in range(3):
            drawn.append(number)
            yield (Literal(number),)

    rows = Rows(Bindings(("n",), source()))
    assert "not drawn" in repr(rows)
    assert drawn == []
    assert [row.n for row in rows] == [row.n for row in rows] == [0, 1, 2]
    assert len(rows) == 3
    assert drawn == [0, 1, 2]


@pytest.mark.parametrize(
    ("failure", "raised"), [(LimitExceeded("Too late.", "time"), LimitExceeded), (OSError("reset"), EngineError)]
)
def test_an_answer_that_breaks_off_never_gives_a_part_as_all(failure, raised):
    """After a failure between two rows every further reading fails too."""

    def source() -> Iterator[Sequence[Term | None]]:
        yield (Literal(1),)
        raise failure

    rows = Rows(Bindings(("n",), source()))
    with pytest.raises(raised):
        list(rows)
    for again in (lambda: len(rows), lambda: rows[0], rows.to_csv, lambda: list(rows)):
        with pytest.raises(AscnError):
            again()


def test_an_unknown_column_is_named_with_the_columns_there_are():
    """A misspelt column raises what Python users expect, saying the columns."""
    row = answer(CITIES)[0]
    with pytest.raises(AttributeError, match=r"'nmae'.*city, name, joined"):
        row.nmae  # noqa: B018 - reading it is the test
    with pytest.raises(KeyError, match="nmae"):
        row["nmae"]
    with pytest.raises(IndexError):
        row[5]


def test_a_row_becomes_a_dict_a_list_and_its_terms():
    """A row can be unpacked, turned into a dict, and asked for its exact terms."""
    row = answer(CITIES)[1]
    assert dict(row) == dict(zip(row.keys(), list(row), strict=True))
    assert row.terms[1:3] == (Literal("Phuket"), typed("2018-07-08", "date"))
    assert len(row) == 5
    assert "city" in dir(row)
    assert repr(row).startswith("Row(city='https://e.org/b', name='Phuket'")


def test_rows_of_equal_terms_are_equal_however_the_engine_holds_them():
    """A row of a pyoxigraph solution equals a row of a tuple, hashes alike, survives copy and pickle."""
    row = answer(CITIES)[0]
    twin = Rows(Bindings(row.keys(), iter([row.terms])))[0]
    assert row == twin
    assert hash(row) == hash(twin)
    assert row != answer(CITIES)[1]
    assert pickle.loads(pickle.dumps(row)) == copy.deepcopy(row) == row


@pytest.mark.parametrize(
    ("term", "value"),
    [
        (NamedNode("https://e.org/a"), IRI("https://e.org/a")),
        (Literal("Huế", language="vi"), Text("Huế", "vi")),
        (Literal("plain"), "plain"),
        (typed("https://e.org/", "anyURI"), IRI("https://e.org/")),
        (typed("2018-07-08", "date"), date(2018, 7, 8)),
        (typed("2018", "gYear"), Year("2018")),
        (typed("2018-07", "gYearMonth"), YearMonth("2018-07")),
        (typed("1.50", "decimal"), Decimal("1.50")),
        (typed(".5", "decimal"), Decimal("0.5")),
        (typed("007", "integer"), 7),
        (typed("-128", "byte"), -128),
        (typed("255", "unsignedByte"), 255),
        (typed("1e3", "double"), 1000.0),
        (typed("-INF", "float"), float("-inf")),
        (typed("1", "boolean"), True),
        (typed("false", "boolean"), False),
        (typed("2018-07-08T09:30:00Z", "dateTime"), datetime(2018, 7, 8, 9, 30, tzinfo=UTC)),
        (typed("2018-07-08T09:30:00.25", "dateTime"), datetime(2018, 7, 8, 9, 30, 0, 250000)),  # noqa: DTZ001 - none stated
        (BlankNode("b7"), "_:b7"),
        (None, None),
    ],
)
def test_a_term_becomes_the_python_value_of_its_datatype(term, value):
    """Each datatype gives its Python type, with language, precision and zone kept."""
    found = value_of(term)
    assert found == value
    assert type(found) is type(value)
    assert getattr(found, "language", None) == getattr(value, "language", None)


@pytest.mark.parametrize(
    ("form", "datatype"),
    [
        ("2018-02-31", "date"),
        ("2018-07-08Z", "date"),
        ("-0044-03-15", "date"),
        ("20180708", "date"),
        ("2018-13", "gYearMonth"),
        ("20180", "gYear"),
        ("1e3", "decimal"),
        ("NaN", "decimal"),
        ("1_000", "integer"),
        ("٣", "integer"),
        (" 1", "integer"),
        ("9" * 5000, "integer"),
        ("128", "byte"),
        ("-1", "nonNegativeInteger"),
        ("0", "positiveInteger"),
        ("1", "negativeInteger"),
        ("nan", "double"),
        ("infinity", "double"),
        ("TRUE", "boolean"),
        ("2018-07-08T24:00:00", "dateTime"),
        ("2018-07-08 09:30:00", "dateTime"),
        ("2018-07-08T09:30:00.1234567", "dateTime"),
        ("P1D", "duration"),
    ],
)
def test_what_python_cannot_hold_exactly_stays_a_literal(form, datatype):
    """An ill-typed literal, an unknown datatype or a value out of Python's reach is given as it is, never an error."""
    assert value_of(typed(form, datatype)) == typed(form, datatype)


@given(
    st.sampled_from(sorted(CONVERTERS)), st.text(max_size=20) | st.from_regex(r"[-+0-9TZ:.eE]{0,30}", fullmatch=True)
)
@example(XSD + "integer", "-" + "1" * 5000)
@example(XSD + "dateTime", "0001-01-01T00:00:00+99:99")
def test_no_lexical_form_raises(datatype, form):
    """Whatever stands in a literal, its cell can be read and printed."""
    repr(value_of(Literal(form, datatype=NamedNode(datatype))))


def test_years_and_months_print_and_sort_as_stated():
    """A year and a month are text without an invented day, with their numbers at hand."""
    month = value_of(typed("2018-07", "gYearMonth"))
    year = value_of(typed("2018", "gYear"))
    assert isinstance(month, YearMonth)
    assert isinstance(year, Year)
    assert (str(month), month.year, month.month, year.year) == ("2018-07", 2018, 7, 2018)
    assert sorted([YearMonth("2018-10"), month, year]) == ["2018", "2018-07", "2018-10"]


def test_tagged_text_survives_copy_and_pickle():
    """Language-tagged text keeps its language where it is carried to another process."""
    text = pickle.loads(pickle.dumps(copy.copy(Text("Huế", "vi"))))
    assert (text, text.language) == ("Huế", "vi")


def test_triples_are_rows_once_each_and_in_order():
    """A CONSTRUCT gives rows of subject, predicate and object, sorted, types first, without doubles."""
    a, b = NamedNode("https://e.org/a"), NamedNode("https://e.org/b")
    kind = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    early = NamedNode("http://a.org/sorts-before-rdf-type")
    triples = [Triple(b, a, Literal(1)), Triple(a, early, b), Triple(a, kind, b), Triple(a, early, b)]
    rows = TripleRows(Triples(iter(triples)), name="describe")
    assert [row.terms for row in rows] == [(a, kind, b), (a, early, b), (b, a, Literal(1))]
    assert rows.columns == ("subject", "predicate", "object")
    assert isinstance(rows[:1], TripleRows)
    assert rows[2].object == 1


def test_a_row_is_light():
    """A row has no dict of its own."""
    assert not hasattr(Row((Literal(1),), {"n": 0}), "__dict__")


def test_rows_import_no_data_frame_library():
    """Importing the results, or printing one, imports neither pandas nor polars nor rdflib."""
    code = (
        "import sys; from ascn_graph import results, formats; from pyoxigraph import Literal as L; "
        "formats.render(results.Rows(results.Bindings(('n',), iter([(L(1),)]))), 'csv'); "
        "print(sorted({'pandas', 'polars', 'rdflib'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
