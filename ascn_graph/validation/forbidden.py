"""What of shapes is never run: scripts, features that no engine here evaluates, and SPARQL that SHACL forbids."""

from __future__ import annotations

from collections.abc import Iterator

from ascn_graph.errors import InputError
from ascn_graph.ntriples import name_of
from ascn_graph.validation.queries import faults
from ascn_graph.validation.shapes import Shapes
from ascn_graph.validation.sources import Location
from ascn_graph.validation.vocabulary import SH, sh

__all__ = ["in_order", "refuse"]

_ADVANCED = {sh("target"): "sh:target", sh("expression"): "sh:expression"}


def refuse(shapes: Shapes) -> list[InputError]:
    """Find what is never run, by file and line."""
    return in_order(
        [
            place.fault(problem)
            for check in (_targets, _scripts, _entailment, faults)
            for problem, place in check(shapes)
        ]
    )


def in_order(found: list[InputError]) -> list[InputError]:
    """Order faults by place, and drop what is said twice of one."""
    once = {str(error): error for error in found}.values()
    return sorted(once, key=lambda error: (error.path, error.line, error.column, error.problem))


_Problems = Iterator[tuple[str, Location]]


def _targets(shapes: Shapes) -> _Problems:
    if shapes.sources and not any(shapes.targets(shape) for shape in shapes):
        what = "no shape has a target" if len(shapes) else "the file holds no shape"
        yield f"{what}: nothing would be checked", shapes.sources[0].location(0)


def _scripts(shapes: Shapes) -> _Problems:
    for fact in shapes.index:
        name = name_of(fact.row[1]) if fact.row[1].startswith(f"<{SH}") else ""
        if name.startswith("js"):
            yield f"sh:{name} would run a script; write the constraint in SHACL or SPARQL", fact.at_predicate()
        elif fact.row[1] in _ADVANCED:
            what = _ADVANCED[fact.row[1]]
            yield (
                f"{what} is a SHACL Advanced Feature, which is not evaluated here; nothing would be checked",
                (fact.at_predicate()),
            )


def _entailment(shapes: Shapes) -> _Problems:
    for fact in shapes.index:
        if fact.row[1] == sh("entailment"):
            yield f"sh:entailment {fact.value} is not carried out here (SHACL 3.2)", fact.at_predicate()
