"""What form a SPARQL query has, by the grammar and without an evaluation."""

from __future__ import annotations

from functools import lru_cache
from itertools import islice
from typing import Final, Literal

from ascn_graph.errors import LimitExceeded, QuerySyntaxError, UsageError
from ascn_graph.sparql.syntax import parse
from ascn_graph.sparql.tokens import nesting, tokens

__all__ = ["DEEPEST", "UPDATES", "Form", "query_form", "stated_form"]

Form = Literal["select", "ask", "construct"]

#: How deep brackets may nest in a query: the parser descends a level a bracket, on a stack that ends.
DEEPEST: Final = 64

_FORMS: dict[str, Form] = {"SELECT": "select", "ASK": "ask", "CONSTRUCT": "construct", "DESCRIBE": "construct"}
#: How an update begins, after its prologue.
UPDATES: Final = frozenset(["INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"])
#: What stands after a keyword of the prologue.
_PROLOGUE = {"BASE": ["iri"], "PREFIX": ["name", "iri"]}


@lru_cache(maxsize=256)
def query_form(text: str) -> Form:
    """Say whether a text is a SELECT, an ASK, or a CONSTRUCT or DESCRIBE; nothing of it is evaluated.

    Raises:
        QuerySyntaxError: the text does not parse; with line and column.
        LimitExceeded: its brackets nest deeper than `DEEPEST`.
        UsageError: the text is an update, or holds a character that no SPARQL text can.
    """
    _check_characters(text)
    if not text.strip():
        raise QuerySyntaxError("The query is empty; write a SELECT, ASK, CONSTRUCT or DESCRIBE.", 1, 1)
    # Counting characters is far cheaper than reading tokens and can only overstate the depth.
    if sum(map(text.count, "{([!^-+")) > DEEPEST and (depth := nesting(text)) > DEEPEST:
        raise LimitExceeded(
            f"The query is nested too deeply: {depth} levels, where {DEEPEST} are allowed; flatten it.", "nesting"
        )
    for token in tokens(text):
        word = token.text.upper() if token.kind == "word" else ""
        if word in UPDATES:
            raise UsageError(f"This is an update ({word}); only queries are answered, nothing is changed.")
        if word in _FORMS:
            parse(text)
            # What parses has nothing but its prologue before this word.
            return _FORMS[word]
    parse(text)
    raise QuerySyntaxError("The query does not parse: it has no SELECT, ASK, CONSTRUCT or DESCRIBE.")


def stated_form(text: str) -> Form:
    """Say what form a query has that another engine will parse: only the prologue is parsed here, where that tells.

    To parse all of a small query takes longer than to ask an endpoint for its answer. A text in which a word of an
    update stands anywhere, if only in a name, is parsed whole: an update is never sent.

    Raises:
        QuerySyntaxError, LimitExceeded, UsageError: as `query_form`, though a text may pass that does not parse.
    """
    _check_characters(text)
    shouted = text.upper()
    if any(word in shouted for word in UPDATES):
        return query_form(text)
    reading = tokens(text)
    for token in reading:
        word = token.text.upper() if token.kind == "word" else ""
        if word in _FORMS:
            return _FORMS[word]
        if word not in _PROLOGUE or [each.kind for each in islice(reading, len(_PROLOGUE[word]))] != _PROLOGUE[word]:
            break
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
