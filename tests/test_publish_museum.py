"""The site of another graph: its own things and words, and none of the packaged graph's."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from conftest import ROOT, need
from pyoxigraph import Literal, NamedNode, Quad, Store

import ascn_graph
from ascn_graph.embedded import EmbeddedEngine
from ascn_graph.errors import ConformanceError, InputError, UsageError
from ascn_graph.graph import Graph
from ascn_graph.publishing.site import SiteFiles, publish

MUSEUM = ROOT / "tests" / "graphs" / "museum"
BASE = "https://museum.example/site/"
# Words of the packaged graph; the command of the tool has its own name, where a file says who wrote it or what to run.
FOREIGN = re.compile(
    r"ascn|asean|smart.cit|w3id\.org|\bcit(?:y|ies)\b|officer|member.state|southeast|hanoi", re.IGNORECASE
)
TOOL = re.compile(r"`ascn publish`|ascn query [a-z]+")


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    """Return the files of the site of the museum."""
    need("module:jinja2")
    return dict(SiteFiles(ascn_graph.load(MUSEUM), BASE).files())


def test_every_thing_of_the_museum_has_a_page(files):
    """Each IRI below the museum's things, but for places in sources, has a page and a document in each form."""
    graph = ascn_graph.load(MUSEUM)
    things = {
        quad.subject.value
        for quad in graph.store
        if quad.subject.value.startswith(graph.profile.things) and "#" not in quad.subject.value
    }
    assert len(things) > 15
    for thing in things:
        kind, _, name = thing.removeprefix(graph.profile.things).partition("/")
        assert {f"doc/{kind}/{name}.{form}" for form in ("html", "ttl", "nt", "jsonld", "rdf")} <= files.keys()
    assert b"Harbour Museum" in files["index.html"]
    assert "dumps/hm.nq" in files


def test_no_word_or_page_of_the_packaged_graph_is_in_it(files):
    """No file of the museum's site has a path or a word of the packaged graph, but for the name of the command."""
    found = []
    for path, content in files.items():
        if path.startswith("vendor/"):
            continue
        text = TOOL.sub("", content.decode("utf-8", "replace"))
        found += [
            (path, match[0]) for match in [FOREIGN.search(path.removeprefix(".ascn")), FOREIGN.search(text)] if match
        ]
    assert found == []


def test_a_graph_without_a_thing_of_its_kinds_is_refused():
    """Nothing is written where no IRI of the data is of a kind of the profile: the sentence names the kinds."""
    store = Store()
    store.add(Quad(NamedNode("urn:a"), NamedNode("urn:b"), Literal("c"), NamedNode("urn:g")))
    graph = Graph(EmbeddedEngine(store), profile=ascn_graph.load(MUSEUM).profile)
    with pytest.raises(ConformanceError, match=r"nothing to publish.*work, maker"):
        SiteFiles(graph, BASE)


def test_a_place_without_a_profile_and_a_thing_of_ours_is_refused(tmp_path):
    """The concepts of the ontology that such a place borrows are nothing to publish."""
    (tmp_path / "a.ttl").write_text("<http://e/a> a <http://e/B> .\n", "utf-8")
    with pytest.raises(ConformanceError, match="nothing to publish"):
        SiteFiles(ascn_graph.load(tmp_path), BASE)


def test_a_menu_leads_to_pages_of_the_site(tmp_path):
    """A path that no page has is told at its line; a page of a thing, a place in a page and another site are taken."""
    project = tmp_path / "museum"
    copy(MUSEUM, project)
    text = (project / "graph.toml").read_text("utf-8")
    menu = '[site.menu]\n"Ada" = "doc/maker/ada-quill.html"\n"Top" = "index.html#top"\n"Else" = "https://e.org/"\n'
    (project / "graph.toml").write_text(f"{text}\n{menu}", "utf-8")
    list(SiteFiles(ascn_graph.load(project), BASE).others())
    (project / "graph.toml").write_text(f'{text}\n{menu}"Things" = "doc/nothing.html"\n', "utf-8")
    with pytest.raises(InputError, match="no page of the site") as caught:
        list(SiteFiles(ascn_graph.load(project), BASE).others())
    assert caught.value.line == len(text.splitlines()) + 6


@pytest.mark.parametrize(
    ("table", "line", "error", "why"),
    [
        ('[site]\nmenus = "x"', 1, InputError, "no key 'menus'"),
        ('[site]\nmenu = "x"', 1, InputError, "write it as [site.menu]"),
        ('[site.columns]\nwork = ["nobody:knows"]', 1, InputError, "nobody:knows"),
        ('[site.columns]\nship = ["rdfs:label"]', 1, InputError, "no kind 'ship'"),
        ('[site]\npages = "no_such.package"', 1, InputError, "no Python package 'no_such.package'"),
        ('[site]\ncorrection = "e.org"', 1, InputError, "'e.org' is not an https, http or mailto address"),
        ('[site]\ncorrection = "https://e.org/{thin}"', 1, InputError, "it fills in {thing}, {value} and {source}"),
        ('[site]\npages = "jinja2"', 1, UsageError, "no class Site"),
    ],
)
def test_a_slip_in_the_table_of_the_site_is_told(tmp_path, table, line, error, why):
    """An unknown key, kind or prefix in `[site]` is refused at its line, and so is a package that is not there."""
    project = tmp_path / "museum"
    copy(MUSEUM, project)
    text = (project / "graph.toml").read_text("utf-8")
    (project / "graph.toml").write_text(f"{text}\n{table}\n", "utf-8")
    with pytest.raises(error, match=re.escape(why)) as caught:
        SiteFiles(ascn_graph.load(project), BASE)
    if error is InputError:
        assert caught.value.line == len(text.splitlines()) + 2 + line


def copy(source: Path, target: Path) -> None:
    """Copy a folder of text files."""
    for path in source.rglob("*"):
        if path.is_file():
            place = target / path.relative_to(source)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(path.read_bytes())


def test_a_request_for_a_correction_fills_in_the_thing_the_value_and_its_source():
    """With an address the foot of each page and each value of a thing lead to it; an address of no use is refused."""
    need("module:jinja2")
    graph = ascn_graph.load(MUSEUM)
    files = dict(
        SiteFiles(graph, BASE, correction="https://forge.example/new?thing={thing}&what={value}&by={source}").files()
    )
    page = next(path for path in files if path.startswith("doc/work/") and path.endswith(".html"))
    links = [unquote(one) for one in re.findall(r'href="(https://forge\.example/[^"]*)"', files[page].decode())]
    iri = f"{graph.profile.things}{page.removeprefix('doc/').removesuffix('.html')}"
    assert len(links) > 3
    assert all(f"thing={iri}&amp;" in link for link in links)
    assert any("what=name: " in link and link.partition("&amp;by=")[2] for link in links)
    with pytest.raises(UsageError, match="not an https"):
        SiteFiles(graph, BASE, correction="javascript:alert(1)")
    with pytest.raises(UsageError, match="braces that no page fills in"):
        SiteFiles(graph, BASE, correction="https://forge.example/{things}")


def test_paths_that_differ_in_case_alone_are_warned_of(tmp_path):
    """Two things whose names differ in case are both written, and a sentence says what some disks do to them."""
    need("module:jinja2")
    project = tmp_path / "museum"
    copy(MUSEUM, project)
    things = ascn_graph.load(MUSEUM).profile.things
    lines = [
        f'<{things}work/{name}> <http://www.w3.org/2000/01/rdf-schema#label> "{name}"@en .' for name in ("Bell", "bell")
    ]
    (project / "data/guide-1998/more.ttl").write_text("\n".join(lines) + "\n", "utf-8")
    told = []
    publish(ascn_graph.load(project), tmp_path / "out", BASE, warn=told.append)
    assert any("doc/work/Bell.html and doc/work/bell.html differ in case alone" in one for one in told)
    assert all("work/" in one for one in told)
