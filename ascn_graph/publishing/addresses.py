"""Where a site lies, and where on it the document about an IRI of ours does."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import urlsplit

from ascn_graph.errors import ConformanceError, UsageError
from ascn_graph.profile import Profile

__all__ = ["FILES", "Address", "Addresses", "base_url", "root"]

#: What lies on the site under its own name.
FILES = ("logo.svg", "context.jsonld")

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]|\.(?=[A-Za-z0-9_-])){0,199}")
_SEGMENT = re.compile(r"[A-Za-z0-9._~-]+")
_HOST = re.compile(r"[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\]")
_VERSION = re.compile(r"(?:/[0-9]+\.[0-9]+\.[0-9]+)?")


class Address(NamedTuple):
    """A document, as a path from the top of the site without its extension, and the place in it.

    A file that has one form only has its extension in the path, and `whole` is True.
    """

    path: str
    fragment: str = ""
    whole: bool = False

    @property
    def page(self) -> str:
        """The path of its HTML page with the fragment, from the top of the site."""
        path = self.path if self.whole else f"{self.path}.html"
        return f"{path}#{self.fragment}" if self.fragment else path


class Addresses:
    """Finds the documents of one graph.

    Args:
        profile: the names of the graph.
    """

    def __init__(self, profile: Profile) -> None:
        self._base = profile.base
        self._ontology = profile.ontology_iri
        self._term_name = profile.term_name
        self._folders = {profile.things + kind.path: f"doc/{kind.path}" for kind in profile.kinds.values()}
        self._folders[profile.graphs.removesuffix("/")] = "doc/graph"
        self._kinds = {profile.things + kind.path for kind in profile.kinds.values()}
        self._dataset = (profile.base + "dataset", profile.base + "catalogue")

    def find(self, iri: str) -> Address | None:
        """Return the document that tells about an IRI: None where it is not ours, or no name for a file.

        A slug is a file name: letters, digits, hyphens, underscores and single dots, at most 200 of them. So no IRI
        leads outside the site.
        """
        if not iri.startswith(self._base):
            return None
        iri, _, fragment = iri.partition("#")
        if iri in self._dataset:
            return Address("dataset", fragment)
        if iri[len(self._base) :] in FILES:
            return Address(iri[len(self._base) :], fragment, whole=True)
        is_whole = iri.startswith(self._ontology) and _VERSION.fullmatch(iri, len(self._ontology))
        term = self._term_name(iri)
        if is_whole or term:
            return Address("ontology", fragment if is_whole else term)
        folder, _, name = iri.rpartition("/")
        if folder in self._folders and _NAME.fullmatch(name):
            return Address(f"{self._folders[folder]}/{name}", fragment)
        return Address(f"doc/{name}", fragment) if iri in self._kinds else None

    def required(self, iri: str) -> Address:
        """Return the document of an IRI of ours that must have one.

        Raises:
            ConformanceError: the IRI is no name for a file.
        """
        found = self.find(iri)
        if found is None:
            raise ConformanceError(
                f"No document can be written about <{iri}>: its last part is no file name; "
                "use lower-case letters, digits and hyphens."
            )
        return found


def root(path: str) -> str:
    """Return the way from a file of the site up to its top, such as `../../`."""
    return "../" * path.count("/")


def base_url(text: str) -> str:
    """Read where a site will lie.

    Args:
        text: an http or https address of a folder, such as `https://example.org/graph/`.

    Returns:
        The same with a slash at its end.

    Raises:
        UsageError: it has no scheme or host, a user, a query or a fragment, or a path of other than plain names.
    """

    def refuse(why: str) -> UsageError:
        return UsageError(f"The base URL {text!r} {why}; give one such as https://example.org/graph/.")

    if not text.isprintable() or " " in text:
        raise refuse("has a space or a control character")
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError as error:
        raise refuse(f"is not a URL ({error})") from error
    if parts.scheme not in ("http", "https"):
        raise refuse("does not begin with https:// or http://")
    if "?" in text or "#" in text:
        raise refuse("has a query or a fragment")
    if "@" in parts.netloc or not _HOST.fullmatch(re.sub(r":[0-9]*$", "", parts.netloc)):
        raise refuse("has no plain host")
    names = [name for name in parts.path.split("/") if name]
    if any(name in (".", "..") or not _SEGMENT.fullmatch(name) for name in names):
        raise refuse("has a path of other than letters, digits, dots, hyphens, underscores and tildes")
    return f"{parts.scheme}://{parts.netloc}/{''.join(f'{name}/' for name in names)}"
