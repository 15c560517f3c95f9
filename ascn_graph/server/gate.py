"""What a query text is refused for before the engine sees it."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from ascn_graph.server.problem import Problem
from ascn_graph.sparql.forms import UPDATES
from ascn_graph.sparql.tokens import dataset_iris, keywords, nesting, tokens

__all__ = ["check", "is_update", "is_volatile"]

_DEEPENING = "{([!^-+"
_VOLATILE = frozenset({"NOW", "RAND", "UUID", "STRUUID", "BNODE"})


def check(text: str, *, deepest: int, graphs: AbstractSet[str] | None) -> None:
    """Refuse a query that would open a connection, exhaust the engine's stack or name a graph that is not there.

    Args:
        text: the query.
        deepest: how deep brackets may nest.
        graphs: the graphs that FROM may name; None where the protocol states the dataset, so that FROM says nothing.

    Raises:
        Problem: the query is refused, with 400.
    """
    # Counting characters is far cheaper than reading tokens and can only overstate the depth.
    if sum(map(text.count, _DEEPENING)) > deepest and (depth := nesting(text)) > deepest:
        raise Problem(
            400,
            "nested-too-deeply",
            f"The query is nested too deeply: {depth} levels, where {deepest} are allowed; flatten it.",
            limit="nesting",
            value=deepest,
        )
    upper = text.upper()
    if "SERVICE" in upper and "SERVICE" in keywords(text):
        raise Problem(
            400,
            "service",
            "The query asks another endpoint with SERVICE, which this one never does; ask that endpoint itself.",
        )
    if graphs is not None and "FROM" in upper:
        for graph in dataset_iris(text):
            if graph not in graphs:
                raise Problem(
                    400,
                    "unknown-graph",
                    f"FROM names <{graph}>, an unknown graph; the service description lists the graphs there are.",
                )


def is_volatile(text: str) -> bool:
    """Say whether two runs of a query may differ, so that its answer must not be kept."""
    upper = text.upper()
    return any(word in upper for word in _VOLATILE) and not _VOLATILE.isdisjoint(keywords(text))


def is_update(text: str) -> bool:
    """Say whether a text that is no query begins as an update does."""
    skip = 0
    for token in tokens(text):
        word = token.text.upper() if token.kind == "word" else ""
        if skip:
            skip -= 1
        elif word in ("PREFIX", "BASE"):
            skip = 2 if word == "PREFIX" else 1
        else:
            return word in UPDATES
    return False
