"""The tokens of a SPARQL text: enough to find a keyword without being fooled by text inside strings and comments."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import NamedTuple

from pyoxigraph import RdfFormat, parse

__all__ = ["Token", "behind_prologue", "expanded", "prologue", "resolved", "tokens"]

# The words before the form of a query, and the kinds of the tokens that follow each; DEFINE is Virtuoso's.
_PROLOGUE = {
    "BASE": ("iri",),
    "PREFIX": ("name", "iri"),
    "VERSION": ("string",),
    "DEFINE": ("name", ""),
}


class Token(NamedTuple):
    """One token: its kind, its text and the offset of its first character."""

    kind: str
    text: str
    offset: int


# The characters of names, exactly as the grammar has them: a name read too short would let a quote mark that it
# escapes begin a string, in which a keyword could hide.
_FIRST = (
    r"A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f\u2c00-\u2fef"
    r"\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_INNER = _FIRST + r"_0-9\-\u00b7\u0300-\u036f\u203f-\u2040"
_ESCAPED = r"%[0-9A-Fa-f]{2}|\\."
# Order matters: a triple-quoted string before a quoted one, an IRI before the operator <, a name before a word.
_TOKEN = rf"""
    (?P<space>\s+)
  | (?P<comment>\#[^\r\n]*)
  | (?P<string>\"\"\"(?:[^"\\]|\\.|\"(?!\"\"))*\"\"\"|'''(?:[^'\\]|\\.|'(?!''))*'''
              |"(?:[^"\\\r\n]|\\.)*"|'(?:[^'\\\r\n]|\\.)*')
  | (?P<iri><(?:[^<>"{{}}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{{4}}|\\U[0-9A-Fa-f]{{8}})*>)
  | (?P<variable>[?$]\w+)
  | (?P<language>@[A-Za-z][A-Za-z0-9-]*)
  | (?P<name>(?:[{_FIRST}](?:[{_INNER}.]*[{_INNER}])?|_)?:
              (?:(?:[{_FIRST}_:0-9]|{_ESCAPED})
                 (?:(?:[{_INNER}.:]|{_ESCAPED})*
                    (?:[{_INNER}:]|{_ESCAPED}))?)?)
  | (?P<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)
  | (?P<word>[^\W\d]\w*)
  | (?P<mark>.)
    """
_QUIET = ("space", "comment")


@cache
def _token() -> re.Pattern[str]:
    # Compiling takes as long as a small query does, and one without parameters needs no tokens.
    return re.compile(_TOKEN, re.VERBOSE | re.DOTALL)


def tokens(text: str) -> Iterator[Token]:
    """Yield every token of a SPARQL text that is neither white space nor a comment."""
    for match in _token().finditer(text):
        kind = match.lastgroup or "mark"
        if kind not in _QUIET:
            yield Token(kind, match.group(), match.start())


def behind_prologue(reading: Iterator[Token], *, strict: bool = False) -> Token | None:
    """Return the first token behind the prologue of a text, or None; where `strict`, None behind an ill-formed one."""
    for token in reading:
        kinds = _PROLOGUE.get(token.text.upper()) if token.kind == "word" else None
        if kinds is None:
            return token
        following = zip(kinds, islice(reading, len(kinds)), strict=False)
        if not all(wanted in ("", each.kind) or not strict for wanted, each in following):
            break
    return None


def prologue(listed: Sequence[Token], base: str = "") -> tuple[str, dict[str, str]]:
    """Return the base IRI and the prefixes that the first lines of a text declare, as the engine resolves them.

    Args:
        listed: the tokens of the text.
        base: the IRI that the first of them is resolved against.

    Returns:
        The base in force behind the lines, and the IRIs by prefix with its colon.
    """
    declared: dict[str, str] = {}
    place = 0
    while place < len(listed) and (word := listed[place].text.upper()) in _PROLOGUE:
        following = listed[place + 1 : place + 1 + len(_PROLOGUE[word])]
        if word == "BASE" and following:
            base = resolved(following[0].text, base)
        elif word == "PREFIX" and [each.kind for each in following] == ["name", "iri"]:
            declared[following[0].text] = resolved(following[1].text, base)
        place += 1 + len(following)
    return base, declared


def expanded(name: str, declared: Mapping[str, str]) -> str:
    """Return the IRI that a prefixed name means by prefixes that are declared: its escapes written out."""
    prefix, colon, local = name.partition(":")
    return declared.get(prefix + colon, "") + re.sub(r"\\(.)", r"\1", local)


def resolved(iri: str, base: str = "") -> str:
    """Return the IRI that `<…>` means: escapes written out, and resolved as the engine does where there is a base."""
    try:
        quads = parse(f"{iri} <a:a> <a:a> .", RdfFormat.TURTLE, base_iri=base or None)
        return str(next(iter(quads)).subject.value)
    except (SyntaxError, ValueError, StopIteration):
        return iri.strip("<>")
