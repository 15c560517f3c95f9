"""An answer as a data frame, each column with the one dtype that fits all of its RDF datatypes.

| every cell of the column is | pandas | polars |
|---|---|---|
| xsd:integer or derived from it, within 64 bits | Int64 | Int64 |
| xsd:decimal or longer integers, within 38 digits | object of Decimal | Decimal |
| the same with decimals="float", or coordinates (latitude, longitude) | float64 | Float64 |
| xsd:double, xsd:float | Float64 | Float64 |
| xsd:boolean | boolean | Boolean |
| xsd:date | datetime64[s] | Date |
| xsd:dateTime, all with a time zone or all without | datetime64[us] (UTC) | Datetime (UTC) |
| anything else, or a mixture | string, as stated | String, as stated |

An unbound cell is null (pandas counts a stated NaN as null too, and in a float64 NaN is the null). A year or a month
stays a string, as stated; no day is invented.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from importlib import import_module
from types import NoneType
from typing import TYPE_CHECKING, Any, cast

import pyoxigraph

from ascn_graph.errors import UsageError
from ascn_graph.formats import plain
from ascn_graph.terms import Solutions, Term, value_of

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

__all__ = ["to_pandas", "to_polars"]

# The widest decimal polars holds.
_DIGITS = 38
# Degrees are measured, and plotted: nobody adds them up.
_COORDINATES = {"latitude", "longitude"}
_KINDS = {
    frozenset({int}): "integer",
    frozenset({Decimal}): "decimal",
    frozenset({int, Decimal}): "decimal",
    frozenset({float}): "double",
    frozenset({bool}): "boolean",
    frozenset({date}): "date",
    frozenset({datetime}): "dateTime",
}
_TYPED = frozenset[type]().union(*_KINDS)
_PLAIN = {pyoxigraph.Literal, pyoxigraph.NamedNode, NoneType}


def to_pandas(answer: Solutions, language: str, decimals: str) -> pd.DataFrame:
    """Return a pandas data frame, see `Rows.to_pandas`."""
    pandas, numpy = _library("pandas"), _library("numpy")
    masked = {
        "integer": (pandas.arrays.IntegerArray, "int64"),
        "double": (pandas.arrays.FloatingArray, "float64"),
        "boolean": (pandas.arrays.BooleanArray, "bool"),
    }
    dtypes = {"decimal": "object", "float": "float64", "date": "datetime64[s]", "dateTime": "datetime64[us]"}

    # Arrays made here: to be told only a dtype, pandas reads every value again, and that takes longer than the query.
    def array(kind: str, values: Sequence[Any]) -> Any:
        if kind == "string":
            return pandas.arrays.StringArray(numpy.array(values, dtype="object"))
        if kind == "instant":
            return pandas.array(values, dtype="datetime64[us, UTC]")
        if kind in dtypes:
            return numpy.array(values, dtype=dtypes[kind])
        make, dtype = masked[kind]
        null = [value is None or value != value for value in values]  # noqa: PLR0124 - NaN alone is not itself
        filled = [0 if value is None else value for value in values]
        return make(numpy.array(filled, dtype=dtype), numpy.array(null))

    arrays = {name: array(kind, values) for name, kind, values in _columns(answer, language, decimals)}
    index = pandas.RangeIndex(len(answer.solutions()))
    if arrays and hasattr(pandas.api, "internals"):
        # pandas 3 can be told that arrays are ready; otherwise it looks into each of them again.
        ready = [a[None] if isinstance(a, numpy.ndarray) else a for a in arrays.values()]
        blocks = [(values, numpy.array([place])) for place, values in enumerate(ready)]
        frame = pandas.api.internals.create_dataframe_from_blocks(blocks, index, _labels(tuple(arrays)).view())
    else:
        frame = pandas.DataFrame(arrays, index=index, copy=False)
    return cast("pd.DataFrame", frame)


@lru_cache(maxsize=64)
def _labels(columns: tuple[str, ...]) -> Any:
    # To make labels takes pandas as long as ten columns, and a query that is asked again has the same.
    return _library("pandas").Index(columns)


def to_polars(answer: Solutions, language: str, decimals: str) -> pl.DataFrame:
    """Return a polars data frame, see `Rows.to_polars`."""
    polars = _library("polars")
    dtypes = {
        "integer": polars.Int64,
        "double": polars.Float64,
        "float": polars.Float64,
        "boolean": polars.Boolean,
        "date": polars.Date,
        "dateTime": polars.Datetime("us"),
        "instant": polars.Datetime("us", "UTC"),
        "string": polars.String,
        "decimal": None,  # polars takes the scale from the values
    }
    series = [
        polars.Series(name, values, dtype=dtypes[kind]) for name, kind, values in _columns(answer, language, decimals)
    ]
    return cast("pl.DataFrame", polars.DataFrame(series))


@cache
def _library(name: str) -> Any:
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        told = f"to_{name}() needs {name}, which is not installed: run pip install 'ascn-graph[{name}]'."
        raise UsageError(told) from None


def _columns(answer: Solutions, language: str, decimals: str) -> Iterator[tuple[str, str, Sequence[Any]]]:
    """Return the name, the kind and the values of each column of the frame."""
    if language not in ("drop", "column"):
        raise UsageError(f"There is no language={language!r}: choose 'drop' or 'column'.")
    if decimals not in ("exact", "float"):
        raise UsageError(f"There is no decimals={decimals!r}: choose 'exact' or 'float'.")
    labels: dict[str, str] = {}
    solutions = answer.solutions()
    columns = zip(*solutions, strict=True) if solutions else ((),) * len(answer.columns)
    for name, terms in zip(answer.columns, columns, strict=True):
        kind, values = _typed(terms) or ("string", _texts(terms, labels))
        if kind == "decimal" and (decimals == "float" or name in _COORDINATES):
            kind, values = "float", [None if value is None else float(value) for value in values]
        yield name, kind, values
        if language == "column":
            tags = [term.language if isinstance(term, pyoxigraph.Literal) else None for term in terms]
            if any(tags):
                yield f"{name}@lang", "string", tags


def _texts(terms: Sequence[Any], labels: dict[str, str]) -> list[str | None]:
    if _PLAIN.issuperset(map(type, terms)):  # a third of the time of a call for each
        return [None if term is None else term.value for term in terms]
    return [None if term is None else plain.plain_cell(term, labels) for term in terms]


def _typed(terms: Sequence[Term | None]) -> tuple[str, Sequence[Any]] | None:
    """Return the kind of a column with its values, or None where it is a column of strings."""
    if type(value_of(next((term for term in terms if term is not None), None))) not in _TYPED:
        return None
    values: list[Any] = [value_of(term) for term in terms]
    stated = [value for value in values if value is not None]
    kind = _KINDS.get(frozenset(map(type, stated)))
    if kind == "dateTime" and any(value.tzinfo for value in stated):
        if not all(value.tzinfo for value in stated):
            return None
        try:
            return "instant", [value and value.astimezone(UTC) for value in values]
        except OverflowError:  # in UTC it is none of the years that Python knows
            return None
    if kind == "integer" and not -(2**63) <= min(stated) <= max(stated) < 2**63:
        kind = "decimal"
    if kind == "decimal":
        values = [Decimal(value) if type(value) is int else value for value in values]
        # To count digits takes as long as to convert them: short forms cannot hold too many.
        long = any(term is not None and len(term.value) * 2 > _DIGITS for term in terms)
        if long and _digits(values) > _DIGITS:
            return None
    return (kind, values) if kind else None


def _digits(values: Sequence[Decimal | None]) -> int:
    """Return the digits that hold every value exactly: the most before the point and the most after it."""
    found = [(value.adjusted() + 1, -int(value.as_tuple().exponent)) for value in values if value]
    return max((before for before, _ in found), default=0) + max((after for _, after in found), default=0)
