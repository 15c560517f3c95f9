"""Tests of what a query on the command line does not wait for."""

from __future__ import annotations

import subprocess
import sys

import pytest

#: What takes longer to import than a query to answer, or serves other commands.
LATE = {
    "SPARQLWrapper",
    "dataclasses",
    "hashlib",
    "jinja2",
    "pandas",
    "polars",
    "pyshacl",
    "rdflib",
    "tempfile",
    "yaml",
}
_PROGRAM = """
import sys
from ascn_graph.cli import main
code = main(sys.argv[1:])
print(code, *sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
"""


@pytest.mark.thorough
@pytest.mark.parametrize(
    "words",
    [
        ["query", "officers", "--format", "csv"],
        ["query", "officers", "city=davao-city", "--format", "csv"],
        ["query", "cities", "--format", "json", "--source", "article"],
        ["query", "describe", "about=city:hanoi"],
    ],
    ids=["all", "city", "source", "describe"],
)
def test_a_query_imports_nothing_it_does_not_need(words):
    """A query answers without rdflib, pySHACL, SPARQLWrapper, PyYAML or what else is slow to import."""
    done = subprocess.run([sys.executable, "-c", _PROGRAM, *words], capture_output=True, text=True, check=True)
    code, *loaded = done.stderr.split()
    assert (code, sorted(LATE & set(loaded))) == ("0", [])


def test_import_times_name_none_of_them():
    """`python -X importtime` of the first command shows none of them either."""
    program = [sys.executable, "-X", "importtime", "-c", _PROGRAM, "query", "officers", "--format", "csv"]
    told = subprocess.run(program, capture_output=True, text=True, check=True).stderr
    imported = {line.rsplit("|", 1)[1].strip().partition(".")[0] for line in told.splitlines() if "|" in line}
    assert "pyoxigraph" in imported
    assert sorted(LATE & imported) == []
