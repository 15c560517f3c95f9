"""A name for a finding that stays the same while other lines of the files change."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable

from ascn_graph.ntriples import is_blank
from ascn_graph.validation.index import TripleIndex
from ascn_graph.validation.report import Result

__all__ = ["stamp"]

_LENGTH = 32


def stamp(results: Iterable[Result], index: TripleIndex) -> None:
    """Return each result its fingerprint: from the shape, component, path, focus node and value, never from lines.

    A blank node has no name of its own, so it goes by what is stated about it; equal findings are numbered.
    """
    seen: Counter[str] = Counter()
    for result in results:
        parts = (
            *(result.kind, result.shape, result.component, result.path),
            *(_named(result.focus, index), _named(result.value, index)),
        )
        base = "\n".join(parts)
        seen[base] += 1
        text = f"{base}\n{seen[base]}"
        result.fingerprint = hashlib.sha256(text.encode()).hexdigest()[:_LENGTH]


def _named(term: str, index: TripleIndex) -> str:
    if not is_blank(term):
        return term
    return "|".join(sorted(f"{fact.row[1]} {'_' if is_blank(fact.value) else fact.value}" for fact in index.of(term)))
