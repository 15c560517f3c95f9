"""One worker process as the server sees it: a socket, a number, and the query it has."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from contextlib import suppress
from typing import cast

from ascn_graph.server.job import HEADER, Job, Reply, unpack
from ascn_graph.server.problem import Problem

__all__ = ["Worker"]


_LOW = 10


class Worker(asyncio.Protocol):
    """One worker process: whether it lives, and the query it has.

    Attributes:
        pid: its number, 0 until it is born.
        started: when its query was sent, on the loop's clock.
        slow: whether its query takes long, so that it runs only when nothing else wants to.
        retiring: whether it ends after the answer that it just gave.
        condemned: why it is being ended; None while it is not.
        reply: what its query will be answered with; None while it has none.
    """

    def __init__(self, on_lost: Callable[[Worker], None], on_nonsense: Callable[[Worker], None]) -> None:
        """Tell `on_lost` when its socket closes, `on_nonsense` when it writes what is no answer."""
        self.pid = 0
        self.started = 0.0
        self.retiring = False
        self.slow = False
        self.condemned: Problem | None = None
        self.reply: asyncio.Future[Reply | Problem] | None = None
        self._on_lost = on_lost
        self._on_nonsense = on_nonsense
        self._received = bytearray()
        self._used: float | None = None
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way to the process."""
        self._transport = cast("asyncio.WriteTransport", transport)

    def ask(self, job: Job) -> asyncio.Future[Reply | Problem]:
        """Send a job to a process that has none."""
        loop = asyncio.get_running_loop()
        self.started = loop.time()
        self._used = None
        self.reply = loop.create_future()
        assert self._transport is not None
        self._transport.write(job.pack())
        return self.reply

    def slow_down(self) -> None:
        """Let short queries, and the server itself, go first from now on."""
        self.slow = True
        with suppress(ProcessLookupError):
            os.setpriority(os.PRIO_PROCESS, self.pid, _LOW)

    def worked(self) -> float:
        """Give the seconds of processor time its query has had since this was first asked.

        That says what the query costs, however full the machine is.
        """
        now = self._processor_time()
        if self._used is None:
            self._used = now
        return now - self._used

    def _processor_time(self) -> float:
        try:
            # Linux gives every process a clock of its own, found by its number.
            return time.clock_gettime((~self.pid << 3) | 2)
        except OSError:
            return 0.0

    def data_received(self, data: bytes) -> None:
        """Gather a reply; it is known once it is whole."""
        self._received += data
        if len(self._received) < HEADER.size:
            return
        head, body, self.retiring = HEADER.unpack_from(self._received)
        end = HEADER.size + head + body
        if len(self._received) < end:
            return
        start = HEADER.size + head
        packed = bytes(self._received)
        self._received.clear()
        if self.reply is not None and not self.reply.done():
            try:
                self.reply.set_result(unpack(packed[HEADER.size : start], packed[start:end]))
            except (ValueError, TypeError, KeyError):
                self._on_nonsense(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Say that the process serves no more."""
        del exc
        self._on_lost(self)

    def close(self) -> None:
        """Close the socket, at which an idle process ends."""
        if self._transport is not None:
            self._transport.close()
