"""The web application of one process: its start and end, which path leads where, and the last resort."""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
import re
import signal
import time
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from ascn_graph.server.delivery import Budget, HttpResponse, log_line, refused
from ascn_graph.server.endpoint import Endpoint
from ascn_graph.server.job import Problem
from ascn_graph.server.limits import Limits, ServerSettings
from ascn_graph.server.protocol import PREFIX
from ascn_graph.server.snapshot import Snapshot
from ascn_graph.server.static_site import SiteFolder
from ascn_graph.stderr import say

__all__ = ["Application"]

# Objects made before the collector of garbage looks at them, where Python's own number is 700.
_SELDOM = 20_000
_FIELD_NAMES = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+(?:\s*,\s*[A-Za-z0-9!#$%&'*+.^_`|~-]+)*")
# What may be done with anything but the endpoint, and with the endpoint.
_READ_METHODS = "GET, HEAD, OPTIONS"
_QUERY_METHODS = "GET, HEAD, POST, OPTIONS"
_ENDPOINT = ("/sparql", "/sparql/")
_HEALTH = ("/healthz", "/healthz/")
# What describes the named queries, as files of the site.
_DESCRIPTIONS = ("/api/index.json", "/api/openapi.json", "/api/queries.ttl")


class Application:
    """An ASGI application that serves a graph."""

    def __init__(self, settings: ServerSettings, snapshot: Snapshot, share: Limits) -> None:
        """Serve a snapshot with a share of the limits."""
        self._settings = settings
        self._share = share
        self._budget = Budget(share.buffers)
        self._site = SiteFolder(snapshot.site, snapshot.profile, share.cache // 2) if snapshot.site else None
        self._endpoint = Endpoint(settings, snapshot, share, self._budget, self._site)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or live from the server's start to its end."""
        if scope["type"] == "http":
            await self._respond(Request(scope, receive), send)
        elif scope["type"] == "lifespan":
            # What each connection is told.
            scope["state"].update(limits=self._share, log=self._settings.log)
            await self._live(receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        supervisor = multiprocessing.parent_process()
        if supervisor is not None:
            # Without it there is nobody to restart this process, nor to end it.
            loop = asyncio.get_running_loop()
            loop.add_reader(supervisor.sentinel, os.kill, os.getpid(), signal.SIGTERM)
        await receive()
        await self._endpoint.pool.start()
        # What stays for good need not be looked at by the collector of garbage, whose visits delay requests.
        gc.collect()
        gc.freeze()
        gc.set_threshold(_SELDOM)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self._endpoint.pool.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def _respond(self, request: Request, send: Send) -> None:
        """Answer one request; whatever goes wrong ends this request alone."""
        started = time.perf_counter()
        answer = None
        try:
            answer = await self._answer(request)
            await answer.send(request, send, self._budget)
        except Problem as problem:
            answer = refused(problem)
            await answer.send(request, send, self._budget)
        # The last resort: one request's failure must not become another's.
        except Exception as error:
            path = _printable(request.scope["path"])
            say(f"ascn: {type(error).__name__} in a request for {path}: {error}\n")
            if answer is not None and answer.is_begun:
                raise
            answer = refused(Problem(500, "failure", "The server failed on this request; its log says more."))
            await answer.send(request, send, self._budget)
        finally:
            if self._settings.log:
                status, size = (answer.status, answer.sent) if answer else (0, 0)
                seconds = time.perf_counter() - started
                say(log_line(request.client, status, size, self._asked(request.scope), seconds))

    def _asked(self, scope: Scope) -> str:
        asked = f"{scope['method']} {_printable(scope['path'])}"
        if self._settings.log_queries and scope["query_string"]:
            asked += "?" + _printable(scope["query_string"].decode("latin-1"))
        return asked

    async def _answer(self, request: Request) -> HttpResponse:
        path, site, method = request.scope["path"], self._site, request.method
        allowed = _QUERY_METHODS if path in _ENDPOINT else _READ_METHODS
        if method == "OPTIONS":
            return _options(request.headers.get("access-control-request-headers", ""), allowed)
        if method not in allowed.split(", "):
            told = f"This can only be read, with {allowed}."
            if path in _ENDPOINT:
                told = f"{method} is not for a read-only endpoint; send GET or POST."
            raise Problem(405, "method", told, headers={"Allow": allowed})
        if path in _ENDPOINT:
            return await self._endpoint.query(request)
        if path in _HEALTH:
            return self._endpoint.health()
        if path.startswith(PREFIX) and (site is None or path not in _DESCRIPTIONS):
            return await self._endpoint.named(request)
        if site is None:
            raise Problem(404, "not-found", "There is nothing at this address; /sparql answers queries.")
        headers = request.headers
        if method == "HEAD":  # which no range is defined for
            headers = Headers(raw=[pair for pair in headers.raw if pair[0] != b"range"])
        return await site.get(path, request.scope["query_string"], headers)


def _options(asked: str, allowed: str) -> HttpResponse:
    fields = {
        "Allow": allowed,
        "Access-Control-Allow-Methods": allowed,
        # Any header may be sent: nothing here depends on one that is secret.
        "Access-Control-Allow-Headers": asked if _FIELD_NAMES.fullmatch(asked) else "*",
        "Access-Control-Max-Age": "86400",
        "Vary": "Access-Control-Request-Headers",
    }
    return HttpResponse(b"", 204, fields)


def _printable(text: str) -> str:
    """Return text from outside on one line of printable ASCII."""
    return quote(text, safe="/%?&=+:;,@!$'()*~#", errors="replace")[:2000]
