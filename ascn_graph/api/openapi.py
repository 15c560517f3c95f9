"""The named queries as an OpenAPI 3.1 description, made from their headers."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ascn_graph.api.answers import FORMS, of_things
from ascn_graph.api.schema import several_schema, value_schema
from ascn_graph.profile import Profile
from ascn_graph.sparql import NamedQuery, Parameter

__all__ = ["description"]

_TYPES = {"json": "application/sparql-results+json", "csv": "text/csv"}
#: What is answered: SPARQL 1.1 Query Results JSON Format, section 3, as far as a SELECT goes, and RFC 9457.
_COMPONENTS = Path(__file__).with_name("components.json")


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
        if not query.needs:
            for form in FORMS:
                paths[f"/api/{query.name}.{form}"] = {"get": _ready(query, form)}
        for parameter in of_things(query):
            path = f"/api/{query.name}/{parameter.name}/{{slug}}.json"
            paths[path] = {"get": _of_thing(query, parameter)}
        if live:
            paths[f"/api/{query.name}"] = {"get": _live(query)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{profile.name}: named queries",
            "version": version,
            "description": profile.description or profile.title,
        },
        "servers": [{"url": server}],
        "paths": dict(sorted(paths.items())),
        "components": json.loads(_COMPONENTS.read_bytes()),
    }


def _operation(query: NamedQuery, name: str, content: dict[str, Any], refusals: dict[str, str]) -> dict[str, Any]:
    told = f"{query.description} " if query.description else ""
    return {
        "operationId": name,
        "summary": query.summary,
        "description": f"{told}Rows: {query.row}.",
        "tags": list(query.tags[:1]),
        "responses": {
            "200": {"description": f"The answer: {query.row}.", "content": content},
            **{
                status: {
                    "description": meaning,
                    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
                }
                for status, meaning in refusals.items()
            },
        },
    }


def _ready(query: NamedQuery, form: str) -> dict[str, Any]:
    return _operation(query, f"{query.name}-{form}", _content(form), {"404": "There is no such answer."})


def _of_thing(query: NamedQuery, parameter: Parameter) -> dict[str, Any]:
    operation = _operation(
        query, f"{query.name}-{parameter.name}", _content("json"), {"404": f"There is no such {parameter.kind}."}
    )
    slug = {"name": "slug", "in": "path", "required": True, "schema": value_schema(parameter)}
    return {**operation, "parameters": [{**slug, "description": f"The slug of {parameter.says}."}]}


def _live(query: NamedQuery) -> dict[str, Any]:
    refusals = {
        "400": "A parameter is unknown, missing or of the wrong type.",
        "404": "A name answers to no thing, or to several.",
        "406": "Accept names no form the answer is had in.",
        "422": "The answer is over a limit.",
        "503": "The server is busy; ask again later.",
    }
    content = {media_type: body for form in FORMS for media_type, body in _content(form).items()}
    operation = _operation(query, f"{query.name}-live", content, refusals)
    parameters = [
        {
            "name": parameter.name,
            "in": "query",
            "required": parameter.required,
            "description": parameter.says,
            "schema": several_schema(parameter) if parameter.many else value_schema(parameter),
        }
        for parameter in query.parameters.values()
    ]
    return {**operation, "parameters": parameters}


def _content(form: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Results"} if form == "json" else {"type": "string"}
    return {_TYPES[form]: {"schema": schema}}
