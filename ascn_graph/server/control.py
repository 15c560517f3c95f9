"""The server's end of the nursery: it is started here, asked for workers, and heard."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

from ascn_graph.errors import AscnError, EngineError, InputError, UsageError
from ascn_graph.server.limits import Limits
from ascn_graph.server.nursery import FORK, PACKET

__all__ = ["Contents", "Control"]


class Contents(NamedTuple):
    """What a graph holds, and what that leaves for a query.

    Attributes:
        hash: of the graph.
        triples: without duplicates.
        graphs: the triples of each named graph.
        worker_memory: bytes that one query may allocate.
    """

    hash: str
    triples: int
    graphs: dict[str, int]
    worker_memory: int


class Control:
    """A running nursery, and what to call when it tells something."""

    def __init__(
        self, on_born: Callable[[int], None], on_died: Callable[[int, int], None], on_gone: Callable[[], None]
    ) -> None:
        """Keep whom to tell.

        Args:
            on_born: takes the number of a new worker, in the order they were asked for.
            on_died: takes the number of a worker that ended, and the signal that ended it (0: none).
            on_gone: called once if the nursery itself ends before `close`.
        """
        self._on_born = on_born
        self._on_died = on_died
        self._on_gone = on_gone
        self._ready: asyncio.Future[Contents] = asyncio.get_running_loop().create_future()
        self._socket, self._theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._process: subprocess.Popen[bytes] | None = None

    async def start(self, place: str | None, limits: Limits) -> Contents:
        """Start a nursery and wait until it has loaded its graph.

        Raises:
            AscnError: the graph cannot be loaded, or does not leave memory enough.
        """
        self._socket.setblocking(False)  # noqa: FBT003 - the socket module takes no keyword
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * PACKET)
        self._theirs.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 * PACKET)
        settings = json.dumps(dataclasses.asdict(limits))
        with self._theirs as theirs:
            words = [str(theirs.fileno()), place or "", settings]
            self._process = subprocess.Popen(  # noqa: ASYNC220, S603 - our own module; the loop does not wait for it
                [sys.executable, "-m", "ascn_graph.server.nursery", *words],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                # A worker that runs out of memory ends sooner when the engine does not first describe where.
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "RUST_BACKTRACE": "0"},
            )
        asyncio.get_running_loop().add_reader(self._socket, self._hear)
        return await self._ready

    def fork(self) -> socket.socket:
        """Ask for one more worker; give our end of its socket."""
        ours, theirs = socket.socketpair()
        with theirs, suppress(OSError):
            socket.send_fds(self._socket, [FORK], [theirs.fileno()])
        return ours

    def kill(self, pid: int) -> None:
        """End a worker; its death is told."""
        with suppress(OSError):
            self._socket.send(str(pid).encode())

    async def close(self) -> None:
        """End the nursery and all its workers."""
        self._stop_hearing()
        if self._process is not None:
            await asyncio.to_thread(self._process.wait)

    def _stop_hearing(self) -> None:
        if self._socket.fileno() >= 0:
            asyncio.get_running_loop().remove_reader(self._socket)
            self._socket.close()

    def _hear(self) -> None:
        try:
            message = self._socket.recv(PACKET)
        except BlockingIOError:
            return
        except OSError:
            message = b""
        if not message:
            self._stop_hearing()
            if self._ready.done():
                self._on_gone()
            else:
                self._ready.set_exception(EngineError("The process that loads the graph ended before it was ready."))
            return
        news = json.loads(message)
        if "born" in news:
            self._on_born(news["born"])
        elif "died" in news:
            self._on_died(news["died"], news["signal"])
        elif "ready" in news:
            self._ready.set_result(Contents(**news["ready"]))
        else:
            self._ready.set_exception(_failure(news["failed"], news["exit"]))


def _failure(sentence: str, exit_code: int) -> AscnError:
    if exit_code == InputError.exit_code:
        path, line, column, problem = sentence.split(":", 3)
        return InputError(problem.strip(), path, int(line), int(column))
    return UsageError(sentence) if exit_code == UsageError.exit_code else EngineError(sentence)
