"""Parameters of a shape given a value beside the right one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from pyoxigraph import Literal

from ascn_graph.mutation.path_edits import to
from ascn_graph.mutation.surroundings import Edit, Spot
from ascn_graph.mutation.text_edits import wider
from ascn_graph.namespaces import STANDARD
from ascn_graph.ntriples import iri, is_iri, is_literal, literal, name_of
from ascn_graph.validation.index import TRUE
from ascn_graph.validation.vocabulary import COMPONENTS, sh

__all__ = [
    "COUNTS",
    "SWAPS",
    "bound",
    "class_",
    "count",
    "datatype",
    "flipped",
    "logic",
    "members",
    "node_kind",
    "pattern",
]

_XSD = STANDARD["xsd"]
_FALSE = TRUE.replace("true", "false", 1)
_NUMBER = re.compile(r'"([+-]?\d+(?:\.\d+)?)"(\^\^.*)')
_PAIRS = [("minInclusive", "minExclusive"), ("maxInclusive", "maxExclusive"), ("lessThan", "lessThanOrEquals")]
#: The parameters that draw a bound, each with its twin that treats the bound itself the other way.
SWAPS = {sh(one): sh(other) for left, right in _PAIRS for one, other in ((left, right), (right, left))}
_LEAST = [sh(name) for name in ("minCount", "minLength", "qualifiedMinCount")]
#: The parameters that hold a whole number.
COUNTS = [*_LEAST, *(sh(name) for name in ("maxCount", "maxLength", "qualifiedMaxCount"))]
_NEIGHBOURS = {
    "integer": "decimal",
    "decimal": "integer",
    "double": "decimal",
    "date": "dateTime",
    "dateTime": "date",
    "gYear": "gYearMonth",
    "gYearMonth": "date",
}
_DATATYPES = {iri(_XSD + one): iri(_XSD + other) for one, other in _NEIGHBOURS.items()}
_DATATYPES[iri(_XSD + "string")] = iri(STANDARD["rdf"] + "langString")
_KINDS = {
    sh("IRI"): sh("IRIOrLiteral"),
    sh("Literal"): sh("IRIOrLiteral"),
    sh("BlankNode"): sh("BlankNodeOrIRI"),
    sh("IRIOrLiteral"): sh("IRI"),
    sh("BlankNodeOrIRI"): sh("IRI"),
    sh("BlankNodeOrLiteral"): sh("Literal"),
}


def count(spot: Spot) -> Iterator[Edit]:
    """Shift a whole number by one; a least number of nought is no bound, but the parameter dropped."""
    number = int(literal(spot.parameter.value).text)
    for other in (number - 1, number + 1):
        if other >= (1 if spot.parameter.name in _LEAST else 0):
            yield spot.replaced("bound shifted", f'"{other}"^^<{_XSD}integer>', _either_side(spot))


def bound(spot: Spot) -> Iterator[Edit]:
    """Shift a number by one, and let the bound itself in or out."""
    match = _NUMBER.fullmatch(spot.parameter.value)
    for step in (-1, 1) if match else ():
        assert match is not None
        yield spot.replaced("bound shifted", f'"{Decimal(match[1]) + step}"{match[2]}', _either_side(spot))
    other = SWAPS[spot.parameter.name]
    hint = f"a file with exactly the bound that {spot.name} of {spot.title} states"
    added = [to(spot.parameter.fact, spot.parameter.value, other)]
    yield spot.edit("bound shifted", f"{spot.show()} under sh:{name_of(other)}", hint, added)


def class_(spot: Spot) -> Iterator[Edit]:
    """Ask for the next class that the shapes name."""
    value = spot.parameter.value
    later = [term for term in spot.bench.classes if term > value] + spot.bench.classes
    other = next((term for term in later if term != value), "<urn:x-mutant:class>")
    yield spot.replaced("class replaced", other, _passing(spot))


def datatype(spot: Spot) -> Iterator[Edit]:
    """Ask for a neighbouring datatype."""
    other = _DATATYPES.get(spot.parameter.value, iri(_XSD + "string"))
    yield spot.replaced("datatype replaced", other, _passing(spot))


def node_kind(spot: Spot) -> Iterator[Edit]:
    """Widen the kind of node, or narrow it where it is wide."""
    hint = f"a file with a value of the kind that only one of the two allows, for {spot.title}"
    yield spot.replaced("node kind replaced", _KINDS[spot.parameter.value], hint)


def flipped(spot: Spot) -> Iterator[Edit]:
    """Turn true into false, or false into true."""
    operator = "closed flipped" if spot.parameter.name == sh("closed") else "flag flipped"
    hint = f"a failing file that breaks {spot.name} of {spot.title} and nothing else of it"
    yield spot.replaced(operator, _FALSE if spot.parameter.value == TRUE else TRUE, hint)


def pattern(spot: Spot) -> Iterator[Edit]:
    """Widen a regular expression by an anchor, a repetition or case."""
    hint = f"a failing file with a value that sh:pattern of {spot.title} refuses for this alone"
    text = literal(spot.parameter.value).text
    for what, other in wider(text):
        yield spot.edit("pattern widened", what, hint, [to(spot.parameter.fact, str(Literal(other)))])
    if not spot.shape.values("flags") and re.search(r"[A-Za-z]", re.sub(r"\\.", "", text)):
        added = [to(spot.parameter.fact, '"i"', sh("flags"))]
        yield spot.edit("pattern widened", 'sh:flags "i" added', hint, added, removed=())


def logic(spot: Spot) -> Iterator[Edit]:
    """Leave out each shape of sh:and, sh:or or sh:xone."""
    items = spot.items()
    kind = "failing" if spot.parameter.name == sh("and") else "passing"
    for number, item in enumerate(items if len(items) > 1 else []):
        shown = spot.show(item)
        hint = f"a {kind} file in which {spot.title} turns on {shown}"
        yield spot.relisted("logic member dropped", _without(items, number), f"{shown} dropped", hint)


def members(spot: Spot) -> Iterator[Edit]:
    """Leave out each member of a list of values, and put in one."""
    items = spot.items()
    for number, item in enumerate(items):
        shown = spot.show(item)
        hint = f"a passing file in which {spot.title} meets {shown}"
        yield spot.relisted("list member dropped", _without(items, number), f"{shown} dropped", hint)
    other = next((term for term in _outside(spot) if term not in items), None)
    # A member that no fixture holds cannot be told from none: the mutant then survives, and rightly so.
    new = other or ('"x-mutant"' if spot.parameter.name == sh("languageIn") else "<urn:x-mutant:member>")
    hint = f"a failing file in which {spot.title} meets a value outside the list"
    yield spot.relisted("list member added", [*items, new], f"{spot.show(new)} added", hint)


def _outside(spot: Spot) -> list[str]:
    """Return values outside a list that the fixtures hold: first those complained of, then any at the path."""
    name, path = spot.parameter.name, spot.shape.path
    component = sh("ClosedConstraintComponent") if name == sh("ignoredProperties") else COMPONENTS[name]
    complaints = [(spot.shape.name, component), *spot.bench.users.get(spot.shape.label, [])]
    found = [value for complaint in complaints for value in spot.bench.shown.refused.get(complaint, [])]
    if name != sh("ignoredProperties") and path is not None and is_iri(path):
        found += spot.bench.shown.values.get(path, [])
    if name == sh("languageIn"):
        tags = [literal(term).language for term in found if is_literal(term)]
        return [str(Literal(tag)) for tag in tags if tag]
    return found


def _without(items: list[str], number: int) -> list[str]:
    return items[:number] + items[number + 1 :]


def _either_side(spot: Spot) -> str:
    where = f" at {spot.shape.path_text}" if spot.shape.path_text else ""
    return f"files on either side of the bound {spot.name} of {spot.title}{where}"


def _passing(spot: Spot) -> str:
    return f"a passing file with a value that {spot.title} lets through for this alone"
