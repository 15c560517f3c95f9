"""What a page shows of a fact, as plain values: links, values, notes on who says so."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

__all__ = ["Citation", "Column", "EvidenceNote", "Link", "ValueView", "by_text"]


class Link(NamedTuple):
    """Something to read and, where there is one, where a click leads.

    Attributes:
        text: what to read.
        language: its language tag, or None.
        href: from the top of the site; a whole address where `external`; empty for no link.
        external: whether the link leaves the site.
        code: whether the text is for machines, such as a hash.
        exact: the literal itself, where the text says it in other words.
        local: what to read first, with its language, where the site is in another; the text still sorts it.
    """

    text: str
    language: str | None = None
    href: str = ""
    external: bool = False
    code: bool = False
    exact: str = ""
    local: tuple[str, str] | None = None


class Citation(NamedTuple):
    """What a source cites at a place: the citation, the address it gives, the archived copy with its date."""

    link: Link
    url: Link | None
    archive: Link | None
    archived: str


class EvidenceNote(NamedTuple):
    """Who says so: one piece of evidence, one fact that another was inferred from, or no more than a source.

    Attributes:
        number: its place on the page, from 1.
        brief: what stands beside the fact.
        kind: `evidence`, `inferred`, `source` or `own`.
        source: the source, or the fact inferred from.
        place: the place in the source; None for the source as a whole.
        as_of: the date whose state of affairs the source describes, empty where it states none.
        quote: the name, title, date or figure as printed, empty where none is kept.
        citations: what the source cites there.
    """

    number: int
    brief: str
    kind: str
    source: Link
    place: Link | None = None
    as_of: str = ""
    quote: str = ""
    citations: tuple[Citation, ...] = ()


class ValueView(NamedTuple):
    """One object of a fact with who says so."""

    link: Link
    notes: tuple[EvidenceNote, ...]


class Column(NamedTuple):
    """What a list of things shows of one of them by a property: its heading, links, and what they are sorted by."""

    heading: Link
    links: list[Link]
    key: str


def by_text(links: Iterable[Link]) -> list[Link]:
    """Return links in the order of what is read."""
    return sorted(links, key=lambda link: (link.text, link.href))
