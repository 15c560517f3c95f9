"""SPARQL 1.1 JSON results, and GeoJSON."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from json.encoder import JSONEncoder
from json.encoder import encode_basestring as quoted

from pyoxigraph import BlankNode, Literal

from ascn_graph.cells import XSD, Solutions, Term, value_of
from ascn_graph.errors import UsageError
from ascn_graph.formats.plain import label, language, plain_cell, resource

__all__ = ["features", "results"]

_STRING = XSD + "string"


def results(answer: Solutions, _width: int | None) -> str:
    """Write SPARQL 1.1 JSON results, one solution a line."""
    labels: dict[str, str] = {}
    heads = [f"{quoted(column)}:" for column in answer.columns]
    lines = [
        ",".join([head + _cell(term, labels) for head, term in zip(heads, terms, strict=True) if term is not None])
        for terms in answer.solutions()
    ]
    bindings = ",\n".join([f"{{{line}}}" for line in lines])
    columns = ",".join(map(quoted, answer.columns))
    return f'{{"head":{{"vars":[{columns}]}},"results":{{"bindings":[\n{bindings}\n]}}}}\n'


def _cell(term: Term, labels: dict[str, str]) -> str:
    if isinstance(term, Literal):
        value = quoted(term.value)
        if term.language is not None:
            return f'{{"type":"literal","value":{value},"xml:lang":"{language(term)}"}}'
        datatype = term.datatype.value
        if datatype == _STRING:
            return f'{{"type":"literal","value":{value}}}'
        return f'{{"type":"literal","value":{value},"datatype":{quoted(datatype)}}}'
    if isinstance(term, BlankNode):
        return f'{{"type":"bnode","value":"{label(term, labels)}"}}'
    return f'{{"type":"uri","value":{quoted(resource(term))}}}'


def features(answer: Solutions, _width: int | None) -> str:
    """Write a GeoJSON FeatureCollection of points, one feature a line."""
    columns = answer.columns
    if not {"latitude", "longitude"} <= set(columns):
        found = ", ".join(columns) or "none"
        raise UsageError(f"GeoJSON needs the columns latitude and longitude; the columns of this answer are {found}.")
    encode = JSONEncoder(ensure_ascii=False, allow_nan=False).encode
    rows = (dict(zip(columns, terms, strict=True)) for terms in answer.solutions())
    lines = ",\n".join([encode(_feature(row)) for row in rows])
    return f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}\n'


def _feature(cells: Mapping[str, Term | None]) -> dict[str, object]:
    place = [_number(value_of(cells[axis])) for axis in ("longitude", "latitude")]
    point = [
        degrees
        for degrees, most in zip(place, (180, 90), strict=True)
        if degrees is not None and -most <= degrees <= most
    ]
    # Coordinates that make no point stay among the properties, so that nothing is lost.
    axes = ("longitude", "latitude") if len(point) == len(place) else ()
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": point} if axes else None,
        "properties": {column: _property(term) for column, term in cells.items() if column not in axes},
    }


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool) else None


def _property(term: Term | None) -> object:
    value = value_of(term)
    if value is None or isinstance(value, (bool, int)):
        return value
    number = _number(value)
    # JSON has no infinity, and a reader takes a number for a double: a decimal it would change stays text.
    if (
        number is not None
        and abs(number) < float("inf")
        and (isinstance(value, float) or Decimal(repr(number)) == value)
    ):
        return number
    return plain_cell(term, {})
