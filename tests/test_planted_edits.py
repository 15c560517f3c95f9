"""Single bad edits of the data: that each can be made, and that what is made is found."""

from __future__ import annotations

import pytest
from conftest import ROOT
from planted_edits import ELSEWHERE, PLANTED, copy, found

from ascn_graph.validation import validate

#: All that are found at their line, and a quarter of the others.
SAMPLE = PLANTED | {ELSEWHERE: PLANTED[ELSEWHERE][::4]}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Return a copy of the data and the ontology to be spoilt."""
    folder = tmp_path_factory.mktemp("checkout")
    copy(folder)
    return folder


@pytest.fixture(scope="module")
def told(place):
    """Return what finds each edit."""
    return found(place, SAMPLE)


def test_each_edit_can_be_made():
    """An edit finds its place in the data, is one of its kind, and changes the file."""
    edits = [(kind, edit) for kind, edits in PLANTED.items() for edit in edits]
    assert len({(kind, edit.what) for kind, edit in edits}) == len(edits)
    for _, edit in edits:
        text = (ROOT / "data" / edit.file).read_text(encoding="utf-8")
        assert edit.apply(text) != text


@pytest.mark.thorough
def test_the_copy_is_sound(place):
    """Nothing is found before anything is spoilt."""
    assert validate([place / "data"]).results == []


# All of them take twice the time: `python tests/planted_edits.py`.
@pytest.mark.thorough
@pytest.mark.parametrize(
    ("kind", "edit"),
    [(kind, edit) for kind, edits in SAMPLE.items() for edit in edits],
    ids=lambda given: getattr(given, "what", given),
)
def test_an_edit_is_found(kind, edit, told):
    """Plain validation finds the edit, at the line that it changes unless its kind is another."""
    assert told[kind, edit]
