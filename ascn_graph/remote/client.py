"""The remote engine: SPARQL 1.1 Protocol by SPARQLWrapper, over a transport that is kept alive and has an end."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from types import NoneType
from typing import Final
from urllib.parse import urlencode

import SPARQLWrapper

from ascn_graph import __version__
from ascn_graph.deadline import Deadline
from ascn_graph.errors import EndpointError, QuerySyntaxError, UsageError, require
from ascn_graph.namespaces import is_safe_iri
from ascn_graph.remote.answers import ACCEPT, read_answer
from ascn_graph.remote.retry import retrying
from ascn_graph.remote.transport import Transport
from ascn_graph.remote.words import calls_it_a_syntax_error
from ascn_graph.results import Answer
from ascn_graph.sparql import query_form, stated_form

__all__ = ["AGENT", "LONGEST_ADDRESS", "RemoteEngine", "header_fields"]

#: How requests say who sends them, with the page that tells whom to write to.
AGENT: Final = (
    f"ascn-graph/{__version__} (https://w3id.org/ascn/; SPARQL client) SPARQLWrapper/{SPARQLWrapper.__version__}"
)

#: Characters: a query whose address were longer is sent by POST.
LONGEST_ADDRESS: Final = 2048

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\x20-\x7e\xa0-\xff]+")
_RESERVED = frozenset(
    {"accept", "accept-encoding", "connection", "content-length", "content-type", "host", "te", "transfer-encoding"}
)
_CREDENTIALS = frozenset({"authorization", "proxy-authorization"})


def header_fields(given: Mapping[str, str] | None) -> dict[str, str]:
    """Return the header fields of every request: those given, and who sends it.

    ASCN_USER_AGENT in the environment says that, unless a User-Agent is given.

    Raises:
        UsageError: a field is not one that HTTP can carry, or is not the caller's to set; its value is not shown.
    """
    fields = {"User-Agent": os.environ.get("ASCN_USER_AGENT") or AGENT}
    require(given, (Mapping, NoneType), "Headers are a mapping of names to values")
    for name, value in (given or {}).items():
        require(name, str, "The name of a header is a text")
        if name.lower() in _CREDENTIALS:
            raise UsageError(f"{name} is not taken as a header: set ASCN_USER and ASCN_PASSWORD, or ASCN_TOKEN.")
        if not _NAME.fullmatch(name) or name.lower() in _RESERVED:
            raise UsageError(f"{name[:80]!r} is not a header field that can be set.")
        fields["User-Agent" if name.lower() == "user-agent" else name] = value
    for name, value in fields.items():
        if not isinstance(value, str) or not _VALUE.fullmatch(value) or value != value.strip():
            raise UsageError(f"The value of the header {name} is empty or holds what no header can, as a line break.")
    return fields


class RemoteEngine:
    """Answers from a SPARQL 1.1 endpoint.

    Credentials come from ASCN_TOKEN (bearer), or ASCN_USER and ASCN_PASSWORD (Basic), in the environment; proxies from
    http_proxy, https_proxy and no_proxy.

    Args:
        url: the query address, http or https.
        graphs: the IRIs of the graphs whose union is asked (default-graph-uri); None leaves that to the endpoint.
        named_graphs: the IRIs of the graphs that GRAPH may name (named-graph-uri); None leaves that to the endpoint.
        timeout: seconds for a query, from the look-up of the host's name until the last row has arrived, retries and
            waits included; None for no limit.
        headers: header fields for every request, as `header_fields` takes them.

    Raises:
        UsageError: the address, a graph's IRI or a header is not usable.
    """

    name = "remote"

    def __init__(
        self,
        url: str,
        *,
        graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
        timeout: float | None = 60.0,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        for given in (graphs, named_graphs):
            require(given, (Iterable, NoneType), "Graphs are a list of IRIs")
        stated = [("default-graph-uri", iri) for iri in graphs or ()]
        stated += [("named-graph-uri", iri) for iri in named_graphs or ()]
        for _, iri in stated:
            require(iri, str, "A graph is an IRI")
            if not is_safe_iri(iri):
                raise UsageError(f"{iri!r} is not the IRI of a graph: give absolute IRIs.")
        if timeout is not None and timeout <= 0:
            raise UsageError(f"A timeout of {timeout:g} s leaves no time to answer: give more, or None for no limit.")
        self._transport = Transport(url, header_fields(headers))
        # The library encodes what is asked. Its own request puts a second question mark behind an address that has
        # one, sends any as GET and guesses the form of the query; to make one of them a query took longer than both.
        self._wrapper = SPARQLWrapper.SPARQLWrapper(self._transport.endpoint)
        self._wrapper.setOnlyConneg(onlyConneg=True)
        # Encoded once: for the twenty graphs of ours that takes longer than all else of a request.
        dataset = f"{urlencode(stated, safe='/')}&" if stated else ""
        self._asked = f"{self.url}{'&' if '?' in self.url else '?'}{dataset}", dataset
        self.timeout = timeout

    @property
    def url(self) -> str:
        """The query address."""
        return self._transport.endpoint

    def __repr__(self) -> str:
        return f"RemoteEngine({self.url!r})"

    def run(self, text: str, *, timeout: float | None = None) -> Answer:
        """Answer one query.

        A long answer is read as its rows are drawn; an error in it is raised then, never kept silent.

        Args:
            text: SPARQL 1.1; the endpoint parses it, and what it calls a syntax error is parsed here, to say where.
            timeout: seconds, as for the class; None for the time given there.

        Raises:
            QuerySyntaxError: the text does not parse; with line and column, and what the endpoint says.
            UsageError: it is an update, or holds a character that no query can; nothing was sent.
            EndpointError: the endpoint gave no usable answer; it was asked again up to three times where the fault
                may pass.
        """
        form = stated_form(text)
        deadline = Deadline(self.timeout if timeout is None else timeout)
        encoded = self._wrapper._getRequestEncodedParameters(("query", text))  # noqa: SLF001 - see above
        address, dataset = self._asked
        method, url, fields, body = "GET", address + encoded, {"Accept": ACCEPT[form]}, None
        if len(url) > LONGEST_ADDRESS:
            method, url, body = "POST", self.url, (dataset + encoded).encode()
            fields["Content-Type"] = "application/x-www-form-urlencoded"
        said = ""

        def attempt() -> Answer:
            nonlocal said
            response = self._transport.exchange(method, url, fields, body, deadline)
            try:
                return read_answer(response, form)
            finally:
                said = response.said

        try:
            return retrying(attempt, deadline)
        except EndpointError as error:
            if error.status is not None and calls_it_a_syntax_error(error.status, said):
                _explain(text, error)
            raise


def _explain(text: str, error: EndpointError) -> None:
    """Raise where a query does not parse that an endpoint could not parse either.

    Raises:
        QuerySyntaxError: the text does not parse here; the message begins with the endpoint's own words.
    """
    try:
        query_form(text)
    except QuerySyntaxError as found:
        raise QuerySyntaxError(f"{error}\n{found}", found.line, found.column) from error
