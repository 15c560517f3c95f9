"""SHACL Core by the letter of the specification, one definition after the other: slow, and independent of the engines.

Terms are those of pyoxigraph. A result is (focus node, path, value, component, shape).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from operator import ge, le
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
CLASSES = NamedNode(RDFS + "Class"), NamedNode("http://www.w3.org/2002/07/owl#Class")
TRUE = Literal("true", datatype=NamedNode(XSD + "boolean"))
CAST = [NamedNode(XSD + name) for name in ("integer", "decimal", "boolean", "date", "dateTime", "double")]
EMPTY = Store()

Term = Any


def sh(name: str) -> NamedNode:
    """Return a term of SHACL."""
    return NamedNode(SH + name)


def read(path: Path) -> set[Triple]:
    """Read a Turtle file; the labels of its blank nodes are kept."""
    return set(parse(path.read_bytes(), format=RdfFormat.TURTLE, base_iri=path.resolve().as_uri()))


class Graph:
    """A set of triples, found from both ends."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        """Index it."""
        self.out: dict[Term, dict[Term, list[Term]]] = {}
        self.into: dict[Term, dict[Term, list[Term]]] = {}
        for subject, name, value, *_ in triples:
            self.out.setdefault(subject, {}).setdefault(name, []).append(value)
            self.into.setdefault(value, {}).setdefault(name, []).append(subject)

    def objects(self, subject: Term, name: Term) -> list[Term]:
        """Return the objects of a subject and a predicate."""
        return self.out.get(subject, {}).get(name, [])

    def subjects(self, name: Term, value: Term) -> list[Term]:
        """Return the subjects of a predicate and an object."""
        return self.into.get(value, {}).get(name, [])

    def listed(self, head: Term) -> list[Term]:
        """Return the members of a list."""
        return [] if head == NIL else self.objects(head, FIRST) + self.listed(self.objects(head, REST)[0])

    def instances(self, *classes: Term) -> set[Term]:
        """Return the SHACL instances of some classes."""
        below = reached(set(classes), lambda name: set(self.subjects(SUBCLASS, name))) | set(classes)
        return {node for name in below for node in self.subjects(TYPE, name)}


def reached(begin: set[Term], step: Callable[[Term], set[Term]]) -> set[Term]:
    """Return what one step or more lead to."""
    found: set[Term] = set()
    pending = list(begin)
    while pending:
        more = step(pending.pop()) - found
        found |= more
        pending += more
    return found


class Brute:
    """One validation: its `results`, and which shapes were evaluated on which focus nodes."""

    def __init__(self, data: set[Triple], shapes: set[Triple]) -> None:
        """Validate."""
        self.data, self.shapes = Graph(data), Graph(shapes)
        self.evaluated: set[tuple[Term, Term]] = set()
        self.known: dict[tuple[Term, Term], list[Any]] = {}
        self.siblings: dict[tuple[Term, Term], list[Any]] = {}
        targets = [(shape, node) for shape in self.shapes.out for node in self.targets(shape)]
        self.results = Counter(result for shape, node in targets for result in self.validate(shape, node))

    @property
    def constraints(self) -> int:
        """How many constraints were evaluated, each counted once a focus node."""
        return sum(len(self.components(shape)) for shape, _ in self.evaluated)

    def components(self, shape: Term) -> set[str]:
        """Return the components of a shape, but for sh:property."""
        return {component(name) for name in self.shapes.out.get(shape, {})} - {""}

    def targets(self, shape: Term) -> set[Term]:
        """Return the nodes that the targets of a shape meet (2.1.3)."""
        stated, types = self.shapes.out[shape], {sh("NodeShape"), sh("PropertyShape")}
        classes = stated.get(sh("targetClass"), [])
        a_shape = self.components(shape) or types & set(stated.get(TYPE, []))
        if a_shape and isinstance(shape, NamedNode) and shape in self.shapes.instances(*CLASSES):
            classes = [*classes, shape]
        found = set(stated.get(sh("targetNode"), [])) | self.data.instances(*classes)
        for kind, index in (("Subjects", self.data.out), ("Objects", self.data.into)):
            for name in stated.get(sh(f"target{kind}Of"), []):
                found |= {node for node, names in index.items() if name in names}
        return found

    def conforms(self, shape: Term, node: Term) -> bool:
        """Return whether a node conforms to a shape."""
        return not self.validate(shape, node)

    def is_sibling(self, shape: Term, node: Term) -> bool:
        """Return whether a node conforms to a sibling's shape, which is no evaluation of that one."""
        kept = self.evaluated, self.known
        self.evaluated, self.known = set(), self.siblings
        good = self.conforms(shape, node)
        self.evaluated, self.known = kept
        return good

    def validate(self, shape: Term, node: Term) -> list[Any]:
        """Return the results of validating a node against a shape."""
        if (shape, node) not in self.known:
            self.known[shape, node] = []
            off = TRUE in self.shapes.objects(shape, sh("deactivated"))
            self.known[shape, node] = [] if off else list(self.evaluate(shape, node))
        return self.known[shape, node]

    def evaluate(self, shape: Term, focus: Term) -> Iterator[Any]:
        """Evaluate every constraint of a shape on a focus node."""
        self.evaluated.add((shape, focus))
        path = next(iter(self.shapes.objects(shape, sh("path"))), None)
        values = self.walk(path, focus) if path else {focus}
        for name, stated in self.shapes.out.get(shape, {}).items():
            short = name.value.removeprefix(SH)
            for parameter in stated if component(name) else ():
                if short in OF_ONE:
                    wrong: Iterable[Term] = [value for value in values if not OF_ONE[short](self, value, parameter)]
                else:
                    wrong = OF_ALL[short](self, shape, focus, values, parameter)
                for found in wrong:
                    at, value = found if short == "closed" else (path, found)
                    yield focus, at, value, component(name), shape
            for child in stated if short == "property" else ():
                for value in values:
                    yield from self.validate(child, value)

    def walk(self, path: Term, node: Term, *, inverse: bool = False) -> set[Term]:
        """Return what a path leads to from a node (2.3.1)."""
        if isinstance(path, NamedNode):
            return set(self.data.subjects(path, node) if inverse else self.data.objects(node, path))
        stated = self.shapes.out[path]
        if FIRST in stated:
            nodes, steps = {node}, self.shapes.listed(path)
            for step in steps[::-1] if inverse else steps:
                nodes = {far for near in nodes for far in self.walk(step, near, inverse=inverse)}
            return nodes
        ((kind, (inner,)),) = stated.items()
        if kind == sh("inversePath"):
            return self.walk(inner, node, inverse=not inverse)
        if kind == sh("alternativePath"):
            return {far for each in self.shapes.listed(inner) for far in self.walk(each, node, inverse=inverse)}
        near = {node} if kind != sh("oneOrMorePath") else set()
        if kind == sh("zeroOrOnePath"):
            return near | self.walk(inner, node, inverse=inverse)
        return near | reached({node}, lambda each: self.walk(inner, each, inverse=inverse))


def component(parameter: NamedNode) -> str:
    """Return the component that a parameter starts, or an empty text."""
    name = parameter.value.removeprefix(SH)
    known = parameter.value.startswith(SH) and (name in OF_ONE or name in OF_ALL)
    return f"{SH}{name[0].upper()}{name[1:]}ConstraintComponent" if known else ""


def asks(expression: str) -> bool:
    """Return whether SPARQL takes an expression for true; an error is false."""
    return bool(EMPTY.query(f"ASK {{ FILTER({expression}) }}"))


def of_type(value: Term, wanted: NamedNode) -> bool:
    """Return whether a value has a datatype, and for those that SPARQL knows a text of it."""
    if not isinstance(value, Literal) or value.datatype != wanted:
        return False
    return wanted not in CAST or asks(f"BOUND(?x)) BIND({wanted}({Literal(value.value)}) AS ?x) FILTER(true")


def holds(value: Term, sign: str, bound: Term) -> bool:
    """Return whether a comparison holds; what is no valid literal, or has a language, cannot be compared."""
    valid = (
        isinstance(term, Literal) and not term.language and of_type(term, term.datatype) for term in (value, bound)
    )
    return all(valid) and asks(f"{value} {sign} {bound}")


def in_language(run: Brute, value: Term, head: Term) -> bool:
    """Check sh:languageIn."""
    tag = value.language if isinstance(value, Literal) else None
    return bool(tag) and any(asks(f"langMatches({Literal(tag)}, {each})") for each in run.shapes.listed(head))


def members(run: Brute, value: Term, head: Term) -> list[bool]:
    """Return whether a value conforms, for each shape of a list."""
    return [run.conforms(shape, value) for shape in run.shapes.listed(head)]


def pattern(run: Brute, shape: Term, _focus: Term, values: set[Term], wanted: Term) -> Iterable[Term]:
    """Check sh:pattern."""
    (flags,) = run.shapes.objects(shape, sh("flags")) or [Literal("")]
    return [
        value for value in values
        if isinstance(value, BlankNode) or not asks(f"REGEX(STR({value}), {wanted}, {flags})")
    ]  # fmt: skip


def unique(_run: Brute, _shape: Term, _focus: Term, values: set[Term], wanted: Term) -> Iterable[Term]:
    """Check sh:uniqueLang: one result a language."""
    tags = Counter(value.language.lower() for value in values if isinstance(value, Literal) and value.language)
    return [None for number in tags.values() if number > 1 and wanted == TRUE]


def qualified(test: Callable[[int, int], bool]) -> Callable[..., Iterable[Term]]:
    """Return the check of how many values conform to a shape, and to no sibling's where they are disjoint (4.7.3)."""

    def check(run: Brute, shape: Term, _focus: Term, values: set[Term], bound: Term) -> Iterable[Term]:
        wanted = run.shapes.objects(shape, sh("qualifiedValueShape"))
        if not wanted:
            return []  # a bound without a shape to count by is no constraint
        others: set[Term] = set()
        if TRUE in run.shapes.objects(shape, sh("qualifiedValueShapesDisjoint")):
            for parent in run.shapes.subjects(sh("property"), shape):
                for child in run.shapes.objects(parent, sh("property")):
                    others |= {*run.shapes.objects(child, sh("qualifiedValueShape"))} - {wanted[0]}
        good = [value for value in values if run.conforms(wanted[0], value)]
        good = [value for value in good if not any(run.is_sibling(other, value) for other in others)]
        return [] if test(len(good), int(bound.value)) else [None]

    return check


def closed(run: Brute, shape: Term, _focus: Term, values: set[Term], wanted: Term) -> Iterable[Term]:
    """Check sh:closed: a result has a path of its own."""
    if wanted != TRUE:
        return []
    allowed = {name for head in run.shapes.objects(shape, sh("ignoredProperties")) for name in run.shapes.listed(head)}
    for child in run.shapes.objects(shape, sh("property")):
        allowed |= set(run.shapes.objects(child, sh("path")))
    stated = [item for value in values for item in run.data.out.get(value, {}).items()]
    return [(name, thing) for name, things in stated if name not in allowed for thing in things]


#: What is said of one value; every other component is about all of them.
OF_ONE: dict[str, Callable[[Brute, Term, Term], bool]] = {
    "class": lambda run, value, wanted: value in run.data.instances(wanted),
    "datatype": lambda _, value, wanted: of_type(value, wanted),
    # A blank node's kind is a part of BlankNodeOrIRI, and so on.
    "nodeKind": lambda _, value, wanted: type(value).__name__.replace("NamedNode", "IRI") in wanted.value[len(SH) :],
    "minInclusive": lambda _, value, bound: holds(value, ">=", bound),
    "minExclusive": lambda _, value, bound: holds(value, ">", bound),
    "maxInclusive": lambda _, value, bound: holds(value, "<=", bound),
    "maxExclusive": lambda _, value, bound: holds(value, "<", bound),
    "minLength": lambda _, value, bound: not isinstance(value, BlankNode) and len(value.value) >= int(bound.value),
    "maxLength": lambda _, value, bound: not isinstance(value, BlankNode) and len(value.value) <= int(bound.value),
    "languageIn": in_language,
    "not": lambda run, value, shape: not run.conforms(shape, value),
    "and": lambda run, value, head: all(members(run, value, head)),
    "or": lambda run, value, head: any(members(run, value, head)),
    "xone": lambda run, value, head: sum(members(run, value, head)) == 1,
    "node": lambda run, value, shape: run.conforms(shape, value),
    "in": lambda run, value, head: value in run.shapes.listed(head),
}
OF_ALL: dict[str, Callable[..., Iterable[Term]]] = {
    "minCount": lambda _run, _shape, _focus, values, bound: [] if len(values) >= int(bound.value) else [None],
    "maxCount": lambda _run, _shape, _focus, values, bound: [] if len(values) <= int(bound.value) else [None],
    "pattern": pattern,
    "uniqueLang": unique,
    "equals": lambda run, _, focus, values, other: values ^ set(run.data.objects(focus, other)),
    "disjoint": lambda run, _, focus, values, other: values & set(run.data.objects(focus, other)),
    "hasValue": lambda _run, _shape, _focus, values, wanted: [] if wanted in values else [None],
    "qualifiedMinCount": qualified(ge),
    "qualifiedMaxCount": qualified(le),
    "closed": closed,
} | {
    # Each pair that fails is a result.
    name: lambda run, _, focus, values, other, sign=sign: [
        value for value in values for bound in run.data.objects(focus, other) if not holds(value, sign, bound)
    ]
    for name, sign in (("lessThan", "<"), ("lessThanOrEquals", "<="))
}


def evaluations(report: Report) -> int:
    """Return how many constraints of Core a report says were evaluated, each counted once a focus node."""
    core = [item for item in report.checked if item.component.startswith(SH) and "SPARQL" not in item.component]
    return sum(item.evaluations for item in core)
