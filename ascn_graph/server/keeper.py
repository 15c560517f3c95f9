"""The process that keeps the others: it has the graph loaded and the site built, and starts again what died."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import socket
import sys
import tempfile
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from ascn_graph.errors import AscnError
from ascn_graph.server.build import SITE, build
from ascn_graph.server.front import READY, Settings
from ascn_graph.server.limits import Limits
from ascn_graph.server.loading import Loaded, channel_pair, start_module

__all__ = ["Keeper"]

_RESTART = 1.0
# How long after its own limit of time a front may take to end.
_GRACE = 3.0
# How long a front may take from its start to its first answer.
_BEGIN = 60.0


class _Served:
    """A loaded graph with its site."""

    def __init__(self, loaded: Loaded, site: Path | None, built: tempfile.TemporaryDirectory[str] | None) -> None:
        self.loaded = loaded
        self.site = site
        self._built = built

    def clear(self) -> None:
        if self._built is not None:
            self._built.cleanup()


class _Front:
    """A process that speaks HTTP, and the channel to it."""

    def __init__(self, process: asyncio.subprocess.Process, channel: socket.socket) -> None:
        self.process = process
        self.channel = channel

    @classmethod
    async def start(cls, listener: socket.socket, settings: Settings) -> _Front:
        ours, theirs = channel_pair()
        with theirs:
            descriptors = [theirs.fileno(), listener.fileno()]
            return cls(await start_module("front", [*map(str, descriptors), json.dumps(settings)], descriptors), ours)

    async def swap(self, served: _Served, patience: float) -> None:
        """Have it serve a graph; return when it does, or has died, and end it when it does neither."""
        # Either end may be gone already, which is noticed, and mended, elsewhere.
        with suppress(OSError), served.loaded.attach() as nursery:
            message = json.dumps([served.loaded.contents, str(served.site) if served.site else None]).encode()
            socket.send_fds(self.channel, [message], [nursery.fileno()])
            try:
                async with asyncio.timeout(patience):
                    await asyncio.get_running_loop().sock_recv(self.channel, len(READY))
            except TimeoutError:
                self.process.kill()


class Keeper:
    """A whole server: a nursery that holds the graph, and fronts that answer from it."""

    def __init__(
        self,
        place: str | None,
        limits: Limits,
        site: Path | str | None,
        listeners: Sequence[socket.socket],
        settings: Settings,
    ) -> None:
        """Keep what is to be served; `start` begins.

        Args:
            place: the data, as `Loaded.start` takes it.
            limits: of the whole server.
            site: the folder of a site, or the base URL of one that is to be built; None for no site.
            listeners: one bound socket for each front.
            settings: of the fronts, whatever their number.
        """
        self._place = place
        self._limits = limits
        self._site = site
        self._listeners = listeners
        self._settings = settings
        self._served: _Served | None = None
        self._fronts: dict[int, _Front] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._changing = asyncio.Lock()

    @property
    def triples(self) -> int:
        """The number of triples served, without duplicates."""
        return self._served.loaded.contents.triples if self._served else 0

    async def start(self) -> None:
        """Load the graph, open or build the site, and start the fronts.

        Raises:
            AscnError: the graph cannot be loaded or the site cannot be built.
        """
        await self._change()
        await asyncio.gather(*(self._start_front(number) for number in range(len(self._listeners))))

    async def reload(self) -> None:
        """Load the graph anew beside the old one, then swap; the old one answers what it has begun, or goes on."""
        try:
            await self._change()
        except (AscnError, OSError) as error:
            sys.stderr.write(f"ascn: {error} The graph is served as before.\n")
        else:
            assert self._served is not None
            sys.stderr.write(f"Loaded anew: {self.triples} triples, {self._served.loaded.contents.hash}\n")

    async def stop(self) -> None:
        """Let the fronts answer what they have begun, then end every process."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for front in self._fronts.values():
            front.channel.close()
        await asyncio.gather(*(self._ended(front.process) for front in self._fronts.values()))
        if self._served is not None:
            self._served.loaded.close()
            await self._ended(self._served.loaded.process)
            self._served.clear()

    async def _ended(self, process: asyncio.subprocess.Process) -> None:
        try:
            async with asyncio.timeout(self._limits.timeout + _GRACE):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()

    async def _change(self) -> None:
        async with self._changing:
            new = await self._open()
            old, self._served = self._served, new
            self._keep(self._watch(new))
            patience = self._limits.timeout + _GRACE
            try:
                await asyncio.gather(*(front.swap(new, patience) for front in self._fronts.values()))
            finally:
                if old is not None:
                    old.loaded.close()
                    # A request that came before may still be about to read a file of the old site.
                    asyncio.get_running_loop().call_later(patience, old.clear)

    async def _open(self) -> _Served:
        loaded = await Loaded.start(self._place, self._limits)
        if not isinstance(self._site, str):
            return _Served(loaded, self._site, None)
        try:
            built = await build(self._place, self._site)
        except BaseException:
            loaded.close()
            await loaded.process.wait()
            raise
        return _Served(loaded, Path(built.name, SITE), built)

    async def _watch(self, served: _Served) -> None:
        """Load the graph again when the process that holds it dies."""
        await served.loaded.process.wait()
        while self._served is served:
            try:
                await self._change()
            except (AscnError, OSError) as error:
                sys.stderr.write(f"ascn: {error}\n")
                await asyncio.sleep(_RESTART)

    async def _start_front(self, number: int) -> None:
        settings = self._settings._replace(number=number, limits=dataclasses.asdict(self._limits))
        front = await _Front.start(self._listeners[number], settings)
        async with self._changing:
            assert self._served is not None
            self._fronts[number] = front
            await front.swap(self._served, _BEGIN)
        self._keep(self._replace(number, front))

    async def _replace(self, number: int, front: _Front) -> None:
        """Start another front when one dies; its socket, and who waits there, is still open."""
        await front.process.wait()
        front.channel.close()
        sys.stderr.write("ascn: A process that answers requests ended; another is started in its place.\n")
        while True:
            await asyncio.sleep(_RESTART)
            with suppress(OSError):
                await self._start_front(number)
                return

    def _keep(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
