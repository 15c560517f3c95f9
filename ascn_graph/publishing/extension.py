"""What a graph may add to its own site: pages, parts of pages, files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module

from markupsafe import Markup

from ascn_graph.errors import UsageError
from ascn_graph.publishing.dumps import Dump
from ascn_graph.publishing.renderer import Page, Renderer
from ascn_graph.publishing.settings import SiteSettings
from ascn_graph.publishing.view_models import Link
from ascn_graph.publishing.views import Notes, Views
from ascn_graph.results import Rows

__all__ = ["Extension", "find"]


class Extension:
    """Adds nothing; a package named by `pages` in `[site]` has a class `Site` that overrides what it adds.

    Args:
        ask: answers a named query by its name, each once.
        views: what was read.
        renderer: fills the templates, those of the package among them.
    """

    #: The vendored files that it needs on the site.
    vendored: Sequence[str] = ()

    def __init__(self, ask: Callable[[str], Rows], views: Views, renderer: Renderer) -> None:
        self._ask = ask
        self._views = views
        self._renderer = renderer

    def sections(self, iri: str, kind: str, notes: Notes) -> list[Markup]:  # noqa: ARG002 - for those who override it
        """Return what comes first on the page of a thing, before what is stated of it."""
        return []

    def columns(self, kind: str) -> Mapping[Link, Mapping[str, list[Link]]]:  # noqa: ARG002
        """Return further columns for the list of a kind, by their headings: what stands there, by thing."""
        return {}

    def home(self) -> list[Markup]:
        """Return what the first page answers."""
        return []

    def pages(self) -> Iterator[Page]:
        """Yield pages of its own."""
        yield from ()

    def dumps(self) -> Iterator[Dump]:
        """Yield files of data of its own."""
        yield from ()

    def land(self) -> object:
        """Return the land under the maps of answers, for their script; None for no maps."""
        return None


def find(settings: SiteSettings) -> type[Extension]:
    """Return what the profile names, or an extension that adds nothing.

    Raises:
        InputError: there is no such package.
        UsageError: the package has no class `Site` that is an `Extension`.
    """
    if not settings.pages:
        return Extension
    try:
        found = getattr(import_module(settings.pages), "Site", None)
    except ModuleNotFoundError as error:
        raise settings.fault(f"there is no Python package '{settings.pages}' ({error})", "pages") from error
    if not isinstance(found, type) or not issubclass(found, Extension):
        raise UsageError(
            f"'{settings.pages}' has no class Site that is an Extension of ascn_graph.publishing.extension."
        )
    return found
