"""What a result means, in a sentence for the person who edits the file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from ascn_graph.ntriples import LiteralParts, is_literal, literal, show
from ascn_graph.validation.engines import Finding
from ascn_graph.validation.locate import Locator, ResultPlace
from ascn_graph.validation.shapes import Shape, readable_path
from ascn_graph.validation.vocabulary import NODE_KINDS, SH, sh, short

__all__ = ["Explainer", "Told", "listed"]

#: What is said of each component; a name in braces that is no word of `_Words` is what the shape states for it.
_SENTENCES = {
    "MinCount": "{focus} has {some} of {path}; at least {minCount} must be given",
    "MaxCount": "{focus} has {some} of {path}; at most {maxCount} may be given",
    "Class": "{of} must be an instance of {class}",
    "Datatype": "{of} must be a valid {datatype}",
    "NodeKind": "{of} must be {nodeKind}",
    "MinExclusive": "{of} must be more than {minExclusive}",
    "MinInclusive": "{of} must be at least {minInclusive}",
    "MaxExclusive": "{of} must be less than {maxExclusive}",
    "MaxInclusive": "{of} must be at most {maxInclusive}",
    "MinLength": "{of} must have at least {minLength} characters",
    "MaxLength": "{of} must have at most {maxLength} characters",
    "Pattern": "{of} must match {pattern}",
    "LanguageIn": "{of} must be in one of the languages {languageIn}",
    "UniqueLang": "{focus} has more than one value of {path} in the language {language}",
    "Equals": "{of} must be a value of both {path} and {equals}",
    "Disjoint": "{of} must not be a value of {disjoint} too",
    "LessThan": "{of} must be less than every value of {lessThan}",
    "LessThanOrEquals": "{of} must be at most every value of {lessThanOrEquals}",
    "Not": "{of} must not have the shape {not}",
    "And": "{of} must have every one of the shapes in sh:and",
    "Or": "{of} must have at least one of the shapes in sh:or",
    "Xone": "{of} must have exactly one of the shapes in sh:xone",
    "Node": "{of} must have the shape {node}",
    "QualifiedMinCount": "{focus} needs at least {qualifiedMinCount} values of {path} that have the shape "
    "{qualifiedValueShape}",
    "QualifiedMaxCount": "{focus} may have at most {qualifiedMaxCount} values of {path} that have the shape "
    "{qualifiedValueShape}",
    "Closed": "{closed} may not have {path}: its shape is closed and lists other properties",
    "HasValue": "{focus} must have {hasValue} as a value of {path}",
    "In": "{of} must be one of {in}",
    "SPARQL": "{of} breaks a SPARQL constraint of its shape",
}
_SLOT = re.compile(r"\\\{\\[?$]\w+\\\}")
_MANY = 8


class Told(NamedTuple):
    """A result with what is known of it: the shape that was broken, if it is one of the files', and the place."""

    finding: Finding
    shape: Shape | None
    place: ResultPlace

    @property
    def name(self) -> str:
        """The short name of the component."""
        return short(self.finding.component)


class Explainer:
    """Words for results, from the shapes that were broken and the data around them."""

    def __init__(self, locator: Locator, prefixes: Mapping[str, str], language: str = "en") -> None:
        """Keep what the words are about; `prefixes` are those of the data, `language` that of the reader."""
        self.locator = locator
        self.shapes = locator.shapes
        self.prefixes = prefixes
        self.language = language

    def told(self, finding: Finding) -> Told:
        """Find the shape and the place of a result."""
        return Told(finding, self.shapes.by_name.get(finding.shape), self.locator.place(finding))

    def messages(self, told: Told) -> list[tuple[str, str]]:
        """Return the messages that the author of the shapes gave, each with its language or an empty text."""
        finding, shape = told.finding, told.shape
        if shape is None:
            return list(finding.messages)
        nodes = self._stating(finding, shape)
        if not nodes:
            return sorted((part.text, part.language) for part in self._texts(shape.label))
        # Engines put values into a message, and lose its language or not.
        templates = [part for node in (*nodes, shape.label) for part in self._texts(node)]
        found: dict[tuple[str, str], None] = {}
        for text, language in finding.messages:
            tags = [part.language for part in templates if _fits(text, part.text)]
            if tags:
                found[text, language if language in tags else tags[0]] = None
        return sorted(found)

    def message(self, told: Told) -> str:
        """Return the sentence of a result: the author's, in the reader's language or English, else one of ours."""
        authored = self.messages(told)
        if authored:
            best = min(authored, key=lambda item: (self._distance(item[1]), item))
            return " ".join(best[0].split())
        words = _Words(self, told)
        text = _SENTENCES.get(told.name, "{of} breaks {component}").format_map(words)
        return ("The" + text[3:] if text.startswith("the ") else text) + "."

    def _distance(self, tag: str) -> int:
        """Return how far a language is from the reader's: the same, akin, English, none, another."""
        primary = tag.split("-", maxsplit=1)[0]
        near = (tag == self.language, primary == self.language.split("-")[0], primary == "en", not tag, True)
        return near.index(True)

    def _stating(self, finding: Finding, shape: Shape) -> list[str]:
        """Return the nodes besides the shape that may state the message of a result: those that state its query."""
        if finding.component == sh("SPARQLConstraintComponent"):
            return shape.values("sparql")
        if finding.component.startswith(f"<{SH}"):
            return []
        return [finding.component, *self.shapes.validators(finding.component)]

    def _texts(self, node: str) -> list[LiteralParts]:
        return [literal(text) for text in self.shapes.index.values(node, sh("message")) if is_literal(text)]

    def show(self, term: str) -> str:
        """Write a term for people, with the prefixes of the data."""
        return show(term, self.prefixes)

    def items(self, shape: Shape | None, parameter: str) -> list[str]:
        """Return the members of the list that a shape states for a parameter."""
        heads = shape.values(parameter) if shape else []
        return (self.shapes.index.items(heads[0]) or []) if heads else []


class _Words(dict[str, str]):
    """The words of one sentence, each made when it is asked for."""

    def __init__(self, explainer: Explainer, told: Told) -> None:
        super().__init__()
        self.explainer = explainer
        self.told = told

    def __missing__(self, name: str) -> str:
        finding, shape, place = self.told
        explainer, show = self.explainer, self.explainer.show
        path = readable_path(finding.path, explainer.prefixes) or "the node"
        value = self._value() if finding.value else ""
        if name == "of":
            return f"the value {value} of {path}" if finding.path and value else value or show(finding.focus)
        if name == "closed":
            subject = place.fact.row[0] if place.fact is not None and place.rule == "predicate" else finding.focus
            return show(subject)
        if name in ("in", "languageIn"):
            return listed([show(item) for item in explainer.items(shape, name)])
        if name in ("not", "node", "qualifiedValueShape"):
            return self._shape(shape, name)
        if name in ("focus", "component"):
            return show(getattr(finding, name))
        return {"path": path, "some": self._number(), "language": finding.language}.get(name) or self._stated(
            shape, name
        )

    def _value(self) -> str:
        term = self.told.finding.value
        if self.told.name != "Datatype" or not is_literal(term) or literal(term).language:
            return self.explainer.show(term)
        # Where the datatype is what is wrong, it is shown, though Turtle would leave it out.
        parts = literal(term)
        plain = self.explainer.show(f'"{term[1:].rpartition(chr(34))[0]}"')
        return plain if parts.datatype.endswith("#string") else f"{plain}^^{self.explainer.show(f'<{parts.datatype}>')}"

    def _stated(self, shape: Shape | None, name: str) -> str:
        values = shape.values(name) if shape else []
        words = NODE_KINDS if name == "nodeKind" else {}
        return (
            " and ".join(words.get(value) or self.explainer.show(value) for value in values) or "what the shape states"
        )

    def _shape(self, shape: Shape | None, name: str) -> str:
        for other in shape.referred(name) if shape else []:
            place = other.location
            return f"at line {place.line} of {place.file}" if other.anonymous else self.explainer.show(other.label)
        return "that is stated there"

    def _number(self) -> str:
        finding, shape = self.told.finding, self.told.shape
        values = self.explainer.locator.values(finding.focus, shape) if shape else []
        return "no value" if not values else "1 value" if len(values) == 1 else f"{len(values)} values"


def listed(items: list[str]) -> str:
    """Return the first items of a list, and how many more there are."""
    return ", ".join(items[:_MANY]) + (f" and {len(items) - _MANY} more" if len(items) > _MANY else "")


def _fits(text: str, template: str) -> bool:
    """Return whether a message may come from a template in which values were put in place of variables."""
    return re.fullmatch(_SLOT.sub("(?s:.*)", re.escape(template)), text) is not None
