"""What the query page asks for: the named queries, the names of things and the land, as one JSON text.

    >>> from ascn_graph.sparql import catalogue; from ascn_graph.profile import packaged
    >>> queries = catalogue.load(packaged()).values()
    >>> text = catalogue_json(queries, {"city": [("hanoi", "Hanoi")]}, [("ascn:MemberCity", "a city")], '{"paths":[]}')
    >>> json.loads(text)["things"]
    {'city': [['hanoi', 'Hanoi']]}
    >>> [group.title for group in grouped(queries)][:2]
    ['network', 'places']

The same values always give the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ascn_graph.namespaces import BASE
from ascn_graph.sparql.catalogue import NamedQuery

__all__ = ["CSP", "DUMP", "Group", "catalogue_json", "grouped"]

#: What the query page may do beyond the others: run the engine's WebAssembly in a worker of its own.
CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'"
)

#: The dump that the page loads, from the top of the site: the smallest that keeps the named graphs.
DUMP = "dumps/ascn.trig"

# The subjects in the order of a reader who comes for the first time; others follow by name.
_SUBJECTS = ("network", "places", "officers", "agreements", "claims", "events", "names", "map", "sources", "evidence")

_START = """\
PREFIX ascn: <https://w3id.org/ascn/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

SELECT ?city ?name WHERE {
  ?city a ascn:MemberCity ;
        rdfs:label ?name .
}
ORDER BY ?name
LIMIT 10
"""


class Group(NamedTuple):
    """The named queries of one subject."""

    title: str
    queries: list[NamedQuery]


def grouped(queries: Iterable[NamedQuery]) -> list[Group]:
    """Give the named queries by their first tag, in the order in which the page lists them."""
    groups: dict[str, list[NamedQuery]] = {}
    for query in sorted(queries, key=lambda query: query.name):
        groups.setdefault(query.tags[0], []).append(query)
    known = {subject: place for place, subject in enumerate(_SUBJECTS)}
    return [Group(title, groups[title]) for title in sorted(groups, key=lambda title: (known.get(title, 99), title))]


def catalogue_json(
    queries: Iterable[NamedQuery],
    things: Mapping[str, Sequence[Sequence[str]]],
    terms: Iterable[tuple[str, str]],
    land: str,
) -> str:
    """Give what the page's script reads, as JSON.

    Args:
        queries: the named queries.
        things: by kind, what can be named: the last part of each IRI, its label, and other spellings.
        terms: prefixed names that the editor offers while typing, each with its meaning.
        land: the land as `maps.base_map_json` gives it.
    """
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
        for group in grouped(queries)
        for query in group.queries
    ]
    page = {
        "base": BASE,
        # As the worker sees it, which lies one folder down.
        "dump": f"../{DUMP}",
        "start": _START,
        "queries": described,
        "things": things,
        "terms": list(terms),
        "land": json.loads(land),
    }
    return json.dumps(page, ensure_ascii=False, separators=(",", ":")) + "\n"
