"""The worst inputs an open endpoint gets, each sent to a running server that must stay up, honest and small."""

from __future__ import annotations

import json
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from urllib.parse import quote

import pytest
from conftest import command, in_time, need
from serving import SMALL, Serving, connections, held, scaled, serving
from sinks import services, sink

pytestmark = pytest.mark.servers

TIMEOUT = 1.0
GIB = 1 << 30
ALL = "?a ?b ?c. ?d ?e ?f. ?g ?h ?i. ?j ?k ?l"
NEXT = "<https://w3id.org/ascn/ontology#next>"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Serve 10,000 triples with a time limit of one second, all else by default."""
    dump = scaled(tmp_path_factory.mktemp("attacks"), 2000)
    with serving("--data", str(dump), "--timeout", str(TIMEOUT), "--deadline", "3", "--no-log") as running:
        yield running


@pytest.fixture(autouse=True)
def unharmed(request):
    """After every attack the same process serves the same graph, whatever had to be ended below it."""
    if "server" not in request.fixturenames:
        yield
        return
    server: Serving = request.getfixturevalue("server")
    graph = json.loads(server.get("/healthz").body)["graph"]
    count = server.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").body
    with sampled(server) as memory:
        yield
    assert server.process.poll() is None
    assert json.loads(server.get("/healthz").body)["graph"] == graph
    assert server.query(f"SELECT (COUNT(*) AS ?n) {{ ?s ?p ?o }} #{time.time()}").body == count
    assert max(memory) < GIB


@contextmanager
def sampled(server: Serving):
    """Measure the memory of a server and its workers as long as the block runs."""
    taken, done = [held(server.family())], threading.Event()

    def sample() -> None:
        while not done.wait(0.1):
            taken.append(held(server.family()))

    thread = threading.Thread(target=sample)
    thread.start()
    try:
        yield taken
    finally:
        done.set()
        thread.join()


def small(server: Serving) -> float:
    """Ask a small query that no cache holds; give the seconds it took."""
    got = server.query(f"{SMALL} #{time.time_ns()}")
    assert got.status == 200
    assert b"/id/city/c7" in got.body
    return got.seconds


def while_it_runs(server: Serving, attack: str) -> tuple[dict[str, object], list[float]]:
    """Send an attack and, as long as it runs, small queries of another client; give its refusal and their seconds."""
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(server.query, attack)
        times = [small(server)]
        while not answer.done():
            times.append(small(server))
            # A client that never rests would itself be what others wait for.
            time.sleep(0.02)
    got = answer.result()
    assert got.status != 200
    assert got.seconds < TIMEOUT * 10
    return got.problem, times


def nested(opening: str, closing_: str, middle: str, depth: int) -> str:
    """Return a pattern nested to a depth."""
    return opening * depth + middle + closing_ * depth


NESTINGS = {
    "groups": ("SELECT * ", "{", "", "}", ""),
    "parentheses": ("SELECT (", "(", "1", ")", " AS ?x) {}"),
    "not": ("SELECT * { FILTER(", "!", "true", "", ") }"),
    "minus": ("SELECT * { FILTER(", "-", "1", "", ") }"),
    "paths": ("SELECT * { ?s ", "(", "<p:p>", ")", " ?o }"),
    "collections": ("SELECT * { ?s <p:p> ", "(", "1", ")", " }"),
    "blank-nodes": ("SELECT * { ?s <p:p> ", "[<p:p> ", "1", "]", " }"),
    "inverse": ("SELECT * { ?s ", "^", "<p:p>", "", " ?o }"),
}


@pytest.mark.parametrize("kind", NESTINGS)
def test_deep_nesting_is_refused_by_name(server, kind):
    """Input 1: whatever nests deeper than 64 is refused before the engine sees it."""
    before, opening, middle, closing_, after = NESTINGS[kind]
    for depth in (100, 1_000, 10_000, 100_000):
        text = before + nested(opening, closing_, middle, depth) + after
        got = server.post(text)
        if len(text) > 262_144:
            assert got.status == 413
        else:
            assert (got.status, got.problem["code"], got.problem["value"]) == (400, "nested-too-deeply", 64)
            assert in_time(1, lambda text=text: server.post(text))


def test_brackets_in_strings_comments_and_iris_do_not_nest(server):
    """Input 1: a hundred braces that are text are no nesting; sixty real ones are allowed."""
    many = "{" * 100
    assert server.post(f'ASK {{ FILTER("{many}" != "a") }} # {many}\n').status == 200
    assert server.post("SELECT * " + nested("{", "}", "", 60)).status == 200


@pytest.mark.parametrize(
    "chain",
    [
        "SELECT (" + "+".join(["1"] * 20_000) + " AS ?x) {}",
        "SELECT * { ?s ?p ?o FILTER(" + "||".join(["?s=?o"] * 10_000) + ") }",
        "SELECT * { ?s " + "/".join(["<p:p>"] * 10_000) + " ?o }",
        "SELECT * { " + " ".join(["OPTIONAL { ?s ?p ?o }"] * 5_000) + " }",
        "SELECT * { " + " ".join(f"?s{n} ?p ?o." for n in range(5_000)) + " }",
        "SELECT * { " + " UNION ".join(["{ ?s ?p ?o }"] * 10_000) + " }",
    ],
    ids=["sum", "or", "path", "optional", "join", "union"],
)
def test_a_chain_that_breaks_the_engine_ends_one_worker(server, chain):
    """Input 1: what is long without nesting may end its worker, and is answered with a limit all the same."""
    got = server.post(chain)
    assert (got.status, got.problem["limit"] in ("memory", "timeout", "answer-bytes")) == (422, True)
    assert got.seconds < TIMEOUT * 10
    small(server)


@pytest.mark.parametrize(
    "attack",
    [
        f"SELECT (COUNT(*) AS ?n) {{ {ALL} }}",
        "SELECT (COUNT(*) AS ?n) { ?a ?b ?c. ?d ?e ?f. ?g ?h ?i }",
        f"ASK {{ {ALL} FILTER(?a = ?l && ?a != ?l) }}",
        f"SELECT * {{ {ALL} FILTER(?a = ?l && ?a != ?l) }}",
        f"CONSTRUCT {{ ?a ?b ?c }} {{ {ALL} FILTER(?a = ?l && ?a != ?l) }}",
        f"SELECT * {{ FILTER NOT EXISTS {{ {ALL} FILTER(?a = ?l && ?a != ?l) }} }}",
        f"SELECT (COUNT(*) AS ?n) {{ ?a ((({NEXT}*)*)*)* ?b . ?b ((({NEXT}*)*)*)* ?c }}",
        f"SELECT (COUNT(*) AS ?n) {{ ?a (({NEXT}|!{NEXT})*)* ?b . ?c (({NEXT}|!{NEXT})*)* ?d }}",
    ],
    ids=["four-way", "three-way", "ask", "select", "construct", "exists", "paths", "alternatives"],
)
def test_a_query_without_end_is_stopped_and_disturbs_nobody(server, attack):
    """Inputs 2 and 3: stopped at the limit with its name; other clients are answered meanwhile, long before that."""
    problem, times = while_it_runs(server, attack)
    assert problem["code"] in ("time-limit", "memory-limit")
    assert statistics.median(times) < TIMEOUT / 2


def test_a_regular_expression_is_bounded(server):
    """Input 4: nested quantifiers take no time, and a huge program is an error of the expression."""
    text = "a" * 30 + "!"
    for pattern in ("^(a+)+$", "(a*)*b", "((a{1000}){1000}){1000}"):
        query = f'SELECT (REGEX("{text}", "{pattern}") AS ?x) (REPLACE("{text}", "{pattern}", "b") AS ?y) {{}}'
        assert server.query(query).status == 200
        assert in_time(1, lambda query=query: server.query(f"{query} #{time.time_ns()}"))


@pytest.mark.parametrize(
    "attack",
    [
        'SELECT (STRLEN(?x27) AS ?n) { BIND("aaaaaaaa" AS ?x0) '
        + " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(27))
        + "}",
        "SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?d))) AS ?n) { ?a ?b ?c. ?d ?e ?f }",
        "SELECT DISTINCT ?a ?d ?h { ?a ?b ?c. ?d ?e ?f. ?g ?h ?i }",
        "SELECT * { ?a ?b ?c. ?d ?e ?f } ORDER BY ?d DESC(?a) LIMIT 1",
        "SELECT ?a ?d (COUNT(*) AS ?n) { ?a ?b ?c. ?d ?e ?f. ?g ?h ?i } GROUP BY ?a ?d ?g",
    ],
    ids=["doublings", "group-concat", "distinct", "order", "group"],
)
def test_a_query_that_eats_memory_is_stopped(server, attack):
    """Input 5: the memory cap ends the query with its name; all processes together stay below 1 GiB."""
    problem, times = while_it_runs(server, attack)
    assert problem["limit"] in ("memory", "timeout")
    assert statistics.median(times) < TIMEOUT / 2


def test_an_answer_that_is_too_large_is_never_cut(tmp_path):
    """Input 6: an answer over the limit of bytes is refused whole."""
    options = ("--data", str(scaled(tmp_path, 400)), "--max-answer", "100000", "--timeout", "30", "--no-log")
    with serving(*options) as server:
        for accept in ("application/json", "application/sparql-results+xml", "text/csv"):
            got = server.query("SELECT * { ?a ?b ?c. ?d ?e ?f. ?g ?h ?i }", accept)
            assert (got.status, got.problem["limit"]) == (422, "answer-bytes")
        got = server.query("CONSTRUCT { ?a ?b ?f } { ?a ?b ?c. ?d ?e ?f }", "application/n-triples")
        assert (got.status, got.problem["limit"]) == (422, "answer-bytes")


def test_an_answer_with_too_many_rows_is_never_cut(tmp_path):
    """Input 6: one row more than allowed is refused, the last allowed one is not, in every form."""
    with serving("--data", str(scaled(tmp_path, 50)), "--max-rows", "40", "--no-log") as server:
        for accept in ("application/json", "application/xml", "text/csv", "text/tab-separated-values"):
            for pattern in ("?s a ?t", '?s a ?t BIND("{\\"x\\":\\n,{ <result>" AS ?odd)', "?s a ?t FILTER(true)"):
                assert server.query(f"SELECT * {{ {pattern} }} LIMIT 40", accept).status == 200
                got = server.query(f"SELECT * {{ {pattern} }} LIMIT 41", accept)
                assert (got.status, got.problem["limit"]) == (422, "rows")
        for accept in ("text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"):
            assert server.query("CONSTRUCT WHERE { ?s a ?t } LIMIT 40", accept).status == 200
            assert server.query("CONSTRUCT WHERE { ?s a ?t } LIMIT 41", accept).problem["limit"] == "rows"


def test_no_query_opens_a_connection(server):
    """Input 7: SERVICE is refused wherever it stands, and nothing calls the sink."""
    with sink() as (port, calls):
        for text in services(port):
            got = server.query(text)
            assert got.status == 400, text
            assert got.problem["code"] in ("service", "syntax"), text
        metadata = "SELECT * { SERVICE <http://169.254.169.254/latest/meta-data/> { ?s ?p ?o } }"
        assert server.query(metadata).problem["code"] == "service"
    assert calls == []


def test_the_word_service_is_no_crime(server):
    """Input 7: in a string, a comment, a variable, a name or an IRI the word asks nobody."""
    text = 'SELECT ?service { ?service ?p "SERVICE" . ?service <http://e/SERVICE> ?o } # SERVICE <http://e/> {}'
    assert server.query(text).status == 200


def test_unknown_graphs_are_unknown(server):
    """Input 8: FROM of a file or a URL names a graph that is not there; the protocol's parameters an empty one."""
    with sink() as (port, calls):
        for graph in ("file:///etc/passwd", f"http://127.0.0.1:{port}/data.ttl", "urn:x"):
            for clause in (f"FROM <{graph}>", f"FROM NAMED <{graph}>", f"\nfrom\n<{graph}>"):
                assert server.query(f"SELECT * {clause} {{ ?s ?p ?o }}").problem["code"] == "unknown-graph"
            for name in ("default-graph-uri", "named-graph-uri"):
                got = server.get(f"/sparql?query={quote('SELECT * { ?s ?p ?o }')}&{name}={quote(graph, safe='')}")
                assert json.loads(got.body)["results"]["bindings"] == []
    assert calls == []


def test_nothing_can_be_written(server):
    """Input 9: updates are refused by POST, by GET and as a query; `unharmed` compares the graph's hash."""
    for text in (
        "LOAD <file:///etc/passwd>",
        "LOAD SILENT <http://127.0.0.1/> INTO GRAPH <g:g>",
        "INSERT DATA { <s:s> <p:p> <o:o> }",
        "DELETE WHERE { ?s ?p ?o }",
        "CLEAR ALL",
        "DROP ALL",
        "# SELECT * {}\nCLEAR ALL",
        "SELECT * {} ; CLEAR ALL",
    ):
        assert server.query(text).status == 400
        assert server.post(text).status == 400
        assert server.get(f"/sparql?update={quote(text)}").status == 400
        assert server.ask("POST", "/sparql", {"Content-Type": "application/sparql-update"}, text.encode()).status == 415
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        assert server.ask("POST", "/sparql", form, b"update=" + quote(text).encode()).status == 400


@pytest.mark.parametrize("kind", ["application/rdf+xml", "application/trix", "application/ld+json", "text/turtle"])
def test_data_is_not_read_at_all(server, kind):
    """Inputs 13 and 14: the server takes no data, so that no bomb and no remote context is ever opened."""
    bomb = b'<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><rdf>&b;</rdf>'
    assert server.ask("POST", "/sparql", {"Content-Type": kind}, bomb).status == 415
    assert server.ask("PUT", "/sparql", {"Content-Type": kind}, bomb).status == 405


def test_a_large_body_is_refused_before_it_is_read(server):
    """Input 16: a stated length decides at once; without one, reading stops at the limit; memory stays flat."""
    before = held(server.family())
    with socket.create_connection(("127.0.0.1", server.port), 5) as client:
        client.sendall(
            b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
            b"Content-Length: 200000000\r\nExpect: 100-continue\r\n\r\n"
        )
        assert client.recv(100).startswith(b"HTTP/1.1 413 ")
    sent = 0
    with socket.create_connection(("127.0.0.1", server.port), 5) as client:
        client.sendall(
            b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n"
        )
        try:
            while sent < 200_000_000:
                client.sendall(b"10000\r\n" + b"a" * 65536 + b"\r\n")
                sent += 65536
        except OSError:
            pass
    assert sent < 20_000_000
    assert held(server.family()) - before < 50_000_000


def test_a_compressed_body_is_not_opened(server):
    """Input 16: a gzip bomb is refused by its Content-Encoding."""
    fields = {"Content-Type": "application/sparql-query", "Content-Encoding": "gzip"}
    assert server.ask("POST", "/sparql", fields, b"\x1f\x8b" + b"\0" * 1000).problem["code"] == "content-encoding"


def test_endless_headers_are_refused(server):
    """Input 16: a header that does not end is cut off, and memory stays flat."""
    with socket.create_connection(("127.0.0.1", server.port), 10) as client:
        try:
            client.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: ")
            for _ in range(100):
                client.sendall(b"a" * 65536)
            answer = client.recv(100)
        except OSError:
            answer = b""
        assert answer[:13] in (b"", b"HTTP/1.1 431 ")


def test_more_connections_than_allowed_are_told_to_come_back(tmp_path):
    """Input 17: beyond the limit a connection gets 503 with Retry-After at once, and is closed."""
    with serving("--data", str(scaled(tmp_path, 20)), "--workers", "2", "--connections", "8", "--no-log") as server:
        open_ones = [socket.create_connection(("127.0.0.1", server.port), 5) for _ in range(8)]
        try:
            server.wait_for(lambda: server.get("/healthz").status == 503)
            got = server.query("ASK {}")
            assert (got.status, got.headers["retry-after"], got.problem["code"]) == (503, "1", "busy")
        finally:
            for client in open_ones:
                client.close()
        server.wait_for(lambda: server.query("ASK {}").status == 200)


def test_half_open_requests_shut_nobody_out(server):
    """Input 17: while 400 POSTs drip, another client is answered before that; they are ended at the deadline."""
    slow = []
    try:
        for number in range(400):
            client = socket.create_connection(("127.0.0.1", server.port), 5)
            head = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
            client.sendall(head if number % 2 else head + b"Content-Length: 1000\r\n\r\nASK")
            slow.append(client)
        answers = []
        for _ in range(10):
            answers.append(server.query(f"ASK {{}} #{time.time_ns()}"))
            for client in slow:
                with suppress(ConnectionError):  # on a slow machine the first ones have been ended by now
                    client.send(b"x")
            time.sleep(0.1)
        assert {got.status for got in answers} == {200}
        assert statistics.median(got.seconds for got in answers) < 3
        for client in slow:
            client.settimeout(20)
            try:
                said = client.recv(100)
            except ConnectionError:
                said = b""
            assert said == b"" or said.startswith(b"HTTP/1.1 408 ")
    finally:
        for client in slow:
            client.close()


def test_when_every_worker_is_busy_the_next_long_query_is_told_so(tmp_path):
    """Input 2: with long queries on every worker, one is told 503 and Retry-After, and small ones still get in."""
    dump = scaled(tmp_path, 2000)
    with (
        serving("--data", str(dump), "--workers", "2", "--timeout", "3", "--no-log") as server,
        ThreadPoolExecutor(8) as pool,
    ):
        long = [pool.submit(server.query, f"SELECT (COUNT(*) AS ?n) {{ {ALL} }} #{n}") for n in range(6)]
        server.wait_for(lambda: any(answer.done() for answer in long))
        small(server)
        assert not all(answer.done() for answer in long)
        answers = [answer.result() for answer in long]
        told = [got for got in answers if got.status == 503]
        assert {got.status for got in answers} == {422, 503}
        assert all(got.headers["retry-after"] == "1" and got.problem["code"] == "busy" for got in told)
        assert min(got.seconds for got in told) < min(got.seconds for got in answers if got.status == 422)
        small(server)


def test_a_query_that_met_a_limit_is_refused_unseen_the_next_time(server):
    """Input 2: the same query again costs nobody a worker, in each process that speaks HTTP."""
    text = f"SELECT (COUNT(*) AS ?n) {{ {ALL} }} # again"
    answers = [server.query(text) for _ in range(10)]
    assert all(got.problem == answers[0].problem for got in answers)
    assert 1 <= sum(got.seconds > TIMEOUT * 0.9 for got in answers) <= len(server.processes)


def test_text_that_is_strange_stays_text(server):
    """Input 12: tabs, escapes, NUL, overrides and decomposed letters match exactly what they are."""
    for character in ("\\t", "\\u0041", "\\u0000", "\\u202E", "e\\u0323\\u0302"):
        text = f'SELECT ?x {{ VALUES ?x {{ "{character}" }} FILTER(?x = "{character}") }}'
        bindings = json.loads(server.query(text).body)["results"]["bindings"]
        assert [row["x"]["value"] for row in bindings] == [json.loads(f'"{character}"')]


def test_a_lone_surrogate_is_refused(server):
    """Input 12: half a character is no UTF-8 and no escape."""
    assert server.post(b'ASK { ?s ?p "\xed\xa0\x80" }').status == 400
    assert server.query('ASK { ?s ?p "\\uD800" }').status == 400


_BELOW_THE_GATE = """
import os, socket, sys
from pyoxigraph import Store
from ascn_graph.server.worker import confine
store = Store()
ours, theirs = socket.socketpair()
if os.fork() == 0:
    kept = socket.socket(fileno=confine(theirs.fileno(), 1 << 27))
    said = []
    for attempt in (
        lambda: open("/etc/passwd"),
        lambda: socket.socket(),
        lambda: os.pipe(),
        lambda: list(store.query("SELECT * { SERVICE <http://127.0.0.1:PORT/> { ?s ?p ?o } }")),
        lambda: store.update("LOAD <http://127.0.0.1:PORT/>"),
    ):
        try:
            attempt()
            said.append("done")
        except OSError:
            said.append("refused")
    kept.send(" ".join(said).encode())
    os._exit(0)
theirs.close()
sys.stdout.write(ours.recv(1000).decode())
"""


def test_a_worker_could_open_nothing_if_the_gate_failed():
    """Inputs 7 and 8: below the gate the kernel refuses every file, socket and pipe."""
    with sink() as (port, calls):
        script = _BELOW_THE_GATE.replace("PORT", str(port))
        ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=30, check=True)
        assert ran.stdout.split() == ["refused"] * 5
    assert calls == []


def test_the_kernel_sees_no_file_and_no_socket_opened(server, tmp_path):
    """Inputs 7 to 9: traced while it answers and refuses, no worker opens a file or a socket."""
    need("strace")
    if os.geteuid():
        pytest.skip("left out: tracing another process needs to be root here")
    trace = tmp_path / "trace"
    workers = server.workers
    assert len(workers) > 1
    attach = [argument for pid in workers for argument in ("-p", str(pid))]
    strace = [str(command("strace")), "-f", "-e", "trace=%network,open,openat,creat", "-o", str(trace), *attach]
    tracer = subprocess.Popen(strace, stderr=subprocess.PIPE, text=True)
    assert tracer.stderr is not None
    try:
        for _ in workers:
            line = tracer.stderr.readline()
            if "attached" not in line:
                pytest.skip(f"left out: this machine does not let processes be traced ({line.strip()})")
        with sink() as (port, _calls):
            for text in (
                *services(port),
                "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
                "LOAD <file:///etc/passwd>",
            ):
                server.query(text)
            for _ in range(10):
                small(server)
    finally:
        tracer.terminate()
        tracer.wait()
    calls = [line.split(maxsplit=1)[1] for line in trace.read_text().splitlines()]
    answered = [call for call in calls if call.startswith(("sendto(3", "sendmsg(3", "recvfrom(3", "recvmsg(3"))]
    assert len(answered) >= 10
    assert [call for call in calls if call not in answered and not call.startswith(("+++", "---", "<..."))] == []


def test_good_queries_among_attacks_are_all_answered(server):
    """Of 400 requests over 8 connections, one in twenty an attack never seen before, no good one fails."""
    attacks = (
        f"SELECT (COUNT(*) AS ?n) {{ {ALL} }}",
        "SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?d))) AS ?n) { ?a ?b ?c. ?d ?e ?f }",
        "SELECT * { ?a ?b ?c. ?d ?e ?f. ?g ?h ?i }",
        "SELECT (" + "+".join(["1"] * 20_000) + " AS ?x) {}",
    )
    texts = [(attacks[n // 20 % 4] if n % 20 == 0 else SMALL) + f" # {n} among attacks" for n in range(400)]
    with ThreadPoolExecutor(8) as pool:
        statuses = [got.status for got in pool.map(server.post, texts)]
    assert {status for n, status in enumerate(statuses) if n % 20} == {200}
    assert {status for n, status in enumerate(statuses) if n % 20 == 0} <= {422, 503}


GET = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
FORM = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"


def said(server, sent, wait=0.5):
    """Send bytes; give what came back within a time, and whether the connection was closed."""
    with socket.create_connection(("127.0.0.1", server.port), 5) as client:
        client.settimeout(wait)
        heard = b""
        try:
            client.sendall(sent)
            while piece := client.recv(65536):
                heard += piece
        except TimeoutError:
            return heard, False
        except OSError:
            pass
        return heard, True


@pytest.mark.parametrize(
    "sent",
    [
        FORM + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        FORM + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        FORM + b"Content-Length: 0\r\nContent-Length: 4\r\n\r\n",
        FORM + b"Transfer-Encoding: chunked\r\n\r\n0\n\n",
        b"GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\n\r\n",
        b"GET /healthz\r\n\r\n",
        b"GET /healthz HTTP/1.1\nHost: x\n\n",
        b"GET /healthz HTTP/1.1\r\nHost : x\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nwhat\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\n y\r\n\r\n",
    ],
)
def test_what_two_parsers_may_read_in_two_ways_is_refused(server, sent):
    """A request in which another request may hide is 400, and nothing after it is read."""
    heard, closed = said(server, sent + GET)
    assert (heard[:13], heard.count(b"\r\n\r\n"), closed) == (b"HTTP/1.1 400 ", 1, True)


def test_a_refusal_never_passes_for_the_answer_of_an_earlier_request(server):
    """Nonsense behind a good request leaves its answer whole; then the connection is closed."""
    heard, closed = said(server, GET + b"NONSENSE\r\n\r\n")
    assert (heard[:13], heard.count(b"HTTP/1.1 "), closed) == (b"HTTP/1.1 200 ", 1, True)
    heard, closed = said(server, GET[:-2] + b"Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n" + GET)
    assert (heard[:13], b"connection: close" in heard, closed) == (b"HTTP/1.1 200 ", True, True)


def held_by(server, sent, more):
    """Send a request and, after its answer, a few bytes; return what is heard then."""
    with socket.create_connection(("127.0.0.1", server.port), 10) as client:
        client.sendall(sent)
        heard = b""
        while not heard.endswith(b"}\n"):
            heard += client.recv(65536)
        client.sendall(more)
        return client.recv(65536)


def test_a_connection_that_has_been_answered_is_not_held_by_a_few_bytes(server):
    """Input 17: what comes after an answer must become a request, or the end of one, by the deadline."""
    sent = [GET, GET, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n"]
    with ThreadPoolExecutor(3) as pool:
        heard = list(pool.map(held_by, [server] * 3, sent, [b"\r\n", b"GET / HT", b"x"]))
    assert [answer[:13] for answer in heard] == [b"HTTP/1.1 408 "] * 3


def test_many_small_requests_and_headers_take_little_memory(server):
    """Input 16: 15,000 requests at once are not taken in before the first is answered; 10,000 headers are 431."""
    before = held(server.family())
    with socket.create_connection(("127.0.0.1", server.port), 5) as client:
        client.settimeout(0)
        client.send(GET + b"GET / HTTP/1.1\r\nHost:\r\n\r\n" * 10_000)
        for _ in range(20):
            assert held(server.family()) - before < 10_000_000
            time.sleep(0.01)
    heard, closed = said(server, GET[:-2] + b"a: b\r\n" * 10_000 + b"\r\n")
    assert (heard[:13], closed) == (b"HTTP/1.1 431 ", True)


def test_a_client_that_never_reads_is_cut_off(tmp_path):
    """Input 17: who takes nothing of a large answer loses the connection."""
    with serving("--data", str(scaled(tmp_path, 4000)), "--workers", "2", "--deadline", "0.5") as server:
        clients = []
        try:
            for _ in range(5):
                client = socket.socket()
                client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                client.connect(("127.0.0.1", server.port))
                client.sendall(b"GET /sparql?query=SELECT%20*%7B%3Fs%20%3Fp%20%3Fo%7D HTTP/1.1\r\nHost: x\r\n\r\n")
                clients.append(client)
            # Those that find no worker may be gone before the last has come, so the log tells that all five were there.
            server.wait_for(lambda: sum(" GET /sparql " in line for line in server.lines) == 5, 20.0)
            # One that was told 503 has read nothing either, and its connection stays open for some seconds.
            server.wait_for(lambda: not any(map(connections, server.processes)), 20.0)
        finally:
            for client in clients:
                client.close()


def test_what_is_refused_unread_is_in_the_log(tmp_path):
    """What never becomes a request has a line too, without method and path."""
    with serving("--data", str(scaled(tmp_path, 20))) as server:
        said(server, b"NONSENSE\r\n\r\n")
        server.wait_for(lambda: any(" 127.0.0.1 - - 400 " in line for line in server.lines))
