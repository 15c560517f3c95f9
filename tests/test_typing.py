"""The public API type-checks strictly where it is used as it should be, and is refused where it is not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, need

pytestmark = pytest.mark.thorough

USAGE = ROOT / "tests" / "typed_usage.py"
#: A usage that must be reported, by the words that mypy reports it in.
WRONG = {
    'graph.query("cities").to_pandas(language="yes")': "arg-type",
    'graph.query("cities", timeout="soon")': "arg-type",
    'graph.query("cities", city=object())': "arg-type",
    'graph.query("cities").to_excel()': "attr-defined",
    'graph.query("cities")["name"]': "call-overload",
    'graph.ask("ASK {}").to_csv()': "attr-defined",
    'graph.sparql("SELECT * {}", "csv")': "call-arg|misc",
    "ascn.load(named=1, quick=True)": "call-arg",
    'ascn.over("http://127.0.0.1/sparql")': "arg-type",
    'ascn.validate("data", shapes_graph="shapes.ttl")': "call-arg",
    "ascn.connect()": "call-arg",
}


def mypy(path: Path, cache: Path) -> subprocess.CompletedProcess[str]:
    """Check a file as strictly as a careful user does."""
    need("module:mypy")
    options = ["--strict", "--config-file", "", "--ignore-missing-imports", "--cache-dir", str(cache)]
    program = [sys.executable, "-m", "mypy", *options, str(path)]
    return subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    """Return a folder in which what mypy has read is kept between the checks."""
    return tmp_path_factory.mktemp("mypy")


def test_the_public_api_type_checks_where_it_is_used_well(cache):
    """A file of typed usages has no finding under `mypy --strict`."""
    checked = mypy(USAGE, cache)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_a_wrong_usage_is_reported_at_its_line(cache, tmp_path):
    """Each wrong call, and no line besides, is an error of its kind."""
    lines = ["import ascn_graph as ascn", "", "", "def wrong(graph: ascn.Graph) -> None:"]
    path = tmp_path / "wrong.py"
    path.write_text("\n".join([*lines, *(f"    {usage}" for usage in WRONG)]) + "\n", encoding="utf-8")
    checked = mypy(path, cache)
    assert checked.returncode == 1, checked.stdout + checked.stderr
    found = [line for line in checked.stdout.splitlines() if ": error: " in line]
    for number, (usage, kinds) in enumerate(WRONG.items(), len(lines) + 1):
        reported = [line for line in found if f"wrong.py:{number}:" in line]
        assert reported, usage
        assert any(f"[{kind}]" in line for line in reported for kind in kinds.split("|")), reported
    places = {int(line.split(":")[1]) for line in found}
    assert places == set(range(len(lines) + 1, len(lines) + len(WRONG) + 1))
