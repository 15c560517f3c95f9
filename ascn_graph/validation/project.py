"""What a graph project holds its data to beside its shapes: its terms, its checks and its extracts."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from ascn_graph.ntriples import iri
from ascn_graph.profile import packaged
from ascn_graph.validation import rules
from ascn_graph.validation.inputs import Inputs
from ascn_graph.validation.locate import Locator
from ascn_graph.validation.report import Extra, Note, Result
from ascn_graph.validation.shape import Shape
from ascn_graph.validation.source_graphs import differences
from ascn_graph.validation.vocabulary import Declared
from ascn_graph.validation.writing import spellings

__all__ = ["beyond_shapes", "declared", "left_out", "partial"]


def declared(given: Inputs) -> Declared | None:
    """Return the terms that the project of a run declares, or None where it is of no project."""
    if given.project is None:
        return None
    evidence = given.project.evidence
    return Declared(
        given.project.prefix,
        f"<{given.project.namespace}",
        frozenset(row[0] for source in given.ontology for row in source.document.rows),
        frozenset(map(iri, (evidence.whole, evidence.every_source))),
        given.ontology[0].name if given.ontology else "",
    )


def beyond_shapes(
    given: Inputs, checks: Iterable[rules.Check], locator: Locator, results: Iterable[Result]
) -> list[Result]:
    """Return what checks, terms and extracts find; what a shape has said of a value is not said twice."""
    found: list[Result] = []
    terms = declared(given)
    if given.project is not None and terms is not None:
        extras = (
            _undeclared(given, terms),
            spellings(given.sources, given.project),
            differences(given.data, locator.index, given.fields, given.project),
        )
        found += rules.place(chain(*extras), locator)
    own = rules.queries(given.checks) if given.checks is not None and given.whole else []
    everything = [*checks, *own]
    if everything:
        store = rules.graphs(given.data, [*given.ontology, *given.context], given.project or packaged())
        said = {(result.focus, result.value) for result in (*results, *found)}
        for check in everything:
            new = (extra for extra in check(store) if (extra.focus, extra.value) not in said)
            found += rules.place(new, locator)
    return found


def _undeclared(given: Inputs, terms: Declared) -> Iterable[Extra]:
    """Find terms of the project's namespace that its ontology lacks: a misspelt property is a fact nobody will find."""
    # What marks a shape says nothing of data.
    terms = terms._replace(marks=frozenset())
    for source in given.data:
        for subject, predicate, value, *_ in source.document.rows:
            for term in (predicate, value):
                if problem := terms.lacks(term):
                    message = f"T{problem[1:]}" + ("" if problem.endswith("?") else ".")
                    at = ("", predicate) if term == predicate else (value, "")
                    yield Extra(message, subject, *at, name="undeclared-term")


def _marked(given: Inputs) -> tuple[list[Shape], list[Shape]]:
    """Return the shapes that need the whole of one source, and those that need all, where that is not there."""
    if given.project is None:
        return [], []
    evidence = given.project.evidence
    counts = [] if given.whole_source else given.shapes.marked(iri(evidence.whole))
    return counts, [] if given.whole else given.shapes.marked(iri(evidence.every_source))


def partial(given: Inputs) -> list[Shape]:
    """Return the shapes that ask for more than the files at hand can state."""
    counts, together = _marked(given)
    return counts + together


def left_out(given: Inputs) -> list[Note]:
    """Return a note for each shape, and for the checks, that a part of the data cannot be held to."""
    if given.project is None:
        return []
    counts, together = _marked(given)
    whole = f"counts what only the whole of {given.project.whole} fixes"
    reasons = [(shape, whole) for shape in counts]
    reasons += [(shape, "asks for what only all sources together state") for shape in together]
    notes = [Note(f"{shape.title()} is left out: it {reason}", shape.location) for shape, reason in reasons]
    if given.checks is not None and not given.whole:
        notes.append(Note(f"The checks of {given.checks.as_posix()} are left out: they hold all sources together"))
    return notes
