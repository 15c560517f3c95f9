"""The tools as an MCP server: their schemas, their answers, and resources to read."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import anyio.to_thread
import mcp_types as types
from jsonschema import Draft202012Validator
from mcp.server.lowlevel import Server

from ascn_graph import __version__
from ascn_graph.agents.tools import Tools
from ascn_graph.errors import AscnError, UsageError, excerpt
from ascn_graph.graph import Graph
from ascn_graph.nearest import did_you_mean
from ascn_graph.profile import Profile
from ascn_graph.server import job, pool

__all__ = ["build"]

_WORDS = tomllib.loads(Path(__file__).with_name("tools.toml").read_text("utf-8"))
_LONGEST = 200  # characters of a fault that are shown


def build(graph: Graph, workers: pool.Pool) -> Server[Any]:
    """Return an MCP server over an embedded graph.

    Args:
        graph: the graph, loaded with its named graphs.
        workers: the workers that answer SPARQL.
    """
    tools = Tools(graph)
    offered = {tool.name: tool for tool in _offered(graph.profile)}
    resources = _resources(tools)

    async def list_tools(_context: Any, _params: Any) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[*offered.values()])

    async def call_tool(_context: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
        name, arguments = params.name, params.arguments or {}
        try:
            _check(offered, name, arguments)
            if name == "sparql":
                found = await _solved(workers, **arguments)
            else:
                # The engine lets go of the interpreter while it works, so that other sessions go on.
                found = await anyio.to_thread.run_sync(partial(getattr(tools, name), **arguments))
        except AscnError as error:
            return types.CallToolResult(content=[types.TextContent(type="text", text=str(error))], is_error=True)
        text = json.dumps(found, ensure_ascii=False)
        return types.CallToolResult(content=[types.TextContent(type="text", text=text)], structured_content=found)

    async def list_resources(_context: Any, _params: Any) -> types.ListResourcesResult:
        return types.ListResourcesResult(resources=[resource for resource, _ in resources.values()])

    async def read_resource(_context: Any, params: types.ReadResourceRequestParams) -> types.ReadResourceResult:
        uri = str(params.uri)
        if uri not in resources:
            raise UsageError(f"There is no resource '{excerpt(uri)}'; list the resources to see which exist.")
        resource, read = resources[uri]
        contents = types.TextResourceContents(uri=uri, mime_type=resource.mime_type, text=read())
        return types.ReadResourceResult(contents=[contents])

    return Server(
        name=graph.profile.name,
        version=__version__,
        instructions=_WORDS["instructions"].format(title=graph.profile.title),
        on_list_tools=list_tools,
        on_call_tool=call_tool,
        on_list_resources=list_resources,
        on_read_resource=read_resource,
    )


def _offered(profile: Profile) -> list[types.Tool]:
    """Return the tools with the JSON Schemas of what they take; each but `sparql` is a method of `Tools`."""
    found = []
    for name, told in _WORDS["tools"].items():
        properties = dict(told["properties"])
        if name == "find":
            properties["kind"] = {**properties["kind"], "enum": list(profile.kinds)}
        schema = {
            "type": "object",
            "properties": properties,
            "required": told.get("required", []),
            "additionalProperties": False,
        }
        hints = types.ToolAnnotations(read_only_hint=True, open_world_hint=False)
        found.append(types.Tool(name=name, description=told["description"], input_schema=schema, annotations=hints))
    return found


async def _solved(workers: pool.Pool, query: str) -> dict[str, Any]:
    """Return SPARQL 1.1 JSON results for a SELECT or an ASK, `{"ntriples": …}` for a CONSTRUCT or a DESCRIBE.

    Raises:
        Problem: the query is refused, does not parse, or is over a limit.
    """
    reply = await workers.run(job.Job(query, (), (), "json", "nt", compress=False))
    if reply.media_type.endswith("json"):
        found: dict[str, Any] = json.loads(reply.body)
        return found
    return {"ntriples": reply.body.decode()}


def _check(tools: Mapping[str, types.Tool], name: str, arguments: Mapping[str, Any]) -> None:
    """Refuse a call of a tool that there is not, or with arguments that do not fit its schema.

    Raises:
        UsageError: it is one.
    """
    if name not in tools:
        told = excerpt(name)
        hint = did_you_mean(told, tools) or f"; there are {', '.join(tools)}."
        raise UsageError(f"There is no tool '{told}'{hint}")
    for fault in Draft202012Validator(tools[name].input_schema).iter_errors(dict(arguments)):
        where = excerpt(".".join(map(str, fault.absolute_path)))
        raise UsageError(
            f"The arguments of {name} do not fit{f' at {where}' if where else ''}: {excerpt(fault.message, _LONGEST)}."
        )


def _resources(tools: Tools) -> dict[str, tuple[types.Resource, Callable[[], str]]]:
    """List what can be read, by IRI, each with what reads it."""
    base, plain = tools.graph.profile.base, "text/plain"
    listed: list[tuple[str, str, str, str, Callable[[], str]]] = [
        ("agents/ontology", "ontology", plain, "Every term with a definition and an example.", tools.ontology),
        ("agents/licence", "licence", plain, "The terms of the data, by source.", tools.licences),
        *(
            (f"queries/{name}", name, "application/sparql-query", query.summary, partial(str, query.text))
            for name, query in tools.queries.items()
        ),
    ]
    return {
        base + path: (types.Resource(uri=base + path, name=name, mime_type=kind, description=told), read)
        for path, name, kind, told, read in listed
    }
