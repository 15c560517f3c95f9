"""The place of a result in the files: the most telling term that was written, and the rule that found it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from ascn_graph.ntriples import is_iri, is_literal, literal, name_of
from ascn_graph.validation.engines import Finding
from ascn_graph.validation.shapes import Shape, Shapes
from ascn_graph.validation.sources import Location, Source, TracedTriple, TripleIndex
from ascn_graph.validation.vocabulary import FIRST, TYPE, sh

__all__ = ["Locator", "ResultPlace", "Steps"]

_PLAIN = re.compile(r"<[^<>]*>")
_CLOSED = sh("ClosedConstraintComponent")
_Step = tuple[TracedTriple, bool]
#: Nodes, each with the last triple on the way to it and whether it was read backwards, where that is known.
Steps = dict[str, _Step | None]
#: Follows one predicate from nodes, forwards or backwards.
Follow = Callable[[str, Steps, bool], Steps]


class ResultPlace(NamedTuple):
    """Where a result is: the first place to look, the rule that found it, and other places with what they show."""

    location: Location
    rule: str
    related: list[tuple[str, Location]]
    fact: TracedTriple | None


class Locator:
    """The triples of a run, indexed for finding places."""

    def __init__(self, sources: list[Source], shapes: Shapes) -> None:
        """Index the data."""
        self.sources = sources
        self.index = TripleIndex(sources)
        self.shapes = shapes

    def values(self, focus: str, shape: Shape) -> list[str]:
        """Return the value nodes of a focus node in a shape."""
        return list(self.walk(shape.path, {focus: None})) if shape.path else [focus]

    def place(self, finding: Finding) -> ResultPlace:
        """Find the place of a result; every result has one."""
        shape = self.shapes.by_name.get(finding.shape)
        found = self._by_value(finding, shape) or self._by_predicate(finding, shape)
        return found or self.node(finding.focus, shape)

    def stated(self, focus: str, path: str, value: str) -> ResultPlace:
        """Find the place of a finding that no shape made: the value, else the predicate, else the node."""
        if value:
            found = self._among(focus, value, None)
            if found is not None:
                return found
        facts = self.index.facts(focus, path) if path else []
        return _first("predicate", facts, TracedTriple.at_predicate) if facts else self.node(focus)

    def node(self, focus: str, shape: Shape | None = None) -> ResultPlace:
        """Find the place of a node: as a subject, else as an object, else in the shapes that target it."""
        facts = self.index.of(focus)
        if facts:
            typed = [fact for fact in facts if fact.row[1] == TYPE]
            best = (typed or facts)[0]
            return ResultPlace(best.at_subject(), "subject", [], best)
        reached = self.index.objects.get(focus, [])
        if reached:
            return ResultPlace(reached[0].at_object(), "focus-object", [], reached[0])
        top = shape
        while top is not None:
            for target in top.targets:
                if target.value == focus:
                    return ResultPlace(target.fact.at_object(), "target", [], None)
            top = top.parent if top.parent is not top else None
        fallback = shape.location if shape else self.shapes.sources[0].location(0)
        return ResultPlace(fallback, "target", [], None)

    def _by_value(self, finding: Finding, shape: Shape | None) -> ResultPlace | None:
        focus, path, value = finding.focus, finding.path, finding.value
        if not value:
            return None
        if finding.component == _CLOSED and shape is not None and shape.path is not None:
            nodes = self.values(focus, shape)
            facts = [fact for node in nodes for fact in self.index.facts(node, path) if fact.value == value]
            return _first("predicate", facts, TracedTriple.at_predicate) if facts else None
        if _PLAIN.fullmatch(path):
            exact = [fact for fact in self.index.facts(focus, path) if fact.value == value]
            if exact and finding.component == _CLOSED:
                return _first("predicate", exact, TracedTriple.at_predicate)
            if exact:
                return _first("object", exact, TracedTriple.at_object)
        elif path and shape is not None and shape.path is not None:
            step = self.walk(shape.path, {focus: None}).get(value)
            if step is not None:
                return _at_step(step)
        return self._among(focus, value, shape) if value != focus else None

    def _among(self, focus: str, value: str, shape: Shape | None) -> ResultPlace | None:
        """Find a value among the statements of a node, those first whose predicate the shape's SPARQL names."""
        exact = [fact for fact in self.index.of(focus) if fact.value == value]
        if not exact:
            return None
        nodes = shape.values("sparql") if shape else []
        text = " ".join(query for node in nodes for query in self.shapes.index.values(node, sh("select")))
        exact.sort(key=lambda fact: not re.search(rf"\b{re.escape(name_of(fact.row[1]))}\b", text))
        related = [("the same value again", fact.at_object()) for fact in exact[1:]]
        return ResultPlace(exact[0].at_object(), "value", related, exact[0])

    def _by_predicate(self, finding: Finding, shape: Shape | None) -> ResultPlace | None:
        if not _PLAIN.fullmatch(finding.path):
            return self._surplus(finding, shape)
        facts = self.index.facts(finding.focus, finding.path)
        if not facts:
            return None
        if finding.language:
            facts = [f for f in facts if is_literal(f.value) and literal(f.value).language == finding.language]
        allowed = _count(shape) if "MaxCount" in finding.component else 0
        # A statement that is repeated is no value more.
        values = list({fact.value: fact for fact in reversed(facts)}.values())[::-1]
        surplus = values[min(allowed, len(values) - 1)]
        others = [("another value", fact.at_object()) for fact in facts if fact is not surplus]
        return ResultPlace(surplus.at_predicate(), "predicate", others, surplus)

    def _surplus(self, finding: Finding, shape: Shape | None) -> ResultPlace | None:
        """Find the first value too many of a path that is more than one predicate."""
        if "MaxCount" not in finding.component or shape is None or shape.path is None:
            return None
        steps = [step for step in self.walk(shape.path, {finding.focus: None}).values() if step]
        return _at_step(steps[min(_count(shape), len(steps) - 1)]) if steps else None

    def walk(self, path: str, nodes: Steps, *, inverse: bool = False, step: Follow | None = None) -> Steps:  # noqa: PLR0911 - one return a kind of path
        """Follow a path; return every node it reaches, with the last triple on the way and whether it ran backwards.

        The shapes hold no path deeper than they can write (`Shapes.path_text`), so this ends. `step` follows one
        predicate in another way, which need not tell the triples.
        """
        if is_iri(path):
            return (step or self._step)(path, nodes, inverse)
        if self.shapes.path_text(path) is None:
            return {}
        facts = self.shapes.index.of(path)
        if any(fact.row[1] == FIRST for fact in facts):
            steps = self.shapes.index.items(path) or []
            for each in reversed(steps) if inverse else steps:
                nodes = self.walk(each, nodes, inverse=inverse, step=step)
            return nodes
        _, kind, inner, *_ = facts[0].row
        if kind == sh("inversePath"):
            return self.walk(inner, nodes, inverse=not inverse, step=step)
        if kind == sh("alternativePath"):
            reached: Steps = {}
            for choice in self.shapes.index.items(inner) or []:
                reached |= self.walk(choice, nodes, inverse=inverse, step=step)
            return reached
        once = self.walk(inner, nodes, inverse=inverse, step=step)
        if kind == sh("zeroOrOnePath"):
            return nodes | once
        reached = dict(once)
        while once:
            further = self.walk(inner, once, inverse=inverse, step=step)
            once = {node: last for node, last in further.items() if node not in reached}
            reached |= once
        return reached | nodes if kind == sh("zeroOrMorePath") else reached

    def _step(self, predicate: str, nodes: Steps, inverse: bool) -> Steps:  # noqa: FBT001 - as `Follow` has it
        if inverse:
            return {
                fact.row[0]: (fact, True)
                for node in nodes
                for fact in self.index.objects.get(node, [])
                if fact.row[1] == predicate
            }
        return {fact.value: (fact, False) for node in nodes for fact in self.index.facts(node, predicate)}


def _at_step(step: _Step) -> ResultPlace:
    fact, backwards = step
    return ResultPlace(fact.at_subject() if backwards else fact.at_object(), "path", [], fact)


def _first(rule: str, facts: list[TracedTriple], place: Callable[[TracedTriple], Location]) -> ResultPlace:
    related = [("the same statement again", place(fact)) for fact in facts[1:]]
    return ResultPlace(place(facts[0]), rule, related, facts[0])


def _count(shape: Shape | None) -> int:
    """Return how many values a shape allows, for the first one that is too many."""
    stated = (shape.first("maxCount") or shape.first("qualifiedMaxCount")) if shape else None
    match = re.match(r'"(\d+)"', stated or "")
    return int(match[1]) if match else 1
