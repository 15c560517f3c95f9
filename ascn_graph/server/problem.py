"""What the endpoint says when it cannot answer: RFC 9457 problem details, one sentence each."""

from __future__ import annotations

import json
from typing import Any

from ascn_graph.errors import AscnError

__all__ = ["MEDIA_TYPE", "TOO_MUCH", "Budget", "Problem", "busy"]

MEDIA_TYPE = "application/problem+json"

#: A well-formed query that needs more than one query may have. A client error: the same query fails again, so neither
#: a client nor a proxy should repeat it, as many do after any 5xx.
TOO_MUCH = 422


class Problem(AscnError):
    """A refusal: `code` is for programs, the message for people, `members` are those of the problem document."""

    def __init__(  # noqa: PLR0913 - each is a member of the problem document or a header of its response
        self,
        status: int,
        code: str,
        detail: str,
        *,
        limit: str | None = None,
        value: float | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        """Keep what the response needs; `limit` names the limit that was met, and `value` is that limit."""
        super().__init__(detail)
        self.status = status
        self.code = code
        self.headers = headers or {}
        members = {"status": status, "code": code, "detail": detail, "limit": limit, "value": value}
        self.members: dict[str, Any] = {name: told for name, told in members.items() if told is not None}

    def body(self) -> bytes:
        """Return the problem document as JSON on one line."""
        return json.dumps(self.members, ensure_ascii=False).encode(errors="replace") + b"\n"


def busy(detail: str) -> Problem:
    """Return the refusal of a server that cannot answer right now: 503 with Retry-After."""
    return Problem(503, "busy", f"{detail} Come back in a second.", headers={"Retry-After": "1"})


class Budget:
    """Bytes of memory that requests and answers on their way share."""

    def __init__(self, most: int) -> None:
        """Allow `most` bytes at a time."""
        self._left = most

    def take(self, size: int) -> None:
        """Take some bytes.

        Raises:
            Problem: there are not enough left (503).
        """
        if size > self._left:
            raise busy("Too many large requests and answers are on their way.")
        self._left -= size

    def give(self, size: int) -> None:
        """Return bytes back."""
        self._left += size
