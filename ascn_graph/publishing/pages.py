"""The pages about things, kinds, people, graphs and terms, each a template filled with what was read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from ascn_graph.namespaces import GRAPH, ONTOLOGY, PREFIXES, THING
from ascn_graph.publishing import addresses, documents, officers
from ascn_graph.publishing.frame import FORMS, HOME, Frame, Page
from ascn_graph.publishing.reading import DERIVED_FROM, TYPE
from ascn_graph.publishing.views import Link, Notes, Row, Views
from ascn_graph.publishing.words import KIND_PAGES

__all__ = ["Pages", "Place", "Term"]

_DEFINITION = PREFIXES["skos"] + "definition"
_PART_OF = PREFIXES["dcterms"] + "isPartOf"
_POST, _MEMBER, _CITY, _STATE = (
    ONTOLOGY + "post",
    PREFIXES["org"] + "member",
    ONTOLOGY + "forCity",
    ONTOLOGY + "forMemberState",
)


class Place(NamedTuple):
    """A part of a thing, such as a place in a source: its anchor, words for it, what is printed, what rests on it."""

    anchor: str
    place: str
    quote: str
    rests: Sequence[Link]


class Term(NamedTuple):
    """A term of the ontology as its page shows it."""

    anchor: str
    name: str
    definition: str
    rows: Sequence[Row]
    used: int


class Pages:
    """Writes the pages of one graph.

    Args:
        views: what was read.
        frame: what fills the templates.
    """

    def __init__(self, views: Views, frame: Frame) -> None:
        self.views = views
        self._frame = frame

    def thing(self, iri: str, description: documents.Description, parts: Sequence[str]) -> Page:
        """Write the page about one thing."""
        graph, views, notes = self.views.graph, self.views, Notes(self.views)
        place = addresses.required(iri)
        name, language = views.name(iri)
        kind = place.path.split("/")[1] if place.path.startswith("doc/") else "dataset"
        held = self._held(iri, kind, notes)
        rows = views.rows(iri, notes)
        listed = [self._place(part) for part in sorted(parts, key=self._part_order)]
        kind_page = KIND_PAGES.get(kind)
        crumbs = [HOME]
        if kind_page:
            crumbs.append(Link(kind_page.title, href=f"doc/{kind}.html"))
        return self._frame.page(
            "thing.html",
            addresses.page(place),
            title=name,
            description=f"{name}: what is stated, and who says so.",
            crumbs=crumbs,
            forms=[(media_type, f"{place.path}.{extension}") for media_type, extension, _ in FORMS],
            embedded=documents.embedded(description),
            values={
                "iri": iri,
                "language": language,
                "kind": ", ".join(dict.fromkeys(views.name(one)[0] for one in graph.types(iri))) or kind,
                "definition": graph.text(iri, _DEFINITION),
                "rows": rows,
                "held": held,
                "places": listed,
                "places_title": "Places in it that state something" if kind == "source" else "Regions of it",
                "notes": notes,
                "groups": views.incoming(iri, leave=[_PART_OF, ONTOLOGY + "image"] if listed else []),
            },
        )

    def _held(self, iri: str, kind: str, notes: Notes) -> list[officers.Holding]:
        graph = self.views.graph
        if kind == "person":
            tenures = graph.subjects(_MEMBER, iri)
            posts = sorted({graph.first(tenure, _POST) for tenure in tenures} - {""})
            return officers.holdings(self.views, notes, posts, person=iri)
        found = {"post": [iri], "city": graph.subjects(_CITY, iri), "member-state": graph.subjects(_STATE, iri)}
        return officers.holdings(self.views, notes, found.get(kind, []))

    def _place(self, part: str) -> Place:
        graph, views = self.views.graph, self.views
        fragment = part.partition("#")[2]
        rests = [views.link(link.subject) for link in graph.incoming.get(part, ()) if link.predicate == DERIVED_FROM]
        rests += [views.link(city) for city in [graph.first(part, ONTOLOGY + "city")] if city]
        words = views.place(part) if graph.first(part, _PART_OF) else views.name(part)[0]
        return Place(fragment, words, graph.text(part, ONTOLOGY + "quote"), tuple(dict.fromkeys(rests)))

    def _part_order(self, part: str) -> tuple[int, str]:
        numbers = (self.views.graph.text(part, ONTOLOGY + name) for name in ("begin", "page", "order"))
        return next((int(number) for number in numbers if number.isdecimal()), 0), part

    def kind(self, kind: str, things: Sequence[str]) -> Page:
        """Write the page that lists the things of a kind."""
        words = KIND_PAGES[kind]
        return self._frame.page(
            "kind.html",
            f"doc/{kind}.html",
            title=words.title,
            description=words.about,
            crumbs=[HOME],
            values={"about": words.about, "things": sorted(map(self.views.link, things), key=lambda link: link.text)},
        )

    def people(self) -> Page:
        """Write the page of officers and representatives by member state."""
        notes = Notes(self.views)
        states = officers.by_state(self.views, notes)
        return self._frame.page(
            "people.html",
            "people.html",
            title="People and posts",
            description="Officers and representatives by member state, as of which source, and what is not recorded.",
            crumbs=[HOME],
            values={
                "states": states,
                "sources": officers.sources(self.views, notes),
                "vacant": [one for state in states for one in (*state.national, *state.cities) if not one.holder],
                "silent": [state.state for state in states if not state.national],
                "notes": notes,
            },
        )

    def graph(self, folder: str) -> Page:
        """Write the page about one named graph."""
        views, iri = self.views, GRAPH + folder
        source = THING + "source/" + folder
        kinds = []
        for kind, words in KIND_PAGES.items():
            links = [views.link(thing) for thing in self._stated.get(folder, {}).get(kind, ())]
            if links:
                kinds.append({"title": words.title, "links": sorted(links, key=lambda link: link.text)})
        return self._frame.page(
            "graph.html",
            f"doc/graph/{folder}.html",
            title=f"Graph {folder}",
            description=f"The named graph {folder}: what this source alone says.",
            crumbs=[HOME, Link("Data", href="dataset.html")],
            forms=[(media_type, f"doc/graph/{folder}.{extension}") for media_type, extension, _ in FORMS],
            values={
                "about": "What one source says, and nothing else.",
                "iri": iri,
                "triples": views.graph.graphs[folder],
                "source": views.link(source) if source in views.graph.facts else None,
                "kinds": kinds,
            },
        )

    def ontology(self, description: documents.Description, terms: Sequence[str]) -> Page:
        """Write the page of the ontology with every term."""
        graph, views = self.views.graph, self.views
        iri = ONTOLOGY.removesuffix("#")
        notes = Notes(views)
        hidden = {PREFIXES["rdfs"] + "label", PREFIXES["rdfs"] + "isDefinedBy", _DEFINITION}
        groups: dict[str, list[Term]] = {"Classes": [], "Properties": [], "Other terms": []}
        for term in terms:
            types = {one.rpartition("#")[2] for one in graph.types(term)}
            group = (
                "Classes"
                if "Class" in types
                else "Properties"
                if any("Property" in one for one in types)
                else "Other terms"
            )
            used = self._used.get(term, 0) + len(graph.incoming.get(term, ()))
            groups[group].append(
                Term(
                    term.partition("#")[2],
                    views.name(term)[0],
                    graph.text(term, _DEFINITION),
                    views.rows(term, notes, leave=hidden),
                    used,
                )
            )
        return self._frame.page(
            "ontology.html",
            "ontology.html",
            title=views.name(iri)[0],
            description=graph.text(iri, PREFIXES["dcterms"] + "description") or "The terms of this graph.",
            crumbs=[HOME],
            forms=[(media_type, f"ontology.{extension}") for media_type, extension, _ in FORMS],
            embedded=documents.embedded(description),
            values={
                "iri": iri,
                "definition": graph.text(iri, PREFIXES["dcterms"] + "description"),
                "rows": views.rows(iri, notes),
                "groups": [
                    {
                        "title": title,
                        "anchor": title.lower().replace(" ", "-"),
                        "terms": sorted(found, key=lambda t: t.name),
                    }
                    for title, found in groups.items()
                    if found
                ],
                "notes": notes,
            },
        )

    @cached_property
    def _used(self) -> Mapping[str, int]:
        return Counter(fact.predicate for facts in self.views.graph.facts.values() for fact in facts)

    @cached_property
    def _stated(self) -> Mapping[str, Mapping[str, list[str]]]:
        """The things that each graph gives a type, by graph and kind."""
        found: dict[str, dict[str, list[str]]] = {}
        for thing in self.views.graph.things():
            kind = thing.removeprefix(THING).partition("/")[0]
            graphs = {name for fact in self.views.graph.facts[thing] if fact.predicate == TYPE for name in fact.graphs}
            for name in sorted(graphs):
                found.setdefault(name, {}).setdefault(kind, []).append(thing)
        return found
