"""The process that starts the others: it takes snapshots of the data and has uvicorn watch those that speak HTTP."""

from __future__ import annotations

import functools
import multiprocessing
import os
import resource
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, suppress
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection as Pipe
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import cast

import uvicorn
from uvicorn.supervisors.multiprocess import Multiprocess, Process

from ascn_graph.errors import AscnError, EngineError
from ascn_graph.server.app import Application
from ascn_graph.server.client_connection import HttpProtocol
from ascn_graph.server.limits import Limits, ServerSettings
from ascn_graph.server.snapshot import Snapshot, take
from ascn_graph.stderr import say

__all__ = ["run"]

_FILES = 256
# Connections that wait to be accepted.
_BACKLOG = 2048
# Seconds that a connection without a request stays open.
_IDLE = 15
# In deadlines: how long a client may take nothing of what it is sent.
_UNREAD = 6
# Seconds from the start of a process to its first answer, and beyond its own limit of time to its end.
_START = 120.0
_GRACE = 3.0
# Seconds after which a process that says nothing counts as hung.
_HUNG = 10.0
# The path of a Unix socket, which a fork server makes in a folder of its own, has at most 107 bytes.
_LONGEST_FOLDER = 60


def run(place: str | None, site: Path | str | None, host: str, port: int, settings: ServerSettings) -> None:
    """Serve until SIGTERM or SIGINT, as `ascn_graph.server.serve` says.

    Raises:
        AscnError: the port is taken, or the graph cannot be loaded.
    """
    limits = settings.limits
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(limits.connections + _FILES, hard)), hard))
    temporary = tempfile.gettempdir()
    with ExitStack() as stack:
        listeners = [stack.enter_context(listener) for listener in _listeners(host, port, limits)]
        parent = temporary if len(temporary) < _LONGEST_FOLDER else "/tmp"  # noqa: S108 - a folder of its own below it
        folder = stack.enter_context(
            tempfile.TemporaryDirectory(prefix="ascn-", dir=parent, ignore_cleanup_errors=True)
        )
        # A worker that runs out of memory ends sooner when the engine does not first describe where.
        os.environ |= {"TMPDIR": folder, "RUST_BACKTRACE": "0", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        # It takes the signals off its own mask, so it has to be there before they are put on.
        resource_tracker.ensure_running()
        # It would outlive this process by a moment.
        stack.callback(resource_tracker._resource_tracker._stop)  # type: ignore[attr-defined]  # noqa: SLF001
        shown = f"[{host}]" if ":" in host else host
        load = functools.partial(take, place, site, limits)
        with suppress(_Stopped):
            _Supervisor(settings, listeners, load, Path(folder), f"http://{shown}:{port}/sparql").run()


def _listeners(host: str, port: int, limits: Limits) -> list[socket.socket]:
    """Bind sockets among which the kernel divides the connections to one port.

    Raises:
        EngineError: the address cannot be listened on, or another process does.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        bound = functools.partial(
            socket.create_server, address, family=family, dualstack_ipv6=family == socket.AF_INET6
        )
        # Without sharing at first: a second server would take half of the requests unnoticed.
        bound().close()
        listeners = []
        for _ in range(limits.processes):
            # From now on the probe of a second server fails; who connects waits until the graph is loaded.
            listener = bound(backlog=_BACKLOG, reuse_port=True)
            # A connection that is closed with something still to send would otherwise count for ever.
            unread = int(limits.deadline * _UNREAD * 1000)
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, unread)
            listeners.append(listener)
    except (OSError, OverflowError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).partition(" (while")[0]
        raise EngineError(f"Cannot listen on {host}:{port}: {reason}; give another --host or --port.") from error
    return listeners


class _Stopped(Exception):
    """SIGTERM or SIGINT came."""


class _Supervisor(Multiprocess):
    """Uvicorn's supervisor with a socket for each process, and a snapshot of the data for all of them."""

    def __init__(
        self,
        settings: ServerSettings,
        listeners: Sequence[socket.socket],
        load: Callable[[Path], Snapshot],
        folder: Path,
        address: str,
    ) -> None:
        self._settings = settings
        self._listeners = listeners
        self._load = load
        self._folder = folder
        self._address = address
        self._snapshot: Snapshot | None = None
        # What the processes are told is a configuration for each of them.
        super().__init__(uvicorn.Config("", log_config=None, log_level="critical"), [])

    def init_processes(self) -> None:
        """Load the graph and start the processes; return when all of them answer."""
        triples = self._replace_all().triples
        say(f"Serving {triples} triples at {self._address} (Ctrl-C ends it)\n")

    def handle_hup(self) -> None:
        """Load the graph again beside the old one, then replace all processes; or go on as before."""
        if signal.SIGHUP in self.signal_queue:
            # Another one waits, which is enough for both.
            return
        try:
            snapshot = self._replace_all()
        except (AscnError, OSError) as error:
            say(f"ascn: {error} The graph is served as before.\n")
        except _Stopped:
            pass
        else:
            say(f"Loaded anew: {snapshot.triples} triples, {snapshot.hash}\n")

    def keep_subprocess_alive(self) -> None:
        """Start another process where one died or hangs; its socket, and who waits there, is still open."""
        assert self._snapshot is not None
        for number, process in enumerate(self.processes):
            # A signal to the whole group ends them too, and is no loss.
            if not process.is_alive(_HUNG) and not self._is_told_to_end:
                _end([process])
                say("ascn: A process that answers requests ended; another is started in its place.\n")
                self.processes[number] = self._started(self._snapshot, number)
                # Until it answers it cannot be told from one that hangs.
                self.processes[number].wait_until_ready(_START)

    def terminate_all(self) -> None:
        """Let each process answer what it has begun, within its limit of time."""
        for process in self.processes:
            process.terminate()
        until = time.monotonic() + self._settings.limits.timeout + _GRACE
        for process in self.processes:
            process.process.join(max(0.0, until - time.monotonic()))
        _end(self.processes)

    def handle_ttin(self) -> None:
        """Keep the number of processes, which the limits decide."""

    handle_ttou = handle_ttin

    def _replace_all(self) -> Snapshot:
        """Take a snapshot, start a process on it for each socket, and end the old ones when all of them answer.

        Raises:
            AscnError: the graph cannot be loaded, or a process did not start; the old ones stay.
            _Stopped: a signal came; the old ones stay.
        """
        folder = Path(tempfile.mkdtemp(dir=self._folder))
        started: list[Process] = []
        try:
            snapshot = self._taken(folder)
            started.extend(self._started(snapshot, number) for number in range(len(self._listeners)))
            self._await(started)
        except BaseException:
            _end(started)
            shutil.rmtree(folder, ignore_errors=True)
            raise
        self.terminate_all()
        if self._snapshot is not None:
            shutil.rmtree(self._snapshot.dump.parent, ignore_errors=True)
        self._snapshot, self.processes = snapshot, started
        return snapshot

    def _taken(self, folder: Path) -> Snapshot:
        """Have a process of its own take a snapshot.

        Raises:
            AscnError: the graph cannot be loaded, or the site cannot be built.
            _Stopped: a signal came.
        """
        spawn = multiprocessing.get_context("spawn")
        told, tells = spawn.Pipe(duplex=False)
        process = spawn.Process(target=_tell, args=(tells, self._load, folder), daemon=True)
        with told:
            with tells:
                _start(process)
            try:
                while not told.poll(0.1):
                    self._stop_if_told()
                found = told.recv()
            except EOFError:
                self._stop_if_told()
                raise EngineError("The process that loads the graph ended before it was ready.") from None
            finally:
                process.kill()
                process.join()
        if isinstance(found, AscnError):
            raise found
        return cast("Snapshot", found)

    def _started(self, snapshot: Snapshot, number: int) -> Process:
        share = self._settings.limits.share(number)
        process = Process(_config(self._settings, snapshot, share), [self._listeners[number]])
        _start(process)
        return process

    def _await(self, processes: Sequence[Process]) -> None:
        if not all(process.wait_until_ready(_START) for process in processes):
            self._stop_if_told()
            raise EngineError("A process that answers requests did not start.")

    @property
    def _is_told_to_end(self) -> bool:
        return self.should_exit.is_set() or not {signal.SIGTERM, signal.SIGINT}.isdisjoint(self.signal_queue)

    def _stop_if_told(self) -> None:
        if self._is_told_to_end:
            raise _Stopped


def _tell(told: Pipe, load: Callable[[Path], Snapshot], folder: Path) -> None:
    """Send the snapshot that this process takes, or the reason why there is none."""
    try:
        found: Snapshot | AscnError = load(folder)
    except AscnError as error:
        # As itself it may not be had back from its bytes.
        found = AscnError(str(error))
        found.exit_code = error.exit_code
    except OSError as error:
        found = AscnError(f"The graph cannot be prepared: {error.strerror or error}.")
    told.send(found)


def _start(process: BaseProcess | Process) -> None:
    """Start a process that Ctrl-C in a terminal does not reach: it is for the supervisor, which ends them."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        process.start()
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def _end(processes: Iterable[Process]) -> None:
    for process in processes:
        process.kill()
        process.join()


def _config(settings: ServerSettings, snapshot: Snapshot, share: Limits) -> uvicorn.Config:
    """Return what uvicorn is told for a process; it is pickled, and makes the application there."""
    return uvicorn.Config(
        functools.partial(Application, settings, snapshot, share),
        factory=True,
        interface="asgi3",
        http=HttpProtocol,
        ws="none",
        lifespan="on",
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        backlog=_BACKLOG,
        timeout_keep_alive=_IDLE,
        timeout_graceful_shutdown=int(share.timeout) + 1,
    )
