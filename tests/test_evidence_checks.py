"""Evidence against itself and against the text of its source."""

from __future__ import annotations

import hashlib

import pytest
from conftest import ROOT
from pyoxigraph import RdfFormat, Store

from ascn_graph import dataset
from ascn_graph.errors import InputError, UsageError
from ascn_graph.profile import find, packaged
from ascn_graph.validation.evidence_checks import check, check_text

ARTICLE = packaged().thing_iri("source", "article")
TEXT = "Smart\nĐà Nẵng 😀 and\nCebu City\n"


def _sha(text):
    return hashlib.sha256(text.encode()).hexdigest()


def _span(begin, end, *, quote=None, line=None, digest=None, iri=None):  # noqa: PLR0913 - each is one property
    found = TEXT[begin:end]
    more = "" if quote is None else f'; ascn:quote "{quote}" '
    place = f"<{ARTICLE}#char={begin},{end}>" if iri is None else f"<{ARTICLE}{iri}>"
    number = TEXT.count("\n", 0, begin) + 1 if line is None else line
    return (
        f"{place} a ascn:Evidence ; dcterms:isPartOf <{ARTICLE}> ; ascn:begin {begin} ; ascn:end {end} ;"
        f' ascn:line {number} ; ascn:spanSha256 "{digest or _sha(found)}"^^xsd:hexBinary {more}.\n'
    )


def _store(*statements):
    prefixes = (
        "@prefix ascn: <https://w3id.org/ascn/ontology#> . @prefix dcterms: <http://purl.org/dc/terms/> .\n"
        "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
    )
    store = Store()
    store.load((prefixes + "".join(statements)).encode(), format=RdfFormat.TURTLE)
    return store


def _rules(problems):
    return sorted(problem.name for problem in problems)


@pytest.fixture
def text(tmp_path):
    """Return a file of the text."""
    path = tmp_path / "text"
    path.write_bytes(TEXT.encode())
    return path


@pytest.mark.thorough
def test_the_data_is_sound():
    """All evidence of the packaged graph agrees with itself."""
    assert [str(problem) for problem in check(dataset.load(dataset.find(ROOT)))] == []


@pytest.mark.thorough
def test_the_article_is_read(shared):
    """Every span of the article is where the data says, in the frozen text."""
    store = dataset.load(dataset.find(ROOT))
    article = shared / "article" / "asean-smart-cities-network.wikitext"
    assert [str(problem) for problem in check_text(store, article)] == []


def test_code_points_are_counted(text):
    """A quote beyond the basic plane and with accents is measured in code points, not bytes or UTF-16 units."""
    store = _store(_span(6, 15, quote="Đà Nẵng 😀"), _span(0, 5, quote="Smart"))
    assert list(check(store)) == []
    assert list(check_text(store, text)) == []


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        (_span(6, 13, iri="#char=7,13"), "evidence-place"),
        (_span(6, 13, iri="#page=6"), "evidence-place"),
        (_span(6, 13, quote="Đà Nẵn"), "quote-length"),
        (_span(6, 13, quote="Da Nang"), "quote-hash"),
        (f"<{ARTICLE}#nowhere> a ascn:Evidence ; dcterms:isPartOf <{ARTICLE}> .", "evidence-place"),
        (f'<{ARTICLE}#page=1> a ascn:Evidence ; ascn:page 1 ; ascn:record "1" .', "evidence-place"),
        (
            f'<{ARTICLE}#page=1> a ascn:Evidence ; dcterms:isPartOf <{ARTICLE}> ; ascn:page 1 ; ascn:quote "x" .',
            "quote-span",
        ),
    ],
)
def test_evidence_is_held_to_itself(statement, rule):
    """The IRI says the place, and a quote has the length and the hash of its span."""
    assert rule in _rules(check(_store(statement)))


def test_overlapping_quotes_agree():
    """Two quotes of one source hold the same characters where they overlap."""
    right = _store(_span(6, 13, quote="Đà Nẵng"), _span(9, 13, quote="Nẵng"))
    wrong = _store(_span(6, 13, quote="Đà Nẵng"), _span(9, 13, quote="Nang", digest=_sha("Nang")))
    assert list(check(right)) == []
    assert _rules(check(wrong)) == ["quote-overlap"]


def test_lines_rise_with_offsets():
    """A later span does not begin on an earlier line."""
    assert _rules(check(_store(_span(0, 5, line=3), _span(6, 13, line=2)))) == ["evidence-line"]


@pytest.mark.parametrize(
    ("statement", "rules"),
    [
        (_span(7, 14, digest=_sha(TEXT[6:13])), ["span-text"]),
        (_span(6, 13, line=3), ["span-line"]),
        (_span(6, 13, quote="Da Nang"), ["span-quote"]),
        (_span(20, 900), ["span-text"]),
        (f"<{ARTICLE}> ascn:codePoints 7 .", ["source-text"]),
        (f'<{ARTICLE}> ascn:sha256 "{_sha("another")}"^^xsd:hexBinary .', ["source-text"]),
    ],
)
def test_evidence_is_held_to_the_text(statement, rules, text):
    """A span shifted by one character, a wrong line, a wrong quote and another revision are seen in the text."""
    assert _rules(check_text(_store(statement), text)) == rules


def test_another_source_is_left_alone(text):
    """A text says nothing of the spans of other sources."""
    store = _store(_span(6, 13, digest=_sha("x")).replace("source/article", "source/other"))
    assert list(check_text(store, text)) == []


def test_line_ends_are_counted_as_they_are(tmp_path):
    """A carriage return is a character of the text and is not translated away."""
    path = tmp_path / "text"
    path.write_bytes(TEXT.replace("\n", "\r\n").encode())
    assert "span-text" in _rules(check_text(_store(_span(6, 13)), path))


def test_a_text_that_cannot_be_read_is_named(tmp_path):
    """A missing file and one that is not UTF-8 end in one sentence with the file's name."""
    latin = tmp_path / "latin"
    latin.write_bytes(b"\xe9\xff")
    for path in (tmp_path / "none", latin):
        with pytest.raises(InputError, match=path.name):
            list(check_text(_store(), path))


def test_a_text_of_a_project_that_names_no_source_is_refused(tmp_path):
    """Where no source is to be whole there is no text to hold its spans to, and the option is not passed over."""
    (tmp_path / "text.txt").write_text("a text")
    with pytest.raises(UsageError, match=r"names none under \[whole\]"):
        list(check_text(Store(), tmp_path / "text.txt", find(ROOT / "tests" / "graphs" / "museum")))
