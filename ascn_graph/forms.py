"""What form a SPARQL query has, from a real parse that evaluates nothing."""

from __future__ import annotations

import re
from typing import Literal

from pyoxigraph import QuerySolutions, Store

from ascn_graph.errors import QuerySyntaxError, UsageError
from ascn_graph.lexer import tokens

__all__ = ["Form", "query_form", "syntax_error"]

Form = Literal["select", "ask", "construct"]
_UPDATES = frozenset("INSERT DELETE LOAD CLEAR CREATE DROP COPY MOVE ADD WITH".split())
_PLACE = re.compile(r"error at (\d+):(\d+): ?(.*)", re.DOTALL)


def query_form(text: str) -> Form:
    """Say whether a text is a SELECT, an ASK, or a CONSTRUCT or DESCRIBE.

    Raises:
        QuerySyntaxError: the text does not parse; with line and column.
        UsageError: the text is an update.
    """
    form, parsed = "", text
    for token in tokens(text):
        word = token.text.upper() if token.kind == "word" else ""
        if word in _UPDATES:
            raise UsageError(f"This is an update ({word}); only queries are answered, nothing is changed.")
        if word in ("SELECT", "CONSTRUCT", "DESCRIBE", "ASK"):
            form = word
            if word == "ASK":
                # An ASK is answered while it is parsed, a SELECT only when rows are drawn: SERVICE must not fire here.
                parsed = f"{text[: token.offset]}SELECT (1 AS ?ascnParsed){text[token.offset + 3 :]}"
            break
    try:
        answer = Store().query(parsed)
    except SyntaxError as error:
        raise syntax_error(text, error) from error
    if form == "ASK":
        return "ask"
    return "select" if isinstance(answer, QuerySolutions) else "construct"


def syntax_error(text: str, error: SyntaxError) -> QuerySyntaxError:
    """Give the engine's complaint as a sentence with line, column and a caret below the place."""
    match = _PLACE.match(error.msg)
    if not match:
        return QuerySyntaxError(f"The query does not parse: {error.msg}.")
    line, column, message = int(match[1]), int(match[2]), " ".join(match[3].split())
    if len(message) > 160:  # noqa: PLR2004 - two lines of a terminal; the engine lists every token it knows
        message = message[:159] + "\u2026"
    shown = text.splitlines()[line - 1] if 0 < line <= len(text.splitlines()) else ""
    caret = " " * (column - 1) + "^"
    return QuerySyntaxError(
        f"The query does not parse at {line}:{column}: {message}\n  {shown}\n  {caret}", line, column
    )
