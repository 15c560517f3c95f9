"""The named queries described for machines, from their headers alone: a catalogue, and OpenAPI 3.1."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ascn_graph.api.query_files import FORMS, of_things
from ascn_graph.media_types import BINDINGS
from ascn_graph.profile import Profile
from ascn_graph.sparql import NamedQuery, Parameter

__all__ = ["description", "listing"]

_TYPES = {form.name: form.types[0] for form in BINDINGS}
#: What is answered: SPARQL 1.1 Query Results JSON Format, section 3, as far as a SELECT goes, and RFC 9457.
_COMPONENTS = Path(__file__).with_name("components.json")
_NO_ANSWER = {"404": "There is no such answer."}
_LIVE = {
    "400": "A parameter is unknown, missing or of the wrong type.",
    "404": "A name answers to no thing, or to several.",
    "406": "Accept names none of the forms of the answer.",
    "422": "The answer is over a limit.",
    "503": "The server is busy; ask again later.",
}
# What the values of a type look like in JSON Schema.
_SCHEMAS: dict[str, dict[str, str]] = {
    "integer": {"pattern": r"^[+-]?[0-9]{1,18}$"},
    "decimal": {"pattern": r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,2})?$"},
    "boolean": {"pattern": "^(true|false)$"},
    "gYear": {"pattern": "^-?[0-9]{4,9}$"},
    "gYearMonth": {"pattern": "^-?[0-9]{4,9}-(0[1-9]|1[0-2])$"},
    "period": {"pattern": "^[0-9]{4}(-(0[1-9]|1[0-2])(-[0-3][0-9])?)?$"},
    "date": {"format": "date"},
    "dateTime": {"format": "date-time"},
}


def listing(profile: Profile, queries: Iterable[NamedQuery]) -> dict[str, Any]:
    """Return the catalogue of a graph, ready for JSON.

    Returns:
        `graph` and `base` of the profile, and `queries`, each with what its header says: `name`, `question`,
        `description`, `tags`, `row` (what one row is), `parameters`, and `columns`, each with its meaning.
    """
    listed = [
        {
            "name": query.name,
            "question": query.summary,
            "description": query.description,
            "tags": list(query.tags),
            "row": query.row,
            "parameters": [_listed(parameter) for parameter in query.parameters.values()],
            "columns": [{"name": name, "meaning": meaning} for name, meaning in query.columns.items()],
        }
        for query in queries
    ]
    return {"graph": profile.name, "base": profile.base, "queries": listed}


def _listed(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "takes": parameter.says,
        **({"kind": parameter.kind} if parameter.kind else {"type": parameter.type}),
        **({"choices": list(parameter.choices)} if parameter.choices else {}),
        "required": parameter.required,
        "many": parameter.many,
        "example": parameter.example,
    }


def description(
    profile: Profile, queries: Iterable[NamedQuery], *, version: str, server: str, live: bool
) -> dict[str, Any]:
    """Return the OpenAPI description of the named queries.

    Args:
        profile: the graph they are of.
        queries: the queries.
        version: the version of the data.
        server: the URL that the paths are below.
        live: whether a server answers with parameters; otherwise only the ready answers are described.
    """
    paths: dict[str, Any] = {}
    for query in queries:
        path = f"/api/{query.name}"
        for form in () if query.needs else FORMS:
            paths[f"{path}.{form}"] = _get(query, form, [form], _NO_ANSWER)
        for one in of_things(query):
            slug = {"name": "slug", "in": "path", "required": True, "schema": _schema(one)}
            slug["description"] = f"The slug of {one.says}."
            refusals = {"404": f"There is no such {one.kind}."}
            paths[f"{path}/{one.name}/{{slug}}.json"] = _get(query, one.name, ["json"], refusals, [slug])
        if live:
            paths[path] = _get(query, "live", FORMS, _LIVE, [_taken(one) for one in query.parameters.values()])
    told = profile.description or profile.title
    return {
        "openapi": "3.1.0",
        "info": {"title": f"{profile.name}: named queries", "version": version or "unversioned", "description": told},
        "servers": [{"url": server}],
        "paths": dict(sorted(paths.items())),
        "components": json.loads(_COMPONENTS.read_bytes()),
    }


def _get(
    query: NamedQuery,
    name: str,
    forms: Sequence[str],
    refusals: Mapping[str, str],
    parameters: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """Return what is said of a path: how the query is asked there, in which forms it answers, and what is refused."""
    told = f"{query.description} " if query.description else ""
    results = {"json": {"$ref": "#/components/schemas/Results"}, "csv": {"type": "string"}}
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    content = {_TYPES[form]: {"schema": results[form]} for form in forms}
    operation = {
        "operationId": f"{query.name}-{name}",
        "summary": query.summary,
        "description": f"{told}Rows: {query.row}.",
        "tags": list(query.tags[:1]),
        "responses": {
            "200": {"description": f"The answer: {query.row}.", "content": content},
            **{status: {"description": meaning, "content": problem} for status, meaning in refusals.items()},
        },
    }
    return {"get": operation if parameters is None else operation | {"parameters": parameters}}


def _taken(parameter: Parameter) -> dict[str, Any]:
    """Return what is said of a parameter that a server takes: one that takes many takes a list."""
    schema = _schema(parameter)
    return {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required,
        "description": parameter.says,
        "schema": {"type": "array", "items": schema, "minItems": 1} if parameter.many else schema,
    }


def _schema(parameter: Parameter) -> dict[str, Any]:
    """Return the JSON Schema of one value of a parameter, as a text."""
    narrowed = {"enum": list(parameter.choices)} if parameter.choices else _SCHEMAS.get(parameter.type, {})
    shown = {"description": parameter.says, "examples": [parameter.example]}
    return {"type": "string", "minLength": 1, **narrowed, **shown}
