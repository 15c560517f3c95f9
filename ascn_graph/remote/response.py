"""An answer in HTTP: its status and header at once, its body as a stream, each fault of it as an error."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import partial
from http.client import HTTPException
from itertools import chain

from ascn_graph.deadline import Deadline
from ascn_graph.errors import EndpointError
from ascn_graph.remote.connection import Connection, StrictResponse
from ascn_graph.remote.credentials import redacted
from ascn_graph.remote.retry import PassingFault, is_passing, seconds_to_wait
from ascn_graph.remote.words import meaning, words

__all__ = ["Response", "late"]

_BLOCK = 1 << 16  # bytes read or unpacked at a time
_ERROR_PAGE = 2.0  # seconds given to an error page, whose status already says enough
_LONGEST_PAGE = 1 << 16  # bytes of an error page that are read; the reason may stand at its end
_GZIP = b"\x1f\x8b"
_BARE = (b"{", b"[", b"<", b"?", b"")  # how an answer begins that is not packed, whatever its header says


class Response(StrictResponse):
    """An answer whose body is not read yet.

    Args:
        connection: where it arrives.
        endpoint: the address that errors name.
        keep: takes the connection, when it can carry another exchange.

    Attributes:
        deadline: the end of the exchange.
        said: what the endpoint says in an answer that is no result, once it was read.
    """

    def __init__(self, connection: Connection, endpoint: str, keep: Callable[[Connection], None]) -> None:
        super().__init__(connection)
        self.deadline = connection.deadline
        self.said = ""
        self._endpoint = endpoint
        self._keep = keep
        self._is_kept = False

    @property
    def content_type(self) -> str | None:
        """The media type with its parameters, as sent."""
        return self.headers.get("content-type")

    def blocks(self) -> Iterator[bytes]:
        """Yield the body block by block, unpacked; at its end the connection is kept for another exchange.

        Raises:
            EndpointError: the body breaks off, its packing is unknown or damaged, or the time is up.
        """
        packing = self.headers.get("content-encoding", "identity").lower()
        if packing not in ("identity", "gzip", "x-gzip", "deflate", ""):
            raise self.error(
                f"compressed its answer with '{packing}' where gzip was asked for; ask who runs it or a proxy before it"
            )
        try:
            first = self.read1(_BLOCK)
            if first == _GZIP[:1]:
                first += self.read1(_BLOCK)
            # Gzip is told by its first bytes: the header is wrong where a proxy packs or unpacks.
            pieces: Iterator[bytes] = chain((first,), iter(partial(self.read1, _BLOCK), b"")) if first else iter(())
            if first.startswith(_GZIP):
                pieces = _unpacked(pieces, zlib.MAX_WBITS | 16)
            elif packing == "deflate" and first[:1] not in _BARE:
                # What RFC 9110 calls so has the header of zlib, and what some servers send has none.
                pieces = _unpacked(pieces, zlib.MAX_WBITS if first[0] & 15 == zlib.DEFLATED else -zlib.MAX_WBITS)
            yield from pieces
            if not self.will_close:
                self._is_kept = True
                self._keep(self.connection)
        except zlib.error as error:
            raise self.error("sent an answer whose packing is damaged; ask who runs it") from error
        except TimeoutError as error:
            raise late(self._endpoint, self.deadline) from error
        except (EOFError, OSError, HTTPException) as error:
            raise self.error("sent an answer that breaks off; ask again", passing=True) from error
        finally:
            self.close()

    def close(self) -> None:
        """End the connection, unless the whole body was read and it is kept."""
        if not self._is_kept:
            self.connection.close()

    def error(self, problem: str, head: bytes = b"", *, passing: bool = False, says: str = "") -> EndpointError:
        """Return the error that says what this answer's problem is, to follow 'The endpoint … '.

        Args:
            problem: what is wrong, and what to do.
            head: the first bytes of the answer.
            passing: whether the request may be sent again.
            says: the endpoint's own words.
        """
        retry_after = seconds_to_wait(self.headers.get("retry-after"))
        wait = "" if retry_after is None else f"; it asks to wait {retry_after:.0f} s"
        kind = self.content_type or "no type"
        said = f" says: {says.rstrip('.')}. It" if says else ""
        return (PassingFault if passing else EndpointError)(
            f"The endpoint {self._endpoint}{said} {problem}{wait} (status {self.status}, {kind}).",
            endpoint=self._endpoint,
            status=self.status,
            content_type=self.content_type,
            head=redacted(head),
            retry_after=retry_after,
        )

    def refusal(self, asked: str = "query") -> EndpointError:
        """Return an answer whose status is not the one asked for as an error, the endpoint's own words first.

        Args:
            asked: what was asked of it: "query" or "upload".
        """
        page = self._page()
        passing = is_passing(self.status, seconds_to_wait(self.headers.get("retry-after")), page)
        self.said = words(redacted(page), self.content_type or "")
        return self.error(meaning(self.status, asked), page, passing=passing, says=self.said)

    def _page(self) -> bytes:
        """Read the body of an error, no more than a page of it and not for long."""
        page = b""
        with suppress(EndpointError, TimeoutError):  # the status is the error to tell; its page is a help at most
            left = self.deadline.left()
            self.connection.deadline = Deadline(_ERROR_PAGE if left is None else min(_ERROR_PAGE, left))
            for block in self.blocks():
                page += block
                if len(page) > _LONGEST_PAGE:
                    break
        self.close()
        return page


def late(endpoint: str, deadline: Deadline) -> EndpointError:
    """Return the error of a request whose time is up."""
    given = "in time" if deadline.seconds is None else f"within the {round(deadline.seconds, 1):g} s it was given"
    problem = f"The endpoint {endpoint} gave no whole answer {given}; ask for less, or give it more time."
    return EndpointError(problem, endpoint=endpoint)


def _unpacked(blocks: Iterable[bytes], form: int) -> Iterator[bytes]:
    """Undo gzip or deflate, as zlib numbers the form, piece by piece."""
    unpacker = zlib.decompressobj(form)
    for arrived in blocks:
        packed = arrived
        while packed:
            if unpacker.eof:  # gzip may come in several members
                unpacker = zlib.decompressobj(form)
            if block := unpacker.decompress(packed, _BLOCK):
                yield block
            packed = unpacker.unconsumed_tail or unpacker.unused_data
    if not unpacker.eof:
        raise EOFError
