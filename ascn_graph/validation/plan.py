"""Which engine evaluates which shapes, and the graphs that it is given to do so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ascn_graph.ntriples import is_blank, is_literal, literal
from ascn_graph.sparql import tokens
from ascn_graph.validation.focus import Focus
from ascn_graph.validation.patterns import translated
from ascn_graph.validation.shapes import TARGETS, Shape, ShapeParameter, Shapes
from ascn_graph.validation.sources import Location
from ascn_graph.validation.vocabulary import (
    ADVANCED,
    COMPARISONS,
    NIL,
    PARAMETER_KINDS,
    REFERENCES,
    SH,
    TERMS,
    TRUE,
    TYPE,
    sh,
)

__all__ = ["Gap", "Part", "gaps", "part", "whole"]

_FOCUS = "urn:x-focus-of:"
#: An IRI of which engines take the last part for its local name.
_BOUND = re.compile(r"<.*[/#][\w.-]+>")
_Triple = tuple[str, str, str]
#: What an engine is called to people.
ENGINE_NAMES = {"fast": "the compiled engine", "pyshacl": "pySHACL"}


class Gap(NamedTuple):
    """Something of a shape that an engine cannot do, in words that follow "cannot", and where it is stated."""

    what: str
    place: Location


class Part(NamedTuple):
    """The two graphs that an engine is given, line by line; those of the data are added to the data."""

    shapes: list[str]
    data: list[str]


def gaps(engine: str, shape: Shape, focus: Focus) -> list[Gap]:
    """Return what an engine cannot do of a shape and of the shapes that it leads to."""
    find = _of_fast if engine == "fast" else _of_pyshacl
    members = sorted(focus.closure([shape]), key=lambda each: each.label)
    found = [gap for each in members for gap in find(each, focus.shapes)]
    for each in members:
        for parameter, flags, pattern in _patterns(each):
            if translated(engine, pattern, flags) is None:
                found.append(Gap(f"match the pattern {literal(pattern).text}", parameter.fact.at_object()))
        found += _of_components(engine, each, focus.shapes)
    if engine == "pyshacl" and focus.beyond_rdf_11 is not None:
        found.append(Gap("read the triple terms and base directions of RDF 1.2", focus.beyond_rdf_11))
    circle = [focus.recursive[each] for each in members if each in focus.recursive]
    if engine == "fast":
        stated = _compared(focus, members)
        found += [Gap("compare texts with a language", parameter.fact.at_predicate()) for parameter in stated]
    if engine == "fast" and circle:
        back = min(circle, key=lambda parameter: parameter.name == sh("property"))
        found.append(
            Gap("follow a shape that refers to itself, which SHACL (3.4.3) leaves open", back.fact.at_object())
        )
    return found


def whole(focus: Focus) -> list[str]:
    """Write the shapes as they are stated, for an engine that runs the Advanced Features."""
    shapes = focus.shapes
    targets = [(shape.label, target.name, target.value) for shape in shapes for target in shape.targets]
    kept = [row for row in _rows(shapes, shapes, advanced=True) if row[1] not in TARGETS]
    return shapes.written([*_with_patterns("pyshacl", kept, shapes), *dict.fromkeys(targets)])


def _compared(focus: Focus, shapes: Iterable[Shape]) -> Iterator[ShapeParameter]:
    """Return the comparisons of properties of which one has a text with a language, which SPARQL does not compare."""
    for shape in shapes:
        for parameter in shape.parameters:
            if parameter.name in COMPARISONS and focus.has_language(shape, parameter.value):
                yield parameter


def part(engine: str, roots: Iterable[Shape], focus: Focus) -> Part:
    """Write the graphs with which an engine evaluates some shapes on the focus nodes that they have.

    Targets are given as nodes. A blank node of the data cannot be named in another graph for the compiled engine: it
    gets a triple of ours, which only SPARQL could see; where there is SPARQL, targets are given as they are stated.
    """
    roots = [root for root in roots if focus.targets.get(root)]
    shapes = focus.shapes
    used = focus.closure(roots)
    queried = any(shape.values("sparql") or shape.custom for shape in used)
    stated, listed, extra = list(_rows(shapes, used)), list[str](), list[str]()
    for number, root in enumerate(roots):
        nodes = focus.targets[root]
        blank = [node for node in nodes if is_blank(node)] if engine == "fast" else []
        if blank and queried:
            stated += [(root.label, target.name, target.value) for target in root.targets]
            continue
        if engine == "fast":
            # It reads Turtle, in which a list of nodes is short.
            named = ", ".join(node for node in nodes if not is_blank(node)) if blank else ", ".join(nodes)
            listed += [f"{root.name} {sh('targetNode')} {named} ."] if named else []
        else:
            stated += [(root.label, sh("targetNode"), node) for node in nodes]
        if blank:
            mark = f"<{_FOCUS}{number}>"
            stated.append((root.label, sh("targetObjectsOf"), mark))
            extra += [f"{mark} {mark} {node} ." for node in blank]
    return Part([*shapes.written(_with_patterns(engine, stated, shapes)), *listed], extra)


def _with_patterns(engine: str, rows: Iterable[_Triple], shapes: Shapes) -> Iterator[_Triple]:
    """Write every pattern in the words of an engine; its flags stand in it then."""
    patterns = {
        (shape.label, sh("pattern"), pattern): translated(engine, pattern, flags)
        for shape in shapes
        for _, flags, pattern in _patterns(shape)
    }
    return ((*row[:2], patterns.get(row) or row[2]) for row in rows if row[1] != sh("flags"))


def _rows(shapes: Shapes, evaluated: Iterable[Shape], *, advanced: bool = False) -> Iterator[_Triple]:
    """Return what is stated but targets, shapes that are not used, and what is not SHACL 1.0."""
    known = {TYPE, *PARAMETER_KINDS, *(name for names in shapes.components.values() for name in names)}
    used = {shape.label for shape in evaluated}
    used |= {fact.value for fact in shapes.index if fact.row[1] == sh("parameter")}
    # A property shape that is switched off still says what a closed shape may have (4.8.1).
    off = {label for shape in shapes if shape.label in used for label in shape.values("property")} - used
    yield from ((label, sh("deactivated"), TRUE) for label in sorted(off))
    # A query may look at the whole of the shapes graph.
    queries = (fact.value for fact in shapes.index if fact.row[1] in (sh("select"), sh("ask")))
    everything = any("shapesgraph" in text.lower() for text in queries)
    for fact in shapes.index:
        subject, predicate, value, *_ = fact.row
        if subject in shapes.by_label and (
            predicate in TARGETS
            or (predicate == TYPE and value in shapes.classes)
            or (
                predicate in known
                and not (subject in used or everything or (predicate == sh("path") and subject in off))
            )
        ):
            continue
        if predicate in ADVANCED and not advanced:
            continue
        named = predicate if predicate != TYPE else value
        draft = named.startswith(f"<{SH}") and named not in TERMS
        idle = (predicate == sh("sparql") and shapes.switched_off(value)) or (
            predicate == sh("uniqueLang") and value != TRUE
        )
        if not draft and not idle:
            yield subject, predicate, value


def _of_components(engine: str, shape: Shape, shapes: Shapes) -> Iterator[Gap]:
    """Find what an engine cannot do of components of the shapes' own; both bind a parameter once, by its last part."""
    for component, parameter in shape.custom:
        names = shapes.components[component]
        if any(len(shapes.index.values(shape.label, name)) > 1 for name in names):
            yield Gap("give a component of the shapes' own several values", parameter.fact.at_predicate())
        if not all(_BOUND.fullmatch(name) for name in names):
            yield Gap("bind a parameter whose name no # or / precedes", parameter.fact.at_predicate())
        validator = sh("nodeValidator" if shape.path is None else "propertyValidator")
        asked = shapes.index.values(component, validator) or shapes.index.values(component, sh("validator"))
        if engine == "fast" and any(shapes.index.values(node, sh("select")) for node in asked):
            yield Gap("run a SELECT of a component for a focus node without values", parameter.fact.at_predicate())


def _of_fast(shape: Shape, shapes: Shapes) -> Iterator[Gap]:
    if shape.path is not None and TRUE in shape.values("closed"):
        closed = next(parameter for parameter in shape.parameters if parameter.name == sh("closed"))
        yield Gap("do sh:closed in a property shape", closed.fact.at_predicate())
    for parameter, text in _selects(shape, shapes):
        clause = _select_clause(text)
        if _computed(clause) & {"?value", "?path"}:
            yield Gap("give a value that a query computes in its SELECT", parameter.fact.at_predicate())
        if "?failure" in clause:
            yield Gap("tell a failure from a result", parameter.fact.at_predicate())


def _of_pyshacl(shape: Shape, shapes: Shapes) -> Iterator[Gap]:
    for parameter in shape.parameters:
        if parameter.value == NIL and parameter.name in REFERENCES:
            yield Gap("take an empty list of shapes", parameter.fact.at_object())
    for parameter, text in _selects(shape, shapes):
        if "shapesgraph" in text.lower():
            yield Gap("give a query $shapesGraph", parameter.fact.at_predicate())


def _patterns(shape: Shape) -> Iterator[tuple[ShapeParameter, str, str]]:
    flags = shape.first("flags") or '""'
    for parameter in shape.parameters:
        if parameter.name == sh("pattern") and is_literal(parameter.value) and is_literal(flags):
            yield parameter, flags, parameter.value


def _selects(shape: Shape, shapes: Shapes) -> Iterator[tuple[ShapeParameter, str]]:
    """Return the queries of a shape, its own and those of its components, each with what brings it."""
    used = [(parameter, parameter.value) for parameter in shape.parameters if parameter.name == sh("sparql")]
    for component, parameter in shape.custom:
        used += [(parameter, node) for node in shapes.validators(component)]
    for parameter, node in used:
        for name in ("select", "ask"):
            for text in shapes.index.values(node, sh(name)):
                if is_literal(text):
                    yield parameter, literal(text).text


def _select_clause(text: str) -> list[str]:
    """Return the words between the first SELECT of a query and its pattern, variables with a question mark."""
    words = [token.text.replace("$", "?") for token in tokens.tokens(text)]
    upper = [word.upper() for word in words]
    begin = upper.index("SELECT") if "SELECT" in upper else len(words)
    end = next((number for number in range(begin, len(words)) if upper[number] in ("WHERE", "{", "FROM")), len(words))
    return words[begin:end]


def _computed(clause: list[str]) -> set[str]:
    """Return the variables that get the value of an expression; a path that is an IRI is none."""
    places = [number for number, word in enumerate(clause) if word.upper() == "AS"]
    plain = {number for number in places if clause[number - 2] == "(" and clause[number + 1] == "?path"}
    return {clause[number + 1] for number in places if number not in plain}
