"""The nodes on which each shape is evaluated, resolved once for the engines and for the report."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import copy
from functools import cached_property
from itertools import chain

from ascn_graph.errors import UsageError
from ascn_graph.namespaces import STANDARD, expand, is_safe_iri
from ascn_graph.nearest import closest
from ascn_graph.ntriples import iri, is_blank, is_literal, literal, name_of, show
from ascn_graph.turtle import PlacedTriple
from ascn_graph.validation.locate import Locator, Steps
from ascn_graph.validation.report import Checked
from ascn_graph.validation.shapes import Shape, ShapeParameter, Shapes, closure
from ascn_graph.validation.sources import Location, reached
from ascn_graph.validation.vocabulary import LABEL, SEVERITY_NAMES, SUBCLASS, TYPE, sh

__all__ = ["UNUSED", "Focus", "checked", "narrowed", "unreached"]

#: Why a constraint is left alone that nobody asked for.
UNUSED = ("deactivated", "nothing refers to it", "not asked for")
_COMMENT = iri(STANDARD["rdfs"] + "comment")

_Nodes = dict[str, None]


class Focus:
    """The focus nodes of every shape.

    Attributes:
        targets: for each shape that has targets, the nodes they meet.
        nodes: for each shape, every node it is evaluated on, by its targets and as the value of another shape.
        locator: what tells the values of a focus node in a shape.
        advanced: whether the Advanced Features were evaluated.
        recursive: the shapes through which the data leads back into a shape, each with the statement that does.
    """

    def __init__(self, locator: Locator, off: Collection[Shape] = ()) -> None:
        """Resolve the targets and follow the references of shapes to shapes; those in `off` are not evaluated."""
        self.locator = locator
        self.shapes = shapes = locator.shapes
        self.advanced = False
        self._rows: defaultdict[str, list[PlacedTriple]] = defaultdict(list)
        for source in locator.sources:
            for row in source.document.rows:
                self._rows[row[1]].append(row)
        self._indexes: dict[tuple[str, bool], dict[str, list[str]]] = {}
        self.nodes: dict[Shape, _Nodes] = {shape: {} for shape in shapes}
        self.recursive: dict[Shape, ShapeParameter] = {}
        self._off = {*off, *(shape for shape in shapes if shape.deactivated)}
        self._leads: dict[Shape, set[Shape]] = {}
        self.targets = {
            shape: dict.fromkeys(node for target in shape.targets for node in self._met(target))
            for shape in shapes
            if shape.targets and shape not in self._off
        }
        self.spread(list(self.targets.items()))

    def spread(self, pending: list[tuple[Shape, _Nodes]]) -> None:
        """Let shapes be evaluated on nodes, and those that they lead to on theirs."""
        while pending:
            pending += self._follow(*pending.pop())

    def add(self, shape: Shape, nodes: Iterable[str]) -> None:
        """Add focus nodes that an engine found by targets which are not resolved here."""
        met = dict.fromkeys(nodes)
        self.targets[shape] = self.targets.get(shape, {}) | met
        self.spread([(shape, met)])

    def aimed(self, targets: dict[Shape, _Nodes]) -> Focus:
        """Return the focus nodes as if the targets were others."""
        other = copy(self)
        other.targets = targets
        other.nodes = {shape: {} for shape in self.shapes}
        other.recursive = {}
        other.spread(list(targets.items()))
        return other

    @cached_property
    def beyond_rdf_11(self) -> Location | None:
        """The place of the first triple term or base direction, which not every engine can read."""
        found = (source.beyond_rdf_11() for source in (*self.locator.sources, *self.shapes.sources))
        return next(filter(None, found), None)

    def closure(self, roots: Iterable[Shape]) -> set[Shape]:
        """Return shapes and all that they lead to and that is evaluated."""
        return closure(roots, self._off)

    def has_language(self, shape: Shape, other: str) -> bool:
        """Return whether some value of a property, or of the path of a shape, is a text with a language."""
        path = self.shapes.path_text(shape.path) if shape.path else ""
        names = (*re.findall(r"<[^>]*>", path or ""), other)
        values = (value for name in names for value in self._by(name, inverse=True))
        return any(is_literal(value) and literal(value).language for value in values)

    def _by(self, predicate: str, *, inverse: bool) -> dict[str, list[str]]:
        """Return what a predicate connects, by subject or by object."""
        found = self._indexes.get((predicate, inverse))
        if found is None:
            found = self._indexes[predicate, inverse] = {}
            for subject, _, value, *_ in self._rows.get(predicate, ()):
                here, there = (value, subject) if inverse else (subject, value)
                found.setdefault(here, []).append(there)
        return found

    def _met(self, target: ShapeParameter) -> Iterable[str]:
        if target.name == sh("targetNode"):
            return [target.value]
        if target.name in (sh("targetSubjectsOf"), sh("targetObjectsOf")):
            return self._by(target.value, inverse=target.name == sh("targetObjectsOf"))
        return self.instances(target.value) if target.name == sh("targetClass") else []

    def instances(self, name: str) -> _Nodes:
        """Return the instances of a class and of those below it in the data."""
        below, typed = self._by(SUBCLASS, inverse=True), self._by(TYPE, inverse=True)
        classes = reached([name], lambda one: below.get(one, ()))
        return dict.fromkeys(node for one in classes for node in typed.get(one, ()))

    def _follow(self, shape: Shape, nodes: _Nodes) -> list[tuple[Shape, _Nodes]]:
        """Let a shape be evaluated on nodes; return the shapes that are then evaluated on its value nodes."""
        known = self.nodes[shape]
        new: _Nodes = {node: None for node in nodes if node not in known} if known else nodes
        known |= new
        if not new:
            return []
        found = []
        values: _Nodes | None = None
        for parameter, child in shape.references:
            if child in self._off:
                continue
            if values is None:
                values = self._values(shape, new)
            if values:
                found.append((child, values))
                if child not in self._leads:
                    self._leads[child] = self.closure([child])
                if shape in self._leads[child]:
                    self.recursive.setdefault(shape, parameter)
        return found

    def _values(self, shape: Shape, nodes: _Nodes) -> _Nodes:
        if shape.path is None:
            return nodes
        return dict.fromkeys(self.locator.walk(shape.path, dict(nodes), step=self._step))

    def _step(self, predicate: str, nodes: Steps, inverse: bool) -> Steps:  # noqa: FBT001 - as the locator has it
        index = self._by(predicate, inverse=inverse)
        return dict.fromkeys(chain.from_iterable(map(index.__getitem__, index.keys() & nodes.keys())))


def unreached(focus: Focus) -> list[Shape]:
    """Return the shapes with targets, none of which has a focus node."""
    return [shape for shape, nodes in focus.targets.items() if not nodes and not shape.values("target")]


def checked(focus: Focus, skipped: Iterable[Shape], *, narrowed: bool) -> list[Checked]:
    """Return every constraint of every shape with its focus nodes, or why it has none; some shapes may be asked for."""
    shapes = focus.shapes
    inert = [shape for shape in shapes if shape.deactivated]
    whole, inactive, wanted = map(focus.closure, (skipped, inert, focus.targets))
    advanced = closure(shape for shape in shapes if shape.values("target"))
    found = []
    for shape in shapes:
        nodes = len(focus.nodes[shape])
        reasons = {
            "": nodes,
            "only the whole data set fixes it": shape in whole,
            "deactivated": shape in inactive,
            "sh:target is an Advanced Feature": shape in advanced,
            "no data reaches its target": shape in wanted,
            "not asked for": narrowed,
            "nothing refers to it": True,
        }
        why = next(reason for reason, holds in reasons.items() if holds)
        for component, parameter in shape.constraints():
            place = parameter.fact.at_predicate()
            value = "…" if is_blank(parameter.value) else show(parameter.value, shape.source.document.prefixes)
            text = _help(shapes, shape) or f"{shape.title()} states sh:{name_of(parameter.name)} {value}."
            severity = SEVERITY_NAMES.get(shape.first("severity") or "", "violation")
            off = parameter.name == sh("sparql") and all(map(shapes.switched_off, shape.values("sparql")))
            told, number = ("deactivated", 0) if off and nodes else (why, nodes)
            if parameter.name == sh("expression") and not focus.advanced:
                told, number = "sh:expression is an Advanced Feature", 0
            found.append(Checked(shape.key, shape.title(), component[1:-1], place, told, severity, text, number))
    return found


def _help(shapes: Shapes, shape: Shape) -> str:
    """Return what a shape says about itself: its message, description, comment or name, in English if there is one."""
    for predicate in (sh("message"), sh("description"), _COMMENT, sh("name"), LABEL):
        texts = [literal(value) for value in shapes.index.values(shape.label, predicate) if is_literal(value)]
        texts.sort(key=lambda text: (not text.language.startswith("en"), text.language != "", text.text))
        if texts:
            return " ".join(texts[0].text.split())
    return ""


def _named(names: Sequence[str], known: Collection[str], what: str, prefixes: Mapping[str, str]) -> list[str]:
    """Return the terms that names mean: an IRI, with or without angle brackets, or a prefixed name of the files.

    Raises:
        UsageError: a name is not one of `known`.
    """
    found = []
    for name in names:
        value = expand(name, prefixes) or name.strip("<>")
        if not is_safe_iri(value) or iri(value) not in known:
            shown = {show(term, prefixes): term for term in known}
            near = closest(show(iri(value), prefixes), shown)
            hint = f": did you mean {near}?" if near else "; give an IRI, or a name with a prefix of the files."
            raise UsageError(f"There is no {what} {name}{hint}")
        found.append(iri(value))
    return found


def narrowed(focus: Focus, shapes: Sequence[str], nodes: Sequence[str], prefixes: Mapping[str, str]) -> Focus:
    """Return the focus nodes of the shapes that are named, or those of the nodes that are named that shapes target.

    Where both are named, the shapes are held to the nodes whatever their targets are.

    Raises:
        UsageError: there is no such shape or node.
    """
    if not shapes and not nodes:
        return focus
    by_name = focus.shapes.by_name
    chosen = [by_name[name] for name in _named(shapes, by_name, "shape", prefixes)]
    index = focus.locator.index
    known = index.subjects.keys() | index.objects.keys()
    wanted = dict.fromkeys(_named(nodes, known, "node", prefixes))
    if shapes and nodes:
        return focus.aimed(dict.fromkeys(chosen, wanted))
    targets = {shape: met for shape, met in focus.targets.items() if not shapes or shape in chosen}
    if nodes:
        targets = {shape: {node: None for node in met if node in wanted} for shape, met in targets.items()}
    return focus.aimed({shape: met for shape, met in targets.items() if met or shapes})
