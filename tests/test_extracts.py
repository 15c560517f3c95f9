"""Extracts: that a source's graph is held to what the source prints, both ways, and ill-formed extracts are refused."""

from __future__ import annotations

import shutil

import planted_edits
import pytest
from conftest import ROOT

from ascn_graph import prints
from ascn_graph.validation import UnusableInput, validate


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """Copy the data and the ontology of this checkout once."""
    folder = tmp_path_factory.mktemp("checkout")
    planted_edits.copy(folder)
    return folder


@pytest.fixture
def place(checkout):
    """Return the copy to be spoilt, and put its extracts right again."""
    yield checkout
    for path in (ROOT / "data").glob("*/extract.csv"):
        shutil.copy(path, checkout / path.relative_to(ROOT))


def spoil(place, old, new, source="scap-2018"):
    """Put one text for another in the extract of a source."""
    path = place / "data" / source / "extract.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def results(place, source="scap-2018"):
    """Return what is found in one source and in the description of all: the rest of the data has no part in it."""
    return validate([place / "data" / "sources.ttl", place / "data" / source]).results


@pytest.mark.parametrize(
    ("printed", "value"),
    [("64,409", 64409), ("1.77 million", 1770000), ("40 %", 40), ("A$30 million", 30000000), ("-6.21", -6.21)],
)
def test_a_number_is_compared_by_value(printed, value):
    """Separators, scales, signs of currency and of percent are read."""
    assert float(prints.number(printed)) == value


@pytest.mark.parametrize(
    ("printed", "value"),
    [("27 April 2018", "2018-04-27"), ("July 2018", "2018-07"), ("2018", "2018"), ("2018-07-08", "2018-07-08")],
)
def test_a_date_is_compared_as_precise_as_it_is(printed, value):
    """A printed date becomes ISO form of the same precision."""
    assert prints.date(printed) == value


@pytest.mark.parametrize("printed", ["Hanoi", "31 Foo 2018", ""])
def test_what_is_no_date_or_number_is_neither(printed):
    """Other texts have no value."""
    assert prints.date(printed) is None
    assert prints.number("Hanoi") is None


def test_the_normalisation_of_texts_is_the_stated_one():
    """Normal form C and single spaces, then what is dropped."""
    assert prints.text("  Da\u0300 \n Nang ") == "Dà Nang"
    assert prints.text("Mr. Sok Lou", r"^Mr\. ") == "Sok Lou"


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("record,field,value,reason\n", "record,field,value\n", "the first line must be"),
        ("page=5,city,", "page=5,town,", "no field 'town'"),
        ("page=5,city,", "page=5,citi,", "did you mean city?"),
        ("page=5,city,Bandar Seri Begawan,", "page=5,city,Bandar Seri Begawan", "has 3 cells"),
        ("page=5,city,Bandar Seri Begawan,", "page=5,city,,", "value is empty"),
        ("page=7,city,", "page=5,population,1,\npage=7,city,", None),
        ("page=9,city,", "page=5,city,Hanoi,\npage=9,city,", "stands further up already"),
        ("page=5,city,", 'page=5,"city,', "not CSV"),
        ("record,field,value,reason\n", "\ufeffrecord,field,value,reason\n", "byte order mark"),
        ("record,field,value,reason\n", "record,value,field,reason\n", "the first line must be"),
        ("page=5,city,", "\npage=5,city,", "the line is empty"),
        ("page=5,city,Bandar Seri Begawan,\n", "page=5,city,Bandar Seri Begawan,\n" * 2, "repeats the one above"),
    ],
)
def test_an_ill_formed_extract_is_refused_at_its_line(place, old, new, says):
    """A wrong header, an unknown field, a row of another width, an empty value, a record twice: unusable input."""
    path = spoil(place, old, new)
    if says is None:
        assert [r for r in results(place) if r.location.file == path.as_posix()]
        return
    with pytest.raises(UnusableInput, match="extract") as caught:
        results(place)
    assert says in str(caught.value)


@pytest.mark.thorough
def test_a_missing_extract_is_named(place):
    """Every source that the catalogue describes has an extract."""
    (place / "data" / "framework-2018" / "extract.csv").unlink()
    with pytest.raises(UnusableInput, match=r"framework-2018/extract\.csv:1:1: cannot be read"):
        results(place)


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ('page=5,population,"64,409",', 'page=5,population,"64,408",', "print-without-fact"),
        ('page=5,population,"64,409",', 'page=5,population,"64,409",not modelled', "reason-for-a-fact"),
    ],
)
def test_a_print_has_a_fact_or_a_reason(place, old, new, rule):
    """What is printed is in the Turtle, or has a reason and is not; the place is the row of the extract."""
    path = spoil(place, old, new)
    found = {r.component: r for r in results(place) if r.location.file == path.as_posix()}
    assert rule in found
    line = path.read_text(encoding="utf-8").splitlines()[found[rule].location.line - 1]
    assert line.startswith("page=5,population")


@pytest.mark.thorough
def test_a_key_names_what_its_record_prints(place):
    """A part of a record's key that no row prints is told at the row."""
    path = spoil(place, "record=BN.NR,country,BN", "record=BN.NR,country,KH", "contact-list-2026")
    rules = {r.component for r in results(place, "contact-list-2026") if r.location.file == path.as_posix()}
    assert "record-key" in rules


@pytest.mark.thorough
def test_a_part_of_a_source_is_held_one_way_only(place):
    """Of one file of a source, values are held to their records; what other files state is not missed."""
    assert validate([place / "data" / "scap-2018" / "plans.ttl"]).results == []
