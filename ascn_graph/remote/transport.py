"""HTTP exchanges with an endpoint, over connections that are kept, through the redirects it gives."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from contextlib import suppress
from http.client import HTTPException
from typing import Final
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit
from urllib.request import getproxies_environment, proxy_bypass_environment  # type: ignore[attr-defined]

from ascn_graph.deadline import Deadline
from ascn_graph.errors import EndpointError, UsageError
from ascn_graph.remote.connection import Connection, Origin, Proxy, Unreachable
from ascn_graph.remote.credentials import authorization
from ascn_graph.remote.response import Response, late
from ascn_graph.remote.retry import PassingFault

__all__ = ["MOST_REDIRECTS", "Transport"]

MOST_REDIRECTS: Final = 5
_MOST_IDLE = 8
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_UNSAFE = re.compile(r"[\x00-\x20\x7f\ud800-\udfff\\]")
_PROXY = re.compile(r"(?:http://)?(?:(?P<user>[^@/]*)@)?(?P<host>[\w.-]+|\[[0-9A-Fa-f:.]+\])(?::(?P<port>\d{1,5}))?/?")
_ALWAYS = "Accept-Encoding: gzip\r\n"
_PORTS = {"http": 80, "https": 443}


def _split(url: str) -> SplitResult | None:
    """Return the parts of an http or https URL without fragment, or None where it is no such or names a user."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in _PORTS and bool(parts.hostname) and "@" not in parts.netloc
        if not usable or _UNSAFE.search(url) or parts.port == 0:
            return None
        host = parts.netloc.encode("idna").decode()
    except ValueError:
        return None
    path, query = (quote(text, safe="%/:=&?~+!$,;'@()*[]") for text in (parts.path, parts.query))
    return SplitResult(parts.scheme, host, path or "/", query, "")


def _origin(parts: SplitResult) -> Origin:
    return Origin(parts.scheme, parts.hostname or "", parts.port or _PORTS[parts.scheme])


class Transport:
    """Exchanges HTTP messages with an endpoint, and with where it redirects to.

    Credentials and proxies are read from the environment when this is made. Credentials, and the caller's own header
    fields, are sent to the endpoint's own origin alone.

    Args:
        endpoint: an http or https URL without user and password.
        headers: header fields for every request.

    Raises:
        UsageError: the URL is no such, or a credential or a proxy cannot be used.
    """

    def __init__(self, endpoint: str, headers: Mapping[str, str] | None = None) -> None:
        parts = _split(endpoint)
        if parts is None:
            shown = "given" if "@" in endpoint else repr(endpoint)
            raise UsageError(
                f"The endpoint {shown} cannot be asked: give an http or https address, without a user in it "
                "(ASCN_USER and ASCN_PASSWORD, or ASCN_TOKEN, in the environment say who asks)."
            )
        self.endpoint = parts.geturl()
        self._origin = _origin(parts)
        self._host = parts.netloc
        self._root = f"{parts.scheme}://{parts.netloc}/"
        fields = dict(headers or {})
        if header := authorization():
            fields["Authorization"] = header
        self._own = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        self._proxies = getproxies_environment()
        self._proxy(self._origin)
        self._idle: dict[Origin, list[Connection]] = {}

    def __repr__(self) -> str:
        return f"Transport({self.endpoint!r})"

    def exchange(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, deadline: Deadline
    ) -> Response:
        """Send one request and return the answer to it, after any redirects.

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
        origin, host, own = self._origin, self._host, self._own
        if not url.startswith(self._root):
            parts = urlsplit(url)
            origin, host = _origin(parts), parts.netloc
            own = own if origin == self._origin else ""
        proxy = self._proxy(origin)
        target = url[url.index(host) + len(host) :]
        if proxy and origin.scheme == "http":
            target, headers = url, {**proxy.fields, **headers}
        lines = "".join([f"{name}: {value}\r\n" for name, value in headers.items()])
        size = "" if body is None else f"Content-Length: {len(body)}\r\n"
        head = f"{method} {target} HTTP/1.1\r\nHost: {host}\r\n{_ALWAYS}{lines}{own}{size}\r\n"
        name = f"The endpoint {self.endpoint}"
        try:
            return self._asked(origin, proxy, head.encode("latin-1") + (body or b""), deadline)
        except TimeoutError as error:
            raise late(self.endpoint, deadline) from error
        except Unreachable as error:
            by = f" through the proxy {proxy.host}:{proxy.port}" if proxy else ""
            problem = f"{name} cannot be reached{by} ({error}); check the address, and that it is running."
            raise EndpointError(problem, endpoint=self.endpoint) from error
        except OSError as error:
            problem = f"{name} closed the connection without an answer; ask again later."
            raise PassingFault(problem, endpoint=self.endpoint) from error
        except HTTPException as error:
            problem = f"{name} does not answer in HTTP; check the address."
            raise EndpointError(problem, endpoint=self.endpoint) from error

    def _asked(self, origin: Origin, proxy: Proxy | None, request: bytes, deadline: Deadline) -> Response:
        if connection := self._take(origin):
            connection.deadline = deadline
            # An endpoint may give up an idle connection just now; a new one tells whether it is well.
            with suppress(ConnectionError):
                return self._answer(connection, request)
        return self._answer(Connection(origin, deadline, proxy), request)

    def _answer(self, connection: Connection, request: bytes) -> Response:
        try:
            connection.send(request)
            response = Response(connection, self.endpoint, self._keep)
            response.begin()
        except BaseException:
            connection.close()
            raise
        return response

    def _proxy(self, origin: Origin) -> Proxy | None:
        """Return the proxy that the environment names for an origin."""
        address = self._proxies.get(origin.scheme, "")
        if not address or proxy_bypass_environment(origin.host, self._proxies):
            return None
        found = _PROXY.fullmatch(address)
        if found is None:
            raise UsageError(
                f"The proxy that {origin.scheme}_proxy names cannot be used: give http://HOST:PORT, or add "
                f"{origin.host} to no_proxy."
            )
        user = base64.b64encode(unquote(found["user"] or "").encode()).decode()
        fields = {"Proxy-Authorization": f"Basic {user}"} if user else {}
        return Proxy(found["host"].strip("[]"), int(found["port"] or 80), fields)

    def _take(self, origin: Origin) -> Connection | None:
        try:
            while (connection := self._idle[origin].pop()).has_arrived(0):
                # An idle connection with something to read was closed, or is confused.
                connection.close()
        except (KeyError, IndexError):  # asked, not looked up before: other threads take too
            return None
        return connection

    def _keep(self, connection: Connection) -> None:
        idle = self._idle.setdefault(connection.origin, [])
        if len(idle) < _MOST_IDLE:
            idle.append(connection)
        else:
            connection.close()
