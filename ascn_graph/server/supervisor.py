"""The process that starts the others: it takes snapshots of the data and has uvicorn watch those that speak HTTP."""

from __future__ import annotations

import multiprocessing
import os
import resource
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from multiprocessing import resource_tracker
from pathlib import Path

import uvicorn
from uvicorn.supervisors.multiprocess import Multiprocess, Process

from ascn_graph.errors import AscnError, EngineError
from ascn_graph.server import snapshot
from ascn_graph.server.app import Settings
from ascn_graph.server.config import BACKLOG, Config
from ascn_graph.server.limits import Limits
from ascn_graph.server.snapshot import Snapshot

__all__ = ["run"]

_FILES = 256
# In deadlines: how long a client may take nothing of what it is sent.
_UNREAD = 6
# Seconds from the start of a process to its first answer, and beyond its own limit of time to its end.
_START = 120.0
_GRACE = 3.0
# Seconds after which a process that says nothing counts as hung.
_HUNG = 10.0
# The path of a Unix socket, which a fork server makes in a folder of its own, has at most 107 bytes.
_LONGEST_FOLDER = 60


def run(place: str | None, site: Path | str | None, host: str, port: int, settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT, as `ascn_graph.server.serve` says.

    Raises:
        AscnError: the port is taken, or the graph cannot be loaded.
    """
    limits = settings.limits
    _allow_files(limits.connections + _FILES)
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
        shown = f"[{host}]" if ":" in host else host
        supervisor = Supervisor(
            settings,
            listeners,
            place=place,
            site=site,
            folder=Path(folder),
            address=f"http://{shown}:{port}/sparql",
        )
        supervisor.run()
        # It would outlive this process by a moment.
        resource_tracker._resource_tracker._stop()  # type: ignore[attr-defined]  # noqa: SLF001 - there is no other way
        if supervisor.failure is not None:
            raise supervisor.failure


def _listeners(host: str, port: int, limits: Limits) -> list[socket.socket]:
    """Bind sockets among which the kernel divides the connections to one port.

    Raises:
        EngineError: the address cannot be listened on, or another process does.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        # Without sharing at first: a second server would take half of the requests unnoticed.
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
        listeners = []
        for _ in range(limits.processes):
            listener = socket.socket(family, kind, protocol)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            # A connection that is closed with something still to send would otherwise count for ever.
            unread = int(limits.deadline * _UNREAD * 1000)
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, unread)
            listener.bind(address)
            # From now on the probe of a second server fails; who connects waits until the graph is loaded.
            listener.listen(BACKLOG)
            listeners.append(listener)
    except (OSError, OverflowError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise EngineError(f"Cannot listen on {host}:{port}: {reason}; give another --host or --port.") from error
    return listeners


def _allow_files(wanted: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard), hard))


class Supervisor(Multiprocess):
    """Uvicorn's supervisor with a socket for each process, and a snapshot of the data for all of them.

    Attributes:
        failure: why nothing could be served; None where it could.
    """

    def __init__(  # noqa: PLR0913 - what `run` was told and made
        self,
        settings: Settings,
        listeners: Sequence[socket.socket],
        *,
        place: str | None,
        site: Path | str | None,
        folder: Path,
        address: str,
    ) -> None:
        """Supervise what `run` starts; snapshots are taken below `folder`."""
        self.failure: AscnError | None = None
        self._place = place
        self._site = site
        self._settings = settings
        self._listeners = listeners
        self._folder = folder
        self._address = address
        self._snapshot: Snapshot | None = None
        # What the processes are told is a configuration for each of them.
        super().__init__(uvicorn.Config("", log_config=None, log_level="critical"), [])

    def init_processes(self) -> None:
        """Load the graph and start the processes; return when all of them answer."""
        try:
            self._snapshot = self._take_snapshot()
            self.processes = self._start_all()
        except (AscnError, _Stopped) as error:
            self.failure = error if isinstance(error, AscnError) else None
            self.should_exit.set()
        else:
            triples = self._snapshot.contents.triples
            sys.stderr.write(f"Serving {triples} triples at {self._address} (Ctrl-C ends it)\n")

    def handle_hup(self) -> None:
        """Load the graph again beside the old one, then replace all processes; or go on as before."""
        if signal.SIGHUP in self.signal_queue:
            # Another one waits, which is enough for both.
            return
        old = self._snapshot
        assert old is not None
        try:
            self._snapshot = self._take_snapshot()
            self.restart_all()
        except (AscnError, OSError) as error:
            self._snapshot = old
            sys.stderr.write(f"ascn: {error} The graph is served as before.\n")
        except _Stopped:
            self._snapshot = old
        else:
            contents = self._snapshot.contents
            sys.stderr.write(f"Loaded anew: {contents.triples} triples, {contents.hash}\n")
            shutil.rmtree(old.dump.parent, ignore_errors=True)

    def restart_all(self) -> None:
        """Start a process beside each one, and end the old ones when all of the new ones answer.

        Raises:
            EngineError: one of them did not start; the old ones stay.
        """
        old, self.processes = self.processes, self._start_all()
        self._retire(old)

    def keep_subprocess_alive(self) -> None:
        """Start another process where one died or hangs; its socket, and who waits there, is still open."""
        for number, process in enumerate(self.processes):
            if not process.is_alive(_HUNG):
                process.kill()
                process.join()
                sys.stderr.write("ascn: A process that answers requests ended; another is started in its place.\n")
                self.processes[number] = self._start(number)
                # Until it answers it cannot be told from one that hangs.
                with suppress(EngineError, _Stopped):
                    self._await([self.processes[number]])

    def terminate_all(self) -> None:
        """Let each process answer what it has begun, within its limit of time."""
        self._retire(self.processes)

    def handle_ttin(self) -> None:
        """Keep the number of processes, which the limits decide."""

    handle_ttou = handle_ttin

    @property
    def _told_to_end(self) -> bool:
        return not {signal.SIGTERM, signal.SIGINT}.isdisjoint(self.signal_queue)

    def _take_snapshot(self) -> Snapshot:
        """Have a process of its own take a snapshot.

        Raises:
            AscnError: the graph cannot be loaded, or the site cannot be built.
            _Stopped: a signal came.
        """
        folder = Path(tempfile.mkdtemp(dir=self._folder))
        spawn = multiprocessing.get_context("spawn")
        told, tells = spawn.Pipe(duplex=False)
        arguments = (tells, self._place, self._site, self._settings.limits, folder)
        process = spawn.Process(target=snapshot.take, args=arguments, daemon=True)
        with told:
            with tells, _without_interrupts():
                process.start()
            try:
                while not told.poll(0.1):
                    if self._told_to_end:
                        raise _Stopped
                found = told.recv()
            except EOFError:
                raise EngineError("The process that loads the graph ended before it was ready.") from None
            finally:
                process.kill()
                process.join()
        if isinstance(found, Snapshot):
            return found
        code, sentence = found
        shutil.rmtree(folder, ignore_errors=True)
        error = AscnError(sentence)
        error.exit_code = code
        raise error

    def _start(self, number: int) -> Process:
        assert self._snapshot is not None
        process = Process(Config(self._settings, self._snapshot, number), [self._listeners[number]])
        with _without_interrupts():
            process.start()
        return process

    def _start_all(self) -> list[Process]:
        """Start as many processes as there are sockets, and return when all of them answer.

        Raises:
            EngineError: one of them did not start.
            _Stopped: a signal came.
        """
        processes = [self._start(number) for number in range(len(self._listeners))]
        try:
            self._await(processes)
        except BaseException:
            for process in processes:
                process.kill()
                process.join()
            raise
        return processes

    def _await(self, processes: list[Process]) -> None:
        until = time.monotonic() + _START
        while processes:
            if self._told_to_end:
                raise _Stopped
            if time.monotonic() > until or not all(process.process.is_alive() for process in processes):
                raise EngineError("A process that answers requests did not start.")
            processes = [process for process in processes if not process.is_ready(timeout=1)]

    def _retire(self, processes: Sequence[Process]) -> None:
        for process in processes:
            process.terminate()
        until = time.monotonic() + self._settings.limits.timeout + _GRACE
        for process in processes:
            process.process.join(max(0.0, until - time.monotonic()))
            if process.process.is_alive():
                process.process.kill()
                process.join()


class _Stopped(Exception):
    """SIGTERM or SIGINT came."""


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """Start processes that Ctrl-C in a terminal does not reach: it is for the supervisor, which ends them."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
