"""Everything for machines that a site holds beside its documents: catalogue, OpenAPI, examples, answers, `llms.txt`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from ascn_graph.api.answers import ready
from ascn_graph.api.catalogue import listing
from ascn_graph.api.examples import executables
from ascn_graph.api.openapi import description
from ascn_graph.graph import Graph
from ascn_graph.profile import Profile
from ascn_graph.results import Rows
from ascn_graph.sparql import NamedQuery

__all__ = ["files"]

_LLMS = Path(__file__).with_name("llms.txt")


def files(  # noqa: PLR0913 - a site is as large as that
    graph: Graph,
    queries: Sequence[NamedQuery],
    things: Mapping[str, Sequence[str]],
    *,
    base_url: str,
    version: str,
    endpoint: str = "",
    known: Mapping[str, Rows] | None = None,
) -> Iterator[tuple[str, bytes]]:
    """Write what the site holds for machines.

    Args:
        graph: the graph that answers.
        queries: its named queries.
        things: the IRIs of the things of each kind.
        base_url: where the site lies, with a slash at its end.
        version: the version of the data.
        endpoint: the SPARQL endpoint of a server there, which answers every question there; empty for plain files.
        known: see `ready`.

    Yields:
        A path from the top of the site, and the bytes of the file.
    """
    yield "api/index.json", _json(listing(graph.profile, queries))
    api = description(graph.profile, queries, version=version, server=base_url.rstrip("/"), live=bool(endpoint))
    yield "api/openapi.json", _json(api)
    yield "api/queries.ttl", executables(graph, queries, endpoint).encode()
    yield "llms.txt", _llms(graph.profile, queries).encode()
    if not endpoint:
        yield from ready(graph, queries, things, known)


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def _llms(profile: Profile, queries: Sequence[NamedQuery]) -> str:
    """Return the file in which a site tells language models what it holds (llmstxt.org)."""
    ready_made = [f"- [{query.summary}](api/{query.name}.json): {query.row}" for query in queries if not query.needs]
    return _LLMS.read_text("utf-8").format(
        title=profile.title, about=profile.description or profile.name, questions="\n".join(ready_made)
    )
