"""Single bad edits of the data: that each can be made, and that what is made is caught."""

from __future__ import annotations

import pytest
import seeded_edits
from conftest import ROOT


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Give a copy of the data and the ontology to be spoilt."""
    folder = tmp_path_factory.mktemp("checkout")
    seeded_edits.copy(folder)
    return folder


def test_the_edits_are_forty_and_more_and_can_be_made():
    """Each edit finds its place in the data, is one of a kind, and changes the file."""
    assert len(seeded_edits.EDITS) >= 40
    assert len({edit.what for edit in seeded_edits.EDITS}) == len(seeded_edits.EDITS)
    for edit in seeded_edits.EDITS:
        text = (ROOT / "data" / edit.file).read_text(encoding="utf-8")
        assert edit.apply(text) != text


@pytest.mark.thorough
def test_the_copy_is_sound(place):
    """Nothing is caught before anything is spoilt."""
    assert list(seeded_edits.caught(place)) == []


# All of them take a minute: `python tests/seeded_edits.py`.
@pytest.mark.parametrize("edit", seeded_edits.EDITS[::4], ids=lambda edit: edit.what)
@pytest.mark.thorough
def test_an_edit_is_caught(edit, place):
    """A check that needs nothing outside the checkout catches the edit."""
    assert seeded_edits.seed(place, edit)
