"""Where the document about an IRI of ours lies on the site."""

from __future__ import annotations

import re
from typing import NamedTuple

from ascn_graph.errors import ConformanceError
from ascn_graph.namespaces import BASE, KINDS, ONTOLOGY

__all__ = ["FILES", "Address", "address", "page", "required", "root"]

#: What lies on the site under its own name.
FILES = ("logo.svg", "context.jsonld")

_DATASET = (BASE + "dataset", BASE + "catalogue")
_ONTOLOGY = ONTOLOGY.removesuffix("#")
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]|\.(?=[A-Za-z0-9_-])){0,199}")
_FOLDERS = frozenset({"graph", *(f"id/{kind}" for kind in KINDS)})
_VERSION = re.compile(r"/[0-9]+\.[0-9]+\.[0-9]+")


class Address(NamedTuple):
    """A document, as a path from the top of the site without its extension, and the place in it.

    A file that has one form only has its extension in the path, and `whole` is True.
    """

    path: str
    fragment: str = ""
    whole: bool = False


def address(iri: str) -> Address | None:
    """Give the document that tells about an IRI: None where it is not ours, or no name for a file.

    A slug is a file name: letters, digits, hyphens, underscores and single dots, at most 200 of them. So no IRI leads
    outside the site.
    """
    if not iri.startswith(BASE):
        return None
    iri, _, fragment = iri.partition("#")
    if iri in _DATASET:
        return Address("dataset", fragment)
    if iri == _ONTOLOGY or (iri.startswith(_ONTOLOGY) and _VERSION.fullmatch(iri, len(_ONTOLOGY))):
        return Address("ontology", fragment)
    if iri[len(BASE) :] in FILES:
        return Address(iri[len(BASE) :], fragment, whole=True)
    folder, _, name = iri[len(BASE) :].rpartition("/")
    if _NAME.fullmatch(name) and (folder in _FOLDERS or (folder == "id" and name in KINDS)):
        return Address(f"doc/{folder.removeprefix('id').removeprefix('/')}/{name}".replace("//", "/"), fragment)
    return None


def required(iri: str) -> Address:
    """Give the document of an IRI of ours that must have one.

    Raises:
        ConformanceError: the IRI is no name for a file.
    """
    found = address(iri)
    if found is None:
        raise ConformanceError(
            f"No document can be written about <{iri}>: its last part is no file name; "
            "use lower-case letters, digits and hyphens."
        )
    return found


def page(found: Address) -> str:
    """Give the path of the HTML page of a document, with the fragment, from the top of the site."""
    path = found.path if found.whole else f"{found.path}.html"
    return f"{path}#{found.fragment}" if found.fragment else path


def root(path: str) -> str:
    """Give the way from a file of the site up to its top, such as `../../`."""
    return "../" * path.count("/")
