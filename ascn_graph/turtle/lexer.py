"""The tokens of Turtle: each is matched possessively, so that time grows with length alone."""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = [
    "ADDRESS",
    "DOT",
    "ESCAPE",
    "GAP",
    "LOCAL_ESCAPE",
    "NAMESPACE",
    "SPECIAL",
    "STATEMENT_END",
    "SUFFIX",
    "TOKEN",
    "VERSION",
    "Fault",
    "Wrong",
    "brief",
    "character",
    "escape",
    "span",
]

_BASE_CHARS = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_CHARS = _BASE_CHARS + "_\\-0-9\u00b7\u0300-\u036f\u203f-\u2040"
_ESCAPED = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%]"
_PREFIX = rf"(?:[{_BASE_CHARS}](?:[{_CHARS}]++|\.++(?=[{_CHARS}]))*+)?"
_LOCAL = (
    rf"(?:(?:[{_BASE_CHARS}_0-9:]|{_ESCAPED})"
    rf"(?:[{_CHARS}:]++|{_ESCAPED}|\.++(?=[{_CHARS}:%\\]))*+)?"
)
_IRI = r'<(?:[^\x00-\x20<>"{}|^`\\]++|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*+>'
_SPACE = r"[ \t\r\n]*+(?:\#[^\r\n]*+[ \t\r\n]*+)*+"
_EXPONENT = r"[eE][+-]?[0-9]++"
_BODIES = (
    r"(?:[^\"\\]++|\\.|\"(?!\"\"))*+",
    r"(?:[^'\\]++|\\.|'(?!''))*+",
    r"(?:[^\"\\\r\n]++|\\[^\r\n])*+",
    r"(?:[^'\\\r\n]++|\\[^\r\n])*+",
)

# The group's name is the kind of lexeme. A long string stands before a short one, a name before a bare word.
TOKEN = re.compile(
    rf"""{_SPACE}(?:
      (?P<name>{_PREFIX}:{_LOCAL})
    | (?P<mark>[;,\[\](]|\)(?:>>)?+|\.(?![0-9]))
    | (?P<string>\"\"\"{_BODIES[0]}\"\"\"|'''{_BODIES[1]}'''|\"(?!\"\"){_BODIES[2]}\"|'(?!''){_BODIES[3]}'
                |\"\"(?!\")|''(?!'))
    | (?P<iri>{_IRI})
    | (?P<double>[+-]?(?:[0-9]++\.[0-9]*+{_EXPONENT}|\.[0-9]++{_EXPONENT}|[0-9]++{_EXPONENT}))
    | (?P<decimal>[+-]?[0-9]*+\.[0-9]++)
    | (?P<integer>[+-]?[0-9]++)
    | (?P<blank>_:[{_BASE_CHARS}_0-9](?:[{_CHARS}]++|\.++(?=[{_CHARS}]))*+)
    | (?P<word>@[A-Za-z]++|[A-Za-z]++(?![{_CHARS}]))
    | (?P<sign><<\(?+|>>|{{\|?+|\|?}}|~)
    | (?P<end>\Z)
    )""",
    re.VERBOSE | re.DOTALL,
)
SUFFIX = re.compile(
    rf"{_SPACE}(?:@(?P<language>[A-Za-z]++(?:-[A-Za-z0-9]++)*+(?:--[A-Za-z]++)?+)"
    rf"|\^\^{_SPACE}(?:(?P<iri>{_IRI})|(?P<name>{_PREFIX}:{_LOCAL})))"
)
NAMESPACE = re.compile(rf"{_SPACE}(?P<prefix>{_PREFIX}):{_SPACE}(?P<iri>{_IRI})")
ADDRESS = re.compile(rf"{_SPACE}(?P<iri>{_IRI})")
VERSION = re.compile(rf"{_SPACE}(?:\"(?!\"\"){_BODIES[2]}\"|'(?!''){_BODIES[3]}')")
DOT = re.compile(rf"{_SPACE}\.")
GAP = re.compile(_SPACE)
ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.?))", re.DOTALL)
LOCAL_ESCAPE = re.compile(r"\\(.)")
_CHARACTERS = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\"}
# As Oxigraph has it: of the characters that Unicode keeps for no text, it escapes these two alone.
SPECIAL = re.compile(r'[\x00-\x1f"\\\x7f\ufffe\uffff]')
_SHORT = {"\t": "\\t", "\b": "\\b", "\n": "\\n", "\r": "\\r", "\f": "\\f", '"': '\\"', "\\": "\\\\"}
# A statement most often ends with a dot at the end of a line; the next one begins after it.
STATEMENT_END = re.compile(r"\.[ \t]*+(?:\#[^\r\n]*+)?(?:\r?\n|\Z)")
#: Subject, predicate and object as N-Triples terms, then the offset in code points at which each was written.
PlacedTriple = tuple[str, str, str, int, int, int]


class Fault(NamedTuple):
    """A syntax error: a sentence, and the offset it is about."""

    problem: str
    offset: int


class Wrong(Exception):
    """The text stops being Turtle at an offset."""

    def __init__(self, problem: str, offset: int) -> None:
        """Keep the sentence and its place."""
        super().__init__(problem)
        self.fault = Fault(problem, offset)


def span(text: str, offset: int) -> int:
    """Return the offset after the term that is written at an offset, its datatype or language included."""
    match = TOKEN.match(text, offset)
    if match is None:
        return offset
    suffix = SUFFIX.match(text, match.end()) if match.lastgroup == "string" else None
    return suffix.end() if suffix else match.end()


def character(match: re.Match[str], offset: int) -> str:
    """Return what an escape means; `offset` is where the escaped text begins."""
    short, long, other = match.groups()
    if other is not None:
        if other not in _CHARACTERS:
            raise Wrong(f"'\\{other}' is not an escape; write '\\\\' for a backslash", offset + match.start())
        return _CHARACTERS[other]
    code = int(short or long, 16)
    if 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:  # noqa: PLR2004 - the bounds of Unicode scalar values
        raise Wrong(f"'{match.group()}' is not a Unicode character", offset + match.start())
    return chr(code)


def escape(match: re.Match[str]) -> str:
    """Write one character as canonical N-Triples does."""
    character = match.group()
    return _SHORT.get(character) or f"\\u{ord(character):04X}"


def brief(text: str, most: int = 40) -> str:
    """Cut a text to be quoted in a message."""
    return text if len(text) <= most else text[:most] + "…"
