"""What an assistant may ask of the graph: each tool as a function that returns plain values, sources included."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from typing import Any

from pyoxigraph import NamedNode

from ascn_graph.agents.grounding import Attribution, Grounding
from ascn_graph.api import listing
from ascn_graph.errors import UnknownName
from ascn_graph.evidence import attributions, names
from ascn_graph.evidence import place as place_in_words
from ascn_graph.graph import Graph
from ascn_graph.names import fold
from ascn_graph.namespaces import STANDARD
from ascn_graph.nearest import nearest
from ascn_graph.sparql import catalogue
from ascn_graph.terms import Term, value_of

__all__ = ["MOST_ROWS", "Tools"]

#: Rows of one answer; an assistant asks for fewer by parameters.
MOST_ROWS = 200
_CANDIDATES = 20
_PLACES = 3  # of one source, in a sentence to cite
_TYPE = NamedNode(STANDARD["rdf"] + "type")
_DEFINITION = NamedNode(STANDARD["skos"] + "definition")
_LICENCE = NamedNode(STANDARD["dcterms"] + "license")
_UNKNOWN = (
    "No row. The graph states no such thing, which does not mean that there is none: its sources may not say. "
    "The tool `coverage` tells what no source states."
)


class Tools:
    """The tools over one embedded graph.

    Args:
        graph: the graph, loaded with its named graphs.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.queries = catalogue.load(graph.profile)
        self.queries.index = "list_questions"
        self._grounding = Grounding(graph.store, graph.profile)

    def list_questions(self, topic: str = "") -> dict[str, Any]:
        """Return the named queries, or those about a topic, with their parameters and columns."""
        listed = listing(self.graph.profile, self.queries.values())
        words = fold(topic).split()
        if words:
            listed["queries"] = [query for query in listed["queries"] if any(word in _words(query) for word in words)]
        return listed

    def ask(self, question: str, parameters: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Answer a named query, each row with the statements of sources behind it.

        Raises:
            AscnError: there is no such query, a parameter is wrong, or a name means nothing or several things.
        """
        query = self.queries[question]
        given: dict[str, Any] = dict(parameters or {})
        rows = self.graph.answer(question, given, timeout=None)
        shown = rows.solutions()[:MOST_ROWS]
        attributions = [self._grounding.row(terms) for terms in shown]
        told = [
            {
                "values": {column: self._as_json(term) for column, term in zip(rows.columns, terms, strict=True)},
                "sources": [each.as_json() for each in found],
                "inferred": bool(found) and all(each.inferred for each in found),
            }
            for terms, found in zip(shown, attributions, strict=True)
        ]
        notes = [] if told else [_UNKNOWN]
        if len(rows) > MOST_ROWS:
            notes.append(f"{len(rows)} rows; the first {MOST_ROWS} are here. Ask with a parameter for fewer.")
        if any(row["inferred"] for row in told):
            notes.append("A row marked inferred is this project's own inference and not a statement of a source.")
        return {
            "question": query.summary,
            "row": query.row,
            "columns": dict(query.columns),
            "rows": told,
            "cite": self._cite(query.summary, [each for found in attributions for each in found]),
            "notes": notes,
        }

    def find(self, name: str, kind: str = "") -> dict[str, Any]:
        """Return the things that a name may mean: those called so, else those whose names hold it or are near."""
        wanted = fold(name)
        known = self._labels
        exact = known.get(wanted, set())
        if not exact:
            with suppress(UnknownName):
                exact = {self.graph.resolve(name)}
        within = {thing for text, things in known.items() if wanted and wanted in text for thing in things}
        near = {thing for text in nearest(wanted, list(known), most=6) for thing in known[text]}
        found = [iri for group in (exact, within - exact, near - within - exact) for iri in sorted(group)]
        if kind:
            found = [iri for iri in found if self.graph.profile.kind_of(iri) == kind]
        listed = [
            self._thing(iri) | {"match": "exact" if iri in exact else "part or near"} for iri in found[:_CANDIDATES]
        ]
        notes = [] if listed else [f"Nothing here is called '{name[:80]}' or nearly so."]
        if len(found) > _CANDIDATES:
            notes.append(
                f"{len(found)} things fit; the first {_CANDIDATES} are here. Give more of the name, or a kind."
            )
        return {"things": listed, "notes": notes}

    def describe(self, about: str) -> dict[str, Any]:
        """Return what is stated of one thing, each value with the sources that state it.

        Raises:
            UnknownName: none or several things answer to the name.
        """
        iri = self.graph.resolve(about)
        values = [
            {
                "property": self.graph.profile.compact(predicate),
                "name": self._label(predicate),
                "value": self._as_json(value),
                "sources": [each.as_json() for each in found],
            }
            for predicate, value, found in self._grounding.thing(iri)
        ]
        return self._thing(iri) | {"values": values}

    def why(self, about: str) -> dict[str, Any]:
        """Return who says what about a thing, where exactly and as of when, fact by fact.

        Raises:
            UnknownName: none or several things answer to the name.
        """
        iri = self.graph.resolve(about)
        rows = attributions(self.graph, iri, None)
        known = names(rows)
        facts: list[dict[str, str]] = []
        for row in rows:
            told = {name: str(row[name]) for name in rows.columns if row[name] is not None}
            # A thing that has names in several languages has a row for each.
            told |= {f"{thing}Name": known[row[thing]] for thing in ("fact", "source", "basis") if row[thing] in known}
            if "place" in told:
                told["where"] = place_in_words(told["place"], row["line"] if "line" in rows.columns else None)
            if told not in facts:
                facts.append(told)
        return self._thing(iri) | {"facts": facts}

    def coverage(self, kind: str = "") -> dict[str, Any]:
        """Return what no source states, as far as the graph has a query for it."""
        if "coverage" not in self.queries:
            return {"rows": [], "notes": ["This graph has no query about what it does not know."]}
        return self.ask("coverage", {"kind": kind} if kind else {})

    def ontology(self) -> str:
        """Return the ontology in short: each class and property with its definition and an example."""
        profile, lines = self.graph.profile, []
        for what, types in (("class", ("Class",)), ("property", ("ObjectProperty", "DatatypeProperty"))):
            terms = {term for name in types for term in self._subjects(_TYPE, NamedNode(STANDARD["owl"] + name))}
            for term in sorted(term for term in terms if term.startswith(profile.namespace)):
                told = self._grounding.text(NamedNode(term), _DEFINITION)
                lines.append(f"{what} {profile.compact(term)}: {told}{self._example(what, term)}\n")
        return f"# Terms of {profile.name} ({profile.prefix}: is {profile.namespace})\n{''.join(lines)}"

    def licences(self) -> str:
        """Return the licences that the graph states, each with what it is of."""
        stated = {
            (self._label(subject), licence)
            for subject in self._subjects(_LICENCE)
            for licence in self._grounding.texts(NamedNode(subject), _LICENCE)
        }
        return "".join(f"{name}: {licence}\n" for name, licence in sorted(stated)) or "The graph states no licence.\n"

    def _subjects(self, predicate: NamedNode, value: NamedNode | None = None) -> set[str]:
        quads = self.graph.store.quads_for_pattern(None, predicate, value, None)
        return {quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode)}

    def _example(self, what: str, term: str) -> str:
        profile, node = self.graph.profile, NamedNode(term)
        if what == "class":
            first = min(self._subjects(_TYPE, node), default="")
            return f" (example: {profile.compact(first)})" if first else ""
        uses = self.graph.store.quads_for_pattern(None, node, None, None)
        found = min(((str(quad.subject), str(quad.object)) for quad in uses), default=())
        shown = [profile.compact(text.strip("<>")) if text.startswith("<") else text for text in found]
        return f" (example: {shown[0]} {profile.compact(term)} {shown[1]})" if shown else ""

    @cached_property
    def _labels(self) -> dict[str, set[str]]:
        """The things that may be found by name, by their folded names."""
        profile = self.graph.profile
        index: dict[str, set[str]] = {}
        for predicate in map(NamedNode, profile.names()):
            for subject in self._subjects(predicate):
                kind = profile.kinds.get(profile.kind_of(subject) or "")
                for name in self._grounding.texts(NamedNode(subject), predicate) if kind and not kind.quiet else ():
                    index.setdefault(fold(name), set()).add(subject)
        return index

    def _thing(self, iri: str) -> dict[str, Any]:
        return {"iri": iri, "name": self._label(iri), "kind": self.graph.profile.kind_of(iri)}

    def _label(self, iri: str) -> str:
        profile = self.graph.profile
        names = map(NamedNode, profile.labels(profile.kind_of(iri)))
        labels = (self._grounding.text(NamedNode(iri), name) for name in names)
        return next(filter(None, labels), profile.compact(iri))

    def _as_json(self, term: Term | None) -> object:
        value = value_of(term)
        return value if value is None or isinstance(value, bool | int) else str(value)

    def _cite(self, question: str, found: list[Attribution]) -> str:
        """Return one sentence to cite an answer by: data set, question, and sources with dates and places."""
        sources: dict[tuple[str, str], set[str]] = {}
        for each in found:
            where = sources.setdefault((each.title, each.as_of), set())
            where.update(place_in_words(place) for place in each.places if not each.inferred)
        listed = []
        for (title, as_of), where in sorted(sources.items()):
            shown = sorted(where)
            more = " and more" if len(shown) > _PLACES else ""
            places = f", {', '.join(shown[:_PLACES])}{more}" if shown else ""
            listed.append(f"{title}{f' (as of {as_of})' if as_of else ''}{places}")
        profile = self.graph.profile
        return f"{profile.name}, “{question}” <{profile.base}>. Sources: {'; '.join(listed) or 'none'}."


def _words(query: Mapping[str, Any]) -> str:
    return fold(f"{query['name']} {query['question']} {' '.join(query['tags'])}")
