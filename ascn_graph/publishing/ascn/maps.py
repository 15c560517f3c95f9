"""The maps of the network, laid out from plain values.

Points are in degrees of WGS 84; the drawing has 20 pixels a degree and is equirectangular, which near the equator is
true to shape. The same values always give the same layout.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from ascn_graph.publishing.renderer import number

__all__ = ["Box", "MapPlace", "Region", "geographic", "inside", "land", "place_labels", "project", "schematic"]

_SCALE = 20
_FONT = 15
# The mean advance of a letter of a sans-serif face, in parts of its size, rounded up.
_ADVANCE = 0.56
_LABELLED = 80
_MARGIN = 40
# Where the name of a point may stand: how far away, in a crowd at the end of a line, and in which direction.
_NEAR = 9.0
_RINGS = (_NEAR, 22.0, 38.0, 56.0, 76.0)
# Right, left, above, below, then the slants: the order in which a reader looks for a name.
_TURNS = (0, 180, 270, 90, 315, 45, 225, 135, 337, 22, 202, 157, 292, 247, 67, 112)
_OUTSIDE = 1e9
_ON_NAME = 60.0
_ON_POINT = 40.0


class Box(NamedTuple):
    """An upright rectangle in the units of the drawing; `y` grows downwards."""

    x: float
    y: float
    width: float
    height: float

    def overlap(self, other: Box) -> float:
        """Return the area shared with another box."""
        across = min(self.x + self.width, other.x + other.width) - max(self.x, other.x)
        down = min(self.y + self.height, other.y + other.height) - max(self.y, other.y)
        return across * down if across > 0 and down > 0 else 0.0


class MapPlace(NamedTuple):
    """A city on the geographic map."""

    name: str  # its label
    longitude: float  # degrees east
    latitude: float  # degrees north
    href: str  # where a click leads, relative to the page that shows the map
    iri: str = ""  # what identifies it
    state: str = ""  # the ISO 3166 alpha-3 code of its member state, which is drawn as a member; empty where not known
    kind: str = "pilot"  # a word for the style sheet: `pilot` or `member`


class Region(NamedTuple):
    """A rectangle of the article's map, in pixels of its image; of two that overlap the lower `order` is on top."""

    name: str
    href: str
    x: int
    y: int
    width: int
    height: int
    order: int


@cache
def _base() -> dict[str, Any]:
    """Read the vendored GeoJSON of Southeast Asia."""
    path = Path(__file__).parent.parent / "vendor" / "southeast-asia.geojson"
    parsed: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return parsed


def project(longitude: float, latitude: float) -> tuple[float, float]:
    """Return the pixel of a point in degrees, counted from the upper left corner of the drawing."""
    west, _, _, north = _base()["bbox"]
    return (longitude - west) * _SCALE, (north - latitude) * _SCALE


def inside(place: MapPlace) -> bool:
    """Return whether a place lies on the drawing."""
    west, south, east, north = _base()["bbox"]
    return bool(west <= place.longitude <= east and south <= place.latitude <= north)


@cache
def land() -> dict[str, Any]:
    """Return the land as the pages draw it: size, upper left corner, scale and one path a country."""
    west, south, east, north = _base()["bbox"]
    width, height = project(east, south)
    paths = [{"id": one["id"], "d": _path(one["geometry"]["coordinates"])} for one in _base()["features"]]
    return {"width": width, "height": height, "west": west, "north": north, "scale": _SCALE, "paths": paths}


def _path(polygons: Sequence[Sequence[Sequence[Sequence[float]]]]) -> str:
    """Return the path data of some polygons, as steps of a tenth of a pixel."""
    parts: list[str] = []
    for ring in (ring for polygon in polygons for ring in polygon):
        (x, y), *points = ((round(x * 10), round(y * 10)) for x, y in (project(*point) for point in ring[:-1]))
        parts.append(f"M{number(x / 10)} {number(y / 10)}l")
        steps = []
        for next_x, next_y in points:
            steps.append(f"{number((next_x - x) / 10)} {number((next_y - y) / 10)}")
            x, y = next_x, next_y
        parts.append(f"{' '.join(steps)}z")
    return "".join(parts).replace(" -", "-")


def geographic(places: Iterable[MapPlace]) -> dict[str, Any]:
    """Return what the template `geographic.svg` draws: the cities on the land, each a link with its name beside it.

    Args:
        places: the cities; those outside the drawing are left out. With more than 80 the names are left out too, and
            stay as the links' accessible names.
    """
    frame = Box(0, 0, land()["width"], land()["height"])
    shown = sorted(filter(inside, places))
    points = [project(place.longitude, place.latitude) for place in shown]
    states = {place.state for place in shown}
    sizes = [(len(place.name) * _FONT * _ADVANCE + 6, _FONT * 1.6) for place in shown]
    placed = place_labels(points, sizes, frame) if len(shown) <= _LABELLED else [None] * len(shown)
    cities = [*zip(shown, points, placed, strict=True)]
    return {"font": _FONT, "frame": frame, "states": states, "lands": land()["paths"], "cities": cities}


def schematic(regions: Iterable[Region]) -> dict[str, Any]:
    """Return what the template `schematic.svg` draws: the article's rectangles, each a link with its city's name in it.

    Args:
        regions: the rectangles. Where two overlap, the one with the lower `order` is drawn last and takes the click,
            as in an HTML image map.
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
    return {"font": _FONT, "frame": Box(left, top, right - left, bottom - top), "regions": named}


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


def _at(point: tuple[float, float], size: tuple[float, float], distance: float, turn: int) -> Box:
    """Put a box so that its nearest edge is `distance` away from a point, in the direction of `turn` degrees."""
    cosine, sine = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    width, height = size
    x, y = point[0] + distance * cosine, point[1] + distance * sine
    return Box(x - width * (1 - cosine) / 2, y - height * (1 - sine) / 2, width, height)


def place_labels(
    points: Sequence[tuple[float, float]], sizes: Sequence[tuple[float, float]], frame: Box
) -> list[tuple[Box, bool]]:
    """Return for each point the box of its name, and whether a line must join the two.

    The most crowded points choose first; each takes the free place nearest to it. Nothing is random: equal input
    gives equal output.

    Args:
        points: the points, in the units of the drawing.
        sizes: the width and height of each name.
        frame: the drawing; no name leaves it where one of the places tried lies inside.
    """
    dots = [Box(x - 5, y - 5, 10, 10) for x, y in points]

    def crowd(index: int) -> int:
        x, y = points[index]
        return sum(math.hypot(x - other_x, y - other_y) < _RINGS[-1] for other_x, other_y in points)

    placed: dict[int, tuple[Box, bool]] = {}
    for index in sorted(range(len(points)), key=lambda i: (-crowd(i), points[i])):
        best = (math.inf, Box(0, 0, 0, 0), False)
        for ring, distance in enumerate(_RINGS):
            for preference, turn in enumerate(_TURNS):
                cost = distance + preference / 4
                if cost >= best[0]:
                    continue
                box = _at(points[index], sizes[index], distance, turn)
                if box.overlap(frame) < 0.999 * box.width * box.height:
                    cost += _OUTSIDE
                names = [shared for other, _ in placed.values() if (shared := box.overlap(other))]
                others = [shared for other, dot in enumerate(dots) if other != index and (shared := box.overlap(dot))]
                cost += sum(names) + _ON_NAME * len(names) + sum(others) + _ON_POINT * len(others)
                if cost < best[0]:
                    best = (cost, box, ring > 0)
        placed[index] = best[1:]
    return [placed[index] for index in range(len(points))]
