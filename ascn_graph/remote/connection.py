"""One HTTP connection, on which every wait ends by the deadline of the exchange it serves."""

from __future__ import annotations

import io
import re
import select
import socket
import ssl
from contextlib import suppress
from functools import cache, partial
from http.client import HTTPException, HTTPResponse
from typing import Any, NamedTuple

from ascn_graph.deadline import Deadline, within

__all__ = ["Connection", "Origin", "Proxy", "Reply", "Unreachable"]

_BLOCK = 1 << 16  # bytes read at a time
_OK, _SWITCHING, _FIRST_FINAL = 200, 101, 200
_BODILESS = (204, 304)
_LONGEST_HEAD = 1 << 16  # bytes until the header must have ended
_FIELD = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*\r?\n", re.DOTALL)


class Unreachable(Exception):
    """No connection could be made; the message is the system's reason."""


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


class Connection:
    """A connection to an origin, or through a proxy to one, opened when it is first sent something.

    Attributes:
        origin: where it goes.
        deadline: the end of the exchange it serves now.
    """

    def __init__(self, origin: Origin, deadline: Deadline, proxy: Proxy | None = None) -> None:
        self.origin = origin
        self.deadline = deadline
        self._proxy = proxy
        self._sock: socket.socket | None = None

    def ask(self, request: bytes) -> Reply:
        """Send a request and return what is answered.

        Raises:
            Unreachable: no connection can be made.
            TimeoutError: the deadline has passed.
            OSError, EOFError: the other side closed before the header had ended.
            HTTPException: what arrived is not an answer in HTTP.
        """
        sock = self._sock or self._connect()
        sock.settimeout(self.deadline.left())
        # An endpoint that finds a request too large answers before it has read it all.
        with suppress(ConnectionError):
            sock.sendall(request)
        return Reply(self, sock)

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
        except (OSError, EOFError, UnicodeError, HTTPException) as error:
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
        reply = Reply(self, sock)
        if reply.status != _OK:
            raise OSError(f"the proxy {proxy.host}:{proxy.port} answered with status {reply.status}")

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


class _Stream(io.RawIOBase):
    """What arrives on a socket: each wait for it ends by the deadline of the connection."""

    def __init__(self, connection: Connection, sock: socket.socket) -> None:
        self._connection = connection
        self._sock = sock
        self.is_over = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if self.is_over:
            return None
        self._sock.settimeout(self._connection.deadline.left())
        return self._sock.recv_into(buffer)


class _Incoming(io.BufferedReader):
    """A file of what arrives, in which a line that is cut is not taken for a line."""

    def __init__(self, stream: _Stream) -> None:
        super().__init__(stream, _BLOCK)
        self._stream = stream
        self._has_more = False

    def makefile(self, _mode: str) -> _Incoming:
        """Return itself: this is all that the library asks of a socket."""
        return self

    def readline(self, size: int | None = -1, /) -> bytes:
        line = super().readline(size)
        if not line.endswith(b"\n") and len(line) != size:
            raise EOFError
        return line

    def has_more(self) -> bool:
        """Return whether something has arrived and was not read, or was not before this was closed."""
        if not self.closed:
            self._stream.is_over = True
            self._has_more = bool(self.peek(1))
            self._stream.is_over = False
        return self._has_more

    def close(self) -> None:
        self.has_more()
        super().close()


class Reply(HTTPResponse):
    """An answer as it arrives, held to what HTTP demands of it; the library unframes its body.

    Attributes:
        fields: the header fields by their names in lower case; a repeated one is a list.

    Raises:
        EOFError: the other side closed before the header had ended.
        HTTPException: what arrived is not an answer in HTTP.
        TimeoutError: the deadline has passed.
    """

    def __init__(self, connection: Connection, sock: socket.socket) -> None:
        self.fields: dict[str, str] = {}
        self._incoming = _Incoming(_Stream(connection, sock))
        super().__init__(self._incoming, method="GET")  # type: ignore[arg-type]  # makefile() is all it asks for
        self.begin()

    def begin(self) -> None:
        """Read status and header, those of the answers before the final one too."""
        while not self._read_head() >= _FIRST_FINAL:
            pass
        coding = self.fields.get("transfer-encoding", "").lower()
        lengths = set(self.fields.get("content-length", "").replace(" ", "").split(",")) - {""}
        if len(lengths) > 1 or not all(text.isascii() and text.isdigit() for text in lengths):
            raise HTTPException("its length is malformed")
        self.chunked = coding.endswith("chunked")
        self.chunk_left = None
        self.length = None if self.chunked or not lengths else int(lengths.pop())
        if self.status in _BODILESS:
            self.length = 0
        wish = self.fields.get("connection", "").lower()
        is_new = self.version > 10 and "close" not in wish  # noqa: PLR2004 - HTTP/1.0, as the library counts
        self.will_close = not self.is_framed or not (is_new or "keep-alive" in wish)

    def _read_head(self) -> int:
        version, self.status, _ = self._read_status()  # type: ignore[attr-defined]
        if self.status == _SWITCHING or not version.startswith("HTTP/1."):
            raise HTTPException("it speaks another protocol")
        self.version = 10 if version == "HTTP/1.0" else 11
        self.fields.clear()
        size = 0
        while (line := self._incoming.readline(_LONGEST_HEAD)) not in (b"\r\n", b"\n"):
            size += len(line)
            field = _FIELD.fullmatch(line.decode("latin-1"))
            if field is None or size > _LONGEST_HEAD:
                raise HTTPException("its header is malformed or too long")
            name, value = field[1].lower(), field[2]
            self.fields[name] = f"{self.fields[name]}, {value}" if name in self.fields else value
        return self.status

    @property
    def is_framed(self) -> bool:
        """Whether the body says where it ends, so that a cut one is noticed."""
        return self.chunked or self.length is not None

    def has_buffered(self) -> bool:
        """Return whether something has arrived and was not read yet."""
        return self._incoming.has_more()

    @property
    def may_be_kept(self) -> bool:
        """Whether the connection can carry another exchange, once the body has ended."""
        return self.isclosed() and not self._incoming.has_more() and not self.will_close


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()
