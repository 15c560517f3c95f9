"""Who states what a row says, and where: read from the named graphs that hold it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import permutations, product
from typing import Any, NamedTuple

from pyoxigraph import Literal, NamedNode, Store

from ascn_graph.namespaces import STANDARD
from ascn_graph.prints import holds
from ascn_graph.profile import MATERIALISED, Profile
from ascn_graph.terms import Term

__all__ = ["Attribution", "Grounding"]

_KEPT = 50_000
_SUBJECT, _OBJECT = (NamedNode(STANDARD["rdf"] + name) for name in ("subject", "object"))


class Attribution(NamedTuple):
    """What one source states of a row, at its places.

    Attributes:
        title: what the source is called.
        as_of: the date whose state it describes, as written; empty where it states none.
        source: the IRI of the source; of the named graph where that has none.
        places: the IRIs of the places in the source that together state it; of the facts it was read from where it is
            inferred; none where only the source is known.
        quotes: the text at each place, empty where the graph has none.
        values: what it states, as texts.
        inferred: whether it is this project's inference.
    """

    title: str
    as_of: str
    source: str
    places: tuple[str, ...]
    quotes: tuple[str, ...]
    values: tuple[str, ...]
    inferred: bool

    def as_json(self) -> dict[str, Any]:
        """Return the members that say something."""
        told: dict[str, Any] = {"title": self.title, "source": self.source, "values": list(self.values)}
        told |= {"as_of": self.as_of} if self.as_of else {}
        if self.inferred:
            return told | {"inferred_from": list(self.places)}
        pairs = zip(self.places, self.quotes, strict=True)
        return told | {"places": [{"place": place} | ({"quote": quote} if quote else {}) for place, quote in pairs]}


class _Link(NamedTuple):
    """Two cells that one graph links: by a triple of `node`, the first of them, or by a fact that is neither."""

    graph: str
    node: NamedNode
    values: tuple[NamedNode | Literal, NamedNode | Literal]
    names: bool


class Grounding:
    """Finds the statements behind rows.

    A source states two cells of a row where its named graph links them: by one triple, or by one node that points at
    both, such as the membership that joins a person and an organisation.

    Args:
        store: the graph, with its named graphs.
        profile: its terms for evidence.
    """

    def __init__(self, store: Store, profile: Profile) -> None:
        self._store = store
        self._profile = profile
        self._source_kind = profile.source_kind
        self._labels = [NamedNode(name) for name in profile.labels()]
        self._names_by = [*self._labels, NamedNode(STANDARD["skos"] + "altLabel")]
        self._derived_from = NamedNode(profile.evidence.derived_from)
        self._part_of = NamedNode(profile.evidence.part_of)
        self._quote = NamedNode(profile.evidence.quote)
        self._as_of = NamedNode(profile.evidence.as_of)
        # The rows of an answer name the same things again and again.
        self._facts, self._objects = lru_cache(_KEPT)(self._facts_about), lru_cache(_KEPT)(self._objects_of)
        self._places = lru_cache(_KEPT)(self._places_of)

    @cached_property
    def _quiet(self) -> frozenset[str]:
        return frozenset(self._profile.graph_iri(name) for name in self._profile.unattributed)

    def row(self, terms: Sequence[Term | None]) -> list[Attribution]:
        """Return the statements of sources behind the cells of a row, in the order of the sources' titles.

        A row that names its source is what that source states, and perhaps what is inferred from it.
        """
        cells = list(dict.fromkeys(term for term in terms if isinstance(term, NamedNode | Literal)))
        things = [
            cell for cell in cells if isinstance(cell, NamedNode) and self._kind(cell) not in (None, self._source_kind)
        ]
        links = [*self._direct(things, cells), *self._joined(things)]
        # That a thing has its name is what a source states of a row only where it states nothing else.
        telling = [link for link in links if not link.names] or links
        found: dict[tuple[str, tuple[str, ...]], set[str]] = {}
        for link in telling:
            # Each value for itself: of the places of a fact one may hold the date and another the name.
            found.setdefault((link.graph, self._places(link)), set()).add(link.values[1].value)
        listed = sorted(self._attribution(graph, places, values) for (graph, places), values in found.items())
        named = {cell.value for cell in cells if isinstance(cell, NamedNode) and self._kind(cell) == self._source_kind}
        if named and not things:
            # A row about sources is what the catalogue says of them.
            return sorted(self._attribution(source, (), [source]) for source in named)
        return [each for each in listed if each.source in named or each.inferred] if named else listed

    def _kind(self, node: NamedNode) -> str | None:
        return self._profile.kind_of(node.value) if "#" not in node.value else None

    def thing(self, iri: str) -> list[tuple[str, Term, list[Attribution]]]:
        """Return what is stated of a thing: property, value, and who states it."""
        subject, rule = NamedNode(iri), NamedNode(self._profile.graph_iri(MATERIALISED))
        stated: dict[tuple[str, NamedNode | Literal], list[Attribution]] = {}
        for quad in self._store.quads_for_pattern(subject, None, None, None):
            graph, value = quad.graph_name, quad.object
            if quad.predicate == self._derived_from or not isinstance(graph, NamedNode) or graph == rule:
                continue
            if isinstance(value, NamedNode | Literal):
                found = stated.setdefault((quad.predicate.value, value), [])
                if graph.value not in self._quiet:
                    places = self._places(_Link(graph.value, subject, (subject, value), names=False))
                    found.append(self._attribution(graph.value, places, [value.value]))
        ordered = sorted(stated.items(), key=lambda item: (item[0][0], str(item[0][1])))
        return [(predicate, value, sorted(found)) for (predicate, value), found in ordered]

    def _stated(self, subject: NamedNode | None, value: NamedNode | Literal) -> Iterator[tuple[object, str, NamedNode]]:
        """Yield who is said something of with a value, by which property, and the graph that states it."""
        for quad in self._store.quads_for_pattern(subject, None, value, None):
            if isinstance(quad.graph_name, NamedNode) and quad.graph_name.value not in self._quiet:
                yield quad.subject, quad.predicate.value, quad.graph_name

    def _direct(self, things: Sequence[NamedNode], cells: Sequence[NamedNode | Literal]) -> Iterator[_Link]:
        """Find the triples that link two cells."""
        for thing, cell in product(things, cells):
            for _, predicate, graph in self._stated(thing, cell) if cell != thing else ():
                yield _Link(graph.value, thing, (thing, cell), NamedNode(predicate) in self._names_by)

    def _joined(self, things: Sequence[NamedNode]) -> Iterator[_Link]:
        """Find the facts that point at two things in one graph, at one of them perhaps by way of another node."""
        for one, other in permutations(things, 2):
            for fact, graph in self._facts(one):
                ends = self._objects(fact, graph) if fact not in things else frozenset()
                if other in ends or any(other in self._objects(end, graph) for end in ends.difference(things)):
                    yield _Link(graph.value, fact, (one, other), names=False)

    def _facts_about(self, thing: NamedNode) -> list[tuple[NamedNode, NamedNode]]:
        """Return the facts that point at a thing, each with the graph that states it and says where it has it from."""
        found = [(fact, graph) for fact, _, graph in self._stated(None, thing) if isinstance(fact, NamedNode)]
        return [(fact, graph) for fact, graph in found if self._evidence(fact, graph)]

    def _objects_of(self, node: object, graph: NamedNode) -> frozenset[object]:
        quads = self._store.quads_for_pattern(node, None, None, graph) if isinstance(node, NamedNode) else ()
        return frozenset(quad.object for quad in quads)

    def _evidence(self, node: NamedNode, graph: NamedNode) -> set[str]:
        quads = self._store.quads_for_pattern(node, self._derived_from, None, graph)
        return {quad.object.value for quad in quads if isinstance(quad.object, NamedNode)}

    def _places_of(self, link: _Link) -> tuple[str, ...]:
        """Return the places that a link names in its graph: of the fact, or of the statement of the two values."""
        graph = NamedNode(link.graph)
        found = self._evidence(link.node, graph)
        if link.node == link.values[0]:
            # A thing has places of its own only where it is a fact; its plain triples have statements.
            about = {quad.subject for quad in self._store.quads_for_pattern(None, _SUBJECT, link.node, graph)}
            stating = {quad.subject for quad in self._store.quads_for_pattern(None, _OBJECT, link.values[1], graph)}
            for statement in about & stating:
                found |= self._evidence(statement, graph) if isinstance(statement, NamedNode) else set()
        return tuple(sorted(self._holding(found, link.values[1])))

    def _holding(self, places: Iterable[str], value: NamedNode | Literal) -> list[str]:
        """Return the places whose quote holds a value as it is printed, or the one place that has no quote.

        Of several places that hold something else, or of which there is no quote, none is named.
        """
        names = [value.value] if isinstance(value, Literal) else self._names(value)
        quotes = {place: self.text(NamedNode(place), self._quote) for place in places}
        holding = [place for place, quote in quotes.items() if any(holds(quote, name) for name in names)]
        return holding or ([] if any(quotes.values()) or len(quotes) > 1 else list(quotes))

    def _names(self, node: NamedNode) -> list[str]:
        return [text for name in self._names_by for text in self.texts(node, name)]

    def _attribution(self, graph: str, places: tuple[str, ...], values: Iterable[str]) -> Attribution:
        inferred = graph == self._profile.graph_iri(self._profile.derived)
        source = graph if inferred else self._source(graph, places)
        node = NamedNode(source)
        names = (self.text(node, label) for label in self._labels)
        return Attribution(
            "inferred by this project" if inferred else next(filter(None, names), source),
            self.text(node, self._as_of),
            source,
            places,
            tuple(self.text(NamedNode(place), self._quote) for place in places),
            tuple(sorted(values)),
            inferred,
        )

    def _source(self, graph: str, places: Sequence[str]) -> str:
        stated = (self.text(NamedNode(place), self._part_of) for place in places)
        folder = graph.removeprefix(self._profile.graphs)
        named = self._profile.source_iri(folder) if self._source_kind else graph
        return next(filter(None, stated), named)

    def texts(self, node: NamedNode, predicate: NamedNode) -> Iterator[str]:
        """Yield what a property of a node says, as texts."""
        for quad in self._store.quads_for_pattern(node, predicate, None, None):
            yield str(getattr(quad.object, "value", quad.object))

    def text(self, node: NamedNode, predicate: NamedNode) -> str:
        """Return the first of these by the alphabet, the English or untagged ones first; empty where there is none."""
        said = [quad.object for quad in self._store.quads_for_pattern(node, predicate, None, None)]
        english = {str(each.value) for each in said if isinstance(each, Literal) and each.language in (None, "en")}
        return min(english or self.texts(node, predicate), default="")
