"""The PREFIX lines that a SPARQL text may leave out."""

from __future__ import annotations

import warnings
from collections.abc import Mapping

from ascn_graph.sparql.tokens import prologue, tokens

__all__ = ["completed"]

_TWICE = "https://schema.org/"


def completed(text: str, prefixes: Mapping[str, str], *, warn: bool = False) -> str:
    """Return a text with PREFIX lines for those of some prefixes that it uses and does not declare.

    They stand before its first token, behind the comments it begins with.

    Args:
        text: a SPARQL text.
        prefixes: the namespaces by prefix.
        warn: tell where a prefix is added that data elsewhere use for http as often as for https, as of schema.org.
    """
    if not any(f"{prefix}:" in text for prefix in prefixes):
        return text
    listed = list(tokens(text))
    used = {token.text.partition(":")[0] for token in listed if token.kind == "name"}
    missing = [name for name in sorted(used & prefixes.keys()) if f"{name}:" not in prologue(listed)[1]]
    for name in missing if warn else ():
        if prefixes[name].startswith(_TWICE):
            said = f"'{name}:' is taken for <{prefixes[name]}>; where the data have http, declare it in the query."
            warnings.warn(said, stacklevel=2)
    start = listed[0].offset if listed else 0
    lines = "".join(f"PREFIX {name}: <{prefixes[name]}>\n" for name in missing)
    return text[:start] + lines + text[start:]
