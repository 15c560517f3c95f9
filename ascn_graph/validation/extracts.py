"""What a source prints, row by row, and the table that says which triples its fields become."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ascn_graph.errors import InputError
from ascn_graph.files import read_bytes
from ascn_graph.nearest import closest
from ascn_graph.ntriples import iri
from ascn_graph.profile import Profile
from ascn_graph.validation.sources import Location

__all__ = ["EXTRACT_FILE", "Extract", "ExtractTable", "Line", "Printed", "RecordEntry", "read_extract", "read_table"]

#: The name of the file in the folder of a source.
EXTRACT_FILE = "extract.csv"

_HEADER = ["record", "field", "value", "reason"]
_SPANS = ["line", "begin", "end", "fact"]
_LINES = ["field", "class", "property", "match", "argument"]
_MATCHES = frozenset({"text", "number", "date", "name", "code", "iri", "fixed", "link", "label", "subject"})
# These take another term or a text in the column `argument`; the others a regular expression or nothing.
_TEMPLATES = frozenset({"code", "iri", "fixed", "label", "subject"})
_CELL = re.compile(r'(?:^|,)("(?:[^"]|"")*"|[^,]*)')


class Line(NamedTuple):
    """One line of the table: a field becomes the object of a property.

    Attributes:
        field: the field's name.
        subject: the class of the subject as a term, or an empty text for a plain triple of a thing.
        property: the property as a term; empty where the print names the subject.
        match: how print and object are compared.
        argument: what the comparison needs besides.
    """

    field: str
    subject: str
    property: str
    match: str
    argument: str


class Printed(NamedTuple):
    """One row of an extract: a value as the source prints it.

    Attributes:
        record: what stands after `#` in the IRI of the evidence; empty for the source as a whole.
        field: the name of its field.
        value: the print.
        reason: why the value has no fact, or an empty text.
        row: the number of the line in the file.
    """

    record: str
    field: str
    value: str
    reason: str
    row: int


#: The lines of the table by field.
ExtractTable = dict[str, list[Line]]


class RecordEntry:
    """Some rows of a record that describe one thing.

    Attributes:
        lines: each row with each line of the table for its field, by the property that the line is about.
        types: the rows by the classes that their fields describe.
        naming: each row with each line by which it may name a thing.
    """

    def __init__(self, rows: list[Printed], table: ExtractTable) -> None:
        """Look up what the rows may become."""
        self.lines: dict[str, list[tuple[Printed, Line]]] = {}
        self.types: dict[str, list[Printed]] = {}
        self.naming: list[tuple[Printed, Line]] = []
        for row in rows:
            for line in table[row.field]:
                self.lines.setdefault(line.property, []).append((row, line))
                if line.match in ("subject", "name", "code"):
                    self.naming.append((row, line))
            for kind in {line.subject for line in table[row.field] if line.subject}:
                self.types.setdefault(kind, []).append(row)


class Extract:
    """The rows of one extract, by record and entry."""

    def __init__(self, path: Path, raw: bytes, lines: list[str], rows: list[Printed], table: ExtractTable) -> None:
        """Group the rows by record."""
        self.name = path.as_posix()
        self.raw = raw
        self._lines = lines
        self.rows = rows
        self.records: dict[str, list[Printed]] = {}
        for row in rows:
            self.records.setdefault(row.record, []).append(row)
        self._entries: dict[str, list[RecordEntry]] = {}
        self._table = table

    def entries(self, record: str) -> list[RecordEntry]:
        """Return the entries of a record: a field that comes again begins the next.

        What stands before the first field that comes again belongs to all. A span of text is one entry.
        """
        if record not in self._entries:
            rows = self.records.get(record, [])
            parts = [rows] if record.startswith("char=") else _split(rows)
            self._entries[record] = [RecordEntry(part, self._table) for part in parts]
        return self._entries[record]

    def location(self, row: Printed, cell: int = 2) -> Location:
        """Return where a cell of a row is written."""
        text = self._lines[row.row - 1]
        begin, end = [match.span(1) for match in _CELL.finditer(text)][: cell + 1][-1]
        return Location(self.name, row.row, begin + 1, max(end, begin + 1) + 1, text)


def _split(rows: list[Printed]) -> list[list[Printed]]:
    counts = Counter(row.field for row in rows)
    first = next((number for number, row in enumerate(rows) if counts[row.field] > 1), len(rows))
    entries: list[list[Printed]] = []
    for row in rows[first:]:
        if not entries or any(other.field == row.field for other in entries[-1]):
            entries.append([])
        entries[-1].append(row)
    return [[*rows[:first], *entry] for entry in entries] or [rows]


def read_table(path: Path, profile: Profile) -> ExtractTable:
    """Read the table of fields.

    Raises:
        InputError: it is missing or ill-formed.
    """
    lines = read_bytes(path).decode().split("\n")
    found: ExtractTable = {}
    for number, cells in _rows(path, lines, _LINES):
        field, subject, prop, match, argument = cells
        if match not in _MATCHES:
            near = closest(match, _MATCHES)
            hint = f"did you mean {near}?" if near else f"one of {', '.join(sorted(_MATCHES))}"
            raise InputError(f"there is no comparison '{match}'; {hint}", path.as_posix(), number)
        if match not in _TEMPLATES:
            try:
                re.compile(argument)
            except re.error as error:
                raise InputError(f"not a regular expression: {error}", path.as_posix(), number) from error
        terms = [profile.expand(name) if name else "" for name in (subject, prop)]
        if None in terms:
            unknown = (subject, prop)[terms.index(None)]
            raise InputError(f"'{unknown}' is not a prefixed name of this graph", path.as_posix(), number)
        of, becomes = (iri(term) if term else "" for term in terms)
        found.setdefault(field, []).append(Line(field, of, becomes, match, argument))
    return found


def read_extract(path: Path, table: ExtractTable) -> Extract:
    """Read an extract and hold its form.

    Raises:
        InputError: it is missing, not UTF-8, or ill-formed: a row of another width, a field that the table does not
            know, a record that comes again further down, a row twice in succession.
    """
    name = path.as_posix()
    raw = read_bytes(path)
    lines = raw.decode().split("\n")
    header = [*_HEADER, *_SPANS] if lines[0] == ",".join([*_HEADER, *_SPANS]) else _HEADER
    rows: list[Printed] = []
    done: set[str] = set()
    for number, cells in _rows(path, lines, header):
        record, field, value, reason = cells[:4]
        if field not in table:
            near = closest(field, table)
            hint = f"did you mean {near}?" if near else "add it to the table of fields"
            column = len(_CELL.findall(lines[number - 1])[0]) + 2
            raise InputError(f"there is no field '{field}'; {hint}", name, number, column)
        if not value.strip():
            raise InputError("the value is empty; write what the source prints, or drop the row", name, number)
        if rows and rows[-1].record != record:
            done.add(rows[-1].record)
        if len(cells) > len(_HEADER) and record and record != f"char={cells[5]},{cells[6]}":
            problem = f"the record '{record}' is not the span from {cells[5]} to {cells[6]}; correct either"
            raise InputError(problem, name, number)
        if rows and rows[-1][:4] == tuple(cells[:4]):
            raise InputError("the row repeats the one above it; take one out", name, number)
        if record in done:
            problem = f"the record '{record}' stands further up already; keep its rows together"
            raise InputError(problem, name, number)
        rows.append(Printed(record, field, value, reason, number))
    return Extract(path, raw, lines, rows, table)


def _rows(path: Path, lines: list[str], header: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield the number and cells of each line below the header; a cell holds no line break."""
    if lines[0] != ",".join(header):
        raise InputError(f"the first line must be {','.join(header)}", path.as_posix())
    for number, line in enumerate(lines[1:-1], start=2):
        try:
            cells = next(csv.reader([line], strict=True), [])
        except csv.Error as error:
            raise InputError(f"not CSV: {error}", path.as_posix(), number) from error
        if not line:
            raise InputError("the line is empty; take it out", path.as_posix(), number)
        if len(cells) != len(header):
            problem = f"the row has {len(cells)} cells and the header {len(header)}; quote a value that has a comma"
            raise InputError(problem, path.as_posix(), number)
        yield number, cells
