"""Regular expressions and SPARQL texts with one piece loosened or left out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ascn_graph.sparql.tokens import Token, tokens

__all__ = ["wider", "without_filter"]

_ATOM = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{\d+(?:,\d*)?\}|.", re.DOTALL)
_CLOSING = {"(": ")", "{": "}"}


def wider(pattern: str) -> Iterator[tuple[str, str]]:
    """Return wider forms of a regular expression, each with what was done to it."""
    if pattern.startswith("^"):
        yield "^ dropped", pattern[1:]
    if pattern.endswith("$") and not pattern.endswith("\\$"):
        yield "$ dropped", pattern[:-1]
    for match in _ATOM.finditer(pattern):
        atom = match.group()
        loose = "*" if atom == "+" else re.sub(r"^\{(\d+).*$", r"{\1,}", atom) if atom.startswith("{") else atom
        if loose != atom:
            yield f"{atom} → {loose} at character {match.start() + 1}", _cut(pattern, match.start(), match.end(), loose)


def without_filter(query: str) -> Iterator[tuple[str, str]]:
    """Return a SPARQL text without each of its FILTERs, each with the words that were left out."""
    listed = list(tokens(query))
    for number, token in enumerate(listed):
        if token.kind == "word" and token.text.upper() == "FILTER":
            end = _end(listed, number + 1)
            condition = " ".join(query[token.offset : end].split())
            yield condition, _cut(query, token.offset, end)


def _end(listed: list[Token], number: int) -> int:
    """Find the offset after the condition that begins at a token: its first brackets, closed."""
    opened: list[str] = []
    for token in listed[number:]:
        if token.kind == "mark" and token.text in _CLOSING:
            opened.append(_CLOSING[token.text])
        elif opened and token.text == opened[-1]:
            opened.pop()
            if not opened:
                return token.offset + 1
    return listed[-1].offset + len(listed[-1].text)


def _cut(text: str, start: int, end: int, instead: str = "") -> str:
    return text[:start] + instead + text[end:]
