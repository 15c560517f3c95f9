"""The answer in a response's body, read as what it is and not as what it is called."""

from __future__ import annotations

import codecs
import re
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from typing import Any, Final, TypeVar

from pyoxigraph import (
    NamedNode,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Triple,
    parse,
    parse_query_results,
)

from ascn_graph import lenient
from ascn_graph.errors import EndpointError
from ascn_graph.media_types import NTRIPLES, RESULTS_JSON, RESULTS_XML, TSV, TURTLE
from ascn_graph.remote import json_results, xml_results
from ascn_graph.remote.response import Response
from ascn_graph.remote.words import words
from ascn_graph.results import Answer, Bindings, Triples
from ascn_graph.sparql import Form

__all__ = ["ACCEPT", "read_answer"]

#: The media types to ask for, best first, by the form of the query.
ACCEPT: Final[dict[Form, str]] = {
    "select": f"{RESULTS_JSON.types[0]},{RESULTS_XML.types[0]};q=0.9,{TSV.types[0]};q=0.5",
    "ask": f"{RESULTS_JSON.types[0]},{RESULTS_XML.types[0]};q=0.9",
    "construct": f"{NTRIPLES.types[0]},{TURTLE.types[0]};q=0.9",
}
#: An answer of at most so many bytes that arrives within so many seconds is read whole before anything of it is given,
#: so that a cut one can be asked for again.
_WHOLE = 1 << 18
_PATIENCE = 0.5
_FIRST = 1024  # characters in which the root element is looked for
_XML_ENCODING = re.compile(rb"""\A\s*<\?xml[^>]*\sencoding\s*=\s*["']([\w.-]+)["']""")
_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w.-]+)""", re.IGNORECASE)
#: What is written where UTF-8 is meant: its names, those of databases, and that the bytes are to be left alone.
_UTF8 = ("utf-8", "utf8", "utf_8", "utf8mb4", "utf8mb3", "binary", "unicode-1-1-utf-8")
_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_HTML = re.compile(r"\A\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL)
_ROOT = re.compile(r"<(?:[A-Za-z_][\w.-]*:)?sparql\b")
#: CSV does not tell an IRI from a text, and what has a JSON text a line is not the standard's.
_UNREAD = re.compile(r"csv|ndjson|json-?lines?\b|jsonl|json-seq", re.IGNORECASE)
_TELLS = re.compile(r"\s*\{(?!.*\"head\")", re.DOTALL)  # JSON that is no result, and may say why
_PARTIAL = ("x-sql-state", "x-sparql-maxrows")

_T = TypeVar("_T")


class _Body:
    """A body as text: its start is read at once, the rest when a parser asks.

    Attributes:
        head: the bytes that were read at once.
        is_whole: whether they are the whole body.
        start: the same as text.
        pieces: the body as text, piece by piece.
    """

    def __init__(self, response: Response) -> None:
        self.response = response
        self._blocks = response.blocks()
        patience = time.monotonic() + _PATIENCE
        drawn: list[bytes] = []
        size, self.is_whole = 0, False
        while size <= _WHOLE and (not drawn or response.has_arrived(max(0.0, patience - time.monotonic()))):
            block = next(self._blocks, b"")
            if not block:
                self.is_whole = True
                break
            drawn.append(block)
            size += len(block)
        self.head = b"".join(drawn)
        self._encoded = b""

    def decode(self) -> None:
        """Take the bytes for text, in whatever character set it comes."""
        pieces = self._decoded()
        self.start = "".join(pieces) if self.is_whole else next(pieces, "")
        self.pieces = chain((self.start,), pieces)

    def _decoded(self) -> Iterator[str]:
        """Yield the body as text, without byte order mark, whatever character set it comes in."""
        marked = next((name for mark, name in _MARKS.items() if self.head.startswith(mark)), "")
        inside = _XML_ENCODING.match(self.head)
        name = marked or _charset(self.response) or (inside[1].decode() if inside else _UTF8[0])
        try:
            encoding = "utf-8-sig" if name.lower() in _UTF8 else name
            yield from codecs.iterdecode(chain((self.head,), self._blocks), encoding)
        except (LookupError, UnicodeError) as error:
            if name in _UTF8:
                problem = "sent what is no SPARQL result or is malformed: it is not UTF-8; ask who runs it"
            else:
                problem = f"says its answer is in '{name}', which it is not; ask who runs it"
            raise self.response.error(problem, self.head) from error

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes in UTF-8, at most `size`, as a parser asks a file for them."""
        while not self._encoded and (piece := next(self.pieces, "")):
            self._encoded = piece.encode()
        part, self._encoded = (self._encoded, b"") if size < 0 else (self._encoded[:size], self._encoded[size:])
        return part

    @property
    def source(self) -> Any:
        """What pyoxigraph's parsers are given: the text where it is whole, else this, whose `read` will do.

        Raises:
            EndpointError: nobody can say whether the answer is whole, as those parsers cannot either.
        """
        if not self.response.is_framed:
            raise self.wrong("sent an answer of unknown length, which may be cut off unnoticed")
        return self.start if self.is_whole else self

    @contextmanager
    def parsing(self) -> Iterator[None]:
        """Raise what goes wrong in a parser as an error of the answer."""
        try:
            yield
        except (SyntaxError, ValueError, OSError, RecursionError) as error:
            problem = f"sent an answer that breaks off or is malformed ({_excerpt(str(error))}); ask again, or for less"
            start, is_framed = self.start.encode(), self.response.is_framed
            said = words(start, "application/json") if self.is_whole and _TELLS.match(self.start) else ""
            # Without a length a body that was cut on its way looks like this: it may be whole the next time.
            told = self.response.error(problem, start, passing=not is_framed, says=said)
            raise told from error.with_traceback(None)

    def drawn(self, items: Iterator[_T]) -> Iterator[_T]:
        """Return what a parser draws from the body: at once where the body is whole, else while it arrives."""
        arriving = self._arriving(items)
        return iter(list(arriving)) if self.is_whole else arriving

    def _arriving(self, items: Iterator[_T]) -> Iterator[_T]:
        with self.parsing():
            try:
                for item in items:
                    handed_over = time.monotonic()
                    yield item
                    # The deadline is the endpoint's: what the caller does with a row is not counted.
                    self.response.deadline.extend(time.monotonic() - handed_over)
                # The end is seen, so that the connection can be kept.
                for _ in self.pieces:
                    pass
            finally:
                self.response.close()
                del items

    def wrong(self, problem: str) -> EndpointError:
        """Return the error of an answer that is not of the kind that was asked for."""
        begins = f", which begins {_excerpt(self.start)}" if self.start.strip() else ""
        return self.response.error(f"{problem}{begins}; check that this is the query address", self.start.encode())


def read_answer(response: Response, form: Form) -> Answer:
    """Return the answer of a query of this form; rows and triples of a long one are read as they are drawn.

    Raises:
        EndpointError: the status is not 200, the answer is partial, breaks off, or is no answer to such a query; for
            what comes after the first part of a long answer, while rows or triples are drawn.
    """
    if response.status != 200:  # noqa: PLR2004 - HTTP
        raise response.refusal()
    for name in _PARTIAL:
        if response.headers.get(name, "00000") != "00000":
            response.close()
            raise response.error(f"gave a part of the answer only ({name}: {response.headers[name]}); ask for less")
    try:
        body = _Body(response)
        if form == "select" and body.is_whole and (found := _fastest(body)) is not None:
            return found
        body.decode()
        if _HTML.match(body.start[:_FIRST]):
            problem = "is a web page, not a SPARQL endpoint; find its query address, often it ends in /sparql or /query"
            raise response.error(problem, body.start.encode())
        return _triples(body) if form == "construct" else _solutions(body, form)
    except EndpointError as error:
        response.close()
        # A parser's solutions belong to this thread: no traceback may carry them to where another frees them.
        raise error.with_traceback(None) from error.__cause__


def _fastest(body: _Body) -> Bindings | None:
    """Return the rows of a whole answer in JSON as the engine's parser reads it, the fastest and the strictest.

    Where it finds none, as in what says more than the standard knows, the reader that bears more is asked.
    """
    if not body.head.startswith(b"{") or _charset(body.response) not in ("", *_UTF8):
        return None
    try:
        found = parse_query_results(body.head, QueryResultsFormat.JSON)
        # Drawn here: an error in the last row is told before the first is given.
        return _table(found, list(found)) if isinstance(found, QuerySolutions) else None
    except (SyntaxError, ValueError):
        return None


def _charset(response: Response) -> str:
    """Return the character set that the header states, in lower case; an empty text where it states none."""
    declared = _CHARSET.search(response.content_type or "")
    return declared[1].lower() if declared else ""


def _table(found: Any, rows: Iterable[Any]) -> Bindings:
    return Bindings(tuple([variable.value for variable in found.variables]), iter(rows))


def _solutions(body: _Body, form: Form) -> Bindings | bool:
    found = _read(body)
    if isinstance(found, bool):
        if form != "ask":
            raise body.wrong("answered a SELECT with true or false")
        return found
    rows = body.drawn(found.rows)
    if form != "ask":
        return Bindings(found.columns, rows, not body.is_whole)
    if found.columns != ("__ASK_RETVAL",):
        raise body.wrong("answered an ASK with rows")
    # Virtuoso 7 answers an ASK with one row that holds 1, or none.
    return any(term is not None and term.value not in ("0", "false") for row in rows for term in row)


def _read(body: _Body) -> Bindings | bool:
    start = body.start.lstrip()[:_FIRST]
    unread = _UNREAD.search(body.response.content_type or "")
    with body.parsing():
        if start.startswith("{") and not unread:
            return json_results.read(body.pieces)
        if start.startswith("<") and (root := _ROOT.search(start)):
            if "<!DOCTYPE" in start[: root.start()]:
                raise ValueError("it declares a document type, which no result needs")
            return xml_results.read(body)  # type: ignore[arg-type]  # read() will do
        if start.startswith("?"):
            found: Any = parse_query_results(body.source, QueryResultsFormat.TSV)
            return _table(found, found)
    if unread:
        problem = (
            f"answered in {unread[0]}, no SPARQL result in JSON, XML or TSV; set one in its address, as ?format=json"
        )
        raise body.response.error(problem, body.head)
    raise body.wrong("answered what is no SPARQL result in JSON, XML or TSV" if start else "sent nothing")


def _triples(body: _Body) -> Triples:
    kind = (body.response.content_type or "").partition(";")[0].strip().lower()
    start = body.start.lstrip()
    if not start and kind not in (NTRIPLES.types[0], TURTLE.types[0]):
        raise body.wrong("sent nothing")
    if start.startswith(("{", "[ {", "<?xml", "<rdf:RDF", "<sparql")):
        raise body.wrong("answered what is neither N-Triples nor Turtle")
    syntax = RdfFormat.N_TRIPLES if kind == NTRIPLES.types[0] else RdfFormat.TURTLE
    quads = parse(body.source, format=syntax, lenient=True)
    return Triples(body.drawn(_sound(quad.triple) for quad in quads), not body.is_whole)


def _sound(triple: Triple) -> Triple:
    """Return a triple whose IRIs can be written; an object that is no IRI comes as a literal, with a warning."""
    subject, predicate, found = triple.subject, triple.predicate, triple.object
    for node in (subject, predicate):
        if isinstance(node, NamedNode):
            NamedNode(node.value)
    if isinstance(found, NamedNode):
        return Triple(subject, predicate, lenient.term(f"The object of {subject} {predicate}", "uri", found.value))
    return triple


def _excerpt(text: str) -> str:
    return "'" + "".join(c if c.isprintable() else "?" for c in " ".join(text[:120].split())) + "'"
