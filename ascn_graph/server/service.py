"""The graph as one front serves it: its workers, its cache, and the swap to a newly loaded graph."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

from ascn_graph.server.budget import Budget
from ascn_graph.server.cache import Cache
from ascn_graph.server.control import Contents
from ascn_graph.server.job import Job, Reply
from ascn_graph.server.limits import Limits
from ascn_graph.server.pool import Pool
from ascn_graph.server.problem import Problem, busy
from ascn_graph.server.site import Site

__all__ = ["Service"]


class Service:
    """Answers jobs from one graph until it is given another.

    Attributes:
        limits: of the whole server.
        budget: what requests and answers on their way may take here.
        site: the pages and documents of the graph; None where there are none.
    """

    def __init__(self, limits: Limits, front: int) -> None:
        """Serve nothing yet; `swap` brings a graph.

        Args:
            limits: of the whole server.
            front: which of its fronts this is, from 0.
        """
        self.limits = limits
        self._share = limits.share(front)
        self.budget = Budget(self._share.buffers)
        self.site: Site | None = None
        self._cache = Cache(self._share.cache)
        self._pool: Pool | None = None
        self._draining: set[asyncio.Task[None]] = set()

    @property
    def contents(self) -> Contents:
        """What the graph holds."""
        return self._pool.contents if self._pool else Contents("", 0, {}, 0)

    @property
    def healthy(self) -> bool:
        """Whether there are workers to answer."""
        return self._pool is not None and not self._pool.broken

    async def swap(self, channel: socket.socket, contents: Contents, site: Path | None) -> None:
        """Serve another graph from now on; the old one answers what it has begun.

        Args:
            channel: one to the nursery that has loaded the graph.
            contents: what it holds.
            site: the folder of its site.
        """
        old, self._pool = self._pool, await Pool.start(channel, contents, self._share)
        self.site = Site(site, self.budget) if site else None
        if old is not None:
            draining = asyncio.get_running_loop().create_task(old.drain())
            self._draining.add(draining)
            draining.add_done_callback(self._draining.discard)

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

    def stop(self) -> None:
        """End all workers."""
        if self._pool is not None:
            self._pool.close()
