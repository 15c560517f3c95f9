"""Which predicates a query reads, told from its tokens where none of them is open."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from ascn_graph.sparql.tokens import Token, expanded, prologue, tokens

__all__ = ["predicates_of"]

_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_TERMS = ("iri", "name", "string", "number", "variable", "language")
_NO_PATTERN = ("SELECT", "ORDER", "GROUP")  # what follows, up to the next bracket, lists variables


def predicates_of(text: str) -> AbstractSet[str] | None:
    """Return IRIs of which every predicate is one that a SELECT reads, or None where it may read any.

    It may read any where a variable or a negation stands as a predicate. Texts of another form, or with a BASE, are
    not looked into.
    """
    listed = list(tokens(text))
    declared = prologue(listed)[1]
    words = {token.text.upper() for token in listed if token.kind == "word"}
    if "SELECT" not in words or words & {"BASE", "CONSTRUCT", "DESCRIBE", "ASK"}:
        return None
    if any(_is_open(listed[place - 2 : place + 3]) for place in _patterns(listed)):
        return None
    found = {_TYPE} if any(token.text == "a" for token in listed) else set()
    found.update(token.text[1:-1] for token in listed if token.kind == "iri")
    found.update(expanded(token.text, declared) for token in listed if token.kind == "name")
    return found


def _patterns(listed: list[Token]) -> list[int]:
    """Return the places of the tokens that may belong to a pattern."""
    places, skipping = [], True
    for place, token in enumerate(listed):
        if token.text in "{}":
            skipping = False
        elif token.kind == "word" and token.text.upper() in _NO_PATTERN:
            skipping = True
        if not skipping:
            places.append(place)
    return places


def _is_open(around: list[Token]) -> bool:
    """Return whether the third of five tokens is, or begins, a predicate that stands for any."""
    before, last, this, *behind = around
    if this.kind == "variable":
        return last.text in ("[", ";") or (last.kind in _TERMS and before.text[-1:] in "{}.)")
    if this.text != "!":
        return False
    named = next((each for each in behind if each.text not in ("(", "^")), this)
    return named.kind in ("iri", "name") or named.text == "a"
