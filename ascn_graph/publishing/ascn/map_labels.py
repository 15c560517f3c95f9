"""Where the names of points on a map go: beside the point, or at the end of a line where it is crowded."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

__all__ = ["Box", "place_labels"]

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
