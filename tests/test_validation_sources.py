"""Files as sources: places, the oracle, and the Python entry point."""

from __future__ import annotations

import pytest
from conftest import ROOT

import ascn_graph as ascn
from ascn_graph.errors import EngineError, UsageError
from ascn_graph.turtle.reader import read
from ascn_graph.validation import Extra
from ascn_graph.validation.sources import Source, find, hold, read_sources

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
        with pytest.raises(EngineError, match=r"^f.ttl: two Turtle readers disagree"):
            hold(Source("f.ttl", text, read(other)), text.encode(), None)
    with pytest.raises(EngineError, match="this one accepts the file"):
        hold(Source("f.ttl", text, read(text)), b"<urn:a> .", None)
    hold(Source("f.ttl", text, read(text)), text.encode(), None)


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


def test_checks_of_ones_own_are_located() -> None:
    """A function over the graph gives findings, placed at value, predicate or node."""
    agency, stops = "<https://data.example.org/transport-agency>", "<https://data.example.org/bus-stops>"

    def check(store):
        assert len(store) == 17
        yield Extra("Said.", agency, '"Transport Agency"')
        yield Extra("Predicate.", stops, path="<http://purl.org/dc/terms/issued>")
        yield Extra("Node.", stops)
        yield Extra("Nowhere.", "<urn:nowhere>")

    report = ascn.validate([CATALOGUE], shapes=SHAPES, checks=[check])
    places = {r.message: (r.location.line, r.location.column, r.rule) for r in report.results if r.kind == "hygiene"}
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
