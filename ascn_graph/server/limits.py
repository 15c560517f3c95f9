"""The limits of the endpoint, each with its default: what one query, one request and the whole server may take."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from typing import Any, NamedTuple

from ascn_graph.errors import UsageError

__all__ = ["HEADER_BYTES", "Limits", "ServerSettings"]

MIB = 1 << 20
# What a worker needs beyond the graph for any query at all.
_LEAST = 64 * MIB

# What a process that speaks HTTP takes by itself, and what the supervisor takes.
_HTTP = 48 * MIB
_SUPERVISOR = 48 * MIB
# A process that speaks HTTP needs two workers, so that a long query leaves one for a short one.
_WORKERS_EACH = 2
#: A header may grow to this before its connection is refused with 431, as the HTTP library sets it.
HEADER_BYTES = 8192 + 4096 * 100


def _limit(  # noqa: PLR0913 - what is said of a limit, once
    default: Any, flag: str, metavar: str, meaning: str, *, scale: int = 1, unit: str = ""
) -> Any:
    """Declare a limit with its option of `ascn serve`, in units of `scale`; one with a `unit` is stated to clients."""
    told = {"flag": flag, "metavar": metavar, "meaning": meaning, "scale": scale, "unit": unit}
    return field(default=default, metadata=told)


def _workers() -> int:
    return min(4, max(2, os.cpu_count() or 2))


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits; sizes in bytes, times in seconds.

    Raises:
        UsageError: a value no server can run with, or memory that does not suffice for the workers.
    """

    timeout: float = _limit(5.0, "--timeout", "S", "wall-clock time of one query", unit="seconds")
    rows: int = _limit(100_000, "--max-rows", "N", "solutions or triples of one answer", unit="rows")
    answer_bytes: int = _limit(10 * MIB, "--max-answer", "BYTES", "size of one answer before compression", unit="bytes")
    query_bytes: int = _limit(256 << 10, "--max-query", "BYTES", "size of one query", unit="bytes")
    nesting: int = _limit(64, "--max-nesting", "N", "nesting of brackets in one query", unit="levels")
    workers: int = _limit(_workers(), "--workers", "N", "queries that run at a time", unit="queries")
    memory: int = _limit(1024 * MIB, "--memory", "MIB", "memory of all processes together", scale=MIB)
    connections: int = _limit(512, "--connections", "N", "connections that are open at a time")
    deadline: float = _limit(10.0, "--deadline", "S", "time within which a request must have arrived", unit="seconds")
    patience: float = _limit(2.0, "--patience", "S", "time a query waits for a worker before 503")
    cache: int = _limit(32 * MIB, "--cache", "MIB", "memory for answers that are kept", scale=MIB)
    #: Requests and answers on their way at a time; no option.
    buffers: int = 64 * MIB

    def __post_init__(self) -> None:
        """Refuse what cannot be met."""
        for limit in fields(self):
            value = getattr(self, limit.name)
            if not value > 0:
                told = {"flag": limit.name, "scale": 1, **limit.metadata}
                raise UsageError(f"{told['flag']} is {value / told['scale']:g}; give a number above 0.")
        self.worker_memory(0)

    @property
    def processes(self) -> int:
        """How many processes speak HTTP."""
        return max(1, self.workers // _WORKERS_EACH)

    def share(self, number: int) -> Limits:
        """Return the part that one of these processes, counted from 0, has of what they share."""
        each, more = divmod(self.workers, self.processes)
        return replace(
            self,
            workers=each + (number < more),
            connections=-(-self.connections // self.processes),
            cache=self.cache // self.processes,
            buffers=self.buffers // self.processes,
        )

    def worker_memory(self, graph: int) -> int:
        """Return what one worker may allocate beyond the graph, so that the whole stays below `memory`.

        Args:
            graph: what a process that holds the graph takes, in bytes; the workers forked from it share that.

        Raises:
            UsageError: too little is left for any query.
        """
        processes = (_HTTP + graph) * self.processes
        reserved = _SUPERVISOR + processes + self.cache + self.buffers + self.connections * HEADER_BYTES
        each = (self.memory - reserved) // self.workers
        if each < _LEAST:
            least = -(-(reserved + _LEAST * self.workers) // MIB)
            raise UsageError(
                f"{self.memory // MIB} MiB is not enough for this graph, {self.workers} workers and "
                f"{self.connections} connections; give --memory {least} or fewer workers."
            )
        return each

    def stated(self, worker_memory: int) -> Iterator[dict[str, Any]]:
        """Yield the name, value, unit and meaning of each limit that a client can meet."""
        memory = "memory of one query beyond the graph"
        yield {"name": "memory", "value": worker_memory, "unit": "bytes", "meaning": memory}
        for one in fields(self):
            if one.metadata.get("unit"):
                yield {**one.metadata, "name": one.name.replace("_", "-"), "value": getattr(self, one.name)}


class ServerSettings(NamedTuple):
    """What the operator chose.

    Attributes:
        limits: of the whole server.
        base_url: where clients find the server; None: as they say in Host.
        log: whether to write one line a request to stderr.
        log_queries: whether those lines hold the query text.
    """

    limits: Limits
    base_url: str | None
    log: bool
    log_queries: bool
