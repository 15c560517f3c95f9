"""The usual vocabularies by prefix, which IRIs may stand in a text, and how a label becomes a slug."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

from pyoxigraph import NamedNode

__all__ = ["STANDARD", "compact", "expand", "is_safe_iri", "slug", "written_prefixes"]

#: The vocabularies that every graph project may use without a line in its profile.
STANDARD: Final[Mapping[str, str]] = {
    "bibo": "http://purl.org/ontology/bibo/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geo": "http://www.w3.org/2003/01/geo/wgs84_pos#",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "vann": "http://purl.org/vocab/vann/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "void": "http://rdfs.org/ns/void#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

# Letters that NFKD leaves whole; every other accented Latin letter decomposes.
_LETTERS = str.maketrans({"Đ": "D", "đ": "d", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "ß": "ss", "æ": "ae", "Æ": "AE"})
_UNSAFE = re.compile(r"[\x00-\x20<>\"{}|^`\\\x7f]|[\ud800-\udfff]")
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")


def written_prefixes(prefixes: Mapping[str, str]) -> dict[str, str]:
    """Return the prefixes to write a text with: of those of one namespace the first."""
    first: dict[str, str] = {}
    for prefix, namespace in prefixes.items():
        first.setdefault(namespace, prefix)
    return {prefix: namespace for namespace, prefix in first.items()}


def slug(label: str) -> str:
    """Return the IRI segment of a label: NFKD, ASCII, lower case, hyphens between words.

    Apostrophes join what they part ("People's" becomes "peoples"), as the field does.
    """
    plain = unicodedata.normalize("NFKD", label.translate(_LETTERS))
    ascii_only = "".join(c for c in plain if not unicodedata.combining(c)).replace("'", "").replace("\u2019", "")
    return re.sub(r"[^a-z0-9]+", "-", ascii_only.lower()).strip("-")


def is_safe_iri(text: str) -> bool:
    """Return whether a text is an absolute IRI that may stand between < and > in Turtle and SPARQL."""
    if not _ABSOLUTE.match(text) or _UNSAFE.search(text):
        return False
    try:
        NamedNode(text)
    except ValueError:
        return False
    return True


def expand(name: str, prefixes: Mapping[str, str]) -> str | None:
    """Return the IRI of a prefixed name such as `rdfs:label`, or None where the prefix is unknown or the IRI unsafe."""
    prefix, colon, local = name.partition(":")
    if not colon or prefix not in prefixes or local.startswith("//"):
        return None
    iri = prefixes[prefix] + local
    return iri if is_safe_iri(iri) else None


def compact(iri: str, prefixes: Mapping[str, str]) -> str:
    """Return the prefixed name of an IRI where one is short and legal, else the IRI itself.

    Of the prefixes of one namespace the first is written.
    """
    fitting = [item for item in prefixes.items() if item[1] and iri.startswith(item[1])]
    prefix, namespace = max(fitting, key=lambda item: len(item[1]), default=("", iri))
    local = iri[len(namespace) :]
    return f"{prefix}:{local}" if _LOCAL.fullmatch(local) else iri
