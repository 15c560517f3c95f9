"""The engines that must agree: each filled with the packaged graph, also with one source under two names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
import rdflib
from ours import loaded
from parity import graph_iris, lines, named_texts
from pyoxigraph import NamedNode, QueryBoolean, QueryTriples, RdfFormat, Store
from servers import StoreServer

import ascn_graph as ascn
from ascn_graph import profile
from ascn_graph.errors import UnknownName
from ascn_graph.rdflib_engine import RdflibEngine
from ascn_graph.results import Answer, Bindings, Triples
from ascn_graph.sparql import catalogue

#: Gives the graph to ask by the source it is narrowed to, "" for all.
BySource = Callable[[str], ascn.Graph]


class BagEngine:
    """pyoxigraph over named graphs alone, whose union is a bag: a triple in two graphs counts twice."""

    name = "bag"

    def __init__(self, source: str) -> None:
        self._store = Store()
        wanted = graph_iris(source, twin=True)
        for iri, text in named_texts(twin=True):
            if iri in wanted:
                self._store.load(text, format=RdfFormat.N_TRIPLES, to_graph=NamedNode(iri))

    def run(self, text: str, *, timeout: float | None = None) -> Answer:  # noqa: ARG002 - as every engine
        """Answer one query."""
        found: Any = self._store.query(text, use_default_graph_as_union=True)
        if isinstance(found, QueryBoolean):
            return bool(found)
        if isinstance(found, QueryTriples):
            return Triples(found)
        return Bindings(tuple(variable.value for variable in found.variables), found)


def embedded() -> BySource:
    """Return the embedded engine as a user gets it."""
    return cache(lambda source: ascn.load(source=source) if source else loaded())


def bag() -> BySource:
    """Return the engine that counts a triple in two graphs twice."""
    return cache(lambda source: ascn.Graph(BagEngine(source), whole=_whole()))


def rdflib_graph() -> BySource:
    """Return a plain rdflib Graph of all triples, as a user who knows no named graphs has one."""

    @cache
    def of_source(source: str) -> ascn.Graph:
        graph = rdflib.Graph()
        for triple in ascn.load(source=source or None).rdflib().triples((None, None, None)):
            graph.add(triple)
        return ascn.Graph(RdflibEngine(graph), whole=_whole())

    return of_source


def rdflib_dataset() -> BySource:
    """Return an rdflib Dataset that does not query its union by itself, one source in it under two names."""

    @cache
    def of_source(source: str) -> ascn.Graph:
        found = rdflib.Dataset()
        wanted = graph_iris(source, twin=True)
        for iri, text in named_texts(twin=True):
            if iri in wanted:
                found.graph(rdflib.URIRef(iri)).parse(data=text, format="nt")
        return ascn.Graph(RdflibEngine(found), whole=_whole())

    return of_source


def oxigraph(server: StoreServer, *, twin: bool) -> BySource:
    """Return an `oxigraph` server as engine; with a twin it is asked for the union of all it holds, which is a bag."""
    return _remote(server, twin=twin, union=f"{server.query}?union-default-graph=true" if twin else "")


def virtuoso(server: StoreServer, *, twin: bool) -> BySource:
    """Return a Virtuoso as engine; with a twin it is asked without a dataset, which is the union of all it holds."""
    return _remote(server, twin=twin, union=server.query if twin else "")


def jena(server: StoreServer, *, twin: bool) -> BySource:
    """Return Jena ARQ as engine; with a twin it is asked without a dataset, which is the union of all it holds."""
    return _remote(server, twin=twin, union=server.query if twin else "")


def _remote(server: StoreServer, *, twin: bool, union: str) -> BySource:
    """Ask a server for the graphs of a source; for all of them by the address of their union, where one is given."""

    @cache
    def of_source(source: str) -> ascn.Graph:
        stated = None if union and not source else graph_iris(source, twin=twin)
        # Nobody's timing is tested here, and the stores share their processors with other tests.
        engine = ascn.connect(union if stated is None else server.query, graphs=stated, timeout=300).engine
        return ascn.Graph(engine, whole=_whole())

    return of_source


def _whole() -> Callable[[], Any]:
    return lambda: loaded().engine


def names_astray(by_source: BySource) -> list[str]:
    """List the names of the embedded engine that do not find their thing on another, which looks them up by itself."""
    graph = ascn.Graph(by_source("").engine)
    astray = []
    for row in loaded().query("labels"):
        kind = str(row.thing).partition("/id/")[2].partition("/")[0]
        found = graph.resolve(str(row.label), kind)
        if found != str(row.thing):
            astray.append(f"{row.label}: {found}")
    return astray


#: Slips that are answered with what was likely meant, by their kind.
SLIPS = (("Tin Tin Kye", "person"), ("Kuala Lumpor", "city"), ("Viet Nan", "member-state"), ("Kuchin", "any"))


def slips_astray(by_source: BySource) -> list[str]:
    """List what another engine says of a misspelt name, looking in the graphs of ours, and the embedded does not."""
    engine = by_source("").engine
    graph = ascn.Graph(engine, graphs=lambda: graph_iris("", twin=False))
    astray = []
    for text, kind in SLIPS:
        said = []
        for each in (graph, loaded()):
            with pytest.raises(UnknownName) as caught:
                each.resolve(text, kind)
            said.append(str(caught.value))
        if len(set(said)) > 1:
            astray.append(" / ".join(said))
    return astray


def bound_astray(by_source: BySource, *, every: int) -> list[str]:
    """List the things for which a query with a text of its own for them gives other rows than its listing has.

    Args:
        by_source: the engine that is asked for things.
        every: 1 asks for each thing of the embedded listing, 2 for every other one, and so on.
    """
    astray = []
    for name, query in catalogue.load(profile.packaged()).items():
        if not query.bound:
            continue
        listing = loaded().query(name)
        (parameter,) = query.parameters
        rows: dict[str, list[str]] = defaultdict(list)
        for row, line in zip(listing, lines(listing)[1:], strict=True):
            rows[str(row[parameter])].append(line)
        graph, things = by_source(""), list(rows)[::every]
        for asked in [[thing] for thing in things] + [things[:3]]:
            expected = [line for thing in asked for line in rows[thing]]
            if lines(graph.query(name, **{parameter: asked}))[1:] != expected:
                astray.append(f"{name} {asked}")
    return astray


#: Every engine by name: those in process, and those over a server that holds `named_texts(twin=True)`.
LOCAL = {"embedded": embedded, "bag": bag, "rdflib Graph": rdflib_graph, "rdflib Dataset": rdflib_dataset}
SERVERS = {"oxigraph": oxigraph, "virtuoso": virtuoso, "jena": jena}
