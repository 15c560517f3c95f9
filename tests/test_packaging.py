"""Tests of the wheel: built twice it is the same, and away from the checkout it answers every named query."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT, need

import ascn_graph as ascn
from ascn_graph import profile
from ascn_graph.sparql import catalogue

pytestmark = pytest.mark.thorough


def build(folder: Path, **environment: str) -> Path:
    """Build the wheel into a folder."""
    need("module:hatchling")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        env={**os.environ, **environment},
    )
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """Build the wheel once."""
    return build(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """Install the wheel into a new environment away from the checkout; give its `ascn` command."""
    place = tmp_path_factory.mktemp("away") / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
    pip = [str(place / "bin" / "python"), "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", str(wheel)]
    subprocess.run(pip, check=True, cwd=place)
    # Without a network the dependencies come from the environment that runs the tests, the package from the wheel.
    (site,) = place.glob("lib/python*/site-packages")
    (site / "dependencies.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    return place / "bin" / "ascn"


def run(program: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the installed command in a folder that holds nothing of ours."""
    return subprocess.run([str(program), *words], cwd=program.parent, capture_output=True, text=True, check=False)


def test_two_builds_are_the_same_to_the_byte(wheel, tmp_path):
    """Hash seed, time zone and locale leave no trace in the wheel."""
    other = build(tmp_path, PYTHONHASHSEED="1", TZ="Asia/Jakarta", LC_ALL="C")
    assert hashlib.sha256(other.read_bytes()).hexdigest() == hashlib.sha256(wheel.read_bytes()).hexdigest()


def test_the_wheel_holds_the_graph_and_its_licences(wheel):
    """Every file of the ontology, the data and the queries is in the wheel, and so are the licences."""
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("ontology", "data", "queries"):
        for path in ROOT.joinpath(folder).rglob("*.*"):
            assert f"ascn_graph/_kg/{path.relative_to(ROOT)}" in names
    for path in ROOT.joinpath("ascn_graph").rglob("*"):
        # What rebuilds the vendored files is for a checkout.
        if path.is_file() and "source" not in path.parts and not {"__pycache__", "node_modules"} & set(path.parts):
            assert str(path.relative_to(ROOT)) in names
    assert any(name.endswith("licenses/LICENSES/CC-BY-SA-4.0.txt") for name in names)
    assert "ascn_graph/py.typed" in names


def test_the_wheel_answers_every_named_query(installed):
    """Away from the checkout each query gives the rows it gives here."""
    here = ascn.load()
    for name, query in catalogue.load(profile.packaged()).items():
        given = [f"{each.name}={each.example}" for each in query.parameters.values() if each.required]
        done = run(installed, "query", name, *given, "--format", "ntriples" if name == "describe" else "csv")
        assert done.returncode == 0, done.stderr
        rows = here.query(name, **{each.name: each.example for each in query.parameters.values() if each.required})
        expected = rows.to_ntriples() if name == "describe" else rows.to_csv()
        assert done.stdout == expected.replace("\r\n", "\n")


def test_the_wheel_is_what_answers(installed):
    """The package that runs is the wheel's, not the checkout's."""
    python = installed.with_name("python")
    done = run(python, "-c", "import ascn_graph; print(ascn_graph.__file__)")
    assert str(installed.parent.parent) in done.stdout
