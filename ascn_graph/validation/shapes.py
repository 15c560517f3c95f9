"""The shapes of a run: which there are, what each states and where, and the graph that engines are given."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from ascn_graph.namespaces import STANDARD
from ascn_graph.ntriples import iri, is_blank, is_iri, is_literal, show
from ascn_graph.validation.sources import Location, Source, TracedTriple, TripleIndex, reached
from ascn_graph.validation.vocabulary import (
    COMPONENTS,
    FIRST,
    OWL_IMPORTS,
    PARAMETER_KINDS,
    REFERENCES,
    SH,
    SUBCLASS,
    TRUE,
    TYPE,
    sh,
)

__all__ = ["TARGETS", "Shape", "ShapeParameter", "Shapes", "closure", "readable_path"]

_CLASSES = tuple(iri(STANDARD[prefix] + "Class") for prefix in ("rdfs", "owl"))
TARGETS = tuple(sh("target" + name) for name in ("Class", "Node", "SubjectsOf", "ObjectsOf", ""))
# What states that a subject is a shape; the others (sh:message, sh:path, …) other nodes have too.
_MARKS = frozenset({*TARGETS, *(parameter for parameter in PARAMETER_KINDS if COMPONENTS.get(parameter))})
_SHAPE_CLASSES = (sh("NodeShape"), sh("PropertyShape"), sh("Shape"))
_SKOLEM = "urn:x-anonymous-shape:"
_UNARY = {sh("zeroOrMorePath"): "*", sh("oneOrMorePath"): "+", sh("zeroOrOnePath"): "?"}
#: How far shapes and paths are followed into each other.
_DEEPEST = 50


class ShapeParameter(NamedTuple):
    """One statement of a shape: the parameter, its value and where it stands."""

    name: str
    value: str
    fact: TracedTriple


@dataclass(eq=False, slots=True)
class Shape:
    """One shape.

    Attributes:
        name: its IRI as a term; an anonymous shape has one made of its position.
        label: the node that it is in its file.
        location: where it is first written as a subject, or as the value that opens its brackets.
        source: the file it stands in.
        key: a name that stays the same while other lines of the file change.
        path: the node that is its sh:path, or None for a node shape.
        path_text: the path as people read it.
        parameters: what it states, in document order.
        targets: its target statements; a class that is a shape is one too.
        custom: the constraint components of the shapes' own that it has, each with its first parameter.
        references: the shapes that it refers to, by a parameter itself or in its list, each with the parameter.
        parent: the shape that refers to it, or None.
    """

    name: str
    label: str
    location: Location
    source: Source
    key: str
    path: str | None = None
    path_text: str = ""
    parameters: list[ShapeParameter] = field(default_factory=list)
    targets: list[ShapeParameter] = field(default_factory=list)
    custom: list[tuple[str, ShapeParameter]] = field(default_factory=list)
    references: list[tuple[ShapeParameter, Shape]] = field(default_factory=list)
    parent: Shape | None = None

    @property
    def anonymous(self) -> bool:
        """Whether the shape is a blank node in its file."""
        return is_blank(self.label)

    def values(self, name: str) -> list[str]:
        """Return the values of a parameter, such as `minCount`."""
        return [parameter.value for parameter in self.parameters if parameter.name == sh(name)]

    def first(self, name: str) -> str | None:
        """Return the first value of a parameter, or None."""
        return next(iter(self.values(name)), None)

    def referred(self, name: str) -> list[Shape]:
        """Return the shapes that a parameter refers to, such as `property`."""
        return [shape for parameter, shape in self.references if parameter.name == sh(name)]

    def constraints(self) -> list[tuple[str, ShapeParameter]]:
        """Return its constraint components, each with the parameter that starts it; sh:property starts none."""
        found: dict[str, ShapeParameter] = {}
        for parameter in self.parameters:
            component = COMPONENTS.get(parameter.name)
            if component is not None and parameter.name != sh("property"):
                found.setdefault(component, parameter)
        return [*found.items(), *self.custom]

    @property
    def deactivated(self) -> bool:
        """Whether a line of its own switches the shape off."""
        return TRUE in self.values("deactivated")

    def title(self) -> str:
        """Name the shape for people: its own name, or the nearest name above it and the path."""
        prefixes, top, steps = self.source.document.prefixes, self, 0
        while top.anonymous and top.parent is not None and steps < _DEEPEST:
            top, steps = top.parent, steps + 1
        name = show(top.name, prefixes) if not top.anonymous else f"the shape at line {top.location.line}"
        return f"{name} → {self.path_text}" if self is not top and self.path_text else name


def closure(roots: Iterable[Shape], off: Collection[Shape] = ()) -> set[Shape]:
    """Return shapes and all that they lead to; what is in `off` leads nowhere."""
    return set(reached(roots, lambda shape: (each for _, each in shape.references if each not in off)))


def readable_path(text: str, prefixes: Mapping[str, str]) -> str:
    """Shorten the IRIs of a path by the prefixes of a file."""
    return re.sub(r"<[^>]*>", lambda match: show(match.group(), prefixes), text)


class Shapes:
    """Every shape of some files."""

    def __init__(self, sources: list[Source]) -> None:
        """Find the shapes and what each states."""
        self.sources = sources
        self.index = TripleIndex(sources)
        self.by_label: dict[str, Shape] = {}
        self.components = self._components()
        self.classes = self._below(_CLASSES)
        self._find()
        self.by_name = {shape.name: shape for shape in self.by_label.values()}
        for shape in self.by_label.values():
            self._fill(shape)
        for shape in self.by_label.values():
            self._adopt(shape)
        self._keys()

    def __iter__(self) -> Iterator[Shape]:
        """Return the shapes in document order."""
        return iter(self.by_label.values())

    def __len__(self) -> int:
        """Count the shapes."""
        return len(self.by_label)

    @cached_property
    def properties(self) -> set[str]:
        """The labels that sh:property refers to."""
        return {fact.value for fact in self.index if fact.row[1] == sh("property")}

    @cached_property
    def used(self) -> list[Shape]:
        """The shapes that are evaluated if their targets meet a node, in document order."""
        off = {shape for shape in self if shape.deactivated}
        used = closure((shape for shape in self if shape.targets and shape not in off), off)
        return [shape for shape in self if shape in used]

    def _below(self, classes: Iterable[str]) -> set[str]:
        """Return some classes and all that the shapes state to be below them."""
        below: dict[str, list[str]] = {}
        for fact in self.index:
            if fact.row[1] == SUBCLASS:
                below.setdefault(fact.value, []).append(fact.row[0])
        return set(reached(classes, lambda name: below.get(name, [])))

    def _components(self) -> dict[str, dict[str, bool]]:
        """Return the constraint components of the shapes' own, each with its parameters and whether it needs them."""
        kinds, found = self._below([sh("ConstraintComponent")]), {}
        for label, facts in self.index.subjects.items():
            if any(fact.row[1] == TYPE and fact.value in kinds for fact in facts) and not label.startswith(f"<{SH}"):
                found[label] = {
                    path: TRUE not in self.index.values(node, sh("optional"))
                    for node in self.index.values(label, sh("parameter"))
                    for path in self.index.values(node, sh("path"))
                }
        return found

    def validators(self, component: str) -> list[str]:
        """Return the nodes that state the validators of a constraint component of the shapes' own."""
        names = map(sh, ("validator", "nodeValidator", "propertyValidator"))
        return [node for name in names for node in self.index.values(component, name)]

    def switched_off(self, node: str) -> bool:
        """Return whether a constraint that is a node of its own is switched off."""
        return TRUE in self.index.values(node, sh("deactivated"))

    def marked(self, mark: str) -> list[Shape]:
        """Return the shapes with a mark, such as the one for counts that only a whole source fixes."""
        return [shape for shape in self if any(value == TRUE for value in self.index.values(shape.label, mark))]

    def lines(self) -> list[str]:
        """Return the shapes graph as N-Triples lines, anonymous shapes named by position."""
        return self.written(row[:3] for source in self.sources for row in source.document.rows)

    def written(self, rows: Iterable[tuple[str, str, str]]) -> list[str]:
        """Write triples of the shapes graph as N-Triples lines, anonymous shapes named by their position."""
        names = {shape.label: shape.name for shape in self if shape.anonymous}
        lines = [f"{names.get(row[0], row[0])} {row[1]} {names.get(row[2], row[2])} ." for row in rows]
        for node in self.index.subjects:
            # Which prefixes a constraint gets through owl:imports is said directly: pySHACL does not follow them.
            imported = self.ontologies(node)[len(self.index.values(node, sh("prefixes"))) :]
            lines += [f"{node} {sh('prefixes')} {ontology} ." for ontology in imported]
        return lines

    def ontologies(self, node: str) -> list[str]:
        """Return the ontologies from which a query gets prefixes: those of its sh:prefixes, then what they import."""
        begin = self.index.values(node, sh("prefixes"))
        return reached(begin, lambda ontology: self.index.values(ontology, OWL_IMPORTS))

    def path_text(self, node: str, depth: int = 0) -> str | None:
        """Write a path as SPARQL does, with whole IRIs, or return None where it is no well-formed path."""
        if is_iri(node):
            return node
        stated = {fact.row[1:3] for fact in self.index.of(node)}
        is_list = any(predicate == FIRST for predicate, _ in stated)
        if depth > _DEEPEST or (len(stated) != 1 and not is_list):
            return None
        predicate, value = min(stated)
        if is_list or predicate == sh("alternativePath"):
            items = self.index.items(node if is_list else value) or []
            steps = [self.path_text(item, depth + 1) for item in items]
            # SHACL asks for two or more.
            whole = len(steps) > 1 and None not in steps
            return f"({('/' if is_list else '|').join(step or '' for step in steps)})" if whole else None
        inner = self.path_text(value, depth + 1)
        if predicate == sh("inversePath"):
            return inner and f"^{inner}"
        return f"{inner}{_UNARY[predicate]}" if inner and predicate in _UNARY else None

    def _find(self) -> None:
        marks = _MARKS.union(name for needs in self.components.values() for name, needed in needs.items() if needed)
        kinds = self._below(_SHAPE_CLASSES)
        for label, facts in self.index.subjects.items():
            stated = any(fact.row[1] in marks or (fact.row[1] == TYPE and fact.value in kinds) for fact in facts)
            if stated:
                self._add(label, facts[0].at_subject(), facts[0].source)
        pending = list(self.by_label)
        for label in pending:
            for fact in self.index.of(label):
                for value in self._referred(fact):
                    if value not in self.by_label:
                        self._add(value, fact.at_object(), fact.source)
                        pending.append(value)

    def _referred(self, fact: TracedTriple) -> list[str]:
        """Return the labels of the shapes that a statement of a shape refers to, by itself or in a list."""
        if fact.row[1] not in REFERENCES:
            return []
        listed = PARAMETER_KINDS[fact.row[1]] == "shapes"
        values = (self.index.items(fact.value) or []) if listed else [fact.value]
        return [value for value in values if not is_literal(value)]

    def _add(self, label: str, location: Location, source: Source) -> None:
        name = iri(_SKOLEM + label[2:]) if is_blank(label) else label
        self.by_label[label] = Shape(name, label, location, source, name)

    def _fill(self, shape: Shape) -> None:
        once: dict[tuple[str, ...], TracedTriple] = {}
        for fact in self.index.of(shape.label):
            # A triple that is written twice is one statement.
            once.setdefault(fact.row[1:3], fact)
        for fact in once.values():
            if fact.row[1] in PARAMETER_KINDS:
                shape.parameters.append(ShapeParameter(fact.row[1], fact.value, fact))
        for component, needs in self.components.items():
            stated = [self.index.facts(shape.label, name) for name, needed in needs.items() if needed]
            if stated and all(stated):
                first = stated[0][0]
                shape.custom.append((component, ShapeParameter(first.row[1], first.value, first)))
        shape.targets = [parameter for parameter in shape.parameters if parameter.name in TARGETS]
        kinds = [fact for fact in self.index.facts(shape.label, TYPE) if fact.value in self.classes]
        if kinds and is_iri(shape.label):
            shape.targets.append(ShapeParameter(sh("targetClass"), shape.label, kinds[0]))
        shape.path = shape.first("path")
        if shape.path is not None:
            text = self.path_text(shape.path)
            shape.path_text = readable_path(text, shape.source.document.prefixes) if text else "(a broken path)"

    def _adopt(self, shape: Shape) -> None:
        for parameter in shape.parameters:
            for label in self._referred(parameter.fact):
                child = self.by_label[label]
                shape.references.append((parameter, child))
                if child.parent is None and child is not shape:
                    child.parent = shape

    def _keys(self) -> None:
        """Name anonymous shapes by the shape above, the path and their order among equals: lines may move."""
        seen: dict[str, int] = {}
        for shape in self:
            if shape.anonymous:
                steps: list[str] = []
                above = shape
                while above.anonymous and above.parent is not None and len(steps) < _DEEPEST:
                    steps.append(self.path_text(above.path) or "" if above.path else "")
                    above = above.parent
                key = " ".join([above.name if not above.anonymous else "", *reversed(steps)])
                seen[key] = seen.get(key, 0) + 1
                shape.key = f"{key} {seen[key]}"
