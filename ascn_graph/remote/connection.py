"""One HTTP connection, on which every wait ends by the deadline of the exchange it serves."""

from __future__ import annotations

import re
import select
import socket
import ssl
from contextlib import suppress
from functools import cache, partial
from typing import Any, Final, NamedTuple

from ascn_graph.deadline import Deadline, within

__all__ = ["LONGEST_HEAD", "Connection", "Head", "NotHttp", "Origin", "Proxy", "Unreachable"]

#: Bytes within which a header must have ended.
LONGEST_HEAD: Final = 1 << 16
_BLOCK = 1 << 16  # bytes read at a time
_OK, _SWITCHING, _FIRST_FINAL = 200, 101, 200
_BEGIN = b"HTTP/1."
_END = re.compile(rb"\n\r?\n")
_HEAD = re.compile(rb"HTTP/1\.(\d) +(\d{3})(?:[ \t][^\n]*)?\r?\n((?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\n]*\n)*)\r?\n")
_FIELD = re.compile(r"([^:]+):[ \t]*(.*?)[ \t]*\r?\n", re.DOTALL)


class Unreachable(Exception):
    """No connection could be made; the message is the system's reason."""


class NotHttp(Exception):
    """What arrived is not an answer in HTTP."""


class Origin(NamedTuple):
    """Where a connection goes: connections and credentials of one origin are never used for another."""

    scheme: str
    host: str
    port: int


class Proxy(NamedTuple):
    """What a connection goes through, with the header line that says who asks it, if it wants one."""

    host: str
    port: int
    line: str


class Head(NamedTuple):
    """What stands before the body of an answer.

    Attributes:
        minor: the version of HTTP behind `1.`
        status: the HTTP status.
        fields: the header fields by their names in lower case; a repeated one is a list.
    """

    minor: int
    status: int
    fields: dict[str, str]


class Connection:
    """A connection to an origin, or through a proxy to one, opened when it is first sent something.

    Attributes:
        origin: where it goes.
        deadline: the end of the exchange it serves now.
        unread: what arrived behind the header of the answer.
    """

    def __init__(self, origin: Origin, deadline: Deadline, proxy: Proxy | None = None) -> None:
        self.origin = origin
        self.deadline = deadline
        self.unread = b""
        self._proxy = proxy
        self._sock: socket.socket | None = None

    def ask(self, request: bytes) -> Head:
        """Send a request and return the header of the answer.

        Raises:
            Unreachable: no connection can be made.
            TimeoutError: the deadline has passed.
            OSError, EOFError: the other side closed before the header had ended.
            NotHttp: what arrived is not an answer in HTTP.
        """
        sock = self._sock or self._connect()
        sock.settimeout(self.deadline.left())
        # An endpoint that finds a request too large answers before it has read it all.
        with suppress(ConnectionError):
            sock.sendall(request)
        return self._head(sock)

    def receive(self) -> bytes:
        """Return what arrives next, nothing where the other side has closed.

        Raises:
            TimeoutError: the deadline has passed.
        """
        if self._sock is None:
            return b""
        self._sock.settimeout(self.deadline.left())
        return self._sock.recv(_BLOCK)

    def _head(self, sock: socket.socket) -> Head:
        """Return the header of the final answer; those before it are passed over."""
        data, seen = b"", 0
        while True:
            while (end := _END.search(data, max(0, seen - 2))) is None:
                if len(data) > LONGEST_HEAD or not data.startswith(_BEGIN[: len(data)]):
                    raise NotHttp
                seen = len(data)
                sock.settimeout(self.deadline.left())
                arrived = sock.recv(_BLOCK)
                if not arrived:
                    raise EOFError
                data += arrived
            found = _HEAD.fullmatch(data, 0, end.end())
            if found is None or end.end() > LONGEST_HEAD:
                raise NotHttp
            data, seen = data[end.end() :], 0
            status = int(found[2])
            if status == _SWITCHING:
                raise NotHttp
            if status >= _FIRST_FINAL:
                self.unread = data
                return Head(int(found[1]), status, _fields(found[3].decode("latin-1")))

    def _connect(self) -> socket.socket:
        try:
            self._sock = sock = self._opened(self._proxy or self.origin[1:])
            if self.origin.scheme == "https":
                if self._proxy:
                    self._tunnel(sock, self._proxy)
                sock.settimeout(self.deadline.left())
                self._sock = sock = _trust().wrap_socket(sock, server_hostname=self.origin.host)
        except TimeoutError:
            raise
        except (OSError, EOFError, UnicodeError, NotHttp) as error:
            raise Unreachable(getattr(error, "strerror", None) or str(error)) from error
        return sock

    def _opened(self, place: tuple[Any, ...]) -> socket.socket:
        """Open a connection to the first address of a host that takes one."""
        look_up = partial(socket.getaddrinfo, place[0], place[1], type=socket.SOCK_STREAM)
        fault = OSError("it has no address")
        # Nothing interrupts the system's own look-up of a name.
        for family, kind, protocol, _, address in within(self.deadline.left(), look_up):
            sock = socket.socket(family, kind, protocol)
            try:
                sock.settimeout(self.deadline.left())
                sock.connect(address)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            except TimeoutError:
                sock.close()
                raise
            except OSError as error:
                sock.close()
                fault = error
            else:
                return sock
        raise fault

    def _tunnel(self, sock: socket.socket, proxy: Proxy) -> None:
        host = f"[{self.origin.host}]" if ":" in self.origin.host else self.origin.host
        place = f"{host}:{self.origin.port}"
        sock.sendall(f"CONNECT {place} HTTP/1.1\r\nHost: {place}\r\n{proxy.line}\r\n".encode("latin-1"))
        status = self._head(sock).status
        if status != _OK:
            raise OSError(f"the proxy {proxy.host}:{proxy.port} answered with status {status}")

    def end(self) -> None:
        """Close the connection."""
        if self._sock is not None:
            self._sock.close()

    def has_arrived(self, seconds: float) -> bool:
        """Return whether there is something to read, the end included, waiting for it for some seconds."""
        if isinstance(self._sock, ssl.SSLSocket) and self._sock.pending():
            return True
        try:
            return self._sock is None or bool(select.select([self._sock], [], [], seconds)[0])
        except (OSError, ValueError):
            return True


def _fields(text: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    for name, value in _FIELD.findall(text):
        key = name.lower()
        fields[key] = f"{fields[key]}, {value}" if key in fields else value
    return fields


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()
