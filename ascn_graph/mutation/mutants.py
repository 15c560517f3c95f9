"""Every way to weaken or bend some shapes by one edit, each with the fixture that would notice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ascn_graph.mutation import edits
from ascn_graph.mutation.surroundings import Bench, Shown
from ascn_graph.ntriples import name_of
from ascn_graph.turtle.reader import Document, Row
from ascn_graph.validation.shapes import Shape, Shapes
from ascn_graph.validation.sources import Location, Source

__all__ = ["Mutant", "active", "applied", "mutants"]


class Mutant(NamedTuple):
    """One edit of the shapes.

    Attributes:
        name: says shape, parameter and change; the same edit keeps it while other lines of the file change.
        operator: the kind of edit, such as `parameter dropped`.
        shape: the name of the shape that states what is edited.
        parameter: the parameter that is edited, as a term.
        value: the parameter's value.
        location: where it stands.
        removed: rows that the edit takes out.
        added: rows that it puts in.
        hint: the kind of fixture that would tell the mutant from the original.
    """

    name: str
    operator: str
    shape: str
    parameter: str
    value: str
    location: Location
    removed: tuple[Row, ...]
    added: tuple[Row, ...]
    hint: str


class Tried(NamedTuple):
    """A mutant and what became of it: killed, survived, stillborn or equivalent, with the fixture or the reason."""

    mutant: Mutant
    status: str
    told: str


def active(shapes: Shapes) -> list[Shape]:
    """Return the shapes that are not switched off by a line of their own."""
    return [shape for shape in shapes if not shape.deactivated]


def mutants(shapes: Shapes, shown: Shown) -> list[Mutant]:
    """List the mutants of some shapes in document order, each edit once.

    Args:
        shapes: the shapes.
        shown: what the fixtures hold, from which a list gets its added member.
    """
    found: dict[tuple[tuple[Row, ...], tuple[Row, ...]], Mutant] = {}
    names: dict[str, int] = {}
    bench = Bench(shapes, shown)
    for shape in active(shapes):
        for mutant in _of(bench, shape):
            edit = (mutant.removed, mutant.added)
            if edit not in found:
                count = names[mutant.name] = names.get(mutant.name, 0) + 1
                found[edit] = mutant if count == 1 else mutant._replace(name=f"{mutant.name} ({count})")
    return list(found.values())


def applied(sources: list[Source], mutant: Mutant) -> Shapes:
    """Return the shapes of some files with one edit made."""
    changed = []
    for number, source in enumerate(sources):
        rows = [row for row in source.document.rows if row not in mutant.removed]
        if number == 0:
            rows += mutant.added
        changed.append(Source(source.name, source.text, Document(rows, [], source.document.prefixes)))
    return Shapes(changed)


def _of(bench: Bench, shape: Shape) -> Iterator[Mutant]:
    for edit in edits.of(bench, shape):
        fact = edit.parameter.fact
        name = f"{shape.title()} sh:{name_of(edit.parameter.name)}: {edit.text}"
        yield Mutant(
            name=name,
            operator=edit.operator,
            shape=shape.name,
            parameter=edit.parameter.name,
            value=edit.parameter.value,
            location=fact.at_predicate(),
            removed=edit.removed,
            added=edit.added,
            hint=edit.hint,
        )
