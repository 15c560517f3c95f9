"""What is said of one thing, written as Turtle, N-Triples, JSON-LD and RDF/XML."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple

from ascn_graph.errors import InputError
from ascn_graph.formats import graphs
from ascn_graph.namespaces import STANDARD
from ascn_graph.publishing.fact_index import TYPE, AnyTerm, Fact
from ascn_graph.publishing.views import Views

__all__ = ["Description", "Documents", "forms", "triples"]

_STRING = STANDARD["xsd"] + "string"
_ALIASES = {"id": "@id", "type": "@type"}


#: Some subjects with what is said of each; the first is what the document is about.
Description = Sequence[tuple[str, list[Fact]]]


def triples(description: Description) -> list[Triple]:
    """Return a description as triples, subject by subject, types first."""
    return [
        Triple(
            BlankNode(subject[2:]) if subject.startswith("_:") else NamedNode(subject),
            NamedNode(fact.predicate),
            fact.value,
        )
        for subject, facts in description
        for fact in sorted(facts, key=lambda fact: fact.predicate != TYPE)
    ]


def forms(said: Sequence[Triple], prefixes: Mapping[str, str], jsonld: bytes) -> dict[str, bytes]:
    """Return triples in each form of a document, by file extension: beside their JSON-LD what else there is."""
    return {
        "ttl": graphs.written(said, RdfFormat.TURTLE, prefixes),
        "nt": graphs.written(said, RdfFormat.N_TRIPLES),
        "jsonld": jsonld,
        "rdf": graphs.rdfxml(said, prefixes),
    }


class Documents:
    """Writes descriptions.

    Args:
        views: what was read.
    """

    def __init__(self, views: Views) -> None:
        self._views = views
        self._context = _Context(views.profile.context)

    def describe(self, iri: str, parts: Iterable[str] = ()) -> Description:
        """Return what a document about a thing holds.

        That is: its own facts, those of its parts (the IRIs with its fragment), the statements that restate a fact of
        either, what is said of blank nodes among their values, and the evidence of all of them. So every fact comes
        with the place that states it.
        """
        graph, derived = self._views.graph, self._views.profile.evidence.derived_from
        subjects = [iri, *(part for part in parts if part in graph.facts)]
        for about in tuple(subjects):
            subjects.extend(graph.statements(about))
        known = set(subjects)
        for subject in subjects:
            values = dict.fromkeys(
                str(fact.value) for fact in graph.facts.get(subject, ()) if isinstance(fact.value, BlankNode)
            )
            subjects.extend(value for value in values if value not in known)
            known.update(values)
        evidence = {
            fact.value.value
            for subject in subjects
            for fact in graph.facts.get(subject, ())
            if fact.predicate == derived and isinstance(fact.value, NamedNode) and "#" in fact.value.value
        }
        subjects.extend(sorted(evidence.difference(subjects)))
        found = ((subject, graph.facts.get(subject, [])) for subject in dict.fromkeys(subjects))
        return [(subject, facts) for subject, facts in found if facts]

    def forms(self, description: Description) -> dict[str, bytes]:
        """Return a description in each form, by file extension."""
        known = self._views.profile.prefixes
        iris = set(_iris(description))
        names = map(self._views.compact, iris)
        used = {name.partition(":")[0] for name in names if "://" not in name}
        prefixes = {prefix: known[prefix] for prefix in sorted(used & known.keys())}
        return forms(triples(description), prefixes, self._jsonld(description, iris))

    def _jsonld(self, description: Description, iris: Iterable[str]) -> bytes:
        """Write JSON-LD with the part of the published context that it uses inside, so that reading fetches nothing."""
        # An IRI such as `ascn:x` would be taken for a prefix and a name.
        is_safe = self._context.keys.isdisjoint(iri.partition(":")[0] for iri in iris)
        context, nodes = (self._context if is_safe else _Context(None)).document(description)
        # One node a line: readable enough, and a fifth of the time of indenting.
        lines = ",\n".join(json.dumps(node, ensure_ascii=False) for node in nodes)
        return f'{{"@context": {json.dumps(context)},\n"@graph": [\n{lines}\n]}}\n'.encode()


class _Context:
    """Short names for IRIs, and what the values of a property are read as: those of a published context.

    Args:
        file: JSON with prefixes, terms, and terms with `@id` and `@type` under `@context`; None for no short names.

    Raises:
        InputError: the file is not JSON with a context.
    """

    def __init__(self, file: Path | None) -> None:
        try:
            stated = json.loads(file.read_bytes())["@context"] if file else {}
            named = {key: value for key, value in stated.items() if not key.startswith("@") and key not in _ALIASES}
            self._prefixes = {k: v for k, v in named.items() if isinstance(v, str) and v[-1:] in "#/"}
            self._terms: dict[str, tuple[str, str]] = {}
            for term, value in named.items():
                given = value if isinstance(value, dict) else {"@id": value}
                if term not in self._prefixes:
                    self._terms[self._whole(given["@id"])] = term, self._whole(given.get("@type", ""))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise InputError("is not JSON with an object under '@context'", str(file), 1, 1) from error
        #: What an IRI must not begin with, which would be read as short.
        self.keys = frozenset(named) | _ALIASES.keys()

    def _whole(self, name: str) -> str:
        prefix, colon, local = name.partition(":")
        return self._prefixes[prefix] + local if colon and prefix in self._prefixes else name

    def document(self, description: Description) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """Return subjects with their facts as JSON-LD that reads back as the same triples.

        Returns:
            The part of the context that the nodes use, and a node a subject.
        """
        self._used: dict[str, Any] = dict(_ALIASES if self._terms else {})
        nodes = [self._node(subject, facts) for subject, facts in description]
        return dict(sorted(self._used.items())), nodes

    def _node(self, subject: str, facts: Iterable[Fact]) -> dict[str, Any]:
        """Write one subject."""
        name, kind = ("id", "type") if self._terms else ("@id", "@type")
        node: dict[str, Any] = {name: subject}
        for fact in facts:
            if fact.predicate == TYPE and isinstance(fact.value, NamedNode):
                node.setdefault(kind, []).append(self._name(fact.value.value)[0])
            else:
                key, coerced = self._name(fact.predicate)
                node.setdefault(key, []).append(self._value(fact.value, coerced))
        return {key: value[0] if isinstance(value, list) and len(value) == 1 else value for key, value in node.items()}

    def _name(self, iri: str) -> tuple[str, str]:
        """Return the short name of an IRI and what its values are read as, noting both for the context."""
        if iri in self._terms:
            term, coerced = self._terms[iri]
            self._used[term] = {"@id": iri, "@type": coerced} if coerced else iri
            return term, coerced
        for prefix, space in self._prefixes.items():
            if iri.startswith(space) and iri[len(space) :].isidentifier():
                self._used[prefix] = space
                return f"{prefix}:{iri[len(space) :]}", ""
        return iri, ""

    def _value(self, term: AnyTerm, coerced: str) -> str | dict[str, str]:
        if isinstance(term, NamedNode):
            return term.value if coerced == "@id" else {"@id": term.value}
        if not isinstance(term, Literal):
            return {"@id": str(term)}
        if term.language is not None:
            return {"@value": term.value, "@language": term.language}
        datatype = term.datatype.value
        if datatype == (coerced or _STRING):
            return term.value
        return {"@value": term.value} | ({} if datatype == _STRING else {"@type": self._name(datatype)[0]})


def _iris(description: Description) -> Iterator[str]:
    """Yield every IRI that a description uses: of subjects, predicates, values and datatypes."""
    for subject, facts in description:
        yield subject
        for fact in facts:
            yield fact.predicate
            if isinstance(fact.value, NamedNode):
                yield fact.value.value
            elif isinstance(fact.value, Literal):
                yield fact.value.datatype.value
