"""The worker processes as the server sees them: asked, timed, ended and replaced."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections import deque

from ascn_graph.server.control import Contents, Control
from ascn_graph.server.job import Job, Reply
from ascn_graph.server.limits import Limits
from ascn_graph.server.problem import TOO_MUCH, Problem, busy
from ascn_graph.server.process import Worker
from ascn_graph.server.worker import memory_problem

__all__ = ["Pool"]

# Processor time after which a query is a long one, that may have to yield its worker to one that waits; in seconds,
# counted from the first tick of the clock.
_SHORT = 0.1
_TICK = 0.02
# The kernel ends a worker in time; this is for a worker that is stopped or stuck in writing.
_GRACE = 0.5
_SPARE = 1
_QUEUE = 128


class Pool:
    """Worker processes that share one graph; a closed or broken pool answers nothing more.

    Use `await Pool.start(…)` to make one.

    Attributes:
        contents: what the graph holds.
        broken: whether it answers nothing more.
    """

    def __init__(self, channel: socket.socket, contents: Contents, limits: Limits) -> None:
        """Make an empty pool; `start` fills it."""
        self.contents = contents
        self.broken = False
        self._limits = limits
        self._idle: list[Worker] = []
        self._running: set[Worker] = set()
        self._unborn: deque[Worker] = deque()
        self._by_pid: dict[int, Worker] = {}
        self._waiting: deque[tuple[float, asyncio.Future[Worker]]] = deque()
        self._ticking: asyncio.TimerHandle | None = None
        self._forking: set[asyncio.Task[None]] = set()
        self._empty = asyncio.Event()
        self._staffed = asyncio.Event()
        self._control = Control(channel, self._welcome, self._bury, self._break)

    @classmethod
    async def start(cls, channel: socket.socket, contents: Contents, limits: Limits) -> Pool:
        """Start the workers of a graph; where the nursery has gone meanwhile, the pool is broken from the start.

        Args:
            channel: one to the nursery that has loaded the graph.
            contents: what it holds.
            limits: what a query may take, and how many run at a time.
        """
        pool = cls(channel, contents, limits)
        for _ in range(limits.workers + _SPARE):
            await pool._fork()
        await pool._staffed.wait()
        return pool

    async def run(self, job: Job) -> Reply:
        """Answer one query in a worker.

        Raises:
            Problem: the query is refused or over a limit, or no worker is free in time (503).
        """
        worker = await self._acquire()
        reply = worker.ask(job)
        if self._ticking is None:
            self._tick()
        try:
            answer = await reply
        except asyncio.CancelledError:
            self._end(worker, busy("The query was given up."))
            raise
        finally:
            worker.reply = None
            self._running.discard(worker)
            self._release(worker)
        if isinstance(answer, Problem):
            raise answer
        return answer

    async def drain(self) -> None:
        """Wait until no query runs, then close."""
        while self._running or self._waiting:
            self._empty.clear()
            await self._empty.wait()
        self.close()

    def close(self) -> None:
        """End every worker at once."""
        self._give_up(busy("The server is shutting down."))
        self._control.close()

    async def _acquire(self) -> Worker:
        if self.broken:
            raise busy("The engine is being started again.")
        if self._idle and len(self._running) < self._limits.workers:
            return self._take()
        if len(self._waiting) >= _QUEUE:
            raise busy("Every worker is busy.")
        turn: asyncio.Future[Worker] = asyncio.get_running_loop().create_future()
        self._waiting.append((turn.get_loop().time() + self._limits.patience, turn))
        if self._ticking is None:
            self._tick()
        try:
            return await turn
        except asyncio.CancelledError:
            # The turn may have come in the same moment.
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                self._running.discard(turn.result())
                self._release(turn.result())
            raise

    def _release(self, worker: Worker) -> None:
        if worker.slow:
            # What was made slow stays slow: the next query gets another process.
            self._end(worker, busy("The worker was slow."))
        if worker.pid in self._by_pid and not (worker.condemned or worker.retiring or self.broken):
            self._idle.append(worker)
        self._serve_next()
        if not self._running:
            self._empty.set()

    def _serve_next(self) -> None:
        while self._waiting and self._idle and len(self._running) < self._limits.workers:
            _, turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(self._take())

    def _take(self) -> Worker:
        worker = self._idle.pop()
        # Its last query may be long ago, and this one begins only when whoever waits for it has its turn.
        worker.started = asyncio.get_running_loop().time()
        self._running.add(worker)
        return worker

    def _tick(self) -> None:
        loop = asyncio.get_running_loop()
        self._ticking = None
        if not self._running and not self._waiting:
            return
        self._ticking = loop.call_later(_TICK, self._tick)
        now = loop.time()
        for worker in list(self._running):
            if now - worker.started > self._limits.timeout + _GRACE:
                self._end(worker, self._out_of_time())
            elif not worker.slow and worker.worked() > _SHORT:
                worker.slow_down()
        while self._waiting and self._waiting[0][0] < now:
            _, turn = self._waiting.popleft()
            if not turn.done():
                turn.set_exception(busy("Every worker is busy."))
        # While short queries wait, long ones have half of the workers; the youngest of them has lost the least.
        slow = [worker for worker in self._running if worker.slow and not worker.condemned]
        if self._waiting and len(slow) > self._limits.workers // 2:
            youngest = max(slow, key=lambda worker: worker.started)
            self._end(youngest, busy("Every worker is busy with a long query."))

    def _out_of_time(self) -> Problem:
        timeout = self._limits.timeout
        return Problem(
            TOO_MUCH,
            "time-limit",
            f"The query ran longer than the {timeout:g} seconds one query may have; make it more selective.",
            limit="timeout",
            value=timeout,
        )

    def _end(self, worker: Worker, why: Problem) -> None:
        """End a worker; the query it has is answered with `why` as soon as the process is gone."""
        if worker.condemned is None:
            worker.condemned = why
            self._control.kill(worker.pid)

    async def _fork(self) -> None:
        worker = Worker(self._lost, self._nonsense)
        self._unborn.append(worker)
        await asyncio.get_running_loop().create_connection(lambda: worker, sock=self._control.fork())

    def _welcome(self, pid: int) -> None:
        worker = self._unborn.popleft()
        worker.pid = pid
        self._by_pid[pid] = worker
        self._idle.insert(0, worker)
        if len(self._by_pid) >= self._limits.workers + _SPARE:
            self._staffed.set()
        self._serve_next()

    def _bury(self, pid: int, ended_by: int) -> None:
        worker = self._by_pid.pop(pid, None)
        if worker is None:
            return
        if worker in self._idle:
            self._idle.remove(worker)
        if worker.reply is not None and not worker.reply.done():
            why = worker.condemned
            if why is None:
                why = self._out_of_time() if ended_by == signal.SIGALRM else memory_problem(self.contents.worker_memory)
            worker.reply.set_result(why)
        worker.close()
        if not self.broken:
            forking = asyncio.get_running_loop().create_task(self._fork())
            self._forking.add(forking)
            forking.add_done_callback(self._forking.discard)

    def _lost(self, worker: Worker) -> None:
        # Its death will be told with its cause; until then it only must not be asked.
        if worker in self._idle:
            self._idle.remove(worker)

    def _nonsense(self, worker: Worker) -> None:
        self._end(worker, Problem(500, "engine", "The engine gave no usable answer; the query was ended."))

    def _break(self) -> None:
        self._give_up(busy("The engine is being started again."))

    def _give_up(self, why: Problem) -> None:
        """Answer whoever waits or has a query, and let every process go."""
        self.broken = True
        self._staffed.set()
        for _, turn in self._waiting:
            if not turn.done():
                turn.set_exception(why)
        self._waiting.clear()
        for worker in self._running:
            if worker.reply is not None and not worker.reply.done():
                worker.reply.set_result(why)
        for worker in [*self._idle, *self._running, *self._unborn]:
            worker.close()
        self._idle.clear()
