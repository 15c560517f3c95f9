"""Which constraints of some shapes ever complained of a fixture, and which shapes found no focus node in any."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from ascn_graph.mutation.mutants import active
from ascn_graph.mutation.surroundings import Mutant, reporting
from ascn_graph.mutation.worker import PROBE, Outcome
from ascn_graph.ntriples import name_of, show
from ascn_graph.validation.shapes import Shapes
from ascn_graph.validation.sources import Location
from ascn_graph.validation.vocabulary import COMPONENTS, sh

__all__ = ["Constraint", "Untested", "constraints", "probes", "vacuous"]

_DROPS = ("parameter dropped", "closed flipped")


class Constraint(NamedTuple):
    """One constraint of one shape.

    Attributes:
        title: the shape and the parameter as people call them.
        location: where the constraint stands.
        fired: whether a result of the fixtures is its own, or None where results cannot tell.
        drop: the mutant without the constraint, which tells instead, or None.
    """

    title: str
    location: Location
    fired: bool | None
    drop: Mutant | None


class Untested(NamedTuple):
    """A shape with targets none of which finds a focus node in any fixture, or a constraint that never fired."""

    title: str
    location: Location


def probes(shapes: Shapes) -> list[str]:
    """Write, for every shape with targets, a shape of the same targets that each focus node breaks."""
    lines = []
    for number, shape in enumerate(active(shapes)):
        probe = f"<{PROBE}{number}>"
        targets = [f"{probe} {target.name} {target.value} ." for target in shapes.targets(shape)]
        lines += [*targets, f"{probe} {sh('hasValue')} {probe} ."] if targets else []
    return lines


def vacuous(shapes: Shapes, outcomes: Iterable[Outcome]) -> list[Untested]:
    """List the shapes with targets that found no focus node."""
    met = set().union(*(outcome.probes for outcome in outcomes))
    return [
        Untested(shape.title(), shape.location)
        for number, shape in enumerate(active(shapes))
        if shapes.targets(shape) and str(number) not in met
    ]


def constraints(shapes: Shapes, outcomes: Iterable[Outcome], mutants: Iterable[Mutant]) -> list[Constraint]:
    """List every constraint with what the results say of it.

    A result names shape and component. Where that is one constraint, it says whether that one fired. A shape that
    others refer to by sh:node, sh:or and the like reports nothing itself, and of two constraints of one component a
    result does not say which: those fired if leaving them out changes the results.
    """
    drops = {(m.shape, m.parameter, m.value): m for m in mutants if m.operator in _DROPS}
    reported = {(found.shape, f"<{found.component}>") for outcome in outcomes for found in outcome.results}
    reports = reporting(shapes)
    found = []
    for shape in active(shapes):
        stated = [p for p in shape.parameters if COMPONENTS.get(p.name) and p.name != sh("property")]
        alike = Counter(parameter.name for parameter in stated)
        for parameter in stated:
            direct = shape.name in reports and alike[parameter.name] == 1
            fired = (shape.name, COMPONENTS.get(parameter.name)) in reported if direct else None
            drop = drops.get((shape.name, parameter.name, parameter.value))
            value = show(parameter.value, shape.source.document.prefixes)
            title = f"{shape.title()} sh:{name_of(parameter.name)} {value}"
            found.append(Constraint(title, parameter.fact.at_predicate(), fired, drop))
    return found
