"""The public API as a typed program uses it; `test_typing.py` type-checks this file and nothing runs it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import assert_type

import rdflib
from pyoxigraph import Store

import ascn_graph as ascn
from ascn_graph.errors import (
    ConformanceError,
    EndpointError,
    EngineError,
    InputError,
    LimitExceeded,
    ParameterError,
    QuerySyntaxError,
    UnknownName,
    UnknownQuery,
    UsageError,
)
from ascn_graph.results import Row, Rows, Term, TripleRows, Value


def opened(folder: Path) -> list[ascn.Graph]:
    """Open a graph in every way there is."""
    return [
        ascn.load(),
        ascn.load(folder, source="article"),
        ascn.load(str(folder), source=["article", "derived"], named=False),
        ascn.over(rdflib.Graph()),
        ascn.over(rdflib.Dataset()),
        ascn.connect("http://127.0.0.1/sparql"),
        ascn.connect("http://127.0.0.1/sparql", graphs="ascn", timeout=None),
        ascn.connect("http://127.0.0.1/sparql", graphs=["http://e/g"], timeout=2.5),
    ]


def asked(graph: ascn.Graph) -> Iterator[Rows]:
    """Ask in every way there is."""
    yield graph.query("officers", city="davao-city", timeout=1.0)
    yield graph.query("officers", city=["davao-city", "hanoi"])
    yield graph.query("officers-at", date=datetime.date(2018, 7, 8))
    yield graph.query("city-at-pixel", x=1100, y=Decimal(1150))
    yield graph.sparql("SELECT * { ?s ?p ?o }", timeout=None, allow_service=False)
    assert_type(graph.ask("ASK {}"), bool)
    assert_type(graph.text_of("cities", status="pilot"), str)
    assert_type(graph.resolve("Hanoi", "city"), str)
    assert_type(graph.store, Store)
    assert_type(graph.rdflib(), rdflib.Dataset)


def read(rows: Rows) -> list[str]:
    """Read rows in every way there is."""
    assert_type(rows[0], Row)
    assert_type(rows[1:3], Rows)
    assert_type(len(rows), int)
    assert_type(rows.columns, tuple[str, ...])
    for row in rows:
        assert_type(row["name"], Value)
        assert_type(row[0], Value)
        assert_type(row.name, Value)
        assert_type(row.terms, tuple[Term | None, ...])
        assert_type(row.keys(), tuple[str, ...])
    if isinstance(rows, TripleRows):
        return [rows.to_turtle(), rows.to_ntriples(), rows.to_jsonld()]
    rows.to_pandas(language="column")
    rows.to_polars()
    text = [rows.to_csv(), rows.to_csv(safe=True), rows.to_tsv(), rows.to_json(), rows.to_xml(), rows.to_markdown()]
    return [*text, rows.to_geojson(), rows.to_table(width=80), rows.to_table()]


def failed(error: Exception) -> int:
    """Return the errors apart."""
    match error:
        case QuerySyntaxError():
            return error.line + error.column + error.exit_code
        case InputError():
            return len(error.path) + len(error.problem) + error.line + error.column
        case LimitExceeded():
            return len(error.limit)
        case EndpointError():
            assert_type(error.status, int | None)
            assert_type(error.retry_after, float | None)
            return len(error.endpoint) + len(error.head)
        case UnknownQuery() | UnknownName() | ParameterError() | UsageError():
            assert_type(error, UsageError)
        case EngineError() | ConformanceError() | ascn.AscnError():
            assert_type(error.exit_code, int)
        case _:
            raise error
    return 0


def validated(folder: Path) -> tuple[bool, list[str]]:
    """Validate files."""
    report = ascn.validate([folder, "data/"])
    return report.conforms, [result.message for result in report.results]
