"""The workers of one process that speaks HTTP: asked, timed, ended and replaced."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import socket
import time
from contextlib import suppress
from multiprocessing.process import BaseProcess
from pathlib import Path

from ascn_graph.server.job import HEADER, TOO_MUCH, Job, Problem, Reply, busy, pack, unpack
from ascn_graph.server.limits import Limits
from ascn_graph.server.snapshot import DUMP, PROJECT, Snapshot
from ascn_graph.server.worker import EXHAUSTED, OUT_OF_MEMORY, memory_problem, work

__all__ = ["Pool"]

# Processor time after which a query is a long one, that may have to yield its worker to one that waits; in seconds,
# counted from the first tick of the clock.
_SHORT = 0.1
_TICK = 0.02
# The kernel ends a worker in time; this is for a worker that is stopped or stuck in writing.
_GRACE = 0.5
_SPARE = 1
_QUEUE = 128
_RETRY = 0.2
_LOW_PRIORITY = 10
# Bytes of an answer that are read ahead.
_AHEAD = 1 << 20
# The exit code of a worker in which an error went uncaught, and of one whose fork server ended before it.
_FAILED = 1
_ORPHANED = 255

_FORK_SERVER = multiprocessing.get_context("forkserver")
_FORK_SERVER.set_forkserver_preload(["__main__", "ascn_graph.server.preload"])


class Pool:
    """Worker processes that share one graph."""

    def __init__(self, limits: Limits, snapshot: Snapshot) -> None:
        """Make an empty pool; `start` fills it.

        Args:
            limits: what a query may take, and how many run at a time.
            snapshot: what they run on.
        """
        self._limits = limits
        self._snapshot = snapshot
        self._workers: list[_Worker] = []
        self._running: set[_Worker] = set()
        # Queries that run or wait, of which so many run at a time.
        self._asked = 0
        self._turns = asyncio.Semaphore(limits.workers)
        self._ticking: asyncio.TimerHandle | None = None
        self._keeping: list[asyncio.Task[None]] = []
        self._starting = asyncio.Lock()

    @property
    def healthy(self) -> bool:
        """Whether there are workers to answer."""
        return bool(self._workers)

    async def start(self) -> None:
        """Start the workers, and return when there are all."""
        os.environ |= {DUMP: str(self._snapshot.dump), PROJECT: str(self._snapshot.profile.folder.resolve())}
        for _ in range(self._limits.workers + _SPARE):
            worker = await self._started()
            self._keeping.append(asyncio.create_task(self._keep(worker)))

    def close(self) -> None:
        """Let every worker end."""
        for keeping in self._keeping:
            keeping.cancel()
        for worker in self._workers:
            worker.close()

    async def run(self, job: Job) -> Reply:
        """Answer one query in a worker.

        Raises:
            Problem: the query is refused or over a limit, or no worker is free in time (503).
        """
        if self._asked >= self._limits.workers + _QUEUE:
            raise busy("Every worker is busy.")
        self._asked += 1
        self._keep_time()
        try:
            async with asyncio.timeout(self._limits.patience) as patience, self._turns:
                while not (worker := self._free()):  # noqa: ASYNC110 - for a moment, as one is being replaced
                    await asyncio.sleep(_TICK)
                patience.reschedule(None)
                outcome = await self._answer(worker, job)
        except TimeoutError:
            raise busy("Every worker is busy.") from None
        finally:
            self._asked -= 1
        if isinstance(outcome, Problem):
            raise outcome
        return outcome

    def _free(self) -> _Worker | None:
        """Return the oldest of the workers that can be asked: it has answered before, and is quicker for it."""
        return next((each for each in self._workers if each not in self._running and not each.is_lost), None)

    async def _answer(self, worker: _Worker, job: Job) -> Reply | Problem:
        self._running.add(worker)
        try:
            return await worker.ask(job)
        except (EOFError, OSError):
            code = await worker.exit_code()
            return worker.ending or self._cause(worker, code)
        except (ValueError, LookupError, TypeError):
            return worker.kill(Problem(500, "engine", "The engine gave no usable answer; the query was ended."))
        except asyncio.CancelledError:
            worker.kill(busy("The query was given up."))
            raise
        finally:
            self._running.discard(worker)
            # What was made slow stays slow: the next query gets another process.
            if worker.is_slow or worker.is_lost:
                worker.close()

    async def _started(self) -> _Worker:
        while True:
            try:
                async with self._starting:
                    return await _Worker.start(self._limits, self._snapshot.worker_memory)
            except (OSError, EOFError):
                # The fork server died, and is started with the next worker; or the machine is full.
                await asyncio.sleep(_RETRY)

    async def _keep(self, worker: _Worker) -> None:
        """Start another worker whenever one has ended."""
        while True:
            self._workers.append(worker)
            await worker.exit_code()
            self._workers.remove(worker)
            if worker not in self._running:
                worker.close()
            worker = await self._started()

    def _keep_time(self) -> None:
        if self._ticking is None:
            self._ticking = asyncio.get_running_loop().call_later(_TICK, self._tick)

    def _tick(self) -> None:
        now = asyncio.get_running_loop().time()
        for worker in self._running:
            if now - worker.started > self._limits.timeout + _GRACE:
                worker.kill(_lost() if worker.is_stopped else self._out_of_time())
            elif not worker.is_slow and worker.processor_time() > _SHORT:
                worker.lower_priority()
        # While short queries wait, long ones have half of the workers; the youngest of them has lost the least.
        slow = [worker for worker in self._running if worker.is_slow and not worker.ending]
        if self._asked > len(self._running) and len(slow) > self._limits.workers // 2:
            youngest = max(slow, key=lambda worker: worker.started)
            youngest.kill(busy("Every worker is busy with a long query."))
        self._ticking = None
        if self._asked:
            self._keep_time()

    def _cause(self, worker: _Worker, code: int) -> Problem:
        ran = asyncio.get_running_loop().time() - worker.started
        # The worker's own clock was started after this one; any other alarm came from outside.
        if code == -signal.SIGALRM and ran >= self._limits.timeout:
            return self._out_of_time()
        if code == OUT_OF_MEMORY or -code in EXHAUSTED:
            return memory_problem(self._snapshot.worker_memory)
        if code == _FAILED:
            return Problem(500, "engine", "The engine failed on the query; its process was ended.")
        return _lost()

    def _out_of_time(self) -> Problem:
        timeout = self._limits.timeout
        told = f"The query ran longer than the {timeout:g} seconds one query may have; make it more selective."
        return Problem(TOO_MUCH, "time-limit", told, limit="timeout", value=timeout)


def _lost() -> Problem:
    return busy("The process that answered the query was ended from outside.")


class _Worker:
    """A worker process and the query it has.

    Attributes:
        started: when its query was sent, on the loop's clock.
        is_slow: whether its query takes long, so that it runs only when nothing else wants to.
        ending: why it is being ended; None while it is not.
    """

    def __init__(self, process: BaseProcess, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        self._gone: asyncio.Future[int] = loop.create_future()
        self.started = 0.0
        self.is_slow = False
        self.ending: Problem | None = None
        self._process = process
        self._pid = process.pid or 0
        self._reader = reader
        self._writer = writer
        self._last = False
        self._processor_time: float | None = None
        loop.add_reader(process.sentinel, self._end, process.sentinel)

    @classmethod
    async def start(cls, limits: Limits, memory: int) -> _Worker:
        """Fork a worker from this process's fork server, which is started first where there is none."""
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                process = _FORK_SERVER.Process(target=work, args=(theirs, limits, memory), daemon=True)
                await asyncio.to_thread(process.start)
        except BaseException:
            ours.close()
            raise
        return cls(process, *await asyncio.open_connection(sock=ours, limit=_AHEAD))

    async def ask(self, job: Job) -> Reply | Problem:
        """Send a job to a process that has none, and return its answer; raise OSError or EOFError where it ended."""
        self.started = asyncio.get_running_loop().time()
        self._processor_time = None
        self._writer.write(pack(job))
        head, body, self._last = HEADER.unpack(await self._reader.readexactly(HEADER.size))
        return unpack(await self._reader.readexactly(head), await self._reader.readexactly(body))

    def lower_priority(self) -> None:
        """Let short queries, and the server itself, go first from now on."""
        self.is_slow = True
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

    async def exit_code(self) -> int:
        """Return its exit code, minus the signal that ended it, when it has ended."""
        return await asyncio.shield(self._gone)

    @property
    def is_stopped(self) -> bool:
        """Whether a signal from outside has stopped it, so that its own clock cannot end it."""
        with suppress(OSError):
            return Path(f"/proc/{self._pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] == "T"
        return False

    @property
    def is_lost(self) -> bool:
        """Whether it has ended or is about to, so that it cannot be asked."""
        ends = self._last or self.ending is not None or self._writer.is_closing()
        return ends or self._gone.done() or self._reader.at_eof()

    def kill(self, why: Problem) -> Problem:
        """End the process, and return why; its query is answered with that as soon as it is gone."""
        if self.ending is None and not self._gone.done():
            self.ending = why
            self._process.kill()
        return why

    def close(self) -> None:
        """Close the socket, at which an idle process ends."""
        self._writer.close()

    def _end(self, sentinel: int) -> None:
        asyncio.get_running_loop().remove_reader(sentinel)
        code = self._process.exitcode
        self._process.close()
        self._gone.set_result(_ORPHANED if code is None else code)
        if code == _ORPHANED:
            # It may live on, but nobody would hear how it ends.
            self._reader.feed_eof()
