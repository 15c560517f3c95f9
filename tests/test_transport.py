"""The transport by itself: addresses, connections, certificates, waits."""

from __future__ import annotations

import datetime as dt
import itertools
import subprocess
import sys
import threading
import time
from email.utils import format_datetime
from http.client import HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from conftest import need
from faulty_server import ROWS, answer, faulty_server, hang_up, raw

from ascn_graph.deadline import Deadline
from ascn_graph.errors import EndpointError
from ascn_graph.remote import retry as faults
from ascn_graph.remote.response import Response
from ascn_graph.remote.retry import PassingFault, retrying, seconds_to_wait
from ascn_graph.remote.transport import MOST_REDIRECTS, Transport


def get(url: str, seconds: float = 5.0) -> Response:
    """Send one GET."""
    return Transport(url).exchange("GET", url, {}, None, Deadline(seconds))


def body(response: Response) -> bytes:
    """Read an answer to its end."""
    return b"".join(response.blocks())


@pytest.mark.parametrize(
    ("header", "low", "high"),
    [
        ("0", 0, 0),
        ("120", 120, 120),
        (" 7 ", 7, 7),
        ("9" * 400, 999_999_999, 999_999_999),
    ],
)
def test_a_wait_is_read_in_seconds(header, low, high):
    """Retry-After counts seconds, up to a bound."""
    wait = seconds_to_wait(header)
    assert wait is not None
    assert low <= wait <= high


@pytest.mark.parametrize(("hours", "low", "high"), [(1, 3590, 3601), (-1, 0, 0)])
def test_a_wait_until_a_date_ends_then(hours, low, high):
    """A moment in an hour is an hour to wait, one an hour ago none."""
    moment = dt.datetime.now(dt.UTC) + dt.timedelta(hours=hours)
    wait = seconds_to_wait(format_datetime(moment, usegmt=True))
    assert wait is not None
    assert low <= wait <= high


@pytest.mark.parametrize("header", [None, "", "soon", "-1", "1.5", "\u0664", "Mon, 99 Foo 2026"])
def test_a_wait_that_is_none_is_left_to_the_client(header):
    """What neither counts nor names a date asks for nothing."""
    assert seconds_to_wait(header) is None


def test_attempts_are_spaced_and_counted():
    """One try and three more, each wait about twice the one before."""
    moments = []

    def fail() -> None:
        moments.append(time.monotonic())
        raise PassingFault("no", endpoint="http://127.0.0.1/")

    with pytest.raises(PassingFault):
        retrying(fail, Deadline(None))
    waits = [after - before for before, after in itertools.pairwise(moments)]
    assert len(waits) == faults.RETRIES
    for number, wait in enumerate(waits):
        assert 0.1 * 2**number <= wait <= 0.3 * 2**number + 0.5


def test_no_wait_goes_past_the_deadline():
    """A wait that would end after the deadline is not begun."""
    began = time.monotonic()
    with pytest.raises(PassingFault):
        retrying(lambda: _refuse(2.0), Deadline(1.0))
    assert time.monotonic() - began < 0.9  # the whole second, if it waited as long as it may


def _refuse(wait: float) -> None:
    raise PassingFault("no", endpoint="http://127.0.0.1/", retry_after=wait)


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("/sparql", "/sparql"),
        ("", "/"),
        ("?a=b", "/?a=b"),
        ("/caf\u00e9?x=\u00e9", "/caf%C3%A9?x=%C3%A9"),
        ("/a%20b", "/a%20b"),
        ("/sparql#part", "/sparql"),
    ],
)
def test_an_address_is_sent_as_it_must_be(given, sent):
    """Letters are encoded once, a fragment is not sent, what is encoded stays."""
    with faulty_server(answer()) as server:
        url = f"http://127.0.0.1:{server.port}{given}"
        transport = Transport(url)
        body(transport.exchange("GET", transport.endpoint, {}, None, Deadline(5)))
        assert server.requests[0].target == sent
        assert server.requests[0].headers["host"] == f"127.0.0.1:{server.port}"
        assert server.requests[0].headers["accept-encoding"] == "gzip"


def test_the_number_of_redirects_is_as_stated():
    """Five are followed, whatever the path, a sixth is not."""
    follow = [answer(b"", None, status=302, headers=[f"Location: {n}"]) for n in range(MOST_REDIRECTS + 1)]
    with faulty_server(*follow[:-1], answer()) as server:
        assert get(f"http://127.0.0.1:{server.port}/a/b").status == 200
    with faulty_server(*follow) as server, pytest.raises(EndpointError, match="more than 5"):
        get(f"http://127.0.0.1:{server.port}/a/b")


def test_continue_and_early_hints_are_passed_over():
    """What comes before the answer is not the answer."""
    hints = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
    whole = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab"
    with faulty_server(raw(hints + whole)) as server:
        response = get(server.url)
        assert (response.status, body(response), "link" in response.headers) == (200, b"ab", False)


@pytest.mark.parametrize("pause", [0, 0.1])
def test_bytes_after_an_answer_do_not_reach_the_next(pause):
    """A connection that carries more than its answer, at once or later, is not used again."""
    first = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"

    def smuggle(connection, _request):
        connection.sendall(first + b"ab" + (b"" if pause else first + b"cd"))
        if pause:
            time.sleep(pause)
            connection.sendall(first + b"cd")
        return True

    with faulty_server(smuggle, answer()) as server:
        transport = Transport(server.url)
        assert body(transport.exchange("GET", server.url, {}, None, Deadline(5))) == b"ab"
        time.sleep(2 * pause)
        assert body(transport.exchange("GET", server.url, {}, None, Deadline(5))) == ROWS
    assert [request.connection for request in server.requests] == [0, 1]


@pytest.mark.parametrize(
    "message",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nBad Header\r\n\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nab",
        b"\x16\x03\x01\x02\x00",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 20_000,
    ],
)
def test_what_is_no_http_is_refused(message):
    """Two lengths, headers that are none, endless headers: no part of it is taken for an answer."""
    with faulty_server(raw(message)) as server, pytest.raises(EndpointError):
        body(get(server.url))


CHUNKS = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize("size", [1, 2, 3, 7, 11, 1000])
def test_chunks_are_read_wherever_they_are_cut(size):
    """Extensions, zeros before a size and trailers are passed over, and the connection is kept behind them."""
    message = CHUNKS + b'5;name="a;b"\r\nHello\r\n00A \r\n0123\r\n5678\r\n0\r\nX-Sum: 1\r\nX-B: 2\r\n\r\n'

    def piecemeal(connection, _request):
        for place in range(0, len(message), size):
            connection.sendall(message[place : place + size])
            time.sleep(0.001)
        return True

    with faulty_server(piecemeal) as server:
        transport = Transport(server.url)
        for _ in range(2):
            response = transport.exchange("GET", server.url, {}, None, Deadline(5))
            assert body(response) == b"Hello0123\r\n5678"
    assert [request.connection for request in server.requests] == [0, 0]


@pytest.mark.parametrize(
    "chunks",
    [
        b"5\r\nHelloX\r\n0\r\n\r\n",
        b"5\r\nHello0\r\n\r\n",
        b"-5\r\nHello\r\n0\r\n\r\n",
        b"0x5\r\nHello\r\n0\r\n\r\n",
        b"\r\n5\r\nHello\r\n0\r\n\r\n",
        b"5\r\nHello\r\n0\r\n",
        b"5\r\nHello\r\n0\r\nX: y\r\n",
        b"5\r\nHello\r\n0\r\nX: " + b"y" * 70_000,
        b"5" * 70_000,
    ],
)
def test_chunks_that_are_not_framed_as_they_say_are_no_body(chunks):
    """More or fewer bytes than a size says, a size that is none, an end that does not come: the body breaks off."""
    with faulty_server(raw(CHUNKS + chunks)) as server, pytest.raises(EndpointError, match="breaks off"):
        body(get(server.url))


def test_the_private_names_of_http_client_exist():
    """They are called, or replaced where the library is slower or laxer than is borne; another Python may lack them."""
    replaced = ("_close_conn", "_get_chunk_left")
    for name in ("_check_close", *replaced):
        assert callable(getattr(HTTPResponse, name))


@pytest.mark.thorough
def test_a_gzip_bomb_does_not_fill_the_memory():
    """A body is unpacked block by block."""
    import gzip

    bomb = gzip.compress(b" " * 50_000_000, mtime=0)
    with faulty_server(answer(bomb)) as server:
        sizes = [len(block) for block in get(server.url).blocks()]
    assert sum(sizes) == 50_000_000
    assert max(sizes) <= 1 << 16


def test_an_answer_before_the_request_was_read_is_heard():
    """An endpoint that refuses a request by its length says so before it has read it."""

    def refuse(connection, _request):
        connection.sendall(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    with faulty_server(refuse) as server:
        transport = Transport(server.url)
        response = transport.exchange("POST", server.url, {}, b"x" * 3_000_000, Deadline(5))
        assert response.status == 413


def test_idle_connections_are_few():
    """Connections are kept for the next exchange, but not without end."""
    with faulty_server(answer(keep=True)) as server:
        transport = Transport(server.url)
        responses = [transport.exchange("GET", server.url, {}, None, Deadline(5)) for _ in range(12)]
        for response in responses:
            body(response)
        assert sum(len(idle) for idle in transport._idle.values()) == 8


def test_a_connection_that_died_while_idle_is_replaced():
    """The exchange that finds it dead goes over a new one."""
    with faulty_server(answer(keep=True), hang_up, answer()) as server:
        transport = Transport(server.url)
        for _ in range(2):
            assert body(transport.exchange("GET", server.url, {}, None, Deadline(5))) == ROWS


class _Secure(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer with rows."""
        self.send_response(200)
        self.send_header("Content-Length", str(len(ROWS)))
        self.end_headers()
        self.wfile.write(ROWS)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the library calls it
        """Stay silent."""


def test_a_certificate_is_checked(tmp_path):
    """An untrusted certificate is a sentence; a trusted one gives the answer, over one kept connection."""
    import ssl

    need("openssl")
    request = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost -addext"
    subprocess.run(
        ["openssl", *request.split(), "subjectAltName=DNS:localhost", "-keyout", "key.pem", "-out", "cert.pem"],
        cwd=tmp_path, check=True, capture_output=True,
    )  # fmt: skip
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Secure)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    url = f"https://localhost:{server.server_port}/"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    script = """
import sys
from ascn_graph.remote.client import RemoteEngine
engine = RemoteEngine(sys.argv[1], timeout=5)
for _ in range(2):
    print(len(list(engine.run("SELECT ?x {}").rows)), len(engine._transport._idle))
"""
    try:
        with pytest.raises(EndpointError, match=r"cannot be reached.*certificate"):
            get(url)
        done = subprocess.run(
            [sys.executable, "-c", script, url], cwd=Path(__file__).parent.parent, check=False, text=True,
            capture_output=True, env={"SSL_CERT_FILE": str(tmp_path / "cert.pem"), "PATH": ""},
        )  # fmt: skip
        assert done.stdout.split() == ["1", "1"] * 2, done.stderr
    finally:
        server.shutdown()
        server.server_close()
