"""The pages about things, kinds, people and graphs, each a template filled with what was read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from ascn_graph.namespaces import GRAPH, ONTOLOGY, PREFIXES, THING
from ascn_graph.publishing import addresses, documents, officers
from ascn_graph.publishing.frame import HOME, Frame, Page, forms
from ascn_graph.publishing.reading import DERIVED_FROM, TYPE
from ascn_graph.publishing.views import Link, Notes, Views, by_text
from ascn_graph.publishing.words import KIND_PAGES

__all__ = ["Pages", "Place"]

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
        rows = views.rows(iri, notes, leave=[DERIVED_FROM])
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
            forms=forms(place.path),
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
            values={"about": words.about, "things": by_text(map(self.views.link, things))},
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
                "sources": officers.sources(notes),
                "vacant": [one for state in states for one in (*state.national, *state.cities) if not one.holder],
                "unnamed": officers.unnamed(self.views, notes),
                "silent": [state.state for state in states if not state.national],
                "notes": notes,
            },
        )

    def graph(self, folder: str) -> Page:
        """Write the page about one named graph."""
        views, iri = self.views, GRAPH + folder
        source = THING + "source/" + folder
        stated = self._stated.get(folder, {})
        kinds = [
            {"title": words.title, "links": by_text(map(views.link, stated[kind]))}
            for kind, words in KIND_PAGES.items()
            if kind in stated
        ]
        return self._frame.page(
            "graph.html",
            f"doc/graph/{folder}.html",
            title=f"Graph {folder}",
            description=f"The named graph {folder}: what this source alone says.",
            crumbs=[HOME, Link("Data", href="dataset.html")],
            forms=forms(f"doc/graph/{folder}"),
            values={
                "about": views.name(iri)[0] if views.graph.label(iri) else "What one source says, and nothing else.",
                "iri": iri,
                "triples": views.graph.graphs[folder],
                "source": views.link(source) if source in views.graph.facts else None,
                "kinds": kinds,
            },
        )

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
