"""Content negotiation of the static site on real web servers, row for row of the table."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from conftest import need
from negotiation_table import ROWS, TYPES
from publish_site import BASE, apache, ask, nginx, readable

import ascn_graph
from ascn_graph.publishing.site import publish

pytestmark = pytest.mark.servers

RESOURCES = {
    "thing": ("id/city/davao-city", "doc/city/davao-city"),
    "source": ("id/source/article", "doc/source/article"),
    "ontology": ("ontology", "ontology"),
    "dataset": ("dataset", "dataset"),
}


def wrong(rows, asked):
    """Return what a server answers otherwise than the table says."""
    found = []
    for row in rows:
        path, document = RESOURCES[row["kind"]]
        answer = asked(path, row["accept"])
        got = (str(answer.status), answer.headers.get("location", ""))
        place = f"{urlsplit(BASE).path}{document}.{row['representation']}"
        wanted = (row["status"], place if row["status"] == "303" else "")
        if (got[0], urlsplit(got[1]).path) != wanted:
            found.append((row["accept"], row["kind"], wanted, got))
        elif row["status"] == "200" and not answer.headers["content-type"].startswith(TYPES[row["representation"]]):
            found.append((row["accept"], row["kind"], wanted, answer.headers["content-type"]))
    return found


def simple(accept: str) -> bool:
    """Return whether an Accept value is of the subset that servers without weights get right.

    That is: absent, one media type or range of ours without a weight, or a browser's, which names HTML first.
    """
    first = accept.partition(",")[0].strip()
    if first == "text/html":
        return "turtle" not in accept
    return "," not in accept and not re.search(r"; *q *=", accept, re.IGNORECASE)


@pytest.fixture(scope="module")
def on_apache(built, tmp_path_factory):
    """Yield the port of an Apache that serves the site."""
    with apache(built, tmp_path_factory.mktemp("apache")) as port:
        yield port


@pytest.fixture(scope="module")
def on_nginx(built, tmp_path_factory):
    """Yield the port of an nginx with njs that serves the site."""
    with nginx(built, tmp_path_factory.mktemp("nginx"), built / "ascn/rules/nginx.conf", njs=True) as port:
        yield port


@pytest.fixture(scope="module")
def on_plain_nginx(built, tmp_path_factory):
    """Yield the port of an nginx without njs that serves the site."""
    with nginx(built, tmp_path_factory.mktemp("plain"), built / "ascn/rules/nginx-plain.conf", njs=False) as port:
        yield port


@pytest.fixture(params=["on_apache", "on_nginx", "on_plain_nginx"])
def server(request):
    """Return the port of each server in turn."""
    return request.getfixturevalue(request.param)


@pytest.mark.parametrize("port", ["on_apache", "on_nginx"])
def test_every_row_of_the_table_is_met(port, request):
    """Apache by its type maps and nginx by njs answer every row as the table says."""
    where = request.getfixturevalue(port)
    assert wrong(ROWS, lambda path, accept: ask(where, f"/ascn/{path}", accept)) == []


def test_no_accept_header_is_html(server):
    """A client without a wish gets the page."""
    answer = ask(server, "/ascn/id/city/davao-city")
    assert (answer.status, urlsplit(answer.headers["location"]).path) == (303, "/ascn/doc/city/davao-city.html")


def test_plain_nginx_meets_its_documented_subset(on_plain_nginx):
    """Without njs, nginx is right for an absent Accept, a browser's, and one media type; that is half of the table."""
    subset = [row for row in ROWS if simple(row["accept"])]
    assert len(subset) >= 80
    assert wrong(subset, lambda path, accept: ask(on_plain_nginx, f"/ascn/{path}", accept)) == []


def test_the_w3id_rules_lead_to_the_site(built, tmp_path):
    """The file for w3id.org, on Apache, leads every identifier of the subset to its document on the site."""
    folder = tmp_path / "w3id" / "ascn"
    folder.mkdir(parents=True)
    (folder / ".htaccess").write_bytes((built / "ascn/rules/w3id.htaccess").read_bytes())
    subset = [row for row in ROWS if simple(row["accept"])]
    with apache(tmp_path / "w3id", tmp_path, "FileInfo Options") as port:
        # At w3id.org even the ontology is elsewhere: 303 takes the place of 200.
        asked = [{**row, "status": row["status"].replace("200", "303")} for row in subset]
        assert wrong(asked, lambda path, accept: ask(port, f"/ascn/{path}", accept)) == []
        for path, target in [("", ""), ("logo.svg", "logo.svg"), ("id/city", "doc/city.html")]:
            assert ask(port, f"/ascn/{path}").headers["location"] == BASE + target


def test_a_redirect_ends_at_a_document_of_its_type(server):
    """What a redirect leads to is there, with the media type that was asked for and UTF-8 where it is text."""
    for extension in ("html", "ttl", "jsonld", "nt"):
        sent = ask(server, "/ascn/id/network/asean-smart-cities-network", TYPES[extension])
        answer = ask(server, urlsplit(sent.headers["location"]).path)
        assert answer.status == 200
        kind, _, charset = answer.headers["content-type"].partition(";")
        assert kind == TYPES[extension]
        assert not kind.startswith("text/") or charset.strip().lower() == "charset=utf-8"


def test_negotiated_answers_say_so(server):
    """Caches are told that the answer depends on Accept."""
    for path in ("id/city/davao-city", "ontology", "dataset"):
        assert "accept" in ask(server, f"/ascn/{path}", "text/turtle").headers["vary"].lower(), path


def test_graphs_versions_and_kinds_lead_somewhere(server):
    """A named graph, a version of the ontology, the catalogue and a kind of thing have documents too."""
    expected = {
        "graph/article": (303, "/ascn/doc/graph/article.html"),
        "catalogue": (303, "/ascn/dataset.html"),
        "id/city": (303, "/ascn/doc/city.html"),
        "id/city/": (303, "/ascn/doc/city.html"),
        "ontology/0.1.0": (200, ""),
    }
    for path, wanted in expected.items():
        answer = ask(server, f"/ascn/{path}", "text/html")
        assert (answer.status, urlsplit(answer.headers.get("location", "")).path) == wanted, path


def test_what_is_not_there_is_404(server):
    """An identifier without a document is not found, whatever is asked for; nothing outside the site is looked at."""
    for path in ("id/city/atlantis", "id/nothing/hanoi", "id/city/..%2f..%2f..%2fetc", "graph/nobody", "nowhere"):
        assert ask(server, f"/ascn/{path}", "text/turtle").status == 404, path


def test_hosts_that_read_redirects_get_the_pages(built):
    """Every line of `_redirects` is a rule whose target is there once its placeholders are filled."""
    rules = [line.split() for line in (built / "ascn/_redirects").read_text().splitlines() if line[:1] != "#"]
    for source, target, status in rules:
        assert status == "303"
        assert source.startswith("/ascn/")
        name = "article" if "graph" in target else "davao-city"
        led = target.replace(":kind", "city").replace(":name", name).replace(":version", "0.1.0")
        assert (built / led.removeprefix("/")).is_file(), led


@pytest.mark.parametrize("kind", ["apache", "nginx", "plain nginx"])
def test_a_site_may_lie_at_the_top_of_its_host(kind, tmp_path):
    """With a base URL without a path the same rules lead to the documents at the top."""
    need("module:jinja2")
    data = tmp_path / "data" / "article"
    data.mkdir(parents=True)
    (data / "a.ttl").write_text(
        '<https://w3id.org/ascn/id/city/x> <http://www.w3.org/2000/01/rdf-schema#label> "X" .\n'
    )
    www = tmp_path / "www"
    publish(ascn_graph.load(data.parent), www, "https://example.org/")
    readable(www)
    with (
        apache(www, tmp_path)
        if kind == "apache"
        else nginx(www, tmp_path, www / f"rules/nginx{'' if kind == 'nginx' else '-plain'}.conf", njs=kind == "nginx")
    ) as port:
        for path, accept, wanted in (
            ("/id/city/x", "text/turtle", "/doc/city/x.ttl"),
            ("/id/city", None, "/doc/city.html"),
            ("/graph/article", "application/n-triples", "/doc/graph/article.nt"),
            ("/dataset", None, "/dataset.html"),
        ):
            answer = ask(port, path, accept)
            assert (answer.status, urlsplit(answer.headers["location"]).path) == (303, wanted)
        assert ask(port, "/ontology", "text/turtle").headers["content-type"].startswith("text/turtle")
        assert ask(port, "/").status == 200
        assert ask(port, "/id/city/y").status == 404
