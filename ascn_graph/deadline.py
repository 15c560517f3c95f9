"""The one end of everything done for a request, and waiting that it or Ctrl-C can end."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final, Self, TypeVar

from ascn_graph.errors import LimitExceeded

__all__ = ["LONGEST", "Deadline", "within"]

#: Seconds of the longest timeout, eleven days: the system's clocks take no number of seconds whatever.
LONGEST: Final = 1e6

_T = TypeVar("_T")


class Deadline:
    """The one end of everything done for a request: `seconds` from now, None for no end.

    As a context it tells that the time is up as a query's own error, a `LimitExceeded`.
    """

    def __init__(self, seconds: float | None) -> None:
        self.seconds = seconds
        self._end = None if seconds is None else time.monotonic() + seconds

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, TimeoutError):
            given = "time" if self.seconds is None else f"{self.seconds:g} s"
            told = f"The query took longer than the {given} it was given; give it more time."
            raise LimitExceeded(told, "timeout") from None

    def left(self) -> float | None:
        """Return the seconds left, None for no end.

        Raises:
            TimeoutError: there are none.
        """
        if self._end is None:
            return None
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def extend(self, seconds: float) -> None:
        """Put the end off, by the time that the caller and not the endpoint took."""
        if self._end is not None:
            self._end += seconds


def within(seconds: float | None, work: Callable[[], _T]) -> _T:
    """Return the result of work that nothing can interrupt, done in another thread.

    The wait for it ends at Ctrl-C, and when the time is up; the work itself then goes on until it is done.

    Args:
        seconds: how long to wait, None for no limit.
        work: what to do.

    Raises:
        TimeoutError: the time is up.
    """
    results: list[_T] = []
    failures: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:  # noqa: BLE001 - carried over to the caller's thread and raised there
            failures.append(error)

    # Not of a pool: Python waits at its end for the threads of one, however long they take.
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise TimeoutError
    if failures:
        raise failures[0]
    return results[0]
