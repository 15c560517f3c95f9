"""No query opens a file or a connection that the caller did not allow."""

from __future__ import annotations

import subprocess
import sys
import threading
from contextlib import contextmanager

import pytest
import rdflib
from conftest import ROOT, command, need
from sinks import services, sink

import ascn_graph as ascn
from ascn_graph.cli import main
from ascn_graph.errors import EngineError, InputError, UsageError
from ascn_graph.sparql import catalogue

THING = rdflib.URIRef("http://e/thing")
DATA = f"<{THING}> <http://e/p> 'service' ."
HEADER = "#+ summary: What?\n#+ tags: own\n#+ row: one per row\n"


def over_dataset(*, default_union: bool = False) -> ascn.Graph:
    """Return a graph over an rdflib Dataset with one named graph."""
    dataset = rdflib.Dataset(default_union=default_union)
    dataset.graph("http://e/known").parse(data=DATA, format="turtle")
    return ascn.over(dataset)


@pytest.fixture(params=["embedded", "rdflib Graph", "rdflib Dataset"])
def graph(request, tmp_path):
    """Return a graph of one triple over each engine in this process."""
    if request.param == "embedded":
        (tmp_path / "data" / "known").mkdir(parents=True)
        (tmp_path / "data" / "known" / "a.ttl").write_text(DATA + "\n", encoding="utf-8")
        return ascn.load(tmp_path)
    if request.param == "rdflib Dataset":
        return over_dataset()
    return ascn.over(rdflib.Graph().parse(data=DATA, format="turtle"))


WATCHED: list[str] = []
_RECORD = threading.local()


def _audit(event: str, arguments: tuple[object, ...]) -> None:
    if getattr(_RECORD, "on", False) and event in ("open", "socket.connect", "socket.getaddrinfo", "urllib.Request"):
        WATCHED.append(f"{event} {arguments[0]!r}")


sys.addaudithook(_audit)


@contextmanager
def watched():
    """Yield what Python opens in this thread while the block runs; pyoxigraph is native and not seen by this."""
    WATCHED.clear()
    _RECORD.on = True
    try:
        yield WATCHED
    finally:
        _RECORD.on = False


def hidden(port: int) -> list[str]:
    """Return queries that ask nobody, but would where an escape is expanded before strings and comments are read."""
    call = f"\\u0053ERVICE <http://127.0.0.1:{port}/> {{ ?s ?p ?o }}"
    return [
        f'SELECT * {{ ?a ?b ?c FILTER(?c = "x\\u0022) {call} FILTER(?c = \\u0022x") }}',
        f"SELECT * {{ ?a ?b ?c FILTER(?c = 'x\\u0027) {call} FILTER(?c = \\u0027x') }}",
        f'SELECT * {{ ?a ?b ?c FILTER(?c = "\\\\\\u0022) {call} FILTER(?c = \\u0022x") }}',
        f'SELECT * {{ ?a ?b ?c FILTER(?c = "x\\\\u005c" || ?c = ") {call} FILTER(?c = ") }}',
        f"SELECT * {{ ?a ?b ?c # \\u000A {call} # \n }}",
        f"SELECT * {{ ?a ?b ?c # \\U0000000d\\u000A {call} # \n }}",
        f"SELECT * {{ ?a ?b ?c FILTER(?c = '''x\\u0027\\u0027\\u0027) {call} FILTER(?c = \\u0027\\u0027\\u0027x''') }}",
    ]


def put(graph: ascn.Graph, text: str, **options: bool) -> object:
    """Ask a query of one's own in the way that suits its form, and draw the answer."""
    return graph.ask(text, **options) if text.startswith("ASK") else len(graph.sparql(text, **options))


def test_service_is_refused_wherever_it_stands(graph):
    """Nothing calls the sink, nothing is opened, and the refusal says how to allow it."""
    put(graph, "SELECT * { ?s ?p ?o }")
    with sink() as (port, calls), watched() as opened:
        for text in services(port):
            with pytest.raises(UsageError, match=r"SERVICE.*off.*allow_service=True.*--allow-service"):
                put(graph, text)
        for text in hidden(port):
            put(graph, text)
    assert opened == []
    assert calls == []


def test_service_calls_where_the_caller_allows_it(graph):
    """With allow_service=True the endpoint that the query names is asked."""
    with sink() as (port, calls):
        put(graph, services(port)[0], allow_service=True)
    assert calls


def test_a_quote_written_as_an_escape_in_an_iri_ends_nothing(graph):
    """The embedded engine reads the IRI; rdflib, whose strings would end there, refuses it and opens nothing."""
    put(graph, "SELECT * { ?s ?p ?o }")
    with sink() as (port, calls), watched() as opened:
        for quote in ("\\u0027", "\\U00000027"):
            call = f"') SERVICE <http://127.0.0.1:{port}/> {{ ?s ?p ?o }} FILTER(?o != '"
            text = f"SELECT * {{ ?s ?p ?o FILTER(?s != <http://e/a{quote}b> && ?o != {call}) }}"
            if graph.engine.name == "embedded":
                assert put(graph, text) == put(graph, text.replace(quote, "'"))
            else:
                with pytest.raises(EngineError, match="rdflib could not answer the query"):
                    put(graph, text)
    assert opened == []
    assert calls == []


def test_what_only_looks_like_service_is_answered(graph):
    """In a string, a comment, a variable or an IRI the word asks nobody."""
    text = 'SELECT ?service { ?service ?p "service" FILTER(?p != <http://e/SERVICE>) } # SERVICE <http://e/> {}'
    assert len(graph.sparql(text)) == 1


@pytest.mark.thorough
def test_a_query_file_is_held_to_the_same(tmp_path, capsys):
    """`ascn query --file` refuses SERVICE and FROM too, also of a file that takes parameters."""
    path = tmp_path / "q.rq"
    with sink() as (port, calls):
        for head in ("", HEADER):
            path.write_text(head + services(port)[0], encoding="utf-8")
            assert main(["query", "--file", str(path)]) == 2
            assert "--allow-service" in capsys.readouterr().err
            path.write_text(f"{head}SELECT * FROM <http://127.0.0.1:{port}/a.ttl> {{ ?s ?p ?o }}", encoding="utf-8")
            assert main(["query", "--file", str(path)]) == 2
            assert "nothing is fetched" in capsys.readouterr().err
    assert calls == []


def test_a_catalogue_of_ones_own_is_held_to_the_same(graph):
    """A named query of a catalogue that the caller brings asks no other endpoint and no unknown graph either."""
    with sink() as (port, calls), watched() as opened:
        for text in (services(port)[0], f"SELECT * FROM <http://127.0.0.1:{port}/> {{ ?s ?p ?o }}"):
            queries = catalogue.Catalogue(own=catalogue.parse("own", HEADER + text))
            with pytest.raises(UsageError):
                len(ascn.Graph(graph.engine, queries=queries).query("own"))
    assert opened == []
    assert calls == []


def test_from_names_only_what_is_there(graph, tmp_path):
    """FROM and FROM NAMED of a file, a URL or an unknown IRI are refused; no file and no socket is opened."""
    there = tmp_path / "there.ttl"
    there.write_text("<http://e/read> <http://e/p> 1 .\n", encoding="utf-8")
    put(graph, "SELECT * { ?s ?p ?o }")
    with sink() as (port, calls), watched() as opened:
        for iri in (there.as_uri(), "file:///etc/passwd", f"http://127.0.0.1:{port}/a.ttl", "urn:x"):
            for clause in (f"FROM <{iri}>", f"FROM NAMED <{iri}>", f"\nfrom#comment\n<{iri}>", f"FROM named#\n<{iri}>"):
                for text in (f"SELECT * {clause} {{ ?s ?p ?o }}", f"ASK {clause} {{ ?s ?p ?o }}"):
                    with pytest.raises(UsageError, match="There is no graph <"):
                        put(graph, text)
            fork = f"SELECT ((?a<'x>') AS ?c) FROM <{iri}> {{ BIND('a' AS ?a) FILTER(?a != '>') }}"
            with pytest.raises(UsageError, match="There is no graph <"):
                put(graph, fork)
            with pytest.raises(UsageError, match="There is no graph <"):
                put(graph, f"PREFIX e: <{iri}> SELECT * FROM e: {{ ?s ?p ?o }}")
    assert opened == []
    assert calls == []


def test_from_of_a_known_graph_is_answered():
    """The graphs of a Dataset may be named; the Dataset is as it was."""
    for union in (False, True):
        graph = over_dataset(default_union=union)
        held = set(graph.engine.graph.quads())
        for clause, pattern in (("FROM", "?s ?p ?o"), ("FROM NAMED", "GRAPH ?g { ?s ?p ?o }")):
            assert len(graph.sparql(f"SELECT * {clause} <http://e/known> {{ {pattern} }}")) == 1
        assert set(graph.engine.graph.quads()) == held


def test_an_update_is_refused(graph):
    """LOAD and all that writes is named as an update; nothing is opened and nothing changes."""
    put(graph, "SELECT * { ?s ?p ?o }")
    with sink() as (port, calls), watched() as opened:
        for text in (
            f"LOAD <http://127.0.0.1:{port}/a.ttl>",
            "LOAD SILENT <file:///etc/passwd> INTO GRAPH <http://e/g>",
            "INSERT DATA { <http://e/a> <http://e/a> <http://e/a> }",
            "CLEAR ALL",
            "# SELECT * {}\nDROP ALL",
            f"SELECT * {{}} ; LOAD <http://127.0.0.1:{port}/>",
        ):
            with pytest.raises(UsageError):
                put(graph, text)
    assert opened == []
    assert calls == []
    assert graph.ask(f"ASK {{ <{THING}> ?p ?o }}")


@pytest.mark.parametrize("name", ["a.rdf", "a.xml", "a.jsonld", "a.trix", "a.ttl"])
def test_only_turtle_is_read_from_files(tmp_path, name):
    """RDF/XML with entities and JSON-LD with a remote context are no input, whatever their files are called."""
    with sink() as (port, calls):
        for text in (
            '<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><rdf>&b;</rdf>\n',
            f'{{"@context": "http://127.0.0.1:{port}/c.jsonld", "@id": "http://e/a", "p": 1}}\n',
        ):
            path = tmp_path / name
            path.write_text(text, encoding="utf-8")
            for place in (path, tmp_path):
                with pytest.raises(InputError):
                    ascn.load(place)
    assert calls == []


_TRACED = """
import os, sys
import ascn_graph as ascn
from ascn_graph.errors import AscnError
graph = ascn.load()
len(graph.sparql("SELECT * { ?s ?p ?o } LIMIT 1"))
texts = sys.stdin.read().split("\\0")
os.write(2, b"BEGIN\\n")
for text in texts:
    try:
        graph.ask(text) if text.startswith("ASK") else len(graph.sparql(text))
    except AscnError:
        pass
os.write(2, b"END\\n")
"""


@pytest.mark.thorough
def test_the_kernel_sees_no_file_and_no_socket_opened(tmp_path):
    """Traced while the embedded engine answers and refuses, the process opens neither a file nor a socket."""
    need("strace")
    trace = tmp_path / "trace"
    strace = [str(command("strace")), "-f", "-e", "trace=%network,open,openat,creat,write", "-o", str(trace)]
    texts = [*services(9), *hidden(9), "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }", "LOAD <file:///etc/passwd>"]
    ran = subprocess.run(
        [*strace, sys.executable, "-c", _TRACED], input="\0".join(texts), cwd=ROOT,
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    if "ptrace" in ran.stderr.lower():
        pytest.skip(f"left out: this machine does not let processes be traced ({ran.stderr.splitlines()[0]})")
    assert ran.returncode == 0, ran.stderr
    lines = trace.read_text(encoding="utf-8").splitlines()
    first, last = (next(n for n, line in enumerate(lines) if word in line) for word in ('"BEGIN', '"END'))
    assert any("openat" in line for line in lines[:first])
    # What a refusal imports for the first time, such as difflib, is Python's own and no doing of the query; the thread
    # in which a query with a deadline is asked ends with it; and a call that another thread cut in two is told whole in
    # its first part.
    passed = ("write(", ".py", "+++ exited", " resumed>")
    assert [line for line in lines[first + 1 : last] if not any(mark in line for mark in passed)] == []
