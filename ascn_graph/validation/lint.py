"""What is wrong with shapes before anything runs: a shape that is misspelt must never mean that data conforms."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from ascn_graph.errors import InputError, UsageError
from ascn_graph.namespaces import STANDARD
from ascn_graph.nearest import closest
from ascn_graph.ntriples import is_blank, is_iri, is_literal, literal, name_of, show
from ascn_graph.validation.forbidden import refuse
from ascn_graph.validation.patterns import translated
from ascn_graph.validation.report import Note
from ascn_graph.validation.shapes import Shape, ShapeParameter, Shapes, closure
from ascn_graph.validation.sources import Location
from ascn_graph.validation.vocabulary import (
    ADVANCED,
    MANY,
    NIL,
    NODE_KINDS,
    OWL_IMPORTS,
    PARAMETER_KINDS,
    REFERENCES,
    SH,
    TERMS,
    TRUE,
    TYPE,
    Declared,
    sh,
)

__all__ = ["LEVELS", "LINT_RULES", "Levels", "Suspicion", "lint", "notes", "refuse", "unknown"]

#: What a rule can be set to.
LEVELS = ("error", "warn", "off")
# What is no error of one's own project either: a file may mean another namespace.
_DOUBTFUL = {"other-namespace": "warn"}
#: Every rule with its level for shapes that are not the project's own; there each other is an error.
LINT_RULES = {
    **_DOUBTFUL,
    "ill-formed": "error",
    "meta": "error",
    "misplaced": "error",
    "undeclared-term": "error",
    "unknown-term": "warn",
    "unstated-shape": "warn",
    "without-effect": "warn",
    "advanced": "note",
    "unreached": "note",
}
_NEEDS_PATH = frozenset(
    map(sh, "minCount maxCount uniqueLang lessThan lessThanOrEquals qualifiedMinCount qualifiedMaxCount".split())  # noqa: SIM905 - as prose
)
_COUNT = re.compile(rf'"\+?\d+"\^\^<{STANDARD["xsd"]}integer>')
_UNSTATED = "that these files state"


class Suspicion(NamedTuple):
    """What a rule of the lint found: the rule's code, a sentence and its place."""

    code: str
    problem: str
    place: Location


class Levels:
    """The level of each rule in one run, `by_code`."""

    def __init__(self, *settings: str | Mapping[str, str] | None, own: bool) -> None:
        """Take settings, the later ones over the earlier: a level for every rule, or levels by code.

        Raises:
            UsageError: there is no such rule or level.
        """
        self.by_code = dict.fromkeys(LINT_RULES, "error") | _DOUBTFUL if own else dict(LINT_RULES)
        for setting in settings:
            if isinstance(setting, str) and setting not in LEVELS:
                raise UsageError(f"The level of the lint is one of {', '.join(LEVELS)}, not '{setting}'.")
            stated = dict.fromkeys(LINT_RULES, setting) if isinstance(setting, str) else setting or {}
            for code, level in stated.items():
                if wrong := unknown(code, level):
                    raise UsageError(f"{wrong[0].upper()}{wrong[1:]}{'' if wrong.endswith('?') else '.'}")
                self.by_code[code] = level

    def errors(self, found: Iterable[Suspicion]) -> list[InputError]:
        """Return what is an error, in the form of faults of the input."""
        return [
            item.place.fault(f"{item.problem} [{item.code}]") for item in found if self.by_code[item.code] == "error"
        ]

    def notes(self, found: Iterable[Suspicion]) -> list[Note]:
        """Return what is a warning or a note."""
        names = {"warn": "warning", "note": "note"}
        return [
            Note(item.problem, item.place, names[self.by_code[item.code]], item.code)
            for item in found
            if self.by_code[item.code] in names
        ]


def unknown(code: str, level: object) -> str:
    """Return what is wrong with a rule's code or its level, or an empty text."""
    if code not in LINT_RULES:
        near = closest(code, LINT_RULES)
        return f"the lint has no rule '{code}'" + (
            f"; did you mean {near}?" if near else f"; there are {', '.join(LINT_RULES)}"
        )
    return "" if level in LEVELS else f"the level of '{code}' is one of {', '.join(LEVELS)}, not '{level}'"


_Found = Iterator[Suspicion]


def lint(shapes: Shapes, declared: Declared | None, *, advanced: bool = False) -> list[Suspicion]:
    """Find what makes shapes mean something else than they seem to.

    Args:
        shapes: the shapes.
        declared: every subject of our ontology, to which terms of our namespace are held; None for other people's.
        advanced: whether the Advanced Features are run.

    Returns:
        What was found by file and line, each with the code of its rule.
    """
    found = [*_vocabulary(shapes, declared)]
    # Shapes that are not used, or switched off, are not held against a file.
    for shape in shapes.used:
        found += [*_parameters(shapes, shape), *_kind(shapes, shape), *_without_effect(shape)]
        found += () if advanced else _advanced(shapes, shape)
    return sorted(set(found), key=lambda item: (item.place, item.problem))


def notes(shapes: Shapes) -> list[Note]:
    """Return what of the shapes is left undone by design."""
    return [
        Note(f"owl:imports {fact.value} is not followed; give that file with --shapes too", fact.at_object())
        for fact in shapes.index
        if fact.row[1] == OWL_IMPORTS
    ]


def _vocabulary(shapes: Shapes, declared: Declared | None) -> _Found:
    """Find terms that SHACL does not have, and terms of the project that its ontology does not."""
    names = {name_of(term): term for term in TERMS}
    deactivated = closure(shape for shape in shapes if shape.deactivated)
    inert = {shape.label for shape in deactivated.difference(shapes.used)}
    for fact in shapes.index:
        for term, place in ((fact.row[1], fact.at_predicate), (fact.value, fact.at_object)):
            if term.startswith(f"<{SH}") and term not in TERMS and term != f"<{SH}>" and fact.row[0] not in inert:
                near = closest(name_of(term), names)
                hint = f"; did you mean sh:{near}?" if near else ""
                yield Suspicion("unknown-term", f"SHACL has no term sh:{name_of(term)}{hint}", place())
            problem = declared.lacks(term) if declared is not None else ""
            if problem and not shapes.index.of(term):
                yield Suspicion("undeclared-term", problem, place())


def _advanced(shapes: Shapes, shape: Shape) -> _Found:
    for fact in shapes.index.of(shape.label):
        if fact.row[1] in ADVANCED:
            what = f"sh:{name_of(fact.row[1])} of {shape.title()}"
            problem = f"{what} is a SHACL Advanced Feature and is left out; --advanced runs it"
            yield Suspicion("advanced", problem, fact.at_predicate())


def _parameters(shapes: Shapes, shape: Shape) -> _Found:
    seen: set[str] = set()
    for parameter in shape.parameters:
        name, fact, other = f"sh:{name_of(parameter.name)}", parameter.fact, shapes.by_label.get(parameter.value)
        if parameter.name in seen and parameter.name not in MANY:
            yield Suspicion("ill-formed", f"{name} stands twice in one shape; only one can hold", fact.at_predicate())
        seen.add(parameter.name)
        if wrong := _wrong(shapes, parameter):
            shown = show(parameter.value, shape.source.document.prefixes)
            code = "unstated-shape" if wrong.endswith(_UNSTATED) else "ill-formed"
            yield Suspicion(code, f"{name} {wrong}, not {shown}", fact.at_object())
        if parameter.name in _NEEDS_PATH and shape.path is None:
            problem = f"{name} belongs in a property shape: this one has no sh:path"
            yield Suspicion("misplaced", problem, fact.at_predicate())
        if parameter.name in REFERENCES and parameter.value == NIL:
            end = "fulfils" if name == "sh:and" else "breaks"
            yield Suspicion("without-effect", f"every node {end} {name} of no shapes", fact.at_object())
        if name == "sh:node" and other is not None and other.path is not None:
            problem = "sh:node takes a node shape; one with a sh:path belongs in sh:property"
            yield Suspicion("ill-formed", problem, fact.at_object())


def _without_effect(shape: Shape) -> _Found:
    """Find parameters that mean nothing without another."""
    for name, other in (("flags", "pattern"), ("ignoredProperties", "closed")):
        if shape.values(name) and not shape.values(other):
            yield Suspicion("without-effect", f"sh:{name} without sh:{other} means nothing", shape.location)
    counted = any(map(shape.values, ("qualifiedMinCount", "qualifiedMaxCount")))
    if bool(shape.values("qualifiedValueShape")) != counted:
        problem = "sh:qualifiedValueShape and sh:qualifiedMinCount or MaxCount need each other"
        yield Suspicion("without-effect", problem, shape.location)


def _kind(shapes: Shapes, shape: Shape) -> _Found:
    """Hold a shape to what it is said to be: a property shape has a path, a node shape has none."""
    kinds = {fact.value: fact for fact in shapes.index.facts(shape.label, TYPE)}
    if shape.path is None and sh("PropertyShape") in kinds:
        problem = "a sh:PropertyShape needs a sh:path"
        yield Suspicion("ill-formed", problem, kinds[sh("PropertyShape")].at_object())
    elif shape.path is None and shape.label in shapes.properties:
        yield Suspicion("misplaced", "a shape that sh:property refers to needs a sh:path", shape.location)
    if shape.path is not None and sh("NodeShape") in kinds:
        problem = "a sh:NodeShape has no sh:path; one with a path is a sh:PropertyShape"
        yield Suspicion("ill-formed", problem, kinds[sh("NodeShape")].at_object())


def _is_text(term: str) -> bool:
    return is_literal(term) and literal(term).datatype.endswith(("#string", "#langString"))


#: For each kind of parameter, what its value or each item of its list must be, and the words for that.
_ONE: dict[str, tuple[Callable[[str], object], str]] = {
    "IRI": (is_iri, "must be an IRI"),
    "boolean": ({TRUE, TRUE.replace("true", "false", 1)}.__contains__, "must be true or false"),
    "count": (_COUNT.fullmatch, "must be a whole number such as 1"),
    "text": (_is_text, "must be a text"),
    "literal": (is_literal, "must be a literal"),
    "kind of node": (NODE_KINDS.__contains__, "must be one of sh:IRI, sh:BlankNode, sh:Literal and their pairs"),
    "node": (lambda term: not is_literal(term), "must be a node that states a query"),
}
_ITEMS: dict[str, tuple[Callable[[str], object], str]] = {
    "list": (bool, ""),
    "languages": (is_literal, "must be a list of language tags"),
    "IRIs": (is_iri, "must be a list of IRIs"),
}


def _wrong(shapes: Shapes, parameter: ShapeParameter) -> str:  # noqa: PLR0911 - one return a kind of parameter
    """Return what the value of a parameter must be and is not, or an empty text."""
    kind, value, index = PARAMETER_KINDS[parameter.name], parameter.value, shapes.index
    if kind in ("shapes", *_ITEMS):
        items = index.items(value)
        if items is None:
            return "must be a list in round brackets that ends and does not run in a circle"
        test, words = _ITEMS.get(kind, (index.of, f"must be a list of shapes {_UNSTATED}"))
        return "" if all(map(test, items)) else words
    if kind == "shape":
        return "" if index.of(value) else "must be a shape" + ("" if is_literal(value) else f" {_UNSTATED}")
    if kind == "path":
        return "" if shapes.path_text(value) is not None else "must be an IRI or a well-formed path"
    if kind == "term":
        blank = is_blank(value) and parameter.name != sh("hasValue")
        return "must be an IRI or a literal: nothing else can name a blank node" if blank else ""
    test, words = _ONE["text" if kind == "pattern" else kind]
    if kind == "pattern" and test(value):
        flags = next(iter(index.values(parameter.fact.row[0], sh("flags"))), '""')
        good = not is_literal(flags) or any(translated(engine, value, flags) for engine in ("fast", "pyshacl"))
        return "" if good else "must be a regular expression that an engine here can match"
    return "" if test(value) else words
