"""The rules of hygiene as functions: the queries that must give no row, and what SPARQL cannot say."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import Literal, NamedNode, QuerySolutions, RdfFormat, Store, parse

from ascn_graph import dataset
from ascn_graph.namespaces import PREFIXES, THING, kind_of, slug

FOLDER = Path(__file__).resolve().parent / "hygiene"
QUERIES = sorted(FOLDER.rglob("*.rq"))
XSD, RDFS = PREFIXES["xsd"], PREFIXES["rdfs"]
#: The kinds whose IRI is the slug of the label.
SLUGGED = ("network", "city", "member-state", "person", "organisation", "event")
#: How a number is written once and for all: no sign, zero or point that means nothing.
CANONICAL = {
    XSD + "integer": re.compile(r"0|-?[1-9][0-9]*"),
    XSD + "decimal": re.compile(r"0|-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?"),
    XSD + "boolean": re.compile(r"true|false"),
}


def name(path: Path) -> str:
    """Give the name of a rule, such as `by-source/statement-elsewhere`."""
    return path.relative_to(FOLDER).with_suffix("").as_posix()


def ask(store: Store, path: Path) -> list[str]:
    """Give what one query finds wrong."""
    solutions = store.query(path.read_text(encoding="utf-8"))
    assert isinstance(solutions, QuerySolutions)
    return [f"{row['this']} {row['error'].value}" for row in solutions]


def slugs(store: Store) -> Iterator[str]:
    """Find IRIs of the kinds people type that are not the slug of their label."""
    for quad in store.quads_for_pattern(None, NamedNode(RDFS + "label"), None):
        subject = quad.subject
        if isinstance(subject, NamedNode) and kind_of(subject.value) in SLUGGED and isinstance(quad.object, Literal):
            own = subject.value.removeprefix(THING).partition("/")[2]
            if own != slug(quad.object.value):
                yield f"{subject} is labelled {quad.object.value}: its slug would be {slug(quad.object.value)}"


def written(place: Path) -> Iterator[tuple[str, Literal]]:
    """Give each literal of a checkout as it is written, with its subject: a store makes numbers canonical."""
    for path, _ in dataset.find(place):
        for quad in parse(path=path, format=RdfFormat.TURTLE):
            if isinstance(quad.object, Literal):
                yield str(quad.subject), quad.object


def spelling(place: Path) -> Iterator[str]:
    """Find numbers that are not canonical and texts that are not in Unicode normal form C."""
    for subject, value in written(place):
        pattern = CANONICAL.get(value.datatype.value)
        if pattern is not None and not pattern.fullmatch(value.value):
            yield f"{subject} writes the number {value.value} in another form than the canonical one"
        if not unicodedata.is_normalized("NFC", value.value):
            yield f"{subject} has a text that is not in normal form C: {value.value}"
