"""What a result means and what to do next, in sentences for the person who edits the file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable

from ascn_graph.namespaces import PREFIXES
from ascn_graph.nearest import closest
from ascn_graph.ntriples import iri, is_blank, is_iri, is_literal, literal, name_of, show
from ascn_graph.validation.engines import Finding
from ascn_graph.validation.index import TYPE
from ascn_graph.validation.locate import Locator, Place
from ascn_graph.validation.shape import Shape, readable_path
from ascn_graph.validation.shapes import Shapes
from ascn_graph.validation.vocabulary import SH, sh

__all__ = ["Explainer"]

_XSD = PREFIXES["xsd"]
_KINDS = {
    "IRI": "an IRI",
    "BlankNode": "a blank node",
    "Literal": "a literal",
    "BlankNodeOrIRI": "an IRI or a blank node",
    "BlankNodeOrLiteral": "a blank node or a literal",
    "IRIOrLiteral": "an IRI or a literal",
}


# What a text must look like to be worth another datatype; of others nothing is known here.
_ZONE = r"(?:Z|[+-]\d\d:\d\d)?"
_FORMS = {
    name: re.compile(form)
    for name, form in {
        "boolean": "true|false|0|1",
        "date": rf"-?\d{{4,}}-\d\d-\d\d{_ZONE}",
        "dateTime": rf"-?\d{{4,}}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?{_ZONE}",
        "decimal": r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)",
        "gYear": rf"-?\d{{4,}}{_ZONE}",
        "gYearMonth": rf"-?\d{{4,}}-\d\d{_ZONE}",
        "hexBinary": "(?:[0-9A-Fa-f]{2})*",
        "integer": r"[+-]?\d+",
        "nonNegativeInteger": r"\+?\d+|-0+",
        "positiveInteger": r"\+?0*[1-9]\d*",
    }.items()
}


class Explainer:
    """Words for results, from the shapes that were broken and the data around them."""

    def __init__(self, shapes: Shapes, locator: Locator, prefixes: dict[str, str]) -> None:
        """Keep what the words are about; `prefixes` are those of the data."""
        self.shapes = shapes
        self.locator = locator
        self.prefixes = prefixes

    def message(self, finding: Finding) -> str:
        """Give the sentence of a result: the author's own in English where there is one, else one of ours."""
        shape = self.shapes.by_name.get(finding.shape)
        authored = finding.messages if shape is None or self._has_words(finding, shape) else ()
        if authored:
            in_order = sorted(authored, key=lambda item: (not item[1].startswith("en"), item[1] != "", item))
            return " ".join(in_order[0][0].split())
        text = self._default(finding, shape)
        return "The" + text[3:] if text.startswith("the ") else text

    def step(self, finding: Finding, place: Place) -> str:
        """Give the next step for a result, or an empty text where none can be computed."""
        shape = self.shapes.by_name.get(finding.shape)
        name = _short(finding.component)
        ways: dict[str, Callable[[Finding, Shape], str]] = {
            "MinCount": self._give,
            "QualifiedMinCount": self._give,
            "HasValue": self._give_value,
            "MaxCount": self._keep,
            "Closed": self._allowed,
            "Class": self._typed,
            "Datatype": self._datatype,
            "In": self._member,
            "NodeKind": self._node_kind,
            "LanguageIn": self._languages,
            "UniqueLang": self._keep,
            "Pattern": self._pattern,
        }
        if shape is None or name not in ways:
            return ""
        step = ways[name](finding, shape)
        if step and place.rule == "subject" and name in ("MinCount", "HasValue") and place.fact is not None:
            step += f", in the statements that begin at line {place.location.line}"
        return step + "." if step and not step.endswith(("?", ".")) else step

    # -- Messages ------------------------------------------------------------------------------------------------------

    def _has_words(self, finding: Finding, shape: Shape) -> bool:
        if shape.values("message"):
            return True
        if finding.component == sh("SPARQLConstraintComponent"):
            return any(self.shapes.index.values(node, sh("message")) for node in shape.values("sparql"))
        return not finding.component.startswith(f"<{SH}")

    def _default(self, finding: Finding, shape: Shape | None) -> str:
        name = _short(finding.component)
        path = readable_path(finding.path, self.prefixes)
        focus = self.show(finding.focus)
        value = self.show(finding.value) if finding.value else ""
        of = f"the value {value} of {path}" if path and value else value or focus

        def stated(parameter: str) -> str:
            values = shape.values(parameter) if shape else []
            return " and ".join(self.show(item) for item in values) or "what the shape states"

        some = self._number(finding)
        sentences = {
            "MinCount": f"{focus} has {some} of {path}; at least {stated('minCount')} must be given",
            "MaxCount": f"{focus} has {some} of {path}; at most {stated('maxCount')} may be given",
            "Class": f"{of} must be an instance of {stated('class')}",
            "Datatype": f"{of} must be a valid {stated('datatype')}",
            "NodeKind": f"{of} must be {_KINDS.get(name_of(stated('nodeKind')), stated('nodeKind'))}",
            "MinExclusive": f"{of} must be more than {stated('minExclusive')}",
            "MinInclusive": f"{of} must be at least {stated('minInclusive')}",
            "MaxExclusive": f"{of} must be less than {stated('maxExclusive')}",
            "MaxInclusive": f"{of} must be at most {stated('maxInclusive')}",
            "MinLength": f"{of} must have at least {stated('minLength')} characters",
            "MaxLength": f"{of} must have at most {stated('maxLength')} characters",
            "Pattern": f"{of} must match {stated('pattern')}",
            "LanguageIn": f"{of} must be in one of the languages {self._list(shape, 'languageIn')}",
            "UniqueLang": f"{focus} has more than one value of {path} in one language",
            "Equals": f"{of} must be a value of both {path or 'the node'} and {stated('equals')}",
            "Disjoint": f"{of} must not be a value of {stated('disjoint')} too",
            "LessThan": f"{of} must be less than every value of {stated('lessThan')}",
            "LessThanOrEquals": f"{of} must be at most every value of {stated('lessThanOrEquals')}",
            "Not": f"{of} must not have the shape {self._named(shape, 'not')}",
            "And": f"{of} must have every one of the shapes in sh:and",
            "Or": f"{of} must have at least one of the shapes in sh:or",
            "Xone": f"{of} must have exactly one of the shapes in sh:xone",
            "Node": f"{of} must have the shape {self._named(shape, 'node')}",
            "QualifiedMinCount": f"{focus} needs at least {stated('qualifiedMinCount')} values of {path} that have "
            f"the shape {self._named(shape, 'qualifiedValueShape')}",
            "QualifiedMaxCount": f"{focus} may have at most {stated('qualifiedMaxCount')} values of {path} that have "
            f"the shape {self._named(shape, 'qualifiedValueShape')}",
            "Closed": f"{focus} may not have {path}: its shape is closed and lists other properties",
            "HasValue": f"{focus} must have {stated('hasValue')}" + (f" as a value of {path}" if path else ""),
            "In": f"{of} must be one of {self._list(shape, 'in')}",
            "SPARQL": f"{of if value else focus} breaks a SPARQL constraint of its shape",
        }
        return sentences.get(name, f"{of} breaks {self.show(finding.component)}") + "."

    def show(self, term: str) -> str:
        """Write a term for people, with the prefixes of the data."""
        return show(term, self.prefixes)

    def _number(self, finding: Finding) -> str:
        number = len({fact.value for fact in self.locator.index.facts(finding.focus, finding.path)})
        return "no value" if not number else "1 value" if number == 1 else f"{number} values"

    def _items(self, shape: Shape | None, parameter: str) -> list[str]:
        heads = shape.values(parameter) if shape else []
        return (self.shapes.index.items(heads[0]) or []) if heads else []

    def _list(self, shape: Shape | None, parameter: str) -> str:
        items = [self.show(item) for item in self._items(shape, parameter)]
        return ", ".join(items[:8]) + (f" and {len(items) - 8} more" if len(items) > 8 else "")  # noqa: PLR2004

    def _named(self, shape: Shape | None, parameter: str) -> str:
        for value in shape.values(parameter) if shape else []:
            other = self.shapes.by_label.get(value)
            if other is not None:
                return (
                    f"at line {other.location.line} of {other.location.file}" if other.anonymous else self.show(value)
                )
        return "that is stated there"

    # -- Next steps ----------------------------------------------------------------------------------------------------

    def _who(self, focus: str) -> str:
        """Call a node by its class, as people do: "the city"."""
        types = self.locator.index.values(focus, TYPE)
        return f"the {name_of(types[0])} {self.show(focus)}" if types else self.show(focus)

    def _give(self, finding: Finding, shape: Shape) -> str:
        if not finding.path.startswith("<") or finding.path.count("<") > 1:
            return ""
        wanted = finding.path
        known = {text for other in self.shapes for text in [other.path] if text and is_iri(text)}
        strays = {
            fact.row[1]
            for fact in self.locator.index.of(finding.focus)
            if fact.row[1] not in known and fact.row[1] != TYPE
        }
        stray = _nearest_iri(wanted, strays)
        if stray:
            return f"did you mean {self.show(wanted)} where {self.show(stray)} is written?"
        return f"give {self._who(finding.focus)} its {self.show(wanted)}{self._form(shape)}"

    def _form(self, shape: Shape) -> str:
        """Say what a value looks like, as far as the shape tells."""
        datatype, kind = shape.first("datatype"), shape.first("class")
        if datatype:
            return f', such as "…"^^{self.show(datatype)}' if name_of(datatype) not in ("string", "langString") else ""
        return f", a {self.show(kind)}" if kind else ""

    def _give_value(self, finding: Finding, shape: Shape) -> str:
        path = readable_path(finding.path, self.prefixes)
        values = ", ".join(self.show(value) for value in shape.values("hasValue"))
        return f"give {self._who(finding.focus)} {path} {values}" if path else ""

    def _keep(self, finding: Finding, _shape: Shape) -> str:
        found = {fact.value for fact in self.locator.index.facts(finding.focus, finding.path)}
        if _short(finding.component) == "UniqueLang":
            languages = Counter(literal(value).language for value in found if is_literal(value))
            found = {value for value in found if is_literal(value) and languages[literal(value).language] > 1}
        values = sorted(self.show(value) for value in found)
        return f"keep one of {', '.join(values)}" if 1 < len(values) <= 5 else ""  # noqa: PLR2004 - a short list

    def _allowed(self, finding: Finding, shape: Shape) -> str:
        ignored = self._items(shape, "ignoredProperties")
        children = [self.shapes.by_label.get(value) for value in shape.values("property")]
        allowed = [child.path for child in children if child is not None and child.path and is_iri(child.path)]
        near = _nearest_iri(finding.path, [*allowed, *ignored])
        return (
            f"did you mean {self.show(near)}?" if near else f"remove it, or add {self.show(finding.path)} to the shape"
        )

    def _typed(self, finding: Finding, shape: Shape) -> str:
        wanted = shape.first("class")
        if wanted is None or is_literal(finding.value) or not finding.value:
            return f"point to a {self.show(wanted)} instead of a literal" if wanted else ""
        if self.locator.index.of(finding.value):
            return f"state that {self.show(finding.value)} is a {self.show(wanted)}, or point to one"
        instances = [fact.row[0] for fact in self.locator.incoming.get(wanted, []) if fact.row[1] == TYPE]
        near = _nearest_iri(finding.value, [node for node in instances if is_iri(node)])
        if near:
            return f"did you mean {self.show(near)}?"
        return f"describe {self.show(finding.value)}: nothing in the data says what it is"

    def _datatype(self, finding: Finding, shape: Shape) -> str:
        wanted = shape.first("datatype")
        if wanted is None or not is_literal(finding.value):
            return f"write a literal of type {self.show(wanted)}" if wanted else ""
        parts = literal(finding.value)
        if iri(parts.datatype) == wanted:
            return f"write a value that {self.show(wanted)} allows"
        shown = show(f'"{finding.value[1:].rpartition(chr(34))[0]}"', {})
        if name_of(wanted) == "langString":
            return f"write {shown}@en, or its own language"
        if name_of(wanted) == "string":
            return f"write {shown} without a language or datatype"
        form = _FORMS.get(name_of(wanted))
        if form is not None and not form.fullmatch(parts.text):
            return f"write a value that {self.show(wanted)} allows"
        return f"write {shown}^^{self.show(wanted)}"

    def _member(self, finding: Finding, shape: Shape) -> str:
        items = self._items(shape, "in")
        if is_iri(finding.value):
            near = _nearest_iri(finding.value, [item for item in items if is_iri(item)])
        else:
            near = closest(finding.value, [item for item in items if is_literal(item)])
        return f"did you mean {self.show(near)}?" if near else f"choose one of {self._list(shape, 'in')}"

    def _node_kind(self, finding: Finding, shape: Shape) -> str:
        wanted = name_of(shape.first("nodeKind") or "")
        if wanted == "IRI" and is_literal(finding.value):
            text = literal(finding.value).text
            return f"write <{text}>" if "://" in text else "write the IRI of the thing instead of its name"
        if wanted == "IRI" and is_blank(finding.value):
            return "give the node an IRI"
        return ""

    def _languages(self, finding: Finding, shape: Shape) -> str:
        allowed = [literal(item).text for item in self._items(shape, "languageIn") if is_literal(item)]
        return f"tag the text with @{' or @'.join(allowed)}" if allowed and finding.value else ""

    def _pattern(self, _finding: Finding, shape: Shape) -> str:
        return (
            "" if shape.values("message") else f"write it so that it matches {self.show(shape.first('pattern') or '')}"
        )


def _short(component: str) -> str:
    return name_of(component).removesuffix("ConstraintComponent")


def _nearest_iri(wanted: str, choices: Iterable[str]) -> str | None:
    """Give the IRI with the nearest last part."""
    by_name: dict[str, str] = {}
    for choice in sorted(set(choices)):
        by_name.setdefault(name_of(choice), choice)
    found = closest(name_of(wanted), by_name)
    return by_name[found] if found and by_name[found] != wanted else None
