"""One validation from paths to report: read, lint, run the engine, locate, explain."""

from __future__ import annotations

import datetime as dt
import importlib.util
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from os import PathLike
from pathlib import Path
from types import NoneType
from typing import NamedTuple

from ascn_graph.errors import EngineError, InputError, listed, require
from ascn_graph.validation import engines, project, rules
from ascn_graph.validation.evaluation import Evaluator
from ascn_graph.validation.evidence_checks import check, check_text
from ascn_graph.validation.explain import Explainer
from ascn_graph.validation.focus import UNUSED, Focus, checked, narrowed, unreached
from ascn_graph.validation.forbidden import refuse
from ascn_graph.validation.hints import Hints
from ascn_graph.validation.inputs import Inputs
from ascn_graph.validation.lint import Levels, Suspicion, notes
from ascn_graph.validation.lint import lint as find_suspicions
from ascn_graph.validation.locate import Locator
from ascn_graph.validation.report import Report, Result, UnusableInput, gathered, stamp
from ascn_graph.validation.shapes import Shapes
from ascn_graph.validation.sources import Source, TripleIndex, ntriples, read_sources
from ascn_graph.validation.vocabulary import SEVERITY_NAMES
from ascn_graph.validation.waivers import apply as apply_waivers
from ascn_graph.validation.waivers import read as read_waivers

__all__ = ["validate"]


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
    context: str | Path | Sequence[str | Path] | None = None,
    stdin: str = "turtle",
    inference: str | None = None,
    meta: bool = False,
    shape: Sequence[str] = (),
    focus: Sequence[str] = (),
    strict: bool | None = None,
    checks: Iterable[rules.Check] = (),
    progress: engines.EngineProgress | None = None,
) -> Report:
    """Validate RDF files with SHACL shapes, and say at which file, line and column each result is.

    Args:
        paths: files, folders and patterns; None means the data of the project here, `./data`, or the packaged data.
        shapes: files, folders and patterns of shapes; None means those of the graph project that the data belongs to,
            with its ontology merged into the data.
        engine: `auto`, `pyshacl`, `fast` or `cross`.
        timeout: seconds after which an engine is ended.
        waivers: a TOML file of findings that are accepted for a while.
        today: the day on which waivers are judged; None means the clock's, in UTC.
        rules_folder: a folder of `.rq` files, each a SELECT of ?this and ?error that must give no row.
        text: the text of the source that the profile wants whole, in which every span of its evidence is read again.
        lint: `error`, `warn` or `off` for every rule of the lint, or a level for each of some rules.
        complete: refuse a run that leaves a shape or a constraint unchecked.
        language: the language of the messages of shapes, where they have it; else English.
        advanced: run the SHACL Advanced Features, with pySHACL.
        context: files and folders that are read beside the data and never reported on.
        stdin: the format of standard input, which the path `-` means.
        inference: `rdfs` or `owlrl`, to add what follows from the data, or None.
        meta: hold the shapes to SHACL-SHACL too.
        shape: names of shapes; only these are evaluated, with what they refer to.
        focus: names of nodes; only these are validated. With `shape` too, whatever those shapes target.
        strict: the old name; False is lint="warn".
        checks: functions over the graph that give more findings.
        progress: told the engine and the seconds it has run, about once a second.

    Returns:
        The report; its results are in file order.

    Raises:
        UnusableInput: data or shapes are missing, no Turtle, or ill-formed; every fault is in `faults`.
        UsageError: there is no such engine, shape or node; no shapes are given and the data is of no graph project.
        EngineError: an engine failed or took too long, or two engines disagree.
    """
    for each in (waivers, rules_folder, text):
        require(each, (str, PathLike, NoneType), "A path is a text or a Path")
    require(timeout, (int, float), "A timeout is a number of seconds")
    require(lint, (str, Mapping, NoneType), "Levels of the lint are a text, or a mapping of rules to texts")
    require(language, str, "A language is a tag such as en")
    shape = listed(shape, str, "A shape is a name, several are a list of names")
    focus = listed(focus, str, "A node is a name, several are a list of names")
    if strict is not None:
        warnings.warn("strict= is lint= now: strict=False is lint='warn'", DeprecationWarning, stacklevel=2)
        lint = lint or (None if strict else "warn")
    with gathered():
        accepted, settings = read_waivers(Path(waivers)) if waivers is not None else ([], {})
        levels = Levels(settings, lint, own=shapes is None)
        with closing(Evaluator(engine, timeout, progress, advanced=advanced)) as evaluator:
            given = Inputs(paths, shapes, context, stdin)
            more = [*checks]
            if given.project is not None:
                more.append(partial(check, project=given.project))
            if rules_folder is not None:
                more += rules.queries(Path(rules_folder))
            if text is not None:
                more.append(partial(check_text, text=Path(text), project=given.project))
            wanted = _Wanted(evaluator, levels, complete, language.lower(), inference, meta, shape, focus, more)
            report, faults = _validate(given, wanted)
    apply_waivers(report, accepted, today or dt.datetime.now(dt.UTC).date())
    if faults:
        raise UnusableInput(faults, report)
    return report


class _Wanted(NamedTuple):
    """How a run is to be made."""

    evaluator: Evaluator
    levels: Levels
    complete: bool
    language: str
    inference: str | None
    meta: bool
    shape: Sequence[str]
    focus: Sequence[str]
    checks: list[rules.Check]


def _validate(given: Inputs, wanted: _Wanted) -> tuple[Report, list[InputError]]:
    """Return the report, and the faults in spite of which it could be made."""
    evaluator = wanted.evaluator
    if wanted.inference:
        given.infer(wanted.inference, evaluator.timeout)
    shapes, locator = given.shapes, Locator(given.sources, given.shapes)
    refused = refuse(shapes, advanced=evaluator.advanced, inference=wanted.inference)
    suspect = find_suspicions(shapes, project.declared(given), advanced=evaluator.advanced)
    suspect += project.other_namespaces(given)
    if refused:
        raise UnusableInput([*refused, *wanted.levels.errors(suspect)])
    if wanted.meta:
        suspect += _meta(shapes, evaluator)
    lines = ntriples(given.sources)
    if not lines:
        raise UnusableInput([given.data[0].location(0).fault("the data holds no triple: nothing would be checked")])
    prefixes = _prefixes([*given.sources, *shapes.sources])
    lacking = project.partial(given)
    skipped = [shape for shape, _ in lacking]
    focus = narrowed(Focus(locator, skipped), wanted.shape, wanted.focus, prefixes)
    suspect += [
        Suspicion("unreached", f"no data reaches {shape.title()}: it checks nothing", shape.location)
        for shape in unreached(focus)
    ]
    levels = wanted.levels
    if not given.whole and given.project is not None:
        # A part of our own data need not reach every shape.
        levels.by_code["unreached"] = "note"
    faults = levels.errors(suspect)
    try:
        findings, engine, told = evaluator.evaluate(focus, lines)
    except UnusableInput as error:
        raise UnusableInput([*faults, *error.faults]) from error
    except EngineError as error:
        if faults:
            # What the engine says of ill-formed shapes is no news.
            raise UnusableInput(faults) from error
        raise
    explainer = Explainer(locator, prefixes, wanted.language)
    inner = evaluator.details(findings, focus, lines)
    hints = Hints(explainer, focus)
    results = [_result(finding, explainer, hints, inner) for finding in findings]
    results += project.beyond_shapes(given, wanted.checks, locator, results)
    results = _in_files(results, given)
    results.sort(key=lambda found: (found.location[:3], found.component, found.shape, found.value, found.focus))
    stamp(results, locator.index)
    report = Report(results, engine, len(set(lines)), len(given.data), prefixes=prefixes)
    report.whole = given.whole
    report.checked = checked(focus, skipped, narrowed=bool(wanted.shape or wanted.focus))
    report.notes = [*levels.notes(suspect), *notes(shapes), *told, *project.left_out(given, lacking)]
    if wanted.complete:
        left_out = [found for found in suspect if found.code == "advanced"]
        # One fault for each shape of which something was to be checked and was not.
        unchecked = {item.shape: item for item in report.checked if item.skipped not in ("", *UNUSED)}.values()
        faults += Levels({"advanced": "error"}, own=False).errors(left_out)
        faults += [item.location.fault(f"{item.title} is not checked: {item.skipped}") for item in unchecked]
    return report, faults


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
        severity=SEVERITY_NAMES.get(finding.severity, "violation"),
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


def _in_files(results: list[Result], given: Inputs) -> list[Result]:
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
        elif locator.index.of(result.focus) or (result.focus in locator.index.objects and not others.of(result.focus)):
            place = locator.node(result.focus)
            kept.append(replace(result, location=place.location, rule=place.rule, related=[]))
    return kept


def _prefixes(sources: Iterable[Source]) -> dict[str, str]:
    """Return the prefixes of files: what is said first of one holds, and the first of a namespace is written."""
    found: dict[str, str] = {}
    for source in sources:
        for prefix, namespace in source.document.prefixes.items():
            found.setdefault(prefix, namespace)
    return found


def _meta(shapes: Shapes, evaluator: Evaluator) -> Iterator[Suspicion]:
    """Hold shapes to SHACL-SHACL, which comes with pySHACL.

    Raises:
        EngineError: the installed pySHACL lacks it, or an engine failed.
    """
    package = importlib.util.find_spec("pyshacl")
    file = Path(package.origin if package and package.origin else "").with_name("assets") / "shacl-shacl.ttl"
    if not file.is_file():
        raise EngineError("The installed pySHACL brings no SHACL-SHACL: install another release, or leave out --meta.")
    sources, _ = read_sources([file], blanks="m", ours=False)
    locator = Locator(shapes.sources, Shapes(sources))
    explainer = Explainer(locator, _prefixes(shapes.sources))
    for finding in evaluator.evaluate(Focus(locator), ntriples(shapes.sources)).findings:
        told = explainer.told(finding)
        yield Suspicion("meta", f"SHACL-SHACL: {explainer.message(told)}".removesuffix("."), told.place.location)
