"""The graph being served: its workers, its cache, and the swap to a newly loaded one."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine
from typing import Any

from ascn_graph.errors import AscnError
from ascn_graph.server.cache import Cache
from ascn_graph.server.job import Job, Reply
from ascn_graph.server.limits import Limits
from ascn_graph.server.pool import Contents, Pool
from ascn_graph.server.problem import Problem, busy

__all__ = ["Budget", "Service"]

_RESTART = 1.0


class Budget:
    """A number of bytes that requests and answers on their way share."""

    def __init__(self, most: int) -> None:
        """Allow `most` bytes at a time."""
        self._left = most

    def take(self, size: int) -> None:
        """Take some bytes.

        Raises:
            Problem: there are not enough left (503).
        """
        if size > self._left:
            raise busy("Too many large requests and answers are on their way.")
        self._left -= size

    def give(self, size: int) -> None:
        """Give bytes back."""
        self._left += size


class Service:
    """Answers jobs from one graph until it is told to load another."""

    def __init__(self, place: str | None, limits: Limits) -> None:
        """Keep where the graph lies and what its queries may take; `start` loads it."""
        self.limits = limits
        self.budget = Budget(limits.buffers)
        self._place = place
        self._cache = Cache(limits.cache)
        self._pool: Pool | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = False

    @property
    def contents(self) -> Contents:
        """What the graph holds."""
        return self._pool.contents if self._pool else Contents("", 0, {})

    @property
    def healthy(self) -> bool:
        """Whether there are workers to answer."""
        return self._pool is not None and not self._pool.broken

    async def start(self) -> None:
        """Load the graph and start its workers.

        Raises:
            AscnError: the graph cannot be loaded.
        """
        self._pool = await Pool.start(self._place, self.limits, self._revive)

    async def reload(self) -> None:
        """Load the graph anew beside the old one, then swap; the old one answers what it has begun, or goes on.

        Raises:
            AscnError: the graph cannot be loaded; the old one is served as before.
        """
        fresh = await Pool.start(self._place, self.limits, self._revive)
        old, self._pool = self._pool, fresh
        if old is not None:
            self._keep(old.drain())

    async def ask(self, job: Job) -> Reply:
        """Answer a job from the cache or a worker.

        Raises:
            Problem: it is refused.
        """
        pool = self._pool
        if pool is None:
            raise busy("The graph is being loaded.")
        graph = pool.contents.hash
        outcome = self._cache.get(graph, job)
        if outcome is None:
            try:
                outcome = await pool.run(job)
            except Problem as problem:
                self._cache.put(graph, job, problem)
                raise
            self._cache.put(graph, job, outcome)
        if isinstance(outcome, Problem):
            raise outcome
        return outcome

    async def stop(self) -> None:
        """End all workers."""
        self._closing = True
        for task in self._tasks:
            task.cancel()
        if self._pool is not None:
            await self._pool.close()

    def _revive(self) -> None:
        if not self._closing:
            self._keep(self._restart())

    async def _restart(self) -> None:
        broken = self._pool
        while not self._closing and self._pool is broken:
            try:
                await self.reload()
            except AscnError as error:
                sys.stderr.write(f"ascn: {error}\n")
                await asyncio.sleep(_RESTART)

    def _keep(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
