"""A report as a table, one row a finding, for a wide terminal or a glance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal

from ascn_graph.formats import text
from ascn_graph.ntriples import show
from ascn_graph.terms import Term
from ascn_graph.validation.report import Report
from ascn_graph.validation.vocabulary import short

__all__ = ["table"]

_COLUMNS = ("place", "severity", "focus", "component", "value", "message")


@dataclass
class _Rows:
    """The findings as rows of texts."""

    rows: list[list[Term | None]]
    prefixes: Mapping[str, str]
    name: str = "findings"
    form: str = "SELECT"
    columns: tuple[str, ...] = _COLUMNS

    def solutions(self) -> Sequence[Sequence[Term | None]]:
        """Return the rows."""
        return self.rows


def table(report: Report) -> str:
    """Return a report: each finding in a row, each note in a line."""
    rows: list[list[Term | None]] = [
        [
            Literal(cell)
            for cell in (
                str(result.location),
                "waived" if result.waived else result.severity,
                show(result.focus, report.prefixes) if result.focus else "",
                short(result.component),
                show(result.value, report.prefixes) if result.value else "",
                " ".join(result.message.split()),
            )
        ]
        for result in report.results
    ]
    notes = "".join(f"{note}\n" for note in report.notes)
    return (text(_Rows(rows, report.prefixes), "table") if rows else "") + notes
