"""What the query page's script reads: the named queries, the names of things and the land, as one JSON text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ascn_graph.namespaces import STANDARD
from ascn_graph.publishing.views import Views
from ascn_graph.sparql.catalogue import NamedQuery

__all__ = ["CSP", "Group", "catalogue_json", "grouped"]

#: What the query page may do beyond the others: run the engine's WebAssembly in a worker of its own.
CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'"
)

_DEFINITION = STANDARD["skos"] + "definition"
_OTHER = "other"


class Group(NamedTuple):
    """The named queries of one subject."""

    title: str
    queries: list[NamedQuery]


def grouped(queries: Iterable[NamedQuery], subjects: Sequence[str]) -> list[Group]:
    """Return the named queries by their first tag: the subjects in their order, then the others by name."""
    groups: dict[str, list[NamedQuery]] = {}
    for query in sorted(queries, key=lambda query: query.name):
        groups.setdefault(query.tags[0] if query.tags else _OTHER, []).append(query)
    known = {subject: place for place, subject in enumerate(subjects)}
    last = len(known)
    return [Group(title, groups[title]) for title in sorted(groups, key=lambda title: (known.get(title, last), title))]


def catalogue_json(queries: Iterable[NamedQuery], views: Views, kinds: Mapping[str, Sequence[str]], land: str) -> str:
    """Return what the page's script reads, as JSON: the same values always give the same bytes.

    Args:
        queries: the named queries, in the order in which the page lists them.
        views: what was read.
        kinds: the things by kind.
        land: the land under the maps of answers, as JSON; `null` for no maps.
    """
    profile, graph = views.profile, views.graph
    described = [
        {
            "name": query.name,
            "summary": query.summary,
            "description": query.description,
            "row": query.row,
            "parameters": [
                {
                    "name": parameter.name,
                    "variable": parameter.variable,
                    "kind": parameter.kind,
                    "type": parameter.type,
                    "choices": parameter.choices,
                    "required": parameter.required,
                    "many": parameter.many,
                    "example": parameter.example,
                    "says": parameter.says,
                }
                for parameter in query.parameters.values()
            ],
            "columns": query.columns,
            "text": query.text,
        }
        for query in queries
    ]
    named = {name: kind for name, kind in profile.kinds.items() if not kind.quiet}
    page = {
        "base": profile.base,
        "ontology": profile.namespace.rstrip("#/"),
        # By kind and, after those, by the prefixes that people write.
        "spaces": {
            name: f"{profile.things}{kind.path}/"
            for names in (
                profile.kinds,
                {kind.prefix: kind for kind in profile.kinds.values()},
            )
            for name, kind in names.items()
        },
        "pages": [
            *([f"{profile.things}{kind.path}/", f"doc/{kind.path}/"] for kind in profile.kinds.values()),
            [profile.graphs, "doc/graph/"],
        ],
        # As the worker sees it, which lies one folder down; the smallest dump that keeps the named graphs.
        "dump": f"../dumps/{views.settings.file}.trig",
        "start": _start(views),
        "queries": described,
        "things": {name: [_named(views, thing) for thing in sorted(kinds[name])] for name in named if kinds.get(name)},
        "terms": [
            (views.compact(term), graph.text(term, _DEFINITION))
            for term in sorted(graph.facts)
            if term.startswith(profile.namespace)
        ],
        "land": json.loads(land),
    }
    return json.dumps(page, ensure_ascii=False, separators=(",", ":")) + "\n"


def _named(views: Views, thing: str) -> list[str]:
    """Return the last part of an IRI, its label, and its other spellings."""
    label = views.name(thing)[0]
    return [thing.rpartition("/")[2], label, *(one for one in views.graph.spellings(thing) if one != label)]


def _start(views: Views) -> str:
    """Return the query that a reader's own begins as: the things of the kind that is the example."""
    kind = views.profile.kinds[views.settings.examples[0]]
    sort = views.compact(kind.type)
    prefix = sort.partition(":")[0]
    used = {"rdfs": STANDARD["rdfs"], prefix: views.profile.prefixes.get(prefix, "")}
    lines = [f"PREFIX {name}: <{iri}>" for name, iri in sorted(used.items()) if iri]
    written = sort if "://" not in sort else f"<{sort}>"
    pattern = [f"  ?thing a {written} ;", "         rdfs:label ?name ."]
    return "\n".join([*lines, "", "SELECT ?thing ?name WHERE {", *pattern, "}", "ORDER BY ?name", "LIMIT 10", ""])
