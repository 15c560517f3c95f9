"""The packaged graph as one file: equal to the Turtle it came from, and passed over where that has changed."""

from __future__ import annotations

import shutil

import pytest
from conftest import ROOT
from pyoxigraph import CanonicalizationAlgorithm, Dataset, DefaultGraph, Literal, NamedNode

import ascn_graph as ascn
from ascn_graph import compiled, dataset, profile
from ascn_graph.embedded import EmbeddedEngine
from ascn_graph.sparql import catalogue
from ascn_graph.sparql.predicates import predicates_of

HANOI = NamedNode("https://w3id.org/ascn/id/city/hanoi")
LABEL = NamedNode("http://www.w3.org/2000/01/rdf-schema#label")


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Return the compiled form of the graph, which no test changes."""
    path = tmp_path_factory.mktemp("compiled") / "graph.nq"
    compiled.write(dataset.find(ROOT), path)
    return path


@pytest.fixture
def checkout(tmp_path, written):
    """Return a copy of the graph, its files, and a copy of the compiled form of it."""
    for name in ("data", "ontology", "queries"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "graph.toml", tmp_path)
    return tmp_path, dataset.find(tmp_path), shutil.copy(written, tmp_path / "graph.nq")


def statements(store):
    """Return, for the union and for each named graph, its statements with blank nodes under canonical names."""
    found = {}
    for graph in (DefaultGraph(), *store.named_graphs()):
        part = Dataset(quad for quad in store.quads_for_pattern(None, None, None, graph))
        part.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
        found[graph] = set(part)
    return found


@pytest.mark.thorough
@pytest.mark.parametrize("named", [True, False])
def test_both_forms_hold_the_same(checkout, named):
    """The compiled graph has the statements of the Turtle, in the union and in each named graph."""
    _, files, path = checkout
    assert statements(compiled.load(files, named=named, path=path)) == statements(dataset.load(files, named=named))


@pytest.mark.thorough
def test_the_compiled_form_is_what_is_read(checkout):
    """Where nothing has changed the Turtle is not parsed: what only the compiled file says is answered."""
    _, files, path = checkout
    path.write_bytes(path.read_bytes().replace(b'"Hanoi"@en', b'"Xanoi"@en'))
    labels = {
        quad.object for quad in compiled.load(files, named=False, path=path).quads_for_pattern(HANOI, LABEL, None)
    }
    assert labels == {Literal("Xanoi", language="en")}


@pytest.mark.thorough
@pytest.mark.parametrize("cut", [0, 40, 80])
def test_an_edit_or_a_cut_file_is_no_longer_it(checkout, cut):
    """A changed Turtle file is read itself, whatever the compiled file says; so is all Turtle if that file is cut."""
    folder, files, path = checkout
    cities = folder / "data" / "article" / "cities.ttl"
    if cut:
        path.write_bytes(path.read_bytes()[:cut])
    else:
        cities.write_bytes(cities.read_bytes().replace(b'"Hanoi"@en', b'"Xanoi"@en'))
    assert statements(compiled.load(files, named=True, path=path)) == statements(dataset.load(files))


@pytest.mark.thorough
def test_it_is_written_the_same_each_time(checkout):
    """The same Turtle gives the same bytes, sorted within each part."""
    _, files, path = checkout
    first = path.read_bytes()
    compiled.write(files, path)
    assert path.read_bytes() == first
    head, *lines = first.splitlines()
    count = int(head.split()[-1])
    keys = [(line.split(b" ", 2)[1].strip(b"<>"), line) for line in lines[count:]]
    turns = [place for place in range(1, len(keys)) if keys[place] < keys[place - 1]]
    assert len(keys) > 80_000
    assert len(turns) == 1  # sorted by predicate and line within the union, and once more within the graphs


@pytest.mark.thorough
def test_every_named_query_reads_what_is_loaded_for_it():
    """From the predicates that a query names it gives the rows that it gives from the whole graph."""
    files = dataset.find()
    whole = ascn.load()
    for name, query in catalogue.load(profile.packaged()).items():
        text = whole.text_of(name, **query.needs)
        predicates = predicates_of(text)
        part = compiled.load(files, named=query.names_graphs, predicates=predicates)
        assert predicates is None or len(part) < 0.6 * len(whole.store), name
        assert ascn.Graph(EmbeddedEngine(part)).sparql(text).solutions() == whole.query(name, **query.needs).solutions()


@pytest.mark.parametrize(
    "pattern",
    [
        "?s ?p ?o",
        "?s a e:C ; ?p ?o",
        "[ ?p ?o ] e:p 1",
        "FILTER(?x > 1) ?s ?p ?o",
        "OPTIONAL { ?s e:p ?o } ?s ?p ?o",
        "?x e:p 1. ?s ?p ?o",
        "?s !e:p ?o",
        "?s !(e:p|^e:q) ?o",
        "?s !a ?o",
        "?x e:p ?y . { SELECT ?s { ?s ?p ?o } }",
    ],
)
def test_a_query_that_may_read_any_predicate_is_told(pattern):
    """A variable or a negation in the place of a predicate, wherever it stands, means that all may be read."""
    assert predicates_of(f"PREFIX e: <http://e/> SELECT * {{ {pattern} }}") is None


def test_the_predicates_of_a_query_are_known():
    """Prefixed names, IRIs and `a` are predicates; variables elsewhere open none."""
    text = """PREFIX e: <http://e/> SELECT ?a ?b ?c { VALUES (?a ?b) { (1 2) } ?a a ?b ; e:p\\~q/<http://e/r>* ?c, ?d .
              FILTER(!BOUND(?c) && !(?c = ?d)) GRAPH ?g { ?c e:s "x"@en } } GROUP BY ?a ?b ?c ORDER BY STR(?a) ?b ?c"""
    found = predicates_of(text)
    type_ = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
    assert found is not None
    assert {type_, "http://e/p~q", "http://e/r", "http://e/s"} <= found
