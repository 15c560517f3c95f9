"""Tests of data frames: one dtype a column, decided by its RDF datatypes."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from conftest import need
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode

import ascn_graph as ascn
from ascn_graph.errors import ParameterError, UsageError
from ascn_graph.results import Bindings, Rows, Term
from ascn_graph.terms import XSD


def column(*terms: Term | None) -> Rows:
    """Return rows of one column."""
    return Rows(Bindings(("x",), iter([(term,) for term in terms])))


def typed(datatype: str, *forms: str) -> list[Literal]:
    """Return literals of an XSD datatype."""
    return [Literal(form, datatype=NamedNode(XSD + datatype)) for form in forms]


D1, D2 = Decimal("0.10"), Decimal("12345678901234567890.5")
CASES = [
    (typed("integer", "1", "-9223372036854775808"), "Int64", "Int64", [1, -(2**63)]),
    ([*typed("integer", "1"), *typed("nonNegativeInteger", "2")], "Int64", "Int64", [1, 2]),
    (typed("integer", "9223372036854775808"), "object", "Decimal", [Decimal(2**63)]),
    (typed("decimal", "0.10", "12345678901234567890.5"), "object", "Decimal", [D1, D2]),
    ([*typed("decimal", "0.5"), *typed("integer", "2")], "object", "Decimal", [Decimal("0.5"), Decimal(2)]),
    (typed("decimal", "1" * 39), "string", "String", ["1" * 39]),
    (typed("double", "0.5", "1e3"), "Float64", "Float64", [0.5, 1000.0]),
    (typed("boolean", "true", "0"), "boolean", "Boolean", [True, False]),
    (
        typed("date", "2018-07-08", "0001-01-01", "9999-12-31"),
        "datetime64[s]",
        "Date",
        [date(2018, 7, 8), date.min, date.max],
    ),
    (typed("dateTime", "2018-07-08T09:30:00"), "datetime64[us]", "Datetime", [datetime(2018, 7, 8, 9, 30)]),  # noqa: DTZ001
    (
        typed("dateTime", "2018-07-08T09:30:00+07:00", "2018-07-08T00:00:00Z"),
        "datetime64[us, UTC]",
        "Datetime",
        [datetime(2018, 7, 8, 2, 30, tzinfo=UTC), datetime(2018, 7, 8, tzinfo=UTC)],
    ),
    (
        typed("dateTime", "2018-07-08T09:30:00", "2018-07-08T09:30:00Z"),
        "string",
        "String",
        ["2018-07-08T09:30:00", "2018-07-08T09:30:00Z"],
    ),
    (typed("dateTime", "0001-01-01T00:00:00+07:00"), "string", "String", ["0001-01-01T00:00:00+07:00"]),
    (typed("gYearMonth", "2018-07"), "string", "String", ["2018-07"]),
    ([*typed("date", "2018-07-08"), *typed("gYear", "2018")], "string", "String", ["2018-07-08", "2018"]),
    ([*typed("integer", "1"), *typed("double", "1")], "string", "String", ["1", "1"]),
    (typed("date", "2018-07-08", "2018-02-31"), "string", "String", ["2018-07-08", "2018-02-31"]),
    (
        [NamedNode("https://e.org/a"), Literal("x"), BlankNode("q")],
        "string",
        "String",
        ["https://e.org/a", "x", "_:b0"],
    ),
    ([Literal("Huế", language="vi"), Literal("x")], "string", "String", ["Huế", "x"]),
]
IDS = [f"{index}-{case[1]}" for index, case in enumerate(CASES)]


@pytest.mark.parametrize(("terms", "dtype", "_polars", "values"), CASES, ids=IDS)
def test_a_pandas_column_has_the_dtype_of_its_datatypes(terms, dtype, _polars, values):
    """Each column, with a missing cell, has one dtype, exact values and a null."""
    need("module:pandas")
    found = column(*terms, None).to_pandas()["x"]
    assert str(found.dtype) == dtype
    assert found.isna().tolist() == [False] * len(terms) + [True]
    if dtype == "datetime64[s]":
        found = found.dt.date
    told = [value.to_pydatetime() if dtype.startswith("datetime64[us") else value for value in found.tolist()[:-1]]
    assert told == values
    assert [type(value) for value in told] == [type(value) for value in values]


@pytest.mark.parametrize(("terms", "_pandas", "dtype", "values"), CASES, ids=IDS)
def test_a_polars_column_has_the_dtype_of_its_datatypes(terms, _pandas, dtype, values):
    """Each column, with a missing cell, has one dtype, exact values and a null."""
    need("module:polars")
    found = column(*terms, None).to_polars()["x"]
    assert str(found.dtype.base_type()) == dtype
    assert found.to_list() == [*values, None]


def test_a_column_of_nothing_is_a_column_of_strings():
    """Columns that are unbound everywhere, or have no rows, exist and are strings."""
    need("module:pandas", "module:polars")
    for rows in (column(None, None), Rows(Bindings(("x",), iter([])))):
        assert str(rows.to_pandas().dtypes["x"]) == "string"
        assert str(rows.to_polars().schema["x"]) == "String"
        assert len(rows.to_pandas()) == len(rows.to_polars()) == len(rows)


def test_frames_of_one_query_share_no_labels():
    """What is done to the columns of one frame is not seen in another, and a frame can be grown."""
    need("module:pandas")
    first, second = column(Literal(1)).to_pandas(), column(Literal(2)).to_pandas()
    first.columns.name = "named"
    first["y"] = first["x"] + 1
    assert (first["y"].tolist(), list(second.columns), second.columns.name) == ([2], ["x"], None)
    assert list(Rows(Bindings((), iter([(), ()]))).to_pandas().index) == [0, 1]


def test_language_tags_survive_on_request():
    """language="column" puts the tags beside each column that has any, and only there."""
    need("module:pandas", "module:polars")
    names = [Literal("Huế", language="vi"), Literal("Phuket"), None]
    rows = Rows(Bindings(("name", "n"), iter([(name, Literal(1)) for name in names])))
    assert list(rows.to_pandas().columns) == rows.to_polars().columns == ["name", "n"]
    pandas_frame, polars_frame = rows.to_pandas(language="column"), rows.to_polars(language="column")
    assert list(pandas_frame.columns) == polars_frame.columns == ["name", "name@lang", "n"]
    assert polars_frame["name@lang"].to_list() == ["vi", None, None]
    assert pandas_frame["name@lang"].dropna().tolist() == ["vi"]
    with pytest.raises(UsageError, match=r"'columns'.*'drop' or 'column'"):
        rows.to_pandas(language="columns")


def test_decimals_are_floats_on_request_and_coordinates_always():
    """decimals="float" gives numbers that average and plot; degrees are such numbers in any case."""
    need("module:pandas", "module:polars")
    degrees = Literal("10.5", datatype=NamedNode(XSD + "decimal"))
    rows = Rows(Bindings(("amount", "latitude"), iter([(degrees, degrees), (None, None)])))
    assert [str(kind) for kind in rows.to_pandas().dtypes] == ["object", "float64"]
    frame = rows.to_pandas(decimals="float")
    assert [str(kind) for kind in frame.dtypes] == ["float64", "float64"]
    assert (frame["amount"].mean(), frame["amount"].isna().tolist()) == (10.5, [False, True])
    exact, floats = rows.to_polars(), rows.to_polars(decimals="float")
    assert [str(kind.base_type()) for kind in exact.dtypes] == ["Decimal", "Float64"]
    assert floats.rows() == [(10.5, 10.5), (None, None)]
    with pytest.raises(UsageError, match=r"'double'.*'exact' or 'float'"):
        rows.to_pandas(decimals="double")


def test_what_a_frame_holds_can_be_asked_for():
    """A whole number of numpy's and a day of pandas' mean what Python's own mean."""
    need("module:pandas")
    import numpy as np
    import pandas as pd

    graph = ascn.load(named=False)
    day = date(2020, 1, 1)
    assert graph.text_of("officers-at", date=pd.Timestamp(day)) == graph.text_of("officers-at", date=day)
    place = {"x": np.int64(100), "y": np.int32(200)}
    assert graph.text_of("city-at-pixel", **place) == graph.text_of("city-at-pixel", x=100, y=200)
    with pytest.raises(ParameterError, match="2020-01-01T10:00:00"):
        graph.text_of("officers-at", date=pd.Timestamp("2020-01-01T10:00"))
    with pytest.raises(ParameterError):
        graph.text_of("officers-at", date=pd.NaT)


figures = st.one_of(
    st.integers(-(2**70), 2**70).map(lambda n: Literal(str(n), datatype=NamedNode(XSD + "integer"))),
    st.decimals(allow_nan=False, allow_infinity=False, places=3).map(
        lambda d: Literal(f"{d:f}", datatype=NamedNode(XSD + "decimal"))
    ),
    st.none(),
)


@settings(deadline=None)  # the first case imports both libraries
@given(st.lists(figures, min_size=1, max_size=6))
def test_no_figure_is_changed(terms):
    """Whatever whole or decimal figures a column mixes, both libraries hold them exactly, or as stated."""
    need("module:pandas", "module:polars")
    expected = [None if term is None else Decimal(term.value) for term in terms]
    for told in (column(*terms).to_pandas()["x"].tolist(), column(*terms).to_polars()["x"].to_list()):
        assert [None if not isinstance(v, int | str | Decimal) else Decimal(v) for v in told] == expected


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_a_missing_library_is_named_with_its_install_line(library):
    """Where the extra is not installed the error says what to run, and nothing else needed it."""
    code = (
        f"import sys; sys.modules['{library}'] = None\n"
        "from ascn_graph import errors, results\n"
        "from pyoxigraph import Literal\n"
        "rows = results.Rows(results.Bindings(('n',), iter([(Literal(1),)])))\n"
        f"try: rows.to_{library}()\n"
        "except errors.UsageError as error: print(error)\n"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert f"pip install 'ascn-graph[{library}]'" in told
