"""Work done in processes of its own beside this one, where the system can fork."""

from __future__ import annotations

import contextlib
import ctypes
import multiprocessing
import os
import signal
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection
from typing import Any

from ascn_graph.errors import EngineError

__all__ = ["beside", "processors"]

_PR_SET_PDEATHSIG = 1


def processors() -> int:
    """Return how many processors this process may use; 1 where it cannot fork or may not."""
    can_fork = sys.platform == "linux" and not multiprocessing.current_process().daemon
    return len(os.sched_getaffinity(0)) if can_fork else 1


@contextlib.contextmanager
def beside(works: Sequence[Callable[[], object]]) -> Iterator[Callable[[], list[Any]]]:
    """Begin some works; the function yielded waits for them, and returns what they return or raises what one raised.

    On one processor each is done when the function is called. Works that are not done when the block ends are stopped;
    and a parent that is killed takes them with it.
    """
    if processors() == 1:
        yield lambda: [work() for work in works]
        return
    context = multiprocessing.get_context("fork")
    begun = []
    try:
        for work in works:
            receiver, sender = context.Pipe(duplex=False)
            process = context.Process(target=_run, args=(work, sender, os.getpid()))
            with warnings.catch_warnings():
                # The other threads of this process wait for questions, and a child asks none of them any.
                warnings.simplefilter("ignore", DeprecationWarning)
                process.start()
            sender.close()
            begun.append((process, receiver))
        yield lambda: [_result(receiver) for _, receiver in begun]
    finally:
        for process, receiver in begun:
            process.kill()
            process.join()
            receiver.close()


def _run(work: Callable[[], object], sender: Connection, parent: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent gets it too, and stops this
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        return
    try:
        result: tuple[object, BaseException | None] = work(), None
    except Exception as error:  # noqa: BLE001 - carried over to the parent and raised there
        result = None, error
    sender.send(result)


def _result(receiver: Connection) -> Any:
    try:
        result, error = receiver.recv()
    except EOFError:
        raise EngineError("A process that was writing files ended before it was done; try again.") from None
    if error is not None:
        raise error
    return result
