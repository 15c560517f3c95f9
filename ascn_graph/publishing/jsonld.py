"""JSON-LD in the words of the published context, each document with the part of it that it uses."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode

from ascn_graph.errors import InputError
from ascn_graph.namespaces import STANDARD
from ascn_graph.publishing.fact_index import TYPE, AnyTerm, Fact

__all__ = ["Context", "iris"]

_STRING = STANDARD["xsd"] + "string"
_ALIASES = {"id": "@id", "type": "@type"}


class Context:
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
        self._keys = frozenset(named) | _ALIASES.keys()

    def _whole(self, name: str) -> str:
        prefix, colon, local = name.partition(":")
        return self._prefixes[prefix] + local if colon and prefix in self._prefixes else name

    def document(self, blocks: Sequence[tuple[str, list[Fact]]]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """Return subjects with their facts as JSON-LD that reads back as the same triples.

        Returns:
            The part of the context that the nodes use, and a node a subject.
        """
        # An IRI such as `ascn:x` would be taken for a prefix and a name.
        is_safe = self._keys.isdisjoint(iri.partition(":")[0] for iri in iris(blocks))
        writer = _Writer(self._terms, self._prefixes) if is_safe else _Writer({}, {})
        nodes = [writer.node(subject, facts) for subject, facts in blocks]
        return dict(sorted(writer.used.items())), nodes


def iris(blocks: Iterable[tuple[str, list[Fact]]]) -> Iterable[str]:
    """Return every IRI that some blocks use: of subjects, predicates, values and datatypes."""
    for subject, facts in blocks:
        yield subject
        for fact in facts:
            yield fact.predicate
            if isinstance(fact.value, NamedNode):
                yield fact.value.value
            elif isinstance(fact.value, Literal):
                yield fact.value.datatype.value


class _Writer:
    """Writes nodes, noting the part of the context that they use."""

    def __init__(self, terms: dict[str, tuple[str, str]], prefixes: dict[str, str]) -> None:
        self._terms = terms
        self._prefixes = prefixes
        self.used: dict[str, Any] = dict(_ALIASES if terms else {})

    def node(self, subject: str, facts: Iterable[Fact]) -> dict[str, Any]:
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
            self.used[term] = {"@id": iri, "@type": coerced} if coerced else iri
            return term, coerced
        for prefix, space in self._prefixes.items():
            if iri.startswith(space) and iri[len(space) :].isidentifier():
                self.used[prefix] = space
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
