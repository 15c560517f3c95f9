"""What RDF 1.2 adds to Turtle: triple terms, and the reifiers that stand for a triple."""

from __future__ import annotations

from typing import NamedTuple

from ascn_graph.namespaces import STANDARD
from ascn_graph.turtle.lexer import TOKEN, PlacedTriple, Wrong, brief
from ascn_graph.turtle.term_parser import CONFLICT, Terms

__all__ = ["TripleTerms"]

_REIFIES = f"<{STANDARD['rdf']}reifies>"
_TYPE = f"<{STANDARD['rdf']}type>"
_XSD = STANDARD["xsd"]
#: Oxigraph's parser, to which this one is held, ends the process on terms that are nested some ten thousand deep.
_DEEPEST = 100


class _Quoted(NamedTuple):
    """A triple term or reified triple that is not closed yet."""

    mark: str
    at: int
    parts: list[str]
    places: list[int]


class TripleTerms(Terms):
    """The terms of a text and the triples it states so far."""

    def __init__(self, text: str, base: str | None, blanks: str) -> None:
        """Start with no triple."""
        super().__init__(text, base, blanks)
        self.rows: list[PlacedTriple] = []

    def quoted(self, mark: str, offset: int, position: int) -> tuple[str, int]:
        """Read what stands behind `<<` or `<<(`.

        Returns:
            The triple term, or the reifier of a reified triple, and the offset after it.
        """
        if self.in_conflict(offset):
            raise Wrong(CONFLICT, offset)
        stack = [_Quoted(mark, offset, [], [])]
        while True:
            frame = stack[-1]
            kind, lexeme, offset, position = self.token(position)
            done = len(frame.parts)
            if done == 3:  # noqa: PLR2004 - a triple
                term = f"<<( {' '.join(frame.parts)} )>>"
                if frame.mark == "<<" and lexeme in ("~", ">>"):
                    name, at = f"_:{self.blanks}r{frame.at}", frame.at
                    if lexeme == "~":
                        name, at, position = self._reifier(offset, position)
                        _, lexeme, offset, position = self.token(position)
                    self.rows.append((name, _REIFIES, term, at, at, frame.places[2]))
                    term = name
                if lexeme != {"<<": ">>", "<<(": ")>>"}[frame.mark]:
                    raise Wrong(f"found '{brief(lexeme)}', but the '{frame.mark}' is not closed", offset)
                stack.pop()
                if not stack:
                    return term, position
                frame, offset = stack[-1], frame.at
            elif (lexeme == "<<(" and done == 2) or (lexeme == "<<" and frame.mark == "<<" and done != 1):  # noqa: PLR2004
                if len(stack) == _DEEPEST:
                    raise Wrong(f"triple terms are nested deeper than {_DEEPEST} levels", offset)
                stack.append(_Quoted(lexeme, offset, [], []))
                continue
            else:
                term, position = self.part(done, kind, lexeme, offset, position)
            frame.parts.append(term)
            frame.places.append(offset)

    def reify(self, triple: str, place: int, offset: int, position: int) -> tuple[str, int]:
        """Read what stands behind `~`; return the reifier of the triple and the offset after it."""
        name, at, position = self._reifier(offset, position)
        self.rows.append((name, _REIFIES, f"<<( {triple} )>>", at, at, place))
        return name, position

    def annotated(self, triple: str, place: int, offset: int) -> str:
        """Return a new reifier for a triple whose annotation begins at an offset."""
        name = f"_:{self.blanks}r{offset}"
        self.rows.append((name, _REIFIES, f"<<( {triple} )>>", offset, offset, place))
        return name

    def _reifier(self, offset: int, position: int) -> tuple[str, int, int]:
        """Return a reifier, the offset at which it is written, and the offset after it."""
        kind, lexeme, at, after = self.token(position)
        if kind in ("name", "iri", "blank") or lexeme == "[":
            name, after = self.part(0, kind, lexeme, at, after)
            return name, at, after
        return f"_:{self.blanks}r{offset}", offset, position

    def part(self, done: int, kind: str, lexeme: str, offset: int, position: int) -> tuple[str, int]:
        """Return one term of a quoted triple and the offset after it."""
        value = ""
        if kind in ("name", "iri"):
            value = self.name(lexeme, offset) if kind == "name" else self.iri(lexeme, offset)
        elif done == 1:
            value = _TYPE if lexeme == "a" else ""
        elif kind == "blank":
            value = self.blank(lexeme, offset)
        elif lexeme == "[":
            _, close, _, position = self.token(position)
            value = f"_:{self.blanks}b{offset}" if close == "]" else ""
        elif done:
            value, position = self.string(lexeme, offset) if kind == "string" else (self.plain(kind, lexeme), position)
        if not value:
            wanted = "a predicate" if done == 1 else "a term"
            raise Wrong(f"found '{brief(lexeme)}', but {wanted} must stand here", offset)
        return value, position

    @staticmethod
    def plain(kind: str, lexeme: str) -> str:
        """Return the literal that an unquoted number or truth value is, or an empty text."""
        if kind in ("integer", "decimal", "double"):
            return f'"{lexeme}"^^<{_XSD}{kind}>'
        return f'"{lexeme}"^^<{_XSD}boolean>' if lexeme in ("true", "false") else ""

    def token(self, position: int) -> tuple[str, str, int, int]:
        """Return the kind, the text and both ends of the next token."""
        match = TOKEN.match(self.text, position)
        if match is None:
            raise self.unreadable(self.skip(position))
        assert match.lastgroup is not None
        return match.lastgroup, match[match.lastgroup], *match.span(match.lastgroup)
