"""What goes to a worker process, what comes back, and how both are laid out as bytes."""

from __future__ import annotations

import json
import struct
from typing import NamedTuple

from ascn_graph.server.problem import Problem

__all__ = ["HEADER", "LEAST_COMPRESSED", "Job", "Reply", "pack", "unpack"]

#: A message is the lengths of its head (JSON) and its body and whether the writer ends after it; then both.
HEADER = struct.Struct(">II?")
#: The fewest bytes that are worth compressing.
LEAST_COMPRESSED = 1024
_JSON = json.JSONEncoder(ensure_ascii=False)


class Job(NamedTuple):
    """One query with its dataset and the forms its answer may take; equal jobs have equal answers.

    `default_graphs` and `named_graphs` are None where the protocol states no dataset. `bindings` and `graph` are file
    extensions, None where the client accepts no form of that kind. `question` is the name of a named query with its
    parameters, as they stand in a URL; its text is then empty.
    """

    text: str
    default_graphs: tuple[str, ...] | None
    named_graphs: tuple[str, ...] | None
    bindings: str | None
    graph: str | None
    compress: bool
    question: str = ""


class Reply(NamedTuple):
    """An answer in full: its bytes as they are sent, their type and tag, and whether they may be sent again."""

    body: bytes
    media_type: str
    etag: str
    compressed: bool = False
    lasting: bool = True


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
