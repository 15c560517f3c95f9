"""The static site: complete, its links whole, its data equal to the graph, the same bytes everywhere."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import pytest
from conftest import ROOT
from markup import markup
from publish_site import BASE
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

import ascn_graph
from ascn_graph import dataset, profile
from ascn_graph.publishing.addresses import Addresses
from ascn_graph.publishing.documents import Documents, triples
from ascn_graph.publishing.fact_index import Fact, FactIndex
from ascn_graph.publishing.settings import SiteSettings
from ascn_graph.publishing.views import Views

pytestmark = pytest.mark.thorough

PROFILE = profile.packaged()
IRIS = PROFILE.base
FIND = Addresses(PROFILE)
FORMS = {
    ".ttl": RdfFormat.TURTLE,
    ".nt": RdfFormat.N_TRIPLES,
    ".jsonld": RdfFormat.JSON_LD,
    ".rdf": RdfFormat.RDF_XML,
}
VOID = "http://rdfs.org/ns/void#"
DCAT = "http://www.w3.org/ns/dcat#"


class Reading:
    """What a page links to and loads, its anchors and its embedded JSON-LD."""

    def __init__(self, text: str) -> None:
        """Read a page."""
        self.links: list[str] = []
        self.loads: list[str] = []
        self.ids: list[str] = []
        self.data: list[str] = []
        self.alternates: dict[str, str] = {}
        in_data = False
        for kind, name, given in markup(text):
            if kind == "start":
                self._read(name, given)
                in_data = name == "script" and given.get("type") == "application/ld+json"
            elif kind == "end":
                in_data = False
            elif in_data:
                self.data.append(name)

    def _read(self, tag: str, given: dict[str, str]) -> None:
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag == "link" and given.get("rel") == "alternate":
            self.alternates[given["type"]] = given["href"]
        if tag == "link" and given.get("rel") != "canonical":
            self.loads.append(given["href"])
        self.loads += [given[name] for name in ("src", "srcset", "action", "data") if name in given]


@pytest.fixture(scope="module")
def site(built) -> Path:
    """Return the folder of the site."""
    return built / "ascn"


@pytest.fixture(scope="module")
def pages(site) -> dict[str, Reading]:
    """Return every page of the site, read."""
    found = sorted(path for path in site.rglob("*.html"))
    return {str(path.relative_to(site)): Reading(path.read_text(encoding="utf-8")) for path in found}


@pytest.fixture(scope="module")
def graph():
    """Return the packaged graph."""
    return ascn_graph.load()


def test_every_iri_of_ours_has_a_page_or_an_anchor_on_one(graph, pages, site):
    """Each IRI of ours anywhere in the data, hash IRIs included, leads to a page that has its fragment as an anchor."""
    found = set()
    for quad in graph.store:
        found.update(
            t.value for t in (quad.subject, quad.predicate, quad.object, quad.graph_name) if isinstance(t, NamedNode)
        )
    ours = {iri for iri in found if iri.startswith(IRIS)}
    assert len(ours) > 1000
    lost = []
    for iri in sorted(ours):
        place = FIND.find(iri)
        page = place and (place.path if place.whole else f"{place.path}.html")
        if page is None or not (site / page).is_file() or (place.fragment and place.fragment not in pages[page].ids):
            lost.append(iri)
    assert lost == []


def test_no_internal_link_or_fragment_is_broken(pages, site):
    """Every relative link of every page leads to a file of the site and, with a fragment, to an anchor in it."""
    there = {str(path.relative_to(site)) for path in site.rglob("*") if path.is_file()}
    anchors = {name: {*page.ids} for name, page in pages.items()}

    @cache
    def leads(folder: str, link: str) -> bool:
        parts = urlsplit(link)
        inside = os.path.normpath(Path("/ascn", folder, unquote(parts.path))).removeprefix("/ascn/")
        ids = anchors.get(inside, set())
        return inside in there and (
            not parts.fragment or not inside.endswith(".html") or bool({parts.fragment, unquote(parts.fragment)} & ids)
        )

    broken = set()
    for name, page in pages.items():
        for link in page.links + page.loads:
            if link.startswith("#"):
                found = {link[1:], unquote(link[1:])} & anchors[name]
            else:
                parts = urlsplit(link)
                found = parts.scheme or parts.netloc or leads(name.rpartition("/")[0], link)
            if not found:
                broken.add((link, name))
    assert sorted(broken)[:10] == []


def test_no_page_loads_anything_from_elsewhere(pages):
    """Style sheets, scripts and pictures are relative: the site works under any path and asks no other host."""
    for name, page in pages.items():
        assert [load for load in page.loads if urlsplit(load).scheme or load.startswith("//")] == [], name


def test_anchors_are_unique_on_every_page(pages):
    """No page has the same id twice."""
    assert [name for name, page in pages.items() if len(set(page.ids)) != len(page.ids)] == []


def test_every_page_has_a_strict_policy_and_says_its_language(site, pages):
    """Each page allows its own style, scripts and pictures alone and is English, labels apart."""
    for name in pages:
        text = (site / name).read_text(encoding="utf-8")
        policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
        assert policy, name
        assert "default-src &#39;none&#39;" in policy[1], name
        assert "unsafe-inline" not in policy[1], name
        assert '<html lang="en">' in text
        assert not re.search(r"<[^>]*\s(?:style|on[a-z]+)=", text), name


def test_the_documents_of_a_thing_say_the_same(graph, site):
    """The four forms of each thing parse to the same triples, all of them in the graph."""
    known = {quad.triple for quad in graph.store}
    things = sorted(site.glob("doc/*/*.ttl"))
    assert len(things) > 500
    for path in things[::7]:
        forms = [
            {quad.triple for quad in parse(path=str(path.with_suffix(suffix)), format=form)}
            for suffix, form in FORMS.items()
        ]
        assert all(form == forms[0] for form in forms), path
        assert forms[0]
        if path.parent.name != "graph":
            assert forms[0] <= known, path


#: The terms of schema.org that the pages use, each property with a type of its domain that they give it to.
SCHEMA = {
    "name": "Thing",
    "description": "Thing",
    "url": "Thing",
    "alternateName": "Thing",
    "geo": "Place",
    "latitude": "GeoCoordinates",
    "longitude": "GeoCoordinates",
    "containedInPlace": "Place",
    "startDate": "Event",
    "datePublished": "CreativeWork",
    "version": "CreativeWork",
    "creator": "CreativeWork",
    "publisher": "CreativeWork",
    "license": "CreativeWork",
    "isAccessibleForFree": "CreativeWork",
    "distribution": "Dataset",
    "encodingFormat": "MediaObject",
    "contentUrl": "MediaObject",
    "contentSize": "MediaObject",
    "sha256": "MediaObject",
}
WITHIN = {
    "AdministrativeArea": {"Thing", "Place"},
    "Country": {"Thing", "Place"},
    "GeoCoordinates": {"Thing", "GeoCoordinates"},
    "Event": {"Thing", "Event"},
    "CreativeWork": {"Thing", "CreativeWork"},
    "Dataset": {"Thing", "CreativeWork", "Dataset"},
    "DataDownload": {"Thing", "CreativeWork", "MediaObject"},
    "WebSite": {"Thing", "CreativeWork"},
    "Organization": {"Thing"},
    "Person": {"Thing"},
    "Thing": {"Thing"},
}


def nodes(value):
    """Yield every object of a JSON document."""
    if isinstance(value, list):
        for one in value:
            yield from nodes(one)
    elif isinstance(value, dict):
        yield value
        for one in value.values():
            yield from nodes(one)


def test_embedded_json_ld_uses_terms_of_schema_org_in_their_domains(pages, site):
    """Each page of a thing embeds its type and name in terms that schema.org has, each on a type of its domain."""
    seen = set()
    for name, page in pages.items():
        for text in page.data:
            document = json.loads(text)
            assert document.pop("@context") == "https://schema.org/", name
            for node in nodes(document):
                domains = WITHIN[node["@type"]]
                keys = {key for key in node if not key.startswith("@")}
                assert {SCHEMA[key] for key in keys} <= domains, (name, node)
            seen.add(document["@type"])
        assert page.data or not re.match(r"doc/[a-z-]+/", name) or name.startswith("doc/graph/"), name
    assert seen >= {"AdministrativeArea", "Country", "Person", "Event", "Dataset", "WebSite"}
    (data,) = pages["dataset.html"].data
    urls = [one["contentUrl"] for one in json.loads(data)["distribution"]]
    assert len(urls) > 4
    assert all((site / url.removeprefix(BASE)).is_file() for url in urls)


def test_pages_of_things_link_to_their_data(pages, site):
    """The page of a thing names its four forms as alternates, and the feed, and they are there."""
    page = pages["doc/city/davao-city.html"]
    forms = {"text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml"}
    assert set(page.alternates) == forms | {"application/atom+xml"}
    for link in page.alternates.values():
        assert (site / "doc/city" / link).resolve().is_file()


def test_beside_a_fact_stands_who_says_so(site):
    """The tenure page names both sources with line, page and date, and the offsets and the quote of the article's."""
    text = (site / "doc/tenure/csco-bangkok-chaiwat-thongkamkoon.html").read_text(encoding="utf-8")
    assert "one undated revision, line 218" in text
    assert "ASCN Smart City Action Plans (as of 8 July 2018), page 46" in text
    assert "line 218, characters 5799 to 5819" in text
    assert "<q><bdi>Chaiwat Thongkamkoon</bdi></q>" in text


def test_a_citation_comes_with_its_archived_copy(site, graph):
    """Where evidence has a citation with an archived copy, the page links to both, with the date of the copy."""
    ascn = f"{IRIS}ontology#"
    archived = {q.subject for q in graph.store.quads_for_pattern(None, NamedNode(ascn + "archiveUrl"), None)}
    places = {
        q.subject.value for c in archived for q in graph.store.quads_for_pattern(None, NamedNode(ascn + "citation"), c)
    }
    facts = {
        q.subject.value
        for place in places
        for q in graph.store.quads_for_pattern(
            None, NamedNode("http://www.w3.org/ns/prov#wasDerivedFrom"), NamedNode(place)
        )
    }
    assert facts
    for fact in sorted(facts):
        text = (site / f"{FIND.required(fact).path}.html").read_text(encoding="utf-8")
        assert "archived copy" in text, fact
        assert "https://web.archive.org/" in text, fact


def test_people_are_listed_by_member_state_with_what_is_not_known(graph, site, pages):
    """The page of people has an anchor a member state and every holder, and says what is not recorded."""
    page, text = pages["people.html"], (site / "people.html").read_text(encoding="utf-8")
    for row in graph.query("member-states"):
        slug = row.memberState.rpartition("/")[2]
        assert slug in page.ids
        assert f"#{slug}" in page.links
    for row in graph.query("officers"):
        assert f"doc/person/{row.person.rpartition('/')[2]}.html" in page.links
    vacant = text.split('id="not-recorded"')[1].split("</section>")[0]
    for row in graph.query("posts-without-holder"):
        assert row.post.rpartition("/")[2] in vacant
    assert "no source here says so" in text
    assert "about.html#corrections" in page.links
    assert "CONTRIBUTING" in (site / "about.html").read_text(encoding="utf-8")


def test_what_the_description_names_has_an_anchor(pages, site):
    """Each distribution, checksum and partition that the description names is an anchor on the page about the data."""
    triples = [quad.triple for quad in parse(path=str(site / "dataset.ttl"), format=RdfFormat.TURTLE)]
    named = {t.subject.value.partition("#")[2] for t in triples if t.subject.value.startswith(f"{IRIS}dataset#")}
    assert len(named) > 100
    assert named <= set(pages["dataset.html"].ids)


def test_the_description_counts_what_is_there(graph, site):
    """VoID and DCAT state the triples, sizes and hashes of the files as they are."""
    triples = [quad.triple for quad in parse(path=str(site / "dataset.ttl"), format=RdfFormat.TURTLE)]
    about = NamedNode(IRIS + "dataset")

    def one(subject, predicate):
        return [t.object for t in triples if t.subject == subject and t.predicate.value == predicate]

    union = {quad.triple for quad in parse(path=str(site / "dumps/ascn.ttl"), format=RdfFormat.TURTLE)}
    assert [int(t.value) for t in one(about, VOID + "triples")] == [len(union)]
    assert len({t.subject for t in union}) == int(one(about, VOID + "distinctSubjects")[0].value)
    assert len({t.object for t in union}) == int(one(about, VOID + "distinctObjects")[0].value)
    distributions = one(about, DCAT + "distribution")
    assert len(distributions) >= 5
    for node in distributions:
        (url,), (size,) = one(node, DCAT + "downloadURL"), one(node, DCAT + "byteSize")
        content = (site / url.value.removeprefix(BASE)).read_bytes()
        (checksum,) = one(node, "http://spdx.org/rdf/terms#checksum")
        (stated,) = one(checksum, "http://spdx.org/rdf/terms#checksumValue")
        assert (int(size.value), stated.value) == (len(content), hashlib.sha256(content).hexdigest())
    assert (site / ".well-known/void").read_bytes() == (site / "dataset.ttl").read_bytes()


def test_the_dumps_hold_the_graph(graph, site):
    """N-Quads and TriG hold every quad; the hash of the N-Quads is the hash of the graph; the rest holds the union."""
    content = (site / "dumps/ascn.nq").read_bytes()
    assert hashlib.sha256(content).hexdigest() == dataset.graph_hash(graph.store)
    assert content.splitlines() == sorted(content.splitlines())
    assert len(content.splitlines()) == len(set(parse(path=str(site / "dumps/ascn.trig"), format=RdfFormat.TRIG)))
    cities = json.loads((site / "dumps/ascn.geojson").read_text(encoding="utf-8"))
    assert {feature["properties"]["name"] for feature in cities["features"]} >= {"Hanoi", "Davao City"}
    for query in ("cities", "officers"):
        with (site / f"dumps/csv/{query}.csv").open(encoding="utf-8", newline="") as file:
            assert len(list(csv.DictReader(file))) == len(graph.query(query))


def test_the_site_map_lists_every_page(site, pages):
    """The site map names every page under the base URL, and no other."""
    urls = {one.text for one in ElementTree.parse(site / "sitemap.xml").getroot().iter() if one.tag.endswith("loc")}
    hidden = {name for name in pages if '<meta name="robots" content="noindex">' in (site / name).read_text("utf-8")}
    assert "404.html" in hidden
    assert "doc/person/chaiwat-thongkamkoon.html" in hidden
    assert urls == {BASE + name for name in pages if name not in hidden}
    days = {one.text for one in ElementTree.parse(site / "sitemap.xml").getroot().iter() if one.tag.endswith("lastmod")}
    assert len(days) == 1
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", days.pop())


def hashes(place: Path) -> dict[str, str]:
    """Return the hash of each file of a folder."""
    return {
        str(path.relative_to(place)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(place.rglob("*"))
        if path.is_file()
    }


def test_bytes_do_not_depend_on_seed_zone_language_or_folder(site, tmp_path):
    """Built as README says under another hash seed, zone, locale and folder, each file is as here, and written once."""
    place = tmp_path / "ß folder" / "two"
    place.parent.mkdir()
    other = {"PYTHONHASHSEED": "77", "TZ": "Asia/Jakarta", "LANG": "tr_TR.UTF-8", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        [sys.executable, "-c", "from ascn_graph.cli import main; main()", "publish", place.name, "--base-url", BASE],
        cwd=place.parent,
        env={**os.environ, "PYTHONPATH": str(ROOT), **other},
        capture_output=True,
        text=True,
        check=True,
    )
    built = hashes(place)
    assert built == hashes(site)
    assert done.stderr == f"two: {len(built)} files, to lie at {BASE}\n"


def test_documents_are_right_for_iris_that_read_like_short_ones():
    """An IRI whose scheme is one of our prefixes is not expanded by the reader of the JSON-LD."""
    about = "person:someone"
    graph = FactIndex(ascn_graph.load().store, PROFILE)
    graph.facts = {
        about: [Fact("schema:name", Literal("x"), ()), Fact(f"{IRIS}ontology#post", NamedNode("post:a"), ())]
    }
    documents = Documents(Views(graph, SiteSettings(PROFILE)))
    description = documents.describe(about)
    assert len(set(triples(description))) == 2
    for suffix, form in FORMS.items():
        read = {quad.triple for quad in parse(documents.forms(description)[suffix[1:]], format=form)}
        assert read == set(triples(description)), suffix


def test_no_page_names_a_source_twice(site):
    """Among the notes of a page no two are alike: one place in one source has one number."""
    twice = []
    for path in sorted(site.rglob("*.html")):
        notes = re.findall(r'<li id="says-\d+">(.*)</li>', path.read_text(encoding="utf-8"))
        if len(set(notes)) != len(notes):
            twice.append(str(path.relative_to(site)))
    assert twice == []


def test_every_source_on_a_page_is_pointed_at_and_every_pointer_leads_to_one(pages):
    """Each entry under "Who says so" is named beside a value, and each name beside a value leads to an entry."""
    seen = 0
    for name, page in pages.items():
        entries = {one for one in page.ids if re.fullmatch(r"says-\d+", one)}
        pointers = {link[1:] for link in page.links if link.startswith("#says-")}
        assert entries == pointers, name
        seen += len(entries)
    assert seen > 2000


def test_the_page_of_a_person_has_no_evidence_of_another_holder(graph, pages):
    """A place in a source on the page of a person is one that something stated of that person is derived from."""
    derived, member = "http://www.w3.org/ns/prov#wasDerivedFrom", "http://www.w3.org/ns/org#member"
    found: dict[str, set[str]] = {}
    links: dict[str, set[str]] = {}
    for quad in graph.store:
        if quad.predicate.value == derived:
            found.setdefault(quad.subject.value, set()).add(quad.object.value)
        elif isinstance(quad.object, NamedNode):
            links.setdefault(quad.subject.value, set()).add(quad.object.value)
    tenures: dict[str, set[str]] = {}
    for quad in graph.store.quads_for_pattern(None, NamedNode(member), None):
        if PROFILE.kind_of(quad.object.value) == "person":
            tenures.setdefault(quad.object.value, set()).add(quad.subject.value)
    assert len(tenures) > 80
    for person, own in tenures.items():
        about = {one for one, targets in links.items() if person in targets} | {person, *own}
        nodes = about | {target for tenure in own for target in links[tenure] if "/designation/" in target}
        allowed = {place for node in nodes for place in found.get(node, ())}
        page = FIND.required(person).page
        shown = {link.split("/")[-1] for link in pages[page].links if re.search(r"/source/[^/]*\.html#", link)}
        assert shown <= {place.split("/source/")[-1].replace("#", ".html#") for place in allowed}, person


def test_what_links_to_a_thing_is_listed_once_in_words(site):
    """A statement inferred from what it is about is listed as a statement alone; each heading is in plain words."""
    page = (site / "doc/agreement/amata-yokohama-2018.html").read_text(encoding="utf-8")
    here = page.partition('id="links-here"')[2]
    assert here.count("/statement/amata-yokohama-2018-signed-at.html") == 1
    heads = {
        head
        for path in site.glob("doc/**/*.html")
        for head in re.findall(r"<summary>(.*) \(\d+\)</summary>", path.read_text(encoding="utf-8"))
    }
    assert len(heads) > 20
    assert [head for head in heads if ":" in head or head.startswith("Is “")] == []
