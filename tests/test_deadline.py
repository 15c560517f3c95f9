"""One deadline for everything, and an end by Ctrl-C: names, the embedded engine, the rdflib engine."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from urllib.parse import parse_qs

import pytest
import rdflib
from conftest import in_time
from faulty_server import JSON, answer, faulty_server, silent
from pyoxigraph import Store
from rdflib.plugins.stores.sparqlstore import SPARQLStore

import ascn_graph as ascn
from ascn_graph.deadline import within
from ascn_graph.embedded import EmbeddedEngine
from ascn_graph.errors import AscnError, EngineError, IllFormedTerm, LimitExceeded, UnknownName

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
TRUE, FALSE = b'{"head":{},"boolean":true}', b'{"head":{},"boolean":false}'
NONE = b'{"head":{"vars":["thing","name"]},"results":{"bindings":[]}}'


@pytest.mark.parametrize("how", ["slug", "name", "any"])
@pytest.mark.parametrize("given", ["query", "connect"])
def test_the_deadline_covers_the_look_up_of_a_name(how, given):
    """A stalled endpoint holds nobody longer than was said, whether a name, its slug or a thing is looked up."""
    with faulty_server(silent) as server:
        graph = ascn.connect(server.url, timeout=1 if given == "connect" else 60)
        timeout = 1 if given == "query" else None
        name = {"slug": "hanoi", "name": "H\u00e0 N\u1ed9i", "any": "hanoi"}[how]
        query, parameter = ("evidence", "about") if how == "any" else ("officers", "city")

        def late() -> None:
            with pytest.raises(EngineError):
                graph.query(query, timeout=timeout, **{parameter: name})

        assert in_time(1.6, late)


def test_many_look_ups_share_one_deadline():
    """Answers that each come in time do not add up to more than the time for the whole."""

    def slowly(connection, request) -> bool:
        time.sleep(0.4)
        text = parse_qs(request.target.partition("?")[2] or request.body.decode())["query"][0]
        return bool(answer(FALSE if text.startswith("ASK") else NONE, keep=True)(connection, request))

    with faulty_server(slowly) as server:

        def late() -> None:
            with pytest.raises(AscnError):
                ascn.connect(server.url).query("officers", city="h\u00e0 n\u1ed9i", timeout=1)

        assert in_time(1.6, late)


def test_a_name_is_asked_for_among_the_things_of_the_graph():
    """No query reads the labels of whatever a store holds: each asks for the name, or for things of a class of ours."""
    asked = []

    def record(connection, request) -> bool:
        asked.append(parse_qs(request.target.partition("?")[2] or request.body.decode())["query"][0])
        return bool(answer(TRUE if asked[-1].startswith("ASK") else NONE, keep=True)(connection, request))

    with faulty_server(record) as server, pytest.raises(UnknownName):
        ascn.connect(server.url).query("officers", city="Da Vao")
    labels = [text for text in asked if "altLabel> ?name" in text]
    assert labels
    for text in labels:
        assert '"Da Vao"' in text or 'STRSTARTS(STR(?thing), "https://w3id.org/ascn/id/' in text
    assert '"Da Vao"' in labels[0]
    assert "VALUES ?graph { <https://w3id.org/ascn/graph/" in labels[1]


def test_an_endpoint_that_has_no_named_graphs_is_asked_by_class():
    """Where GRAPH is refused, things of the class are looked at, as in a store that is not filled graph by graph."""
    thing = '"thing":{"type":"uri","value":"https://w3id.org/ascn/id/city/da-nang"}'
    row = f'{{{thing},"name":{{"type":"literal","value":"Da Nang"}}}}'
    found = NONE.replace(b'"bindings":[]', f'"bindings":[{row}]'.encode())
    refused = []

    def without_graph(connection, request) -> bool:
        text = parse_qs(request.target.partition("?")[2] or request.body.decode())["query"][0]
        if "GRAPH" in text:
            refused.append(text)
            return bool(answer(b"GRAPH is not supported", "text/plain", status=400, keep=True)(connection, request))
        given = TRUE if text.startswith("ASK { {") else FALSE if text.startswith("ASK") else NONE
        return bool(answer(found if " a ?part " in text and given == NONE else given, keep=True)(connection, request))

    with faulty_server(without_graph) as server, pytest.raises(UnknownName, match="did you mean da-nang"):
        ascn.connect(server.url).query("officers", city="Da Nank")
    assert len(refused) == 1


def test_an_endpoint_that_shows_nothing_of_the_graph_is_told(capsys):
    """An empty listing, and a name that is not found, are no answers where the graph is not there at all."""
    from ascn_graph.cli import main

    def empty(connection, request) -> bool:
        text = parse_qs(request.target.partition("?")[2] or request.body.decode())["query"][0]
        found = FALSE if "ASK" in text.split("{")[0] else b'{"head":{"vars":[]},"results":{"bindings":[]}}'
        return bool(answer(found, JSON, keep=True)(connection, request))

    with faulty_server(empty) as server:
        for words in (["query", "officers"], ["query", "officers", "city=davao-city"], ["why", "hanoi"]):
            assert main([*words, "--endpoint", server.url]) == 4
            assert "shows nothing of this graph" in capsys.readouterr().err


@pytest.mark.sample(1)
@pytest.mark.parametrize("options", [[], ["--timeout", "30"]])
def test_ctrl_c_ends_an_embedded_query(options):
    """An engine that nothing interrupts does not hold the command: exit code 130 within half a second."""
    script = "import sys; from ascn_graph.cli import main; print('begun', flush=True); sys.exit(main(sys.argv[1:]))"
    with subprocess.Popen(
        [sys.executable, "-c", script, "query", ENDLESS, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(1.5)
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=20)
        took = time.monotonic() - began
    assert process.returncode == 130
    assert said == b"ascn: stopped.\n"
    assert took < 4  # half a second, and room for a loaded machine


@pytest.mark.thorough
def test_ctrl_c_ends_a_query_from_python():
    """The caller has its prompt again, and asks on."""
    script = (
        "import os, signal, sys, threading, time, ascn_graph\n"
        "graph = ascn_graph.load()\n"
        "threading.Timer(1, os.kill, (os.getpid(), signal.SIGINT)).start()\n"
        "began = time.monotonic()\n"
        "try:\n    graph.sparql(sys.argv[1])\n"
        "except KeyboardInterrupt:\n    print(time.monotonic() - began < 5, len(graph.query('cities')) > 20)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, ENDLESS], capture_output=True, text=True, check=False, timeout=30
    )
    assert done.stdout == "True True\n", done.stderr


def test_waiting_ends_when_the_time_is_up():
    """A result, an error and a late one each come as they should, from a thread that is not the caller's."""
    with pytest.raises(TimeoutError):
        within(0.05, lambda: time.sleep(0.3))
    with pytest.raises(ZeroDivisionError):
        within(None, lambda: 1 // 0)
    assert within(5, threading.current_thread) is not threading.current_thread()


def test_a_timeout_over_rdflib_is_a_limit():
    """The rdflib engine is waited for as long as was said."""
    graph = rdflib.Graph()
    for number in range(300):
        graph.add((rdflib.URIRef(f"http://e/{number}"), rdflib.RDF.value, rdflib.Literal(number)))
    with pytest.raises(LimitExceeded):
        ascn.over(graph).sparql("SELECT * { ?a ?b ?c . ?d ?e ?f . FILTER(?c = ?f + 1000) }", timeout=0.2)


S, P = rdflib.URIRef("http://e/s"), rdflib.URIRef("http://e/p")
ODD = {
    "relative IRI": (S, rdflib.URIRef("foo"), "foo"),
    "IRI with a space": (S, rdflib.URIRef("http://e/a b"), "http://e/a b"),
    "long subtag": (S, rdflib.Literal("x", lang="zh-classical"), "x"),
    "relative datatype": (S, rdflib.Literal("x", datatype=rdflib.URIRef("foo")), "x"),
    "blank node label": (rdflib.BNode("a b"), rdflib.Literal("x"), "x"),
}


@pytest.mark.parametrize("name", ODD)
def test_over_raises_one_family_of_errors(name):
    """What rdflib holds without complaint comes as it is, with a warning, or is an AscnError; never a ValueError."""
    subject, value, says = ODD[name]
    graph = rdflib.Graph()
    graph.add((subject, P, value))
    if name != "blank node label":
        with pytest.warns(IllFormedTerm, match="Row 1, column o"):
            assert [row.o for row in ascn.over(graph).sparql("SELECT ?o { ?s ?p ?o }")] == [says]
        with pytest.warns(IllFormedTerm):
            assert len(ascn.over(graph).sparql("CONSTRUCT WHERE { ?s ?p ?o }")) == 1
    else:
        assert len(ascn.over(graph).sparql("CONSTRUCT WHERE { ?s ?p ?o }")) == 1


def test_a_subject_that_is_no_iri_is_an_engine_error():
    """A triple cannot hold it as it is: one error says which."""
    graph = rdflib.Graph()
    graph.add((rdflib.URIRef("a b"), P, S))
    with pytest.warns(IllFormedTerm), pytest.raises(EngineError, match="a b"):
        len(ascn.over(graph).sparql("CONSTRUCT WHERE { ?s ?p ?o }"))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_an_ask_over_a_sparql_store_is_right():
    """Virtuoso answers an ASK with a row; rdflib passes it on as one, and it is read all the same."""
    rows = {
        True: '<result><binding name="__ASK_RETVAL"><literal>1</literal></binding></result>',
        False: '<result><binding name="__ASK_RETVAL"><literal>0</literal></binding></result>',
    }
    for truth, row in rows.items():
        body = (
            '<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head><variable name="__ASK_RETVAL"/></head>'
            f"<results>{row}</results></sparql>"
        )
        with faulty_server(answer(body.encode(), "application/sparql-results+xml")) as server:
            assert ascn.over(rdflib.Graph(SPARQLStore(server.url))).ask("ASK { ?s ?p ?o }") is truth


@pytest.mark.thorough
def test_the_columns_of_select_all_have_one_order():
    """Whatever the hash seed, and the same as the embedded engine's."""
    script = (
        "import ascn_graph as a, rdflib; g = rdflib.Graph(); "
        "g.add((rdflib.URIRef('http://e/a'), rdflib.URIRef('http://e/p'), rdflib.Literal('x'))); "
        "print(a.over(g).sparql('SELECT DISTINCT * { ?s ?p ?o . ?s ?q ?r }').columns)"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", script], env={**os.environ, "PYTHONHASHSEED": str(seed)}, capture_output=True,
            text=True, check=True,
        ).stdout
        for seed in range(3)
    }  # fmt: skip
    assert seen == {f"{ascn.load().sparql('SELECT DISTINCT * { ?s ?p ?o . ?s ?q ?r } LIMIT 1').columns}\n"}


def test_a_deadline_holds_for_a_service_that_was_quick_before():
    """What another endpoint answered at once may take for ever the next time: the text is not taken for a quick one."""
    with faulty_server(answer(b'{"head":{"vars":["x"]},"results":{"bindings":[]}}', keep=True), silent) as server:
        graph = ascn.Graph(EmbeddedEngine(Store()))
        text = f"SELECT * {{ SERVICE <{server.url}> {{ ?x ?y ?z }} }}"
        assert list(graph.sparql(text, allow_service=True)) == []

        def late() -> None:
            with pytest.raises(LimitExceeded):
                graph.sparql(text, allow_service=True, timeout=0.3)

        assert in_time(1.5, late)
