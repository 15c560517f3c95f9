"""Facts made ready to show: what to read, where a click leads, and who says so."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache, cached_property
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode

from ascn_graph.errors import UsageError, counted
from ascn_graph.formats import plain
from ascn_graph.namespaces import STANDARD
from ascn_graph.publishing import wording
from ascn_graph.publishing.addresses import Addresses
from ascn_graph.publishing.fact_index import TYPE, AnyTerm, Fact, FactIndex
from ascn_graph.publishing.settings import SiteSettings
from ascn_graph.publishing.view_models import Citation, EvidenceNote, Link, ValueView, by_text

__all__ = ["Notes", "Views"]

_XSD = STANDARD["xsd"]
_URL = STANDARD["schema"] + "url"

# What the terms of the usual vocabularies are called, and what points at a thing by them.
_USUAL = Path(__file__).with_name("words.toml")
_PREPOSITIONS = ("about", "at", "by", "for", "from", "in", "of", "on", "to", "with")

# What comes first on a page; everything else follows by its words.


class Notes:
    """The notes of one page, each once, numbered in order of first use."""

    def __init__(self, views: Views) -> None:
        self._views = views
        self._notes: dict[EvidenceNote, EvidenceNote] = {}

    def __iter__(self) -> Iterator[EvidenceNote]:
        return iter(self._notes.values())

    def __len__(self) -> int:
        return len(self._notes)

    def of(self, subject: str, fact: Fact, via: str = "") -> tuple[EvidenceNote, ...]:
        """Return who states a fact, graph by graph: the graphs in which it stands, at the places its node names there.

        Args:
            subject: the subject of the fact.
            fact: the fact.
            via: a node whose places in the same graph are nearer to the fact than those of its subject.
        """
        graph = self._views.graph
        found: list[tuple[str, str]] = []
        for name in fact.graphs:
            near = graph.places(via, name) if via else []
            found.extend((name, place) for place in near or graph.evidence(subject, fact, name) or [""])
        # What this graph merely repeats adds nothing to what a source says.
        told = [pair for pair in found if self._views.note(*pair).kind != "own"]
        return tuple(dict.fromkeys(self.number(self._views.note(*pair)) for pair in told or found))

    def number(self, note: EvidenceNote) -> EvidenceNote:
        """Return a note with its number on the page."""
        return self._notes.setdefault(note, note._replace(number=len(self._notes) + 1))


class Views:
    """Turns what was read into what is shown.

    Args:
        graph: what was read.
        settings: the names and words of the graph.
    """

    def __init__(self, graph: FactIndex, settings: SiteSettings) -> None:
        self.graph = graph
        self.settings = settings
        self.profile = settings.profile
        self.addresses = Addresses(settings.profile)
        self._first = (TYPE, *self.profile.names(), STANDARD["skos"] + "definition")
        usual = tomllib.loads(_USUAL.read_text("utf-8"))
        self._words: dict[str, str] = usual["words"] | settings.words
        self._headings: dict[str, str] = usual["incoming"] | settings.incoming
        #: Returns the prefixed name of an IRI where one is short and legal, else the IRI itself.
        self.compact = cache(settings.profile.compact)
        #: Returns the link to an IRI: into the site for ours, out of it for those of the web, none for any other.
        self.link = cache(self._link)
        #: Returns the note, not yet numbered, of a graph and of what it derives a fact from.
        self.note = cache(self._note)
        if settings.language and settings.language not in map(str.lower, (known := graph.languages())):
            there = ", ".join(known) or "none"
            raise UsageError(f"No label is in the language '{settings.language}'; there are {there}.")

    def name(self, iri: str) -> tuple[str, str | None]:
        """Return what an IRI is called, and in which language."""
        label = self.graph.label(iri)
        if label and label[0].strip():
            return label
        short = self.compact(iri)
        if short in self._words:
            return self._words[short], "en"
        whole, mark, _ = iri.partition("#")
        if mark and self.profile.kind_of(whole) == self.settings.source_kind:
            return f"{self.name(whole)[0]}, {self.place(iri)}", None
        return short, None

    @cached_property
    def _times(self) -> Counter[str]:
        return Counter(self.name(thing)[0] for thing in self.graph.things)

    def title(self, iri: str) -> str:
        """Return a name that tells a thing from others of the same name: with its kind where there are any."""
        name, kind = self.name(iri)[0], self.profile.kind_of(iri)
        return f"{name} ({kind.replace('-', ' ')})" if kind and self._times[name] > 1 else name

    def columns(self, iri: str) -> list[tuple[list[Link], str]]:
        """Return what the list of its kind shows of a thing, and is sorted by, column by column."""
        found = []
        for one in self.settings.columns.get(self.profile.kind_of(iri) or "", []):
            facts = [fact for fact in self.graph.facts.get(iri, ()) if fact.predicate == one]
            links = [self.value(iri, fact) for fact in facts]
            exact = next((fact.value.value for fact in facts[:1] if isinstance(fact.value, Literal)), "")
            found.append((links, exact or min((link.text for link in links), default="")))
        return found

    def summary(self, iri: str) -> str:
        """Return a sentence or two of facts about a thing, for search engines."""
        sorts = ", ".join(dict.fromkeys(self.name(one)[0] for one in self.graph.types(iri)))
        headings = self.settings.columns.get(self.profile.kind_of(iri) or "", [])
        told = [
            f"{self.link(heading).text} {', '.join(one.text for one in links)}"
            for heading, (links, _) in zip(headings, self.columns(iri), strict=True)
            if links and heading != TYPE
        ]
        graphs = {name for fact in self.graph.facts.get(iri, ()) for name in fact.graphs}
        said = sum(bool(self.settings.source(name)) for name in graphs)
        sources = f" Stated by {counted(said, 'source')}." if said else ""
        return f"{self.title(iri)}{f', {sorts}' if sorts else ''}{': ' if told else ''}{'; '.join(told)}.{sources}"

    def place(self, iri: str) -> str:
        """Return in words where in its source a piece of evidence lies."""
        terms = self.profile.evidence
        text, begin, end = (self.graph.text(iri, part) for part in (terms.line, terms.begin, terms.end))
        if text:
            return f"line {text}, characters {begin} to {end}"
        for word, part in (("page", terms.page), ("record", terms.record)):
            found = self.graph.text(iri, part)
            if found:
                return f"{word} {found}"
        return iri.partition("#")[2].replace("=", " ", 1)

    def _link(self, iri: str) -> Link:
        text, language = self.name(iri)
        place = self.addresses.find(iri)
        local = self.graph.local(iri, self.settings.language) if self.settings.language else None
        if place is not None and self._has_page(iri):
            return Link(text, language, place.page, local=local)
        is_web = place is None and iri.startswith(("https://", "http://"))
        return Link(text, language, iri if is_web else "", external=is_web, code=not is_web, local=local)

    def _has_page(self, iri: str) -> bool:
        # What others merely point at has no page; a part is on that of its whole.
        known = iri.partition("#")[0] in self.graph.facts
        return known or iri.removeprefix(self.profile.graphs) in self.graph.graphs or not self.profile.kind_of(iri)

    def show(self, term: AnyTerm) -> Link:
        """Return a term as something to read, with a link where it is one."""
        if isinstance(term, NamedNode):
            return self.link(term.value)
        if isinstance(term, BlankNode):
            return Link(plain.inside(term, self._said, self._words_of))
        if not isinstance(term, Literal):
            return Link(str(term), code=True)
        datatype = term.datatype.value
        if datatype == _XSD + "anyURI" and term.value.startswith(("https://", "http://")):
            return Link(term.value, href=term.value, external=True)
        text = wording.literal(term)
        exact = term.value if text != term.value else ""
        return Link(text, term.language, code=datatype == _XSD + "hexBinary", exact=exact)

    def _said(self, node: BlankNode) -> list[tuple[str, AnyTerm]]:
        """Return what is said of a node without an IRI but for its types, which the words for it tell."""
        return [(fact.predicate, fact.value) for fact in self.graph.facts.get(str(node), ()) if fact.predicate != TYPE]

    def _words_of(self, term: AnyTerm) -> str:
        """Return a term in words; an empty text for a node without an IRI and a name."""
        if isinstance(term, BlankNode):
            return (self.graph.label(str(term)) or ("",))[0]
        return self.show(term).text

    def value(self, subject: str, fact: Fact) -> Link:
        """Return the object of a fact as something to read, an amount with its unit."""
        unit = self.settings.units.get(fact.predicate)
        if unit and isinstance(fact.value, Literal):
            text = wording.amount(fact.value.value, self.graph.text(subject, unit))
            return Link(text, exact=f"{fact.value.value} {self.graph.text(subject, unit)}".strip())
        return self.show(fact.value)

    def _note(self, graph: str, about: str) -> EvidenceNote:
        # Without evidence it is the graph that speaks.
        source = self.graph.first(about, self.profile.evidence.part_of) if about else self.settings.source(graph)
        place = about if source else ""
        if not source and self.profile.kind_of(about) == self.settings.source_kind:
            source = about
        if about and not source:
            return EvidenceNote(0, f"inferred from: {self.link(about).text}", "inferred", self.link(about))
        if not about and source not in self.graph.facts:
            return EvidenceNote(0, graph, "own", self.link(self.profile.graph_iri(graph)))
        as_of = self.graph.text(source, self.profile.evidence.as_of)
        brief = self.name(source)[0]
        if as_of and wording.date(as_of) not in brief:
            brief += f" (as of {wording.date(as_of)})"
        if not place:
            return EvidenceNote(0, brief, "source", self.link(source), as_of=as_of)
        words = self.place(place)
        cited = self.graph.iris(place, self.profile.evidence.citation)
        return EvidenceNote(
            0,
            f"{brief}, {words.partition(',')[0]}",
            "evidence",
            self.link(source),
            self.link(place)._replace(text=words, language="en"),
            as_of,
            self.graph.text(place, self.profile.evidence.quote),
            tuple(map(self._citation, cited)),
        )

    def _citation(self, iri: str) -> Citation:
        def web(predicate: str, text: str) -> Link | None:
            found = self.graph.text(iri, predicate)
            return Link(text, "en", found, external=True) if found.startswith(("https://", "http://")) else None

        archived = wording.date(self.graph.text(iri, self.profile.term("archived")))
        copy = web(self.profile.term("archiveUrl"), "archived copy")
        return Citation(self.link(iri), web(_URL, "web page"), copy, archived)

    def rows(self, iri: str, notes: Notes, *, leave: Iterable[str] = ()) -> list[tuple[Link, list[ValueView]]]:
        """Return what is said of a thing by predicate, kind and names first, then by the words for the predicate."""
        left = set(leave)
        rows: dict[str, list[ValueView]] = {}
        for fact in self.graph.facts.get(iri, ()):
            if fact.predicate not in left:
                rows.setdefault(fact.predicate, []).append(ValueView(self.value(iri, fact), notes.of(iri, fact)))
        return [(self.link(predicate), rows[predicate]) for predicate in sorted(rows, key=self._order)]

    def _order(self, predicate: str) -> tuple[int, str]:
        if predicate in self._first:
            return self._first.index(predicate), ""
        # Evidence comes last: the notes have told it already.
        return len(self._first) + (predicate == self.profile.evidence.derived_from), self.name(predicate)[0].casefold()

    def incoming(self, iri: str, *, leave: Iterable[str] = ()) -> list[tuple[str, list[Link]]]:
        """Return what points at a thing: a heading for each predicate, and the links."""
        left, derived = {TYPE, *leave}, self.profile.evidence.derived_from
        # A statement about a thing that is inferred from it too is listed once.
        about = set(self.graph.statements(iri))
        groups: dict[str, list[Link]] = {}
        for link in self.graph.incoming.get(iri, ()):
            if link.predicate not in left and not (link.predicate == derived and link.subject in about):
                groups.setdefault(link.predicate, []).append(self.link(link.subject))
        made = []
        for predicate, links in groups.items():
            word = self.link(predicate)
            heading = self._headings.get(self.compact(predicate)) or _heading(word.text)
            made.append((heading, word.text, by_text(dict.fromkeys(links))))
        return [(heading, links) for heading, _, links in sorted(made, key=lambda one: one[:2])]


def _heading(word: str) -> str:
    """Return a heading for what points at a thing by a property that no table has one for: `Developed by it`."""
    last = word.rpartition(" ")[2]
    return f"{word[:1].upper()}{word[1:]} it" if last in _PREPOSITIONS else f"Things with it as {word}"
