"""What each parameter of a shape may hold, and the words for what it may not."""

from __future__ import annotations

import re
from collections.abc import Callable

from ascn_graph.namespaces import STANDARD
from ascn_graph.ntriples import is_blank, is_iri, is_literal, literal
from ascn_graph.validation.patterns import translated
from ascn_graph.validation.shape import Parameter
from ascn_graph.validation.shapes import Shapes
from ascn_graph.validation.vocabulary import sh

__all__ = ["CHECKS", "UNSTATED"]

#: How the words for a reference to nothing end.
UNSTATED = "that these files state"
_XSD = STANDARD["xsd"]
_NODE_KINDS = {
    sh(name) for name in ("IRI", "BlankNode", "Literal", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral")
}


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
    flags = next(iter(shapes.index.values(parameter.fact.row[0], sh("flags"))), '""')
    if not is_literal(flags) or any(translated(engine, parameter.value, flags) for engine in ("fast", "pyshacl")):
        return ""
    return "must be a regular expression that an engine here can match"


def _a_literal(_: Shapes, parameter: Parameter) -> str:
    return "" if is_literal(parameter.value) else "must be a literal"


def _any_term(_: Shapes, parameter: Parameter) -> str:
    blank = is_blank(parameter.value) and parameter.name != sh("hasValue")
    return "must be an IRI or a literal: nothing else can name a blank node" if blank else ""


def _a_shape(shapes: Shapes, parameter: Parameter) -> str:
    if is_literal(parameter.value):
        return "must be a shape"
    return "" if shapes.index.of(parameter.value) else f"must be a shape {UNSTATED}"


def _a_list(shapes: Shapes, parameter: Parameter) -> str:
    items = None if is_literal(parameter.value) else shapes.index.items(parameter.value)
    return "must be a list in round brackets that ends and does not run in a circle" if items is None else ""


def _some_shapes(shapes: Shapes, parameter: Parameter) -> str:
    wrong = _a_list(shapes, parameter)
    if wrong:
        return wrong
    items = shapes.index.items(parameter.value) or []
    return "" if all(shapes.index.of(item) for item in items) else f"must be a list of shapes {UNSTATED}"


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


#: For each kind of parameter, a function that gives an empty text or what the value must be.
CHECKS: dict[str, Callable[[Shapes, Parameter], str]] = {
    "IRI": _an_iri,
    "boolean": _boolean,
    "count": _a_count,
    "text": _a_text,
    "pattern": _a_pattern,
    "literal": _a_literal,
    "term": _any_term,
    "shape": _a_shape,
    "list": _a_list,
    "shapes": _some_shapes,
    "languages": _some(is_literal, "must be a list of language tags"),
    "IRIs": _some(is_iri, "must be a list of IRIs"),
    "kind of node": _a_node_kind,
    "path": _a_path,
    "node": _a_node,
}
