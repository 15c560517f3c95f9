"""The whole server as one command: its sockets, its signals, and a clean end."""

from __future__ import annotations

import asyncio
import contextlib
import resource
import signal
import socket
import sys
from pathlib import Path

from ascn_graph.errors import EngineError
from ascn_graph.server.front import Settings
from ascn_graph.server.keeper import Keeper
from ascn_graph.server.limits import Limits

__all__ = ["run"]

_FILES = 256
_BACKLOG = 2048
# In deadlines: how long a client may take nothing of what it is sent.
_UNREAD = 6


def run(  # noqa: PLR0913 - each is an option of the command
    place: str | None,
    limits: Limits,
    site: Path | str | None,
    host: str,
    port: int,
    *,
    base_url: str | None = None,
    log: bool = True,
    log_queries: bool = False,
) -> None:
    """Serve until SIGTERM or SIGINT; load the graph anew on SIGHUP.

    Args:
        place: the data: a folder, a Turtle file or a dump; None: the packaged graph.
        limits: what queries, requests and the whole server may take.
        site: the folder of a site, or the base URL of one that is to be built; None for no site.
        host: the address to listen on.
        port: the port to listen on.
        base_url: where clients find this server; None: as they say in Host.
        log: whether to write one line a request to stderr.
        log_queries: whether those lines hold the query text.

    Raises:
        AscnError: the port is taken or the graph cannot be loaded.
    """
    _allow_files(limits.connections + _FILES)
    settings = Settings(0, {}, base_url, log, log_queries)
    with contextlib.ExitStack() as stack:
        listeners = [stack.enter_context(listener) for listener in _listeners(host, port, limits)]
        asyncio.run(_serve(Keeper(place, limits, site, listeners, settings), host, port))


def _listeners(host: str, port: int, limits: Limits) -> list[socket.socket]:
    """Bind sockets among which the kernel divides the connections to one port.

    Raises:
        EngineError: the address cannot be listened on, or another process does.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        # Without sharing at first: a second server would take half of the requests unnoticed.
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
        listeners = []
        for _ in range(limits.fronts):
            listener = socket.socket(family, kind, protocol)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            # A connection that is closed with something still to send would otherwise count for ever.
            unread = int(limits.deadline * _UNREAD * 1000)
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, unread)
            listener.bind(address)
            # From now on the probe of a second server fails; who connects waits until the graph is loaded.
            listener.listen(_BACKLOG)
            listeners.append(listener)
    except (OSError, OverflowError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise EngineError(f"Cannot listen on {host}:{port}: {reason}; give another --host or --port.") from error
    return listeners


def _allow_files(wanted: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard), hard))


async def _serve(keeper: Keeper, host: str, port: int) -> None:
    loop, hung_up = asyncio.get_running_loop(), asyncio.Event()
    shown = f"[{host}]" if ":" in host else host
    living = loop.create_task(_live(keeper, f"http://{shown}:{port}/sparql", hung_up))
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, living.cancel)
    loop.add_signal_handler(signal.SIGHUP, hung_up.set)
    try:
        with contextlib.suppress(asyncio.CancelledError):
            await living
    finally:
        await keeper.stop()


async def _live(keeper: Keeper, address: str, hung_up: asyncio.Event) -> None:
    await keeper.start()
    sys.stderr.write(f"Serving {keeper.triples} triples at {address} (Ctrl-C ends it)\n")
    while True:
        await hung_up.wait()
        # Those that come while one is under way are one more.
        hung_up.clear()
        await keeper.reload()
