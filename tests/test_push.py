"""Uploading every named graph to a real store, and to one that misbehaves."""

from __future__ import annotations

import threading
from urllib.parse import parse_qs

import pytest
from faulty_server import Request, answer, faulty_server
from ours import graph_iri
from servers import free_port, oxigraph_server

from ascn_graph import dataset
from ascn_graph.cli import main
from ascn_graph.remote.client import RemoteEngine
from ascn_graph.remote.graph_store import UNION, GraphStore, graphs_of, query_address
from ascn_graph.results import Bindings

NT = "application/n-triples"


@pytest.fixture
def data(tmp_path):
    """Two sources of a graph of one's own, with the characters that get lost on the way."""
    for name, text in {
        "one": '@prefix e: <http://example.org/> .\ne:a e:b "Vi\u1ec7t \\"\\\\\\n\U0001f600"@vi , 1 , e:\u00e9 .\n',
        "two": '@prefix e: <http://example.org/> .\ne:a e:b "Vi\u1ec7t" ; e:c "2018-07"^^<http://e.org/t> .\n',
    }.items():
        folder = tmp_path / "data" / name
        folder.mkdir(parents=True)
        (folder / "facts.ttl").write_text(text, encoding="utf-8")
    return tmp_path


class Store:
    """A Graph Store Protocol on a loopback server, which may lose triples."""

    def __init__(self, losing: int = 0) -> None:
        self.graphs: dict[str, bytes] = {}
        self.losing = losing
        self.lock = threading.Lock()

    def __call__(self, connection, request: Request) -> bool | None:
        """Keep what is put, give what is asked for."""
        iri = parse_qs(request.target.partition("?")[2])["graph"][0]
        with self.lock:
            if request.method == "PUT":
                self.graphs[iri] = b"".join(request.body.splitlines(keepends=True)[self.losing :])
                return answer(b"", None, status=204, frame="close", keep=True)(connection, request)
            if iri not in self.graphs:
                return answer(b"", None, status=404, keep=True)(connection, request)
            return answer(self.graphs[iri], NT, keep=True)(connection, request)


def counts(url: str) -> dict[str, int]:
    """Ask a store how many triples it has under each of our graphs."""
    found = RemoteEngine(url).run(
        "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } FILTER(STRSTARTS(STR(?g), 'https://w3id.org/ascn/')) }"
        " GROUP BY ?g"
    )
    assert isinstance(found, Bindings)
    return {row[0].value: int(row[1].value) for row in found.rows}


@pytest.mark.stores
@pytest.mark.parametrize("name", ["oxigraph", "virtuoso"])
def test_every_named_graph_arrives(name, data, capsys, request):
    """A real store holds afterwards what the files say, graph by graph; a second push changes nothing."""
    expected = dict(graphs_of(dataset.load(dataset.find(data))))
    server = request.getfixturevalue(name)
    before = counts(server.query)  # Virtuoso is there for other tests too
    for _ in range(2):
        assert main(["push", server.graph_store, "--data", str(data)]) == 0
        assert counts(server.query) == before | expected
    assert main(["push", server.graph_store, "--data", str(data), "--endpoint", server.query]) == 0
    shown = capsys.readouterr().out
    found = RemoteEngine(server.query, graphs=[graph_iri("one")]).run(
        "SELECT ?o { <http://example.org/a> <http://example.org/b> ?o }"
    )
    assert isinstance(found, Bindings)
    assert {row[0].value for row in found.rows} == {'Vi\u1ec7t "\\\n\U0001f600', "1", "http://example.org/\u00e9"}
    assert shown.splitlines()[-1] == f"ascn query accessions --data {data} --endpoint {server.query} --graphs ascn"
    assert f"{expected[graph_iri('one')]:8}  {graph_iri('one')}" in shown


@pytest.mark.stores
def test_the_packaged_graph_arrives():
    """Every named graph of the package, in an `oxigraph` server."""
    store = dataset.load(dataset.find())
    with oxigraph_server() as server:
        done = list(GraphStore(server.graph_store).push(store))
        assert counts(server.query) == dict(done) == dict(graphs_of(store))


@pytest.mark.stores
@pytest.mark.parametrize("counted", [[], ["--endpoint"]])
def test_the_union_becomes_the_default_graph(data, capsys, counted):
    """A store that shows a query nothing of named graphs has everything in its default graph, each triple once."""
    expected = dict(graphs_of(dataset.load(dataset.find(data)), union=True))
    with oxigraph_server() as server:
        words = [
            "push",
            server.graph_store,
            "--data",
            str(data),
            "--union",
            *counted,
            *([server.query] if counted else []),
        ]
        assert main(words) == 0
        found = RemoteEngine(server.query).run("SELECT * { ?s ?p ?o }")
        assert isinstance(found, Bindings)
        assert sum(1 for _ in found.rows) == expected[UNION] < sum(expected.values())
        assert (
            capsys.readouterr().out.splitlines()[-1] == f"ascn query accessions --data {data} --endpoint {server.query}"
        )
        assert main([*words[:4], "--union", "--dry-run"]) == 0
    assert f"{expected[UNION]:8}  {UNION}" in capsys.readouterr().out


def test_a_dry_run_sends_nothing(data, capsys):
    """The graphs and their sizes are told; the store hears nothing."""
    with faulty_server(Store()) as server:
        assert main(["push", server.url, "--data", str(data), "--dry-run"]) == 0
        assert not server.requests
    assert "nothing was sent" in capsys.readouterr().out


def test_each_graph_is_put_and_read_back(data):
    """One PUT and one GET a graph, over one connection, the graph's IRI in the address."""
    store = Store()
    with faulty_server(store) as server:
        assert main(["push", f"{server.url}?key=1", "--data", str(data)]) == 0
    methods = [request.method for request in server.requests]
    assert methods == ["PUT", "GET"] * len(store.graphs)
    assert {request.connection for request in server.requests} == {0}
    assert all(
        request.target.startswith("/sparql?key=1&graph=https%3A%2F%2Fw3id.org%2F") for request in server.requests
    )


def test_a_push_that_was_ended_is_resumed(data):
    """Graphs that are there whole are not sent again; one that is missing or cut is, and then all are there."""
    store = Store()
    with faulty_server(store) as server:
        assert main(["push", server.url, "--data", str(data), "--resume"]) == 0
        whole = {iri: len(set(body.splitlines())) for iri, body in store.graphs.items()}
        assert len(whole) > 2
        first, second = sorted(store.graphs)[:2]
        del store.graphs[first]
        store.graphs[second] = b"".join(store.graphs[second].splitlines(keepends=True)[1:])
        server.requests.clear()
        assert main(["push", server.url, "--data", str(data), "--resume"]) == 0
    assert {iri: len(set(body.splitlines())) for iri, body in store.graphs.items()} == whole
    puts = [
        parse_qs(request.target.partition("?")[2])["graph"][0] for request in server.requests if request.method == "PUT"
    ]
    assert sorted(puts) == [first, second]


def test_a_store_that_loses_triples_is_found_out(data, capsys):
    """Another count than was sent is an error that says both; exit 4."""
    with faulty_server(Store(losing=1)) as server:
        assert main(["push", server.url, "--data", str(data)]) == 4
    assert "were sent" in capsys.readouterr().err


def test_a_store_that_is_not_ready_is_asked_again(data):
    """A put may be repeated: the graph is the same afterwards."""
    with faulty_server(answer(b"", status=503), Store()) as server:
        assert main(["push", server.url, "--data", str(data)]) == 0
    assert [request.method for request in server.requests][:3] == ["PUT", "PUT", "GET"]


@pytest.mark.parametrize(("status", "says"), [(401, "ASCN_USER"), (403, "upload"), (404, "upload"), (405, "upload")])
def test_a_store_that_refuses_is_named(data, capsys, status, says):
    """One line, behind the note on the data, that names the store and what to do; exit 4."""
    with faulty_server(answer(b"", status=status)) as server:
        assert main(["push", server.url, "--data", str(data)]) == 4
        _, error = capsys.readouterr().err.splitlines()
    assert error.startswith(f"ascn: The endpoint {server.url} ")
    assert says in error
    assert len(server.requests) == 1


def test_a_dead_store_is_named(data, capsys):
    """Nothing listening: exit 4, one line."""
    assert main(["push", f"http://127.0.0.1:{free_port()}/store", "--data", str(data)]) == 4
    assert "cannot be reached" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["ftp://e.org/"], ["http://u:geheim@e.org/"], ["http://e.org/", "--timeout", "0"]])
def test_what_cannot_be_meant_is_usage(words, capsys):
    """An address that is none and a timeout without time: exit 2, no password shown."""
    assert main(["push", *words]) == 2
    assert "geheim" not in capsys.readouterr().err


def test_unusable_data_is_told_before_anything_is_sent(tmp_path, capsys):
    """A file that is no Turtle is named with its line; exit 3, the store untouched."""
    (tmp_path / "a.ttl").write_text("<http://e/a> <http://e/b> .\n")
    with faulty_server(Store()) as server:
        assert main(["push", server.url, "--data", str(tmp_path)]) == 3
        assert not server.requests
    assert "a.ttl:1:" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("graph_store", "query"),
    [
        ("http://e/store", "http://e/query"),
        ("http://e/sparql-graph-crud/", "http://e/sparql"),
        ("http://e/sparql-graph-crud", "http://e/sparql"),
        ("http://e/ds/data", "http://e/ds/query"),
        ("http://e/repositories/r/rdf-graphs/service", "http://e/repositories/r"),
        ("http://e/else", None),
    ],
)
def test_the_query_address_of_known_stores_is_told(graph_store, query):
    """The line to query with has the address that goes with the store's."""
    assert query_address(graph_store) == query
