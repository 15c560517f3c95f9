"""Which shapes the data reaches: a constraint that nothing reaches is not green, it is untested."""

from __future__ import annotations

from ascn_graph.namespaces import PREFIXES
from ascn_graph.ntriples import iri, is_blank, is_literal, literal, name_of, show
from ascn_graph.validation.locate import Locator
from ascn_graph.validation.report import Checked
from ascn_graph.validation.shapes import TYPE, Shape, Shapes
from ascn_graph.validation.vocabulary import SEVERITIES, sh

__all__ = ["UNUSED", "Reach", "checked", "unreached"]

#: Why a constraint is left alone that nobody asked for.
UNUSED = ("deactivated", "nothing refers to it")

_COMMENT, _LABEL = (iri(PREFIXES["rdfs"] + name) for name in ("comment", "label"))
_SUBCLASS = iri(PREFIXES["rdfs"] + "subClassOf")


class Reach:
    """The classes and predicates that occur in the data."""

    def __init__(self, locator: Locator) -> None:
        """Collect them in one pass."""
        self.classes: set[str] = set()
        self.predicates: set[str] = set()
        above: dict[str, list[str]] = {}
        for facts in locator.index.subjects.values():
            for fact in facts:
                self.predicates.add(fact.row[1])
                if fact.row[1] == TYPE:
                    self.classes.add(fact.value)
                elif fact.row[1] == _SUBCLASS:
                    above.setdefault(fact.row[0], []).append(fact.value)
        pending = list(self.classes)
        while pending:
            for upper in above.get(pending.pop(), []):
                if upper not in self.classes:
                    self.classes.add(upper)
                    pending.append(upper)

    def reaches(self, parameter: str, value: str) -> bool:
        """Say whether a target has a focus node."""
        if parameter == sh("targetClass"):
            return value in self.classes
        if parameter in (sh("targetSubjectsOf"), sh("targetObjectsOf")):
            return value in self.predicates
        return True


def unreached(shapes: Shapes, reach: Reach) -> list[Shape]:
    """Give the shapes with targets, none of which has a focus node."""
    found = []
    for shape in shapes:
        targets = shapes.targets(shape)
        if targets and not any(reach.reaches(target.name, target.value) for target in targets):
            found.append(shape)
    return found


def checked(shapes: Shapes, reach: Reach, skipped: set[str]) -> list[Checked]:
    """List every constraint of every shape, with the reason of those that nothing checked."""
    dry = {shape.name for shape in unreached(shapes, reach)}
    used = {shape.name for shape in shapes if shapes.targets(shape)} | {
        shape.name for shape in shapes if shape.parent is not None
    }
    found = []
    for shape in shapes:
        chain, above = [shape], shape.parent
        while above is not None and above not in chain:
            chain.append(above)
            above = above.parent
        names = {link.name for link in chain}
        off = any(value.startswith('"true"') for link in chain for value in link.values("deactivated"))
        why = (
            "only the whole data set fixes it"
            if names & skipped
            else "deactivated"
            if off
            else "no data reaches its target"
            if names & dry and not _other_way(shape, chain, dry)
            else ""
            if shape.name in used
            else "nothing refers to it"
        )
        for component, parameter in shape.constraints():
            place = parameter.fact.at_predicate()
            stated = f"{shape.title()} states sh:{name_of(parameter.name)} {_value(shape, parameter.value)}."
            severity = SEVERITIES.get(shape.first("severity") or "", "violation")
            found.append(
                Checked(shape.key, shape.title(), component[1:-1], place, why, severity, _help(shapes, shape) or stated)
            )
    return found


def _value(shape: Shape, term: str) -> str:
    return "…" if is_blank(term) else show(term, shape.source.document.prefixes)


def _help(shapes: Shapes, shape: Shape) -> str:
    """Give what a shape says about itself: its message, description, comment or name, in English where it is there."""
    for predicate in (sh("message"), sh("description"), _COMMENT, sh("name"), _LABEL):
        texts = [literal(value) for value in shapes.index.values(shape.label, predicate) if is_literal(value)]
        texts.sort(key=lambda text: (not text.language.startswith("en"), text.language != "", text.text))
        if texts:
            return " ".join(texts[0].text.split())
    return ""


def _other_way(shape: Shape, chain: list[Shape], dry: set[str]) -> bool:
    """Say whether a shape below an unreached one has a reached target of its own."""
    return shape.name not in dry and any(
        link.name not in dry
        and any(link.values(f"target{kind}") for kind in ("Class", "Node", "SubjectsOf", "ObjectsOf"))
        for link in chain
    )
