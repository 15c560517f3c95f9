"""One measurement of some shapes: fire coverage and mutation score over fixtures."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.pool import Pool
from pathlib import Path
from typing import NamedTuple, TypeVar

from ascn_graph.errors import LimitExceeded
from ascn_graph.mutation import equivalent, fixtures
from ascn_graph.mutation.equivalent import Tried
from ascn_graph.mutation.mutants import active, mutants
from ascn_graph.mutation.process import Outcome, Verdict, begin, original, verdict
from ascn_graph.mutation.surroundings import FixtureContents, Mutant, reporting
from ascn_graph.ntriples import name_of, show
from ascn_graph.validation import (
    COMPONENTS,
    Focus,
    Location,
    Locator,
    Shape,
    Shapes,
    Source,
    UnusableInput,
    engines,
    gathered,
    lint,
    ntriples,
    reached,
    sh,
)

__all__ = ["MeasuredConstraint", "Measurement", "measure"]

_DROPS = ("parameter dropped", "closed flipped")
_T = TypeVar("_T")
_U = TypeVar("_U")
MutationProgress = Callable[[int, int], None]


class MeasuredConstraint(NamedTuple):
    """One constraint of one shape.

    Attributes:
        title: the shape and the parameter as people call them.
        location: where the constraint stands.
        fired: whether a result of the fixtures is its own, or None where results cannot tell.
        drop: the mutant without the constraint, which tells instead, or None.
    """

    title: str
    location: Location
    fired: bool | None
    drop: Mutant | None


@dataclass(frozen=True, slots=True)
class Measurement:
    """What was measured.

    Attributes:
        fixtures: the files, in the order tried.
        shapes: how many shapes there are.
        constraints: how many constraints they state.
        silent: the constraints that never fired.
        vacuous: the shapes with targets that found no focus node.
        possible: how many mutants there are; fewer are tried where a sample was asked for.
        tried: the mutants that were tried, in document order.
    """

    fixtures: list[str]
    shapes: int
    constraints: int
    silent: list[MeasuredConstraint]
    vacuous: list[Shape]
    possible: int
    tried: list[Tried]

    @property
    def coverage(self) -> float:
        """The share of constraints that fired."""
        return (self.constraints - len(self.silent)) / self.constraints if self.constraints else 0.0

    @property
    def counts(self) -> Counter[str]:
        """How many mutants had each end."""
        return Counter(tried.status for tried in self.tried)

    @property
    def score(self) -> float:
        """The share of killed mutants among the killed and the survivors."""
        killed, survived = self.counts["killed"], self.counts["survived"]
        return killed / (killed + survived) if killed else 0.0


def measure(  # noqa: PLR0913 - each is a choice the command line offers too
    paths: Sequence[str | Path] | None = None,
    shapes: Sequence[str | Path] | None = None,
    *,
    accepted: str | Path | None = None,
    sample: int | None = None,
    jobs: int | None = None,
    timeout: float = 60.0,
    progress: MutationProgress | None = None,
) -> Measurement:
    """Measure which constraints fire on fixtures, and which edits of the shapes the fixtures notice.

    Args:
        paths: files and folders of fixtures; None means `tests/shapes`.
        shapes: files of shapes; None means our own, measured with our ontology merged into each fixture.
        accepted: a TOML file of mutants that change nothing; None means `equivalent.toml` beside the fixtures.
        sample: try only so many mutants, spread evenly over the shapes.
        jobs: worker processes; None means one a processor.
        timeout: seconds that one mutant may take.
        progress: called with the mutants done and all of them.

    Raises:
        UnusableInput: shapes, fixtures or the list of equivalent mutants cannot be used; every fault is in `faults`.
        UsageError: the compiled engine is not installed, or no fixtures are named.
        LimitExceeded: one mutant took longer than `timeout`.
    """
    engines.choose("fast")
    with gathered():
        given = fixtures.read(paths, shapes)
    stated = Shapes(given.shapes)
    faults = lint.refuse(stated) or lint.Levels(own=True).errors(lint.lint(stated, None))
    if faults:
        raise UnusableInput(faults)
    with gathered():
        entries = equivalent.read(accepted, given.folders)
    data = ["\n".join(ntriples(fixture.sources)) for fixture in given.fixtures]
    # Spawned, not forked: the engine has threads of its own.
    with multiprocessing.get_context("spawn").Pool(jobs or os.cpu_count(), _start, (given.shapes, data)) as pool:
        outcomes = list(_each(pool, original, range(len(data)), timeout))
        everything = mutants(stated, _contents(given, outcomes))
        listed = _constraints(stated, outcomes, everything)
        number = min(len(everything), len(everything) if sample is None else sample)
        chosen = [everything[place * len(everything) // number] for place in range(number)]
        # Some constraints show only by being left out: those mutants are tried in any case.
        needed = [c.drop for c in listed if c.fired is None and c.drop is not None]
        wanted = list(dict.fromkeys([*chosen, *needed]))
        order = _order(stated, outcomes)
        tasks = [(mutant, order(mutant)) for mutant in wanted]
        verdicts = {}
        for mutant, end in zip(wanted, _each(pool, verdict, tasks, timeout), strict=True):
            verdicts[mutant.name] = end
            if progress is not None:
                progress(len(verdicts), len(wanted))
    return Measurement(
        fixtures=[fixture.name for fixture in given.fixtures],
        shapes=len(stated),
        constraints=len(listed),
        silent=[constraint for constraint in listed if not _fired(constraint, verdicts)],
        vacuous=_vacuous(stated, given.fixtures),
        possible=len(everything),
        tried=equivalent.apply(entries, _tried(chosen, verdicts, given), everything),
    )


def _start(sources: list[Source], data: list[str]) -> None:
    # Control-C is for the parent, which ends its workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    begin(sources, data)


def _order(shapes: Shapes, outcomes: Iterable[Outcome]) -> Callable[[Mutant], list[int]]:
    """Return what orders the fixtures, by number, for a mutant: first those that have most to do with the shape."""
    users: dict[str, list[str]] = {}
    for shape in shapes:
        for _, other in shape.references:
            users.setdefault(other.name, []).append(shape.name)
    counts = [Counter(found.shape for found in outcome) for outcome in outcomes]

    def order(mutant: Mutant) -> list[int]:
        # Results of the shape count, and of those that refer to it.
        family = reached([mutant.shape], lambda name: users.get(name, ()))
        weights = [sum(count[name] for name in family) for count in counts]
        return sorted(range(len(weights)), key=lambda number: -weights[number])

    return order


def _each(pool: Pool, work: Callable[[_T], _U], tasks: Iterable[_T], timeout: float) -> Iterator[_U]:
    """Let the workers do tasks, and give their answers in order."""
    answers = pool.imap(work, tasks)
    while True:
        try:
            yield answers.next(timeout)
        except StopIteration:
            return
        except multiprocessing.TimeoutError as error:
            raise LimitExceeded(
                f"One validation did not finish within {timeout:g} s; raise --timeout, or look for a costly "
                "sh:pattern, path or SPARQL constraint.",
                "timeout",
            ) from error


def _contents(given: fixtures.MeasuredFiles, outcomes: list[Outcome]) -> FixtureContents:
    """Collect what fixtures hold, each value once and in a fixed order."""
    values: dict[str, dict[str, None]] = {}
    for fixture in given.fixtures:
        for source in fixture.sources:
            for _, predicate, value, *_ in source.document.rows:
                values.setdefault(predicate, {})[value] = None
    refused: dict[tuple[str, str], dict[str, None]] = {}
    for outcome in outcomes:
        for found in outcome:
            told = found.path if found.component == sh("ClosedConstraintComponent") else found.value
            refused.setdefault((found.shape, found.component), {})[told] = None
    return FixtureContents(
        {key: sorted(several) for key, several in values.items()},
        {key: sorted(several) for key, several in refused.items()},
    )


def _fired(constraint: MeasuredConstraint, verdicts: dict[str, Verdict]) -> bool:
    if constraint.fired is not None:
        return constraint.fired
    return constraint.drop is not None and verdicts[constraint.drop.name].status == "killed"


def _tried(chosen: list[Mutant], verdicts: dict[str, Verdict], given: fixtures.MeasuredFiles) -> list[Tried]:
    found = []
    for mutant in chosen:
        status, told = verdicts[mutant.name]
        found.append(Tried(mutant, status, given.fixtures[told].name if isinstance(told, int) else told))
    return found


def _vacuous(shapes: Shapes, given: Iterable[fixtures.Fixture]) -> list[Shape]:
    """List the shapes with targets that found no focus node."""
    targets = [Focus(Locator(fixture.sources, shapes)).targets for fixture in given]
    targeted = (shape for shape in active(shapes) if shape.targets)
    return [shape for shape in targeted if not any(met[shape] for met in targets)]


def _constraints(shapes: Shapes, outcomes: Iterable[Outcome], mutants: Iterable[Mutant]) -> list[MeasuredConstraint]:
    """List every constraint with what the results say of it.

    A result names shape and component. Where that is one constraint, it says whether that one fired. A shape that
    others refer to by sh:node, sh:or and the like reports nothing itself, and of two constraints of one component a
    result does not say which: those fired if leaving them out changes the results.
    """
    drops = {(m.shape, m.parameter, m.value): m for m in mutants if m.operator in _DROPS}
    reported = {(found.shape, found.component) for outcome in outcomes for found in outcome}
    reports = reporting(shapes)
    found = []
    for shape in active(shapes):
        stated = [p for p in shape.parameters if COMPONENTS.get(p.name) and p.name != sh("property")]
        alike = Counter(parameter.name for parameter in stated)
        for parameter in stated:
            direct = shape.name in reports and alike[parameter.name] == 1
            fired = (shape.name, COMPONENTS.get(parameter.name)) in reported if direct else None
            drop = drops.get((shape.name, parameter.name, parameter.value))
            value = show(parameter.value, shape.source.document.prefixes)
            title = f"{shape.title()} sh:{name_of(parameter.name)} {value}"
            found.append(MeasuredConstraint(title, parameter.fact.at_predicate(), fired, drop))
    return found
