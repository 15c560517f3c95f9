"""Rules that hold over the whole graph, each a query that must give no row, and a few that SPARQL cannot say."""

from __future__ import annotations

import csv
import re
import shutil
from collections import defaultdict

import pytest
from check_queries import QUERIES, ask, name
from conftest import ROOT
from ours import BASE, ONTOLOGY, PREFIXES, compact
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, parse

from ascn_graph import dataset
from ascn_graph.namespaces import STANDARD
from ascn_graph.profile import MATERIALISED
from ascn_graph.validation import validate

SLIPS = ROOT / "tests" / "checks" / "broken.trig"
#: Vocabularies that RDF itself is made of need no declaration.
GROUND = tuple(PREFIXES[prefix] for prefix in ("owl", "rdf", "rdfs", "xsd"))


@pytest.fixture(scope="module")
def store() -> Store:
    """Load the files of this checkout, without what follows by rule: the union, and each named graph."""
    return dataset.load([file for file in dataset.find(ROOT) if file.graph != MATERIALISED])


@pytest.mark.sample(20)
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


def test_a_rule_is_written_for_people():
    """A rule begins with its sentence, gives a node and a sentence with the fix, and uses the prefixes it declares."""
    for path in QUERIES:
        text = path.read_text(encoding="utf-8")
        assert re.match(r"#\+ summary: [A-Z].*\.\n\n(PREFIX|SELECT) ", text), path
        assert re.search(r"SELECT (DISTINCT )?\?this ", text), path
        assert " AS ?error)" in text, path
        assert all(len(line) <= 140 for line in text.splitlines()), path
        body = re.sub(r'"[^"]*"|<[^>]*>', "", text.partition("\n\n")[2])
        for prefix in re.findall(r"PREFIX (\w+):", text):
            assert len(re.findall(rf"(?<!\w){prefix}:", body)) > 1, f"{path}: {prefix}: is not used"


@pytest.mark.thorough
def test_plain_validation_runs_them_all(tmp_path):
    """`ascn validate` runs the checks of the ontology on the whole data, and says that it leaves them out on a part."""
    for folder in ("data", "ontology", "queries"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    shutil.copy(ROOT / "graph.toml", tmp_path)
    (tmp_path / "ontology" / "checks" / "every-city.rq").write_text(
        "PREFIX ascn: <https://w3id.org/ascn/ontology#>\n"
        'SELECT ?this ("A city." AS ?error) WHERE { GRAPH ?g { ?this a ascn:PilotCity } }\n',
        encoding="utf-8",
    )
    found = [result for result in validate([tmp_path / "data"]).results if result.component == "every-city"]
    assert len(found) == 26
    assert all(result.kind == "check" and result.location.file.endswith(".ttl") for result in found)
    part = validate([tmp_path / "data" / "article" / "officers.ttl"])
    assert [note.text for note in part.notes if "checks" in note.text]
    assert not [result for result in part.results if result.kind == "check"]


@pytest.mark.sample(1)
@pytest.mark.parametrize(
    ("file", "old", "new", "rule"),
    [
        ("article/officers.ttl", "person:budi-santoso\n", "person:budi-santosa\n", "slug"),
        ("article/claims.ttl", " 200000 ;", " 0200000 ;", "number-form"),
        ("contact-list-2026/officers.ttl", "Sok Lou", "Sok Lou\u0301", "text-form"),
    ],
)
def test_a_slip_of_writing_is_told_at_its_line(tmp_path, file, old, new, rule):
    """An IRI that is not the slug of its label, a number in another form and a text not in normal form C are found."""
    for folder in ("data", "ontology", "queries"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    shutil.copy(ROOT / "graph.toml", tmp_path)
    path = tmp_path / "data" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert rule in {result.component for result in validate([path]).results}


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
    spaces = tuple(space for prefix, space in STANDARD.items() if prefix != "sh")
    used = set()
    turtle = [file.path for file in dataset.find(ROOT) if file.path.suffix == ".ttl"]
    for path in [*turtle, ROOT / "ontology" / "alignments.ttl"]:
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
        if isinstance(quad.subject, NamedNode) and not quad.subject.value.startswith(BASE)
    }
    assert used | declared == set(listed)
    assert list(listed) == sorted(listed)
    origins = defaultdict(set)
    for term, origin in listed.items():
        origins[term.partition(":")[0]].add(origin)
    assert all(len(found) == 1 and re.match(r"https?://", next(iter(found))) for found in origins.values())
