"""One validation from paths to report: read, lint, run the engine, locate, explain."""

from __future__ import annotations

import datetime as dt
import warnings
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from ascn_graph.errors import EngineError, InputError
from ascn_graph.namespaces import PREFIXES
from ascn_graph.nearest import closest
from ascn_graph.ntriples import name_of
from ascn_graph.profile import packaged
from ascn_graph.validation import engines, rules
from ascn_graph.validation.details import details, with_languages
from ascn_graph.validation.evaluation import Bench
from ascn_graph.validation.evidence_checks import check, check_text
from ascn_graph.validation.explain import Explainer
from ascn_graph.validation.fingerprint import stamp
from ascn_graph.validation.focus import Focus
from ascn_graph.validation.forbidden import refuse
from ascn_graph.validation.hints import Hints
from ascn_graph.validation.inputs import Inputs
from ascn_graph.validation.levels import Levels, Suspicion
from ascn_graph.validation.lint import lint as find_suspicions
from ascn_graph.validation.lint import notes
from ascn_graph.validation.locate import Locator
from ascn_graph.validation.reach import UNUSED, checked, unreached
from ascn_graph.validation.report import Checked, Note, Report, Result, UnusableInput
from ascn_graph.validation.shape import Shape
from ascn_graph.validation.shapes import Shapes
from ascn_graph.validation.source_graphs import differences
from ascn_graph.validation.sources import Location, Source, ntriples
from ascn_graph.validation.vocabulary import EVERY_SOURCE, SEVERITIES, WHOLE_DATASET
from ascn_graph.validation.waivers import apply as apply_waivers
from ascn_graph.validation.waivers import read as read_waivers
from ascn_graph.validation.writing import spellings

__all__ = ["validate"]

_OURS = f"<{PREFIXES['ascn']}"


def validate(  # noqa: PLR0913 - each is a choice the command line offers too
    paths: Sequence[str | Path] | None = None,
    shapes: str | Path | Sequence[str | Path] | None = None,
    engine: str = "auto",
    *,
    timeout: float = 60.0,
    waivers: str | Path | None = None,
    today: dt.date | None = None,
    rules_folder: str | Path | None = None,
    text: str | Path | None = None,
    lint: str | Mapping[str, str] | None = None,
    complete: bool = False,
    language: str = "en",
    advanced: bool = False,
    strict: bool | None = None,
    checks: Iterable[rules.Check] = (),
    progress: engines.Progress | None = None,
) -> Report:
    """Validate Turtle files with SHACL shapes, and say at which file, line and column each result is.

    Args:
        paths: files and folders of Turtle; None means `./data` if it is there, else the packaged data.
        shapes: files and folders of shapes; None means our own, with our ontology merged into the data.
        engine: `auto`, `pyshacl`, `fast` or `cross`.
        timeout: seconds after which an engine is ended.
        waivers: a TOML file of findings that are accepted for a while.
        today: the day on which waivers are judged; None means the clock's, in UTC.
        rules_folder: a folder of `.rq` files, each a SELECT of ?this and ?error that must give no row.
        text: the text of the article, in which every span of its evidence is read again.
        lint: `error`, `warn` or `off` for every rule of the lint, or a level for each of some rules.
        complete: refuse a run that leaves a shape or a constraint unchecked.
        language: the language of the messages of shapes, where they have it; else English.
        advanced: run the SHACL Advanced Features, with pySHACL.
        strict: the old name; False is lint="warn".
        checks: functions over the graph that give more findings.
        progress: told the engine and the seconds it has run, about once a second.

    Returns:
        The report; its results are in file order.

    Raises:
        UnusableInput: data or shapes are missing, no Turtle, or ill-formed; every fault is in `faults`.
        UsageError: there is no such engine.
        EngineError: an engine failed or took too long, or two engines disagree.
    """
    bench: Bench | None = None
    if strict is not None:
        warnings.warn("strict= is lint= now: strict=False is lint='warn'", DeprecationWarning, stacklevel=2)
        lint = lint or (None if strict else "warn")
    try:
        more = [*checks, *([check] if shapes is None else [])]
        if rules_folder is not None:
            more += rules.queries(Path(rules_folder))
        if text is not None:
            more.append(partial(check_text, text=Path(text)))
        accepted, settings = read_waivers(Path(waivers)) if waivers is not None else ([], {})
        levels = Levels(settings, lint, own=shapes is None)
        bench = Bench(engine, timeout, progress, advanced=advanced)
        report, faults = _validate(Inputs(paths, shapes), _Wanted(bench, levels, complete, language.lower(), more))
    except UnusableInput:
        raise
    except InputError as error:
        raise UnusableInput([error]) from error
    finally:
        if bench is not None:
            bench.stop()
    apply_waivers(report, accepted, today or dt.datetime.now(dt.UTC).date())
    if faults:
        raise UnusableInput(faults, report)
    return report


class _Wanted(NamedTuple):
    """How a run is to be made."""

    bench: Bench
    levels: Levels
    complete: bool
    language: str
    checks: list[rules.Check]


def _validate(given: Inputs, wanted: _Wanted) -> tuple[Report, list[InputError]]:
    """Return the report, and the faults in spite of which it could be made."""
    shapes, locator = given.shapes, Locator(given.sources, given.shapes)
    declared = None
    if given.ours:
        declared = {row[0] for source in given.ontology for row in source.document.rows}
    refused, suspect = refuse(shapes, advanced=wanted.bench.advanced), find_suspicions(shapes, declared)
    if wanted.bench.advanced:
        suspect = [found for found in suspect if found.code != "advanced"]
    if refused:
        raise UnusableInput([*refused, *wanted.levels.errors(suspect)])
    lines = [line for source in given.sources for line in ntriples(source)]
    if not lines:
        raise EngineError("The data holds no triple: nothing would be checked.")
    skipped = _skipped(given)
    focus = Focus(shapes, locator, skipped)
    suspect += [
        Suspicion("unreached", f"no data reaches {shape.title()}: it checks nothing", shape.location)
        for shape in unreached(focus)
    ]
    # A part of our own data need not reach every shape.
    levels = wanted.levels if given.whole or not given.ours else wanted.levels.with_("unreached", "note")
    faults = levels.errors(suspect)
    try:
        findings, engine, told = wanted.bench.evaluate(focus, lines)
    except UnusableInput as error:
        raise UnusableInput([*faults, *error.faults]) from error
    except EngineError as error:
        if faults:
            # What the engine says of ill-formed shapes is no news.
            raise UnusableInput(faults) from error
        raise
    prefixes = _prefixes(given)
    explainer = Explainer(shapes, locator, prefixes, wanted.language)
    findings = with_languages(findings, focus)
    inner = details(findings, focus, lambda aimed: with_languages(wanted.bench.evaluate(aimed, lines).findings, aimed))
    hints = Hints(explainer, focus)
    results = [_result(finding, explainer, hints, inner) for finding in findings]
    results += _beyond_shapes(given, wanted, locator, results)
    results.sort(key=_order)
    stamp(results, locator.index)
    report = Report(results, engine, len(lines), len(given.data), prefixes=prefixes)
    report.whole = given.whole
    report.checked = checked(focus, skipped)
    report.notes = [
        *levels.notes(suspect),
        *notes(shapes),
        *told,
        *_left_out(shapes, skipped),
        *_checks_left_out(given),
    ]
    if wanted.complete:
        left_out = [found for found in suspect if found.code == "advanced"]
        faults += [*Levels({"advanced": "error"}, own=False).errors(left_out), *_unchecked(report.checked)]
    return report, faults


def _beyond_shapes(given: Inputs, wanted: _Wanted, locator: Locator, results: list[Result]) -> list[Result]:
    """Return what checks and extracts find; what a shape has said of a value is not said twice."""
    found: list[Result] = []
    if given.ours:
        declared = {row[0] for source in given.ontology for row in source.document.rows}
        found += rules.place(_undeclared(given.data, declared), locator)
        found += map(rules.difference, spellings(given.sources, packaged()))
        found += map(rules.difference, differences(given.data, given.ontology, given.fields))
    checks = [*wanted.checks, *(rules.queries(given.checks) if given.checks is not None and given.whole else [])]
    if checks:
        store = rules.graphs(given.data, given.ontology)
        said = {(result.focus, result.value) for result in (*results, *found)}
        for check_ in checks:
            extras = map(rules.extra, check_(store))
            found += rules.place((extra for extra in extras if (extra.focus, extra.value) not in said), locator)
    return found


def _result(
    finding: engines.Finding,
    explainer: Explainer,
    hints: Hints,
    inner: dict[engines.Finding, list[engines.Finding]],
    above: tuple[engines.Finding, ...] = (),
) -> Result:
    told = explainer.told(finding)
    shape, place = told.shape, told.place
    stated = dict(shape.constraints()).get(finding.component) if shape else None
    return Result(
        kind="shacl",
        severity=SEVERITIES.get(finding.severity, "violation"),
        message=explainer.message(told),
        focus=finding.focus,
        path=finding.path,
        value=finding.value,
        component=finding.component[1:-1],
        shape=shape.key if shape else finding.shape,
        shape_title=shape.title() if shape else finding.shape,
        location=place.location,
        rule=place.rule,
        related=list(place.related),
        shape_location=stated.fact.at_predicate() if stated else shape.location if shape else None,
        step=hints.step(told),
        severity_iri=finding.severity[1:-1],
        messages=explainer.messages(told),
        # A shape that leads back to itself would give reasons without end.
        details=[
            _result(each, explainer, hints, inner, (*above, finding))
            for each in inner.get(finding, [])
            if each not in above
        ],
    )


def _order(result: Result) -> tuple[str, int, int, str, str, str, str]:
    place = result.location
    return (place.file, place.line, place.column, result.component, result.shape, result.value, result.focus)


def _prefixes(given: Inputs) -> dict[str, str]:
    found: dict[str, str] = {}
    for source in (*given.data, *given.ontology, *given.shapes.sources):
        for prefix, namespace in source.document.prefixes.items():
            found.setdefault(prefix, namespace)
    return found


def _undeclared(sources: list[Source], declared: set[str]) -> Iterable[rules.Extra]:
    """Find terms of our namespace that the ontology lacks: a misspelt property is a fact that nobody will find."""
    names = {name_of(term): term for term in declared if term.startswith(_OURS)}
    for source in sources:
        for subject, predicate, value, *_ in source.document.rows:
            for term in (predicate, value):
                if term.startswith(_OURS) and term not in declared:
                    near = closest(name_of(term), names)
                    hint = f"; did you mean ascn:{near}?" if near else "; declare it in ontology/ascn.ttl."
                    message = f"The ontology has no term ascn:{name_of(term)}{hint}"
                    at = {"path": predicate} if term == predicate else {"value": value}
                    yield rules.Extra(message, subject, name="undeclared-term", **at)


def _skipped(given: Inputs) -> list[Shape]:
    """Give the shapes that ask for more than the files at hand can state."""
    if not given.ours:
        return []
    counts = [] if given.whole_article else given.shapes.marked(WHOLE_DATASET)
    return counts + ([] if given.whole else given.shapes.marked(EVERY_SOURCE))


_REASONS = {True: "counts what only the whole article fixes", False: "asks for what only all sources together state"}


def _left_out(shapes: Shapes, skipped: list[Shape]) -> list[Note]:
    counts = shapes.marked(WHOLE_DATASET)
    return [Note(f"{shape.title()} is left out: it {_REASONS[shape in counts]}", shape.location) for shape in skipped]


def _checks_left_out(given: Inputs) -> list[Note]:
    if given.checks is None or given.whole:
        return []
    return [Note(f"The checks of {given.checks.as_posix()} are left out: they hold all sources together")]


def _unchecked(constraints: Iterable[Checked]) -> list[InputError]:
    """Return a fault for each shape of which something was to be checked and was not."""
    by_shape = {item.shape: item for item in constraints if item.skipped not in ("", *UNUSED)}
    return [_fault(f"{item.title} is not checked: {item.skipped}", item.location) for item in by_shape.values()]


def _fault(problem: str, place: Location) -> InputError:
    return place.fault(problem)
