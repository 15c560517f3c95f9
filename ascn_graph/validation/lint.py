"""What is wrong with shapes before anything runs: a shape that is misspelt must never mean that data conforms."""

from __future__ import annotations

from collections.abc import Iterator

from ascn_graph.nearest import closest
from ascn_graph.ntriples import name_of, show
from ascn_graph.validation.forbidden import refuse
from ascn_graph.validation.index import NIL, OWL_IMPORTS, TYPE
from ascn_graph.validation.levels import Suspicion
from ascn_graph.validation.parameters import CHECKS, UNSTATED
from ascn_graph.validation.report import Note
from ascn_graph.validation.shape import Shape
from ascn_graph.validation.shapes import Shapes
from ascn_graph.validation.vocabulary import ADVANCED, KINDS, MANY, REFERENCES, SH, TERMS, Declared, sh

__all__ = ["lint", "notes", "refuse"]

_NEEDS_PATH = frozenset(
    map(sh, "minCount maxCount uniqueLang lessThan lessThanOrEquals qualifiedMinCount qualifiedMaxCount".split())  # noqa: SIM905 - as prose
)


def lint(shapes: Shapes, declared: Declared | None) -> list[Suspicion]:
    """Find what makes shapes mean something else than they seem to.

    Args:
        shapes: the shapes.
        declared: every subject of our ontology, to which terms of our namespace are held; None for other people's.

    Returns:
        What was found by file and line, each with the code of its rule.
    """
    found = [*_vocabulary(shapes)]
    # Shapes that are not used, or switched off, are not held against a file.
    for label in shapes.used:
        shape = shapes.by_label[label]
        found += [*_shape(shapes, shape), *_kind(shapes, shape), *_node(shapes, shape)]
    found += _advanced(shapes)
    if declared is not None:
        found += _undeclared(shapes, declared)
    return sorted(set(found), key=lambda item: (item.place, item.problem))


def notes(shapes: Shapes) -> list[Note]:
    """Say what of the shapes is left undone by design."""
    return [
        Note(f"owl:imports {fact.value} is not followed; give that file with --shapes too", fact.at_object())
        for fact in shapes.index
        if fact.row[1] == OWL_IMPORTS
    ]


_Found = Iterator[Suspicion]


def _vocabulary(shapes: Shapes) -> _Found:
    """Terms of the SHACL namespace that SHACL does not have."""
    names = {name_of(term): term for term in TERMS}
    inert = shapes.closure(shape for shape in shapes if shape.deactivated) - set(shapes.used)
    for fact in shapes.index:
        if fact.row[0] in inert:
            continue
        for term, place in ((fact.row[1], fact.at_predicate), (fact.value, fact.at_object)):
            if term.startswith(f"<{SH}") and term not in TERMS and term != f"<{SH}>":
                near = closest(name_of(term), names)
                hint = f"; did you mean sh:{near}?" if near else ""
                yield Suspicion("unknown-term", f"SHACL has no term sh:{name_of(term)}{hint}", place())


def _advanced(shapes: Shapes) -> _Found:
    for label in shapes.used:
        for fact in shapes.index.of(label):
            if fact.row[1] in ADVANCED:
                what = f"sh:{name_of(fact.row[1])} of {shapes.by_label[label].title()}"
                problem = f"{what} is a SHACL Advanced Feature and is left out; --advanced runs it"
                yield Suspicion("advanced", problem, fact.at_predicate())


def _undeclared(shapes: Shapes, declared: Declared) -> _Found:
    for fact in shapes.index:
        for term, place in ((fact.row[1], fact.at_predicate), (fact.value, fact.at_object)):
            problem = declared.lacks(term)
            if problem and not shapes.index.of(term):
                yield Suspicion("undeclared-term", problem, place())


def _shape(shapes: Shapes, shape: Shape) -> _Found:
    seen: set[str] = set()
    for parameter in shape.parameters:
        name = f"sh:{name_of(parameter.name)}"
        if parameter.name in seen and parameter.name not in MANY:
            problem = f"{name} stands twice in one shape; only one can hold"
            yield Suspicion("ill-formed", problem, parameter.fact.at_predicate())
        seen.add(parameter.name)
        wrong = CHECKS[KINDS[parameter.name]](shapes, parameter)
        if wrong:
            shown = show(parameter.value, shape.source.document.prefixes)
            code = "unstated-shape" if wrong.endswith(UNSTATED) else "ill-formed"
            yield Suspicion(code, f"{name} {wrong}, not {shown}", parameter.fact.at_object())
        if parameter.name in _NEEDS_PATH and shape.path is None:
            problem = f"{name} belongs in a property shape: this one has no sh:path"
            yield Suspicion("misplaced", problem, parameter.fact.at_predicate())
        if parameter.name in REFERENCES and parameter.value == NIL:
            end = "fulfils" if name == "sh:and" else "breaks"
            yield Suspicion("without-effect", f"every node {end} {name} of no shapes", parameter.fact.at_object())
    counts = {sh("qualifiedMinCount"), sh("qualifiedMaxCount")}
    for idle, problem in (
        (sh("flags") in seen and sh("pattern") not in seen, "sh:flags without sh:pattern means nothing"),
        (
            (sh("qualifiedValueShape") in seen) != bool(counts & seen),
            "sh:qualifiedValueShape and sh:qualifiedMinCount or MaxCount need each other",
        ),
        (
            sh("ignoredProperties") in seen and sh("closed") not in seen,
            "sh:ignoredProperties without sh:closed means nothing",
        ),
    ):
        if idle:
            yield Suspicion("without-effect", problem, shape.location)


def _node(shapes: Shapes, shape: Shape) -> _Found:
    """Hold what sh:node refers to to being a node shape."""
    for parameter in shape.parameters:
        other = shapes.by_label.get(parameter.value)
        if parameter.name == sh("node") and other is not None and other.path is not None:
            problem = "sh:node takes a node shape; one with a sh:path belongs in sh:property"
            yield Suspicion("ill-formed", problem, parameter.fact.at_object())


def _kind(shapes: Shapes, shape: Shape) -> _Found:
    """Hold a shape to what it is said to be: a property shape has a path, a node shape has none."""
    kinds = {fact.value: fact for fact in shapes.index.facts(shape.label, TYPE)}
    if shape.path is None and sh("PropertyShape") in kinds:
        problem = "a sh:PropertyShape needs a sh:path"
        yield Suspicion("ill-formed", problem, kinds[sh("PropertyShape")].at_object())
    elif shape.path is None and shape.label in shapes.properties:
        yield Suspicion("misplaced", "a shape that sh:property refers to needs a sh:path", shape.location)
    if shape.path is not None and sh("NodeShape") in kinds:
        problem = "a sh:NodeShape has no sh:path; one with a path is a sh:PropertyShape"
        yield Suspicion("ill-formed", problem, kinds[sh("NodeShape")].at_object())
