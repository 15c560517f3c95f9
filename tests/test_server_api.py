"""Tests of the named queries over HTTP, against a running `ascn serve`."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest
from conftest import need
from serving import serving

from ascn_graph import api, profile
from ascn_graph.cli import main
from ascn_graph.sparql import catalogue

pytestmark = pytest.mark.servers


@pytest.fixture(scope="module")
def server():
    """Serve the packaged graph without its site."""
    with serving("--no-site", "--timeout", "30") as running:
        yield running


def printed(capsys, *words: str) -> bytes:
    """Return what the command line prints for the same question."""
    assert main(["query", *words]) == 0
    return capsys.readouterr().out.encode()


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("officers?city=hanoi", ["officers", "city=hanoi", "--format", "json"]),
        ("officers/city/hanoi.json", ["officers", "city=hanoi", "--format", "json"]),
        ("officers.csv?city=hanoi&city=manila", ["officers", "city=hanoi", "city=manila", "--format", "csv"]),
        ("officers-at.json?date=2018-07-08", ["officers-at", "date=2018-07-08", "--format", "json"]),
        ("describe?about=city:hanoi", ["describe", "about=city:hanoi", "--format", "json"]),
        (f"cities?city={quote('DKI Jakarta')}", ["cities", "city=DKI Jakarta", "--format", "json"]),
    ],
)
def test_an_answer_is_what_the_command_prints(server, capsys, path, words):
    """The same rows in the same bytes, whether parameters stand in the path or behind it."""
    got = server.get(f"/api/{path}")
    assert got.status == 200, got.body
    assert got.body == printed(capsys, *words)
    assert got.headers["access-control-allow-origin"] == "*"


def test_the_form_is_negotiated_and_kept(server):
    """Accept chooses JSON or CSV; an answer has a tag by which a client asks again for nothing."""
    got = server.get("/api/cities", "text/csv")
    assert got.type == "text/csv"
    again = server.get("/api/cities", "text/csv", If_None_Match=got.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    assert server.get("/api/cities").type == "application/sparql-results+json"


@pytest.mark.parametrize(
    ("path", "accept", "status", "says"),
    [
        ("officrs", None, 404, "did you mean officers"),
        ("officers/city/hanio.json", None, 404, "did you mean hanoi?"),
        ("officers?town=hanoi", None, 400, "has no parameter 'town'"),
        ("officers?timeout=5", None, 400, "has no parameter 'timeout'"),
        ("officers-at", None, 400, "needs date="),
        ("officers-at?date=July", None, 400, "takes a date"),
        ("officers?city=%FF", None, 400, "in UTF-8"),
        ("officers?city", None, 400, "write key=value"),
        ("officers?city=", None, 404, "No city in this graph is called"),
        ("why?about=Singapore", None, 404, "There is no query 'why'"),
        ("nothing-like-it", None, 404, "/api/index.json lists them all"),
        ("describe?about=Singapore", None, 404, "may mean 3 things"),
        ("officers/city", None, 404, "/api/NAME"),
        ("", None, 404, "/api/NAME"),
        ("officers", "image/png", 406, "neither JSON nor CSV"),
        ("officers?person=" + quote('x" || true || ?name = "'), None, 404, "No person in this graph is called"),
        ("officers?person=" + quote("http://e/x> ?q ?z . <http://e/p1"), None, 404, "is not a valid IRI"),
    ],
)
def test_a_refusal_is_a_sentence(server, path, accept, status, says):
    """What cannot be answered is refused as problem+json in one sentence, with the nearest name where there is one."""
    got = server.get(f"/api/{path}", accept)
    assert got.status == status, got.body
    assert says in str(got.problem["detail"])


def test_every_query_answers_its_example(server):
    """Each named query is answered with the examples of its header."""
    for name, query in catalogue.load(profile.packaged()).items():
        given = "&".join(f"{each.name}={quote(each.example)}" for each in query.parameters.values() if each.required)
        got = server.get(f"/api/{name}?{given}".rstrip("?"))
        assert got.status == 200, (name, got.body)
        assert json.loads(got.body)["head"]["vars"]


@pytest.mark.thorough
def test_no_made_up_request_is_answered_against_the_description(server):
    """Requests made from the OpenAPI description, well-formed and not, get what the description says."""
    need("module:schemathesis")
    import schemathesis

    queries = list(catalogue.load(profile.packaged()).values())
    url = f"http://127.0.0.1:{server.port}"
    told = api.description(profile.packaged(), queries, version="1", server=url, live=True)
    told["paths"] = {path: item for path, item in told["paths"].items() if path.count("/") == 2 and "." not in path}
    schema = schemathesis.openapi.from_dict(told)

    for operation in schema.get_all_operations():
        _fuzz(operation.ok().as_strategy(), url)


def _fuzz(strategy, url):
    """Send what a strategy makes, and hold each answer to the description."""
    from hypothesis import HealthCheck, given, settings

    @settings(max_examples=15, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=strategy)
    def run(case):
        case.call_and_validate(base_url=url)

    run()
