"""The server process: one socket, its signals, and a clean end."""

from __future__ import annotations

import asyncio
import contextlib
import resource
import signal
import socket
import sys
from collections.abc import Coroutine
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server
from starlette.types import ASGIApp

from ascn_graph.errors import AscnError, EngineError
from ascn_graph.server.limits import HEADER_BYTES, Limits
from ascn_graph.server.service import Service

__all__ = ["check_port", "run"]

_BACKLOG = 2048
_FILES = 256


def run(app: ASGIApp, service: Service, host: str, port: int, limits: Limits) -> None:
    """Serve until SIGTERM or SIGINT; load the graph anew on SIGHUP.

    Raises:
        AscnError: the port is taken or the graph cannot be loaded.
    """
    check_port(host, port)
    _allow_files(limits.connections + _FILES)
    _loop(_serve(app, service, host, port, limits))


def check_port(host: str, port: int) -> None:
    """Refuse an address that another process listens on.

    The HTTP library shares ports between processes, so that a second server would take half of the requests unnoticed.

    Raises:
        EngineError: the address cannot be listened on.
    """
    try:
        family, kind, number, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, number) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        raise EngineError(f"Cannot listen on {host}:{port}: {reason}; give another --host or --port.") from error


def _allow_files(wanted: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard), hard))


def _loop(work: Coroutine[Any, Any, None]) -> None:
    try:
        import uvloop  # noqa: PLC0415 - faster where there is one
    except ImportError:
        asyncio.run(work)
    else:
        uvloop.run(work)


async def _serve(app: ASGIApp, service: Service, host: str, port: int, limits: Limits) -> None:
    await service.start()
    server = Server(
        app,
        address=host,
        port=port,
        interface=Interfaces.ASGINL,
        websockets=False,
        http=HTTPModes.http1,
        backlog=_BACKLOG,
        backpressure=limits.connections,
        http1_settings=HTTP1Settings(header_read_timeout=int(limits.deadline * 1000), max_buffer_size=HEADER_BYTES),
        log_enabled=False,
    )
    loop = asyncio.get_running_loop()
    reloading: set[asyncio.Task[None]] = set()

    def reload() -> None:
        task = loop.create_task(_reload(service))
        reloading.add(task)
        task.add_done_callback(reloading.discard)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, server.stop)
    loop.add_signal_handler(signal.SIGHUP, reload)
    shown = f"[{host}]" if ":" in host else host
    sys.stderr.write(f"Serving {service.contents.triples} triples at http://{shown}:{port}/sparql (Ctrl-C ends it)\n")
    try:
        await server.serve()
    finally:
        await service.stop()


async def _reload(service: Service) -> None:
    try:
        await service.reload()
    except AscnError as error:
        sys.stderr.write(f"ascn: {error} The graph is served as before.\n")
    else:
        sys.stderr.write(f"Loaded anew: {service.contents.triples} triples, {service.contents.hash}\n")
