"""Answers and refusals as the endpoints of the world write them, written for the purpose after their shapes."""

from __future__ import annotations

import warnings
from urllib.parse import parse_qs

import pytest
from conftest import in_time
from faulty_server import JSON, TSV, XML, answer, drip, faulty_server

import ascn_graph as ascn
from ascn_graph.cli import main
from ascn_graph.errors import EndpointError, IllFormedTerm, QuerySyntaxError, UsageError
from ascn_graph.remote.client import AGENT

SELECT = "SELECT ?x { ?s ?p ?x }"
HEAD = '"head":{"vars":["x"]}'
ROW = '{"x":{"type":"uri","value":"http://e/a"}}'
NS = 'xmlns="http://www.w3.org/2005/sparql-results#"'

#: What each of them sends for one row that holds the IRI http://e/a.
ROWS = {
    "Wikidata": (f'{{\n  {HEAD},\n  "results" : {{\n    "bindings" : [ {ROW} ]\n  }}\n}}', f"{JSON};charset=utf-8"),
    "QLever": (
        f'{{{HEAD},"results":{{"bindings":[{ROW}]}},"meta":{{"query-time-ms":3,"x":[{{}},1.5e3]}}}}',
        JSON,
    ),
    "Comunica": (f'{{{HEAD},"results":{{"bindings":[{ROW}\n]}},"metadata":{{"httpRequests":0}}}}', JSON),
    "GraphDB": (f'{{{HEAD[:-1]},"link":[]}},"results":{{"ordered":true,"distinct":false,"bindings":[{ROW}]}}}}', JSON),
    "Stardog": (f'{{"results":{{"bindings":[{ROW}]}},{HEAD}}}', f"{JSON}; charset=UTF-8"),
    "an old term before the head": (f'{{"results":{{"bindings":[{ROW.replace("uri", "iri")}]}},{HEAD}}}', JSON),
    "Neptune": (f'{{{HEAD},"results":{{"bindings":[{ROW}]}}}}', "application/sparql-results+json;charset=UTF8"),
    "Virtuoso": (
        (
            '\n{ "head": { "link": [], "vars": ["x"] },\n  "results": { "distinct": false, "bindings": [\n'
            '    { "x": { "type": "uri", "value": "http://e/a" }} ] } }'
        ),
        JSON,
    ),
    "Fuseki": (
        f'{{ {HEAD} ,\n  "results": {{\n    "bindings": [\n      {ROW}\n    ]\n  }}\n}}\n',
        f"{JSON}; charset=utf-8",
    ),
    "Blazegraph in XML": (
        (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<sparql {NS}>\n\t<head>\n\t\t<variable name="x"/>\n\t</head>\n'
            '\t<results>\n\t\t<result>\n\t\t\t<binding name="x">\n\t\t\t\t<uri>http://e/a</uri>\n\t\t\t</binding>\n'
            "\t\t</result>\n\t</results>\n</sparql>\n"
        ),
        f"{XML};charset=UTF-8",
    ),
    "an old namespace and prefix": (
        (
            '<r:sparql xmlns:r="http://www.w3.org/2005/sparql-results#"><r:head><r:variable name="x"/></r:head>'
            '<r:results><r:result><r:binding name="x"><r:uri>http://e/a</r:uri></r:binding></r:result></r:results></r:sparql>'
        ),
        "application/xml",
    ),
    "TSV": ("?x\n<http://e/a>\n", TSV),
}


def ask(url: str, query: str = SELECT) -> list[object]:
    """Return the cells of one column."""
    return [row[0] for row in ascn.connect(url, timeout=10).sparql(query)]


@pytest.mark.parametrize("frame", ["length", "chunked"])
@pytest.mark.parametrize("name", ROWS)
def test_the_rows_of_every_endpoint_are_read(name, frame):
    """Members that the standard does not know, their order, spacing and charset spellings change nothing."""
    body, kind = ROWS[name]
    with faulty_server(answer(body.encode(), kind, frame=frame)) as server:
        assert ask(server.url) == ["http://e/a"]


@pytest.mark.parametrize("extra", ["", ',"meta":{"a":[true,null]}', ',"link":[]'])
def test_a_truth_is_read_with_what_stands_behind_it(extra):
    """An ASK may carry members that nobody asked for."""
    with faulty_server(answer(f'{{"head":{{}},"boolean":true{extra}}}'.encode())) as server:
        assert ascn.connect(server.url).ask("ASK {}") is True


@pytest.mark.parametrize(
    "body",
    [
        f'{{{HEAD},"results":{{"bindings":[{ROW}]}},"meta":{{}}',
        f'{{{HEAD},"results":{{"bindings":[{ROW}]}},"meta":{{}}}}}}',
        f'{{{HEAD},"results":{{"bindings":[{ROW} {ROW}]}},"meta":{{}}}}',
        f'{{{HEAD},"results":{{"bindings":[{ROW[:-2]}]}},"meta":{{}}}}',
        f'{{{HEAD},"results":{{"bindings":[{{"y":{{"type":"uri","value":"http://e/a"}}}}]}},"meta":{{}}}}',
        f'{{{HEAD},"results":{{"bindings":[{{"x":{{"type":"uri","value":1}}}}]}},"meta":NaN}}',
        f'{{{HEAD},"results":{{"bindings":[{ROW}]}},"meta":{"[" * 100_000}',
        '{"head":{},"meta":1}',
    ],
)
def test_a_malformed_answer_stays_one(body):
    """To bear unknown members is not to bear a cut, a missing comma, an unknown column or what is no JSON."""
    with faulty_server(answer(body.encode())) as server, pytest.raises(EndpointError, match="malformed"):
        ask(server.url)


TERMS = {
    "a long subtag": ('{"type":"literal","xml:lang":"zh-classical","value":"v"}', "v", "zh-classical"),
    "an underscore": ('{"type":"literal","xml:lang":"en_US","value":"v \\"\\\\\\n"}', 'v "\\\n', "en-us"),
    "no tag at all": ('{"type":"literal","xml:lang":"1","value":"v"}', "v", None),
    "a space": ('{"type":"uri","value":"http://e/a b"}', "http://e/a b", None),
    "brackets": ('{"type":"uri","value":"http://e/x?f[]=1"}', "http://e/x?f[]=1", None),
    "what would end an IRI": ('{"type":"uri","value":"http://e/a> <http://e/b"}', "http://e/a> <http://e/b", None),
    "a relative IRI": ('{"type":"uri","value":"foo"}', "foo", None),
    "a relative datatype": ('{"type":"literal","datatype":"foo","value":"v"}', "v", None),
}


@pytest.mark.parametrize("name", TERMS)
def test_a_term_that_is_not_quite_rdf_comes_as_it_is(name):
    """One such cell is marked by a warning with its row and column; the rows before and behind are there."""
    cell, value, tag = TERMS[name]
    good = '{"x":{"type":"literal","xml:lang":"","value":"good"}}'
    body = f'{{{HEAD},"results":{{"bindings":[{good},{{"x":{cell}}},{good}]}}}}'
    with faulty_server(answer(body.encode())) as server:
        with pytest.warns(IllFormedTerm, match="Row 2, column x"):
            rows = ascn.connect(server.url).sparql(SELECT)
        cells = [row.x for row in rows]
    assert cells == ["good", value, "good"]
    assert getattr(cells[1], "language", None) == tag
    # What is written of it is valid: nothing that an IRI may not hold stands between < and >.
    assert f"<{value}>" not in rows.to_tsv()


@pytest.mark.filterwarnings("error::ascn_graph.errors.IllFormedTerm")
def test_a_blank_node_may_have_any_label():
    """Labels that none can have stay apart and the same, without a warning: they mean nothing."""
    cells = ["http://e/blank/1", "http://e/blank/2", "http://e/blank/1", "nodeID://b1"]
    rows = ",".join(f'{{"x":{{"type":"bnode","value":"{label}"}}}}' for label in cells)
    with faulty_server(answer(f'{{{HEAD},"results":{{"bindings":[{rows}]}}}}'.encode())) as server:
        first, second, third, fourth = ask(server.url)
    assert first == third != second
    assert fourth == "_:b1"


def test_the_command_line_tells_of_such_a_term_on_one_line(capsys):
    """The rows go to standard output, the warning to standard error."""
    body = f'{{{HEAD},"results":{{"bindings":[{{"x":{TERMS["a space"][0]}}}]}}}}'
    with faulty_server(answer(body.encode())) as server:
        assert main(["query", SELECT, "--endpoint", server.url]) == 0
    shown = capsys.readouterr()
    assert shown.out == "x\r\nhttp://e/a b\r\n"
    assert shown.err.startswith("ascn: Row 1, column x: 'http://e/a b'")
    assert shown.err.count("\n") == 1


def test_white_space_in_xml_is_part_of_a_literal():
    """Spaces and line ends at the ends of a literal are kept; those around an IRI are layout."""
    cells = (
        "<literal> a\n</literal>",
        "<literal> </literal>",
        '<literal xml:lang="de">&lt;b </literal>',
        "<uri> http://e/a\n</uri>",
    )
    rows = "".join(f'<result>\n<binding name="x">\n{cell}\n</binding></result>' for cell in cells)
    body = f'<?xml version="1.0"?><sparql {NS}><head><variable name="x"/></head><results>{rows}</results></sparql>'
    with faulty_server(answer(body.encode(), XML)) as server:
        assert ask(server.url) == [" a\n", " ", "<b ", "http://e/a"]


@pytest.mark.parametrize(
    "body",
    [
        '<!DOCTYPE sparql [<!ENTITY a "aa">]><sparql/>',
        f'<sparql {NS}><head><variable name="x"/></head><results><result><binding name="y"><uri>http://e/a</uri></binding></result></results></sparql>',
        f"<sparql {NS}><head/><boolean>maybe</boolean></sparql>",
        f"<sparql {NS}><head/></sparql>",
    ],
)
def test_xml_that_is_no_answer_is_malformed(body):
    """A document type, an unknown column, a truth that is none: no part of it is data."""
    with faulty_server(answer(body.encode(), XML)) as server, pytest.raises(EndpointError, match="malformed"):
        ask(server.url)


#: How endpoints word a refusal: status, type, body, and what must be told of it.
REFUSALS = {
    "Wikidata": (
        500,
        "text/plain",
        "SPARQL-QUERY: queryStr=SELECT ?x {}\njava.util.concurrent.TimeoutException: Query deadline is expired.\n"
        + "\tat com.bigdata.rdf.sail.webapp.QueryServlet.doGet(QueryServlet.java:307)\n" * 300,
        "Query deadline is expired",
    ),
    "QLever": (
        400,
        "application/json",
        '{"exception":"Failed: too large","query":"x","status":"ERROR"}',
        "too large",
    ),
    "GraphDB": (500, "text/plain", "Query evaluation error: out of memory", "out of memory"),
    "Stardog": (500, "application/json", '{"message":"Query execution cancelled","code":"QECAN0"}', "cancelled"),
    "Neptune": (
        500,
        "application/json",
        '{"requestId":"1","code":"TimeLimitExceededException","detailedMessage":"Operation ran out of time"}',
        "ran out of time",
    ),
    "Virtuoso": (
        500,
        "text/plain",
        "Virtuoso 42000 Error The estimated time 900 exceeds the limit",
        "exceeds the limit",
    ),
    "Fuseki": (503, "text/plain", "Query timed out", "timed out"),
    "problem+json": (
        400,
        "application/problem+json",
        '{"title":"Refused","detail":"The row limit is 100."}',
        "row limit is 100",
    ),
    "a nested reason": (400, "application/json", '{"error":{"type":"x","reason":"no such index"}}', "no such index"),
    "reasons in a list": (400, "application/json", '{"detail":[{"message":"no such index"}]}', "no such index"),
    "a web page": (500, "text/html", "<html><style>p{}</style><p>Proxy <b>gave up</b>", "Proxy gave up"),
    "a long body": (400, "text/plain", "x" * 5000 + " the reason stands here", "the reason stands here"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_the_endpoints_own_words_are_told(name):
    """Whatever form a refusal has, its reason stands in the error, on one line, before what the status means."""
    status, kind, body, says = REFUSALS[name]
    refuse = answer(body.encode(), kind, status=status, headers=["Retry-After: 86400"])
    with faulty_server(refuse) as server, pytest.raises(EndpointError, match=f"says: .*{says}.*It ") as caught:
        ask(server.url, "SELECT ?x { ?x wdt:P31 wd:Q515 }")
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 800


def test_an_error_behind_a_200_is_told_in_its_words():
    """`{"error": …}` with status 200 is no answer; its reason is told."""
    with (
        faulty_server(answer(b'{"error":"out of memory"}')) as server,
        pytest.raises(EndpointError, match="says: out of memory"),
    ):
        ask(server.url)


def test_what_the_endpoint_calls_a_syntax_error_is_explained():
    """Its own words come first, then where a parser here stops; a dialect that it accepts is never parsed here."""
    dialect = "SELECT ?x { ?x wdt:P31 ?o . ?o bif:contains 'a' }"
    refusal = answer(b"Parse error: unexpected token", "text/plain", status=400)
    with faulty_server(answer(ROWS["Fuseki"][0].encode()), refusal) as server:
        assert ask(server.url, dialect) == ["http://e/a"]
        with pytest.raises(
            QuerySyntaxError, match=r"(?s)says: Parse error.*at 1:16: the prefix 'wdt:' is not declared"
        ):
            ask(server.url, dialect)


def test_the_command_line_sends_a_dialect_as_it_is(capsys):
    """What no parser here knows is asked, and a refusal for another reason is exit code 4."""
    query = 'DEFINE input:same-as "yes" SELECT ?x { ?x a dbo:City }'
    with faulty_server(
        answer(ROWS["Virtuoso"][0].encode()), answer(b"Unsupported SERVICE parameter", "text/plain", status=400)
    ) as server:
        assert main(["query", query, "--endpoint", server.url]) == 0
        assert main(["query", query, "--endpoint", server.url]) == 4
    shown = capsys.readouterr()
    assert shown.out == "x\r\nhttp://e/a\r\n"
    assert "says: Unsupported SERVICE parameter" in shown.err


def test_a_prefix_that_means_two_things_is_not_added_in_silence(capsys):
    """`schema:` is https in this graph and http in many others: what is sent is told, unless the query declares it."""
    text = "SELECT ?x { ?s schema:name ?x ; rdfs:label ?y }"
    declared = f"PREFIX schema: <http://schema.org/> {text}"
    with faulty_server(answer(ROWS["Fuseki"][0].encode(), keep=True)) as server:
        with pytest.warns(UserWarning, match=r"'schema:' is taken for <https://schema.org/>"):
            ask(server.url, text)
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)
            ask(server.url, declared)
            list(ascn.load(named=False).sparql(text))
        for each in (text, declared):
            assert main(["query", each, "--endpoint", server.url]) == 0
    assert capsys.readouterr().err.count("'schema:' is taken for") == 1
    sent = [parse_qs(request.target.partition("?")[2])["query"][0] for request in server.requests]
    assert ["https://schema.org/" in each for each in sent] == [True, False] * 2
    assert all("skos/core" not in each and "01/rdf-schema" in each for each in sent)


def test_who_asks_is_said_in_every_request(monkeypatch, capsys):
    """A default that names the project and a page to write to, one of one's own, and header fields of one's own."""
    row = answer(ROWS["Fuseki"][0].encode())
    monkeypatch.delenv("ASCN_USER_AGENT", raising=False)
    with faulty_server(row) as server:
        ask(server.url)
        monkeypatch.setenv("ASCN_USER_AGENT", "survey/1.0 (https://example.org/me)")
        ask(server.url)
        ascn.connect(server.url, headers={"user-agent": "mine/2", "X-Key": "k"}).sparql(SELECT)
        assert (
            main(["query", SELECT, "--endpoint", server.url, "--header", "User-Agent: mine/3", "--header", "X-Key:k"])
            == 0
        )
    agents = [request.headers["user-agent"] for request in server.requests]
    assert agents == [AGENT, "survey/1.0 (https://example.org/me)", "mine/2", "mine/3"]
    assert AGENT.startswith("ascn-graph/")
    assert "https://" in AGENT
    assert [request.headers.get("x-key") for request in server.requests] == [None, None, "k", "k"]
    capsys.readouterr()


@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": "a\r\nX: y"}, {"User-Agent": ""}, {"User-Agent": " "}, {"X Y": "a"}, {"": "a"}, {"X": "\u4e2d"},
        {"Host": "e.org"}, {"Content-Length": "1"}, {"Authorization": "Bearer geheim"}, {"X": None},
    ],
)  # fmt: skip
def test_a_header_that_cannot_be_sent_is_refused(headers):
    """A line break, a name that is none, and what is not the caller's to set; a secret is not shown."""
    with pytest.raises(UsageError) as caught:
        ascn.connect("http://127.0.0.1/", headers=headers)
    assert "geheim" not in str(caught.value)


def test_a_line_break_in_the_environment_is_refused(monkeypatch, capsys):
    """ASCN_USER_AGENT with a line break is exit code 2, and so is --header without a value or an endpoint."""
    assert main(["query", SELECT, "--endpoint", "http://127.0.0.1/", "--header", "nothing"]) == 2
    assert main(["query", SELECT, "--header", "X: y"]) == 2
    monkeypatch.setenv("ASCN_USER_AGENT", "a\nb")
    assert main(["query", SELECT, "--endpoint", "http://127.0.0.1/"]) == 2
    assert "User-Agent" in capsys.readouterr().err


def test_headers_of_ones_own_stay_with_their_endpoint():
    """A redirect to another origin does not carry them: they may hold a key."""
    row = answer(ROWS["Fuseki"][0].encode())
    with (
        faulty_server(row) as other,
        faulty_server(answer(b"", None, status=302, headers=[f"Location: {other.url}"])) as server,
    ):
        list(ascn.connect(server.url, headers={"X-Key": "k"}).sparql(SELECT))
    assert server.requests[0].headers["x-key"] == "k"
    assert "x-key" not in other.requests[0].headers


def test_a_proxy_of_the_environment_is_used(monkeypatch):
    """http_proxy is asked for the whole address, with its user; no_proxy leaves it out."""
    row = answer(ROWS["Fuseki"][0].encode(), keep=True)
    with faulty_server(row) as proxy, faulty_server(row) as server:
        monkeypatch.setenv("http_proxy", f"http://ann:g%40h@127.0.0.1:{proxy.port}")
        monkeypatch.setenv("no_proxy", "")
        graph = ascn.connect("http://endpoint.invalid:81/sparql?key=1")
        for _ in range(2):
            assert [row[0] for row in graph.sparql(SELECT)] == ["http://e/a"]
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        ask(server.url)
    assert len(server.requests) == 1
    assert {request.connection for request in proxy.requests} == {0}
    first = proxy.requests[0]
    assert first.target.startswith("http://endpoint.invalid:81/sparql?key=1&query=")
    assert first.headers["host"] == "endpoint.invalid:81"
    assert first.headers["proxy-authorization"] == "Basic YW5uOmdAaA=="


def test_a_tunnel_that_a_proxy_refuses_is_named(monkeypatch):
    """For https the proxy is asked for a tunnel, by name and port; its refusal is one sentence."""
    with faulty_server(answer(b"", None, status=403)) as proxy:
        monkeypatch.setenv("https_proxy", f"127.0.0.1:{proxy.port}")
        monkeypatch.setenv("no_proxy", "")
        with pytest.raises(EndpointError, match=r"cannot be reached.*proxy.*status 403"):
            ask("https://endpoint.invalid/sparql")
    assert (proxy.requests[0].method, proxy.requests[0].target) == ("CONNECT", "endpoint.invalid:443")


def test_the_deadline_covers_a_tunnel(monkeypatch):
    """A proxy that answers a letter now and then, or lets TLS wait for ever, holds nobody longer than was said."""
    whole = b"HTTP/1.1 200 Connection established\r\n\r\n"
    monkeypatch.setenv("no_proxy", "")
    for behaviour in (drip(whole[:20], b"x", 0.05), drip(whole, b"\x16", 0.05)):
        with faulty_server(behaviour) as proxy:
            monkeypatch.setenv("https_proxy", f"127.0.0.1:{proxy.port}")

            def late() -> None:
                with pytest.raises(EndpointError, match=r"within the 0\.5 s|cannot be reached"):
                    ascn.connect("https://endpoint.invalid/sparql", timeout=0.5).sparql("ASK {}")

            assert in_time(1, late)


def test_a_proxy_that_cannot_be_reached_is_named(monkeypatch):
    """What is down is told: the proxy of the environment, without its user, not the endpoint behind it."""
    monkeypatch.setenv("http_proxy", "http://ann:secret@127.0.0.1:1")
    monkeypatch.setenv("no_proxy", "")
    with pytest.raises(EndpointError, match=r"cannot be reached through the proxy 127\.0\.0\.1:1 \(Connection refused"):
        ask("http://endpoint.invalid/sparql")


@pytest.mark.parametrize("address", ["socks5://127.0.0.1:1", "http://", "a b"])
def test_a_proxy_that_cannot_be_used_is_named(monkeypatch, address):
    """A kind of proxy that is not spoken is told before anything is sent."""
    monkeypatch.setenv("http_proxy", address)
    monkeypatch.setenv("no_proxy", "")
    with pytest.raises(UsageError, match="http_proxy"):
        ascn.connect("http://endpoint.invalid/")
