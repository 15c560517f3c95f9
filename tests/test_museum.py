"""Tests of every command on a second graph, which shares nothing with ours but the tools."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from conftest import ROOT, need

import ascn_graph as ascn
from ascn_graph import dataset
from ascn_graph.cli import main

MUSEUM = ROOT / "tests" / "graphs" / "museum"
#: Words that only the packaged graph has.
FOREIGN = re.compile(
    r"w3id\.org/ascn|asean|smart cit|memberstate|member.state|officer|article|\bcit(?:y|ies)\b", re.IGNORECASE
)


def run(capsys, *words: str) -> str:
    """Run a command on the museum, and give what it printed."""
    assert main([*words, "--data", str(MUSEUM)]) == 0, capsys.readouterr().err
    printed = capsys.readouterr().out
    assert not FOREIGN.search(printed), FOREIGN.search(printed)
    return printed


def test_its_queries_are_listed_and_answered(capsys):
    """The catalogue is the museum's; a parameter takes a thing of its own kind by any of its names."""
    assert "Who made how many works?" in run(capsys, "query")
    slug = run(capsys, "query", "works", "maker=ada-quill", "--format", "tsv")
    assert slug == run(capsys, "query", "works", "maker=Ada Quill", "--format", "tsv")
    assert slug == run(capsys, "query", "works", "maker=by:ada-quill", "--format", "tsv")
    assert '"Low Tide"@en' in slug
    assert "by:ada-quill" in run(capsys, "query", "makers", "--format", "table")
    assert "takes a maker" not in run(capsys, "query", "works", "--help")
    graph = ascn.load(MUSEUM)
    assert [str(row.year) for row in graph.query("years") if row.name == "The Pilot Boat"] == ["1902", "1904"]
    assert len(ascn.load(MUSEUM, source="guide-1998").query("years")) == 3


def test_the_queries_of_the_packaged_graph_are_not_asked_of_it(capsys):
    """A query of ours is unknown there, and so are the things of our graph."""
    assert main(["query", "officers", "--data", str(MUSEUM)]) == 2
    assert main(["query", "works", "maker=hanoi", "--data", str(MUSEUM)]) == 2
    assert "There is no query 'officers'" in capsys.readouterr().err


def test_info_counts_its_kinds(capsys):
    """The classes counted are those of its profile."""
    printed = run(capsys, "info")
    assert re.search(r"^ +3 Work$", printed, re.MULTILINE)
    assert "guide-1998" in printed


def test_why_names_the_places_of_each_value(capsys):
    """Each source has its own value at its own place, told in the terms of the profile."""
    printed = run(capsys, "why", "The Pilot Boat")
    guide, inventory = printed.split("Inventory of the Harbour Museum")
    assert '"1902"' in guide or "1902" in guide
    assert "page 14" in guide
    assert "1904" not in guide
    assert "1904" in inventory
    assert "record the-pilot-boat" in inventory
    assert "as of 2024-12-31" in inventory


def test_validation_holds_it_to_its_own_shapes(tmp_path, capsys):
    """It conforms; a slip is told with the museum's own message, at its line, with no shape of ours."""
    assert main(["validate", str(MUSEUM)]) == 0
    copy = shutil.copytree(MUSEUM, tmp_path / "museum")
    works = copy / "data" / "guide-1998" / "works.ttl"
    works.write_text(works.read_text("utf-8").replace('hm:year "1890"^^xsd:gYear', 'hm:year "189x"', 1), "utf-8")
    capsys.readouterr()
    assert main(["validate", str(copy)]) == 1
    printed = capsys.readouterr().out
    line = next(n for n, text in enumerate(works.read_text("utf-8").splitlines(), 1) if "189x" in text)
    assert f"works.ttl:{line}:" in printed
    assert "hm:year is a year" in printed
    assert not FOREIGN.search(printed.replace(str(tmp_path), ""))


@pytest.mark.parametrize(
    ("old", "new", "place", "says", "asked"),
    [
        ("  VALUES ?inMaker { UNDEF }\n", "", "5:1", "has no line VALUES ?inMaker { UNDEF }", True),
        ("hm:inRoom ?room .", "hm:inRoom ?room ] .", "19:25", "']' cannot stand here", True),
        ("#+   roomName: the", "#+   romName: the", "11:1", "no column 'romName': did you mean roomName", False),
        ("example: ada-quill", 'example: "room:tower"', "5:1", "The example 'room:tower' is not a maker", False),
        ("{kind: maker, example: ada-quill}", "{type: gYear, example: soon}", "5:1", "'soon' is not", False),
        ("kind: maker", "kind: makr", "5:1", "graph.toml has no kind 'makr'; did you mean maker?", True),
        (", example: ada-quill", "", "5:1", "parameter 'maker' needs an example", True),
    ],
)
def test_a_slip_in_a_query_is_told_at_its_place(tmp_path, capsys, old, new, place, says, asked):  # noqa: PLR0913, PLR0917 - a row
    """Validation of the project tells it, with exit 3, and so does asking, where the query cannot be asked."""
    copy = shutil.copytree(MUSEUM, tmp_path / "museum")
    file = copy / "queries" / "works.rq"
    text = file.read_text("utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), "utf-8")
    assert main(["validate", str(copy)]) == 3
    told = capsys.readouterr().err
    assert f"works.rq:{place}: " in told
    assert says in told
    code = main(["query", "works", "maker=ada-quill", "--data", str(copy)])
    assert (code == 3 and f"works.rq:{place}: " in capsys.readouterr().err) == asked


def test_a_prefix_with_another_namespace_is_a_warning_at_its_line(tmp_path, capsys):
    """Data whose prefix means something else than in the profile conforms, and is told: its names are not found."""
    copy = shutil.copytree(MUSEUM, tmp_path / "museum")
    works = copy / "data" / "guide-1998" / "works.ttl"
    text = works.read_text("utf-8").replace(
        "@prefix room:    <https://museum.example/id/room/>", "@prefix room: <urn:r:>"
    )
    works.write_text(text, "utf-8")
    assert main(["validate", str(copy)]) == 0
    told = "".join(capsys.readouterr())
    line = next(n for n, row in enumerate(text.splitlines(), 1) if "urn:r:" in row)
    assert "warning: the prefix 'room' stands for urn:r: here and for https://museum.example/id/room/" in told
    assert f"works.ttl:{line}:1)" in told
    assert main(["validate", str(copy), "--lint", "other-namespace=error"]) == 3


def test_extracts_need_no_kind_of_sources(tmp_path, capsys):
    """Values are held to the extract of their source by the IRI that a source has where the profile names no kind."""
    copy = shutil.copytree(MUSEUM, tmp_path / "museum")
    text = re.sub(r"\[kinds\.source\].*?\n\n", "", (copy / "graph.toml").read_text("utf-8"), flags=re.DOTALL)
    (copy / "graph.toml").write_text(text, "utf-8")
    (copy / "ontology/fields.csv").write_text(
        "field,class,property,match,argument\nyear,rdf:Statement,rdf:object,text,\n", "utf-8"
    )
    for source in ("guide-1998", "inventory-2024"):
        (copy / f"data/{source}/extract.csv").write_text("record,field,value,reason\npage=12,year,1890,\n", "utf-8")
    assert main(["validate", str(copy)]) == 1
    told = capsys.readouterr().out
    assert "value-not-printed" in told
    assert "has no record" in told


@pytest.mark.parametrize(
    ("places", "code", "says"),
    [
        (("data", "../ours/data"), 2, "belong to different graph projects: validate each alone, or give --shapes."),
        (("ontology/shapes.ttl",), 3, "this is the project's ontology or shapes: give data"),
    ],
)
def test_validation_is_of_the_data_of_one_project(tmp_path, capsys, places, code, says):
    """Data of two projects has no shapes in common, and shapes alone are no data; each is told, not guessed at."""
    copy = shutil.copytree(MUSEUM, tmp_path / "museum")
    shutil.copytree(MUSEUM, tmp_path / "ours")
    assert main(["validate", *(str(copy / place) for place in places)]) == code
    assert says in capsys.readouterr().err


def test_validation_runs_its_own_check(tmp_path, capsys):
    """A year that a statement restates and the work no longer has is told by the museum's check, at the statement."""
    copy = shutil.copytree(MUSEUM, tmp_path / "museum")
    works = copy / "data" / "guide-1998" / "works.ttl"
    text = works.read_text("utf-8").replace('rdf:object "1921"^^xsd:gYear', 'rdf:object "1912"^^xsd:gYear', 1)
    works.write_text(text, "utf-8")
    assert main(["validate", str(copy)]) == 1
    printed = capsys.readouterr().out
    line = next(n for n, row in enumerate(text.splitlines(), 1) if "1912" in row)
    assert f"works.ttl:{line}:" in printed
    assert "The work does not say what this statement restates" in printed


@pytest.mark.thorough
def test_mutation_of_its_shapes_is_noticed(capsys):
    """Its fixtures fire every constraint of its shapes, which they find themselves, and notice every edit of them."""
    folder = MUSEUM / "tests" / "shapes"
    assert main(["mutate", str(folder), "--min-score", "1"]) == 0
    printed = capsys.readouterr().out
    assert "fire coverage 1.00" in printed
    assert not FOREIGN.search(printed)


def test_export_writes_its_prefixes(capsys):
    """TriG and Turtle have its prefixes and no other."""
    assert "@prefix by:" in run(capsys, "export", "--format", "trig")
    assert "@prefix by:" in run(capsys, "export", "--format", "turtle")


def test_a_source_that_nothing_describes_heads_its_values(tmp_path, capsys):
    """`why` names a mistyped source as it is written."""
    copy = shutil.copytree(MUSEUM, tmp_path / "museum")
    works = copy / "data" / "inventory-2024" / "works.ttl"
    text = works.read_text("utf-8").replace("inventory-2024", "inventory-2O24")
    works.write_text(text, "utf-8")
    assert main(["why", "low-tide", "--data", str(copy)]) == 0
    assert "\nsource:inventory-2O24, no date stated\n" in capsys.readouterr().out


def test_push_names_its_graphs(capsys):
    """The graphs that would be uploaded are its own."""
    printed = run(capsys, "push", "http://127.0.0.1:9/store", "--dry-run")
    assert "https://museum.example/graph/guide-1998" in printed


def test_the_same_queries_over_rdflib():
    """Over an rdflib Dataset the rows are the same."""
    graph = ascn.load(MUSEUM)
    over = ascn.over(graph.rdflib(), place=MUSEUM)
    for name in ("works", "makers", "years"):
        assert over.query(name).to_tsv() == graph.query(name).to_tsv()


def test_init_writes_a_project_that_answers(tmp_path, capsys):
    """The starter has the base and name that were asked for, and answers its query."""
    folder = tmp_path / "my project"
    assert main(["init", str(folder), "--name", "Lighthouses", "--base", "https://light.example/"]) == 0
    assert f"ascn validate '{folder}'" in capsys.readouterr().out
    assert main(["query", "things", "--data", str(folder), "--format", "json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)["results"]["bindings"]
    assert row["thing"]["value"] == "https://light.example/id/thing/first"
    assert '"Lighthouses: terms"' in (folder / "ontology" / "terms.ttl").read_text("utf-8")
    assert all("example.org" not in path.read_text("utf-8") for path in Path(folder).rglob("*") if path.is_file())


@pytest.mark.parametrize("base", ["https://x.example/g/", "urn:x:g/"])
def test_init_writes_what_conforms_and_answers(tmp_path, capsys, base):
    """Whatever base is taken, the project conforms, and its thing is found and explained."""
    folder = str(tmp_path / "g")
    assert main(["init", folder, "--base", base]) == 0
    assert main(["validate", folder]) == 0
    capsys.readouterr()
    assert main(["query", "things", "thing=First", "--data", folder]) == 0
    assert f"{base}id/thing/first,First,1967" in capsys.readouterr().out
    assert main(["why", "First", "--data", folder]) == 0
    assert "The first source" in capsys.readouterr().out


def test_the_starter_holds_a_year_to_four_digits(tmp_path, capsys):
    """`"67"^^xsd:gYear` is told at its line."""
    folder = tmp_path / "g"
    assert main(["init", str(folder)]) == 0
    things = folder / "data" / "first-source" / "things.ttl"
    things.write_text(things.read_text("utf-8").replace('"1967"', '"67"'), "utf-8")
    assert main(["validate", str(folder)]) == 1
    assert "things.ttl:16:16: violation: my:founded is a year of four digits" in capsys.readouterr().out


def test_the_file_of_the_profile_means_its_project(capsys):
    """`graph.toml` given as the place is the whole project, for queries and for validation."""
    file = str(MUSEUM / "graph.toml")
    assert main(["query", "works", "--data", file, "--format", "tsv"]) == 0
    assert capsys.readouterr().out == run(capsys, "query", "works", "--format", "tsv")
    assert main(["validate", file]) == 0
    assert [one.graph for one in dataset.find(file)] == [one.graph for one in dataset.find(MUSEUM)]


def test_a_kind_is_called_by_the_property_that_labels_it(tmp_path, capsys):
    """Where another property labels a kind, names, queries, `why` and pages take it as they take rdfs:label."""
    from ascn_graph.publishing.site import SiteFiles

    need("module:jinja2")
    project = Path(shutil.copytree(MUSEUM, tmp_path / "museum"))
    profile = project / "graph.toml"
    text = profile.read_text("utf-8")
    for kind in ("Work", "Source"):
        text = text.replace(f'class = "hm:{kind}"', f'class = "hm:{kind}"\nlabel = "skos:prefLabel"')
    profile.write_text(text, "utf-8")
    label = re.compile(r"(a hm:(?:Work|Source) ;\s+)rdfs:label")
    for file in (project / "data").rglob("*.ttl"):
        text = label.sub(r"\1skos:prefLabel", file.read_text("utf-8"))
        file.write_text(f"@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n{text}", "utf-8")
    graph = ascn.load(project)
    assert graph.resolve("The Pilot Boat", "work") == "https://museum.example/id/work/the-pilot-boat"
    assert main(["why", "The Pilot Boat", "--data", str(project)]) == 0
    assert "Inventory of the Harbour Museum, as of 2024-12-31" in capsys.readouterr().out
    page = dict(SiteFiles(graph, "https://museum.example/").files())["doc/work/the-pilot-boat.html"]
    assert re.search(rb"<h1[^>]*>[^:]*The Pilot Boat", page)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([str(MUSEUM)], "is not an empty folder"),
        (["new", "--base", "light"], "is not an absolute IRI that ends in / and has no #"),
        (["new", "--base", "https://x.example/g#"], "is not an absolute IRI that ends in / and has no #"),
        (["new", "--base", "https://x.example/#g/"], "is not an absolute IRI that ends in / and has no #"),
        (["new", "--name", 'a "b"'], "must be one line without quotation marks"),
    ],
)
def test_init_refuses_what_would_not_stand(tmp_path, monkeypatch, capsys, words, says):
    """A folder with files, a base that is not an IRI and a name that breaks TOML end with exit 2."""
    monkeypatch.chdir(tmp_path)
    assert main(["init", *words]) == 2
    assert says in capsys.readouterr().err
