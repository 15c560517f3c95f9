"""SPARQL 1.1 JSON results, and GeoJSON."""

from __future__ import annotations

from decimal import Decimal
from json.encoder import encode_basestring as quoted
from math import isfinite

from ascn_graph.errors import UsageError
from ascn_graph.formats.plain import described, plain_cell
from ascn_graph.terms import Solutions, Term, value_of

__all__ = ["features", "results"]

# Degrees that no place is beyond.
_EAST, _NORTH = 180, 90


def results(answer: Solutions) -> str:
    """Write SPARQL 1.1 JSON results, one solution a line."""
    labels: dict[str, str] = {}
    heads = [f"{quoted(column)}:" for column in answer.columns]

    def cell(term: Term) -> str:
        kind, value, language, datatype = described(term, labels)
        told = f',"xml:lang":"{language}"' if language else f',"datatype":{quoted(datatype)}' if datatype else ""
        return f'{{"type":"{kind}","value":{quoted(value)}{told}}}'

    lines = [
        ",".join([head + cell(term) for head, term in zip(heads, terms, strict=True) if term is not None])
        for terms in answer.solutions()
    ]
    bindings = ",\n".join([f"{{{line}}}" for line in lines])
    columns = ",".join(map(quoted, answer.columns))
    return f'{{"head":{{"vars":[{columns}]}},"results":{{"bindings":[\n{bindings}\n]}}}}\n'


def features(answer: Solutions) -> str:
    """Write a GeoJSON FeatureCollection of points, one feature a line."""
    columns = answer.columns
    if not {"latitude", "longitude"} <= set(columns):
        found = ", ".join(columns) or "none"
        raise UsageError(f"GeoJSON needs the columns latitude and longitude; the columns of this answer are {found}.")
    longitude, latitude = columns.index("longitude"), columns.index("latitude")
    lines = []
    for terms in answer.solutions():
        x, y = _number(value_of(terms[longitude])), _number(value_of(terms[latitude]))
        # Coordinates that make no point stay among the properties, so that nothing is lost.
        geometry, left = "null", set(columns)
        if x is not None and y is not None and abs(x) <= _EAST and abs(y) <= _NORTH:
            geometry, left = f'{{"type": "Point", "coordinates": [{x!r}, {y!r}]}}', left - {"latitude", "longitude"}
        cells = zip(columns, terms, strict=True)
        told = ", ".join([f"{quoted(column)}: {_property(term)}" for column, term in cells if column in left])
        lines.append(f'{{"type": "Feature", "geometry": {geometry}, "properties": {{{told}}}}}')
    return '{"type": "FeatureCollection", "features": [\n' + ",\n".join(lines) + "\n]}\n"


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        return None
    try:
        return float(value)
    except OverflowError:
        return None


def _property(term: Term | None) -> str:
    value = value_of(term)
    if value is None:
        return "null"
    if isinstance(value, int):
        return str(value).lower()  # of a boolean too
    number = _number(value)
    # JSON has no infinity, and a reader takes a number for a double: a decimal it would change stays text.
    if number is not None and isfinite(number) and (isinstance(value, float) or Decimal(repr(number)) == value):
        return repr(number)
    return quoted(plain_cell(term, {}))
