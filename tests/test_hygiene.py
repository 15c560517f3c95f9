"""Rules that hold over the whole graph, each a query that must give no row, and a few that SPARQL cannot say."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import defaultdict

import pytest
from conftest import ROOT
from pyoxigraph import Literal, NamedNode, QuerySolutions, RdfFormat, Store, parse

from ascn_graph import dataset
from ascn_graph.namespaces import ONTOLOGY, PREFIXES, THING, compact, kind_of, slug
from ascn_graph.validation import rules

HYGIENE = ROOT / "tests" / "hygiene"
QUERIES = sorted(HYGIENE.rglob("*.rq"))
XSD, RDFS = PREFIXES["xsd"], PREFIXES["rdfs"]
#: The kinds whose IRI is the slug of the label.
SLUGGED = ("network", "city", "member-state", "person", "organisation", "event")
#: How a number is written once and for all: no sign, zero or point that means nothing.
CANONICAL = {
    XSD + "integer": re.compile(r"0|-?[1-9][0-9]*"),
    XSD + "decimal": re.compile(r"0|-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?"),
    XSD + "boolean": re.compile(r"true|false"),
}
#: Vocabularies that RDF itself is made of need no declaration.
GROUND = (PREFIXES["rdf"], RDFS, PREFIXES["owl"], XSD)


@pytest.fixture(scope="module")
def store() -> Store:
    """Load the data of this checkout: the union as default graph, and each named graph."""
    return dataset.load(dataset.find(ROOT))


@pytest.fixture(scope="module")
def texts() -> list[tuple[str, str, Literal]]:
    """List each literal as it is written, with its file and subject: a store makes numbers canonical."""
    return [
        (path.relative_to(ROOT).as_posix(), str(quad.subject), quad.object)
        for path, _ in dataset.find(ROOT)
        for quad in parse(path=path, format=RdfFormat.TURTLE)
        if isinstance(quad.object, Literal)
    ]


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.relative_to(HYGIENE).with_suffix("").as_posix())
def test_a_rule_finds_nothing(path, store):
    """The rule that the file states holds over the graph."""
    solutions = store.query(path.read_text(encoding="utf-8"))
    assert isinstance(solutions, QuerySolutions)
    assert [f"{row['this']} {row['error'].value}" for row in solutions] == []


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
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
    assert len(rules.queries(HYGIENE)) == len(list(HYGIENE.glob("*.rq"))) > 40


def test_an_iri_is_the_slug_of_its_label(store):
    """For the kinds that people type, the IRI ends with the slug of the label."""
    wrong = []
    for quad in store.quads_for_pattern(None, NamedNode(RDFS + "label"), None):
        subject = quad.subject
        if isinstance(subject, NamedNode) and kind_of(subject.value) in SLUGGED and isinstance(quad.object, Literal):
            own = subject.value.removeprefix(THING).partition("/")[2]
            if own != slug(quad.object.value):
                wrong.append(f"{own}: {quad.object.value}")
    assert sorted(set(wrong)) == []


def test_numbers_are_canonical(texts):
    """A number is written in the one form that every store keeps: 1, not 01, +1 or 1.0."""
    wrong = [
        f"{file} {subject} {value}"
        for file, subject, value in texts
        if value.datatype.value in CANONICAL and not CANONICAL[value.datatype.value].fullmatch(value.value)
    ]
    assert wrong == []


def test_texts_are_composed(texts):
    """Every literal is in Unicode normal form C."""
    assert [text for text in texts if not unicodedata.is_normalized("NFC", text[2].value)] == []


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
