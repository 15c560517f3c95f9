"""SPARQL 1.1 CSV and TSV results."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable

from pyoxigraph import BlankNode, Literal

from ascn_graph.cells import XSD, Solutions, Term
from ascn_graph.formats.plain import label, plain, resource

__all__ = ["comma", "safe_comma", "tab"]

# What Turtle, and so TSV, reads back as the same literal when it stands bare.
_BARE = {
    XSD + "integer": re.compile(r"[+-]?[0-9]+"),
    XSD + "decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    XSD + "boolean": re.compile(r"true|false"),
}
# OWASP's list of how a formula begins, full-width forms included; a plain number is none.
_FORMULA = re.compile(r"(?![+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?\Z)[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


def comma(answer: Solutions, _width: int | None) -> str:
    """Write CSV: values alone, lines that end in CR LF."""
    return _written(answer.columns, plain(answer))


def safe_comma(answer: Solutions, _width: int | None) -> str:
    """Write CSV in which a spreadsheet finds no formula."""
    return _written(map(_inert, answer.columns), (map(_inert, row) for row in plain(answer)))


def _written(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    out = io.StringIO(newline="")
    lines = csv.writer(out, lineterminator="\r\n")
    lines.writerow(head)
    lines.writerows(rows)
    return out.getvalue()


def _inert(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell


def tab(answer: Solutions, _width: int | None) -> str:
    """Write TSV: terms as Turtle writes them."""
    labels: dict[str, str] = {}
    lines = ["\t".join(f"?{column}" for column in answer.columns)]
    lines.extend("\t".join([_cell(term, labels) for term in terms]) for terms in answer.solutions())
    return "\n".join(lines) + "\n"


def _cell(term: Term | None, labels: dict[str, str]) -> str:
    if term is None:
        return ""
    if isinstance(term, Literal):
        bare = _BARE.get(term.datatype.value)
        return term.value if bare and bare.fullmatch(term.value) else str(term)
    return f"_:{label(term, labels)}" if isinstance(term, BlankNode) else f"<{resource(term)}>"
