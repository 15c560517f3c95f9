"""One client connection, with the limits that the HTTP library leaves to whoever uses it."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Any, cast

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from ascn_graph.server.delivery import log_line, refused
from ascn_graph.server.job import Problem, busy
from ascn_graph.server.limits import HEADER_BYTES, Limits
from ascn_graph.stderr import say

__all__ = ["HttpProtocol"]

# What the parser of targets can count to.
_TARGET = 0xFFFF
# Each header and each request that waits its turn takes some hundred times the bytes it may arrive in.
_FIELDS = 200
_PIPELINED = 8
# How long a connection without a request stays open when the process ends.
_LINGER = 2.0


class _Refused(Exception):
    """The request that is being parsed has been refused."""


class HttpProtocol(HttpToolsProtocol):
    """A connection whose request heads must arrive in time and in size, beside no more others than allowed."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        """Take from the application the limits of its process, and whether refusals are logged."""
        super().__init__(config, server_state, app_state, _loop)
        self._limits: Limits = app_state["limits"]
        self._log: bool = app_state["log"]
        self._last = False
        # Bytes of the request head on its way; None while there is none.
        self._head: int | None = 0
        self._too_late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take a connection, or tell the client to come back."""
        super().connection_made(cast("asyncio.Transport", transport))
        if len(self.connections) > self._limits.connections:
            self._refuse(busy("Too many connections are open."))
        else:
            self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the deadline."""
        self._head_is_here()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, unless the head of the request is larger than any may be."""
        if self._head is not None:
            self._head += len(data)
            if self._head > HEADER_BYTES:
                self._refuse(Problem(431, "header", f"The head of the request is larger than {HEADER_BYTES} bytes."))
                return
        if self.transport.is_closing():
            return
        super().data_received(data)
        # What has begun must go on, be it the rest of a body that was answered unread: the library waits for ever.
        if self._too_late is None and (self._head is not None or not self._answering):
            self._await_head()

    def on_message_begin(self) -> None:
        """Note that a head has begun."""
        super().on_message_begin()
        if self._head is None:
            self._head = 0

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; a trailer is none, as it comes after the request was judged."""
        if self._head is None:
            return
        if len(self.headers) >= _FIELDS:
            self._refuse(Problem(431, "header", f"The request has more than {_FIELDS} headers."))
            raise _Refused
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Begin to answer a request whose head is here."""
        self._head = None
        self._head_is_here()
        if len(self.url) > _TARGET:
            self._refuse(Problem(414, "target", f"The target is longer than {_TARGET} bytes; send the query by POST."))
            raise _Refused
        hosts = sum(name == b"host" for name, _ in self.headers)
        if hosts > 1 or (not hosts and self.parser.get_http_version() != "1.0") or len(self.pipeline) >= _PIPELINED:
            raise _Refused
        super().on_headers_complete()
        # The parser passes over what follows an upgrade, as it is no HTTP any more for a server that does it.
        if self._last or self.parser.should_upgrade():
            self.cycle.keep_alive = False

    def shutdown(self) -> None:
        """Close the connection after the next answer; a request on its way is not lost."""
        if self._answering:
            super().shutdown()
        else:
            self._last = True
            self.loop.call_later(_LINGER, self._close_idle)

    def _close_idle(self) -> None:
        if not self._answering:
            self.transport.close()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP."""
        del msg
        self._refuse(Problem(400, "http", "The request is not well-formed HTTP/1.1."))

    @property
    def _answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _await_head(self) -> None:
        late = Problem(408, "deadline", f"The request did not arrive within {self._limits.deadline:g} seconds.")
        self._too_late = self.loop.call_later(self._limits.deadline, self._refuse, late)

    def _head_is_here(self) -> None:
        if self._too_late is not None:
            self._too_late.cancel()
            self._too_late = None

    def _refuse(self, problem: Problem) -> None:
        """Answer without the application, then close."""
        self._head_is_here()
        if self.transport.is_closing():
            return
        if self._answering and (self.pipeline or self.cycle.response_started or not self.cycle.more_body):
            # What was asked before is answered, as the last; a refusal now would pass for that answer.
            self.cycle.keep_alive = False
            return
        answer, body = refused(problem), problem.body()
        lines = [b"HTTP/1.1 %d %s" % (problem.status, HTTPStatus(problem.status).phrase.encode()), b"connection: close"]
        lines += [b"%s: %s" % field for field in answer.headers if field[0] != b"connection"]
        self.transport.write(b"\r\n".join([*lines, b"", body]))
        if self._log:
            say(log_line(self.client, problem.status, len(body)))
        self.transport.close()
