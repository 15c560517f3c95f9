"""The web application of one process: its start and end, and which path leads where."""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from ascn_graph.server.endpoint import Endpoint
from ascn_graph.server.limits import Limits
from ascn_graph.server.middleware import READ_METHODS, Middleware
from ascn_graph.server.named import DESCRIPTIONS, PREFIX, named_job
from ascn_graph.server.problem import Problem
from ascn_graph.server.response import Answer, accepts_gzip, json_answer, reply_response
from ascn_graph.server.service import Service
from ascn_graph.server.snapshot import Snapshot

__all__ = ["Application", "Settings"]

_Handler = Callable[[Request], Awaitable[Answer]]
# Objects made before the collector of garbage looks at them, where Python's own number is 700.
_SELDOM = 20_000


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
        service = Service(snapshot, settings.limits, number)
        endpoint = Endpoint(service, settings.base_url)
        log = sys.stderr.write if settings.log else None
        self._service = service
        named: dict[str, _Handler] = {"/sparql": endpoint, "/healthz": self._health}
        self._handlers = named | {f"{path}/": handler for path, handler in named.items()}
        self._http = Middleware(self._dispatch, service.budget, log, queries=settings.log_queries)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or live from the server's start to its end."""
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        supervisor = multiprocessing.parent_process()
        if supervisor is not None:
            # Without it there is nobody to restart this process, nor to end it.
            loop = asyncio.get_running_loop()
            loop.add_reader(supervisor.sentinel, os.kill, os.getpid(), signal.SIGTERM)
        await receive()
        await self._service.start()
        # What stays for good need not be looked at by the collector of garbage, whose visits delay requests.
        gc.collect()
        gc.freeze()
        gc.set_threshold(_SELDOM)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self._service.stop()
        await send({"type": "lifespan.shutdown.complete"})

    async def _dispatch(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = await self._handlers.get(scope["path"], self._read)(Request(scope, receive))
        await answer(scope, receive, send)

    async def _health(self, request: Request) -> Answer:
        _only_read(request)
        healthy = self._service.healthy
        state = {"status": "ok" if healthy else "starting", "graph": self._service.contents.hash}
        return json_answer(state, 200 if healthy else 503, self._service.budget)

    async def _read(self, request: Request) -> Answer:
        _only_read(request)
        site, path = self._service.site, request.scope["path"]
        if path.startswith(PREFIX) and (site is None or path not in DESCRIPTIONS):
            reply = await self._service.ask(named_job(request, compress=accepts_gzip(request.headers)))
            return reply_response(request.headers, reply, self._service.budget)
        if site is None:
            raise Problem(404, "not-found", "There is nothing at this address; /sparql answers queries.")
        headers = request.headers
        if request.method == "HEAD":  # which no range is defined for
            headers = Headers(raw=[pair for pair in headers.raw if pair[0] != b"range"])
        return await site.get(request.scope["path"], request.scope["query_string"], headers)


def _only_read(request: Request) -> None:
    if request.method not in ("GET", "HEAD"):
        raise Problem(405, "method", f"This can only be read, with {READ_METHODS}.", headers={"Allow": READ_METHODS})
