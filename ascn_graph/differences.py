"""What changed between two releases of a graph, by thing: in words, and as the record that a release keeps."""

from __future__ import annotations

import json
from collections.abc import Iterator
from operator import itemgetter
from typing import NamedTuple, Self

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Triple

from ascn_graph.errors import UsageError, counted, require
from ascn_graph.formats import plain
from ascn_graph.graph import Graph
from ascn_graph.namespaces import STANDARD
from ascn_graph.profile import MATERIALISED, ONTOLOGY
from ascn_graph.terms import Term

__all__ = ["Change", "Differences", "Thing", "differences"]

_MOST_NAMES = 12
_DEEPEST = 20  # nodes without an IRI inside one another that are compared


class Thing(NamedTuple):
    """A thing: its IRI, what it is called, and its kind."""

    iri: str
    name: str
    kind: str


class Change(NamedTuple):
    """A thing that both releases have, with the values that only one states, each as property and value in words."""

    thing: Thing
    added: tuple[tuple[str, str], ...]
    removed: tuple[tuple[str, str], ...]


class Differences(NamedTuple):
    """What changed between two releases.

    Attributes:
        earlier: the version of the first.
        later: the version of the second.
        day: the day on which the second was issued, empty where it does not say.
        added: things that the second alone has.
        removed: things that the first alone has.
        changed: things of which they state different values.
    """

    earlier: str
    later: str
    day: str
    added: tuple[Thing, ...]
    removed: tuple[Thing, ...]
    changed: tuple[Change, ...]

    @classmethod
    def read(cls, record: bytes) -> Self:
        """Return what a record tells.

        Raises:
            ValueError, KeyError, TypeError: it is not what `json` returns.
        """
        thing, pair = itemgetter(*Thing._fields), itemgetter("property", "value")
        found = json.loads(record)
        return cls(
            str(found["from"]),
            str(found["to"]),
            str(found["date"]),
            tuple(Thing(*thing(one)) for one in found["added"]),
            tuple(Thing(*thing(one)) for one in found["removed"]),
            tuple(
                Change(Thing(*thing(one)), tuple(map(pair, one["added"])), tuple(map(pair, one["removed"])))
                for one in found["changed"]
            ),
        )

    @property
    def counts(self) -> str:
        """How many things changed, in words."""
        return f"{counted(len(self.added), 'thing')} added, {len(self.changed)} changed, {len(self.removed)} removed"

    def text(self) -> str:
        """Return the differences in words: things by kind, the first of each kind by name, then what changed."""
        return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        day = f", issued {self.day}" if self.day else ""
        yield f"{self.earlier} to {self.later}{day}: {self.counts}"
        for word, things in (("added", self.added), ("removed", self.removed)):
            by_kind: dict[str, list[str]] = {}
            for thing in things:
                by_kind.setdefault(thing.kind, []).append(thing.name)
            for kind, names in by_kind.items():
                more = f", and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
                yield f"{word}: {len(names)} {kind}: {', '.join(names[:_MOST_NAMES])}{more}"
        for change in self.changed:
            yield f"changed: {change.thing.kind} {change.thing.name}"
            yield from (f"  + {name}: {value}" for name, value in change.added)
            yield from (f"  - {name}: {value}" for name, value in change.removed)

    def json(self) -> str:
        """Return the record of a release, one thing a line."""
        parts: dict[str, list[dict[str, object]]] = {
            "added": [thing._asdict() for thing in self.added],
            "removed": [thing._asdict() for thing in self.removed],
            "changed": [
                change.thing._asdict()
                | {
                    key: [{"property": name, "value": value} for name, value in getattr(change, key)]
                    for key in ("added", "removed")
                }
                for change in self.changed
            ],
        }
        lines = [f'"{key}": {json.dumps(value)}' for key, value in zip(("from", "to", "date"), self[:3], strict=True)]
        for key, things in parts.items():
            listed = ",\n".join(json.dumps(thing, ensure_ascii=False) for thing in things)
            lines.append(f'"{key}": [\n{listed}\n]' if listed else f'"{key}": []')
        return "{\n" + ",\n".join(lines) + "\n}\n"


def differences(old: Graph, new: Graph) -> Differences:
    """Compare two releases of a graph.

    Args:
        old: the earlier release.
        new: the later release, whose profile says what a thing is.

    Raises:
        UsageError: they have no thing in common.
    """
    for graph in (old, new):
        require(graph, Graph, "A release is what load() returns")
    before, after = _Release(old, new), _Release(new, new)
    common = before.things.keys() & after.things.keys()
    # A Turtle file of its own is loaded with the packaged ontology, whose concepts any two such files share.
    if not before.own & after.own & common:
        raise UsageError(
            f"The two graphs have no thing in common: no IRI that begins with {new.profile.things} is in both. "
            "Give two releases of one graph, the earlier first."
        )
    changed = []
    for iri in sorted(common):
        one, other = before.things[iri], after.things[iri]
        if one != other:
            added, removed = after.words(other - one), before.words(one - other)
            changed.append(Change(after.thing(iri), added, removed))
    return Differences(
        before.version,
        after.version,
        after.day,
        tuple(sorted(map(after.thing, after.things.keys() - common), key=_order)),
        tuple(sorted(map(before.thing, before.things.keys() - common), key=_order)),
        tuple(sorted(changed, key=lambda change: _order(change.thing))),
    )


def _order(thing: Thing) -> tuple[str, str, str]:
    return thing.kind, thing.name, thing.iri


class _Release:
    """One of the two graphs: what it states of each thing, without the places where it is stated."""

    def __init__(self, graph: Graph, ours: Graph) -> None:
        profile = ours.profile
        self._profile = profile
        self._labels: dict[tuple[str, str], str] = {}
        self._texts: dict[str, str] = {}
        self.things: dict[str, set[tuple[str, str]]] = {}
        self._store = store = graph.store
        labels = profile.labels()
        apart = [NamedNode(profile.graph_iri(name)) for name in (MATERIALISED, ONTOLOGY)]
        self.own = {
            quad.subject.value
            for quad in store.quads_for_pattern(None, NamedNode(STANDARD["rdf"] + "type"), None)
            if isinstance(quad.subject, NamedNode)
            and not isinstance(quad.graph_name, DefaultGraph)
            and quad.graph_name not in apart
        }
        rule = NamedNode(profile.graph_iri(MATERIALISED))
        followed = {quad.triple for quad in store.quads_for_pattern(None, None, None, rule)}
        for quad in store.quads_for_pattern(None, None, None, DefaultGraph()):
            if not isinstance(quad.subject, NamedNode) or quad.triple in followed:
                continue
            subject, predicate, value = quad.subject.value, quad.predicate.value, quad.object
            if isinstance(value, BlankNode):
                # No label of it says whether two releases state the same.
                value = Literal(plain.inside(value, self._said, self._words, _DEEPEST))
            if isinstance(value, Literal):
                self._texts[str(value)] = value.value
            if predicate in labels and isinstance(value, Literal) and value.language in (None, "en"):
                self._labels[subject, predicate] = value.value
            if predicate != profile.evidence.derived_from and "#" not in subject and profile.kind_of(subject):
                self.things.setdefault(subject, set()).add((predicate, str(value)))
        dataset = NamedNode(profile.base + "dataset")
        about = {quad.predicate.value: quad.object for quad in store.quads_for_pattern(dataset, None, None)}
        stated = store.quads_for_pattern(
            NamedNode(profile.ontology_iri), NamedNode(STANDARD["owl"] + "versionInfo"), None
        )
        version = about.get(STANDARD["dcat"] + "version") or next((quad.object for quad in stated), None)
        self.version = _text(version) or "unversioned"
        self.day = _text(about.get(STANDARD["dcterms"] + "modified") or about.get(STANDARD["dcterms"] + "issued"))

    def _said(self, node: BlankNode) -> list[tuple[str, Term | Triple]]:
        quads = self._store.quads_for_pattern(node, None, None, DefaultGraph())
        return [(quad.predicate.value, quad.object) for quad in quads]

    def _words(self, term: Term | Triple) -> str:
        if isinstance(term, NamedNode):
            return self._profile.compact(term.value)
        return term.value if isinstance(term, Literal) else "" if isinstance(term, BlankNode) else str(term)

    def thing(self, iri: str) -> Thing:
        """Return a thing with its name and kind."""
        return Thing(iri, self._name(iri), self._profile.kind_of(iri) or "")

    def words(self, facts: set[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        """Return properties and values in words, sorted."""
        return tuple(sorted((self._name(predicate), self._value(value)) for predicate, value in facts))

    def _name(self, iri: str) -> str:
        labels = (self._labels.get((iri, name)) for name in self._profile.labels(self._profile.kind_of(iri)))
        return next(filter(None, labels), self._profile.compact(iri))

    def _value(self, term: str) -> str:
        return self._name(term[1:-1]) if term.startswith("<") else self._texts.get(term, term)


def _text(term: object) -> str:
    return term.value if isinstance(term, Literal) else ""
