"""The GitHub Action and the pre-commit hook, run as their hosts run them."""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import stat
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
from conftest import ROOT, need
from test_validation_formats import sarif_errors

from ascn_graph.cli.validate import configure

PLANTED = ROOT / "tests/planted"


@pytest.fixture
def environment(tmp_path) -> dict[str, str]:
    """Put an `ascn` command on the path that runs this checkout."""
    command = tmp_path / "bin/ascn"
    command.parent.mkdir()
    command.write_text(
        f"#!{sys.executable}\nimport sys\nsys.path.insert(0, {str(ROOT)!r})\n"
        "from ascn_graph.cli import main\nsys.exit(main())\n"
    )
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
    return {"PATH": f"{command.parent}{os.pathsep}{os.environ['PATH']}"}


def action(folder: Path, environment: dict[str, str], **inputs: str) -> subprocess.CompletedProcess[str]:
    """Run the last step of the action with its inputs, as the runner does."""
    need("module:yaml", "bash")
    import yaml

    read = yaml.safe_load((ROOT / "action.yml").read_text())
    step = read["runs"]["steps"][-1]
    given = {name: str(item.get("default", "")) for name, item in read["inputs"].items()}
    given |= {name.replace("_", "-"): value for name, value in inputs.items()}
    filled = {name: given[value.removeprefix("${{ inputs.").removesuffix(" }}")] for name, value in step["env"].items()}
    assert "${{" not in step["run"]
    shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
    return subprocess.run(
        shell, cwd=folder, env=environment | filled, capture_output=True, text=True, check=False, timeout=60
    )


def test_action_annotates_and_writes_sarif(tmp_path, environment) -> None:
    """The action annotates lines, writes SARIF and JUnit, and fails on violations."""
    paths = f"{PLANTED / 'stops.ttl'}\n{PLANTED / 'lines.ttl'}\n"
    done = action(tmp_path, environment, paths=paths, shapes=str(PLANTED / "shapes.ttl"), junit="j.xml")
    assert done.returncode == 1, done.stderr
    assert done.stdout.startswith("::error file=")
    assert {path.name for path in tmp_path.iterdir()} == {"bin", "ascn-validate.sarif", "j.xml"}


SHAPES = """@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix x: <urn:x:> .
x:Person a sh:NodeShape ; sh:targetClass x:P ;
  sh:property [ sh:path x:worksFor ; sh:class x:Org ] ,
              [ sh:path x:age ; sh:maxInclusive 150 ; sh:severity sh:Warning ] .
x:Project a sh:NodeShape ; sh:targetClass x:Plan ; sh:nodeKind sh:IRI .
"""


@pytest.fixture
def repository(tmp_path) -> Path:
    """Make a repository of three files of data, one of them with a blank in its name, with shapes beside them."""
    for name, text in {
        "data/people.ttl": "x:ann a x:P ; x:worksFor x:acme ; x:age 200 .\n",
        "data/more people.ttl": "x:bob a x:P ; x:worksFor x:nowhere .\n",
        "data/orgs.ttl": "x:Firm <http://www.w3.org/2000/01/rdf-schema#subClassOf> x:Org .\nx:acme a x:Firm .\n",
        "waivers.toml": '[lint]\nunreached = "error"\n\n[[waiver]]\nfocus = "urn:x:bob"\nreason = "new"\n'
        "expires = 9999-12-31\n",
        "checks/none.rq": 'SELECT ?this ?error { ?this <urn:x:age> 200 BIND("two hundred" AS ?error) }\n',
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(
            text if "." in name and not name.endswith("ttl") else f"@prefix x: <urn:x:> .\n{text}"
        )
    (tmp_path / "shapes.ttl").write_text(SHAPES)
    return tmp_path


BOB, ANN, CHECK, UNREACHED = "more people.ttl,line=2", "people.ttl,line=2", "two hundred", "no data reaches x:Project"


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("inputs", "code", "shown"),
    [
        ({}, 1, [ANN, BOB]),
        ({"paths": " data/*.ttl \r\n\n"}, 1, [ANN, BOB]),
        ({"paths": "data/more people.ttl", "context": "data"}, 1, [BOB]),
        ({"paths": "data/people.ttl", "context": "data/*.ttl", "fail_on": "warning"}, 1, [ANN]),
        ({"paths": "data/people.ttl", "context": "data/o*.ttl"}, 0, [ANN]),
        ({"engine": "pyshacl", "timeout": "120"}, 1, [ANN, BOB]),
        ({"engine": "quick"}, 2, []),
        ({"waivers": "waivers.toml"}, 3, [UNREACHED, ANN]),
        ({"waivers": "waivers.toml", "lint": "unreached=warn"}, 0, [UNREACHED, ANN]),
        ({"lint": "off"}, 1, [ANN, BOB]),
        ({"lint": "nothing=warn"}, 2, []),
        ({"strict": "true"}, 3, ["x:Project is not checked", ANN, BOB]),
        ({"advanced": "true"}, 1, [ANN, BOB]),
        ({"meta": "true"}, 1, [ANN, BOB]),
        ({"inference": "rdfs"}, 1, [ANN, BOB]),
        ({"checks": "checks"}, 1, [CHECK, ANN, BOB]),
        ({"shape": "x:Project"}, 0, []),
        ({"shape": "x:Projct"}, 2, []),
        ({"focus": "x:ann"}, 0, [ANN]),
        ({"language": "de"}, 1, [ANN, BOB]),
        ({"shapes": "data"}, 3, ["no shape"]),
        ({"paths": "data/*.rdf"}, 3, ["matches this pattern"]),
        ({"paths": "http://127.0.0.1:9/d.ttl"}, 3, ["a URL is never fetched"]),
        ({"shapes": ""}, 2, []),
        ({"timeout": "0.001"}, 4, ["did not finish within"]),
        ({"sarif": "none/x.sarif"}, 4, [ANN, BOB]),
    ],
)
def test_action_with_each_option(repository, environment, inputs, code, shown) -> None:
    """Each option of the action reaches the command; SARIF and the other reports are valid whatever the end is."""
    given = {
        "paths": "data",
        "shapes": "shapes.ttl",
        "junit": "j.xml",
        "outputs": "json=a b.json\nturtle=r.ttl",
    } | inputs
    done = action(repository, environment, **given)
    assert done.returncode == code, (done.stdout, done.stderr)
    commands = [line for line in done.stdout.splitlines() if line.startswith("::")]
    for text in shown:
        assert any(text in line for line in commands), (text, done.stdout)
    assert any(BOB in line for line in commands) is (BOB in shown)
    if code == 2:
        assert not (repository / "ascn-validate.sarif").exists()
        return
    read = json.loads((repository / "a b.json").read_text())
    assert read["failed"] is (code == 3 or ("timeout" in inputs and code == 4))
    if "sarif" not in inputs:
        text = (repository / "ascn-validate.sarif").read_text()
        assert sarif_errors(text) == []
        (invocation,) = json.loads(text)["runs"][0]["invocations"]
        assert invocation["executionSuccessful"] is not read["failed"]
        errors = [note for note in invocation["toolExecutionNotifications"] if note["level"] == "error"]
        assert bool(errors) is read["failed"]
    graph = ox.Store()
    graph.load((repository / "r.ttl").read_bytes(), format=ox.RdfFormat.TURTLE)
    assert graph.query("ASK { ?r a <http://www.w3.org/ns/shacl#ValidationReport> }")


def test_every_option_of_the_command_is_an_input_of_the_action() -> None:
    """What `ascn validate` can do, the action can."""
    need("module:yaml")
    import yaml

    parser = argparse.ArgumentParser()
    configure(parser)
    options = {action.option_strings[0].lstrip("-") for action in parser._actions if action.option_strings}
    inputs = yaml.safe_load((ROOT / "action.yml").read_text())["inputs"]
    elsewhere = {"h", "o", "format", "no-lint", "stdin-format"}
    assert options - elsewhere <= set(inputs)


@pytest.mark.thorough
def test_action_input_is_never_script(tmp_path, environment) -> None:
    """A file name with quotes, spaces and a command in it stays a file name."""
    name = 'a "$(touch hacked)" `b`;\'.ttl'
    (tmp_path / name).write_text("<urn:a> a <urn:T> .\n")
    (tmp_path / "s.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
        "<urn:S> a sh:NodeShape ; sh:targetClass <urn:T> ; sh:nodeKind sh:IRI .\n"
    )
    done = action(tmp_path, environment, paths=name, shapes="s.ttl")
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "hacked").exists()


@pytest.mark.thorough
@pytest.mark.parametrize("changed", ["data/people.ttl", "data/more people.ttl", "data/orgs.ttl"])
def test_pre_commit_hooks(repository, environment, changed) -> None:
    """Whichever of several files changes, the first hook judges them all, the second that file in the light of all."""
    need("module:yaml")
    import yaml

    hooks = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}
    documented = re.findall(r"- id: (ascn-\S+)\n +args: \[(.*)\]", (ROOT / "docs/validation.md").read_text())
    assert [name for name, _ in documented] == list(hooks)
    for name, args in documented:
        hook = hooks[name]
        assert re.search(hook["files"], changed)
        names = [changed] if hook.get("pass_filenames", True) else []
        words = [*shlex.split(hook["entry"]), *args.split(", "), *names]
        done = subprocess.run(words, cwd=repository, env=environment, capture_output=True, text=True, check=False)
        found = re.findall(r"^data/(.*?):\d+:\d+: (?:violation|warning)", done.stdout, re.MULTILINE)
        expected = ["more people.ttl", "people.ttl"]
        assert found == [file for file in expected if not names or changed == f"data/{file}"]
        assert done.returncode == ("more people.ttl" in found), done.stderr
