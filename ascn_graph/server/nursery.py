"""The process that holds the loaded graph and forks worker processes from it on request."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import json
import os
import resource
import selectors
import signal
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store

from ascn_graph import dataset
from ascn_graph.errors import AscnError, InputError
from ascn_graph.server.limits import Limits
from ascn_graph.server.worker import work

__all__ = ["ATTACH", "FORK", "PACKET", "load", "main", "settle_garbage"]

#: The message that asks for one more worker; the descriptor of its socket travels with it.
FORK = b"fork"
#: The message that brings one more control channel, for one more process that asks for workers.
ATTACH = b"attach"
#: The largest message in either direction.
PACKET = 1 << 17
# Objects made before the collector of garbage looks at them, where Python's own number is 700.
_SELDOM = 20_000
_DUMPS = {".nq": RdfFormat.N_QUADS, ".trig": RdfFormat.TRIG}


def main() -> int:
    """Load the graph, say so, then fork and end workers until no control channel is left.

    The arguments are the descriptor of the first channel, the place of the data (empty: the packaged graph) and the
    limits as JSON. Messages from here are JSON: `ready` or `failed` once on the first channel, then `born` and `died`
    for each worker on the channel that asked for it.
    """
    descriptor, place, settings = sys.argv[1:]
    control = socket.socket(fileno=int(descriptor))
    limits = Limits(**json.loads(settings))
    try:
        store = load(place or None)
        description = _description(store)
        _settle()
        memory = limits.worker_memory(_resident())
    except AscnError as error:
        _tell(control, {"failed": str(error)[: PACKET // 8], "exit": error.exit_code})
        return error.exit_code
    _tell(control, {"ready": {**description, "worker_memory": memory}})
    _Nursery(control, store, limits, memory).tend()
    return 0


def load(place: str | None) -> Store:
    """Load Turtle as `ascn_graph.dataset` does, or a dump in N-Quads or TriG with the union as its default graph.

    Raises:
        InputError: a file is missing or ill-formed.
    """
    form = _DUMPS.get(Path(place).suffix) if place else None
    if place is None or form is None:
        return dataset.load(dataset.find(place))
    store = Store()
    try:
        store.load(path=place, format=form)
    except SyntaxError as error:
        raise InputError(str(error.msg), place, error.lineno or 1, error.offset or 1) from error
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", place) from error
    store.extend([Quad(quad.subject, quad.predicate, quad.object, DefaultGraph()) for quad in store])
    return store


def _description(store: Store) -> dict[str, object]:
    graphs = {
        graph.value: sum(1 for _ in store.quads_for_pattern(None, None, None, graph))
        for graph in store.named_graphs()
        if isinstance(graph, NamedNode)
    }
    return {
        "hash": dataset.graph_hash(store),
        "triples": sum(1 for _ in store.quads_for_pattern(None, None, None, DefaultGraph())),
        "graphs": dict(sorted(graphs.items())),
    }


def settle_garbage() -> None:
    """Have the collector of garbage pass over what stays for good, and come seldom: its visits delay requests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_SELDOM)


def _settle() -> None:
    """Give back what loading took: memory that a worker writes to is no longer shared, and would count twice."""
    settle_garbage()
    library = ctypes.CDLL(None)
    if hasattr(library, "malloc_trim"):
        library.malloc_trim(0)


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize()


class _Nursery:
    """The workers that are alive, and the channels over which processes that speak HTTP ask for more."""

    def __init__(self, control: socket.socket, store: Store, limits: Limits, memory: int) -> None:
        self._store = store
        self._limits = limits
        self._memory = memory
        self._alive: dict[int, socket.socket] = {}
        self._selector = selectors.DefaultSelector()
        self._attach(control)

    def tend(self) -> None:
        """Fork and end workers until everyone who asked for them is gone, which may be at any moment."""
        for number in (signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        awake, wake = os.pipe2(os.O_NONBLOCK)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        self._selector.register(awake, selectors.EVENT_READ)
        # What remains in the end is the pipe that wakes.
        while len(self._selector.get_map()) > 1:
            for key, _ in self._selector.select():
                if isinstance(key.fileobj, socket.socket):
                    self._obey(key.fileobj)
                else:
                    os.read(awake, PACKET)
                    self._reap()

    def _attach(self, channel: socket.socket) -> None:
        self._selector.register(channel, selectors.EVENT_READ)

    def _obey(self, channel: socket.socket) -> None:
        try:
            message, descriptors, _, _ = socket.recv_fds(channel, 64, 1)
        except ConnectionError:
            message, descriptors = b"", []
        if message == ATTACH:
            self._attach(socket.socket(fileno=descriptors[0]))
        elif message == FORK:
            pid = self._fork(descriptors[0])
            os.close(descriptors[0])
            self._alive[pid] = channel
            _tell(channel, {"born": pid})
        elif not message:
            self._detach(channel)
        # Only a child that has not been reaped is ended: its number cannot have been given to another.
        elif self._alive.get(pid := int(message)) is channel:
            os.kill(pid, signal.SIGKILL)

    def _detach(self, channel: socket.socket) -> None:
        self._selector.unregister(channel)
        channel.close()
        for pid, owner in self._alive.items():
            if owner is channel:
                os.kill(pid, signal.SIGKILL)

    def _fork(self, channel: int) -> int:
        pid = os.fork()
        if pid:
            return pid
        try:
            signal.set_wakeup_fd(-1)
            work(channel, self._store, self._limits, self._memory)
        finally:
            # Whatever happened, the child never runs on into its parent's loop.
            os._exit(1)

    def _reap(self) -> None:
        with contextlib.suppress(ChildProcessError):
            while True:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if not pid:
                    break
                ended_by = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
                _tell(self._alive.pop(pid), {"died": pid, "signal": ended_by})


def _tell(channel: socket.socket, news: Mapping[str, object]) -> None:
    # Whoever has gone needs no news.
    with contextlib.suppress(OSError):
        channel.send(json.dumps(news).encode())


if __name__ == "__main__":
    raise SystemExit(main())
