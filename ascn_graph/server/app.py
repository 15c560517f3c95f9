"""The web application: which path leads where."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp

from ascn_graph.server.endpoint import Endpoint
from ascn_graph.server.problem import Problem
from ascn_graph.server.service import Service
from ascn_graph.server.shell import Shell

__all__ = ["application"]

_ANY = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]


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

    async def sparql(request: Request) -> Response:
        return await endpoint(request)

    async def healthz(_request: Request) -> Response:
        state = {"status": "ok" if service.healthy else "starting", "graph": service.contents.hash}
        return JSONResponse(state, 200 if service.healthy else 503, {"Cache-Control": "no-store"})

    async def elsewhere(request: Request) -> Response:
        if service.site is None:
            raise Problem(404, "not-found", "There is nothing at this address; /sparql answers queries.")
        return await service.site.get(request.scope["path"], request.headers)

    routes = [
        Route("/sparql", sparql, methods=_ANY),
        Route("/sparql/", sparql, methods=_ANY),
        Route("/healthz", healthz),
        Route("/{path:path}", elsewhere),
    ]
    return Shell(Router(routes, redirect_slashes=False), service.budget, log, queries=log_queries)
