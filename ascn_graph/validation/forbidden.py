"""What of shapes is never run: scripts, features that no engine here evaluates, and SPARQL that SHACL forbids."""

from __future__ import annotations

from collections.abc import Iterator

from ascn_graph.errors import InputError
from ascn_graph.ntriples import is_literal, literal, name_of
from ascn_graph.sparql.guard import refusal
from ascn_graph.validation.queries import faults
from ascn_graph.validation.shapes import Shapes
from ascn_graph.validation.sources import Location
from ascn_graph.validation.vocabulary import SH, sh

__all__ = ["in_order", "refuse"]

_QUERIES = frozenset(map(sh, ("select", "ask", "construct", "update")))

_RDFS = "<http://www.w3.org/ns/entailment/RDFS>"


def refuse(shapes: Shapes, *, advanced: bool = False, inference: str | None = None) -> list[InputError]:
    """Find what is never run, by file and line; `advanced` says that the Advanced Features are."""
    return in_order(
        [
            place.fault(problem)
            for found in (
                _targets(shapes, advanced=advanced),
                _scripts(shapes),
                _entailment(shapes, inference),
                faults(shapes, advanced=advanced),
                _reaching_out(shapes) if advanced else (),
            )
            for problem, place in found
        ]
    )


def in_order(found: list[InputError]) -> list[InputError]:
    """Order faults by place, and drop what is said twice of one."""
    once = {str(error): error for error in found}.values()
    return sorted(once, key=lambda error: (error.path, error.line, error.column, error.problem))


_Problems = Iterator[tuple[str, Location]]


def _targets(shapes: Shapes, *, advanced: bool) -> _Problems:
    targets = [target for shape in shapes for target in shapes.targets(shape)]
    if shapes.sources and not any(target.name != sh("target") or advanced for target in targets):
        what = "no shape has a target" if len(shapes) else "the file holds no shape"
        what += " but sh:target, which --advanced runs" if targets else ""
        yield f"{what}: nothing would be checked", shapes.sources[0].location(0)


def _scripts(shapes: Shapes) -> _Problems:
    for label in shapes.used:
        for fact in shapes.index.of(label):
            if fact.row[1].startswith(f"<{SH}js"):
                name = name_of(fact.row[1])
                yield f"sh:{name} would run a script; write the constraint in SHACL or SPARQL", fact.at_predicate()


def _reaching_out(shapes: Shapes) -> _Problems:
    for fact in shapes.index:
        if fact.row[1] in _QUERIES and is_literal(fact.value):
            refused = refusal(literal(fact.value).text, forbidden=("SERVICE", "FROM", "LOAD"))
            if refused is not None:
                yield f"the SPARQL may not be run: {refused}", fact.at_object()


def _entailment(shapes: Shapes, inference: str | None) -> _Problems:
    for fact in shapes.index:
        if fact.row[1] == sh("entailment") and not (inference and fact.value == _RDFS):
            way = "; --inference rdfs does it" if fact.value == _RDFS else ""
            yield f"sh:entailment {fact.value} is not carried out here (SHACL 3.2){way}", fact.at_predicate()
