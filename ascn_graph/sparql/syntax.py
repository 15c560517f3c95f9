"""Where a SPARQL text does not parse, as a sentence with a caret below the token at fault."""

from __future__ import annotations

import re
from itertools import count

from pyoxigraph import Literal, QueryBoolean, QuerySolutions, QueryTriples, Store, Variable

from ascn_graph.errors import InputError, QuerySyntaxError, UsageError
from ascn_graph.nearest import nearest
from ascn_graph.sparql.guard import update_word
from ascn_graph.sparql.tokens import Token, prologue, tokens

__all__ = ["answer", "fault", "parse", "place", "syntax_error"]

_EMPTY = Store()
_PLACE = re.compile(r"error at (\d+):(\d+): ?(.*)", re.DOTALL)
#: What a mistyped word may have meant: the words between patterns and clauses.
_KEYWORDS = (  # noqa: SIM905 - a word a line would be a page
    "ASC ASK BASE BIND BY CONSTRUCT COUNT DESC DESCRIBE DISTINCT EXISTS FILTER FROM GRAPH GROUP HAVING LIMIT MINUS "
    "NAMED NOT OFFSET OPTIONAL ORDER PREFIX REDUCED SELECT SEPARATOR SERVICE SILENT UNDEF UNION VALUES WHERE"
).split()
_OPERATORS = frozenset({"&&", "||", "^^", "!="})
#: What the engine says, and what that means.
_SENTENCES = {
    "IRI parsing failed": "this is no absolute IRI; write it whole, or begin the query with a BASE line",
    "Duplicated variable name": "the SELECT has one column twice",
    "overrides an existing variable": "the SELECT gives a value (AS) to a variable that has one already",
    "a variable that is unbound": "the SELECT has a variable that is neither grouped nor aggregated",
}
_PAD = " " * 32  # longer than any keyword
_BEFORE, _BEHIND = 72, 40  # characters of a line that are shown before and behind a fault


def parse(text: str) -> None:
    """Parse a SPARQL query whole, and evaluate nothing of it.

    Raises:
        QuerySyntaxError: the text does not parse; with line and column.
        UsageError: it is an update.
    """
    try:
        _stop_after_parsing(text)
    except SyntaxError as error:
        raise syntax_error(text, error) from error


def _stop_after_parsing(text: str) -> None:
    """Parse a query and stop there, with the engine's SyntaxError where it does not parse.

    Even a SELECT calls SERVICE before a row is drawn. To substitute a variable that the query has not is refused
    once it has parsed, before anything is evaluated.
    """
    unused = next(name for name in (f"unused{number}" for number in count()) if name not in text)
    try:
        _EMPTY.query(text, substitutions={Variable(unused): Literal("")})
    except RuntimeError as error:
        if unused not in str(error):  # but of a function that the engine has not
            raise SyntaxError(str(error)) from error


def syntax_error(text: str, error: SyntaxError) -> UsageError:
    """Return the engine's complaint as a sentence with line, column and a caret below the token that is at fault.

    An update is named as one.
    """
    if word := update_word(text):
        return UsageError(f"This is an update ({word}); only queries are answered, nothing is changed.")
    if not _PLACE.match(error.msg):
        return QuerySyntaxError(f"The query does not parse: {error.msg}.")
    offset, problem = fault(text, error)
    line, column = place(text, offset)
    start = offset - column + 1
    # Of a long line, what is near; one character for each, so that the caret stands right.
    first = max(0, column - _BEFORE)
    near = text[start:].partition("\n")[0][first : column + _BEHIND]
    shown = "".join(c if c.isprintable() else " " for c in near)
    caret = " " * (column - 1 - first) + "^"
    problem = f"The query does not parse at {line}:{column}: {problem}\n  {shown}\n  {caret}"
    return QuerySyntaxError(problem, line, column)


def place(text: str, offset: int) -> tuple[int, int]:
    """Return the line and the column, from 1, of an offset in a text."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def answer(store: Store, text: str, path: str) -> QueryBoolean | QuerySolutions | QueryTriples:
    """Return what a store answers to the query of a file.

    Raises:
        InputError: it does not parse, at its line and column, or calls a function that the engine has not.
    """
    try:
        return store.query(text)
    except SyntaxError as error:
        offset, problem = fault(text, error)
        raise InputError.at(problem, path, text.encode(), len(text[:offset].encode())) from error
    except RuntimeError as error:
        raise InputError(str(error), path) from error


def fault(text: str, error: SyntaxError) -> tuple[int, str]:
    """Return the offset of the token at which a query goes wrong, and what is wrong with it, as a sentence.

    The engine names the furthest character that it looked at. That is behind the fault by the length of a keyword it
    hoped for there: the fault is the first token near with which no query goes on.
    """
    furthest, hoped = _complaint(text, error)
    near = (token for token in tokens(text) if furthest - len(_PAD) < token.offset <= furthest)
    token = next((token for token in near if not _goes_on(text[: _end(text, token)])), None)
    said = next((sentence for part, sentence in _SENTENCES.items() if part in hoped), "")
    if token is None:
        end = len(text.rstrip())
        return min(furthest, end), said or "it breaks off here; a bracket or a quote may not be closed"
    prefix = f"{token.text.partition(':')[0]}:"
    if token.kind == "name" and prefix not in {*prologue(list(tokens(text)))[1], "_:"}:
        return token.offset, f"the prefix '{prefix}' is not declared; begin the query with a PREFIX line for it"
    meant = (word for word in nearest(token.text, _KEYWORDS) if _goes_on(text[: token.offset] + word))
    hint = next((f"; did you mean {word}?" for word in meant), "")
    return token.offset, said or f"'{token.text[:_BEHIND]}' cannot stand here{hint}"


def _end(text: str, token: Token) -> int:
    """Return the offset behind a token, with the other half of an operator of two characters."""
    both = text[token.offset : token.offset + 2]
    return token.offset + (2 if both in _OPERATORS else len(token.text))


def _goes_on(start: str) -> bool:
    """Return whether some query begins so: then the parser finds no fault before the end of what is put behind.

    Behind a function of any number of values, such as COALESCE, the engine tells of its list only once that is open.
    """
    return any(_complaint(begun)[0] >= len(begun) for begun in (start + _PAD, f"{start}({_PAD}"))


def _complaint(text: str, error: SyntaxError | None = None) -> tuple[int, str]:
    """Return the furthest offset at which the engine looked, and what it hoped for; the end where a text parses."""
    try:
        if error is None:
            _stop_after_parsing(text)
            return len(text), ""
    except SyntaxError as found:
        error = found
    match = _PLACE.match(error.msg)
    if not match:
        return 0, error.msg
    return sum(len(line) + 1 for line in text.split("\n")[: int(match[1]) - 1]) + int(match[2]) - 1, match[3]
