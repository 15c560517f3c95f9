"""Regular expressions as XPath writes them, in the words of each engine; patterns and flags are literals."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from pyoxigraph import Store

from ascn_graph.ntriples import literal
from ascn_graph.turtle import SPECIAL, escape

__all__ = ["matches", "translated"]

_PIECE = re.compile(r"\\[pP]\{(\w+)\}|\\(.)|(-\[)|.", re.DOTALL)
#: What the names of XML are made of: a few characters, and categories.
_XML = {"i": ("_:", ("L",)), "c": ("-._:", ("L", "M", "N"))}
_EMPTY = Store()


@cache
def translated(engine: str, pattern: str, flags: str) -> str | None:
    """Write a pattern and its flags as one literal for an engine, or return None where it cannot match it."""
    text, stated = literal(pattern).text, literal(flags).text
    if set(stated) - set("imsqx"):
        return None
    try:
        # Both engines would take what follows a # for a comment under the flag x, and one knows no q.
        made = re.escape(text) if "q" in stated else "".join(_pieces(text, stated, python=engine == "pyshacl"))
    except ValueError:
        return None
    kept = "".join(flag for flag in "ims" if flag in stated)
    made = f"(?{kept}){made}" if kept else made
    written = f'"{SPECIAL.sub(escape, made)}"'
    return written if (_compiles(made) if engine == "pyshacl" else _is_linear(written)) else None


def matches(term: str, pattern: str, flags: str) -> bool:
    """Return whether a term matches a pattern; one that takes more than linear time is said to match nothing."""
    written = translated("fast", pattern, flags)
    return written is not None and bool(_EMPTY.query(f"ASK {{ FILTER(REGEX(STR({term}), {written})) }}"))


def _is_linear(written: str) -> bool:
    try:
        # What cannot be compiled is an error of evaluation, which leaves the variable unbound.
        return bool(_EMPTY.query(f"ASK {{ BIND(REGEX('', {written}) AS ?x) FILTER(BOUND(?x)) }}"))
    except (SyntaxError, ValueError):
        return False


def _compiles(text: str) -> bool:
    try:
        re.compile(text)
    except (re.error, RecursionError, OverflowError):
        return False
    return True


def _pieces(text: str, flags: str, *, python: bool) -> Iterator[str]:
    at = 0
    while at < len(text):
        if text[at] == "[":
            piece, at = _class(text, at, python=python)
            yield piece
            continue
        match = _PIECE.match(text, at)
        assert match is not None
        at = match.end() - bool(match[3])
        named = _named(match, python=python)
        if named:
            yield f"[{named}]"
        elif not (match[0] in "\t\n\r " and "x" in flags):
            # Python's $ also stands before a last line feed.
            yield r"\Z" if match[0] == "$" and python and "m" not in flags else text[match.start() : at]


def _class(text: str, at: int, *, python: bool) -> tuple[str, int]:
    """Return a class of characters that begins there, without what it subtracts, and where it ends."""
    found = "[^" if text.startswith("[^", at) else "["
    at += len(found)
    while match := _PIECE.match(text, at):
        at = match.end()
        if match[0] == "]":
            return f"{found}]", at
        if match[3]:
            less, at = _class(text, at - 1, python=python)
            if not text.startswith("]", at):
                break
            return (f"(?:(?!{less}){found}])" if python else f"[{found}]--{less}]"), at + 1
        # These mean something in a class of the engines, and nothing in one of XPath's.
        found += f"\\{match[0]}" if match[0] in "[&~" else _named(match, python=python) or match[0]
    raise ValueError(text)


def _named(match: re.Match[str], *, python: bool) -> str:
    """Write what stands for the characters of a name, in a class, or return an empty text for what is no name."""
    category, escaped, _ = match.groups()
    few, categories = _XML.get((escaped or "").lower(), ("", (category or "",)))
    if categories == ("",):
        return ""
    without = escaped in ("I", "C") or match[0].startswith(r"\P")
    if python:
        return _ranges(few, categories, without=without)
    names = "".join(rf"\p{{{name}}}" for name in categories)
    return f"[{'^' * without}{re.escape(few)}{names}]"


@cache
def _ranges(few: str, categories: tuple[str, ...], *, without: bool) -> str:
    """Write a few characters and those of categories, or all others, as ranges of a class."""
    everything = map(chr, range(sys.maxunicode + 1))
    held = [(each in few or unicodedata.category(each).startswith(categories)) is not without for each in everything]
    edges = [point for point, (before, here) in enumerate(pairwise([False, *held, False])) if before is not here]
    return "".join(f"\\U{begin:08x}-\\U{end - 1:08x}" for begin, end in zip(edges[::2], edges[1::2], strict=True))
