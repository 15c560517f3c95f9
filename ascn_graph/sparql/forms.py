"""What form a SPARQL query has, by the grammar and without an evaluation."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, Literal

from ascn_graph.errors import LimitExceeded, QuerySyntaxError, UsageError
from ascn_graph.sparql.guard import refusal, update_word
from ascn_graph.sparql.syntax import parse
from ascn_graph.sparql.tokens import behind_prologue, tokens

__all__ = ["Form", "query_form", "stated_form"]

Form = Literal["select", "ask", "construct"]

_FORMS: Final[dict[str, Form]] = {
    "SELECT": "select",
    "ASK": "ask",
    "CONSTRUCT": "construct",
    "DESCRIBE": "construct",
}
_OPENING = re.compile(rf"\s*({'|'.join(_FORMS)})\b", re.IGNORECASE)  # reading tokens takes longer, and most begin so


@lru_cache(maxsize=256)
def query_form(text: str) -> Form:
    """Return whether a text is a SELECT, an ASK, or a CONSTRUCT or DESCRIBE; nothing of it is evaluated.

    Raises:
        QuerySyntaxError: the text does not parse; with line and column.
        LimitExceeded: its brackets nest deeper than the parser's stack bears.
        UsageError: the text is an update, or holds a character that no SPARQL text can.
    """
    _check_characters(text)
    if not text.strip():
        raise QuerySyntaxError("The query is empty; write a SELECT, ASK, CONSTRUCT or DESCRIBE.", 1, 1)
    if refused := refusal(text, forbidden=()):
        raise LimitExceeded(str(refused), refused.what)
    parse(text)
    # What parses has nothing but its prologue before this word.
    return next(_FORMS[token.text.upper()] for token in tokens(text) if token.text.upper() in _FORMS)


def stated_form(text: str) -> Form:
    """Return the form of a query that another engine will parse: only the prologue is read here, where that tells.

    An endpoint may know functions, prefixes and clauses that no parser here does, and to parse all of a small query
    takes longer than to ask for its answer. What is an update, or turns into one, is never sent.

    Raises:
        QuerySyntaxError, LimitExceeded, UsageError: as `query_form`, though a text may pass that does not parse.
    """
    _check_characters(text)
    if not update_word(text, behind=True):
        if opening := _OPENING.match(text):
            return _FORMS[opening[1].upper()]
        first = behind_prologue(tokens(text), strict=True)
        if first and first.kind == "word" and first.text.upper() in _FORMS:
            return _FORMS[first.text.upper()]
    return query_form(text)


def _check_characters(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise UsageError(
            f"The query holds half of a surrogate pair (U+{ord(text[error.start]):04X}) at character "
            f"{error.start + 1}; write the whole character."
        ) from error
    if "\0" in text:
        raise UsageError(f"The query holds U+0000 at character {text.index(chr(0)) + 1}; no query can: take it out.")
