"""What is wrong with shapes before anything runs: a shape that is misspelt must never mean that data conforms."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from pyoxigraph import Store

from ascn_graph.errors import InputError
from ascn_graph.lexer import keywords, nesting, tokens
from ascn_graph.namespaces import PREFIXES
from ascn_graph.validation.explain import nearest
from ascn_graph.validation.report import Note
from ascn_graph.validation.shapes import NIL, OWL_IMPORTS, Fact, Parameter, Shape, Shapes
from ascn_graph.validation.sources import Location
from ascn_graph.validation.terms import is_blank, is_iri, is_literal, literal, name_of, show
from ascn_graph.validation.vocabulary import EVERY_SOURCE, KINDS, MANY, SH, TERMS, WHOLE_DATASET, Kind, sh

__all__ = ["lint", "notes", "refuse"]

_OURS = f"<{PREFIXES['ascn']}"
_MARKS = {WHOLE_DATASET, EVERY_SOURCE}
_XSD = PREFIXES["xsd"]
_NODE_KINDS = {
    sh(name) for name in ("IRI", "BlankNode", "Literal", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral")
}
_NEEDS_PATH = {
    sh(name)
    for name in [
        "minCount",
        "maxCount",
        "uniqueLang",
        "lessThan",
        "lessThanOrEquals",
        "qualifiedMinCount",
        "qualifiedMaxCount",
    ]
}
_ADVANCED = {sh("target"): "sh:target", sh("expression"): "sh:expression"}
_DEEPEST_QUERY = 64
_FORBIDDEN = {
    "SERVICE": "would ask another server; constraints see the data alone",
    "FROM": "would load another graph; constraints see the data alone",
    "MINUS": "is forbidden by SHACL, because it does not see $this; use FILTER NOT EXISTS",
    "VALUES": "is forbidden by SHACL, because it does not see $this; use FILTER … IN",
}


def refuse(shapes: Shapes) -> list[InputError]:
    """Find what is never run: scripts, features that no engine here evaluates, and SPARQL that SHACL forbids."""
    return _sorted([_fault(problem, place) for check in (_scripts, _queries) for problem, place in check(shapes)])


def lint(shapes: Shapes, declared: set[str] | None) -> list[InputError]:
    """Find what makes shapes mean something else than they seem to.

    Args:
        shapes: the shapes.
        declared: every subject of our ontology, to which terms of our namespace are held; None for other people's.

    Returns:
        The faults by file and line, each a sentence with its place.
    """
    found = [_fault(problem, place) for problem, place in _vocabulary(shapes)]
    for shape in shapes:
        found += [_fault(problem, place) for problem, place in _shape(shapes, shape)]
    if declared is not None:
        found += [_fault(problem, place) for problem, place in _undeclared(shapes, declared)]
    if not any(shapes.targets(shape) for shape in shapes):
        what = "no shape has a target" if len(shapes) else "the file holds no shape"
        found.append(InputError(f"{what}: nothing would be checked", shapes.sources[0].name))
    return _sorted(found)


def notes(shapes: Shapes) -> list[Note]:
    """Say what of the shapes is left undone by design."""
    return [
        Note(f"owl:imports {fact.value} is not followed; give that file with --shapes too", fact.at_object())
        for facts in shapes.index.subjects.values()
        for fact in facts
        if fact.row[1] == OWL_IMPORTS
    ]


def _sorted(found: list[InputError]) -> list[InputError]:
    """Order faults by place, and drop what is said twice of one."""
    once = {str(error): error for error in found}.values()
    return sorted(once, key=lambda error: (error.path, error.line, error.column, error.problem))


def _fault(problem: str, place: Location) -> InputError:
    return InputError(problem, place.file, place.line, place.column)


_Problems = Iterator[tuple[str, Location]]


def _facts(shapes: Shapes) -> Iterator[Fact]:
    for facts in shapes.index.subjects.values():
        yield from facts


def _vocabulary(shapes: Shapes) -> _Problems:
    """Terms of the SHACL namespace that SHACL does not have."""
    names = {name_of(term): term for term in TERMS}
    for fact in _facts(shapes):
        for term, place in ((fact.row[1], fact.at_predicate), (fact.value, fact.at_object)):
            if term.startswith(f"<{SH}") and term not in TERMS and term != f"<{SH}>":
                near = nearest(name_of(term), names)
                hint = f"; did you mean sh:{near}?" if near else ""
                yield f"SHACL has no term sh:{name_of(term)}{hint}", place()


def _scripts(shapes: Shapes) -> _Problems:
    for fact in _facts(shapes):
        name = name_of(fact.row[1]) if fact.row[1].startswith(f"<{SH}") else ""
        if name.startswith("js"):
            yield f"sh:{name} would run a script; write the constraint in SHACL or SPARQL", fact.at_predicate()
        elif fact.row[1] in _ADVANCED:
            what = _ADVANCED[fact.row[1]]
            yield (
                f"{what} is a SHACL Advanced Feature, which is not evaluated here; nothing would be checked",
                (fact.at_predicate()),
            )


def _undeclared(shapes: Shapes, declared: set[str]) -> _Problems:
    names = {name_of(term): term for term in declared if term.startswith(_OURS)}
    for fact in _facts(shapes):
        for term, place in ((fact.row[1], fact.at_predicate), (fact.value, fact.at_object)):
            if term.startswith(_OURS) and term not in declared | _MARKS and not shapes.index.of(term):
                near = nearest(name_of(term), names)
                hint = f"; did you mean ascn:{near}?" if near else "; declare it in ontology/ascn.ttl"
                yield f"the ontology has no term ascn:{name_of(term)}{hint}", place()


# -- Parameters --------------------------------------------------------------------------------------------------------


def _shape(shapes: Shapes, shape: Shape) -> _Problems:
    seen: set[str] = set()
    for parameter in shape.parameters:
        name = f"sh:{name_of(parameter.name)}"
        if parameter.name in seen and parameter.name not in MANY:
            yield f"{name} stands twice in one shape; only one can hold", parameter.fact.at_predicate()
        seen.add(parameter.name)
        wrong = _CHECKS[KINDS[parameter.name]](shapes, parameter)
        if wrong:
            shown = show(parameter.value, shape.source.document.prefixes)
            yield f"{name} {wrong}, not {shown}", parameter.fact.at_object()
        if parameter.name in _NEEDS_PATH and shape.path is None:
            yield f"{name} belongs in a property shape: this one has no sh:path", parameter.fact.at_predicate()
    if shape.path is None and any(
        fact.row[1] == sh("property") and fact.value == shape.label for fact in _facts(shapes)
    ):
        yield "a shape that sh:property refers to needs a sh:path", shape.location
    if sh("flags") in seen and sh("pattern") not in seen:
        yield "sh:flags without sh:pattern means nothing", shape.location
    counts = {sh("qualifiedMinCount"), sh("qualifiedMaxCount")}
    if (sh("qualifiedValueShape") in seen) != bool(counts & seen):
        yield "sh:qualifiedValueShape and sh:qualifiedMinCount or MaxCount need each other", shape.location
    if sh("ignoredProperties") in seen and sh("closed") not in seen:
        yield "sh:ignoredProperties without sh:closed means nothing", shape.location


def _an_iri(_: Shapes, parameter: Parameter) -> str:
    return "" if is_iri(parameter.value) else "must be an IRI"


def _boolean(_: Shapes, parameter: Parameter) -> str:
    good = is_literal(parameter.value) and literal(parameter.value).datatype == _XSD + "boolean"
    return "" if good and literal(parameter.value).text in ("true", "false") else "must be true or false"


def _a_count(_: Shapes, parameter: Parameter) -> str:
    parts = literal(parameter.value) if is_literal(parameter.value) else None
    good = parts is not None and parts.datatype == _XSD + "integer" and re.fullmatch(r"\+?\d+", parts.text)
    return "" if good else "must be a whole number such as 1"


def _a_text(_: Shapes, parameter: Parameter) -> str:
    good = is_literal(parameter.value) and literal(parameter.value).datatype.endswith(("#string", "#langString"))
    return "" if good else "must be a text"


def _a_pattern(shapes: Shapes, parameter: Parameter) -> str:
    if _a_text(shapes, parameter):
        return "must be a text"
    # Oxigraph's expressions take linear time; look-around, which it lacks, is tried with Python's.
    flags = next(iter(shapes.index.values(parameter.fact.row[0], sh("flags"))), '""')
    text = parameter.value if is_literal(parameter.value) else '""'
    if "(?" in text:
        return _compiles(literal(text).text)
    try:
        Store().query(f'ASK {{ FILTER(REGEX("", {_plain(text)}, {_plain(flags)})) }}')
    except (SyntaxError, ValueError):
        return "must be a regular expression"
    return _compiles(literal(text).text)


def _plain(term: str) -> str:
    """Give a literal as SPARQL writes it, without language and datatype."""
    return term[: term.rindex('"') + 1]


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError):
        return "must be a regular expression"
    return ""


def _a_literal(_: Shapes, parameter: Parameter) -> str:
    return "" if is_literal(parameter.value) else "must be a literal"


def _any_term(_: Shapes, parameter: Parameter) -> str:
    blank = is_blank(parameter.value) and parameter.name != sh("hasValue")
    return "must be an IRI or a literal: nothing else can name a blank node" if blank else ""


def _a_shape(shapes: Shapes, parameter: Parameter) -> str:
    if is_literal(parameter.value):
        return "must be a shape"
    return "" if shapes.index.of(parameter.value) else "must be a shape that these files state"


def _a_list(shapes: Shapes, parameter: Parameter) -> str:
    items = None if is_literal(parameter.value) else shapes.index.items(parameter.value)
    return "must be a list in round brackets that ends and does not run in a circle" if items is None else ""


def _some_shapes(shapes: Shapes, parameter: Parameter) -> str:
    wrong = _a_list(shapes, parameter)
    if wrong:
        return wrong
    if parameter.value == NIL:
        return "must be a list of shapes"
    items = shapes.index.items(parameter.value) or []
    return "" if all(shapes.index.of(item) for item in items) else "must be a list of shapes that these files state"


def _some(test: Callable[[str], bool], what: str) -> Callable[[Shapes, Parameter], str]:
    def check(shapes: Shapes, parameter: Parameter) -> str:
        wrong = _a_list(shapes, parameter)
        return wrong or ("" if all(test(item) for item in shapes.index.items(parameter.value) or []) else what)

    return check


def _a_node_kind(_: Shapes, parameter: Parameter) -> str:
    return "" if parameter.value in _NODE_KINDS else "must be one of sh:IRI, sh:BlankNode, sh:Literal and their pairs"


def _a_path(shapes: Shapes, parameter: Parameter) -> str:
    good = not is_literal(parameter.value) and shapes.path_text(parameter.value) is not None
    return "" if good else "must be an IRI or a well-formed path"


def _a_node(_: Shapes, parameter: Parameter) -> str:
    return "must be a node that states a query" if is_literal(parameter.value) else ""


_CHECKS: dict[Kind, Callable[[Shapes, Parameter], str]] = {
    Kind.IRI: _an_iri,
    Kind.BOOLEAN: _boolean,
    Kind.COUNT: _a_count,
    Kind.TEXT: _a_text,
    Kind.PATTERN: _a_pattern,
    Kind.LITERAL: _a_literal,
    Kind.TERM: _any_term,
    Kind.SHAPE: _a_shape,
    Kind.LIST: _a_list,
    Kind.SHAPES: _some_shapes,
    Kind.LANGUAGES: _some(is_literal, "must be a list of language tags"),
    Kind.IRIS: _some(is_iri, "must be a list of IRIs"),
    Kind.NODE_KIND: _a_node_kind,
    Kind.PATH: _a_path,
    Kind.NODE: _a_node,
}


# -- SPARQL ------------------------------------------------------------------------------------------------------------


def _queries(shapes: Shapes) -> _Problems:
    for fact in _facts(shapes):
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
    words = keywords(text)
    for word, harm in _FORBIDDEN.items():
        if word in words:
            return f"{word} in a SPARQL constraint {harm}"
    if nesting(text) > _DEEPEST_QUERY:
        return f"the SPARQL is nested deeper than {_DEEPEST_QUERY} levels"
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
