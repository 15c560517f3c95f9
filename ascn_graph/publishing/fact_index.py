"""A store read once into what the pages ask of it: facts by subject, links by object, evidence by fact."""

from __future__ import annotations

from collections import defaultdict
from functools import cache, cached_property
from itertools import chain
from typing import NamedTuple

from pyoxigraph import BlankNode, Literal, NamedNode, Store, Triple

from ascn_graph.dataset import canonical
from ascn_graph.namespaces import STANDARD
from ascn_graph.profile import MATERIALISED, Profile

__all__ = ["LABEL", "SUBJECT", "TYPE", "AnyTerm", "Fact", "FactIndex", "Incoming"]

TYPE = STANDARD["rdf"] + "type"
LABEL = STANDARD["rdfs"] + "label"
SUBJECT = STANDARD["rdf"] + "subject"
_ALTERNATIVE = STANDARD["skos"] + "altLabel"
_NOTATION = STANDARD["skos"] + "notation"

AnyTerm = NamedNode | BlankNode | Literal | Triple


class Fact(NamedTuple):
    """One triple about a thing; `graphs` are the folders that state it, sorted."""

    predicate: str
    value: AnyTerm
    graphs: tuple[str, ...]


class Incoming(NamedTuple):
    """One triple that points at a thing."""

    subject: str
    predicate: str


class FactIndex:
    """The named graphs of a store, as Python values.

    Attributes:
        graphs: the folders, sorted, each with its number of triples.
        facts: for each subject, what is said of it; a blank node is called `_:` and its label by RDFC-1.0.
        incoming: for each object with an IRI, what points at it.
    """

    def __init__(self, store: Store, profile: Profile) -> None:
        """Read every named graph of a store."""
        self._profile = profile
        self.graphs: dict[str, int] = {}
        self.facts: dict[str, list[Fact]] = defaultdict(list)
        self.incoming: dict[str, list[Incoming]] = defaultdict(list)
        self._all_labels = profile.labels()
        #: Returns the label of a thing and its language; where there are several, the English or untagged one.
        self.label = cache(self._label)
        stated: dict[Triple, list[str]] = defaultdict(list)
        by_graph: dict[str, list[Triple]] = defaultdict(list)
        quads = [quad for quad in store if isinstance(quad.graph_name, NamedNode)]
        if any(isinstance(node, BlankNode) for quad in quads for node in quad.triple):
            quads = canonical(store)  # a store labels them otherwise each time
        for quad in quads:
            by_graph[quad.graph_name.value].append(quad.triple)
        for name, triples in sorted(by_graph.items()):
            folder = name.removeprefix(profile.graphs)
            self.graphs[folder] = len(triples)
            # What follows by rule is in the dumps; a page says what is stated and by whom.
            for triple in triples if folder != MATERIALISED else ():
                stated[triple].append(folder)
        for triple, folders in stated.items():
            predicate, value = triple.predicate.value, triple.object
            if isinstance(triple.subject, NamedNode):
                subject = triple.subject.value
                if isinstance(value, NamedNode):
                    self.incoming[value.value].append(Incoming(subject, predicate))
            else:
                subject = str(triple.subject)
            self.facts[subject].append(Fact(predicate, value, tuple(folders)))
        for facts in self.facts.values():
            facts.sort(key=lambda fact: (fact.predicate, str(fact.value)))
        for links in self.incoming.values():
            links.sort()

    @cached_property
    def _restated(self) -> dict[tuple[str, str, AnyTerm], list[str]]:
        """The statements that restate a fact, by subject, predicate and object."""
        rdf, found = STANDARD["rdf"], defaultdict(list)
        named = self.subjects(TYPE, rdf + "Statement")
        for statement in chain(named, *self._nameless.values()):
            subject, predicate, value = (
                self.values(statement, rdf + part) for part in ("subject", "predicate", "object")
            )
            # What restates several triples at once restates none; the shapes report it.
            if len(subject) == len(predicate) == len(value) == 1:
                found[_plain(subject[0]), _plain(predicate[0]), value[0]].append(statement)
        return found

    @cached_property
    def _nameless(self) -> dict[str, list[str]]:
        """The blank nodes that are statements about a thing."""
        found = defaultdict(list)
        for node in sorted(node for node in self.facts if node.startswith("_:")):
            for subject in self.iris(node, SUBJECT):
                found[subject].append(node)
        return found

    def statements(self, iri: str) -> list[str]:
        """Return the nodes of the statements about a thing: first those that have an IRI."""
        return [*self.subjects(SUBJECT, iri), *self._nameless.get(iri, ())]

    @cached_property
    def things(self) -> list[str]:
        """Every IRI of ours that has facts and no fragment, sorted, without the terms of the ontology."""
        base, terms = self._profile.base, {self._profile.ontology_iri, *self.terms}
        return sorted(iri for iri in self.facts if iri.startswith(base) and "#" not in iri and iri not in terms)

    @cached_property
    def by_kind(self) -> dict[str, list[str]]:
        """The things of each kind, sorted by IRI; a kind without things has an empty list."""
        found: dict[str, list[str]] = {kind: [] for kind in self._profile.kinds}
        for thing in self.things:
            found.get(self._profile.kind_of(thing) or "", []).append(thing)
        return found

    @cached_property
    def terms(self) -> list[str]:
        """The terms of the ontology that have facts, sorted."""
        return sorted(filter(self._profile.term_name, self.facts))

    @cached_property
    def parts(self) -> dict[str, list[str]]:
        """The IRIs of ours with a fragment, by the IRI before it."""
        found = defaultdict(list)
        for iri in sorted(self.facts.keys() | self.incoming.keys()):
            whole, mark, _ = iri.partition("#")
            if mark and iri.startswith(self._profile.base):
                found[whole].append(iri)
        return found

    def values(self, subject: str, predicate: str) -> list[AnyTerm]:
        """Return the objects of a subject and a predicate, sorted."""
        return [fact.value for fact in self.facts.get(subject, ()) if fact.predicate == predicate]

    def text(self, subject: str, predicate: str) -> str:
        """Return the first object as text, empty where there is none."""
        found = self.values(subject, predicate)
        return _plain(found[0]) if found else ""

    def first(self, subject: str, predicate: str) -> str:
        """Return the first object that is an IRI, empty where there is none."""
        return next(iter(self.iris(subject, predicate)), "")

    def iris(self, subject: str, predicate: str) -> list[str]:
        """Return the objects that are IRIs, sorted."""
        return [value.value for value in self.values(subject, predicate) if isinstance(value, NamedNode)]

    def subjects(self, predicate: str, value: str) -> list[str]:
        """Return the subjects that point at an IRI by a predicate, sorted."""
        return [link.subject for link in self.incoming.get(value, ()) if link.predicate == predicate]

    def types(self, iri: str) -> list[str]:
        """Return the classes of a thing, sorted."""
        return [_plain(value) for value in self.values(iri, TYPE)]

    def _label(self, iri: str) -> tuple[str, str | None] | None:
        kind = self._profile.kind_of(iri)
        labels = self._names(iri, *(self._profile.labels(kind) if kind else (LABEL,)))
        found = sorted(labels, key=lambda value: value.language not in (None, "en"))
        return (found[0].value, found[0].language) if found else None

    def local(self, iri: str, language: str) -> tuple[str, str] | None:
        """Return the shortest name of a thing in a language, given in lower case, with its tag; None where none is."""
        names = self._names(iri, *self._all_labels, _ALTERNATIVE)
        found = [value for value in names if (value.language or "").lower() == language]
        best = min(found, key=lambda value: (len(value.value), value.value), default=None)
        return (best.value, best.language or "") if best else None

    def languages(self) -> list[str]:
        """Return the languages in which things have names, sorted."""
        names = (value for thing in self.facts for value in self._names(thing, *self._all_labels, _ALTERNATIVE))
        return sorted({value.language for value in names if value.language})

    def spellings(self, iri: str) -> list[str]:
        """Return every way in which a thing is written: its labels, other labels and misspellings, sorted."""
        return sorted({value.value for value in self._names(iri, *self._profile.names(), _NOTATION)})

    def _names(self, iri: str, *properties: str) -> list[Literal]:
        return [value for name in properties for value in self.values(iri, name) if isinstance(value, Literal)]

    def evidence(self, subject: str, fact: Fact, graph: str) -> list[str]:
        """Return what a graph derives a fact from: the evidence of statements that restate it, else of its subject."""
        for about in (self._restated.get((subject, fact.predicate, fact.value), []), [subject]):
            found = [place for one in about for place in self.places(one, graph)]
            if found:
                return found
        return []

    def places(self, node: str, graph: str) -> list[str]:
        """Return the places that a graph names for a node."""
        derived = self._profile.evidence.derived_from
        return [
            _plain(fact.value)
            for fact in self.facts.get(node, ())
            if fact.predicate == derived and graph in fact.graphs
        ]


def _plain(term: AnyTerm) -> str:
    return str(term) if isinstance(term, Triple) else term.value
