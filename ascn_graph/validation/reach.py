"""Which shapes the data reaches: a constraint that nothing reaches is not green, it is untested."""

from __future__ import annotations

from collections.abc import Iterable

from ascn_graph.namespaces import STANDARD
from ascn_graph.ntriples import iri, is_blank, is_literal, literal, name_of, show
from ascn_graph.validation.focus import Focus
from ascn_graph.validation.report import Checked
from ascn_graph.validation.shape import Shape
from ascn_graph.validation.shapes import Shapes
from ascn_graph.validation.vocabulary import SEVERITIES, sh

__all__ = ["UNUSED", "checked", "unreached"]

#: Why a constraint is left alone that nobody asked for.
UNUSED = ("deactivated", "nothing refers to it", "not asked for")

_COMMENT, _LABEL = (iri(STANDARD["rdfs"] + name) for name in ("comment", "label"))


def unreached(focus: Focus) -> list[Shape]:
    """Return the shapes with targets, none of which has a focus node."""
    dry = [focus.shapes.by_label[label] for label, nodes in focus.targets.items() if not nodes]
    return [shape for shape in dry if not shape.values("target")]


def checked(focus: Focus, skipped: Iterable[Shape], *, narrowed: bool) -> list[Checked]:
    """Return every constraint of every shape with its focus nodes, or why it has none; some shapes may be asked for."""
    shapes = focus.shapes
    inert = [shape for shape in shapes if shape.deactivated]
    whole, inactive, wanted = (
        {label for root in roots for label in focus.closure(root)}
        for roots in (skipped, inert, [shapes.by_label[label] for label in focus.targets])
    )
    advanced = shapes.closure(shape for shape in shapes if shape.values("target"))
    found = []
    for shape in shapes:
        label = shape.label
        nodes = len(focus.nodes[label])
        why = (
            ""
            if nodes
            else "only the whole data set fixes it"
            if label in whole
            else "deactivated"
            if label in inactive
            else "sh:target is an Advanced Feature"
            if label in advanced
            else "no data reaches its target"
            if label in wanted
            else "not asked for"
            if narrowed
            else "nothing refers to it"
        )
        for component, parameter in shape.constraints():
            place = parameter.fact.at_predicate()
            stated = f"{shape.title()} states sh:{name_of(parameter.name)} {_value(shape, parameter.value)}."
            severity = SEVERITIES.get(shape.first("severity") or "", "violation")
            text = _help(shapes, shape) or stated
            off = parameter.name == sh("sparql") and all(map(shapes.switched_off, shape.values("sparql")))
            told, number = ("deactivated", 0) if off and nodes else (why, nodes)
            if parameter.name == sh("expression") and not focus.advanced:
                told, number = "sh:expression is an Advanced Feature", 0
            found.append(Checked(shape.key, shape.title(), component[1:-1], place, told, severity, text, number))
    return found


def _value(shape: Shape, term: str) -> str:
    return "…" if is_blank(term) else show(term, shape.source.document.prefixes)


def _help(shapes: Shapes, shape: Shape) -> str:
    """Return what a shape says about itself: its message, description, comment or name, in English if there is one."""
    for predicate in (sh("message"), sh("description"), _COMMENT, sh("name"), _LABEL):
        texts = [literal(value) for value in shapes.index.values(shape.label, predicate) if is_literal(value)]
        texts.sort(key=lambda text: (not text.language.startswith("en"), text.language != "", text.text))
        if texts:
            return " ".join(texts[0].text.split())
    return ""
