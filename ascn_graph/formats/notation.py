"""SPARQL 1.1 JSON results, and GeoJSON."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from json.encoder import encode_basestring as quoted
from math import isfinite

from ascn_graph.cells import Solutions, Term, value_of
from ascn_graph.errors import UsageError
from ascn_graph.formats.plain import described, plain_cell

__all__ = ["features", "results"]


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
    kind, value, language, datatype = described(term, labels)
    if datatype:
        return f'{{"type":"{kind}","value":{quoted(value)},"datatype":{quoted(datatype)}}}'
    told = f',"xml:lang":"{language}"' if language else ""
    return f'{{"type":"{kind}","value":{quoted(value)}{told}}}'


def features(answer: Solutions, _width: int | None) -> str:
    """Write a GeoJSON FeatureCollection of points, one feature a line."""
    columns = answer.columns
    if not {"latitude", "longitude"} <= set(columns):
        found = ", ".join(columns) or "none"
        raise UsageError(f"GeoJSON needs the columns latitude and longitude; the columns of this answer are {found}.")
    heads = [f"{quoted(column)}: " for column in columns]
    axes = (columns.index("longitude"), columns.index("latitude"))
    lines = ",\n".join([_feature(heads, terms, axes) for terms in answer.solutions()])
    return f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}\n'


def _feature(heads: Sequence[str], terms: Sequence[Term | None], axes: tuple[int, int]) -> str:
    degrees = [_number(value_of(terms[axis])) for axis in axes]
    point = [d for d, most in zip(degrees, (180, 90), strict=True) if d is not None and -most <= d <= most]
    located = len(point) == len(axes)
    # Coordinates that make no point stay among the properties, so that nothing is lost.
    told = [
        head + _property(term)
        for place, (head, term) in enumerate(zip(heads, terms, strict=True))
        if not (located and place in axes)
    ]
    geometry = f'{{"type": "Point", "coordinates": [{point[0]!r}, {point[1]!r}]}}' if located else "null"
    return f'{{"type": "Feature", "geometry": {geometry}, "properties": {{{", ".join(told)}}}}}'


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
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    number = _number(value)
    # JSON has no infinity, and a reader takes a number for a double: a decimal it would change stays text.
    if number is not None and isfinite(number) and (isinstance(value, float) or Decimal(repr(number)) == value):
        return repr(number)
    return quoted(plain_cell(term, {}))
