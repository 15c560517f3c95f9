"""The markup of pages as this project writes it, where every value stands in quotes: thousands are read at a time."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import NamedTuple

#: A script with what it holds, a tag, or the type of the document.
_PART = re.compile(
    r'<(script)((?:[^>"]|"[^"]*")*)>(.*?)</script>|<(/?)([a-z][a-z0-9]*)((?:[^>"]|"[^"]*")*)>|<![^>]*>', re.DOTALL
)
_ATTRIBUTE = re.compile(r'\s([a-z-]+)(?:="([^"]*)")?')


class Markup(NamedTuple):
    """A start tag with its attributes, an end tag, or a text, which stands where the name of a tag does."""

    kind: str
    name: str
    given: dict[str, str]


def markup(page: str) -> Iterator[Markup]:
    """Yield the tags and texts of a page or a part of one."""
    end = 0
    for match in _PART.finditer(page):
        if match.start() > end:
            yield Markup("text", html.unescape(page[end : match.start()]), {})
        end = match.end()
        script, of_script, held, closing, name, rest = match.groups()
        if closing:
            yield Markup("end", name, {})
        elif script or name:
            found = _ATTRIBUTE.findall(of_script if script else rest)
            yield Markup("start", script or name, {key: html.unescape(value) for key, value in found})
        if script:
            yield Markup("text", held, {})
            yield Markup("end", script, {})
