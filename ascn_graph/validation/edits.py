"""The edits of one shape that a test of the shapes ought to notice, by the parameter they touch."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import NamedTuple

from pyoxigraph import Literal

from ascn_graph.namespaces import PREFIXES
from ascn_graph.validation import text_edits
from ascn_graph.validation.path_edits import bent, listed, to
from ascn_graph.validation.shapes import TRUE, Parameter, Shape, Shapes
from ascn_graph.validation.terms import iri, is_iri, is_literal, literal, name_of, show
from ascn_graph.validation.turtle import Row
from ascn_graph.validation.vocabulary import COMPONENTS, sh

__all__ = ["Bench", "Edit", "Shown", "of"]

_XSD = PREFIXES["xsd"]
_FALSE = TRUE.replace("true", "false", 1)
_NUMBER = re.compile(r'"([+-]?\d+(?:\.\d+)?)"(\^\^.*)')
_TARGETS = {sh(f"target{name}") for name in ("Class", "Node", "SubjectsOf", "ObjectsOf")}
_QUALIFIED = [sh(f"qualified{name}") for name in ("MinCount", "MaxCount", "ValueShape", "ValueShapesDisjoint")]
_PAIRS = [("minInclusive", "minExclusive"), ("maxInclusive", "maxExclusive"), ("lessThan", "lessThanOrEquals")]
_SWAPS = {sh(one): sh(other) for left, right in _PAIRS for one, other in ((left, right), (right, left))}
_COUNTS = {
    sh(name) for name in ["minCount", "maxCount", "minLength", "maxLength", "qualifiedMinCount", "qualifiedMaxCount"]
}
_LEAST = {sh(name) for name in ("minCount", "minLength", "qualifiedMinCount")}
_DATATYPES = {
    iri(_XSD + one): iri(_XSD + other)
    for one, other in {
        "integer": "decimal",
        "decimal": "integer",
        "double": "decimal",
        "date": "dateTime",
        "dateTime": "date",
        "gYear": "gYearMonth",
        "gYearMonth": "date",
        "boolean": "string",
        "anyURI": "string",
    }.items()
} | {iri(_XSD + "string"): iri(PREFIXES["rdf"] + "langString")}
_KINDS = {
    sh("IRI"): sh("IRIOrLiteral"),
    sh("Literal"): sh("IRIOrLiteral"),
    sh("BlankNode"): sh("BlankNodeOrIRI"),
    sh("IRIOrLiteral"): sh("IRI"),
    sh("BlankNodeOrIRI"): sh("IRI"),
    sh("BlankNodeOrLiteral"): sh("Literal"),
}
_MILDER = {sh("Violation"): sh("Warning"), sh("Warning"): sh("Info")}


class Shown(NamedTuple):
    """What the fixtures hold.

    Attributes:
        values: the objects of each predicate.
        refused: the values, or for closed shapes the predicates, that a shape's constraint component complained of.
    """

    values: dict[str, list[str]]
    refused: dict[tuple[str, str], list[str]]


class Edit(NamedTuple):
    """One edit of a shape: its kind, the parameter, what was done, the rows that go and come, and what would notice."""

    operator: str
    parameter: Parameter
    text: str
    removed: tuple[Row, ...]
    added: tuple[Row, ...]
    hint: str


class Bench:
    """The shapes at hand and what is known about them."""

    def __init__(self, shapes: Shapes, shown: Shown) -> None:
        """Collect the classes, and the shapes whose results are reported under their own name."""
        self.shapes = shapes
        self.shown = shown
        self.classes = sorted(
            {
                parameter.value
                for shape in shapes
                for parameter in shape.parameters
                if parameter.name in (sh("class"), sh("targetClass"))
            }
        )
        self.reporting = reporting(shapes)

    def show(self, term: str, shape: Shape) -> str:
        """Write a term for people."""
        return show(term, shape.source.document.prefixes)

    def rows(self, parameter: Parameter) -> tuple[Row, ...]:
        """Give the rows that state a parameter; the same triple may stand on two lines."""
        subject, predicate, *_ = parameter.fact.row
        return tuple(f.row for f in self.shapes.index.facts(subject, predicate) if f.value == parameter.fact.value)


def reporting(shapes: Shapes) -> set[str]:
    """Give the names of the shapes that report results themselves: those with a target, and their property shapes."""
    pending = [shape for shape in shapes if shapes.targets(shape)]
    found: set[str] = set()
    while pending:
        shape = pending.pop()
        if shape.name not in found:
            found.add(shape.name)
            pending += [shapes.by_label[value] for value in shape.values("property") if value in shapes.by_label]
    return found


def of(bench: Bench, shape: Shape) -> Iterator[Edit]:
    """Give the edits of a shape: those of its targets, its parameters in document order, its severity."""
    for target in bench.shapes.targets(shape):
        text = f"{bench.show(target.value, shape)} dropped"
        hint = f"a failing file whose focus node {shape.title()} finds through this target alone"
        yield Edit("target dropped", target, text, bench.rows(target), (), hint)
    for parameter in shape.parameters:
        if parameter.name in COMPONENTS or parameter.name in _OTHERS:
            for edit in _OTHERS.get(parameter.name, ()):
                yield from edit(bench, shape, parameter)
            if parameter.name in COMPONENTS and parameter.name != sh("closed"):
                yield from _dropped(bench, shape, parameter)
    yield from _severity(bench, shape)


# -- What a fixture must hold ------------------------------------------------------------------------------------------


def _breaking(shape: Shape, parameter: Parameter) -> str:
    return f"a failing file that breaks sh:{name_of(parameter.name)} of {shape.title()} and nothing else of it"


def _at_bound(shape: Shape, parameter: Parameter) -> str:
    where = f" at {shape.path_text}" if shape.path_text else ""
    return f"files on either side of the bound sh:{name_of(parameter.name)} of {shape.title()}{where}"


def _passing(shape: Shape) -> str:
    return f"a passing file with a value that {shape.title()} lets through for this alone"


# -- Edits -------------------------------------------------------------------------------------------------------------


def _dropped(bench: Bench, shape: Shape, parameter: Parameter) -> Iterator[Edit]:
    removed = bench.rows(parameter)
    names = {other.name for other in shape.parameters}
    if parameter.name in _QUALIFIED and not {*_QUALIFIED[:2]} - {parameter.name} & names:
        removed = tuple(row for other in shape.parameters if other.name in _QUALIFIED for row in bench.rows(other))
    if parameter.name == sh("pattern"):
        removed += tuple(row for other in shape.parameters if other.name == sh("flags") for row in bench.rows(other))
    hint = _breaking(shape, parameter)
    if parameter.name == sh("property"):
        hint = f"a failing file whose focus node {shape.title()} sends to {bench.show(parameter.value, shape)}"
    elif parameter.name in (sh("or"), sh("xone"), sh("not")) and shape.name not in bench.reporting:
        hint = _breaking(shape, parameter) + f", below a shape that refers to {shape.title()}"
    yield Edit("parameter dropped", parameter, f"{bench.show(parameter.value, shape)} dropped", removed, (), hint)


def _changed(  # noqa: PLR0913, PLR0917 - an edit with its words and what would notice it
    bench: Bench, shape: Shape, parameter: Parameter, operator: str, value: str, hint: str
) -> Edit:
    text = f"{bench.show(parameter.value, shape)} → {bench.show(value, shape)}"
    return Edit(operator, parameter, text, bench.rows(parameter), (to(parameter.fact, value),), hint)


def _count(bench: Bench, shape: Shape, parameter: Parameter) -> Iterator[Edit]:
    number = int(literal(parameter.value).text)
    # A least number of nought is no bound: that is the parameter dropped.
    for other in (number - 1, number + 1):
        if other >= (1 if parameter.name in _LEAST else 0):
            value = f'"{other}"^^<{_XSD}integer>'
            yield _changed(bench, shape, parameter, "bound shifted", value, _at_bound(shape, parameter))


def _bound(bench: Bench, shape: Shape, parameter: Parameter) -> Iterator[Edit]:
    match = _NUMBER.fullmatch(parameter.value)
    if match is not None:
        for step in (-1, 1):
            value = f'"{Decimal(match[1]) + step}"{match[2]}'
            yield _changed(bench, shape, parameter, "bound shifted", value, _at_bound(shape, parameter))
    yield from _swapped(bench, shape, parameter)


def _swapped(bench: Bench, shape: Shape, parameter: Parameter) -> Iterator[Edit]:
    other = _SWAPS[parameter.name]
    text = f"{bench.show(parameter.value, shape)} under sh:{name_of(other)}"
    hint = f"a file with exactly the bound that sh:{name_of(parameter.name)} of {shape.title()} states"
    yield Edit(
        "bound shifted",
        parameter,
        text,
        bench.rows(parameter),
        (to(parameter.fact, parameter.value, other),),
        hint,
    )


def _class(bench: Bench, shape: Shape, parameter: Parameter) -> Iterator[Edit]:
    later = [term for term in bench.classes if term > parameter.value] + bench.classes
    other = next((term for term in later if term != parameter.value), "<urn:x-mutant:class>")
    yield _changed(bench, shape, parameter, "class replaced", other, _passing(shape))


def _datatype(bench: Bench, shape: Shape, parameter: Parameter) -> Iterator[Edit]:
    other = _DATATYPES.get(parameter.value, iri(_XSD + "string"))
    yield _changed(bench, shape, parameter, "datatype replaced", other, _passing(shape))


def _node_kind(bench: Bench, shape: Shape, parameter: Parameter) -> Iterator[Edit]:
    hint = f"a file with a value of the kind that only one of the two allows, for {shape.title()}"
    yield _changed(bench, shape, parameter, "node kind replaced", _KINDS[parameter.value], hint)


def _flipped(bench: Bench, shape: Shape, parameter: Parameter) -> Iterator[Edit]:
    other = _FALSE if parameter.value == TRUE else TRUE
    operator = "closed flipped" if parameter.name == sh("closed") else "flag flipped"
    yield _changed(bench, shape, parameter, operator, other, _breaking(shape, parameter))


def _members(bench: Bench, shape: Shape, parameter: Parameter) -> Iterator[Edit]:
    items = bench.shapes.index.items(parameter.value) or []
    for number, item in enumerate(items):
        head, rows = listed(items[:number] + items[number + 1 :], parameter.fact)
        shown = bench.show(item, shape)
        hint = f"a passing file in which {shape.title()} meets {shown}"
        added = (to(parameter.fact, head), *rows)
        yield Edit("list member dropped", parameter, f"{shown} dropped", bench.rows(parameter), added, hint)
    other = next((term for term in _candidates(bench, shape, parameter) if term not in items), None)
    # A member that no fixture holds cannot be told from none: the mutant then survives, and rightly so.
    new = other or ('"x-mutant"' if parameter.name == sh("languageIn") else "<urn:x-mutant:member>")
    head, rows = listed([*items, new], parameter.fact)
    hint = f"a failing file in which {shape.title()} meets a value outside the list"
    added = (to(parameter.fact, head), *rows)
    yield Edit("list member added", parameter, f"{bench.show(new, shape)} added", bench.rows(parameter), added, hint)


def _candidates(bench: Bench, shape: Shape, parameter: Parameter) -> list[str]:
    """Give values outside a list that the fixtures hold: first those complained of, then any at the path."""
    component = sh("ClosedConstraintComponent") if parameter.name == sh("ignoredProperties") else None
    found = list(bench.shown.refused.get((shape.name, component or COMPONENTS[parameter.name]), []))
    if component is None and shape.path is not None and is_iri(shape.path):
        found += bench.shown.values.get(shape.path, [])
    if parameter.name == sh("languageIn"):
        tags = [literal(term).language for term in found if is_literal(term)]
        return [str(Literal(tag)) for tag in tags if tag]
    return found


def _logic(bench: Bench, shape: Shape, parameter: Parameter) -> Iterator[Edit]:
    items = bench.shapes.index.items(parameter.value) or []
    for number, item in enumerate(items if len(items) > 1 else []):
        head, rows = listed(items[:number] + items[number + 1 :], parameter.fact)
        shown = bench.show(item, shape)
        kind = "failing" if parameter.name == sh("and") else "passing"
        hint = f"a {kind} file in which {shape.title()} turns on {shown}"
        added = (to(parameter.fact, head), *rows)
        yield Edit("logic member dropped", parameter, f"{shown} dropped", bench.rows(parameter), added, hint)


def _pattern(bench: Bench, shape: Shape, parameter: Parameter) -> Iterator[Edit]:
    hint = f"a failing file with a value that sh:pattern of {shape.title()} refuses for this alone"
    text = literal(parameter.value).text
    for what, wider in text_edits.wider(text):
        added = (to(parameter.fact, str(Literal(wider))),)
        yield Edit("pattern widened", parameter, what, bench.rows(parameter), added, hint)
    if not shape.values("flags") and re.search(r"[A-Za-z]", re.sub(r"\\.", "", text)):
        added = (to(parameter.fact, '"i"', sh("flags")),)
        yield Edit("pattern widened", parameter, 'sh:flags "i" added', (), added, hint)


def _flags(bench: Bench, shape: Shape, parameter: Parameter) -> Iterator[Edit]:
    hint = f"a file with a value in the other case, for sh:pattern of {shape.title()}"
    text = f"{bench.show(parameter.value, shape)} dropped"
    yield Edit("parameter dropped", parameter, text, bench.rows(parameter), (), hint)


def _path(bench: Bench, shape: Shape, parameter: Parameter) -> Iterator[Edit]:
    for edit in bent(bench.shapes, parameter.fact):
        shown = bench.show(edit.node, shape)
        hint = (
            f"files in which the path {shape.path_text} of {shape.title()} and the changed one reach different values"
        )
        facts = bench.rows(parameter._replace(fact=edit.fact))
        yield Edit(edit.operator, parameter, f"{shown}: {edit.text}", facts, tuple(edit.added), hint)


def _query(bench: Bench, shape: Shape, parameter: Parameter) -> Iterator[Edit]:
    for fact in bench.shapes.index.facts(parameter.value, sh("select")):
        for condition, rest in text_edits.without_filter(literal(fact.value).text):
            named = bench.show(parameter.value, shape)
            hint = f"a passing file in which only this FILTER keeps {named} silent"
            stated = Parameter(fact.row[1], fact.value, fact)
            text = f"{named} without {condition}"
            yield Edit("FILTER dropped", stated, text, bench.rows(stated), (to(fact, str(Literal(rest))),), hint)


def _severity(bench: Bench, shape: Shape) -> Iterator[Edit]:
    """Replace the severity of a shape that reports results of its own; of others it means nothing."""
    constraints = shape.constraints()
    if shape.name not in bench.reporting or not constraints:
        return
    hint = f"a failing file for any constraint of {shape.title()}"
    stated = [parameter for parameter in shape.parameters if parameter.name == sh("severity")]
    for parameter in stated:
        other = _MILDER.get(parameter.value, sh("Warning"))
        yield _changed(bench, shape, parameter, "severity replaced", other, hint)
    if not stated:
        fact = constraints[0][1].fact
        added = (to(fact, sh("Warning"), sh("severity")),)
        parameter = Parameter(sh("severity"), sh("Violation"), fact)
        yield Edit("severity replaced", parameter, "sh:Violation → sh:Warning", (), added, hint)


_Operator = Callable[[Bench, Shape, Parameter], Iterator[Edit]]

#: The edits of a parameter besides its being dropped.
_OTHERS: dict[str, tuple[_Operator, ...]] = {
    **dict.fromkeys(_COUNTS, (_count,)),
    **dict.fromkeys(_SWAPS, (_bound,)),
    sh("class"): (_class,),
    sh("datatype"): (_datatype,),
    sh("nodeKind"): (_node_kind,),
    sh("closed"): (_flipped,),
    sh("qualifiedValueShapesDisjoint"): (_flipped,),
    sh("in"): (_members,),
    sh("languageIn"): (_members,),
    sh("ignoredProperties"): (_members,),
    sh("and"): (_logic,),
    sh("or"): (_logic,),
    sh("xone"): (_logic,),
    sh("pattern"): (_pattern,),
    sh("flags"): (_flags,),
    sh("path"): (_path,),
    sh("sparql"): (_query,),
}
