"""The countries of Southeast Asia, cut from a TopoJSON atlas of the world."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

__all__ = ["BOUNDS", "reduce_atlas"]

Point = tuple[float, float]

#: West, south, east and north of the map in degrees: all of ASEAN, and Timor-Leste whole.
BOUNDS = (91.0, -12.0, 142.0, 29.0)

# Wide enough that the cut edges of a country lie outside what is drawn.
_MARGIN = 1.0
_DECIMALS = 2
# Less than half a pixel of the drawn map, which has 20 pixels a degree.
_GRAIN = 0.02

# ISO 3166 numeric codes, as the atlas has them, to alpha-3 codes. Every other country is drawn as nameless land,
# without its borders: the map is of the network and takes no side in what lies around it.
_ALPHA3 = {
    "096": "BRN",
    "104": "MMR",
    "116": "KHM",
    "360": "IDN",
    "418": "LAO",
    "458": "MYS",
    "608": "PHL",
    "626": "TLS",
    "702": "SGP",
    "704": "VNM",
    "764": "THA",
}
_NEIGHBOURS = "neighbours"


def _arcs(topology: Mapping[str, Any]) -> list[list[Point]]:
    """Return the arcs in degrees: TopoJSON keeps them as quantised steps."""
    scale_x, scale_y = topology["transform"]["scale"]
    left, bottom = topology["transform"]["translate"]
    decoded = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for step_x, step_y in arc:
            x, y = x + step_x, y + step_y
            points.append((x * scale_x + left, y * scale_y + bottom))
        decoded.append(_simplified(points))
    return decoded


def _simplified(arc: list[Point]) -> list[Point]:
    """Drop the points of an arc that lie closer than the grain to a straight line (Douglas and Peucker).

    Arcs are what neighbours share, so a border stays one line for both.
    """
    kept = {0, len(arc) - 1}
    spans = [(0, len(arc) - 1)]
    while spans:
        first, last = spans.pop()
        (x1, y1), (x2, y2) = arc[first], arc[last]
        length = math.hypot(x2 - x1, y2 - y1)
        farthest, distance = first, _GRAIN
        for index in range(first + 1, last):
            x, y = arc[index]
            # A closed arc ends where it starts: then the distance is that to the point.
            away = abs((x2 - x1) * (y1 - y) - (x1 - x) * (y2 - y1)) / length if length else math.hypot(x - x1, y - y1)
            if away > distance:
                farthest, distance = index, away
        if farthest != first:
            kept.add(farthest)
            spans += [(first, farthest), (farthest, last)]
    return [arc[index] for index in sorted(kept)]


def _ring(indexes: Sequence[int], arcs: Sequence[Sequence[Point]]) -> list[Point]:
    """Join the arcs of one ring; a negative index is an arc walked backwards."""
    points: list[Point] = []
    for index in indexes:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        points.extend(arc[1:] if points else arc)
    return points


def _clip(ring: Sequence[Point], axis: int, limit: float, sign: int) -> list[Point]:
    """Keep the part of a ring on one side of a straight line (Sutherland and Hodgman's step)."""
    kept: list[Point] = []
    for index, point in enumerate(ring):
        before = ring[index - 1]
        inside, was_inside = sign * point[axis] >= sign * limit, sign * before[axis] >= sign * limit
        if inside != was_inside:
            share = (limit - before[axis]) / (point[axis] - before[axis])
            kept.append((before[0] + share * (point[0] - before[0]), before[1] + share * (point[1] - before[1])))
        if inside:
            kept.append(point)
    return kept


def _rounded(ring: Sequence[Point]) -> list[Point]:
    """Round to the map's grain, drop repeated points, close the ring; empty where nothing is left to see."""
    points: list[Point] = []
    for longitude, latitude in ring:
        point = (round(longitude, _DECIMALS) + 0.0, round(latitude, _DECIMALS) + 0.0)
        if not points or point != points[-1]:
            points.append(point)
    if points and points[0] != points[-1]:
        points.append(points[0])
    smallest = 4
    return points if len(points) >= smallest else []


def _polygons(geometry: Mapping[str, Any], arcs: Sequence[Sequence[Point]]) -> Iterator[list[list[Point]]]:
    """Return the polygons of a country that lie on the map, cut at its edge."""
    west, south, east, north = BOUNDS
    edges = ((0, west - _MARGIN, 1), (0, east + _MARGIN, -1), (1, south - _MARGIN, 1), (1, north + _MARGIN, -1))
    for polygon in [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry["arcs"]:
        rings = []
        for indexes in polygon:
            ring = _ring(indexes, arcs)[:-1]
            for axis, limit, sign in edges:
                ring = _clip(ring, axis, limit, sign)
            if ring := _rounded(ring):
                rings.append(ring)
        if rings:
            yield rings


def reduce_atlas(topology: Mapping[str, Any]) -> str:
    """Return GeoJSON of the land between `BOUNDS`, in degrees with two decimals.

    Args:
        topology: the parsed `countries-50m.json` of npm's world-atlas (TopoJSON, quantised).

    Returns:
        A FeatureCollection as text, one feature a line: each country of Southeast Asia under its ISO 3166 alpha-3
        code, and all other land under `neighbours`.
    """
    arcs = _arcs(topology)
    found: dict[str, list[list[list[Point]]]] = {}
    for country in topology["objects"]["countries"]["geometries"]:
        if polygons := list(_polygons(country, arcs)):
            found.setdefault(_ALPHA3.get(country.get("id"), _NEIGHBOURS), []).extend(polygons)
    lines = [
        json.dumps(
            {
                "type": "Feature",
                "id": code,
                "properties": {},
                "geometry": {"type": "MultiPolygon", "coordinates": found[code]},
            },
            separators=(",", ":"),
        )
        for code in sorted(found)
    ]
    joined = ",\n".join(lines)
    return f'{{"type":"FeatureCollection","bbox":{json.dumps(BOUNDS)},"features":[\n{joined}\n]}}\n'
