"""Files as they are sent: each is read, hashed and compressed once, and those used last stay in memory."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import os
from pathlib import Path
from typing import NamedTuple

from ascn_graph.server.cache import Cache
from ascn_graph.server.job import LEAST_COMPRESSED

__all__ = ["Files", "Stored"]

# In the largest that are kept, beyond which a file is streamed: how large one may be to be compressed here.
_COMPRESSED = 4


class Stored(NamedTuple):
    """One file in one coding.

    Attributes:
        path: what holds the bytes that are sent.
        stamp: what changes when the file does.
        tag: its ETag, from its content; the plain and the compressed form have different ones.
        size: bytes that are sent.
        body: the bytes; None where they are to be read from `path`.
        compressed: whether they are gzip.
        begin: the first of the bytes that are to be read, where a client asks for a part.
    """

    path: Path
    stamp: tuple[int, int, int]
    tag: str
    size: int
    body: bytes | None
    compressed: bool = False
    begin: int = 0


class Files:
    """The files of a site within a budget of bytes."""

    def __init__(self, budget: int) -> None:
        """Keep at most `budget` bytes in memory."""
        self._stored = Cache[tuple[Path, bool], Stored](budget)
        self._reading: dict[tuple[Path, bool], asyncio.Future[Stored]] = {}

    async def get(self, path: Path, *, compress: bool) -> Stored:
        """Return a file, compressed where that is wanted and worth it.

        Raises:
            OSError: the file is not there any more.
        """
        key = (path, compress)
        found = self._stored.get(key)
        if found is not None and found.stamp == _stamp(path):
            return found
        reading = self._reading.get(key)
        if reading is None:
            # Whoever asks meanwhile waits for the same reading, and whoever leaves does not end it for the others.
            reading = asyncio.ensure_future(asyncio.to_thread(_read, path, compress, self._stored.largest))
            self._reading[key] = reading
            reading.add_done_callback(lambda done: self._keep(key, done))
        return await asyncio.shield(reading)

    def _keep(self, key: tuple[Path, bool], reading: asyncio.Future[Stored]) -> None:
        del self._reading[key]
        if not reading.cancelled() and reading.exception() is None:
            self._stored.put(key, reading.result(), len(reading.result().body or b""))


def _stamp(path: Path) -> tuple[int, int, int]:
    found = os.stat(path)  # noqa: PTH116 - it is asked for every request
    return found.st_ino, found.st_mtime_ns, found.st_size


def _read(path: Path, compress: bool, largest: int) -> Stored:  # noqa: FBT001 - one call, in a thread
    stamp = _stamp(path)
    size = stamp[2]
    with path.open("rb") as file:
        tag = hashlib.file_digest(file, "sha256").hexdigest()[:32]
    beside = path.with_name(path.name + ".gz")
    if compress and size >= LEAST_COMPRESSED:
        if beside.is_file() and (packed := _stamp(beside))[1] >= stamp[1]:
            body = beside.read_bytes() if packed[2] <= largest else None
            return Stored(beside, stamp, f'"{tag}-gzip"', packed[2], body, compressed=True)
        # Compressing a larger one would take its whole size in memory, again for every client.
        if size <= largest * _COMPRESSED:
            body = gzip.compress(path.read_bytes(), 6, mtime=0)
            return Stored(path, stamp, f'"{tag}-gzip"', len(body), body, compressed=True)
    return Stored(path, stamp, f'"{tag}"', size, path.read_bytes() if size <= largest else None)
