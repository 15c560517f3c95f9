"""Tests that the article's folder states the inventory of facts, and nothing else."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import facts
import pytest
from conftest import ROOT


@pytest.fixture(scope="module")
def store():
    """Return what the article's folder alone says."""
    return facts.article()


def test_every_fact_stands_at_its_exact_span(store):
    """Each value of the 197 facts is one that a fact node with evidence at its offsets holds or links to."""
    assert {row: wrong for row in facts.printed() if not row.layout and (wrong := facts.problem(row, store))} == {}
    layout = [name for name, rows in facts.inventory().items() if all(row.layout for row in rows)]
    assert (len(facts.inventory()), len(layout)) == (202, 5)


def test_nothing_stands_without_evidence(store):
    """No triple of the article's folder lacks evidence."""
    assert list(facts.unfounded(store)) == []


@pytest.mark.parametrize(
    ("old", "new", "fact"),
    [
        ('skos:altLabel "ASCN"@en', 'skos:altLabel "ASNC"@en', None),
        ('rdf:object "ASCN"@en', 'rdf:object "ASNC"@en', "F002"),
        ("article#char=1120,1167> ;\n.\n\nchairmanship", "article#char=1121,1167> ;\n.\n\nchairmanship", None),
    ],
)
def test_a_changed_fact_is_missed(tmp_path: Path, old: str, new: str, fact: str | None):
    """A value or a triple that differs from the article's is reported."""
    shutil.copytree(ROOT / "data", tmp_path / "data")
    file = tmp_path / "data" / "article" / "network.ttl"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    store = facts.article(tmp_path)
    wrong = [row.fact for row in facts.printed() if not row.layout and facts.problem(row, store)]
    assert (fact in wrong) if fact else (wrong or list(facts.unfounded(store)))


def test_the_inventory_agrees_with_the_shared_one(shared: Path):
    """Ids, lines, offsets and what is layout are those of the inventory that lies beside the checkout."""
    given = json.loads((shared / "facts" / "article" / "facts.json").read_text(encoding="utf-8"))
    expected = {
        (f["id"], str(f["line"]), str(f["doc_start"]), str(f["doc_end"]), f["group"] == "layout") for f in given
    }
    found = {
        (name, row.line, row.begin, row.end, row.layout) for name, rows in facts.inventory().items() for row in rows
    }
    assert found == expected
