"""The remote engine: SPARQL 1.1 Protocol by SPARQLWrapper, over a transport that is kept alive and has an end."""

from __future__ import annotations

from collections.abc import Sequence
from http.client import HTTPResponse
from typing import Final, cast
from urllib.parse import urlencode

from SPARQLWrapper import SPARQLWrapper

from ascn_graph import __version__
from ascn_graph.errors import EndpointError, UsageError
from ascn_graph.namespaces import is_safe_iri
from ascn_graph.remote.answers import ACCEPT, read_answer
from ascn_graph.remote.faults import Deadline, retrying
from ascn_graph.remote.response import Response
from ascn_graph.remote.transport import Transport
from ascn_graph.results import Answer
from ascn_graph.sparql.forms import Form, query_form, stated_form

__all__ = ["AGENT", "LONGEST_ADDRESS", "RemoteEngine"]

#: How requests say who sends them.
AGENT: Final = f"ascn-graph/{__version__}"

#: Characters: a query whose address were longer is sent by POST.
LONGEST_ADDRESS: Final = 2048

#: How endpoints answer a query that they cannot parse.
_REFUSALS: Final = frozenset({400, 422, 500})


class _Wrapper(SPARQLWrapper):
    """SPARQLWrapper over our transport: what it guesses is told, what it encodes is sent."""

    def __init__(self, transport: Transport, dataset: str, form: Form, deadline: Deadline) -> None:
        self._transport = transport
        self._dataset = dataset
        self._form = form
        self._deadline = deadline
        super().__init__(transport.endpoint)
        self.setOnlyConneg(onlyConneg=True)

    def _parseQueryType(self, query: str) -> str:  # noqa: ARG002, N802 - as the library calls it
        return self._form.upper()

    def _query(self) -> tuple[HTTPResponse, str]:
        # The library's own request puts a second question mark behind an address that has one, and sends any as GET.
        fields = {"User-Agent": AGENT, "Accept": ACCEPT[self._form]}
        asked = self._dataset + self._getRequestEncodedParameters(("query", self.queryString))
        method, url, body = "GET", f"{self.endpoint}{'&' if '?' in self.endpoint else '?'}{asked}", None
        if len(url) > LONGEST_ADDRESS:
            method, url, body = "POST", self.endpoint, asked.encode()
            fields["Content-Type"] = "application/x-www-form-urlencoded"
        response = self._transport.exchange(method, url, fields, body, self._deadline)
        # The library hands it back as it is: nothing but this module reads it.
        return cast("HTTPResponse", response), self.returnFormat


class RemoteEngine:
    """Answers from a SPARQL 1.1 endpoint.

    Credentials come from ASCN_TOKEN (bearer), or ASCN_USER and ASCN_PASSWORD (Basic), in the environment.

    Args:
        url: the query address, http or https.
        graphs: the IRIs of the graphs whose union is asked (default-graph-uri); None leaves that to the endpoint.
        named_graphs: the IRIs of the graphs that GRAPH may name (named-graph-uri); None leaves that to the endpoint.
        timeout: seconds for a query, from its first byte sent until the last row has arrived, retries and waits
            included; None for no limit. Finding the address of a host by its name is the system's and not counted.

    Raises:
        UsageError: the address or a graph's IRI is not usable.
    """

    name = "remote"

    def __init__(
        self,
        url: str,
        *,
        graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
        timeout: float | None = 60.0,
    ) -> None:
        stated = [("default-graph-uri", iri) for iri in graphs or ()]
        stated += [("named-graph-uri", iri) for iri in named_graphs or ()]
        for _, iri in stated:
            if not is_safe_iri(iri):
                raise UsageError(f"{iri!r} is no IRI of a graph: give absolute IRIs.")
        if timeout is not None and timeout <= 0:
            raise UsageError(f"A timeout of {timeout:g} s leaves no time to answer: give more, or None for no limit.")
        # Encoded once: for the twenty graphs of ours that takes longer than all else of a request.
        self._dataset = f"{urlencode(stated, safe='/')}&" if stated else ""
        self._transport = Transport(url)
        self._timeout = timeout

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
            text: SPARQL 1.1; the endpoint parses it, and what it refuses is parsed here, to say where the fault is.
            timeout: seconds, as for the class; None for the time given there.

        Raises:
            QuerySyntaxError: the text does not parse; with line and column.
            UsageError: it is an update, or holds a character that no query can; nothing was sent.
            EndpointError: the endpoint gave no usable answer; it was asked again up to three times where the fault
                may pass.
        """
        form = stated_form(text)
        deadline = Deadline(self._timeout if timeout is None else timeout)

        def attempt() -> Answer:
            wrapper = _Wrapper(self._transport, self._dataset, form, deadline)
            wrapper.setQuery(text)
            return read_answer(cast("Response", cast("object", wrapper.query().response)), form)

        try:
            return retrying(attempt, deadline)
        except EndpointError as error:
            if error.status in _REFUSALS:
                query_form(text)
            raise
