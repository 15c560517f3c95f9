"""Tests of the formats: what is written is read back, whatever a term holds."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
import unicodedata
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pyoxigraph import (
    BaseDirection,
    BlankNode,
    Literal,
    NamedNode,
    QueryResultsFormat,
    RdfFormat,
    Store,
    Triple,
    parse,
    parse_query_results,
)

import ascn_graph as ascn
from ascn_graph import formats
from ascn_graph.errors import UsageError
from ascn_graph.formats.graphs import written
from ascn_graph.formats.terminal import printable, width_of
from ascn_graph.profile import packaged
from ascn_graph.results import Bindings, Rows, Term, TripleRows, Triples
from ascn_graph.terms import XSD

CITY = NamedNode("https://w3id.org/ascn/id/city/hue")
HOSTILE = "a|b\n<script>alert(1)</script>\u202e\x07\t\"'&\\"


def rows_of(*solutions: tuple[Term | None, ...], columns: str = "a b c d e f") -> Rows:
    """Return rows with as many of the columns as the first solution has cells."""
    names = columns.split()[: len(solutions[0])]
    return Rows(Bindings(tuple(names), iter(solutions)), name="test", prefixes=packaged().prefixes)


# XML 1.0 has no way to write these, so a term that holds one has its own test.
characters = st.characters(exclude_categories=["Cs"])
texts = st.text(characters, max_size=12)
xml_texts = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff", min_codepoint=32)
    | st.sampled_from("\t\n\r"),
    max_size=12,
)
iris = st.sampled_from(["https://e.org/a", "https://e.org/đ?q=1&r=<".replace("<", "%3C"), "urn:x:'y'"]).map(NamedNode)
datatypes = st.sampled_from(["integer", "decimal", "boolean", "double", "date", "string"]).map(
    lambda name: NamedNode(XSD + name)
)
figures = st.from_regex(r"[+-]?[0-9]{0,3}\.?[0-9]{0,2}|true", fullmatch=True)


def terms(text: st.SearchStrategy[str]) -> st.SearchStrategy[Term | None]:
    """Return any cell: unbound, an IRI, a blank node, a literal of every sort."""
    return (
        st.none()
        | iris
        | st.sampled_from(["b0", "x"]).map(BlankNode)
        | text.map(Literal)
        | st.builds(lambda value, tag: Literal(value, language=tag), text, st.sampled_from(["en", "vi", "zh-hant"]))
        | st.builds(lambda value, datatype: Literal(value, datatype=datatype), text | figures, datatypes)
    )


def solutions(text: st.SearchStrategy[str]) -> st.SearchStrategy[list[tuple[Term | None, ...]]]:
    """Return some rows of three cells."""
    return st.lists(st.tuples(terms(text), terms(text), terms(text)), min_size=1, max_size=5)


def numbered(rows: list[tuple[Term | None, ...]]) -> list[tuple[Term | None, ...]]:
    """Name blank nodes by their order, as a written answer does."""
    seen: dict[str, str] = {}
    return [
        tuple(BlankNode(seen.setdefault(t.value, f"b{len(seen)}")) if isinstance(t, BlankNode) else t for t in row)
        for row in rows
    ]


@pytest.mark.parametrize(("name", "reader"), [("json", QueryResultsFormat.JSON), ("tsv", QueryResultsFormat.TSV)])
@given(rows=solutions(texts))
@example(
    rows=[(Literal("\x00\ufffe\u2028\\u0041 \\ \"'\t\r\n"), None, Literal("1.", datatype=NamedNode(XSD + "decimal")))]
)
@example(rows=[(Literal(""), Literal("01", datatype=NamedNode(XSD + "integer")), Literal(""))])
def test_json_and_tsv_give_the_same_terms_back(name, reader, rows):
    """Every term written to JSON or TSV is read back as the same term."""
    written = formats.render(rows_of(*rows), name)
    assert [tuple(row) for row in parse_query_results(written, format=reader)] == numbered(rows)


@given(rows=solutions(xml_texts))
@example(rows=[(Literal("  a\r\nb\t"), Literal("\n"), Literal("<&>\"']]>"))])
def test_xml_gives_the_same_terms_back(rows):
    """Every term that XML can carry is read back as the same term, white space and CR included."""
    written = formats.render(rows_of(*rows), "xml")
    assert [tuple(row) for row in parse_query_results(written, format=QueryResultsFormat.XML)] == numbered(rows)
    told = [binding[0].text or "" for binding in ET.fromstring(written).findall(".//{*}binding")]
    assert told == [t.value for row in numbered(rows) for t in row if t is not None]


@given(rows=solutions(texts))
def test_csv_gives_the_same_texts_back(rows):
    """Python's reader finds in the CSV exactly the lexical forms, IRIs and labels."""
    written = rows_of(*rows).to_csv()
    expected = [
        ["" if t is None else f"{'_:' * isinstance(t, BlankNode)}{t.value}" for t in row] for row in numbered(rows)
    ]
    assert list(csv.reader(io.StringIO(written, newline=""))) == [["a", "b", "c"], *expected]


@pytest.mark.parametrize("name", ["json", "xml", "csv", "tsv"])
def test_the_w3c_formats_say_what_the_engine_s_own_writer_says(name):
    """On plain terms our CSV and TSV are byte for byte the engine's, our JSON and XML equal as documents."""
    year = '"2018"^^<http://www.w3.org/2001/XMLSchema#gYear>'
    cells = f'(<https://e.org/a> 1) ("x,y \\"q\\""@en 1.5) ("é" UNDEF) (true {year})'
    query = f"SELECT ?a ?b {{ VALUES (?a ?b) {{ {cells} }} }}"
    engine = (
        Store()
        .query(query)
        .serialize(format=QueryResultsFormat.from_extension({"json": "srj", "xml": "srx"}.get(name, name)))
    )
    found = Store().query(query)
    ours = formats.render(Rows(Bindings(("a", "b"), found)), name)
    if name == "json":
        assert json.loads(ours) == json.loads(engine)
    elif name == "xml":
        assert ours.replace(b"\n", b"") == engine.replace(b"\n", b"")
    else:
        assert ours == engine


@pytest.mark.parametrize("character", ["\x00", "\x01", "\x0b", "\x1f", "\ufffe", "\uffff"])
def test_a_character_that_xml_lacks_is_refused_by_name(character):
    """XML is well formed or not written at all."""
    with pytest.raises(UsageError, match=f"U\\+{ord(character):04X}.*json"):
        rows_of((Literal(f"a{character}b"),)).to_xml()


def test_blank_nodes_are_named_in_order_of_appearance():
    """The labels of an engine, which differ from run to run, do not reach the bytes."""
    first, second = BlankNode(), BlankNode()
    written = rows_of((second, first), (first, second)).to_csv()
    assert written == "a,b\r\n_:b0,_:b1\r\n_:b1,_:b0\r\n"


@pytest.mark.parametrize("name", ["json", "xml", "tsv"])
def test_what_sparql_11_cannot_carry_is_refused(name):
    """A triple term is refused by the formats that have no place for it."""
    triple = Triple(CITY, CITY, Literal(1))
    with pytest.raises(UsageError, match="triple term"):
        formats.render(rows_of((triple,)), name)


@pytest.mark.parametrize("name", ["json", "xml"])
def test_a_base_direction_is_not_dropped_in_silence(name):
    """Text with a base direction is refused where the format would lose it."""
    with pytest.raises(UsageError, match="base direction"):
        formats.render(rows_of((Literal("a", language="ar", direction=BaseDirection("rtl")),)), name)


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+x", "'+x"),
        ("-x", "'-x"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("＝1", "'＝1"),  # noqa: RUF001 - the full-width sign is the test
        ("-1.5", "-1.5"),
        ("+1e5", "+1e5"),
        ("-1+cmd", "'-1+cmd"),
        ("-1\n", "'-1\n"),
        ("plain", "plain"),
    ],
)
def test_a_spreadsheet_finds_no_formula_in_safe_csv(cell, written):
    """A cell that begins as a formula does gets an apostrophe; a number stays one; plain CSV is untouched."""
    rows = rows_of((Literal(cell),))
    assert list(csv.reader(io.StringIO(rows.to_csv(safe=True), newline="")))[1] == [written]
    assert list(csv.reader(io.StringIO(rows.to_csv(), newline="")))[1] == [cell]


def test_the_table_of_a_known_answer():
    """Columns are aligned, numbers to the right, IRIs shortened, unbound cells empty, the rows counted."""
    rows = rows_of((CITY, Literal("Huế", language="vi"), Literal(7)), (CITY, None, Literal(10)))
    assert rows.to_table() == (
        "a         b     c\n"
        "────────  ───  ──\n"
        "city:hue  Huế   7\n"
        "city:hue       10\n"
        "2 rows\n"
    )  # fmt: skip


@given(rows=solutions(texts), width=st.integers(20, 120), columns=st.sampled_from(["a b c", "a aName nameOfItAll"]))
def test_the_table_fits_its_width_and_obeys_nothing(rows, width, columns):
    """No line is wider than the terminal, and no control character or direction override reaches it."""
    table = rows_of(*rows, columns=columns).to_table(width=width)
    assert all(width_of(line) <= width for line in table.split("\n"))
    assert not [c for c in table if unicodedata.category(c) in ("Cc", "Cn", "Zl", "Zp") and c != "\n"]
    assert not set(table) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\ufeff")


def test_wide_and_combining_characters_are_counted_as_shown():
    """East Asian characters take two columns, combining marks and joiners none."""
    assert [width_of(text) for text in ("智慧城市", "Hue\u0302\u0301", "ก็", "a\u200db", "ｱ", "")] == [8, 3, 1, 2, 1, 0]
    # Labels of the graph in scripts whose marks take room, as wcwidth 0.9 counts them.
    told = {
        "ஹனோய்": 4,
        "வியட் நாம் சோசலிச குடியரசு": 24,
        "டிமோர்லெச்தே குடியாட்சி குடியரசு": 26,
        "မြန်မာ": 5,
        "မလေးရှား": 5,
        "စင်္ကာပူ": 4,
        "បណ្តាញទីក្រុងឆ្លាតអាស៊ាន": 16,
        "កម្ពុជា": 5,
        "ຫຼວງພະບາງ": 8,
        "เครือข่ายเมืองอัจฉริยะอาเซียน": 23,
        "👩🏽\u200d🔬 ❤\ufe0f": 5,
    }
    assert {text: width_of(text) for text in told} == told
    lines = (
        rows_of((Literal("智慧城市"), Literal("x")), (Literal("Hue\u0302\u0301"), Literal("y"))).to_table().split("\n")
    )
    assert {width_of(line[: line.index(mark)]) for line, mark in zip(lines[2:4], "xy", strict=True)} == {10}


def test_many_columns_on_a_narrow_terminal_become_blocks():
    """Where columns would be cut to nothing, each row is a block with one line a column."""
    table = rows_of(*[tuple(Literal(f"value {n} that is long") for n in range(6))] * 2).to_table(width=40)
    assert table.count("value 5 that is long") == 2
    assert table.startswith("─ 1 ─")
    assert all(width_of(line) <= 40 for line in table.split("\n"))


def test_iris_make_room_for_their_names():
    """Where the table is too wide, an IRI whose name stands beside it goes first, and the last line says so."""
    rows = rows_of((CITY, Literal("Huế"), CITY, Literal("word " * 4)), columns="city cityName source note")
    assert rows.to_table(width=60).startswith("city ")
    assert rows.to_table(width=44).splitlines() == [
        "cityName  source    note",
        "────────  ────────  ────────────────────",
        "Huế       city:hue  word word word word",
        "1 row; no room for city",
    ]


def test_text_wraps_at_words_and_addresses_are_cut_where_they_are_alike():
    """In a row that does not fit no word is cut, and of IRIs the part that tells them apart stays."""
    iris = [NamedNode(f"http://example.org/a/long/way/down/{name}") for name in ("first", "second")]
    rows = rows_of(*((iri, Literal("the quick brown fox jumps over it")) for iri in iris), columns="where told")
    assert rows.to_table(width=36).splitlines() == [
        "where              told",
        "─────────────────  ─────────────────",
        "http://exam…first  the quick brown",
        "                   fox jumps over it",
        "http://exa…second  the quick brown",
        "                   fox jumps over it",
        "2 rows",
    ]


def test_words_that_do_not_fit_their_columns_make_blocks():
    """Where even the longest words side by side are wider than the terminal, no word is cut: each row is a block."""
    words = [f"{letter * 18} of {letter}" for letter in "abc"]
    table = rows_of(tuple(map(Literal, words)), columns="one two three").to_table(width=50)
    assert table.startswith("─ 1 ─")
    assert set(" ".join(words).split()) <= set(table.split())


def test_names_too_long_give_way_to_their_iris():
    """Where names leave no room for the rows, what tells whom they name stays, and the last line says what went."""
    rows = rows_of((Literal("2018"), CITY, Literal("a name of ninety letters " * 6)), columns="date source sourceName")
    assert rows.to_table(width=30).splitlines()[2:] == ["2018  city:hue", "1 row; no room for sourceName"]


def test_words_of_scripts_without_spaces_are_broken_anywhere():
    """A sentence of Thai, which puts no space between words, takes as many lines as it needs and no more room."""
    rows = rows_of((Literal("การประชุมสัมมนาและนิทรรศการนานาชาติ"), Literal("word " * 6)), columns="a b")
    table = rows.to_table(width=30)
    assert table.startswith("a ")
    assert all(width_of(line) <= 30 for line in table.splitlines())
    # No vowel begins a line without its consonant, and none that is written before it ends one.
    for width in range(20, 30):
        words = [line.split("  ")[0] for line in rows.to_table(width=width).splitlines()[2:-1]]
        assert not [word for word in words if word and (word[0] in "ะาำๅ" or word[-1] in "เแโใไ")]


@pytest.mark.parametrize(("name", "given"), [("project-history", {"city": "hanoi"}), ("timeline", {"from": "2018"})])
def test_what_was_when_is_a_table_at_eighty_columns(name, given):
    """Pages stand for the IRIs of places, and a stage is broken at its hyphens: no row needs a block."""
    table = ascn.load(named=False).query(name, **given).to_table(width=80)
    assert "─ 1 ─" not in table
    assert all(width_of(line) <= 80 for line in table.splitlines())


def test_a_column_without_any_value_goes_with_a_note():
    """On a terminal an empty column only takes room; for a file or a program it stays."""
    rows = rows_of((Literal("x"), None), (Literal("y"), None), columns="a nothing")
    assert rows.to_table(width=80) == "a\n─\nx\ny\n2 rows; nothing under nothing\n"
    assert rows.to_table().startswith("a  nothing\n")


@pytest.mark.thorough
@pytest.mark.parametrize("width", [80, 120, 200])
def test_named_queries_fit_a_terminal_and_no_word_is_cut(width):
    """Every named query fits, and each word of each text it shows stands there whole."""
    graph = ascn.load(named=False)
    for query in graph.queries.values():
        given = {each.name: each.example for each in query.parameters.values() if each.required}
        rows = graph.query(query.name, **given)[:40]
        table = rows.to_table(width=width)
        assert max(map(width_of, table.splitlines())) <= width, query.name
        # A word may be broken behind a hyphen, and where its script puts no space between words.
        there = set(table.replace("-", "- ").split())
        left_out = set(re.split(r",?\s+", table.partition("no room for ")[2]))
        for place, column in enumerate(rows.columns):
            if column in left_out:
                continue
            texts = [terms[place].value for terms in rows.solutions() if isinstance(terms[place], Literal)]
            words = {word for text in texts if "://" not in text for word in printable(text).replace("-", "- ").split()}
            assert {word for word in words if len(word) < 40 and max(word) < "\u0e00"} <= there, (query.name, column)


def test_control_characters_are_shown_escaped():
    """Escape sequences, bells and right-to-left overrides are seen, not obeyed."""
    assert printable("a\x1b[31m\u202eb\u00a0c") == "a\\x1b[31m\\u202eb\u00a0c"


def test_markdown_obeys_no_cell():
    """Pipes, line ends, HTML and Markdown signs in a cell are text; a web IRI is a link, another IRI is not."""
    table = rows_of((Literal(HOSTILE), CITY, NamedNode("javascript:alert(1)"))).to_markdown()
    head, rule, row, end = table.split("\n")
    assert (head, rule, end) == ("| a | b | c |", "| --- | --- | --- |", "")
    assert "a\\|b<br>\\<script\\>" in row
    assert "[city:hue](<https://w3id.org/ascn/id/city/hue>)" in row
    assert "](<javascript" not in row
    assert "\\\\u202e" not in row.replace("\\\\\\\\", "")
    assert "\u202e" not in row


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value for name, value in attrs if name == "href"]


def test_html_holds_no_tag_of_a_cell():
    """A notebook shows hostile cells, column names and the name of the query as text; only web IRIs are links."""
    cells = (Literal(HOSTILE), NamedNode("javascript:alert(1)"), CITY, Literal("Huế", language="vi"))
    rows = Rows(Bindings(("<b>", "c", "d", "e"), iter([cells])), name="<i>")
    html = rows._repr_html_()
    parser = _Tags()
    parser.feed(html)
    assert parser.tags == {"table", "caption", "thead", "tbody", "tr", "th", "td", "a"}
    assert parser.links == [CITY.value]
    assert '<td lang="vi">Huế</td>' in html
    assert "\u202e" not in html


def test_html_says_how_many_rows_it_leaves_out():
    """A long answer is cut in a notebook, and says so."""
    html = rows_of(*[(Literal(n),) for n in range(150)])._repr_html_()
    assert html.count("<tr>") == 101
    assert "and 50 more rows" in html


def degrees(value: str, kind: str = "decimal") -> Literal:
    """Return a coordinate."""
    return Literal(value, datatype=NamedNode(XSD + kind))


def test_geojson_holds_points_and_properties():
    """A row is a Point (longitude first) with its other columns typed; one without coordinates has none."""
    rows = rows_of(
        (CITY, degrees("16.4637"), degrees("107.5909"), Literal(3), degrees("true", "boolean"), None),
        (CITY, None, degrees("107.5909"), Literal(0.5), degrees("0.10"), degrees("INF", "double")),
        (CITY, degrees("91"), degrees("0"), degrees("0." + "1" * 30), degrees("x"), Literal("é")),
        columns="city latitude longitude n flag rest",
    )
    document = json.loads(rows.to_geojson())
    assert document["type"] == "FeatureCollection"
    first, second, third = document["features"]
    assert first == {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [107.5909, 16.4637]},
        "properties": {"city": CITY.value, "n": 3, "flag": True, "rest": None},
    }
    assert (second["geometry"], third["geometry"]) == (None, None)
    assert second["properties"] == {
        "city": CITY.value,
        "latitude": None,
        "longitude": 107.5909,
        "n": 0.5,
        "flag": 0.1,
        "rest": "INF",
    }
    assert third["properties"] == {
        "city": CITY.value,
        "latitude": 91.0,
        "longitude": 0.0,
        "n": "0." + "1" * 30,
        "flag": "x",
        "rest": "é",
    }


@given(st.lists(terms(figures | texts), min_size=3, max_size=3))
@example([Literal("1" + "0" * 400, datatype=NamedNode(XSD + "integer"))] * 3)
@example([Literal("NaN", datatype=NamedNode(XSD + "double"))] * 3)
def test_geojson_is_well_formed_whatever_the_cells(cells):
    """Figures out of reach, NaN and hostile text leave the document JSON that a strict reader takes."""
    written = rows_of(tuple(cells), columns="latitude longitude x").to_geojson()
    feature = json.loads(written, parse_constant=pytest.fail)["features"][0]
    assert set(feature["properties"]) >= {"x"}


def test_geojson_without_coordinates_names_the_columns():
    """An answer that is no map says which columns it has."""
    with pytest.raises(UsageError, match=r"latitude and longitude; .* a, b"):
        rows_of((CITY, CITY)).to_geojson()


subjects = iris | st.sampled_from(["x", "y"]).map(BlankNode)
graphs = st.lists(
    st.builds(
        Triple,
        subjects,
        iris,
        (iris | texts.map(Literal) | figures.map(lambda f: Literal(f, datatype=NamedNode(XSD + "decimal")))),
    ),
    max_size=6,
)


@pytest.mark.sample(1)
@pytest.mark.parametrize(
    ("name", "reader"), [("turtle", RdfFormat.TURTLE), ("ntriples", RdfFormat.N_TRIPLES), ("jsonld", RdfFormat.JSON_LD)]
)
@given(triples=graphs, data=st.data())
def test_triples_are_read_back_and_written_alike_in_any_order(name, reader, triples, data):
    """A graph is read back isomorphic, and its bytes depend neither on the order nor on the labels it came in."""
    written = formats.render(TripleRows(Triples(iter(triples))), name)
    back = [quad.triple for quad in parse(written, format=reader)]
    shuffled = data.draw(st.permutations(back))
    assert formats.render(TripleRows(Triples(iter(shuffled))), name) == written
    assert len(back) == len(TripleRows(Triples(iter(triples))))


def test_turtle_uses_the_prefixes_it_needs_and_no_other():
    """Turtle is for people: prefixed names, types first, no unused prefix; JSON-LD names no context to fetch."""
    kind = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    label = NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
    member = NamedNode("https://w3id.org/ascn/ontology#MemberCity")
    triples = iter([Triple(CITY, label, Literal("Huế", language="en")), Triple(CITY, kind, member)])
    rows = TripleRows(Triples(triples), prefixes=packaged().prefixes)
    lines = rows.to_turtle().splitlines()
    assert [line.split()[1] for line in lines if line.startswith("@prefix")] == ["rdf:", "rdfs:", "ascn:", "city:"]
    assert "city:hue a ascn:MemberCity ;" in lines
    assert "@context" not in rows.to_jsonld()
    assert json.loads(rows.to_jsonld())[0]["@id"] == CITY.value
    assert rows.to_ntriples().count("\n") == 2


def test_the_prefix_that_the_files_use_is_written():
    """Of the prefixes of a kind, `state` in the files and `member-state` by its name, the first alone is written."""
    profile = packaged()
    things = [NamedNode(profile.thing_iri(name, "a")) for name in profile.kinds]
    said = written([Triple(thing, things[0], thing) for thing in things], RdfFormat.TURTLE, profile.prefixes).decode()
    names = {found[1] for found in re.finditer(r"([\w-]+):a\b", said)}
    assert names == {kind.prefix for kind in profile.kinds.values()}


@pytest.mark.parametrize("name", list(formats.FORMATS))
def test_every_format_takes_an_answer_or_says_what_would(name):
    """Each format writes rows or triples, or refuses in a sentence; so for the truth of an ASK."""
    form = formats.FORMATS[name]
    table = rows_of((degrees("1"), degrees("2")), columns="latitude longitude")
    if form.triples:
        with pytest.raises(UsageError, match="choose table, csv"):
            formats.render(table, name)
        assert formats.render(TripleRows(Triples(iter([Triple(CITY, CITY, CITY)]))), name)
    else:
        assert formats.render(table, name)
    if form.truth is None:
        with pytest.raises(UsageError, match="ASK: choose table, csv"):
            formats.render(answer=True, name=name)
    else:
        assert b"true" in formats.render(answer=True, name=name)


@pytest.mark.parametrize("truth", [True, False])
def test_the_truth_of_an_ask_is_read_back(truth):
    """JSON and XML say a boolean as the W3C formats do; CSV and TSV, which have none, one word."""
    for name, reader in (("json", QueryResultsFormat.JSON), ("xml", QueryResultsFormat.XML)):
        assert bool(parse_query_results(formats.render(truth, name), format=reader)) is truth
    assert formats.render(truth, "csv") == formats.render(truth, "tsv") == f"{truth}\n".lower().encode()


def test_an_unknown_format_is_answered_with_the_nearest():
    """A misspelt format names the one that was meant, and all there are."""
    with pytest.raises(UsageError, match=r"'jsn'.*did you mean json.*geojson"):
        formats.render(rows_of((CITY,)), "jsn")


@pytest.mark.parametrize(
    "name", [name for name, form in formats.FORMATS.items() if not form.triples and name != "geojson"]
)
def test_an_answer_without_rows_or_without_columns_is_written(name):
    """No rows, and no columns, are answers too."""
    assert formats.render(Rows(Bindings(("a",), iter([]))), name)
    assert formats.render(Rows(Bindings((), iter([()]))), name)


def test_bytes_depend_on_no_hash_seed():
    """The same answer gives the same bytes under two hash seeds and two locales."""
    code = (
        "import sys; from ascn_graph import formats, results; from pyoxigraph import Store, Triple\n"
        "s = Store(); s.update('INSERT DATA { <urn:a> <urn:p> 1, \"é\"@vi, [ <urn:q> [] ] . <urn:b> a <urn:C> }')\n"
        "t = results.TripleRows(results.Triples(iter(s.query('CONSTRUCT WHERE { ?s ?p ?o }'))))\n"
        "for n in formats.FORMATS:\n"
        "    if n != 'geojson': sys.stdout.buffer.write(formats.render(t, n, width=60))\n"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "LANG": lang},
        ).stdout
        for seed, lang in (("1", "C"), ("2", "C.UTF-8"))
    }
    assert len(told) == 1
