"""Real triple stores on 127.0.0.1, started for a test in a folder of its own, filled graph by graph."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from conftest import command, lacking, need

#: A named graph to fill a store with: its IRI, and what it says in Turtle or N-Triples.
NamedText = tuple[str, str]
_START = 600.0  # seconds; Virtuoso makes its database first: three on a machine at rest, minutes on one at its limit
_INI = """[Database]
DatabaseFile = v.db
ErrorLogFile = v.log
LockFile = v.lck
TransactionFile = v.trx
xa_persistent_file = v.pxa
[TempDatabase]
DatabaseFile = v-temp.db
TransactionFile = v-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
ServerThreads = 60
NumberOfBuffers = 4000
MaxDirtyBuffers = 3000
DirsAllowed = .
CheckpointInterval = 0
{parameters}
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = .
ServerThreads = 40
[SPARQL]
{sparql}
"""


class StoreServer(NamedTuple):
    """A running triple store: where to ask it, where its Graph Store Protocol is, its process, its SQL port."""

    name: str
    query: str
    graph_store: str
    process: subprocess.Popen[bytes]
    sql: int = 0


def free_port() -> int:
    """Return a port of 127.0.0.1 that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@contextmanager
def oxigraph_server(graphs: Iterable[NamedText] = ()) -> Iterator[StoreServer]:
    """Run `oxigraph serve` in memory with these named graphs; skips where the `oxigraph` wheel is missing."""
    need("oxigraph")
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    program = [str(command("oxigraph")), "serve", "--bind", f"127.0.0.1:{port}"]
    with subprocess.Popen(program, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait(process, port)
            store = StoreServer("oxigraph", f"{base}/query", f"{base}/store", process)
            fill(store, graphs)
            yield store
        finally:
            _stop(process)


@contextmanager
def virtuoso_server(
    graphs: Iterable[NamedText] = (), *, parameters: str = "", sparql: str = "DefaultQuery = ASK {}"
) -> Iterator[StoreServer]:
    """Run `virtuoso-t` with these named graphs; skips where Virtuoso 7 is missing.

    Args:
        graphs: what to fill it with.
        parameters: further lines of the [Parameters] section of its configuration.
        sparql: the lines of the [SPARQL] section, such as `ResultSetMaxRows = 2`.
    """
    need("virtuoso-t", "isql-vt")
    folder = Path(tempfile.mkdtemp(prefix="ascn-virtuoso-"))
    http, sql = free_port(), free_port()
    (folder / "v.ini").write_text(_INI.format(http=http, sql=sql, parameters=parameters, sparql=sparql))
    program = [str(command("virtuoso-t")), "+configfile", "v.ini", "+foreground"]
    with subprocess.Popen(program, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait(process, http)
            # Whoever reaches this port, here this machine alone, may write: the auth endpoint speaks Digest only.
            isql(sql, 'GRANT SPARQL_UPDATE TO "SPARQL";')
            base = f"http://127.0.0.1:{http}"
            store = StoreServer("virtuoso", f"{base}/sparql", f"{base}/sparql-graph-crud", process, sql)
            fill(store, graphs)
            yield store
        finally:
            _stop(process)
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def jena_server(graphs: Iterable[NamedText] = ()) -> Iterator[StoreServer]:
    """Run Jena ARQ of Debian behind the few lines of `jena/Jena.java`; skips where Jena or a JDK is missing."""
    need("java", "javac")
    core = Path("/usr/share/java/jena-core.jar")
    if not core.is_file():
        lacking("libapache-jena-java")
    folder = Path(tempfile.mkdtemp(prefix="ascn-jena-"))
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    # Debian renames Xerces in Jena's classes and forgets its resources, which lie where they were.
    inner = "org/apache/jena/ext/"
    with zipfile.ZipFile(core) as jar:
        for name in jar.namelist():
            if name.startswith(f"{inner}xerces/") and not name.endswith((".class", "/")):
                target = folder / name.removeprefix(inner)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(jar.read(name))
    source = Path(__file__).parent / "jena" / "Jena.java"
    program = [str(command("java")), "-cp", f"{folder}:/usr/share/java/*", str(source), str(port)]
    with subprocess.Popen(program, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait(process, port)
            store = StoreServer("jena", f"{base}/query", f"{base}/store", process)
            fill(store, graphs)
            yield store
        finally:
            _stop(process)
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def jena() -> Iterator[StoreServer]:
    """Run an empty Jena ARQ for the tests of a file."""
    with jena_server() as server:
        yield server


@pytest.fixture(scope="session")
def virtuoso() -> Iterator[StoreServer]:
    """Run one Virtuoso, empty at first, for all tests: none asks for what another has put there."""
    # At its default of 10,000 it loses or doubles optional parts where an intermediate result passes one vector.
    # A query that its client has given up holds a thread until it ends, and a server without one answers nobody.
    with virtuoso_server(
        parameters="VectorSize = 100000\nMaxVectorSize = 1000000",
        sparql="DefaultQuery = ASK {}\nMaxQueryExecutionTime = 300",
    ) as server:
        yield server


@pytest.fixture(scope="module")
def oxigraph() -> Iterator[StoreServer]:
    """Run an empty `oxigraph` server for the tests of a file."""
    with oxigraph_server() as server:
        yield server


def isql(port: int, statement: str) -> str:
    """Run one statement in a Virtuoso on 127.0.0.1 and give what it printed."""
    program = [str(command("isql-vt")), f"127.0.0.1:{port}", "dba", "dba", f"exec={statement}"]
    done = subprocess.run(program, capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def fill(store: StoreServer, graphs: Iterable[NamedText]) -> None:
    """Put each named graph into a store through the Graph Store Protocol."""
    for iri, text in graphs:
        url = f"{store.graph_store}?{urllib.parse.urlencode({'graph': iri})}"
        request = urllib.request.Request(url, text.encode(), {"Content-Type": "text/turtle"}, method="PUT")
        try:
            urllib.request.urlopen(request, timeout=60).close()
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{store.name} refused {iri}: {error.read(500)!r}") from error


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    """Return once the port answers."""
    for _ in range(int(_START / 0.05)):
        assert process.poll() is None, f"{process.args} ended with {process.returncode}"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"{process.args} did not listen within {_START:g} s")


def _stop(process: subprocess.Popen[bytes]) -> None:
    # Nothing of these stores is kept, so they need not write anything down first.
    process.kill()
    process.wait()
