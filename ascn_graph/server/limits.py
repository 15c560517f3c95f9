"""The limits of the endpoint: what one query, one request and the whole server may take."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from ascn_graph.errors import UsageError

__all__ = ["LEAST_WORKER_MEMORY", "MIB", "Limits", "Stated"]

MIB = 1 << 20

#: What a worker needs beyond the graph for any query at all, in bytes.
LEAST_WORKER_MEMORY = 64 * MIB

# What a process that speaks HTTP takes by itself, and what the one that keeps it takes.
_FRONT = 48 * MIB
_KEEPER = 32 * MIB
# A front needs two workers, so that a long query leaves one for a short one.
_WORKERS_EACH = 2
# A header may grow to this before its connection is refused with 431, as the HTTP library sets it.
HEADER_BYTES = 8192 + 4096 * 100


class Stated(NamedTuple):
    """One limit as the service description states it."""

    name: str
    value: float
    unit: str
    meaning: str


def _workers() -> int:
    return min(4, max(2, os.cpu_count() or 2))


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits, each an option of `ascn serve`; sizes in bytes, times in seconds.

    Attributes:
        timeout: wall-clock time of one query.
        rows: solutions or triples of one answer.
        answer_bytes: size of one answer before compression.
        query_bytes: size of one query.
        nesting: depth of brackets in one query.
        workers: queries that run at a time.
        memory: what all processes together may take.
        connections: connections that are open at a time.
        deadline: time within which a request must have arrived whole.
        patience: time a query waits for a worker before it is told to come back.
        cache: answers kept.
        buffers: requests and answers on their way at a time.

    Raises:
        UsageError: a value no server can run with, or memory that does not suffice for the workers.
    """

    timeout: float = 5.0
    rows: int = 100_000
    answer_bytes: int = 10 * MIB
    query_bytes: int = 256 * 1024
    nesting: int = 64
    workers: int = field(default_factory=_workers)
    memory: int = 1024 * MIB
    connections: int = 512
    deadline: float = 10.0
    patience: float = 2.0
    cache: int = 32 * MIB
    buffers: int = 64 * MIB

    def __post_init__(self) -> None:
        """Refuse what cannot be met."""
        for name in self.__slots__:
            value = getattr(self, name)
            if not value > 0:
                raise UsageError(f"The limit '{name.replace('_', '-')}' is {value}; give a number above 0.")
        self.worker_memory(0)

    @property
    def fronts(self) -> int:
        """How many processes speak HTTP."""
        return max(1, self.workers // _WORKERS_EACH)

    def share(self, front: int) -> Limits:
        """Give the part that one of the fronts, counted from 0, has of what they share."""
        each, more = divmod(self.workers, self.fronts)
        return replace(
            self,
            workers=each + (front < more),
            connections=-(-self.connections // self.fronts),
            cache=self.cache // self.fronts,
            buffers=self.buffers // self.fronts,
        )

    def worker_memory(self, graph: int) -> int:
        """Give what one worker may allocate beyond the graph, so that the whole stays below `memory`.

        Args:
            graph: what the process that holds the graph takes, in bytes; its workers share it.

        Raises:
            UsageError: too little is left for any query.
        """
        reserved = _KEEPER + _FRONT * self.fronts + graph + self.cache + self.buffers + self.connections * HEADER_BYTES
        each = (self.memory - reserved) // self.workers
        if each < LEAST_WORKER_MEMORY:
            least = -(-(reserved + LEAST_WORKER_MEMORY * self.workers) // MIB)
            raise UsageError(
                f"{self.memory // MIB} MiB do not suffice for this graph, {self.workers} workers and "
                f"{self.connections} connections; give --memory {least} or fewer workers."
            )
        return each

    def stated(self, worker_memory: int) -> list[Stated]:
        """List the limits a client can meet, in a stable order."""
        return [
            Stated("timeout", self.timeout, "seconds", "wall-clock time of one query"),
            Stated("memory", worker_memory, "bytes", "memory of one query beyond the graph"),
            Stated("rows", self.rows, "rows", "solutions or triples of one answer"),
            Stated("answer-bytes", self.answer_bytes, "bytes", "size of one answer before compression"),
            Stated("query-bytes", self.query_bytes, "bytes", "size of one query"),
            Stated("nesting", self.nesting, "levels", "nesting of brackets in one query"),
            Stated("workers", self.workers, "queries", "queries that run at a time"),
            Stated("deadline", self.deadline, "seconds", "time within which a request must have arrived"),
        ]
