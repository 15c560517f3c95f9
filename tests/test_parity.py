"""Every golden, on every engine: the same terms in the same order."""

from __future__ import annotations

import difflib

import pytest
from engines import LOCAL, SERVERS, BySource
from parity import cases, lines

from ascn_graph import profile
from ascn_graph.sparql import catalogue


def differences(by_source: BySource) -> list[str]:
    """Say which goldens an engine does not give, with the first lines that differ."""
    found = []
    for case in cases():
        given = lines(by_source(case.source).query(case.query, **case.parameters))
        difference = list(difflib.unified_diff(case.expected(), given, "golden", "given", n=0, lineterm=""))
        if difference:
            found.append("\n".join([case.golden, *difference[2:6]]))
    return found


@pytest.mark.parametrize("engine", LOCAL)
def test_every_golden_on_an_engine_in_process(engine):
    """An engine without a server gives every golden; the bag and the Dataset hold one source under two names."""
    assert differences(LOCAL[engine]()) == []


@pytest.mark.parametrize("twin", [False, True], ids=["once", "twice"])
@pytest.mark.parametrize("server", SERVERS)
def test_every_golden_on_a_real_triple_store(server, twin):
    """A real triple store gives every golden, also where it holds one source under two names."""
    with SERVERS[server](twin=twin) as by_source:
        assert differences(by_source) == []


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
