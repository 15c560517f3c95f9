"""How names and numbers are written: the slug of an IRI, numbers in their canonical form, texts in normal form C."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from ascn_graph.namespaces import STANDARD, slug
from ascn_graph.ntriples import iri, is_literal, literal
from ascn_graph.profile import Profile
from ascn_graph.validation.extract_checks import difference
from ascn_graph.validation.report import Extra
from ascn_graph.validation.sources import Source

__all__ = ["spellings"]

_LABEL = iri(STANDARD["rdfs"] + "label")
_DEPRECATED = iri(STANDARD["owl"] + "deprecated")
_XSD = STANDARD["xsd"]
_CANONICAL = {
    _XSD + "integer": re.compile(r"0|-?[1-9][0-9]*"),
    _XSD + "decimal": re.compile(r"0|-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?"),
    _XSD + "boolean": re.compile(r"true|false"),
}


def spellings(sources: Iterable[Source], profile: Profile) -> Iterator[Extra]:
    """Yield what is written otherwise than every store keeps it, and IRIs that are not the slug of their label."""
    for source in sources:
        # The IRI of what was replaced is the old one, whatever it is called now.
        replaced = {row[0] for row in source.document.rows if row[1] == _DEPRECATED}
        for row in source.document.rows:
            subject, predicate, value = row[:3]
            if not is_literal(value):
                continue
            text, _, datatype = literal(value)
            pattern = _CANONICAL.get(datatype)
            if pattern is not None and not pattern.fullmatch(text):
                message = f"The number {text} is not in its canonical form; a store would keep it as another text."
                yield difference("number-form", message, subject, value, source.location(row[5]))
            if not unicodedata.is_normalized("NFC", text):
                message = "This text is not in Unicode normal form C; write its accented letters as one character each."
                yield difference("text-form", message, subject, value, source.location(row[5]))
            if predicate == _LABEL and subject not in replaced and (wanted := _slug(subject, text, profile)):
                message = f"The slug of '{text}' is {wanted}; correct the label or the IRI."
                yield difference("slug", message, subject, value, source.location(row[5]))


def _slug(subject: str, label: str, profile: Profile) -> str | None:
    """Return the slug of a label where the IRI of its thing should end with it and does not."""
    thing = subject[1:-1]
    kind = profile.kind_of(thing)
    if kind is None or kind not in profile.extract.get("slugs", ()):
        return None
    wanted = slug(label)
    return wanted if thing != profile.thing_iri(kind, wanted) else None
