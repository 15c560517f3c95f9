"""What a SPARQL text may not do, decided from its tokens in one pass, before an engine sees it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from collections.abc import Set as AbstractSet
from itertools import chain
from typing import Final, Literal, NamedTuple

from ascn_graph.sparql.tokens import Token, behind_prologue, expanded, prologue, resolved, tokens

__all__ = ["DEEPEST", "OUTSIDE", "SERVICE", "UPDATES", "Refusal", "is_volatile", "refusal", "update_word"]

#: How deep brackets may nest in a query: the parser descends a level a bracket, on a stack that ends.
DEEPEST: Final = 64
#: The word of a call to another endpoint.
SERVICE: Final = frozenset({"SERVICE"})
#: What reads anything but the data at hand, in the order in which it is told: no rule, check or shape may use it.
OUTSIDE: Final = (*SERVICE, "FROM", "LOAD")
#: How an update begins, after its prologue.
UPDATES: Final = frozenset(["INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"])

_VOLATILE = frozenset({"NOW", "RAND", "UUID", "STRUUID", "BNODE"})
_OPEN, _CLOSE, _SIGNS = frozenset("{(["), frozenset("})]"), frozenset("!^-+")
# An IRI in which, were its < a comparison, a string or a comment could begin; no expression goes on with "name://".
_FORKED_IRI = re.compile(r"<(?!\w[\w+.\-]*://)[^>]*['#]")
_AFTER_FROM = re.compile(
    r"FROM(?:\s|\#[^\r\n]*[\r\n])*(?:NAMED(?:\s|\#[^\r\n]*[\r\n])*)?(<[^\s<>]*>?|[^\s<>]*)", re.IGNORECASE
)


class Refusal(NamedTuple):
    """Why a text is refused: `nesting` (and the limit), a forbidden `word`, or a `graph` that is not there."""

    what: Literal["nesting", "word", "graph"]
    found: str

    def __str__(self) -> str:
        """Return the reason as a sentence."""
        if self.what == "nesting":
            return f"The query is nested too deeply: more than the {self.found} levels that are allowed; flatten it."
        if self.what == "word":
            return f"The query uses {self.found}, which is not allowed here."
        return f"There is no graph <{self.found}> here; nothing is fetched to make one."


class _Scan(NamedTuple):
    """What one pass over a text saw."""

    listed: list[Token]  # the tokens, up to where reading stopped
    # whether a < was seen that may be a comparison or begin an IRI, as in `(?a<'x>')`, which only a parser can tell:
    # then anything that stands in the text counts
    is_forked: bool
    is_too_deep: bool  # whether reading stopped at the limit


def refusal(
    text: str,
    *,
    forbidden: Collection[str] = SERVICE,
    graphs: AbstractSet[str] | None = None,
    base: str = "",
    deepest: int = DEEPEST,
) -> Refusal | None:
    """Return the first thing that a text does and its caller does not allow, or None.

    Args:
        text: a SPARQL query.
        forbidden: the keywords that it may not use, in upper case.
        graphs: the graphs that FROM and FROM NAMED may name; None where any may stand.
        base: the IRI that the engine resolves a relative one against, where the text states no BASE.
        deepest: how deep brackets and chained negations may nest; strings, comments and IRIs do not count.
    """
    # To count characters and to look for letters is far cheaper than to read tokens, and can only overstate.
    upper = text.upper()
    suspects = [word for word in forbidden if word in upper]
    names_graphs = graphs is not None and "FROM" in upper
    brackets = sum(map(text.count, (*_OPEN, *_SIGNS)))
    if not suspects and not names_graphs and brackets <= deepest:
        return None
    seen = _scan(text, deepest)
    if seen.is_too_deep or (seen.is_forked and brackets > deepest):
        return Refusal("nesting", str(deepest))
    words = _words(text, seen)
    used = next((word for word in suspects if word in words), None)
    if used is not None:
        return Refusal("word", used)
    if graphs is not None and "FROM" in words:
        unknown = next((iri for iri in _graphs(text, seen, base) if iri not in graphs), None)
        return None if unknown is None else Refusal("graph", unknown)
    return None


def is_volatile(text: str) -> bool:
    """Return whether two runs of a query may differ, so that its answer must not be kept."""
    return refusal(text, forbidden=_VOLATILE, deepest=len(text)) is not None


def update_word(text: str, *, behind: bool = False) -> str:
    """Return the word with which a text begins an update, or an empty text.

    Args:
        text: a SPARQL text.
        behind: see an update too that stands behind something else.
    """
    upper = text.upper()
    if not any(map(upper.__contains__, UPDATES)):
        return ""
    reading, depth = tokens(text), 0
    while token := behind_prologue(reading):
        if token.kind == "word" and token.text.upper() in UPDATES:
            return token.text.upper()
        for each in chain((token,), reading) if behind else ():
            depth += (each.text in _OPEN) - (each.text in _CLOSE)
            # No query has a semicolon outside its brackets.
            if each.text == ";" and depth <= 0:
                break
        else:
            break
    return ""


def _scan(text: str, deepest: int) -> _Scan:
    listed: list[Token] = []
    opened: list[str] = []
    run = 0
    before = Token("mark", "", 0)
    for token in tokens(text):
        if token.kind == "mark":
            if token.text in _OPEN:
                opened.append(token.text)
            elif token.text in _CLOSE:
                del opened[-1:]
            run = run + 1 if token.text in _SIGNS else 0
            if len(opened) + run > deepest:
                return _Scan(listed, is_forked=False, is_too_deep=True)
        else:
            run = 0
            after_operand = before.kind != "mark" or before.text in _CLOSE
            if token.kind == "iri" and after_operand and opened[-1:] == ["("] and _FORKED_IRI.match(token.text):
                return _Scan(listed, is_forked=True, is_too_deep=False)
        listed.append(token)
        before = token
    return _Scan(listed, is_forked=False, is_too_deep=False)


def _words(text: str, seen: _Scan) -> set[str]:
    """Return, in upper case, every bare word of a text: no variable, name, IRI, string or comment."""
    if seen.is_forked:
        return {*re.findall(r"\w+", text.upper()), *(["FROM"] if _AFTER_FROM.search(text) else [])}
    return {token.text.upper() for token in seen.listed if token.kind == "word"}


def _graphs(text: str, seen: _Scan, base: str) -> Iterator[str]:
    """Yield the IRIs that FROM and FROM NAMED name, as the engine resolves them."""
    start, declared = prologue(seen.listed, base)
    if seen.is_forked:
        named = _AFTER_FROM.findall(text)
    else:
        named = []
        for place, token in enumerate(seen.listed):
            if token.kind == "word" and token.text.upper() == "FROM":
                following = [each.text for each in seen.listed[place + 1 : place + 3]]
                named += following[1:] if following[0:1] and following[0].upper() == "NAMED" else following[:1]
    for name in named:
        is_prefixed = ":" in name and not name.startswith("<")
        yield expanded(name, declared) if is_prefixed else resolved(name, start)
