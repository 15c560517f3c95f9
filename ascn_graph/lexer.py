"""The tokens of a SPARQL text: enough to find a keyword or a nesting depth without being fooled by text inside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

__all__ = ["Token", "keywords", "nesting", "tokens"]


class Token(NamedTuple):
    """One token: its kind, its text and the offset of its first character."""

    kind: str
    text: str
    offset: int


# Order matters: a triple-quoted string before a quoted one, an IRI before the operator <, a name before a word.
_TOKEN = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<comment>\#[^\r\n]*)
  | (?P<string>\"\"\"(?:[^"\\]|\\.|\"(?!\"\"))*\"\"\"|'''(?:[^'\\]|\\.|'(?!''))*'''
              |"(?:[^"\\\r\n]|\\.)*"|'(?:[^'\\\r\n]|\\.)*')
  | (?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
  | (?P<variable>[?$]\w+)
  | (?P<language>@[A-Za-z][A-Za-z0-9-]*)
  | (?P<name>(?:[^\W\d_](?:[\w.\-\u00b7]*[\w\-\u00b7])?|_)?:
              (?:(?:[\w:]|%[0-9A-Fa-f]{2}|\\.)
                 (?:(?:[\w:.\-\u00b7]|%[0-9A-Fa-f]{2}|\\.)*
                    (?:[\w:\-\u00b7]|%[0-9A-Fa-f]{2}|\\.))?)?)
  | (?P<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)
  | (?P<word>[^\W\d]\w*)
  | (?P<mark>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_QUIET = ("space", "comment")
_OPEN, _CLOSE = frozenset("{(["), frozenset("})]")


def tokens(text: str) -> Iterator[Token]:
    """Give every token of a SPARQL text that is neither white space nor a comment."""
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "mark"
        if kind not in _QUIET:
            yield Token(kind, match.group(), match.start())


def keywords(text: str) -> set[str]:
    """Give, in upper case, every bare word of a SPARQL text: no variable, name, IRI, string or comment."""
    return {token.text.upper() for token in tokens(text) if token.kind == "word"}


def nesting(text: str) -> int:
    """Give how deep brackets and chained negations nest; strings, comments and IRIs do not count."""
    deepest = depth = run = 0
    for token in tokens(text):
        run = run + 1 if token.text in ("!", "^", "-", "+") and token.kind == "mark" else 0
        if token.kind == "mark":
            depth += (token.text in _OPEN) - (token.text in _CLOSE)
        deepest = max(deepest, depth + run)
    return deepest
