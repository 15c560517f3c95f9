"""The W3C suites of the SPARQL 1.1 Protocol and of service descriptions, run against a running server."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import SHARED
from rdflib import RDF, Graph, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.term import Node
from serving import Serving, serving

pytestmark = pytest.mark.servers

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
SUITE = SHARED / "w3c/rdf-tests/sparql/sparql11"
FORMATS = {
    "boolean": {"application/sparql-results+json", "application/sparql-results+xml"},
    "tabular": {
        "application/sparql-results+json",
        "application/sparql-results+xml",
        "text/csv",
        "text/tab-separated-values",
    },
    "RDF": {"text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"},
}


def entries(kind: str) -> tuple[Graph, dict[str, Node]]:
    """Return the manifest of a suite and its tests by name."""
    path = SUITE / kind / "manifest.ttl"
    graph = Graph()
    if not path.is_file():
        return graph, {}
    graph.parse(path, format="turtle")
    manifest = graph.value(None, RDF.type, MF.Manifest)
    listed = Collection(graph, graph.value(manifest, MF.entries))
    return graph, {str(entry).rpartition("#")[2]: entry for entry in listed}


PROTOCOL, TESTS = entries("protocol")
READING = sorted(name for name in TESTS if not name.startswith("update_"))
UPDATING = sorted(name for name in TESTS if name.startswith("update_"))
DESCRIPTION = ["returns-rdf", "has-endpoint-triple", "conforms-to-schema"]


@pytest.fixture(scope="module")
def server(shared: Path, tmp_path_factory):
    """Serve the suite's own graphs under the names that its requests use."""
    lines = [
        triple.replace(" .", f" <http://kasei.us/2009/09/sparql/data/{name}.rdf> .")
        for name in ("data1", "data2", "data3")
        for triple in (SUITE / f"protocol/{name}.nt").read_text().splitlines()
    ]
    dump = tmp_path_factory.mktemp("w3c") / "data.nq"
    dump.write_text("\n".join(lines) + "\n")
    with serving("--data", str(dump), "--no-log") as running:
        yield running


def test_the_suites_are_those_whose_results_are_stated(shared):
    """There are 27 protocol tests for a read-only endpoint and three for service descriptions."""
    assert len(READING) == 27
    assert len(UPDATING) == 7
    assert sorted(entries("service-description")[1]) == sorted(DESCRIPTION)


def exchange(server: Serving, name: str) -> None:
    """Send the requests of one test and hold the responses to what the manifest expects."""
    graph, test = PROTOCOL, TESTS[name]
    for request in Collection(graph, graph.value(graph.value(test, MF.action), HT.requests)):
        headers = {}
        if listed := graph.value(request, HT.headers):
            for header in Collection(graph, listed):
                headers[str(graph.value(header, HT.fieldName))] = str(graph.value(header, HT.fieldValue))
        body = None
        if content := graph.value(request, HT.body):
            encoding = str(graph.value(content, CNT.characterEncoding))
            body = str(graph.value(content, CNT.chars)).encode(encoding)
        path = str(graph.value(request, HT.absolutePath))
        got = server.ask(str(graph.value(request, HT.methodName)), path, headers, body)
        expected = graph.value(request, HT.resp)
        classes = {str(status)[-3] for status in graph.objects(expected, MF.expectedStatus)}
        assert str(got.status)[0] in classes, got
        if (form := graph.value(expected, MF.expectedFormat)) is not None:
            assert got.type in FORMATS[str(form)]
        if (truth := graph.value(expected, MF.expectedBoolean)) is not None:
            assert json.loads(got.body)["boolean"] is truth.toPython()


@pytest.mark.parametrize("name", READING)
def test_the_protocol_suite_passes(server, name):
    """Every request of the suite that an endpoint for reading must answer is answered as the suite expects."""
    exchange(server, name)


@pytest.mark.parametrize("name", UPDATING)
def test_every_update_of_the_suite_is_refused(server, name):
    """The updates of the suite are client errors here."""
    graph = PROTOCOL
    request = Collection(graph, graph.value(graph.value(TESTS[name], MF.action), HT.requests))[0]
    content = graph.value(request, HT.body)
    header = Collection(graph, graph.value(request, HT.headers))[0]
    got = server.ask(
        "POST",
        str(graph.value(request, HT.absolutePath)),
        {str(graph.value(header, HT.fieldName)): str(graph.value(header, HT.fieldValue))},
        str(graph.value(content, CNT.chars)).encode(),
    )
    assert got.status in (400, 415)


def described(server: Serving, accept: str = "text/turtle") -> Graph:
    """Fetch and parse the service description."""
    got = server.get("/sparql", accept)
    assert (got.status, got.type) == (200, accept)
    return Graph().parse(data=got.body, format=accept, publicID=server.endpoint)


@pytest.mark.parametrize(
    "accept", ["text/turtle", "application/rdf+xml", "application/ld+json", "application/n-triples"]
)
def test_a_get_without_a_query_returns_rdf(server, accept):
    """`returns-rdf`: the endpoint itself is described, in any of the forms of RDF, with the same triples."""
    first, second = described(server, accept), described(server)
    assert len(first) == len(second) > 20


def test_the_description_names_the_endpoint_it_came_from(server):
    """`has-endpoint-triple`: sd:endpoint is the URL that was dereferenced."""
    assert list(described(server).objects(None, SD.endpoint)) == [URIRef(server.endpoint)]


def test_the_description_conforms_to_the_schema(server):
    """`conforms-to-schema`: every property has a subject and an object of the classes the vocabulary gives it."""
    graph = described(server)
    schema = {
        SD.endpoint: (SD.Service, None),
        SD.feature: (SD.Service, {SD.UnionDefaultGraph}),
        SD.supportedLanguage: (SD.Service, {SD.SPARQL11Query}),
        SD.resultFormat: (SD.Service, None),
        SD.defaultDataset: (SD.Service, SD.Dataset),
        SD.defaultGraph: (SD.Dataset, SD.Graph),
        SD.namedGraph: (SD.Dataset, SD.NamedGraph),
        SD.name: (SD.NamedGraph, None),
        SD.graph: (SD.NamedGraph, SD.Graph),
    }
    seen = {predicate for predicate in graph.predicates() if str(predicate).startswith(str(SD))}
    assert seen == set(schema)
    for predicate, (domain, values) in schema.items():
        for subject, found in graph.subject_objects(predicate):
            assert (subject, RDF.type, domain) in graph
            if isinstance(values, set):
                assert found in values
            elif values is not None:
                assert (found, RDF.type, values) in graph
    assert len(list(graph.subjects(RDF.type, SD.Service))) == 1
    assert len(list(graph.objects(None, SD.name))) == 3
