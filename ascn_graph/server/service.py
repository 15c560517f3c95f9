"""A snapshot as one process serves it: its workers, the answers it keeps, and its site."""

from __future__ import annotations

import time
from collections import OrderedDict

from ascn_graph.server.job import Job, Reply
from ascn_graph.server.limits import Limits
from ascn_graph.server.pool import Pool
from ascn_graph.server.problem import TOO_MUCH, Budget, Problem
from ascn_graph.server.site import Site
from ascn_graph.server.snapshot import Snapshot

__all__ = ["Service"]

# An answer may take up to this part of the cache, so that one does not push out all others.
_SHARE = 4
_OVERHEAD = 512
# How long a query that met a limit of time or memory is refused unseen: the next run may be luckier.
_REFUSED = 60.0


class Service:
    """Answers jobs.

    Attributes:
        limits: of the whole server.
        contents: what the graph holds.
        budget: what requests and answers on their way may take here.
        site: the pages and documents of the graph; None where there are none.
        pool: the workers.
    """

    def __init__(self, snapshot: Snapshot, limits: Limits, number: int) -> None:
        """Serve nothing until the pool is started.

        Args:
            snapshot: what is served.
            limits: of the whole server.
            number: which of the processes that speak HTTP this is, from 0.
        """
        share = limits.share(number)
        self.limits = limits
        self.contents = snapshot.contents
        self.budget = Budget(share.buffers)
        self.site = Site(snapshot.site, snapshot.profile, share.cache // 2) if snapshot.site else None
        self.pool = Pool(share, snapshot)
        self._cache = _Cache(share.cache // 2)

    async def ask(self, job: Job) -> Reply:
        """Answer a job from the cache or a worker.

        Raises:
            Problem: it is refused.
        """
        outcome = self._cache.get(job)
        if outcome is None:
            try:
                outcome = await self.pool.run(job)
            except Problem as problem:
                outcome = problem
            self._cache.put(job, outcome)
        if isinstance(outcome, Problem):
            # A kept one is raised many times, and would hold on to each.
            raise outcome.with_traceback(None)
        return outcome


class _Cache:
    """The answers used last, within a budget of bytes; refusals of queries over a limit are kept for a minute."""

    def __init__(self, budget: int) -> None:
        self._left = budget
        self._largest = budget // _SHARE
        self._entries: OrderedDict[Job, tuple[Reply | Problem, int, float]] = OrderedDict()

    def get(self, job: Job) -> Reply | Problem | None:
        """Return what a job was answered with."""
        entry = self._entries.get(job)
        if entry is None:
            return None
        if entry[2] < time.monotonic():
            self._drop(job)
            return None
        self._entries.move_to_end(job)
        return entry[0]

    def put(self, job: Job, outcome: Reply | Problem) -> None:
        """Keep an answer, unless it may differ next time or is too large to keep."""
        size = len(job.text) * 2 + _OVERHEAD
        if isinstance(outcome, Reply):
            lasting, until = outcome.lasting, float("inf")
            size += len(outcome.body)
        else:
            lasting, until = outcome.status == TOO_MUCH, time.monotonic() + _REFUSED
        if not lasting or size > self._largest:
            return
        if job in self._entries:
            self._drop(job)
        self._entries[job] = (outcome, size, until)
        self._left -= size
        while self._left < 0:
            self._drop(next(iter(self._entries)))

    def _drop(self, job: Job) -> None:
        self._left += self._entries.pop(job)[1]
