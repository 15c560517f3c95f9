"""A real `ascn serve` on 127.0.0.1, started for a test and stopped after it."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from conftest import need
from servers import free_port

_COMMAND = [sys.executable, "-c", "from ascn_graph.cli import main; raise SystemExit(main())", "serve"]
_START = 300.0

#: A well-formed, selective query for the data of `scaled`.
SMALL = 'SELECT ?city { ?city <http://www.w3.org/2000/01/rdf-schema#label> "City 7"@en }'


class Got(NamedTuple):
    """One response."""

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float

    @property
    def type(self) -> str:
        """The media type without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0]

    @property
    def problem(self) -> dict[str, object]:
        """The problem document of a refusal."""
        assert self.type == "application/problem+json", (self.status, self.type, self.body[:200])
        found: dict[str, object] = json.loads(self.body)
        assert found["status"] == self.status
        assert self.body.count(b"\n") == 1
        return found


class Serving:
    """A running server: its address, its process and everything it wrote to stderr."""

    def __init__(self, *options: str) -> None:
        self.port = free_port()
        self.process = subprocess.Popen(
            [*_COMMAND, "--port", str(self.port), *options],
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
        )
        self.lines: list[str] = []
        self._up = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        try:
            assert self._up.wait(_START), "".join(self.lines)
            assert self.process.poll() is None, "".join(self.lines)
            self.wait_for(self._listens)
        except AssertionError:
            self.stop()
            raise

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.lines.append(line)
            if line.startswith("Serving"):
                self._up.set()
        self._up.set()

    def _listens(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False
        return True

    def wait_for(self, true: object, seconds: float = 30.0) -> None:
        """Wait until a condition holds."""
        assert callable(true)
        until = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < until, "".join(self.lines)
            time.sleep(0.02)

    @property
    def endpoint(self) -> str:
        """The URL of the endpoint."""
        return f"http://127.0.0.1:{self.port}/sparql"

    def ask(
        self, method: str, path: str, headers: dict[str, str] | None = None, body: bytes | None = None, wait: float = 30
    ) -> Got:
        """Send one request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=wait)
        started = time.perf_counter()
        try:
            connection.putrequest(method, path, skip_accept_encoding=True)
            for name, value in (headers or {}).items():
                connection.putheader(name, value)
            if body is not None and "Content-Length" not in (headers or {}):
                connection.putheader("Content-Length", str(len(body)))
            # A server may refuse, and close, before it has read everything.
            with suppress(BrokenPipeError, ConnectionResetError):
                connection.endheaders(body)
            response = connection.getresponse()
            content = response.read()
            fields = {name.lower(): value for name, value in response.getheaders()}
            return Got(response.status, fields, content, time.perf_counter() - started)
        finally:
            connection.close()

    def get(self, path: str, accept: str | None = None, **headers: str) -> Got:
        """GET a path; underscores in the names of headers stand for hyphens."""
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.ask("GET", path, {"Accept": accept, **fields} if accept is not None else fields)

    def query(self, text: str, accept: str | None = None, **headers: str) -> Got:
        """Send a query by GET."""
        return self.get(f"/sparql?query={quote(text, safe='')}", accept, **headers)

    def post(self, text: str | bytes, accept: str | None = None) -> Got:
        """Send a query as the body of a POST."""
        fields = {"Content-Type": "application/sparql-query"} | ({"Accept": accept} if accept else {})
        return self.ask("POST", "/sparql", fields, text if isinstance(text, bytes) else text.encode())

    def family(self) -> list[int]:
        """Return the numbers of the server's process and of all below it."""
        found, unseen = [], [self.process.pid]
        while unseen:
            pid = unseen.pop()
            found.append(pid)
            unseen += below(pid)
        return found

    @property
    def fork_servers(self) -> list[int]:
        """The numbers of the processes that hold the graph and fork the workers."""
        return [pid for process in self.processes for pid in below(process) if is_fork_server(pid)]

    @property
    def processes(self) -> list[int]:
        """The numbers of the processes that speak HTTP."""
        return http_processes(self.process.pid)

    @property
    def workers(self) -> list[int]:
        """The numbers of the processes that answer queries."""
        return [worker for pid in self.fork_servers for worker in below(pid)]

    def stop(self) -> int:
        """End the server as an operator does and give its exit code."""
        self.process.send_signal(signal.SIGTERM)
        try:
            # The folder of a built site has thousands of files to remove.
            return self.process.wait(120)
        finally:
            self.process.kill()
            self._reader.join(5)


def below(pid: int) -> list[int]:
    """Return the numbers of a process's children."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            found += map(int, task.read_text().split())
    return found


def held(pids: list[int]) -> int:
    """Return the memory that some processes hold together, what they share counted once."""
    total = 0
    for pid in pids:
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) << 10 for line in lines if line.startswith("Pss:"))
    return total


def command_line(pid: int) -> bytes:
    """Return what a process was started with; nothing where it has ended."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


def is_fork_server(pid: int) -> bool:
    """Return whether a process is one that others are forked from."""
    return b"multiprocessing.forkserver" in command_line(pid)


def http_processes(pid: int) -> list[int]:
    """Return the numbers of the processes below a server that speak HTTP: each has a fork server."""
    return [child for child in below(pid) if any(map(is_fork_server, below(child)))]


@contextmanager
def serving(*options: str) -> Iterator[Serving]:
    """Start a server and stop it at the end, whatever happened."""
    need("module:uvicorn", "module:starlette")
    server = Serving(*options)
    try:
        yield server
    finally:
        server.process.poll() is None and server.stop()


def scaled(folder: Path, cities: int) -> Path:
    """Write a dump of invented cities, five triples each, in two named graphs."""
    lines = []
    for number in range(cities):
        city = f"<https://w3id.org/ascn/id/city/c{number}>"
        graph = f"<https://w3id.org/ascn/graph/{'odd' if number % 2 else 'even'}>"
        state = f"<https://w3id.org/ascn/id/member-state/m{number % 10}>"
        rdfs = "http://www.w3.org/2000/01/rdf-schema#"
        terms = "https://w3id.org/ascn/ontology#"
        lines += [
            f'{city} <{rdfs}label> "City {number}"@en {graph} .',
            f"{city} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{terms}MemberCity> {graph} .",
            f"{city} <{terms}memberState> {state} {graph} .",
            f'{city} <{terms}latitude> "{number % 90}.5"^^<http://www.w3.org/2001/XMLSchema#decimal> {graph} .',
            f"{city} <{terms}next> <https://w3id.org/ascn/id/city/c{(number + 1) % cities}> {graph} .",
        ]
    dump = folder / f"scaled-{cities}.nq"
    dump.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return dump


def connections(pid: int) -> int:
    """Return how many clients a process has."""
    inodes = {line.split()[9] for line in Path("/proc/net/tcp").read_text().splitlines()[1:] if line.split()[3] == "01"}
    found = 0
    for name in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(OSError):
            found += str(name.readlink()).removeprefix("socket:[").removesuffix("]") in inodes
    return found
