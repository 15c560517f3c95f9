"""SPARQL XML results."""

from __future__ import annotations

import re
from functools import lru_cache

from ascn_graph.cells import Solutions, Term
from ascn_graph.errors import UsageError
from ascn_graph.formats.plain import described, escaped

__all__ = ["results"]

# No term holds a surrogate, so with U+FFFE and U+FFFF these are all that XML 1.0 lacks.
_CONTROLS = bytes(code for code in range(32) if chr(code) not in "\t\n\r")
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
    encoded = document.encode()
    # Measured: to take them out and see whether any were there takes a fifth of the time of an expression.
    if len(encoded.translate(None, _CONTROLS)) < len(encoded) or "\ufffe" in document or "\uffff" in document:
        lacking = next(c for c in document if c in "\ufffe\uffff" or (c < " " and ord(c) in _CONTROLS))
        raise UsageError(
            f"XML cannot carry the character U+{ord(lacking):04X}, which the answer holds: choose json, csv or tsv."
        )
    return document


def _cell(term: Term, labels: dict[str, str]) -> str:
    kind, value, language, datatype = described(term, labels)
    told = f" xml:lang={_attribute(language)}" if language else f" datatype={_attribute(datatype)}" if datatype else ""
    return f"<{kind}{told}>{_content(value)}</{kind}>"


def _content(value: str) -> str:
    value = escaped(value)
    if value.strip() == value and "\r" not in value:
        return value
    # Readers take CR for LF, and some (pyoxigraph) trim white space, unless it stands as a reference.
    return _SPACE.sub(lambda space: "".join(f"&#{ord(c)};" for c in space[0]), value)


@lru_cache(maxsize=256)
def _attribute(value: str) -> str:
    return f'"{escaped(value)}"'
