"""The ten questions of docs/model.md: SPARQL of one's own in four patterns at most, with the rows it gives."""

from __future__ import annotations

import re

import pytest
from conftest import ROOT
from ours import loaded

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


@pytest.mark.sample(2)
@pytest.mark.parametrize(("question", "rows", "text"), QUESTIONS, ids=[question for question, _, _ in QUESTIONS])
def test_a_question_is_answered_in_four_patterns(question, rows, text):
    """The text has four patterns at most and gives the rows that the page says."""
    body = re.sub(r"FILTER\(.*\)|\"[^\"]*\"", "x", text.partition("{")[2])
    patterns = len(re.findall(r"[;.](?:\s|$)", body)) + ("GRAPH" in body)
    assert patterns <= 4, question
    prefixes = "".join(f"PREFIX {prefix}: <{space}>\n" for prefix, space in packaged().prefixes.items())
    assert len(list(loaded().sparql(prefixes + text))) == int(rows)


def test_the_latest_holder_of_a_post_is_the_one_of_the_latest_date():
    """`ascn:latestHolder` is whom the dated rows of `officers` with the highest date of a city and role name."""
    graph = loaded()
    dated = [row for row in graph.query("officers") if row.attestedOn is not None and row.city]
    last: dict[tuple[str, str], str] = {}
    for row in dated:
        last[row.city, row.role] = max(str(row.attestedOn), last.get((row.city, row.role), ""))
    expected = {(row.city, row.person) for row in dated if str(row.attestedOn) == last[row.city, row.role]}
    prefixes = "".join(f"PREFIX {prefix}: <{space}>\n" for prefix, space in packaged().prefixes.items())
    rows = graph.sparql(prefixes + "SELECT * WHERE { ?post ascn:forCity ?city ; ascn:latestHolder ?person }")
    assert {(row.city, row.person) for row in rows} == expected != set()


def test_what_follows_by_rule_is_attributed_to_nobody():
    """Classes above a class are found over the union and in no graph of a source; a source alone comes without them."""
    prefixes = "".join(f"PREFIX {prefix}: <{space}>\n" for prefix, space in packaged().prefixes.items())
    asked = prefixes + "SELECT DISTINCT ?graph WHERE { ?thing a ascn:Fact . GRAPH ?graph { ?thing a ascn:Fact } }"
    assert [row.graph for row in loaded().sparql(asked)] == [packaged().graph_iri("materialised")]
    assert list(ascn.load(source="article").sparql(asked)) == []
