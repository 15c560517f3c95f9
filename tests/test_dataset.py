"""Tests of the files: which belongs to which graph, which are refused where, and what is loaded."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from conftest import ROOT
from ours import graph_iri
from pyoxigraph import DefaultGraph, NamedNode

import ascn_graph as ascn
from ascn_graph import dataset
from ascn_graph.errors import InputError, UsageError
from ascn_graph.profile import MATERIALISED, packaged
from ascn_graph.validation import inputs

_GOOD = '<http://e/s> <http://e/p> "x" .\n'


def turtle_file(path: Path, graph: str) -> dataset.GraphFile:
    """Name a file of a graph."""
    return dataset.GraphFile(path, graph, graph_iri(graph))


def write(folder: Path, name: str, content: str | bytes = _GOOD) -> Path:
    """Write a file below a folder."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_the_folder_says_who_says_so(tmp_path):
    """A folder of `data/` is a named graph, files beside the folders are the catalogue, the ontology is its own."""
    for name in ("data/article/a.ttl", "data/article/deep/b.ttl", "data/other/c.ttl", "data/sources.ttl"):
        write(tmp_path, name)
    files = dataset.find(tmp_path)
    own = {file.path.relative_to(tmp_path).as_posix(): file.graph for file in files if tmp_path in file.path.parents}
    assert own == {
        "data/article/a.ttl": "article",
        "data/article/deep/b.ttl": "article",
        "data/other/c.ttl": "other",
        "data/sources.ttl": "catalogue",
    }
    assert [file.graph for file in files][:2] == ["ontology", "ontology"]
    assert dataset.find(tmp_path / "data") == files


def test_a_checkout_brings_its_own_ontology(tmp_path):
    """The ontology of a checkout goes before the packaged one; shapes and alignments are not loaded."""
    for name in ("ontology/ascn.ttl", "ontology/shapes.ttl", "data/article/a.ttl"):
        write(tmp_path, name)
    listed = {file.path.name: file.graph for file in dataset.find(tmp_path)}
    assert listed == {"ascn.ttl": "ontology", "a.ttl": "article"}


def test_a_single_file_is_the_graph_of_its_folder(tmp_path):
    """One Turtle file is loaded under the name of the folder it lies in."""
    assert dataset.find(write(tmp_path, "article/a.ttl"))[-1].graph == "article"


@pytest.mark.parametrize("name", ["missing", "empty"])
def test_a_place_without_turtle_is_refused(tmp_path, name):
    """A place that does not exist or holds no Turtle is named."""
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=rf"{name}:1:1: .*\.ttl"):
        dataset.find(tmp_path / name)


@pytest.mark.parametrize("seek", [dataset.find, lambda place: inputs.find([place])], ids=["query", "validate"])
def test_nothing_below_a_folder_is_passed_over(tmp_path, monkeypatch, seek):
    """A folder that may not be listed, a pipe and a link that leads nowhere are told, not left out or waited for."""
    write(tmp_path, "article/a.ttl")
    odd = tmp_path / "article" / "b.ttl"
    for make in (os.mkfifo, lambda path: path.symlink_to("none.ttl")):
        make(odd)
        with pytest.raises(InputError, match=r"b\.ttl:1:1: is not a file"):
            seek(tmp_path)
        odd.unlink()
    listed = os.scandir

    def forbidden(place):
        if Path(place).name == "article":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), place)
        return listed(place)

    monkeypatch.setattr(os, "scandir", forbidden)
    with pytest.raises(InputError, match="article:1:1: cannot be read: Permission denied"):
        seek(tmp_path)


@pytest.mark.parametrize(
    ("content", "place", "says"),
    [
        (b"", "1:1", "empty"),
        (b" \n\n", "1:1", "empty"),
        (b"\xef\xbb\xbf" + _GOOD.encode(), "1:1", "byte order mark"),
        (_GOOD.encode() + b'<http://e/s> <http://e/p> "\xe9" .\n', "2:28", "not UTF-8"),
        (_GOOD.replace("\n", "\r\n").encode(), "1:32", "carriage return"),
        (_GOOD.encode() + b"<<<<<<< HEAD\n" + _GOOD.encode(), "2:1", "conflict"),
        (_GOOD.rstrip().encode(), "1:32", "does not end with a newline"),
        (_GOOD.encode() + b'<http://e/s> <http://e/p> "\0" .\n', "2:28", "NUL"),
        (_GOOD.encode() + b"<http://e/s> <http://e/p>\n", "3:1", "not Turtle"),
        (b"<http://e/a b> <http://e/p> 1 .\n", "1:", "not Turtle"),
        (b'<http://e/s> <http://e/p> "2018-02-31"^^<http://e/d>\n', "2:1", "not Turtle"),
    ],
)
def test_a_broken_file_is_refused_at_its_place(tmp_path, content, place, says):
    """A file that may not be so is refused at line and column, in one line."""
    path = write(tmp_path, "article/a.ttl", content)
    with pytest.raises(InputError) as caught:
        dataset.load([turtle_file(path, "article")])
    assert str(caught.value).startswith(f"{path}:{place}")
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_default_graph_is_the_union_without_repeats(tmp_path):
    """A triple that two files state is once in the default graph and once in each named graph."""
    files = [turtle_file(write(tmp_path, f"{name}/a.ttl"), name) for name in ("one", "two")]
    store = dataset.load(files)
    assert dataset.graph_names(store, packaged()) == ["one", "two"]
    for graph in (DefaultGraph(), NamedNode(graph_iri("one")), NamedNode(graph_iri("two"))):
        assert len(list(store.quads_for_pattern(None, None, None, graph))) == 1
    assert len(dataset.load(files, named=False)) == 1


def test_narrowing_keeps_what_explains_a_source():
    """A source comes with the ontology and the catalogue; one that is not there is named with those that are."""
    narrowed = ascn.load(ROOT, source=["article"])
    assert dataset.graph_names(narrowed.store, packaged()) == ["article", "catalogue", "ontology"]
    with pytest.raises(
        UsageError, match=r"'nobody'; the nearest are [\w-]+, [\w-]+, [\w-]+\. `ascn info` lists all \d+\."
    ):
        ascn.load(ROOT, source=["nobody"])


def rule(folder: Path, text: str) -> dataset.GraphFile:
    """Write a rule."""
    return turtle_file(write(folder, "rules/a.rq", text), MATERIALISED)


def test_a_rule_adds_what_nothing_states_yet(tmp_path):
    """What a rule constructs stands in a graph of its own and in the union, wherever the rule is listed."""
    both = "<http://e/a> <http://e/p> <http://e/b>, <http://e/c> .\n"
    stated = turtle_file(write(tmp_path, "one/a.ttl", both), "one")
    second = turtle_file(write(tmp_path, "two/a.ttl", "<http://e/b> <http://e/q> <http://e/a> .\n"), "two")
    inverse = rule(tmp_path, "CONSTRUCT { ?o <http://e/q> ?s } WHERE { ?s <http://e/p> ?o }\n")
    store = dataset.load([inverse, stated, second])
    graph = NamedNode(graph_iri(MATERIALISED))
    assert [quad.subject.value for quad in store.quads_for_pattern(None, None, None, graph)] == ["http://e/c"]
    assert len(list(store.quads_for_pattern(None, None, None, DefaultGraph()))) == 4
    assert len(dataset.load([inverse, stated, second], named=False)) == 4


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("SELECT * WHERE { ?s ?p ?o }\n", "a rule is a CONSTRUCT query"),
        ("CONSTRUCT WHERE { ?s ?p }\n", r"a\.rq:1:25: "),
        ("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o FILTER(<a:b>(?o)) }\n", r"a\.rq:1:1: .*<a:b> is not supported"),
        ("CONSTRUCT { ?s ?p ?o } WHERE { SERVICE <http://e/> { ?s ?p ?o } }\n", "SERVICE cannot be used in a rule"),
    ],
)
def test_a_rule_that_cannot_be_one_is_refused(tmp_path, text, says):
    """What is no CONSTRUCT query, or asks elsewhere, is named with its file."""
    with pytest.raises(InputError, match=says):
        dataset.load([rule(tmp_path, text)])


def test_the_hash_depends_on_the_statements_alone(tmp_path):
    """The hash is that of the statements: not of their order, their blank nodes' labels or the files' layout."""
    one = write(tmp_path, "one/a.ttl", "@prefix e: <http://e/> .\ne:s e:p [ e:q 1 ] .\ne:s e:r 2 .\n")
    two = write(tmp_path, "two/b.ttl", "<http://e/s> <http://e/r> 2 ; <http://e/p> _:x .\n_:x <http://e/q> 1 .\n")
    three = write(tmp_path, "two/c.ttl", "<http://e/s> <http://e/r> 3 .\n")
    first, second, third = (dataset.graph_hash(dataset.load([turtle_file(p, "g")])) for p in (one, two, three))
    assert first == second != third
