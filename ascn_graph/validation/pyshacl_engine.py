"""The reference engine, pySHACL, run as a process of its own: a graph comes in, results go out, nothing is fetched.

The file is run by its path, so that it starts without the rest of this package. Standard input is one JSON object with
the N-Triples of `data` and `shapes`; standard output is one with `results`, or with `failure`.
"""

from __future__ import annotations

import gc
import json
import logging
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from functools import cache
from typing import Any

import pyoxigraph
import rdflib

# Before any term is made: "01" must stay what the file says.
rdflib.NORMALIZE_LITERALS = False

from pyshacl import validate  # noqa: E402 - the switch above comes first
from pyshacl.constraints import CONSTRAINT_PARAMETERS_MAP  # noqa: E402 - as above
from pyshacl.constraints.constraint_component import ConstraintComponent  # noqa: E402 - as above
from pyshacl.constraints.core import property_pair_constraints as pairs  # noqa: E402 - as above
from pyshacl.constraints.core import string_based_constraints as strings  # noqa: E402 - as above
from pyshacl.constraints.core import value_range_constraints as ranges  # noqa: E402 - as above
from pyshacl.constraints.sparql import sparql_based_constraint_components as custom  # noqa: E402 - as above
from pyshacl.errors import ConstraintLoadError, ReportableRuntimeError, ShapeLoadError  # noqa: E402 - as above
from pyshacl.helper import expression_helper, get_query_helper_cls  # noqa: E402 - as above
from pyshacl.shape import Shape  # noqa: E402 - as above
from rdflib import RDF, SH, XSD, BNode, Graph, Literal, URIRef, Variable, plugin  # noqa: E402 - as above
from rdflib.plugins import sparql  # noqa: E402 - as above
from rdflib.plugins.sparql.processor import SPARQLProcessor, prepareQuery  # noqa: E402 - as above
from rdflib.plugins.sparql.sparql import Query  # noqa: E402 - as above
from rdflib.query import Processor  # noqa: E402 - as above

__all__ = ["main"]

_FAILURE = Variable("failure")
_FIRST = RDF.first
#: What is told of a result, each with its property.
_STATED = {"focus": SH.focusNode, "path": SH.resultPath, "value": SH.value, "severity": SH.resultSeverity}
_STATED |= {"component": SH.sourceConstraintComponent, "shape": SH.sourceShape}
_DEEPEST, _STACK = 1_000_000, 1 << 29


class PreparedProcessor(SPARQLProcessor):
    """rdflib's own SPARQL, which parses each text once: pySHACL asks the same one for every focus node."""

    def query(self, asked: Any, bindings: Any = None, namespaces: Any = None, **more: Any) -> Any:  # type: ignore[override]  # its parent's names say less
        """Answer a query as the parent does."""
        if isinstance(asked, str):
            asked = _prepared(asked, tuple(sorted((namespaces or {}).items())), more.get("base"))
        answer: Any = super().query(asked, bindings, namespaces, **more)
        if _FAILURE in (answer.get("vars_") or ()):
            answer["bindings"] = list(answer["bindings"])
            if any(row.get(_FAILURE) and row[_FAILURE].value for row in answer["bindings"]):
                raise ReportableRuntimeError("a query of the shapes says that it failed: it gives ?failure as true")
            # pySHACL takes any value of it for true.
            answer["bindings"] = [{name: row[name] for name in row if name != _FAILURE} for row in answer["bindings"]]
        return answer


#: The shapes in which the data led back to a node being validated, and the focus nodes of every shape.
_loops: set[str] = set()
_met: dict[str, list[str]] = {}


def _compared(original: Any) -> Any:
    """Compare what SPARQL compares; pySHACL fails on a blank node, and compares IRIs as texts and truth as a number."""

    def compare(self: Any, values: Any, others: Any, graph: Any, focus: Any) -> Any:
        told = []
        for value in values:
            for other in others:
                if _comparable(value, other):
                    told += original(self, {value}, {other}, graph, focus)[1]
                else:
                    told.append(self.make_v_result(graph, focus, value_node=value))
        return bool(told), told

    return compare


def _comparable(*nodes: Any) -> bool:
    if not all(isinstance(node, Literal) and not node.language and not node.ill_typed for node in nodes):
        return False
    numeric, boolean = ([isinstance(node.value, kind) for node in nodes] for kind in (int | float | Decimal, bool))
    kinds = {"number" if number else node.datatype or XSD.string for node, number in zip(nodes, numeric, strict=True)}
    return len(kinds) == 1 and len(set(boolean)) == 1


def _holding(original: Any, fits: Any) -> Any:
    """Apply a bound to the values it can be compared with; any other value, such as a blank node's length, fails it."""

    def hold(self: Any, bound: Any, graph: Any, values: Any) -> Any:
        unfit = [(focus, node) for focus, nodes in values.items() for node in nodes if not fits(self, node, bound)]
        told = [self.make_v_result(graph, focus, value_node=node) for focus, node in unfit]
        rest = {focus: {node for node in nodes if fits(self, node, bound)} for focus, nodes in values.items()}
        wrong, more = original(self, bound, graph, rest)
        return wrong or bool(told), told + more

    return hold


def _in_range(self: Any, node: Any, head: Any) -> bool:
    """Return whether a text is in one of the languages: pySHACL looks at a whole tag and at its first part alone."""
    tag = f"{getattr(node, 'language', None) or ''}-".lower()
    ranges = [str(each).lower() for each in self.shape.sg.graph.items(head)]
    return tag != "-" and any(each == "*" or tag.startswith(f"{each}-") for each in ranges)


def _hasten() -> None:
    """Make each constraint once, find parameters by hash, and write no text of a result, which nobody reads here."""
    made = {component: _once(component) for component in CONSTRAINT_PARAMETERS_MAP.values()}
    makers = {name: made[component] for name, component in CONSTRAINT_PARAMETERS_MAP.items()}
    described: Any = ConstraintComponent
    described.make_v_result_description = lambda *_, **__: ""
    setattr(sys.modules[Shape.__module__], "CONSTRAINT_PARAMS", (frozenset(makers), makers))  # noqa: B010 - where pySHACL looks


def _once(component: Any) -> Any:
    """Return what makes a component of a shape: pySHACL makes it anew for every node, lists and patterns and all."""
    made: dict[Any, Any] = {}

    def make(shape: Any) -> Any:
        key = (shape.sg, shape.node)
        if key not in made:
            made[key] = component(shape)
        return made[key]

    return make


def _followed(original: Any) -> Any:
    """Follow a path as pySHACL does, but a sequence from its end where it is inverted."""

    def follow(shapes: Any, node: Any, path: Any, graph: Any, **more: Any) -> Any:
        if not more.get("inverse") or (path, _FIRST, None) not in shapes.graph:
            return original(shapes, node, path, graph, **more)
        nodes = {node}
        for step in reversed(list(shapes.graph.items(path))):
            nodes = {value for each in nodes for value in follow(shapes, each, step, graph, inverse=True)}
        return nodes

    return follow


def _mend_components(component: Any) -> None:
    """Mend what pySHACL makes of constraint components of the shapes' own."""
    answers: Any = custom.BoundShapeValidatorComponent
    selects: Any = custom.SelectConstraintValidator
    helper: Any = get_query_helper_cls()  # type: ignore[no-untyped-call]
    bind, result, select = helper.bind_messages, component.make_v_result, selects.validate

    def asked(self: Any, executor: Any, focus: Any, _: Any, *given: Any, **named: Any) -> Any:
        # pySHACL asks once a value node and binds ?value to it, which is for an ASK alone (6.3).
        return {(focus, told) for _, told in select(self, executor, focus, [None], *given, **named)}

    def remember(self: Any, values: Any = None) -> Any:
        self.asked = (values or {}).get("value")
        return bind(self, values)

    def complete(self: Any, graph: Any, focus: Any, value_node: Any = None, **more: Any) -> Any:
        # pySHACL leaves out the value of an ASK in a property shape, and repeats the messages of earlier results.
        if value_node is None and isinstance(self.validator, custom.AskConstraintValidator):
            value_node = self.query_helper.asked
        more["extra_messages"] = [*self.constraint.messages, *self.query_helper.bound_messages]
        return result(self, graph, focus, value_node=value_node, **more)

    helper.bind_messages, answers.make_v_result, selects.validate = remember, complete, asked


def _mend() -> None:
    """Mend what pySHACL leaves out; note the shapes in which the data leads back, and the focus nodes of each."""
    shape: Any = Shape
    component: Any = ConstraintComponent
    focus_nodes = shape.focus_nodes

    def noted(self: Any, *given: Any, **named: Any) -> Any:
        found = focus_nodes(self, *given, **named)
        _met[str(_text(self.node))] = sorted(str(_text(node)) for node in found)
        return found

    evaluate = shape.validate
    begun: set[tuple[Any, Any]] = set()

    def once(self: Any, executor: Any, graph: Any, focus: Any = None, _evaluation_path: Any = None) -> Any:
        # pySHACL stops at the third time it comes through a shape, whatever the node.
        pair = (self.node, focus)
        if pair in begun:
            _loops.add(str(_text(self.node)))
            return True, []
        if focus is not None:
            begun.add(pair)
        try:
            return evaluate(self, executor, graph, focus, _evaluation_path)
        finally:
            begun.discard(pair)

    for limits in (strings.MinLengthConstraintComponent, strings.MaxLengthConstraintComponent):
        rule = getattr(limits, "_evaluate_string_rule")  # noqa: B009 - there is no other way in
        setattr(limits, rule.__name__, _holding(rule, lambda _self, node, _: not isinstance(node, BNode)))
    spoken: Any = strings.LanguageInConstraintComponent
    spoken._evaluate_string_rule = _holding(lambda *_: (False, []), _in_range)  # noqa: SLF001 - as above
    for bound in ("MinExclusive", "MinInclusive", "MaxExclusive", "MaxInclusive"):
        limits = getattr(ranges, f"{bound}ConstraintComponent")
        rule = getattr(limits, f"_evaluate_{bound[:3].lower()}_rule")
        setattr(limits, rule.__name__, _holding(rule, lambda _, *nodes: _comparable(*nodes)))
    steps: Any = expression_helper
    module: Any = sys.modules[shape.__module__]
    steps.value_nodes_from_path = module.value_nodes_from_path = _followed(steps.value_nodes_from_path)
    less: Any = pairs.LessThanConstraintComponent
    at_most: Any = pairs.LessThanOrEqualsConstraintComponent
    less._compare_lt, at_most._compare_ltoe = _compared(less._compare_lt), _compared(at_most._compare_ltoe)  # noqa: SLF001 - there is no other way in
    _mend_components(component)
    shape.validate, shape.focus_nodes, component.recursion_triggers = once, noted, lambda *_: None


@cache
def _prepared(text: str, namespaces: tuple[tuple[str, Any], ...], base: str | None) -> Query:
    return prepareQuery(text, initNs=dict(namespaces), base=base)


@cache
def _term(term: Any) -> URIRef | BNode | Literal:
    if isinstance(term, pyoxigraph.NamedNode):
        return URIRef(term.value)
    if isinstance(term, pyoxigraph.BlankNode):
        return BNode(term.value)
    # A plain literal has no datatype here.
    datatype = None if term.language or term.datatype.value == str(XSD.string) else URIRef(term.datatype.value)
    return Literal(term.value, lang=term.language, datatype=datatype)


def _text(term: Any) -> str | None:
    if isinstance(term, URIRef):
        return f"<{term}>"
    if isinstance(term, BNode):
        return f"_:{term}"
    if isinstance(term, Literal):
        if term.language:
            return str(pyoxigraph.Literal(str(term), language=term.language.lower()))
        datatype = XSD.string if term.datatype is None else term.datatype
        return str(pyoxigraph.Literal(str(term), datatype=pyoxigraph.NamedNode(datatype)))
    return None


def _graph(ntriples: str) -> Graph:
    graph = Graph(bind_namespaces="none")
    add = graph.store.add  # the store's own method: the graph's checks each term again
    for triple in pyoxigraph.parse(ntriples.encode(), format=pyoxigraph.RdfFormat.N_TRIPLES):
        add((_term(triple.subject), _term(triple.predicate), _term(triple.object)), context=graph)
    return graph


def _run(data: str, shapes: str, *, advanced: bool = False) -> dict[str, Any]:
    try:
        _, report, text = validate(
            _graph(data),
            shacl_graph=_graph(shapes),
            inference="none",
            advanced=advanced,
            js=False,
            meta_shacl=False,
            do_owl_imports=False,
            max_validation_depth=_DEEPEST,
        )
    except (ConstraintLoadError, ReportableRuntimeError, ShapeLoadError) as error:
        return {"failure": str(error)}
    if not isinstance(report, Graph):
        return {"failure": str(text).strip()}
    results = [
        {name: _text(report.value(result, term)) for name, term in _STATED.items()}
        | {"messages": sorted(str(_text(message)) for message in report.objects(result, SH.resultMessage))}
        for top in report.subjects(SH.conforms)
        for result in report.objects(top, SH.result)
    ]
    return {"results": results, "loops": sorted(_loops), "met": _met}


def main() -> None:
    """Validate what standard input holds."""
    logging.disable(logging.WARNING)
    # The graphs stay until the end: looking for garbage among them costs time and finds none.
    gc.disable()
    sparql.SPARQL_LOAD_GRAPHS = False
    plugin.register("sparql", Processor, __name__, PreparedProcessor.__name__)
    _mend()
    request = json.load(sys.stdin)
    if not request["advanced"]:
        _hasten()
    # Shapes may lead into each other as deep as the data goes: in a thread of its own there is room for it.
    sys.setrecursionlimit(_DEEPEST)
    threading.stack_size(_STACK)
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(_run, request["data"], request["shapes"], advanced=request["advanced"])
        json.dump(answer.result(), sys.stdout)


if __name__ == "__main__":
    main()
