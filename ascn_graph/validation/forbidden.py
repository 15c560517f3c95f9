"""What of shapes is never run: scripts, features that no engine here evaluates, and SPARQL that SHACL forbids."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Store

from ascn_graph.errors import InputError
from ascn_graph.ntriples import is_literal, literal, name_of
from ascn_graph.sparql.guard import refusal
from ascn_graph.sparql.tokens import tokens
from ascn_graph.validation.index import OWL_IMPORTS
from ascn_graph.validation.shapes import Shapes
from ascn_graph.validation.sources import Location
from ascn_graph.validation.vocabulary import SH, sh

__all__ = ["in_order", "refuse"]

_ADVANCED = {sh("target"): "sh:target", sh("expression"): "sh:expression"}
_FORBIDDEN = {
    "SERVICE": "would ask another server; constraints see the data alone",
    "FROM": "would load another graph; constraints see the data alone",
    "MINUS": "is forbidden by SHACL, because it does not see $this; use FILTER NOT EXISTS",
    "VALUES": "is forbidden by SHACL, because it does not see $this; use FILTER … IN",
}


def refuse(shapes: Shapes) -> list[InputError]:
    """Find what is never run, by file and line."""
    return in_order(
        [
            InputError(problem, place.file, place.line, place.column)
            for check in (_targets, _scripts, _queries)
            for problem, place in check(shapes)
        ]
    )


def in_order(found: list[InputError]) -> list[InputError]:
    """Order faults by place, and drop what is said twice of one."""
    once = {str(error): error for error in found}.values()
    return sorted(once, key=lambda error: (error.path, error.line, error.column, error.problem))


_Problems = Iterator[tuple[str, Location]]


def _targets(shapes: Shapes) -> _Problems:
    if shapes.sources and not any(shapes.targets(shape) for shape in shapes):
        what = "no shape has a target" if len(shapes) else "the file holds no shape"
        yield f"{what}: nothing would be checked", shapes.sources[0].location(0)


def _scripts(shapes: Shapes) -> _Problems:
    for fact in shapes.index:
        name = name_of(fact.row[1]) if fact.row[1].startswith(f"<{SH}") else ""
        if name.startswith("js"):
            yield f"sh:{name} would run a script; write the constraint in SHACL or SPARQL", fact.at_predicate()
        elif fact.row[1] in _ADVANCED:
            what = _ADVANCED[fact.row[1]]
            yield (
                f"{what} is a SHACL Advanced Feature, which is not evaluated here; nothing would be checked",
                (fact.at_predicate()),
            )


def _queries(shapes: Shapes) -> _Problems:
    for fact in shapes.index:
        if fact.row[1] in (sh("select"), sh("ask")) and is_literal(fact.value):
            problem = _query(literal(fact.value).text, _prefixes(shapes, fact.row[0]))
            if problem:
                yield problem, fact.at_object()
        if fact.row[1] == sh("sparql"):
            stated = shapes.index.of(fact.value)
            if not any(other.row[1] in (sh("select"), sh("ask")) for other in stated):
                yield "sh:sparql needs a node with sh:select", fact.at_object()


def _prefixes(shapes: Shapes, node: str) -> str:
    """Give the PREFIX lines that a SPARQL constraint declares through sh:prefixes, imports of it included."""
    pending, seen, lines = shapes.index.values(node, sh("prefixes")), set[str](), []
    while pending:
        ontology = pending.pop()
        if ontology in seen:
            continue
        seen.add(ontology)
        pending += shapes.index.values(ontology, OWL_IMPORTS)
        for declaration in shapes.index.values(ontology, sh("declare")):
            prefixes = shapes.index.values(declaration, sh("prefix"))
            namespaces = shapes.index.values(declaration, sh("namespace"))
            if len(prefixes) == 1 and len(namespaces) == 1 and is_literal(prefixes[0]) and is_literal(namespaces[0]):
                lines.append(f"PREFIX {literal(prefixes[0]).text}: <{literal(namespaces[0]).text}>\n")
    return "".join(sorted(lines))


def _query(text: str, prefixes: str) -> str:
    refused = refusal(text, forbidden=_FORBIDDEN)
    if refused is not None:
        if refused.what == "nesting":
            return f"the SPARQL is nested deeper than {refused.found} levels"
        return f"{refused.found} in a SPARQL constraint {_FORBIDDEN[refused.found]}"
    try:
        # On an empty store only the parser has work.
        Store().query(prefixes + text)
    except SyntaxError as error:
        return f"the SPARQL does not parse: {' '.join(error.msg.split())[:200]}"
    return _bound(text)


def _bound(text: str) -> str:
    """Find where `$this` would lose the value that SHACL binds to it before the query runs."""
    found = [token.text.upper() for token in tokens(text)]
    for number, word in enumerate(found):
        if word == "AS" and found[number + 1 : number + 2] in (["?THIS"], ["$THIS"]):
            return "AS $this in a SPARQL constraint: SHACL has bound $this already"
        if word == "SELECT" and number and found[number - 1] == "{":
            projected = found[
                number + 1 : next((i for i in range(number, len(found)) if found[i] in ("WHERE", "{")), None)
            ]
            if not {"*", "?THIS", "$THIS"} & set(projected):
                return "a sub-select of a SPARQL constraint must give $this, or it sees every node"
    return ""
