"""Queries, names and files of people's own, as they come."""

from __future__ import annotations

import datetime
import io
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from conftest import ROOT

import ascn_graph as ascn
from ascn_graph.cli import main
from ascn_graph.errors import InputError, ParameterError, UsageError

MUSEUM = ROOT / "tests" / "graphs" / "museum"
#: What is bound without a name to look up asks nothing, so there need be nothing.
NOWHERE = "http://127.0.0.1:1/"
TAKES = "SELECT ?y { VALUES ?inX { UNDEF } BIND(?inX AS ?y) }\n"
PARAMETER = "#+ params:\n#+   x: {type: integer, example: 1}\n"


@pytest.fixture
def told(capsys):
    """Return a function that runs `ascn query` and gives its exit code and what it printed."""

    def run(*words: str | Path) -> tuple[int, str, str]:
        code = main(["query", *map(str, words)])
        out, error = capsys.readouterr()
        return code, out, error

    return run


def written(folder: Path, name: str, content: str | bytes) -> Path:
    """Write a file below a folder, byte for byte."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.sample(3)
@pytest.mark.parametrize(
    "text",
    [
        PARAMETER + TAKES,
        "# SPDX-License-Identifier: MIT\n# Copyright\n\n" + PARAMETER + TAKES,
        "\ufeff" + PARAMETER + TAKES,
        (PARAMETER + TAKES).replace("\n", "\r\n"),
        "#+ endpoint: http://e/sparql\n#+ method: GET\n#+ pagination: 100\n#+ endpoint_in_url: False\n"
        + PARAMETER
        + TAKES,
        "#+ enumerate:\n#+   - x: [1, 2]\n#+ transform: {\n#+     'a': 'b'\n#+   }\n" + PARAMETER + TAKES,
        "#+ summary: Which: this one\n#+ description: >\n#+   Of two\n#+   lines\n#+ tags:\n#+   - a\n#+   - b\n"
        + PARAMETER
        + TAKES,
        "#+\n#+summary: x\n" + PARAMETER + TAKES,
    ],
    ids=["plain", "licence", "mark", "crlf", "grlc", "nested", "yaml", "tight"],
)
def test_a_header_may_stand_among_what_others_write(told, tmp_path, text):
    """Licence comments, a byte order mark, CRLF and the keys of grlc do not keep a query from running."""
    file = written(tmp_path, "own.rq", text)
    assert told("--file", file, "x=7", "--data", MUSEUM)[:2] == (0, "y\r\n7\r\n")
    assert told("own", "x=7", "--queries", tmp_path, "--data", MUSEUM)[:2] == (0, "y\r\n7\r\n")


def test_a_query_without_a_header_runs(told, tmp_path):
    """A folder of plain SPARQL files is a catalogue: each is called what its file is."""
    written(tmp_path, "how-many.rq", "SELECT (COUNT(?c) AS ?n) { ?c a ascn:MemberState }")
    assert told("how-many", "--queries", tmp_path)[1] == "n\r\n11\r\n"
    assert ascn.load(queries=tmp_path).query("how-many")[0].n == 11
    assert "how many" in told("--queries", tmp_path)[1]
    assert "Example: ascn query how-many" in told("how-many", "--help", "--queries", tmp_path)[1]


def test_a_folder_of_queries_goes_with_every_engine(tmp_path):
    """`queries=` of `over` and `connect` is that of `load`."""
    rdflib = pytest.importorskip("rdflib")
    written(tmp_path, "own.rq", PARAMETER + TAKES)
    graph = rdflib.Graph()
    graph.add((rdflib.URIRef("http://e/a"), rdflib.URIRef("http://e/b"), rdflib.Literal("c")))
    assert ascn.over(graph, queries=tmp_path).query("own", x=3)[0].y == 3
    assert 'VALUES ?inX { "3"' in ascn.connect(NOWHERE, queries=tmp_path).text_of("own", x=3)


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({}, "holds no query"),
        ({"readme.txt": "x"}, "holds no query"),
        ({"officers.rq": "ASK {}"}, "two queries of the name 'officers'"),
        ({"own.rq": b"SELECT \xff"}, "own.rq:1:8: is not UTF-8"),
        ({"own.rq": "# a\n#+ parms:\n"}, "own.rq:2:1: The header of query 'own' cannot be read: there is no key parms"),
        ({"own.rq": "#+ params:\n#+   x: {kind: colour, example: 1}\n"}, "own.rq:2:1: The header"),
        (
            {"own.rq": "#+ params:\n#+   x: {type: integer, example: 1}\n#+   x: {type: date, example: 1}\n"},
            "x stands twice",
        ),
        ({"own.rq": "#+ summary: a\n#+ summary: b\n"}, "summary stands twice"),
    ],
)
def test_a_folder_of_queries_that_cannot_be_used_is_told(told, tmp_path, files, says):
    """One sentence with the file, and its line where it has one; exit 2 or 3."""
    for name, content in files.items():
        written(tmp_path, name, content)
    code, _, error = told("officers" if "officers.rq" in files else "own", "--queries", tmp_path)
    assert code in (2, 3)
    assert says in error
    assert error.count("\n") == 1


def test_a_folder_of_queries_that_is_not_there_is_told(told, tmp_path):
    """A file, or nothing, is no folder of queries."""
    file = written(tmp_path, "q.rq", "ASK {}")
    for place in (tmp_path / "none", file):
        code, _, error = told("officers", "--queries", place)
        assert (code, error) == (3, f"ascn: {place}:1:1: there is no such folder of queries\n")


def test_prefixes_of_the_profile_need_no_line(told):
    """Own SPARQL may use them; `--show` prints what is sent, and `--no-prefixes` adds none."""
    text = "SELECT (COUNT(?c) AS ?n) { ?c a ascn:MemberState }"
    assert told(text)[1] == "n\r\n11\r\n"
    graph = ascn.load(named=False)
    assert graph.ask("ASK { city:hanoi rdfs:label ?x }")
    assert told(text, "--show")[1] == f"PREFIX ascn: <https://w3id.org/ascn/ontology#>\n{text}\n"
    own = f"PREFIX ascn: <http://e/>\n{text}"
    assert told(own, "--show")[1] == f"{own}\n"
    code, _, error = told(text, "--no-prefixes")
    assert (code, "the prefix 'ascn:' is not declared" in error) == (2, True)
    with pytest.raises(UsageError, match="not declared"):
        graph.sparql(text, prefixes=False)


def test_added_lines_do_not_move_the_place_of_a_fault(told, tmp_path):
    """A fault is told at the line and column of the text as it was written."""
    text = "# a comment\nSELECT ?c {\n  ?c a ascn:City, city:x ; rdfs:label ?l .\n  FILTR(?l)\n}"
    code, _, error = told(text)
    assert (code, "does not parse at 4:3:" in error) == (2, True)
    code, _, error = told("--file", written(tmp_path, "q.rq", text))
    assert (code, "q.rq:4:3: The query does not parse at 4:3:" in error) == (3, True)


@pytest.mark.parametrize(
    ("name", "content", "graphs"),
    [
        ("bom.ttl", b'\xef\xbb\xbf<http://e/a> <http://e/p> "x" .\n', 1),
        ("crlf.ttl", b'<http://e/a> <http://e/p> "x" .\r\n<http://e/a> <http://e/q> "y" .\r\n', 1),
        ("cut.ttl", b'<http://e/a> <http://e/p> "x" .', 1),
        ("heading.ttl", b'<http://e/a> <http://e/p> """T\n=======\n>>>>>>> x\n<<<<<<< y""" .\n# =======\n', 1),
        ("a.nt", b'<http://e/a> <http://e/p> "x" .', 1),
        ("a.nq", b'<http://e/a> <http://e/p> "x" <http://e/g> .\n<http://e/a> <http://e/p> "x" .\n', 2),
        (
            "a.trig",
            b'<http://e/g> { <http://e/a> <http://e/p> "x" }\n<http://e/h> { <http://e/a> <http://e/p> "x" }',
            2,
        ),
    ],
)
def test_files_of_ones_own_are_read_as_they_come(told, tmp_path, name, content, graphs):
    """A mark, CRLF, no final newline, lines of signs in a text, and the formats that name graphs, file or folder."""
    file = written(tmp_path, f"mine/{name}", content)
    for place in (file, file.parent):
        assert told("ASK { <http://e/a> ?p ?o }", "--data", place)[:2] == (0, "true\n")
        loaded = ascn.load(place)
        mine = "SELECT DISTINCT ?g { GRAPH ?g { <http://e/a> ?p ?o } }"
        assert len(loaded.sparql(mine)) == graphs
        assert len(loaded.sparql('SELECT ?s { ?s <http://e/p> "x" }')) <= 1


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("<http://e/a> <http://e/p> 1 .\n<<<<<<< HEAD\n<http://e/a> <http://e/p> 2 .\n=======\n>>>>>>> b\n", 2),
        ("<http://e/a> <http://e/p> 1 .\r\n<<<<<<< HEAD\r\n=======\r\n>>>>>>> b\r\n", 2),
        ("<http://e/a> <http://e/p> 1 .\n=======\n", 2),
        ("<http://e/a> <http://e/p> 1 .\n>>>>>>> b\n<http://e/a> <http://e/p> 1 .\n", 2),
    ],
)
def test_a_merge_that_is_not_resolved_is_told(told, tmp_path, content, line):
    """A conflict, and what is left of one where Turtle cannot stand, is refused at its line."""
    file = written(tmp_path, "a.ttl", content)
    code, _, error = told("ASK {}", "--data", file)
    assert (code, error) == (
        3,
        f"ascn: {file}:{line}:1: a conflict mark of a merge is left in the file; resolve the merge\n",
    )


def test_relative_iris_begin_with_the_base(told, tmp_path):
    """`--base` says what they begin with; without it the message says so."""
    file = written(tmp_path, "a.ttl", '<a> <p> "x" .')
    ask = "ASK { <http://e/a> <http://e/p> ?o }"
    assert told(ask, "--data", file, "--base", "http://e/")[1] == "true\n"
    assert ascn.load(file, base="http://e/").ask(ask)
    code, _, error = told(ask, "--data", file)
    assert (code, "; --base says what relative IRIs begin with" in error) == (3, True)
    assert told(ask, "--base", "http://e/")[2] == (
        "ascn: --base belongs to --data: the packaged graph has no relative IRIs.\n"
    )
    assert told(ask, "--data", file, "--base", "e/")[2] == "ascn: The base 'e/' is not an absolute IRI.\n"


@pytest.mark.parametrize("name", ["a.jsonld", "a.rdf", "a.owl", "a.json"])
def test_what_only_validate_reads_is_told(told, tmp_path, name):
    """JSON-LD and RDF/XML may name documents elsewhere: they are not read here."""
    code, _, error = told("ASK {}", "--data", written(tmp_path, name, "{}"))
    assert code == 3
    assert "cannot be read here; write it as .ttl" in error


@pytest.mark.parametrize(
    ("type_", "value", "term"),
    [
        ("integer", "+07", '"7"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        ("decimal", 2.5, '"2.5"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
        ("decimal", Decimal("1E+2"), '"100"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
        ("double", "1e300", '"1e300"^^<http://www.w3.org/2001/XMLSchema#double>'),
        ("boolean", True, '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>'),
        ("boolean", "false", '"false"^^<http://www.w3.org/2001/XMLSchema#boolean>'),
        ("date", datetime.date(2018, 7, 8), '"2018-07-08"^^<http://www.w3.org/2001/XMLSchema#date>'),
        (
            "dateTime",
            "2018-07-08T10:00:00Z",
            '"2018-07-08T10:00:00+00:00"^^<http://www.w3.org/2001/XMLSchema#dateTime>',
        ),
        (
            "dateTime",
            datetime.datetime(2018, 7, 8, tzinfo=datetime.UTC),
            '"2018-07-08T00:00:00+00:00"^^<http://www.w3.org/2001/XMLSchema#dateTime>',
        ),
        ("gYear", "2018", '"2018"^^<http://www.w3.org/2001/XMLSchema#gYear>'),
        ("gYearMonth", "2018-07", '"2018-07"^^<http://www.w3.org/2001/XMLSchema#gYearMonth>'),
        ("period", 2018, '"2018"'),
        ("period", "2018-07", '"2018-07"'),
        ("period", datetime.date(2018, 7, 8), '"2018-07-08"'),
        ("iri", "city:hanoi", "<https://w3id.org/ascn/id/city/hanoi>"),
        ("iri", "<http://e/a>", "<http://e/a>"),
        ("iri", "urn:isbn:1", "<urn:isbn:1>"),
        ("string", 'a"b', '"a\\"b"'),
    ],
)
def test_a_parameter_takes_values_of_its_type(tmp_path, type_, value, term):
    """Each type of value is written as the term it means."""
    written(tmp_path, "own.rq", f"#+ params:\n#+   x: {{type: {type_}, example: 1}}\n{TAKES}")
    assert f"VALUES ?inX {{ {term} }}" in ascn.connect(NOWHERE, queries=tmp_path).text_of("own", x=value)


@pytest.mark.parametrize("name", ["timeout", "self", "name", "parameters"])
def test_a_parameter_may_be_called_as_pythons_own_are(told, tmp_path, name):
    """What Python's methods call theirs is a name as any other, and is refused where a query has none of it."""
    text = f"#+ params:\n#+   {name}: {{type: integer, example: 1}}\n{TAKES}"
    written(tmp_path, "own.rq", text.replace("?inX", f"?in{name.capitalize()}"))
    assert told("own", f"{name}=7", "--queries", tmp_path, "--data", MUSEUM)[:2] == (0, "y\r\n7\r\n")
    assert ascn.load(MUSEUM, queries=tmp_path).answer("own", {name: 7}, timeout=None)[0].y == 7
    code, _, error = told("years", f"{name}=7", "--data", MUSEUM)
    assert (code, f"Query 'years' has no parameter '{name}'" in error) == (2, True)


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        ("integer", "1.5"),
        ("integer", "١٢"),
        ("integer", True),
        ("integer", None),
        ("integer", 2.0),
        ("decimal", float("nan")),
        ("decimal", "1e999999999"),
        ("double", "1e"),
        ("boolean", "yes"),
        ("date", "2018-02-31"),
        ("period", "2018-13"),
        ("period", "2018-02-31"),
        ("period", "20180"),
        ("date", datetime.datetime(2018, 7, 8, 10, tzinfo=datetime.UTC)),
        ("dateTime", "2018-07-08T25:00:00"),
        ("gYear", "18"),
        ("gYearMonth", "2018-13"),
        ("iri", "no iri"),
        ("iri", "http://e/> ?q ?z . <http://e/p"),
        ("string", b"x"),
        ("string", {"a": 1}),
        ("string", []),
    ],
)
def test_a_value_of_another_type_is_refused(tmp_path, type_, value):
    """What a type does not take is one sentence that names the parameter or the value."""
    written(tmp_path, "own.rq", f"#+ params:\n#+   x: {{type: {type_}, example: 1}}\n{TAKES}")
    with pytest.raises(ParameterError) as caught:
        ascn.connect(NOWHERE, queries=tmp_path).text_of("own", x=value)
    assert "\n" not in str(caught.value)


def test_query_text_on_standard_input_may_begin_with_a_mark(told, monkeypatch):
    """A byte order mark and CRLF on standard input are borne, other encodings told."""
    for content, code in ((b"\xef\xbb\xbfASK {\r\n}\r\n", 0), ("ASK {}".encode("utf-16"), 3)):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
        assert told("--file", "-", "--data", MUSEUM)[0] == code


@pytest.mark.sample(2)
@pytest.mark.parametrize("name", ["VN", "vnm", "704", "viet nam", "Việt Nam", "VIETNAM"])
def test_a_state_answers_to_its_codes(told, name):
    """The codes that a profile names are names too, whatever their case."""
    code, out, _ = told("cities", f"memberState={name}", "--columns", "memberStateName")
    assert (code, set(out.split("\r\n")[1:-1])) == (0, {"Viet Nam"})


@pytest.mark.parametrize(("given", "says"), [("xyzzy", "; the nearest is "), ("Vietnm", ": did you mean viet-nam?")])
def test_a_name_that_finds_nothing_gets_the_nearest(told, given, says):
    """Also where nothing is near."""
    code, _, error = told("cities", f"memberState={given}")
    assert code == 2
    assert says in error


def test_the_queries_of_a_place_are_found_as_the_profile_says(tmp_path):
    """A profile names several folders of queries; one without any query file is no fault of the profile."""
    written(
        tmp_path, "graph.toml", 'name = "A"\nbase = "http://e/"\nqueries = ["one", "two"]\n[ontology]\nprefix = "e"\n'
    )
    written(tmp_path, "one/a.rq", "SELECT ?x { ?x a e:Thing }")
    written(tmp_path, "two/b.rq", "ASK {}")
    written(tmp_path, "data/x.ttl", "<http://e/a> a <http://e/ontology#Thing> .\n")
    assert len(ascn.load(tmp_path).query("a")) == 1
    # One that is given again is the same folder, not a second one.
    assert len(ascn.load(tmp_path, queries=tmp_path / "two" / ".." / "one").query("a")) == 1
    written(tmp_path, "two/a.rq", "ASK {}")
    with pytest.raises(UsageError, match="two queries of the name 'a'"):
        ascn.load(tmp_path).query("a")
    with pytest.raises(InputError, match="no such folder of queries"):
        ascn.load(tmp_path, queries=tmp_path / "three")


def test_a_kind_that_there_is_not_is_told():
    """Who resolves a name in a kind of no graph hears which kinds there are."""
    with pytest.raises(UsageError, match="There is no kind of thing 'citty': did you mean city"):
        ascn.load(named=False).resolve("hanoi", "citty")


def test_values_of_numpy_and_pandas_are_taken():
    """Whole numbers, texts, dates and columns, as a frame holds them; what is missing there is refused."""
    numpy, pandas = pytest.importorskip("numpy"), pytest.importorskip("pandas")
    graph = ascn.load(named=False)
    for day in (numpy.datetime64("2018-07-08"), pandas.Timestamp("2018-07-08"), datetime.date(2018, 7, 8)):
        assert '"2018-07-08"^^' in graph.text_of("officers-at", date=day)
    assert '"300"^^' in graph.text_of("city-at-pixel", x=numpy.int64(300), y=numpy.uint8(7))
    assert "city/hanoi> <" in graph.text_of("officers", city=pandas.Series(["hanoi", numpy.str_("da-nang")]))
    for missing in (pandas.NaT, pandas.NA, float("nan"), None, numpy.datetime64("2018-07-08T10:00", "ns")):
        with pytest.raises(ParameterError):
            graph.text_of("officers-at", date=missing)
