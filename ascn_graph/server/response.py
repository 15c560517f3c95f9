"""How an answer goes out: its headers, whether the client has it already, and in pieces where it is large."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from ascn_graph.server.budget import Budget
from ascn_graph.server.job import Reply
from ascn_graph.server.problem import MEDIA_TYPE, Problem

__all__ = ["Answer", "accepts_gzip", "problem_response", "reply_response"]

_PIECE = 64 * 1024
# How long a client may take to read one answer.
_SENDING = 60.0


class Answer(Response):
    """A response whose large bodies are sent piece by piece, within a budget of bytes and a deadline."""

    def __init__(
        self, body: bytes, status: int, headers: Mapping[str, str], media_type: str | None, budget: Budget
    ) -> None:
        """Keep what is to be sent."""
        super().__init__(body, status, headers, media_type)
        self._budget = budget

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - as ASGI calls it
        """Send the response; one that cannot be sent in time breaks off short of its Content-Length."""
        body = b"" if scope["method"] == "HEAD" else bytes(self.body)
        if len(body) <= _PIECE:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            await send({"type": "http.response.body", "body": body})
            return
        self._budget.take(len(body))
        try:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            async with asyncio.timeout(_SENDING):
                for start in range(0, len(body), _PIECE):
                    more = start + _PIECE < len(body)
                    await send({"type": "http.response.body", "body": body[start : start + _PIECE], "more_body": more})
        finally:
            self._budget.give(len(body))


def accepts_gzip(headers: Headers) -> bool:
    """Say whether a client takes gzip: named with a weight above 0, or by `*`."""
    weights = {}
    for element in headers.get("accept-encoding", "").lower().split(","):
        coding, _, parameter = element.partition(";")
        name, _, weight = parameter.partition("=")
        weights[coding.strip()] = not (name.strip() == "q" and weight.strip().strip("0.") == "")
    return weights.get("gzip", weights.get("*", False))


def reply_response(headers: Headers, reply: Reply, budget: Budget, more: Mapping[str, str] | None = None) -> Answer:
    """Give the response of an answer: 200 in full, or 304 where the client has it."""
    fields = {
        "ETag": reply.etag,
        "Vary": "Accept, Accept-Encoding",
        "Cache-Control": "no-cache" if reply.lasting else "no-store",
        **(more or {}),
    }
    if reply.compressed:
        fields["Content-Encoding"] = "gzip"
    if _has(headers.get("if-none-match"), reply.etag):
        return Answer(b"", 304, fields, None, budget)
    return Answer(reply.body, 200, {**fields, "Content-Type": reply.media_type}, None, budget)


def _has(condition: str | None, etag: str) -> bool:
    if condition is None:
        return False
    tags = [tag.strip().removeprefix("W/") for tag in condition.split(",")]
    return etag in tags or "*" in tags


def problem_response(problem: Problem, budget: Budget) -> Answer:
    """Give the response of a refusal."""
    fields = {"Cache-Control": "no-store", "Vary": "Accept", **problem.headers, "Content-Type": MEDIA_TYPE}
    return Answer(problem.body(), problem.status, fields, None, budget)
