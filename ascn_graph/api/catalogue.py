"""The catalogue of named queries as plain values, made from their headers alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ascn_graph.profile import Profile
from ascn_graph.sparql import NamedQuery, Parameter

__all__ = ["listing"]


def listing(profile: Profile, queries: Iterable[NamedQuery]) -> dict[str, Any]:
    """Return the catalogue of a graph, ready for JSON.

    Returns:
        `graph` and `base` of the profile, and `queries`, each with what its header says: `name`, `question`,
        `description`, `tags`, `row` (what one row is), `parameters`, and `columns`, each with its meaning.
    """
    return {"graph": profile.name, "base": profile.base, "queries": [_entry(query) for query in queries]}


def _entry(query: NamedQuery) -> dict[str, Any]:
    return {
        "name": query.name,
        "question": query.summary,
        "description": query.description,
        "tags": list(query.tags),
        "row": query.row,
        "parameters": [_parameter(parameter) for parameter in query.parameters.values()],
        "columns": [{"name": name, "meaning": meaning} for name, meaning in query.columns.items()],
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "takes": parameter.says,
        **({"kind": parameter.kind} if parameter.kind else {"type": parameter.type}),
        **({"choices": list(parameter.choices)} if parameter.choices else {}),
        "required": parameter.required,
        "many": parameter.many,
        "example": parameter.example,
    }
