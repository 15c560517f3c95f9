"""The packaged graph as one file: equal to the Turtle it came from, and passed over where that has changed."""

from __future__ import annotations

import shutil

import pytest
from conftest import ROOT
from pyoxigraph import CanonicalizationAlgorithm, Dataset, DefaultGraph, Literal, NamedNode

from ascn_graph import compiled, dataset

HANOI = NamedNode("https://w3id.org/ascn/id/city/hanoi")
LABEL = NamedNode("http://www.w3.org/2000/01/rdf-schema#label")


@pytest.fixture
def checkout(tmp_path):
    """Return a copy of the graph, its files, and the compiled form of it."""
    for name in ("data", "ontology", "queries"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "graph.toml", tmp_path)
    files = dataset.find(tmp_path)
    path = tmp_path / "_kg" / "graph.nq"
    compiled.write(files, path)
    return tmp_path, files, path


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
    head, _, body = first.partition(b"\n")
    length = int(head.split()[-1])
    for part in (body[:length], body[length:]):
        lines = part.splitlines()
        assert len(lines) > 10_000
        assert lines == sorted(lines)
