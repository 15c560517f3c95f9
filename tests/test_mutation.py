"""The measurement of shapes: what fires, which edits are noticed, and what is said of those that are not."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, need

from ascn_graph.cli import main
from ascn_graph.mutation import process
from ascn_graph.mutation.mutants import mutants, without_filter
from ascn_graph.mutation.surroundings import FixtureContents
from ascn_graph.mutation.value_edits import wider
from ascn_graph.validation.shapes import Shapes
from ascn_graph.validation.sources import read_sources

PLANTED = ROOT / "tests" / "planted" / "shapes.ttl"
SHAPES = """@prefix ex: <http://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
ex:Stop a sh:NodeShape ; sh:targetClass ex:Stop ; sh:property ex:Stop-code, ex:Stop-line .
ex:Stop-code sh:path ex:code ; sh:maxCount 1 ; sh:pattern "^[0-9]+$" .
ex:Stop-line sh:path ex:line ; sh:node ex:Line .
ex:Line sh:in ( ex:red ex:blue ) .
"""
DATA = "@prefix ex: <http://example.org/> .\n"
PASSING = DATA + 'ex:a a ex:Stop ; ex:code "1" ; ex:line ex:red, ex:blue .\n'
FAILING = DATA + (
    'ex:b a ex:Stop ; ex:code "1", "2" . ex:c a ex:Stop ; ex:code "x1" . ex:d a ex:Stop ; ex:code "1x" .\n'
    'ex:e a ex:Stop ; ex:code "" . ex:f a ex:Stop ; ex:line ex:green . ex:g ex:code "x" . ex:h ex:line ex:green .\n'
    "ex:x ex:code ex:f . ex:green ex:line ex:f .\n"
)


@pytest.fixture(autouse=True)
def _engine():
    need("module:shacl")


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """Return a folder of shapes and fixtures that notice every edit, as the working folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shapes.ttl").write_text(SHAPES)
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "pass.ttl").write_text(PASSING)
    (tmp_path / "files" / "fail.ttl").write_text(FAILING)
    return tmp_path


def mutate(capsys, *words: str) -> tuple[int, str, str]:
    """Run the command on the folder with one worker."""
    code = main(["mutate", "files", "--shapes", "shapes.ttl", "--jobs", "1", *words])
    said = capsys.readouterr()
    return code, said.out, said.err


def listed(path: Path) -> list:
    """List the mutants of a shapes file, no fixture at hand."""
    sources, faults = read_sources([path], blanks="s", ours=False)
    assert faults == []
    return mutants(Shapes(sources), FixtureContents({}, {}))


def test_fixtures_that_notice_everything(folder, capsys):
    """Where every constraint fires and every edit is noticed, both figures are whole and the exit code is 0."""
    code, out, _ = mutate(capsys)
    assert "survived:" not in out
    assert "fire coverage 1.00: 4 of 4 constraints fired" in out
    assert "mutation score 1.000: " in out
    assert code == 0


@pytest.mark.thorough
def test_an_edit_nobody_notices(folder, capsys):
    """A survivor is told at the line of the shape, with the file that is wanted, and the exit code is 1."""
    (folder / "files" / "fail.ttl").write_text(FAILING.replace('ex:d a ex:Stop ; ex:code "1x" .', ""))
    code, out, _ = mutate(capsys, "--min-score", "1")
    assert "shapes.ttl:4:48: survived: pattern widened: ex:Stop-code sh:pattern: $ dropped\n  wanted: a failing" in out
    assert "fire coverage 1.00" in out
    assert code == 1
    assert mutate(capsys, "--min-score", "0.5")[0] == 0


@pytest.mark.thorough
def test_a_constraint_that_never_fires(folder, capsys):
    """A constraint without a failing file is told, also one that reports only through the shape above it."""
    fails = FAILING.replace(', "2"', "").replace("ex:f a ex:Stop ; ex:line ex:green .", "")
    (folder / "files" / "fail.ttl").write_text(fails.replace("ex:green ex:line ex:f .", ""))
    (folder / "files" / "pass.ttl").write_text(PASSING.replace(", ex:blue", ""))
    code, out, _ = mutate(capsys, "--min-score", "0")
    assert "shapes.ttl:4:32: never fired: ex:Stop-code sh:maxCount 1" in out
    assert "shapes.ttl:5:32: never fired: ex:Stop-line sh:node ex:Line" in out
    assert "shapes.ttl:6:9: never fired: ex:Line sh:in [ … ]" in out
    assert "fire coverage 0.25: 1 of 4 constraints fired" in out
    assert code == 1
    assert mutate(capsys, "--min-score", "0", "--min-coverage", "0.25")[0] == 0


@pytest.mark.thorough
def test_a_shape_without_a_focus_node(folder, capsys):
    """A target that no fixture reaches is told."""
    with (folder / "shapes.ttl").open("a") as file:
        file.write("ex:Tram a sh:NodeShape ; sh:targetSubjectsOf ex:tram ; sh:nodeKind sh:IRI .\n")
    code, out, _ = mutate(capsys)
    assert "shapes.ttl:7:1: no fixture has a focus node for ex:Tram" in out
    assert "1 of them without a focus node" in out
    assert code == 1


@pytest.mark.thorough
def test_the_context_goes_with_every_fixture(folder, capsys):
    """A file context.ttl is validated together with each of the others and is none itself."""
    (folder / "files" / "context.ttl").write_text(
        DATA + "ex:Tram <http://www.w3.org/2000/01/rdf-schema#subClassOf> ex:Stop .\n"
    )
    (folder / "files" / "pass.ttl").write_text(PASSING.replace("ex:Stop", "ex:Tram"))
    (folder / "files" / "fail.ttl").write_text(FAILING.replace("ex:Stop", "ex:Tram"))
    code, out, _ = mutate(capsys)
    assert "2 fixtures" in out
    assert code == 0


@pytest.mark.thorough
def test_json(folder, capsys):
    """JSON holds the figures and every mutant with its place and end, the same bytes every time."""
    (folder / "files" / "pass.ttl").unlink()
    _, out, _ = mutate(capsys, "--json")
    found = json.loads(out)
    assert found["coverage"] == 1
    assert found["killed"] + found["survived"] == found["triedMutants"] - found["stillborn"] == 18
    ends = {mutant["name"]: mutant for mutant in found["mutants"]}
    lost = ends["ex:Stop-code sh:maxCount: 1 → 0"]
    assert (lost["status"], lost["file"], lost["line"], lost["column"]) == ("killed", "shapes.ttl", 4, 32)
    assert lost["killedBy"] == "files/fail.ttl"
    assert all("wanted" in mutant for mutant in found["mutants"] if mutant["status"] == "survived")
    assert mutate(capsys, "--json")[1] == out


def test_a_mutant_that_the_lint_refuses(folder, capsys):
    """Without its one target the file checks nothing, which the lint says: such a mutant is stillborn, not killed."""
    found = json.loads(mutate(capsys, "--json")[1])
    still = [mutant for mutant in found["mutants"] if mutant["status"] == "stillborn"]
    assert [mutant["name"] for mutant in still] == ["ex:Stop sh:targetClass: ex:Stop dropped"]
    assert "no shape has a target" in still[0]["reason"]


@pytest.mark.thorough
def test_a_sample(folder, capsys):
    """A sample tries so many mutants; coverage is still that of every constraint."""
    _, out, _ = mutate(capsys, "--sample", "5")
    assert "fire coverage 1.00: 4 of 4" in out
    assert "(5 of 19 tried" in out


SAME = '[[equivalent]]\nmutant = "ex:Stop-code sh:pattern: $ dropped"\nreason = "for the test"\n'


def test_equivalent_mutants(folder, capsys):
    """A survivor on the list beside the fixtures does not count."""
    (folder / "files" / "fail.ttl").write_text(FAILING.replace('ex:d a ex:Stop ; ex:code "1x" .', ""))
    (folder / "files" / "equivalent.toml").write_text(SAME)
    code, out, _ = mutate(capsys, "--min-score", "1")
    assert "survived:" not in out
    assert "1 equivalent)" in out
    assert code == 0


@pytest.mark.sample(2)
@pytest.mark.parametrize(
    ("text", "said"),
    [
        (SAME, "list.toml:1:1: the mutant is not equivalent: it is killed by files/fail.ttl; remove it"),
        (SAME.replace("code", "cod"), "list.toml:1:1: there is no mutant 'ex:Stop-cod sh:pattern: $ dropped'; did you"),
        ("\n[[equivalent]]\nmutant = 'x'\n", "list.toml:2:1: an equivalent mutant has a `mutant` and a `reason`"),
        ("[[equivalent]\n", "list.toml:1:13: not TOML"),
        ("[other]\n", "list.toml:1:1: a list of equivalent mutants holds [[equivalent]] tables and nothing else"),
        (None, "list.toml:1:1: cannot be read"),
    ],
    ids=["killed", "unknown", "no reason", "no TOML", "another table", "missing"],
)
def test_a_wrong_list_of_equivalent_mutants(folder, capsys, text, said):
    """An entry that is wrong or out of date is an error at its line, exit code 3."""
    if text is not None:
        (folder / "list.toml").write_text(text)
    code, _, err = mutate(capsys, "--equivalent", "list.toml")
    assert said in err
    assert code == 3


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ([], 2, "Name the fixtures to measure on: there is no folder tests/shapes here."),
        (["files", "--min-score", "2"], 2, "--min-score is a share from 0 to 1, not 2."),
        (["files", "--sample", "0"], 2, "--sample must be 1 or more, not 0."),
        (["files", "--timeout", "0"], 2, "--timeout: must be more than 0 seconds and at most 1000000, not 0."),
        (["files", "--shapes", "none.ttl"], 3, "none.ttl:1:1: there is no such file or folder"),
        (["none"], 3, "none:1:1: there is no such file or folder"),
        (["bad", "--shapes", "shapes.ttl"], 3, "bad/bad.ttl:1:1: "),
        (["bad/context.ttl"], 3, "there is no fixture but context.ttl, which goes with the others"),
        (["files", "--shapes", "bad-shapes.ttl"], 3, "did you mean sh:minCount?"),
        (["files", "--shapes", "shapes.ttl", "--timeout", "0.001"], 4, "did not finish within 0.001 s"),
    ],
)
def test_what_cannot_be_measured(folder, capsys, words, code, said):
    """Wrong options, files and shapes are a sentence and the exit code of their kind."""
    (folder / "bad").mkdir()
    for name in ("bad.ttl", "context.ttl"):
        (folder / "bad" / name).write_text("nonsense .\n")
    (folder / "bad-shapes.ttl").write_text(SHAPES.replace("sh:maxCount", "sh:minCuont"))
    assert main(["mutate", "--jobs", "1", *words]) == code
    assert said in capsys.readouterr().err


def test_every_kind_of_edit():
    """Shapes that use all of SHACL get every kind of edit, each with a name of its own and a hint."""
    found = listed(PLANTED)
    assert {mutant.operator for mutant in found} == {
        "FILTER dropped",
        "bound shifted",
        "class replaced",
        "closed flipped",
        "datatype replaced",
        "list member added",
        "list member dropped",
        "logic member dropped",
        "node kind replaced",
        "parameter dropped",
        "path inverted",
        "path shortened",
        "pattern widened",
        "severity replaced",
        "target dropped",
    }
    assert len({mutant.name for mutant in found}) == len(found)
    assert all(mutant.hint and mutant.removed != mutant.added for mutant in found)


@pytest.mark.thorough
def test_every_edit_leaves_shapes_that_run():
    """Of the edits of shapes that use all of SHACL none is refused, by the lint or by the engine."""
    sources, _ = read_sources([PLANTED], blanks="s", ours=False)
    process.begin(sources, ["<urn:a> <urn:b> <urn:c> ."])
    ends = {mutant.name: process.verdict((mutant, [0])) for mutant in listed(PLANTED)}
    assert {name: end for name, end in ends.items() if end.status == "stillborn"} == {}


@pytest.mark.thorough
def test_blank_nodes_are_alike(folder, capsys):
    """The labels that the engine makes up for blank nodes tell no mutant from the original."""
    (folder / "files" / "pass.ttl").write_text(DATA + '[] a ex:Stop ; ex:code "x" .\n')
    (folder / "files" / "fail.ttl").unlink()
    found = json.loads(mutate(capsys, "--json")[1])
    ends = {mutant["operator"]: mutant["status"] for mutant in found["mutants"]}
    # The lists of these mutants have more blank nodes or fewer, and no value meets them.
    assert ends["list member added"] == ends["list member dropped"] == "survived"
    assert ends["pattern widened"] == "survived"
    assert {"name": 'ex:Stop-code sh:pattern: "^[0-9]+$" dropped', "status": "killed"} in [
        {key: mutant[key] for key in ("name", "status")} for mutant in found["mutants"]
    ]


@pytest.mark.thorough
def test_the_order_is_fixed():
    """The mutants and their order do not depend on the hash seed."""
    script = f"""
import sys; sys.path.insert(0, {str(ROOT / "tests")!r})
from test_mutation import PLANTED, listed
print(*(mutant.name for mutant in listed(PLANTED)), sep="\\n")
"""
    outputs = [
        subprocess.run(
            [sys.executable, "-c", script], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2")
    ]
    assert outputs[0] == outputs[1] != ""


@pytest.mark.thorough
def test_our_shapes(monkeypatch, capsys):
    """Every constraint of our shapes fires on our fixtures, and the mutants of a sample are noticed."""
    monkeypatch.chdir(ROOT)
    assert main(["mutate", "--sample", "60", "--jobs", "2"]) == 0
    assert "fire coverage 1.00: " in capsys.readouterr().out


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("^a+$", ["a+$", "^a+", "^a*$"]),
        ("[+^$]{2}", ["[+^$]{2,}"]),
        (r"\+\{1}\$", []),
        ("(x{1,3}|y)+", ["(x{1,}|y)+", "(x{1,3}|y)*"]),
        ("x{2,}", []),
        (r"[]+]\]+", [r"[]+]\]*"]),
    ],
)
def test_wider_patterns(pattern, expected):
    """Anchors go and repetitions open, outside brackets and escapes."""
    assert [text for _, text in wider(pattern)] == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("{ ?a ?b ?c FILTER(?a > (1)) }", ["{ ?a ?b ?c  }"]),
        ("{ FILTER NOT EXISTS { ?a ?b ?c FILTER(?a) } }", ["{  }", "{ FILTER NOT EXISTS { ?a ?b ?c  } }"]),
        ('{ FILTER REGEX(?a, ")") . ?a ?b "FILTER(1)" }', ['{  . ?a ?b "FILTER(1)" }']),
        ("{ ?filter ?b ?c }", []),
    ],
)
def test_queries_without_a_filter(query, expected):
    """Each FILTER goes with its whole condition, whatever form that has."""
    assert [text for _, text in without_filter(query)] == expected
