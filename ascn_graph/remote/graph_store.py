"""Upload of named graphs through the SPARQL 1.1 Graph Store Protocol, each counted afterwards where it arrived."""

from __future__ import annotations

from collections.abc import Iterator
from types import NoneType
from typing import Final, NamedTuple
from urllib.parse import quote

from pyoxigraph import DefaultGraph, NamedNode, RdfFormat, Store

from ascn_graph.deadline import Deadline
from ascn_graph.errors import EngineError, require
from ascn_graph.media_types import TURTLE
from ascn_graph.remote.answers import ACCEPT, read_answer
from ascn_graph.remote.client import RemoteEngine, header_fields
from ascn_graph.remote.retry import retrying
from ascn_graph.remote.transport import Transport
from ascn_graph.results import Bindings

__all__ = ["UNION", "GraphStore", "NamedGraph", "graphs_of", "query_address"]

#: What stands in the place of an IRI for the default graph.
UNION: Final = "the union of all, as default graph"

_DONE = frozenset({200, 201, 204})
# Where stores have their Graph Store Protocol, and their query address then.
_ADDRESSES = (
    ("/sparql-graph-crud", "/sparql"),  # Virtuoso
    ("/sparql/gsp", "/sparql"),  # Neptune
    ("/rdf-graphs/service", ""),  # GraphDB, RDF4J
    ("/store", "/query"),  # oxigraph
    ("/data", "/query"),  # Fuseki
)


class NamedGraph(NamedTuple):
    """A graph to upload: its IRI, or `UNION`, and how many triples it has."""

    iri: str
    triples: int


def graphs_of(store: Store, *, union: bool = False) -> list[NamedGraph]:
    """List the named graphs of a store by their IRIs, in order; with `union`, the default graph after them."""
    names = sorted(graph.value for graph in store.named_graphs() if isinstance(graph, NamedNode))
    if union:
        names.append(UNION)
    return [NamedGraph(name, sum(1 for _ in store.quads_for_pattern(None, None, None, _term(name)))) for name in names]


def _term(name: str) -> NamedNode | DefaultGraph:
    return DefaultGraph() if name == UNION else NamedNode(name)


def query_address(graph_store: str) -> str | None:
    """Return the query address that goes with the Graph Store Protocol address of a known kind of store, else None."""
    address = graph_store.rstrip("/")
    for ending, query in _ADDRESSES:
        if address.endswith(ending):
            return address.removesuffix(ending) + query
    return None


class GraphStore:
    """A store that is filled through the SPARQL 1.1 Graph Store Protocol.

    Credentials come from the environment as for `RemoteEngine`.

    Args:
        url: its Graph Store Protocol address, http or https.
        endpoint: its query address, to count there what arrived; None counts by reading each graph back.
        timeout: seconds for each graph to arrive, and again to be counted; None for no limit.

    Raises:
        UsageError: an address is not usable.
    """

    def __init__(self, url: str, *, endpoint: str | None = None, timeout: float | None = 60.0) -> None:
        require(url, str, "An address is a URL")
        require(endpoint, (str, NoneType), "An endpoint is a URL")
        self._transport = Transport(url, header_fields(None))
        self._engine = RemoteEngine(endpoint, timeout=timeout) if endpoint else None
        self._timeout = timeout

    def push(self, store: Store, *, union: bool = False, resume: bool = False) -> Iterator[NamedGraph]:
        """Put every named graph of a store in the place of what is there under its IRI; give each once it is counted.

        Args:
            store: what `dataset.load` gives.
            union: put the default graph too, which is the union of the named ones, in the place of the one there.
            resume: leave a graph as it is that holds as many triples as would be sent, as after a push that was ended.

        Raises:
            EndpointError: the store there took no graph or could not be read; the graphs given before are done.
            EngineError: it holds another number of triples than it was sent.
        """
        for graph in graphs_of(store, union=union):
            if resume and self._arrived(graph.iri) == graph.triples:
                yield graph
                continue
            self._put(graph.iri, store.dump(format=RdfFormat.N_TRIPLES, from_graph=_term(graph.iri)) or b"")
            arrived = self._arrived(graph.iri)
            if arrived != graph.triples:
                raise EngineError(
                    f"The store {self._transport.endpoint} holds {arrived} triples in <{graph.iri}> where "
                    f"{graph.triples} were sent; it may not keep every literal apart, or others write to it."
                )
            yield graph

    def _arrived(self, iri: str) -> int:
        return self._count_by_query(self._engine, iri) if self._engine else self._count(iri)

    def _address(self, iri: str) -> str:
        url = self._transport.endpoint
        graph = "default" if iri == UNION else f"graph={quote(iri, safe='')}"
        return f"{url}{'&' if '?' in url else '?'}{graph}"

    def _put(self, iri: str, triples: bytes) -> None:
        deadline = Deadline(self._timeout)

        def attempt() -> None:
            # Every store reads Turtle, of which N-Triples is a part.
            headers = {"Content-Type": TURTLE.types[0]}
            response = self._transport.exchange("PUT", self._address(iri), headers, triples, deadline)
            if response.status not in _DONE:
                raise response.refusal("upload")
            for _ in response.blocks():
                pass

        retrying(attempt, deadline)

    def _count(self, iri: str) -> int:
        deadline = Deadline(self._timeout)

        def attempt() -> int:
            headers = {"Accept": ACCEPT["construct"]}
            response = self._transport.exchange("GET", self._address(iri), headers, None, deadline)
            if response.status == 404:  # noqa: PLR2004 - there is no such graph
                response.close()
                return 0
            if response.status != 200:  # noqa: PLR2004 - HTTP
                raise response.refusal("upload")
            answer = read_answer(response, "construct")
            assert isinstance(answer, Bindings)
            return sum(1 for _ in set(answer.rows))

        return retrying(attempt, deadline)

    @staticmethod
    def _count_by_query(engine: RemoteEngine, iri: str) -> int:
        pattern = "?s ?p ?o" if iri == UNION else f"GRAPH <{iri}> {{ ?s ?p ?o }}"
        answer = engine.run(f"SELECT (COUNT(*) AS ?triples) {{ {pattern} }}")
        assert isinstance(answer, Bindings)
        for row in answer.rows:
            value = getattr(row[0], "value", "")
            if value.isdecimal():
                return int(value)
        raise EngineError(f"The endpoint {engine.url} did not count the triples of <{iri}>.")
