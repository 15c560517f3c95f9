"""A strict Turtle reader that keeps the offset of the subject, predicate and object of every triple.

Terms are N-Triples text, the form in which they are compared, located and handed to an engine. Nothing recurses, so
nesting is bounded by memory alone, and every token is matched possessively, so time grows with length alone.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode

from ascn_graph.namespaces import PREFIXES
from ascn_graph.validation.iri import resolve

__all__ = ["Document", "Fault", "Row", "read", "span"]

_RDF = PREFIXES["rdf"]
_XSD = PREFIXES["xsd"]
_TYPE, _FIRST, _REST, _NIL = (f"<{_RDF}{name}>" for name in ("type", "first", "rest", "nil"))
_STRING = f"<{_XSD}string>"

#: After this many faults the rest of a file is not worth reading.
MOST_FAULTS = 20

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
_TOKEN = re.compile(
    rf"""{_SPACE}(?:
      (?P<name>{_PREFIX}:{_LOCAL})
    | (?P<mark>[;,\[\]()]|\.(?![0-9]))
    | (?P<string>\"\"\"{_BODIES[0]}\"\"\"|'''{_BODIES[1]}'''|\"(?!\"\"){_BODIES[2]}\"|'(?!''){_BODIES[3]}'
                |\"\"(?!\")|''(?!'))
    | (?P<iri>{_IRI})
    | (?P<double>[+-]?(?:[0-9]++\.[0-9]*+{_EXPONENT}|\.[0-9]++{_EXPONENT}|[0-9]++{_EXPONENT}))
    | (?P<decimal>[+-]?[0-9]*+\.[0-9]++)
    | (?P<integer>[+-]?[0-9]++)
    | (?P<blank>_:[{_BASE_CHARS}_0-9](?:[{_CHARS}]++|\.++(?=[{_CHARS}]))*+)
    | (?P<word>@[A-Za-z]++|[A-Za-z]++(?![{_CHARS}]))
    | (?P<end>\Z)
    )""",
    re.VERBOSE | re.DOTALL,
)
_SUFFIX = re.compile(
    rf"{_SPACE}(?:@(?P<language>[A-Za-z]++(?:-[A-Za-z0-9]++)*+)"
    rf"|\^\^{_SPACE}(?:(?P<iri>{_IRI})|(?P<name>{_PREFIX}:{_LOCAL})))"
)
_NAMESPACE = re.compile(rf"{_SPACE}(?P<prefix>{_PREFIX}):{_SPACE}(?P<iri>{_IRI})")
_ADDRESS = re.compile(rf"{_SPACE}(?P<iri>{_IRI})")
_DOT = re.compile(rf"{_SPACE}\.")
_GAP = re.compile(_SPACE)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.?))", re.DOTALL)
_LOCAL_ESCAPE = re.compile(r"\\(.)")
_CHARACTERS = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\"}
_SPECIAL = re.compile(r'[\x00-\x1f"\\\x7f]')
_SHORT = {"\t": "\\t", "\b": "\\b", "\n": "\\n", "\r": "\\r", "\f": "\\f", '"': '\\"', "\\": "\\\\"}
# A statement most often ends with a dot at the end of a line; the next one begins after it.
_STATEMENT_END = re.compile(r"\.[ \t]*+(?:\#[^\r\n]*+)?(?:\r?\n|\Z)")
_LINE = re.compile(r"[^\r\n]{0,40}")


#: Subject, predicate and object as N-Triples terms, then the offset in code points at which each was written.
Row = tuple[str, str, str, int, int, int]


class Fault(NamedTuple):
    """A syntax error: a sentence, and the offset it is about."""

    problem: str
    offset: int


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


class _Wrong(Exception):
    """The text stops being Turtle at an offset."""

    def __init__(self, problem: str, offset: int) -> None:
        super().__init__(problem)
        self.fault = Fault(problem, offset)


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
        except _Wrong as wrong:
            reader.faults.append(wrong.fault)
            position = reader.recover(wrong.fault.offset)
            if position >= len(text) or len(reader.faults) >= MOST_FAULTS:
                break
        else:
            break
    return Document(reader.rows, reader.faults, reader.prefixes)


def span(text: str, offset: int) -> int:
    """Give the offset after the term that is written at an offset, its datatype or language included."""
    match = _TOKEN.match(text, offset)
    if match is None:
        return offset
    suffix = _SUFFIX.match(text, match.end()) if match.lastgroup == "string" else None
    return suffix.end() if suffix else match.end()


class _Reader:
    """The state that outlives a statement."""

    def __init__(self, text: str, base: str | None, blanks: str) -> None:
        self.text = text
        self.base = base
        self.blanks = blanks
        self.rows: list[Row] = []
        self.faults: list[Fault] = []
        self.prefixes: dict[str, str] = {}
        self.labels: dict[str, str] = {}
        self.iris: dict[str, str] = {}
        self.names: dict[str, str] = {}
        self.languages: dict[str, str] = {}
        self.began = 0

    # -- Terms ---------------------------------------------------------------------------------------------------------

    def iri(self, lexeme: str, offset: int) -> str:
        """Give the absolute IRI of a lexeme between angle brackets, in brackets again."""
        known = self.iris.get(lexeme)
        if known is None:
            value = lexeme[1:-1]
            if "\\" in value:
                value = _ESCAPE.sub(lambda match: self._character(match, offset + 1), value)
            known = self.iris[lexeme] = self._checked(self._resolved(value, offset), offset)
        return known

    def _resolved(self, value: str, offset: int) -> str:
        if self.base is not None:
            return resolve(self.base, value)
        if not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", value):
            raise _Wrong(f"the IRI <{_brief(value)}> is relative, and the file states no @base", offset)
        return value

    @staticmethod
    def _checked(value: str, offset: int) -> str:
        try:
            NamedNode(value)
        except ValueError as error:
            raise _Wrong(f"<{_brief(value)}> is not an IRI: {error}", offset) from error
        return f"<{value}>"

    def name(self, lexeme: str, offset: int) -> str:
        """Give the IRI of a prefixed name, in angle brackets."""
        known = self.names.get(lexeme)
        if known is None:
            prefix, _, local = lexeme.partition(":")
            namespace = self.prefixes.get(prefix)
            if namespace is None:
                # Faults of a prefix are said once: whatever is wrong with it, it is wrong everywhere.
                self.prefixes[prefix] = "urn:x-undeclared:"
                raise _Wrong(f"the prefix '{prefix}:' is not declared; add a line @prefix {prefix}: <…> .", offset)
            if "\\" in local:
                local = _LOCAL_ESCAPE.sub(r"\1", local)
            known = self.names[lexeme] = self._checked(namespace + local, offset)
        return known

    def blank(self, label: str, offset: int) -> str:
        """Give the label of a blank node from where the text first names it."""
        return self.labels.setdefault(label, f"_:{self.blanks}b{offset}")

    def string(self, lexeme: str, offset: int) -> tuple[str, int]:
        """Give the literal that a quoted string begins, and the offset after its datatype or language."""
        quotes = 3 if lexeme[:3] in ('"""', "'''") and len(lexeme) > 5 else 1  # noqa: PLR2004 - two long quotes
        value = lexeme[quotes:-quotes]
        end = offset + len(lexeme)
        if "\\" in value:
            value = _ESCAPE.sub(lambda match: self._character(match, offset + quotes), value)
        if _SPECIAL.search(value):
            value = _SPECIAL.sub(_escape, value)
        suffix = _SUFFIX.match(self.text, end)
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
            try:
                known = Literal("", language=tag).language
            except ValueError as error:
                raise _Wrong(f"@{_brief(tag)} is not a language tag: {error}", offset) from error
            assert known is not None
            self.languages[tag] = known
        return known

    @staticmethod
    def _character(match: re.Match[str], offset: int) -> str:
        short, long, other = match.groups()
        if other is not None:
            if other not in _CHARACTERS:
                raise _Wrong(f"'\\{other}' is not an escape; write '\\\\' for a backslash", offset + match.start())
            return _CHARACTERS[other]
        code = int(short or long, 16)
        if 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:  # noqa: PLR2004 - the bounds of Unicode scalar values
            raise _Wrong(f"'{match.group()}' is not a Unicode character", offset + match.start())
        return chr(code)

    # -- Directives ----------------------------------------------------------------------------------------------------

    def directive(self, word: str, offset: int) -> int:
        """Carry out @prefix, @base, PREFIX or BASE, and give the offset after it."""
        name = word.removeprefix("@") if word in ("@prefix", "@base") else word.lower()
        if name not in ("prefix", "base"):
            raise _Wrong(f"'{_brief(word)}' cannot begin a statement; a name needs its prefix and a colon", offset)
        after = offset + len(word)
        match = (_NAMESPACE if name == "prefix" else _ADDRESS).match(self.text, after)
        if match is None:
            wanted = "a prefix with a colon and an IRI in angle brackets" if name == "prefix" else "an IRI"
            raise _Wrong(f"{word} must be followed by {wanted}", self._skip(after))
        value = self.iri(match["iri"], match.start("iri"))[1:-1]
        if name == "prefix":
            self.prefixes[match["prefix"]] = value
        else:
            self.base = value
            self.iris.clear()
        self.names.clear()
        if not word.startswith("@"):
            return match.end()
        dot = _DOT.match(self.text, match.end())
        if dot is None:
            raise _Wrong(f"{word} must end with a dot", self._skip(match.end()))
        return dot.end()

    def _skip(self, offset: int) -> int:
        match = _GAP.match(self.text, offset)
        assert match is not None
        return match.end()

    # -- Statements ----------------------------------------------------------------------------------------------------

    def statements(self, position: int) -> None:  # noqa: C901, PLR0912, PLR0915 - one loop is the speed of the reader
        """Read statements from an offset to the end of the text."""
        text, blanks, token_at, emit = self.text, self.blanks, _TOKEN.match, self.rows.append
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
                raise self._unreadable(self._skip(position))
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

    # -- Faults --------------------------------------------------------------------------------------------------------

    def _unexpected(self, state: _State, lexeme: str, offset: int, stack: list[_Open]) -> _Wrong:
        if not lexeme:
            if stack:
                return _Wrong(f"the text ends before the '{stack[-1].mark}' is closed", stack[-1].at)
            return _Wrong("the text ends inside a statement; end it with a dot, or restore what was cut", offset)
        wanted = {
            _State.START: "a statement must begin with a subject",
            _State.AFTER: "a dot, semicolon or comma is missing before it"
            if not stack
            else "a semicolon, a comma or the closing ']' is missing before it",
            _State.OBJECT: "a value must stand here",
            _State.FIRST_ITEM: "an item or ')' must stand here",
            _State.NEXT_ITEM: "an item or ')' must stand here",
        }.get(state, "a predicate must stand here")
        return _Wrong(f"found '{_brief(lexeme)}', but {wanted}", offset)

    def _unreadable(self, offset: int) -> _Wrong:
        found = self.text[offset]
        line = _LINE.match(self.text, offset)
        assert line is not None
        if line.group().startswith(("<<<<<<<", "=======", ">>>>>>>", "|||||||")):
            return _Wrong("a conflict mark of a merge is left in the file; resolve the merge", offset)
        if found in ('"', "'"):
            return _Wrong(
                "the quoted string that begins here is not closed; use three quotes for several lines", offset
            )
        if found == "<":
            return _Wrong("what begins here is not an IRI: it is not closed, or holds a space or another bar", offset)
        word = re.match(r"[^\s;,\[\]()]{1,40}", line.group())
        return _Wrong(f"'{word.group() if word else found}' is not a Turtle term; quote a text, prefix a name", offset)

    def recover(self, offset: int) -> int:
        """Give the offset at which the next statement seems to begin, later than the one that is faulty."""
        if offset > self.began and self.text[offset - 1] == "\n" and self.text[offset : offset + 1] not in ("]", ")"):
            return offset
        end = _STATEMENT_END.search(self.text, offset)
        return end.end() if end else len(self.text)


def _escape(match: re.Match[str]) -> str:
    character = match.group()
    return _SHORT.get(character) or f"\\u{ord(character):04X}"


def _brief(text: str, most: int = 40) -> str:
    """Cut a text to be quoted in a message."""
    return text if len(text) <= most else text[:most] + "…"
