"""The worker processes as the server sees them: asked, timed, ended and replaced."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import os
import signal
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Callable
from typing import NamedTuple

from ascn_graph.errors import AscnError, EngineError, InputError, UsageError
from ascn_graph.server.job import Job, Reply
from ascn_graph.server.limits import Limits
from ascn_graph.server.nursery import FORK, PACKET
from ascn_graph.server.problem import TOO_MUCH, Problem, busy
from ascn_graph.server.process import Worker
from ascn_graph.server.worker import memory_problem

__all__ = ["Contents", "Pool"]

# Processor time after which a query is a long one, that may have to yield its worker to one that waits; in seconds.
_SHORT = 0.1
_TICK = 0.02
# The kernel ends a worker in time; this is for a worker that is stopped or stuck in writing.
_GRACE = 0.5
_SPARE = 1
_QUEUE = 128


class Contents(NamedTuple):
    """What the pool's graph holds, and what that leaves for a query.

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


class Pool:
    """Worker processes that share one graph; a closed or broken pool answers nothing more.

    Use `await Pool.start(…)` to make one.
    """

    def __init__(self, limits: Limits, on_broken: Callable[[], None]) -> None:
        """Make an empty pool; `start` fills it."""
        self.contents = Contents("", 0, {}, 0)
        self.broken = False
        self._limits = limits
        self._on_broken = on_broken
        self._idle: list[Worker] = []
        self._running: set[Worker] = set()
        self._unborn: deque[Worker] = deque()
        self._by_pid: dict[int, Worker] = {}
        self._waiting: deque[tuple[float, asyncio.Future[Worker]]] = deque()
        self._ready: asyncio.Future[Contents] | None = None
        self._ticking: asyncio.TimerHandle | None = None
        self._empty = asyncio.Event()
        self._staffed = asyncio.Event()
        self._control, self._theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._process: subprocess.Popen[bytes] | None = None

    @classmethod
    async def start(cls, place: str | None, limits: Limits, on_broken: Callable[[], None]) -> Pool:
        """Load a graph and start its workers.

        Args:
            place: what `ascn_graph.dataset.find` takes, or a dump in N-Quads or TriG.
            limits: what a query may take, and how many run at a time.
            on_broken: called once where the process that makes workers has died.

        Raises:
            AscnError: the graph cannot be loaded.
        """
        pool = cls(limits, on_broken)
        loop = asyncio.get_running_loop()
        pool._ready = loop.create_future()
        pool._control.setblocking(False)  # noqa: FBT003 - the socket module takes no keyword
        pool._control.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * PACKET)
        pool._theirs.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 * PACKET)
        settings = json.dumps(dataclasses.asdict(limits))
        theirs = pool._theirs.fileno()
        pool._process = subprocess.Popen(  # noqa: ASYNC220, S603 - our own module; nobody waits for it in the loop
            [sys.executable, "-m", "ascn_graph.server.nursery", str(theirs), place or "", settings],
            pass_fds=[theirs],
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        pool._theirs.close()
        loop.add_reader(pool._control, pool._heard)
        try:
            pool.contents = await pool._ready
            for _ in range(limits.workers + _SPARE):
                await pool._fork()
            await pool._staffed.wait()
        except BaseException:
            await pool.close()
            raise
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
        await self.close()

    async def close(self) -> None:
        """End every process at once."""
        self.broken = True
        asyncio.get_running_loop().remove_reader(self._control)
        self._control.close()
        for worker in [*self._idle, *self._running, *self._unborn]:
            worker.close()
        self._give_up(busy("The server is shutting down."))
        if self._process is not None:
            await asyncio.to_thread(self._process.wait)

    @property
    def load(self) -> tuple[int, int]:
        """How many queries run, and how many wait."""
        return len(self._running), len(self._waiting)

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
        return await turn

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
            elif not worker.slow and worker.worked > _SHORT:
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
            if worker.pid and not self.broken:
                self._control.send(str(worker.pid).encode())

    async def _fork(self) -> None:
        ours, theirs = socket.socketpair()
        worker = Worker(self._lost, self._nonsense)
        self._unborn.append(worker)
        with theirs:
            socket.send_fds(self._control, [FORK], [theirs.fileno()])
        await asyncio.get_running_loop().create_connection(lambda: worker, sock=ours)

    def _heard(self) -> None:
        try:
            message = self._control.recv(PACKET)
        except BlockingIOError:
            return
        except OSError:
            message = b""
        if not message:
            self._break()
            return
        news = json.loads(message)
        if "born" in news:
            worker = self._unborn.popleft()
            worker.pid = news["born"]
            self._by_pid[worker.pid] = worker
            self._idle.insert(0, worker)
            if len(self._by_pid) >= self._limits.workers + _SPARE:
                self._staffed.set()
            self._serve_next()
        elif "died" in news:
            self._bury(news["died"], news["signal"])
        elif self._ready is not None and not self._ready.done():
            if "ready" in news:
                self._ready.set_result(Contents(**news["ready"]))
            else:
                self._ready.set_exception(_failure(news["failed"], news["exit"]))

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
        asyncio.ensure_future(self._fork()).add_done_callback(_looked_at)

    def _lost(self, worker: Worker) -> None:
        # Its death will be told with its cause; until then it only must not be asked.
        if worker in self._idle:
            self._idle.remove(worker)

    def _nonsense(self, worker: Worker) -> None:
        self._end(worker, Problem(500, "engine", "The engine gave no usable answer; the query was ended."))

    def _break(self) -> None:
        if self.broken:
            return
        self.broken = True
        self._staffed.set()
        asyncio.get_running_loop().remove_reader(self._control)
        if self._ready is not None and not self._ready.done():
            self._ready.set_exception(EngineError("The process that loads the graph ended before it was ready."))
        self._give_up(busy("The engine is being started again."))
        self._on_broken()

    def _give_up(self, why: Problem) -> None:
        for _, turn in self._waiting:
            if not turn.done():
                turn.set_exception(why)
        self._waiting.clear()
        for worker in self._running:
            if worker.reply is not None and not worker.reply.done():
                worker.reply.set_result(why)


def _looked_at(task: asyncio.Future[None]) -> None:
    """Let a fork that failed because the pool is closing pass; the pool says the rest."""
    if not task.cancelled():
        task.exception()


def _failure(sentence: str, exit_code: int) -> AscnError:
    if exit_code == InputError.exit_code:
        path, line, column, problem = sentence.split(":", 3)
        return InputError(problem.strip(), path, int(line), int(column))
    return UsageError(sentence) if exit_code == UsageError.exit_code else EngineError(sentence)
