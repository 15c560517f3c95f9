"""What the site of the ASEAN Smart Cities Network has of its own: people, projects, maps, overviews, first answers."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from functools import cached_property

from markupsafe import Markup

from ascn_graph.namespaces import STANDARD
from ascn_graph.publishing import wording
from ascn_graph.publishing.ascn import maps, projects
from ascn_graph.publishing.ascn.officers import Officers, Post, between
from ascn_graph.publishing.ascn.overviews import Overviews
from ascn_graph.publishing.dumps import Dump
from ascn_graph.publishing.extension import Extension
from ascn_graph.publishing.renderer import Page
from ascn_graph.publishing.view_models import Link, by_text
from ascn_graph.publishing.views import Notes

__all__ = ["Site"]

_LATITUDE, _LONGITUDE = (STANDARD["geo"] + name for name in ("lat", "long"))


class Site(Extension):
    """Adds the pages about people, what changed and the maps, and the answers on the first page."""

    vendored = ("southeast-asia.geojson",)

    @cached_property
    def _overviews(self) -> Overviews:
        return Overviews(self._ask, self._views, self._renderer)

    @cached_property
    def _places(self) -> list[maps.MapPlace]:
        """The cities that have a position, for a page at the top of the site."""
        graph, term, found = self._views.graph, self._views.profile.term, []
        for city in graph.by_kind["city"]:
            latitude, longitude = (graph.text(city, one) for one in (_LATITUDE, _LONGITUDE))
            # What is not a number is told by the shapes, and has no place here.
            with contextlib.suppress(ValueError):
                at, link = (float(longitude), float(latitude)), self._views.link(city)
                state = graph.text(graph.first(city, term("memberState")), term("iso3"))
                kind = "pilot" if term("PilotCity") in graph.types(city) else "member"
                found.append(maps.MapPlace(link.text, *at, link.href, city, state, kind))
        return found

    def columns(self, kind: str) -> Mapping[Link, Mapping[str, list[Link]]]:
        """Return the populations of the cities, each a link to the claim, which says by whom."""
        link, value = self._views.link, self._views.profile.term("value")

        def figure(claim: str) -> Link:
            exact = self._views.graph.text(claim, value)
            return Link(wording.amount(exact), href=link(claim).href, exact=exact)

        stated = self._overviews.figures("population") if kind == "city" else {}
        found = {city: [figure(claim) for claim, _ in claims] for city, claims in stated.items()}
        return {link(self._views.profile.thing_iri("concept", "population")): found} if stated else {}

    @cached_property
    def _map(self) -> Markup:
        """The map with what it cannot show beside it."""
        shown = {place.iri for place in self._places if maps.inside(place)}
        absent = by_text(self._views.link(city) for city in self._views.graph.by_kind["city"] if city not in shown)
        said = {"shown": len(shown), "absent": absent, "attribution": [*self._views.settings.attribution.values()]}
        return self._renderer.part("geographic.html", root="", **said, **maps.geographic(self._places))

    @cached_property
    def _posts(self) -> list[Post]:
        """Every post, for pages that say of none who says so."""
        return Officers(self._views, Notes(self._views)).posts(self._views.graph.by_kind["post"])

    def sections(self, iri: str, kind: str, notes: Notes) -> list[Markup]:
        """Return who holds the posts of a thing, its projects by report, and the projects of a focus area."""
        found, root = [], "../../"
        posts = Officers(self._views, notes).of_thing(iri, kind)
        if posts:
            found.append(self._renderer.part("held.html", posts=posts, root=root, kind=kind))
        views, city = self._views, self._views.profile.term("memberCity")
        own = {"project": [iri], "city": views.graph.subjects(city, iri)}.get(kind, ())
        listed = [projects.project(one, views, notes) for one in own if views.profile.kind_of(one) == "project"]
        if listed:
            listed.sort(key=lambda project: project.link.text)
            drawn = projects.bars(listed, projects.stages(iri, views))
            found.append(self._renderer.part("projects.html", root=root, kind=kind, projects=listed, bars=drawn))
        areas = self._overviews.area(iri) if kind == "concept" else []
        return found + [self._renderer.part("section.html", root=root, section=area) for area in areas]

    def home(self) -> list[Markup]:
        """Return who is responsible, what was agreed and funded, what changed, and the map."""
        views, graph = self._views, self._views.graph
        posts = [post for post in self._posts if post.attested]
        latest = max((post.attested[0].as_of for post in posts), default="")
        held = [post for post in posts if post.attested[0].as_of == latest]
        listed = graph.by_kind.get("project", [])
        answers = self._renderer.part(
            "answers.html",
            root="",
            states=Officers(views, Notes(views)).states(),
            latest=latest,
            held=held,
            held_states=len({post.of for post in held if post.of.href.startswith("doc/member-state/")}),
            held_cities=len({post.of for post in held if post.of.href.startswith("doc/city/")}),
            cities=graph.by_kind["city"],
            projects=listed,
            project_cities=len({graph.first(one, views.profile.term("memberCity")) for one in listed}),
            agreements=graph.by_kind["agreement"],
            # What the list of funding shows of each commitment.
            funding=[
                (views.link(one), [link for links, _ in views.columns(one) for link in links])
                for one in graph.by_kind["funding"]
            ],
            between=between(posts)[:1],
            here={"doc/funding.html", *self._renderer.words, *map("query/{}.html".format, self._renderer.known)},
        )
        return [answers, self._map]

    def pages(self) -> Iterator[Page]:
        """Yield the pages about people, what changed, the maps, and those about the whole network."""
        notes = Notes(self._views)
        officers = Officers(self._views, notes)
        states = officers.states()
        sources = {(note.source, note.as_of) for note in notes if note.kind in ("evidence", "source")}
        yield self._renderer.page(
            "people.html",
            states=states,
            sources=sorted(sources, key=lambda pair: pair[0].text),
            are_all_held=all(post.attested for post in self._posts),
            unnamed=officers.unnamed(),
            notes=notes,
        )
        yield self._renderer.page("changes.html", between=between(self._posts))
        yield self._maps()
        yield from self._overviews.pages()

    def _maps(self) -> Page:
        views, graph, term = self._views, self._views.graph, self._views.profile.term
        regions = []
        for part in (part for image in graph.by_kind["image"] for part in graph.subjects(term("image"), image)):
            city = views.link(graph.first(part, term("memberCity")))
            box = (graph.text(part, term(name)) for name in ("x", "y", "width", "height", "order"))
            regions.append(maps.Region(city.text, city.href, *(int(text) if text.isdecimal() else 0 for text in box)))
        return self._renderer.page(
            "map.html",
            geographic=self._map,
            geojson=self._geojson,
            **maps.schematic(regions),
            cities=by_text(map(views.link, graph.by_kind["city"])),
        )

    @property
    def _geojson(self) -> str:
        """The path of the cities as GeoJSON; empty where no query answers them."""
        return f"dumps/{self._views.profile.prefix}.geojson" if "cities" in self._renderer.known else ""

    def dumps(self) -> Iterator[Dump]:
        """Yield the cities as GeoJSON."""
        if self._geojson:
            content = self._ask("cities").to_geojson().encode()
            yield Dump(self._geojson, "GeoJSON, the cities", content)

    def land(self) -> object:
        """Return the land of Southeast Asia as the query page draws it."""
        return maps.land()
