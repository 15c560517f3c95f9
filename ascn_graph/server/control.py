"""A channel to the nursery: over it workers are asked for, ended, and heard of."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

from ascn_graph.server.nursery import FORK, PACKET

__all__ = ["Contents", "Control"]


class Contents(NamedTuple):
    """What a graph holds, and what that leaves for a query.

    Attributes:
        hash: of the graph.
        triples: without duplicates.
        graphs: the triples of each named graph.
        worker_memory: bytes that one query may allocate.
    """

    hash: str
    triples: int
    graphs: dict[str, int]
    worker_memory: int


class Control:
    """One front's channel to the nursery, and what to call when that tells something."""

    def __init__(
        self,
        channel: socket.socket,
        on_born: Callable[[int], None],
        on_died: Callable[[int, int], None],
        on_gone: Callable[[], None],
    ) -> None:
        """Listen to a channel.

        Args:
            channel: one that the nursery has the other end of.
            on_born: takes the number of a new worker, in the order they were asked for.
            on_died: takes the number of a worker that ended, and the signal that ended it (0: none).
            on_gone: called once if the nursery ends before `close`.
        """
        self._channel = channel
        self._on_born = on_born
        self._on_died = on_died
        self._on_gone = on_gone
        channel.setblocking(False)  # noqa: FBT003 - the socket module takes no keyword
        asyncio.get_running_loop().add_reader(channel, self._hear)

    def fork(self) -> socket.socket:
        """Ask for one more worker; give our end of its socket."""
        ours, theirs = socket.socketpair()
        with theirs, suppress(OSError):
            socket.send_fds(self._channel, [FORK], [theirs.fileno()])
        return ours

    def kill(self, pid: int) -> None:
        """End a worker; its death is told."""
        with suppress(OSError):
            self._channel.send(str(pid).encode())

    def close(self) -> None:
        """Let the nursery end all workers of this channel."""
        if self._channel.fileno() >= 0:
            asyncio.get_running_loop().remove_reader(self._channel)
            self._channel.close()

    def _hear(self) -> None:
        try:
            message = self._channel.recv(PACKET)
        except BlockingIOError:
            return
        except OSError:
            message = b""
        if not message:
            self.close()
            self._on_gone()
            return
        news = json.loads(message)
        if "born" in news:
            self._on_born(news["born"])
        else:
            self._on_died(news["died"], news["signal"])
