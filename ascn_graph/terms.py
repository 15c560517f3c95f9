"""The Python value of an RDF term, exact or not at all."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from math import inf
from typing import Protocol, Self

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

__all__ = ["CONVERTERS", "IRI", "XSD", "Solutions", "Term", "Text", "Value", "Year", "YearMonth", "value_of"]

XSD = "http://www.w3.org/2001/XMLSchema#"

#: An RDF term as every engine of this package gives it.
Term = NamedNode | BlankNode | Literal


class Solutions(Protocol):
    """A table of terms, as far as a writer needs to know it."""

    name: str  # what was asked, for people to read
    form: str  # SELECT or CONSTRUCT
    columns: tuple[str, ...]
    prefixes: Mapping[str, str]  # what IRIs are shortened by

    def solutions(self) -> Sequence[Sequence[Term | None]]:
        """Return one sequence of terms a row (None: unbound)."""


class IRI(str):
    """An IRI: a `str` that is known to name a thing."""

    __slots__ = ()


class Text(str):
    """Language-tagged text: a `str` with its `language`, a lower-case BCP 47 tag."""

    __slots__ = ("language",)
    language: str

    def __new__(cls, value: str, language: str) -> Self:
        """Keep the tag beside the text."""
        text = super().__new__(cls, value)
        text.language = language
        return text

    def __reduce__(self) -> tuple[type[Text], tuple[str, str]]:
        return type(self), (str(self), self.language)


class Year(str):
    """An `xsd:gYear` of four digits, printed and sorted as stated, such as "2018"."""

    __slots__ = ()

    @property
    def year(self) -> int:
        """The year as a number."""
        return int(self[:4])


class YearMonth(Year):
    """An `xsd:gYearMonth`, printed and sorted as stated, such as "2018-07"; no day is ever invented."""

    __slots__ = ()

    @property
    def month(self) -> int:
        """The month, 1 to 12."""
        return int(self[5:])


#: What a cell can hold: the literal itself where its datatype is unknown, its form is wrong or Python cannot hold it.
Value = IRI | Text | Year | str | bool | int | float | Decimal | date | datetime | Literal | Triple | None

_INTEGER = re.compile(r"[+-]?[0-9]+")
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
# Python refuses to parse longer integers, and no figure has as many digits.
_DIGITS = 4000


def _integer(low: float, high: float) -> Callable[[str], int | None]:
    def convert(form: str) -> int | None:
        # Nearly every integer is plain digits, which are seen in a third of the time of an expression.
        if len(form) > _DIGITS or not ((form.isascii() and form.isdecimal()) or _INTEGER.fullmatch(form)):
            return None
        number = int(form)
        return number if low <= number <= high else None

    return convert


def _matching(pattern: str, make: Callable[[str], Value]) -> Callable[[str], Value]:
    fits = re.compile(pattern).fullmatch

    def convert(form: str) -> Value:
        try:
            return make(form) if fits(form) else None
        except ValueError:  # a day that its month has not
            return None

    return convert


_double = _matching(r"[+-]?(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|INF)|NaN", float)
_date_time = _matching(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?(?:Z|[+-][0-9]{2}:[0-9]{2})?",
    datetime.fromisoformat,
)
_BITS = {"byte": 8, "short": 16, "int": 32, "long": 64}
_INTEGERS: dict[str, tuple[float, float]] = {
    "integer": (-inf, inf),
    "nonNegativeInteger": (0, inf),
    "positiveInteger": (1, inf),
    "nonPositiveInteger": (-inf, 0),
    "negativeInteger": (-inf, -1),
    **{name: (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) for name, bits in _BITS.items()},
    **{f"unsigned{name.title()}": (0, 2**bits - 1) for name, bits in _BITS.items()},
}

#: Datatype IRI to the function that converts a lexical form; it gives None where the form is not one of the datatype.
CONVERTERS: Mapping[str, Callable[[str], Value]] = {
    XSD + "string": str,
    XSD + "anyURI": IRI,
    XSD + "boolean": _BOOLEANS.get,
    XSD + "decimal": _matching(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)", Decimal),
    XSD + "double": _double,
    XSD + "float": _double,
    XSD + "date": _matching(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", date.fromisoformat),
    XSD + "dateTime": _date_time,
    XSD + "dateTimeStamp": _date_time,
    XSD + "gYear": _matching(r"[0-9]{4}", Year),
    XSD + "gYearMonth": _matching(r"[0-9]{4}-(?:0[1-9]|1[0-2])", YearMonth),
    **{XSD + name: _integer(low, high) for name, (low, high) in _INTEGERS.items()},
}


def value_of(term: Term | Triple | None) -> Value:
    """Return the Python value of a term, never raising.

    Args:
        term: an RDF term, or None where a variable is unbound.

    Returns:
        An `IRI`; for a literal the value of its datatype, `Text` where it has a language; `_:label` for a blank node;
        None for None. A literal whose datatype is unknown, whose form is wrong, or that Python cannot hold exactly
        (a date with a time zone, the year -44) is given as it is, and so is a triple term.
    """
    if isinstance(term, Literal):
        convert = CONVERTERS.get(term.datatype.value)
        if convert is None:
            language = term.language
            return term if language is None else Text(term.value, language)
        value = convert(term.value)
        return term if value is None else value
    if isinstance(term, NamedNode):
        return IRI(term.value)
    return f"_:{term.value}" if isinstance(term, BlankNode) else term
