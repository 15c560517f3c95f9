"""Files as they are sent: each is read, hashed and compressed once, and those used last stay in memory."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import os
from collections import OrderedDict
from pathlib import Path
from typing import NamedTuple

from ascn_graph.server.job import LEAST_COMPRESSED

__all__ = ["Files", "Stored"]

# A file may take up to this part of the memory, so that one does not push out all others; a larger one is streamed.
_SHARE = 4

_Stamp = tuple[int, int, int]


class Stored(NamedTuple):
    """One file in one coding.

    Attributes:
        tag: its ETag, from its content; the plain and the compressed form have different ones.
        size: bytes that are sent.
        compressed: whether they are gzip.
        body: the bytes; None where they are to be read from `path`.
        path: what to read them from.
        stamp: what changes when the file does.
        begin: the first of the bytes that are sent, where a client asks for a part.
    """

    tag: str
    size: int
    compressed: bool
    body: bytes | None
    path: Path
    stamp: _Stamp
    begin: int = 0


class Files:
    """The files of a site within a budget of bytes."""

    def __init__(self, budget: int) -> None:
        """Keep at most `budget` bytes in memory."""
        self._most = budget
        self._held = 0
        self._stored: OrderedDict[tuple[Path, bool], Stored] = OrderedDict()
        self._reading: dict[tuple[Path, bool], asyncio.Future[Stored]] = {}

    async def get(self, path: Path, *, compress: bool) -> Stored:
        """Return a file, compressed where that is wanted and worth it.

        Raises:
            OSError: the file is not there any more.
        """
        key = (path, compress)
        found = self._stored.get(key)
        if found is not None and found.stamp == _stamp(path):
            self._stored.move_to_end(key)
            return found
        reading = self._reading.get(key)
        if reading is None:
            # Whoever asks meanwhile waits for the same reading, and whoever leaves does not end it for the others.
            reading = asyncio.ensure_future(asyncio.to_thread(_read, path, compress, self._most // _SHARE))
            self._reading[key] = reading
            reading.add_done_callback(lambda done: self._keep(key, done))
        return await asyncio.shield(reading)

    def _keep(self, key: tuple[Path, bool], reading: asyncio.Future[Stored]) -> None:
        del self._reading[key]
        if reading.cancelled() or reading.exception() is not None:
            return
        old, new = self._stored.pop(key, None), reading.result()
        self._stored[key] = new
        self._held += len(new.body or b"") - len(old.body or b"" if old else b"")
        while self._held > self._most:
            self._held -= len(self._stored.popitem(last=False)[1].body or b"")


def _stamp(path: Path) -> _Stamp:
    found = os.stat(path)  # noqa: PTH116 - it is asked for every request
    return found.st_ino, found.st_mtime_ns, found.st_size


def _read(path: Path, compress: bool, most: int) -> Stored:  # noqa: FBT001 - one call, in a thread
    stamp = _stamp(path)
    with path.open("rb") as file:
        tag = hashlib.file_digest(file, "sha256").hexdigest()[:32]
    beside = path.with_name(path.name + ".gz")
    if not compress or stamp[2] < LEAST_COMPRESSED:
        body = path.read_bytes() if stamp[2] <= most else None
        return Stored(f'"{tag}"', stamp[2], compressed=False, body=body, path=path, stamp=stamp)
    if beside.is_file() and (packed := _stamp(beside))[1] >= stamp[1]:
        body = beside.read_bytes() if packed[2] <= most else None
        return Stored(f'"{tag}-gzip"', packed[2], compressed=True, body=body, path=beside, stamp=stamp)
    if stamp[2] > most * _SHARE:
        # Compressing it would take its whole size in memory, again for every client.
        return Stored(f'"{tag}"', stamp[2], compressed=False, body=None, path=path, stamp=stamp)
    body = gzip.compress(path.read_bytes(), 6, mtime=0)
    return Stored(f'"{tag}-gzip"', len(body), compressed=True, body=body, path=path, stamp=stamp)
