"""Whether a value is what a source prints: texts after a stated normalisation, numbers and dates by value."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache

from ascn_graph.names import fold

__all__ = ["MONTHS", "date", "holds", "number", "text"]

_SCALES = {"thousand": 3, "million": 6, "billion": 9, "trillion": 12}
_NUMBER = re.compile(r"(?:[^\d\s.,-]*\s*)?(-?\d[\d,\u00a0 ]*(?:\.\d+)?)\s*(%|[a-z]+)?.*", re.DOTALL)
#: The English names of the months.
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_MONTHS = {key.lower(): number for number, name in enumerate(MONTHS, 1) for key in (name, name[:3])}
_ISO = re.compile(r"-?\d{4}(?:-\d\d(?:-\d\d)?)?|--\d\d-\d\d")
_WORDS = re.compile(r"(?:(\d{1,2})\s+)?([A-Za-z]+)\.?\s+(\d{4})")
_FIGURE = re.compile(r"\d[\d,\u00a0]*(?:\.\d+)?(?:\s*[a-z]+)?")


@lru_cache(65_536)
def text(printed: str, dropped: str = "") -> str:
    """Return a print in the form that names and titles are compared in.

    Unicode normal form C, runs of white space as one space, none at the ends; then what the expression `dropped`
    matches is left out.
    """
    plain = " ".join(unicodedata.normalize("NFC", printed).split())
    return re.sub(dropped, "", plain) if dropped else plain


@lru_cache(65_536)
def number(printed: str) -> Decimal | None:
    """Return the value of a printed number: `64,409`, `1.77 million`, `40 %`, `A$30 million`; None for other texts."""
    match = _NUMBER.fullmatch(text(printed))
    if match is None:
        return None
    digits, scale = match.groups()
    return Decimal(re.sub(r"[,\u00a0 ]", "", digits)).scaleb(_SCALES.get(scale or "", 0))


@lru_cache(65_536)
def date(printed: str) -> str | None:
    """Return the ISO form of a printed date, as precise as it is: `27 April 2018`, `July 2018`, `2018`; else None."""
    plain = text(printed)
    if _ISO.fullmatch(plain):
        return plain
    match = _WORDS.fullmatch(plain)
    month = _MONTHS.get(match[2].lower()) if match else None
    if match is None or month is None:
        return None
    return f"{match[3]}-{month:02}" + (f"-{int(match[1]):02}" if match[1] else "")


def holds(printed: str, value: str) -> bool:
    """Return whether a printed text holds a value as it is written in the graph: a name, a number or a date."""
    wanted = fold(value)
    if wanted and wanted in fold(printed):
        return True
    figure = number(value) if re.fullmatch(r"-?[\d.]+", value) else None
    if figure is not None:
        return any(number(found) == figure for found in _FIGURE.findall(printed.lower()))
    stated = (date(found[0]) for found in _WORDS.finditer(printed))
    return bool(_ISO.fullmatch(value)) and any(each.startswith(value) for each in stated if each)
