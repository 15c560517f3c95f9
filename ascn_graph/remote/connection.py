"""One connection, on which every read and write ends by the deadline of the exchange it serves."""

from __future__ import annotations

import select
import socket
import ssl
from functools import cache
from typing import Final, NamedTuple
from urllib.parse import SplitResult

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

from ascn_graph.remote.faults import Deadline

__all__ = ["BLOCK", "Incoming", "NotHttp", "Origin", "Unreachable", "Wire", "connect", "origin_of"]

#: Bytes read at a time.
BLOCK: Final = 1 << 16
_LONGEST_HEAD = 1 << 16  # bytes until status and header must have ended
_FIRST_FINAL = 200  # a status below is followed by another
_BODILESS = (204, 304)
_PORTS = {"http": 80, "https": 443}


class Unreachable(Exception):
    """No connection could be made; the message is the system's reason."""


class NotHttp(Exception):
    """What arrives is not HTTP."""


class Origin(NamedTuple):
    """Where a connection goes: connections and credentials of one origin are never used for another."""

    scheme: str
    host: str
    port: int


def origin_of(parts: SplitResult) -> Origin:
    """Give the origin of an http or https URL."""
    return Origin(parts.scheme, parts.hostname or "", parts.port or _PORTS[parts.scheme])


class Wire:
    """An open connection.

    Attributes:
        origin: where it goes.
        deadline: the end of the exchange it serves now.
    """

    def __init__(self, sock: socket.socket, origin: Origin, deadline: Deadline) -> None:
        self.origin = origin
        self.deadline = deadline
        self._sock = sock

    def send(self, data: bytes) -> None:
        """Write all of it; TimeoutError once the deadline has passed."""
        self._sock.settimeout(self.deadline.left())
        self._sock.sendall(data)

    def receive(self) -> bytes:
        """Read what has arrived, nothing where the other side has closed; TimeoutError once the deadline has passed."""
        self._sock.settimeout(self.deadline.left())
        return self._sock.recv(BLOCK)

    def is_fresh(self) -> bool:
        """Say whether an idle connection is still open: one with something to read was closed, or is confused."""
        try:
            return not select.select([self._sock], [], [], 0)[0]
        except (OSError, ValueError):
            return False

    def close(self) -> None:
        """End the connection."""
        self._sock.close()


class Incoming:
    """An answer on a connection: its status and header, and its body as it arrives.

    Attributes:
        status: the HTTP status.
        headers: the header fields by their names in lower case.
        is_framed: whether the body says where it ends, so that a cut one is noticed.

    Raises:
        EOFError: the other side closed before the header had ended.
        NotHttp: what arrived is no answer in HTTP.
        TimeoutError: the deadline has passed.
    """

    def __init__(self, wire: Wire) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self.is_framed = False
        self._wire = wire
        self._pieces: list[bytes] = []
        self._has_head = self._is_complete = self._is_broken = self._is_confused = self._keeps_alive = False
        self._parser = HttpResponseParser(self)
        size = 0
        while not self._has_head:
            size += self._feed()
            if size > _LONGEST_HEAD and not self._has_head:
                raise NotHttp

    def _feed(self) -> int:
        data = self._wire.receive()
        if not data:
            raise EOFError
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade) as error:
            if not self._has_head:
                raise NotHttp from error
            self._is_broken = True
        return len(data)

    def on_message_begin(self) -> None:
        """Begin an answer: the first, the one after 100 Continue, or one that nobody asked for."""
        if self._is_complete:
            self._is_confused = True
        else:
            self.headers = {}

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header field; a repeated one becomes a list."""
        if not self._has_head:
            key, text = name.decode("latin-1").lower(), value.decode("latin-1")
            self.headers[key] = f"{self.headers[key]}, {text}" if key in self.headers else text

    def on_headers_complete(self) -> None:
        """Take the status, once the header has ended."""
        if self._has_head:
            return
        self.status = self._parser.get_status_code()
        self._has_head = self.status >= _FIRST_FINAL
        encoding = self.headers.get("transfer-encoding", "")
        self.is_framed = "content-length" in self.headers or "chunked" in encoding or self.status in _BODILESS

    def on_body(self, piece: bytes) -> None:
        """Take a piece of the body."""
        if not self._is_complete:
            self._pieces.append(piece)

    def on_message_complete(self) -> None:
        """Take note that the body has ended as it said it would."""
        if self._has_head and not self._is_complete:
            self._is_complete = True
            # The parser forgets this when it goes on.
            self._keeps_alive = self._parser.should_keep_alive()

    def read(self) -> bytes:
        """Give what has arrived of the body, nothing at its end.

        Raises:
            EOFError: it broke off, or its chunks are none.
            TimeoutError: the deadline has passed.
        """
        while not self._pieces and not self._is_complete:
            if self._is_broken:
                raise EOFError
            try:
                self._feed()
            except EOFError:
                if self.is_framed:
                    raise
                self._is_complete = True
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)

    @property
    def may_be_kept(self) -> bool:
        """Whether the connection can carry another exchange, once the body has ended."""
        return self.is_framed and self._is_complete and self._keeps_alive and not self._is_confused


def connect(origin: Origin, deadline: Deadline) -> Wire:
    """Open a connection to the first address of an origin that takes one.

    Raises:
        Unreachable: none does, the name has no address, or the certificate is not trusted.
        TimeoutError: the deadline has passed.
    """
    reason = "it has no address"
    try:
        addresses = socket.getaddrinfo(origin.host, origin.port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        raise Unreachable(getattr(error, "strerror", None) or str(error)) from error
    for family, kind, protocol, _, address in addresses:
        sock = socket.socket(family, kind, protocol)
        try:
            sock.settimeout(deadline.left())
            sock.connect(address)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if origin.scheme == "https":
                sock.settimeout(deadline.left())
                sock = _trust().wrap_socket(sock, server_hostname=origin.host)
        except TimeoutError:
            sock.close()
            raise
        except OSError as error:
            sock.close()
            reason = error.strerror or str(error)
        else:
            return Wire(sock, origin, deadline)
    raise Unreachable(reason)


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()
