"""SPARQL results in JSON, read row by row as they arrive."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import islice
from json import JSONDecodeError
from typing import Any

from pyoxigraph import Triple

from ascn_graph import lenient
from ascn_graph.results import Bindings, Term

__all__ = ["read"]

_PARTS = ("subject", "predicate", "object")
_OPENING = re.compile(r'"bindings"[ \t\r\n]*:[ \t\r\n]*\[')
_MARK = re.compile(r"[ \t\r\n]*([,\]]?)[ \t\r\n]*")
_LONGEST_HEAD = 1 << 16  # characters in which the rows begin, unless an answer is read whole first
_MOST_OPENINGS = 8  # places that may begin the rows: others hold a member of that name
_EXCERPT = 100  # characters of words that stand where an answer should go on: they tell why it does not
_LONGEST_CUT = 8  # characters of a token that can be cut where a text ends, such as \ud83d or false


def _no_constant(text: str) -> float:
    raise ValueError(f"{text} is not JSON")


class _Number(str):
    """A number as it is written."""

    __slots__ = ()


_DECODER = json.JSONDecoder(parse_constant=_no_constant, parse_int=_Number, parse_float=_Number)


def read(pieces: Iterator[str]) -> Bindings | bool:
    """Read the answer of a SELECT or an ASK; members that the standard does not know are passed over.

    Raises:
        ValueError: it is not such an answer, or breaks off; for what comes behind the first row, while rows are drawn.
        RecursionError: it is nested too deeply.
    """
    text = ""
    for piece in pieces:
        text += piece
        for opening in islice(_OPENING.finditer(text), _MOST_OPENINGS):
            # What stands before the rows is read as the whole would be, were there none.
            with suppress(ValueError):
                columns, _ = _parts(_DECODER.decode(f"{text[: opening.end()]}]}}}}"))
                return Bindings(columns, _rows(_streamed(text, opening.end(), pieces), columns))
        if len(text) > _LONGEST_HEAD:
            break
    found = _DECODER.decode(text + "".join(pieces))
    if isinstance(found, dict) and isinstance(found.get("boolean"), bool):
        return bool(found["boolean"])
    columns, rows = _parts(found)
    return Bindings(columns, _rows(iter(rows), columns))


def _parts(found: Any) -> tuple[tuple[str, ...], list[object]]:
    """Return the columns and the rows of a whole answer."""
    try:
        return tuple(map(str, found["head"].get("vars", ()))), list(found["results"]["bindings"])
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("it has neither rows nor a boolean") from error


def _streamed(text: str, start: int, pieces: Iterator[str]) -> Iterator[object]:
    """Yield the rows that begin at a place of a text, of which further pieces arrive, and read it to its end."""
    before, text = text[:start], text[start:]
    at, separator = 0, ""
    while True:
        mark = _MARK.match(text, at)
        assert mark  # it matches anything
        if mark.end() == len(text) and (more := next(pieces, "")):
            text, at = text[at:] + more, 0
            continue
        if mark[1] == "]":
            break
        if mark[1] != separator:
            rest = text[at : at + _EXCERPT].strip() or "the end"
            raise ValueError(f"found {rest!r} where a row or ] belongs")
        at, separator = mark.end(), ","
        while True:
            try:
                row, at = _DECODER.raw_decode(text, at)
                break
            except JSONDecodeError as error:
                is_cut = error.msg.startswith("Unterminated") or error.pos >= len(text) - _LONGEST_CUT
                # Twice as much each time, so that a long value is not read again and again.
                more = ""
                while is_cut and len(more) <= len(text) - at and (piece := next(pieces, "")):
                    more += piece
                if not more:
                    raise
                text, at = text[at:] + more, 0
        yield row
    _DECODER.decode("".join([before, text[mark.start(1) :], *pieces]))


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
