"""The maps of the network, drawn as text from plain values.

    >>> from ascn_graph.publishing.ascn import maps
    >>> city = maps.Place("Hanoi", 105.84, 21.02, "id/city/hanoi.html", "https://w3id.org/ascn/id/city/hanoi", "VNM")
    >>> svg = maps.geographic_svg(maps.base_map(), [city])
    >>> svg[:27], svg.count("<a ")
    ('<svg class="map geographic"', 1)
    >>> region = maps.Region("Hanoi", 981, 616, 254, 86, 2, "id/city/hanoi.html")
    >>> maps.schematic_svg([region]).count("<a ")
    1

Points are in degrees of WGS 84; the drawing has 20 pixels a degree and is equirectangular, which near the equator is
true to shape. The same values always give the same bytes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment

from ascn_graph.publishing.ascn.map_labels import Box, place_labels
from ascn_graph.publishing.renderer import number, templates

__all__ = [
    "MapPlace",
    "Region",
    "base_map",
    "base_map_json",
    "geographic_svg",
    "inside",
    "project",
    "schematic_svg",
]

_SCALE = 20
_FONT = 15
# The mean advance of a letter of a sans-serif face, in parts of its size, rounded up.
_ADVANCE = 0.56
_LABELLED = 80
_MARGIN = 40
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class MapPlace(NamedTuple):
    """A city on the geographic map.

    Attributes:
        name: its label.
        longitude: degrees east.
        latitude: degrees north.
        href: where a click leads, relative to the page that shows the map.
        iri: what identifies it.
        state: the ISO 3166 alpha-3 code of its member state, which is drawn as a member; empty where not known.
        kind: a word for the style sheet: `pilot` or `member`.
    """

    name: str
    longitude: float
    latitude: float
    href: str
    iri: str = ""
    state: str = ""
    kind: str = "pilot"


class Region(NamedTuple):
    """A rectangle of the article's map, in pixels of its image; of two that overlap the lower `order` is on top."""

    name: str
    x: int
    y: int
    width: int
    height: int
    order: int
    href: str


def base_map() -> dict[str, Any]:
    """Read the vendored GeoJSON of Southeast Asia."""
    path = Path(__file__).parent.parent / "vendor" / "southeast-asia.geojson"
    parsed: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return parsed


def project(base: Mapping[str, Any], longitude: float, latitude: float) -> tuple[float, float]:
    """Return the pixel of a point in degrees, counted from the upper left corner of the base map."""
    west, _, _, north = base["bbox"]
    return (longitude - west) * _SCALE, (north - latitude) * _SCALE


def _path(base: Mapping[str, Any], polygons: Sequence[Sequence[Sequence[Sequence[float]]]]) -> str:
    """Return the path data of some polygons, as steps of a tenth of a pixel."""
    parts: list[str] = []
    for polygon in polygons:
        for ring in polygon:
            x, y = (round(value * 10) for value in project(base, ring[0][0], ring[0][1]))
            parts.append(f"M{number(x / 10)} {number(y / 10)}l")
            steps = []
            for longitude, latitude in ring[1:-1]:
                next_x, next_y = (round(value * 10) for value in project(base, longitude, latitude))
                steps.append(f"{number((next_x - x) / 10)} {number((next_y - y) / 10)}")
                x, y = next_x, next_y
            parts.append(f"{' '.join(steps)}z")
    return "".join(parts).replace(" -", "-")


def _size(base: Mapping[str, Any]) -> tuple[float, float]:
    west, south, east, north = base["bbox"]
    return (east - west) * _SCALE, (north - south) * _SCALE


def base_map_json(base: Mapping[str, Any]) -> str:
    """Return the land as the query page draws it: size, projection and one path a country."""
    width, height = _size(base)
    west, _, _, north = base["bbox"]
    paths = [{"id": land["id"], "d": _path(base, land["geometry"]["coordinates"])} for land in base["features"]]
    drawn = {"width": width, "height": height, "west": west, "north": north, "scale": _SCALE, "paths": paths}
    return json.dumps(drawn, separators=(",", ":")) + "\n"


@cache
def _templates() -> Environment:
    return templates("ascn_graph.publishing.ascn")


def _drawn(template: str, **values: object) -> str:
    """Draw as text that is safe in HTML and a whole SVG file too."""
    return _NOT_XML.sub("\ufffd", _templates().get_template(template).render(font=_FONT, **values))


def geographic_svg(base: Mapping[str, Any], places: Iterable[MapPlace], *, label: str = "Map of the cities") -> str:
    """Draw the cities on the land, each a link with its name beside it.

    Args:
        base: the land, as `base_map` reads it.
        places: the cities; those outside its box are not drawn. With more than 80 the
            names are left out of the drawing and stay as the links' accessible names.
        label: the accessible name of the drawing.

    Returns:
        An `<svg>` element for an HTML page, which is a whole SVG file too.
    """
    frame = Box(0, 0, *_size(base))
    shown = sorted(place for place in places if inside(base, place))
    points = [project(base, place.longitude, place.latitude) for place in shown]
    states = {place.state for place in shown}
    lands = []
    for land in base["features"]:
        kind, fill = ("member", "#f6edd2") if land["id"] in states else ("other", "#e9e9e4")
        lands.append((kind, fill, _path(base, land["geometry"]["coordinates"])))
    sizes = [(len(place.name) * _FONT * _ADVANCE + 6, _FONT * 1.6) for place in shown]
    placed = place_labels(points, sizes, frame) if len(shown) <= _LABELLED else [None] * len(shown)
    cities = [*zip(shown, points, placed, strict=True)]
    return _drawn("geographic.svg", label=label, frame=frame, lands=lands, cities=cities)


def inside(base: Mapping[str, Any], place: MapPlace) -> bool:
    """Return whether a place lies on the base map."""
    west, south, east, north = base["bbox"]
    return bool(west <= place.longitude <= east and south <= place.latitude <= north)


def schematic_svg(regions: Iterable[Region], *, label: str = "Schematic map of the cities") -> str:
    """Draw the article's rectangles, each a link with its city's name in it.

    Args:
        regions: the rectangles. Where two overlap, the one with the lower `order` is drawn last and takes the click,
            as in an HTML image map.
        label: the accessible name of the drawing.

    Returns:
        An `<svg>` element for an HTML page, which is a whole SVG file too.
    """
    drawn = sorted(regions, key=lambda region: (-region.order, region.name))
    left = min((region.x for region in drawn), default=0) - _MARGIN
    top = min((region.y for region in drawn), default=0) - _MARGIN
    right = max((region.x + region.width for region in drawn), default=0) + _MARGIN
    bottom = max((region.y + region.height for region in drawn), default=0) + _MARGIN
    named = []
    for index, region in enumerate(drawn):
        free = _uncovered(region, drawn[index + 1 :])
        fitting = free.width * 0.92 / max(1.0, len(region.name) * _ADVANCE)
        named.append((region, free, min(fitting, free.height * 0.66)))
    return _drawn("schematic.svg", label=label, frame=Box(left, top, right - left, bottom - top), regions=named)


def _uncovered(region: Region, above: Iterable[Region]) -> Box:
    """Return the band of a rectangle that no later one hides, as tall as may be: there its name can be read."""
    top, bottom = region.y, region.y + region.height
    box = Box(region.x, region.y, region.width, region.height)
    for other in above:
        if not box.overlap(Box(other.x, other.y, other.width, other.height)):
            continue
        if other.y - top > bottom - other.y - other.height:
            bottom = min(bottom, other.y)
        else:
            top = max(top, other.y + other.height)
    return Box(region.x, top, region.width, bottom - top) if bottom > top else box
