"""What people call things: a slug, an IRI, a prefixed name or any recorded spelling, within a kind."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable
from functools import cached_property

from pyoxigraph import NamedNode

from ascn_graph.errors import EngineError, UnknownName
from ascn_graph.namespaces import STANDARD, is_safe_iri, slug
from ascn_graph.nearest import nearest
from ascn_graph.profile import Profile
from ascn_graph.results import Bindings, Engine

__all__ = ["Names", "fold"]

_LABELS = f"""
SELECT DISTINCT ?thing ?name WHERE {{
  VALUES ?property {{ <{STANDARD["rdfs"]}label> <{STANDARD["skos"]}altLabel> <{STANDARD["skos"]}hiddenLabel> }}
  ?thing ?property ?name .
}}
"""


def fold(text: str) -> str:
    """Fold case, accents and spacing, so that spellings of one name compare equal in any script."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


class Names:
    """Finds the one thing that a name means.

    Args:
        engine: gives an engine over the whole graph; it is asked only when a name is no slug of the kind.
        profile: what the kinds are and where their IRIs begin.
    """

    def __init__(self, engine: Callable[[], Engine], profile: Profile) -> None:
        self._engine = engine
        self._profile = profile
        self._quiet = frozenset(name for name, kind in profile.kinds.items() if kind.quiet)
        self._known: dict[tuple[str, str], str] = {}

    @cached_property
    def _index(self) -> dict[str, set[str]]:
        """The things by folded name and by slug."""
        answer = self._engine().run(_LABELS)
        if not isinstance(answer, Bindings):
            raise EngineError("The labels of the graph could not be read: the engine gave no table.")
        index: dict[str, set[str]] = defaultdict(set)
        for thing, name in answer.rows:
            if isinstance(thing, NamedNode) and name is not None and self._profile.kind_of(thing.value):
                index[fold(name.value)].add(thing.value)
                last = thing.value.rsplit("/", 1)[1]
                # What happened in one year answers to its name without the year too: chairmanship/singapore-2018.
                index[last].add(thing.value)
                index[re.sub(r"-\d{4}$", "", last)].add(thing.value)
        return index

    def _is_there(self, iri: str) -> bool:
        return self._engine().run(f"ASK {{ <{iri}> ?property ?value }}") is True

    def resolve(self, kind: str, text: str) -> str:
        """Give the IRI of the thing of a kind (`any` for every kind) that a person named.

        Raises:
            UnknownName: none or several things answer to the name; the message lists the nearest.
        """
        if (kind, text) not in self._known:
            self._known[kind, text] = self._find(kind, text)
        return self._known[kind, text]

    def _find(self, kind: str, text: str) -> str:
        wanted = text.strip().removeprefix("<").removesuffix(">")
        iri = wanted if "://" in wanted else self._profile.expand(wanted)
        if iri is not None:
            if not is_safe_iri(iri):
                raise UnknownName(f"{_quoted(text)} is not a valid IRI.")
            right_kind = iri.startswith(self._profile.things) if kind == "any" else self._profile.kind_of(iri) == kind
            if right_kind and self._is_there(iri):
                return iri
            raise UnknownName(f"{_quoted(text)} is no {_thing(kind)} of this graph{self._near_iri(kind, iri)}")
        if (
            kind != "any"
            and wanted == slug(wanted)
            and wanted
            and self._is_there(self._profile.thing_iri(kind, wanted))
        ):
            return self._profile.thing_iri(kind, wanted)
        found = self._named(kind, wanted)
        if len(found) == 1:
            return found[0]
        if found:
            listed = ", ".join(self._profile.compact(candidate) for candidate in found)
            raise UnknownName(f"{_quoted(text)} may mean {len(found)} things: {listed}. Give one of these.")
        raise UnknownName(f"{_quoted(text)} names no {_thing(kind)}{self._near(kind, wanted)}")

    def _named(self, kind: str, text: str) -> list[str]:
        # A slug drops what it cannot write: a name with marks that nobody sees is not the name without them.
        plain = slug(text) if text.isprintable() else ""
        found = self._index.get(fold(text), set()) | (self._index.get(plain, set()) if plain else set())
        # Such a thing repeats the name of what it is about: it is found by its IRI alone.
        quiet = self._quiet if kind == "any" else ()
        return sorted(
            iri
            for iri in found
            if (kind in ("any", self._profile.kind_of(iri))) and self._profile.kind_of(iri) not in quiet
        )

    def _near_iri(self, kind: str, iri: str) -> str:
        within = self._profile.kind_of(iri) if kind == "any" else kind
        return self._near(within or kind, re.split(r"[/#]", iri)[-1])

    def _near(self, kind: str, text: str) -> str:
        names = {
            iri.rsplit("/", 1)[1]: iri
            for things in self._index.values()
            for iri in things
            if (kind == "any" and self._profile.kind_of(iri) not in self._quiet) or self._profile.kind_of(iri) == kind
        }
        wanted = set(names.values())
        spellings = {name: iri for name, things in self._index.items() for iri in things if iri in wanted}
        near = nearest(fold(text), spellings, most=6)
        shown = list(dict.fromkeys(spellings[name].rsplit("/", 1)[1] for name in near))[:3]
        return f": did you mean {' or '.join(shown)}?" if shown else "."


def _thing(kind: str) -> str:
    return "thing" if kind == "any" else kind


def _quoted(text: str) -> str:
    plain = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)
    return f"'{plain[:80]}'"
