"""The graph being served: its workers, its cache, and the swap to a newly loaded one."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from ascn_graph.errors import AscnError
from ascn_graph.server.budget import Budget
from ascn_graph.server.build import build
from ascn_graph.server.cache import Cache
from ascn_graph.server.control import Contents
from ascn_graph.server.job import Job, Reply
from ascn_graph.server.limits import Limits
from ascn_graph.server.pool import Pool
from ascn_graph.server.problem import Problem, busy
from ascn_graph.server.site import Site

__all__ = ["Service"]

_RESTART = 1.0


class Service:
    """Answers jobs from one graph until it is told to load another."""

    def __init__(self, place: str | None, limits: Limits, site: Path | str | None = None) -> None:
        """Keep what is to be served; `start` loads it.

        Args:
            place: the data, as `Pool.start` takes it.
            limits: what its queries may take.
            site: the folder of a site, or the base URL of one that is to be built; None for no site.
        """
        self.limits = limits
        self.budget = Budget(limits.buffers)
        self.site: Site | None = None
        self._site_source = site
        self._built: tempfile.TemporaryDirectory[str] | None = None
        self._place = place
        self._cache = Cache(limits.cache)
        self._pool: Pool | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = False

    @property
    def contents(self) -> Contents:
        """What the graph holds."""
        return self._pool.contents if self._pool else Contents("", 0, {}, 0)

    @property
    def healthy(self) -> bool:
        """Whether there are workers to answer."""
        return self._pool is not None and not self._pool.broken

    async def start(self) -> None:
        """Load the graph, start its workers and open or build the site.

        Raises:
            AscnError: the graph cannot be loaded or the site cannot be built.
        """
        await self.reload()

    async def reload(self) -> None:
        """Load the graph anew beside the old one, then swap; the old one answers what it has begun, or goes on.

        Raises:
            AscnError: the graph cannot be loaded or the site not built; the old ones are served as before.
        """
        pool = await Pool.start(self._place, self.limits, self._revive)
        try:
            folder, built = await self._open_site()
        except BaseException:
            await pool.close()
            raise
        old_pool, self._pool = self._pool, pool
        old_built, self._built = self._built, built
        self.site = Site(folder, self.budget) if folder else None
        if old_built is not None:
            old_built.cleanup()
        if old_pool is not None:
            self._keep(old_pool.drain())

    async def _open_site(self) -> tuple[Path | None, tempfile.TemporaryDirectory[str] | None]:
        if isinstance(self._site_source, str):
            built = await build(self._place, self._site_source)
            return Path(built.name), built
        return self._site_source, None

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
        if self._built is not None:
            self._built.cleanup()

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
