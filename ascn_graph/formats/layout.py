"""An answer laid out for people: a terminal table, Markdown, HTML."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from itertools import accumulate, pairwise

from pyoxigraph import Literal, NamedNode

from ascn_graph.formats.plain import escaped, plain_cell
from ascn_graph.namespaces import compact
from ascn_graph.terms import Solutions, Term

__all__ = ["html", "markdown", "shown", "table", "width_of"]

_JOINERS = "\u200c\u200d"
_GAP = "  "
_NUMERAL = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_HTML_ROWS = 100
# Narrower columns than this say nothing: each row then becomes a block of its own.
_LEAST = 8
# Anything else in a link (javascript:, data:) would be obeyed by a browser.
_WEB = ("http://", "https://")
# What Markdown obeys, the backslash first: the others are escaped by one.
_OBEYED = "\\`*_[]<>|&~"
_LINE_END = re.compile(r"\r\n|\r|\n")


class _Short(dict[str, str]):
    """Prefixed names of IRIs, each found once an answer."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        super().__init__()
        self._prefixes = prefixes

    def __missing__(self, iri: str) -> str:
        self[iri] = compact(iri, self._prefixes)
        return self[iri]


def shown(text: str) -> str:
    """Escape what a terminal would obey rather than show: control characters, direction overrides, unassigned ones."""
    if text.isprintable():
        return text
    return "".join(c if _visible(c) else c.encode("unicode_escape").decode() for c in text)


def _visible(c: str) -> bool:
    return c.isprintable() or c in _JOINERS or unicodedata.category(c) == "Zs"


def width_of(text: str) -> int:
    """Give the columns a text takes on a terminal: wide East Asian characters two, combining ones none."""
    return len(text) if text.isascii() else sum(map(_width, text))


def _width(c: str) -> int:
    if unicodedata.category(c) in ("Mn", "Me") or c in _JOINERS or "\u1160" <= c <= "\u11ff":
        return 0
    return 2 if unicodedata.east_asian_width(c) in "WF" else 1


def _fit(text: str, width: int, *, right: bool = False) -> str:
    """Cut a text that is too wide (marked …), pad one that is not."""
    if text.isascii() and len(text) <= width:
        return text.rjust(width) if right else text.ljust(width)
    if width_of(text) > width:
        total = list(accumulate(map(_width, text), initial=1))  # the mark takes one
        text = text[: bisect_right(total, width) - 1] + "…"
    space = " " * (width - width_of(text))
    return space + text if right else text + space


def table(answer: Solutions, width: int | None) -> str:
    """Lay an answer out for a terminal.

    IRIs are shortened by the prefixes of the answer. Where the columns do not fit, IRIs whose names stand
    in the next column are left out (the last line says which), then the widest columns are cut (marked …); where that
    would leave nothing to read, each row is a block of lines.

    Args:
        answer: the rows.
        width: columns of the terminal, None for no limit.
    """
    labels: dict[str, str] = {}
    short = _Short(answer.prefixes)
    rows = [[shown(_brief(term, labels, short)) for term in terms] for terms in answer.solutions()]
    count = f"{len(rows)} row{'' if len(rows) == 1 else 's'}"
    if not answer.columns:
        return f"{count}\n"
    columns = dict(zip(answer.columns, zip(answer.columns, *rows, strict=True), strict=True))
    natural = {name: max(map(width_of, column)) for name, column in columns.items()}
    widths = natural
    if width is not None:
        widths = {name: min(wide, width) for name, wide in natural.items()}
        for name in sorted(_named(answer), key=lambda name: -natural[name]):
            if sum(widths.values()) > _room(widths, width):
                del widths[name]
        # The widest are cut to one width, the largest that lets all of them into the room.
        while sum(widths.values()) > _room(widths, width) and max(widths.values()) > 1:
            widths[max(widths, key=lambda name: widths[name])] -= 1
        if any(narrow < min(natural[name], _LEAST) for name, narrow in widths.items()):
            return _blocks(answer.columns, rows, width) + f"{count}\n"
        left = ", ".join(name for name in columns if name not in widths)
        count = _fit(f"{count}; no room for {left}" if left else count, width).rstrip()
    cells = []
    for name, wide in widths.items():
        right = all(not cell or _NUMERAL.fullmatch(cell) for cell in columns[name][1:])
        cells.append([_fit(cell, wide, right=right) for cell in columns[name]])
    head, *body = (_GAP.join(line).rstrip() for line in zip(*cells, strict=True))
    rule = _GAP.join("─" * wide for wide in widths.values())
    return "\n".join([head, rule, *body, count, ""])


def _named(answer: Solutions) -> list[str]:
    """Give the columns of IRIs that are followed by a column of their names."""
    return [
        name
        for place, (name, after) in enumerate(pairwise(answer.columns))
        if after.lower().endswith("name")
        and all(isinstance(terms[place], NamedNode | None) for terms in answer.solutions())
    ]


def _room(columns: Collection[str], width: int) -> int:
    return width - len(_GAP) * (len(columns) - 1)


def _blocks(columns: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> str:
    head = max(map(width_of, columns))
    lines = []
    for number, row in enumerate(rows, 1):
        lines.append(f"─ {number} ".ljust(width, "─"))
        told = zip(columns, row, strict=True)
        lines.extend(_fit(f"{_fit(column, head)}{_GAP}{cell}", width).rstrip() for column, cell in told)
    return "\n".join([*lines, ""])


def _brief(term: Term | None, labels: dict[str, str], short: _Short) -> str:
    return short[term.value] if isinstance(term, NamedNode) else plain_cell(term, labels)


def markdown(answer: Solutions, _width: int | None) -> str:
    """Write a Markdown table; what Markdown would obey is escaped, web IRIs are links."""
    labels: dict[str, str] = {}
    short = _Short(answer.prefixes)

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
    return text if text.isprintable() else "<br>".join(map(shown, _LINE_END.split(text)))


def html(answer: Solutions, _width: int | None) -> str:
    """Write an HTML table of the first rows, saying how many are left out; everything in it is escaped."""
    labels: dict[str, str] = {}
    short = _Short(answer.prefixes)

    def cell(term: Term | None) -> str:
        told = escaped(shown(_brief(term, labels, short)))
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
