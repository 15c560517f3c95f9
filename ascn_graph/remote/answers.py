"""The answer in a response's body, read as what it is and not as what it is called."""

from __future__ import annotations

import codecs
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final, TypeVar, cast

from pyoxigraph import QueryBoolean, QueryResultsFormat, RdfFormat, Triple, parse, parse_query_results

from ascn_graph.errors import EndpointError
from ascn_graph.remote.response import Response
from ascn_graph.results import Answer, Bindings, Term, Triples
from ascn_graph.sparql.forms import Form

__all__ = ["ACCEPT", "read_answer"]

#: The media types to ask for, best first, by the form of the query.
ACCEPT: Final[dict[Form, str]] = {
    "select": "application/sparql-results+json,application/sparql-results+xml;q=0.9,text/tab-separated-values;q=0.5",
    "ask": "application/sparql-results+json,application/sparql-results+xml;q=0.9",
    "construct": "application/n-triples,text/turtle;q=0.9",
}
#: Bytes: an answer up to this is read whole before anything of it is given, so that a cut one can be asked for again.
_WHOLE = 1 << 18
_FIRST = 1024  # bytes in which the root element is looked for
_TAIL = 64  # bytes in which the end of an XML answer is looked for
_XML_END = re.compile(rb"</(?:[A-Za-z_][\w.-]*:)?sparql\s*>\s*\Z")
_XML_ENCODING = re.compile(rb"""\A\s*<\?xml[^>]*\sencoding\s*=\s*["']([\w.-]+)["']""")
_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w.-]+)""", re.IGNORECASE)
_HTML = re.compile(rb"\A\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL)
_PARTIAL = ("x-sql-state", "x-sparql-maxrows")
# Virtuoso writes blank nodes as it names them inside; text is escaped, so that it cannot look like this.
_INNER = b"nodeID://"
_NODE = re.compile(rb"""("bnode"\s*,\s*"value"\s*:\s*"|<bnode>)nodeID://""")

_T = TypeVar("_T")


class _Body:
    """A body as a file for a parser: its start is read at once, the rest when the parser asks."""

    def __init__(self, response: Response) -> None:
        blocks = response.blocks()
        drawn, size = [], 0
        while size <= _WHOLE and (block := next(blocks, b"")):
            drawn.append(block)
            size += len(block)
        self.is_whole = size <= _WHOLE
        self.failure: EndpointError | None = None
        self._pieces = _legal_nodes(_utf8(response, b"".join(drawn), blocks))
        self.start = self._rest = b"".join(self._pieces) if self.is_whole else next(self._pieces)
        self.tail = self.start[-_TAIL:]

    def read(self, size: int = -1) -> bytes:
        """Give the next bytes, at most `size`."""
        while not self._rest:
            try:
                piece = next(self._pieces, None)
            except EndpointError as error:
                # A parser tells of it in its own words.
                self.failure = error
                raise
            if piece is None:
                return b""
            self._rest = piece
            self.tail = (self.tail + self._rest)[-_TAIL:]
        part, self._rest = (self._rest, b"") if size < 0 else (self._rest[:size], self._rest[size:])
        return part

    def drain(self) -> None:
        """Read what a parser left, so that the end is seen and the connection can be kept."""
        while self.read():
            pass


def read_answer(response: Response, form: Form) -> Answer:
    """Give the answer of a query of this form; rows and triples of a long one are read as they are drawn.

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
        return _triples(response, body) if form == "construct" else _solutions(response, body, form)
    except EndpointError as error:
        response.close()
        # A parser's solutions belong to this thread: no traceback may carry them to where another frees them.
        raise error.with_traceback(None) from error.__cause__


def _utf8(response: Response, start: bytes, blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Give a body in UTF-8, without byte order mark, whatever character set it comes in."""
    declared = _CHARSET.search(response.content_type or "")
    inside = _XML_ENCODING.match(start)
    name = declared[1] if declared else inside[1].decode() if inside else "utf-8"
    if name.lower() == "utf-8":
        yield start.removeprefix(codecs.BOM_UTF8)
        yield from blocks
        return
    try:
        decoder = codecs.getincrementaldecoder(name)()
        yield decoder.decode(start).encode()
        for block in blocks:
            yield decoder.decode(block).encode()
        yield decoder.decode(b"", final=True).encode()
    except (LookupError, UnicodeError) as error:
        raise response.error(f"says its answer is in '{name}', which it is not; ask who runs it", start) from error


def _legal_nodes(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Take from the labels of blank nodes what no label can hold."""
    kept = b""
    for piece in pieces:
        legal = kept + piece
        if _INNER in legal:
            legal = _NODE.sub(rb"\1", legal)
        yield legal[:-_TAIL]
        kept = legal[-_TAIL:]
    yield kept


def _solutions(response: Response, body: _Body, form: Form) -> Bindings | bool:
    kind = _results_format(response, body)
    # Only of these is the end marked; of XML too, but the parser takes a cut one for a whole one.
    if kind == QueryResultsFormat.TSV:
        _ask_for_frame(response, body)
    end = _XML_END if kind == QueryResultsFormat.XML else None
    try:
        found = parse_query_results(body.start if body.is_whole else body, kind)  # type: ignore[arg-type] # read() is all it calls
    except (SyntaxError, OSError) as error:
        raise _malformed(response, body, error) from error.with_traceback(None)
    if isinstance(found, QueryBoolean):
        _drawn(iter(()), response, body, end)
        if form != "ask":
            raise _wrong(response, body, "answered a SELECT with true or false")
        return bool(found)
    columns = tuple(variable.value for variable in found.variables)
    rows = _drawn(cast("Iterator[Sequence[Term | None]]", found), response, body, end)
    if form != "ask":
        return Bindings(columns, rows)
    if columns != ("__ASK_RETVAL",):
        raise _wrong(response, body, "answered an ASK with rows")
    # Virtuoso 7 answers an ASK with one row that holds 1, or none.
    return any(term is not None and term.value not in ("0", "false") for row in rows for term in row)


def _results_format(response: Response, body: _Body) -> QueryResultsFormat:
    start = body.start.lstrip()
    _refuse_pages(response, body)
    if start.startswith(b"{"):
        return QueryResultsFormat.JSON
    if start.startswith(b"<") and re.search(rb"<(?:[A-Za-z_][\w.-]*:)?sparql\b", start[:_FIRST]):
        return QueryResultsFormat.XML
    if start.startswith(b"?"):
        return QueryResultsFormat.TSV
    raise _wrong(response, body, "answered what is no SPARQL result in JSON, XML or TSV" if start else "sent nothing")


def _triples(response: Response, body: _Body) -> Triples:
    _refuse_pages(response, body)
    kind = (response.content_type or "").partition(";")[0].strip().lower()
    start = body.start.lstrip()
    if not start and kind not in ("application/n-triples", "text/turtle"):
        raise _wrong(response, body, "sent nothing")
    if start.startswith((b"{", b"[ {", b"<?xml", b"<rdf:RDF", b"<sparql")):
        raise _wrong(response, body, "answered what is neither N-Triples nor Turtle")
    _ask_for_frame(response, body)
    syntax = RdfFormat.N_TRIPLES if kind == "application/n-triples" else RdfFormat.TURTLE
    quads = parse(body.start if body.is_whole else body, format=syntax)  # type: ignore[arg-type] # as above
    return Triples(_drawn((cast("Triple", quad.triple) for quad in quads), response, body, None))


def _drawn(items: Iterator[_T], response: Response, body: _Body, end: re.Pattern[bytes] | None) -> Iterator[_T]:
    """Give what is drawn from a body: at once where the body is whole, else while it arrives."""
    if not body.is_whole:
        return _arriving(items, response, body, end)
    with _reading(response, body, end):
        try:
            return iter(list(items))
        finally:
            del items


def _arriving(items: Iterator[_T], response: Response, body: _Body, end: re.Pattern[bytes] | None) -> Iterator[_T]:
    with _reading(response, body, end):
        try:
            for item in items:
                handed_over = time.monotonic()
                yield item
                # The deadline is the endpoint's: what the caller does with a row is not counted.
                response.deadline.extend(time.monotonic() - handed_over)
        finally:
            del items


@contextmanager
def _reading(response: Response, body: _Body, end: re.Pattern[bytes] | None) -> Iterator[None]:
    """See to the end of a body whose parser is drawn from in here, and to what goes wrong."""
    try:
        yield
        body.drain()
        if end and not end.search(body.tail):
            raise _malformed(response, body, None)
    except (SyntaxError, OSError) as error:
        raise _malformed(response, body, error) from error.with_traceback(None)
    finally:
        response.close()


def _ask_for_frame(response: Response, body: _Body) -> None:
    if not response.is_framed:
        raise _wrong(response, body, "sent an answer of unknown length, of which nobody can say that it is whole")


def _refuse_pages(response: Response, body: _Body) -> None:
    if _HTML.match(body.start[:_FIRST]):
        problem = "is a web page, not a SPARQL endpoint; find its query address, often it ends in /sparql or /query"
        raise response.error(problem, body.start)


def _wrong(response: Response, body: _Body, problem: str) -> EndpointError:
    begins = f", which begins {_excerpt(body.start)}" if body.start.strip() else ""
    return response.error(f"{problem}{begins}; check that this is the query address", body.start)


def _malformed(response: Response, body: _Body, error: Exception | None) -> EndpointError:
    if body.failure is not None:
        failure, body.failure = body.failure, None
        return failure
    reason = "" if error is None else f" ({_excerpt(str(error).encode())})"
    problem = f"sent an answer that breaks off or is malformed{reason}"
    # Without a length a body that was cut on its way looks like this: it may be whole the next time.
    return response.error(f"{problem}; ask again, or for less", body.start, passing=not response.is_framed)


def _excerpt(data: bytes) -> str:
    text = " ".join(data[:120].decode(errors="replace").split())
    return "'" + "".join(c if c.isprintable() else "?" for c in text) + "'"
