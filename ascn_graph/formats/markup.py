"""SPARQL XML results."""

from __future__ import annotations

import re
from functools import lru_cache

from pyoxigraph import BlankNode, Literal

from ascn_graph.cells import XSD, Solutions, Term
from ascn_graph.errors import UsageError
from ascn_graph.formats.plain import escaped, label, language, resource

__all__ = ["results"]

_STRING = XSD + "string"
# No term holds a surrogate, so these are all that XML 1.0 lacks.
_LACKING = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_SPACE = re.compile(r"\r|^[ \t\n]+|[ \t\n]+$")


def results(answer: Solutions, _width: int | None) -> str:
    """Write SPARQL XML results, one solution a line."""
    labels: dict[str, str] = {}
    heads = [f"<binding name={_attribute(column)}>" for column in answer.columns]
    lines = [
        '<?xml version="1.0"?>\n<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head>',
        *(f"<variable name={_attribute(column)}/>" for column in answer.columns),
        "</head><results>\n",
    ]
    for terms in answer.solutions():
        cells = zip(heads, terms, strict=True)
        found = [f"{head}{_cell(term, labels)}</binding>" for head, term in cells if term is not None]
        lines.append(f"<result>{''.join(found)}</result>\n")
    document = "".join([*lines, "</results></sparql>\n"])
    if lacking := _LACKING.search(document):
        character = f"U+{ord(lacking[0]):04X}"
        raise UsageError(
            f"XML cannot carry the character {character}, which the answer holds: choose json, csv or tsv."
        )
    return document


def _cell(term: Term, labels: dict[str, str]) -> str:
    if isinstance(term, Literal):
        value = _content(term.value)
        if term.language is not None:
            return f"<literal xml:lang={_attribute(language(term))}>{value}</literal>"
        datatype = term.datatype.value
        if datatype == _STRING:
            return f"<literal>{value}</literal>"
        return f"<literal datatype={_attribute(datatype)}>{value}</literal>"
    if isinstance(term, BlankNode):
        return f"<bnode>{label(term, labels)}</bnode>"
    return f"<uri>{escaped(resource(term))}</uri>"


def _content(value: str) -> str:
    value = escaped(value)
    if value.strip() == value and "\r" not in value:
        return value
    # Readers take CR for LF, and some (pyoxigraph) trim white space, unless it stands as a reference.
    return _SPACE.sub(lambda space: "".join(f"&#{ord(c)};" for c in space[0]), value)


@lru_cache(maxsize=256)
def _attribute(value: str) -> str:
    return f'"{escaped(value)}"'
