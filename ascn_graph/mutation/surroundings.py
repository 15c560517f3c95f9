"""One edit of some shapes: the parameter at which it is made, what is known around it, and the mutant that it makes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ascn_graph.ntriples import name_of, show
from ascn_graph.turtle import PlacedTriple
from ascn_graph.validation import (
    COMPONENTS,
    FIRST,
    NIL,
    REST,
    Location,
    Shape,
    ShapeParameter,
    Shapes,
    TracedTriple,
    reached,
    sh,
)

__all__ = ["FixtureContents", "Mutant", "Spot", "Surroundings", "listed", "reporting", "row_at", "to"]


class FixtureContents(NamedTuple):
    """What the fixtures hold.

    Attributes:
        values: the objects of each predicate.
        refused: the values, or for closed shapes the predicates, that a shape's constraint component complained of.
    """

    values: dict[str, list[str]]
    refused: dict[tuple[str, str], list[str]]


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
    removed: tuple[PlacedTriple, ...]
    added: tuple[PlacedTriple, ...]
    hint: str


class Surroundings:
    """The shapes at hand and what is known about them."""

    def __init__(self, shapes: Shapes, shown: FixtureContents) -> None:
        """Collect the classes, and the shapes whose results are reported under their own name."""
        self.shapes = shapes
        self.shown = shown
        kinds = (sh("class"), sh("targetClass"))
        self.classes = sorted({p.value for shape in shapes for p in shape.parameters if p.name in kinds})
        self.reporting = reporting(shapes)
        #: For each shape by its name, the shapes that refer to it, each with the component that then complains.
        self.users: dict[str, list[tuple[str, str]]] = {}
        for shape in shapes:
            for parameter, other in shape.references:
                self.users.setdefault(other.name, []).append((shape.name, COMPONENTS.get(parameter.name, "")))

    def rows(self, stated: TracedTriple) -> tuple[PlacedTriple, ...]:
        """Return the rows that state the same as a statement, which may stand on two lines."""
        subject, predicate, value, *_ = stated.row
        return tuple(fact.row for fact in self.shapes.index.facts(subject, predicate) if fact.value == value)


class Spot:
    """One parameter of one shape, at which edits are made."""

    def __init__(self, around: Surroundings, shape: Shape, parameter: ShapeParameter) -> None:
        """Stand at a parameter."""
        self.around = around
        self.shape = shape
        self.parameter = parameter
        self.name = f"sh:{name_of(parameter.name)}"
        self.title = shape.title()

    def show(self, term: str | None = None) -> str:
        """Write a term, or the parameter's value, for people."""
        return show(self.parameter.value if term is None else term, self.shape.source.document.prefixes)

    def edit(
        self,
        operator: str,
        text: str,
        hint: str,
        added: Iterable[PlacedTriple] = (),
        removed: Iterable[PlacedTriple] | None = None,
    ) -> Mutant:
        """Return the mutant without the rows of the parameter, or without others, and with some more."""
        name, value, fact = self.parameter
        return Mutant(
            name=f"{self.title} {self.name}: {text}",
            operator=operator,
            shape=self.shape.name,
            parameter=name,
            value=value,
            location=fact.at_predicate(),
            removed=self.around.rows(fact) if removed is None else tuple(removed),
            added=tuple(added),
            hint=hint,
        )

    def replaced(self, operator: str, value: str, hint: str) -> Mutant:
        """Return the mutant with another value."""
        return self.edit(operator, f"{self.show()} → {self.show(value)}", hint, [to(self.parameter.fact, value)])

    def relisted(self, operator: str, items: list[str], text: str, hint: str) -> Mutant:
        """Return the mutant with another list."""
        head, rows = listed(items, self.parameter.fact)
        return self.edit(operator, text, hint, [to(self.parameter.fact, head), *rows])

    def items(self) -> list[str]:
        """Return the members of the list that is the parameter's value."""
        return self.around.shapes.index.items(self.parameter.value) or []

    def stated(self, *names: str) -> list[PlacedTriple]:
        """Return the rows of the shape's parameters of some names."""
        found = [parameter for parameter in self.shape.parameters if parameter.name in names]
        return [row for parameter in found for row in self.around.rows(parameter.fact)]


def reporting(shapes: Shapes) -> set[str]:
    """Return the names of the shapes that report results themselves: those with a target, and their property shapes."""
    targeted = (shape for shape in shapes if shape.targets)
    return {shape.name for shape in reached(targeted, lambda shape: shape.referred("property"))}


def listed(items: list[str], fact: TracedTriple) -> tuple[str, list[PlacedTriple]]:
    """Write an RDF list of new nodes, placed where a statement stands; give its head and its rows."""
    nodes = [f"_:m{number}" for number in range(len(items))]
    following = [*nodes, NIL][1:]
    rows = []
    for node, item, rest in zip(nodes, items, following, strict=True):
        rows += [row_at(fact, node, FIRST, item), row_at(fact, node, REST, rest)]
    return [*nodes, NIL][0], rows


def to(fact: TracedTriple, value: str, predicate: str | None = None) -> PlacedTriple:
    """Return a statement with another object, and perhaps another predicate."""
    return row_at(fact, fact.row[0], predicate or fact.row[1], value)


def row_at(fact: TracedTriple, subject: str, predicate: str, value: str) -> PlacedTriple:
    """Return a row that is placed where a statement stands."""
    return (subject, predicate, value, *fact.row[3:])
