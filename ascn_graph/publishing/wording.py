"""Dates and amounts as people write them."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from pyoxigraph import Literal

from ascn_graph.namespaces import STANDARD
from ascn_graph.prints import MONTHS

__all__ = ["amount", "date", "literal"]

_XSD = STANDARD["xsd"]
# ISO 4217 codes with the sign that tells a currency from others of its name.
_SIGNS = {"AUD": "A$", "EUR": "€", "GBP": "£", "JPY": "¥", "KRW": "₩", "SGD": "S$", "USD": "US$"}
_MILLION, _BILLION = 1_000_000, 1_000_000_000


def date(text: str) -> str:
    """Return an ISO date as a person writes it, as exact as it is given; any other text as it is.

    >>> date("2018-07-08"), date("2018-07"), date("2018"), date("--07-08")
    ('8 July 2018', 'July 2018', '2018', '8 July')
    """
    year, *rest = (text[1:] if text.startswith("--") else text).split("-")
    if not all(part.isdecimal() for part in (year or "0", *rest)) or len(year) not in (0, len("2018")):
        return text
    try:
        month = [MONTHS[int(part) - 1] for part in rest[:1] if int(part)]
        words = [*filter(None, [year]), *month, *(str(int(day)) for day in rest[1:])]
    except IndexError:
        return text
    return " ".join(reversed(words))


def amount(text: str, unit: str = "") -> str:
    """Return a number as a person writes it, with the sign of its currency or its unit.

    >>> amount("30000000", "AUD"), amount("1234567.5"), amount("40", "%")
    ('A$30 million', '1,234,567.5', '40%')
    """
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    if not number.is_finite():
        return text
    scaled, word = number, ""
    for size, name in ((_BILLION, " billion"), (_MILLION, " million")):
        # No more than two decimals: what people say is what the figure is.
        if unit and abs(number) >= size and (number / size * 100) % 1 == 0:
            scaled, word = number / size, name
            break
    written = f"{scaled:,f}"
    written = written.rstrip("0").rstrip(".") if "." in written else written
    if unit in _SIGNS:
        return f"{_SIGNS[unit]}{written}{word}"
    return f"{written}{word}{'%' if unit == '%' else f' {unit}' if unit else ''}"


def literal(term: Literal) -> str:
    """Return a literal as a person writes it."""
    datatype = term.datatype.value.removeprefix(_XSD)
    if datatype in ("date", "gYearMonth", "gYear", "gMonthDay"):
        return date(term.value)
    # A year or a code has no thousands, so a bare integer stays as it is below ten thousand.
    if datatype in ("integer", "nonNegativeInteger", "positiveInteger") and len(term.value) > len("9999"):
        return amount(term.value)
    return term.value
