"""The pages about the whole: the first page, the maps, the data set, and what is not there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import NamedTuple
from urllib.parse import urlsplit

from markupsafe import Markup
from pyoxigraph import Literal

from ascn_graph.namespaces import CONTAINER_GRAPHS, GRAPH, ONTOLOGY, PREFIXES, THING
from ascn_graph.publishing import documents, maps
from ascn_graph.publishing.descriptions import DATASET, partitions
from ascn_graph.publishing.dumps import Dump
from ascn_graph.publishing.frame import HOME, TITLE, Frame, Page, forms
from ascn_graph.publishing.views import Link, Views, by_text
from ascn_graph.publishing.words import KIND_PAGES

__all__ = ["Overview", "places"]

_LATITUDE, _LONGITUDE = (PREFIXES["geo"] + name for name in ("lat", "long"))
_STATE = ONTOLOGY + "memberState"


class _Figure(NamedTuple):
    """A count on the first page, with what it counts and where that is listed."""

    number: int
    text: str
    href: str


class _Kind(NamedTuple):
    """A kind of thing on the first page."""

    title: str
    about: str
    number: int
    href: str


class _Graph(NamedTuple):
    """A named graph in the table of the data page."""

    link: Link
    triples: int
    source: Link | None
    as_of: str


def places(views: Views, cities: Sequence[str]) -> list[maps.Place]:
    """Give the cities that have a position, for a page at the top of the site."""
    graph, found = views.graph, []
    for city in cities:
        latitude, longitude = (_number(graph.values(city, one)) for one in (_LATITUDE, _LONGITUDE))
        if latitude is not None and longitude is not None:
            link = views.link(city)
            state = graph.text(graph.first(city, _STATE), ONTOLOGY + "iso3")
            kind = "pilot" if ONTOLOGY + "PilotCity" in graph.types(city) else "member"
            found.append(maps.Place(link.text, longitude, latitude, link.href, city, state, kind))
    return found


def _number(values: Sequence[object]) -> float | None:
    for value in values:
        if isinstance(value, Literal):
            try:
                return float(value.value)
            except ValueError:
                continue
    return None


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() else 0


class Overview:
    """Writes the pages about the whole graph.

    Args:
        views: what was read.
        frame: what fills the templates.
        kinds: the things by kind.
    """

    def __init__(self, views: Views, frame: Frame, kinds: Mapping[str, Sequence[str]]) -> None:
        self._views = views
        self._frame = frame
        self._kinds = kinds
        self._places = places(views, kinds["city"])

    @cached_property
    def _geographic(self) -> str:
        drawn = maps.geographic_svg(maps.base_map(), self._places) if self._places else ""
        return Markup(drawn)  # noqa: S704 - maps escapes every label

    def home(self) -> Page:
        """Write the first page."""
        graph = self._views.graph
        figures = [
            _Figure(len(self._kinds[kind]), text, f"doc/{kind}.html")
            for kind, text in (("city", "cities"), ("member-state", "member states"), ("source", "sources"))
        ]
        figures.insert(2, _Figure(len(self._kinds["person"]), "people in posts", "people.html"))
        figures.append(_Figure(sum(graph.graphs.values()), "triples, source by source", "dataset.html"))
        listed = [
            _Kind(words.title, words.about, len(self._kinds[kind]), f"doc/{kind}.html")
            for kind, words in KIND_PAGES.items()
            if self._kinds[kind]
        ]
        return self._frame.page(
            "index.html",
            "index.html",
            title=TITLE,
            description="The ASEAN Smart Cities Network as open linked data, with the source of every fact.",
            values={"figures": figures, "kinds": listed, "map": self._geographic},
        )

    def map(self) -> Page:
        """Write the page of the two maps and of the list that says the same."""
        views, graph = self._views, self._views.graph
        regions = []
        for thing in self._kinds["image"]:
            for part in graph.subjects(ONTOLOGY + "image", thing):
                city = views.link(graph.first(part, ONTOLOGY + "city"))
                x, y, width, height, order = (
                    _whole(graph.text(part, ONTOLOGY + name)) for name in ("x", "y", "width", "height", "order")
                )
                regions.append(maps.Region(city.text, x, y, width, height, order, city.href))
        shown = {place.iri for place in self._places}
        return self._frame.page(
            "map.html",
            "map.html",
            title="Map of the cities",
            description="The cities of the network on a map, on the article's clickable map, and as a list.",
            crumbs=[HOME],
            values={
                "geographic": self._geographic,
                "schematic": Markup(maps.schematic_svg(regions)),  # noqa: S704 - maps escapes every label
                "absent": [views.link(city) for city in self._kinds["city"] if city not in shown],
                "cities": by_text(map(views.link, self._kinds["city"])),
            },
        )

    def dataset(self, description: documents.Description, dumps: Sequence[Dump], graph_hash: str) -> Page:
        """Write the page about the data set and its files."""
        views, graph = self._views, self._views.graph
        tables = []
        for folder, triples in graph.graphs.items():
            source = THING + "source/" + folder
            known = source in graph.facts and folder not in CONTAINER_GRAPHS
            tables.append(
                _Graph(
                    views.link(GRAPH + folder)._replace(text=folder),
                    triples,
                    views.link(source) if known else None,
                    graph.text(source, ONTOLOGY + "asOf"),
                )
            )
        licences = [fact.value for fact in description.blocks[0][1] if fact.predicate.endswith("terms/license")]
        return self._frame.page(
            "dataset.html",
            "dataset.html",
            title="Data",
            description="Downloads of the whole graph, the named graph of each source, and their licences.",
            crumbs=[HOME],
            forms=forms("dataset"),
            embedded=documents.embedded(description),
            values={
                "iri": DATASET,
                "hash": graph_hash,
                "whole": [dump for dump in dumps if dump.path.startswith("dumps/ascn.")],
                "tables": [dump for dump in dumps if not dump.path.startswith("dumps/ascn.")],
                "graphs": tables,
                "partitions": [(anchor, views.link(iri), number) for anchor, iri, number in partitions(description)],
                "licences": [views.show(licence) for licence in licences],
            },
        )

    def lost(self, base: str) -> Page:
        """Write what a host shows for an address that is not there, whatever the depth of that address."""
        return self._frame.page(
            "404.html",
            "404.html",
            title="Not here",
            description="There is no such page.",
            root=urlsplit(base).path,
            values={},
        )
