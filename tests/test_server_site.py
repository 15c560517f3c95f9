"""Linked data beside the endpoint: negotiation for every thing, and nothing from outside the site's folder."""

from __future__ import annotations

import gzip
import json
import os
import socket
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from conftest import ROOT, need
from negotiation_table import ROWS, TYPES
from pyoxigraph import RdfFormat, parse
from serving import connections, held, scaled, serving

from ascn_graph import profile
from ascn_graph.sparql import catalogue

pytestmark = pytest.mark.servers

MUSEUM = ROOT / "tests" / "graphs" / "museum"
PLACES = {"thing": "/id/city/hanoi", "source": "/id/source/article", "ontology": "/ontology", "dataset": "/dataset"}


@pytest.fixture(scope="module")
def server(built):
    """Serve the checkout's own graph with the site that all tests share."""
    with serving("--data", str(ROOT), "--site", str(built / "ascn"), "--timeout", "30", "--no-log") as running:
        yield running


@pytest.fixture(scope="module")
def museum():
    """Serve the museum with the site that is built at start."""
    need("module:jinja2")
    with serving("--data", str(MUSEUM), "--no-log") as running:
        yield running


def test_accept_is_honoured_as_the_table_says(server):
    """Every row of the table: status, and the form that is reached at the end."""
    for row in ROWS:
        place = PLACES[row["kind"]]
        headers = {"Accept": row["accept"]} if row["accept"] else {}
        got = server.ask("GET", place, headers)
        assert str(got.status) == row["status"], row
        assert "accept" in got.headers["vary"].lower()
        if got.status == 303:
            assert got.body == b""
            assert got.headers["location"].endswith(f".{row['representation']}"), row
            assert server.get(got.headers["location"]).type == TYPES[row["representation"]]
        elif got.status == 200:
            assert got.headers["content-location"] == f"/ontology.{row['representation']}"
            assert got.type == TYPES[row["representation"]]


@pytest.mark.parametrize("form", ["text/turtle", "application/ld+json", "application/n-triples"])
def test_a_document_is_about_its_thing(server, form):
    """The document that a thing leads to holds triples of that thing."""
    place = server.get("/id/city/hanoi", form).headers["location"]
    triples = list(parse(server.get(place).body, format=RdfFormat.from_media_type(form)))
    assert any(triple.subject.value == "https://w3id.org/ascn/id/city/hanoi" for triple in triples)


def test_a_document_without_an_extension_is_negotiated_where_it_lies(server):
    """`/doc/city/hanoi` is one document in several forms, each with a name of its own."""
    got = server.get("/doc/city/hanoi", "text/turtle")
    assert (got.status, got.type, got.headers["content-location"]) == (200, "text/turtle", "/doc/city/hanoi.ttl")


def test_pages_may_run_their_own_scripts_and_nobody_elses(server):
    """A page's policy names the site itself; its type is HTML in UTF-8."""
    got = server.get("/")
    assert (got.status, got.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "script-src 'self'" in got.headers["content-security-policy"]


def test_a_browser_at_the_endpoint_is_led_to_the_query_page(server):
    """Without a query, people get the page to write one on, and programs the service description."""
    got = server.get("/sparql", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
    assert (got.status, got.headers["location"]) == (303, "/query.html")
    assert server.get(got.headers["location"]).type == "text/html"
    assert server.get("/sparql", "text/turtle, text/html;q=0.5").type == "text/turtle"


def test_the_description_of_a_served_site_lists_every_question_with_its_parameters(museum):
    """OpenAPI has a path for each named query, which answers with parameters, and the examples name this endpoint."""
    told = json.loads(museum.get("/api/openapi.json").body)
    queries = catalogue.load(profile.read(MUSEUM))
    assert {f"/api/{name}" for name in queries} <= told["paths"].keys()
    listed = told["paths"]["/api/works"]["get"]["parameters"]
    assert [each["name"] for each in listed] == list(queries["works"].parameters)
    assert museum.endpoint.encode() in museum.get("/api/queries.ttl").body
    few = museum.get("/api/works.json?maker=ada-quill")
    assert few.body == museum.get("/api/works/maker/ada-quill.json").body
    assert len(few.body) < len(museum.get("/api/works.json").body)


def test_what_is_not_there_is_404_for_people_and_for_programs(server):
    """A browser gets the site's page, a program the problem document."""
    page = server.get("/id/city/atlantis", "text/html,application/xhtml+xml,*/*;q=0.8")
    assert (page.status, page.type) == (404, "text/html")
    assert server.get("/id/city/atlantis", "text/turtle").problem["code"] == "not-found"
    assert server.get("/id/nonsense/hanoi").status == 404


@pytest.mark.parametrize(
    "path",
    [
        "/../pyproject.toml",
        "/..%2f..%2fetc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/doc/../../etc/passwd",
        "//etc/passwd",
        "/doc/city/..%5c..%5cx",
        "/doc/%00",
        "/.ascn-site",
        "/.htaccess",
        "/doc/city/" + "a" * 5000,
    ],
)
def test_nothing_outside_the_folder_is_served(server, path):
    """No path leads above the site, to a hidden file or to a fault."""
    assert server.get(path).status == 404


def test_a_page_the_client_has_is_304(server):
    """Documents have tags too, and one for each coding."""
    first = server.get("/doc/city/hanoi.html", None, Accept_Encoding="gzip")
    assert first.headers["content-encoding"] == "gzip"
    again = server.get("/doc/city/hanoi.html", None, Accept_Encoding="gzip", If_None_Match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")


def test_documents_are_only_read(server):
    """POST and PUT of a document are 405 with Allow."""
    for method in ("POST", "PUT", "DELETE"):
        got = server.ask(method, "/id/city/hanoi", {}, b"")
        assert (got.status, got.headers["allow"]) == (405, "GET, HEAD, OPTIONS")


def test_the_description_of_the_dataset_is_well_known(server):
    """`/.well-known/void` is Turtle."""
    got = server.get("/.well-known/void")
    assert (got.status, got.type) == (200, "text/turtle")


def test_the_endpoint_is_named_where_the_data_is_described(museum):
    """The description of the data set, VoID and the page name the endpoint that answers beside them."""
    for path in ("/dataset.ttl", "/.well-known/void"):
        found = parse(museum.get(path).body, format=RdfFormat.TURTLE)
        named = [t.object.value for t in found if t.predicate.value == "http://rdfs.org/ns/void#sparqlEndpoint"]
        assert named == [museum.endpoint]
    assert f'href="{museum.endpoint}"' in museum.get("/dataset.html").body.decode()


@pytest.mark.parametrize("path", ["/id/city/hanoi", "/ontology", "/dataset", "/doc/city/hanoi"])
def test_every_document_is_had_in_rdf_xml(server, path):
    """RDF/XML is there for who asks by Accept or by name, and holds the triples of the Turtle document."""
    for asked, accept in ((path, "application/rdf+xml"), (f"{path}?format=rdfxml", "text/html")):
        got = server.get(asked, accept)
        found = server.get(got.headers["location"]) if got.status == 303 else got
        assert (found.status, found.type) == (200, "application/rdf+xml")
    turtle = server.get(path, "text/turtle")
    turtle = server.get(turtle.headers["location"]) if turtle.status == 303 else turtle
    triples = set(parse(found.body, format=RdfFormat.RDF_XML))
    assert triples == set(parse(turtle.body, format=RdfFormat.TURTLE))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/id/city/hanoi/", "/id/city/hanoi"),
        ("/doc/city/hanoi/", "/doc/city/hanoi"),
        ("/ontology/", "/ontology"),
        ("/dataset/", "/dataset"),
        ("/id/city/hanoi/?format=ttl", "/id/city/hanoi?format=ttl"),
    ],
)
def test_a_slash_at_the_end_leads_to_the_address_without_it(server, path, expected):
    """Who types a slash too many is led to the thing, its parameters kept; the document's own links stay right."""
    got = server.get(path, "text/html")
    assert (got.status, got.headers["location"]) == (308, expected)
    assert server.get(expected, "text/turtle, text/html;q=0.5").status in (200, 303)


@pytest.mark.parametrize(
    "path", ["//example.org/", "/%2F%2Fexample.org/", "/\\\\example.org/", "/nowhere/", "//id/city/hanoi/"]
)
def test_a_slash_at_the_end_leads_nowhere_else(server, path):
    """No path becomes the address of another host, nor one where there is nothing."""
    assert server.get(path, "text/turtle").status == 404


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/id/city/hanoi?format=ttl", "/doc/city/hanoi.ttl"),
        ("/id/city/hanoi?output=json", "/doc/city/hanoi.jsonld"),
        ("/id/city/hanoi?format=application/ld+json", "/doc/city/hanoi.jsonld"),
        ("/id/city/hanoi?format=n-triples", "/doc/city/hanoi.nt"),
        ("/dataset?format=trig", "/dataset.trig"),
        ("/id/city/hanoi?format=html", "/doc/city/hanoi.html"),
    ],
)
def test_a_document_comes_in_the_form_that_a_parameter_names(server, path, expected):
    """`format` and `output` go before Accept, for things and the data set."""
    got = server.get(path, "text/html")
    assert (got.status, got.headers["location"]) == (303, expected)


def test_a_document_that_is_negotiated_in_place_obeys_the_parameter(server):
    """The ontology and a document without an extension are sent in the form named."""
    for path in ("/ontology", "/doc/city/hanoi"):
        assert server.get(f"{path}?output=ttl", "text/html").type == "text/turtle"


@pytest.mark.parametrize("path", ["/id/city/hanoi", "/ontology", "/dataset", "/doc/city/hanoi"])
def test_a_form_of_a_document_that_nothing_is_known_of_is_406(server, path):
    """The refusal lists the names there are; a form that the document is not had in lists those it is."""
    assert "json, xml, csv" in str(server.get(f"{path}?format=nonsense").problem["detail"])
    got = server.get(f"{path}?format=csv")
    assert (got.status, "text/turtle" in str(got.problem["detail"])) == (406, True)


def test_another_graph_is_served_by_its_own_names(museum):
    """A project with its own base, ontology and prefixes is served without a word of ours."""
    thing = museum.get("/id/maker/ada-quill", "text/turtle")
    assert (thing.status, thing.headers["location"]) == (303, "/doc/maker/ada-quill.ttl")
    got = [
        museum.get("/terms", "text/turtle"),
        museum.get("/sparql", "text/turtle"),
        museum.get("/dataset.ttl"),
        museum.query("ASK { <id/maker/ada-quill> ?p ?o }"),
        museum.query("DESCRIBE <id/maker/ada-quill>"),
    ]
    assert [answer.status for answer in got] == [200] * 5
    assert json.loads(got[3].body) == {"head": {}, "boolean": True}
    assert b"@prefix hm: <https://museum.example/terms#>" in got[4].body
    assert not any(b"w3id.org/ascn" in answer.body for answer in got)


def test_head_and_304_of_a_download_touch_no_content(server):
    """Once a file is known, neither opens it: its time of access stays, and its length and tag are told."""
    path = next(path for path in ("/dumps/ascn.nq", "/ontology.ttl") if server.get(path).status == 200)
    for coding in ("identity", "gzip"):
        whole = server.get(path, None, Accept_Encoding=coding)
        reads = [bytes_read(pid) for pid in server.processes]
        for _ in range(50):
            head = server.ask("HEAD", path, {"Accept-Encoding": coding})
            assert (head.headers["etag"], head.headers["content-length"]) == (
                whole.headers["etag"],
                str(len(whole.body)),
            )
            assert server.get(path, None, Accept_Encoding=coding, If_None_Match=head.headers["etag"]).status == 304
        assert sum(bytes_read(pid) for pid in server.processes) - sum(reads) < len(whole.body)


@pytest.mark.parametrize("coding", ["identity", "gzip"])
@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("bytes=0-9", slice(0, 10)),
        ("bytes=100000-", slice(100000, None)),
        ("bytes=-5", slice(-5, None)),
        ("bytes=-99999999999", slice(0, None)),
        ("bytes=3-99999999999", slice(3, None)),
    ],
)
def test_a_part_of_a_download_is_sent_alone(server, coding, asked, part):
    """A client that goes on where it broke off gets the rest, of the coding that it began with."""
    path, accepts = "/dumps/ascn.nq", {"Accept_Encoding": coding}
    whole = server.get(path, None, **accepts)
    got = server.get(path, None, Range=asked, If_Range=whole.headers["etag"], **accepts)
    assert (got.status, got.body) == (206, whole.body[part])
    begin, end, _ = part.indices(len(whole.body))
    assert got.headers["content-range"] == f"bytes {begin}-{end - 1}/{len(whole.body)}"
    assert server.ask("HEAD", path, {"Range": asked, "Accept-Encoding": coding}).status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Range": "bytes=0-9", "If_Range": '"another"'},
        {"Range": "bytes=0-9", "If_Range": "Sat, 28 Nov 2026 08:00:00 GMT"},
        {"Range": "bytes=9-0"},
        {"Range": "bytes=-"},
        {"Range": "bytes=0-1,4-5"},
        {"Range": "rows=0-9"},
        {"Range": "bytes=" + "9" * 5000 + "-"},
    ],
)
def test_a_range_that_cannot_be_meant_is_as_none(server, headers):
    """Of another state of the file, of several parts or not well-formed: the whole is sent."""
    assert server.get("/ontology.ttl", None, **headers).status == 200


def test_a_range_after_the_end_is_refused(server):
    """The refusal names the length, and other sites may read it; a file that the client has is still 304."""
    size = len(server.get("/ontology.ttl").body)
    for asked in (f"bytes={size}-", "bytes=-0"):
        got = server.get("/ontology.ttl", None, Range=asked)
        assert (got.status, got.problem["code"]) == (416, "range")
        assert (got.headers["content-range"], got.headers["access-control-allow-origin"]) == (f"bytes */{size}", "*")
    tag = server.get("/ontology.ttl").headers["etag"]
    assert server.get("/ontology.ttl", None, Range=f"bytes={size}-", If_None_Match=tag).status == 304


def bytes_read(pid):
    """Return how many bytes a process has read, sockets included."""
    return int(Path(f"/proc/{pid}/io").read_text().partition("rchar: ")[2].split()[0])


def test_a_site_that_changes_is_served_as_it_is_now(tmp_path):
    """A file that is replaced has another tag and its new content, in either coding; one that is gone is 404."""
    need("module:uvicorn", "module:starlette")
    (tmp_path / "site").mkdir()
    (tmp_path / "site/index.html").write_text("<p>" + "one " * 1000)
    page = tmp_path / "site/page.html"
    with serving("--data", str(scaled(tmp_path, 2)), "--site", str(tmp_path / "site"), "--no-log") as server:
        tags = set()
        for text in ("first " * 1000, "second " * 1000, "third"):
            page.with_suffix(".new").write_text(text)
            page.with_suffix(".new").replace(page)
            got, packed = server.get("/page.html"), server.get("/page.html", None, Accept_Encoding="gzip")
            assert got.body == text.encode()
            assert (gzip.decompress(packed.body) if len(text) > 1024 else packed.body) == text.encode()
            tags |= {got.headers["etag"], packed.headers["etag"]}
        assert len(tags) == 5
        page.unlink()
        assert server.get("/page.html").status == 404


def test_what_lies_compressed_beside_a_file_is_sent(tmp_path):
    """`FILE.gz` is what a client that takes gzip gets of FILE; one that is older than FILE is not."""
    need("module:uvicorn", "module:starlette")
    site, text = tmp_path / "site", b"a line\n" * 1000
    site.mkdir()
    (site / "index.html").write_text("<p>")
    (site / "data.nt").write_bytes(text)
    (site / "data.nt.gz").write_bytes(packed := gzip.compress(text, 1, mtime=7))
    with serving("--data", str(scaled(tmp_path, 2)), "--site", str(site), "--no-log") as server:
        assert server.get("/data.nt", None, Accept_Encoding="gzip").body == packed
        assert server.get("/data.nt").body == text
        (site / "data.nt").write_bytes(text + text)
        os.utime(site / "data.nt.gz", (0, 0))
        assert gzip.decompress(server.get("/data.nt", None, Accept_Encoding="gzip").body) == text + text


def test_a_file_too_large_to_keep_is_streamed_whole(tmp_path):
    """Twenty megabytes arrive byte for byte, and memory stays flat, however many read them at a time."""
    need("module:uvicorn", "module:starlette")
    site, content = tmp_path / "site", os.urandom(20_000_000)
    site.mkdir()
    (site / "index.html").write_text("<p>")
    (site / "large.bin").write_bytes(content)
    with serving("--data", str(scaled(tmp_path, 2)), "--site", str(site), "--no-log") as server:
        assert server.get("/index.html").status == 200
        before = held(server.family())
        with ThreadPoolExecutor(6) as pool:
            assert {got.body == content for got in pool.map(server.get, ["/large.bin"] * 12)} == {True}
        assert held(server.family()) - before < 20_000_000


def test_downloads_that_hang_up_stop_and_disturb_nobody(server):
    """300 clients ask for the largest file and leave: their sending ends, another client's ASK goes on meanwhile."""
    path = next(path for path in ("/dumps/ascn.nq", "/ontology.ttl") if server.get(path).status == 200)
    seconds, done = [], threading.Event()

    def ask() -> None:
        while not done.is_set():
            seconds.append(server.query(f"ASK {{}} #{time.time_ns()}").seconds)

    asking = threading.Thread(target=ask)
    asking.start()
    for _ in range(300):
        with socket.create_connection(("127.0.0.1", server.port), 5) as client:
            client.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n".encode())
    done.set()
    asking.join()
    assert statistics.median(seconds) < 0.5
    server.wait_for(lambda: not any(map(connections, server.processes)))
