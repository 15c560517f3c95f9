"""Answers kept for the next client that asks the same."""

from __future__ import annotations

import time
from collections import OrderedDict

from ascn_graph.server.job import Job, Reply
from ascn_graph.server.problem import TOO_MUCH, Problem

__all__ = ["Cache"]

# An answer may take up to this part of the cache, so that one does not push out all others.
_SHARE = 4
_OVERHEAD = 512
# How long a query that met a limit of time or memory is refused unseen: the next run may be luckier.
_REFUSED = 60.0


class Cache:
    """The answers used last, within a budget of bytes; refusals of queries over a limit are kept for a minute."""

    def __init__(self, budget: int) -> None:
        """Keep at most `budget` bytes."""
        self._budget = budget
        self._held = 0
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
        if isinstance(outcome, Reply):
            lasting, until, size = outcome.lasting, float("inf"), len(outcome.body)
        else:
            lasting, until, size = outcome.status == TOO_MUCH, time.monotonic() + _REFUSED, 0
        size += len(job.text) * 2 + _OVERHEAD
        if not lasting or size > self._budget // _SHARE:
            return
        if job in self._entries:
            self._drop(job)
        self._entries[job] = (outcome, size, until)
        self._held += size
        while self._held > self._budget:
            self._drop(next(iter(self._entries)))

    def _drop(self, job: Job) -> None:
        self._held -= self._entries.pop(job)[1]
