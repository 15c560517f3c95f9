"""The HTTP contract of the endpoint, line by line, against a running server."""

from __future__ import annotations

import ast
import csv
import gzip
import http.client
import json
import re
import socket
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pytest
from conftest import ROOT
from pyoxigraph import RdfFormat, parse
from rdflib import Graph, Namespace
from serving import SMALL, scaled, serving

SELECT = "SELECT * { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?label } ORDER BY ?label LIMIT 50"
CONSTRUCT = "CONSTRUCT WHERE { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?label } LIMIT 50"
SCHEMA = Namespace("https://schema.org/")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Serve 200 invented cities."""
    with serving("--data", str(scaled(tmp_path_factory.mktemp("contract"), 200))) as running:
        yield running


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        ("application/json", "application/sparql-results+json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv", "text/csv"),
        ("text/tab-separated-values", "text/tab-separated-values"),
        ("text/*", "text/csv"),
        ("text/csv;q=0.1, application/sparql-results+xml;q=0.9", "application/sparql-results+xml"),
        ("application/sparql-results+json;q=0, application/json;q=0, */*", "application/sparql-results+xml"),
        ("image/png, text/tab-separated-values;q=0.5", "text/tab-separated-values"),
        ("TEXT/CSV", "text/csv"),
    ],
)
def test_solutions_come_in_the_form_that_accept_ranks_highest(server, accept, expected):
    """SELECT is answered in JSON, XML, CSV or TSV by q-values, `q=0`, lists and wildcards."""
    got = server.query(SELECT, accept)
    assert (got.status, got.type) == (200, expected)
    assert "accept" in got.headers["vary"].lower()


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, "text/turtle"),
        ("text/*", "text/turtle"),
        ("application/n-triples", "application/n-triples"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("application/ld+json", "application/ld+json"),
        ("text/turtle;q=0.2, application/n-triples;q=0.3", "application/n-triples"),
    ],
)
def test_graphs_come_in_the_form_that_accept_ranks_highest(server, accept, expected):
    """CONSTRUCT and DESCRIBE are answered in Turtle, N-Triples, RDF/XML or JSON-LD, with equal triples."""
    got = server.query(CONSTRUCT, accept)
    assert (got.status, got.type) == (200, expected)
    assert len(set(parse(got.body, format=RdfFormat.from_media_type(expected)))) == 50
    assert server.query("DESCRIBE <https://w3id.org/ascn/id/city/c1>", accept).type == expected


def test_the_four_forms_of_solutions_say_the_same(server):
    """JSON, XML, CSV and TSV hold the same 50 rows."""
    read = {form: server.query(SELECT, form).body.decode() for form in ("application/json", "application/xml")}
    table = list(csv.reader(server.query(SELECT, "text/csv").body.decode().splitlines()))
    tabbed = server.query(SELECT, "text/tab-separated-values").body.decode().splitlines()
    labels = [row["label"]["value"] for row in json.loads(read["application/json"])["results"]["bindings"]]
    root = ET.fromstring(read["application/xml"])
    space = "{http://www.w3.org/2005/sparql-results#}"
    assert [e.text for e in root.iter(f"{space}literal")] == labels
    assert [row[table[0].index("label")] for row in table[1:]] == labels
    assert [line.split("\t")[0] for line in tabbed[1:]] == [f'"{label}"@en' for label in labels]
    assert len(labels) == 50


@pytest.mark.parametrize("accept", ["application/pdf", "image/*", "*/*;q=0", "text/html"])
def test_a_form_that_there_is_not_is_406(server, accept):
    """An Accept header that names no form of the answer is refused with the list of forms."""
    assert "text/csv" in server.query(SELECT, accept).problem["detail"]
    assert server.query(SELECT, accept).status == 406


def test_a_form_of_the_other_kind_is_406(server):
    """Turtle for a SELECT and CSV for a CONSTRUCT are not to be had."""
    assert server.query(SELECT, "text/turtle").status == 406
    assert server.query(CONSTRUCT, "text/csv").status == 406


@pytest.mark.parametrize(
    "path", ["/sparql?query=", "/sparql?query=%20%0A", "/sparql?default-graph-uri=", "/sparql?x=1"]
)
def test_an_empty_or_missing_query_is_400(server, path):
    """A request with parameters but without the text of a query is refused."""
    assert server.get(path).problem["code"] == "no-query"
    assert server.get(path).status == 400


def test_a_post_without_a_query_is_400(server):
    """An empty body is no query, whichever of the two types it has."""
    for kind in ("application/sparql-query", "application/x-www-form-urlencoded"):
        assert server.ask("POST", "/sparql", {"Content-Type": kind}, b"").status == 400


@pytest.mark.parametrize(
    "kind", [None, "text/plain", "application/json", "application/sparql-update", "multipart/form-data; boundary=x"]
)
def test_a_post_of_another_type_is_415(server, kind):
    """Only the two media types of the protocol are read."""
    got = server.ask("POST", "/sparql", {"Content-Type": kind} if kind else {}, SELECT.encode())
    assert (got.status, got.problem["code"]) == (415, "media-type")


def test_text_that_is_not_utf8_is_400(server):
    """Latin-1 is refused, in the target, in a form and in a body."""
    assert server.get("/sparql?query=ASK%7B%3Fs%20%3Fp%20%22%E9%22%7D").problem["code"] == "not-utf-8"
    assert server.post(b'ASK { ?s ?p "\xe9" }').problem["code"] == "not-utf-8"
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert server.ask("POST", "/sparql", form, b"query=%E9").problem["code"] == "not-utf-8"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_405_with_allow(server, method):
    """What would write is refused, and Allow says what is not."""
    got = server.ask(method, "/sparql", {"Content-Type": "application/sparql-query"}, b"ASK {}")
    assert (got.status, got.headers["allow"]) == (405, "GET, HEAD, POST, OPTIONS")


def test_head_has_the_headers_of_get_and_no_body(server):
    """HEAD tells type, length and tag of what GET would send."""
    path = f"/sparql?query={quote(SELECT)}"
    head, get = server.ask("HEAD", path), server.ask("GET", path)
    assert head.body == b""
    for name in ("content-type", "content-length", "etag", "vary"):
        assert head.headers[name] == get.headers[name]


def test_any_page_may_ask_without_credentials(server):
    """CORS: every origin, no credentials, also on refusals; OPTIONS answers the preflight."""
    asked = {"Origin": "https://example.org", "Access-Control-Request-Method": "POST"}
    flight = server.ask("OPTIONS", "/sparql", {**asked, "Access-Control-Request-Headers": "content-type"})
    assert flight.status == 204
    assert flight.headers["allow"] == "GET, HEAD, POST, OPTIONS"
    assert "POST" in flight.headers["access-control-allow-methods"]
    assert "content-type" in flight.headers["access-control-allow-headers"].lower()
    for got in (flight, server.query(SELECT, None, Origin="https://example.org"), server.get("/sparql?query=")):
        assert got.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in got.headers


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/sparql?query=ASK%20%7B%7D", 200),
        ("/sparql?query=", 400),
        ("/sparql?query=ASK", 400),
        ("/nowhere", 404),
        ("/sparql?query=ASK%20%7B%7D&format=pdf", 406),
        ("/sparql?query=" + "a" * 70_000, 414),
    ],
)
def test_cors_is_on_every_response(server, path, status):
    """An answer and each refusal may be read by any page, also one that the application never saw."""
    got = server.get(path, None, Origin="https://example.org")
    assert (got.status, got.headers["access-control-allow-origin"]) == (status, "*")
    assert "ETag" in got.headers["access-control-expose-headers"]


def test_cors_is_on_what_is_no_request(server):
    """Nonsense, too many headers and a method that is not allowed are refused with the same headers."""
    for sent in (b"NONSENSE\r\n\r\n", b"GET / HTTP/1.1\r\nHost: x\r\n" + b"a: b\r\n" * 300 + b"\r\n"):
        with socket.create_connection(("127.0.0.1", server.port), 5) as client:
            client.sendall(sent)
            heard = client.recv(65536).lower()
        assert b"access-control-allow-origin: *" in heard
        assert heard.count(b"x-content-type-options") == 1
    assert server.ask("PUT", "/sparql").headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("asked", ["X-Requested-With", "authorization, x-anything", "range,if-range"])
@pytest.mark.parametrize("path", ["/sparql", "/id/city/hanoi", "/healthz"])
def test_the_preflight_allows_any_header(server, path, asked):
    """Whatever header a page wants to send is allowed by name: a star would not cover Authorization."""
    fields = {"Origin": "https://e.org", "Access-Control-Request-Method": "GET"}
    got = server.ask("OPTIONS", path, {**fields, "Access-Control-Request-Headers": asked})
    assert (got.status, got.headers["access-control-allow-headers"]) == (204, asked)


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ("format=csv", "text/csv"),
        ("output=csv", "text/csv"),
        ("output=json", "application/sparql-results+json"),
        ("format=XML", "application/sparql-results+xml"),
        ("output=tsv", "text/tab-separated-values"),
        ("format=text/csv", "text/csv"),
        ("format=application%2Fsparql-results%2Bxml", "application/sparql-results+xml"),
        ("format=application/sparql-results+json", "application/sparql-results+json"),
        ("format=auto", "application/sparql-results+xml"),
        ("format=", "application/sparql-results+xml"),
        ("output=csv&format=tsv", "text/tab-separated-values"),
    ],
)
def test_solutions_come_in_the_form_that_a_parameter_names(server, parameters, expected):
    """`format` as Virtuoso has it and `output` as Fuseki has it go before Accept, in a URL and in a form."""
    accept = "application/sparql-results+xml"
    assert server.get(f"/sparql?query={quote(SELECT)}&{parameters}", accept).type == expected
    fields = {"Content-Type": "application/x-www-form-urlencoded", "Accept": accept}
    assert server.ask("POST", "/sparql", fields, f"{parameters}&query={quote(SELECT)}".encode()).type == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ttl", "text/turtle"),
        ("turtle", "text/turtle"),
        ("nt", "application/n-triples"),
        ("n-triples", "application/n-triples"),
        ("rdf", "application/rdf+xml"),
        ("RDF/XML", "application/rdf+xml"),
        ("xml", "application/rdf+xml"),
        ("json-ld", "application/ld+json"),
        ("json", "application/ld+json"),
    ],
)
def test_graphs_come_in_the_form_that_a_parameter_names(server, name, expected):
    """The same names work for CONSTRUCT, and for the description of the endpoint."""
    assert server.get(f"/sparql?query={quote(CONSTRUCT)}&format={name}").type == expected
    assert server.get(f"/sparql?output={name}").type == expected


@pytest.mark.parametrize("name", ["pdf", "application/pdf", "jsonp", "\u202e", "x" * 1000])
def test_a_form_that_nothing_is_known_of_is_406_with_the_list(server, name):
    """`format` of nothing known is refused with the names there are, shortened where it is long."""
    for parameter in ("format", "output"):
        got = server.get(f"/sparql?query={quote(SELECT)}&{parameter}={quote(name)}", "text/csv")
        assert (got.status, got.problem["code"]) == (406, "not-acceptable")
        assert "json, xml, csv, tsv" in str(got.problem["detail"])
        assert len(got.body) < 400
    assert server.get(f"/sparql?query={quote(SELECT)}&format=turtle").problem["code"] == "not-acceptable"


def test_a_slash_at_the_end_changes_nothing(server):
    """`/sparql/` and `/healthz/` answer as without it, GET and POST alike."""
    assert server.get(f"/sparql/?query={quote(SELECT)}").body == server.query(SELECT).body
    fields = {"Content-Type": "application/sparql-query"}
    assert server.ask("POST", "/sparql/", fields, SELECT.encode()).body == server.query(SELECT).body
    assert server.get("/healthz/").status == 200


@pytest.mark.parametrize(
    "clause",
    [
        "FROM <graph/odd>",
        "BASE <https://w3id.org/ascn/graph/> FROM <odd>",
        "BASE <https://w3id.org/ascn/> BASE <graph/> FROM <odd>",
        "BASE <https://w3id.org/ascn/graph/x/y> FROM <../odd>",
        "FROM <//w3id.org/ascn/graph/odd>",
        "FROM <https://w3id.org/ascn/graph/\\u006Fdd>",
        "PREFIX g: <graph/> FROM g:odd",
        "FROM </ascn/graph/odd>",
    ],
)
def test_from_is_resolved_as_the_engine_does(server, clause):
    """A relative IRI, one with an escape and a prefixed name mean the graph that the engine reads them as."""
    prologue, _, rest = clause.rpartition("FROM ")
    got = server.query(f"{prologue} SELECT (COUNT(*) AS ?n) FROM {rest} {{ ?s a ?type }}")
    assert got.status == 200, got.body
    assert json.loads(got.body)["results"]["bindings"][0]["n"]["value"] == "100"
    assert server.query(f"{prologue} SELECT * FROM {rest.replace('dd', 'ther')} {{ ?s a ?t }}").status == 400


def _stated_codes() -> dict[str, set[int]]:
    """Read the table of refusals in the documentation: the statuses of each code."""
    stated: dict[str, set[int]] = {}
    for line in (ROOT / "docs/endpoint.md").read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 3 and re.match(r"\d{3}", cells[0]):
            statuses = [int(number) for number in cells[0].split("·")]
            groups = [re.findall("`([a-z0-9-]+)`", group) for group in cells[1].split("·")]
            for status, codes in zip(statuses, groups, strict=True):
                for code in codes:
                    stated.setdefault(code, set()).add(status)
    return stated


def _actual_codes() -> dict[str, set[int]]:
    """Read the code: the statuses of each code that a `Problem` is made with."""
    actual: dict[str, set[int]] = {}
    for path in (ROOT / "ascn_graph/server").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Problem":
                status, code = node.args[0], node.args[1]
                if isinstance(code, ast.Constant):
                    value = {"TOO_MUCH": 422}.get(getattr(status, "id", ""))
                    numbers = [
                        n.value for n in ast.walk(status) if isinstance(n, ast.Constant) and n.value in range(400, 600)
                    ]
                    actual.setdefault(code.value, set()).update([value] if value else numbers)
    return actual


def test_the_documented_codes_are_the_actual_ones():
    """Every code that the server can send is in the table of `docs/endpoint.md` with its status, and no other is."""
    assert _stated_codes() == _actual_codes()


def test_an_answer_is_compressed_for_those_who_take_it(server):
    """Compression by Accept-Encoding, never when its q is 0, and with a tag of its own."""
    plain = server.query(SELECT)
    packed = server.query(SELECT, None, Accept_Encoding="gzip, br")
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert packed.headers["etag"] != plain.headers["etag"]
    assert "accept-encoding" in packed.headers["vary"].lower()
    for refused in ("gzip;q=0", "br", "identity", "*;q=0"):
        assert "content-encoding" not in server.query(SELECT, None, Accept_Encoding=refused).headers


def test_what_the_client_has_is_304(server):
    """An equal ETag, weak or in a list, is answered without a body; another is not."""
    tag = server.query(SELECT).headers["etag"]
    for condition in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        got = server.query(SELECT, None, If_None_Match=condition)
        assert (got.status, got.body, got.headers["etag"]) == (304, b"", tag)
    assert server.query(SELECT, None, If_None_Match='"other"').status == 200
    assert server.query(SELECT, "text/csv", If_None_Match=tag).status == 200


def test_a_query_whose_answers_differ_is_never_kept(server):
    """Two runs of RAND() give two answers."""
    text = "SELECT (RAND() AS ?x) {}"
    assert server.query(text).body != server.query(text).body
    assert server.query(text).headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/sparql", "/sparql?query=ASK%20%7B%7D", "/sparql?query=", "/healthz", "/nowhere"])
def test_every_response_protects_the_browser(server, path):
    """No sniffing, no framing, no loading from elsewhere, no referrer."""
    headers = server.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert "default-src 'none'" in headers["content-security-policy"]


def test_percent_encoding_is_taken_off_once(server):
    """`%2541` is the text `%41`, and a plus sign is a space."""
    text = 'SELECT ("%41+b" AS ?x) {}'
    for got in (server.get("/sparql?query=" + quote(text).replace("%20", "+")), server.post(text)):
        assert json.loads(got.body)["results"]["bindings"][0]["x"]["value"] == "%41+b"


@pytest.mark.parametrize("character", ["\\u0000", "\\u0001", "\\uFFFE", "\\u202E", "\\uD7FF"])
def test_no_character_breaks_json_or_xml(server, character):
    """JSON holds any character; XML is well formed, or the refusal says to ask for another form."""
    text = f'SELECT ("a{character}b" AS ?x) {{}}'
    value = json.loads(server.query(text, "application/json").body)["results"]["bindings"][0]["x"]["value"]
    assert value == json.loads(f'"a{character}b"')
    got = server.query(text, "application/sparql-results+xml")
    if got.status == 200:
        assert ET.fromstring(got.body.decode()) is not None
    else:
        assert got.problem["code"] == "not-xml"
    construct = f'CONSTRUCT {{ <s> <p> "a{character}b" }} {{}}'
    assert json.loads(server.query(construct, "application/ld+json").body)[0]["@id"].endswith("s")
    assert server.query(construct, "application/rdf+xml").status in (200, 406)


def test_a_property_that_xml_cannot_name_is_refused_in_rdf_xml_alone(server):
    """A predicate that ends in a slash has no XML name: 406, and Turtle holds it."""
    text = "CONSTRUCT { <http://e/s> <http://e/> 1 } {}"
    assert server.query(text, "application/rdf+xml").problem["code"] == "not-xml"
    assert server.query(text, "text/turtle").status == 200


def test_a_function_that_the_engine_has_not_is_named(server):
    """It is a fault of the query, which a worker survives."""
    problem = server.query("SELECT (<http://e/f>(1) AS ?x) {}", "application/sparql-results+json").problem
    assert (problem["status"], problem["code"]) == (400, "engine")
    assert "<http://e/f>" in problem["detail"]


def test_turtle_is_written_with_the_prefixes_that_it_uses(server):
    """Of a datatype too, as `ascn query` writes it; no other prefix is declared."""
    text = 'CONSTRUCT { <http://e/s> <http://e/p> "2018"^^<http://www.w3.org/2001/XMLSchema#gYear> } {}'
    prefix, triple = server.query(text, "text/turtle").body.decode().splitlines()
    assert prefix == "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> ."
    assert triple.endswith('"2018"^^xsd:gYear .')


def test_a_long_query_is_answered_or_413(server):
    """Two hundred kilobytes are answered and four hundred refused; a target as long is 414."""
    long = "SELECT * { VALUES ?x { " + "<http://example.org/a/b> " * 8000 + "} }"
    too_long = long.replace("/a/b", "/" + "a" * 30)
    assert len(long) > 200_000
    assert len(too_long) > 400_000
    assert server.post(long).status == 200
    assert server.post(too_long).problem["limit"] == "query-bytes"
    assert server.post(too_long).status == 413
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    connection.request("GET", "/sparql?query=" + "a" * 400_000)
    assert connection.getresponse().status == 414


def test_a_request_that_breaks_off_is_no_fault_of_the_server(server):
    """A client that leaves in the middle of its body leaves no complaint in the log and no thread behind."""
    for _ in range(5):
        with socket.create_connection(("127.0.0.1", server.port), 5) as client:
            client.sendall(
                b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
                b"Content-Length: 100\r\n\r\nASK"
            )
    assert server.query("ASK {}").status == 200
    assert not any(line.startswith("ascn:") for line in server.lines)


def test_update_text_is_400_and_says_read_only(server):
    """An update is refused wherever it stands: as `query`, as `update`, in a body."""
    update = "PREFIX e: <http://e/> INSERT DATA { e:s e:p e:o }"
    assert server.query(update).problem["code"] == "read-only"
    assert server.post(update).problem["code"] == "read-only"
    assert server.get(f"/sparql?update={quote(update)}").problem["code"] == "read-only"
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert server.ask("POST", "/sparql", form, f"update={quote(update)}".encode()).problem["code"] == "read-only"


def test_a_syntax_error_says_where(server):
    """The problem document is one line with the place in the query."""
    detail = str(server.query("SELECT * {\n ?s ?p }").problem["detail"])
    assert detail == "The query does not parse at line 2, column 8: '}' cannot stand here."
    detail = str(server.query("SELECT * {\n ?s foo:bar ?o }").problem["detail"])
    assert "line 2, column 5: the prefix 'foo:' is not declared" in detail
    # A long one is parsed but once.
    detail = str(server.query("SELECT * {\n ?s ?p }" + " " * 5000).problem["detail"])
    assert re.fullmatch(r"The query does not parse at line 2, column \d+\.", detail)


def test_the_dataset_of_the_protocol_is_honoured(server):
    """A default graph narrows the query to what one graph says; an unknown graph is an empty one."""
    count = quote("SELECT (COUNT(*) AS ?n) { ?s a ?type }")

    def counted(more: str) -> int:
        body = json.loads(server.get(f"/sparql?query={count}{more}").body)
        return int(body["results"]["bindings"][0]["n"]["value"])

    odd = "&default-graph-uri=" + quote("https://w3id.org/ascn/graph/odd", safe="")
    even = "&default-graph-uri=" + quote("https://w3id.org/ascn/graph/even", safe="")
    assert [counted(more) for more in ("", odd, odd + even, "&named-graph-uri=http://e/none")] == [200, 100, 200, 0]
    assert server.get(f"/sparql?query={count}&default-graph-uri=nonsense").status == 400


def test_the_description_states_every_limit(server):
    """The service description holds each limit with its value and unit."""
    graph = Graph().parse(data=server.get("/sparql", "text/turtle").body, format="turtle")
    stated = {
        str(graph.value(node, SCHEMA.name)): graph.value(node, SCHEMA.value).toPython()
        for node in graph.objects(None, SCHEMA.additionalProperty)
    }
    assert stated["timeout"] == 5
    assert stated["rows"] == 100_000
    assert stated["nesting"] == 64
    assert {"memory", "answer-bytes", "query-bytes", "workers", "deadline"} <= set(stated)


def test_the_access_log_has_no_query_text(server):
    """A line a request: time, client, method, path, status, size, duration, and nothing of what was asked."""
    server.query("SELECT * { ?s ?p 'nobody-elses-business' } LIMIT 1")
    server.wait_for(lambda: any("/sparql 200" in line for line in server.lines))
    assert not any("nobody" in line for line in server.lines)


def test_a_query_is_answered_from_the_cache_with_the_same_bytes(server):
    """The second answer equals the first, tag included."""
    first, second = server.query(SMALL), server.query(SMALL)
    assert (first.body, first.headers["etag"]) == (second.body, second.headers["etag"])


def test_requests_on_one_connection_are_answered_in_turn(server):
    """Keep-alive works, also after a refusal."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    seen = []
    for path in ("/healthz", "/sparql?query=", "/sparql?query=ASK%20%7B%7D", "/nowhere"):
        connection.request("GET", path)
        response = connection.getresponse()
        response.read()
        seen.append(response.status)
    assert seen == [200, 400, 200, 404]
