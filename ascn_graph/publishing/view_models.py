"""What a page shows of a fact, as plain values: links, values, notes on who says so."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

__all__ = ["Citation", "EvidenceNote", "Link", "ValueView", "by_text"]


class Link(NamedTuple):
    """Something to read and, where there is one, where a click leads."""

    text: str  # what to read
    language: str | None = None  # its language tag
    href: str = ""  # from the top of the site; a whole address where `external`; empty for no link
    external: bool = False  # whether the link leaves the site
    code: bool = False  # whether the text is for machines, such as a hash
    exact: str = ""  # the literal itself, where the text says it in other words
    local: tuple[str, str] | None = None  # what to read first, with its language, where the site is in another


class Citation(NamedTuple):
    """What a source cites at a place: the citation, the address it gives, the archived copy with its date."""

    link: Link
    url: Link | None
    archive: Link | None
    archived: str


class EvidenceNote(NamedTuple):
    """Who says so: one piece of evidence, one fact that another was inferred from, or no more than a source."""

    number: int  # its place on the page, from 1
    brief: str  # what stands beside the fact
    kind: str  # `evidence`, `inferred`, `source` or `own`
    source: Link  # the source, or the fact inferred from
    place: Link | None = None  # the place in the source; None for the source as a whole
    as_of: str = ""  # the date whose state of affairs the source describes, empty where it states none
    quote: str = ""  # the name, title, date or figure as printed, empty where none is kept
    citations: tuple[Citation, ...] = ()  # what the source cites there


class ValueView(NamedTuple):
    """One object of a fact with who says so."""

    link: Link
    notes: tuple[EvidenceNote, ...]


def by_text(links: Iterable[Link]) -> list[Link]:
    """Return links in the order of what is read."""
    return sorted(links, key=lambda link: (link.text, link.href))
