"""Terms, packings and character sets as software of other people spells them, and what no spelling excuses."""

from __future__ import annotations

import zlib

import pytest
from faulty_server import JSON, XML, answer, faulty_server

import ascn_graph as ascn
from ascn_graph.errors import EndpointError

HEAD = '"head":{"vars":["x"]}'
IRI = '{"type":"uri","value":"http://e/a"}'
LITERAL = '"type":"literal"'
NS = 'xmlns="http://www.w3.org/2005/sparql-results#"'
XSD = "http://www.w3.org/2001/XMLSchema#"
TRIPLE = '<http://e/a> <http://e/p> "x"'
PARTS = (
    '{{"{}":{{"type":"uri","value":"http://e/a"}},"{}":{{"type":"uri","value":"http://e/p"}},"{}":{{{},"value":"x"}}}}'
)


def json(cell: str) -> str:
    """Return an answer of one cell."""
    return f'{{{HEAD},"results":{{"bindings":[{{"x":{cell}}}]}}}}'


def xml(cell: str) -> str:
    """Return an answer of one cell."""
    results = f'<results><result><binding name="x">{cell}</binding></result></results>'
    head = '<head><variable name="x"/></head><q:m><q:uri>b</q:uri></q:m>'
    return f'<sparql {NS} xmlns:q="http://q/">{head}{results}</sparql>'


#: An answer of one cell, its type, and the cell as N-Triples write it.
CELLS = {
    "the typed-literal of drafts": (
        json(f'{{"type":"typed-literal","datatype":"{XSD}byte","value":"5"}}'),
        f'"5"^^<{XSD}byte>',
    ),
    "a number": (json(f'{{{LITERAL},"datatype":"{XSD}integer","value":5}}'), f'"5"^^<{XSD}integer>'),
    "a number as long as it is": (
        json(f'{{{LITERAL},"datatype":"{XSD}decimal","value":0.12345678901234567890}}'),
        f'"0.12345678901234567890"^^<{XSD}decimal>',
    ),
    "a truth": (json(f'{{{LITERAL},"datatype":"{XSD}boolean","value":true}}'), f'"true"^^<{XSD}boolean>'),
    "a tag and a datatype": (json(f'{{{LITERAL},"xml:lang":"en","datatype":"{XSD}string","value":"a"}}'), '"a"@en'),
    "null": (json("null"), "None"),
    "an empty cell": (json("{}"), "None"),
    "unbound": (json('{"type":"unbound"}'), "None"),
    "iri": (json('{"type":"iri","value":"http://e/a"}'), "<http://e/a>"),
    "members of a cell": (json('{"type":"uri","value":"http://e/a","rank":[1,{"a":2}]}'), "<http://e/a>"),
    "members of a row": (json(f'{IRI},"_rank":3,"_why":{{"a":1}}'), "<http://e/a>"),
    "a triple": (
        json('{"type":"triple","value":' + PARTS.format("subject", "predicate", "object", LITERAL) + "}"),
        TRIPLE,
    ),
    "a triple of RDF4J": (json('{"type":"triple","value":' + PARTS.format("s", "p", "o", LITERAL) + "}"), TRIPLE),
    "a triple of Stardog": (json('{"type":"statement",' + PARTS.format("s", "p", "o", LITERAL)[1:]), TRIPLE),
    "elements of another namespace": (xml("<uri>http://e/a</uri>"), "<http://e/a>"),
    "the unbound of drafts": (xml("<unbound/>"), "None"),
    "marked text": (xml("<literal><![CDATA[a<b]]></literal>"), '"a<b"'),
    "no text": (xml("<literal/>"), '""'),
}


@pytest.mark.filterwarnings("error::ascn_graph.errors.IllFormedTerm")
@pytest.mark.parametrize("name", CELLS)
def test_a_cell_is_read_as_it_is_meant(name):
    """What other software writes for a term is that term; members and elements that nobody knows are passed over."""
    body, term = CELLS[name]
    with faulty_server(answer(body.encode(), XML if body.startswith("<") else JSON)) as server:
        ((cell,),) = (row.terms for row in ascn.connect(server.url).sparql("SELECT ?x {}"))
    assert str(cell) == term


@pytest.mark.parametrize(
    "cell",
    [
        '{"type":"colour","value":"http://e/a"}',
        '{"type":"uri","value":1}',
        '{"type":"bnode","value":true}',
        '{"type":"literal","value":[1]}',
        '{"type":"literal","value":null}',
        '{"type":"triple","value":{"s":{"type":"uri","value":"http://e/a"}}}',
        '{"type":"uri"}',
        f'{IRI},"y":{IRI}',
        "3",
    ],
)
def test_what_is_no_term_is_told_with_its_row(cell):
    """A kind of term that there is not, a value of another sort, and a column that the head has not."""
    with faulty_server(answer(json(cell).encode())) as server, pytest.raises(EndpointError, match="row 1"):
        list(ascn.connect(server.url).sparql("SELECT ?x {}"))


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"x\r\nhttp://e/a\r\n", "text/csv; charset=utf-8"),
        (b'{"x":{"type":"uri","value":"http://e/a"}}\n', "application/x-ndjson"),
        (b'{"x":1}\n{"x":2}\n', "application/jsonl"),
    ],
)
def test_a_format_that_is_not_read_is_named_with_what_to_set(body, kind):
    """An endpoint that gives nothing but CSV or JSON lines is asked for another format by its address."""
    with faulty_server(answer(body, kind)) as server, pytest.raises(EndpointError, match=r"set one .*\?format=json"):
        list(ascn.connect(server.url).sparql("SELECT ?x {}"))


PACKED = zlib.compress(json(IRI).encode())


@pytest.mark.parametrize("body", [PACKED, PACKED[2:-4], json(IRI).encode()], ids=["zlib", "bare", "none"])
def test_deflate_is_unpacked_whatever_is_meant_by_it(body):
    """With the header of zlib, without it, or not packed at all."""
    with faulty_server(answer(body, headers=["Content-Encoding: deflate"])) as server:
        assert ascn.connect(server.url).sparql("SELECT ?x {}")[0].x == "http://e/a"


def test_damaged_packing_is_told():
    """What cannot be unpacked is an error, and no part of it is data."""
    with (
        faulty_server(answer(PACKED[:2] + b"\xff" * 40, headers=["Content-Encoding: deflate"])) as server,
        pytest.raises(EndpointError, match="packing is damaged"),
    ):
        list(ascn.connect(server.url).sparql("SELECT ?x {}"))


@pytest.mark.parametrize("charset", ["utf8", '"utf-8"', "UTF8MB4", "binary", "", " UTF_8"])
def test_a_charset_may_be_spelt_in_any_way(charset):
    """UTF-8 goes by several names."""
    body = json(f'{{{LITERAL},"value":"Vi\u1ec7t"}}').encode()
    with faulty_server(answer(body, f"{JSON};charset={charset}")) as server:
        assert ascn.connect(server.url).sparql("SELECT ?x {}")[0].x == "Vi\u1ec7t"


def test_words_in_the_midst_of_an_answer_are_told():
    """Where a server breaks off its rows to say why, its words are in the error."""
    body = f'{{{HEAD},"results":{{"bindings":[{{"x":{IRI}}}\nSPARQL execution failed: out of memory'
    with faulty_server(answer(body.encode())) as server, pytest.raises(EndpointError, match="execution failed: out of"):
        list(ascn.connect(server.url).sparql("SELECT ?x {}"))


def test_a_malformed_answer_is_not_quoted_as_words():
    """The endpoint's words are those of an error, not the XML of a result that is cut."""
    body = xml("<uri>http://e/a</uri>")[:-9]
    with faulty_server(answer(body.encode(), XML)) as server, pytest.raises(EndpointError) as caught:
        list(ascn.connect(server.url).sparql("SELECT ?x {}"))
    assert " says: " not in str(caught.value)
