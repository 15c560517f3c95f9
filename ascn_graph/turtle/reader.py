"""A strict Turtle reader that keeps the offset of the subject, predicate and object of every triple.

Terms are N-Triples text, the form in which they are compared, located and handed to an engine. Nothing recurses, so
nesting is bounded by memory alone.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import NamedTuple

from ascn_graph.namespaces import PREFIXES
from ascn_graph.turtle.terms import Terms
from ascn_graph.turtle.tokens import LINE, STATEMENT_END, TOKEN, Fault, Wrong, brief

__all__ = ["Document", "Fault", "Row", "read"]

_XSD = PREFIXES["xsd"]
_TYPE, _FIRST, _REST, _NIL = (f"<{PREFIXES['rdf']}{name}>" for name in ("type", "first", "rest", "nil"))

#: After this many faults the rest of a file is not worth reading.
MOST_FAULTS = 20

#: Subject, predicate and object as N-Triples terms, then the offset in code points at which each was written.
Row = tuple[str, str, str, int, int, int]


class Document(NamedTuple):
    """What a Turtle text says, and what is wrong with it.

    Attributes:
        rows: every triple that was read, in document order.
        faults: every syntax error; the rows are usable only if there is none.
        prefixes: the last namespace each prefix was bound to.
    """

    rows: list[Row]
    faults: list[Fault]
    prefixes: dict[str, str]


class _State(Enum):
    """What the grammar allows next."""

    START = auto()
    VERB = auto()
    VERB_OR_DOT = auto()  # after [ … ] as subject
    VERB_OR_CLOSE = auto()  # after [
    MORE = auto()  # after a semicolon
    OBJECT = auto()
    AFTER = auto()  # after an object
    FIRST_ITEM = auto()
    NEXT_ITEM = auto()


class _Open(NamedTuple):
    """What an open bracket suspends: the subject and predicate to go back to; no predicate where it is a subject."""

    mark: str
    subject: str
    subject_at: int
    predicate: str
    predicate_at: int
    at: int


def read(text: str, base: str | None = None, blanks: str = "") -> Document:
    """Read a Turtle 1.1 text.

    Args:
        text: the document; offsets count its code points.
        base: the absolute IRI that relative ones are resolved against; without one they are faults.
        blanks: put in front of every blank node label, so that two documents share none.

    Returns:
        Its triples with their places. A blank node is labelled by the offset at which it first stands, so the same
        text gives the same labels whatever they were in the text.
    """
    reader = _Reader(text, base, blanks)
    position = 0
    while True:
        try:
            reader.statements(position)
        except Wrong as wrong:
            reader.faults.append(wrong.fault)
            position = reader.recover(wrong.fault.offset)
            if position >= len(text) or len(reader.faults) >= MOST_FAULTS:
                break
        else:
            break
    return Document(reader.rows, reader.faults, reader.prefixes)


class _Reader(Terms):
    """The reading of one text, statement by statement."""

    def __init__(self, text: str, base: str | None, blanks: str) -> None:
        super().__init__(text, base, blanks)
        self.rows: list[Row] = []
        self.faults: list[Fault] = []
        self.began = 0

    def statements(self, position: int) -> None:  # noqa: C901, PLR0912, PLR0915 - one loop is the speed of the reader
        """Read statements from an offset to the end of the text."""
        text, blanks, token_at, emit = self.text, self.blanks, TOKEN.match, self.rows.append
        names, iris = self.names, self.iris
        start, verb, verb_or_dot, verb_or_close, more, object_, after, first_item, next_item = _State
        stack: list[_Open] = []
        state = start
        settled = after  # the state once an object is complete: it depends on the innermost bracket alone
        subject = predicate = value = ""
        subject_at = predicate_at = 0
        while True:
            match = token_at(text, position)
            if match is None:
                offset = self.skip(position)
                if state is start:
                    self.began = offset
                raise self._unreadable(offset)
            kind = match.lastgroup
            assert kind is not None
            offset, position = match.span(kind)
            lexeme = text[offset:position]

            if state is after:
                if lexeme == ";":
                    state = more
                elif lexeme == ",":
                    state = object_
                elif lexeme == "." and not stack:
                    state = start
                elif lexeme == "]" and stack:
                    _, subject, subject_at, predicate, predicate_at, _ = stack.pop()
                    settled = next_item if stack and stack[-1].mark == "(" else after
                    state = verb_or_dot if not predicate else settled
                else:
                    raise self._unexpected(state, lexeme, offset, stack)
                continue

            if state is verb or state is more or state is verb_or_close or state is verb_or_dot:
                if kind == "name":
                    predicate = names.get(lexeme) or self.name(lexeme, offset)
                elif lexeme == "a":
                    predicate = _TYPE
                elif kind == "iri":
                    predicate = iris.get(lexeme) or self.iri(lexeme, offset)
                elif lexeme == ";" and state is more:
                    continue
                elif lexeme == "." and not stack and (state is more or state is verb_or_dot):
                    state = start
                    continue
                elif lexeme == "]" and stack and (state is more or state is verb_or_close):
                    empty = state is verb_or_close
                    _, subject, subject_at, predicate, predicate_at, _ = stack.pop()
                    settled = next_item if stack and stack[-1].mark == "(" else after
                    state = settled if predicate else verb if empty else verb_or_dot
                    continue
                else:
                    raise self._unexpected(state, lexeme, offset, stack)
                predicate_at = offset
                state = object_
                continue

            if state is start:
                self.began = offset
                if kind == "name":
                    subject = names.get(lexeme) or self.name(lexeme, offset)
                elif kind == "iri":
                    subject = iris.get(lexeme) or self.iri(lexeme, offset)
                elif kind == "blank":
                    subject = self.blank(lexeme, offset)
                elif kind == "word":
                    position = self.directive(lexeme, offset)
                    continue
                elif lexeme == "[":
                    subject = f"_:{blanks}b{offset}"
                    stack.append(_Open("[", subject, offset, "", 0, offset))
                    subject_at, state, settled = offset, verb_or_close, after
                    continue
                elif lexeme == "(":
                    stack.append(_Open("(", _NIL, offset, "", 0, offset))
                    state = first_item
                    continue
                elif kind == "end":
                    return
                else:
                    raise self._unexpected(state, lexeme, offset, stack)
                subject_at = offset
                state = verb
                continue

            if state is not object_:
                if lexeme == ")":
                    if state is next_item:
                        emit((subject, _REST, _NIL, subject_at, offset, offset))
                    _, subject, subject_at, predicate, predicate_at, opened = stack.pop()
                    if state is first_item and predicate:
                        emit((subject, predicate, _NIL, subject_at, predicate_at, opened))
                    settled = next_item if stack and stack[-1].mark == "(" else after
                    state = verb if not predicate else settled
                    continue
                value = f"_:{blanks}l{offset}"
                if state is next_item:
                    emit((subject, _REST, value, subject_at, offset, offset))
                elif not stack[-1].predicate:
                    stack[-1] = stack[-1]._replace(subject=value)
                else:
                    _, subject, subject_at, predicate, predicate_at, opened = stack[-1]
                    emit((subject, predicate, value, subject_at, predicate_at, opened))
                subject, subject_at, predicate, predicate_at = value, offset, _FIRST, offset
                settled = next_item

            if kind == "name":
                value = names.get(lexeme) or self.name(lexeme, offset)
            elif kind == "string":
                value, position = self.string(lexeme, offset)
            elif kind == "iri":
                value = iris.get(lexeme) or self.iri(lexeme, offset)
            elif kind in ("integer", "decimal", "double"):
                value = f'"{lexeme}"^^<{_XSD}{kind}>'
            elif kind == "blank":
                value = self.blank(lexeme, offset)
            elif lexeme in ("true", "false"):
                value = f'"{lexeme}"^^<{_XSD}boolean>'
            elif lexeme == "[":
                value = f"_:{blanks}b{offset}"
                emit((subject, predicate, value, subject_at, predicate_at, offset))
                stack.append(_Open("[", subject, subject_at, predicate, predicate_at, offset))
                subject, subject_at, state, settled = value, offset, verb_or_close, after
                continue
            elif lexeme == "(":
                stack.append(_Open("(", subject, subject_at, predicate, predicate_at, offset))
                state = first_item
                continue
            else:
                raise self._unexpected(state, lexeme, offset, stack)
            emit((subject, predicate, value, subject_at, predicate_at, offset))
            state = settled

    def _unexpected(self, state: _State, lexeme: str, offset: int, stack: list[_Open]) -> Wrong:
        if not lexeme:
            if stack:
                return Wrong(f"the text ends before the '{stack[-1].mark}' is closed", stack[-1].at)
            return Wrong("the text ends inside a statement; end it with a dot, or restore what was cut", offset)
        wanted = {
            _State.START: "a statement must begin with a subject",
            _State.AFTER: "a dot, semicolon or comma is missing before it"
            if not stack
            else "a semicolon, a comma or the closing ']' is missing before it",
            _State.OBJECT: "a value must stand here",
            _State.FIRST_ITEM: "an item or ')' must stand here",
            _State.NEXT_ITEM: "an item or ')' must stand here",
        }.get(state, "a predicate must stand here")
        return Wrong(f"found '{brief(lexeme)}', but {wanted}", offset)

    def _unreadable(self, offset: int) -> Wrong:
        found = self.text[offset]
        line = LINE.match(self.text, offset)
        assert line is not None
        if line.group().startswith(("<<<<<<<", "=======", ">>>>>>>", "|||||||")):
            return Wrong("a conflict mark of a merge is left in the file; resolve the merge", offset)
        if found in ('"', "'"):
            return Wrong("the quoted string that begins here is not closed; use three quotes for several lines", offset)
        if found == "<":
            return Wrong("what begins here is not an IRI: it is not closed, or holds a space or another bar", offset)
        word = re.match(r"[^\s;,\[\]()]{1,40}", line.group())
        return Wrong(f"'{word.group() if word else found}' is not a Turtle term; quote a text, prefix a name", offset)

    def recover(self, offset: int) -> int:
        """Give the offset at which the next statement seems to begin, later than the one that is faulty."""
        if offset > self.began and self.text[offset - 1] == "\n" and self.text[offset : offset + 1] not in ("]", ")"):
            return offset
        end = STATEMENT_END.search(self.text, offset)
        return end.end() if end else len(self.text)
