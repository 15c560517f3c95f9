"""Which representation a client wants: RFC 9110 Accept, read once for the endpoint and for the static site."""

from __future__ import annotations

import re
from collections.abc import Sequence
from operator import itemgetter
from typing import NamedTuple

__all__ = [
    "BINDINGS",
    "CONTENT_TYPES",
    "DOCUMENTS",
    "GRAPHS",
    "HTML",
    "RESOURCE_FORMS",
    "SHORT_NAMES",
    "MediaRange",
    "Representation",
    "accept_of",
    "choose",
    "parse_accept",
    "quality",
]

# An element of a list and a part of an element: what stands between two marks that no quoted string holds.
_QUOTED = r'"(?:[^"\\]|\\.)*(?:"|\\?$)'
_ELEMENT = re.compile(rf'(?:[^",]|{_QUOTED})+', re.DOTALL)
_PART = re.compile(rf'(?:^|;)((?:[^";]|{_QUOTED})*)', re.DOTALL)

_WEIGHT = re.compile(r"\s*q\s*(?:=\s*(.*?)\s*)?", re.IGNORECASE | re.DOTALL)
_Q = re.compile(r"[01](?:\.[0-9]*)?")


class Representation(NamedTuple):
    """One form a resource can be had in: its short name, its file extension and the media types that ask for it.

    The first type is the one that is sent; the others are aliases that a client may name instead.
    """

    name: str
    extension: str
    types: tuple[str, ...]

    @property
    def media_type(self) -> str:
        """The value of Content-Type."""
        kind = self.types[0]
        return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind


class MediaRange(NamedTuple):
    """One element of an Accept header: `type` and `subtype` may be `*`; `q` is from 0 to 1."""

    type: str
    subtype: str
    q: float


HTML = Representation("html", "html", ("text/html",))
TURTLE = Representation("turtle", "ttl", ("text/turtle",))
NTRIPLES = Representation("ntriples", "nt", ("application/n-triples", "text/plain"))
JSONLD = Representation("jsonld", "jsonld", ("application/ld+json", "application/json"))
RDFXML = Representation("rdfxml", "rdf", ("application/rdf+xml", "application/xml"))
TRIG = Representation("trig", "trig", ("application/trig",))
NQUADS = Representation("nquads", "nq", ("application/n-quads",))
CSV = Representation("csv", "csv", ("text/csv",))
TSV = Representation("tsv", "tsv", ("text/tab-separated-values",))
RESULTS_JSON = Representation("json", "json", ("application/sparql-results+json", "application/json"))
RESULTS_XML = Representation("xml", "xml", ("application/sparql-results+xml", "application/xml"))

#: The forms of a thing, a source and the ontology, the one a client without a wish gets first.
DOCUMENTS = (HTML, TURTLE, JSONLD, NTRIPLES, RDFXML)

#: The kinds of resource of `tests/negotiation.csv`, each with its forms.
RESOURCE_FORMS = {
    "thing": DOCUMENTS,
    "source": DOCUMENTS,
    "ontology": DOCUMENTS,
    "dataset": (HTML, TURTLE, TRIG, JSONLD, NQUADS, RDFXML),
}

#: The forms of the answer of a SELECT or an ASK.
BINDINGS = (RESULTS_JSON, RESULTS_XML, CSV, TSV)

#: The forms of the answer of a CONSTRUCT or a DESCRIBE.
GRAPHS = (TURTLE, JSONLD, NTRIPLES, RDFXML)

#: The Content-Type of a file by its ending.
CONTENT_TYPES = {f".{form.extension}": form.media_type for form in (*RESOURCE_FORMS["dataset"], NTRIPLES, CSV)} | {
    ".atom": "application/atom+xml",
    ".bib": "application/x-bibtex",
    ".css": "text/css; charset=utf-8",
    ".geojson": "application/geo+json",
    ".gz": "application/gzip",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".rq": "application/sparql-query",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".xml": "application/xml",
}


def parse_accept(header: str) -> list[MediaRange]:
    """Read an Accept header.

    A parameter other than `q` is passed over, and so is an element that is no media range; a `q` that is no number
    from 0 to 1 counts as 1. A lone `*` is read as `*/*`, as some clients write it.
    """
    ranges = []
    for element in _ELEMENT.findall(header):
        first, *parameters = _PART.findall(element)
        kind, slash, subtype = first.strip().lower().partition("/")
        if (kind, slash) == ("*", ""):
            subtype = "*"
        elif not kind or not subtype or (kind == "*" and subtype != "*"):
            continue
        weight = next(filter(None, map(_WEIGHT.fullmatch, parameters)), None)
        stated = weight[1] if weight else ""
        ranges.append(MediaRange(kind, subtype.strip(), min(float(stated), 1.0) if _Q.fullmatch(stated) else 1.0))
    return ranges


def quality(ranges: Sequence[MediaRange], media_type: str) -> tuple[float, int]:
    """Return the q of a media type and how exactly it was named: 2 by itself, 1 as `type/*`, 0 as `*/*` or not at all.

    The most exact range decides, whatever its q (RFC 9110, 12.5.1).
    """
    kind, _, subtype = media_type.partition("/")
    exact = {(kind, subtype): 2, (kind, "*"): 1, ("*", "*"): 0}
    found = [(wanted.q, exact[wanted[:2]]) for wanted in ranges if wanted[:2] in exact]
    return max(found, key=itemgetter(1), default=(0.0, 0))


def choose(accept: str | None, offered: Sequence[Representation]) -> Representation | None:
    """Choose what to send.

    The highest q wins; among equals the one that was named most exactly, then the one that is offered first.

    Args:
        accept: the value of the Accept header (several headers joined by commas); None or blank accepts anything.
        offered: what there is, the preferred one first.

    Returns:
        One of `offered`, or None where the client accepts none of them: 406.
    """
    if accept is None or not accept.strip():
        return offered[0]
    ranges = parse_accept(accept)

    def rank(form: Representation) -> tuple[float, int]:
        return max(quality(ranges, media_type) for media_type in form.types)

    best = max(offered, key=rank)
    return best if rank(best) > (0, 2) else None


_ALL = (*BINDINGS, HTML, *GRAPHS, TRIG, NQUADS)

#: The short names of forms, as people write them in `format=` and `output=`, and the value of Accept that each means.
SHORT_NAMES = {form.name: form.types[0] for form in _ALL}
SHORT_NAMES["json"] += f", {SHORT_NAMES['jsonld']}"
SHORT_NAMES["xml"] += f", {SHORT_NAMES['rdfxml']}"
_OTHER_NAMES = {"htm": "html", "n3": "turtle", "srj": "json", "srx": "xml", "text": "tsv"}
_OTHER_NAMES |= {form.extension: form.name for form in _ALL}
_MARKS = str.maketrans("", "", "-_/+ ")


def accept_of(name: str) -> str | None:
    """Return the value of Accept that a name of a form means: a short name, its file extension, or a media type.

    Case and marks do not count (`RDF/XML`, `n-triples`, `json-ld`); a media type whose plus sign was read as a space,
    as in a URL that was not encoded, is read as it was meant. None where nothing is known by the name.
    """
    kind = name.strip().lower().replace(" ", "+")
    if any(kind in form.types for form in _ALL):
        return kind
    plain = kind.translate(_MARKS)
    return SHORT_NAMES.get(_OTHER_NAMES.get(plain, plain))
