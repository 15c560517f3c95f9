"""The remote engine against a server that misbehaves in every way of the fault table."""

from __future__ import annotations

import datetime as dt
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from email.utils import format_datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qs

import pytest
import SPARQLWrapper
from conftest import in_time
from faulty_server import (
    JSON,
    ROWS,
    TRUE,
    TSV,
    XML,
    XML_ROWS,
    Behaviour,
    answer,
    drip,
    faulty_server,
    hang_up,
    long_answer,
    packed,
    raw,
    redirect,
    reset,
    silent,
    slowly,
)
from servers import free_port

from ascn_graph.errors import EndpointError, QuerySyntaxError, UsageError
from ascn_graph.remote.client import RemoteEngine
from ascn_graph.results import Answer, Bindings, Triples

SELECT, ASK, CONSTRUCT = "SELECT ?x { ?x ?y ?z }", "ASK {}", "CONSTRUCT WHERE { ?s ?p ?o }"
LONG = f"SELECT ?x {{ ?x ?y '{'z' * 3000}' }}"
NT = b'<http://e/a> <http://e/b> "Vi\\u1EC7t" .\n'
LATIN = ROWS.decode().replace("\u1ec7", "\xea").encode("latin-1")
LATIN_XML = (
    XML_ROWS.decode().replace("\u1ec7", "\xea").replace('"1.0"', '"1.0" encoding="ISO-8859-1"').encode("latin-1")
)


def run(url: str, query: str = SELECT, timeout: float = 10.0) -> Answer:
    """Ask once, draw all."""
    found = RemoteEngine(url, timeout=timeout).run(query)
    if isinstance(found, Bindings):
        return found._replace(rows=iter([tuple(row) for row in found.rows]))
    return found


class Good(NamedTuple):
    """What is read although it is not as it should be."""

    name: str
    behaviours: tuple[Behaviour, ...]
    requests: int = 1
    value: str = "Vi\u1ec7t"


OK = answer()
SOON = format_datetime(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=1), usegmt=True)
GOOD = [
    Good("json", (OK,)),
    Good("json labelled text/plain", (answer(kind="text/plain"),)),
    Good("json labelled text/html", (answer(kind="text/html"),)),
    Good("json without a type", (answer(kind=None),)),
    Good("xml where json was asked", (answer(XML_ROWS, XML),)),
    Good("xml labelled json", (answer(XML_ROWS, JSON),)),
    Good("tsv where json was asked", (answer('?x\n"Vi\u1ec7t"\n'.encode(), TSV),)),
    Good("a byte order mark before json", (answer(b"\xef\xbb\xbf" + ROWS),)),
    Good("a byte order mark before xml", (answer(b"\xef\xbb\xbf" + XML_ROWS, XML),)),
    Good("gzip in two members", (answer(packed(), headers=["Content-Encoding: gzip"]),)),
    Good("gzip in chunks", (answer(packed(), headers=["Content-Encoding: gzip"], frame="chunked"),)),
    Good("gzip that is not declared", (answer(packed()),)),
    Good("gzip declared that is none", (answer(headers=["Content-Encoding: gzip"]),)),
    Good("latin-1 declared", (answer(LATIN, JSON + "; charset=ISO-8859-1"),), value="Vi\xeat"),
    Good("latin-1 declared in xml", (answer(LATIN_XML, XML),), value="Vi\xeat"),
    Good("latin-1 declared for xml", (answer(LATIN_XML, XML + ";charset=latin-1"),), value="Vi\xeat"),
    Good("chunks", (answer(frame="chunked"),)),
    Good("no length", (answer(frame="close"),)),
    Good("xml without length", (answer(XML_ROWS, XML, frame="close"),)),
    *(Good(f"{status} once", (answer(b"", status=status), OK), 2) for status in (502, 503, 504)),
    Good("500 for a deadlock once", (answer(b"40001 SR172: Transaction deadlocked", status=500), OK), 2),
    Good("502, 503, 504", (*(answer(b"", status=status) for status in (502, 503, 504)), OK), 4),
    Good("reset once", (reset, OK), 2),
    Good("closed without an answer once", (hang_up, OK), 2),
    Good("cut once", (answer(cut=20), OK), 2),
    Good("cut to nothing once", (answer(cut=len(ROWS)), OK), 2),
    Good("cut in its header once", (answer(cut=len(ROWS) + 20), OK), 2),
    Good("cut in chunks once", (answer(frame="chunked", cut=30), OK), 2),
    Good("cut before the last chunk once", (answer(frame="chunked", cut=5), OK), 2),
    Good("cut gzip once", (answer(packed(), cut=8), OK), 2),
    Good("cut gzip without length once", (answer(packed(), frame="close", cut=8), OK), 2),
    Good("cut without length once", (answer(frame="close", cut=20), OK), 2),
    Good("cut xml without length once", (answer(XML_ROWS, XML, frame="close", cut=30), OK), 2),
    Good("429 with seconds", (answer(b"", status=429, headers=["Retry-After: 1"]), OK), 2),
    Good("429 with a date", (answer(b"", status=429, headers=[f"Retry-After: {SOON}"]), OK), 2),
    Good("429 without a wait", (answer(b"", status=429), OK), 2),
    Good("405 with a wait", (answer(b"", status=405, headers=["Retry-After: 0"]), OK), 2),
    *(Good(f"{status} elsewhere", (redirect(status, "/other?a=b"), OK), 2) for status in (301, 302, 303, 307, 308)),
    Good("five redirects", (*(redirect(302, f"/{n}") for n in range(5)), OK), 6),
    Good("dripping, but in time", (slowly(b"HTTP/1.0 200 OK\r\n\r\n" + ROWS),)),
]


@pytest.mark.parametrize("case", GOOD, ids=lambda case: case.name)
def test_what_can_be_read_is_read(case):
    """A right answer in the wrong clothes is read, a fault that passes is outlived, and nothing is asked too often."""
    with faulty_server(*case.behaviours) as server:
        found = run(server.url)
    assert isinstance(found, Bindings)
    assert found.columns == ("x",)
    assert [row[0].value for row in found.rows] == [case.value]
    assert len(server.requests) == case.requests


class Bad(NamedTuple):
    """What ends in a typed error: how it is asked, how often, and what the error says."""

    name: str
    behaviours: tuple[Behaviour, ...]
    says: str
    requests: int = 1
    status: int | None = 200
    query: str = SELECT


HTML = b"<!-- x -->\n<!DOCTYPE html><html><title>Welcome</title></html>"
RDF_XML = b'<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>'
TTL = "text/turtle"
BAD = [
    *(
        Bad(f"{status}", (answer(b"no", "text/plain", status=status),), says, 1, status)
        for status, says in [
            (400, "says: no. It refused the query as malformed"),
            (401, "ASCN_USER"),
            (403, "does not allow this query"),
            (404, "nothing at this address; .* query address"),
            (405, "this kind of request"),
            (406, "none of the formats"),
            (413, "too large"),
            (414, "too long"),
            (500, "failed inside"),
            (501, "no result"),
        ]
    ),
    *(Bad(f"{s} for ever", (answer(b"", status=s),), "later", 4, s) for s in (502, 503, 504)),
    Bad("reset for ever", (reset,), "without an answer", 4, None),
    Bad("closed for ever", (hang_up,), "without an answer", 4, None),
    Bad("cut for ever", (answer(cut=9),), "breaks off", 4),
    Bad("cut in chunks for ever", (answer(frame="chunked", cut=9),), "breaks off", 4),
    Bad("429 for ever", (answer(b"", status=429, headers=["Retry-After: 0"]),), "less often", 4, 429),
    Bad("429 for a day", (answer(b"", status=429, headers=["Retry-After: 86400"]),), "wait 86400 s", 1, 429),
    Bad("503 for a day", (answer(b"", status=503, headers=["Retry-After: 86400"]),), "wait 86400 s", 1, 503),
    Bad("429 past the deadline", (answer(b"", status=429, headers=["Retry-After: 20"]),), "wait 20 s", 1, 429),
    Bad("a web page", (answer(HTML, "text/html"),), "web page, not a SPARQL endpoint"),
    Bad("a web page labelled json", (answer(HTML),), "web page, not a SPARQL endpoint"),
    Bad("a web page for triples", (answer(HTML, "text/html"),), "web page", query=CONSTRUCT),
    Bad("nothing", (answer(b""),), "sent nothing"),
    Bad("nothing for triples, without a type", (answer(b"", None),), "sent nothing", query=CONSTRUCT),
    Bad("204", (answer(b"", None, status=204, frame="close"),), "no content", 1, 204),
    Bad("206", (answer(status=206),), "no result", 1, 206),
    Bad("an error as json", (answer(b'{"error":"out of memory"}'),), "malformed"),
    Bad("a list", (answer(b"[1, 2]"),), "no SPARQL result"),
    Bad("no type and no result", (answer(b"\x89PNG\r\n", None),), "no SPARQL result"),
    Bad("a wrong type and no result", (answer(b"\x89PNG\r\n", "image/png"),), "no SPARQL result"),
    Bad("csv", (answer(b"x\r\n1\r\n", "text/csv"),), "no SPARQL result"),
    Bad("an error in the middle", (answer(ROWS[:60] + b"\njava.lang.OutOfMemoryError"),), "malformed"),
    Bad("an error behind", (answer(ROWS + b" timeout"),), "malformed"),
    Bad("an error in the middle of xml", (answer(XML_ROWS[:150] + b"timeout", XML),), "malformed"),
    Bad("xml that ends too early", (answer(XML_ROWS[:150], XML),), "breaks off"),
    Bad("xml that ends within its rows", (answer(XML_ROWS[: XML_ROWS.index(b"<binding")], XML),), "breaks off"),
    Bad("xml without its last tag", (answer(XML_ROWS[:-11], XML),), "breaks off"),
    Bad("tsv that ends too early", (answer(b"?x\n<http://e", TSV),), "malformed"),
    Bad("tsv of unknown length", (answer(b'?x\n"a"\n', TSV, frame="close"),), "unknown length"),
    Bad("triples of unknown length", (answer(NT, TTL, frame="close"),), "unknown length", query=CONSTRUCT),
    Bad("triples that end too early", (answer(NT[:-4], TTL),), "malformed", query=CONSTRUCT),
    Bad("an error behind triples", (answer(NT + b"java.lang.Error: x", TTL),), "malformed", query=CONSTRUCT),
    Bad("RDF/XML", (answer(RDF_XML, "application/rdf+xml"),), "neither", query=CONSTRUCT),
    Bad("rows for triples", (answer(),), "neither", query=CONSTRUCT),
    Bad("a truth for rows", (answer(TRUE),), "SELECT with true or false"),
    Bad("rows for a truth", (answer(),), "ASK with rows", query=ASK),
    Bad("rows cut by time", (answer(headers=["X-SQL-State: S1TAT"]),), "a part.*x-sql-state"),
    Bad("rows cut by number", (answer(headers=["X-SPARQL-MaxRows: 1"]),), "a part.*x-sparql-maxrows"),
    Bad("triples cut by time", (answer(NT, TTL, headers=["X-SQL-State: S1TAT"]),), "a part", query=CONSTRUCT),
    Bad("packed unasked", (answer(headers=["Content-Encoding: br"]),), "compressed its answer with 'br'"),
    Bad("damaged gzip", (answer(packed()[:12] + b"!!!!" + packed()[16:]),), "damaged"),
    Bad("an unknown character set", (answer(kind=f"{JSON}; charset=klingon"),), "klingon"),
    Bad("another character set than it says", (answer(kind=f"{JSON}; charset=utf-16"),), "utf-16"),
    Bad("broken UTF-8", (answer(LATIN),), "malformed"),
    Bad("no http", (raw(b"SSH-2.0-OpenSSH_9.2\r\n"),), "not answer in HTTP", 1, None),
    Bad("an endless header", (raw(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 70_000),), "not answer in HTTP", 1, None),
    Bad("chunks of no size", (raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),), "breaks off", 4),
    Bad("redirect to a file", (redirect(302, "file:///etc/passwd"),), "no http", 1, 302),
    Bad("redirect to ftp", (redirect(302, "ftp://127.0.0.1/"),), "no http", 1, 302),
    Bad("redirect with a user", (redirect(302, "http://u:geheim@127.0.0.1/"),), "no http", 1, 302),
    Bad("redirect to nowhere", (answer(b"", None, status=302),), "no result", 1, 302),
    Bad("redirect in a circle", (redirect(307, "/sparql"),), "more than 5 times", 6, 307),
]


@pytest.mark.parametrize("case", BAD, ids=lambda case: case.name)
def test_what_is_no_answer_is_a_typed_error(case):
    """Each fault is one sentence that names the endpoint, with status, type and the first bytes; never data."""
    with faulty_server(*case.behaviours) as server, pytest.raises(EndpointError, match=case.says) as caught:
        run(server.url, case.query)
    error = caught.value
    assert server.url in str(error)
    assert "\n" not in str(error)
    assert error.exit_code == 4
    assert error.status == case.status
    assert error.endpoint == server.url
    assert len(error.head) <= 200
    assert len(server.requests) == case.requests


def test_the_first_bytes_and_the_wait_are_kept():
    """An error carries the type and the first 200 bytes of what came, and the wait that was asked for."""
    busy = answer(b"y" * 500, "text/plain", status=429, headers=["Retry-After: 90"])
    with faulty_server(busy) as server, pytest.raises(EndpointError) as caught:
        run(server.url)
    assert (caught.value.content_type, caught.value.head, caught.value.retry_after) == ("text/plain", b"y" * 200, 90)


HEADER = b"HTTP/1.1 200 OK\r\nContent-Type: application/sparql-results+json\r\n"
LATE = {
    "silent": silent,
    "dripping rows": drip(HEADER + b"\r\n" + ROWS[:-2]),
    "dripping rows, ever more": drip(HEADER + b"\r\n" + ROWS[:-3], b',{"x":{"type":"literal","value":"z"}}'),
    "dripping chunks": drip(HEADER + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    "dripping header": drip(HEADER, b"X-A: b\r\n"),
    "dripping header line": drip(HEADER + b"X-A: ", b"b"),
    "dripping status": drip(b"HTTP/1.1 ", b"0"),
    "dripping gzip": drip(HEADER + b"\r\n" + packed()[:15], b"\0"),
    "going on and on": drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "not ready, again and again": answer(b"", status=503, headers=["Retry-After: 1"]),
}


@pytest.mark.parametrize("behaviour", LATE.values(), ids=LATE.keys())
def test_the_deadline_covers_everything(behaviour):
    """Whatever takes the time, the error comes within half a second of the deadline, and nothing before is data."""

    def late() -> None:
        with faulty_server(behaviour) as server, pytest.raises(EndpointError):
            run(server.url, timeout=1.2)

    assert in_time(1.7, late)


def test_a_dripping_error_page_does_not_hide_the_status():
    """The page of an error is read for two seconds at most: its status is told."""
    with faulty_server(drip(b"HTTP/1.1 403 No\r\n\r\n<p>")) as server, pytest.raises(EndpointError) as caught:
        run(server.url, timeout=0.5)
    assert caught.value.status == 403


def test_the_deadline_covers_a_connection_that_is_never_taken():
    """A listener whose queue is full lets nobody in: the error comes in time."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        port = listener.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)), socket.socket() as second:
            second.setblocking(False)  # noqa: FBT003 - the socket module's own way
            second.connect_ex(("127.0.0.1", port))

            def late() -> None:
                with pytest.raises(EndpointError, match="within the 1 s"):
                    run(f"http://127.0.0.1:{port}/", timeout=1)

            assert in_time(1.5, late)


def test_the_deadline_covers_a_query_that_is_not_taken():
    """An endpoint that does not read a huge query does not hold the client."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        began = time.monotonic()
        with pytest.raises(EndpointError, match="within the 1 s"):
            run(f"http://127.0.0.1:{listener.getsockname()[1]}/", LONG.replace("z" * 3000, "z" * 3_000_000), timeout=1)
        # A machine that is busy takes its time for three million characters; a client that waits would wait for ever.
        assert time.monotonic() - began < 10


def test_the_callers_own_time_does_not_count():
    """Rows may be worked on for longer than the deadline while they are drawn."""
    with faulty_server(long_answer(2000, "v" * 500)) as server:
        found = RemoteEngine(server.url, timeout=1).run(SELECT)
        assert isinstance(found, Bindings)
        next(found.rows)
        time.sleep(1.2)
        assert sum(1 for _ in found.rows) == 1999


def test_a_long_answer_that_is_cut_is_an_error_behind_its_rows():
    """The rows that arrived are given as they arrive; the cut is told at their end, never passed over."""
    with faulty_server(long_answer(2000, "v" * 500, cut=True)) as server:
        found = RemoteEngine(server.url).run(SELECT)
        assert isinstance(found, Bindings)
        rows = []
        with pytest.raises(EndpointError, match="breaks off"):
            rows.extend(row[0] for row in found.rows)
    assert 500 < len(rows) <= 2000
    assert len(server.requests) == 1


@pytest.mark.thorough
def test_memory_does_not_grow_with_the_answer():
    """An answer of 80 MB passes through a client that grows by less than 16 MB."""
    script = """
import resource, sys
from ascn_graph.remote.client import RemoteEngine
engine = RemoteEngine(sys.argv[1], timeout=60)
engine.run("SELECT ?x {}")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
count = size = 0
for row in engine.run("SELECT ?x {}").rows:
    count += 1
    size += len(row[0].value)
print(count, size, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    with faulty_server(OK, long_answer(16_000, "v" * 5000)) as server:
        done = subprocess.run(
            [sys.executable, "-c", script, server.url],
            capture_output=True,
            text=True,
            check=False,
            cwd=Path(__file__).parent.parent,
        )
    assert not done.stderr
    count, size, grown = map(int, done.stdout.split())
    assert (count, size) == (16_000, 80_000_000)
    assert grown < 16 * 1024


def test_a_dead_endpoint_is_named():
    """Nothing listening is one sentence at once, without asking again."""
    url = f"http://127.0.0.1:{free_port()}/sparql"

    def refused() -> None:
        with pytest.raises(EndpointError, match=f"{url} cannot be reached"):
            run(url)

    assert in_time(0.2, refused)


def test_a_host_without_an_address_is_named():
    """A name that does not resolve is said to."""
    with pytest.raises(EndpointError, match="cannot be reached"):
        run("http://nowhere.invalid/sparql")


@pytest.mark.parametrize(
    "url",
    [
        "", "sparql", "file:///etc/passwd", "ftp://e.org/", "http://", "http:///sparql", "http://u:geheim@e.org/",
        "http://e.org:0/", "http://e.org:99999/", "http://e.org/a b", "http://e.org/\r\nX: y", "http://e.org/\ud800",
        "javascript:alert(1)", "http://" + "a" * 70 + ".org/",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(url):
    """A URL that is none, is not http or names a user is refused, without showing a password."""
    with pytest.raises(UsageError) as caught:
        RemoteEngine(url)
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize("graphs", [["x y"], ["article"], ["http://e/>"], [""]])
def test_what_is_no_graph_is_refused(graphs):
    """The dataset is stated in absolute IRIs."""
    with pytest.raises(UsageError, match="IRI of a graph"):
        RemoteEngine("http://127.0.0.1/", graphs=graphs)


@pytest.mark.parametrize("timeout", [0, -1])
def test_no_time_at_all_is_refused(timeout):
    """A deadline that has passed is a mistake, not a limit."""
    with pytest.raises(UsageError, match="leaves no time"):
        RemoteEngine("http://127.0.0.1/", timeout=timeout)


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("SELEC * {}", QuerySyntaxError),
        ("PREFIX e <http://e/> SELECT * {}", QuerySyntaxError),
        ("SELECT * {} ; INSERT DATA { <http://e/a> <http://e/a> 1 }", QuerySyntaxError),
        ("INSERT DATA { <http://e/a> <http://e/a> 1 }", UsageError),
        ("ASK { ?s ?p '\0' }", UsageError),
        ("ASK { ?s ?p '\udc00' }", UsageError),
    ],
)
def test_a_query_that_cannot_be_asked_is_not_sent(query, error):
    """What is no query is refused here; the endpoint hears nothing of it."""
    with faulty_server(OK) as server:
        with pytest.raises(error):
            run(server.url, query)
        assert not server.requests


@pytest.mark.parametrize("status", [400, 422, 500])
def test_a_query_that_the_endpoint_cannot_parse_is_marked_at_its_place(status):
    """What the endpoint refuses is parsed here, and its fault told with line, column and a caret."""
    with faulty_server(answer(b"no", "text/plain", status=status)) as server:
        with pytest.raises(QuerySyntaxError, match=r"(?s)at 2:14: .*\^") as caught:
            run(server.url, "SELECT *\nWHERE { ?s ?p")
        assert (caught.value.line, caught.value.column) == (2, 14)
        with pytest.raises(EndpointError, match=f"status {status}"):
            run(server.url, "SELECT *\nWHERE { ?s ?p ?o }")


def test_the_dialect_of_an_endpoint_may_be_spoken():
    """What only the endpoint understands is asked, and its answer read."""
    with faulty_server(OK) as server:
        found = run(server.url, "SELECT ?x WHERE { ?x ?p ?o OPTION (TRANSITIVE) }")
    assert isinstance(found, Bindings)


def test_text_of_every_kind_arrives_as_it_is():
    """Decomposed letters, a right-to-left mark, tabs and escapes go over the wire unchanged, by GET and by POST."""
    texts = ["Vie\u0323\u0302t \u202e\u4e2d\U0001f600 %41+&=#?\\t", "z" * 3000 + "\u00e9 &+%"]
    with faulty_server(answer(TRUE)) as server:
        for text in texts:
            run(server.url, f"ASK {{ ?s ?p '{text}' }}")
    sent = [request.target.partition("?")[2] or request.body.decode() for request in server.requests]
    assert [request.method for request in server.requests] == ["GET", "POST"]
    assert [parse_qs(text)["query"][0] for text in sent] == [f"ASK {{ ?s ?p '{text}' }}" for text in texts]


def test_the_dataset_is_stated_on_the_wire():
    """Default graphs and named graphs are sent each as a parameter of its own; without any none is sent."""
    with faulty_server(OK) as server:
        RemoteEngine(f"{server.url}?key=1", graphs=["http://e/1", "http://e/2"], named_graphs=["http://e/3"]).run(
            SELECT
        )
        run(server.url)
    first, second = (parse_qs(request.target.partition("?")[2]) for request in server.requests)
    assert first["default-graph-uri"] == ["http://e/1", "http://e/2"]
    assert first["named-graph-uri"] == ["http://e/3"]
    assert first["key"] == ["1"]
    assert set(second) == {"query"}


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirected_post_stays_a_post(status):
    """The query of a POST is not lost on its way."""
    with faulty_server(redirect(status, "/there"), OK) as server:
        run(server.url, LONG)
    first, second = server.requests
    assert (second.method, second.target, second.body) == ("POST", "/there", first.body)


def test_see_other_is_got():
    """303 says that the answer to a POST is there to GET."""
    with faulty_server(redirect(303, "/there"), OK) as server:
        run(server.url, LONG)
    assert [(request.method, len(request.body)) for request in server.requests][1] == ("GET", 0)


@pytest.mark.parametrize(
    ("environment", "header"),
    [
        ({"ASCN_USER": "ann", "ASCN_PASSWORD": "geheim"}, "Basic YW5uOmdlaGVpbQ=="),
        ({"ASCN_USER": "ann"}, "Basic YW5uOg=="),
        ({"ASCN_TOKEN": "geheim"}, "Bearer geheim"),
        ({"ASCN_USER": "ann", "ASCN_PASSWORD": "x", "ASCN_TOKEN": "geheim"}, "Bearer geheim"),
        ({"ASCN_PASSWORD": "geheim"}, None),
    ],
)
def test_credentials_are_sent_and_never_shown(monkeypatch, caplog, environment, header):
    """They reach the endpoint; no error, log or repr holds them, not even when the endpoint sends them back."""
    for name in ("ASCN_USER", "ASCN_PASSWORD", "ASCN_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    echo = " ".join(["wrong:", str(header), *environment.values()]).encode()
    caplog.set_level(0)
    with faulty_server(answer(echo, "text/plain", status=401)) as server:
        engine = RemoteEngine(server.url)
        with pytest.raises(EndpointError) as caught:
            engine.run(SELECT)
    assert server.requests[0].headers.get("authorization") == header
    secrets = {"geheim", "YW5uOmdlaGVpbQ==", "YW5uOg=="}
    shown = [str(caught.value), repr(caught.value), str(vars(caught.value)), repr(engine), repr(engine._transport)]
    for text in (*shown, caplog.text):
        assert not [secret for secret in secrets if secret in text]


def test_credentials_stay_with_their_endpoint(monkeypatch):
    """A redirect to another origin carries no credentials; one on the same origin does."""
    monkeypatch.setenv("ASCN_TOKEN", "geheim")
    with faulty_server(OK) as other, faulty_server(redirect(302, "/here"), redirect(302, other.url)) as server:
        run(server.url)
    assert [request.headers.get("authorization") for request in server.requests] == ["Bearer geheim"] * 2
    assert "authorization" not in other.requests[0].headers


@pytest.mark.parametrize(
    "environment",
    [{"ASCN_TOKEN": "geheim\r\nX: y"}, {"ASCN_USER": "a:b"}, {"ASCN_USER": "a", "ASCN_PASSWORD": "geheim\n"}],
)
def test_credentials_that_cannot_be_sent_are_refused(monkeypatch, environment):
    """A line break in a secret is named by its variable, not shown and not sent."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(UsageError, match="ASCN_") as caught:
        RemoteEngine("http://127.0.0.1/")
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize("frame", ["length", "chunked"])
def test_a_connection_is_kept(frame):
    """Query after query goes over one connection."""
    with faulty_server(answer(frame=frame, keep=True)) as server:
        engine = RemoteEngine(server.url)
        for _ in range(3):
            engine.run(SELECT)
    assert {request.connection for request in server.requests} == {0}


def test_a_kept_connection_that_was_closed_costs_nothing():
    """An endpoint may end an idle connection: the next query takes a new one, at once and without an error."""

    def closed() -> None:
        with faulty_server(OK, answer(keep=True), hang_up, OK) as server:
            engine = RemoteEngine(server.url)
            for _ in range(3):
                engine.run(SELECT)
        assert [request.connection for request in server.requests] == [0, 1, 1, 2]

    assert in_time(0.15, closed)


def test_an_abandoned_answer_ends_its_connection():
    """Rows that are not drawn are not read; the next query has a connection of its own."""
    with faulty_server(long_answer(20_000, "v" * 1000), OK) as server:
        engine = RemoteEngine(server.url)
        found = engine.run(SELECT)
        assert isinstance(found, Bindings)
        next(found.rows)
        found.rows.close()  # type: ignore[attr-defined]
        assert isinstance(engine.run(SELECT), Bindings)


def test_threads_share_an_engine():
    """Eight threads, one engine, no answer of one to another."""

    def echo(connection, request):
        number = parse_qs(request.target.partition("?")[2])["query"][0].split("'")[1]
        return answer(ROWS.replace("Vi\u1ec7t".encode(), number.encode()), keep=True)(connection, request)

    with faulty_server(echo) as server, ThreadPoolExecutor(8) as pool:
        engine = RemoteEngine(server.url)

        def ask(number: int) -> str:
            found = engine.run(f"SELECT ?x {{ ?x ?y '{number}' }}")
            assert isinstance(found, Bindings)
            return next(found.rows)[0].value

        assert list(pool.map(ask, range(200))) == [str(number) for number in range(200)]
        assert len({request.connection for request in server.requests}) <= 16


def test_virtuosos_own_ways_are_read():
    """An ASK answered by a row, no row or 0, and blank nodes by their inner names."""
    row = '{"head":{"vars":["__ASK_RETVAL"]},"results":{"bindings":[%s]}}'
    cell = (
        '{"__ASK_RETVAL":{"type":"typed-literal","datatype":"http://www.w3.org/2001/XMLSchema#integer","value":"%d"}}'
    )
    bodies = [row % (cell % 1), row % (cell % 0), row % ""]
    node = b'{"head":{"vars":["x"]},"results":{"bindings":[ { "x": { "type": "bnode", "value": "nodeID://b1" }} ]}}'
    with faulty_server(*(answer(body.encode()) for body in bodies), answer(node)) as server:
        assert [run(server.url, ASK) for _ in bodies] == [True, False, False]
        found = run(server.url)
    assert isinstance(found, Bindings)
    assert next(found.rows)[0].value == "b1"


def test_no_triples_are_an_answer():
    """An `oxigraph` server sends the empty graph as no bytes at all, with its type."""
    with faulty_server(answer(b"", "application/n-triples", frame="chunked")) as server:
        found = run(server.url, CONSTRUCT)
    assert isinstance(found, Triples)
    assert list(found.rows) == []


def test_the_private_name_of_sparqlwrapper_exists():
    """It encodes every query; a release without that method must not be allowed by pyproject.toml."""
    assert callable(SPARQLWrapper.SPARQLWrapper._getRequestEncodedParameters)
    assert SPARQLWrapper.__version__.split(".")[0] == "2"
    assert "SPARQLWrapper>=2,<3" in (Path(__file__).parent.parent / "pyproject.toml").read_text()
