"""Tests of the profile of a graph project: what it says, and the line of every slip."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from conftest import ROOT

import ascn_graph as ascn
from ascn_graph import dataset, profile
from ascn_graph.cli import main
from ascn_graph.errors import InputError
from ascn_graph.namespaces import STANDARD, is_safe_iri
from ascn_graph.profile import toml
from ascn_graph.profile.loader import SCHEMA

MUSEUM = ROOT / "tests" / "graphs" / "museum"
STARTER = ROOT / "ascn_graph" / "cli" / "starter"


@pytest.fixture
def project(tmp_path) -> Path:
    """Return a copy of the museum that may be broken."""
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
        ('plural = "rooms"', 'plural = "rooms"\npath = "maker"', 34, "the kinds 'maker' and 'room' have the same path"),
        ('plural = "rooms"', 'plural = "rooms"\npath = "a/b"', 34, "'a/b' is not a segment"),
        ('plural = "rooms"', "plural = true", 33, "'plural' must be a string"),
        ("quiet = true", 'quiet = "yes"', 49, "'quiet' must be true or false"),
        ('queries = ["queries"]', 'queries = ["nowhere"]', 8, "nowhere does not exist; correct 'queries' or create it"),
        (
            'files = ["ontology/museum.ttl"]',
            'files = ["ontology/no.ttl"]',
            13,
            "ontology/no.ttl does not exist; correct 'files' or create it",
        ),
        ("[kinds.room]", "[kind.room]", 31, "a profile has no table [kind]: did you mean kinds?"),
        ("[kinds.room]", "[kinds.Room]", 31, "must be lower-case words"),
        ('name = "Harbour Museum"', 'name = "Harbour Museum', 3, "not TOML"),
        ('name = "Harbour Museum"', 'name = "A"\nname = "B"', 4, "'name' is set twice"),
        ('name = "Harbour Museum"', '\ufeffname = "A"', 3, "not TOML"),
        ('prefix = "hm"', 'prefix = "hm"\n\n[prefixes]\nx = 1', 14, "'x' must be a string"),
        ("[kinds.work]", '[evidence]\nfacts = "hm:Fact"\n\n[kinds.work]', 19, "no key 'facts'"),
        ('class = "hm:Room"', 'class = "hm:Room"\nlabel = "skos:prefLabel"\nlabel = "x"', 34, "'label' is set twice"),
        ("[kinds.room]", "[kinds.maker]", 31, "'kinds.maker' is set twice"),
        ("[kinds.room]", "[[kinds.room]]", 31, "write it as [kinds.room]"),
        ('prefix = "by"', 'prefix = "a b"', 27, "'a b' is not a prefix"),
        ('prefix = "by"', 'prefix = "rdf"', 27, "the prefix 'rdf' already stands for http://www.w3.org/1999"),
        ('prefix = "by"', 'prefix = "stated"', 46, "'stated' already stands for https://museum.example/id/maker/"),
        ("[kinds.room]", "[kinds.org]", 31, "the prefix 'org' already stands for http://www.w3.org/ns/org#"),
        ('prefix = "hm"', 'prefix = "mh"', 11, "ontology/museum.ttl has the prefix 'hm', not 'mh'"),
        ('prefix = "hm"', 'prefix = "hm:"', 11, "'hm:' is not a prefix"),
        ('prefix = "hm"', 'prefix = "xsd"', 11, "the prefix 'xsd' already stands for"),
        (
            "[kinds.work]",
            '[extract]\nfield = "x.csv"\n\n[kinds.work]',
            19,
            "[extract] has no key 'field': did you mean",
        ),
        ("[kinds.work]", '[extract]\nfields = "x.csv"\n\n[kinds.work]', 19, "x.csv does not exist; correct 'fields'"),
        ("[kinds.work]", '[extract]\nslugs = ["rom"]\n\n[kinds.work]', 19, "no kind 'rom': did you mean room?"),
        ("[kinds.work]", "[ontolgy]\n\n[kinds.work]", 18, "no table [ontolgy]: did you mean ontology?"),
        ("[kinds.work]", '[site]\ncontct = "x"\n\n[kinds.work]', 19, "[site] has no key 'contct'"),
        ("[kinds.work]", '[site.colums]\nwork = ["x"]\n\n[kinds.work]', 18, "no key 'colums': did you mean columns?"),
        ("[kinds.work]", '[site.columns]\nwrk = ["x"]\n\n[kinds.work]', 19, "no kind 'wrk': did you mean work?"),
        ("[kinds.work]", '[site]\nmenu = "x"\n\n[kinds.work]', 19, "write it as [site.menu]"),
        ('queries = ["queries"]', 'queries = ["queries/works.rq"]', 8, "queries/works.rq is not a folder"),
        ('queries = ["queries"]', 'queries = ["queries"]\ndata = "graph.toml"', 9, "graph.toml is not a folder"),
        (
            '"ontology/context.jsonld"',
            '"ontology/museum.ttl"',
            16,
            "is not a .jsonld file or a .json file",
        ),
        ('shapes = ["ontology/shapes.ttl"]', 'shapes = ["graph.toml"]', 14, "is not a folder or a .ttl file"),
        (
            "[kinds.work]",
            '[whole]\nsource = "guide"\n\n[kinds.work]',
            19,
            "'guide': did you mean guide-1998?",
        ),
        ("[kinds.work]", '[evidence]\npage = "foo bar"\n\n[kinds.work]', 19, "'foo bar' is neither an IRI nor a name"),
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
    ("raw", "says"),
    [
        (b"\n", "1:1: the file is empty"),
        (b"\xef\xbb\xbf[site]\n", "1:1: the file begins with a byte order mark"),
        (b'# one\nname = "\xc3\xa9\xff"\n', "2:10: is not UTF-8"),
    ],
)
def test_a_profile_that_is_empty_or_no_plain_text_is_refused(project, raw, says):
    """An empty file says nothing about a graph, TOML has no byte order mark, and a stray byte is told at its place."""
    (project / profile.FILE).write_bytes(raw)
    with pytest.raises(InputError, match=rf"graph\.toml:{says}"):
        ascn.load(project)


def test_every_key_is_explained():
    """Each key that a profile may have is named by the page that explains them all, those of the site by its own."""
    own, site = ((ROOT / "docs" / name).read_text("utf-8") for name in ("your-own-graph.md", "publishing.md"))

    def keys(known: Mapping[str, Any]) -> set[str]:
        tables = [inner for inner in known.values() if isinstance(inner, Mapping)]
        return {key for key in known if key != "*"}.union(*map(keys, tables))

    tables = {key for key, inner in SCHEMA.items() if isinstance(inner, Mapping)}
    wanted = keys({key: inner for key, inner in SCHEMA.items() if key != "site"}) - tables
    assert len(wanted) > 30
    assert [key for key in sorted(wanted) if f"`{key}`" not in own] == []
    assert [key for key in sorted(tables) if f"[{key}" not in own] == []
    assert [key for key in sorted(keys(SCHEMA["site"])) if f"`{key}`" not in site] == []


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
        assert "1 triple in mine" in said.out or words != ["info"]
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
