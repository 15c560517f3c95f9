"""The ten questions of docs/model.md: SPARQL of one's own in four patterns at most, with the rows it gives."""

from __future__ import annotations

import re

import pytest
from conftest import ROOT

import ascn_graph as ascn
from ascn_graph.profile import packaged

QUESTIONS = re.findall(
    r"^(\S[^\n]*\?) (\d+) rows?\.\n\n```sparql\n(.*?)```",
    (ROOT / "docs" / "model.md").read_text(encoding="utf-8"),
    re.MULTILINE | re.DOTALL,
)


def test_they_are_ten():
    """The page has ten questions."""
    assert len(QUESTIONS) == 10


@pytest.mark.parametrize(("question", "rows", "text"), QUESTIONS, ids=[question for question, _, _ in QUESTIONS])
def test_a_question_is_answered_in_four_patterns(question, rows, text):
    """The text has four patterns at most and gives the rows that the page says."""
    body = re.sub(r"FILTER\(.*\)|\"[^\"]*\"", "x", text.partition("{")[2])
    patterns = len(re.findall(r"[;.](?:\s|$)", body)) + ("GRAPH" in body)
    assert patterns <= 4, question
    prefixes = "".join(f"PREFIX {prefix}: <{space}>\n" for prefix, space in packaged().prefixes.items())
    assert len(list(ascn.load().sparql(prefixes + text))) == int(rows)
