"""The pages about things, kinds and graphs, each a template filled with what was read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode

from ascn_graph.namespaces import STANDARD
from ascn_graph.publishing import schema_org
from ascn_graph.publishing.extension import Extension
from ascn_graph.publishing.fact_index import TYPE
from ascn_graph.publishing.renderer import Page, Renderer
from ascn_graph.publishing.view_models import Link, by_text
from ascn_graph.publishing.views import Notes, Views

__all__ = ["Pages"]

_DEFINITION = STANDARD["skos"] + "definition"


class _Place(NamedTuple):
    """A part of a thing, such as a place in a source: its anchor, words for it, what is printed, what rests on it."""

    anchor: str
    place: str
    quote: str
    rests: Sequence[Link]


class _Cell(NamedTuple):
    """A cell of a list: what it shows, and what it is sorted by."""

    links: Sequence[Link]
    key: str


class Pages:
    """Writes the pages of one graph.

    Args:
        views: what was read.
        renderer: fills the templates.
        extension: what the graph adds.
        base: where the site will lie, with a slash at its end.
    """

    def __init__(self, views: Views, renderer: Renderer, extension: Extension, base: str) -> None:
        self._views = views
        self._renderer = renderer
        self._extension = extension
        self._base = base

    def thing(self, iri: str, parts: Sequence[str]) -> Page:
        """Write the page about one thing; `parts` are the IRIs with its fragment."""
        views, graph, notes = self._views, self._views.graph, Notes(self._views)
        terms, kind = views.profile.evidence, views.profile.kind_of(iri) or ""
        place = views.addresses.required(iri)
        sections = self._extension.sections(iri, kind, notes)
        rows = views.rows(iri, notes, leave=[terms.derived_from])
        listed = [self._place(part) for part in sorted(parts, key=self._part_order)]
        known = views.profile.kinds.get(kind)
        crumbs = [Link(known.title, href=f"doc/{known.path}.html")] if known else []
        description, name = views.summary(iri), views.name(iri)
        titles = ("Its parts", "Places in it that state something")
        return self._renderer.page(
            "thing.html",
            place.page,
            title=views.title(iri),
            heading=name[0],
            description=description,
            crumbs=crumbs,
            data=place.path,
            embedded=schema_org.embedded(schema_org.thing(views, iri, description, self._base + place.page)),
            about=iri,
            indexed=kind not in views.settings.noindex,
            values={
                "iri": iri,
                "language": name[1],
                "local": views.link(iri).local,
                "kind": ", ".join(dict.fromkeys(views.name(one)[0] for one in graph.types(iri))) or kind,
                "definition": graph.text(iri, _DEFINITION),
                "sections": sections,
                "rows": rows,
                "places": listed,
                "places_title": titles[kind == views.settings.source_kind],
                "notes": notes,
                "groups": views.incoming(iri, leave=self._part_links(set(parts))),
            },
        )

    def _part_links(self, parts: set[str]) -> list[str]:
        """Return the properties by which nothing but the parts of a thing point at it: its page lists those anyway."""
        graph = self._views.graph
        whole = next(iter(parts), "").partition("#")[0]
        pointing: dict[str, bool] = {}
        for link in graph.incoming.get(whole, ()):
            pointing[link.predicate] = pointing.get(link.predicate, True) and link.subject in parts
        return [predicate for predicate, inside in pointing.items() if inside]

    def _place(self, part: str) -> _Place:
        views, graph, terms = self._views, self._views.graph, self._views.profile.evidence
        rests = [link.subject for link in graph.incoming.get(part, ()) if link.predicate == terms.derived_from]
        evidence = graph.first(part, terms.part_of)
        if not evidence:
            values = (fact.value for fact in graph.facts.get(part, ()))
            named = (value.value for value in values if isinstance(value, NamedNode))
            rests += [one for one in named if "#" not in one and views.profile.kind_of(one)]
        words = views.place(part) if evidence else views.name(part)[0]
        links = tuple(dict.fromkeys(map(views.link, rests)))
        return _Place(part.partition("#")[2], words, graph.text(part, terms.quote), links)

    def _part_order(self, part: str) -> tuple[int, str]:
        terms, order = self._views.profile.evidence, self._views.profile.term("order")
        numbers = (self._views.graph.text(part, name) for name in (terms.begin, terms.page, order))
        return next((int(number) for number in numbers if number.isdecimal()), 0), part

    def kind(self, kind: str, things: Sequence[str]) -> Page:
        """Write the page that lists the things of a kind, with the columns that the profile names."""
        views, known = self._views, self._views.profile.kinds[kind]
        columns = [views.link(one) for one in views.settings.columns.get(kind, [])]
        further = self._extension.columns(kind)
        listed = sorted(things, key=lambda thing: (views.name(thing)[0], thing))
        rows = [
            (
                views.link(thing),
                [
                    *(self._cell(thing, n) for n in range(len(columns))),
                    *(
                        _Cell(links, links[0].exact or links[0].text) if links else _Cell((), "")
                        for links in (cells.get(thing, ()) for _, cells in further)
                    ),
                ],
            )
            for thing in listed
        ]
        about = known.about or f"All {known.plural} of this graph."
        return self._renderer.page(
            "kind.html",
            f"doc/{known.path}.html",
            title=known.title,
            description=f"{about} {len(things)} in all.",
            values={"about": about, "columns": [*columns, *(heading for heading, _ in further)], "rows": rows},
        )

    def _cell(self, thing: str, column: int) -> _Cell:
        views = self._views
        predicate = views.settings.columns[views.profile.kind_of(thing) or ""][column]
        values = views.graph.values(thing, predicate)
        exact = values[0].value if values and isinstance(values[0], Literal) else ""
        links = by_text(views.columns(thing)[column][1])
        return _Cell(links, exact or (links[0].text if links else ""))

    def graph(self, folder: str) -> Page:
        """Write the page about one named graph."""
        views, iri = self._views, self._views.profile.graph_iri(folder)
        source = views.settings.source(folder)
        known, labelled = source in views.graph.facts, views.graph.label(iri)
        # By the title of its source, since the label of a graph may hold no more than its name.
        name = f"What is in: {views.name(source)[0]}" if known else labelled[0] if labelled else f"Graph {folder}"
        stated = self._stated.get(folder, {})
        kinds = [
            {"title": sort.title, "links": by_text(map(views.link, stated[kind]))}
            for kind, sort in views.profile.kinds.items()
            if kind in stated
        ]
        return self._renderer.page(
            "graph.html",
            f"doc/graph/{folder}.html",
            title=f"{name} (graph {folder})",
            heading=name,
            description=f"The named graph {folder}: {views.graph.graphs[folder]} triples that one source states.",
            crumbs=[Link("Data", href="dataset.html")],
            data=f"doc/graph/{folder}",
            values={
                "iri": iri,
                "triples": views.graph.graphs[folder],
                "source": views.link(source) if known else None,
                "kinds": kinds,
            },
        )

    @cached_property
    def _stated(self) -> Mapping[str, Mapping[str, list[str]]]:
        """The things that each graph gives a type, by graph and kind."""
        views = self._views
        found: dict[str, dict[str, list[str]]] = {}
        for thing in views.graph.things():
            graphs = {name for fact in views.graph.facts[thing] if fact.predicate == TYPE for name in fact.graphs}
            for name in sorted(graphs):
                found.setdefault(name, {}).setdefault(views.profile.kind_of(thing) or "", []).append(thing)
        return found
