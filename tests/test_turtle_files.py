"""Tests of every Turtle file as a file: two parsers agree on it, and its text is as people keep it."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from conftest import ROOT
from rdflib.compare import isomorphic

FILES = sorted([*ROOT.glob("ontology/*.ttl"), *ROOT.glob("data/**/*.ttl")])


@pytest.fixture(params=[FILES[number::8] for number in range(8)], ids=range(8))
def some(request) -> list[Path]:
    """Return an eighth of the Turtle files: a test a file costs more than what it looks at."""
    return request.param


def quads(file: Path) -> list[pyoxigraph.Quad]:
    """Parse a file with pyoxigraph."""
    return list(pyoxigraph.parse(file.read_bytes(), format=pyoxigraph.RdfFormat.TURTLE))


@pytest.mark.thorough
@pytest.mark.parametrize("file", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_rdflib_and_pyoxigraph_read_the_same(file, monkeypatch):
    """The two parsers give isomorphic graphs, literals as written."""
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    monkeypatch.setattr(rdflib.term, "NORMALIZE_LITERALS", False, raising=False)
    ours = rdflib.Graph()
    for subject, predicate, value in rdflib.Graph().parse(file):
        # Tags of languages mean the same in any case, and pyoxigraph writes them in lower case.
        tagged = isinstance(value, rdflib.Literal) and value.language
        ours.add((subject, predicate, rdflib.Literal(str(value), lang=value.language.lower()) if tagged else value))
    lines = pyoxigraph.serialize((quad.triple for quad in quads(file)), format=pyoxigraph.RdfFormat.N_TRIPLES)
    assert isomorphic(ours, rdflib.Graph().parse(data=lines, format="nt"))


def test_the_store_keeps_every_lexical_form(some):
    """No literal changes on its way through the store: numbers and dates are written canonically."""
    for file in some:
        if file.name == "shapes.ttl":
            continue  # shapes are read by validators and never loaded into the store
        store = pyoxigraph.Store()
        found = quads(file)
        store.extend(found)
        assert set(store) == set(found), file


def test_literals_are_nfc_and_no_blank_node_is_in_the_data(some):
    """Every literal is in NFC; the data has no blank node."""
    for file in some:
        for quad in quads(file):
            for term in (quad.subject, quad.object):
                if isinstance(term, pyoxigraph.Literal):
                    assert unicodedata.is_normalized("NFC", term.value), (file, term)
                assert not (isinstance(term, pyoxigraph.BlankNode) and "data" in file.parts), (file, quad)


def test_the_text_is_written_for_people(some):
    """A comment stands on top, no line ends in a space or a tab, only used prefixes are declared, in order."""
    for file in some:
        text = file.read_text("utf-8")
        assert text.startswith("# "), file
        assert not re.search(r"[ \t]$", text, re.MULTILINE), file
        prefixes = re.findall(r"^@prefix ([\w-]*):", text, re.MULTILINE)
        assert prefixes == sorted(prefixes), file
        body = re.sub(r'"(?:[^"\\]|\\.)*"|<[^>]*>|^#.*$|^@prefix.*$', "", text, flags=re.MULTILINE)
        assert [name for name in prefixes if not re.search(rf"(?<![\w-]){name}:", body)] == [], file
