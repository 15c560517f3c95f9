"""The IRIs of this graph: one base, the prefixes in use, the kinds of thing, and how a label becomes a slug."""

from __future__ import annotations

import re
import unicodedata

from pyoxigraph import NamedNode

__all__ = [
    "BASE",
    "CONTAINER_GRAPHS",
    "GRAPH",
    "KINDS",
    "ONTOLOGY",
    "PREFIXES",
    "THING",
    "compact",
    "expand",
    "graph_iri",
    "is_safe_iri",
    "kind_of",
    "slug",
    "thing_iri",
]

BASE = "https://w3id.org/ascn/"
ONTOLOGY = BASE + "ontology#"
THING = BASE + "id/"
GRAPH = BASE + "graph/"

#: The graphs that hold what is about the data rather than what a source says.
CONTAINER_GRAPHS = ("catalogue", "ontology")

#: The kinds of thing, each a path segment of its IRI.
KINDS = (
    "network",
    "member-state",
    "city",
    "person",
    "organisation",
    "post",
    "tenure",
    "designation",
    "role",
    "agreement",
    "funding",
    "claim",
    "event",
    "chairmanship",
    "aim",
    "duty",
    "nomination",
    "image",
    "region",
    "citation",
    "source",
    "statement",
    "concept",
)

PREFIXES = {
    "ascn": ONTOLOGY,
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
    "void": "http://rdfs.org/ns/void#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    **{kind: f"{THING}{kind}/" for kind in KINDS},
}

# Letters that NFKD leaves whole; every other accented Latin letter decomposes.
_LETTERS = str.maketrans({"Đ": "D", "đ": "d", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "ß": "ss", "æ": "ae", "Æ": "AE"})
_UNSAFE = re.compile(r"[\x00-\x20<>\"{}|^`\\\x7f]|[\ud800-\udfff]")
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_LOCAL = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")


def slug(label: str) -> str:
    """Give the IRI segment of a label: NFKD, ASCII, lower case, hyphens between words.

    Apostrophes join what they part ("People's" becomes "peoples"), as the field does.
    """
    plain = unicodedata.normalize("NFKD", label.translate(_LETTERS))
    ascii_only = "".join(c for c in plain if not unicodedata.combining(c)).replace("'", "").replace("\u2019", "")
    return re.sub(r"[^a-z0-9]+", "-", ascii_only.lower()).strip("-")


def thing_iri(kind: str, name: str) -> str:
    """Give the IRI of a thing of one of `KINDS`, by its slug."""
    return f"{THING}{kind}/{name}"


def graph_iri(folder: str) -> str:
    """Give the IRI of the named graph that a data folder is."""
    return GRAPH + folder


def kind_of(iri: str) -> str | None:
    """Give the kind segment of one of our thing IRIs, or None for any other IRI."""
    if not iri.startswith(THING):
        return None
    kind, slash, _ = iri[len(THING) :].partition("/")
    return kind if slash and kind in KINDS else None


def is_safe_iri(text: str) -> bool:
    """Say whether a text is an absolute IRI that may stand between < and > in Turtle and SPARQL."""
    if not _ABSOLUTE.match(text) or _UNSAFE.search(text):
        return False
    try:
        NamedNode(text)
    except ValueError:
        return False
    return True


def expand(name: str) -> str | None:
    """Give the IRI of a prefixed name such as `city:hanoi`, or None where its prefix is not one of ours."""
    prefix, colon, local = name.partition(":")
    if not colon or prefix not in PREFIXES or local.startswith("//"):
        return None
    iri = PREFIXES[prefix] + local
    return iri if is_safe_iri(iri) else None


def compact(iri: str) -> str:
    """Give the prefixed name of an IRI where one is short and legal, else the IRI itself."""
    best = ""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and len(namespace) > len(PREFIXES.get(best, "")):
            best = prefix
    if best and _LOCAL.fullmatch(iri[len(PREFIXES[best]) :]):
        return f"{best}:{iri[len(PREFIXES[best]) :]}"
    return iri
