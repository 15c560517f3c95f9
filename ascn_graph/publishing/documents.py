"""What is said of one thing, written as Turtle, N-Triples, JSON-LD and RDF/XML."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from pyoxigraph import NamedNode, RdfFormat, Triple

from ascn_graph.formats import graphs
from ascn_graph.namespaces import STANDARD
from ascn_graph.publishing.fact_index import TYPE, Fact
from ascn_graph.publishing.jsonld import Context, iris
from ascn_graph.publishing.views import Views

__all__ = ["Description", "Documents", "forms", "triples"]

_SUBJECT = STANDARD["rdf"] + "subject"


#: Some subjects with what is said of each; the first is what the document is about.
Description = Sequence[tuple[str, list[Fact]]]


def triples(description: Description) -> list[Triple]:
    """Return a description as triples, subject by subject, types first."""
    return [
        Triple(NamedNode(subject), NamedNode(fact.predicate), fact.value)
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
        self._context = Context(views.profile.context)

    def describe(self, iri: str, parts: Iterable[str] = ()) -> Description:
        """Return what a document about a thing holds.

        That is: its own facts, those of its parts (the IRIs with its fragment), the statements that restate a fact of
        either, and the evidence of all of them. So every fact comes with the place that states it.
        """
        graph, derived = self._views.graph, self._views.profile.evidence.derived_from
        subjects = [iri, *(part for part in parts if part in graph.facts)]
        for about in tuple(subjects):
            subjects.extend(graph.subjects(_SUBJECT, about))
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
        names = map(self._views.compact, set(iris(description)))
        used = {name.partition(":")[0] for name in names if "://" not in name}
        prefixes = {prefix: known[prefix] for prefix in sorted(used & known.keys())}
        return forms(triples(description), prefixes, self._jsonld(description))

    def _jsonld(self, description: Description) -> bytes:
        """Write JSON-LD with the part of the published context that it uses inside, so that reading fetches nothing."""
        context, nodes = self._context.document(description)
        # One node a line: readable enough, and a fifth of the time of indenting.
        lines = ",\n".join(json.dumps(node, ensure_ascii=False) for node in nodes)
        return f'{{"@context": {json.dumps(context)},\n"@graph": [\n{lines}\n]}}\n'.encode()
