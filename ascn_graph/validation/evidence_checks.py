"""Whether evidence is what it says: IRI, offsets, quote and hash against each other and the source's own text."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from ascn_graph.errors import InputError, UsageError
from ascn_graph.ntriples import iri
from ascn_graph.profile import Profile, packaged
from ascn_graph.validation.report import Extra

__all__ = ["check", "check_text"]

_PARTS = ("begin", "end", "line", "hash", "quote", "page", "record")


class _Evidence(NamedTuple):
    """One piece of evidence; what it does not state is None."""

    iri: str
    source: str | None
    span: tuple[int, int] | None
    line: int | None
    hash: str | None
    quote: str | None
    page: str | None
    record: str | None


def check(store: Store, project: Profile | None = None) -> Iterator[Extra]:
    """Hold each piece of evidence to itself: what can be checked without any source's text.

    Args:
        store: the graph, in the default graph.
        project: the profile that names the terms of evidence; None means the packaged one.

    Yields:
        A problem for each IRI that disagrees with source, offsets, page or record; each quote that is not as long as
        its span, has not its hash or stands on no span; each pair of quotes or lines of one source that disagree.
    """
    spans: dict[str, list[_Evidence]] = defaultdict(list)
    project = project or packaged()
    for evidence in _all(store, project):
        yield from _itself(evidence)
        if evidence.source is not None and evidence.span is not None:
            spans[evidence.source].append(evidence)
    for source in sorted(spans):
        yield from _neighbours(spans[source], project.compact(project.evidence.line))


def check_text(store: Store, text: Path, project: Profile | None = None) -> Iterator[Extra]:
    """Read every span of the source that a profile wants whole in the source's own text.

    Args:
        store: the graph, in the default graph.
        text: the file of the text, UTF-8; offsets count Unicode code points of it.
        project: the profile that names the terms of evidence; None means the packaged one.

    Yields:
        A problem for each hash, line or quote that differs from the text, and where the source states another
        SHA-256 or number of code points than the file has.

    Raises:
        InputError: the file cannot be read or is not UTF-8.
        UsageError: the profile wants no source whole.
    """
    project = project or packaged()
    if not project.whole:
        raise UsageError(f"No source has a text to check: the graph.toml of {project.name} names none under [whole].")
    source = project.source_iri(project.whole)
    line = project.compact(project.evidence.line)
    raw, body = _read(text)
    yield from _frozen(store, source, raw, body, project)
    for evidence in _all(store, project):
        if evidence.source == source and evidence.span is not None:
            yield from _in_text(evidence, evidence.span, body, line)


def _all(store: Store, project: Profile) -> list[_Evidence]:
    terms = project.evidence
    parts = "".join(f"OPTIONAL {{ ?evidence <{getattr(terms, part)}> ?{part} }}\n" for part in _PARTS)
    columns = f"?{' ?'.join(_PARTS)}"
    solutions = store.query(
        f"SELECT ?evidence ?source {columns} WHERE {{ ?evidence a <{terms.evidence}> .\n"
        f"OPTIONAL {{ ?evidence <{terms.part_of}> ?source }}\n{parts}}}\n"
        f"ORDER BY ?source ?begin ?end ?evidence {columns}"
    )
    assert isinstance(solutions, QuerySolutions)
    found = []
    for row in solutions:
        name, source, begin, end, line, *rest = (None if term is None else _text(term) for term in row)
        # What is no number is the shapes' to refuse.
        first, last, number = (int(text) if text and text.isdecimal() else None for text in (begin, end, line))
        span = None if first is None or last is None else (first, last)
        found.append(_Evidence(name or "", source, span, number, *rest))
    return found


def _text(term: object) -> str:
    return term.value if isinstance(term, NamedNode | Literal) else str(term)


def _itself(evidence: _Evidence) -> Iterator[Extra]:
    place, quote = _place(evidence), evidence.quote
    if place is None:
        yield _problem("evidence-place", evidence.iri, "give it begin and end, a page, or a record; one of the three.")
    elif evidence.iri != f"{evidence.source}{place}":
        yield _problem(
            "evidence-place",
            evidence.iri,
            f"its IRI is not that of its source and place, {evidence.source}{place}.",
        )
    if quote is None:
        return
    value = str(Literal(quote))
    if evidence.span is None:
        yield _problem("quote-span", evidence.iri, "only a text span has a quote; give it offsets or drop it.", value)
        return
    begin, end = evidence.span
    if len(quote) != end - begin:
        message = f"its quote has {len(quote)} characters and its span {end - begin}; correct one of them."
        yield _problem("quote-length", evidence.iri, message, value)
    if evidence.hash is not None and _sha256(quote) != evidence.hash:
        yield _problem(
            "quote-hash", evidence.iri, "its quote has not the SHA-256 of its span; copy it from the source.", value
        )


def _place(evidence: _Evidence) -> str | None:
    stated = {
        "char": evidence.span and "{},{}".format(*evidence.span),
        # A record may say on which page it is printed; the record is the place then.
        "page": evidence.page if evidence.record is None else None,
        "record": evidence.record,
    }
    places = [f"#{kind}={place}" for kind, place in stated.items() if place is not None]
    return places[0] if len(places) == 1 and evidence.source is not None else None


def _neighbours(spans: list[_Evidence], term: str) -> Iterator[Extra]:
    """Compare spans of one source, given by their begin: where two overlap they hold the same characters."""
    for number, one in enumerate(spans):
        begin, end = one.span or (0, 0)
        for other in spans[number + 1 :]:
            after = (other.span or (0, 0))[0]
            if one.line is not None and other.line is not None and other.line < one.line:
                message = f"it begins before {other.iri}, but on a later line; correct `{term}` of one."
                yield _problem("evidence-line", one.iri, message, str(Literal(one.line)))
            if after < end and one.quote is not None and other.quote is not None:
                mine = one.quote[after - begin :]
                common = min(len(mine), len(other.quote))
                if mine[:common] != other.quote[:common]:
                    message = f"it overlaps {other.iri}, but the two quotes differ there; copy both from the source."
                    yield _problem("quote-overlap", one.iri, message, str(Literal(one.quote)))


def _frozen(store: Store, source: str, raw: bytes, body: str, project: Profile) -> Iterator[Extra]:
    for name, found in (("sha256", hashlib.sha256(raw).hexdigest()), ("codePoints", str(len(body)))):
        for quad in store.quads_for_pattern(NamedNode(source), NamedNode(project.term(name)), None, None):
            stated = _text(quad.object)
            if stated != found:
                message = f"its {name} is {stated}, but the text has {found}: another revision is another source."
                yield _problem("source-text", source, message, str(quad.object))


def _in_text(evidence: _Evidence, place: tuple[int, int], body: str, term: str) -> Iterator[Extra]:
    begin, end = place
    if not begin < end <= len(body):
        message = f"characters {begin} to {end} are no span of a text of {len(body)} characters; correct the offsets."
        yield _problem("span-text", evidence.iri, message)
        return
    span = body[begin:end]
    if evidence.hash != _sha256(span):
        message = f'the text there is "{span[:40]}", which has another SHA-256; correct the offsets or the hash.'
        yield _problem("span-text", evidence.iri, message)
    line = body.count("\n", 0, begin) + 1
    if evidence.line is not None and evidence.line != line:
        message = f"it begins on line {line} of the text; correct `{term}`."
        yield _problem("span-line", evidence.iri, message, str(Literal(evidence.line)))
    if evidence.quote is not None and evidence.quote != span:
        message = f'the text there is "{span[:40]}", not what it quotes; copy it from the source.'
        yield _problem("span-quote", evidence.iri, message, str(Literal(evidence.quote)))


def _read(text: Path) -> tuple[bytes, str]:
    try:
        raw = text.read_bytes()
        # No translation of line ends: an offset counts every character.
        return raw, raw.decode("utf-8")
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", str(text)) from error
    except UnicodeDecodeError as error:
        problem = "the bytes are not UTF-8; a text is given as it was hashed"
        raise InputError.at(problem, str(text), error.object, error.start) from error


def _problem(rule: str, focus: str, message: str, value: str = "") -> Extra:
    return Extra(f"{message[0].upper()}{message[1:]}", iri(focus), value, name=rule, kind="evidence")


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
