"""How an answer goes out: its headers, whether the client has it already, and in pieces where it is large."""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections.abc import AsyncIterator, Mapping
from functools import lru_cache
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from ascn_graph.server.files import Stored
from ascn_graph.server.job import Reply
from ascn_graph.server.problem import MEDIA_TYPE, Budget, Problem

__all__ = ["Answer", "accepts_gzip", "file_response", "json_answer", "problem_response", "reply_response"]

_PIECE = 64 * 1024
# How long a client may take to read one answer, or one piece of a file.
_SENDING = 60.0
_BODILESS = (204, 304)
# More digits than any size has would cost time to read.
_RANGE = re.compile(r"bytes\s*=\s*([0-9]{0,18})-([0-9]{0,18})", re.IGNORECASE)
_REMEMBERED = 256


class Answer:
    """A response, as an ASGI application; a large body is sent in pieces, within a budget of bytes and a deadline."""

    def __init__(self, body: bytes | Stored, status: int, headers: Mapping[str, str], budget: Budget) -> None:
        """Keep what is to be sent; Content-Length is added."""
        self.body = body
        self.status = status
        self._headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
        self._budget = budget

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the response; one that cannot be sent in time breaks off short of its Content-Length."""
        body, headers = self.body, self._headers
        size = body.size if isinstance(body, Stored) else len(body)
        if self.status not in _BODILESS:
            headers = [*headers, (b"content-length", b"%d" % size)]
        start = {"type": "http.response.start", "status": self.status, "headers": headers}
        if scope["method"] == "HEAD" or size <= _PIECE:
            whole = b"" if scope["method"] == "HEAD" or not size else await _whole(body)
            await send(start)
            await send({"type": "http.response.body", "body": whole})
            return
        # The bytes of a file are there once, for all clients.
        taken = _PIECE if isinstance(body, Stored) else size
        self._budget.take(taken)
        leaving = asyncio.ensure_future(_left(receive))
        try:
            async with asyncio.timeout(_SENDING) as deadline:
                await send(start)
                sent = 0
                async for piece in _pieces(body):
                    if leaving.done():
                        break
                    sent += len(piece)
                    await send({"type": "http.response.body", "body": piece, "more_body": sent < size})
                    if isinstance(body, Stored):
                        deadline.reschedule(asyncio.get_running_loop().time() + _SENDING)
        finally:
            leaving.cancel()
            self._budget.give(taken)


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _whole(body: bytes | Stored) -> bytes:
    return b"".join([piece async for piece in _pieces(body)])


async def _pieces(body: bytes | Stored) -> AsyncIterator[bytes]:
    if isinstance(body, Stored) and body.body is None:
        file = await asyncio.to_thread(os.open, body.path, os.O_RDONLY)
        try:
            for place in range(0, body.size, _PIECE):
                piece = await asyncio.to_thread(os.pread, file, min(_PIECE, body.size - place), body.begin + place)
                if not piece:
                    # It was cut meanwhile, and so is this answer, short of its Content-Length.
                    return
                yield piece
        finally:
            os.close(file)
        return
    content, begin, size = (body.body, body.begin, body.size) if isinstance(body, Stored) else (body, 0, len(body))
    assert content is not None
    for place in range(begin, begin + size, _PIECE):
        yield content[place : min(place + _PIECE, begin + size)]


def accepts_gzip(headers: Headers) -> bool:
    """Return whether a client takes gzip: named with a weight above 0, or by `*`."""
    header = headers.get("accept-encoding")
    return header is not None and _takes_gzip(header[:_REMEMBERED].lower())


@lru_cache(maxsize=256)
def _takes_gzip(header: str) -> bool:
    weights = {}
    for element in header.split(","):
        coding, _, parameter = element.partition(";")
        name, _, weight = parameter.partition("=")
        weights[coding.strip()] = not (name.strip() == "q" and weight.strip().strip("0.") == "")
    return weights.get("gzip", weights.get("*", False))


def reply_response(headers: Headers, reply: Reply, budget: Budget) -> Answer:
    """Return the response of an answer: 200 in full, or 304 where the client has it."""
    keep = "no-cache" if reply.lasting else "no-store"
    fields = {"ETag": reply.etag, "Vary": "Accept, Accept-Encoding", "Cache-Control": keep}
    if reply.compressed:
        fields["Content-Encoding"] = "gzip"
    return _conditional(headers, reply.body, reply.media_type, fields, budget)


def file_response(
    headers: Headers, file: Stored, media_type: str, budget: Budget, more: Mapping[str, str] | None = None
) -> Answer:
    """Return the response of a file: 200, 206 for the part that is asked for, or 304 where the client has it.

    Raises:
        Problem: the part begins after the end of the file (416).
    """
    fields = {"ETag": file.tag, "Vary": "Accept, Accept-Encoding", "Cache-Control": "no-cache", **(more or {})}
    fields["Accept-Ranges"] = "bytes"
    if file.compressed:
        fields["Content-Encoding"] = "gzip"
    answer = _conditional(headers, file, media_type, fields, budget)
    part = _part(headers, file)
    if answer.status != HTTPStatus.OK or part is None:
        return answer
    if not part:
        told = {"Content-Range": f"bytes */{file.size}"}
        raise Problem(416, "range", f"The file has {file.size} bytes, and the range begins after them.", headers=told)
    fields["Content-Range"] = f"bytes {part[0]}-{part[-1]}/{file.size}"
    body = file._replace(begin=part[0], size=len(part))
    return Answer(body, 206, {**fields, "Content-Type": media_type}, budget)


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


def _conditional(
    headers: Headers, body: bytes | Stored, media_type: str, fields: dict[str, str], budget: Budget
) -> Answer:
    condition = headers.get("if-none-match")
    if condition is not None:
        tags = [tag.strip().removeprefix("W/") for tag in condition.split(",")]
        if fields["ETag"] in tags or "*" in tags:
            return Answer(b"", 304, fields, budget)
    return Answer(body, 200, {**fields, "Content-Type": media_type}, budget)


def problem_response(problem: Problem, budget: Budget) -> Answer:
    """Return the response of a refusal."""
    fields = {"Cache-Control": "no-store", "Vary": "Accept", **problem.headers, "Content-Type": MEDIA_TYPE}
    return Answer(problem.body(), problem.status, fields, budget)


def json_answer(members: Mapping[str, str], status: int, budget: Budget) -> Answer:
    """Return a small JSON object that nobody may keep."""
    fields = {"Cache-Control": "no-store", "Content-Type": "application/json"}
    return Answer(json.dumps(members).encode() + b"\n", status, fields, budget)
