"""SPARQL results in JSON, read row by row as they arrive."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from json import JSONDecodeError
from typing import Any

from pyoxigraph import Triple

from ascn_graph import lenient
from ascn_graph.results import Bindings, Term

__all__ = ["read"]

_PARTS = ("subject", "predicate", "object")
_SPACE = re.compile(r"[ \t\r\n]*")
_SHOWN = 100  # characters of words that stand where an answer should go on: they tell why it does not
_LONGEST_CUT = 8  # characters of a token that can be cut where a text ends, such as \ud83d or false


def _no_constant(text: str) -> float:
    raise ValueError(f"{text} is not JSON")


class _Number(str):
    """A number as it is written."""

    __slots__ = ()


_DECODER = json.JSONDecoder(parse_constant=_no_constant, parse_int=_Number, parse_float=_Number)


class _Text:
    """A JSON text that arrives piece by piece."""

    def __init__(self, pieces: Iterator[str]) -> None:
        self._pieces = pieces
        self._text = ""
        self._at = 0

    def _more(self, least: int = 1) -> bool:
        """Draw at least so many more characters, and forget those that were read; false at the end."""
        parts, size = [self._text[self._at :]], 0
        while size < least and (piece := next(self._pieces, "")):
            parts.append(piece)
            size += len(piece)
        self._text, self._at = "".join(parts), 0
        return size > 0

    def peek(self) -> str:
        """Return the next character that is not white space, or nothing at the end."""
        while True:
            self._at = _SPACE.match(self._text, self._at).end()  # type: ignore[union-attr]  # matches anything
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def take(self, wanted: str) -> str:
        """Take the next character, which must be one of those wanted."""
        found = self.peek()
        if not found or found not in wanted:
            rest = self._text[self._at : self._at + _SHOWN] if found.isalpha() else found
            raise ValueError(f"found {rest or 'the end'!r} where {' or '.join(wanted)} belongs")
        self._at += 1
        return found

    def value(self) -> Any:
        """Take one value whole."""
        self.peek()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except JSONDecodeError as error:
                is_cut = error.msg.startswith("Unterminated") or error.pos >= len(self._text) - _LONGEST_CUT
                # Twice as much each time, so that a long value is not read again and again.
                if not is_cut or not self._more(len(self._text) - self._at):
                    raise
            else:
                # A number may go on in the next piece.
                if end < len(self._text) or not isinstance(value, _Number) or not self._more():
                    self._at = end
                    return value

    def members(self) -> Iterator[str]:
        """Yield the keys of an object; whoever draws them takes each value before the next key."""
        self.take("{")
        mark = "," if self.peek() == '"' else self.take("}")
        while mark == ",":
            if self.peek() != '"':
                raise ValueError("found no key where one belongs")
            key = self.value()
            self.take(":")
            yield key
            mark = self.take(",}")


def read(pieces: Iterator[str]) -> Bindings | bool:
    """Read the answer of a SELECT or an ASK; members that the standard does not know are passed over.

    Raises:
        ValueError: it is not such an answer, or breaks off; for what comes behind the first row, while rows are drawn.
        RecursionError: it is nested too deeply.
    """
    text = _Text(pieces)
    columns: tuple[str, ...] | None = None
    truth: bool | None = None
    early: list[object] | None = None
    outer = text.members()
    for key in outer:
        if key == "results":
            inner = text.members()
            for name in inner:
                if name == "bindings" and columns is not None:
                    return Bindings(columns, _rows(_elements(text, inner, outer), columns))
                early = text.value() if name == "bindings" else text.value() and early
        else:
            value = text.value()
            if key == "head":
                columns = tuple(map(str, value.get("vars", ()))) if isinstance(value, dict) else ()
            elif key == "boolean" and isinstance(value, bool):
                truth = value
    _end(text)
    if isinstance(early, list) and columns is not None:
        return Bindings(columns, _rows(iter(early), columns))
    if truth is None:
        raise ValueError("it has neither rows nor a truth")
    return truth


def _elements(text: _Text, *behind: Iterator[str]) -> Iterator[object]:
    """Yield the elements of an array, then read the objects it stands in to their ends."""
    text.take("[")
    mark = text.take("]") if text.peek() == "]" else ","
    while mark == ",":
        yield text.value()
        mark = text.take(",]")
    for keys in behind:
        for _ in keys:
            text.value()
    _end(text)


def _end(text: _Text) -> None:
    if text.peek():
        raise ValueError("something stands behind its end")


def _rows(found: Iterator[object], columns: tuple[str, ...]) -> Iterator[tuple[Term | None, ...]]:
    for number, binding in enumerate(found, 1):
        if not isinstance(binding, dict) or any(_is_term(binding[name]) for name in binding.keys() - set(columns)):
            raise ValueError(f"row {number} is not a row of these columns")
        yield tuple(
            [_term(binding[name], f"Row {number}, column {name}") if binding.get(name) else None for name in columns]
        )


def _is_term(cell: object) -> bool:
    return isinstance(cell, dict) and cell.keys() >= {"type", "value"}


def _text(is_literal: bool, value: object) -> str:  # noqa: FBT001 - of a term
    """Return the text of a term; that of a literal may be written as a number or a truth."""
    if is_literal and isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str) or (isinstance(value, _Number) and not is_literal):
        raise TypeError("its value is not a text")
    return value


def _term(cell: Mapping[str, Any], place: str) -> Any:
    try:
        kind = cell["type"]
        if kind == "unbound":
            return None
        if kind in ("triple", "statement"):
            # RDF4J and GraphDB shorten the names of the parts, and Stardog leaves the value out.
            parts = cell.get("value", cell)
            return Triple(*(_term(parts.get(part, parts.get(part[0])), place) for part in _PARTS))
        value = _text(kind.endswith("literal"), cell["value"])
        return lenient.term(place, kind, value, cell.get("xml:lang") or "", cell.get("datatype") or "")
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{place.lower()}: not a term ({error})") from error
