"""Linked data beside the endpoint: negotiation for every thing, and nothing from outside the site's folder."""

from __future__ import annotations

import pytest
from conftest import ROOT, need
from negotiation_table import ROWS, TYPES
from pyoxigraph import RdfFormat, parse
from serving import serving

pytestmark = pytest.mark.servers

PLACES = {"thing": "/id/city/hanoi", "source": "/id/source/article", "ontology": "/ontology", "dataset": "/dataset"}


@pytest.fixture(scope="module")
def server():
    """Serve the checkout's own graph with the site that is built at start."""
    need("module:jinja2")
    with serving("--data", str(ROOT), "--no-log") as running:
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
