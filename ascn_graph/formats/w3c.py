"""SPARQL results as the W3C writes them, but JSON, whose encoder the others need not wait for."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from pyoxigraph import Literal, NamedNode

from ascn_graph.errors import UsageError
from ascn_graph.formats.plain import batches, described, escaped, plain_cell
from ascn_graph.terms import XSD, Solutions, Term

__all__ = ["comma", "safe_comma", "tab", "xml"]

# What Turtle, and so TSV, reads back as the same literal when it stands bare.
_BARE = {
    XSD + "integer": re.compile(r"[+-]?[0-9]+"),
    XSD + "decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    XSD + "boolean": re.compile(r"true|false"),
}
# OWASP's list of how a formula begins, full-width forms included; a plain number is none.
_FORMULA = re.compile(r"(?![+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?\Z)[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
# No term holds a surrogate, so with U+FFFE and U+FFFF these are all that XML 1.0 lacks.
_CONTROLS = bytes(code for code in range(32) if chr(code) not in "\t\n\r")
_SPACE = re.compile(r"\r|^[ \t\n]+|[ \t\n]+$")


def comma(answer: Solutions) -> Iterator[str]:
    """Write CSV: values alone, lines that end in CR LF."""
    return _csv(_lines(answer))


def safe_comma(answer: Solutions) -> Iterator[str]:
    """Write CSV in which a spreadsheet finds no formula."""
    return _csv([f"'{cell}" if _FORMULA.match(cell) else cell for cell in line] for line in _lines(answer))


def _lines(answer: Solutions) -> Iterator[Sequence[str]]:
    yield answer.columns
    labels: dict[str, str] = {}
    for terms in answer.solutions():
        yield [plain_cell(term, labels) for term in terms]


def _csv(lines: Iterable[Sequence[str]]) -> Iterator[str]:
    for some in batches(lines):
        out = io.StringIO(newline="")
        csv.writer(out, lineterminator="\r\n").writerows(some)
        yield out.getvalue()


def tab(answer: Solutions) -> Iterator[str]:
    """Write TSV: terms as Turtle writes them."""
    labels: dict[str, str] = {}

    def cell(term: Term | None) -> str:
        if isinstance(term, Literal):
            bare = _BARE.get(term.datatype.value)
            return term.value if bare and bare.fullmatch(term.value) else str(term)
        if isinstance(term, NamedNode):
            return f"<{term.value}>"
        return "" if term is None else f"_:{described(term, labels)[1]}"

    yield "\t".join([f"?{column}" for column in answer.columns]) + "\n"
    for some in batches(answer.solutions()):
        yield "".join(["\t".join([cell(term) for term in terms]) + "\n" for terms in some])


def xml(answer: Solutions) -> str:
    """Write SPARQL XML results, one solution a line."""
    labels: dict[str, str] = {}

    heads = [f"<binding name={_attribute(column)}>" for column in answer.columns]

    def cell(term: Term) -> str:
        kind, value, tag, datatype = described(term, labels)
        told = f" xml:lang={_attribute(tag)}" if tag else f" datatype={_attribute(datatype)}" if datatype else ""
        return f"<{kind}{told}>{_content(value)}</{kind}></binding>"

    lines = [
        '<?xml version="1.0"?>\n<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head>',
        *(f"<variable name={_attribute(column)}/>" for column in answer.columns),
        "</head><results>\n",
    ]
    for terms in answer.solutions():
        found = [head + cell(term) for head, term in zip(heads, terms, strict=True) if term is not None]
        lines.append(f"<result>{''.join(found)}</result>\n")
    document = "".join([*lines, "</results></sparql>\n"])
    encoded = document.encode()
    # Measured: to take them out and see whether any were there takes a fifth of the time of an expression.
    if len(encoded.translate(None, _CONTROLS)) < len(encoded) or "\ufffe" in document or "\uffff" in document:
        lacking = next(c for c in document if c in "\ufffe\uffff" or (c < " " and ord(c) in _CONTROLS))
        raise UsageError(
            f"XML cannot carry the character U+{ord(lacking):04X}, which the answer holds: choose json, csv or tsv."
        )
    return document


def _content(value: str) -> str:
    value = escaped(value)
    if value.strip() == value and "\r" not in value:
        return value
    # Readers take CR for LF, and some (pyoxigraph) trim white space, unless it stands as a reference.
    return _SPACE.sub(lambda space: "".join(f"&#{ord(c)};" for c in space[0]), value)


@lru_cache(maxsize=256)
def _attribute(value: str) -> str:
    return f'"{escaped(value)}"'
