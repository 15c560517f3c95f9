"""The Turtle files of one run: found, read with positions, held to the oracle, and turned into places."""

from __future__ import annotations

import os
import re
from bisect import bisect_right
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from pyoxigraph import RdfFormat, parse, serialize

from ascn_graph import dataset
from ascn_graph.errors import EngineError, InputError
from ascn_graph.turtle.reader import Document, read
from ascn_graph.turtle.tokens import span

__all__ = ["Location", "Source", "find", "hold", "ntriples", "read_sources"]

_OTHER_FORMATS = (".rdf", ".owl", ".xml", ".json", ".jsonld", ".trig", ".nq", ".trix", ".html")


class Location(NamedTuple):
    """A place in a file, for people and tools.

    Attributes:
        file: the path as it was given, with forward slashes.
        line: counted from 1.
        column: counted from 1, in characters.
        end_column: the column after the last character, on the same line.
        text: the whole line, without its end.
    """

    file: str
    line: int
    column: int
    end_column: int
    text: str


class Source:
    """One Turtle file: its text, its triples with offsets, and the way from an offset to a line."""

    def __init__(self, name: str, text: str, document: Document) -> None:
        """Keep what was read."""
        self.name = name
        self.text = text
        self.document = document
        self._starts: list[int] | None = None

    def location(self, offset: int) -> Location:
        """Give the line and columns of the term that is written at an offset."""
        if self._starts is None:
            self._starts = [0, *(match.end() for match in re.finditer(r"\n", self.text))]
        number = bisect_right(self._starts, offset)
        start = self._starts[number - 1]
        end = self.text.find("\n", offset)
        line_end = len(self.text) if end < 0 else end
        stop = max(min(span(self.text, offset), line_end), offset + 1)
        line = self.text[start:line_end].rstrip("\r")
        return Location(self.name, number, offset - start + 1, stop - start + 1, line)


def find(paths: Iterable[str | Path]) -> list[Path]:
    """List the Turtle files of files and folders, each once, in the order given and by name inside a folder.

    Raises:
        InputError: a path is missing, a folder without Turtle, or a file in another format.
    """
    found: dict[Path, None] = {}
    for given in paths:
        path = Path(given)
        if path.is_dir():
            files = sorted(path.rglob("*.ttl"))
            if not files:
                raise InputError("the folder holds no .ttl file", path.as_posix())
            found.update(dict.fromkeys(files))
        elif not path.exists():
            raise InputError("there is no such file or folder", path.as_posix())
        elif path.suffix.lower() in _OTHER_FORMATS:
            raise InputError(f"only Turtle is read; convert the {path.suffix} file to .ttl first", path.as_posix())
        else:
            found[path] = None
    return list(found)


def read_sources(files: Iterable[Path], *, blanks: str, ours: bool) -> tuple[list[Source], list[InputError]]:
    """Read files with positions.

    Args:
        files: what `find` lists.
        blanks: a letter that begins the blank node labels of this set of files.
        ours: hold the files to the rules for our own data: LF, a newline at the end, no relative IRI.

    Returns:
        The files that are Turtle, and every fault of those that are not, at line and column.

    Raises:
        EngineError: the reader and the oracle disagree about a file.
    """
    sources: list[Source] = []
    faults: list[InputError] = []
    for number, path in enumerate(files):
        name = path.as_posix()
        try:
            raw = dataset.read_bytes(path) if ours else _bytes(path, name)
        except InputError as error:
            faults.append(error)
            continue
        base = None if ours else _base(path)
        text = raw.decode()
        source = Source(name, text, read(text, base, f"{blanks}{number}"))
        for fault in source.document.faults:
            place = source.location(min(fault.offset, max(len(text) - 1, 0)))
            faults.append(InputError(fault.problem, name, place.line, place.column))
        try:
            hold(source, raw, base)
        except MemoryError:
            # A term that is too long may be a fault already.
            if not source.document.faults:
                longest = max(source.document.rows, key=lambda row: len(row[2]))
                place = source.location(longest[5])
                problem = "a term of more than 16 MiB begins here; Turtle readers refuse it"
                faults.append(InputError(problem, name, place.line, place.column))
        sources.append(source)
    return sources, faults


def ntriples(source: Source) -> list[str]:
    """Give the triples of a file as N-Triples lines without their end."""
    return [f"{row[0]} {row[1]} {row[2]} ." for row in source.document.rows]


def _bytes(path: Path, name: str) -> bytes:
    """Read someone else's file: UTF-8 without NUL or byte order mark, and not empty."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", name) from error
    if not raw.strip():
        raise InputError("the file is empty", name)
    if raw.startswith(b"\xef\xbb\xbf"):
        raise InputError("the file begins with a byte order mark; save it as UTF-8 without one", name)
    try:
        raw.decode()
        nul = raw.find(b"\0")
    except UnicodeDecodeError as error:
        nul = error.start
    if nul >= 0:
        start = raw.rfind(b"\n", 0, nul) + 1
        column = len(raw[start:nul].decode(errors="replace")) + 1
        raise InputError("not text in UTF-8 here; only Turtle is read", name, raw.count(b"\n", 0, nul) + 1, column)
    return raw


def _base(path: Path) -> str:
    # Seen from the working folder, so that the same files give the same output wherever they lie.
    relative = Path(os.path.relpath(path))
    plain = path.resolve() if relative.parts[:1] == ("..",) else Path("/") / relative
    return plain.as_uri()


def hold(source: Source, raw: bytes, base: str | None) -> None:
    """Hold the reader to pyoxigraph on this very file: a location is worth nothing on a graph that was misread.

    Raises:
        EngineError: only one of the two accepts the file, or they read other triples.
    """
    try:
        expected = serialize(parse(raw, format=RdfFormat.TURTLE, base_iri=base), format=RdfFormat.N_TRIPLES)
    except SyntaxError as error:
        if not source.document.faults:
            raise EngineError(
                f"{source.name}: two Turtle readers disagree: this one accepts the file, Oxigraph says: {error.msg}"
            ) from error
        return
    assert expected is not None
    if source.document.faults:
        first = source.document.faults[0].problem
        raise EngineError(
            f"{source.name}: two Turtle readers disagree: Oxigraph accepts the file, this one says: {first}"
        )
    theirs = expected.decode().split("\n")[:-1]
    mine = ntriples(source)
    # As a rule both are in the order of the file. Labels differ by right, so triples with blank nodes are only counted.
    if theirs != mine and (len(theirs) != len(mine) or _ground(theirs) != _ground(mine)):
        raise EngineError(f"{source.name}: two Turtle readers disagree about the triples of this file")


def _ground(triples: list[str]) -> set[str]:
    return {triple for triple in triples if "_:" not in triple}
