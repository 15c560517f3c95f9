"""SPARQL results in XML, read row by row as they arrive."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any, cast
from xml.parsers import expat

from pyoxigraph import Triple

from ascn_graph import lenient
from ascn_graph.results import Bindings, Term

__all__ = ["read"]

_LANGUAGE = "http://www.w3.org/XML/1998/namespace lang"


def read(pieces: Iterator[str]) -> Bindings | bool:
    """Read the answer of a SELECT or an ASK.

    Raises:
        ValueError: it is not such an answer, or breaks off; for what comes behind the first rows, while rows are drawn.
    """
    reader = _Reader()
    while not reader.has_begun and reader.feed(next(pieces, "")):
        pass
    if reader.truth is not None:
        for _ in _rows(reader, pieces):
            pass
        return reader.truth
    if not reader.has_begun:
        raise ValueError("it has neither rows nor a truth")
    return Bindings(tuple(reader.columns), _rows(reader, pieces))


def _rows(reader: _Reader, pieces: Iterator[str]) -> Iterator[tuple[Term | None, ...]]:
    is_open = True
    while is_open or reader.rows:
        while reader.rows:
            yield reader.rows.popleft()
        is_open = is_open and reader.feed(next(pieces, ""))


class _Reader:
    """What an XML parser finds.

    Attributes:
        columns: the variables of the head.
        truth: the answer of an ASK, once it was read.
        rows: those that were read and not yet taken.
        has_begun: whether the head is complete.
    """

    def __init__(self) -> None:
        self.columns: list[str] = []
        self.truth: bool | None = None
        self.rows: deque[tuple[Term | None, ...]] = deque()
        self.has_begun = False
        self._space: str | None = None
        self._count = 0
        self._is_over = False
        self._row: dict[str, Term | None] = {}
        self._column = ""
        self._attributes: dict[str, str] = {}
        self._text: list[str] = []
        self._terms: list[list[Any]] = [[]]
        self._parser = expat.ParserCreate("utf-8", " ")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text.append
        self._parser.StartDoctypeDeclHandler = self._refuse

    def feed(self, piece: str) -> bool:
        """Read the next piece, nothing at the end; false once that was read."""
        if self._is_over:
            return False
        self._is_over = not piece
        try:
            self._parser.Parse(piece.encode(), self._is_over)
        except expat.ExpatError as error:
            raise ValueError(str(error)) from error
        except KeyError as error:
            raise ValueError(f"row {self._count}: {error} is missing or out of place") from error
        return not self._is_over

    def _refuse(self, *_: object) -> None:
        raise ValueError("it declares a document type, which no result needs")

    def _known(self, name: str) -> str:
        """Return the name of an element without its namespace; nothing of one whose namespace is not the root's."""
        space, _, local = name.rpartition(" ")
        if self._space is None:
            self._space = space
        return local if space == self._space else ""

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        match self._known(name):
            case "variable":
                self.columns.append(attributes["name"])
            case "results":
                self.has_begun = True
            case "result":
                self._row = {}
                self._count += 1
            case "binding":
                self._column = attributes["name"]
            case "triple":
                self._terms.append([])
            case "uri" | "bnode" | "literal" | "boolean":
                self._attributes = attributes
        self._text.clear()

    def _end(self, name: str) -> None:
        text = "".join(self._text)
        self._text.clear()
        match self._known(name):
            case "boolean":
                self.truth = {"true": True, "1": True, "false": False, "0": False}[text.strip()]
                self.has_begun = True
            case "uri" | "bnode" | "literal" as kind:
                place = f"Row {self._count}, column {self._column}"
                language, datatype = self._attributes.get(_LANGUAGE, ""), self._attributes.get("datatype", "")
                text = text if kind == "literal" else text.strip()
                self._terms[-1].append(lenient.term(place, kind, text, language, datatype))
            case "unbound":  # of the drafts
                self._terms[-1].append(None)
            case "triple":
                parts = self._terms.pop()
                self._terms[-1].append(Triple(*parts))
            case "binding":
                if self._column not in self.columns or len(self._terms[-1]) != 1:
                    raise KeyError(self._column)
                self._row[self._column] = cast("Term | None", self._terms[-1].pop())
            case "result":
                self.rows.append(tuple([self._row.get(column) for column in self.columns]))
