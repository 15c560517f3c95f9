"""An answer written in a format: one function, `render`, for every name in `FORMATS`."""

from __future__ import annotations

import csv
import difflib
import io
import json
import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from html import escape
from json.encoder import encode_basestring as quoted
from typing import NamedTuple

from pyoxigraph import BlankNode, Literal, NamedNode

from ascn_graph import layout, rdf_formats
from ascn_graph.cells import XSD, Solutions, Term, value_of
from ascn_graph.errors import UsageError

__all__ = ["FORMATS", "Format", "render", "text"]

_STRING = XSD + "string"
# What Turtle, and so TSV, reads back as the same literal when it stands bare.
_BARE = {
    XSD + "integer": re.compile(r"[+-]?[0-9]+"),
    XSD + "decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    XSD + "boolean": re.compile(r"true|false"),
}
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Readers take CR for LF, and some (pyoxigraph) trim white space, unless it stands as a reference.
_XML_SPACE = re.compile(r"\r|^[ \t\n]+|[ \t\n]+$")
# OWASP's list of how a formula begins, full-width forms included; a plain number is none.
_FORMULA = re.compile(r"(?![+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?\Z)[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


class Format(NamedTuple):
    """A way to write an answer."""

    media_type: str
    #: Writes rows; the second argument is the width of a terminal, which only `table` has.
    write: Callable[[Solutions, int | None], str]
    #: The answer of an ASK, `{}` its truth; None where the format cannot say it.
    truth: str | None = None
    #: Whether it holds triples rather than a table.
    triples: bool = False


def render(answer: Solutions | bool, name: str, *, width: int | None = None) -> bytes:  # noqa: FBT001 - an ASK's answer
    """Write an answer in a format, as the bytes of a UTF-8 file.

    Args:
        answer: rows, triples, or the truth of an ASK.
        name: one of `FORMATS`.
        width: columns of the terminal that `table` is laid out for, None for no limit; the other formats have no width.

    Raises:
        UsageError: where there is no such format, or the answer does not fit it.
    """
    return text(answer, name, width=width).encode()


def text(answer: Solutions | bool, name: str, *, width: int | None = None) -> str:  # noqa: FBT001 - an ASK's answer
    """Write an answer in a format, see `render`, as text."""
    form = FORMATS.get(name)
    if form is None:
        near = difflib.get_close_matches(name.lower(), FORMATS, n=1, cutoff=0.0)[0]
        raise UsageError(f"there is no format {name!r}: did you mean {near}? The formats are {', '.join(FORMATS)}")
    if isinstance(answer, bool):
        if form.truth is None:
            raise UsageError(f"{name} cannot say the truth of an ASK: choose {_those(lambda its: its.truth)}")
        return form.truth.format(str(answer).lower())
    if form.triples and answer.form == "SELECT":
        fitting = _those(lambda its: not its.triples)
        raise UsageError(f"{name} holds triples, the answer of a SELECT is a table: choose {fitting}, or CONSTRUCT")
    return form.write(answer, width)


def _those(fit: Callable[[Format], object]) -> str:
    return ", ".join(name for name, form in FORMATS.items() if fit(form))


def _csv(answer: Solutions, _width: int | None, cell: Callable[[str], str] | None = None) -> str:
    rows: Iterable[Iterable[str]] = layout.plain(answer)
    if cell:
        rows = (map(cell, row) for row in rows)
    out = io.StringIO(newline="")
    lines = csv.writer(out, lineterminator="\r\n")
    lines.writerow(map(cell, answer.columns) if cell else answer.columns)
    lines.writerows(rows)
    return out.getvalue()


def _safe_csv(answer: Solutions, width: int | None) -> str:
    return _csv(answer, width, lambda cell: f"'{cell}" if _FORMULA.match(cell) else cell)


def _tsv(answer: Solutions, _width: int | None) -> str:
    labels: dict[str, str] = {}
    lines = ["\t".join(f"?{column}" for column in answer.columns)]
    lines.extend("\t".join(_tsv_cell(term, labels) for term in terms) for terms in answer.solutions())
    return "\n".join(lines) + "\n"


def _tsv_cell(term: Term | None, labels: dict[str, str]) -> str:
    if term is None:
        return ""
    if isinstance(term, BlankNode):
        return layout.label(term, labels)
    if isinstance(term, Literal):
        bare = _BARE.get(term.datatype.value)
        return term.value if bare and bare.fullmatch(term.value) else str(term)
    return str(_sparql11(term))


def _json(answer: Solutions, _width: int | None) -> str:
    labels: dict[str, str] = {}
    heads = [f"{quoted(column)}:" for column in answer.columns]
    lines = [
        ",".join([head + _json_cell(term, labels) for head, term in zip(heads, terms, strict=True) if term is not None])
        for terms in answer.solutions()
    ]
    bindings = ",\n".join(f"{{{line}}}" for line in lines)
    columns = ",".join(map(quoted, answer.columns))
    return f'{{"head":{{"vars":[{columns}]}},"results":{{"bindings":[\n{bindings}\n]}}}}\n'


def _json_cell(term: Term, labels: dict[str, str]) -> str:
    if isinstance(term, Literal):
        value = quoted(term.value)
        if term.language is not None:
            return f'{{"type":"literal","value":{value},"xml:lang":{quoted(_language(term))}}}'
        datatype = term.datatype.value
        if datatype == _STRING:
            return f'{{"type":"literal","value":{value}}}'
        return f'{{"type":"literal","value":{value},"datatype":{quoted(datatype)}}}'
    if isinstance(term, BlankNode):
        return f'{{"type":"bnode","value":{quoted(layout.label(term, labels)[2:])}}}'
    return f'{{"type":"uri","value":{quoted(_sparql11(term).value)}}}'


def _xml(answer: Solutions, _width: int | None) -> str:
    labels: dict[str, str] = {}
    heads = [f"<binding name={_attribute(column)}>" for column in answer.columns]
    lines = [
        '<?xml version="1.0"?>\n<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head>',
        *(f"<variable name={_attribute(column)}/>" for column in answer.columns),
        "</head><results>\n",
    ]
    for terms in answer.solutions():
        cells = zip(heads, terms, strict=True)
        found = [f"{head}{_xml_cell(term, labels)}</binding>" for head, term in cells if term is not None]
        lines.append(f"<result>{''.join(found)}</result>\n")
    document = "".join([*lines, "</results></sparql>\n"])
    if bad := _NOT_XML.search(document):
        character = f"U+{ord(bad[0]):04X}"
        raise UsageError(f"xml cannot carry the character {character}, which the answer holds: choose json, csv or tsv")
    return document


def _xml_cell(term: Term, labels: dict[str, str]) -> str:
    if isinstance(term, Literal):
        kind = ""
        if term.language is not None:
            kind = f" xml:lang={_attribute(_language(term))}"
        elif (datatype := term.datatype.value) != _STRING:
            kind = f" datatype={_attribute(datatype)}"
        value = _XML_SPACE.sub(lambda space: "".join(f"&#{ord(c)};" for c in space[0]), escape(term.value, quote=False))
        return f"<literal{kind}>{value}</literal>"
    if isinstance(term, BlankNode):
        return f"<bnode>{layout.label(term, labels)[2:]}</bnode>"
    return f"<uri>{escape(_sparql11(term).value)}</uri>"


def _attribute(value: str) -> str:
    return f'"{escape(value)}"'


def _language(term: Literal) -> str:
    if term.direction is not None:
        raise UsageError(f"SPARQL 1.1 results cannot carry the base direction of {term}: choose csv or tsv")
    return term.language or ""


def _sparql11(term: Term) -> NamedNode:
    if not isinstance(term, NamedNode):
        raise UsageError(f"SPARQL 1.1 results cannot carry the triple term {term}: choose csv, or select its parts")
    return term


def _geojson(answer: Solutions, _width: int | None) -> str:
    columns = answer.columns
    if not {"latitude", "longitude"} <= set(columns):
        found = ", ".join(columns) or "none"
        raise UsageError(f"geojson needs the columns latitude and longitude; the columns of this answer are {found}")
    features = [_feature(dict(zip(columns, terms, strict=True))) for terms in answer.solutions()]
    lines = ",\n".join(json.dumps(feature, ensure_ascii=False, allow_nan=False) for feature in features)
    return f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}\n'


def _feature(cells: Mapping[str, Term | None]) -> dict[str, object]:
    place = [value_of(cells[axis]) for axis in ("longitude", "latitude")]
    point = [float(p) for p in place if isinstance(p, (int, float, Decimal)) and not isinstance(p, bool)]
    located = len(point) == len(place) and abs(point[0]) <= 180 and abs(point[1]) <= 90  # noqa: PLR2004 - degrees
    # Coordinates that make no point stay among the properties, so that nothing is lost.
    left = [column for column in cells if not (located and column in ("latitude", "longitude"))]
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": point} if located else None,
        "properties": {column: _property(cells[column]) for column in left},
    }


def _property(term: Term | None) -> object:
    value = value_of(term)
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, (float, Decimal)):
        number = float(value)
        # JSON has no infinity, and a reader takes a number for a double: a decimal it would change stays text.
        if Decimal(repr(number)) == value if isinstance(value, Decimal) else abs(number) < float("inf"):
            return number
    return layout.plain_cell(term, {})


#: Every format by the name that the command line knows it by.
FORMATS: dict[str, Format] = {
    "table": Format("text/plain", layout.table, "{}\n"),
    "csv": Format("text/csv", _csv, "{}\n"),
    "csv-safe": Format("text/csv", _safe_csv, "{}\n"),
    "tsv": Format("text/tab-separated-values", _tsv, "{}\n"),
    "json": Format("application/sparql-results+json", _json, '{{"head":{{}},"boolean":{}}}\n'),
    "xml": Format(
        "application/sparql-results+xml",
        _xml,
        '<?xml version="1.0"?>\n'
        '<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head/><boolean>{}</boolean></sparql>\n',
    ),
    "markdown": Format("text/markdown", layout.markdown, "{}\n"),
    "html": Format("text/html", layout.html, "<p>{}</p>\n"),
    "geojson": Format("application/geo+json", _geojson),
    "turtle": Format("text/turtle", rdf_formats.turtle, triples=True),
    "ntriples": Format("application/n-triples", rdf_formats.ntriples, triples=True),
    "jsonld": Format("application/ld+json", rdf_formats.jsonld, triples=True),
}
