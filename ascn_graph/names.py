"""What people call things: a slug, an IRI, a prefixed name or any recorded spelling, within a kind."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

from pyoxigraph import NamedNode

from ascn_graph.deadline import Deadline
from ascn_graph.errors import EndpointError, EngineError, ParameterError, UnknownName, UsageError, excerpt
from ascn_graph.namespaces import STANDARD, is_safe_iri, slug
from ascn_graph.nearest import did_you_mean, nearest
from ascn_graph.profile import Kind, Profile
from ascn_graph.results import Answer, Engine, Term
from ascn_graph.sparql import literal_term

__all__ = ["Names", "fold"]

_REFUSALS = (400, 500, 501)  # how an endpoint that has no GRAPH may answer one
_WORD = 4  # letters: nothing in an IRI of other data is a slip for one of our codes of two or three


def fold(text: str) -> str:
    """Fold case, accents and spacing, so that spellings of one name compare equal in any script."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


class Names:
    """Finds the one thing that a name means.

    Args:
        engine: returns an engine over the whole graph; it is asked only when a name is no slug of the kind.
        profile: what the kinds are and where their IRIs begin.
        graphs: returns the named graphs that hold the graph on an endpoint, where other data may stand beside it.
    """

    def __init__(self, engine: Callable[[], Engine], profile: Profile, graphs: Callable[[], Sequence[str]]) -> None:
        self._engine = engine
        self._profile = profile
        self._graphs = graphs
        self._quiet = frozenset(name for name, kind in profile.kinds.items() if kind.quiet)
        self._known: dict[tuple[str, str], str] = {}
        self._indexes: dict[str, dict[str, set[str]]] = {}

    def resolve(self, kind: str, text: str, deadline: Deadline) -> str:
        """Return the IRI of the thing of a kind (`any` for every kind, "" for any IRI at all) that a person named.

        Raises:
            UnknownName: none or several things answer to the name; the message lists the nearest.
            UsageError: there is no such kind.
            TimeoutError: the deadline has passed.
        """
        if not kind:
            return self._profile.iri_of(text)
        if kind != "any" and kind not in self._profile.kinds:
            hint = did_you_mean(kind, self._profile.kinds) or f"; there are {', '.join(self._profile.kinds)}, or any."
            raise UsageError(f"There is no kind of thing '{kind}'{hint}")
        if (kind, text) not in self._known:
            try:
                self._known[kind, text] = self._find(kind, text, deadline)
            except UnknownName:
                self.require_graph(deadline)
                raise
        return self._known[kind, text]

    def require_graph(self, deadline: Deadline) -> None:
        """Refuse an endpoint that shows nothing of this graph: what it does not find tells nothing.

        Raises:
            EngineError: it shows nothing of it.
        """
        engine, profile = self._engine(), self._profile
        if engine.name == "remote" and self._run(f"ASK {{ {self._of_kind('any')} }}", deadline) is not True:
            raise EngineError(
                f"The endpoint {getattr(engine, 'url', '')} shows nothing of this graph, whose things begin with "
                f"{profile.things}; where named graphs hold it, add --graphs {profile.prefix}, or fill the default "
                "graph by `ascn push --union`."
            )

    def _run(self, text: str, deadline: Deadline) -> Answer:
        return self._engine().run(text, timeout=deadline.left())

    def _rows(self, text: str, deadline: Deadline) -> Iterator[Sequence[Term | None]]:
        answer = self._run(text, deadline)
        if isinstance(answer, bool):
            raise EngineError("The labels of the graph could not be read: the engine gave no table.")
        return answer.rows

    def _kinds(self, kind: str) -> list[Kind]:
        kinds = self._profile.kinds
        return [kinds[kind]] if kind in kinds else [each for each in kinds.values() if not each.quiet]

    def _called(self, kind: str) -> str:
        """Return the pattern of what the things of a kind are called."""
        # Not with VALUES for the property: rdflib would read every triple for it.
        kinds = self._kinds(kind)
        names = self._profile.names(*(each.name for each in kinds))
        codes = (code for each in kinds for code in each.codes)
        return " UNION ".join(f"{{ ?thing <{name}> ?name }}" for name in dict.fromkeys((*names, *codes)))

    def _of_kind(self, kind: str) -> str:
        """Return the pattern of the things of a kind: they are found by their classes, not by reading every label."""
        # Neither VALUES for the class here nor DISTINCT around it: rdflib would compare each thing with each name.
        branches = (
            f"{{ ?thing a <{type_}> }} UNION {{ ?part <{STANDARD['rdfs']}subClassOf> <{type_}> . ?thing a ?part }}"
            for type_ in dict.fromkeys(each.type for each in self._kinds(kind))
        )
        return f"{' UNION '.join(branches)} {self._ours()}"

    def _ours(self, kind: str = "any") -> str:
        begin = self._profile.things if kind == "any" else self._profile.thing_iri(kind, "")
        return f'FILTER(STRSTARTS(STR(?thing), "{begin}"))'

    def _patterns(self, kind: str) -> Iterator[str]:
        """Yield the patterns of the things of a kind and what they are called, until one finds some."""
        called = self._called(kind)
        if graphs := " ".join(f"<{iri}>" for iri in self._graphs()):
            # Of the graphs of ours alone: people of another data set are of the class of ours, and no store has an
            # index of how IRIs begin. To ask for the class as well takes Jena forty times as long.
            yield f"VALUES ?graph {{ {graphs} }} GRAPH ?graph {{ {called} }} {self._ours(kind)}"
        yield f"{{ SELECT ?thing WHERE {{ {self._of_kind(kind)} }} }} {called}"
        yield f"{called} {self._ours()}"  # the graph may state no classes

    def _index(self, kind: str, deadline: Deadline) -> dict[str, set[str]]:
        """Return the things of a kind by folded name and by slug."""
        if kind in self._indexes:
            return self._indexes[kind]
        index: dict[str, set[str]] = defaultdict(set)
        for pattern in self._patterns(kind):
            try:
                rows = self._rows(f"SELECT DISTINCT ?thing ?name WHERE {{ {pattern} }}", deadline)
            except EndpointError as error:
                if "GRAPH" in pattern and error.status in _REFUSALS:
                    continue
                raise
            for thing, name in rows:
                if isinstance(thing, NamedNode) and name is not None and self._fits(kind, thing.value):
                    index[fold(name.value)].add(thing.value)
                    last = thing.value.rsplit("/", 1)[1]
                    # What happened in one year answers to its name without the year.
                    index[last].add(thing.value)
                    index[re.sub(r"-\d{4}$", "", last)].add(thing.value)
            if index:
                break
        self._indexes[kind] = index
        return index

    def _fits(self, kind: str, iri: str) -> bool:
        """Return whether a thing is of a kind; a quiet one repeats another's name, and is found by its IRI alone."""
        its_kind = self._profile.kind_of(iri)
        return its_kind == kind or (kind == "any" and its_kind is not None and its_kind not in self._quiet)

    def _is_there(self, iri: str, deadline: Deadline) -> bool:
        return self._run(f"ASK {{ <{iri}> ?property ?value }}", deadline) is True

    def _find(self, kind: str, text: str, deadline: Deadline) -> str:
        wanted = text.strip().removeprefix("<").removesuffix(">")
        iri = self._profile.iri_of(wanted)
        if iri != wanted or "://" in wanted:
            if not is_safe_iri(iri):
                raise UnknownName(f"'{excerpt(text)}' is not a valid IRI.")
            right_kind = iri.startswith(self._profile.things) if kind == "any" else self._profile.kind_of(iri) == kind
            if right_kind and self._is_there(iri, deadline):
                return iri
            one = f"{'an' if kind[0] in 'aeio' else 'a'} {kind}"
            told = "in this graph" if kind == "any" else f"{one} of this graph"
            raise UnknownName(f"'{excerpt(text)}' is not {told}{self._near_iri(kind, iri, deadline)}")
        if kind != "any" and wanted == slug(wanted) and wanted:
            iri = self._profile.thing_iri(kind, wanted)
            if self._is_there(iri, deadline):
                return iri
        found = self._exactly(kind, wanted, deadline)
        if len(found) != 1:
            found = self._named(kind, wanted, deadline)
        if len(found) == 1:
            return found[0]
        if found:
            listed = ", ".join(self._profile.compact(candidate) for candidate in found)
            raise UnknownName(f"'{excerpt(text)}' may mean {len(found)} things: {listed}. Give one of these.")
        told = "Nothing" if kind == "any" else f"No {kind}"
        near = self._near(kind, wanted, deadline)
        raise UnknownName(f"{told} in this graph is called '{excerpt(text)}'{near}")

    def _exactly(self, kind: str, text: str, deadline: Deadline) -> list[str]:
        """Return the things of a kind that are called exactly so, which every store finds without reading labels."""
        try:
            name = literal_term(text)
        except ParameterError:
            return []
        if kind == "any" or not text:
            return []  # things of several kinds may share a name that only one of them spells so
        pattern = f"VALUES ?name {{ {name} {name}@en }} {self._called(kind)} {self._ours()}"
        rows = self._rows(f"SELECT DISTINCT ?thing WHERE {{ {pattern} }}", deadline)
        things = {row[0].value for row in rows if isinstance(row[0], NamedNode)}
        return sorted(iri for iri in things if self._fits(kind, iri))

    def _named(self, kind: str, text: str, deadline: Deadline) -> list[str]:
        # A slug drops what it cannot write: a name with marks that nobody sees is not the name without them.
        plain = slug(text) if text.isprintable() else ""
        index = self._index(kind, deadline)
        return sorted(index.get(fold(text), set()) | (index.get(plain, set()) if plain else set()))

    def _near_iri(self, kind: str, iri: str, deadline: Deadline) -> str:
        within = self._profile.kind_of(iri) if kind == "any" else kind
        is_ours = iri.startswith(self._profile.things)
        return self._near(within or kind, re.split(r"[/#]", iri)[-1], deadline, shortest=1 if is_ours else _WORD)

    def _near(self, kind: str, text: str, deadline: Deadline, *, shortest: int = 1) -> str:
        """Return what was meant, or what is nearest; where names are to be longer, only what was likely meant."""
        index = self._index(kind, deadline)
        name = fold(text)
        likely = nearest(name, (each for each in index if len(each) >= shortest), most=6)
        near = likely or (nearest(name, index, most=1, alike=0.0) if name and shortest == 1 else [])
        meant = list(dict.fromkeys(iri.rsplit("/", 1)[1] for each in near for iri in sorted(index[each])))[:3]
        if not meant:
            return "."
        return f": did you mean {' or '.join(meant)}?" if likely else f"; the nearest is {meant[0]}."
