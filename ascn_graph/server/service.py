"""A snapshot as one process serves it: its workers, the answers it keeps, and its site."""

from __future__ import annotations

from ascn_graph.server.cache import Cache
from ascn_graph.server.job import Job, Reply
from ascn_graph.server.limits import Limits
from ascn_graph.server.pool import Pool
from ascn_graph.server.problem import Budget, Problem
from ascn_graph.server.site import Site
from ascn_graph.server.snapshot import Snapshot

__all__ = ["Service"]


class Service:
    """Answers jobs.

    Attributes:
        limits: of the whole server.
        contents: what the graph holds.
        budget: what requests and answers on their way may take here.
        site: the pages and documents of the graph; None where there are none.
    """

    def __init__(self, snapshot: Snapshot, limits: Limits, number: int) -> None:
        """Serve nothing yet; `start` starts the workers.

        Args:
            snapshot: what is served.
            limits: of the whole server.
            number: which of the processes that speak HTTP this is, from 0.
        """
        share = limits.share(number)
        self.limits = limits
        self.contents = snapshot.contents
        self.budget = Budget(share.buffers)
        self.site = Site(snapshot.site, snapshot.profile, self.budget, share.cache // 2) if snapshot.site else None
        self._cache = Cache(share.cache // 2)
        self._pool = Pool(share, snapshot)

    @property
    def healthy(self) -> bool:
        """Whether there are workers to answer."""
        return self._pool.healthy

    async def start(self) -> None:
        """Start the workers."""
        await self._pool.start()

    def stop(self) -> None:
        """End the workers."""
        self._pool.close()

    async def ask(self, job: Job) -> Reply:
        """Answer a job from the cache or a worker.

        Raises:
            Problem: it is refused.
        """
        outcome = self._cache.get(job)
        if outcome is None:
            try:
                outcome = await self._pool.run(job)
            except Problem as problem:
                self._cache.put(job, problem)
                raise
            self._cache.put(job, outcome)
        if isinstance(outcome, Problem):
            raise outcome
        return outcome
