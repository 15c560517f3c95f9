"""The web application: which path leads where."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from ascn_graph.server.endpoint import Endpoint
from ascn_graph.server.problem import Problem
from ascn_graph.server.response import Answer, json_answer
from ascn_graph.server.service import Service
from ascn_graph.server.shell import READING, Shell

__all__ = ["application"]

_Handler = Callable[[Request], Awaitable[Answer]]


def application(
    service: Service,
    *,
    base_url: str | None = None,
    log: Callable[[str], object] | None = None,
    log_queries: bool = False,
) -> ASGIApp:
    """Give the application that serves a graph.

    Args:
        service: the graph.
        base_url: where clients find this server; None: as they say in Host.
        log: takes one line a request.
        log_queries: whether those lines hold the query text.
    """
    endpoint = Endpoint(service, base_url)

    async def healthz(request: Request) -> Answer:
        _only_read(request)
        state = {"status": "ok" if service.healthy else "starting", "graph": service.contents.hash}
        return json_answer(state, 200 if service.healthy else 503, service.budget)

    async def elsewhere(request: Request) -> Answer:
        _only_read(request)
        if service.site is None:
            raise Problem(404, "not-found", "There is nothing at this address; /sparql answers queries.")
        return await service.site.get(request.scope["path"], request.headers)

    handlers: dict[str, _Handler] = {"/sparql": endpoint, "/sparql/": endpoint, "/healthz": healthz}

    async def dispatched(scope: Scope, receive: Receive, send: Send) -> None:
        answer = await handlers.get(scope["path"], elsewhere)(Request(scope, receive))
        await answer(scope, receive, send)

    return Shell(dispatched, service.budget, log, queries=log_queries)


def _only_read(request: Request) -> None:
    if request.method not in ("GET", "HEAD"):
        raise Problem(405, "method", f"This is only to be read, with {READING}.", headers={"Allow": READING})
