"""What a worker process does: it validates fixtures with the shapes as they are, and with one edit made."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from ascn_graph.errors import EngineError
from ascn_graph.mutation.mutants import applied
from ascn_graph.mutation.surroundings import Mutant
from ascn_graph.validation import TARGETS, Shapes, Source, engines, lint, sh

if TYPE_CHECKING:
    import shacl

__all__ = ["Outcome", "Verdict", "begin", "original", "verdict"]

_QUERIED = sh("SPARQLConstraintComponent")
_BLANK = re.compile(r"^_:.*")


#: What the original shapes find in one fixture: results without messages, with their number.
Outcome = Counter[engines.Finding]


class Verdict(NamedTuple):
    """What became of a mutant.

    Attributes:
        status: killed, survived or stillborn.
        told: the number of the fixture that killed it, or what the lint or the engine says of a stillborn one.
    """

    status: str
    told: int | str = ""


@dataclass
class _Given:
    """What a worker is given once."""

    sources: list[Source]
    data: list[str]
    originals: dict[int, Outcome] = field(default_factory=dict)

    @cached_property
    def compiled(self) -> shacl.Shapes:
        """The original shapes."""
        return _compiled(Shapes(self.sources).lines())

    def expected(self, number: int) -> Outcome:
        """Return what the original shapes find in a fixture."""
        if number not in self.originals:
            self.originals[number] = _results(self.compiled, self.data[number])
        return self.originals[number]


_given: _Given | None = None


def begin(sources: list[Source], data: list[str]) -> None:
    """Take what every run of this process needs.

    Args:
        sources: the shapes files.
        data: the N-Triples of each fixture.
    """
    global _given  # noqa: PLW0603 - a pool hands its workers nothing else
    _given = _Given(sources, data)


def original(number: int) -> Outcome:
    """Validate one fixture with the shapes as they are.

    Raises:
        EngineError: the engine refuses the shapes or the fixture.
    """
    assert _given is not None
    try:
        return _given.expected(number)
    except ValueError as error:
        raise EngineError(f"The engine 'fast' refused the shapes or a fixture: {error}") from error


def verdict(task: tuple[Mutant, list[int]]) -> Verdict:
    """Try one mutant on fixtures in the order given, until one tells it from the original."""
    assert _given is not None
    mutant, order = task
    shapes = applied(_given.sources, mutant)
    # An edit brings in nothing that is never run, unless it rewrites a query or drops the last target.
    faults = (lint.refuse(shapes) if mutant.parameter in (sh("select"), *TARGETS) else []) or lint.lint(shapes, None)
    if faults:
        return Verdict("stillborn", faults[0].problem)
    try:
        compiled = _compiled(shapes.lines())
        for number in order:
            if _results(compiled, _given.data[number]) != _given.expected(number):
                return Verdict("killed", number)
    except ValueError as error:
        return Verdict("stillborn", str(error))
    return Verdict("survived")


def _compiled(lines: Iterable[str]) -> shacl.Shapes:
    import shacl  # noqa: PLC0415 - an extra, which the measurement asks for before it starts workers

    return shacl.Shapes.from_text("\n".join(lines), format="ntriples")


def _results(compiled: shacl.Shapes, data: str) -> Outcome:
    """Validate; blank nodes lose their labels, which the engine makes up, and equal results are counted."""
    found = Counter(
        engines.Finding(
            focus=_BLANK.sub("_:", result.focus_node),
            path=result.path or "",
            value=_BLANK.sub("_:", result.value or ""),
            severity=result.severity_iri,
            component=f"<{result.component_iri}>",
            shape=result.source_shape or "",
            messages=(),
        )
        for result in compiled.validate_text(data, format="ntriples").results
    )
    # Two equal solutions of a SPARQL constraint are one result, as in a report.
    found.update({key: 1 - number for key, number in found.items() if key.component == _QUERIED})
    return found
