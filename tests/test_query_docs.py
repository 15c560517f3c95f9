"""Tests of the pages on the query layer: what they show is what happens."""

from __future__ import annotations

import doctest
import importlib.util

import documents
import pytest
from conftest import ROOT, need

DOCS = ROOT / "docs"


@pytest.mark.docs
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


@pytest.mark.thorough
def test_the_pages_of_queries_are_in_step():
    """Every named query has the page that `docs/build.py` writes from its header and its answer; no other stands."""
    spec = importlib.util.spec_from_file_location("build", DOCS / "build.py")
    assert spec is not None
    assert spec.loader is not None
    build = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(build)
    stand = {f"queries/{path.name}": path.read_text("utf-8") for path in (DOCS / "queries").iterdir()}
    assert {"queries.md": (DOCS / "queries.md").read_text("utf-8"), **stand} == build.pages()
