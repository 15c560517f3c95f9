"""The life of the server: its start, its reload, its losses and its end."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from conftest import need
from servers import free_port
from serving import SMALL, below, connections, http_processes, scaled, serving

from ascn_graph.cli import main
from ascn_graph.server.snapshot import DUMP, PROJECT

pytestmark = pytest.mark.servers

COMMAND = [sys.executable, "-c", "from ascn_graph.cli import main; raise SystemExit(main())", "serve"]
BUSY = 0.05  # seconds of processor time that no small query takes, and that a busy machine gives in time
PAUSE = 0.005  # seconds between requests, in which a reload goes on
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


def counted(server) -> int:
    """Return the number of triples served."""
    return int(json.loads(server.query(COUNT).body)["results"]["bindings"][0]["n"]["value"])


def alive(pids: list[int]) -> list[int]:
    """Return those processes that still run."""
    return [pid for pid in pids if state(pid) not in ("", "Z")]


def state(pid: int) -> str:
    """Return the letter of a process's state; nothing where there is none."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    return ""


def times_said(server, words: str) -> int:
    """Return how many lines of a server's log hold some words."""
    return sum(words in line for line in server.lines)


def busy(pids: list[int]) -> list[int]:
    """Return those processes that have worked for a while."""
    tick = os.sysconf("SC_CLK_TCK")
    return [
        pid for pid in pids if int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11]) > tick * BUSY
    ]


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Return a file of 2,000 triples."""
    return scaled(tmp_path_factory.mktemp("life"), 400)


@pytest.fixture(scope="module")
def lasting(data):
    """Serve the file with two workers, for the tests that leave a server as it was."""
    with serving("--data", str(data), "--workers", "2", "--timeout", "2.5", "--no-log") as running:
        yield running


@pytest.fixture
def server(lasting):
    """Return the lasting server when it is whole: healthy, and with all of its workers."""
    lasting.wait_for(lambda: lasting.get("/healthz").status == 200 and len(alive(lasting.workers)) == 3, 30)
    return lasting


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_server_and_all_its_processes(tmp_path, number):
    """SIGTERM to all of its processes and Ctrl-C end it with exit code 0 and no word, and no process stays behind."""
    with serving("--data", str(scaled(tmp_path, 20)), "--no-log") as server:
        family = server.family()
        assert len(family) > 3
        for pid in family if number == signal.SIGTERM else [server.process.pid]:
            with suppress(ProcessLookupError):
                os.kill(pid, number)
        assert server.process.wait(10) == 0
        server.wait_for(lambda: not alive(family))
        assert times_said(server, "ascn:") == 0


def test_workers_end_with_a_server_that_was_killed(tmp_path):
    """Even SIGKILL of the server leaves no worker."""
    with serving("--data", str(scaled(tmp_path, 20)), "--no-log") as server:
        family = server.family()
        server.process.kill()
        server.process.wait(10)
        server.wait_for(lambda: not alive(family))


def test_a_reload_swaps_the_graph_while_clients_are_served(tmp_path):
    """After SIGHUP the new data is served, its hash is another, and no request in between fails."""
    data = scaled(tmp_path, 20)
    with serving("--data", str(data), "--no-log") as server:
        before = json.loads(server.get("/healthz").body)["graph"]
        assert counted(server) == 100
        failures, stop = [], threading.Event()

        def ask() -> None:
            while not stop.is_set():
                got = server.query(f"{SMALL} #{time.time_ns()}")
                if got.status != 200:
                    failures.append(got)
                time.sleep(PAUSE)

        thread = threading.Thread(target=ask)
        thread.start()
        scaled(tmp_path, 40).replace(data)
        old = [*server.fork_servers, *server.workers]
        server.process.send_signal(signal.SIGHUP)
        server.wait_for(lambda: counted(server) == 200)
        server.wait_for(lambda: not alive(old))
        stop.set()
        thread.join()
        assert failures == []
        assert json.loads(server.get("/healthz").body)["graph"] != before


def test_a_reload_of_broken_data_changes_nothing(server, data):
    """Data that does not parse is named on one line, and the old graph is served as before."""
    whole, complaints = data.read_text(), times_said(server, "ascn:")
    data.write_text("<s:s> <p:p> .\n")
    server.process.send_signal(signal.SIGHUP)
    server.wait_for(lambda: times_said(server, "served as before"))
    data.write_text(whole)
    assert times_said(server, "ascn:") == complaints + 1
    assert counted(server) == 2000


def test_a_lost_worker_is_replaced(server):
    """Workers that something else kills are replaced, and the server goes on."""
    workers = server.workers
    for pid in workers:
        os.kill(pid, signal.SIGKILL)
    server.wait_for(lambda: len(server.workers) == len(workers) and not alive(workers))
    assert counted(server) == 2000


ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c. ?d ?e ?f. ?g ?h ?i. ?j ?k ?l. ?m ?n ?o }"


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGALRM, signal.SIGSTOP])
def test_a_worker_that_is_killed_from_outside_is_no_limit_of_the_query(server, number):
    """Its query is told 503 with Retry-After, not 422, and that is not remembered: the next run meets its own limit."""
    endless = f"{ENDLESS} # {number}"
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(server.query, endless)
        server.wait_for(lambda: busy(server.workers))
        (worker,) = busy(server.workers)
        os.kill(worker, number)
        got = answer.result()
    assert (got.status, got.problem["code"], got.headers["retry-after"]) == (503, "busy", "1")
    assert "limit" not in got.problem
    again = server.query(endless)
    assert (again.status, again.problem["code"], again.seconds > 2) == (422, "time-limit", True)


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGINT, signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT])
def test_what_ends_a_worker_without_memory_does_not_end_it_from_outside(server, number):
    """A signal that would pass for the end of memory or stack is not heard where another process sends it."""
    workers = server.workers
    for pid in workers:
        os.kill(pid, number)
    assert counted(server) == 2000
    time.sleep(0.2)
    assert alive(workers) == server.workers
    chain = "SELECT (" + "+".join(["1"] * (20_000 + number)) + " AS ?x) {}"
    assert server.post(chain).problem["code"] == "memory-limit"


def test_a_fork_server_that_is_killed_under_a_query_is_no_limit_of_it(server):
    """The loss of the process that holds the graph is 503 too, and not remembered."""
    endless = f"{ENDLESS} # without a fork server"
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(server.query, endless)
        server.wait_for(lambda: busy(server.workers))
        for pid in server.fork_servers:
            os.kill(pid, signal.SIGKILL)
        assert (answer.result().status, answer.result().problem["code"]) == (503, "busy")
    server.wait_for(lambda: server.query("ASK {}").status == 200)
    assert server.query(endless).problem["code"] == "time-limit"


def test_a_kept_connection_survives_a_reload(server):
    """A request on its way when the processes are replaced is answered, as the last one of its connection."""
    reloads = times_said(server, "Loaded anew")
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    server.process.send_signal(signal.SIGHUP)
    while times_said(server, "Loaded anew") == reloads:
        connection.request("GET", "/healthz")
        response = connection.getresponse()
        assert (response.status, response.read()[:1]) == (200, b"{")
        time.sleep(PAUSE)


def test_the_loss_of_the_process_that_makes_workers_is_mended(server):
    """When the process that holds the graph is killed, it is loaded again."""
    for pid in server.fork_servers:
        os.kill(pid, signal.SIGKILL)
    server.wait_for(lambda: server.get("/healthz").status == 503)
    server.wait_for(lambda: all(server.get("/healthz").status == 200 for _ in range(20)))
    assert counted(server) == 2000


def test_a_process_that_is_stuck_blocks_no_reload(tmp_path):
    """A process that speaks HTTP and does not take the new graph in time is ended and replaced."""
    options = ("--data", str(scaled(tmp_path, 20)), "--workers", "4", "--timeout", "0.5", "--no-log")
    with serving(*options) as server:
        stuck, _ = server.processes
        os.kill(stuck, signal.SIGSTOP)
        server.process.send_signal(signal.SIGHUP)
        server.wait_for(lambda: any("Loaded anew" in line for line in server.lines))
        server.wait_for(lambda: not alive([stuck]) and len(server.processes) == 2)
        assert {counted(server) for _ in range(20)} == {100}


def test_reloads_leave_nothing_behind(server):
    """After four reloads every process has as many descriptors as before; ten at once are no ten reloads."""
    earlier = times_said(server, "Loaded anew")

    def reloaded(times: int) -> bool:
        return times_said(server, "Loaded anew") >= earlier + times

    def held() -> list[int]:
        lasting = [server.process.pid, *server.processes, *server.fork_servers]
        return [len(server.family()), *(len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in lasting)]

    # What the test before closed or ended just now still counts.
    server.wait_for(lambda: not any(map(connections, server.processes)))
    time.sleep(0.5)
    before = held()
    for times in range(1, 4):
        server.process.send_signal(signal.SIGHUP)
        server.wait_for(lambda times=times: reloaded(times))
    for _ in range(10):
        server.process.send_signal(signal.SIGHUP)
        time.sleep(0.01)
    server.wait_for(lambda: reloaded(4))
    time.sleep(1)
    assert not reloaded(7)
    server.wait_for(lambda: held() == before)
    assert "Z" not in {state(pid) for pid in server.family()}


@pytest.mark.parametrize("wait", [0.4, 0.8, 1.2])
def test_a_signal_while_it_starts_ends_it_too(tmp_path, wait):
    """SIGTERM while it loads or builds ends with exit code 0, no word, no process and no folder."""
    need("module:uvicorn", "module:starlette")
    words = [*COMMAND, "--port", str(free_port())]
    held = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True, env=held) as server:
        time.sleep(wait)
        family = below(server.pid)
        os.kill(server.pid, signal.SIGTERM)
        _, said = server.communicate(timeout=15)
    # Before it has read its own code any program ends as the kernel sees fit.
    if family:
        assert (server.returncode, said.partition("Serving")[0]) == (0, "")
    assert list(tmp_path.iterdir()) == []
    assert alive(family) == []


def test_a_lost_process_is_replaced(server):
    """When a process that speaks HTTP is killed, another takes its socket; whoever connects meanwhile only waits."""
    (process,) = server.processes
    os.kill(process, signal.SIGKILL)
    server.wait_for(lambda: not alive([process]))
    assert counted(server) == 2000
    assert server.processes != [process]


def test_what_another_server_left_in_the_environment_is_not_read(tmp_path, monkeypatch):
    """The dump and the project that a fork server is told of are those of its own server."""
    monkeypatch.setenv(DUMP, str(tmp_path / "gone.nq"))
    monkeypatch.setenv(PROJECT, str(tmp_path / "gone"))
    with serving("--data", str(scaled(tmp_path, 20)), "--workers", "2", "--no-log") as server:
        assert counted(server) == 100


def test_processes_share_what_the_limits_allow(tmp_path):
    """With four workers two processes speak HTTP, with two workers each and one to spare, and all of them answer."""
    with serving("--data", str(scaled(tmp_path, 20)), "--workers", "4") as server:
        assert (len(server.processes), len(server.workers)) == (2, 6)
        assert {counted(server) for _ in range(40)} == {100}


def test_health_is_told(server):
    """`/healthz` says that there are workers, and which graph they hold."""
    got = server.get("/healthz")
    told = json.loads(got.body)
    assert (got.status, told["status"], len(told["graph"])) == (200, "ok", 64)
    assert got.headers["cache-control"] == "no-store"


def test_the_log_holds_queries_only_when_asked_to(tmp_path):
    """`--log-queries` writes what was asked, on one line a request, whatever it holds."""
    with serving("--data", str(scaled(tmp_path, 20)), "--log-queries") as server:
        server.query("ASK { } # first\nsecond \x1b[31m")
        server.wait_for(lambda: any("# first" in line or "%23%20first" in line for line in server.lines))
        assert "\x1b" not in "".join(server.lines)


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (["--port", "0"], 2, "There is no port 0"),
        (["--port", "99999"], 2, "There is no port 99999"),
        (["--host", "192.0.2.1"], 4, "Cannot listen on 192.0.2.1"),
        (["--host", "a..b"], 4, "Cannot listen on a..b"),
        (["--timeout", "0"], 2, "timeout"),
        (["--memory", "100"], 2, "give --memory"),
        (["--base-url", "example.org"], 2, "example.org"),
        (["--site", "/nowhere"], 3, "no site"),
        (["--wrokers", "2"], 2, "--workers"),
    ],
)
def test_what_cannot_be_served_is_said_in_one_sentence(tmp_path, capsys, options, code, said):
    """A wrong option is 2, an unusable folder 3, an address that cannot be had 4, each said on one line."""
    need("module:uvicorn", "module:starlette")
    try:
        returned = main(["serve", "--data", str(scaled(tmp_path, 2)), *options])
    except SystemExit as ended:
        returned = ended.code
    told = capsys.readouterr().err
    assert (returned, said in told, told.count("\n")) == (code, True, 1), told


def test_data_that_is_not_there_is_said_in_one_sentence():
    """What the process that loads cannot read is exit code 3 of the server; never a traceback."""
    need("module:uvicorn", "module:starlette")
    words = [*COMMAND, "--data", "/nowhere/at/all", "--port", str(free_port())]
    ran = subprocess.run(words, capture_output=True, text=True, timeout=30, check=False)
    assert (ran.returncode, "/nowhere/at/all:1:1: " in ran.stderr, ran.stderr.count("\n")) == (3, True, 1), ran.stderr


@pytest.mark.parametrize("where", ["2>/dev/full", "2>&-"])
def test_a_log_that_cannot_be_written_stops_nothing(tmp_path, where):
    """With standard error full or closed it answers, refuses and ends on SIGTERM as it does with a log."""
    need("module:uvicorn", "module:starlette")
    port = free_port()
    words = [*COMMAND, "--data", str(scaled(tmp_path, 2)), "--port", str(port)]
    server = subprocess.Popen(["bash", "-c", f'exec "$@" {where}', "bash", *words])
    try:
        until = time.monotonic() + 60
        answered: list[int] = []
        while len(answered) < 3 and time.monotonic() < until:
            with suppress(OSError):
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
                connection.request("GET", "/sparql?query=nothing" if answered else "/sparql?query=ASK%20%7B%7D")
                answered.append(connection.getresponse().status)
            time.sleep(0.05)
        assert answered == [200, 400, 400]
        server.send_signal(signal.SIGTERM)
        assert server.wait(30) == 0
    finally:
        server.kill()
        server.wait()


def test_a_port_in_use_is_4(tmp_path):
    """A taken port is named; the other server keeps it."""
    need("module:uvicorn", "module:starlette")
    dump = str(scaled(tmp_path, 2))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ran = subprocess.run([*COMMAND, "--data", dump, "--port", port], capture_output=True, text=True, check=False)
        assert (ran.returncode, f"127.0.0.1:{port}" in ran.stderr) == (4, True)
    with serving("--data", dump, "--no-log") as server:
        words = [*COMMAND, "--data", dump, "--port", str(server.port)]
        assert subprocess.run(words, capture_output=True, check=False).returncode == 4


def test_a_port_is_taken_from_the_first_moment(tmp_path):
    """A second server is told so while the first is still loading; both would share the port else."""
    need("module:uvicorn", "module:starlette")
    port = free_port()
    words = [*COMMAND, "--data", str(scaled(tmp_path, 20_000)), "--port", str(port)]
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as first:
        try:
            until = time.monotonic() + 10
            while socket.socket().connect_ex(("127.0.0.1", port)):
                assert time.monotonic() < until
                time.sleep(0.01)
            assert http_processes(first.pid) == []
            second = subprocess.run(words, capture_output=True, text=True, timeout=30, check=False)
            assert (second.returncode, "Address already in use" in second.stderr) == (4, True)
        finally:
            first.terminate()
