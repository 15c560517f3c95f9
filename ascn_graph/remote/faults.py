"""Which faults of an endpoint may pass, what each status means to a person, how long to wait before asking again."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final, TypeVar

from ascn_graph.errors import EndpointError

__all__ = [
    "LONGEST_WAIT",
    "RETRIES",
    "Deadline",
    "PassingFault",
    "is_passing",
    "late",
    "retrying",
    "seconds_to_wait",
    "status_meaning",
]

#: How often a request is sent again.
RETRIES: Final = 3
#: Seconds: an endpoint that asks for a longer wait is not waited for.
LONGEST_WAIT: Final = 30.0
_FIRST_PAUSE = 0.2

_T = TypeVar("_T")
_MEANINGS = {
    204: "answered that it has no content, where a result was asked for; check that this is its {asked} address",
    400: "refused the {asked} as malformed; it may not know a feature that it uses",
    401: "wants a user it knows; set ASCN_USER and ASCN_PASSWORD, or ASCN_TOKEN, and check them",
    403: "does not allow this {asked}; ask who runs it for access",
    404: "has nothing at this address; check that it is its {asked} address",
    405: "does not take this kind of request; check that this is its {asked} address",
    406: "has none of the formats that are read here (JSON, XML, TSV; N-Triples, Turtle)",
    413: "finds the {asked} too large; send less at a time",
    414: "finds the {asked}'s address too long; ask who runs it to allow POST",
    415: "does not read the {asked} in the media type it came in; check that this is its {asked} address",
    429: "is asked too often; ask less often",
    500: "failed inside; the {asked} may be too much for it",
    502: "is behind a gateway that cannot reach it; ask again later",
    503: "is not ready; ask again later",
    504: "is behind a gateway that gave it up; ask for less, or later",
}


class Deadline:
    """The one end of everything done for a request: `seconds` from now, None for no end."""

    def __init__(self, seconds: float | None) -> None:
        self.seconds = seconds
        self._end = None if seconds is None else time.monotonic() + seconds

    def left(self) -> float | None:
        """Give the seconds left, None for no end.

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


class PassingFault(EndpointError):
    """A fault that may pass: the same request may succeed when it is sent again."""


def late(endpoint: str, deadline: Deadline) -> EndpointError:
    """Give the error of a request whose time is up."""
    given = "in time" if deadline.seconds is None else f"within the {deadline.seconds:g} s it was given"
    problem = f"The endpoint {endpoint} gave no whole answer {given}; ask for less, or give it more time."
    return EndpointError(problem, endpoint=endpoint)


def is_passing(status: int, retry_after: float | None) -> bool:
    """Say whether a request that was answered with this status may be sent again."""
    return status in (429, 502, 503, 504) or (status == 405 and retry_after is not None)  # noqa: PLR2004 - HTTP


def status_meaning(status: int, asked: str) -> str:
    """Give what an endpoint says by a status, and what to do, to follow 'The endpoint … '.

    Args:
        status: the HTTP status.
        asked: what was asked of it: "query" or "upload".
    """
    other = "gave an answer that is no result; check that this is its {asked} address"
    return _MEANINGS.get(status, other).format(asked=asked)


def seconds_to_wait(retry_after: str | None) -> float | None:
    """Give the seconds that a Retry-After header asks to wait, whether it counts them or names a date."""
    if retry_after is None:
        return None
    stripped = retry_after.strip()
    if stripped.isascii() and stripped.isdigit():
        return float(stripped[:9])
    try:
        moment = parsedate_to_datetime(stripped)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def retrying(attempt: Callable[[], _T], deadline: Deadline) -> _T:
    """Give what an attempt gives; after a fault that may pass, wait as the endpoint asks, else longer each time.

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
