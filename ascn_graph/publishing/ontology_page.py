"""The page of the ontology, with every term of it, its examples, and a picture of the model."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from markupsafe import Markup
from pyoxigraph import NamedNode

from ascn_graph.namespaces import STANDARD
from ascn_graph.publishing.fact_index import LABEL, TYPE
from ascn_graph.publishing.renderer import Page, Renderer
from ascn_graph.publishing.view_models import Link, by_text
from ascn_graph.publishing.views import Notes, Views

__all__ = ["ontology"]

_RDFS = STANDARD["rdfs"]
_DEFINITION = STANDARD["skos"] + "definition"
_ABOUT = STANDARD["dcterms"] + "description"
# What the head of a term has told already.
_TOLD = (LABEL, _RDFS + "isDefinedBy", _DEFINITION)
_EXAMPLES = 3
_WIDTH, _ROW = 1000, 52


def ontology(views: Views, renderer: Renderer) -> Page:
    """Write the page: the terms by what they are, each with what is stated of it, its uses and examples."""
    graph, notes = views.graph, Notes(views)
    iri = views.profile.ontology_iri
    predicates = Counter(fact.predicate for facts in graph.facts.values() for fact in facts)
    stated = _statements(views)
    groups: dict[str, list[dict[str, object]]] = {}
    for term in graph.terms:
        made = {
            "anchor": views.profile.term_name(term),
            "name": views.name(term)[0],
            "definition": graph.text(term, _DEFINITION),
            "rows": views.rows(term, notes, leave=_TOLD),
            # The properties that have a class as their domain or range.
            "uses": [
                (f"{word} of", by_text(map(views.link, graph.subjects(_RDFS + word, term))))
                for word in ("domain", "range")
            ],
            "examples": stated.get(term) or [(views.link(one), None) for one in graph.subjects(TYPE, term)[:_EXAMPLES]],
            "used": predicates[term] + len(graph.incoming.get(term, ())),
        }
        groups.setdefault(_group(graph.types(term)), []).append(made)
    about = graph.text(iri, _ABOUT)
    return renderer.page(
        "ontology.html",
        title=views.name(iri)[0] if iri in graph.facts else "",
        description=about,
        data="ontology",
        iri=iri,
        namespace=views.profile.namespace,
        definition=about,
        picture=_picture(views, renderer),
        rows=views.rows(iri, notes),
        groups=sorted(groups.items()),
        notes=notes,
    )


def _group(types: Sequence[str]) -> str:
    names = {one.rpartition("#")[2] for one in types}
    if "Class" in names:
        return "Classes"
    return "Properties" if any(name.endswith("Property") for name in names) else "Other terms"


def _statements(views: Views) -> dict[str, list[tuple[Link, Link | None]]]:
    """Return the first statements of each property of ours: of what thing, and what."""
    found: dict[str, list[tuple[Link, Link | None]]] = {}
    for subject in views.graph.things:
        for fact in views.graph.facts[subject] if views.profile.kind_of(subject) else ():
            examples = found.setdefault(fact.predicate, [])
            if len(examples) < _EXAMPLES and fact.predicate.startswith(views.profile.namespace):
                examples.append((views.link(subject), views.value(subject, fact)))
    return found


def _picture(views: Views, renderer: Renderer) -> Markup:
    """Draw the kinds of thing on an ellipse, with a line for each two that the data links."""
    kind_of, kinds = views.profile.kind_of, views.profile.kinds
    links: dict[tuple[str, str], set[str]] = {}
    number: Counter[str] = Counter()
    for subject in views.graph.things:
        kind = kind_of(subject)
        if kind is None or kinds[kind].quiet:
            continue
        number[kind] += 1
        for fact in views.graph.facts[subject]:
            target = kind_of(fact.value.value) if isinstance(fact.value, NamedNode) else None
            if target and not kinds[target].quiet and fact.predicate != views.profile.evidence.derived_from:
                links.setdefault((kind, target), set()).add(views.name(fact.predicate)[0])
    shown = [kind for kind in kinds if number[kind]]
    if not shown:
        return Markup("")
    # Half of the kinds stand on either side, each with a line of its own.
    height = max(8, len(shown)) * _ROW / 2
    middle_x, middle_y = _WIDTH / 2, height / 2
    at: dict[str, tuple[float, float]] = {}
    nodes = []
    for place, kind in enumerate(shown):
        turn = 2 * math.pi * place / len(shown) - math.pi / 2
        x, y = at[kind] = (middle_x + 0.3 * _WIDTH * math.cos(turn), middle_y + 0.44 * height * math.sin(turn))
        side = "middle" if abs(x - middle_x) < 1 else "start" if x > middle_x else "end"
        shift = {"middle": 0, "start": 12, "end": -12}[side]
        lower = (20 if y > middle_y else -12) if side == "middle" else 5
        nodes.append((kinds[kind], number[kind], (x, y), (x + shift, y + lower), side))
    curves = [
        (at[start], at[end], f"{kinds[start].title} to {kinds[end].title}: {', '.join(sorted(names))}")
        for (start, end), names in sorted(links.items())
        if start != end and start in at and end in at
    ]
    middle = middle_x, middle_y
    return renderer.part("model.svg", width=_WIDTH, height=height, middle=middle, curves=curves, nodes=nodes)
