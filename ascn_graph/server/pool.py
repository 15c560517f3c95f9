"""The workers of one process that speaks HTTP: asked, timed, ended and replaced."""

from __future__ import annotations

import asyncio
import os
import signal
from collections import deque

from ascn_graph.server.job import Job, Reply
from ascn_graph.server.limits import Limits
from ascn_graph.server.memory import EXHAUSTED
from ascn_graph.server.problem import TOO_MUCH, Problem, busy
from ascn_graph.server.process import WorkerProcess
from ascn_graph.server.snapshot import DUMP, PROJECT, Snapshot
from ascn_graph.server.worker import OUT_OF_MEMORY, memory_problem

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
# The exit code of a worker in which an error went uncaught.
_FAILED = 1


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
        self._workers: set[WorkerProcess] = set()
        self._idle: list[WorkerProcess] = []
        self._running: set[WorkerProcess] = set()
        self._waiting: deque[tuple[float, asyncio.Future[WorkerProcess]]] = deque()
        self._ticking: asyncio.TimerHandle | None = None
        self._starting: asyncio.Task[None] | None = None
        self._closed = False

    @property
    def healthy(self) -> bool:
        """Whether there are workers to answer."""
        return bool(self._workers)

    async def start(self) -> None:
        """Start the workers, and return when there are all."""
        os.environ |= {DUMP: str(self._snapshot.dump), PROJECT: str(self._snapshot.profile.folder.resolve())}
        self._replenish()
        assert self._starting is not None
        await self._starting

    async def run(self, job: Job) -> Reply:
        """Answer one query in a worker.

        Raises:
            Problem: the query is refused or over a limit, or no worker is free in time (503).
        """
        worker = await self._acquire()
        reply = worker.ask(job)
        self._keep_time()
        try:
            answer = await reply
        except asyncio.CancelledError:
            worker.kill(busy("The query was given up."))
            raise
        finally:
            worker.reply = None
            self._release(worker)
        if isinstance(answer, Problem):
            raise answer
        return answer

    def close(self) -> None:
        """Let every worker end."""
        self._closed = True
        if self._starting is not None:
            self._starting.cancel()
        for worker in self._workers:
            worker.close()

    async def _acquire(self) -> WorkerProcess:
        if self._idle and len(self._running) < self._limits.workers:
            return self._take()
        if len(self._waiting) >= _QUEUE:
            raise busy("Every worker is busy.")
        turn: asyncio.Future[WorkerProcess] = asyncio.get_running_loop().create_future()
        self._waiting.append((turn.get_loop().time() + self._limits.patience, turn))
        self._keep_time()
        try:
            return await turn
        except asyncio.CancelledError:
            # The turn may have come in the same moment.
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                self._release(turn.result())
            raise

    def _take(self) -> WorkerProcess:
        worker = self._idle.pop()
        # Its last query may be long ago, and this one begins only when whoever waits for it has its turn.
        worker.started = asyncio.get_running_loop().time()
        self._running.add(worker)
        return worker

    def _release(self, worker: WorkerProcess) -> None:
        self._running.discard(worker)
        if worker.slow:
            # What was made slow stays slow: the next query gets another process.
            worker.kill(busy("The worker was slow."))
        if worker in self._workers and not (worker.ending or worker.retiring):
            self._idle.append(worker)
        self._serve_next()

    def _serve_next(self) -> None:
        while self._waiting and self._idle and len(self._running) < self._limits.workers:
            _, turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(self._take())

    def _keep_time(self) -> None:
        if self._ticking is None:
            self._ticking = asyncio.get_running_loop().call_later(_TICK, self._tick)

    def _tick(self) -> None:
        now = asyncio.get_running_loop().time()
        self._ticking = None
        for worker in list(self._running):
            if now - worker.started > self._limits.timeout + _GRACE:
                worker.kill(_lost() if worker.is_stopped else self._out_of_time())
            elif not worker.slow and worker.processor_time() > _SHORT:
                worker.lower_priority()
        while self._waiting and self._waiting[0][0] < now:
            _, turn = self._waiting.popleft()
            if not turn.done():
                turn.set_exception(busy("Every worker is busy."))
        # While short queries wait, long ones have half of the workers; the youngest of them has lost the least.
        slow = [worker for worker in self._running if worker.slow and not worker.ending]
        if self._waiting and len(slow) > self._limits.workers // 2:
            youngest = max(slow, key=lambda worker: worker.started)
            youngest.kill(busy("Every worker is busy with a long query."))
        if self._running or self._waiting:
            self._keep_time()

    def _out_of_time(self) -> Problem:
        timeout = self._limits.timeout
        return Problem(
            TOO_MUCH,
            "time-limit",
            f"The query ran longer than the {timeout:g} seconds one query may have; make it more selective.",
            limit="timeout",
            value=timeout,
        )

    def _replenish(self) -> None:
        if self._starting is None and not self._closed:
            self._starting = asyncio.get_running_loop().create_task(self._start_missing())
            self._starting.add_done_callback(self._started)

    def _started(self, starting: asyncio.Task[None]) -> None:
        self._starting = None
        if not starting.cancelled():
            starting.result()

    async def _start_missing(self) -> None:
        while len(self._workers) < self._limits.workers + _SPARE:
            try:
                worker = await WorkerProcess.start(self._limits, self._snapshot, self._lost, self._ended)
            except (OSError, EOFError):
                # The fork server died, and is started with the next worker; or the machine is full.
                await asyncio.sleep(_RETRY)
                continue
            self._workers.add(worker)
            self._idle.insert(0, worker)
            self._serve_next()

    def _lost(self, worker: WorkerProcess) -> None:
        if worker in self._idle:
            self._idle.remove(worker)

    def _ended(self, worker: WorkerProcess, code: int) -> None:
        self._workers.discard(worker)
        self._lost(worker)
        if worker.reply is not None and not worker.reply.done():
            worker.reply.set_result(worker.ending or self._cause(worker, code))
        self._replenish()

    def _cause(self, worker: WorkerProcess, code: int) -> Problem:
        ran = asyncio.get_running_loop().time() - worker.started
        # The worker's own clock was started after this one; any other alarm came from outside.
        if code == -signal.SIGALRM and ran >= self._limits.timeout:
            return self._out_of_time()
        if code == OUT_OF_MEMORY or -code in EXHAUSTED:
            return memory_problem(self._snapshot.contents.worker_memory)
        if code == _FAILED:
            return Problem(500, "engine", "The engine failed on the query; its process was ended.")
        return _lost()


def _lost() -> Problem:
    return busy("The process that answered the query was ended from outside.")
