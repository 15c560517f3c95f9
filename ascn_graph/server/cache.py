"""Answers kept for the next client that asks the same of the same graph."""

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

_Key = tuple[str, Job]


class Cache:
    """The answers used last, within a budget of bytes; refusals of queries over a limit are kept for a minute."""

    def __init__(self, budget: int) -> None:
        """Keep at most `budget` bytes."""
        self._budget = budget
        self._held = 0
        self._entries: OrderedDict[_Key, tuple[Reply | Problem, int, float]] = OrderedDict()

    def get(self, graph: str, job: Job) -> Reply | Problem | None:
        """Give the answer that a job had on the graph of this hash."""
        key = (graph, job)
        entry = self._entries.get(key)
        if entry is None:
            return None
        if entry[2] < time.monotonic():
            self._drop(key)
            return None
        self._entries.move_to_end(key)
        return entry[0]

    def put(self, graph: str, job: Job, outcome: Reply | Problem) -> None:
        """Keep an answer, unless it may differ next time or is too large to keep."""
        if isinstance(outcome, Reply):
            lasting, until, size = outcome.lasting, float("inf"), len(outcome.body)
        else:
            lasting, until, size = outcome.status == TOO_MUCH, time.monotonic() + _REFUSED, 0
        size += len(job.text) * 2 + _OVERHEAD
        if not lasting or size > self._budget // _SHARE:
            return
        key = (graph, job)
        if key in self._entries:
            self._drop(key)
        self._entries[key] = (outcome, size, until)
        self._held += size
        while self._held > self._budget:
            self._drop(next(iter(self._entries)))

    def _drop(self, key: _Key) -> None:
        self._held -= self._entries.pop(key)[1]
