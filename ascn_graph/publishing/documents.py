"""What is said of one thing, written as Turtle, N-Triples and JSON-LD."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from pyoxigraph import Literal, NamedNode

from ascn_graph.namespaces import PREFIXES, compact
from ascn_graph.publishing.jsonld import Document, iris, packaged
from ascn_graph.publishing.reading import DERIVED_FROM, SUBJECT, TYPE, Fact, Published, Term

__all__ = ["FORMS", "Description", "describe", "embedded", "jsonld", "ntriples", "turtle"]

_STRING = PREFIXES["xsd"] + "string"

# What could end a script element, and what HTML forbids; JSON has escapes for all of it.
_UNSAFE = re.compile("[<>&\\u2028\\u2029\x7f-\x9f\\ufdd0-\\ufdef\\ufffe\\uffff]")

_short = lru_cache(maxsize=65536)(compact)


@dataclass(frozen=True)
class Description:
    """Some subjects with what is said of each; the first is what the document is about."""

    blocks: tuple[tuple[str, list[Fact]], ...]

    @property
    def size(self) -> int:
        """The number of triples."""
        return sum(len(facts) for _, facts in self.blocks)

    @cached_property
    def linked(self) -> Document:
        """The same as JSON-LD, which the page and the document beside it share."""
        return packaged().document(self.blocks)


def describe(graph: Published, iri: str, parts: Iterable[str] = ()) -> Description:
    """Gather what a document about a thing holds.

    That is: its own facts, those of its parts (the IRIs with its fragment), the statements that restate a fact of
    either, and the evidence of all of them. So every fact comes with the place that states it.
    """
    subjects = [iri, *(part for part in parts if part in graph.facts)]
    for about in tuple(subjects):
        subjects.extend(graph.subjects(SUBJECT, about))
    evidence = {
        fact.value.value
        for subject in subjects
        for fact in graph.facts.get(subject, ())
        if fact.predicate == DERIVED_FROM and isinstance(fact.value, NamedNode) and "#" in fact.value.value
    }
    subjects.extend(sorted(evidence.difference(subjects)))
    found = ((subject, graph.facts.get(subject, [])) for subject in dict.fromkeys(subjects))
    return Description(tuple((subject, facts) for subject, facts in found if facts))


def ntriples(description: Description) -> str:
    """Write N-Triples, subject by subject."""
    return "".join(
        f"<{subject}> <{fact.predicate}> {fact.value} .\n" for subject, facts in description.blocks for fact in facts
    )


def _prefixes(description: Description) -> dict[str, str]:
    used = {name.partition(":")[0] for name in map(_short, set(iris(description.blocks))) if "://" not in name}
    return {prefix: PREFIXES[prefix] for prefix in sorted(used) if prefix in PREFIXES}


def _resource(iri: str) -> str:
    short = _short(iri)
    return f"<{iri}>" if short == iri else short


def _object(term: Term) -> str:
    if isinstance(term, NamedNode):
        return _resource(term.value)
    if isinstance(term, Literal) and term.language is None and term.datatype.value != _STRING:
        return f"{Literal(term.value)}^^{_resource(term.datatype.value)}"
    return str(term)


def turtle(description: Description) -> str:
    """Write Turtle: types first, one predicate a line."""
    lines = [f"@prefix {prefix}: <{iri}> ." for prefix, iri in _prefixes(description).items()]
    for subject, facts in description.blocks:
        lines += ["", _resource(subject)]
        by_predicate: dict[str, list[str]] = {TYPE: []}
        for fact in facts:
            by_predicate.setdefault(fact.predicate, []).append(_object(fact.value))
        for predicate, values in by_predicate.items():
            if values:
                verb = "a" if predicate == TYPE else _resource(predicate)
                lines.append(f"    {verb} {', '.join(values)} ;")
        lines.append(".")
    return "\n".join(lines) + "\n"


def jsonld(description: Description) -> str:
    """Write JSON-LD with the part of the published context that it uses inside, so that reading it fetches nothing."""
    document = description.linked
    # One node a line: readable enough, and a fifth of the time of indenting.
    nodes = ",\n".join(json.dumps(node, ensure_ascii=False) for node in document.nodes)
    return f'{{"@context": {json.dumps(document.context)},\n"@graph": [\n{nodes}\n]}}\n'


def embedded(description: Description) -> str:
    """Write the first subject's JSON-LD for a script element: nothing in it can end the element or open a comment."""
    document = description.linked
    alone = {"@context": document.first, **node} if (node := next(iter(document.nodes), None)) else {}
    text = json.dumps(alone, ensure_ascii=False, separators=(",", ":"))
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


#: The forms of a document beside its page, by extension.
FORMS = {"ttl": turtle, "nt": ntriples, "jsonld": jsonld}
