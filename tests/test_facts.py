"""Tests that the article's folder states the inventory of facts, and nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path

import facts
import pytest
from conftest import ROOT


@pytest.fixture(scope="module")
def store():
    """Give what the article's folder alone says."""
    return facts.article()


def test_every_fact_stands_at_its_exact_span(store):
    """Each of the 197 facts has a fact node with evidence at its offsets and its value among the literals."""
    knowledge = [fact for fact in facts.inventory() if fact.group != facts.LAYOUT]
    missing = {fact.id: wrong for fact in knowledge if (wrong := facts.problem(fact, store))}
    assert not missing
    assert (len(knowledge), len(facts.inventory())) == (197, 202)


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
    wrong = [each.id for each in facts.inventory() if each.group != facts.LAYOUT and facts.problem(each, store)]
    assert (fact in wrong) if fact else (wrong or list(facts.unfounded(store)))


def test_the_inventory_agrees_with_the_shared_one(shared: Path):
    """Ids, groups, lines and offsets are those of the inventory that lies beside the checkout."""
    import json

    given = json.loads((shared / "facts" / "article" / "facts.json").read_text(encoding="utf-8"))
    expected = [(f["id"], f["group"], str(f["line"]), str(f["doc_start"]), str(f["doc_end"])) for f in given]
    assert [tuple(fact[:5]) for fact in facts.inventory()] == expected
