"""One worker process as the pool sees it: started, asked, timed and ended."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import cast

from ascn_graph.server.job import HEADER, Job, Reply, unpack
from ascn_graph.server.limits import Limits
from ascn_graph.server.problem import Problem
from ascn_graph.server.snapshot import Snapshot
from ascn_graph.server.worker import work

__all__ = ["WorkerProcess"]

_LOW_PRIORITY = 10
_FORK_SERVER = multiprocessing.get_context("forkserver")
_FORK_SERVER.set_forkserver_preload(["__main__", "ascn_graph.server.preload"])


class WorkerProcess(asyncio.Protocol):
    """A worker process and the query it has.

    Attributes:
        started: when its query was sent, on the loop's clock.
        slow: whether its query takes long, so that it runs only when nothing else wants to.
        retiring: whether it ends after the answer that it just gave.
        ending: why it is being ended; None while it is not.
        reply: what its query will be answered with; None while it has none.
    """

    def __init__(self, on_lost: Callable[[WorkerProcess], None], on_end: Callable[[WorkerProcess, int], None]) -> None:
        """Use `start`.

        Args:
            on_lost: takes this process when its socket closes; how it ended is not known yet.
            on_end: takes this process and its exit code, minus the signal that ended it.
        """
        self.started = 0.0
        self.retiring = False
        self.slow = False
        self.ending: Problem | None = None
        self.reply: asyncio.Future[Reply | Problem] | None = None
        self._on_lost = on_lost
        self._on_end = on_end
        self._received = bytearray()
        self._processor_time: float | None = None
        self._transport: asyncio.WriteTransport | None = None
        self._process: multiprocessing.process.BaseProcess | None = None
        self._pid = 0

    @classmethod
    async def start(
        cls,
        limits: Limits,
        snapshot: Snapshot,
        on_lost: Callable[[WorkerProcess], None],
        on_end: Callable[[WorkerProcess, int], None],
    ) -> WorkerProcess:
        """Fork a worker from this process's fork server, which is started first where there is none.

        Raises:
            OSError: there is no memory or number for one more process.
            EOFError: the fork server ended.
        """
        worker, loop = cls(on_lost, on_end), asyncio.get_running_loop()
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                arguments = (theirs, limits, snapshot.contents.worker_memory)
                process = _FORK_SERVER.Process(target=work, args=arguments, daemon=True)
                await asyncio.to_thread(process.start)
        except BaseException:
            ours.close()
            raise
        worker._process, worker._pid = process, process.pid or 0
        await loop.create_connection(lambda: worker, sock=ours)
        loop.add_reader(process.sentinel, worker._end)
        return worker

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way to the process."""
        self._transport = cast("asyncio.WriteTransport", transport)

    def ask(self, job: Job) -> asyncio.Future[Reply | Problem]:
        """Send a job to a process that has none."""
        loop = asyncio.get_running_loop()
        self.started = loop.time()
        self._processor_time = None
        self.reply = loop.create_future()
        assert self._transport is not None
        self._transport.write(job.pack())
        return self.reply

    def lower_priority(self) -> None:
        """Let short queries, and the server itself, go first from now on."""
        self.slow = True
        with suppress(ProcessLookupError):
            os.setpriority(os.PRIO_PROCESS, self._pid, _LOW_PRIORITY)

    def processor_time(self) -> float:
        """Return the seconds of processor time its query has had since this was first asked.

        That says what the query costs, however full the machine is.
        """
        try:
            # Linux gives every process a clock of its own, found by its number.
            now = time.clock_gettime((~self._pid << 3) | 2)
        except OSError:
            now = 0.0
        if self._processor_time is None:
            self._processor_time = now
        return now - self._processor_time

    @property
    def is_stopped(self) -> bool:
        """Whether a signal from outside has stopped it, so that its own clock cannot end it."""
        with suppress(OSError):
            return Path(f"/proc/{self._pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] == "T"
        return False

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
                self.kill(Problem(500, "engine", "The engine gave no usable answer; the query was ended."))

    def connection_lost(self, exc: Exception | None) -> None:
        """Say that the process is not to be asked any more."""
        del exc
        self._on_lost(self)

    def kill(self, why: Problem) -> None:
        """End the process; the query it has is answered with `why` as soon as it is gone."""
        if self.ending is None and self._process is not None:
            self.ending = why
            self._process.kill()

    def close(self) -> None:
        """Close the socket, at which an idle process ends, and hear no more of it."""
        if self._transport is not None:
            self._transport.close()
        if self._process is not None:
            asyncio.get_running_loop().remove_reader(self._process.sentinel)
            self._process = None

    def _end(self) -> None:
        process = self._process
        assert process is not None
        code = process.exitcode
        self.close()
        process.close()
        self._on_end(self, 0 if code is None else code)
