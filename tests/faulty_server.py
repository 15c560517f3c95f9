"""An HTTP server on 127.0.0.1 that misbehaves as it is told, and counts what it is asked."""

from __future__ import annotations

import contextlib
import gzip
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

JSON = "application/sparql-results+json"
XML = "application/sparql-results+xml"
TSV = "text/tab-separated-values"
ROWS = '{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"literal","value":"Vi\u1ec7t"}}]}}'.encode()
XML_ROWS = (
    '<?xml version="1.0"?>\n<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head><variable name="x"/></head>'
    '<results><result><binding name="x"><literal>Vi\u1ec7t</literal></binding></result></results></sparql>\n'
).encode()
TRUE = b'{"head":{},"boolean":true}'


class Request(NamedTuple):
    """What was asked, on which connection (from 0)."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    connection: int


#: What to do with one request on its connection; true keeps the connection.
Behaviour = Callable[[socket.socket, Request], "bool | None"]


@dataclass
class FaultyServer:
    """A running server: where it is, and what it was asked so far."""

    url: str
    port: int
    requests: list[Request] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)


@contextmanager
def faulty_server(*behaviours: Behaviour) -> Iterator[FaultyServer]:
    """Serve the first request by the first behaviour and so on, every later one by the last."""
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    server = FaultyServer(f"http://127.0.0.1:{port}/sparql", port)
    threads: list[threading.Thread] = []
    lock = threading.Lock()

    def serve(connection: socket.socket, number: int) -> None:
        with connection, contextlib.suppress(OSError):
            connection.settimeout(20)
            while request := _read(connection, number):
                with lock:
                    server.requests.append(request)
                    behaviour = behaviours[min(len(server.requests), len(behaviours)) - 1]
                if not behaviour(connection, request) or server.stopping.is_set():
                    return

    def accept() -> None:
        with contextlib.suppress(OSError):
            for number in range(10_000):
                connection, _ = listener.accept()
                threads.append(threading.Thread(target=serve, args=(connection, number), daemon=True))
                threads[-1].start()

    acceptor = threading.Thread(target=accept, daemon=True)
    acceptor.start()
    try:
        yield server
    finally:
        server.stopping.set()
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        acceptor.join(5)


def _read(connection: socket.socket, number: int) -> Request | None:
    data = b""
    while b"\r\n\r\n" not in data:
        block = connection.recv(65536)
        if not block:
            return None
        data += block
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    while len(body) < int(headers.get("content-length", 0)):
        body += connection.recv(65536)
    return Request(method, target, headers, body, number)


def answer(  # noqa: PLR0913 - what an HTTP answer is made of
    body: bytes = ROWS,
    kind: str | None = JSON,
    *,
    status: int = 200,
    headers: Sequence[str] = (),
    frame: str = "length",
    cut: int = 0,
    keep: bool = False,
) -> Behaviour:
    """Answer in full, or with the last `cut` bytes missing.

    Args:
        body: what to send.
        kind: its Content-Type; None for none.
        status: the HTTP status.
        headers: further header lines.
        frame: how its end is told: "length", "chunked" or "close".
        cut: how many bytes at the end are not sent, though promised.
        keep: keep the connection.
    """
    lines = [f"HTTP/1.1 {status} Said", *headers, *([f"Content-Type: {kind}"] if kind else [])]
    sent = body
    if frame == "length":
        lines.append(f"Content-Length: {len(body)}")
    if frame == "chunked":
        lines.append("Transfer-Encoding: chunked")
        middle = len(body) // 2
        pieces = [piece for piece in (body[:middle], body[middle:]) if piece]
        sent = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
    message = "\r\n".join([*lines, "", ""]).encode("latin-1") + sent
    message = message[: len(message) - cut]

    def behave(connection: socket.socket, _request: Request) -> bool:
        connection.sendall(message)
        return keep

    return behave


def raw(data: bytes) -> Behaviour:
    """Send these bytes and close."""

    def behave(connection: socket.socket, _request: Request) -> None:
        connection.sendall(data)

    return behave


def packed(body: bytes = ROWS) -> bytes:
    """Return a body as gzip, in two members."""
    return gzip.compress(body[:20], mtime=0) + gzip.compress(body[20:], mtime=0)


def reset(connection: socket.socket, _request: Request) -> None:
    """Reset the connection instead of answering."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def hang_up(_connection: socket.socket, _request: Request) -> None:
    """Close the connection without an answer."""


def silent(connection: socket.socket, _request: Request) -> None:
    """Read on and never answer."""
    with contextlib.suppress(OSError):
        connection.recv(1)


def redirect(status: int, location: str, keep: bool = False) -> Behaviour:  # noqa: FBT001, FBT002 - a test's shorthand
    """Point elsewhere."""
    return answer(b"", None, status=status, headers=[f"Location: {location}"], keep=keep)


def slowly(data: bytes, every: float = 0.004) -> Behaviour:
    """Send these bytes one by one, and close."""

    def behave(connection: socket.socket, _request: Request) -> None:
        for place in range(len(data)):
            connection.sendall(data[place : place + 1])
            time.sleep(every)

    return behave


def drip(first: bytes, then: bytes = b" ", every: float = 0.1) -> Behaviour:
    """Send the first bytes at once, then a little again and again, without end."""

    def behave(connection: socket.socket, _request: Request) -> None:
        with contextlib.suppress(OSError):
            connection.sendall(first)
            for _ in range(600):
                time.sleep(every)
                connection.sendall(then)

    return behave


def long_answer(rows: int, value: str, *, cut: bool = False) -> Behaviour:
    """Send rows without keeping them, chunk by chunk; with `cut`, close before the end."""
    row = b'{"x":{"type":"literal","value":"%s"}}' % value.encode()

    def behave(connection: socket.socket, _request: Request) -> None:
        def chunk(data: bytes) -> None:
            connection.sendall(b"%x\r\n%s\r\n" % (len(data), data))

        connection.sendall(f"HTTP/1.1 200 OK\r\nContent-Type: {JSON}\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        chunk(b'{"head":{"vars":["x"]},"results":{"bindings":[' + row)
        at_once = 50
        for _ in range((rows - 1) // at_once):
            chunk((b"," + row) * at_once)
        if (rows - 1) % at_once:
            chunk((b"," + row) * ((rows - 1) % at_once))
        if not cut:
            chunk(b"]}}")
            connection.sendall(b"0\r\n\r\n")

    return behave
