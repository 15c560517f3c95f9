"""The evaluation of shapes on their focus nodes: each by an engine that can, or by two that must agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from ascn_graph.errors import EngineError, InputError, counted
from ascn_graph.ntriples import is_literal, literal
from ascn_graph.validation import engines
from ascn_graph.validation.focus import Focus
from ascn_graph.validation.forbidden import in_order
from ascn_graph.validation.plan import ENGINE_NAMES, Gap, gaps, part, whole
from ascn_graph.validation.report import Note, UnusableInput
from ascn_graph.validation.shapes import Shape
from ascn_graph.validation.vocabulary import ADVANCED, COMPONENTS, sh

#: What shapes declare for others: a function, or a kind of target or rule.
_DECLARED = frozenset(map(sh, ("SPARQLFunction", "SPARQLTargetType", "SPARQLRule", "TripleRule")))
#: The components of which a value may be asked why it fails, each with the parameter that refers to the shapes.
_SHAPES = {COMPONENTS[sh(name)]: name for name in ("node", "and", "or", "xone")}
_SHAPES[COMPONENTS[sh("qualifiedMinCount")]] = "qualifiedValueShape"
#: How deep reasons have reasons.
_DEEPEST = 4
_Pair = tuple[Shape, str]

__all__ = ["Evaluated", "Evaluator"]


class Evaluated(NamedTuple):
    """What engines found: the results, the engines that were needed, and what to know of it."""

    findings: list[engines.Finding]
    engine: str
    notes: list[Note]


class Evaluator:
    """The engines of a run.

    Attributes:
        engine: what was asked for, one of `engines.ENGINES`.
        timeout: the seconds after which an engine is ended.
        advanced: whether Advanced Features are run.
    """

    def __init__(
        self, engine: str, timeout: float, progress: engines.EngineProgress | None, *, advanced: bool = False
    ) -> None:
        """Start the engines that are needed in any case; their imports go on while the files are read."""
        self.engine, self.timeout, self.advanced = engine, timeout, advanced
        self._progress = progress
        self.first = engines.choose(engine)
        self._runs = [engines.Run(name, timeout, progress) for name in self.first]
        self._idle = {run.engine: run for run in self._runs}

    def close(self) -> None:
        """End every process."""
        for run in self._runs:
            run.stop()

    def _started(self, engine: str) -> engines.Run:
        if engine not in self._idle:
            self._runs.append(engines.Run(engine, self.timeout, self._progress))
            return self._runs[-1]
        return self._idle.pop(engine)

    def _run(self, engine: str, roots: list[Shape], focus: Focus, data: list[str]) -> engines.EngineAnswer:
        run, given = self._started(engine), part(engine, roots, focus)
        return run.results([*data, *given.data], given.shapes, focus.shapes)

    def evaluate(self, focus: Focus, data: list[str]) -> Evaluated:
        """Evaluate every shape that has a focus node by its targets.

        Raises:
            UnusableInput: no engine, or not the one asked for, can do what a shape states.
            EngineError: an engine failed or took too long, or two engines disagree.
        """
        if (
            self.advanced
            and not focus.advanced
            and any(fact.row[1] in ADVANCED or fact.value in _DECLARED for fact in focus.shapes.index)
        ):
            return self._evaluate_advanced(focus, data)
        groups, notes = self._assign(focus)
        findings: list[engines.Finding] = []
        used: list[str] = []
        for chosen, roots in groups.items():
            try:
                answers = [self._run(engine, roots, focus, data) for engine in chosen]
                used += chosen
            except engines.Refused as error:
                if self.engine != "auto" or chosen == ("pyshacl",):
                    raise
                notes.append(Note(f"pySHACL evaluates the shapes instead. {error}"))
                answers = [self._run("pyshacl", roots, focus, data)]
                used.append("pyshacl")
            if len(answers) > 1:
                _agree(chosen, answers)
            findings += answers[0].findings
            notes += [_loop(name, focus) for name in answers[0].loops]
        findings = _with_languages(sorted(findings), focus)
        return Evaluated(findings, "+".join(dict.fromkeys(used)) or "none", notes)

    def _evaluate_advanced(self, focus: Focus, data: list[str]) -> Evaluated:
        lacks = {"pyshacl": [gap for shape in focus.shapes.used for gap in gaps("pyshacl", shape, focus)]}
        if lacks["pyshacl"]:
            raise UnusableInput(in_order(_faults(lacks)))
        answer = self._started("pyshacl").results(data, whole(focus), focus.shapes, advanced=True)
        focus.advanced = True
        for name, nodes in answer.met.items():
            if name in focus.shapes.by_name:
                focus.add(focus.shapes.by_name[name], nodes)
        notes = [Note("pySHACL evaluates the shapes, because they use Advanced Features")]
        notes += [_loop(name, focus) for name in answer.loops]
        return Evaluated(_with_languages(answer.findings, focus), "pyshacl", notes)

    def details(
        self, findings: Iterable[engines.Finding], focus: Focus, data: list[str]
    ) -> dict[engines.Finding, list[engines.Finding]]:
        """Return the inner results of each result that has some, and of those again.

        A result of sh:node, sh:and, sh:or, sh:xone or sh:qualifiedMinCount is asked which of its shapes the value
        breaks: the shapes are evaluated on the values as if these were their targets, all in one run.
        """
        found: dict[engines.Finding, list[engines.Finding]] = {}
        pending = list(dict.fromkeys(findings))
        for _ in range(_DEEPEST):
            wanted = {finding: _pairs(finding, focus) for finding in pending}
            aims: dict[Shape, dict[str, None]] = {}
            for pairs in wanted.values():
                for shape, node in pairs:
                    aims.setdefault(shape, {})[node] = None
            if not aims:
                break
            by_place: dict[tuple[str, str], list[engines.Finding]] = {}
            for inner in dict.fromkeys(self.evaluate(focus.aimed(aims), data).findings):
                by_place.setdefault((inner.shape, inner.focus), []).append(inner)
            for finding, pairs in wanted.items():
                inside = dict.fromkeys(place for pair in pairs for place in _places(pair, focus))
                inner_ones = [inner for place in inside for inner in by_place.get(place, [])]
                if inner_ones:
                    found[finding] = inner_ones
            pending = [inner for finding in pending for inner in found.get(finding, []) if inner not in found]
        return found

    def _assign(self, focus: Focus) -> tuple[dict[tuple[str, ...], list[Shape]], list[Note]]:
        """Return every shape with a focus node to the engines that can evaluate it."""
        groups: dict[tuple[str, ...], list[Shape]] = {}
        notes: list[Note] = []
        faults: list[InputError] = []
        for shape, nodes in focus.targets.items():
            if not nodes:
                continue
            lacks = {engine: gaps(engine, shape, focus) for engine in self.first}
            chosen = tuple(engine for engine in self.first if not lacks[engine])
            if not chosen and self.engine == "auto" and "pyshacl" not in lacks:
                lacks["pyshacl"] = gaps("pyshacl", shape, focus)
                chosen = () if lacks["pyshacl"] else ("pyshacl",)
            if not chosen or (self.engine not in ("auto", "cross") and any(lacks.values())):
                faults += _faults(lacks)
                continue
            groups.setdefault(chosen, []).append(shape)
            notes += [
                Note(f"{ENGINE_NAMES[engine]} cannot {gap.what}: {ENGINE_NAMES[chosen[0]]} evaluates it", gap.place)
                for engine, found in lacks.items()
                for gap in found
            ]
        if faults:
            raise UnusableInput(in_order(faults))
        return groups, list(dict.fromkeys(notes))


def _faults(lacks: dict[str, list[Gap]]) -> list[InputError]:
    """Return what no engine can do of a shape; where each lacks something else, all of it."""
    everywhere = set.intersection(*({gap.place for gap in found} for found in lacks.values()))
    told = []
    for engine, found in lacks.items():
        who = "no engine here can" if everywhere and len(lacks) > 1 else f"{ENGINE_NAMES[engine]} cannot"
        told += [gap.place.fault(f"{who} {gap.what}") for gap in found if not everywhere or gap.place in everywhere]
    return told


def _loop(name: str, focus: Focus) -> Note:
    shape = focus.shapes.by_name[name]
    return Note(
        f"{shape.title()} refers to itself, and so does the data: SHACL leaves that open (3.4.3); "
        "a node that is being validated is taken to conform",
        shape.location,
    )


def _agree(chosen: Iterable[str], answers: list[engines.EngineAnswer]) -> None:
    """Hold two engines to have found the same; messages do not count."""
    mine, theirs = (Counter(finding._replace(messages=()) for finding in answer.findings) for answer in answers)
    told = [
        f"only {engine}: {finding.component} of {finding.shape} at {finding.focus} {finding.path} "
        f"{finding.value}".rstrip()
        for engine, only in zip(chosen, (mine - theirs, theirs - mine), strict=True)
        for finding in sorted(only.elements())
    ]
    if told:
        raise EngineError(f"The engines disagree on {counted(len(told), 'result')}: {'; '.join(told[:10])}")


def _pairs(finding: engines.Finding, focus: Focus) -> list[_Pair]:
    """Return the shapes that a result is about, each with the node that is held to it."""
    shape = focus.shapes.by_name.get(finding.shape)
    name = _SHAPES.get(finding.component)
    if shape is None or name is None:
        return []
    nodes = [finding.value] if finding.value else focus.locator.values(finding.focus, shape)
    return [(child, node) for child in shape.referred(name) for node in nodes]


def _places(pair: _Pair, focus: Focus) -> list[tuple[str, str]]:
    """Return the names of a shape and its property shapes, each with the nodes they are evaluated on from a node."""
    found: dict[tuple[str, str], None] = {}
    pending = [pair]
    while pending:
        shape, node = pending.pop()
        if (shape.name, node) in found or shape.deactivated:
            continue
        found[shape.name, node] = None
        if children := shape.referred("property"):
            pending += [(child, value) for value in focus.locator.values(node, shape) for child in reversed(children)]
    return list(found)


def _with_languages(findings: list[engines.Finding], focus: Focus) -> list[engines.Finding]:
    """Return results in which each of sh:uniqueLang names its language: engines tell only how many there are."""
    seen: dict[engines.Finding, int] = {}
    named = []
    for finding in findings:
        shape = focus.shapes.by_name.get(finding.shape)
        if finding.component == sh("UniqueLangConstraintComponent") and shape is not None:
            values = [
                literal(value).language for value in focus.locator.values(finding.focus, shape) if is_literal(value)
            ]
            doubled = sorted({language for language in values if language and values.count(language) > 1})
            number = seen[finding] = seen.get(finding, -1) + 1
            named.append(finding._replace(language=doubled[min(number, len(doubled) - 1)] if doubled else ""))
        else:
            named.append(finding)
    return named
