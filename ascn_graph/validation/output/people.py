"""A report for people: each finding at its line with a caret, why and what to do, or as a row of a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from pyoxigraph import Literal

from ascn_graph.errors import InputError, counted
from ascn_graph.ntriples import show
from ascn_graph.results import Bindings, Rows
from ascn_graph.validation.report import SEVERITIES, Report, Result
from ascn_graph.validation.sources import Location
from ascn_graph.validation.vocabulary import short

__all__ = ["human", "table", "unusable"]

_WIDTH = 160
_MOST_NOTES = 10


def human(report: Report) -> str:
    """Write a report: each result with its source line, then the sum."""
    blocks = ["\n".join(_result(result)) for result in report.results]
    ordered = sorted(report.notes, key=lambda note: note.level != "warning")
    notes = [str(note) for note in ordered[:_MOST_NOTES]]
    if len(report.notes) > _MOST_NOTES:
        notes.append(f"note: and {len(report.notes) - _MOST_NOTES} more of this kind")
    return "\n\n".join([*blocks, "\n".join([*notes, *_sum(report)])]) + "\n"


def unusable(found: Iterable[InputError]) -> str:
    """Write what makes input unusable, each with its line and a caret where the file has such a line."""
    lines = []
    for fault in found:
        lines.append(str(fault))
        if quoted := _line(fault.path, fault.line):
            lines += _snippet(Location(fault.path, fault.line, fault.column, fault.column + 1, quoted))
    return "\n".join(lines) + "\n"


def _line(path: str, number: int) -> str:
    if not number:
        return ""
    try:
        with Path(path).open(encoding="utf-8", newline="\n") as file:
            return next(islice(file, number - 1, None), "").rstrip("\r\n")
    except (OSError, UnicodeDecodeError):
        return ""


def _result(result: Result) -> Iterator[str]:
    yield result.line()
    yield from _snippet(result.location)
    if result.step:
        yield f"  next: {result.step}"
    for what, other in result.related:
        yield f"  also: {what} at {other}"
    yield f"  rule: {result.shape_title}" + (f" at {result.shape_location}" if result.shape_location else "")
    for inner in result.details:
        yield from ("  " + line for line in _result(inner))


def _snippet(place: Location) -> list[str]:
    """Quote a line with a caret under the term; a long line is cut around it."""
    if not place.line:
        return []
    start = max(0, place.column - 1 - _WIDTH // 2) if len(place.text) > _WIDTH else 0
    quoted = place.text[start : start + _WIDTH].replace("\t", " ")
    width = max(1, min(place.end_column, start + len(quoted) + 1) - place.column)
    gap = " " * len(f"{place.line}")
    return [f"  {place.line} | {quoted}", f"  {gap} | {' ' * (place.column - 1 - start)}{'^' * width}"]


def _sum(report: Report) -> list[str]:
    counts = Counter(result.severity for result in report.results if not result.waived)
    told = ", ".join(f"{counts[name]} info" if name == "info" else counted(counts[name], name) for name in SEVERITIES)
    waived = len(report.results) - counts.total()
    vacuous = sum(bool(constraint.skipped) for constraint in report.checked)
    nothing = vacuous == len(report.checked) and not report.results
    verdict = "nothing to check" if nothing else "conforms" if report.conforms else told
    lines = [
        f"{verdict}: {counted(report.files, 'file')}, {counted(report.triples, 'triple')}, "
        f"{counted(len(report.checked) - vacuous, 'constraint')} checked, {vacuous} not, engine {report.engine}"
        + (f", {waived} waived" if waived else "")
    ]
    if report.results:
        lines.append("located by " + ", ".join(f"{rule} {number}" for rule, number in report.located.items()))
    return lines


def table(report: Report) -> str:
    """Return a report: each finding in a row, each note in a line."""
    cells = (
        (
            str(result.location),
            "waived" if result.waived else result.severity,
            show(result.focus, report.prefixes) if result.focus else "",
            short(result.component),
            show(result.value, report.prefixes) if result.value else "",
            " ".join(result.message.split()),
        )
        for result in report.results
    )
    columns = ("place", "severity", "focus", "component", "value", "message")
    rows = Rows(Bindings(columns, (tuple(map(Literal, row)) for row in cells)), prefixes=report.prefixes)
    return (rows.to_table() if report.results else "") + "".join(f"{note}\n" for note in report.notes)
