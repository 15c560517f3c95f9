"""Every golden, on every engine: the same terms in the same order."""

from __future__ import annotations

import difflib
import os
import re
from functools import cache

import pytest
from engines import LOCAL, SERVERS, BySource, bound_astray, names_astray, slips_astray
from parity import Case, cases, lines, named_texts
from servers import fill

from ascn_graph import profile
from ascn_graph.sparql import catalogue

#: A decimal that a query computes is 24.0 on Jena, after XSD 1.0, and 24 elsewhere.
_WHOLE = re.compile(r"(?<=\t)(-?\d+)\.0(?=\t|$)")


def differences(by_source: BySource, asked: list[Case]) -> list[str]:
    """Return which goldens an engine does not give, with the first lines that differ."""
    found = []
    for case in asked:
        answered = lines(by_source(case.source).query(case.query, **case.parameters))
        given = [_WHOLE.sub(r'"\1"^^<http://www.w3.org/2001/XMLSchema#decimal>', line) for line in answered]
        difference = list(difflib.unified_diff(case.expected(), given, "golden", "given", n=0, lineterm=""))
        if difference:
            found.append("\n".join([case.golden, *difference[2:6]]))
    return found


#: What an engine takes longer for than a test may, queries or single goldens; with ASCN_PARITY=all it is asked too.
LATE = {"virtuoso": {"conflicts-article", "evidence"}}
#: What takes a store longer than a test may where it is told each of the graphs; of their union it is asked in seconds.
LATE_BY_NAME = {
    "oxigraph": {"contacts", "evidence", "member-states", "national-representatives", "nominations", "officers"}
    | {"officers-at"},
    "jena": {"conflicts"},
    "virtuoso": {"changes", "claims", "conflicts", "city-profile", "coverage", "events", "uncited-facts"},
}
EVERYTHING = os.environ.get("ASCN_PARITY") == "all"


def in_time(engine: str) -> list[Case]:
    """List the goldens that an engine gives in seconds."""
    return [case for case in cases() if EVERYTHING or LATE.get(engine, set()).isdisjoint({case.query, case.golden})]


#: The first golden of each query, and the others.
FIRST = list({case.query: case for case in reversed(cases())}.values())
OTHERS = [case for case in cases() if case not in FIRST]


@pytest.mark.parametrize("asked", [FIRST, pytest.param(OTHERS, marks=pytest.mark.thorough)], ids=["first", "others"])
def test_every_golden_on_the_embedded_engine(asked):
    """The engine that users get gives every golden, the first of each query by default."""
    assert differences(LOCAL["embedded"](), asked) == []


@pytest.mark.thorough
def test_the_goldens_where_a_triple_in_two_graphs_counts_twice():
    """The same engine over named graphs alone, whose union is a bag, gives every golden."""
    assert differences(LOCAL["bag"](), cases()) == []


#: Queries of each form that rdflib answers in less than a second.
QUICK_ON_RDFLIB = {
    "cities",
    "city-at-pixel",
    "concepts",
    "describe",
    "map-regions",
    "member-states",
    "network",
    "roles",
}


def on_rdflib(kind: str, *, quick: bool) -> list[str]:
    """Return which goldens rdflib does not give: those of one source and of quick queries, or all others."""
    queries = catalogue.load(profile.packaged())
    asked = [case for case in cases() if (bool(case.source) and case.query in QUICK_ON_RDFLIB) == quick]
    if kind == "rdflib Dataset" and not EVERYTHING:  # slower than a Graph
        asked = [case for case in asked if case.source and not queries[case.query].names_graphs]
    if kind == "rdflib Graph":  # which has no named graphs to ask for
        asked = [case for case in asked if not queries[case.query].names_graphs]
    assert asked
    return differences(LOCAL[kind](), asked)


@pytest.mark.thorough
def test_the_quick_goldens_of_one_source_on_rdflib():
    """A plain rdflib Graph of what the article says gives the goldens of it."""
    assert on_rdflib("rdflib Graph", quick=True) == []


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("kind", "quick"), [("rdflib Graph", False), ("rdflib Dataset", True), ("rdflib Dataset", False)]
)
def test_every_golden_on_rdflib(kind, quick):
    """A Graph gives every golden, a Dataset that holds one source under two names those of that source."""
    assert on_rdflib(kind, quick=quick) == []


@pytest.fixture(scope="module")
def filled(request):
    """Return a function that gives the server of a name, filled once with one source under two names."""

    @cache
    def of_name(name):
        server = request.getfixturevalue(name)
        fill(server, named_texts(twin=True))
        return server

    return of_name


@pytest.mark.stores
@pytest.mark.parametrize("twin", [False, True], ids=["once", "twice"])
@pytest.mark.parametrize("server", SERVERS)
def test_every_golden_on_a_real_triple_store(server, twin, filled):
    """A real triple store gives the goldens in time, of the graphs that it is asked for and with one source twice."""
    late = set() if twin or EVERYTHING else LATE_BY_NAME.get(server, set())
    asked = [case for case in in_time(server) if case.source or case.query not in late]
    assert differences(SERVERS[server](filled(server), twin=twin), asked) == []


@pytest.mark.stores
@pytest.mark.parametrize("server", SERVERS)
def test_a_thing_has_the_rows_of_the_listing_on_a_real_triple_store(server, filled):
    """The text of a query for a thing gives the rows that the embedded listing has of it, and of several in order."""
    assert bound_astray(SERVERS[server](filled(server), twin=True), every=250) == []


@pytest.mark.thorough
@pytest.mark.parametrize(("kind", "every"), [("embedded", 1), ("bag", 10), ("rdflib Dataset", 1000)])
def test_a_thing_has_the_rows_of_the_listing(kind, every):
    """So it is in process; on the engine that users get for each thing there is."""
    assert bound_astray(LOCAL[kind](), every=every) == []


@pytest.mark.stores
@pytest.mark.parametrize("server", SERVERS)
def test_every_name_finds_its_thing_on_a_real_triple_store(server, filled):
    """A name in any script finds its thing on a store as it does on the embedded engine, and no other of its kind."""
    assert names_astray(SERVERS[server](filled(server), twin=True)) == []


@pytest.mark.stores
@pytest.mark.parametrize("server", SERVERS)
def test_a_slip_is_answered_alike_on_a_real_triple_store(server, filled):
    """What was likely meant is looked for in the graphs of ours, and is what the embedded engine finds."""
    assert slips_astray(SERVERS[server](filled(server), twin=True)) == []


@pytest.mark.thorough
def test_every_name_finds_its_thing_on_rdflib():
    """So it is on a plain rdflib Graph."""
    assert names_astray(LOCAL["rdflib Graph"]()) == []


def test_every_query_has_goldens():
    """Every named query has a golden, and one that takes parameters has two sets of values among its goldens."""
    asked = cases()
    for name, query in catalogue.load(profile.packaged()).items():
        sets = [case.parameters for case in asked if case.query == name]
        assert sets, name
        assert not query.parameters or len([given for given in sets if given]) >= 2, name


def test_every_parameter_is_asked():
    """Every parameter of every named query is given in a golden."""
    given = {(case.query, name) for case in cases() for name in case.parameters}
    known = {(name, key) for name, query in catalogue.load(profile.packaged()).items() for key in query.parameters}
    assert given == known


def test_a_golden_is_empty_only_where_nothing_else_is_right():
    """A golden of the whole graph has rows, unless the question is one that nothing answers."""
    empty = {case.golden for case in cases() if len(case.expected()) < 2 and not case.source}
    assert empty == {"chairmanships-cambodia", "city-at-pixel-edge", "posts-without-holder-representatives"}
