"""The triples of some files with their places, found by subject."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ascn_graph.namespaces import STANDARD
from ascn_graph.ntriples import iri
from ascn_graph.turtle.reader import Row
from ascn_graph.validation.sources import Location, Source

__all__ = ["FIRST", "NIL", "OWL_IMPORTS", "REST", "SUBCLASS", "TRUE", "TYPE", "Fact", "TripleIndex"]

_RDF = STANDARD["rdf"]
TYPE, FIRST, REST, NIL = (iri(_RDF + name) for name in ("type", "first", "rest", "nil"))
SUBCLASS = iri(STANDARD["rdfs"] + "subClassOf")
OWL_IMPORTS = iri(STANDARD["owl"] + "imports")
TRUE = f'"true"^^<{STANDARD["xsd"]}boolean>'


class Fact(NamedTuple):
    """A triple and the file it stands in."""

    row: Row
    source: Source

    @property
    def value(self) -> str:
        """The object."""
        return self.row[2]

    def at_subject(self) -> Location:
        """Where the subject is written."""
        return self.source.location(self.row[3])

    def at_predicate(self) -> Location:
        """Where the predicate is written."""
        return self.source.location(self.row[4])

    def at_object(self) -> Location:
        """Where the object is written."""
        return self.source.location(self.row[5])


class TripleIndex:
    """The triples of some files, found by subject."""

    def __init__(self, sources: Iterable[Source]) -> None:
        """Index every triple."""
        self.subjects: dict[str, list[Fact]] = {}
        self._values: dict[str, dict[str, dict[str, None]]] = {}
        for source in sources:
            for row in source.document.rows:
                self.subjects.setdefault(row[0], []).append(Fact(row, source))

    def __iter__(self) -> Iterator[Fact]:
        """Return every triple, by subject."""
        for facts in self.subjects.values():
            yield from facts

    def of(self, subject: str) -> list[Fact]:
        """Return the triples of a subject, in document order."""
        return self.subjects.get(subject, [])

    def facts(self, subject: str, predicate: str) -> list[Fact]:
        """Return the triples of a subject and a predicate."""
        return [fact for fact in self.of(subject) if fact.row[1] == predicate]

    def values(self, subject: str, predicate: str) -> list[str]:
        """Return the objects of a subject and a predicate, each once however often the triple is written."""
        stated = self._values.get(subject)
        if stated is None:
            stated = self._values[subject] = {}
            for row, _ in self.subjects.get(subject, ()):
                stated.setdefault(row[1], {})[row[2]] = None
        return list(stated.get(predicate, ()))

    def items(self, head: str) -> list[str] | None:
        """Return the items of an rdf:List, or None where it is broken, forked or runs in a circle."""
        found: list[str] = []
        seen: set[str] = set()
        while head != NIL:
            first, rest = self.values(head, FIRST), self.values(head, REST)
            if head in seen or len(first) != 1 or len(rest) != 1:
                return None
            seen.add(head)
            found.append(first[0])
            head = rest[0]
        return found
