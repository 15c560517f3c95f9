"""Files as sources: places, the oracle, and the Python entry point."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import ROOT
from pyoxigraph import DefaultGraph, RdfFormat, parse, serialize

import ascn_graph as ascn
from ascn_graph.errors import EngineError, InputError, UsageError
from ascn_graph.turtle.reader import read
from ascn_graph.validation import Extra, UnusableInput
from ascn_graph.validation.inputs import find
from ascn_graph.validation.output import write
from ascn_graph.validation.sources import Source, hold, read_sources

CATALOGUE = ROOT / "docs/examples/catalogue.ttl"
SHAPES = ROOT / "docs/examples/catalogue-shapes.ttl"


def test_places_count_characters() -> None:
    """Lines and columns count from 1, in characters, also after CRLF and beyond the basic plane."""
    text = '<urn:a>\r\n <urn:😀> "é\\n"@en , """x\ny"""^^<urn:t> .\r\n'
    source = Source("f.ttl", text, read(text))
    first, second = (source.location(row[5]) for row in source.document.rows)
    assert (first.line, first.column, first.end_column, first.text) == (2, 10, 18, ' <urn:😀> "é\\n"@en , """x')
    assert (second.line, second.column, second.end_column) == (2, 21, 25)


def test_a_file_is_held_to_the_oracle() -> None:
    """A file of which the two readers disagree ends the run: too few triples, another term, a fault of one alone."""
    text = "<urn:a> <urn:b> <urn:c> , <urn:d> .\n"
    for other in ("<urn:a> <urn:b> <urn:c> .\n", "<urn:a> <urn:b> <urn:c> , <urn:e> .\n", "<urn:a> <urn:b> .\n"):
        with pytest.raises(EngineError, match=r"^f.ttl: two RDF readers disagree"):
            hold(Source("f.ttl", text, read(other)))
    with pytest.raises(EngineError, match="this one accepts the file"):
        hold(Source("f.ttl", "<urn:a> .", read(text)))
    hold(Source("f.ttl", text, read(text)))


TRIPLES = """<urn:a> <urn:p> "x\\n\\u00e9"@en .
_:b <urn:p> <<( <urn:a> <urn:p> "y. <urn:g> ." )>> . # a comment
<urn:a><urn:q>"1"^^<urn:t>.
"""
QUADS = """<urn:a> <urn:p> "x\\n\\u00e9"@en <urn:g> .
_:b <urn:p> <<( <urn:a> <urn:p> "y. <urn:g> ." )>> _:g . # a comment
<urn:a><urn:q>"1"^^<urn:t><urn:g>.
"""
TRIG = """GRAPH <urn:g> { <urn:a> <urn:p> "x\\n\\u00e9"@en }
_:g { _:b <urn:p> <<( <urn:a> <urn:p> "y. <urn:g> ." )>> }
{ <urn:a> <urn:q> "1"^^<urn:t> . }
"""


@pytest.mark.parametrize(("name", "text"), [("d.nt", TRIPLES), ("d.nq", QUADS), ("d.trig", TRIG)])
def test_formats_with_places(tmp_path, monkeypatch, name, text) -> None:
    """N-Triples, N-Quads and TriG say the same triples, each at its line and column."""
    monkeypatch.chdir(tmp_path)
    Path(name).write_text(text)
    ((source,), faults) = read_sources(find([name]), blanks="d", ours=False)
    assert faults == []
    rows = source.document.rows
    assert [row[2] for row in rows] == ['"x\\né"@en', '<<( <urn:a> <urn:p> "y. <urn:g> ." )>>', '"1"^^<urn:t>']
    assert [source.location(row[5]).line for row in rows] == [1, 2, 3]
    assert [text[row[5] :][:3] for row in rows] == ['"x\\', "<<(", '"1"']


RDFXML = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:x="urn:x:">
<x:T rdf:about="urn:x:a"><x:p>one</x:p></x:T></rdf:RDF>"""
JSONLD = '{"@context": {"x": "urn:x:"}, "@id": "urn:x:a", "@type": "x:T", "x:p": "one"}'


@pytest.mark.parametrize(("name", "text"), [("d.rdf", RDFXML), ("d.jsonld", JSONLD), ("d.owl", RDFXML)])
def test_formats_without_places(tmp_path, monkeypatch, name, text) -> None:
    """A finding in RDF/XML or JSON-LD is told with the file and the node, in every form of the report."""
    monkeypatch.chdir(tmp_path)
    Path(name).write_text(text)
    Path("s.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n@prefix x: <urn:x:> .\n"
        "x:S a sh:NodeShape ; sh:targetClass x:T ; sh:property [ sh:path x:p ; sh:maxLength 2 ] .\n"
    )
    report = ascn.validate([name], shapes="s.ttl")
    assert str(report.results[0].location) == f"{name}: <urn:x:a>"
    assert write("human", report).startswith(f'{name}: <urn:x:a>: violation: The value "one" of x:p must have at most')
    shapes = parse(Path("s.ttl").read_bytes(), format=RdfFormat.TURTLE)
    serialize((quad.triple for quad in shapes), "s.rdf", format=RdfFormat.RDF_XML)
    again = ascn.validate([name], shapes="s.rdf")
    assert str(again.results[0].shape_location) == "s.rdf: <urn:x:S>"
    assert write("github", report).startswith(f"::error file={name},title=")
    (result,) = json.loads(write("sarif", report))["runs"][0]["results"]
    assert result["locations"] == [
        {
            "physicalLocation": {"artifactLocation": {"uri": name}},
            "logicalLocations": [{"fullyQualifiedName": "<urn:x:a>"}],
        }
    ]


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("d.nt", "<urn:a> <urn:b> 1 .\n", "d.nt:1:17: not N-Triples: "),
        ("d.nq", "<urn:a> <urn:b> <urn:c> <urn:d> <urn:e> .\n", "d.nq:1:33: not N-Quads: "),
        ("d.trig", "{ <urn:a> <urn:b> <urn:c> ", "d.trig:1:26: the text ends inside a statement"),
        ("d.rdf", '<!DOCTYPE x [<!ENTITY a "b">]>\n' + RDFXML, "d.rdf:1:1: a document type and entities are never"),
        ("d.rdf", "<rdf:RDF", "d.rdf:1:1: not RDF/XML: "),
        ("d.jsonld", '{"@context": "http://127.0.0.1:9/c"}', "d.jsonld:1:1: not JSON-LD: its @context is not inline"),
        ("d.jsonld", '{"@context": {}, "@id" 1}', "d.jsonld:1:"),
        ("d.html", "<p>", "d.html:1:1: .html is not read; convert the file"),
    ],
)
def test_faults_of_other_formats(tmp_path, monkeypatch, name, text, told) -> None:
    """What is not of its format, or would fetch or expand something, is refused with its place."""
    monkeypatch.chdir(tmp_path)
    Path(name).write_text(text)
    with pytest.raises(UnusableInput) as caught:
        ascn.validate([name], shapes=SHAPES)
    assert str(caught.value.faults[0]).startswith(told)


def test_foreign_files_need_not_be_tidy(tmp_path, monkeypatch) -> None:
    """A byte order mark, CRLF and a missing last newline of someone else's file do no harm."""
    monkeypatch.chdir(tmp_path)
    Path("d.ttl").write_bytes(b"\xef\xbb\xbf<urn:a> <urn:b> <urn:c> .\r\n<urn:a> <urn:b> 1 .")
    ((source,), faults) = read_sources(find(["d.ttl"]), blanks="d", ours=False)
    assert faults == []
    assert [tuple(source.location(row[3]))[1:3] for row in source.document.rows] == [(1, 1), (2, 1)]


def test_patterns_and_folders(tmp_path, monkeypatch) -> None:
    """A pattern gives the RDF files it matches, also with blanks in their names; a folder every one it holds."""
    monkeypatch.chdir(tmp_path)
    for name in ("a b/c.ttl", "a b/d.nt", "a b/read me.md", "e.ttl", "[x].ttl"):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).touch()
    assert [path.as_posix() for path in find(["a b/*"])] == ["a b/c.ttl", "a b/d.nt"]
    assert [path.as_posix() for path in find(["**/*.ttl", "e.ttl"])] == ["[x].ttl", "a b/c.ttl", "e.ttl"]
    assert [path.as_posix() for path in find(["[x].ttl", "a b"])] == ["[x].ttl", "a b/c.ttl", "a b/d.nt"]
    for path, told in (
        ("*.nq", "matches this pattern"),
        ("a b/*.md", "matches this pattern"),
        ("https://127.0.0.1:9/d.ttl", "a URL is never fetched"),
        ("file:///etc/passwd", "a URL is never fetched"),
    ):
        with pytest.raises(InputError, match=told):
            find([path])


def test_relative_iris_do_not_depend_on_the_folder(tmp_path, monkeypatch) -> None:
    """A relative IRI of someone else's file means the same wherever the files lie."""
    found = []
    for name in ("one", "two/three"):
        folder = tmp_path / name
        folder.mkdir(parents=True)
        (folder / "f.ttl").write_text("<#a> <p> <../x> .\n")
        monkeypatch.chdir(folder)
        sources, faults = read_sources(find(["f.ttl"]), blanks="d", ours=False)
        assert faults == []
        found.append(sources[0].document.rows)
    assert found[0] == found[1]
    assert found[0][0][0] == "<file:///f.ttl#a>"


def test_python_entry_point() -> None:
    """`ascn.validate` gives a report with places, and refuses an engine there is not."""
    report = ascn.validate([CATALOGUE], shapes=SHAPES)
    assert not report.conforms
    assert [result.location.line for result in report.results] == [12, 13, 14, 17, 18, 19, 22, 23]
    with pytest.raises(UsageError, match="There is no engine 'quick'"):
        ascn.validate([CATALOGUE], shapes=SHAPES, engine="quick")
    with pytest.raises(UsageError, match="An empty PATH names no file"):
        ascn.validate("")
    for odd in ("a\0b.ttl", "\ud800.ttl"):
        with pytest.raises(InputError, match="there is no such file or folder"):
            ascn.validate([odd])


def test_checks_of_ones_own_are_located() -> None:
    """A function over the graph gives findings, placed at value, predicate or node."""
    agency, stops = "<https://data.example.org/transport-agency>", "<https://data.example.org/bus-stops>"

    def check(store):
        assert len(list(store.quads_for_pattern(None, None, None, DefaultGraph()))) == 17
        yield Extra("Said.", agency, '"Transport Agency"')
        yield Extra("Predicate.", stops, path="<http://purl.org/dc/terms/issued>")
        yield Extra("Node.", stops)
        yield Extra("Nowhere.", "<urn:nowhere>")

    report = ascn.validate([CATALOGUE], shapes=SHAPES, checks=[check])
    places = {r.message: (r.location.line, r.location.column, r.rule) for r in report.results if r.kind == "check"}
    assert places == {
        "Said.": (8, 44, "value"),
        "Predicate.": (13, 5, "predicate"),
        "Node.": (10, 1, "subject"),
        "Nowhere.": (1, 1, "target"),
    }


def test_a_target_that_the_data_does_not_mention(tmp_path) -> None:
    """A focus node that only the shapes name is placed at their target."""
    (tmp_path / "s.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
        "<urn:S> a sh:NodeShape ;\n  sh:targetNode <urn:missing> ;\n"
        "  sh:property [ sh:path <urn:p> ; sh:minCount 1 ] .\n"
    )
    (result,) = ascn.validate([CATALOGUE], shapes=tmp_path / "s.ttl").results
    assert (result.rule, result.location.line, result.location.column) == ("target", 3, 17)
