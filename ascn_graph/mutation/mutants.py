"""Every way to weaken or bend some shapes by one edit, each with the fixture that would notice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import accumulate

from pyoxigraph import Literal

from ascn_graph.mutation import value_edits
from ascn_graph.mutation.surroundings import FixtureContents, Mutant, Spot, Surroundings, to
from ascn_graph.ntriples import literal
from ascn_graph.sparql import tokens
from ascn_graph.turtle import Document, PlacedTriple
from ascn_graph.validation import COMPONENTS, TYPE, Shape, ShapeParameter, Shapes, Source, sh

__all__ = ["active", "applied", "mutants", "without_filter"]

_COUNTED = (sh("qualifiedMinCount"), sh("qualifiedMaxCount"))
_QUALIFIED = (*_COUNTED, sh("qualifiedValueShape"), sh("qualifiedValueShapesDisjoint"))
_MILDER = {sh("Violation"): sh("Warning"), sh("Warning"): sh("Info")}
_DEPTHS = {"(": 1, "{": 1, ")": -1, "}": -1}


def active(shapes: Shapes) -> list[Shape]:
    """Return the shapes that are not switched off by a line of their own."""
    return [shape for shape in shapes if not shape.deactivated]


def mutants(shapes: Shapes, shown: FixtureContents) -> list[Mutant]:
    """List the mutants of some shapes in document order, each edit once.

    Args:
        shapes: the shapes.
        shown: what the fixtures hold, from which a list gets its added member.
    """
    found: dict[tuple[tuple[PlacedTriple, ...], tuple[PlacedTriple, ...]], Mutant] = {}
    names: dict[str, int] = {}
    around = Surroundings(shapes, shown)
    for shape in active(shapes):
        for mutant in _of(around, shape):
            edit = (mutant.removed, mutant.added)
            if edit not in found:
                count = names[mutant.name] = names.get(mutant.name, 0) + 1
                found[edit] = mutant if count == 1 else mutant._replace(name=f"{mutant.name} ({count})")
    return list(found.values())


def applied(sources: list[Source], mutant: Mutant) -> Shapes:
    """Return the shapes of some files with one edit made."""
    changed = []
    for number, source in enumerate(sources):
        rows = [row for row in source.document.rows if row not in mutant.removed]
        if number == 0:
            rows += mutant.added
        changed.append(Source(source.name, source.text, Document(rows, [], source.document.prefixes)))
    return Shapes(changed)


def _of(around: Surroundings, shape: Shape) -> Iterator[Mutant]:
    """Return the mutants of a shape: those of its targets, its parameters in document order, its severity."""
    for target in shape.targets:
        spot = Spot(around, shape, target)
        hint = f"a failing file whose focus node {spot.title} finds through this target alone"
        yield spot.edit("target dropped", f"{spot.show()} dropped", hint)
    for parameter in shape.parameters:
        spot = Spot(around, shape, parameter)
        if parameter.name in _OTHERS:
            yield from _OTHERS[parameter.name](spot)
        if parameter.name in COMPONENTS and parameter.name != sh("closed"):
            yield _dropped(spot)
    yield from _severity(around, shape)


def _dropped(spot: Spot) -> Mutant:
    """Leave out a parameter, and what means nothing without it."""
    name, removed = spot.parameter.name, None
    others = {parameter.name for parameter in spot.shape.parameters} - {name}
    if name in _COUNTED and not others & {*_COUNTED}:
        removed = spot.stated(*_QUALIFIED)
    elif name == sh("pattern"):
        removed = spot.stated(name, sh("flags"))
    hint = f"a failing file that breaks {spot.name} of {spot.title} and nothing else of it"
    if name == sh("property"):
        hint = f"a failing file whose focus node {spot.title} sends to {spot.show()}"
    elif spot.shape.name not in spot.around.reporting:
        hint += ", below a shape that refers to it"
    rows = spot.around.rows(spot.parameter.fact) if removed is None else tuple(removed)
    fact = spot.parameter.fact
    # A shape of which nothing is left is still one: it lets everything through.
    bare = all(other.row in rows for other in spot.around.shapes.index.of(fact.row[0]))
    added = [to(fact, sh("NodeShape"), TYPE)] if bare else []
    return spot.edit("parameter dropped", f"{spot.show()} dropped", hint, added, rows)


def _flags(spot: Spot) -> Iterator[Mutant]:
    hint = f"a file with a value in the other case, for sh:pattern of {spot.title}"
    yield spot.edit("parameter dropped", f"{spot.show()} dropped", hint)


def _query(spot: Spot) -> Iterator[Mutant]:
    named = spot.show()
    hint = f"a passing file in which only this FILTER keeps {named} silent"
    for fact in spot.around.shapes.index.facts(spot.parameter.value, sh("select")):
        inner = Spot(spot.around, spot.shape, ShapeParameter(fact.row[1], fact.value, fact))
        for condition, rest in without_filter(literal(fact.value).text):
            yield inner.edit("FILTER dropped", f"{named} without {condition}", hint, [to(fact, str(Literal(rest)))])


def _severity(around: Surroundings, shape: Shape) -> Iterator[Mutant]:
    """Replace the severity of a shape that reports results of its own; of others it means nothing."""
    constraints = shape.constraints()
    if shape.name not in around.reporting or not constraints:
        return
    hint = f"a failing file for any constraint of {shape.title()}"
    stated = [parameter for parameter in shape.parameters if parameter.name == sh("severity")]
    for parameter in stated:
        other = _MILDER.get(parameter.value, sh("Warning"))
        yield Spot(around, shape, parameter).replaced("severity replaced", other, hint)
    if not stated:
        fact = constraints[0][1].fact
        spot = Spot(around, shape, ShapeParameter(sh("severity"), sh("Violation"), fact))
        added = [to(fact, sh("Warning"), sh("severity"))]
        yield spot.edit("severity replaced", "sh:Violation → sh:Warning", hint, added, removed=())


def without_filter(query: str) -> Iterator[tuple[str, str]]:
    """Return a SPARQL text without each of its FILTERs, each with the words that were left out."""
    listed = list(tokens.tokens(query))
    for number, token in enumerate(listed):
        if token.kind == "word" and token.text.upper() == "FILTER":
            end = _end(listed, number + 1)
            condition = " ".join(query[token.offset : end].split())
            yield condition, query[: token.offset] + query[end:]


def _end(listed: list[tokens.Token], number: int) -> int:
    """Find the offset after the condition that begins at a token: its first brackets, closed."""
    brackets = [token for token in listed[number:] if token.kind == "mark" and token.text in _DEPTHS]
    depths = accumulate(_DEPTHS[token.text] for token in brackets)
    return next(token.offset + 1 for token, depth in zip(brackets, depths, strict=True) if depth == 0)


#: The edits of a parameter besides its being dropped.
_OTHERS: dict[str, Callable[[Spot], Iterator[Mutant]]] = {
    **dict.fromkeys(value_edits.COUNTS, value_edits.count),
    **dict.fromkeys(value_edits.SWAPS, value_edits.bound),
    sh("class"): value_edits.class_,
    sh("datatype"): value_edits.datatype,
    sh("nodeKind"): value_edits.node_kind,
    sh("closed"): value_edits.flipped,
    sh("qualifiedValueShapesDisjoint"): value_edits.flipped,
    sh("in"): value_edits.members,
    sh("languageIn"): value_edits.members,
    sh("ignoredProperties"): value_edits.members,
    sh("and"): value_edits.logic,
    sh("or"): value_edits.logic,
    sh("xone"): value_edits.logic,
    sh("pattern"): value_edits.pattern,
    sh("flags"): _flags,
    sh("path"): value_edits.path,
    sh("sparql"): _query,
}
