"""The service description of the endpoint, its limits included."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from ascn_graph.media_types import GRAPHS, Representation
from ascn_graph.namespaces import STANDARD
from ascn_graph.server.limits import Limits
from ascn_graph.server.snapshot import Contents

__all__ = ["describe"]

_SD = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS = "http://www.w3.org/ns/formats/"
_PREFIXES = {name: STANDARD[name] for name in ("dcterms", "schema", "void", "xsd")} | {"sd": _SD}
_SERIALIZERS = dict(
    zip(GRAPHS, (RdfFormat.TURTLE, RdfFormat.JSON_LD, RdfFormat.N_TRIPLES, RdfFormat.RDF_XML), strict=True)
)
_RESULTS = (
    "SPARQL_Results_JSON",
    "SPARQL_Results_XML",
    "SPARQL_Results_CSV",
    "SPARQL_Results_TSV",
    "Turtle",
    "JSON-LD",
    "N-Triples",
    "RDF_XML",
)


def describe(endpoint: str, contents: Contents, limits: Limits, form: Representation) -> bytes:
    """Write the service description of an endpoint.

    Args:
        endpoint: the URL at which the client found it.
        contents: what the graph holds.
        limits: stated as `schema:additionalProperty`, one `schema:PropertyValue` a limit.
        form: one of `ascn_graph.media_types.GRAPHS`.
    """
    written = serialize(_triples(endpoint, contents, limits), format=_SERIALIZERS[form], prefixes=_PREFIXES)
    assert written is not None
    return written


def _triples(endpoint: str, contents: Contents, limits: Limits) -> Iterator[Triple]:
    rdf_type = NamedNode(STANDARD["rdf"] + "type")
    schema, void = STANDARD["schema"], STANDARD["void"]

    def node(fragment: str) -> NamedNode:
        return NamedNode(f"{endpoint}#{fragment}")

    def sd(name: str) -> NamedNode:
        return NamedNode(_SD + name)

    stated = limits.stated(contents.worker_memory)
    service, dataset, default = node("service"), node("dataset"), node("default-graph")
    yield Triple(service, rdf_type, sd("Service"))
    yield Triple(service, sd("endpoint"), NamedNode(endpoint))
    yield Triple(service, sd("supportedLanguage"), sd("SPARQL11Query"))
    yield Triple(service, sd("feature"), sd("UnionDefaultGraph"))
    for name in _RESULTS:
        yield Triple(service, sd("resultFormat"), NamedNode(_FORMATS + name))
    yield Triple(service, sd("defaultDataset"), dataset)
    for limit in stated:
        yield Triple(service, NamedNode(schema + "additionalProperty"), node(f"limit-{limit.name}"))
    for limit in stated:
        value = node(f"limit-{limit.name}")
        yield Triple(value, rdf_type, NamedNode(schema + "PropertyValue"))
        yield Triple(value, NamedNode(schema + "name"), Literal(limit.name))
        yield Triple(value, NamedNode(schema + "value"), Literal(limit.value))
        yield Triple(value, NamedNode(schema + "unitText"), Literal(limit.unit))
        yield Triple(value, NamedNode(schema + "description"), Literal(limit.meaning, language="en"))
    yield Triple(dataset, rdf_type, sd("Dataset"))
    yield Triple(dataset, NamedNode(STANDARD["dcterms"] + "identifier"), Literal(contents.hash))
    yield Triple(dataset, NamedNode(void + "sparqlEndpoint"), NamedNode(endpoint))
    yield Triple(dataset, sd("defaultGraph"), default)
    yield Triple(default, rdf_type, sd("Graph"))
    yield Triple(default, NamedNode(void + "triples"), Literal(contents.triples))
    for number, (name, triples) in enumerate(contents.graphs.items(), 1):
        named, graph = node(f"named-graph-{number}"), node(f"graph-{number}")
        yield Triple(dataset, sd("namedGraph"), named)
        yield Triple(named, rdf_type, sd("NamedGraph"))
        yield Triple(named, sd("name"), NamedNode(name))
        yield Triple(named, sd("graph"), graph)
        yield Triple(graph, rdf_type, sd("Graph"))
        yield Triple(graph, NamedNode(void + "triples"), Literal(triples))
