"""Tests of the named queries: their headers, and the rules that make their rows the same on every engine."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from conftest import need
from ours import PREFIXES, loaded
from parity import FOLDER
from rdflib.plugins.sparql import prepareQuery

from ascn_graph import profile
from ascn_graph.errors import QuerySyntaxError, UnknownQuery
from ascn_graph.sparql import catalogue
from ascn_graph.sparql import tokens as lexer
from ascn_graph.sparql.forms import query_form
from ascn_graph.sparql.guard import refusal

QUERIES = catalogue.load(profile.packaged())
EVERY = pytest.mark.parametrize("query", QUERIES.values(), ids=list(QUERIES))

#: The columns that scripts rely on, as first published; a query may be added, none of these may change.
CONTRACT = {
    "network": "network name acronym launchedAt deliverableOf inaugurated pilotCities launchedAtName deliverableOfName",
    "aims": "aim aimName statedAs",
    "member-states": "memberState name iso2 iso3 cities",
    "cities": "city name memberState memberStateName status joined basis latitude longitude",
    "name-variants": "thing name variant variantKind",
    "officers": "city cityName person name role roleName designation organisation basis attestedOn source sourceName",
    "officers-at": "post cityName person name status postName",
    "designations": "person name cityName designation title organisation employerLevel basis",
    "national-representatives": "memberState memberStateName person name designation attestedOn source sourceName",
    "posts-without-holder": "post role of ofName roleName postName",
    "shared-posts": "post cityName holderCount person name postName",
    "roles": "role roleName acronym equalStatusName duty dutyName",
    "nominations": "nomination nominatorName nomineeName number source sourceName nominationName",
    "agreements": "agreement name kind signed basis event partyCount namedInSource kindName eventName",
    "agreement-parties": "agreement party partyName agreementName",
    "funding": "funding funder funderName amount currency announced fundingName",
    "forecasts": "claim measureName value unit targetYear modality claimName",
    "concepts": "concept name minPopulation maxPopulation",
    "events": "event name date basis",
    "map-regions": "region city cityName x y width height order regionName",
    "city-at-pixel": "city cityName",
    "action-plans": "plan name url archiveUrl",
    "citations": "citation title publisher url archiveUrl published accessed status",
    "evidence": "about fact factName source line begin end citation sourceName",
    "uncited-facts": "fact factName line",
    "describe": "subject predicate object",
}


def misplaced(text: str, variables: set[str]) -> set[str]:
    """Return the places, of OPTIONAL, computing BIND and foreign sub-selects, where a variable stands."""
    uses: list[tuple[str, list[tuple[str, int]]]] = []
    homes: dict[str, set[tuple[str, int]]] = {}
    opened: list[tuple[str, int]] = []
    listed = list(lexer.tokens(text))
    for place, token in enumerate(listed):
        if token.text in ("{", "("):
            before = listed[place - 1].text.upper()
            after = listed[place + 1].text.upper()
            inner = "sub-select" if token.text == "{" and after == "SELECT" else before
            if inner == "BIND" and listed[place + 2].text.upper() == "AS":
                inner = ""  # a second name for what a pattern has bound
            opened.append((inner if inner in ("OPTIONAL", "BIND", "sub-select") else "", place))
        elif token.text in ("}", ")"):
            opened.pop()
        elif token.kind == "variable" and (name := f"?{token.text[1:]}") in variables:
            uses.append((name, opened.copy()))
            if listed[place - 1].text.upper() == "VALUES":
                homes.setdefault(name, set()).update(opened)
    return {each[0] for name, stack in uses for each in stack if each[0] and each not in homes[name]}


@EVERY
def test_parameters_stand_where_every_engine_reads_them_alike(query):
    """No parameter stands inside OPTIONAL, a BIND that computes, or a sub-select that is not its own."""
    assert misplaced(query.text, {parameter.variable for parameter in query.parameters.values()}) == set()


@pytest.mark.parametrize(
    ("pattern", "place"),
    [
        ("OPTIONAL { ?city ?p ?inCity }", "OPTIONAL"),
        ("optional { { ?city ?p ?o FILTER(?o = $inCity) } }", "OPTIONAL"),
        ("{ SELECT ?city WHERE { ?city ?p ?inCity } }", "sub-select"),
        ("BIND(STR(?inCity) AS ?name)", "BIND"),
        ("BIND(?inCity AS ?name)", ""),
        ("?city ?p ?inCity . FILTER(!BOUND(?inCity) || ?city = ?inCity)", ""),
        ('?city ?p "OPTIONAL { ?inCity }" . # BIND(?inCity AS ?x)\n', ""),
        ("OPTIONAL { ?city ?p ?inCityName }", ""),
    ],
)
def test_the_check_sees_a_misplaced_parameter(pattern, place):
    """The check reads the structure: text in strings and comments and longer names do not count."""
    text = f"SELECT ?city WHERE {{ VALUES ?inCity {{ UNDEF }} {pattern} }}"
    assert misplaced(text, {"?inCity"}) == ({place} if place else set())


@EVERY
def test_each_parameter_has_its_line_first(query):
    """A WHERE, or each branch of its UNION, begins with the VALUES lines of its parameters: UNDEF, or the example."""
    lines = [line.strip() for line in query.text.splitlines()]
    found = {}
    for before, line in pairwise(lines):
        if match := re.fullmatch(r"VALUES (\?in\w+) \{ (.+) \}", line):
            assert before.endswith("{") or before.startswith("VALUES ?in"), line
            assert found.setdefault(match[1], match[2]) == match[2]
    assert {name: value != "UNDEF" for name, value in found.items()} == {
        parameter.variable: parameter.required for parameter in query.parameters.values()
    }


@pytest.mark.sample(12)
@EVERY
def test_headers_say_what_the_query_does(query):
    """A header has a question, tags, what a row is, and the columns the SELECT gives, in order."""
    assert query.summary.endswith("?")
    assert query.row
    assert all(re.fullmatch(r"[a-z-]+", tag) for tag in query.tags)
    assert all(query.columns.values())
    if query_form(query.text) == "select":
        assert [str(name) for name in prepareQuery(query.text).algebra.PV] == list(query.columns)


def test_names_and_columns_are_those_published():
    """Every published query is there with its columns in their order."""
    assert {name: " ".join(QUERIES[name].columns) for name in CONTRACT} == CONTRACT


@EVERY
def test_a_header_is_yaml(query):
    """PyYAML reads a header as the catalogue does."""
    need("module:yaml")
    import yaml

    header = yaml.safe_load("\n".join(line[3:] for line in query.text.splitlines() if line.startswith("#+ ")))
    assert header["summary"] == query.summary
    assert header.get("description", "") == query.description
    assert header["row"] == query.row
    assert tuple(header["tags"].split(", ")) == query.tags
    assert header["returns"] == dict(query.columns)
    read = {
        name: (given.get("kind", ""), given.get("type", ""), bool(given.get("required")), str(given["example"]))
        for name, given in header.get("params", {}).items()
    }
    assert read == {name: (p.kind, p.type, p.required, p.example) for name, p in query.parameters.items()}


@EVERY
def test_it_uses_the_prefixes_it_declares(query):
    """A query declares our prefixes and only those it uses."""
    body = query.text.partition("\nSELECT ")[2] or query.text.partition("\nCONSTRUCT ")[2]
    declared = dict(re.findall(r"^PREFIX (\w+): +<(.*)>$", query.text, re.MULTILINE))
    used = {token.text.partition(":")[0] for token in lexer.tokens(body) if token.kind == "name"}
    assert used == set(declared)
    assert declared == {prefix: PREFIXES[prefix] for prefix in declared}


@EVERY
def test_it_is_portable(query):
    """A query names no service, and no graph unless it asks who says so; what it aggregates has no open order."""
    forbidden = ("SERVICE", "FROM", "GROUP_CONCAT", "SAMPLE", "DESCRIBE")
    assert query.names_graphs == (query.name in {"conflicts", "evidence", "provenance", "timeline"})
    assert refusal(query.text, forbidden=forbidden) is None
    if query_form(query.text) == "select":
        assert re.search(r"^(?: *\{ )?SELECT DISTINCT ", query.text, re.MULTILINE)
        counts = re.findall(r"COUNT\((\w+)", query.text)
        assert set(counts) <= {"DISTINCT"}


@pytest.mark.thorough
@EVERY
def test_its_order_leaves_no_ties(query):
    """The rows of a query differ in what it orders by, so that their order is the same everywhere."""
    if query_form(query.text) != "select":
        return

    order = query.text.rpartition("ORDER BY ")[2]
    keys = re.findall(r"\?(\w+)", order)
    required = {name: parameter.example for name, parameter in query.parameters.items() if parameter.required}
    rows = loaded().query(query.name, **required)
    hidden = [key for key in keys if key not in rows.columns]
    places = [rows.columns.index(key) for key in keys if key in rows.columns]
    shown = [tuple(str(row[place]) for place in places) for row in rows.solutions()]
    # What is ordered by and not shown can part rows too; there the columns shown must be all of the row.
    assert len(set(shown)) == len(shown) or hidden


#: Columns of IRIs that stand without a name, and why.
NAMELESS = {
    ("conflicts", "value"): "Virtuoso gives a date the label of something else",
    ("evidence", "about"): "its facts are named",
    ("evidence", "citation"): "`citations` has the titles",
    ("project-history", "place"): "a place in a source has a page, and no name",
    ("projects", "listing"): "its title is the name of the row",
    ("provenance", "place"): "a place in a source",
    ("provenance", "citation"): "citedTitle is its name",
    ("provenance", "property"): "told in the words of the ontology by `ascn why`",
    ("provenance", "stated"): "told by `ascn why` too",
    ("sources", "licence"): "its address is its name",
}


def test_what_is_a_thing_has_its_name_beside_it():
    """A column of IRIs has one of names: by its own name, or the next one where it is what a row is about."""
    missing = set()
    for name, query in QUERIES.items():
        for file in FOLDER.glob(f"{name}*.tsv"):
            head, *lines = file.read_text("utf-8").splitlines()
            columns = [column.removeprefix("?") for column in head.split("\t")]
            if columns != [*query.columns] or name == "describe":
                continue
            for place, column in enumerate(columns):
                named = f"{column}Name" in columns or columns[place + 1 : place + 2] in (["name"], ["label"], ["title"])
                if not named and any(line.split("\t")[place].startswith("<") for line in lines):
                    missing.add((name, column))
    assert missing == {*NAMELESS}


@pytest.mark.thorough
def test_examples_run():
    """The example in each header gives an answer."""
    graph = loaded()
    for query in QUERIES.values():
        required = {name: parameter.example for name, parameter in query.parameters.items() if parameter.required}
        assert len(graph.query(query.name, **required)), query.name
        for name, parameter in query.parameters.items():
            assert len(graph.query(query.name, **{**required, name: parameter.example})), (query.name, name)


def test_an_unknown_query_is_answered_with_the_nearest():
    """A misspelt name is answered with the query meant."""
    with pytest.raises(UnknownQuery, match="did you mean officers"):
        catalogue.packaged()["oficers"]
    with pytest.raises(UnknownQuery, match="There is no query"):
        catalogue.packaged()["../data/catalogue"]


@pytest.mark.parametrize(
    ("header", "line"),
    [
        ("#+ summary: What?\n#+ tags: a\n#+ row: one\n#+ retuns:\n", 4),
        ("#+ summary: What?\n#+ summary: Who?\n", 2),
        ("#+ params:\n#+   a: {type: date, example: x}\n#+   a: {type: date, example: x}\n", 3),
        ("#+ params:\n#+   a: {type: colour, example: x}\n", 2),
        ("#+ summary: What?\n#+ what is this\n#+ tags: a\n#+ row: one\n", 2),
        ("#+ summary: What?\n#+ tags: a\n#+ row: one\n#+ params:\n#+   city: {kind: town, example: x}\n", 5),
        ("#+ summary: What?\n#+ tags: a\n#+ row: one\n#+ params:\n#+   c: {kind: city, type: string, example: x}\n", 5),
        ("#+ summary: What?\n#+ tags: a\n#+ row: one\n#+ params:\n#+   city: {kind: city}\n#+ expect: empty\n", 5),
        (
            "#+ summary: What?\n#+ params:\n#+   c: {kind: city, required: yes, example: x}\n#+ tags: a\n#+ row: one\n",
            3,
        ),
        ("#+ summary: What?\n#+ tags: a\n#+ row: one\n#+ params:\n#+   a: {type: choice, example: x}\n", 5),
        ("#+ summary: What?\n#+ tags: a\n#+ row: one\n#+ params:\n#+   a: kind: city\n", 5),
        ("#+ summary: What?\n#+ tags: a\n#+ row: one\n#+   city: {kind: city, example: x}\n", 4),
        ("#+   city: {kind: city, example: x}\n", 1),
        ("# SPDX-License-Identifier: MIT\n\n#+ summary: What?\n#+ what is this\n", 4),
    ],
)
def test_a_wrong_header_is_refused(header, line):
    """A header that breaks a rule is refused with the name of its query, at its line."""
    with pytest.raises(QuerySyntaxError, match="header of query 'wrong'") as caught:
        catalogue.parse("wrong", header + "SELECT * {}")
    assert caught.value.line == line
