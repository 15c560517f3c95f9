"""What of a run is asked for: the shapes and focus nodes that are named, and the files that are reported on."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from ascn_graph.errors import UsageError
from ascn_graph.namespaces import is_safe_iri
from ascn_graph.nearest import closest
from ascn_graph.ntriples import iri, show
from ascn_graph.validation.focus import Focus
from ascn_graph.validation.index import TripleIndex
from ascn_graph.validation.inputs import Inputs
from ascn_graph.validation.locate import Locator
from ascn_graph.validation.report import Result

__all__ = ["Names", "in_files", "narrowed"]

#: Names of nodes, as people write them.
Names = Sequence[str]


def _named(names: Names, known: Collection[str], what: str, prefixes: Mapping[str, str]) -> list[str]:
    """Return the terms that names mean: an IRI, with or without angle brackets, or a prefixed name of the files.

    Raises:
        UsageError: a name is not one of `known`.
    """
    found = []
    for name in names:
        prefix, _, local = name.partition(":")
        value = prefixes[prefix] + local if prefix in prefixes else name.strip("<>")
        if not is_safe_iri(value) or iri(value) not in known:
            shown = {show(term, prefixes): term for term in known}
            near = closest(show(iri(value), prefixes), shown)
            raise UsageError(f"There is no {what} {name}" + (f": did you mean {near}?" if near else "."))
        found.append(iri(value))
    return found


def narrowed(focus: Focus, locator: Locator, shapes: Names, nodes: Names, prefixes: Mapping[str, str]) -> Focus:
    """Return the focus nodes of the shapes that are named, or those of the nodes that are named that shapes target.

    Where both are named, the shapes are held to the nodes whatever their targets are.

    Raises:
        UsageError: there is no such shape or node.
    """
    if not shapes and not nodes:
        return focus
    by_name = {shape.name: shape.label for shape in focus.shapes}
    labels = [by_name[name] for name in _named(shapes, by_name, "shape", prefixes)]
    wanted = dict.fromkeys(_named(nodes, locator.index.subjects.keys() | locator.incoming.keys(), "node", prefixes))
    if shapes and nodes:
        return focus.aimed(dict.fromkeys(labels, wanted))
    targets = {label: met for label, met in focus.targets.items() if not shapes or label in labels}
    if nodes:
        targets = {label: {node: None for node in met if node in wanted} for label, met in targets.items()}
    return focus.aimed({label: met for label, met in targets.items() if met or shapes})


def in_files(results: list[Result], given: Inputs) -> list[Result]:
    """Return the results that are about the files that are reported on, each at a place in one of them."""
    if not given.context:
        return results
    unreported = {source.name for source in given.context}
    locator = Locator([*given.data, *given.ontology], given.shapes)
    others, kept = TripleIndex(given.context), []
    for result in results:
        related = [(text, place) for text, place in result.related if place.file not in unreported]
        if result.location.file not in unreported:
            kept.append(replace(result, related=related))
        elif related:
            kept.append(replace(result, location=related[0][1], related=related[1:]))
        elif locator.index.of(result.focus) or (result.focus in locator.incoming and not others.of(result.focus)):
            place = locator.node(result.focus)
            kept.append(replace(result, location=place.location, rule=place.rule, related=[]))
    return kept
