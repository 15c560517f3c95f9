"""Tests of the pages on the query layer: what they show is what happens."""

from __future__ import annotations

import doctest
import importlib.util

import documents
import pytest
from conftest import ROOT, need

DOCS = ROOT / "docs"


@pytest.mark.parametrize("page", ["walkthrough", "rdflib"])
def test_python_on_a_page_runs(page, monkeypatch):
    """The Python of a page gives what stands below it, from the top of a checkout."""
    need("module:pandas", "module:owlrl")
    monkeypatch.chdir(ROOT)
    code = "\n".join(
        fence.text
        for fence in documents.fences(DOCS / f"{page}.md")
        if fence.language == "python" and ">>>" in fence.text
    )
    test = doctest.DocTestParser().get_doctest(code, {}, page, f"{page}.md", 0)
    told: list[str] = []
    runner = doctest.DocTestRunner()
    runner.run(test, out=told.append)
    assert len(test.examples) > 5
    assert told == []


def test_the_page_of_queries_is_in_step():
    """`docs/queries.md` is what `docs/build.py` writes from the headers and the graph."""
    spec = importlib.util.spec_from_file_location("build", DOCS / "build.py")
    assert spec is not None
    assert spec.loader is not None
    build = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(build)
    assert (DOCS / "queries.md").read_text(encoding="utf-8") == build.page()
