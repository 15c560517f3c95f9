"""The forms in which a validation report is written, by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from ascn_graph.errors import AscnError, InputError
from ascn_graph.validation.output.builds import github, junit, sarif
from ascn_graph.validation.output.data import ntriples, to_json, turtle
from ascn_graph.validation.output.people import human, table
from ascn_graph.validation.output.people import unusable as unusable_for_people
from ascn_graph.validation.report import Report, of_failure, of_faults

__all__ = ["REPORT_FORMATS", "failure", "faults", "write"]

_WRITERS: dict[str, Callable[[Report], str]] = {
    "human": human,
    "json": to_json,
    "sarif": sarif,
    "github": github,
    "turtle": turtle,
    "ntriples": ntriples,
    "table": table,
}
#: The names of the forms.
REPORT_FORMATS = (*_WRITERS, "junit")


def write(form: str, report: Report, fail_on: str = "violation") -> str:
    """Return a report in one of `FORMATS`; `fail_on` is the mildest severity that fails a JUnit case."""
    return junit(report, fail_on) if form == "junit" else _WRITERS[form](report)


def faults(form: str, found: Iterable[InputError], report: Report | None = None) -> str:
    """Return what makes input unusable in one of `FORMATS`, with what was found in spite of it."""
    listed = list(found)
    if form == "human":
        shown = human(replace(report, failed=True)) + "\n" if report else ""
        return shown + unusable_for_people(listed)
    return write(form, of_faults(listed, report))


def failure(form: str, error: AscnError) -> str:
    """Return what made a run fail in one of `FORMATS`."""
    return write(form, of_failure(error))
