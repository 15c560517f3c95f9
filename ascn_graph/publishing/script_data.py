"""What the scripts of the pages read: the index of the search, and the named queries with the names of things."""

from __future__ import annotations

import json
from collections.abc import Iterable

from ascn_graph.namespaces import STANDARD
from ascn_graph.publishing.views import Views
from ascn_graph.sparql import NamedQuery

__all__ = ["catalogue_json", "search_index"]

_DEFINITION = STANDARD["skos"] + "definition"


def search_index(views: Views, pages: Iterable[tuple[str, str]]) -> str:
    """Return the index as a script that sets `searchIndex`, so that it loads from a folder without a server too.

    It has a list of `[kind, path]` under `kinds`, and under `entries` a list of `[kind, path, name, spelling …]`, where
    the kind is a place in the list before and the path of a thing is what follows that of its kind.

    Args:
        views: what was read.
        pages: titles and paths of the other pages.
    """
    kinds = views.profile.kinds
    listed = [["page", ""], *([name.replace("-", " "), f"doc/{kind.path}/"] for name, kind in kinds.items())]
    entries: list[list[int | str]] = [[0, path, title] for title, path in pages]
    for place, (name, things) in enumerate(views.graph.by_kind.items(), 1):
        # They repeat the names of what they are about.
        if not kinds[name].quiet:
            entries.extend([place, *_named(views, thing)] for thing in things)
    text = json.dumps({"kinds": listed, "entries": entries}, ensure_ascii=False, separators=(",", ":"))
    # Neither may stand in a script of older browsers.
    escaped = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return f"globalThis.searchIndex={escaped};\n"


def catalogue_json(queries: Iterable[NamedQuery], views: Views, land: object) -> str:
    """Return what the page's script reads, as JSON: the same values always give the same bytes.

    Args:
        queries: the named queries, in the order in which the page lists them.
        views: what was read.
        land: the land under the maps of answers; None for no maps.
    """
    profile, graph = views.profile, views.graph
    told = ("name", "summary", "description", "row", "parameters", "columns", "text")
    described = [{name: getattr(query, name) for name in told} for query in queries]
    for query in described:
        query["parameters"] = [
            {"name": one.name, "variable": one.variable, **one._asdict(), "says": one.says}
            for one in query["parameters"].values()
        ]
    spaces = {name: f"{profile.things}{kind.path}/" for name, kind in profile.kinds.items()}
    page = {
        "base": profile.base,
        "ontology": profile.ontology_iri,
        # By kind and, after those, by the prefixes that people write.
        "spaces": spaces | {kind.prefix: spaces[name] for name, kind in profile.kinds.items()},
        "pages": [
            *([f"{profile.things}{kind.path}/", f"doc/{kind.path}/"] for kind in profile.kinds.values()),
            [profile.graphs, "doc/graph/"],
        ],
        # As the worker sees it, which lies one folder down; the smallest dump that keeps the named graphs.
        "dump": f"../dumps/{profile.prefix}.trig",
        "start": _start(views),
        "queries": described,
        "things": {
            name: [_named(views, thing) for thing in things]
            for name, things in graph.by_kind.items()
            if things and not profile.kinds[name].quiet
        },
        "terms": [(views.compact(term), graph.text(term, _DEFINITION)) for term in graph.terms],
        "land": land,
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
    label = views.compact(kind.label)
    used = {name: views.profile.prefixes.get(name, "") for name in (one.partition(":")[0] for one in (sort, label))}
    lines = [f"PREFIX {name}: <{iri}>" for name, iri in sorted(used.items()) if iri]
    sort, label = (one if "://" not in one else f"<{one}>" for one in (sort, label))
    pattern = [f"  ?thing a {sort} ;", f"         {label} ?name ."]
    return "\n".join([*lines, "", "SELECT ?thing ?name WHERE {", *pattern, "}", "ORDER BY ?name", "LIMIT 10", ""])
