"""Our shapes: what they let through, what they catch, and that they speak of every class and text there is."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from conftest import ROOT
from ours import ONTOLOGY, PREFIXES, expand
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from ascn_graph import dataset
from ascn_graph.validation import Report, validate

FIXTURES = ROOT / "tests" / "shapes"
CONTEXT = FIXTURES / "context.ttl"
SHAPES = ROOT / "ontology" / "shapes.ttl"
TERMS = [ROOT / "ontology" / name for name in ("ascn.ttl", "concepts.ttl")]
PASSING = sorted(FIXTURES.glob("pass-*.ttl"))
FAILING = sorted(FIXTURES.glob("fail-*.ttl"))
_PREFIX = re.compile(r"^@prefix (\S+):\s+<(.*)> \.$", re.MULTILINE)
_NAME = re.compile(r"(?<!\S)([a-z]+):([A-Za-z0-9_][A-Za-z0-9_.-]*)(?!\S)")
_SH = PREFIXES["sh"]

Expected = tuple[str, str, str, str]


def _name(path: Path) -> str:
    return path.stem


@cache
def _report(path: Path) -> Report:
    # Shapes given by hand are all run, those too that only the whole data set can be held to.
    return validate([*TERMS, CONTEXT, path], SHAPES)


def _expected(path: Path) -> set[Expected]:
    """Read the lines `# expect: focus | path or shape | component | severity` of a failing file."""
    text = path.read_text(encoding="utf-8")
    prefixes = PREFIXES | {"shape": "https://w3id.org/ascn/shapes#"}
    prefixes |= dict(_PREFIX.findall(CONTEXT.read_text(encoding="utf-8"))) | dict(_PREFIX.findall(text))
    found = set()
    for line in re.findall(r"^# expect: (.*)$", text, re.MULTILINE):
        whole = _NAME.sub(lambda match: f"<{prefixes[match[1]]}{match[2]}>", line)
        focus, where, component, severity = [*whole.split(" | "), f"<{_SH}Violation>"][:4]
        found.add((focus, where.replace("-", "", 1) if where == "-" else where, component, severity))
    return found


def _found(report: Report) -> set[Expected]:
    return {
        (
            result.focus,
            result.path if re.fullmatch(r"<[^<>]*>|", result.path) else result.shape,
            f"<{result.component}>",
            f"<{result.severity_iri}>",
        )
        for result in report.results
    }


@pytest.mark.thorough
@pytest.mark.parametrize("path", PASSING, ids=_name)
def test_a_passing_file_conforms(path):
    """What is right is let through, at every bound."""
    assert [f"{result.focus} {result.message}" for result in _report(path).results] == []


@pytest.mark.sample(3)
@pytest.mark.parametrize("path", FAILING, ids=_name)
def test_a_failing_file_fails_as_it_says(path):
    """Focus node, path and component of every result are those written in the file."""
    expected = _expected(path)
    assert expected, "the file expects nothing"
    assert _found(_report(path)) == expected


@pytest.mark.thorough
@pytest.mark.parametrize("name", ["fail-events", "fail-map", "pass-evidence"])
def test_the_reference_engine_finds_the_same(name):
    """The compiled engine and pySHACL agree on the fixtures, SPARQL constraints included."""
    path = FIXTURES / f"{name}.ttl"
    assert _found(validate([*TERMS, CONTEXT, path], SHAPES, "pyshacl")) == _found(_report(path))


@pytest.mark.thorough
def test_the_data_conforms():
    """The data of this checkout conforms, warnings included, and every shape finds something to check in it."""
    report = validate([ROOT / "data"])
    assert report.results == []
    assert [f"{checked.title} {checked.skipped}" for checked in report.checked if checked.skipped] == []


def test_the_article_conforms_alone():
    """What the article alone says can be validated alone; only what needs other sources is left out."""
    report = validate([ROOT / "data" / "article"])
    assert report.results == []
    left_out = {checked.shape for checked in report.checked if checked.skipped.startswith("only")}
    assert left_out
    assert not any("#Article" in shape for shape in left_out)


@pytest.mark.thorough
def test_every_shape_checks_something_that_passes():
    """Each shape has a focus node in a passing file; that each constraint also fails is what `ascn mutate` measures."""
    idle = [{checked.shape for checked in _report(path).checked if checked.skipped} for path in PASSING]
    assert set.intersection(*idle) == set()


@pytest.mark.thorough
def test_every_result_says_how_to_mend_it():
    """Every finding of the failing files carries a sentence of ours, none an engine's."""
    ours = {
        quad.object.value
        for quad in parse(path=SHAPES, format=RdfFormat.TURTLE)
        if quad.predicate.value == _SH + "message" and isinstance(quad.object, Literal)
    }
    assert all(message.endswith((".", "?")) and len(message) < 180 for message in ours)
    said = {result.message for path in FAILING for result in _report(path).results}
    assert said - ours == set()
    assert ours - said == set()


def test_every_text_of_the_data_is_held_to_the_rules_for_texts():
    """The list of text properties in the shapes is that of the data."""
    textual = {PREFIXES["xsd"] + "string", PREFIXES["xsd"] + "anyURI", PREFIXES["rdf"] + "langString"}
    data = [path for path, graph, *_ in dataset.find(ROOT) if graph not in ("ontology", "materialised")]
    used = {
        quad.predicate.value
        for path in [*data, ROOT / "ontology" / "concepts.ttl"]
        for quad in parse(path=path, format=RdfFormat.TURTLE)
        if isinstance(quad.object, Literal) and quad.object.datatype.value in textual
    }
    text = SHAPES.read_text(encoding="utf-8")
    listing = re.search(r"^_:texts\n    sh:alternativePath \((.*?)\)", text, re.DOTALL | re.MULTILINE)
    assert listing is not None
    listed = {expand(name) for name in listing[1].split()}
    # What no source states today is held to the rules all the same.
    assert used - listed == set()
    unused = ("skos:hiddenLabel", "dcterms:creator", "dcterms:language", "dcterms:publisher")
    assert listed - used <= {expand(name) for name in unused}


def test_every_class_of_ours_has_a_shape():
    """A class that the ontology declares is the target of a shape, and in the list of known types."""
    declared = {
        quad.subject.value
        for quad in parse(path=TERMS[0], format=RdfFormat.TURTLE)
        if quad.object == NamedNode(PREFIXES["owl"] + "Class") and quad.subject.value.startswith(ONTOLOGY)
    }
    quads = list(parse(path=SHAPES, format=RdfFormat.TURTLE))
    targeted = {quad.object.value for quad in quads if quad.predicate.value == _SH + "targetClass"}
    known = {quad.object.value for quad in quads if quad.predicate.value == PREFIXES["rdf"] + "first"}
    # An action plan is a source, and a fact is always of a narrower class.
    assert declared - targeted == {ONTOLOGY + "ActionPlan"}
    assert declared - known == {ONTOLOGY + "Fact"}
