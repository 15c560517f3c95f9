"""Whether each value of a source's graph is what its record prints, and each printed value has a fact or a reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from ascn_graph import prints
from ascn_graph.namespaces import STANDARD, slug
from ascn_graph.nearest import closest
from ascn_graph.ntriples import iri, is_iri, show
from ascn_graph.profile import Profile
from ascn_graph.validation.comparison import Comparison, DataNames, plain
from ascn_graph.validation.extracts import Extract, ExtractTable, Line, Printed, RecordEntry
from ascn_graph.validation.report import Extra
from ascn_graph.validation.sources import Location, Source, TracedTriple, TripleIndex
from ascn_graph.validation.vocabulary import LABEL, TYPE

__all__ = ["SourceGraph", "difference", "extract_hash"]

_RDF = STANDARD["rdf"]
STATEMENT = iri(_RDF + "Statement")
PARTS = tuple(iri(_RDF + name) for name in ("subject", "predicate", "object"))
# The comparisons by which a value is printed; the others follow from the record having a field at all.
_PRINTED = frozenset({"text", "number", "date", "name", "code", "iri"})
_TYPED = Line("", "", "", "fixed", "")


def extract_hash(profile: Profile) -> str:
    """Return the property by which the description of a source states the SHA-256 of its extract."""
    return iri(profile.term("extractSha256"))


def difference(rule: str, message: str, focus: str, value: str, location: Location) -> Extra:
    """Return something in which a source's graph and its extract differ."""
    return Extra(message, focus, value, name=rule, kind="evidence", location=location)


class SourceGraph:
    """The files of one source, held to its extract."""

    def __init__(  # noqa: PLR0913 - what a comparison needs
        self,
        source: str,
        files: list[Source],
        extract: Extract,
        table: ExtractTable,
        names: DataNames,
        *,
        own: list[TracedTriple],
    ) -> None:
        """Sort the triples: those of facts, those that statements restate, and the rest.

        Args:
            source: the IRI of the source.
            files: the Turtle files of its folder.
            extract: its extract.
            table: what fields become.
            names: the names of all things.
            own: how the source itself is described elsewhere; may be empty.
        """
        self.source, self.extract, self.table, self.names, self.own = source, extract, table, names, own
        self.index = TripleIndex(files)
        profile = names.profile
        self._derived, self._evidence = iri(profile.evidence.derived_from), iri(profile.evidence.evidence)
        self._hash = extract_hash(profile)
        self.used: set[Printed] = set()
        self.excused: set[Printed] = set()
        self._records: dict[str, set[str]] = {}
        self.compare = Comparison(names, self.index, self._records)
        self._about: dict[str, set[str]] = {}
        self._naming = cache(self._found_naming)
        self._held_by: dict[tuple[tuple[str, str, str], bool], dict[RecordEntry, list[tuple[Printed, Line]]]] = {}
        self._restated: dict[tuple[str, str, str], set[str]] = {}
        for subject in self.index.subjects:
            records = {
                record
                for value in self.index.values(subject, self._derived)
                if (record := self.record(value)) is not None
            }
            if not records:
                continue
            self._records[subject] = records
            parts = [self.index.values(subject, part) for part in PARTS]
            if all(parts):
                self._restated.setdefault((parts[0][0], parts[1][0], parts[2][0]), set()).update(records)
            for fact in self.index.of(subject):
                if is_iri(fact.value) and fact.row[1] not in (self._derived, TYPE, PARTS[1]):
                    self._about.setdefault(fact.value, set()).update(records)

    def record(self, evidence: str) -> str | None:
        """Return the record that a piece of evidence is, or None where it is of another source."""
        place = evidence[1:-1]
        if place == self.source:
            return ""
        return place[len(self.source) + 1 :] if place.startswith(self.source + "#") else None

    def check(self, *, whole: bool) -> Iterator[Extra]:
        """Compare both ways.

        Args:
            whole: whether the files are all the source has: else a print without a fact is no fault.
        """
        yield from self._keys()
        for subject, facts in self.index.subjects.items():
            types = {fact.value for fact in facts if fact.row[1] == TYPE}
            if self._evidence in types:
                continue
            yield from self._places(subject, facts, types)
            apart = (self._derived, TYPE, LABEL, *PARTS) if STATEMENT in types else (self._derived,)
            yield from self._held(subject, [fact for fact in facts if fact.row[1] not in apart], types)
        described = [fact for fact in self.own if fact.row[1] not in (TYPE, self._hash)]
        yield from self._held(iri(self.source), described, {fact.value for fact in self.own if fact.row[1] == TYPE})
        if whole:
            yield from self._unused()

    def _keys(self) -> Iterator[Extra]:
        for record in self.extract.records:
            name, _, key = record.partition("=")
            if name != "record":
                continue
            called: dict[str, set[Printed]] = {}
            for row in self.extract.records[record]:
                for form in {row.value, slug(row.value)} | self.names.slugs(row.value):
                    called.setdefault(form, set()).add(row)
            for part in [key] if key in called else key.split("."):
                rows = called.get(part, set())
                self.used.update(rows)
                if not rows:
                    first = self.extract.records[record][0]
                    message = (
                        f"The key {key} says '{part}', which no row of the record prints; correct the key or the row."
                    )
                    yield difference("record-key", message, iri(self.source), "", self.extract.location(first, 0))

    def _places(self, subject: str, facts: list[TracedTriple], types: set[str]) -> Iterator[Extra]:
        """Hold each place that a fact names to print something of it."""
        said = [fact for fact in facts if fact.row[1] != self._derived]
        if STATEMENT in types:
            parts = [self.index.values(subject, part)[:1] for part in PARTS]
            said = [
                fact for fact in self.index.of("".join(parts[0])) if [fact.row[1], fact.value] == parts[1] + parts[2]
            ]
        for place in facts:
            record = self.record(place.value) if place.row[1] == self._derived else None
            if record is None:
                continue
            if record and record not in self.extract.records:
                near = closest(record, self.extract.records)
                hint = f"did you mean {near}?" if near else "add its rows, or correct the place."
                message = f"{self.extract.name} has no record {record}; {hint}"
                yield difference("record-missing", message, subject, place.value, place.at_object())
            elif (against := self._against(record, said, types)) is not None:
                where = f"{self.extract.name}, {_named([record])},"
                message = f"{where} prints other values than this fact has; correct the place, or the value."
                for fact in (place, *against):
                    yield difference("record-of-another", message, subject, fact.value, fact.at_object())

    def _against(self, record: str, said: list[TracedTriple], types: set[str]) -> list[TracedTriple] | None:
        """Return what a record contradicts where it prints none of the values of a fact, or no more than that."""
        agreeing = (fact for fact in said if self._prints(record, fact))
        if STATEMENT in types or record.startswith("char="):
            # A span holds what several facts take from it.
            return None if any(agreeing) else []
        agrees = list(agreeing)
        if not agrees:
            return []
        best = self._best(record, said, types)
        told = {
            fact.row[1]: any(line.match in _PRINTED for _, line in self._rows(fact, types, best)) for fact in agrees
        }
        against = [
            fact
            for fact in said
            if not told.get(fact.row[1])
            and any(
                line.match in _PRINTED and line.subject in types
                for entry in best
                for _, line in entry.lines.get(fact.row[1], ())
            )
        ]
        outweighed = len({fact.row[1] for fact in against}) >= sum(told.values())
        return against if against and outweighed else None

    def _prints(self, record: str, fact: TracedTriple) -> bool:
        types = set(self.index.values(fact.row[0], TYPE))
        if fact.row[0] not in self._records:
            # Of two places, one may print the value and the other whose value it is.
            if self._plain_rows(fact, types, {record}):
                return True
            names = self.names.of(fact.row[0])
            rows = self.extract.records.get(record, ())
            return any(prints.text(row.value) in names for row in rows if not row.reason)
        held = self._rows(fact, types, self.extract.entries(record))
        return any(line.match in _PRINTED for _, line in held)

    def _held(self, subject: str, facts: list[TracedTriple], types: set[str]) -> Iterator[Extra]:
        """Hold the triples of one subject to the records they may come from."""
        mine = self._records.get(subject, set())
        best = [entry for record in sorted(mine) for entry in self._best(record, facts, types)]
        for fact in facts:
            rows = self._rows(fact, types, best) if mine else []
            if not rows or fact.row[:3] in self._restated:
                rows += self._plain_rows(fact, types, set())
            self.used.update(row for row, line in rows if line.match in (*_PRINTED, "subject"))
            if not rows:
                yield self._difference(fact, types, mine)

    def _best(self, record: str, facts: list[TracedTriple], types: set[str]) -> list[RecordEntry]:
        """Return the entry of a record that holds most of some facts, alone in a list."""
        entries = self.extract.entries(record)
        if len(entries) == 1:
            return entries
        return [max(entries, key=lambda entry: sum(bool(self._rows(fact, types, (entry,))) for fact in facts))]

    def _rows(self, fact: TracedTriple, types: set[str], entries: Iterable[RecordEntry]) -> list[tuple[Printed, Line]]:
        """Find the rows of some entries by which a triple of a fact is held."""
        subject, predicate, value = triple = fact.row[:3]
        thing = subject not in self._records or "" in types
        known = self._held_by.setdefault((triple, thing), {})
        found: list[tuple[Printed, Line]] = []
        for entry in entries:
            lines = entry.lines.get(predicate)
            if lines is None and predicate != TYPE:
                continue
            held = known.get(entry)
            if held is None:
                held = [(row, _TYPED) for row in entry.types.get(value, ())] if predicate == TYPE else []
                held += [
                    (row, line)
                    for row, line in lines or ()
                    if (line.subject in types or (thing and not line.subject))
                    and self.compare.matches(subject, value, row, line)
                ]
                self.excused.update(row for row, line in held if row.reason and line.match in _PRINTED)
                held = known[entry] = [(row, line) for row, line in held if not row.reason]
            found += held
        return found

    def _plain_rows(self, fact: TracedTriple, types: set[str], records: set[str]) -> list[tuple[Printed, Line]]:
        """Find the rows by which a triple of a thing, or one that a statement restates, is held."""
        subject, predicate, value = fact.row[:3]
        own = subject == iri(self.source)
        restated = records or self._restated.get((subject, predicate, value), set())
        about = self._about.get(subject, set()) if predicate in (TYPE, LABEL) else {""} if own else set()
        held: list[tuple[Printed, Line]] = []
        for record in sorted(restated or about or ({""} if own else set())):
            for entry in self.extract.entries(record):
                naming = self._naming(subject, entry)
                if restated and not naming and not own and any(line.match == "subject" for _, line in entry.naming):
                    continue
                rows = self._rows(fact, {*types, ""}, [entry])
                if not rows and predicate == LABEL:
                    rows = naming
                if rows:
                    held += rows + naming
        return held

    def _found_naming(self, subject: str, entry: RecordEntry) -> list[tuple[Printed, Line]]:
        """Return the rows of an entry that name a thing."""
        return [(row, line) for row, line in entry.naming if self.compare.names_it(subject, row, line)]

    def _difference(self, fact: TracedTriple, types: set[str], mine: set[str]) -> Extra:
        """Return what is printed where a value is not."""
        subject, predicate, value = fact.row[:3]
        records = mine or self._restated.get((subject, predicate, value)) or self._about.get(subject) or {""}
        printed = [
            row.value
            for record in sorted(records)
            for row in self.extract.records.get(record, ())
            if any(line.property == predicate and line.subject in {*types, ""} for line in self.table[row.field])
        ]
        shown = show(value, self.names.profile.prefixes)
        where = f"{self.extract.name}, {_named(records)},"
        if printed:
            near = closest(plain(value), printed) or printed[0]
            message = (
                f"{where} prints '{near}', which {shown} is not; copy the value from the record, or mend the record."
            )
        else:
            told = f"{show(predicate, self.names.profile.prefixes)} {shown}"
            message = f"{where} prints nothing that could be {told}; add its row, or take the triple out."
        return difference("value-not-printed", message, subject, value, fact.at_object())

    def _unused(self) -> Iterator[Extra]:
        texts = {plain(fact.value) for fact in [*self.index, *self.own] if not is_iri(fact.value)}
        for row in self.extract.rows:
            if row in self.excused:
                message = f"'{row.value}' has a fact and a reason for having none; take the reason out."
                yield difference("reason-for-a-fact", message, iri(self.source), "", self.extract.location(row, 3))
            if row.reason or row in self.used:
                continue
            near = closest(row.value, texts)
            hint = f"the nearest value there is '{near}'" if near else "state it there"
            what = f"'{row.value}' ({row.field}, {_named([row.record])})"
            message = f"{what} has no fact in the Turtle; {hint}, or give a reason why not."
            yield difference("print-without-fact", message, iri(self.source), "", self.extract.location(row))


def _named(records: Iterable[str]) -> str:
    return ", ".join(f"record {record}" if record else "source as a whole" for record in sorted(records))
