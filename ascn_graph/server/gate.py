"""What a query text is refused for before the engine sees it."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from ascn_graph.namespaces import BASE
from ascn_graph.server.problem import Problem
from ascn_graph.sparql.guard import refusal

__all__ = ["check"]


def check(text: str, *, deepest: int, graphs: AbstractSet[str] | None) -> None:
    """Refuse a query that would open a connection, exhaust the engine's stack or name a graph that is not there.

    Args:
        text: the query.
        deepest: how deep brackets may nest.
        graphs: the graphs that FROM may name; None where the protocol states the dataset, so that FROM says nothing.

    Raises:
        Problem: the query is refused, with 400.
    """
    refused = refusal(text, graphs=graphs, base=BASE, deepest=deepest)
    if refused is None:
        return
    if refused.what == "nesting":
        raise Problem(400, "nested-too-deeply", str(refused), limit="nesting", value=deepest)
    if refused.what == "word":
        raise Problem(
            400,
            "service",
            "The query asks another endpoint with SERVICE, which this one never does; ask that endpoint itself.",
        )
    raise Problem(
        400,
        "unknown-graph",
        f"FROM names <{refused.found}>, an unknown graph; the service description lists the graphs there are.",
    )
