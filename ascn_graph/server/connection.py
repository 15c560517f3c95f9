"""One client connection, with the limits that the HTTP library leaves to whoever uses it."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Any, cast

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from ascn_graph.server.limits import HEADER_BYTES, Limits
from ascn_graph.server.problem import MEDIA_TYPE, Problem, busy

__all__ = ["guarded"]

# What the parser of targets can count to.
_TARGET = 0xFFFF


def guarded(limits: Limits) -> type[HttpToolsProtocol]:
    """Give the protocol of a connection that keeps to these limits."""

    class Connection(_Connection):
        _limits = limits

    return Connection


class _Connection(HttpToolsProtocol):
    """A connection whose request heads must arrive in time and in size, beside no more others than allowed."""

    _limits: Limits

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
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
        if self._head is not None and self._too_late is None:
            self._await_head()

    def on_message_begin(self) -> None:
        """Note that a head has begun."""
        super().on_message_begin()
        if self._head is None:
            self._head = 0

    def on_headers_complete(self) -> None:
        """Note that the head is here."""
        self._head = None
        self._head_is_here()
        if len(self.url) > _TARGET:
            self._refuse(Problem(414, "target", f"The target is longer than {_TARGET} bytes; send the query by POST."))
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP."""
        del msg
        self._refuse(Problem(400, "http", "The request is not well-formed HTTP/1.1."))

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
        body = problem.body()
        fields = {
            "content-type": MEDIA_TYPE,
            "content-length": str(len(body)),
            "cache-control": "no-store",
            "x-content-type-options": "nosniff",
            "connection": "close",
            **problem.headers,
        }
        lines = [
            f"HTTP/1.1 {problem.status} {HTTPStatus(problem.status).phrase}",
            *(f"{k}: {v}" for k, v in fields.items()),
        ]
        self.transport.write("\r\n".join([*lines, "", ""]).encode() + body)
        self.transport.close()
