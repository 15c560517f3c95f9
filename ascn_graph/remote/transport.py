"""HTTP exchanges with an endpoint, over connections that are kept, through the redirects it gives."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Final
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from ascn_graph.errors import EndpointError, UsageError
from ascn_graph.remote.connection import NotHttp, Origin, Unreachable, Wire, connect, origin_of
from ascn_graph.remote.credentials import authorization
from ascn_graph.remote.faults import Deadline, PassingFault, late
from ascn_graph.remote.response import Response

__all__ = ["MOST_REDIRECTS", "Transport"]

MOST_REDIRECTS: Final = 5
_MOST_IDLE = 8
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_UNSAFE = re.compile(r"[\x00-\x20\x7f\ud800-\udfff\\]")


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
        name = f"The endpoint {self.endpoint}"
        try:
            return self._asked(origin, data, deadline)
        except TimeoutError as error:
            raise late(self.endpoint, deadline) from error
        except Unreachable as error:
            problem = f"{name} cannot be reached ({error}); check the address, and that it is running."
            raise EndpointError(problem, endpoint=self.endpoint) from error
        except (OSError, EOFError) as error:
            problem = f"{name} closed the connection without an answer; ask again later."
            raise PassingFault(problem, endpoint=self.endpoint) from error
        except NotHttp as error:
            problem = f"{name} does not answer in HTTP; check the address."
            raise EndpointError(problem, endpoint=self.endpoint) from error

    def _asked(self, origin: Origin, data: bytes, deadline: Deadline) -> Response:
        while wire := self._take(origin):
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
            return Response(wire, self.endpoint, self._keep)
        except BaseException:
            wire.close()
            raise

    def _take(self, origin: Origin) -> Wire | None:
        try:
            return self._idle[origin].pop()
        except (KeyError, IndexError):  # asked, not looked up before: other threads take too
            return None

    def _keep(self, wire: Wire) -> None:
        idle = self._idle.setdefault(wire.origin, [])
        if len(idle) < _MOST_IDLE:
            idle.append(wire)
        else:
            wire.close()
