"""A strict Turtle reader that keeps the offset of the subject, predicate and object of every triple.

Terms are N-Triples text, the form in which they are compared, located and handed to an engine. Nothing recurses, so
nesting is bounded by memory alone.
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from ascn_graph.namespaces import STANDARD
from ascn_graph.turtle.lexer import STATEMENT_END, TOKEN, Fault, PlacedTriple, Wrong, brief
from ascn_graph.turtle.term_parser import CONFLICT
from ascn_graph.turtle.triple_terms import TripleTerms

__all__ = ["Document", "Fault", "PlacedTriple", "read"]

_TYPE, _FIRST, _REST, _NIL = (f"<{STANDARD['rdf']}{name}>" for name in ("type", "first", "rest", "nil"))
_CLOSING = {"[": "]", "(": ")", "{|": "|}"}

#: After this many faults the rest of a file is not worth reading.
MOST_FAULTS = 20


class Document(NamedTuple):
    """What a Turtle text says, and what is wrong with it.

    Attributes:
        rows: every triple that was read, in document order.
        faults: every syntax error; the rows are usable only if there is none.
        prefixes: the last namespace each prefix was bound to.
    """

    rows: list[PlacedTriple]
    faults: list[Fault]
    prefixes: dict[str, str]


#: What the grammar allows next: `…_OR_DOT` after [ … ] as subject, `…_OR_CLOSE` after [, `MORE` after a semicolon.
_State = Enum("_State", "START VERB VERB_OR_DOT VERB_OR_CLOSE MORE OBJECT AFTER FIRST_ITEM NEXT_ITEM")


class _Open(NamedTuple):
    """What an open bracket suspends: the subject and predicate to go back to; no predicate where it is a subject.

    `value` is the node that the bracket stands for, or in an annotation the object that is annotated.
    """

    mark: str
    subject: str
    subject_at: int
    predicate: str
    predicate_at: int
    at: int
    value: str
    reifier: str = ""


def read(text: str, base: str | None = None, blanks: str = "", *, graphs: bool = False) -> Document:
    """Read a Turtle 1.2 text.

    Args:
        text: the document; offsets count its code points.
        base: the absolute IRI that relative ones are resolved against; without one they are faults.
        blanks: put in front of every blank node label, so that two documents share none.
        graphs: read TriG, of which every graph's triples are given alike.

    Returns:
        Its triples with their places. A blank node is labelled by the offset at which it first stands, so the same
        text gives the same labels whatever they were in the text.
    """
    reader = _Reader(text, base, blanks, graphs=graphs)
    position = 0
    while True:
        try:
            reader.statements(position)
            break
        except Wrong as wrong:
            reader.faults.append(wrong.fault)
            position = reader.recover(wrong.fault.offset)
            if position >= len(text) or len(reader.faults) >= MOST_FAULTS:
                break
    return Document(reader.rows, reader.faults, reader.prefixes)


class _Reader(TripleTerms):
    """The reading of one text, statement by statement."""

    def __init__(self, text: str, base: str | None, blanks: str, *, graphs: bool) -> None:
        super().__init__(text, base, blanks)
        self.faults: list[Fault] = []
        self.began = 0
        self.graphs = graphs
        self.graph = -1  # the offset of the bracket that opens the graph of TriG one is in

    def statements(self, position: int) -> None:  # noqa: C901, PLR0912, PLR0915 - one loop is the speed of the reader
        """Read statements from an offset to the end of the text."""
        text, blanks, token_at, emit = self.text, self.blanks, TOKEN.match, self.rows.append
        names, iris = self.names, self.iris
        start, verb, verb_or_dot, verb_or_close, more, object_, after, first_item, next_item = _State
        stack: list[_Open] = []
        state = start
        settled = after  # the state once an object is complete: it depends on the innermost bracket alone
        subject = predicate = value = reifier = ""
        subject_at = predicate_at = value_at = 0
        while True:
            match = token_at(text, position)
            if match is None:
                offset = self.skip(position)
                if state is start:
                    self.began = offset
                raise self.unreadable(offset)
            kind = match.lastgroup
            assert kind is not None
            offset, position = match.span(kind)
            lexeme = text[offset:position]

            if state is after:
                if lexeme == ";":
                    state = more
                    continue
                if lexeme == ",":
                    state = object_
                    continue
                if lexeme == "." and not stack:
                    state = start
                    continue
                if lexeme == "~":
                    reifier, position = self.reify(f"{subject} {predicate} {value}", value_at, offset, position)
                    continue
                if lexeme == "{|":
                    stack.append(_Open("{|", subject, subject_at, predicate, predicate_at, value_at, value, reifier))
                    subject = reifier or self.annotated(f"{subject} {predicate} {value}", value_at, offset)
                    subject_at, state = offset, verb
                    continue

            elif state is verb or state is more or state is verb_or_close or state is verb_or_dot:
                if kind == "name":
                    predicate, predicate_at, state = names.get(lexeme) or self.name(lexeme, offset), offset, object_
                    continue
                if lexeme == "a":
                    predicate, predicate_at, state = _TYPE, offset, object_
                    continue
                if kind == "iri":
                    predicate, predicate_at, state = iris.get(lexeme) or self.iri(lexeme, offset), offset, object_
                    continue
                if lexeme == ";" and state is more:
                    continue
                if lexeme == "." and not stack and (state is more or state is verb_or_dot):
                    state = start
                    continue
                if lexeme == "{" and state is verb and text[subject_at] != "(" and self.opens_graph(offset):
                    state = start
                    continue

            elif state is start:
                self.began = subject_at = offset
                state = verb
                if kind == "name":
                    subject = names.get(lexeme) or self.name(lexeme, offset)
                    continue
                if kind == "iri":
                    subject = iris.get(lexeme) or self.iri(lexeme, offset)
                    continue
                if kind == "blank":
                    subject = self.blank(lexeme, offset)
                    continue
                if lexeme == "[":
                    subject = f"_:{blanks}b{offset}"
                    stack.append(_Open("[", subject, offset, "", 0, offset, subject))
                    state, settled = verb_or_close, after
                    continue
                if lexeme == "(":
                    stack.append(_Open("(", _NIL, offset, "", 0, offset, _NIL))
                    state = first_item
                    continue
                if lexeme == "<<":
                    subject, position = self.quoted(lexeme, offset, position)
                    state = verb_or_dot
                    continue
                state = start
                if kind == "word":
                    position = self.statement_word(lexeme, offset)
                    continue
                if lexeme == "{" and self.opens_graph(offset):
                    continue
                if kind == "end" and self.graph < 0:
                    return

            else:
                if state is not object_:
                    if lexeme == ")":
                        if state is next_item:
                            emit((subject, _REST, _NIL, subject_at, offset, offset))
                        _, subject, subject_at, predicate, predicate_at, value_at, value, reifier = stack.pop()
                        if state is first_item and predicate:
                            emit((subject, predicate, _NIL, subject_at, predicate_at, value_at))
                        settled = next_item if stack and stack[-1].mark == "(" else after
                        state = verb if not predicate else settled
                        continue
                    value = f"_:{blanks}l{offset}"
                    if state is next_item:
                        emit((subject, _REST, value, subject_at, offset, offset))
                    elif not stack[-1].predicate:
                        stack[-1] = stack[-1]._replace(subject=value)
                    else:
                        stack[-1] = stack[-1]._replace(value=value)
                        _, subject, subject_at, predicate, predicate_at, opened, *_ = stack[-1]
                        emit((subject, predicate, value, subject_at, predicate_at, opened))
                    subject, subject_at, predicate, predicate_at = value, offset, _FIRST, offset
                    settled = next_item

                if kind == "name":
                    value = names.get(lexeme) or self.name(lexeme, offset)
                elif kind == "string":
                    value, position = self.string(lexeme, offset)
                elif kind == "iri":
                    value = iris.get(lexeme) or self.iri(lexeme, offset)
                elif kind == "blank":
                    value = self.blank(lexeme, offset)
                elif lexeme == "[":
                    value = f"_:{blanks}b{offset}"
                    emit((subject, predicate, value, subject_at, predicate_at, offset))
                    stack.append(_Open("[", subject, subject_at, predicate, predicate_at, offset, value))
                    subject, subject_at, state, settled = value, offset, verb_or_close, after
                    continue
                elif lexeme == "(":
                    stack.append(_Open("(", subject, subject_at, predicate, predicate_at, offset, _NIL))
                    state = first_item
                    continue
                elif kind == "sign" and lexeme[:2] == "<<":
                    value, position = self.quoted(lexeme, offset, position)
                else:
                    value = self.plain(kind, lexeme)
                    if not value:
                        raise self._unexpected(state, lexeme, offset, stack)
                emit((subject, predicate, value, subject_at, predicate_at, offset))
                state, value_at, reifier = settled, offset, ""
                continue

            # What is left may close a bracket. As for Oxigraph, a reified triple alone needs its dot in a graph.
            if state is verb_or_dot and (lexeme != "}" or text[subject_at] != "["):
                raise self._unexpected(state, lexeme, offset, stack)
            if lexeme == "}" and self.graph >= 0 and not stack and state not in (verb, verb_or_close):
                self.graph, state = -1, start
            elif stack and _CLOSING[stack[-1].mark] == lexeme and state is not verb:
                empty = state is verb_or_close
                _, subject, subject_at, predicate, predicate_at, value_at, value, reifier = stack.pop()
                settled = next_item if stack and stack[-1].mark == "(" else after
                state = settled if predicate else verb if empty else verb_or_dot
            else:
                raise self._unexpected(state, lexeme, offset, stack)

    def statement_word(self, word: str, offset: int) -> int:
        """Carry out what a bare word at the beginning of a statement means, and return the offset after it."""
        if self.graph >= 0:
            raise Wrong(f"'{brief(word)}' cannot stand inside a graph", offset)
        if not self.graphs or word.upper() != "GRAPH":
            return self.directive(word, offset)
        kind, lexeme, offset, position = self.token(offset + len(word))
        if kind in ("name", "iri", "blank") or lexeme == "[":
            _, position = self.part(0, kind, lexeme, offset, position)
            _, lexeme, offset, position = self.token(position)
            if lexeme == "{" and self.opens_graph(offset):
                return position
        raise Wrong(f"{word} must be followed by the name of a graph and '{{'", offset)

    def opens_graph(self, offset: int) -> bool:
        """Return whether the bracket at an offset opens a graph of TriG, and enter it."""
        if self.graphs and self.graph < 0:
            self.graph = offset
        return self.graph == offset

    def _unexpected(self, state: _State, lexeme: str, offset: int, stack: list[_Open]) -> Wrong:
        if self.in_conflict(offset):
            return Wrong(CONFLICT, offset)
        if not lexeme and state is _State.START:
            return Wrong("the text ends before the '{' is closed", self.graph)
        if not lexeme:
            if stack:
                return Wrong(f"the text ends before the '{stack[-1].mark}' is closed", stack[-1].at)
            return Wrong("the text ends inside a statement; end it with a dot, or restore what was cut", offset)
        wanted = {
            _State.START: "a statement must begin with a subject",
            _State.AFTER: "a dot, semicolon or comma is missing before it"
            if not stack
            else f"a semicolon, a comma or the closing '{_CLOSING[stack[-1].mark]}' is missing before it",
            _State.OBJECT: "a value must stand here",
            _State.FIRST_ITEM: "an item or ')' must stand here",
            _State.NEXT_ITEM: "an item or ')' must stand here",
        }.get(state, "a predicate must stand here")
        return Wrong(f"found '{brief(lexeme)}', but {wanted}", offset)

    def recover(self, offset: int) -> int:
        """Return the offset at which the next statement seems to begin, later than the one that is faulty."""
        if offset > self.began and self.text[offset - 1] == "\n" and self.text[offset : offset + 1] not in ("]", ")"):
            return offset
        end = STATEMENT_END.search(self.text, offset)
        return end.end() if end else len(self.text)
