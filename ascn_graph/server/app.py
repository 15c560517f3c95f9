"""The web application of one process: its start and end, which path leads where, and the last resort."""

from __future__ import annotations

import asyncio
import gc
import json
import multiprocessing
import os
import re
import signal
import sys
import time
from typing import NamedTuple
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from ascn_graph.server.endpoint import Endpoint
from ascn_graph.server.limits import Limits
from ascn_graph.server.named import DESCRIPTIONS, PREFIX, named_job
from ascn_graph.server.problem import Problem
from ascn_graph.server.response import Answer, accepts_gzip, log_line, refused, sent_reply
from ascn_graph.server.service import Service
from ascn_graph.server.snapshot import Snapshot

__all__ = ["Application", "Settings"]

# Objects made before the collector of garbage looks at them, where Python's own number is 700.
_SELDOM = 20_000
_FIELD_NAMES = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+(?:\s*,\s*[A-Za-z0-9!#$%&'*+.^_`|~-]+)*")
# What may be done with anything but the endpoint, and with the endpoint.
_READ_METHODS = "GET, HEAD, OPTIONS"
_QUERY_METHODS = "GET, HEAD, POST, OPTIONS"
_ENDPOINT = ("/sparql", "/sparql/")
_HEALTH = ("/healthz", "/healthz/")


class Settings(NamedTuple):
    """What the operator chose.

    Attributes:
        limits: of the whole server.
        base_url: where clients find the server; None: as they say in Host.
        log: whether to write one line a request to stderr.
        log_queries: whether those lines hold the query text.
    """

    limits: Limits
    base_url: str | None
    log: bool
    log_queries: bool


class Application:
    """An ASGI application that serves a graph."""

    def __init__(self, settings: Settings, snapshot: Snapshot, number: int) -> None:
        """Serve a snapshot as the process of this number, from 0."""
        self._settings = settings
        self._service = Service(snapshot, settings.limits, number)
        self._endpoint = Endpoint(self._service, settings.base_url)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or live from the server's start to its end."""
        if scope["type"] == "http":
            await self._respond(Request(scope, receive), send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        supervisor = multiprocessing.parent_process()
        if supervisor is not None:
            # Without it there is nobody to restart this process, nor to end it.
            loop = asyncio.get_running_loop()
            loop.add_reader(supervisor.sentinel, os.kill, os.getpid(), signal.SIGTERM)
        await receive()
        await self._service.pool.start()
        # What stays for good need not be looked at by the collector of garbage, whose visits delay requests.
        gc.collect()
        gc.freeze()
        gc.set_threshold(_SELDOM)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self._service.pool.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def _respond(self, request: Request, send: Send) -> None:
        """Answer one request; whatever goes wrong ends this request alone."""
        started = time.perf_counter()
        answer = None
        try:
            answer = await self._answer(request)
            await answer.send(request, send, self._service.budget)
        except Problem as problem:
            answer = refused(problem)
            await answer.send(request, send, self._service.budget)
        # The last resort: one request's failure must not become another's.
        except Exception as error:
            path = _printable(request.scope["path"])
            sys.stderr.write(f"ascn: {type(error).__name__} in a request for {path}: {error}\n")
            if answer is not None and answer.is_begun:
                raise
            answer = refused(Problem(500, "failure", "The server failed on this request; its log says more."))
            await answer.send(request, send, self._service.budget)
        finally:
            if self._settings.log:
                sys.stderr.write(self._line(request.scope, answer, time.perf_counter() - started))

    def _line(self, scope: Scope, answer: Answer | None, seconds: float) -> str:
        asked = _printable(scope["path"])
        if self._settings.log_queries and scope["query_string"]:
            asked += "?" + _printable(scope["query_string"].decode("latin-1"))
        status, size = (answer.status, answer.sent) if answer else (0, 0)
        client = scope.get("client")
        return log_line(client, method=scope["method"], asked=asked, status=status, size=size, seconds=seconds)

    async def _answer(self, request: Request) -> Answer:
        path, service = request.scope["path"], self._service
        if request.method == "OPTIONS":
            return _options(request)
        if path in _ENDPOINT:
            return await self._endpoint(request)
        if request.method not in ("GET", "HEAD"):
            allow = {"Allow": _READ_METHODS}
            raise Problem(405, "method", f"This can only be read, with {_READ_METHODS}.", headers=allow)
        if path in _HEALTH:
            return self._health()
        if path.startswith(PREFIX) and (service.site is None or path not in DESCRIPTIONS):
            reply = await service.ask(named_job(request, compress=accepts_gzip(request.headers)))
            return sent_reply(request.headers, reply)
        if service.site is None:
            raise Problem(404, "not-found", "There is nothing at this address; /sparql answers queries.")
        headers = request.headers
        if request.method == "HEAD":  # which no range is defined for
            headers = Headers(raw=[pair for pair in headers.raw if pair[0] != b"range"])
        return await service.site.get(path, request.scope["query_string"], headers)

    def _health(self) -> Answer:
        healthy = self._service.pool.healthy
        state = {"status": "ok" if healthy else "starting", "graph": self._service.contents.hash}
        fields = {"Cache-Control": "no-store", "Content-Type": "application/json"}
        return Answer(json.dumps(state).encode() + b"\n", 200 if healthy else 503, fields)


def _options(request: Request) -> Answer:
    allowed = _QUERY_METHODS if request.scope["path"] in _ENDPOINT else _READ_METHODS
    asked = request.headers.get("access-control-request-headers", "")
    fields = {
        "Allow": allowed,
        "Access-Control-Allow-Methods": allowed,
        # Any header may be sent: nothing here depends on one that is secret.
        "Access-Control-Allow-Headers": asked if _FIELD_NAMES.fullmatch(asked) else "*",
        "Access-Control-Max-Age": "86400",
        "Vary": "Access-Control-Request-Headers",
    }
    return Answer(b"", 204, fields)


def _printable(text: str) -> str:
    """Return text from outside on one line of printable ASCII."""
    return quote(text, safe="/%?&=+:;,@!$'()*~#", errors="replace")[:2000]
