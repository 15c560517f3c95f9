"""What goes to a worker process, the answer or the problem that comes back, and how they are laid out as bytes."""

from __future__ import annotations

import gzip
import hashlib
import json
import struct
from collections.abc import Iterable
from typing import Any, NamedTuple

from ascn_graph.errors import AscnError
from ascn_graph.media_types import Representation

__all__ = [
    "HEADER",
    "LEAST_COMPRESSED",
    "MEDIA_TYPE",
    "TOO_MUCH",
    "Job",
    "Problem",
    "Reply",
    "busy",
    "not_acceptable",
    "pack",
    "unpack",
]

#: A message is the lengths of its head (JSON) and its body and whether the writer ends after it; then both.
HEADER = struct.Struct(">II?")
#: The fewest bytes that are worth compressing.
LEAST_COMPRESSED = 1024
_JSON = json.JSONEncoder(ensure_ascii=False)

#: The media type of problem details, RFC 9457.
MEDIA_TYPE = "application/problem+json"

#: A well-formed query that needs more than one query may have. A client error: the same query fails again, so neither
#: a client nor a proxy should repeat it, as many do after any 5xx.
TOO_MUCH = 422


class Job(NamedTuple):
    """One query with its dataset and the forms its answer may take; equal jobs have equal answers.

    `default_graphs` and `named_graphs` are empty where the protocol states no dataset. `bindings` and `graph` are file
    extensions, None where the client accepts no form of that kind. `name` is that of a named query; its text is then
    empty, and `parameters` are what it is given.
    """

    text: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    bindings: str | None
    graph: str | None
    compress: bool
    name: str = ""
    parameters: tuple[tuple[str, str], ...] = ()


class Reply(NamedTuple):
    """An answer in full: its bytes as they are sent, their type and tag, and whether they may be sent again."""

    body: bytes
    media_type: str
    etag: str
    compressed: bool = False
    lasting: bool = True

    @classmethod
    def of(cls, body: bytes, media_type: str, *, compress: bool = False, lasting: bool = True) -> Reply:
        """Return an answer as it is sent: compressed where the client takes that and it pays, with its tag."""
        compressed = compress and len(body) >= LEAST_COMPRESSED
        if compressed:
            body = gzip.compress(body, 5, mtime=0)
        etag = f'"{hashlib.blake2b(body, digest_size=16).hexdigest()}"'
        return cls(body, media_type, etag, compressed, lasting)


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

    @property
    def lasting(self) -> bool:
        """Whether the same query would be refused again."""
        return self.status == TOO_MUCH

    def body(self) -> bytes:
        """Return the problem document as JSON on one line."""
        return _JSON.encode(self.members).encode(errors="replace") + b"\n"


def busy(detail: str) -> Problem:
    """Return the refusal of a server that cannot answer right now: 503 with Retry-After."""
    return Problem(503, "busy", f"{detail} Come back in a second.", headers={"Retry-After": "1"})


def not_acceptable(what: str, forms: Iterable[Representation]) -> Problem:
    """Return the refusal of a request that accepts none of the forms that something has."""
    types = ", ".join(form.types[0] for form in forms)
    return Problem(406, "not-acceptable", f"The request accepts none of the forms of {what}: {types}.")


def pack(message: Job | Reply | Problem, *, last: bool = False) -> bytes:
    """Lay a message out as bytes; `last` says that its writer ends after it."""
    body = message.body if isinstance(message, Reply) else b""
    head = message.members if isinstance(message, Problem) else message[1:] if isinstance(message, Reply) else message
    packed = _JSON.encode(head).encode()
    return b"".join((HEADER.pack(len(packed), len(body), last), packed, body))


def unpack(head: bytes, body: bytes) -> Reply | Problem:
    """Read what a worker wrote: the head of a refusal is an object where that of a reply is a list.

    Raises:
        ValueError: the bytes are no reply; a worker whose memory went bad may write any.
        LookupError: as for ValueError.
        TypeError: as for ValueError.
    """
    members = json.loads(head)
    if isinstance(members, dict):
        return Problem(members.pop("status"), members.pop("code"), **members)
    return Reply(body, *members)
