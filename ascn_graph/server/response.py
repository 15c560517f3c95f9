"""How an answer goes out: its headers, whether the client has it already, and in pieces where it is large."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from functools import lru_cache

from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from ascn_graph.server.job import Reply
from ascn_graph.server.problem import MEDIA_TYPE, Budget, Problem

__all__ = ["Answer", "accepts_gzip", "json_answer", "problem_response", "reply_response"]

_PIECE = 64 * 1024
# How long a client may take to read one answer.
_SENDING = 60.0
_BODILESS = (204, 304)
_REMEMBERED = 256


class Answer:
    """A response, as an ASGI application; a large body is sent in pieces, within a budget of bytes and a deadline."""

    def __init__(self, body: bytes, status: int, headers: Mapping[str, str], budget: Budget) -> None:
        """Keep what is to be sent; Content-Length is added."""
        self.body = body
        self.status = status
        self._headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
        self._budget = budget

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Send the response; one that cannot be sent in time breaks off short of its Content-Length."""
        headers = self._headers
        if self.status not in _BODILESS:
            headers = [*headers, (b"content-length", b"%d" % len(self.body))]
        start = {"type": "http.response.start", "status": self.status, "headers": headers}
        body = b"" if scope["method"] == "HEAD" else self.body
        if len(body) <= _PIECE:
            await send(start)
            await send({"type": "http.response.body", "body": body})
            return
        self._budget.take(len(body))
        try:
            await send(start)
            async with asyncio.timeout(_SENDING):
                for place in range(0, len(body), _PIECE):
                    more = place + _PIECE < len(body)
                    piece = body[place : place + _PIECE]
                    await send({"type": "http.response.body", "body": piece, "more_body": more})
        finally:
            self._budget.give(len(body))


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


def reply_response(headers: Headers, reply: Reply, budget: Budget, more: Mapping[str, str] | None = None) -> Answer:
    """Return the response of an answer: 200 in full, or 304 where the client has it."""
    fields = {
        "ETag": reply.etag,
        "Vary": "Accept, Accept-Encoding",
        "Cache-Control": "no-cache" if reply.lasting else "no-store",
        **(more or {}),
    }
    if reply.compressed:
        fields["Content-Encoding"] = "gzip"
    if _has(headers.get("if-none-match"), reply.etag):
        return Answer(b"", 304, fields, budget)
    return Answer(reply.body, 200, {**fields, "Content-Type": reply.media_type}, budget)


def _has(condition: str | None, etag: str) -> bool:
    if condition is None:
        return False
    tags = [tag.strip().removeprefix("W/") for tag in condition.split(",")]
    return etag in tags or "*" in tags


def problem_response(problem: Problem, budget: Budget) -> Answer:
    """Return the response of a refusal."""
    fields = {"Cache-Control": "no-store", "Vary": "Accept", **problem.headers, "Content-Type": MEDIA_TYPE}
    return Answer(problem.body(), problem.status, fields, budget)


def json_answer(members: Mapping[str, str], status: int, budget: Budget) -> Answer:
    """Return a small JSON object that nobody may keep."""
    fields = {"Cache-Control": "no-store", "Content-Type": "application/json"}
    return Answer(json.dumps(members).encode() + b"\n", status, fields, budget)
