"""Tests that the data set's description of itself is in step with the data."""

from __future__ import annotations

import counts
import pytest
from conftest import ROOT

from ascn_graph import dataset
from ascn_graph.profile import packaged


@pytest.mark.thorough
def test_counts_and_hash_are_those_of_the_data():
    """`python tests/counts.py --write` was run after the last edit."""
    store = dataset.load(dataset.find(ROOT))
    text = counts.DESCRIPTION.read_text("utf-8")
    assert counts.described(text, counts.counts(store)) == text
    assert counts.HASH.read_text("ascii").strip() == dataset.graph_hash(store)


@pytest.mark.thorough
def test_every_named_graph_is_a_subset():
    """The description lists each named graph once."""
    store = dataset.load(dataset.find(ROOT))
    text = counts.DESCRIPTION.read_text("utf-8")
    for name in dataset.graph_names(store, packaged()):
        assert text.count(f"\ngraph:{name}\n") == 1


@pytest.mark.thorough
def test_the_hash_does_not_depend_on_the_order_of_files():
    """Files loaded in another order give the same hash; one statement more gives another."""
    files = dataset.find(ROOT)
    forward = dataset.graph_hash(dataset.load(files))
    assert dataset.graph_hash(dataset.load(files[::-1])) == forward
    assert dataset.graph_hash(dataset.load(files[:-1])) != forward
