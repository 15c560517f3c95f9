"""The W3C SHACL suite run through `ascn_graph.validation`, engine by engine: `python tests/conformance/shacl_suite.py`.

Prints, for each engine, how many tests have the expected results and the expected verdict, and names the misses.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from ascn_graph.errors import AscnError
from ascn_graph.ntriples import is_blank
from ascn_graph.validation import Report, validate
from ascn_graph.validation.sources import TripleIndex, read_sources

SUITE = Path(__file__).resolve().parents[3] / "shared/w3c/data-shapes/data-shapes-test-suite/tests"
MF = "<http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#{}>"
SHT = "<http://www.w3.org/ns/shacl-test#{}>"
SH = "<http://www.w3.org/ns/shacl#{}>"


class Case(NamedTuple):
    """One test: its name, its two graphs, and its expected results (None: the engine must refuse)."""

    name: str
    data: Path
    shapes: Path
    conforms: bool
    results: Counter[tuple[str, ...]] | None


class Outcome(NamedTuple):
    """What came of one test."""

    name: str
    same_results: bool
    same_verdict: bool
    report: Report | None


def cases(suite: Path = SUITE) -> Iterator[Case]:
    """Yield every test of the suite."""
    for path in sorted(suite.rglob("*.ttl")):
        (source,), _ = read_sources([path], blanks="d", ours=False)
        index = TripleIndex([source])
        for test in [row[0] for row in source.document.rows if row[2] == SHT.format("Validate")]:
            (action,) = index.values(test, MF.format("action"))
            (wanted,) = index.values(test, MF.format("result"))
            graphs = []
            for name in ("dataGraph", "shapesGraph"):
                (iri,) = index.values(action, SHT.format(name))
                graphs.append(path.with_name(iri[1:-1].rpartition("/")[2]))
            conforms = index.values(wanted, SH.format("conforms"))
            results = None if wanted == SHT.format("Failure") else Counter(_expected(index, wanted))
            name = path.relative_to(suite).with_suffix("").as_posix()
            yield Case(
                name,
                graphs[0],
                graphs[1],
                conforms[:1] == ['"true"^^<http://www.w3.org/2001/XMLSchema#boolean>'],
                results,
            )


def _expected(index: TripleIndex, report: str) -> Iterator[tuple[str, ...]]:
    for result in index.values(report, SH.format("result")):
        keys = ("focusNode", "resultPath", "value", "resultSeverity", "sourceConstraintComponent", "sourceShape")
        row = [next(iter(index.values(result, SH.format(key))), "") for key in keys]
        # A path or shape without a name cannot be compared by name; that there is one, can.
        row[1] = "path" if is_blank(row[1]) else row[1]
        row[4] = row[4][1:-1]
        row[5] = "anonymous" if is_blank(row[5]) else row[5]
        yield tuple(row)


def _found(report: Report) -> Iterator[tuple[str, ...]]:
    for result in report.results:
        plain = not result.path or re.fullmatch(r"<[^<>]*>", result.path)
        path = result.path if plain else "path"
        shape = result.shape if result.shape.startswith("<") and " " not in result.shape else "anonymous"
        yield result.focus, path, result.value, f"<{result.severity_iri}>", result.component, shape


def run(case: Case, engine: str) -> Outcome:
    """Run one test."""
    try:
        report = validate([case.data], [case.shapes], engine, lint="warn", timeout=600)
    except AscnError:
        refused = case.results is None
        return Outcome(case.name, refused, refused, None)
    if case.results is None:
        return Outcome(case.name, same_results=False, same_verdict=False, report=report)
    return Outcome(case.name, Counter(_found(report)) == case.results, report.conforms == case.conforms, report)


def run_all(engine: str, suite: Path = SUITE) -> list[Outcome]:
    """Run the whole suite with one engine."""
    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(lambda case: run(case, engine), cases(suite)))


def main() -> None:
    """Print the score of each engine."""
    for engine in sys.argv[1:] or ("pyshacl", "fast", "auto"):
        outcomes = run_all(engine)
        results, verdicts = (sum(outcome[i] for outcome in outcomes) for i in (1, 2))
        sys.stdout.write(f"{engine}: results {results}/{len(outcomes)}, conforms {verdicts}/{len(outcomes)}\n")
        for outcome in outcomes:
            if not outcome.same_results:
                sys.stdout.write(f"  {outcome.name}: {'results' if outcome.same_verdict else 'verdict'} differ\n")
        rules: Counter[str] = Counter()
        for outcome in outcomes:
            rules.update(outcome.report.located if outcome.report else {})
        sys.stdout.write("  located by " + ", ".join(f"{rule} {number}" for rule, number in rules.most_common()) + "\n")


if __name__ == "__main__":
    main()
