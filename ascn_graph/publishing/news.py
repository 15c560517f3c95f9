"""What is new: a page and an Atom feed of what each release changed, from the records that `ascn diff` wrote."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import NamedTuple

from ascn_graph.errors import InputError
from ascn_graph.publishing.renderer import Page, Renderer
from ascn_graph.publishing.view_models import Link
from ascn_graph.publishing.views import Views

__all__ = ["Release", "atom", "page", "releases"]

#: The folder of the records, in the folder of the data.
FOLDER = "changes"
_EPOCH = "1970-01-01"


class _Change(NamedTuple):
    """A thing that a release changed: its name, where its page is, and in words what was added and removed."""

    link: Link
    added: tuple[str, ...]
    removed: tuple[str, ...]


class Release(NamedTuple):
    """What one release changed.

    Attributes:
        version: the release.
        earlier: the release before it.
        day: the day of the release as an ISO date, empty where it has none.
        added: things that are new.
        removed: things that are gone.
        changed: things of which something else is stated.
    """

    version: str
    earlier: str
    day: str
    added: tuple[Link, ...]
    removed: tuple[Link, ...]
    changed: tuple[_Change, ...]

    @property
    def sentence(self) -> str:
        """What it changed, counted."""
        return (
            f"{len(self.added)} things added, {len(self.changed)} changed, {len(self.removed)} removed"
            f"{f' since {self.earlier}' if self.earlier else ''}."
        )


def releases(views: Views, data: Path) -> list[Release]:
    """Return the releases of which the folder of the data keeps a record, the latest first.

    Raises:
        InputError: a record is not what `ascn diff --format json` writes.
    """
    found = []
    for file in sorted((data / FOLDER).glob("*.json")):
        try:
            record = json.loads(file.read_bytes())
            found.append(
                Release(
                    str(record["to"]),
                    str(record["from"]),
                    str(record["date"]),
                    tuple(_link(views, one) for one in record["added"]),
                    tuple(_link(views, one) for one in record["removed"]),
                    tuple(
                        _Change(_link(views, one), _words(one["added"]), _words(one["removed"]))
                        for one in record["changed"]
                    ),
                )
            )
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(f"is not a record of `ascn diff --format json` ({error})", str(file), 1, 1) from error
    return sorted(found, key=lambda one: ([int(n) for n in one.version.split(".") if n.isdecimal()], one.version))[::-1]


def _link(views: Views, thing: dict[str, str]) -> Link:
    """Return the link to a thing, which only the record may still know."""
    found = views.link(thing["iri"])
    return found if found.href else Link(thing["name"])


def _words(statements: Sequence[dict[str, str]]) -> tuple[str, ...]:
    return tuple(f"{one['property']}: {one['value']}" for one in statements)


def page(renderer: Renderer, found: Sequence[Release]) -> Page:
    """Write the page."""
    return renderer.page(
        "news.html",
        "news.html",
        title="What is new",
        description=found[0].sentence if found else "What each release changed.",
        crumbs=[renderer.home],
        values={"releases": found},
    )


def atom(found: Sequence[Release], *, base: str, title: str, author: str, updated: str) -> bytes:
    """Write the feed (RFC 4287): an entry a release; without any, a feed without entries.

    Args:
        found: the releases, the latest first.
        base: where the site will lie, with a slash at its end.
        title: the name of the site.
        author: who publishes it.
        updated: the day on which the data last changed, as an ISO date; empty where the data does not say.
    """

    def moment(day: str) -> str:
        return f"{day or _EPOCH}T00:00:00Z"

    entries = "".join(
        f"<entry>\n<id>{escape(base)}news.html#v{escape(one.version)}</id>\n"
        f"<title>{escape(title)} {escape(one.version)}</title>\n"
        f"<updated>{escape(moment(one.day or updated))}</updated>\n"
        f'<link href="{escape(base)}news.html#v{escape(one.version)}"/>\n'
        f"<summary>{escape(one.sentence)}</summary>\n</entry>\n"
        for one in found
    )
    newest = next((one.day for one in found if one.day), updated)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
        f"<id>{escape(base)}news.atom</id>\n<title>{escape(title)}: what is new</title>\n"
        f"<updated>{escape(moment(newest))}</updated>\n<author><name>{escape(author)}</name></author>\n"
        f'<link rel="self" href="{escape(base)}news.atom"/>\n<link href="{escape(base)}news.html"/>\n{entries}</feed>\n'
    ).encode()
