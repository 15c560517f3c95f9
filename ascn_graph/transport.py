"""HTTP exchanges with an endpoint: kept connections, redirects, a body that streams."""

from __future__ import annotations

import re
import zlib
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Final
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from ascn_graph.credentials import authorization, redacted
from ascn_graph.errors import EndpointError, UsageError
from ascn_graph.faults import Deadline, PassingFault, is_passing, seconds_to_wait, status_meaning
from ascn_graph.wire import BLOCK, Incoming, NotHttp, Origin, Unreachable, Wire, connect, origin_of

__all__ = ["MOST_REDIRECTS", "Response", "Transport"]

MOST_REDIRECTS: Final = 5
_MOST_IDLE = 8
_HEAD = 200  # bytes of an answer that an error shows
_ERROR_PAGE = 2.0  # seconds given to an error page, whose status already says enough
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_GZIP = b"\x1f\x8b"
_UNSAFE = re.compile(r"[\x00-\x20\x7f\ud800-\udfff\\]")


class Response:
    """An answer whose body is not read yet.

    Attributes:
        status: the HTTP status.
        headers: the header fields by their names in lower case.
        deadline: the end of the exchange.
        is_framed: whether the body says where it ends, so that a cut one is noticed.
    """

    def __init__(self, transport: Transport, wire: Wire) -> None:
        self._incoming = Incoming(wire)
        self._transport, self._wire = transport, wire
        self._is_kept = False
        self.status = self._incoming.status
        self.headers = self._incoming.headers
        self.is_framed = self._incoming.is_framed
        self.deadline = wire.deadline

    @property
    def content_type(self) -> str | None:
        """The media type with its parameters, as sent."""
        return self.headers.get("content-type")

    def blocks(self) -> Generator[bytes]:
        """Give the body block by block, without its gzip; at its end the connection is kept for another exchange.

        Raises:
            EndpointError: the body breaks off, its packing is unknown or damaged, or the time is up.
        """
        packing = self.headers.get("content-encoding", "identity").lower()
        if packing not in ("identity", "gzip", "x-gzip", ""):
            raise self.error(f"packs its answer as '{packing}', which it was not asked for; ask who runs it")
        try:
            yield from _unpacked(self._sent())
        except zlib.error as error:
            raise self.error("sent gzip that is damaged; ask who runs it") from error
        except TimeoutError as error:
            raise self._transport.late(self.deadline) from error
        except (EOFError, NotHttp, OSError) as error:
            raise self.error("sent an answer that breaks off; ask again", passing=True) from error
        finally:
            self.close()

    def _sent(self) -> Iterator[bytes]:
        while block := self._incoming.read():
            yield block
        if self._incoming.may_be_kept:
            self._is_kept = True
            self._transport.keep(self._wire)

    def close(self) -> None:
        """End the connection, unless the whole body was read and it is kept."""
        if not self._is_kept:
            self._wire.close()

    def error(self, problem: str, head: bytes = b"", *, passing: bool = False) -> EndpointError:
        """Give the error that says what this answer's problem is, to follow 'The endpoint … '."""
        retry_after = seconds_to_wait(self.headers.get("retry-after"))
        wait = "" if retry_after is None else f"; it asks to wait {retry_after:.0f} s"
        kind = self.content_type or "no type"
        return (PassingFault if passing else EndpointError)(
            f"The endpoint {self._transport.endpoint} {problem}{wait} (status {self.status}, {kind}).",
            endpoint=self._transport.endpoint,
            status=self.status,
            content_type=self.content_type,
            head=redacted(head),
            retry_after=retry_after,
        )

    def refusal(self, asked: str = "query") -> EndpointError:
        """Give an answer whose status is not the one asked for as an error, with what it says; see `status_meaning`."""
        passing = is_passing(self.status, seconds_to_wait(self.headers.get("retry-after")))
        head = self._head()
        problem = status_meaning(self.status, asked)
        if (self.content_type or "").startswith("text/plain") and head:
            said = " ".join(redacted(head).decode(errors="replace").split())
            problem += f"; it says: {''.join(c if c.isprintable() else '?' for c in said)}"
        return self.error(problem, head, passing=passing)

    def _head(self) -> bytes:
        """Read no more than the first bytes of the body, and not for long."""
        try:
            left = self.deadline.left()
        except TimeoutError:
            self.close()
            return b""
        self._wire.deadline = Deadline(_ERROR_PAGE if left is None else min(_ERROR_PAGE, left))
        head, blocks = b"", self.blocks()
        try:
            while len(head) < _HEAD and (block := next(blocks, b"")):
                head += block
        except EndpointError:
            pass  # the status is the error to tell; its page is a help at most
        finally:
            blocks.close()
        return head[:_HEAD]


def _unpacked(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Undo gzip, which is told by its first bytes: the header is wrong where a proxy packs or unpacks."""
    first = next(blocks, b"")
    if first[:1] == _GZIP[:1] and len(first) == 1:
        first += next(blocks, b"")
    if first[:2] != _GZIP:
        yield from _chain(first, blocks)
        return
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    for arrived in _chain(first, blocks):
        packed = arrived
        while packed:
            if unpacker.eof:  # gzip may come in several members
                unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
            if block := unpacker.decompress(packed, BLOCK):
                yield block
            packed = unpacker.unconsumed_tail or unpacker.unused_data
    if not unpacker.eof:
        raise EOFError


def _chain(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    if first:
        yield first
    yield from rest


def _split(url: str) -> SplitResult | None:
    """Give the parts of an http or https URL without fragment, or None where it is no such or names a user."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
        if not usable or _UNSAFE.search(url) or parts.port == 0:
            return None
        host = parts.netloc.encode("idna").decode()
    except ValueError:
        return None
    path, query = (quote(text, safe="%/:=&?~+!$,;'@()*[]") for text in (parts.path, parts.query))
    return SplitResult(parts.scheme, host, path, query, "")


class Transport:
    """Exchanges HTTP messages with an endpoint, and with where it redirects to.

    Credentials are read from the environment when this is made, and sent to the endpoint's own origin alone.

    Args:
        endpoint: an http or https URL without user and password.

    Raises:
        UsageError: the URL is no such, or a credential cannot be sent.
    """

    def __init__(self, endpoint: str) -> None:
        parts = _split(endpoint)
        if parts is None:
            shown = "given" if "@" in endpoint else repr(endpoint)
            raise UsageError(
                f"The endpoint {shown} cannot be asked: give an http or https address, without a user in it "
                "(ASCN_USER and ASCN_PASSWORD, or ASCN_TOKEN, in the environment say who asks)."
            )
        self.endpoint = parts.geturl()
        self._origin = origin_of(parts)
        self._host = parts.netloc
        self._root = f"{parts.scheme}://{parts.netloc}/"
        self._authorization = authorization()
        self._idle: dict[Origin, list[Wire]] = {}

    def __repr__(self) -> str:
        return f"Transport({self.endpoint!r})"

    def exchange(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, deadline: Deadline
    ) -> Response:
        """Send one request and give the answer to it, after any redirects.

        A redirected POST stays a POST with its body, unless the answer is 303 See Other.

        Raises:
            EndpointError: no answer came, or too late, or the redirects lead nowhere.
        """
        for _ in range(MOST_REDIRECTS + 1):
            response = self._once(method, url, headers, body, deadline)
            if response.status not in _REDIRECTS or "location" not in response.headers:
                return response
            response.close()
            parts = _split(urljoin(url, response.headers["location"]))
            if parts is None:
                raise response.error("redirects to what is no http or https address; check its address")
            url = parts.geturl()
            if response.status == 303:  # noqa: PLR2004 - See Other: the answer to the POST is there to GET
                method, body = "GET", None
        raise response.error(f"redirects more than {MOST_REDIRECTS} times; check its address")

    def _once(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, deadline: Deadline
    ) -> Response:
        if url.startswith(self._root):
            origin, host, target = self._origin, self._host, url[len(self._root) - 1 :]
        else:
            parts = urlsplit(url)
            origin, host = origin_of(parts), parts.netloc
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        fields = {"Host": host, "Accept-Encoding": "gzip", **headers}
        if body is not None:
            fields["Content-Length"] = str(len(body))
        if self._authorization and origin == self._origin:
            fields["Authorization"] = self._authorization
        lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items())]
        data = "\r\n".join([*lines, "", ""]).encode("latin-1") + (body or b"")
        with self._translated(deadline):
            idle = self._idle.get(origin, [])
            while idle:
                wire = idle.pop()
                wire.deadline = deadline
                if wire.is_fresh():
                    try:
                        return self._answer(wire, data)
                    except (ConnectionError, EOFError):
                        # The endpoint gave up the idle connection just now; a new one tells whether it is well.
                        break
                wire.close()
            return self._answer(connect(origin, deadline), data)

    def _answer(self, wire: Wire, data: bytes) -> Response:
        try:
            # An endpoint that finds a request too large answers before it has read it all.
            with suppress(ConnectionError):
                wire.send(data)
            return Response(self, wire)
        except BaseException:
            wire.close()
            raise

    @contextmanager
    def _translated(self, deadline: Deadline) -> Iterator[None]:
        """Turn what goes wrong before an answer into the one family of errors."""
        name = f"The endpoint {self.endpoint}"
        try:
            yield
        except TimeoutError as error:
            raise self.late(deadline) from error
        except Unreachable as error:
            problem = f"{name} cannot be reached ({error}); check the address, and that it is running."
            raise EndpointError(problem, endpoint=self.endpoint) from error
        except (OSError, EOFError) as error:
            problem = f"{name} closed the connection without an answer; ask again later."
            raise PassingFault(problem, endpoint=self.endpoint) from error
        except NotHttp as error:
            problem = f"{name} does not answer in HTTP; check the address."
            raise EndpointError(problem, endpoint=self.endpoint) from error

    def late(self, deadline: Deadline) -> EndpointError:
        """Give the error of an exchange whose time is up."""
        given = "in time" if deadline.seconds is None else f"within the {deadline.seconds:g} s it was given"
        problem = f"The endpoint {self.endpoint} gave no whole answer {given}; ask for less, or give it more time."
        return EndpointError(problem, endpoint=self.endpoint)

    def keep(self, wire: Wire) -> None:
        """Keep a connection for another exchange."""
        idle = self._idle.setdefault(wire.origin, [])
        if len(idle) < _MOST_IDLE:
            idle.append(wire)
        else:
            wire.close()
