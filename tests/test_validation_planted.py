"""Sixty-six planted errors of twenty-nine components: every one found, at the line that has it, by both engines."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from conftest import ROOT, need

from ascn_graph.ntriples import name_of
from ascn_graph.validation import Report, validate

PLANTED = ROOT / "tests/planted"
FILES = (PLANTED / "stops.ttl", PLANTED / "lines.ttl")


def planted() -> Counter[tuple[str, int, str, str]]:
    """Read the marks: file, line, component and the rule that must find the place."""
    wanted: Counter[tuple[str, int, str, str]] = Counter()
    for path in FILES:
        for number, line in enumerate(path.read_text().splitlines(), 1):
            mark = re.search(r"#! (.+)", line)
            for part in mark[1].split("; ") if mark else ():
                component, rule = part.split()
                wanted[path.name, number, component, rule] += 1
    return wanted


def found(report: Report) -> Counter[tuple[str, int, str, str]]:
    """Return what a report says in the form of the marks."""
    return Counter(
        (Path(r.location.file).name, r.location.line, name_of(r.component).removesuffix("ConstraintComponent"), r.rule)
        for r in report.results
    )


@pytest.fixture(scope="module", params=["fast", "pyshacl"])
def report(request) -> Report:
    """Validate the planted files with one engine."""
    if request.param == "fast":
        need("module:shacl")
    return validate(FILES, PLANTED / "shapes.ttl", request.param)


def test_enough_is_planted() -> None:
    """There are at least sixty errors of at least twenty components, as many for each rule as the page on it says."""
    wanted = planted()
    assert wanted.total() >= 60
    assert len({component for _, _, component, _ in wanted}) >= 20
    page = (ROOT / "docs/validation.md").read_text("utf-8")
    stated = {
        rule: int(number) for rule, number in re.findall(r"^\| `([a-z-]+)` \|.* (\d+) \| \d+ \|$", page, re.MULTILINE)
    }
    assert Counter(rule for *_, rule in wanted.elements()) == Counter(stated)
    assert [rule for rule, number in stated.items() if not number] == ["target"]


@pytest.mark.thorough
def test_every_planted_error_is_found_at_its_line(report) -> None:
    """Each result stands at the marked line, found by the marked rule, and there is none besides."""
    assert found(report) == planted()


@pytest.mark.sample(1)
def test_columns_hit_the_term(report) -> None:
    """Columns mark a whole term of the line, never white space or half of a word."""
    for result in report.results:
        place = result.location
        term = place.text[place.column - 1 : place.end_column - 1]
        assert term
        assert term == term.strip()
        assert place.text[place.end_column - 1 : place.end_column] in ("", " ", ",", ";", ".", "]", ")", "\r")


@pytest.mark.sample(1)
def test_every_result_says_where_its_constraint_stands(report) -> None:
    """The shape's line names the parameter that was broken, for anonymous shapes too."""
    for result in report.results:
        assert result.shape_location is not None
        assert result.shape_location.file.endswith("shapes.ttl")
        word = result.shape_location.text[result.shape_location.column - 1 :]
        name = name_of(result.component).removesuffix("ConstraintComponent")
        assert word.lower().startswith(f"sh:{name.lower()}")


@pytest.mark.thorough
def test_engines_agree() -> None:
    """Both engines give the same results on the planted files, or the run would end with a disagreement."""
    need("module:shacl")
    assert validate(FILES, PLANTED / "shapes.ttl", "cross").engine == "pyshacl+fast"


@pytest.mark.parametrize(
    ("line", "component", "step"),
    [
        ("stops.ttl:29", "In", "did you mean ex:inner?"),
        ("stops.ttl:53", "Closed", "did you mean ex:latitude?"),
        ("stops.ttl:43", "Class", "did you mean ex:city-buses?"),
        ("stops.ttl:39", "Datatype", 'write "3.2"^^xsd:decimal.'),
        ("stops.ttl:24", "LanguageIn", "tag the text with @ms."),
        ("stops.ttl:24", "UniqueLang", 'keep one of "Market"@en, "Mk"@en.'),
        ("stops.ttl:38", "MaxCount", 'keep one of "KL003", "KL004".'),
        ("stops.ttl:31", "NodeKind", "write the IRI of the thing instead of its name."),
        ("stops.ttl:52", "NodeKind", "give the node an IRI."),
        ("lines.ttl:33", "MinCount", "give the Line ex:line-3 its ex:number, in the statements that begin at line 33."),
        ("stops.ttl:66", "MinCount", "give ex:head-office its ex:name, in the statements that begin at line 66."),
        ("stops.ttl:18", "HasValue", "give the Stop ex:park ex:shelter true, in the statements that begin at line 18."),
    ],
)
def test_next_steps(report, line, component, step) -> None:
    """The next step is computed from the shape and the data around the error."""
    steps = {
        result.step
        for result in report.results
        if f"{Path(result.location.file).name}:{result.location.line}" == line
        and name_of(result.component) == f"{component}ConstraintComponent"
    }
    assert step in steps
