"""Hostile labels and IRIs: whatever a source says stays text on every page and data in every document."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from conftest import need
from ours import GRAPH, KINDS, ONTOLOGY, PREFIXES, THING
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, parse

import ascn_graph
from ascn_graph.embedded import EmbeddedEngine
from ascn_graph.errors import ConformanceError
from ascn_graph.graph import Graph
from ascn_graph.publishing.site import SiteFiles

pytestmark = pytest.mark.thorough

STRINGS = (
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "<!--<script>",
    "--><script>alert(1)</script>",
    "]]><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    '" autofocus onfocus="alert(1)',
    "<svg/onload=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<base href='https://example.net/'>",
    "<meta http-equiv=refresh content='0;url=https://example.net/'>",
    "<style>*{display:none}</style>",
    "</style><link rel=stylesheet href=//example.net>",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    'https://example.net/"onclick="alert(1)',
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\\u003cscript\\u003ealert(1)\\u003c/script\\u003e",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "{{ 7 * 7 }}{% raw %}{# #}",
    "${7*7}`${alert(1)}`",
    "\x00\x01\x08\x0b\x1f\x7f\x85\ufffe",
    "\u202eevil\u202d\u2066\u200f",
    "line\u2028para\u2029graph\r\n\ttab",
    "../../../etc/passwd",
    "=cmd|' /C calc'!A0",
    "Đà Nẵng e\u0301 \U0001f600",
    "x" * 5000 + " <b>",
)
IRIS = (
    "javascript:alert(1)",
    "JAVASCRIPT:alert(1)",
    "data:text/html,%3Cscript%3Ealert(1)%3C/script%3E",
    "vbscript:msgbox",
    "https://example.net/'onmouseover='alert(1)",
    "person:someone",
    "file:///etc/passwd",
)
TEXTS = {PREFIXES["xsd"] + "string", PREFIXES["rdf"] + "langString"}
SEE = NamedNode(PREFIXES["rdfs"] + "seeAlso")
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe]")


def model(graph):
    """Return one thing of each kind with what is said of it, and one piece of evidence: every field there is."""
    things = {}
    for quad in graph.store.quads_for_pattern(None, None, None, DefaultGraph()):
        subject = quad.subject.value
        if not subject.startswith(THING):
            continue
        kind = subject.removeprefix(THING).partition("/")[0] + ("#" if "#" in subject else "")
        things.setdefault(kind, {}).setdefault(subject, []).append(quad.triple)
    return [triple for kind in things.values() for triple in max(kind.values(), key=len)]


@pytest.fixture(scope="module")
def files():
    """Return the files of a site in which each literal is one of the strings, and each thing points at each IRI."""
    need("module:jinja2")
    pattern = model(ascn_graph.load())
    store = Store()
    graph = NamedNode(GRAPH + "article")

    def renamed(node, index):
        if not isinstance(node, NamedNode) or not node.value.startswith(THING):
            return node
        whole, mark, fragment = node.value.partition("#")
        return NamedNode(f"{whole}-h{index}{mark}{fragment}")

    for index, text in enumerate(STRINGS):
        for triple in pattern:
            value = triple.object
            if isinstance(value, Literal):
                typed = value.datatype.value not in TEXTS
                value = (
                    Literal(text, datatype=value.datatype)
                    if typed
                    else Literal(text, language=value.language)
                    if value.language
                    else Literal(text)
                )
            store.add(Quad(renamed(triple.subject, index), triple.predicate, renamed(value, index), graph))
            for iri in IRIS:
                store.add(Quad(renamed(triple.subject, index), SEE, NamedNode(iri), graph))
    ontology = NamedNode(GRAPH + "ontology")
    for quad in ascn_graph.load().store.quads_for_pattern(None, None, None, ontology):
        store.add(quad)
    for text in STRINGS:
        store.add(Quad(NamedNode(ONTOLOGY + "hostile"), NamedNode(PREFIXES["rdfs"] + "label"), Literal(text), ontology))
    # As every loaded graph, it has the union of its graphs as the default graph too.
    store.extend([Quad(*quad.triple) for quad in store])
    return dict(SiteFiles(Graph(EmbeddedEngine(store)), "https://example.org/ascn/").files()), store


def test_every_kind_of_thing_is_in_the_hostile_graph(files):
    """The graph of this test has, for each string, a page of every kind that the real graph has."""
    pages, _ = files
    known = {path.split("/")[1] for path in pages if re.fullmatch(r"doc/[a-z-]+/.*-h30\.html", path)}
    assert len(STRINGS) == 31
    assert known >= set(KINDS) - {"region"}


class Strict(HTMLParser):
    """Refuses what no template of the site writes."""

    def __init__(self, page: str) -> None:
        """Read a page."""
        super().__init__()
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        """Check an element and its attributes."""
        check(tag, dict(attrs))

    def handle_comment(self, data):
        """Refuse a comment."""
        raise AssertionError(f"a comment: {data}")


def check(tag, given):
    """Refuse an element, an attribute or an address that no template of the site writes."""
    assert tag not in ("iframe", "base", "style", "object", "embed", "form", "b"), tag
    assert not [name for name in given if name.startswith("on") or name == "style"], given
    if tag == "script":
        assert (given.get("src") or "").endswith("assets/site.js") or given.get("type") == "application/ld+json"
    if tag == "meta":
        assert given.get("http-equiv") in (None, "Content-Security-Policy")
    for name in ("href", "src"):
        scheme = re.match(r"\s*([A-Za-z][A-Za-z0-9+.-]*):", given.get(name) or "")
        assert not scheme or scheme[1] in ("https", "http"), given
    if tag in ("link", "script", "img") and given.get("rel") != "canonical":
        assert not re.match(r"https?:|//", given.get("href") or given.get("src") or ""), given


def plain(pages):
    """Return the pages of things, kinds, terms and the whole; the query page has tests of its own."""
    return {
        path: content.decode() for path, content in pages.items() if path.endswith(".html") and path != "query.html"
    }


def test_no_page_grows_an_element_or_an_attribute(files):
    """Every page has the template's elements and scripts alone, no handler and no scheme but http and https."""
    pages = plain(files[0])
    assert len(pages) > 500
    for page in pages.values():
        Strict(page)


def test_a_browser_s_parser_agrees(files):
    """So it is too when a page is parsed by the rules of the HTML standard, errors and all."""
    need("module:html5lib")
    import html5lib

    pages = {path: page for path, page in plain(files[0]).items() if re.search(r"^[^/]*$|/(city|tenure|source)/", path)}
    assert len(pages) > 3 * len(STRINGS)
    for page in pages.values():
        for element in html5lib.parse(page, namespaceHTMLElements=False).iter():
            assert isinstance(element.tag, str), "a comment"
            check(element.tag, element.attrib)


def test_every_string_is_shown_as_it_is(files):
    """The page of a thing shows the string, letter by letter, but for characters that HTML forbids."""
    need("module:html5lib")
    import html5lib

    pages, _ = files
    cities = {int(m[1]): path for path in pages if (m := re.fullmatch(r"doc/city/.*-h(\d+)\.html", path))}
    for index, text in enumerate(STRINGS):
        root = html5lib.parse(pages[cities[index]].decode(), namespaceHTMLElements=False)
        heading = "".join(root.find(".//h1").itertext())
        assert heading.replace("\ufffd", "") == FORBIDDEN.sub("", text).replace("\r\n", "\n")


def test_no_control_character_reaches_a_page(files):
    """No page holds a character that HTML forbids."""
    pages, _ = files
    for path, content in pages.items():
        if path.endswith(".html"):
            assert not FORBIDDEN.search(content.decode()), path


def test_documents_keep_every_string(files):
    """Every form reads back to the triples of the hostile graph, none changed; RDF/XML says where it lacks some."""
    pages, store = files
    known = {quad.triple for quad in store}
    forms = {".ttl": RdfFormat.TURTLE, ".nt": RdfFormat.N_TRIPLES, ".jsonld": RdfFormat.JSON_LD}
    read = 0
    for path in pages:
        stem = path.removesuffix(".html")
        if not re.search(r"-h\d+\.html$", path):
            continue
        triples = [{q.triple for q in parse(pages[stem + end], format=form)} for end, form in forms.items()]
        assert triples[0] == triples[1] == triples[2], path
        xml = {q.triple for q in parse(pages[stem + ".rdf"], format=RdfFormat.RDF_XML)}
        assert xml <= triples[0], path
        assert (xml == triples[0]) == (b"cannot be written in RDF/XML" not in pages[stem + ".rdf"]), path
        assert triples[0] <= known, path
        read += 1
    assert read > 500


def test_embedded_json_ld_cannot_end_its_element(files):
    """The JSON-LD inside each page has no angle bracket or ampersand and says what the page is about."""
    pages, store = files
    known = {quad.subject.value for quad in store}
    for path, content in plain(pages).items():
        for text in re.findall(r'<script type="application/ld\+json">(.*?)</script>', content, re.DOTALL):
            assert not re.search(r"[<>&\u2028\u2029]", text), path
            document = json.loads(text)
            if re.search(r"-h\d+\.html$", path):
                assert document["@id"] in known, path


@pytest.mark.parametrize(
    "iri",
    [
        f"{THING}city/..",
        f"{THING}city/../../etc/passwd",
        f"{THING}city/a%2F..%2Fb",
        f"{THING}city/.htaccess",
        f"{THING}city/a/b",
        f"{THING}city/{'x' * 300}",
        f"{THING}city/a..b",
        f"{THING}city/ÿ",
    ],
)
def test_an_iri_that_is_no_file_name_is_refused(iri):
    """An identifier that would lead out of the site, or is no name of a file, stops the build with a sentence."""
    store = Store()
    label = NamedNode(PREFIXES["rdfs"] + "label")
    store.add(Quad(NamedNode(iri), label, Literal("x"), NamedNode(GRAPH + "article")))
    with pytest.raises(ConformanceError, match="no file name"):
        list(SiteFiles(Graph(EmbeddedEngine(store)), "https://example.org/").files())


def test_paths_of_the_site_stay_inside_it(files):
    """No file of the site has a path that leads out of its folder."""
    pages, _ = files
    for path in pages:
        assert not path.startswith("/")
        assert ".." not in path.split("/")
    assert all(one != other for one, other in pairwise(sorted(pages)))
