"""The terms and directives of a Turtle text, as N-Triples terms."""

from __future__ import annotations

import re

from pyoxigraph import Literal, NamedNode

from ascn_graph.namespaces import STANDARD
from ascn_graph.turtle.iri import resolve
from ascn_graph.turtle.lexer import (
    ADDRESS,
    DOT,
    ESCAPE,
    GAP,
    LOCAL_ESCAPE,
    NAMESPACE,
    SPECIAL,
    SUFFIX,
    VERSION,
    Wrong,
    brief,
    character,
    escape,
)

__all__ = ["CONFLICT", "Terms"]

_DIRECTIVES = {
    "prefix": (NAMESPACE, "a prefix with a colon and an IRI in angle brackets"),
    "base": (ADDRESS, "an IRI"),
    "version": (VERSION, 'a version such as "1.2"'),
}
CONFLICT = "a conflict mark of a merge is left in the file; resolve the merge"
_STRING = f"<{STANDARD['xsd']}string>"


class Terms:
    """What the text has declared, and the terms it has named so far."""

    def __init__(self, text: str, base: str | None, blanks: str) -> None:
        """Start with nothing declared but the base."""
        self.text = text
        self.base = base
        self.blanks = blanks
        self.prefixes: dict[str, str] = {}
        self.labels: dict[str, str] = {}
        self.iris: dict[str, str] = {}
        self.names: dict[str, str] = {}
        self.languages: dict[str, str] = {}

    def iri(self, lexeme: str, offset: int) -> str:
        """Return the absolute IRI of a lexeme between angle brackets, in brackets again."""
        known = self.iris.get(lexeme)
        if known is None:
            value = lexeme[1:-1]
            if "\\" in value:
                value = ESCAPE.sub(lambda match: character(match, offset + 1), value)
            known = self.iris[lexeme] = self._checked(self._resolved(value, offset), offset)
        return known

    def _resolved(self, value: str, offset: int) -> str:
        if self.base is not None:
            return resolve(self.base, value)
        if not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", value):
            raise Wrong(f"the IRI <{brief(value)}> is relative, and the file states no @base", offset)
        return value

    @staticmethod
    def _checked(value: str, offset: int) -> str:
        try:
            NamedNode(value)
        except ValueError as error:
            raise Wrong(f"<{brief(value)}> is not an IRI: {error}", offset) from error
        return f"<{value}>"

    def name(self, lexeme: str, offset: int) -> str:
        """Return the IRI of a prefixed name, in angle brackets."""
        known = self.names.get(lexeme)
        if known is None:
            prefix, _, local = lexeme.partition(":")
            namespace = self.prefixes.get(prefix)
            if namespace is None:
                # Faults of a prefix are said once: whatever is wrong with it, it is wrong everywhere.
                self.prefixes[prefix] = "urn:x-undeclared:"
                raise Wrong(f"the prefix '{prefix}:' is not declared; add a line @prefix {prefix}: <…> .", offset)
            if "\\" in local:
                local = LOCAL_ESCAPE.sub(r"\1", local)
            known = self.names[lexeme] = self._checked(namespace + local, offset)
        return known

    def blank(self, label: str, offset: int) -> str:
        """Return the label of a blank node from where the text first names it."""
        return self.labels.setdefault(label, f"_:{self.blanks}b{offset}")

    def string(self, lexeme: str, offset: int) -> tuple[str, int]:
        """Return the literal that a quoted string begins, and the offset after its datatype or language."""
        quotes = 3 if lexeme[:3] in ('"""', "'''") and len(lexeme) > 5 else 1  # noqa: PLR2004 - two long quotes
        value = lexeme[quotes:-quotes]
        end = offset + len(lexeme)
        if "\\" in value:
            value = ESCAPE.sub(lambda match: character(match, offset + quotes), value)
        if SPECIAL.search(value):
            value = SPECIAL.sub(escape, value)
        suffix = SUFFIX.match(self.text, end)
        if suffix is None:
            return f'"{value}"', end
        kind = suffix.lastgroup
        at = suffix.start(kind or 0)
        if kind == "language":
            return f'"{value}"@{self._language(suffix["language"], at)}', suffix.end()
        datatype = self.iri(suffix["iri"], at) if kind == "iri" else self.name(suffix["name"], at)
        return (f'"{value}"' if datatype == _STRING else f'"{value}"^^{datatype}'), suffix.end()

    def _language(self, tag: str, offset: int) -> str:
        known = self.languages.get(tag)
        if known is None:
            language, dashes, direction = tag.partition("--")
            if dashes and direction not in ("ltr", "rtl"):
                raise Wrong(f"the direction of @{brief(tag)} must be ltr or rtl", offset)
            try:
                plain = Literal("", language=language).language
            except ValueError as error:
                raise Wrong(f"@{brief(language)} is not a language tag: {error}", offset) from error
            known = self.languages[tag] = f"{plain}{dashes}{direction}"
        return known

    def directive(self, word: str, offset: int) -> int:
        """Carry out a prefix, base or version directive, in either spelling, and return the offset after it."""
        name = word.removeprefix("@") if word in ("@prefix", "@base", "@version") else word.lower()
        if name not in _DIRECTIVES:
            raise Wrong(f"'{brief(word)}' cannot begin a statement; a name needs its prefix and a colon", offset)
        pattern, wanted = _DIRECTIVES[name]
        after = offset + len(word)
        match = pattern.match(self.text, after)
        if match is None:
            raise Wrong(f"{word} must be followed by {wanted}", self.skip(after))
        if name != "version":
            value = self.iri(match["iri"], match.start("iri"))[1:-1]
            if name == "prefix":
                self.prefixes[match["prefix"]] = value
            else:
                self.base = value
                self.iris.clear()
            self.names.clear()
        if not word.startswith("@"):
            return match.end()
        dot = DOT.match(self.text, match.end())
        if dot is None:
            raise Wrong(f"{word} must end with a dot", self.skip(match.end()))
        return dot.end()

    def skip(self, offset: int) -> int:
        """Return the offset after white space and comments."""
        match = GAP.match(self.text, offset)
        assert match is not None
        return match.end()

    def in_conflict(self, offset: int) -> bool:
        """Return whether a merge left its mark at an offset."""
        return self.text.startswith(("<<<<<<<", "=======", ">>>>>>>", "|||||||"), offset)

    def unreadable(self, offset: int) -> Wrong:
        """Return why no token can be read at an offset."""
        found = self.text[offset]
        if self.in_conflict(offset):
            return Wrong(CONFLICT, offset)
        if found in ('"', "'"):
            return Wrong("the quoted string that begins here is not closed; use three quotes for several lines", offset)
        if found == "<":
            return Wrong("what begins here is not an IRI: it is not closed, or holds a space or another bar", offset)
        word = re.match(r"[^\s;,\[\]()]{1,40}", self.text[offset : offset + 40])
        return Wrong(f"'{word.group() if word else found}' is not a Turtle term; quote a text, prefix a name", offset)
