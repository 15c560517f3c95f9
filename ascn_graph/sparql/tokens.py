"""The tokens of a SPARQL text: enough to find a keyword or a nesting depth without being fooled by text inside."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

__all__ = ["Token", "dataset_iris", "keywords", "nesting", "prefixes", "tokens"]


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
_OPEN, _CLOSE = frozenset("{(["), frozenset("})]")
# An IRI in which, were its < a comparison, a string or a comment could begin; no expression goes on with "name://".
_FORKED_IRI = re.compile(r"<(?!\w[\w+.\-]*://)[^>]*['#]")
_AFTER_FROM = re.compile(r"FROM(?:\s|\#[^\r\n]*[\r\n])*(?:NAMED(?:\s|\#[^\r\n]*[\r\n])*)?<?([^\s<>]*)", re.IGNORECASE)


@cache
def _token() -> re.Pattern[str]:
    # Compiling takes as long as a small query does, and one without parameters needs no tokens.
    return re.compile(_TOKEN, re.VERBOSE | re.DOTALL)


def tokens(text: str) -> Iterator[Token]:
    """Give every token of a SPARQL text that is neither white space nor a comment."""
    for match in _token().finditer(text):
        kind = match.lastgroup or "mark"
        if kind not in _QUIET:
            yield Token(kind, match.group(), match.start())


def _has_two_readings(text: str) -> bool:
    """Say whether some < may be a comparison or begin an IRI, as in `(?a<'x>')`, which only a parser can tell."""
    opened: list[str] = []
    before = Token("mark", "", 0)
    for token in tokens(text):
        after_operand = before.kind != "mark" or before.text in _CLOSE
        if token.kind == "iri" and after_operand and opened[-1:] == ["("] and _FORKED_IRI.match(token.text):
            return True
        if token.kind == "mark" and token.text in _OPEN:
            opened.append(token.text)
        elif token.kind == "mark" and token.text in _CLOSE:
            del opened[-1:]
        before = token
    return False


def keywords(text: str) -> set[str]:
    """Give, in upper case, every bare word of a SPARQL text: no variable, name, IRI, string or comment.

    Where a < has two readings, so that a keyword could hide in one of them, every word of the text is given.
    """
    words = {token.text.upper() for token in tokens(text) if token.kind == "word"}
    return words | set(re.findall(r"\w+", text.upper())) if _has_two_readings(text) else words


def nesting(text: str) -> int:
    """Give how deep brackets and chained negations nest; strings, comments and IRIs do not count.

    Where a < has two readings, every bracket and sign counts, as if each stood within the one before.
    """
    if _has_two_readings(text):
        return sum(map(text.count, "{([!^-+"))
    deepest = depth = run = 0
    for token in tokens(text):
        run = run + 1 if token.text in ("!", "^", "-", "+") and token.kind == "mark" else 0
        if token.kind == "mark":
            depth += (token.text in _OPEN) - (token.text in _CLOSE)
        deepest = max(deepest, depth + run)
    return deepest


def prefixes(listed: Sequence[Token]) -> dict[str, str]:
    """Give the IRIs that the PREFIX lines of a text declare, by the prefix with its colon."""
    threes = zip(listed, listed[1:], listed[2:], strict=False)
    return {
        name.text: iri.text[1:-1] for word, name, iri in threes if word.kind == "word" and word.text.upper() == "PREFIX"
    }


def dataset_iris(text: str) -> list[str]:
    """Give the IRIs that FROM and FROM NAMED clauses of a SPARQL text name, prefixed names written out.

    Where a < has two readings, so that a clause could hide in one of them, what follows any FROM in the text counts.
    """
    found = _AFTER_FROM.findall(text) if _has_two_readings(text) else []
    listed = list(tokens(text))
    declared = prefixes(listed)
    for place, token in enumerate(listed):
        following = listed[place + 1 : place + 3]
        if token.kind == "word" and token.text.upper() == "FROM" and following:
            named = following[0].text.upper() == "NAMED"
            graph = following[-1] if named else following[0]
            prefix, _, local = graph.text.partition(":")
            found.append(graph.text[1:-1] if graph.kind == "iri" else declared.get(prefix + ":", "") + local)
    return found
