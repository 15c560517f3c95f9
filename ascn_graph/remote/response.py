"""An answer in HTTP: its status and header at once, its body as a stream, each fault of it as an error."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Generator, Iterable, Iterator
from itertools import chain

from ascn_graph.errors import EndpointError
from ascn_graph.remote.connection import BLOCK, Incoming, NotHttp, Wire
from ascn_graph.remote.credentials import redacted
from ascn_graph.remote.faults import Deadline, PassingFault, is_passing, late, seconds_to_wait, status_meaning

__all__ = ["Response"]

_HEAD = 200  # bytes of an answer that an error shows
_ERROR_PAGE = 2.0  # seconds given to an error page, whose status already says enough
_GZIP = b"\x1f\x8b"


class Response(Incoming):
    """An answer whose body is not read yet.

    Args:
        wire: the connection on which it arrives.
        endpoint: the address that errors name.
        keep: takes the connection, when it can carry another exchange.

    Attributes:
        deadline: the end of the exchange.
    """

    def __init__(self, wire: Wire, endpoint: str, keep: Callable[[Wire], None]) -> None:
        super().__init__(wire)
        self.deadline = wire.deadline
        self._endpoint = endpoint
        self._keep = keep
        self._is_kept = False

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
            first = self.read()
            if first == _GZIP[:1]:
                first += self.read()
            arriving = chain((first,), iter(self.read, b"")) if first else ()
            # Gzip is told by its first bytes: the header is wrong where a proxy packs or unpacks.
            yield from _unpacked(arriving) if first.startswith(_GZIP) else arriving
            if self.may_be_kept:
                self._is_kept = True
                self._keep(self._wire)
        except zlib.error as error:
            raise self.error("sent gzip that is damaged; ask who runs it") from error
        except TimeoutError as error:
            raise late(self._endpoint, self.deadline) from error
        except (EOFError, NotHttp, OSError) as error:
            raise self.error("sent an answer that breaks off; ask again", passing=True) from error
        finally:
            self.close()

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
            f"The endpoint {self._endpoint} {problem}{wait} (status {self.status}, {kind}).",
            endpoint=self._endpoint,
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


def _unpacked(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Undo gzip, piece by piece."""
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    for arrived in blocks:
        packed = arrived
        while packed:
            if unpacker.eof:  # gzip may come in several members
                unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
            if block := unpacker.decompress(packed, BLOCK):
                yield block
            packed = unpacker.unconsumed_tail or unpacker.unused_data
    if not unpacker.eof:
        raise EOFError
