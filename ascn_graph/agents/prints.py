"""Whether a text that a source prints holds a value: a name, a number or a date, however each is written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from ascn_graph.names import fold

__all__ = ["holds"]

_NUMBER = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*(million|billion)?", re.IGNORECASE)
_SCALE = {"million": 1_000_000, "billion": 1_000_000_000}
_PLAIN_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
_MONTHS = "january february march april may june july august september october november december".split()  # noqa: SIM905


def holds(printed: str, value: str) -> bool:
    """Return whether a printed text holds a value as it is written in the graph."""
    text, wanted = fold(printed), fold(value)
    if not wanted:
        return False
    if wanted in text:
        return True
    if _PLAIN_NUMBER.fullmatch(value):
        return Decimal(value) in _numbers(printed)
    date = _DATE.fullmatch(value)
    return date is not None and _holds_date(text, *date.groups())


def _numbers(printed: str) -> Iterator[Decimal]:
    for digits, scale in _NUMBER.findall(printed):
        yield Decimal(digits.replace(",", "")) * _SCALE.get(scale.lower(), 1)


def _holds_date(text: str, year: str, month: str | None, day: str | None) -> bool:
    if year not in text:
        return False
    if month is None:
        return True
    name = _MONTHS[int(month) - 1] if 1 <= int(month) <= len(_MONTHS) else ""
    return bool(name) and name[:3] in text and (day is None or re.search(rf"\b0?{int(day)}\b", text) is not None)
