"""Regular expressions as XPath writes them, and which engine can match one; patterns and flags are literals."""

from __future__ import annotations

import re

from pyoxigraph import Store

from ascn_graph.ntriples import literal
from ascn_graph.turtle.tokens import SPECIAL, escape

__all__ = ["is_linear", "is_python", "translated"]

_XPATH = re.compile(r"\\.|(\[(?:\\.|[^\\\[\]])*)-\[")
_XML = {r"\i": r"[_:\p{L}]", r"\c": r"[\-._:\p{L}\p{M}\p{N}]"}


def is_linear(pattern: str, flags: str) -> bool:
    """Say whether a pattern can be matched in linear time, as the compiled engine and Oxigraph do."""
    plain = [term[: term.rindex('"') + 1] for term in (translated(pattern, flags), flags)]
    try:
        # What cannot be compiled is an error of evaluation, which leaves the variable unbound.
        return bool(Store().query(f"ASK {{ BIND(REGEX('', {plain[0]}, {plain[1]}) AS ?x) FILTER(BOUND(?x)) }}"))
    except (SyntaxError, ValueError):
        return False


def translated(pattern: str, flags: str) -> str:
    """Write what XPath's expressions have and the compiled engine's have not: `[a-z-[aeiou]]` and the names of XML."""
    text = literal(pattern).text
    if "q" in literal(flags).text:
        return pattern
    text = _XPATH.sub(lambda match: _XML.get(match[0]) or (f"{match[1]}--[" if match[1] else match[0]), text)
    return f'"{SPECIAL.sub(escape, text)}"'


def is_python(pattern: str, flags: str) -> bool:
    """Say whether Python can match a pattern."""
    text = literal(pattern).text
    if "q" in literal(flags).text or any(match[1] for match in _XPATH.finditer(text)):
        return False
    try:
        re.compile(text)
    except (re.error, RecursionError, OverflowError):
        return False
    return True
