"""Parameters of a shape given a value beside the right one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from pyoxigraph import Literal

from ascn_graph.mutation.surroundings import Mutant, Spot, listed, row_at, to
from ascn_graph.namespaces import STANDARD
from ascn_graph.ntriples import iri, is_iri, is_literal, literal, name_of
from ascn_graph.turtle import PlacedTriple
from ascn_graph.validation import COMPONENTS, FIRST, TRUE, TracedTriple, sh

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
    "path",
    "pattern",
    "wider",
]

_XSD = STANDARD["xsd"]
_FALSE = TRUE.replace("true", "false", 1)
_ATOM = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{\d+(?:,\d*)?\}|.", re.DOTALL)
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


def count(spot: Spot) -> Iterator[Mutant]:
    """Shift a whole number by one; a least number of nought is no bound, but the parameter dropped."""
    number = int(literal(spot.parameter.value).text)
    for other in (number - 1, number + 1):
        if other >= (1 if spot.parameter.name in _LEAST else 0):
            yield spot.replaced("bound shifted", f'"{other}"^^<{_XSD}integer>', _either_side(spot))


def bound(spot: Spot) -> Iterator[Mutant]:
    """Shift a number by one, and let the bound itself in or out."""
    match = _NUMBER.fullmatch(spot.parameter.value)
    for step in (-1, 1) if match else ():
        assert match is not None
        yield spot.replaced("bound shifted", f'"{Decimal(match[1]) + step}"{match[2]}', _either_side(spot))
    other = SWAPS[spot.parameter.name]
    hint = f"a file with exactly the bound that {spot.name} of {spot.title} states"
    added = [to(spot.parameter.fact, spot.parameter.value, other)]
    yield spot.edit("bound shifted", f"{spot.show()} under sh:{name_of(other)}", hint, added)


def class_(spot: Spot) -> Iterator[Mutant]:
    """Ask for the next class that the shapes name."""
    value = spot.parameter.value
    later = [term for term in spot.around.classes if term > value] + spot.around.classes
    other = next((term for term in later if term != value), "<urn:x-mutant:class>")
    yield spot.replaced("class replaced", other, _passing(spot))


def datatype(spot: Spot) -> Iterator[Mutant]:
    """Ask for a neighbouring datatype."""
    other = _DATATYPES.get(spot.parameter.value, iri(_XSD + "string"))
    yield spot.replaced("datatype replaced", other, _passing(spot))


def node_kind(spot: Spot) -> Iterator[Mutant]:
    """Widen the kind of node, or narrow it where it is wide."""
    hint = f"a file with a value of the kind that only one of the two allows, for {spot.title}"
    yield spot.replaced("node kind replaced", _KINDS[spot.parameter.value], hint)


def flipped(spot: Spot) -> Iterator[Mutant]:
    """Turn true into false, or false into true."""
    operator = "closed flipped" if spot.parameter.name == sh("closed") else "flag flipped"
    hint = f"a failing file that breaks {spot.name} of {spot.title} and nothing else of it"
    yield spot.replaced(operator, _FALSE if spot.parameter.value == TRUE else TRUE, hint)


def path(spot: Spot) -> Iterator[Mutant]:
    """Turn a path round, or leave out a part of it.

    A predicate is inverted; of an inverse, repeated or optional path the inner one is left; a sequence loses each of
    its steps and an alternative each of its choices.
    """
    fact = spot.parameter.fact
    stated = spot.around.shapes.index.of(fact.value)
    if is_iri(fact.value):
        added = [to(fact, "_:m0"), row_at(fact, "_:m0", sh("inversePath"), fact.value)]
        yield _bent(spot, "path inverted", f"{spot.show()}: inverted", fact, added)
    elif any(other.row[1] == FIRST for other in stated):
        yield from _shorter(spot, fact)
    else:
        for other in stated:
            if other.row[1] == sh("alternativePath"):
                yield from _shorter(spot, other)
            else:
                operator = "path inverted" if other.row[1] == sh("inversePath") else "path shortened"
                text = f"{spot.show(other.value)}: the inner path alone"
                yield _bent(spot, operator, text, fact, [to(fact, other.value)])


def _shorter(spot: Spot, fact: TracedTriple) -> Iterator[Mutant]:
    items = spot.around.shapes.index.items(fact.value) or []
    alternative = fact.row[1] == sh("alternativePath")
    for number, item in enumerate(items):
        rest = _without(items, number)
        # A sequence of one step is that step; an alternative keeps its node, which others may share.
        if len(rest) == 1 and not alternative:
            added = [to(fact, rest[0])]
        else:
            head, rows = listed(rest * 2 if len(rest) == 1 else rest, fact)
            added = [to(fact, head), *rows]
        text = f"{spot.show(item)}: {'choice' if alternative else 'step'} {number + 1} dropped"
        yield _bent(spot, "path shortened", text, fact, added)


def _bent(spot: Spot, operator: str, text: str, fact: TracedTriple, added: list[PlacedTriple]) -> Mutant:
    path_text, title = spot.shape.path_text, spot.title
    hint = f"files in which the path {path_text} of {title} and the changed one reach different values"
    return spot.edit(operator, text, hint, added, spot.around.rows(fact))


def pattern(spot: Spot) -> Iterator[Mutant]:
    """Widen a regular expression by an anchor, a repetition or case."""
    hint = f"a failing file with a value that sh:pattern of {spot.title} refuses for this alone"
    text = literal(spot.parameter.value).text
    for what, other in wider(text):
        yield spot.edit("pattern widened", what, hint, [to(spot.parameter.fact, str(Literal(other)))])
    if not spot.shape.values("flags") and re.search(r"[A-Za-z]", re.sub(r"\\.", "", text)):
        added = [to(spot.parameter.fact, '"i"', sh("flags"))]
        yield spot.edit("pattern widened", 'sh:flags "i" added', hint, added, removed=())


def wider(pattern: str) -> Iterator[tuple[str, str]]:
    """Return wider forms of a regular expression, each with what was done to it."""
    if pattern.startswith("^"):
        yield "^ dropped", pattern[1:]
    if pattern.endswith("$") and not pattern.endswith("\\$"):
        yield "$ dropped", pattern[:-1]
    for match in _ATOM.finditer(pattern):
        atom = match.group()
        loose = "*" if atom == "+" else re.sub(r"^\{(\d+).*$", r"{\1,}", atom) if atom.startswith("{") else atom
        if loose != atom:
            wide = pattern[: match.start()] + loose + pattern[match.end() :]
            yield f"{atom} → {loose} at character {match.start() + 1}", wide


def logic(spot: Spot) -> Iterator[Mutant]:
    """Leave out each shape of sh:and, sh:or or sh:xone."""
    items = spot.items()
    kind = "failing" if spot.parameter.name == sh("and") else "passing"
    for number, item in enumerate(items if len(items) > 1 else []):
        shown = spot.show(item)
        hint = f"a {kind} file in which {spot.title} turns on {shown}"
        yield spot.relisted("logic member dropped", _without(items, number), f"{shown} dropped", hint)


def members(spot: Spot) -> Iterator[Mutant]:
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
    complaints = [(spot.shape.name, component), *spot.around.users.get(spot.shape.name, [])]
    found = [value for complaint in complaints for value in spot.around.shown.refused.get(complaint, [])]
    if name != sh("ignoredProperties") and path is not None and is_iri(path):
        found += spot.around.shown.values.get(path, [])
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
