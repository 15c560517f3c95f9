"""Which faults of an endpoint may pass, and how long to wait before asking again."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final, TypeVar

from ascn_graph.deadline import Deadline
from ascn_graph.errors import EndpointError

__all__ = ["LONGEST_WAIT", "RETRIES", "PassingFault", "is_passing", "retrying", "seconds_to_wait"]

#: How often a request is sent again.
RETRIES: Final = 3
#: Seconds: an endpoint that asks for a longer wait is not waited for.
LONGEST_WAIT: Final = 30.0
_FIRST_PAUSE = 0.2

_T = TypeVar("_T")


class PassingFault(EndpointError):
    """A fault that may pass: the same request may succeed when it is sent again."""


def is_passing(status: int, retry_after: float | None, page: bytes) -> bool:
    """Return whether a request that was refused with this status and this page may be sent again."""
    asks_to_wait = status in (429, 502, 503, 504) or (status == 405 and retry_after is not None)  # noqa: PLR2004 - HTTP
    # What lost a deadlock was rolled back and wants to be asked again; Virtuoso says so with status 500.
    return asks_to_wait or b"deadlock" in page.lower()


def seconds_to_wait(retry_after: str | None) -> float | None:
    """Return the seconds that a Retry-After header asks to wait, whether it counts them or names a date."""
    stripped = (retry_after or "").strip()
    if stripped.isascii() and stripped.isdigit():
        return float(stripped[:9])
    try:
        moment = parsedate_to_datetime(stripped)
    except ValueError:
        return None
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


def retrying(attempt: Callable[[], _T], deadline: Deadline) -> _T:
    """Return what an attempt gives; after a fault that may pass, wait as the endpoint asks, else longer each time.

    Raises:
        EndpointError: the fault, when it does not pass, or the wait is longer than `LONGEST_WAIT` or the time left.
    """
    for number in range(RETRIES):
        try:
            return attempt()
        except PassingFault as fault:
            wait = fault.retry_after
            if wait is None:
                # Jitter parts clients that failed at the same moment; nobody guards anything by it.
                wait = _FIRST_PAUSE * 2**number * random.uniform(0.5, 1.5)  # noqa: S311
            try:
                left = deadline.left()
            except TimeoutError:
                raise fault from None
            if wait > LONGEST_WAIT or (left is not None and wait >= left):
                raise
            time.sleep(wait)
    return attempt()
