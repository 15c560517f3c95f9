"""SHACL Core by the letter of the specification, one definition after the other: slow, and independent of the engines.

Graphs are sets of triples of pyoxigraph's terms. A result is (focus, path, value, component, shape).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from copy import copy
from pathlib import Path
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Store, Triple, parse

from ascn_graph.validation import Report

SH = "http://www.w3.org/ns/shacl#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
XSD = "http://www.w3.org/2001/XMLSchema#"
TYPE, FIRST, REST, NIL = (NamedNode(RDF + name) for name in ("type", "first", "rest", "nil"))
SUBCLASS = NamedNode(RDFS + "subClassOf")
CLASSES = {NamedNode(RDFS + "Class"), NamedNode("http://www.w3.org/2002/07/owl#Class")}
TRUE = Literal("true", datatype=NamedNode(XSD + "boolean"))
EMPTY = Store()

Term = Any
Result = tuple[Term, Term, Term, str, Term]


def sh(name: str) -> NamedNode:
    """Return a term of SHACL."""
    return NamedNode(SH + name)


def read(path: Path) -> set[Triple]:
    """Read a Turtle file; the labels of its blank nodes are kept."""
    return set(parse(path.read_bytes(), format=RdfFormat.TURTLE, base_iri=path.resolve().as_uri()))


class Graph:
    """A set of triples."""

    def __init__(self, triples: set[Triple]) -> None:
        """Index it both ways."""
        self.out: dict[Any, dict[Any, list[Any]]] = {}
        self.into: dict[Any, dict[Any, list[Any]]] = {}
        for triple in triples:
            self.out.setdefault(triple.subject, {}).setdefault(triple.predicate, []).append(triple.object)
            self.into.setdefault(triple.object, {}).setdefault(triple.predicate, []).append(triple.subject)

    def objects(self, subject: Term, predicate: Term) -> list[Term]:
        """Return the objects of a subject and a predicate."""
        return self.out.get(subject, {}).get(predicate, [])

    def subjects(self, predicate: Term, value: Term) -> list[Term]:
        """Return the subjects of a predicate and an object."""
        return self.into.get(value, {}).get(predicate, [])

    def listed(self, head: Term) -> list[Term]:
        """Return the members of a list."""
        found = []
        while head != NIL:
            found.append(self.objects(head, FIRST)[0])
            (head,) = self.objects(head, REST)
        return found

    def below(self, name: Term) -> set[Term]:
        """Return a class and all below it."""
        found, pending = {name}, [name]
        while pending:
            more = set(self.subjects(SUBCLASS, pending.pop())) - found
            found |= more
            pending += more
        return found

    def instances(self, name: Term) -> set[Term]:
        """Return the SHACL instances of a class."""
        return {node for each in self.below(name) for node in self.subjects(TYPE, each)}


class Brute:
    """One validation: `results` and, for each shape and focus node, that it was evaluated."""

    def __init__(self, data: set[Triple], shapes: set[Triple]) -> None:
        """Validate."""
        self.data, self.shapes = Graph(data), Graph(shapes)
        self.evaluated: set[tuple[Term, Term]] = set()
        self.memo: dict[tuple[Term, Term], list[Result]] = {}
        self.aside: Brute | None = None
        found = [
            result
            for shape in list(self.shapes.out)
            for node in self._targets(shape)
            for result in self.validate(shape, node)
        ]
        self.results = Counter(found)

    @property
    def constraints(self) -> int:
        """How many constraints were evaluated, each counted once a focus node."""
        return sum(
            len({component(name) for name in self.shapes.out[shape] if component(name)}) for shape, _ in self.evaluated
        )

    def _targets(self, shape: Term) -> set[Term]:
        stated = {kind: self.shapes.objects(shape, sh(f"target{kind}")) for kind in ("Node", "Class")}
        classes = stated["Class"]
        if any(each in self.shapes.below(name) for name in CLASSES for each in self.shapes.objects(shape, TYPE)):
            classes = [*classes, shape] if isinstance(shape, NamedNode) and is_shape(self.shapes, shape) else classes
        found = set(stated["Node"]).union(*(self.data.instances(name) for name in classes))
        for name in self.shapes.objects(shape, sh("targetSubjectsOf")):
            found |= {node for node, stated_ in self.data.out.items() if name in stated_}
        for name in self.shapes.objects(shape, sh("targetObjectsOf")):
            found |= {node for node, stated_ in self.data.into.items() if name in stated_}
        return found

    def conforms(self, shape: Term, node: Term) -> bool:
        """Say whether a node conforms to a shape."""
        return not self.validate(shape, node)

    def validate(self, shape: Term, node: Term) -> list[Result]:
        """Return the results of validating a node against a shape."""
        if (shape, node) not in self.memo:
            self.memo[shape, node] = []
            off = TRUE in self.shapes.objects(shape, sh("deactivated"))
            self.memo[shape, node] = [] if off else list(self._evaluate(shape, node))
        return self.memo[shape, node]

    def _evaluate(self, shape: Term, focus: Term) -> Iterator[Result]:
        self.evaluated.add((shape, focus))
        paths = self.shapes.objects(shape, sh("path"))
        path = paths[0] if paths else None
        values = self.walk(path, focus) if paths else {focus}
        for name, stated in self.shapes.out.get(shape, {}).items():
            if name.value.startswith(SH) and (check := CHECKS.get(name.value[len(SH) :])):
                for parameter in stated:
                    for found in check(self, shape, focus, values, parameter):
                        at, value = found if name == sh("closed") else (path, found)
                        yield focus, at, value, component(name) or "", shape
            if name == sh("property"):
                for child in stated:
                    for value in values:
                        yield from self.validate(child, value)

    def walk(self, path: Term, node: Term, *, inverse: bool = False) -> set[Term]:
        """Return what a path leads to from a node."""
        if isinstance(path, NamedNode):
            return set(self.data.subjects(path, node) if inverse else self.data.objects(node, path))
        stated = self.shapes.out[path]
        if FIRST in stated:
            reached = {node}
            for step in (reversed if inverse else list)(self.shapes.listed(path)):
                reached = {far for near in reached for far in self.walk(step, near, inverse=inverse)}
            return reached
        ((kind, (inner,)),) = stated.items()
        if kind == sh("inversePath"):
            return self.walk(inner, node, inverse=not inverse)
        if kind == sh("alternativePath"):
            return {far for each in self.shapes.listed(inner) for far in self.walk(each, node, inverse=inverse)}
        once = self.walk(inner, node, inverse=inverse)
        if kind == sh("zeroOrOnePath"):
            return once | {node}
        reached, pending = set(once), list(once)
        while pending:
            more = self.walk(inner, pending.pop(), inverse=inverse) - reached
            reached |= more
            pending += more
        return reached | {node} if kind == sh("zeroOrMorePath") else reached


Values = Iterator[Any]
Check = Callable[[Brute, Term, Term, set[Term], Term], Values]


def copied(run: Brute) -> Brute:
    """Return a validation of the same graphs that keeps its own record."""
    other = copy(run)
    other.evaluated, other.memo, other.aside = set(), {}, other
    return other


def is_shape(shapes: Graph, node: Term) -> bool:
    """Say whether a node states something that only shapes do, or says that it is one."""
    kinds = {sh("NodeShape"), sh("PropertyShape")} & set(shapes.objects(node, TYPE))
    return bool(kinds) or any(component(name) for name in shapes.out.get(node, {}))


def component(parameter: NamedNode) -> str | None:
    """Return the component that a parameter starts, but for sh:property."""
    name = parameter.value.removeprefix(SH)
    if name not in CHECKS or not parameter.value.startswith(SH):
        return None
    return f"{SH}{name[0].upper()}{name[1:]}ConstraintComponent"


def asks(expression: str) -> bool:
    """Say whether SPARQL takes an expression for true; an error is false."""
    return bool(EMPTY.query(f"ASK {{ FILTER({expression}) }}"))


def each(test: Callable[[Brute, Term, Term], bool]) -> Check:
    """Return the check of a component that is about single values."""

    def check(run: Brute, _shape: Term, _focus: Term, values: set[Term], parameter: Term) -> Values:
        return (value for value in values if not test(run, value, parameter))

    return check


def holds(value: Term, sign: str, bound: Term) -> bool:
    """Say whether a comparison holds; what is no valid literal, or has a language, cannot be compared."""
    terms = [term for term in (value, bound) if isinstance(term, Literal) and not term.language]
    valid = len(terms) > 1 and all(datatype(None, term, term.datatype) for term in terms)
    return valid and asks(f"{value} {sign} {bound}")


def compared(sign: str) -> Check:
    """Return the check of a bound."""
    return each(lambda _, value, bound: holds(value, sign, bound))


def length(test: Callable[[int, int], bool]) -> Check:
    """Return the check of a length: a blank node has none."""
    return each(lambda _, value, bound: not isinstance(value, BlankNode) and test(len(value.value), int(bound.value)))


def counted(test: Callable[[int, int], bool]) -> Check:
    """Return the check of how many values there are."""

    def check(_run: Brute, _shape: Term, _focus: Term, values: set[Term], bound: Term) -> Values:
        return iter([] if test(len(values), int(bound.value)) else [None])

    return check


def pattern(run: Brute, shape: Term, _focus: Term, values: set[Term], wanted: Term) -> Values:
    """Check sh:pattern."""
    flags = next(iter(run.shapes.objects(shape, sh("flags"))), Literal(""))
    for value in values:
        if isinstance(value, BlankNode) or not asks(f"REGEX(STR({value}), {wanted}, {flags})"):
            yield value


def datatype(_run: Brute | None, value: Term, wanted: Term) -> bool:
    """Check sh:datatype: the datatype, and for those that SPARQL knows the text."""
    if not isinstance(value, Literal) or value.datatype != wanted:
        return False
    known = {XSD + name for name in ("integer", "decimal", "boolean", "date", "dateTime", "double")}
    return wanted.value not in known or asks(f"BOUND(?x)) BIND({wanted}({Literal(value.value)}) AS ?x) FILTER(true")


def kind(_run: Brute, value: Term, wanted: Term) -> bool:
    """Check sh:nodeKind."""
    own = {NamedNode: "IRI", BlankNode: "BlankNode", Literal: "Literal"}[type(value)]
    return own in wanted.value.removeprefix(SH)


def unique(run: Brute, shape: Term, _focus: Term, values: set[Term], wanted: Term) -> Values:
    """Check sh:uniqueLang."""
    tags = Counter(value.language.lower() for value in values if isinstance(value, Literal) and value.language)
    return (None for number in tags.values() if number > 1 and wanted == TRUE)


def language(run: Brute, _shape: Term, _focus: Term, values: set[Term], wanted: Term) -> Values:
    """Check sh:languageIn."""
    ranges = run.shapes.listed(wanted)
    for value in values:
        tag = value.language if isinstance(value, Literal) else None
        if not tag or not any(asks(f"langMatches({Literal(tag)}, {each_})") for each_ in ranges):
            yield value


def equals(run: Brute, _shape: Term, focus: Term, values: set[Term], other: Term) -> Values:
    """Check sh:equals."""
    return iter(values ^ set(run.data.objects(focus, other)))


def disjoint(run: Brute, _shape: Term, focus: Term, values: set[Term], other: Term) -> Values:
    """Check sh:disjoint."""
    return iter(values & set(run.data.objects(focus, other)))


def less(sign: str) -> Check:
    """Return the check of a comparison with another property: each pair that fails is a result."""

    def check(run: Brute, _shape: Term, focus: Term, values: set[Term], other: Term) -> Values:
        for value in values:
            for bound in run.data.objects(focus, other):
                if not holds(value, sign, bound):
                    yield value

    return check


def members(test: Callable[[int, int], bool]) -> Check:
    """Return the check of how many shapes of a list a value has."""
    return each(
        lambda run, value, head: test(
            sum([run.conforms(shape, value) for shape in run.shapes.listed(head)]), len(run.shapes.listed(head))
        )
    )


def qualified(test: Callable[[int, int], bool]) -> Check:
    """Return the check of how many values have a shape, and none of its siblings where they are disjoint."""

    def check(run: Brute, shape: Term, _focus: Term, values: set[Term], bound: Term) -> Values:
        stated = list(run.shapes.objects(shape, sh("qualifiedValueShape")))
        if not stated:
            return ()  # a bound without a shape to count by is no constraint
        wanted = stated[0]
        siblings: set[Term] = set()
        if TRUE in run.shapes.objects(shape, sh("qualifiedValueShapesDisjoint")):
            for parent in run.shapes.subjects(sh("property"), shape):
                for child in run.shapes.objects(parent, sh("property")):
                    siblings |= set(run.shapes.objects(child, sh("qualifiedValueShape")))
        others = siblings - {wanted}
        # What siblings say of a value is no evaluation of theirs.
        run.aside = run.aside or copied(run)
        aside = run.aside
        good = [
            value
            for value in values
            if run.conforms(wanted, value) and not any(aside.conforms(other, value) for other in others)
        ]
        return iter([] if test(len(good), int(bound.value)) else [None])

    return check


def closed(run: Brute, shape: Term, _focus: Term, values: set[Term], wanted: Term) -> Values:
    """Check sh:closed: a result has a path of its own."""
    if wanted != TRUE:
        return
    heads = run.shapes.objects(shape, sh("ignoredProperties"))
    allowed = {path for head in heads for path in run.shapes.listed(head)}
    for child in run.shapes.objects(shape, sh("property")):
        allowed |= set(run.shapes.objects(child, sh("path")))
    for value in values:
        for name, objects in run.data.out.get(value, {}).items():
            for thing in objects if name not in allowed else ():
                yield name, thing


def has_value(_run: Brute, _shape: Term, _focus: Term, values: set[Term], wanted: Term) -> Values:
    """Check sh:hasValue."""
    return iter([] if wanted in values else [None])


CHECKS: dict[str, Check] = {
    "class": each(lambda run, value, name: value in run.data.instances(name)),
    "datatype": each(datatype),
    "nodeKind": each(kind),
    "minCount": counted(lambda number, bound: number >= bound),
    "maxCount": counted(lambda number, bound: number <= bound),
    "minInclusive": compared(">="),
    "minExclusive": compared(">"),
    "maxInclusive": compared("<="),
    "maxExclusive": compared("<"),
    "minLength": length(lambda number, bound: number >= bound),
    "maxLength": length(lambda number, bound: number <= bound),
    "pattern": pattern,
    "languageIn": language,
    "uniqueLang": unique,
    "equals": equals,
    "disjoint": disjoint,
    "lessThan": less("<"),
    "lessThanOrEquals": less("<="),
    "not": each(lambda run, value, shape: not run.conforms(shape, value)),
    "and": members(lambda number, all_: number == all_),
    "or": members(lambda number, _: number > 0),
    "xone": members(lambda number, _: number == 1),
    "node": each(lambda run, value, shape: run.conforms(shape, value)),
    "qualifiedMinCount": qualified(lambda number, bound: number >= bound),
    "qualifiedMaxCount": qualified(lambda number, bound: number <= bound),
    "closed": closed,
    "hasValue": has_value,
    "in": each(lambda run, value, head: value in run.shapes.listed(head)),
}


def evaluations(report: Report) -> int:
    """Return how many constraints of Core a report says were evaluated, each counted once a focus node."""
    core = [item for item in report.checked if item.component.startswith(SH) and "SPARQL" not in item.component]
    return sum(item.evaluations for item in core)
