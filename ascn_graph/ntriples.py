"""N-Triples terms as people read them, and taken apart."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from ascn_graph.namespaces import STANDARD, compact

__all__ = ["LiteralParts", "iri", "is_blank", "is_iri", "is_literal", "is_triple", "literal", "name_of", "show"]

_LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"(?:@([a-z0-9-]+?)(?:--(?:ltr|rtl))?|\^\^<([^>]*)>)?', re.DOTALL)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_CHARACTERS = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
_BARE = {STANDARD["xsd"] + name for name in ("integer", "boolean", "decimal")}
_LONGEST_TEXT = 80


class LiteralParts(NamedTuple):
    """The lexical form of a literal, its language in lower case or an empty text, and its datatype's IRI."""

    text: str
    language: str
    datatype: str


def iri(value: str) -> str:
    """Return the N-Triples term of an IRI."""
    return f"<{value}>"


def is_iri(term: str) -> bool:
    """Return whether a term is an IRI."""
    return term.startswith("<") and not is_triple(term)


def is_triple(term: str) -> bool:
    """Return whether a term is a triple term of RDF 1.2."""
    return term.startswith("<<(")


def is_blank(term: str) -> bool:
    """Return whether a term is a blank node."""
    return term.startswith("_:")


def is_literal(term: str) -> bool:
    """Return whether a term is a literal."""
    return term.startswith('"')


def literal(term: str) -> LiteralParts:
    """Take a literal apart."""
    match = _LITERAL.fullmatch(term)
    assert match is not None
    text, language, datatype = match.groups()
    if "\\" in text:
        text = _ESCAPE.sub(_character, text)
    plain = STANDARD["rdf"] + "langString" if language else STANDARD["xsd"] + "string"
    return LiteralParts(text, language or "", datatype or plain)


def _character(match: re.Match[str]) -> str:
    short, long, other = match.groups()
    return _CHARACTERS.get(other, other) if other else chr(int(short or long, 16))


def name_of(term: str) -> str:
    """Return the last part of an IRI, for people: what follows the last `#`, `/` or `:`."""
    return re.split(r"[#/:]", term.strip("<>").rstrip("/#"))[-1]


def show(term: str, prefixes: Mapping[str, str]) -> str:  # noqa: PLR0911 - one return a kind of term
    """Write a term as Turtle would, with the prefixes of the file at hand, cut to one short line."""
    if is_blank(term):
        return "[ … ]"
    if is_triple(term):
        return "<<( … )>>"
    if is_iri(term):
        short = compact(term[1:-1], prefixes)
        return term if short == term[1:-1] else short
    parts = literal(term)
    if parts.datatype in _BARE:
        return parts.text
    text = parts.text if len(parts.text) <= _LONGEST_TEXT else parts.text[: _LONGEST_TEXT - 1] + "…"
    quoted = '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r") + '"'
    if parts.language:
        return f"{quoted}@{parts.language}"
    if parts.datatype == STANDARD["xsd"] + "string":
        return quoted
    return f"{quoted}^^{show(iri(parts.datatype), prefixes)}"
