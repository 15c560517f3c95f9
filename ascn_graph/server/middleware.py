"""What every request passes through: the log, the headers that protect, OPTIONS, and the last resort."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import quote

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ascn_graph.server.problem import Budget, Problem
from ascn_graph.server.response import problem_response

__all__ = ["READ_METHODS", "Middleware", "log_line"]

_CORS = [
    (b"access-control-allow-origin", b"*"),
    (
        b"access-control-expose-headers",
        b"Accept-Ranges, Allow, Content-Location, Content-Range, ETag, Link, Location, Retry-After",
    ),
]
_PROTECTION = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"cross-origin"),
    (b"x-frame-options", b"DENY"),
    (b"server", b"ascn"),
]
# A page of the site loads its own scripts, styles and the query engine; anything else is data and loads nothing.
_PAGE_POLICY = (
    b"default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' data:; object-src 'none'; "
    b"base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_DATA_POLICY = b"default-src 'none'; frame-ancestors 'none'; sandbox"
_FOR_PAGES = [*_CORS, *_PROTECTION, (b"content-security-policy", _PAGE_POLICY)]
#: What every response says that is no page.
DATA_HEADERS = [*_CORS, *_PROTECTION, (b"content-security-policy", _DATA_POLICY)]
_FIELD_NAMES = re.compile(rb"[A-Za-z0-9!#$%&'*+.^_`|~-]+(?:\s*,\s*[A-Za-z0-9!#$%&'*+.^_`|~-]+)*")
#: What may be done with anything but the endpoint.
READ_METHODS = "GET, HEAD, OPTIONS"
_QUERY_METHODS = "GET, HEAD, POST, OPTIONS"


class Middleware:
    """An ASGI application around another one."""

    def __init__(self, app: ASGIApp, budget: Budget, log: Callable[[str], object] | None, *, queries: bool) -> None:
        """Wrap an application.

        Args:
            app: the application.
            budget: what answers on their way may take.
            log: takes one line a request; None for no log.
            queries: whether the log holds what was asked, which may be nobody else's business.
        """
        self._app = app
        self._budget = budget
        self._log = log
        self._queries = queries

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; whatever goes wrong ends this request alone."""
        if scope["type"] != "http":
            return
        started = time.perf_counter()
        status = size = 0

        async def sending(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = _guarded(message["headers"])
            else:
                size += len(message.get("body", b""))
            await send(message)

        try:
            if scope["method"] == "OPTIONS":
                await _options(scope, sending)
            else:
                await self._app(scope, receive, sending)
        except Problem as problem:
            await problem_response(problem, self._budget)(scope, receive, sending)
        # The last resort: one request's failure must not become another's.
        except Exception as error:
            sys.stderr.write(f"ascn: {type(error).__name__} in a request for {_printable(scope['path'])}: {error}\n")
            if status:
                raise
            failure = Problem(500, "failure", "The server failed on this request; its log says more.")
            await problem_response(failure, self._budget)(scope, receive, sending)
        finally:
            if self._log is not None:
                self._log(self._line(scope, status, size, time.perf_counter() - started))

    def _line(self, scope: Scope, status: int, size: int, seconds: float) -> str:
        asked = _printable(scope["path"])
        if self._queries and scope["query_string"]:
            asked += "?" + _printable(scope["query_string"].decode("latin-1"))
        return log_line(
            scope.get("client"), method=scope["method"], asked=asked, status=status, size=size, seconds=seconds
        )


def log_line(  # noqa: PLR0913 - each is a column
    client: tuple[str, int] | None, *, method: str = "-", asked: str = "-", status: int, size: int, seconds: float = 0.0
) -> str:
    """Return one line of the access log; without `method` and `asked` the request was refused before it was read."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    return f"{now} {client[0] if client else '-'} {method} {asked} {status} {size} {seconds * 1000:.1f}ms\n"


def _printable(text: str) -> str:
    """Return text from outside on one line of printable ASCII."""
    return quote(text, safe="/%?&=+:;,@!$'()*~#", errors="replace")[:2000]


def _guarded(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    # A worker obeys the policy of its own script, so scripts carry that of the pages.
    page = any(
        name == b"content-type" and value.startswith((b"text/html", b"text/javascript")) for name, value in headers
    )
    return headers + (_FOR_PAGES if page else DATA_HEADERS)


async def _options(scope: Scope, send: Send) -> None:
    allowed = (_QUERY_METHODS if scope["path"].rstrip("/") == "/sparql" else READ_METHODS).encode()
    asked = next((value for name, value in scope["headers"] if name == b"access-control-request-headers"), b"")
    headers = [
        (b"allow", allowed),
        (b"access-control-allow-methods", allowed),
        # Any header may be sent: nothing here depends on one that is secret.
        (b"access-control-allow-headers", asked if _FIELD_NAMES.fullmatch(asked) else b"*"),
        (b"access-control-max-age", b"86400"),
        (b"vary", b"Access-Control-Request-Headers"),
        (b"content-length", b"0"),
    ]
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
