"""The process that speaks HTTP: one of several on the same port, each with workers of its own."""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import uvicorn

from ascn_graph.server.app import application
from ascn_graph.server.connection import guarded
from ascn_graph.server.control import Contents
from ascn_graph.server.limits import Limits
from ascn_graph.server.nursery import PACKET, settle_garbage
from ascn_graph.server.service import Service

__all__ = ["READY", "Settings", "main"]

#: What a front says once it serves the graph it was given last.
READY = b"ready"
_BACKLOG = 2048
_IDLE = 15


class Settings(NamedTuple):
    """What a front is told at its start.

    Attributes:
        number: which front it is, from 0.
        limits: the members of `Limits`.
        base_url: where clients find the server; None: as they say in Host.
        log: whether to write one line a request to stderr.
        log_queries: whether those lines hold the query text.
    """

    number: int
    limits: dict[str, float]
    base_url: str | None
    log: bool
    log_queries: bool


def main() -> int:
    """Serve what the keeper gives until its channel closes.

    The arguments are the descriptors of that channel and of the socket to listen on, and the settings as JSON. Each
    message from the keeper is the members of `Contents` and the folder of the site as JSON, with a channel to the
    nursery that holds the graph.
    """
    channel, listener, settings = sys.argv[1:]
    serving = _serve(socket.socket(fileno=int(channel)), socket.socket(fileno=int(listener)), settings)
    try:
        import uvloop  # noqa: PLC0415 - faster where there is one
    except ImportError:
        asyncio.run(serving)
    else:
        uvloop.run(serving)
    return 0


async def _serve(channel: socket.socket, listener: socket.socket, words: str) -> None:
    settings = Settings(*json.loads(words))
    limits = Limits(**settings.limits)  # type: ignore[arg-type]  # as they were written
    service = Service(limits, settings.number)
    log = sys.stderr.write if settings.log else None
    app = application(service, base_url=settings.base_url, log=log, log_queries=settings.log_queries)
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            http=guarded(limits.share(settings.number), log),
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="critical",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            backlog=_BACKLOG,
            timeout_keep_alive=_IDLE,
            timeout_graceful_shutdown=int(limits.timeout) + 1,
        )
    )
    loop = asyncio.get_running_loop()
    swaps: set[asyncio.Task[None]] = set()
    begun = asyncio.Event()

    async def swap(message: bytes, nursery: socket.socket) -> None:
        members, site = json.loads(message)
        await service.swap(nursery, Contents(*members), Path(site) if site else None)
        begun.set()
        # A keeper that has gone meanwhile waits for no word.
        with suppress(OSError):
            channel.send(READY)

    def hear() -> None:
        try:
            message, descriptors, _, _ = socket.recv_fds(channel, PACKET, 1)
        except ConnectionError:
            message, descriptors = b"", []
        if not message:
            loop.remove_reader(channel)
            server.should_exit = True
            begun.set()
            return
        task = loop.create_task(swap(message, socket.socket(fileno=descriptors[0])))
        swaps.add(task)
        task.add_done_callback(swaps.discard)

    loop.add_reader(channel, hear)
    settle_garbage()
    # Whoever connects before there is a graph waits in the socket's queue.
    await begun.wait()
    await server.serve([listener])
    service.stop()


if __name__ == "__main__":
    raise SystemExit(main())
