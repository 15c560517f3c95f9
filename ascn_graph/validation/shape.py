"""One shape: what it states, where, and what people call it."""

from __future__ import annotations

import re
from typing import NamedTuple

from ascn_graph.ntriples import is_blank, show
from ascn_graph.validation.index import TRUE, Fact
from ascn_graph.validation.sources import Location, Source
from ascn_graph.validation.vocabulary import COMPONENTS, sh

__all__ = ["DEEPEST", "Component", "Parameter", "Shape", "readable_path"]

#: How far shapes and paths are followed into each other.
DEEPEST = 50


class Parameter(NamedTuple):
    """One statement of a shape: the parameter, its value and where it stands."""

    name: str
    value: str
    fact: Fact


class Component(NamedTuple):
    """A constraint component of the shapes' own: its IRI, its parameters, and those without which it does not act."""

    name: str
    parameters: tuple[str, ...]
    mandatory: tuple[str, ...]


class Shape:
    """One shape.

    Attributes:
        name: its IRI as a term; an anonymous shape has one made of its position.
        anonymous: whether it is a blank node in the file.
        key: a name that stays the same while other lines of the file change.
        location: where it is first written as a subject, or as the value that opens its brackets.
        path: the node that is its sh:path, or None for a node shape.
        parameters: what it states, in document order.
        custom: the constraint components of the shapes' own that it has, each with its first parameter.
        parent: the shape that refers to it, or None.
        source: the file it stands in.
    """

    def __init__(self, name: str, label: str, location: Location, source: Source) -> None:
        """Start an empty shape."""
        self.name = name
        self.label = label
        self.location = location
        self.source = source
        self.key = name
        self.path: str | None = None
        self.path_text = ""
        self.parameters: list[Parameter] = []
        self.custom: list[tuple[str, Parameter]] = []
        self.parent: Shape | None = None

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

    def constraints(self) -> list[tuple[str, Parameter]]:
        """Return its constraint components, each with the parameter that starts it; sh:property starts none."""
        found: dict[str, Parameter] = {}
        for parameter in self.parameters:
            component = COMPONENTS.get(parameter.name)
            if component is not None and parameter.name != sh("property"):
                found.setdefault(component, parameter)
        return [*found.items(), *self.custom]

    @property
    def deactivated(self) -> bool:
        """Whether a line of its own switches the shape off."""
        return TRUE in self.values("deactivated")

    def named(self) -> Shape:
        """Return the nearest shape upwards that has a name of its own, or the topmost one."""
        shape, steps = self, 0
        while shape.anonymous and shape.parent is not None and steps < DEEPEST:
            shape, steps = shape.parent, steps + 1
        return shape

    def title(self) -> str:
        """Name the shape for people: its own name, or the name above it and the path."""
        prefixes = self.source.document.prefixes
        top = self.named()
        name = show(top.name, prefixes) if not top.anonymous else f"the shape at line {top.location.line}"
        return f"{name} → {self.path_text}" if self is not top and self.path_text else name


def readable_path(text: str, prefixes: dict[str, str]) -> str:
    """Shorten the IRIs of a path by the prefixes of a file."""
    return re.sub(r"<[^>]*>", lambda match: show(match.group(), prefixes), text)
