"""Values into queries: checked against the query's header, escaped, and put where the query keeps a place for them."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from ascn_graph.errors import InputError, ParameterError, excerpt
from ascn_graph.namespaces import is_safe_iri
from ascn_graph.nearest import did_you_mean
from ascn_graph.sparql.catalogue import NamedQuery, Parameter
from ascn_graph.sparql.tokens import tokens

__all__ = ["Given", "bind", "iri_term", "literal_term"]

#: What a caller may give for a parameter.
Given = str | int | float | Decimal | datetime.date
_KNOWN = (str, int, float, Decimal, datetime.date)
_XSD = "http://www.w3.org/2001/XMLSchema#"
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
# A code point escape is expanded before the query is read, so that even after an escaped backslash "u0041" would be
# taken for one; and there are readers that take all the hexadecimal digits they find, up to eight.
_ESCAPES |= {f"\\{letter}": f"\\\\\\U{ord(letter):08X}" for letter in "uU"}
_TO_ESCAPE = re.compile(r'\\[uU]|[\\"\n\r\t\b\f]')
_NUMBER = r"[+-]?(\d+(\.\d*)?|\.\d+)"


def literal_term(text: str, datatype: str = "") -> str:
    """Write a text as a SPARQL literal that means exactly that text.

    Raises:
        ParameterError: U+0000 or a lone surrogate, which no RDF literal can carry.
    """
    if "\0" in text or any("\ud800" <= c <= "\udfff" for c in text):
        raise ParameterError("The value holds U+0000 or half of a surrogate pair, which no text in RDF can hold.")
    quoted = '"' + _TO_ESCAPE.sub(lambda match: _ESCAPES[match.group()], text) + '"'
    return f"{quoted}^^<{_XSD}{datatype}>" if datatype else quoted


def iri_term(iri: str) -> str:
    """Write an IRI between angle brackets.

    Raises:
        ParameterError: the text is no absolute IRI that may stand there.
    """
    if not is_safe_iri(iri):
        raise ParameterError(f"'{excerpt(iri)}' is not a valid IRI.")
    return f"<{iri}>"


def _text_of(value: Given) -> str:
    """Return a value as the text a person would have typed; the day of a midnight, since pandas has no other dates."""
    return value.isoformat().removesuffix("T00:00:00") if isinstance(value, datetime.date) else str(value).strip()


def _matching(pattern: str, write: Callable[[str], str] = str) -> Callable[[str], str]:
    """Return a reader of texts of a form, which writes them as the literal has them."""
    form = re.compile(pattern, re.ASCII)

    def read(text: str) -> str:
        if not form.fullmatch(text):
            raise ValueError
        return write(text)

    return read


def _moment(text: str) -> str:
    return datetime.datetime.fromisoformat(text).isoformat()


def _period(text: str) -> str:
    return datetime.date.fromisoformat(text).isoformat() if len(text) == len("YYYY-MM-DD") else text


#: How a value of a type is read from a text, by the datatype of the literal; ValueError where it is not one.
_READERS: dict[str, Callable[[str], str]] = {
    "integer": _matching(r"[+-]?\d{1,18}", lambda text: str(int(text))),
    # Written out without its exponent, 1e999999999 would fill the memory.
    "decimal": _matching(rf"{_NUMBER}([eE][+-]?\d{{1,2}})?", lambda text: format(Decimal(text), "f")),
    "double": _matching(rf"{_NUMBER}([eE][+-]?\d{{1,3}})?|[+-]?INF|NaN"),
    "boolean": _matching("true|false|True|False", str.lower),
    "date": _matching(r"\d{4}-\d\d-\d\d", lambda text: datetime.date.fromisoformat(text).isoformat()),
    # The day of a midnight is what `_text_of` leaves of it.
    "dateTime": _matching(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)?)?", _moment),
    "gYear": _matching(r"-?\d{4,9}"),
    "gYearMonth": _matching(r"-?\d{4,9}-(0[1-9]|1[0-2])"),
    "period": _matching(r"\d{4}(-(0[1-9]|1[0-2]))?|\d{4}-\d\d-\d\d", _period),
}


def _plain(parameter: Parameter, value: Given) -> str:
    """Write a plain value as a term, checked against the type the header names."""
    text = _text_of(value)
    problem = f"Parameter '{parameter.name}' takes {parameter.says}; '{excerpt(text)}' is not"
    if parameter.type == "string":
        return literal_term(str(value))
    if parameter.type == "choice":
        if text not in parameter.choices:
            raise ParameterError(problem + (did_you_mean(text, parameter.choices) or "."))
        return literal_term(text)
    try:
        # A period is compared as the text that it is.
        return literal_term(_READERS[parameter.type](text), parameter.type.removeprefix("period"))
    except ValueError as error:
        raise ParameterError(f"{problem}.") from error


def bind(
    query: NamedQuery,
    given: Mapping[str, Given | Iterable[Given]],
    resolve: Callable[[str, str], str],
) -> str:
    """Return the text of a query with the values given in their places.

    Args:
        query: the named query.
        given: values by parameter name; several values for one that takes many, any of which may match.
        resolve: gives the IRI of a thing by its kind and the name a person typed; the kind is "" for any IRI at all.

    Raises:
        ParameterError: a parameter is unknown, missing, given twice where one is meant, or of the wrong type.
        UnknownName: a name answers to no thing of its kind.
        InputError: the text has no place for a value.
    """
    for name in given:
        if name not in query.parameters:
            takes = f"it takes {', '.join(query.parameters)}" if query.parameters else "it takes none"
            hint = did_you_mean(name, query.parameters) or f"; {takes}."
            raise ParameterError(f"Query '{query.name}' has no parameter '{excerpt(name)}'{hint}")
    terms: dict[str, str] = {}
    for name, parameter in query.parameters.items():
        listed = _listed(parameter, given.get(name, ()))
        if not listed:
            if parameter.required:
                raise ParameterError(
                    f"Query '{query.name}' needs {name}={parameter.example} or the like: {parameter.says}."
                )
            if name in given:
                raise ParameterError(f"Parameter '{name}' was given no value; leave it out where any will do.")
            continue
        if len(listed) > 1 and not parameter.many:
            raise ParameterError(f"Query '{query.name}' takes one '{name}', and {len(listed)} were given.")
        if parameter.kind or parameter.type == "iri":
            written = [iri_term(resolve(parameter.kind, str(value))) for value in listed]
        else:
            written = [_plain(parameter, value) for value in listed]
        terms[parameter.variable] = " ".join(dict.fromkeys(written))
    return _place(query, terms)


def _listed(parameter: Parameter, values: object) -> list[Given]:
    """Return several values as a list; who calls from Python may give anything."""
    several: Iterable[object] = [values]
    if isinstance(values, Iterable) and not isinstance(values, str | bytes | Mapping):
        several = values
    listed: list[Given] = []
    for value in several:
        if not isinstance(value, _KNOWN) and hasattr(value, "__index__"):
            value = value.__index__()  # noqa: PLW2901 - a whole number of numpy's
        elif not isinstance(value, _KNOWN) and isinstance(day := getattr(value, "item", str)(), datetime.date):
            value = day  # noqa: PLW2901 - a date of numpy's
        if not isinstance(value, _KNOWN) or (parameter.kind and isinstance(value, float)):
            found = f"{excerpt(repr(value))} ({type(value).__name__})"
            raise ParameterError(f"Parameter '{parameter.name}' takes {parameter.says}; {found} is not.")
        listed.append(value)
    return listed


def _place(query: NamedQuery, terms: Mapping[str, str]) -> str:
    """Put terms between the braces of the lines `VALUES ?inName { … }`; each branch of a UNION may have one."""
    if not terms:
        return query.text
    whole = query.bound or query.text
    text, done, missing = [], 0, set(terms)
    listed = list(tokens(whole))
    for place, token in enumerate(listed):
        if token.text.upper() == "VALUES" and listed[place + 1].text in terms and listed[place + 2].text == "{":
            start = listed[place + 2].offset + 1
            end = next(other.offset for other in listed[place + 3 :] if other.text == "}")
            text += [whole[done:start], f" {terms[listed[place + 1].text]} "]
            missing.discard(listed[place + 1].text)
            done = end
    if missing:
        absent = " and ".join(f"VALUES {variable} {{ UNDEF }}" for variable in sorted(missing))
        lines = [query.lines["params", name] for name, one in query.parameters.items() if one.variable in missing]
        raise InputError(f"Query '{query.name}' has no line {absent}.", query.path or query.name, min(lines))
    return "".join([*text, whole[done:]])
