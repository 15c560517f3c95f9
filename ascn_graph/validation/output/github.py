"""A report as GitHub workflow commands, which mark the lines of a pull request."""

from __future__ import annotations

from collections import Counter

from ascn_graph.validation.report import Note, Report, Result, counted

__all__ = ["github"]

_COMMANDS = {"violation": "error", "warning": "warning", "info": "notice"}
#: GitHub shows this many annotations of each kind from one step; what is beyond is dropped unseen.
MOST = 10


def github(report: Report) -> str:
    """Write a report: annotations as far as GitHub shows them, every further finding as a line of the log."""
    seen: Counter[str] = Counter()
    lines = [f"::error::{_data(note.text)}" for note in report.notes if note.level == "error" and not note.location]
    lines += [_note(note) for note in report.notes if note.level == "warning"]
    for result in report.results:
        if result.waived:
            continue
        seen[result.severity] += 1
        lines.append(_command(result) if seen[result.severity] <= MOST else _plain(result))
    beyond = sum(max(0, number - MOST) for number in seen.values())
    if beyond:
        lines.append(f"{beyond} more findings are in this log only: GitHub shows {MOST} annotations of a kind.")
    total, files = counted(sum(seen.values()), "finding"), counted(report.files, "file")
    lines.append(f"ascn validate: {total} in {files}, {counted(report.triples, 'triple')}.")
    return "\n".join(lines) + "\n"


def _note(note: Note) -> str:
    place = f" file={_property(note.location.file)},line={note.location.line}" if note.location else ""
    return f"::warning{place}::{_data(note.text)}"


def _command(result: Result) -> str:
    place = result.location
    columns = {"line": place.line, "endLine": place.line, "col": place.column, "endColumn": place.end_column}
    properties = {"file": place.file, **(columns if place.line else {}), "title": result.shape_title}
    told = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    text = "\n".join([result.message, *result.hints])
    return f"::{_COMMANDS[result.severity]} {told}::{_data(text)}"


def _plain(result: Result) -> str:
    place = result.location
    text = " ".join(result.message.split())
    return f"{place}: {result.severity}: {text}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
