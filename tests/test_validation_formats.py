"""The forms of a report, each read back by what it is written for."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pyoxigraph as ox
import pytest
from conftest import ROOT, command, need

from ascn_graph.errors import InputError
from ascn_graph.validation import Report, validate
from ascn_graph.validation.output import REPORT_FORMATS, faults, write
from ascn_graph.validation.output.builds import MOST
from ascn_graph.validation.output.data import path

PLANTED = ROOT / "tests/planted"
FILES = (PLANTED / "stops.ttl", PLANTED / "lines.ttl")
SH = "http://www.w3.org/ns/shacl#"


@pytest.fixture(scope="module")
def report() -> Report:
    """Validate the planted files, and waive the first finding."""
    found = validate(FILES, PLANTED / "shapes.ttl")
    found.results[0].waived = "known"
    return found


def sarif_errors(text: str) -> list[str]:
    """Return what the official schema says against a SARIF text."""
    need("module:jsonschema")
    from jsonschema import Draft4Validator

    schema = json.loads((ROOT / "tests/conformance/sarif-2.1.0-rtm.5.json").read_text())
    return [error.message for error in Draft4Validator(schema).iter_errors(json.loads(text))]


def test_sarif_is_valid(report) -> None:
    """The SARIF of findings, and of unusable input, is valid against the official schema."""
    assert sarif_errors(write("sarif", report)) == []
    assert sarif_errors(faults("sarif", [InputError("not Turtle", "a b.ttl", 3, 4)])) == []


@pytest.mark.thorough
def test_sarif_passes_microsofts_own_checker(report, tmp_path) -> None:
    """The multitool that checks more than the schema finds no error either."""
    need("sarif-multitool")
    file = tmp_path / "out.sarif"
    file.write_text(write("sarif", report))
    done = subprocess.run([command("sarif-multitool"), "validate", file], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert ": error " not in done.stdout


def test_sarif_holds_what_code_scanning_shows(report) -> None:
    """Every result has a rule with help, columns, the constraint's place and a fingerprint; waived ones say so."""
    (run,) = json.loads(write("sarif", report))["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert run["columnKind"] == "unicodeCodePoints"
    assert len({rule["id"] for rule in rules}) == len(rules)
    for result, source in zip(run["results"], report.results, strict=True):
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert rules[result["ruleIndex"]]["help"]["text"]
        region = result["locations"][0]["physicalLocation"]["region"]
        assert (region["startLine"], region["startColumn"]) == (source.location.line, source.location.column)
        related = [place["physicalLocation"]["artifactLocation"]["uri"] for place in result["relatedLocations"]]
        assert any(uri.endswith("shapes.ttl") for uri in related)
    assert len({result["partialFingerprints"]["ascnFinding/v1"] for result in run["results"]}) == len(run["results"])
    assert [bool(result.get("suppressions")) for result in run["results"]].count(True) == 1


def test_fingerprints_survive_unrelated_edits(report, tmp_path) -> None:
    """Lines moved, a statement added elsewhere and blank nodes at other offsets change no fingerprint."""
    for name in ("stops.ttl", "lines.ttl", "shapes.ttl"):
        text = (PLANTED / name).read_text()
        cut = text.index("\n\nex:")
        (tmp_path / name).write_text(f"# moved\n{text[:cut]}\n\n# down\n{text[cut:]}")
    with (tmp_path / "lines.ttl").open("a") as file:
        file.write('\nex:elsewhere ex:remark "new" .\n')
    moved = validate([tmp_path / "stops.ttl", tmp_path / "lines.ttl"], tmp_path / "shapes.ttl")
    assert {r.fingerprint for r in moved.results} == {r.fingerprint for r in report.results}
    assert [r.location.line for r in moved.results] != [r.location.line for r in report.results]


def test_junit_is_read_back(report, tmp_path) -> None:
    """One case a constraint; failures, passes and their numbers survive a JUnit reader."""
    need("module:junitparser")
    from junitparser import Failure, JUnitXml, Skipped

    file = tmp_path / "junit.xml"
    file.write_text(write("junit", report, "warning"))
    (suite,) = JUnitXml.fromfile(str(file))
    cases = list(suite)
    assert suite.tests == len(cases) == len(report.checked)
    failing = [case for case in cases if any(isinstance(result, Failure) for result in case.result)]
    keys = {(r.shape, r.component) for r in report.results if r.severity != "info" and not r.waived}
    assert suite.failures == len(failing) == len(keys)
    assert not any(isinstance(result, Skipped) for case in cases for result in case.result)
    assert len(failing) < len(cases)


def test_junit_skips_what_nothing_reached(tmp_path) -> None:
    """A constraint that no data reached is skipped with its reason, not green; control characters do no harm."""
    need("module:junitparser")
    from junitparser import JUnitXml, Skipped

    (tmp_path / "d.ttl").write_text('<urn:a> a <urn:T> ; <urn:p> "x\\u0001\\u001b]]>&" .\n')
    (tmp_path / "s.ttl").write_text(
        f"@prefix sh: <{SH}> .\n<urn:S> a sh:NodeShape ; sh:targetClass <urn:T> ; sh:property <urn:P> .\n"
        "<urn:P> sh:path <urn:p> ; sh:maxLength 1 .\n"
        "<urn:R> a sh:NodeShape ; sh:targetClass <urn:U> ; sh:nodeKind sh:IRI .\n"
        "<urn:O> a sh:NodeShape ; sh:targetClass <urn:T> ; sh:nodeKind sh:IRI ; sh:deactivated true .\n"
    )
    (tmp_path / "j.xml").write_text(write("junit", validate([tmp_path / "d.ttl"], tmp_path / "s.ttl")))
    (suite,) = JUnitXml.fromfile(str(tmp_path / "j.xml"))
    reasons = {
        (case.classname, result.message) for case in suite for result in case.result if isinstance(result, Skipped)
    }
    assert reasons == {("<urn:R>", "no data reaches its target"), ("<urn:O>", "deactivated")}


COMMAND = re.compile(
    r"::(error|warning|notice) file=[^,:]+,line=\d+,endLine=\d+,col=\d+,endColumn=\d+,title=[^,:\r\n]*::[^\r\n]+"
)


def test_github_commands(report) -> None:
    """Annotations have GitHub's syntax, at most ten of a kind; every other open finding is a plain line."""
    lines = write("github", report).splitlines()
    commands = [line for line in lines if line.startswith("::")]
    assert all(COMMAND.fullmatch(line) for line in commands)
    assert sum(line.startswith("::error") for line in commands) == MOST
    assert len(lines) == len(report.results) - 1 + 2


def test_github_escapes() -> None:
    """A file name with a comma, and a message of several lines with a percent sign, stay one command."""
    text = faults("github", [InputError("100 %\n::warning::x", "a,b:c.ttl")])
    assert text.splitlines()[0].startswith("::error file=a%2Cb%3Ac.ttl,line=1,")
    assert text.splitlines()[0].endswith("::100 %25%0A::warning::x")


def test_an_annotation_names_few_other_places(tmp_path) -> None:
    """A statement that stands on many lines makes no message that GitHub would cut."""
    (tmp_path / "d.ttl").write_text("<urn:a> <urn:p> <urn:b> .\n" * 20)
    (tmp_path / "s.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
        "<urn:S> a sh:PropertyShape ; sh:targetNode <urn:a> ; sh:path <urn:p> ; sh:nodeKind sh:Literal .\n"
    )
    command = write("github", validate([tmp_path / "d.ttl"], tmp_path / "s.ttl")).splitlines()[0]
    assert command.count("%0AAlso: the same statement again at ") == 5
    assert command.endswith("%0AAlso: 14 more places")


def test_faults_in_turtle() -> None:
    """Input that cannot be used makes a report that is Turtle too."""
    graph = ox.Store()
    graph.load(faults("turtle", [InputError('"', "a.ttl", 1, 2)]).encode(), format=ox.RdfFormat.TURTLE)
    assert graph.query(f'ASK {{ ?r <{SH}resultMessage> "\\"" ; <http://purl.org/dc/terms/source> "a.ttl:1:2" }}')


def test_turtle_is_a_shacl_report(report) -> None:
    """The Turtle is a report that pyoxigraph reads, with one result for each open finding and its place."""
    graph = ox.Store()
    graph.load(write("turtle", report).encode(), format=ox.RdfFormat.TURTLE)
    counted = graph.query(
        f"""SELECT (COUNT(?r) AS ?n) WHERE {{ ?report <{SH}conforms> false ; <{SH}result> ?r .
            ?r <{SH}focusNode> ?f ; <{SH}sourceConstraintComponent> ?c ; <{SH}resultMessage> ?m ; <{SH}sourceShape> ?s ;
               <http://purl.org/dc/terms/source> ?place FILTER(REGEX(?place, ":[0-9]+:[0-9]+$")) }}"""
    )
    assert next(iter(counted))["n"].value == str(len(report.results) - 1)


@pytest.mark.parametrize(
    ("text", "turtle"),
    [
        ("<urn:a>", "<urn:a>"),
        ("^<urn:a>", "[ sh:inversePath <urn:a> ]"),
        ("(<urn:a>/<urn:b>*)", "( <urn:a> [ sh:zeroOrMorePath <urn:b> ] )"),
        (
            "(<urn:a>|^(<urn:b>/<urn:c>)+)",
            "[ sh:alternativePath ( <urn:a> [ sh:inversePath [ sh:oneOrMorePath ( <urn:b> <urn:c> ) ] ] ) ]",
        ),
    ],
)
def test_paths_in_turtle(text, turtle) -> None:
    """A path is written as SHACL writes it."""
    assert path(text) == turtle


def test_json_is_whole(report) -> None:
    """The JSON has the verdict, every finding and every constraint."""
    read = json.loads(write("json", report))
    assert (read["conforms"], len(read["results"]), len(read["constraints"])) == (
        report.conforms,
        len(report.results),
        len(report.checked),
    )


def test_human_marks_the_term(report) -> None:
    """People see the place, the line and a caret of the term's width under it."""
    text = write("human", report)
    assert "lines.ttl:23:15: violation: The value 0 of ex:number must be more than 0.\n" in text
    assert "\n  23 |     ex:number 0 ; #! MinExclusive object\n     |               ^\n" in text


def test_long_lines_are_cut_around_the_caret(tmp_path) -> None:
    """A line of a million characters is quoted around the term, not whole."""
    (tmp_path / "d.ttl").write_text(f'<urn:a> a <urn:T> ; <urn:q> "{"x" * 1_000_000}" ; <urn:p> "y" .\n')
    (tmp_path / "s.ttl").write_text(
        f"@prefix sh: <{SH}> .\n<urn:S> a sh:NodeShape ; sh:targetClass <urn:T> ; sh:property <urn:P> .\n"
        "<urn:P> sh:path <urn:p> ; sh:maxCount 0 .\n"
    )
    text = write("human", validate([tmp_path / "d.ttl"], tmp_path / "s.ttl"))
    shown, caret = text.splitlines()[1:3]
    assert len(shown) < 200
    assert shown[caret.index("^") :].startswith("<urn:p>")


@pytest.mark.thorough
@pytest.mark.parametrize("form", REPORT_FORMATS)
def test_bytes_depend_on_nothing_but_the_input(form, report) -> None:
    """Every form has the same bytes under another hash seed, time zone and locale."""
    script = (
        "import sys; from ascn_graph.validation import validate; from ascn_graph.validation import output\n"
        f"r = validate({[str(path) for path in FILES]!r}, {str(PLANTED / 'shapes.ttl')!r})\n"
        "r.results[0].waived = 'known'; sys.stdout.reconfigure(encoding='utf-8')\n"
        f"sys.stdout.write(output.write({form!r}, r))"
    )
    environment = {"PYTHONHASHSEED": "77", "TZ": "Asia/Singapore", "LANG": "de_DE.UTF-8", "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, env=environment)
    assert done.stdout.decode() == write(form, report)
