"""An answer as a table of Markdown or HTML."""

from __future__ import annotations

import re

from pyoxigraph import Literal, NamedNode

from ascn_graph.formats.plain import escaped, plain_cell
from ascn_graph.formats.terminal import Short, brief, printable
from ascn_graph.terms import Solutions, Term

__all__ = ["html", "markdown"]

_HTML_ROWS = 100
# Anything else in a link (javascript:, data:) would be obeyed by a browser.
_WEB = ("http://", "https://")
# What Markdown obeys, the backslash first: the others are escaped by one.
_OBEYED = "\\`*_[]<>|&~"
_LINE_END = re.compile(r"\r\n|\r|\n")


def markdown(answer: Solutions) -> str:
    """Write a Markdown table; what Markdown would obey is escaped, web IRIs are links."""
    labels: dict[str, str] = {}
    short = Short(answer.prefixes)

    def cell(term: Term | None) -> str:
        return (
            _linked(term.value, short[term.value]) if isinstance(term, NamedNode) else _quoted(plain_cell(term, labels))
        )

    lines = [map(_quoted, answer.columns), ["---"] * len(answer.columns)]
    lines += [map(cell, terms) for terms in answer.solutions()]
    return "".join([f"| {' | '.join(line)} |\n" for line in lines])


def _linked(iri: str, name: str) -> str:
    told = _quoted(name)
    return f"[{told}](<{iri}>)" if iri.startswith(_WEB) else told


def _quoted(text: str) -> str:
    for c in _OBEYED:  # measured: a third of the time of an expression that finds none
        if c in text:
            text = text.replace(c, f"\\{c}")
    return text if text.isprintable() else "<br>".join(map(printable, _LINE_END.split(text)))


def html(answer: Solutions) -> str:
    """Write an HTML table of the first rows, saying how many are left out; everything in it is escaped."""
    labels: dict[str, str] = {}
    short = Short(answer.prefixes)

    def cell(term: Term | None) -> str:
        told = escaped(printable(brief(term, labels, short)))
        if isinstance(term, NamedNode) and term.value.startswith(_WEB):
            return f'<td><a href="{escaped(term.value)}">{told}</a></td>'
        if isinstance(term, Literal) and term.language:
            return f'<td lang="{escaped(term.language)}">{told}</td>'
        return f"<td>{told}</td>"

    rows = answer.solutions()
    heads = "".join(f"<th>{escaped(column)}</th>" for column in answer.columns)
    body = "\n".join(f"<tr>{''.join(map(cell, terms))}</tr>" for terms in rows[:_HTML_ROWS])
    left = f"<p>and {len(rows) - _HTML_ROWS} more rows</p>\n" if len(rows) > _HTML_ROWS else ""
    caption = f"<caption>{escaped(answer.name)}</caption>" if answer.name else ""
    return f"<table>{caption}<thead><tr>{heads}</tr></thead><tbody>\n{body}\n</tbody></table>\n{left}"
