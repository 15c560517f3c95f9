"""A graph loaded by a nursery of its own, from which any number of fronts get their workers."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import os
import socket
import sys
from collections.abc import Sequence

from ascn_graph.errors import AscnError, EngineError, InputError, UsageError
from ascn_graph.server.control import Contents
from ascn_graph.server.limits import Limits
from ascn_graph.server.nursery import ATTACH, PACKET

__all__ = ["Loaded", "channel_pair", "start_module"]


_ENDED = b'{"failed": "The process that loads the graph ended before it was ready.", "exit": 4}'


class Loaded:
    """A running nursery.

    Attributes:
        contents: what its graph holds.
        process: it; it ends when no front has a channel to it and this is closed.
    """

    def __init__(self, process: asyncio.subprocess.Process, channel: socket.socket, contents: Contents) -> None:
        """Keep what `start` made."""
        self.process = process
        self.contents = contents
        self._channel = channel

    @classmethod
    async def start(cls, place: str | None, limits: Limits) -> Loaded:
        """Start a nursery and wait until it has loaded its graph.

        Args:
            place: what `ascn_graph.dataset.find` takes, or a dump in N-Quads or TriG.
            limits: what a query may take.

        Raises:
            AscnError: the graph cannot be loaded, or does not leave memory enough.
        """
        ours, theirs = channel_pair()
        settings = json.dumps(dataclasses.asdict(limits))
        with theirs:
            process = await start_module("nursery", [str(theirs.fileno()), place or "", settings], [theirs.fileno()])
        try:
            message = await asyncio.get_running_loop().sock_recv(ours, PACKET)
        except asyncio.CancelledError:
            process.kill()
            await process.wait()
            ours.close()
            raise
        news = json.loads(message or _ENDED)
        if "failed" in news:
            ours.close()
            await process.wait()
            raise _failure(news["failed"], news["exit"])
        return cls(process, ours, Contents(**news["ready"]))

    def attach(self) -> socket.socket:
        """Give one more channel to the nursery, for one front."""
        ours, theirs = channel_pair()
        with theirs:
            socket.send_fds(self._channel, [ATTACH], [theirs.fileno()])
        return ours

    def close(self) -> None:
        """Let the nursery end as soon as no front needs it."""
        self._channel.close()


def channel_pair() -> tuple[socket.socket, socket.socket]:
    """Give both ends of a channel that keeps messages apart, our end not blocking."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.setblocking(False)  # noqa: FBT003 - the socket module takes no keyword
    for end in (ours, theirs):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * PACKET)
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 * PACKET)
    return ours, theirs


async def start_module(name: str, words: Sequence[str], descriptors: Sequence[int]) -> asyncio.subprocess.Process:
    """Run a module of this package as a process that keeps these descriptors and no terminal's signals."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        f"ascn_graph.server.{name}",
        *words,
        pass_fds=descriptors,
        stdin=asyncio.subprocess.DEVNULL,
        start_new_session=True,
        # A worker that runs out of memory ends sooner when the engine does not first describe where.
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "RUST_BACKTRACE": "0"},
    )


def _failure(sentence: str, exit_code: int) -> AscnError:
    if exit_code == InputError.exit_code:
        path, line, column, problem = sentence.split(":", 3)
        return InputError(problem.strip(), path, int(line), int(column))
    return UsageError(sentence) if exit_code == UsageError.exit_code else EngineError(sentence)
