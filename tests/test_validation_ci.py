"""The GitHub Action and the pre-commit hook, run as their hosts run them."""

from __future__ import annotations

import os
import shlex
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, need

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
def test_pre_commit_hook(tmp_path, environment) -> None:
    """The hook is given the changed files after the user's arguments; a wrong one fails the commit."""
    need("module:yaml")
    import yaml

    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    words = [*shlex.split(hook["entry"]), "--shapes", str(PLANTED / "shapes.ttl"), str(PLANTED / "lines.ttl")]
    done = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "lines.ttl:23:15: violation" in done.stdout
