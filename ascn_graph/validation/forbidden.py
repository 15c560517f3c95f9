"""Parts of shapes that are never run: scripts, features that no engine here evaluates, SPARQL that SHACL forbids."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from pyoxigraph import QueryBoolean, QuerySolutions, Store

from ascn_graph.errors import InputError
from ascn_graph.ntriples import is_literal, literal, name_of
from ascn_graph.sparql import OUTSIDE, fault, refusal, tokens
from ascn_graph.turtle import ESCAPE
from ascn_graph.validation.shapes import Shapes
from ascn_graph.validation.sources import Location, TracedTriple
from ascn_graph.validation.vocabulary import SH, sh

__all__ = ["in_order", "refuse"]

_QUERIES = frozenset(map(sh, ("select", "ask", "construct", "update")))
_RDFS = "<http://www.w3.org/ns/entailment/RDFS>"
_FORBIDDEN = {
    "SERVICE": "would ask another server; constraints see the data alone",
    "FROM": "would load another graph; constraints see the data alone",
    "MINUS": "is forbidden by SHACL, because it does not see $this; use FILTER NOT EXISTS",
    "VALUES": "is forbidden by SHACL, because it does not see $this; use FILTER … IN",
}
_FUNCTION = re.compile(r"custom function <([^>]*)>")
_PATH = re.compile(r"[?$]PATH\b")
_EMPTY = Store()

_Problems = Iterator[tuple[str, Location]]


def refuse(shapes: Shapes, *, advanced: bool = False, inference: str | None = None) -> list[InputError]:
    """Find what is never run, by file and line; `advanced` says that the Advanced Features are."""
    found = [*_features(shapes, advanced, inference), *_queries(shapes, advanced=advanced)]
    return in_order([place.fault(problem) for problem, place in found])


def in_order(found: list[InputError]) -> list[InputError]:
    """Order faults by place, and drop what is said twice of one."""
    once = {str(error): error for error in found}.values()
    return sorted(once, key=lambda error: (error.path, error.line, error.column, error.problem))


def _features(shapes: Shapes, advanced: bool, inference: str | None) -> _Problems:  # noqa: FBT001 - as `refuse` has it
    targets = [target for shape in shapes for target in shape.targets]
    if shapes.sources and not any(target.name != sh("target") or advanced for target in targets):
        what = "no shape has a target" if len(shapes) else "the file holds no shape"
        what += " but sh:target, which --advanced runs" if targets else ""
        yield f"{what}: nothing would be checked", shapes.sources[0].location(0)
    used = {shape.label for shape in shapes.used}
    for fact in shapes.index:
        subject, predicate, value = fact.row[:3]
        if predicate.startswith(f"<{SH}js") and subject in used:
            problem = f"sh:{name_of(predicate)} would run a script; write the constraint in SHACL or SPARQL"
            yield problem, fact.at_predicate()
        if predicate == sh("entailment") and not (inference and value == _RDFS):
            way = "; --inference rdfs does it" if value == _RDFS else ""
            yield f"sh:entailment {value} is not carried out here (SHACL 3.2){way}", fact.at_predicate()
        if advanced and predicate in _QUERIES and is_literal(value):
            refused = refusal(literal(value).text, forbidden=OUTSIDE)
            if refused is not None:
                yield f"the SPARQL may not be run: {refused}", fact.at_object()


def _queries(shapes: Shapes, *, advanced: bool) -> _Problems:
    """Find what is wrong with the queries that are evaluated; those of functions, rules and unused shapes are not.

    Functions that the shapes state themselves exist where the Advanced Features are run.
    """
    done = set()
    functions = {fact.row[0] for fact in shapes.index if fact.value == sh("SPARQLFunction") and advanced}
    for fact, forms, has_path in _stated(shapes):
        if (fact.value, has_path) not in done:
            done.add((fact.value, has_path))
            yield from _node(shapes, fact, forms, functions, has_path=has_path)
            yield from _ambiguous(shapes, fact.value)


def _stated(shapes: Shapes) -> Iterator[tuple[TracedTriple, tuple[str, ...], bool]]:
    """Return each statement that brings a query's node, the forms it may have, and whether its shape has a path."""
    for shape in shapes.used:
        has_path = shape.path is not None
        for fact in shapes.index.facts(shape.label, sh("sparql")):
            if not shapes.switched_off(fact.value):
                yield fact, ("select",), has_path
        own = sh("propertyValidator" if has_path else "nodeValidator")
        for component, _ in shape.custom:
            for name, forms in ((sh("validator"), ("ask", "select")), (own, ("select",))):
                yield from ((fact, forms, has_path) for fact in shapes.index.facts(component, name))


def _node(
    shapes: Shapes, bringing: TracedTriple, forms: tuple[str, ...], functions: set[str], *, has_path: bool
) -> _Problems:
    # A triple that is written twice is one statement.
    once = {fact.row[1:3]: fact for fact in reversed(shapes.index.of(bringing.value))}.values()
    found = [(form, fact) for form in ("select", "ask") for fact in once if fact.row[1] == sh(form)]
    wanted = " or ".join(f"sh:{form}" for form in forms)
    if len(found) != 1 or found[0][0] not in forms:
        place = found[-1][1].at_predicate() if found else bringing.at_object()
        yield f"exactly one {wanted} must stand here, and nothing else to be asked", place
        return
    ((form, fact),) = found
    if not is_literal(fact.value) or not literal(fact.value).datatype.endswith("#string"):
        yield f"sh:{form} must be a text", fact.at_object()
        return
    prefixes = {prefix: namespace for prefix, namespace, _ in sorted(_declarations(shapes, bringing.value))}
    yield from _query(_Query(form, fact, prefixes, has_path), functions)


class _Query(NamedTuple):
    """A query to be looked at."""

    form: str
    fact: TracedTriple
    prefixes: dict[str, str]
    has_path: bool

    @property
    def text(self) -> str:
        """The query as it is stated."""
        return literal(self.fact.value).text

    def at(self, offset: int) -> Location:
        """Return the place in the file of a character of the text."""
        source, begin = self.fact.source, self.fact.row[5]
        raw = source.text
        at = begin + (3 if raw[begin : begin + 3] in ('"""', "'''") else 1)
        for _ in range(offset):
            match = ESCAPE.match(raw, at)
            at = match.end() if match else at + 1
        return source.location(at)

    def word(self, text: str) -> Location:
        """Return the place of the first token of that text."""
        upper = text.upper()
        return self.at(next((token.offset for token in tokens.tokens(self.text) if token.text.upper() == upper), 0))


def _query(query: _Query, functions: set[str]) -> _Problems:
    refused = refusal(query.text, forbidden=_FORBIDDEN)
    if refused is not None and refused.what == "nesting":
        yield f"the SPARQL is nested deeper than {refused.found} levels", query.at(0)
        return
    if refused is not None:
        yield f"{refused.found} in a SPARQL constraint {_FORBIDDEN[refused.found]}", query.word(refused.found)
        return
    path = _PATH.search(query.text)
    if path and not query.has_path:
        yield "$PATH stands for the path of a property shape; this is none", query.at(path.start())
        return
    # In one line, so that lines are those of the text; a path has the length of its variable.
    head = "".join(f"PREFIX {prefix}: <{iri}> " for prefix, iri in query.prefixes.items())
    text = head + (_PATH.sub("<x:p>", query.text) if query.has_path else query.text)
    try:
        # On an empty store only the parser has work.
        answer = _EMPTY.query(text)
    except SyntaxError as error:
        offset, problem = fault(text, error)
        undeclared = re.search(r"the prefix '([^']*)' is not declared", problem)
        told = f"{undeclared[1]} is not declared for this query: add sh:prefixes" if undeclared else ""
        yield told or f"the SPARQL does not parse: {problem}", query.at(max(0, offset - len(head)))
        return
    except (RuntimeError, ValueError) as error:
        name = _FUNCTION.search(str(error))
        if name and f"<{name[1]}>" in functions:
            return
        told = f"there is no SPARQL function <{name[1]}>" if name else f"the SPARQL cannot be evaluated: {error}"
        yield told, query.at(_called(query, name[1]) if name else 0)
        return
    if not isinstance(answer, QuerySolutions if query.form == "select" else QueryBoolean):
        yield f"sh:{query.form} must hold {'a SELECT' if query.form == 'select' else 'an ASK'} query", query.at(0)
    elif isinstance(answer, QuerySolutions) and "this" not in {variable.value for variable in answer.variables}:
        yield "the SELECT must give $this", query.word("SELECT")
    else:
        yield from _bound(query)


def _called(query: _Query, iri: str) -> int:
    """Return where a function is called, by its whole IRI or a prefixed name."""
    names = {f"<{iri}>"} | {
        f"{prefix}:{iri[len(namespace) :]}" for prefix, namespace in query.prefixes.items() if iri.startswith(namespace)
    }
    return next((token.offset for token in tokens.tokens(query.text) if token.text in names), 0)


def _bound(query: _Query) -> _Problems:
    """Find where `$this` would lose the value that SHACL binds to it before the query runs."""
    listed = list(tokens.tokens(query.text))
    words = [token.text.upper().replace("$", "?") for token in listed]
    for number, (token, word) in enumerate(zip(listed, words, strict=True)):
        if word == "AS" and any(each.text in ("?this", "$this") for each in listed[number + 1 : number + 2]):
            yield "AS $this in a SPARQL constraint: SHACL has bound $this already", query.at(token.offset)
        if word == "SELECT" and words[number - 1 : number] == ["{"]:
            rest = words[number + 1 :]
            clause = rest[: next((place for place, text in enumerate(rest) if text in ("WHERE", "{")), None)]
            if not {"*", "?THIS"} & set(clause):
                problem = "a sub-select of a SPARQL constraint must give $this, or it sees every node"
                yield problem, query.at(token.offset)


def _declarations(shapes: Shapes, node: str) -> Iterator[tuple[str, str, TracedTriple]]:
    """Return the prefixes that a query gets through sh:prefixes, imports of it included."""
    for ontology in shapes.ontologies(node):
        for fact in shapes.index.facts(ontology, sh("declare")):
            names, namespaces = (shapes.index.values(fact.value, sh(part)) for part in ("prefix", "namespace"))
            for prefix in names:
                for namespace in namespaces:
                    if is_literal(prefix) and is_literal(namespace):
                        yield literal(prefix).text, literal(namespace).text, fact


def _ambiguous(shapes: Shapes, node: str) -> _Problems:
    known: dict[str, str] = {}
    for prefix, namespace, fact in _declarations(shapes, node):
        first = known.setdefault(prefix, namespace)
        if first != namespace:
            yield f"the prefix '{prefix}' stands for <{first}> and for <{namespace}>", fact.at_object()
