"""Whether a value is what a print stands for: by text, number, date, name, code or link."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache

from ascn_graph import prints
from ascn_graph.namespaces import STANDARD
from ascn_graph.ntriples import iri, is_iri, is_literal, literal, name_of
from ascn_graph.profile import Profile
from ascn_graph.validation.extracts import Line, Printed
from ascn_graph.validation.sources import TripleIndex
from ascn_graph.validation.vocabulary import LABEL

__all__ = ["Comparison", "DataNames", "plain"]

_NAMES = (LABEL, *(iri(STANDARD["skos"] + name) for name in ("prefLabel", "altLabel", "hiddenLabel", "notation")))
_HOLE = re.compile(r"\{([^{}]+)\}")


class DataNames:
    """What things are called in the whole of the data."""

    def __init__(self, index: TripleIndex, profile: Profile) -> None:
        """Read the names of all things."""
        self.index = index
        self.profile = profile
        self._names: defaultdict[str, set[str]] = defaultdict(set)
        self._slugs: defaultdict[str, set[str]] = defaultdict(set)
        self._codes: dict[str, set[str]] = {}
        for fact in index:
            if fact.row[1] in _NAMES and is_literal(fact.value):
                name = prints.text(literal(fact.value).text)
                self._names[fact.row[0]].add(name)
                self._slugs[name].add(name_of(fact.row[0]))

    def of(self, term: str) -> set[str]:
        """Return every label of a thing, in the form in which prints are compared."""
        return self._names.get(term, set())

    def slugs(self, printed: str) -> set[str]:
        """Return the last parts of the IRIs of the things that a print names."""
        return self._slugs.get(prints.text(printed), set())

    def values(self, term: str, name: str) -> set[str]:
        """Return the values, as texts, of a property of a thing by its prefixed name."""
        prop = self.profile.expand(name)
        return {plain(value) for value in self.index.values(term, iri(prop))} if prop else set()

    def is_code(self, printed: str, term: str, name: str, template: str = "{}") -> bool:
        """Return whether a print may be the code of a thing: one it has, or one that is nobody's where it has none.

        Args:
            printed: what stands in the hole of the template.
            term: the thing.
            name: the prefixed name of the property whose values are the codes.
            template: what a code of this sort looks like.
        """
        before, _, after = template.partition("{}")
        code = before + printed + after
        if name not in self._codes:
            prop = iri(self.profile.expand(name) or name)
            self._codes[name] = {plain(fact.value) for fact in self.index if fact.row[1] == prop}
        stated = {value for value in self.values(term, name) if value.startswith(before) and value.endswith(after)}
        return code in (stated or {code} - self._codes[name])

    def told(self, term: str) -> set[str]:
        """Return what a value is called in a composed label: the labels of a thing, else the text."""
        return (
            {literal(value).text for value in self.index.values(term, LABEL)} if is_iri(term) else {literal(term).text}
        )


@lru_cache(65_536)
def plain(term: str) -> str:
    """Return an IRI without its brackets, or the text of a literal."""
    return term[1:-1] if is_iri(term) else literal(term).text


class Comparison:
    """The comparisons of the table over one source's graph."""

    def __init__(self, names: DataNames, index: TripleIndex, records: dict[str, set[str]]) -> None:
        """Keep the names of all things, the graph's triples, and the records that each of its facts is derived from."""
        self.names, self.index, self._records = names, index, records

    def names_it(self, subject: str, row: Printed, line: Line) -> bool:
        """Return whether a print names a thing, as the subject of its record or by a line for a name or code."""
        if line.match != "subject":
            return self.matches(subject, subject, row, line)
        if line.argument:
            name, _, template = line.argument.partition(" ")
            return self.names.is_code(prints.text(row.value), subject, name, template or "{}")
        return prints.text(row.value) in self.names.of(subject)

    def matches(self, subject: str, value: str, row: Printed, line: Line) -> bool:  # noqa: PLR0911 - one return a comparison
        """Return whether a value is what a print becomes by a line of the table.

        Of a thing that the files at hand do not describe, no name can be told wrong.
        """
        if line.match == "text":
            return prints.text(row.value, line.argument) == prints.text(plain(value))
        if line.match == "number":
            printed = prints.number(re.sub(line.argument, "", row.value) if line.argument else row.value)
            return printed is not None and printed == prints.number(plain(value))
        if line.match == "date":
            return prints.date(row.value) == plain(value)
        if line.match == "name":
            names = self.names.of(value)
            return not names or prints.text(row.value, line.argument) in names
        if line.match == "code":
            return self.names.is_code(row.value, value, line.argument)
        if line.match == "iri":
            return plain(value) == line.argument.replace("{}", row.value)
        if line.match == "fixed":
            return plain(value) == (self.names.profile.expand(line.argument) or line.argument)
        if line.match == "link":
            records = self._records.get(value, set())
            return row.record in records or (row.record.startswith("char=") and bool(records))
        composed = self._composed(subject, line.argument) if line.match == "label" else set()
        return composed is None or plain(value) in composed

    def _composed(self, subject: str, template: str) -> set[str] | None:
        """Compose the labels that a template allows from what the subject says; None where a thing has no name here."""
        found = {""}
        for number, part in enumerate(_HOLE.split(template)):
            if number % 2 == 0:
                found = {text + part for text in found}
                continue
            values = [subject]
            for step in part.split("/"):
                prop = iri(self.names.profile.expand(step) or step)
                values = [
                    v for node in values for v in self.index.values(node, prop) or self.names.index.values(node, prop)
                ]
            told = {name for value in values for name in self.names.told(value)}
            if values and not told:
                return None
            found = {text + name for text in found for name in told or {""}}
        return found
