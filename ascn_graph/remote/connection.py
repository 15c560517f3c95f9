"""One HTTP connection of http.client's, on which every wait ends by the deadline of the exchange it serves."""

from __future__ import annotations

import http.client
import io
import re
import select
import ssl
from contextlib import suppress
from functools import cache
from typing import Any, NamedTuple

from ascn_graph.deadline import Deadline, within

__all__ = ["Connection", "Origin", "Proxy", "StrictResponse", "Unreachable"]

_LONGEST_HEAD = 1 << 16  # bytes within which a header, the size of a chunk and a trailer must have ended
_BLOCK = 1 << 16  # bytes read at a time
_SWITCHING, _FIRST_FINAL = 101, 200
_BODILESS = (204, 304)
_BEGIN, _ENDS = b"HTTP/1.", (b"\r\n", b"\n")
_END = re.compile(rb"\n\r?\n")
_HEAD = re.compile(rb"HTTP/1\.(\d) +(\d{3})(?:[ \t][^\n]*)?\r?\n((?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\n]*\n)*)\r?\n")
_LENGTH = re.compile(r"(?:(\d{1,18})(?: *, *\1)*)?", re.ASCII)
_SIZE = re.compile(rb"([0-9A-Fa-f]{1,16})[ \t]*(?:;[^\n]*)?\r?\n")
_TUNNEL = re.compile(r"Tunnel connection failed: (\d+).*", re.DOTALL)  # how http.client begins a proxy's refusal


class Unreachable(Exception):
    """No connection could be made; the message is the system's reason."""


class Origin(NamedTuple):
    """Where a connection goes: connections and credentials of one origin are never used for another."""

    scheme: str
    host: str
    port: int


class Proxy(NamedTuple):
    """What a connection goes through, with the header fields that say who asks it."""

    host: str
    port: int
    fields: dict[str, str]


class Connection(io.RawIOBase):
    """A connection to an origin, or through a proxy to one, opened when it is first sent something.

    Attributes:
        origin: where it goes.
        deadline: the end of the exchange it serves now.
    """

    def __init__(self, origin: Origin, deadline: Deadline, proxy: Proxy | None = None) -> None:
        self.origin = origin
        self.deadline = deadline
        self._proxy = proxy
        self._received = 0
        self._reader = io.BufferedReader(self, _BLOCK)
        host, port = proxy[:2] if proxy else origin[1:]
        if origin.scheme == "https":
            self._http: http.client.HTTPConnection = http.client.HTTPSConnection(host, port, context=_trust())
            if proxy:
                self._http.set_tunnel(origin.host, origin.port, proxy.fields)
        else:
            self._http = http.client.HTTPConnection(host, port)

    def send(self, request: bytes) -> None:
        """Send a request.

        Raises:
            Unreachable: no connection can be made.
            TimeoutError: the deadline has passed.
            OSError: the other side is gone.
        """
        if self._http.sock is None:
            self._connect()
        self._http.sock.settimeout(self.deadline.left())
        # An endpoint that finds a request too large answers before it has read it all.
        with suppress(ConnectionError):
            self._http.send(request)

    def _connect(self) -> None:
        self._http.timeout = self.deadline.left()
        try:
            # Nothing interrupts the look-up of a name, and each address, the proxy and TLS may take the whole time.
            within(self._http.timeout, self._http.connect)
        except TimeoutError:
            raise
        except (OSError, http.client.HTTPException, UnicodeError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            if self._proxy:
                reason = _TUNNEL.sub(r"it answered with status \1", reason)
            raise Unreachable(reason) from error

    def makefile(self, _mode: str) -> io.BufferedReader[Any]:
        """Return the reader of all answers, as http.client asks a socket for one."""
        return self._reader

    def readable(self) -> bool:
        """Return whether it can be read, for its reader."""
        return True

    def tell(self) -> int:
        """Return how many bytes have arrived, for its reader."""
        return self._received

    def readinto(self, buffer: Any) -> int:
        """Receive what arrives next, nothing where the other side has closed, for its reader.

        Raises:
            TimeoutError: the deadline has passed.
        """
        sock = self._http.sock
        sock.settimeout(self.deadline.left())
        size = sock.recv_into(buffer)
        self._received += size
        return size

    def close(self) -> None:
        """End the connection."""
        self._http.close()
        super().close()

    @property
    def unread(self) -> int:
        """How many bytes were received that were not read."""
        return self._received - self._reader.tell()

    def has_arrived(self, seconds: float) -> bool:
        """Return whether there is something to read, the end included, waiting for it for some seconds."""
        sock = self._http.sock
        if self.unread or (isinstance(sock, ssl.SSLSocket) and sock.pending()):
            return True
        try:
            return sock is None or bool(select.select([sock], [], [], seconds)[0])
        except (OSError, ValueError):
            return True


class StrictResponse(http.client.HTTPResponse):
    """An answer as http.client reads it, but for its header, and stricter where that lets a broken frame pass.

    Attributes:
        connection: where it arrives.
        headers: the header fields by their names in lower case; a repeated one is a list.
    """

    headers: dict[str, str]  # type: ignore[assignment]  # get() is all that the library asks of it

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)  # type: ignore[arg-type]  # makefile() will do
        self.connection = connection

    def begin(self) -> None:
        """Read the header of the final answer; those before it are passed over.

        The library gives the header to the email package, which takes as long as all else of a short exchange.

        Raises:
            HTTPException: what arrived is not one, or says two things about the length of the body.
            TimeoutError: the deadline has passed.
            OSError: the other side closed before it had ended.
        """
        while (found := self._head()) and (status := int(found[2])) < _FIRST_FINAL:
            if status == _SWITCHING:
                raise http.client.BadStatusLine(found[0].decode("latin-1"))
        self.code = self.status = status
        self.version = 10 if found[1] == b"0" else 11
        self.headers = fields = dict[str, str]()
        for line in found[3].decode("latin-1").split("\n")[:-1]:
            name, _, text = line.partition(":")
            key, value = name.lower(), text.strip(" \t\r")
            fields[key] = f"{fields[key]}, {value}" if key in fields else value
        self.chunked = fields.get("transfer-encoding", "").lower().endswith("chunked")
        self.chunk_left = None
        length = _LENGTH.fullmatch(fields.get("content-length", ""))
        if not length:
            raise http.client.BadStatusLine("two lengths, or one that is none")
        self.length = 0 if status in _BODILESS else int(length[1]) if length[1] and not self.chunked else None
        self.will_close = not self.is_framed or self._check_close()  # type: ignore[attr-defined]

    def _head(self) -> re.Match[bytes]:
        # Most often all of it has arrived; to read line after line takes four times as long.
        end = _END.search(self.fp.peek())
        head = line = self.fp.read(end.end()) if end else self.fp.readline(_LONGEST_HEAD)
        if not end and head.startswith(_BEGIN):
            while line.endswith(b"\n") and line not in _ENDS:
                line = self.fp.readline(_LONGEST_HEAD - len(head))
                head += line
        if found := _HEAD.fullmatch(head):
            return found
        if _BEGIN.startswith(head[: len(_BEGIN)]) and not line.endswith(b"\n") and len(head) < _LONGEST_HEAD:
            raise http.client.RemoteDisconnected("")
        raise http.client.BadStatusLine(head[:80].decode("latin-1"))

    @property
    def is_framed(self) -> bool:
        """Whether the body says where it ends, so that a cut one is noticed."""
        return self.chunked or self.length is not None

    def read1(self, size: int = -1) -> bytes:
        """Return what comes next of the body; chunks that arrived together at once, as some write a row a chunk."""
        if not self.chunked:
            if not (block := super().read1(size)) and self.length:
                raise http.client.IncompleteRead(b"")
            return block
        pieces, unread = [], self.connection.unread
        while size > 0 and self.fp and (left := self._get_chunk_left()):
            piece = self.fp.read1(min(left, size))
            if not piece:
                raise http.client.IncompleteRead(b"")
            pieces.append(piece)
            self.chunk_left = left - len(piece)
            size -= len(piece)
            # Behind a chunk stands the end of its line; what stands behind that begins the next.
            unread -= len(piece) + self._framing
            if unread <= len(_ENDS[0]):
                break
        return b"".join(pieces)

    def has_arrived(self, seconds: float) -> bool:
        """Return whether more of the body, or its end, has arrived, waiting for it for some seconds."""
        return self.length == 0 or self.fp is None or self.connection.has_arrived(seconds)

    def _close_conn(self) -> None:
        self.fp = None  # type: ignore[assignment]  # at the end of the answer, not of the connection

    def _get_chunk_left(self) -> int:
        # The library reads sizes such as -5, 0x5 and +5 too, and takes a connection closed in a trailer for the end.
        if self.chunk_left:
            return self.chunk_left
        read = self.fp.readline
        is_behind_another = self.chunk_left == 0 and read(_LONGEST_HEAD) == _ENDS[0]
        found = _SIZE.fullmatch(line := read(_LONGEST_HEAD)) if is_behind_another or self.chunk_left is None else None
        if not found:
            raise http.client.IncompleteRead(b"")
        self._framing = len(line) + len(_ENDS[0])
        self.chunk_left = int(found[1], 16)
        if not self.chunk_left:
            while line not in _ENDS:
                line = read(_LONGEST_HEAD)
                if not line.endswith(b"\n"):
                    raise http.client.IncompleteRead(b"")
            self._close_conn()
        return self.chunk_left


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()
