"""Tests of `why`: every fact of a thing with its place in a source."""

from __future__ import annotations

import re

import pytest
from ours import loaded

import ascn_graph as ascn
from ascn_graph.errors import UnknownName
from ascn_graph.evidence import explain, place


@pytest.mark.parametrize(
    ("iri", "line", "words"),
    [
        ("https://w3id.org/ascn/id/source/article#char=5450,5483", 202, "line 202, characters 5450 to 5483"),
        ("https://w3id.org/ascn/id/source/article#char=0,26", None, "characters 0 to 26"),
        ("https://w3id.org/ascn/id/source/scap-2018#page=3", None, "page 3"),
        ("https://w3id.org/ascn/id/source/geonames#record=1581130", None, "record 1581130"),
        ("https://w3id.org/ascn/id/source/secretariat-page-2026", None, "the whole document"),
    ],
)
def test_a_place_is_told_in_words(iri, line, words):
    """The fragment of a piece of evidence says where it lies."""
    assert place(iri, line) == words


def test_the_launch_is_told_with_its_citation():
    """The launch has its line, its characters, the dead link's title and the archived copy."""
    told = explain(ascn.load(source="article"), "asean-smart-cities-network")
    assert "no date stated" in told
    assert "cites 32nd ASEAN Summit - Chairmans Statement <https://www.asean2018.sg/" in told
    assert "archived at https://web.archive.org/web/20190306032412/" in told


def test_sources_that_differ_stand_side_by_side():
    """Each source of a thing has its own part, with its date, and what is inferred says from what."""
    told = explain(loaded(), "city:phnom-penh")
    assert "as of 2018-07-08" in told
    assert "as of 2026-01-31" in told
    assert told.index("NUON Pharat") > 0
    assert "Seng Vannak" in told


def test_an_inference_names_the_fact_it_was_read_from():
    """What this project infers is told apart from what a source states."""
    stated, _, inferred = explain(loaded(), "agreement:amata-yokohama-2018").partition("Inferred by this project")
    assert re.search(r"\d+ values stated by \d+ sources", stated.splitlines()[0])
    assert "    from: " in inferred
    assert "    from: " not in stated


def test_an_ambiguous_name_is_not_explained():
    """A name that means several things is answered with them."""
    with pytest.raises(UnknownName, match="may mean"):
        explain(loaded(), "Singapore")
