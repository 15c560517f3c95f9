"""No value a caller gives becomes query: it is the text it is, the thing it names, or refused by a typed error."""

from __future__ import annotations

import datetime
import re
import unicodedata
from decimal import Decimal
from functools import cache

import pyoxigraph
import pytest
import rdflib
from conftest import Run, examples, need
from ours import kind_of, loaded
from servers import oxigraph_server

import ascn_graph as ascn
from ascn_graph import profile
from ascn_graph.errors import EndpointError, ParameterError
from ascn_graph.rdflib_engine import RdflibEngine
from ascn_graph.remote.client import RemoteEngine
from ascn_graph.remote.graph_store import GraphStore
from ascn_graph.sparql import catalogue
from ascn_graph.sparql import tokens as lexer
from ascn_graph.sparql.binding import bind, iri_term, literal_term

need("module:hypothesis")
from hypothesis import HealthCheck, example, given, settings  # noqa: E402 - after the check that it is there
from hypothesis import strategies as st  # noqa: E402

HOSTILE = (
    'x" || true || ?name = "',
    "x' || true || ?name = '",
    '"',
    "'",
    '"""',
    "'''",
    "\\",
    'x\\"',
    "\\u0041",
    "\\\\u0041",
    "\\U00000041",
    "\\u00410042",
    "\\u0022 } ?s ?p ?o . #",
    "\\u005c\\u0022",
    "\\u0074",
    "\t",
    "a\nb",
    "a\r\nb",
    "\x0b\x1f\x7f\x85",
    "\u2028",
    "\0",
    "hanoi\0",
    "\ud800",
    "\udfff\ud800",
    "\u202ehanoi\u202c",
    "\ufeff\ufffe\uffff",
    unicodedata.normalize("NFD", "Đà Nẵng"),
    "# a comment",
    "<!-- a comment -->",
    "}",
    "{ } UNION { ?s ?p ?o }",
    ") } SELECT * { ?s ?p ?o } #",
    "UNDEF",
    "?inCity",
    "?city",
    "http://e/x> ?q ?z . <http://e/p1",
    "https://w3id.org/ascn/id/city/hanoi> <https://w3id.org/ascn/id/city/singapore",
    "https://w3id.org/ascn/id/city/%zz",
    "javascript:alert(1)",
    "file:///etc/passwd",
    "city:hanoi\\u003e",
    "1 2",
    "2018-07-08T00:00:00",
    "1e999999999",
    "x" * 100_000,
    "\U0001f600 \U0010ffff",
    "",
    " ",
)
OWN = """#+ summary: Which thing bears this text?
#+ tags: own
#+ row: one per thing
#+ params:
#+   name: {type: string, example: x}
#+ returns:
#+   thing: the thing
#+   name: its text
SELECT ?thing ?name WHERE {
  VALUES ?inName { UNDEF }
  ?thing <http://e/text> ?name .
  FILTER(?name = ?inName)
}
ORDER BY ?thing
"""
JOINED = OWN.replace(
    "  ?thing <http://e/text> ?name .\n  FILTER(?name = ?inName)\n", "  ?thing <http://e/text> ?inName .\n"
)
JOINED = JOINED.replace("SELECT ?thing ?name", "SELECT ?thing (?inName AS ?name)")
QUERIES = catalogue.load(profile.packaged())
OWN_QUERIES = catalogue.Catalogue({"own": catalogue.parse("own", OWN), "joined": catalogue.parse("joined", JOINED)})
ENGINES = (
    "embedded",
    pytest.param("rdflib", marks=pytest.mark.thorough),
    pytest.param("oxigraph", marks=pytest.mark.stores),
)
#: Characters: the longest text that Virtuoso 7 takes in a query.
LONGEST = 50_000
PARAMETERS = [(query.name, name) for query in QUERIES.values() for name in query.parameters]


def holdable(text: str) -> bool:
    """Return whether a text of RDF can hold this one."""
    return "\0" not in text and not any("\ud800" <= c <= "\udfff" for c in text)


@pytest.fixture(scope="module")
def texts():
    """Return a store in which each hostile text, as far as RDF can hold it, is said of one thing alone."""
    store = pyoxigraph.Store()
    text = pyoxigraph.NamedNode("http://e/text")
    for number, hostile in enumerate(HOSTILE):
        if holdable(hostile):
            thing = pyoxigraph.NamedNode(f"http://e/{number:03}")
            quad = pyoxigraph.Quad(thing, text, pyoxigraph.Literal(hostile))
            store.extend([quad, pyoxigraph.Quad(thing, text, quad.object, pyoxigraph.NamedNode("http://e/g"))])
    return store


@pytest.fixture(scope="module")
def engines(texts, request):
    """Return a function that gives, by the engine's name, what answers for the packaged graph and for the texts."""
    packaged = loaded()

    @cache
    def of_name(name):
        if name == "embedded":
            return packaged.engine, ascn.graph.EmbeddedEngine(texts)
        if name == "rdflib":
            copy = rdflib.Graph()
            for quad in texts.quads_for_pattern(None, None, None, pyoxigraph.DefaultGraph()):
                thing, text = rdflib.URIRef(quad.subject.value), rdflib.Literal(quad.object.value)
                copy.add((thing, rdflib.URIRef("http://e/text"), text))
            return ascn.over(packaged.rdflib()).engine, RdflibEngine(copy)
        servers = request.getfixturevalue("two_oxigraphs")
        for server, store in zip(servers, (packaged.store, texts), strict=True):
            assert list(GraphStore(server.graph_store, endpoint=server.query).push(store, union=True))
        return tuple(RemoteEngine(server.query) for server in servers)

    return of_name


@pytest.fixture(scope="module")
def two_oxigraphs():
    """Run one `oxigraph` server for the packaged graph and one for the texts."""
    with oxigraph_server() as first, oxigraph_server() as second:
        yield first, second


@pytest.fixture(scope="module")
def resolving(engines):
    """Return a function that gives a graph over an engine, which keeps what it has learnt of names, and its answers."""
    return cache(lambda name: Resolved(ascn.Graph(engines(name)[0])))


def letters(text: str) -> str:
    """Reduce a text to what its spelling has in common with others of the same name."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("đ", "d"))
    return "".join(c for c in plain if c.isascii() and c.isalnum())


def outside(text: str) -> list[str]:
    """Return the tokens of a query but for the values in its lines VALUES ?in…."""
    listed, kept, skipping = list(lexer.tokens(text)), [], False
    for place, token in enumerate(listed):
        skipping = skipping and token.text != "}"
        if not skipping:
            kept.append(token.text)
        skipping = skipping or (token.text == "{" and listed[place - 1].text.startswith("?in"))
    return kept


class Resolved(dict[tuple[str, str], "str | ascn.AscnError"]):
    """What a graph says to a name of a kind; it is asked once, as all queries ask it the same."""

    def __init__(self, graph: ascn.Graph) -> None:
        self.graph = graph

    def __missing__(self, key: tuple[str, str]) -> str | ascn.AscnError:
        """Ask, and keep the answer or the refusal."""
        kind, name = key
        try:
            self[key] = self.graph.resolve(name, kind)
        except ascn.AscnError as error:
            self[key] = error
        return self[key]

    def __call__(self, kind: str, name: str) -> str:
        """Answer or refuse."""
        found = self[kind, name]
        if isinstance(found, ascn.AscnError):
            raise found
        return found


def refusal(resolved: Resolved, query: str, values: dict[str, str]) -> str:
    """Return the text of a query with values in it, or nothing once it is sure that they are refused as they should."""
    try:
        return bind(QUERIES[query], values, resolved)
    except ascn.AscnError as error:
        refused = error
    assert refused.exit_code == 2, refused
    assert str(refused).isprintable(), ascii(str(refused))
    assert len(str(refused)) < 500
    return ""


@pytest.mark.sample(8)
@pytest.mark.parametrize(
    "engine", ["embedded", *(pytest.param(*each, marks=pytest.mark.thorough) for each in (["rdflib"], ["oxigraph"]))]
)
@pytest.mark.parametrize(("query", "name"), PARAMETERS)
def test_a_hostile_value_of_a_named_query_is_a_name_or_refused(resolving, engine, query, name):
    """What is accepted is written as the one term of a thing it spells; all else of the query is as it was."""
    resolved, parameter = resolving(engine), QUERIES[query].parameters[name]
    needed = {key: other.example for key, other in QUERIES[query].parameters.items() if other.required}
    labels = loaded().store
    # To find the nearest of all things there are takes long; all but an IRI does so in this process on every engine.
    whole = parameter.kind != "any" or (Run.full and engine == "embedded")
    for number, hostile in enumerate(HOSTILE):
        if not (whole or number % 12 == 0 or (Run.full and ":" in hostile)):
            continue
        text = refusal(resolved, query, {**needed, name: hostile})
        if not text:
            continue
        # Some queries have a text of their own for a thing that is given.
        assert outside(text) in [outside(one) for one in (QUERIES[query].text, QUERIES[query].bound) if one]
        if parameter.type == "string":
            # Any text is a value: it is read back as it was given.
            written = literal_term(hostile)
            assert f"VALUES {parameter.variable} {{ {written} }}" in text
            (row,) = pyoxigraph.Store().query(f"SELECT ({written} AS ?x) {{}}")
            assert row["x"].value == hostile
            continue
        (written,) = set(re.findall(rf"VALUES \{parameter.variable} \{{ (\S+) \}}", text))
        assert parameter.kind, (hostile, written)
        iri = pyoxigraph.NamedNode(written[1:-1])
        assert written == f"<{iri.value}>"
        assert parameter.kind in ("any", kind_of(iri.value))
        spellings = {letters(quad.object.value) for quad in labels.quads_for_pattern(iri, None, None)}
        assert letters(hostile) in spellings | {letters(iri.value.rsplit("/", 1)[1])}, hostile
        assert text == resolved.graph.text_of(query, **{**needed, name: hostile})
        assert text == resolved.graph.text_of(query, **{**needed, name: iri.value})


@pytest.fixture(scope="module")
def texts_in_virtuoso(texts, virtuoso):
    """Return what answers for the texts in a Virtuoso, which reads code point escapes in its own way."""
    assert list(GraphStore(virtuoso.graph_store, endpoint=virtuoso.query).push(texts))
    return RemoteEngine(virtuoso.query, graphs=["http://e/g"])


@pytest.fixture(params=[*ENGINES, pytest.param("virtuoso", marks=pytest.mark.stores)])
def bearers(request):
    """Return a graph of the texts over each engine."""
    name = request.param
    in_process = name != "virtuoso"
    engine = request.getfixturevalue("engines")(name)[1] if in_process else request.getfixturevalue("texts_in_virtuoso")
    return ascn.Graph(engine, queries=OWN_QUERIES)


def is_too_long(graph: ascn.Graph, text: str) -> bool:
    """Return whether an engine has no room for so long a text."""
    return graph.engine.name == "remote" and "/sparql" in graph.engine.url and len(text) > LONGEST


@pytest.mark.parametrize("query", OWN_QUERIES)
def test_a_hostile_text_finds_what_bears_it_and_nothing_else(bearers, query):
    """The rows of a query with a text parameter are those of literal equality, whether it filters or joins."""
    graph = bearers
    for number, hostile in enumerate(HOSTILE):
        if is_too_long(graph, hostile):
            with pytest.raises(EndpointError, match="the query may be too much for it"):
                graph.query(query, name=hostile)
        elif holdable(hostile):
            rows = [(str(row[0]), str(row[1])) for row in graph.query(query, name=hostile)]
            assert rows == [(f"http://e/{number:03}", hostile)], ascii(hostile[:80])
        else:
            with pytest.raises(ParameterError):
                graph.query(query, name=hostile)


def test_several_hostile_texts_find_each_what_bears_it(bearers):
    """Given all at once, every text matches its own thing."""
    fitting = [(n, text) for n, text in enumerate(HOSTILE) if holdable(text) and not is_too_long(bearers, text)]
    wanted = [(f"http://e/{n:03}", text) for n, text in fitting]
    rows = bearers.query("own", name=[text for _, text in wanted])
    assert [(str(row[0]), str(row[1])) for row in rows] == wanted


@pytest.mark.parametrize("type_", ["date", "integer", "decimal", "choice, choices: [pilot, member]"])
def test_a_hostile_value_is_no_date_number_or_choice(type_):
    """A value of a plain type is what its type says, or refused; a huge exponent is never written out."""
    text = OWN.replace("type: string", f"type: {type_}")
    graph = ascn.Graph(
        ascn.graph.EmbeddedEngine(pyoxigraph.Store()), queries=catalogue.Catalogue(q=catalogue.parse("q", text))
    )
    numerals = (
        "\u0663",
        "1_0",
        "0x10",
        "NaN",
        "Infinity",
        "1e400",
        "9" * 19 + ".x",
        "2018-02-30",
        "2018-7-8",
        "pilot member",
    )
    for hostile in (*HOSTILE, *numerals):
        with pytest.raises(ParameterError) as caught:
            graph.text_of("q", name=hostile)
        assert caught.value.exit_code == 2
        assert str(caught.value).isprintable()


def test_a_plain_value_is_written_with_its_type():
    """Dates, numbers and choices mean what was given, also as Python values."""
    for type_, value, term in (
        ("date", datetime.date(2018, 7, 8), '"2018-07-08"^^<http://www.w3.org/2001/XMLSchema#date>'),
        ("integer", " +007", '"7"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        ("decimal", Decimal("1E+3"), '"1000"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
        ("decimal", "-.5", '"-0.5"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
        ("choice, choices: [pilot, member]", "pilot", '"pilot"'),
    ):
        queries = catalogue.Catalogue(q=catalogue.parse("q", OWN.replace("type: string", f"type: {type_}")))
        graph = ascn.Graph(ascn.graph.EmbeddedEngine(pyoxigraph.Store()), queries=queries)
        assert f"VALUES ?inName {{ {term} }}" in graph.text_of("q", name=value)


PIECES = st.sampled_from(
    ["\\", '"', "'", "u0041", "U00000041", "u0022", "\n", "\r", "\t", "}", "{", "#", "<", ">", "0", "a"]
)
TEXTS = st.one_of(
    st.text(max_size=40),
    st.lists(PIECES, max_size=12).map("".join),
    st.text(st.integers(0, 0x10FFFF).map(chr), max_size=9),
)
IRIS = st.one_of(
    TEXTS, st.tuples(st.sampled_from(["http://e/", "urn:", "a:", "javascript:", "http://"]), TEXTS).map("".join)
)
#: Texts are drawn and asked together, which takes a third of the time: Hypothesis is slow to begin, rdflib to read.
TOGETHER = 25
#: rdflib reads a hundred queries a second: both readers get a part of the cases, pyoxigraph all.
CASES = settings(
    max_examples=examples(10_000 // TOGETHER), deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
BOTH = settings(CASES, max_examples=examples(1_500 // TOGETHER))


def some(texts: st.SearchStrategy[str]) -> st.SearchStrategy[list[str]]:
    """Draw as many texts as are asked together."""
    return st.lists(texts, min_size=TOGETHER, max_size=TOGETHER)


def written(write, texts: list[str]) -> dict[str, str]:
    """Return the terms of the texts that are accepted, each the one token that it should be."""
    terms = {}
    for text in texts:
        try:
            terms[text] = write(text)
        except ParameterError:
            assert write is iri_term or not holdable(text)
            continue
        (token,) = lexer.tokens(terms[text])
        assert (token.kind, token.text) == ("iri" if write is iri_term else "string", terms[text])
    return terms


def read_back(reader: pyoxigraph.Store | rdflib.Graph, terms: dict[str, str]) -> list[object]:
    """Return all terms as they are read, in their order."""
    query = f"SELECT ?x {{ VALUES ?x {{ {' '.join(terms.values())} }} }}"
    return [row[0] for row in reader.query(query)] if terms else []  # rdflib takes no empty list


@CASES
@given(some(TEXTS))
@example(["\\u0041"])
def test_any_text_is_read_back_as_it_was_written(texts):
    """A literal is one token and means its text, or the text is one that RDF cannot hold."""
    terms = written(literal_term, texts)
    assert read_back(pyoxigraph.Store(), terms) == [pyoxigraph.Literal(text) for text in terms]


@CASES
@given(some(IRIS))
def test_any_iri_is_read_back_or_refused(texts):
    """An IRI is one token and means its text, or is refused before a query is written."""
    terms = written(iri_term, texts)
    assert read_back(pyoxigraph.Store(), terms) == [pyoxigraph.NamedNode(text) for text in terms]


@pytest.mark.thorough
@BOTH
@given(some(TEXTS))
@example(["\\u0041"])
@example(["\\U0000004100410042"])
@example(["\\\\u00410042"])
def test_any_text_is_read_by_rdflib_as_by_pyoxigraph(texts):
    """The reader that expands escapes before it reads the query finds the same text."""
    terms = written(literal_term, texts)
    assert read_back(rdflib.Graph(), terms) == [rdflib.Literal(text) for text in terms]


@BOTH
@given(some(IRIS))
def test_any_iri_is_read_by_rdflib_as_by_pyoxigraph(texts):
    """Where an IRI is accepted both readers give it back as it is."""
    terms = written(iri_term, texts)
    assert read_back(rdflib.Graph(), terms) == [rdflib.URIRef(text) for text in terms]
