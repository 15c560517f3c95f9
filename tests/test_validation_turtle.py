"""The positional Turtle reader against pyoxigraph, and what it does with broken text."""

from __future__ import annotations

import re
import resource
from pathlib import Path

import pyoxigraph as ox
import pytest
from conftest import examples
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ascn_graph.turtle.iri import resolve
from ascn_graph.turtle.reader import MOST_FAULTS, PlacedTriple, read

BASE = "http://example.org/folder/file.ttl"
HEAD = "@prefix : <http://example.org/> .\n"


def canonical(triples) -> ox.Dataset:
    """Return triples as a dataset in which equal graphs are equal."""
    dataset = ox.Dataset(triples)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return dataset


def quads(text: str, form: ox.RdfFormat, base: str | None = BASE) -> list[ox.Triple] | None:
    """Return the triples of all graphs that pyoxigraph reads, or None where it refuses the text."""
    try:
        return [quad.triple for quad in ox.parse(text.encode(), format=form, base_iri=base)]
    except SyntaxError:
        return None


def graph(rows: list[PlacedTriple]) -> ox.Dataset:
    """Read the rows again as N-Triples, so that a badly written term is an error."""
    lines = "".join(f"{row[0]} {row[1]} {row[2]} .\n" for row in rows)
    return canonical(ox.parse(lines.encode(), format=ox.RdfFormat.N_TRIPLES))


def oracle(text: str, base: str | None = BASE, form: ox.RdfFormat = ox.RdfFormat.TURTLE) -> ox.Dataset | None:
    """Return what pyoxigraph reads, or None where it refuses the text."""
    found = quads(text, form, base)
    return None if found is None else canonical(ox.Quad(*triple) for triple in found)


def agrees(text: str, base: str | None = BASE, form: ox.RdfFormat = ox.RdfFormat.TURTLE) -> None:
    """Hold the reader to the oracle: both refuse the text, or both read the same graph."""
    document = read(text, base, graphs=form is ox.RdfFormat.TRIG)
    expected = oracle(text, base, form)
    assert bool(document.faults) == (expected is None), (text, document.faults)
    if expected is not None:
        assert graph(document.rows) == expected, text


def test_w3c_turtle_suite(shared: Path) -> None:
    """All 313 W3C Turtle tests give the oracle's graph, or are refused as it refuses them."""
    folder = shared / "w3c/rdf-tests/rdf/rdf11/rdf-turtle"
    manifest = (folder / "manifest.ttl").read_text()
    tests = re.findall(r"rdf:type rdft:TestTurtle(\w+) ;.*?mf:action\s+<([^>]+)>", manifest, re.DOTALL)
    assert len(tests) == 313
    for kind, name in tests:
        text = (folder / name).read_bytes().decode()
        base = "https://w3c.github.io/rdf-tests/rdf/rdf11/rdf-turtle/" + name
        agrees(text, base)
        assert bool(read(text, base).faults) == kind.startswith("Negative"), name


def test_w3c_turtle_12_suite(shared: Path) -> None:
    """All W3C tests of RDF 1.2 Turtle give the oracle's graph, or are refused as it refuses them."""
    folder = shared / "w3c/rdf-tests/rdf/rdf12/rdf-turtle"
    files = sorted([*folder.glob("syntax/*12*.ttl"), *folder.glob("eval/*12*.ttl")])
    assert len(files) > 80
    for path in files:
        agrees(path.read_bytes().decode(), f"https://w3c.github.io/rdf-tests/rdf/rdf12/rdf-turtle/{path.name}")
        expected = path.with_suffix(".nt")
        if expected.exists():
            wanted = quads(expected.read_text(), ox.RdfFormat.N_TRIPLES)
            assert graph(read(path.read_text()).rows) == canonical(ox.Quad(*triple) for triple in wanted), path.name


def test_w3c_shacl_suite_files(shared: Path) -> None:
    """Every file of the W3C SHACL suite is read as the oracle reads it."""
    files = sorted((shared / "w3c/data-shapes").rglob("*.ttl"))
    assert len(files) > 100
    for path in files:
        agrees(path.read_bytes().decode())


TOKENS = (
    ":a", ":b.c", ":", "ex:p", "a", "true", "false", "<x>", "<http://e/é>", "<../y?q#f>", "<>", "_:x", "_:y.z",
    '"s"', "'t'", '"""l"o\nng"""', "'''m'''", '"e\\t\\u00e9\\U0001F600"', '"\\x"', '"\\ud800"', '""', "@en", "@en-GB",
    "@toolonglanguage", "^^", "^^:dt", "^^<http://e/dt>", "1", "-2", "+3.5", ".5", "1.", "1e3", "1.e-3", "12a", "[",
    "]", "(", ")", ";", ",", ".", ".", "\n", " ", "# c\n", "@prefix ex: <http://ex/> .", "PREFIX ex: <ex#>",
    "@base <b/> .", "BASE <c/d>", "@prefix", "prefix", "é:b", "ex:%41", "ex:%4", "ex:\\~x", "ex:a\\", "<a b>",
    "<\\u0020>", "<\\u00e9>",    "ex:a·b", "\u00a0", "{", "|", "\\", '"', "a1", "a_", "_:", "_:-", ":-a", ":1", "::",
    "<urn:x>", "<http://[::1]:x/>", "\r\n", "\t",
)  # fmt: skip


@pytest.mark.thorough
@settings(max_examples=examples(1500), deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(TOKENS), max_size=14), st.sampled_from(["", " "]))
@example([":a", "a", "1", "."], "")
@example(["[", "]", "."], " ")
@example(["(", "(", ")", "[", ":a", ":", "]", ")", ":a", "a", "."], " ")
def test_any_tokens(parts, gap) -> None:
    """Tokens strung together at random are read or refused as the oracle does."""
    agrees(HEAD + gap.join(parts))


NEW_TOKENS = (
    "<<", "<<", ">>", ">>", "<<(", ")>>", "{|", "|}", "~", "~", ":a", ":b", ":c", ":p", ":q", "_:x", "1", '"s"',
    '"s"@ar--rtl', '"s"@en--up', "[]", "a", ".", ".", ";", ",", "(", ")", "[", "]", "VERSION", "@version", '"1.2"',
    "<i>", "{", "}", "GRAPH", "graph", "|", ">", "<", " ", "true",
)  # fmt: skip
PIECES = (
    "<< :a :b :c >>", "<< :a :b :c ~ :r >>", "<< :a :b :c ~ >>", "<<( :a :b 1 )>>", "<<( :a a <<( _:x :b [] )>> )>>",
    "<< << :a :b :c >> :p << :d :e :f ~ [] >> >>", ":a :p :b", ":s", ":p", "{| :p :q |}", "{| :p :q ; |}", "~ :r", "~",
    "{| :p [ :q ( 1 :z ) ] ~ _:y {| a :T |} |}", "( :a ( :b ) )", "[ :p :q ]", ",", ";", ".", "{", "}", "GRAPH :g",
)  # fmt: skip


@pytest.mark.thorough
@settings(max_examples=examples(2500), deadline=None, derandomize=True)
@given(
    st.lists(st.sampled_from(PIECES), max_size=10) | st.lists(st.sampled_from(NEW_TOKENS), max_size=14),
    st.sampled_from(["", " "]),
    st.sampled_from([ox.RdfFormat.TURTLE, ox.RdfFormat.TRIG]),
)
@example([":a :p :b", "~ :r", "{| :p :q |}", "{| :p :q |}", "."], " ", ox.RdfFormat.TURTLE)
@example([":a :p :b", "~", "~ :r", "{| :p :q |}", ",", ":s", "{| :p :q ; |}", "."], " ", ox.RdfFormat.TURTLE)
@example(["<<( :a :b 1 )>>", ":p", ":s", "."], " ", ox.RdfFormat.TURTLE)
@example([":s", ":p", "( :a ( :b ) )", "~ :r", ";", ":p", "[ :p :q ]", "{| :p :q |}", "."], " ", ox.RdfFormat.TURTLE)
@example([":s", "{", ":a :p :b", "}", "{", ":a :p :b", ".", "}", "GRAPH :g", "{", "}"], " ", ox.RdfFormat.TRIG)
@example(["[]", "{", ":a", ":p", "1", ";", "}", "GRAPH", "[]", "{", "<< :a :b :c >>", ".", "}"], " ", ox.RdfFormat.TRIG)
def test_any_tokens_of_rdf_12_and_trig(parts, gap, form) -> None:
    """Triple terms, reifiers, annotations and graphs strung together at random are read as the oracle does."""
    agrees(HEAD + gap.join(parts), BASE, form)


TERMS = st.sampled_from([":a", "ex:b", "<c>", "_:d"])
VALUES = st.recursive(
    TERMS | st.sampled_from(['"x"@EN', '"y"^^:t', "1", "2.0", "3e4", "true", "'''q'''", "[]", "()"]),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"({' '.join(items)})")
        | st.lists(inner, min_size=1, max_size=3).map(lambda items: f"[ :p {', '.join(items)} ; a :K ; ]")
    ),
    max_leaves=6,
)


@pytest.mark.thorough
@settings(max_examples=examples(300), deadline=None, derandomize=True)
@given(st.lists(st.tuples(TERMS | VALUES.filter(lambda v: v[0] in "[("), VALUES), min_size=1, max_size=4))
def test_nested_values(statements) -> None:
    """Blank nodes and lists nested at random give the oracle's graph."""
    lines = "".join(f"{subject} :q {value} .\n" for subject, value in statements)
    agrees(HEAD + "@prefix ex: <http://ex/> .\n" + lines)


SEGMENTS = st.lists(st.sampled_from(["a", "..", ".", "", "b;c", "..."]), max_size=5).map("/".join)


@settings(max_examples=examples(500), deadline=None, derandomize=True)
@given(
    st.sampled_from(["http://h", "http://h/", "http://h/x/y", "http://h/x/../y/z?q#f", "file:///d/e.ttl"]),
    st.tuples(st.sampled_from(["", "/", "//i/", "?", "#"]), SEGMENTS, st.sampled_from(["", "?r", "#g", "?r#g"])),
)
def test_relative_iris(base, parts) -> None:
    """A relative IRI resolves as the oracle resolves it."""
    reference = "".join(parts)
    expected = oracle(f"<{reference}> a <urn:x> .", base)
    if expected is not None:
        assert resolve(base, reference) == next(iter(expected)).subject.value


def test_offsets_are_where_the_terms_are_written() -> None:
    """Subject, predicate and object offsets count code points and hit the written token."""
    text = HEAD + '# é😀\n:s :p "é", [ :q ( 1 :z ) ] ;\n  a :T .\n'
    rows = read(text).rows
    at = [(text[s:].split()[0], text[p:].split()[0], text[o:].split()[0]) for *_, s, p, o in rows]
    assert at == [
        (":s", ":p", '"é",'),
        (":s", ":p", "["),
        ("[", ":q", "("),
        ("1", "1", "1"),
        ("1", ":z", ":z"),
        (":z", ":z", ":z"),
        (":z", ")", ")"),
        (":s", "a", ":T"),
    ]


def test_offsets_of_annotations_and_triple_terms() -> None:
    """A reifier stands where it is written, the triple it reifies at the object, a triple term at its bracket."""
    text = HEAD + ":s :p :o ~ :r {| :q 1 |} {| :q 2 |} .\n<< :a :b :c >> :d <<( :e :f :g )>> .\n"
    rows = read(text).rows
    assert [tuple(text[at:].split()[0] for at in row[3:]) for row in rows] == [
        (":s", ":p", ":o"),
        (":r", ":r", ":o"),
        ("{|", ":q", "1"),
        ("{|", ":q", "2"),
        ("<<", "<<", ":c"),
        ("<<", ":d", "<<("),
    ]


def test_deep_triple_terms() -> None:
    """Triple terms that would end the oracle's process are a fault of the text."""
    for mark, close in (("<<( ", " )>>"), ("<< ", " >>")):
        text = f"{HEAD}:s :p {(mark + ':a :b ') * 100_000}:c{close * 100_000} ."
        assert "nested deeper than 100 levels" in read(text).faults[0].problem


def test_literals_are_written_as_the_oracle_writes_them() -> None:
    """Controls, and the characters that Unicode keeps for no text, are escaped where pyoxigraph escapes them."""
    kept = [
        *range(0xFDD0, 0xFDF0),
        *(plane + last for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF)),
    ]
    text = "".join(f':a :p """x\\U{code:08X}y""" .\n' for code in (*range(0x100), *kept, 0x2028, 0xFEFF, 0xFFFD))
    text += "".join(f':a :q """x{chr(code)}y""" .\n' for code in kept)
    lines = "".join(f"{row[0]} {row[1]} {row[2]} .\n" for row in read(HEAD + text).rows)
    found = ox.parse((HEAD + text).encode(), format=ox.RdfFormat.TURTLE)
    assert lines.encode() == ox.serialize(found, format=ox.RdfFormat.N_TRIPLES)


def test_blank_labels_come_from_position() -> None:
    """Renaming the labels of a text, at equal length, changes no row."""
    assert read(HEAD + "_:x :p _:y . _:y :p [] .").rows == read(HEAD + "_:k :p _:l . _:l :p [] .").rows


def test_several_faults_are_found() -> None:
    """After a fault reading goes on at the next statement, so that each broken statement is named once."""
    text = HEAD + ':a :p "open ;\n  :q 1 .\n\n:b :p :c\n\n:d :p 1 .\n\n:e ex:p 2 .\n:f :p <a b> .\n:g :p 3 .\n'
    document = read(text)
    lines = [text.count("\n", 0, fault.offset) + 1 for fault in document.faults]
    assert lines == [2, 7, 9, 10]
    assert any(row[2].startswith('"3"') for row in document.rows)


def test_each_fault_is_told_once() -> None:
    """What is no Turtle at the beginning of a statement is told once, and reading goes on behind it."""
    text = HEAD + "<<<<<<< a\n:a :p 1 .\n=======\n:a :p 2 .\n>>>>>>> b\n:b :p 3 .\n:c :p 4 .\n"
    document = read(text)
    assert [text.count("\n", 0, fault.offset) for fault in document.faults] == [1, 3, 5]
    assert [row[0] for row in document.rows] == ["<http://example.org/c>"]


def test_faults_are_capped() -> None:
    """A file of nothing but faults is given up on."""
    assert len(read('" \n.\n' * 1000).faults) == MOST_FAULTS


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("<<<<<<< HEAD\n:a :p :b .", "conflict mark"),
        ("ex:a ex:p 1 .", "prefix 'ex:' is not declared"),
        ("<a> <b> <c> .", "relative"),
        (HEAD + ":a :p 1", "ends inside a statement"),
        (HEAD + ":a :p ( 1 .", "an item or"),
        (HEAD + ':a :p "x', "is not closed"),
        (HEAD + ":a :p 'x\\q' .", "is not an escape"),
        (HEAD + ":a :p 1 ;\n:b :p 2 .", "found '2', but a dot, semicolon or comma is missing"),
        (HEAD + ":a 1 .", "a predicate must stand here"),
    ],
)
def test_fault_is_a_sentence(text, problem) -> None:
    """Each usual mistake is told in words that say what to do."""
    assert problem in read(text).faults[0].problem


@pytest.mark.thorough
@pytest.mark.parametrize(("open_", "close"), ["[]", "()"])
def test_deep_nesting(open_, close) -> None:
    """A hundred thousand nested brackets neither crash nor take more than the memory they need."""
    step = ":p " if open_ == "[" else ""
    text = f"{HEAD}:a :p {(open_ + step) * 100_000}:z{close * 100_000} ."
    document = read(text)
    assert not document.faults
    assert len(document.rows) == 100_001 + 100_000 * (open_ == "(")
    assert read(text[:-100]).faults


@pytest.mark.thorough
def test_one_line_of_a_hundred_megabytes() -> None:
    """One long line is read, in memory that is a small multiple of its length."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    text = f'{HEAD}:a :p "{"x" * 100_000_000}" .'
    assert len(read(text).rows) == 1
    assert len(read(text[:-3]).faults) == 1
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 1_500_000
