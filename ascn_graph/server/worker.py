"""The process that answers one query at a time and can do nothing else."""

from __future__ import annotations

import json
import os
import resource
import signal
import socket
from functools import cache
from pathlib import Path

from pyoxigraph import RdfFormat, Store

from ascn_graph import profile
from ascn_graph.embedded import EmbeddedEngine
from ascn_graph.graph import Graph
from ascn_graph.server.answer import answer, warm_up
from ascn_graph.server.job import HEADER, TOO_MUCH, Job, Problem, Reply, pack
from ascn_graph.server.limits import Limits
from ascn_graph.server.snapshot import DUMP, PROJECT, held, release_memory
from ascn_graph.sparql import catalogue

__all__ = ["EXHAUSTED", "OUT_OF_MEMORY", "confine", "graph", "ignore_signals", "memory_problem", "work"]

#: The signals of a process that has no memory or stack left: the allocator aborts, the stack's guard page faults.
EXHAUSTED = (signal.SIGABRT, signal.SIGSEGV, signal.SIGBUS, signal.SIGILL)
#: The exit code of a worker whose memory did not suffice even to say so.
OUT_OF_MEMORY = 70
# A worker that has taken this part of its memory ends after its answer.
_WORN = 4


@cache
def graph() -> Graph:
    """Return the graph of the snapshot that the environment names, with its named queries: all that a worker needs.

    A fork server calls it once, and every worker is forked with what is kept of it.
    """
    store, names = Store(), profile.read(Path(os.environ[PROJECT]))
    queries = catalogue.load(names)
    queries.index = "/api/index.json"
    loaded = Graph(EmbeddedEngine(store), queries=queries, profile=names)
    store.bulk_load(path=os.environ[DUMP], format=RdfFormat.N_QUADS, lenient=True)
    warm_up(loaded)
    release_memory()
    return loaded


def ignore_signals() -> None:
    """Ignore what another process sends; where memory or stack end, the kernel ends this one all the same."""
    for number in (signal.SIGINT, signal.SIGHUP, *EXHAUSTED):
        signal.signal(number, signal.SIG_IGN)


def work(connection: socket.socket, limits: Limits, memory: int) -> None:
    """Answer queries from a socket until it closes; the process ends here.

    Args:
        connection: the only descriptor that this process keeps.
        limits: what one query may take.
        memory: bytes that it may allocate.
    """
    try:
        _answer_all(socket.socket(fileno=confine(connection.detach(), memory)), graph(), limits, memory)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    os._exit(0)


def _answer_all(connection: socket.socket, served: Graph, limits: Limits, memory: int) -> None:
    stream, least = connection.makefile("rb"), _most_held()
    last = False
    while not last and len(header := stream.read(HEADER.size)) == HEADER.size:
        job = Job(*json.loads(stream.read(HEADER.unpack(header)[0])))
        # The kernel ends this process when the time is up, whatever the engine is doing.
        signal.setitimer(signal.ITIMER_REAL, limits.timeout)
        outcome: Reply | Problem
        try:
            outcome = answer(served, job, limits)
        except Problem as problem:
            outcome = problem
        except MemoryError:
            outcome = memory_problem(memory)
        signal.setitimer(signal.ITIMER_REAL, 0)
        # Memory that one query took in pieces may be of no use to the next: that one gets a fresh process.
        last = _most_held() - least > memory // _WORN
        connection.sendall(pack(outcome, last=last))


def _most_held() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10


def confine(channel: int, memory: int) -> int:
    """Close everything but one socket: afterwards this process can open no file and no connection.

    Args:
        channel: the file descriptor to keep.
        memory: bytes that may be allocated from now on.

    Returns:
        The number the descriptor has now.
    """
    for number in (signal.SIGALRM, signal.SIGTERM, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    ignore_signals()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in range(3):
        os.dup2(nowhere, standard)
    kept = os.dup2(channel, 3) if channel != 3 else channel  # noqa: PLR2004 - the first after the standard three
    os.closerange(kept + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    for kind, most in (
        (resource.RLIMIT_AS, held()[0] + memory),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, kept + 1),
    ):
        resource.setrlimit(kind, (most, most))
    return kept


def memory_problem(memory: int) -> Problem:
    """Return the refusal of a query that needed more memory or stack than one may have."""
    told = (
        f"The query needed more memory or depth than the {memory >> 20} MiB one query may have; ask for less at a time."
    )
    return Problem(TOO_MUCH, "memory-limit", told, limit="memory", value=memory)
