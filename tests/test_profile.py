"""Tests of the profile of a graph project: what it says, and the line of every slip."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path
from urllib.parse import unquote

import pytest
from conftest import ROOT

import ascn_graph as ascn
from ascn_graph import dataset, profile
from ascn_graph.cli import main
from ascn_graph.errors import InputError
from ascn_graph.namespaces import STANDARD, is_safe_iri
from ascn_graph.profile import toml

MUSEUM = ROOT / "tests" / "graphs" / "museum"
STARTER = ROOT / "ascn_graph" / "cli" / "starter"


@pytest.fixture
def project(tmp_path) -> Path:
    """Give a copy of the museum that may be broken."""
    return Path(shutil.copytree(MUSEUM, tmp_path / "museum"))


def edited(project: Path, old: str, new: str) -> Path:
    """Replace a text of the profile that is there once."""
    file = project / profile.FILE
    text = file.read_text("utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), "utf-8")
    return project


@pytest.mark.parametrize("folder", [ROOT, MUSEUM, STARTER], ids=["ours", "museum", "starter"])
def test_our_own_reading_of_toml_is_that_of_the_library(folder):
    """A plain profile read without the library has the same values."""
    file = folder / profile.FILE
    assert toml.read(file).tables == tomllib.loads(file.read_text("utf-8"))


def test_a_profile_in_any_style_of_toml_is_read_alike(project):
    """Inline tables, dotted keys and lists over several lines mean the same as plain lines."""
    plain = profile.read(project)
    file = project / profile.FILE
    text = file.read_text("utf-8")
    text = text.replace('queries = ["queries"]', "queries = [\n  'queries',\n]")
    text = text.replace(
        '[kinds.room]\nclass = "hm:Room"\nplural = "rooms"', "[kinds]\nroom.class = 'hm:Room'\nroom.plural = 'rooms'"
    )
    start = text.index("[kinds]")
    tail = text[text.index("title", start) : text.index("[kinds.source]")]
    text = text.replace(tail, "".join(f"room.{line}\n" if line else "\n" for line in tail.split("\n")[:-1]))
    file.write_text(text, "utf-8")
    read = profile.read(project)
    assert read.kinds == plain.kinds
    assert read.queries == plain.queries


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ('name = "Harbour Museum"', 'nmae = "Harbour Museum"', 3, "no key 'nmae'"),
        ('name = "Harbour Museum"\n', "", 1, "lacks 'name'"),
        ('base = "https://museum.example/"', 'base = "museum"', 6, "'museum' is not an absolute IRI"),
        ('base = "https://museum.example/"', 'base = "https://museum.example"', 6, "ends in / or #"),
        ('class = "hm:Room"\n', "", 31, "the kind 'room' has no class"),
        ('class = "hm:Room"', 'class = "hx:Room"', 32, "'hx:Room' is neither an IRI nor a name"),
        ('plural = "rooms"', 'plural = "rooms"\npath = "maker"', 34, "the kinds 'maker' and 'room' have one path"),
        ('plural = "rooms"', 'plural = "rooms"\npath = "a/b"', 34, "'a/b' is not a segment"),
        ('plural = "rooms"', "plural = true", 33, "'plural' must be text"),
        ("quiet = true", 'quiet = "yes"', 49, "'quiet' must be true or false"),
        ('queries = ["queries"]', 'queries = ["nowhere"]', 8, "there is no nowhere beside graph.toml"),
        ('files = ["ontology/museum.ttl"]', 'files = ["ontology/no.ttl"]', 13, "there is no ontology/no.ttl"),
        ("[kinds.room]", "[kind.room]", 31, "a profile has no table [kind.room]: did you mean kinds?"),
        ("[kinds.room]", "[kinds.Room]", 31, "must be lower-case words"),
        ('name = "Harbour Museum"', 'name = "Harbour Museum', 3, "not TOML"),
        ('name = "Harbour Museum"', 'name = "A"\nname = "B"', 4, "not TOML"),
        ('name = "Harbour Museum"', '\ufeffname = "A"', 3, "not TOML"),
        ('prefix = "hm"', 'prefix = "hm"\n\n[prefixes]\nx = 1', 14, "namespace as a text"),
        ("[kinds.work]", '[evidence]\nfacts = "hm:Fact"\n\n[kinds.work]', 19, "no key 'facts'"),
        ("[kinds.work]", '[evidence]\nfact = "hx:Fact"\n\n[kinds.work]', 19, "neither an IRI nor a name"),
    ],
)
def test_a_slip_is_told_at_its_line(project, capsys, old, new, line, says):  # noqa: PLR0913, PLR0917 - a row of the table
    """A profile with a slip ends every command with exit 3 and one sentence at the line of it."""
    edited(project, old, new)
    with pytest.raises(InputError) as caught:
        profile.read(project)
    assert str(caught.value).startswith(f"{project / profile.FILE}:{line}:")
    assert says in str(caught.value)
    assert main(["query", "works", "--data", str(project)]) == 3
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize(
    ("text", "says"), [("\n", "the file is empty"), ("\ufeff[site]\n", "the file begins with a byte order mark")]
)
def test_a_profile_that_is_empty_or_begins_with_a_mark_is_refused(project, text, says):
    """An empty file says nothing about a graph, and TOML has no byte order mark."""
    (project / profile.FILE).write_text(text, "utf-8")
    with pytest.raises(InputError, match=rf"graph\.toml:1:1: {says}"):
        ascn.load(project)


def test_the_prefixes_of_the_files_are_read_and_written():
    """Every prefix that our Turtle declares is known to the tools with the same namespace, and is the one written."""
    ours = profile.packaged()
    for file in sorted([*ROOT.glob("data/**/*.ttl"), *ROOT.glob("ontology/*.ttl")]):
        for line in file.read_text("utf-8").splitlines():
            if line.startswith("@prefix "):
                prefix, iri = line.removeprefix("@prefix ").rstrip(" .").split(":", 1)
                assert ours.prefixes.get(prefix) == iri.strip().strip("<>"), f"{file}: {prefix}"
    assert ours.compact(ours.thing_iri("statement", "x")) == "stated:x"
    assert ours.expand("stated:x") == ours.expand("statement:x") == ours.thing_iri("statement", "x")


def test_the_nearest_profile_upward_is_meant():
    """A folder or a file of a project is read with its profile; the graph is named after the folder below its data."""
    files = dataset.find(MUSEUM / "data" / "guide-1998" / "works.ttl")
    assert [file.iri for file in files] == [
        "https://museum.example/graph/ontology",
        "https://museum.example/graph/guide-1998",
    ]
    assert ascn.load(MUSEUM / "data").profile.name == "Harbour Museum"


def test_the_usual_vocabularies_need_no_line():
    """A profile without prefixes knows the usual vocabularies and its own kinds."""
    museum = profile.read(MUSEUM)
    assert museum.expand("skos:prefLabel") == STANDARD["skos"] + "prefLabel"
    assert (
        museum.expand("by:ada-quill") == museum.expand("maker:ada-quill") == "https://museum.example/id/maker/ada-quill"
    )


def test_a_place_without_a_profile_is_read_and_told_what_one_adds(tmp_path, capsys):
    """Its folders are its graphs; what the packaged graph lends it is said on standard error, and not of a project."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "a.ttl").write_text("<http://e/a> a <http://e/B> .\n", "utf-8")
    for words in (["info"], ["query"], ["query", "cities"], ["export"]):
        assert main([*words, "--data", str(tmp_path)]) == 0
        said = capsys.readouterr()
        assert f"note: {tmp_path} has no graph.toml, so its folders are its graphs" in said.err
        assert "1 triples in mine" in said.out or words != ["info"]
        assert main([words[0], "--data", str(MUSEUM)]) == 0
        assert capsys.readouterr().err == ""


@pytest.mark.parametrize("folder", ["My Documents", "a%b", "50%25", "a#b", "one <two>", "données"])
def test_a_folder_of_any_name_is_a_graph(tmp_path, capsys, folder):
    """What an IRI cannot hold is percent-encoded once, and the source is known by the folder's own name."""
    place = tmp_path / folder
    place.mkdir()
    (place / "a.ttl").write_text("<http://e/a> a <http://e/B> .\n", "utf-8")
    graph = profile.packaged().graph_iri(folder)
    assert is_safe_iri(graph)
    assert unquote(graph.removeprefix(profile.packaged().graphs)) == unquote(folder)
    for given in (tmp_path, place / "a.ttl"):
        found = ascn.load(given, source=folder).sparql("SELECT ?g { GRAPH ?g { <http://e/a> ?p ?o } }")
        assert [str(row[0]) for row in found] == [graph]
        for words in (["info"], ["export", "--format", "nquads"]):
            assert main([*words, "--data", str(given)]) == 0
            assert graph.removeprefix(profile.packaged().graphs) in capsys.readouterr().out
