"""Small inputs that once went wrong, each with what is right and the section of the specification that says so.

`../shared/cases/validation` holds the same inputs with what was seen; those of the reader and of the hook have tests of
their own.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest
from conftest import ROOT, need

from ascn_graph.cli import main

CASES = ROOT / "tests/validation_cases"


class Case(NamedTuple):
    """What `ascn validate` says of a case: its exit code, what it prints, what it does not, and why that is right."""

    folder: str
    exit: int
    told: tuple[str, ...]
    section: str
    untold: tuple[str, ...] = ()
    shapes: str = "shapes.ttl"
    data: str = "data.ttl"
    words: tuple[str, ...] = ()


HANDED_ON = "note: the compiled engine cannot "
RIGHT = [
    Case("01-same-triple-twice", 0, ("conforms", "2 constraints checked"), "RDF 3.1: a graph is a set"),
    Case("01-same-triple-twice", 0, ("conforms",), "RDF 3.1", shapes="s2.ttl"),
    Case("02-custom-function-crash", 3, ("shapes.ttl:7:", "no SPARQL function <http://example.org/cube>"), "17.6"),
    Case("03-owl-class-implicit", 1, ("data.ttl:7:1: violation", "1 constraint checked"), "2.1.3.3, as people mean it"),
    Case("03-owl-class-implicit", 1, ("data.ttl:7:1: violation",), "2.1.3.3", shapes="shapes-declared.ttl"),
    Case("04-metaclass-implicit", 1, ("data.ttl:7:1: violation",), "2.1.3.3"),
    Case(
        "05-closed-in-property-shape",
        1,
        ("data.ttl:7:39: violation: ex:l1 may not have ex:colour", "1 violation", HANDED_ON),
        "4.8.1: a value node as subject",
    ),
    Case(
        "05-closed-in-property-shape",
        1,
        ("data2.ttl:7:58: violation: [ … ] may not have ex:age", "1 violation"),
        "4.8.1",
        shapes="shapes2.ttl",
        data="data2.ttl",
    ),
    Case("06-sparql-constraint-deactivated", 0, ("nothing to check", "0 constraints checked"), "5.3", ("conforms",)),
    Case("07-sh-sparql-with-sh-ask", 3, ("shapes.ttl:8:110: exactly one sh:select",), "5.2.1"),
    Case("08-select-rules", 3, ("shapes.ttl:8:120: sh:select must hold a SELECT",), "5.2.1"),
    Case("08-select-rules", 3, ("8:120: sh:select must hold a SELECT",), "5.2.1", shapes="shapes-construct.ttl"),
    Case("08-select-rules", 3, ("8:120: the SELECT must give $this",), "5.2.1", shapes="shapes-no-this.ttl"),
    Case("08-select-rules", 3, ("8:109: exactly one sh:select",), "5.2.1", shapes="shapes-two-selects.ttl"),
    Case("08-select-rules", 3, ("8:163: $PATH",), "5.3.1", shapes="shapes-path-in-node-shape.ttl"),
    Case("09-entailment", 3, ("shapes.ttl:7:29: sh:entailment",), "3.2"),
    Case("10-pattern-backreference", 1, ('"axb"', "1 violation", HANDED_ON), "XPath 5.6.1", ('"axa" of',)),
    Case("11-pattern-category", 1, ('"a1"', "1 violation"), "XPath 5.6.1"),
    Case("12-property-shape-without-path", 3, ("shapes.ttl:7:8: a sh:PropertyShape needs a sh:path",), "2.3"),
    Case(
        "12-property-shape-without-path",
        3,
        ("7:8: a sh:NodeShape has no sh:path",),
        "2.2",
        shapes="shapes-nodeshape-with-path.ttl",
    ),
    Case("13-prefix-two-namespaces", 3, ("shapes.ttl:7:", "the prefix 'e' stands for"), "5.2.2"),
    Case(
        "14-datatype-hints",
        1,
        ('"12"^^xsd:decimal of ex:i', 'next: write "12"^^xsd:integer', '"yes"^^xsd:boolean of ex:b'),
        "a next step that is right",
        ('write "2026-13-01"',),
    ),
    Case(
        "15-uniquelang-many",
        1,
        ("in the language de", "in the language en", 'keep one of "a"@de, "b"@de.', "2 violations"),
        "4.4.5: one result a language",
        ("7:56", "7:62"),
    ),
    Case(
        "16-nested-reason",
        1,
        ("data.ttl:7:23: violation", "\n  data.ttl:7:36: violation: [ … ] may not have ex:colour", "1 violation"),
        "3.6.2.4",
    ),
    Case("17-unreached-shape", 1, ("data.ttl:7:1: violation", "note: no data reaches ex:Q"), "no section: a note"),
    Case("18-rule-ignored", 0, ("note: sh:rule of ex:S", "--advanced runs it"), "SHACL-AF 8: not Core"),
    Case("18-rule-ignored", 3, ("shapes.ttl:7:45: sh:rule of ex:S",), "SHACL-AF 8", words=("--strict",)),
    Case("18-rule-ignored", 1, ("at most 0 may be given", "1 violation"), "SHACL-AF 8", words=("--advanced",)),
    Case("20-turtle-report-messages", 1, ("violation: missing\n",), "2.1.5: in English here"),
    Case("20-turtle-report-messages", 1, ("violation: fehlt\n",), "2.1.5", words=("--language", "de")),
    Case(
        "20-turtle-report-messages",
        1,
        ('"fehlt"@de ;', '"missing"@en ;', '"plain" ;'),
        "2.1.5",
        words=("--format", "turtle"),
    ),
    Case("22-sh-shape-in-data", 0, ("conforms",), "2.1.3: targets come from the shapes"),
    Case(
        "23-recursive",
        1,
        ("data.ttl:7:38: violation", "data.ttl:7:82: violation", "3 violations", "3.4.3"),
        "3.4.3 leaves it open; the data has no circle",
    ),
    Case("24-hint-subclass", 1, ("next: did you mean ex:acme?",), "a next step that is right"),
    Case("25-sparql-parse-message", 3, ("shapes.ttl:7:118: ex: is not declared for this query: add sh:",), "5.2.2"),
    Case("26-values-in-function", 0, ("conforms", "1 constraint checked"), "5.2.1 is about constraints"),
    Case(
        "27-aggregate-value", 1, ("<http://example.org/t>", '"value": "\\"13\\"^^'), "5.3.2", words=("--format", "json")
    ),
    Case("28-failure-variable", 4, ("?failure as true",), "5.3"),
    Case("29-cross-ask-component", 1, ("4 not above 5", "1 constraint checked"), "6.3", words=("--engine", "cross")),
]


@pytest.mark.sample(3)
@pytest.mark.parametrize(
    "case", RIGHT, ids=[f"{case.folder[:2]}-{case.shapes}-{'-'.join(case.words)}" for case in RIGHT]
)
def test_each_case_is_right(case, capsys, monkeypatch) -> None:
    """The exit code and what is told are those that the specification asks for."""
    need("module:shacl")
    monkeypatch.chdir(CASES / case.folder)
    code = main(["validate", case.data, "--shapes", case.shapes, *case.words])
    printed = capsys.readouterr()
    text = printed.out + printed.err
    assert code == case.exit, text
    assert [part for part in case.told if part not in text] == [], text
    assert [part for part in case.untold if part in text] == [], text


def test_a_file_given_twice_is_one_file(capsys, monkeypatch) -> None:
    """Under two names too: neither its anonymous shapes nor its triples count twice (RDF 3.1)."""
    need("module:shacl")
    folder = CASES / "16-nested-reason"
    monkeypatch.chdir(folder)
    words = ["data.ttl", str(folder / "data.ttl"), "--shapes", "shapes.ttl", "--shapes", str(folder / "shapes.ttl")]
    assert main(["validate", *words]) == 1
    printed = capsys.readouterr().out
    assert "1 violation, 0 warnings, 0 info: 1 file, 6 triples, 3 constraints checked" in printed


def test_the_inputs_are_those_that_were_seen(shared) -> None:
    """The copies of the inputs are equal to the originals, and every original has a test."""
    originals = sorted((shared / "cases/validation").iterdir())
    tested = {case.folder for case in RIGHT}
    elsewhere = {"19-rdf12-turtle", "21-precommit-cross-file"}
    assert {folder.name for folder in originals} == tested | elsewhere
    for folder in originals:
        for path in (CASES / folder.name).glob("*.ttl"):
            assert path.read_bytes() == (folder / path.name).read_bytes()
