"""The two ways in which an assistant reaches the tools: standard streams, and streamable HTTP."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn
from mcp.server.stdio import stdio_server

from ascn_graph.agents.server import build
from ascn_graph.errors import EngineError
from ascn_graph.graph import Graph
from ascn_graph.server import Limits, pool, snapshot

__all__ = ["http", "stdio", "workers"]

_SESSIONS = 64
_IDLE = 300.0  # seconds after which a session that asks nothing is closed


@asynccontextmanager
async def workers(graph: Graph, limits: Limits) -> AsyncIterator[pool.Pool]:
    """Start the processes of `ascn serve` that answer SPARQL, over a graph; they can be ended, and are at the end."""
    with tempfile.TemporaryDirectory(prefix="ascn-mcp-") as folder:
        started = pool.Pool(limits, snapshot.write(graph.store, graph.profile, limits, Path(folder)))
        await started.start()
        try:
            yield started
        finally:
            started.close()


async def stdio(graph: Graph, limits: Limits) -> None:
    """Serve one client over standard input and output, until it leaves."""
    async with workers(graph, limits) as started, stdio_server() as (incoming, outgoing):
        server = build(graph, started)
        await server.run(incoming, outgoing, server.create_initialization_options())


async def http(graph: Graph, limits: Limits, host: str, port: int) -> None:
    """Serve clients over streamable HTTP at /mcp, until a signal ends it.

    Raises:
        EngineError: the port is taken.
    """
    async with workers(graph, limits) as started:
        app = build(graph, started).streamable_http_app(
            max_request_body_size=limits.query_bytes,
            session_idle_timeout=_IDLE,
            max_sessions=_SESSIONS,
            host=host,
        )
        config = uvicorn.Config(
            app, host=host, port=port, log_level="warning", limit_concurrency=limits.connections, timeout_keep_alive=10
        )
        try:
            await uvicorn.Server(config).serve()
        except SystemExit as stop:
            raise EngineError(
                f"{host}:{port} cannot be listened on; see the line above, or give another --port."
            ) from stop
