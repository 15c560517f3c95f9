"""Rules that hold over the whole graph, each a query that must give no row, and a few that SPARQL cannot say."""

from __future__ import annotations

import csv
import re
from collections import defaultdict

import pytest
from conftest import ROOT
from hygiene_rules import FOLDER, QUERIES, ask, name, slugs, spelling
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, parse

from ascn_graph import dataset
from ascn_graph.namespaces import ONTOLOGY, PREFIXES, THING, compact
from ascn_graph.validation import rules

SLIPS = FOLDER / "broken.trig"
#: Vocabularies that RDF itself is made of need no declaration.
GROUND = tuple(PREFIXES[prefix] for prefix in ("owl", "rdf", "rdfs", "xsd"))


@pytest.fixture(scope="module")
def store() -> Store:
    """Load the data of this checkout: the union as default graph, and each named graph."""
    return dataset.load(dataset.find(ROOT))


@pytest.mark.parametrize("path", QUERIES, ids=name)
def test_a_rule_finds_nothing(path, store):
    """The rule that the file states holds over the graph."""
    assert ask(store, path) == []


@pytest.fixture(scope="module")
def broken() -> Store:
    """Load the slips of `broken.trig` with the ontology, the union of all as default graph."""
    store = dataset.load([file for file in dataset.find(ROOT) if file.graph == "ontology"])
    store.load(path=SLIPS, format=RdfFormat.TRIG)
    store.extend(Quad(quad.subject, quad.predicate, quad.object, DefaultGraph()) for quad in list(store))
    return store


def _expected() -> dict[str, set[str]]:
    """Read the lines `# expect: rule | focus node` of the slips; a blank node is any blank node."""
    text = SLIPS.read_text(encoding="utf-8")
    prefixes = dict(re.findall(r"^@prefix (\S+):\s+<(.*)> \.$", text, re.MULTILINE))
    found = defaultdict(set)
    for rule, focus in re.findall(r"^ *# expect: (\S+) \| (\S+)$", text, re.MULTILINE):
        prefix, _, local = focus.partition(":")
        found[rule].add(focus if focus.startswith(("<", "_:")) else f"<{prefixes[prefix]}{local}>")
    return found


def test_every_rule_finds_its_slip(broken):
    """No rule is idle: each finds the slip that was written for it."""
    expected = _expected()
    assert set(expected) == {name(path) for path in QUERIES}
    for path in QUERIES:
        found = {"_:node" if row.startswith("_:") else row.partition(" ")[0] for row in ask(broken, path)}
        assert expected[name(path)] <= found, name(path)


@pytest.mark.parametrize("path", QUERIES, ids=name)
def test_a_rule_is_written_for_people(path):
    """A rule begins with its sentence, gives a node and a sentence with the fix, and uses the prefixes it declares."""
    text = path.read_text(encoding="utf-8")
    assert re.match(r"#\+ summary: [A-Z].*\.\n\n(PREFIX|SELECT) ", text)
    assert re.search(r"SELECT (DISTINCT )?\?this ", text)
    assert " AS ?error)" in text
    assert all(len(line) <= 140 for line in text.splitlines())
    body = re.sub(r'"[^"]*"|<[^>]*>', "", text.partition("\n\n")[2])
    for prefix in re.findall(r"PREFIX (\w+):", text):
        assert len(re.findall(rf"(?<!\w){prefix}:", body)) > 1, f"{prefix}: is not used"


def test_rules_run_in_the_validator():
    """The rules that need no named graph are rules for `ascn validate` as they stand."""
    assert len(rules.queries(FOLDER)) == len(list(FOLDER.glob("*.rq"))) > 40


def test_an_iri_is_the_slug_of_its_label(store):
    """For the kinds that people type, the IRI ends with the slug of the label."""
    assert list(slugs(store)) == []


def test_numbers_and_texts_are_written_one_way():
    """A number is written 1, not 01, +1 or 1.0, as every store keeps it, and a text in Unicode normal form C."""
    assert list(spelling(ROOT)) == []


def test_no_address_stands_anywhere():
    """No file of the data or the ontology holds an e-mail address, comments included."""
    found = [
        path.name
        for folder in ("data", "ontology")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in (".ttl", ".csv", ".jsonld")
        and re.search(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+\.[A-Za-z]{2,}", path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_external_terms_are_listed():
    """Each term of another vocabulary in use is in the list with its origin, one origin a vocabulary."""
    with (ROOT / "ontology" / "external-terms.csv").open(encoding="utf-8", newline="") as stream:
        listed = {row["term"]: row["origin"] for row in csv.DictReader(stream)}
    spaces = tuple(space for prefix, space in PREFIXES.items() if not space.startswith(THING) and prefix != "sh")
    used = set()
    for path in [*(path for path, _ in dataset.find(ROOT)), ROOT / "ontology" / "alignments.ttl"]:
        for quad in parse(path=path, format=RdfFormat.TURTLE):
            for term in (quad.predicate, quad.object):
                if (
                    isinstance(term, NamedNode)
                    and term.value.startswith(spaces)
                    and term.value not in spaces
                    and not term.value.startswith((*GROUND, ONTOLOGY))
                    and compact(term.value) != term.value
                ):
                    used.add(compact(term.value))
    # What the ontology declares for later use is listed too.
    declared = {
        compact(quad.subject.value)
        for quad in parse(path=ROOT / "ontology" / "ascn.ttl", format=RdfFormat.TURTLE)
        if isinstance(quad.subject, NamedNode) and not quad.subject.value.startswith(ONTOLOGY.rstrip("#"))
    }
    assert used | declared == set(listed)
    assert list(listed) == sorted(listed)
    origins = defaultdict(set)
    for term, origin in listed.items():
        origins[term.partition(":")[0]].add(origin)
    assert all(len(found) == 1 and re.match(r"https?://", next(iter(found))) for found in origins.values())
