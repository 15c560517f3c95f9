"""What is new: what each release changed, from the records that `ascn diff` wrote, and the page that tells it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ascn_graph.differences import Differences, Thing
from ascn_graph.errors import InputError
from ascn_graph.publishing.renderer import Page, Renderer
from ascn_graph.publishing.view_models import Link
from ascn_graph.publishing.views import Views

__all__ = ["page", "releases"]


def releases(data: Path) -> list[Differences]:
    """Return the releases of which `changes`, in the folder of the data, keeps a record, the latest first.

    Raises:
        InputError: a record is not what `ascn diff --format json` writes.
    """
    found = []
    for file in sorted((data / "changes").glob("*.json")):
        try:
            found.append(Differences.read(file.read_bytes()))
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(f"is not a record of `ascn diff --format json` ({error})", str(file), 1, 1) from error
    return sorted(found, key=lambda one: ([int(n) for n in one.later.split(".") if n.isdecimal()], one.later))[::-1]


def page(views: Views, renderer: Renderer, found: Sequence[Differences]) -> Page:
    """Write the page."""

    def link_to(thing: Thing) -> Link:
        """Return the link to a thing, which only the record may still know."""
        found = views.link(thing.iri)
        return found if found.href else Link(thing.name)

    return renderer.page(
        "news.html",
        description=f"{found[0].counts} since {found[0].earlier}." if found else "",
        releases=found,
        link_to=link_to,
    )
