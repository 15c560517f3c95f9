"""Extracts: that a source's graph is held to what the source prints, both ways, and ill-formed extracts are refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import planted_edits
import pytest
from conftest import ROOT

from ascn_graph import prints, profile
from ascn_graph.errors import InputError
from ascn_graph.validation import UnusableInput, validate
from ascn_graph.validation.extracts import read_extract, read_table


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
    restore(checkout)


def spoil(place, old, new, source="scap-2018"):
    """Put one text for another in the extract of a source."""
    path = place / "data" / source / "extract.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def restore(place):
    """Put the extracts of a copy right again."""
    for path in (ROOT / "data").glob("*/extract.csv"):
        shutil.copy(path, place / path.relative_to(ROOT))


#: What is put in an extract for what stands there, by the rule that finds it.
SPOILT = {
    "print-without-fact": ("scap-2018", 'page=5,population,"64,409",\n', 'page=5,population,"64,408",\n'),
    "print-without-fact, beside one that has its fact": (
        "scap-2018",
        "page=9,city,",
        "page=7,population,1,\npage=9,city,",
    ),
    "reason-for-a-fact": ("scap-2018", "page=13,population,1.77 million,\n", "page=13,population,1.77 million,gone\n"),
    "record-key": ("contact-list-2026", "record=BN.NR,country,BN,\n", "record=BN.NR,country,KH,\n"),
}


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


@pytest.fixture(scope="module")
def table():
    """Return the table of fields."""
    return read_table(ROOT / "ontology" / "fields.csv", profile.packaged())


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("record,field,value,reason\n", "record,field,value\n", "the first line must be"),
        ("page=5,city,", "page=5,town,", "no field 'town'"),
        ("page=5,city,", "page=5,citi,", "did you mean city?"),
        ("page=5,city,Bandar Seri Begawan,", "page=5,city,Bandar Seri Begawan", "has 3 cells"),
        ("page=5,city,Bandar Seri Begawan,", "page=5,city,,", "value is empty"),
        ("page=9,city,", "page=5,city,Hanoi,\npage=9,city,", "stands further up already"),
        ("page=5,city,", 'page=5,"city,', "not CSV"),
        ("record,field,value,reason\n", "\ufeffrecord,field,value,reason\n", "byte order mark"),
        ("record,field,value,reason\n", "record,value,field,reason\n", "the first line must be"),
        ("page=5,city,", "\npage=5,city,", "the line is empty"),
        ("page=5,city,Bandar Seri Begawan,\n", "page=5,city,Bandar Seri Begawan,\n" * 2, "repeats the one above"),
    ],
)
def test_an_ill_formed_extract_is_refused_at_its_line(tmp_path, table, old, new, says):
    """A wrong header, an unknown field, a row of another width, an empty value, a record twice: each at its line."""
    text = (ROOT / "data" / "scap-2018" / "extract.csv").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "extract.csv"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_extract(path, table)
    assert says in str(caught.value)
    lines = zip(text.splitlines(), path.read_text(encoding="utf-8").splitlines(), strict=False)
    changed = next(number for number, (before, after) in enumerate(lines, 1) if before != after)
    assert str(caught.value).startswith(f"{path.as_posix()}:{changed}:")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("city,,rdfs:label,txet,", "there is no comparison 'txet'; did you mean text?"),
        ("city,,rdfs:label,text,(", "not a regular expression: "),
        ("city,nobody:City,rdfs:label,name,", "'nobody:City' is not a prefixed name of this graph"),
    ],
)
def test_an_ill_formed_table_of_fields_is_refused_at_its_line(tmp_path, line, says):
    """A comparison, an expression or a term that there is not is told at its line of the table."""
    (tmp_path / "fields.csv").write_text(f"field,class,property,match,argument\n{line}\n", "utf-8")
    with pytest.raises(InputError) as caught:
        read_table(tmp_path / "fields.csv", profile.packaged())
    assert f"fields.csv:2:1: {says}" in str(caught.value)


def test_the_record_of_a_text_is_its_span(tmp_path, table):
    """Where an extract gives the offsets of what it prints, the record says the same offsets."""
    path = tmp_path / "extract.csv"
    header = "record,field,value,reason,line,begin,end,fact\n"
    path.write_text(f'{header}"char=1,3",city,Ha,,1,1,3,F1\n"char=4,6",city,No,,1,4,7,F2\n', "utf-8")
    with pytest.raises(InputError, match=r"extract.csv:3:1: the record 'char=4,6' is not the span from 4 to 7"):
        read_extract(path, table)


@pytest.mark.thorough
def test_a_missing_and_an_ill_formed_extract_are_both_named(place):
    """Every source that the catalogue describes has an extract, and each is well-formed."""
    (place / "data" / "framework-2018" / "extract.csv").unlink()
    spoil(place, "page=5,city,", "page=5,town,")
    with pytest.raises(UnusableInput) as caught:
        validate([place / "data" / "sources.ttl", place / "data" / "scap-2018"])
    ill_formed, missing = map(str, caught.value.faults)
    assert "framework-2018/extract.csv:1:1: cannot be read" in missing
    assert "scap-2018/extract.csv:" in ill_formed
    assert "no field 'town'" in ill_formed


@pytest.fixture(scope="module")
def found(checkout):
    """Return the rules by which the spoilt rows of two extracts are found, by the file and the row."""
    data = checkout / "data"
    for source, old, new in SPOILT.values():
        spoil(checkout, old, new, source)
    results = validate([data / "sources.ttl", data / "scap-2018", data / "contact-list-2026"]).results
    rows: dict[tuple[str, str], set[str]] = {}
    for result in results:
        path = Path(result.location.file)
        row = path.read_text(encoding="utf-8").splitlines()[result.location.line - 1]
        rows.setdefault((path.parent.name, row), set()).add(result.component)
    restore(checkout)
    return rows


@pytest.mark.thorough
@pytest.mark.parametrize("rule", SPOILT)
def test_what_is_printed_is_held_at_its_row(found, rule):
    """A print has a fact or a reason and not both, a record is no more than its facts, and its key is printed in it."""
    source, _, new = SPOILT[rule]
    assert rule.partition(",")[0] in found[source, new.splitlines()[0]]


@pytest.mark.thorough
def test_a_part_of_a_source_is_held_one_way_only(place):
    """Of one file of a source, values are held to their records; what other files state is not missed."""
    assert validate([place / "data" / "scap-2018" / "plans.ttl"]).results == []
