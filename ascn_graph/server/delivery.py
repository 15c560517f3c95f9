"""How a response goes out: its headers, whether the client has it already, in pieces where it is large, and its log."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import Send

from ascn_graph.server.file_cache import Stored
from ascn_graph.server.job import MEDIA_TYPE, Problem, Reply, busy

__all__ = ["Budget", "HttpResponse", "accepted", "accepts_gzip", "log_line", "refused", "sent_file", "sent_reply"]

_PIECE = 64 * 1024
# How long a client may take to read one answer, or one piece of a file.
_SENDING = 60.0
_BODILESS = (204, 304)
# More digits than any size has would cost time to read.
_RANGE = re.compile(r"bytes\s*=\s*([0-9]{0,18})-([0-9]{0,18})", re.IGNORECASE)
_LONGEST = 256
_CODING = re.compile(r"(?:^|,)\s*(gzip|\*)\s*(?:;\s*q\s*=\s*([0-9.]*)\s*)?(?=,|$)")
_EXPOSED = "Accept-Ranges, Allow, Content-Location, Content-Range, ETag, Link, Location, Retry-After"
_PROTECTION = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": _EXPOSED,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "cross-origin",
    "x-frame-options": "DENY",
    "server": "ascn",
}
# A page of the site loads its own scripts, styles and the query engine; anything else is data and loads nothing. A
# worker obeys the policy of its own script, so scripts carry that of the pages.
_PAGES = ("text/html", "text/javascript")
_PAGE_POLICY = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_DATA_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"


def _encoded(fields: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in fields.items()]


_FOR_PAGES = _encoded({**_PROTECTION, "content-security-policy": _PAGE_POLICY})
_FOR_DATA = _encoded({**_PROTECTION, "content-security-policy": _DATA_POLICY})


class Budget:
    """Bytes of memory that requests and answers on their way share."""

    def __init__(self, most: int) -> None:
        """Allow `most` bytes at a time."""
        self._left = most

    def take(self, size: int) -> None:
        """Take some bytes.

        Raises:
            Problem: there are not enough left (503).
        """
        if size > self._left:
            raise busy("Too many large requests and answers are on their way.")
        self._left -= size

    def give(self, size: int) -> None:
        """Return bytes back."""
        self._left += size


# Bytes of its own, a view of those that are kept for all clients, or what is to be read from a file.
_Body = bytes | memoryview | Stored


class HttpResponse:
    """A response.

    Attributes:
        status: its status.
        is_begun: whether the client has been sent any of it.
        sent: the bytes of the body that have been sent.
    """

    def __init__(self, body: _Body, status: int, fields: Mapping[str, str]) -> None:
        """Keep what is to be sent; Content-Length and what protects the client are added to the header fields."""
        self._body = body
        self._size = body.size if isinstance(body, Stored) else len(body)
        self.status = status
        self.is_begun = False
        self.sent = 0
        self._fields = fields

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        """All header fields, as they are sent."""
        page = self._fields.get("Content-Type", "").startswith(_PAGES)
        length = [] if self.status in _BODILESS else [(b"content-length", b"%d" % self._size)]
        return [*_encoded(self._fields), *length, *(_FOR_PAGES if page else _FOR_DATA)]

    async def send(self, request: Request, send: Send, budget: Budget) -> None:
        """Send it, a large body in pieces; what cannot be sent in time breaks off short of its Content-Length.

        Args:
            request: what it answers.
            send: of ASGI.
            budget: what answers on their way may take.

        Raises:
            Problem: there is not enough left of the budget (503); nothing has been sent.
            TimeoutError: the client took too long to read it.
            OSError: its file cannot be read.
        """
        start = {"type": "http.response.start", "status": self.status, "headers": self.headers}
        if request.method == "HEAD" or self._size <= _PIECE:
            whole = b"" if request.method == "HEAD" else b"".join([piece async for piece in _pieces(self._body)])
            self.is_begun, self.sent = True, len(whole)
            await send(start)
            await send({"type": "http.response.body", "body": whole})
            return
        shared = not isinstance(self._body, bytes)
        taken = _PIECE if shared else self._size
        budget.take(taken)
        leaving = asyncio.ensure_future(_left(request))
        try:
            async with asyncio.timeout(_SENDING) as deadline:
                self.is_begun = True
                await send(start)
                async for piece in _pieces(self._body):
                    if leaving.done():
                        break
                    self.sent += len(piece)
                    await send({"type": "http.response.body", "body": piece, "more_body": self.sent < self._size})
                    if shared:
                        deadline.reschedule(asyncio.get_running_loop().time() + _SENDING)
        finally:
            leaving.cancel()
            budget.give(taken)


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _pieces(body: _Body) -> AsyncIterator[bytes | memoryview]:
    if not isinstance(body, Stored):
        for place in range(0, len(body), _PIECE):
            yield body[place : place + _PIECE]
        return
    file = await asyncio.to_thread(os.open, body.path, os.O_RDONLY)
    try:
        end = body.begin + body.size
        for place in range(body.begin, end, _PIECE):
            piece = await asyncio.to_thread(os.pread, file, min(_PIECE, end - place), place)
            if not piece:
                # It was cut meanwhile, and so is this answer, short of its Content-Length.
                return
            yield piece
    finally:
        os.close(file)


def accepted(headers: Headers) -> str | None:
    """Return the value of Accept, of several headers as one; None where there is none."""
    return ", ".join(headers.getlist("accept")) or None


def accepts_gzip(headers: Headers) -> bool:
    """Return whether a client takes gzip: named with a weight above 0, or by `*`."""
    weights: dict[str, str] = dict(_CODING.findall(headers.get("accept-encoding", "")[:_LONGEST].lower()))
    weight = weights.get("gzip", weights.get("*", "0"))
    return weight == "" or weight.strip("0.") != ""


def sent_reply(headers: Headers, reply: Reply) -> HttpResponse:
    """Return the response of an answer: 200 in full, or 304 where the client has it."""
    fields = _fields(reply.etag, compressed=reply.compressed, lasting=reply.lasting)
    return _known(headers, fields) or HttpResponse(reply.body, 200, {**fields, "Content-Type": reply.media_type})


def sent_file(headers: Headers, file: Stored, media_type: str, more: Mapping[str, str]) -> HttpResponse:
    """Return the response of a file: 200, 206 for the part that is asked for, or 304 where the client has it.

    Args:
        headers: of the request.
        file: what is asked for.
        media_type: of the file.
        more: header fields to be sent beside its own.

    Raises:
        Problem: the part begins after the end of the file (416).
    """
    fields = {**_fields(file.tag, compressed=file.compressed), **more, "Accept-Ranges": "bytes"}
    if known := _known(headers, fields):
        return known
    fields["Content-Type"] = media_type
    part = _part(headers, file)
    if part is None:
        return HttpResponse(_body(file, range(file.size)), 200, fields)
    if not part:
        told = {"Content-Range": f"bytes */{file.size}"}
        raise Problem(416, "range", f"The file has {file.size} bytes, and the range begins after them.", headers=told)
    fields["Content-Range"] = f"bytes {part[0]}-{part[-1]}/{file.size}"
    return HttpResponse(_body(file, part), 206, fields)


def _body(file: Stored, part: range) -> _Body:
    if file.body is not None:
        return memoryview(file.body)[part.start : part.stop]
    return file._replace(begin=part.start, size=len(part))


def _fields(etag: str, *, compressed: bool, lasting: bool = True) -> dict[str, str]:
    keep = "no-cache" if lasting else "no-store"
    fields = {"ETag": etag, "Vary": "Accept, Accept-Encoding", "Cache-Control": keep}
    return {**fields, "Content-Encoding": "gzip"} if compressed else fields


def _known(headers: Headers, fields: dict[str, str]) -> HttpResponse | None:
    """Return the response for a client that has what these fields are about; None where it has not."""
    condition = headers.get("if-none-match")
    if condition is None:
        return None
    tags = [tag.strip().removeprefix("W/") for tag in condition.split(",")]
    return HttpResponse(b"", 304, fields) if fields["ETag"] in tags or "*" in tags else None


def _part(headers: Headers, file: Stored) -> range | None:
    """Return the one range of bytes that is asked for; None where all is to be sent, as of several ranges."""
    asked = _RANGE.fullmatch(headers.get("range", "").strip())
    if asked is None or headers.get("if-range", file.tag) != file.tag:
        return None
    first, last = (int(number) if number else None for number in asked.groups())
    if first is None:
        return range(max(file.size - last, 0), file.size) if last is not None else None
    if last is not None and last < first:
        return None
    return range(first, file.size if last is None else min(last + 1, file.size))


def refused(problem: Problem) -> HttpResponse:
    """Return the response of a refusal."""
    fields = {"Cache-Control": "no-store", "Vary": "Accept", **problem.headers, "Content-Type": MEDIA_TYPE}
    return HttpResponse(problem.body(), problem.status, fields)


def log_line(client: tuple[str, int] | None, status: int, size: int, asked: str = "- -", seconds: float = 0.0) -> str:
    """Return one line of the access log; without `asked` the request was refused before it was read."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    return f"{now} {client[0] if client else '-'} {asked} {status} {size} {seconds * 1000:.1f}ms\n"
