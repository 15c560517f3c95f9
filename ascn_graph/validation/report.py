"""What a validation found: results with their places, and the verdict on the whole."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from ascn_graph.errors import AscnError, InputError, counted
from ascn_graph.ntriples import is_blank
from ascn_graph.validation.sources import Location, TripleIndex

__all__ = [
    "SEVERITIES",
    "Checked",
    "Extra",
    "Note",
    "Report",
    "Result",
    "UnusableInput",
    "gathered",
    "of_failure",
    "of_faults",
    "stamp",
]

#: From the worst to the mildest, as `--fail-on` names them.
SEVERITIES = ("violation", "warning", "info")
#: GitHub cuts a long annotation, so that it names few other places; SARIF and JSON name them all.
_MOST_PLACES = 5
#: Of a fingerprint.
_LENGTH = 32


class UnusableInput(InputError):
    """Data or shapes cannot be relied on; `faults` holds every reason, each an InputError with its place.

    Attributes:
        faults: the reasons.
        report: what was found nevertheless, or None where nothing could run.
    """

    def __init__(self, faults: list[InputError], report: Report | None = None) -> None:
        """Write the first reason as the message, and how many more there are."""
        first = faults[0]
        more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
        super().__init__(first.problem + more, first.path, first.line, first.column)
        self.faults = faults
        self.report = report

    def __reduce__(self) -> tuple[type[UnusableInput], tuple[list[InputError]]]:  # type: ignore[override]
        """Let the reasons, which another process may raise, come here."""
        return type(self), (self.faults,)


@contextmanager
def gathered() -> Iterator[None]:
    """Raise what makes one file unusable as the one fault of the input."""
    try:
        yield
    except UnusableInput:
        raise
    except InputError as error:
        raise UnusableInput([error]) from error


@dataclass(slots=True)
class Result:
    """One finding with its place.

    Attributes:
        kind: `shacl`, or what else found it: `check`, `evidence`.
        severity: one of `SEVERITIES`.
        message: one sentence.
        focus: the node it is about, as an N-Triples term.
        path: the path in SPARQL's form with whole IRIs, or an empty text.
        value: the offending value as an N-Triples term, or an empty text.
        component: the IRI of the constraint component, or the name of the rule.
        shape: the IRI of the shape, or for an anonymous one a name that survives unrelated edits.
        shape_title: the shape as people call it.
        location: where to look first.
        rule: how the place was found, the first that applies: object, path, value, predicate, subject, focus-object,
            target; `input` of a fault.
        related: other places, each with what it shows.
        shape_location: where the shape or its constraint stands, or None.
        step: what to do next, or an empty text.
        severity_iri: the IRI of the severity that the shape states, or an empty text.
        fingerprint: 32 hexadecimal digits that unrelated edits do not change.
        waived: the reason of the waiver that covers it, or an empty text.
        messages: the messages of the shapes' author, each with its language or an empty text.
        details: the inner results that are the reason of this one.
    """

    kind: str
    severity: str
    message: str
    component: str
    shape_title: str
    location: Location
    rule: str
    focus: str = ""
    path: str = ""
    value: str = ""
    shape: str = ""
    related: list[tuple[str, Location]] = field(default_factory=list)
    shape_location: Location | None = None
    step: str = ""
    severity_iri: str = ""
    fingerprint: str = ""
    waived: str = ""
    messages: list[tuple[str, str]] = field(default_factory=list)
    details: list[Result] = field(default_factory=list)

    def line(self, said: str = "") -> str:
        """Return place, severity and message in one line, or what else is said, with the reason of the waiver."""
        waived = f" (waived: {self.waived})" if self.waived else ""
        return f"{self.location}: {self.severity}: {said or self.message}{waived}"

    def fails(self, at: str) -> bool:
        """Return whether it is as bad as a severity, or worse, and not waived."""
        return SEVERITIES.index(self.severity) <= SEVERITIES.index(at) and not self.waived

    @property
    def hints(self) -> list[str]:
        """What to do next, and the first of the other places that have to do with it."""
        because = [
            f"Because: {inner.message} {inner.location.file}:{inner.location.line}:{inner.location.column}"
            for inner in self.details[:_MOST_PLACES]
        ]
        shown = self.related[:_MOST_PLACES]
        also = [f"Also: {text} at {place}" for text, place in shown]
        if len(self.related) > len(shown):
            also.append(f"Also: {counted(len(self.related) - len(shown), 'more place')}")
        return [*because, *([f"Next: {self.step}"] if self.step else []), *also]


class Extra(NamedTuple):
    """A finding of a check that is no shape.

    Attributes:
        message: one sentence.
        focus: the node it is about, as an N-Triples term.
        value: the offending value as an N-Triples term, or an empty text.
        path: the predicate it is about as an N-Triples term, or an empty text.
        severity: `violation`, `warning` or `info`.
        name: the name of the rule.
        kind: what found it, such as `check` or `evidence`.
        location: where it is; None means to look for the value, or for the node, in the data.
    """

    message: str
    focus: str
    value: str = ""
    path: str = ""
    severity: str = "violation"
    name: str = "rule"
    kind: str = "check"
    location: Location | None = None


class Note(NamedTuple):
    """Something to know that is no finding of the data: a doubtful shape, a constraint that nothing reached.

    Attributes:
        text: one sentence.
        location: its place, or None.
        level: `note`, `warning`, or `error` for what kept the run from being relied on.
        code: the rule of the lint that found it, or an empty text.
    """

    text: str
    location: Location | None = None
    level: str = "note"
    code: str = ""

    def __str__(self) -> str:
        """Return the level, the sentence, the rule and the place in one line."""
        code = f" [{self.code}]" if self.code else ""
        place = f" ({self.location})" if self.location else ""
        return f"{self.level}: {self.text}{code}{place}"


def stamp(results: Iterable[Result], index: TripleIndex) -> None:
    """Stamp each result with its fingerprint: from the shape, component, path, focus node and value, never from lines.

    A blank node has no name of its own, so it goes by what is stated about it; equal findings are numbered.
    """
    seen: Counter[str] = Counter()
    for result in results:
        parts = (
            *(result.kind, result.shape, result.component, result.path),
            *(_named(result.focus, index), _named(result.value, index)),
        )
        base = "\n".join(parts)
        seen[base] += 1
        text = f"{base}\n{seen[base]}"
        result.fingerprint = hashlib.sha256(text.encode()).hexdigest()[:_LENGTH]


def _named(term: str, index: TripleIndex) -> str:
    if not is_blank(term):
        return term
    return "|".join(sorted(f"{fact.row[1]} {'_' if is_blank(fact.value) else fact.value}" for fact in index.of(term)))


def of_faults(faults: list[InputError], found: Report | None = None) -> Report:
    """Return faults of the input in the form of findings, before those of a report, so that every format has them."""
    results = [
        Result(
            kind="input",
            severity="violation",
            message=fault.problem,
            component="unusable-input",
            shape_title="unusable input",
            location=Location(fault.path, fault.line, fault.column, fault.column + 1, ""),
            rule="input",
            fingerprint=hashlib.sha256(f"{fault.path}\n{fault.problem}".encode()).hexdigest()[:_LENGTH],
        )
        for fault in faults
    ]
    notes = [Note(fault.problem, result.location, "error") for fault, result in zip(faults, results, strict=True)]
    if found is None:
        return Report(results, "none", 0, len({fault.path for fault in faults}), notes=notes, failed=True)
    return replace(found, results=[*results, *found.results], notes=[*notes, *found.notes], failed=True)


def of_failure(error: AscnError) -> Report:
    """Return what made a run fail in the form of a report without findings, so that every format can carry it."""
    return Report([], "none", 0, 0, notes=[Note(str(error), level="error")], failed=True)


class Checked(NamedTuple):
    """One constraint of one shape: whether anything reached it.

    Attributes:
        shape: the shape's name, as in `Result.shape`.
        title: the shape as people call it.
        component: the IRI of the constraint component.
        location: where the constraint stands.
        skipped: why it was not checked, or an empty text.
        severity: one of `SEVERITIES`.
        help: what the shape says about itself, else what the constraint states.
        evaluations: on how many focus nodes it was evaluated.
    """

    shape: str
    title: str
    component: str
    location: Location
    skipped: str
    severity: str
    help: str
    evaluations: int = 0


@dataclass(slots=True)
class Report:
    """The outcome of a validation.

    Attributes:
        results: every finding, by file, line and column.
        engine: the engine that decided.
        triples: how many triples were validated.
        files: how many files of data were read.
        notes: what to know besides.
        checked: every constraint, so that green is visible.
        prefixes: the prefixes of the data, for people.
        whole: whether whole folders were validated, rather than single files.
        failed: whether the input or an engine kept the run from being relied on.
    """

    results: list[Result]
    engine: str
    triples: int
    files: int
    notes: list[Note] = field(default_factory=list)
    checked: list[Checked] = field(default_factory=list)
    prefixes: dict[str, str] = field(default_factory=dict)
    whole: bool = False
    failed: bool = False

    @property
    def conforms(self) -> bool:
        """Whether there is no finding at all but waived ones."""
        return not self.failed and all(result.waived for result in self.results)

    @property
    def located(self) -> dict[str, int]:
        """How many results each rule located, the most frequent first."""
        return dict(sorted(Counter(result.rule for result in self.results).items(), key=lambda item: (-item[1], item)))

    def fails(self, at: str = "violation") -> bool:
        """Return whether a finding that is not waived is as bad as a severity, or worse."""
        return any(result.fails(at) for result in self.results)
