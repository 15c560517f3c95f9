"""Single bad edits of the data: that each can be made, and that what is made is found."""

from __future__ import annotations

import pytest
from conftest import ROOT
from planted_edits import ELSEWHERE, PLANTED, copy, found

from ascn_graph.validation import validate

EDITS = [(kind, edit) for kind, edits in PLANTED.items() for edit in edits]
#: One of each kind, and a quarter of those that are found elsewhere than at their line.
SAMPLE = [(kind, edits[0]) for kind, edits in PLANTED.items()] + [
    (ELSEWHERE, edit) for edit in PLANTED[ELSEWHERE][4::4]
]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Return a copy of the data and the ontology to be spoilt."""
    folder = tmp_path_factory.mktemp("checkout")
    copy(folder)
    return folder


def test_each_edit_can_be_made():
    """An edit finds its place in the data, is one of its kind, and changes the file."""
    assert len({(kind, edit.what) for kind, edit in EDITS}) == len(EDITS)
    for _, edit in EDITS:
        text = (ROOT / "data" / edit.file).read_text(encoding="utf-8")
        assert edit.apply(text) != text


@pytest.mark.thorough
def test_the_copy_is_sound(place):
    """Nothing is found before anything is spoilt."""
    assert validate([place / "data"]).results == []


# All of them take minutes: `python tests/planted_edits.py`.
@pytest.mark.thorough
@pytest.mark.parametrize(("kind", "edit"), SAMPLE, ids=lambda given: getattr(given, "what", given))
def test_an_edit_is_found(kind, edit, place):
    """Plain validation finds the edit, at the line that it changes unless its kind is another."""
    assert found(place, kind, edit)
