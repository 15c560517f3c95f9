"""The one family of errors: each is a sentence that says what was asked, what was found and what to do."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

__all__ = [
    "AscnError",
    "ConformanceError",
    "EndpointError",
    "EngineError",
    "IllFormedTerm",
    "InputError",
    "LimitExceeded",
    "ParameterError",
    "QuerySyntaxError",
    "UnknownName",
    "UnknownQuery",
    "UsageError",
    "counted",
    "excerpt",
    "listed",
    "plural",
    "require",
]


class AscnError(Exception):
    """Anything this package refuses or could not do; the message is one sentence a person can act on."""

    #: The exit code of the command line (0 done, 1 findings, 2 usage, 3 unusable input, 4 engine or system).
    exit_code = 4


class UsageError(AscnError):
    """What was asked for cannot be asked: an unknown query, parameter, value, option or form."""

    exit_code = 2


def excerpt(text: str, most: int = 80) -> str:
    """Return a text from outside as a message shows it: on one line, without control characters, and not endless."""
    plain = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text[: most + 1])
    return plain if len(plain) <= most else f"{plain[: most - 1]}\u2026"


def require(value: object, kind: type | tuple[type, ...], told: str) -> None:
    """Raise a UsageError where a value is not of a type; `told` says what is expected."""
    if not isinstance(value, kind):
        given = repr(value)
        raise UsageError(f"{told}, not {given if len(given) <= 60 else type(value).__name__}.")  # noqa: PLR2004 - a line


def listed(given: object, kind: type | tuple[type, ...], told: str) -> list[Any]:
    """Return the one value of a type, or the several, that were given, as a list; an empty one for None.

    Raises:
        UsageError: one is of another type; `told` says what is expected.
    """
    if given is None or isinstance(given, kind):
        return [] if given is None else [given]
    found = list(given) if isinstance(given, Iterable) and not isinstance(given, bytes) else [given]
    for each in found:
        require(each, kind, told)
    return found


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: 1 file, 2 files."""
    return f"{number} {noun if number == 1 else plural(noun)}"


def plural(noun: str) -> str:
    """Return a noun in the plural, by the rule of English: a ferry, several ferries."""
    return re.sub(r"(?<=[^aeiou])y$", "ie", noun) + ("es" if re.search(r"(?:[sxz]|[cs]h)$", noun) else "s")


class UnknownQuery(UsageError):
    """No named query has the name that was asked for."""


class UnknownName(UsageError):
    """No thing, or more than one, answers to the name that was given."""


class ParameterError(UsageError):
    """A parameter is missing, unknown, given twice or of the wrong type."""


class QuerySyntaxError(UsageError):
    """A SPARQL text does not parse; `line` and `column` (from 1, or 0 where unknown) say where."""

    def __init__(self, message: str, line: int = 0, column: int = 0) -> None:
        """Keep the place beside the sentence."""
        super().__init__(message)
        self.line = line
        self.column = column

    def above(self, lines: int) -> QuerySyntaxError:
        """Return the same complaint about the text as it was before so many lines were put above the place."""
        place = f"{self.line}:{self.column}:"
        line = max(self.line - lines, 0)
        return QuerySyntaxError(str(self).replace(place, f"{line}:{self.column}:", 1), line, self.column)


class InputError(AscnError):
    """An input file is missing, empty, unreadable or ill-formed; the message begins with `file:line:col:`."""

    exit_code = 3

    def __init__(self, problem: str, path: str, line: int = 1, column: int = 1) -> None:
        """Begin the message with `path:line:column`, counted from 1, or with the path alone where the line is 0."""
        super().__init__(f"{path}:{line}:{column}: {problem}" if line else f"{path}: {problem}")
        self.problem = problem
        self.path = path
        self.line = line
        self.column = column

    @classmethod
    def at(cls, problem: str, path: str, raw: bytes, offset: int) -> InputError:
        """Return an error at the line and column, in characters, of an offset in the bytes of a file."""
        start = raw.rfind(b"\n", 0, offset) + 1
        column = len(raw[start:offset].decode(errors="replace")) + 1
        return cls(problem, path, raw.count(b"\n", 0, offset) + 1, column)

    @classmethod
    def of(cls, error: AscnError, path: str, added: int = 0) -> InputError:
        """Return the fault of a query as that of the file that holds it, below so many lines that were added above."""
        said = error.above(added) if isinstance(error, QuerySyntaxError) else error
        return cls(str(said), path, getattr(said, "line", 0) or 1, getattr(said, "column", 0) or 1)

    def __reduce__(self) -> tuple[type[InputError], tuple[str, str, int, int]]:
        return type(self), (self.problem, self.path, self.line, self.column)


class ConformanceError(AscnError):
    """Data that was to be used does not conform to its shapes."""

    exit_code = 1


class IllFormedTerm(UserWarning):
    """A term of an answer is not quite RDF, and is passed on as it came."""


class EngineError(AscnError):
    """An engine, an endpoint or the system failed, or two engines disagree."""


class LimitExceeded(EngineError):
    """A stated limit was reached; `limit` names it, so that nothing is ever cut silently."""

    def __init__(self, message: str, limit: str) -> None:
        """Keep the limit's name beside the sentence."""
        super().__init__(message)
        self.limit = limit


class EndpointError(EngineError):
    """A remote endpoint did not give a usable answer.

    Attributes:
        endpoint: the endpoint's URL without credentials.
        status: the HTTP status, or None where none arrived.
        content_type: the media type of the answer, or None.
        head: the first 200 bytes of the answer.
        retry_after: seconds the endpoint asked to wait, or None.
    """

    def __init__(  # noqa: PLR0913 - the attributes are what a caller needs to decide what to do
        self,
        message: str,
        *,
        endpoint: str,
        status: int | None = None,
        content_type: str | None = None,
        head: bytes = b"",
        retry_after: float | None = None,
    ) -> None:
        """Keep what arrived beside the sentence."""
        super().__init__(message)
        self.endpoint = endpoint
        self.status = status
        self.content_type = content_type
        self.head = head[:200]
        self.retry_after = retry_after
