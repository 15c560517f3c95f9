"""One connection, on which every read and write ends by the deadline of the exchange it serves."""

from __future__ import annotations

import http.client
import io
import select
import socket
import ssl
from functools import cache
from typing import Final, NamedTuple, cast
from urllib.parse import SplitResult

from ascn_graph.faults import Deadline

__all__ = ["BLOCK", "Origin", "Unreachable", "Wire", "connect", "origin_of"]

#: Bytes read at a time.
BLOCK: Final = 1 << 16
_PORTS = {"http": 80, "https": 443}


class Unreachable(Exception):
    """No connection could be made; the message is the system's reason."""


class Origin(NamedTuple):
    """Where a connection goes: connections and credentials of one origin are never used for another."""

    scheme: str
    host: str
    port: int


def origin_of(parts: SplitResult) -> Origin:
    """Give the origin of an http or https URL."""
    return Origin(parts.scheme, parts.hostname or "", parts.port or _PORTS[parts.scheme])


class Wire(io.RawIOBase):
    """An open connection.

    Attributes:
        origin: where it goes.
        deadline: the end of the exchange it serves now.
    """

    def __init__(self, sock: socket.socket, origin: Origin, deadline: Deadline) -> None:
        self.origin = origin
        self.deadline = deadline
        self._sock = sock

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Read what has arrived; TimeoutError once the deadline has passed."""
        self._sock.settimeout(self.deadline.left())
        return self._sock.recv_into(buffer)

    def send(self, data: bytes) -> None:
        """Write all of it; TimeoutError once the deadline has passed."""
        self._sock.settimeout(self.deadline.left())
        self._sock.sendall(data)

    def response(self, method: str) -> http.client.HTTPResponse:
        """Read status and header of the answer to a request; closing it does not end the connection."""
        reader = _Reader(self)
        raw = http.client.HTTPResponse(cast("socket.socket", reader), method=method)
        raw.begin()
        if reader.is_at_end:
            # http.client takes a header that breaks off for a whole one.
            raise ConnectionResetError
        return raw

    def is_fresh(self) -> bool:
        """Say whether an idle connection is still open: one with something to read was closed, or is confused."""
        try:
            return not select.select([self._sock], [], [], 0)[0]
        except (OSError, ValueError):
            return False

    def close(self) -> None:
        """End the connection."""
        self._sock.close()
        super().close()


class _Reader(io.RawIOBase):
    """What http.client wants of a socket: a file of its own to close, while the connection stays."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self.is_at_end = False

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self, BLOCK)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        size = self._wire.readinto(buffer)
        self.is_at_end = size == 0
        return size


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
