"""The files of one run: read with positions, held to the oracle, and turned into places."""

from __future__ import annotations

import os
import re
import sys
from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, TypeVar

from pyoxigraph import RdfFormat, parse, serialize

from ascn_graph.errors import EngineError, InputError
from ascn_graph.files import read_bytes, sound
from ascn_graph.ntriples import is_blank, is_literal, is_triple
from ascn_graph.turtle import Document, PlacedTriple, span
from ascn_graph.validation.serialisations import SERIALISATIONS, STDIN, WITHOUT_PLACES, format_of, written
from ascn_graph.validation.vocabulary import FIRST, NIL, REST

__all__ = ["Location", "Source", "TracedTriple", "TripleIndex", "hold", "ntriples", "reached", "read_sources"]

# Oxigraph's parser, to which a file is held, would end the process.
_TOO_DEEP = "nested deeper than"
_T = TypeVar("_T", bound=Hashable)


class Location(NamedTuple):
    """A place in a file, for people and tools.

    Attributes:
        file: the path as it was given, with forward slashes.
        line: counted from 1; 0 where the format has no places, and the text is the node.
        column: counted from 1, in characters.
        end_column: the column after the last character, on the same line.
        text: the whole line, without its end.
    """

    file: str
    line: int
    column: int
    end_column: int
    text: str

    def __str__(self) -> str:
        """Return `file:line:column`, or the file and the node."""
        return f"{self.file}:{self.line}:{self.column}" if self.line else f"{self.file}: {self.text}"

    def fault(self, problem: str) -> InputError:
        """Return a fault of the input at this place."""
        shown = problem if self.line else f"{problem} (at {self.text})"
        return InputError(shown, self.file, self.line, self.column)


@dataclass(eq=False)
class Source:
    """One file: its text, its triples with offsets, and the way from an offset to a line."""

    name: str
    text: str
    document: Document
    form: str = "turtle"
    base: str | None = None

    @cached_property
    def _starts(self) -> list[int]:
        """The offsets at which lines begin."""
        return [0, *(match.end() for match in re.finditer(r"\n", self.text))]

    @cached_property
    def _above(self) -> dict[str, str]:
        """For each blank node that is an object, a subject."""
        return {row[2]: row[0] for row in self.document.rows if is_blank(row[2])}

    def beyond_rdf_11(self) -> Location | None:
        """Return the place of the first triple term or base direction, which RDF 1.1 has not, or None."""
        for row in self.document.rows:
            if is_triple(row[2]) or (is_literal(row[2]) and row[2].endswith(("--ltr", "--rtl"))):
                return self.location(row[5])
        return None

    def location(self, offset: int) -> Location:
        """Return the line and columns of the term that is written at an offset."""
        if self.form in WITHOUT_PLACES:
            rows = self.document.rows
            node = (self.name, 0, 0, 0, self._node(rows[offset][0])) if rows else (self.name, 1, 1, 2, "")
            return Location(*node)
        number = bisect_right(self._starts, offset)
        start = self._starts[number - 1]
        end = self.text.find("\n", offset)
        line_end = len(self.text) if end < 0 else end
        stop = max(min(span(self.text, offset), line_end), offset + 1)
        line = self.text[start:line_end].rstrip("\r")
        return Location(self.name, number, offset - start + 1, stop - start + 1, line)

    def _node(self, node: str) -> str:
        """Return a node as people can look for it: for a blank one the nearest above that has a name."""
        passed = set[str]()
        while is_blank(node) and node in self._above and node not in passed:
            passed.add(node)
            node = self._above[node]
        return node


class TracedTriple(NamedTuple):
    """A triple and the file it stands in."""

    row: PlacedTriple
    source: Source

    @property
    def value(self) -> str:
        """The object."""
        return self.row[2]

    def at_subject(self) -> Location:
        """Where the subject is written."""
        return self.source.location(self.row[3])

    def at_predicate(self) -> Location:
        """Where the predicate is written."""
        return self.source.location(self.row[4])

    def at_object(self) -> Location:
        """Where the object is written."""
        return self.source.location(self.row[5])


class TripleIndex:
    """The triples of some files, found by subject."""

    def __init__(self, sources: Iterable[Source]) -> None:
        """Index every triple."""
        self.subjects: dict[str, list[TracedTriple]] = {}
        self._values: dict[str, dict[str, dict[str, None]]] = {}
        for source in sources:
            for row in source.document.rows:
                self.subjects.setdefault(row[0], []).append(TracedTriple(row, source))

    def __iter__(self) -> Iterator[TracedTriple]:
        """Return every triple, by subject."""
        for facts in self.subjects.values():
            yield from facts

    @cached_property
    def objects(self) -> dict[str, list[TracedTriple]]:
        """The triples by object; few results need them."""
        found: dict[str, list[TracedTriple]] = {}
        for fact in self:
            found.setdefault(fact.value, []).append(fact)
        return found

    def of(self, subject: str) -> list[TracedTriple]:
        """Return the triples of a subject, in document order."""
        return self.subjects.get(subject, [])

    def facts(self, subject: str, predicate: str) -> list[TracedTriple]:
        """Return the triples of a subject and a predicate."""
        return [fact for fact in self.of(subject) if fact.row[1] == predicate]

    def values(self, subject: str, predicate: str) -> list[str]:
        """Return the objects of a subject and a predicate, each once however often the triple is written."""
        stated = self._values.get(subject)
        if stated is None:
            stated = self._values[subject] = {}
            for row, _ in self.subjects.get(subject, ()):
                stated.setdefault(row[1], {})[row[2]] = None
        return list(stated.get(predicate, ()))

    def items(self, head: str) -> list[str] | None:
        """Return the items of an rdf:List, or None where it is broken, forked or runs in a circle."""
        found: list[str] = []
        seen: set[str] = set()
        while head != NIL:
            first, rest = self.values(head, FIRST), self.values(head, REST)
            if head in seen or len(first) != 1 or len(rest) != 1:
                return None
            seen.add(head)
            found.append(first[0])
            head = rest[0]
        return found


def reached(begin: Iterable[_T], following: Callable[[_T], Iterable[_T]]) -> list[_T]:
    """Return what is reached from some things by steps from one to those that follow it, themselves first."""
    found = list(dict.fromkeys(begin))
    known = set(found)
    for each in found:
        new = [other for other in dict.fromkeys(following(each)) if other not in known]
        known.update(new)
        found += new
    return found


def read_sources(
    files: Iterable[Path], *, blanks: str, ours: bool, stdin: str = "turtle"
) -> tuple[list[Source], list[InputError]]:
    """Read files with positions.

    Args:
        files: what `find` lists.
        blanks: a letter that begins the blank node labels of this set of files.
        ours: hold the files to the rules for a project's data: LF, a newline at the end, no relative IRI.
        stdin: the format of standard input.

    Returns:
        The files that are RDF, and every fault of those that are not, at line and column.

    Raises:
        EngineError: the reader and the oracle disagree about a file.
    """
    sources: list[Source] = []
    faults: list[InputError] = []
    for number, path in enumerate(files):
        try:
            sources.append(_read(path, f"{blanks}{number}", stdin, ours=ours))
            faults += _faults(sources[-1])
        except InputError as error:
            faults.append(error)
    return sources, faults


def _read(path: Path, blanks: str, stdin: str, *, ours: bool) -> Source:
    standard = str(path) == STDIN
    name = "<stdin>" if standard else path.as_posix()
    if standard:
        if sys.stdin is None:
            raise InputError("standard input is closed", name)
        raw = sound(sys.stdin.buffer.read(), name, is_kept=False)
    else:
        raw = read_bytes(path, is_kept=ours)
    base = None if ours else _base(path)
    text = raw.decode()
    form = stdin if standard else format_of(path, text)
    return Source(name, text, written(text, form, base, blanks, name), form, base)


def _faults(source: Source) -> list[InputError]:
    """Return every fault of a file that was read, and hold the reader to the oracle.

    Raises:
        EngineError: the reader and the oracle disagree about the file.
    """
    last = max(len(source.text) - 1, 0)
    faults = [source.location(min(fault.offset, last)).fault(fault.problem) for fault in source.document.faults]
    try:
        if source.form not in WITHOUT_PLACES and not any(_TOO_DEEP in fault.problem for fault in faults):
            hold(source)
    except MemoryError:
        # A term that is too long may be a fault already.
        if not faults:
            longest = max(source.document.rows, key=lambda row: len(row[2]))
            problem = "a term of more than 16 MiB begins here; Turtle readers refuse it"
            faults.append(source.location(longest[5]).fault(problem))
    return faults


def ntriples(sources: Iterable[Source]) -> list[str]:
    """Return the triples of files as N-Triples lines without their end."""
    return [f"{row[0]} {row[1]} {row[2]} ." for source in sources for row in source.document.rows]


def _base(path: Path) -> str:
    # Seen from the working folder, so that the same files give the same output wherever they lie.
    relative = Path(os.path.relpath(path))
    plain = path.resolve() if relative.parts[:1] == ("..",) else Path("/") / relative
    return plain.as_uri()


def hold(source: Source) -> None:
    """Hold the reader to pyoxigraph on this very file: a location is worth nothing on a graph that was misread.

    Raises:
        EngineError: only one of the two accepts the file, or they read other triples.
    """
    try:
        quads = parse(source.text.encode(), format=SERIALISATIONS[source.form], base_iri=source.base)
        triples = quads if source.form == "turtle" else (quad.triple for quad in quads)
        expected = serialize(triples, format=RdfFormat.N_TRIPLES)
    except SyntaxError as error:
        if not source.document.faults:
            raise EngineError(
                f"{source.name}: two RDF readers disagree: this one accepts the file, Oxigraph says: {error.msg}"
            ) from error
        return
    assert expected is not None
    if source.document.faults:
        first = source.document.faults[0].problem
        raise EngineError(f"{source.name}: two RDF readers disagree: Oxigraph accepts the file, this one says: {first}")
    theirs = expected.decode().split("\n")[:-1]
    mine = ntriples([source])
    # As a rule both are in the order of the file. Labels differ by right, so triples with blank nodes are only counted.
    if theirs != mine and (len(theirs) != len(mine) or _ground(theirs) != _ground(mine)):
        raise EngineError(f"{source.name}: two RDF readers disagree about the triples of this file")


def _ground(triples: list[str]) -> set[str]:
    return {triple for triple in triples if "_:" not in triple}
