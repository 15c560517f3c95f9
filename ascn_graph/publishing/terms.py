"""The page of the ontology, with every term of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from ascn_graph.namespaces import ONTOLOGY, PREFIXES
from ascn_graph.publishing.documents import Description, embedded
from ascn_graph.publishing.frame import HOME, Frame, Page, forms
from ascn_graph.publishing.views import Notes, Row, Views

__all__ = ["Group", "Term", "ontology"]

_DEFINITION = PREFIXES["skos"] + "definition"
_ABOUT = PREFIXES["dcterms"] + "description"
# What the head of a term has told already.
_TOLD = (PREFIXES["rdfs"] + "label", PREFIXES["rdfs"] + "isDefinedBy", _DEFINITION)


class Term(NamedTuple):
    """A term as the page shows it; `used` is how often the data has it as a predicate or points at it."""

    anchor: str
    name: str
    definition: str
    rows: Sequence[Row]
    used: int


class Group(NamedTuple):
    """The classes, the properties, or what is neither."""

    title: str
    anchor: str
    terms: Sequence[Term]


def _group(types: Sequence[str]) -> str:
    names = {one.rpartition("#")[2] for one in types}
    if "Class" in names:
        return "Classes"
    return "Properties" if any(name.endswith("Property") for name in names) else "Other terms"


def ontology(views: Views, frame: Frame, description: Description, terms: Sequence[str]) -> Page:
    """Write the page.

    Args:
        views: what was read.
        frame: what fills the templates.
        description: what is said of the ontology and its terms.
        terms: the IRIs of the terms.
    """
    graph, iri, notes = views.graph, ONTOLOGY.removesuffix("#"), Notes(views)
    predicates = Counter(fact.predicate for facts in graph.facts.values() for fact in facts)
    groups: dict[str, list[Term]] = {}
    for term in terms:
        used = predicates[term] + len(graph.incoming.get(term, ()))
        made = Term(
            term.partition("#")[2],
            views.name(term)[0],
            graph.text(term, _DEFINITION),
            views.rows(term, notes, leave=_TOLD),
            used,
        )
        groups.setdefault(_group(graph.types(term)), []).append(made)
    return frame.page(
        "ontology.html",
        "ontology.html",
        title=views.name(iri)[0],
        description=graph.text(iri, _ABOUT) or "The terms of this graph.",
        crumbs=[HOME],
        forms=forms("ontology"),
        embedded=embedded(description),
        values={
            "iri": iri,
            "definition": graph.text(iri, _ABOUT),
            "rows": views.rows(iri, notes),
            "groups": [
                Group(title, title.lower().replace(" ", "-"), sorted(groups[title], key=lambda term: term.name))
                for title in sorted(groups)
            ],
            "notes": notes,
        },
    )
