"""The inner results that are the reason of a result: why a value does not have the shape that it must have."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ascn_graph.ntriples import is_literal, literal
from ascn_graph.validation.engines import Finding
from ascn_graph.validation.focus import Focus
from ascn_graph.validation.vocabulary import sh

__all__ = ["details", "with_languages"]

_SHAPES = {
    sh(f"{name[0].upper()}{name[1:]}ConstraintComponent"): sh(name) for name in ("node", "and", "or", "xone")
} | {sh("QualifiedMinCountConstraintComponent"): sh("qualifiedValueShape")}
#: How deep reasons have reasons.
_DEEPEST = 4
_Pair = tuple[str, str]

#: Evaluates shapes on the nodes that a focus has for them.
Evaluate = Callable[[Focus], list[Finding]]


def details(findings: Iterable[Finding], focus: Focus, evaluate: Evaluate) -> dict[Finding, list[Finding]]:
    """Return the inner results of each result that has some, and of those again.

    A result of sh:node, sh:and, sh:or, sh:xone or sh:qualifiedMinCount is asked which of its shapes the value breaks:
    the shapes are evaluated on the values as if these were their targets, all in one run.
    """
    found: dict[Finding, list[Finding]] = {}
    pending = list(dict.fromkeys(findings))
    for _ in range(_DEEPEST):
        wanted = {finding: _pairs(finding, focus) for finding in pending}
        aims: dict[str, dict[str, None]] = {}
        for pairs in wanted.values():
            for label, node in pairs:
                aims.setdefault(label, {})[node] = None
        if not aims:
            break
        by_place: dict[_Pair, list[Finding]] = {}
        for inner in dict.fromkeys(evaluate(focus.aimed(aims))):
            by_place.setdefault((inner.shape, inner.focus), []).append(inner)
        for finding, pairs in wanted.items():
            inside = dict.fromkeys(place for pair in pairs for place in _places(pair, focus))
            inner_ones = [inner for place in inside for inner in by_place.get(place, [])]
            if inner_ones:
                found[finding] = inner_ones
        pending = [inner for finding in pending for inner in found.get(finding, []) if inner not in found]
    return found


def _pairs(finding: Finding, focus: Focus) -> list[_Pair]:
    """Return the shapes that a result is about, each with the node that is held to it."""
    shape = focus.shapes.by_name.get(finding.shape)
    name = _SHAPES.get(finding.component)
    if shape is None or name is None:
        return []
    stated = [parameter for parameter in shape.parameters if parameter.name == name]
    labels = [label for parameter in stated for label in focus.shapes.referred(parameter.fact)]
    nodes = [finding.value] if finding.value else focus.values(shape, finding.focus)
    return [(label, node) for label in labels if label in focus.shapes.by_label for node in nodes]


def _places(pair: _Pair, focus: Focus) -> list[_Pair]:
    """Return the names of a shape and its property shapes, each with the nodes they are evaluated on from a node."""
    found: dict[_Pair, None] = {}
    pending = [pair]
    while pending:
        label, node = pending.pop()
        shape = focus.shapes.by_label[label]
        if (shape.name, node) in found or shape.deactivated:
            continue
        found[shape.name, node] = None
        children = [value for value in shape.values("property") if value in focus.shapes.by_label]
        if children:
            pending += [(child, value) for value in focus.values(shape, node) for child in reversed(children)]
    return list(found)


def with_languages(findings: list[Finding], focus: Focus) -> list[Finding]:
    """Return results in which each of sh:uniqueLang names its language: engines tell only how many there are."""
    seen: dict[Finding, int] = {}
    named = []
    for finding in findings:
        shape = focus.shapes.by_name.get(finding.shape)
        if finding.component == sh("UniqueLangConstraintComponent") and shape is not None:
            values = [literal(value).language for value in focus.values(shape, finding.focus) if is_literal(value)]
            doubled = sorted({language for language in values if language and values.count(language) > 1})
            number = seen[finding] = seen.get(finding, -1) + 1
            named.append(finding._replace(language=doubled[min(number, len(doubled) - 1)] if doubled else ""))
        else:
            named.append(finding)
    return named
