"""Facts made ready to show: what to read, where a click leads, and who says so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from pyoxigraph import Literal, NamedNode

from ascn_graph.namespaces import CONTAINER_GRAPHS, GRAPH, ONTOLOGY, PREFIXES, THING, compact
from ascn_graph.publishing import addresses
from ascn_graph.publishing.reading import DERIVED_FROM, SUBJECT, TYPE, Fact, Published, Term
from ascn_graph.publishing.shown import Citation, Group, Link, Note, Row, Value, by_text
from ascn_graph.publishing.words import INCOMING, WORDS

__all__ = ["Citation", "Group", "Link", "Note", "Notes", "Row", "Value", "Views", "by_text"]

_short = lru_cache(maxsize=65536)(compact)
_XSD = PREFIXES["xsd"]
_URL = PREFIXES["schema"] + "url"

# What comes first on a page; everything else follows by its words.
_FIRST = tuple(
    PREFIXES[prefix] + name
    for prefix, name in (
        ("rdf", "type"),
        ("rdfs", "label"),
        ("skos", "altLabel"),
        ("skos", "hiddenLabel"),
        ("skos", "definition"),
    )
)


class Notes:
    """The notes of one page, each once, numbered in order of first use."""

    def __init__(self, views: Views) -> None:
        self._views = views
        self._notes: dict[Note, Note] = {}

    def __iter__(self) -> Iterator[Note]:
        return iter(self._notes.values())

    def __len__(self) -> int:
        return len(self._notes)

    def of(self, subject: str, fact: Fact) -> tuple[Note, ...]:
        """Give who states a fact, graph by graph."""
        found: list[tuple[str, str]] = []
        for graph in fact.graphs:
            found.extend((graph, place) for place in self._views.graph.evidence(subject, fact, graph) or [""])
        # What this graph merely repeats adds nothing to what a source says.
        told = [pair for pair in found if self._views.note(*pair).kind != "own"]
        return tuple(dict.fromkeys(self._note(*pair) for pair in told or found))

    def about(self, thing: str) -> tuple[Note, ...]:
        """Give the evidence of a thing as a whole, leaving out what was only inferred."""
        return tuple(self._note(graph, place) for graph, place in self._views.places(thing))

    def _note(self, graph: str, about: str) -> Note:
        found = self._views.note(graph, about)
        return self._notes.setdefault(found, found._replace(number=len(self._notes) + 1))


class Views:
    """Turns what was read into what is shown."""

    def __init__(self, graph: Published) -> None:
        self.graph = graph
        self._links: dict[str, Link] = {}
        self._known: dict[tuple[str, str], Note] = {}

    def name(self, iri: str) -> tuple[str, str | None]:
        """Give what an IRI is called, and in which language."""
        label = self.graph.label(iri)
        if label and label[0].strip():
            return label
        short = _short(iri)
        if short in WORDS:
            return WORDS[short], "en"
        whole, mark, _ = iri.partition("#")
        if mark and whole.startswith(THING + "source/"):
            return f"{whole.removeprefix(THING + 'source/')}, {self.place(iri)}", None
        return short, None

    def place(self, iri: str) -> str:
        """Say in words where in its source a piece of evidence lies."""
        text, begin, end = (self.graph.text(iri, ONTOLOGY + part) for part in ("line", "begin", "end"))
        if text:
            return f"line {text}, characters {begin} to {end}"
        for part in ("page", "record"):
            found = self.graph.text(iri, ONTOLOGY + part)
            if found:
                return f"{part} {found}"
        return iri.partition("#")[2].replace("=", " ", 1)

    def link(self, iri: str) -> Link:
        """Give the link to an IRI: into the site for ours, out of it for those of the web, none for any other."""
        if iri not in self._links:
            text, language = self.name(iri)
            place = addresses.address(iri)
            if place is not None and self._has_page(iri):
                made = Link(text, language, addresses.page(place))
            elif iri.startswith(("https://", "http://")) and place is None:
                made = Link(text, language, iri, external=True)
            else:
                made = Link(text, language, code=True)
            self._links[iri] = made
        return self._links[iri]

    def _has_page(self, iri: str) -> bool:
        known = iri in self.graph.facts or iri in self.graph.incoming
        return known or iri.removeprefix(GRAPH) in self.graph.graphs or not iri.startswith(THING)

    def show(self, term: Term) -> Link:
        """Give a term as something to read, with a link where it is one."""
        if isinstance(term, NamedNode):
            return self.link(term.value)
        if not isinstance(term, Literal):
            return Link(str(term), code=True)
        datatype = term.datatype.value
        if datatype == _XSD + "anyURI" and term.value.startswith(("https://", "http://")):
            return Link(term.value, href=term.value, external=True)
        return Link(term.value, term.language, code=datatype == _XSD + "hexBinary")

    def note(self, graph: str, about: str) -> Note:
        """Make the note, not yet numbered, of a graph and of what it derives a fact from."""
        # Without evidence it is the graph that speaks.
        key = ("", about) if about else (graph, "")
        if key not in self._known:
            self._known[key] = self._derived(about) if about else self._bare(graph)
        return self._known[key]

    def places(self, thing: str) -> list[tuple[str, str]]:
        """Give the evidence of a thing as a whole, each with the graph that names it, without what is inferred from."""
        facts = (fact for fact in self.graph.facts.get(thing, ()) if fact.predicate == DERIVED_FROM)
        found = [(fact.graphs[0], fact.value.value) for fact in facts if isinstance(fact.value, NamedNode)]
        return [pair for pair in found if self.note(*pair).kind != "inferred"]

    def evidence(self, thing: str) -> list[Note]:
        """Give the notes, not numbered, of the evidence of a thing as a whole."""
        return [self.note(*pair) for pair in self.places(thing)]

    def _bare(self, graph: str) -> Note:
        source = THING + "source/" + graph
        if graph not in CONTAINER_GRAPHS and source in self.graph.facts:
            return self._from(source, None, "source")
        return Note(0, graph, "own", self.link(GRAPH + graph))

    def _derived(self, about: str) -> Note:
        source = self.graph.first(about, PREFIXES["dcterms"] + "isPartOf")
        if source:
            return self._from(source, about, "evidence")
        if about.startswith(THING + "source/"):
            return self._from(about, None, "source")
        link = self.link(about)
        return Note(0, f"inferred from: {link.text}", "inferred", link)

    def _from(self, source: str, place: str | None, kind: str) -> Note:
        as_of = self.graph.text(source, ONTOLOGY + "asOf")
        brief = source.removeprefix(THING + "source/") + (f" (as of {as_of})" if as_of else "")
        if place is None:
            return Note(0, brief, kind, self.link(source), as_of=as_of)
        words = self.place(place)
        cited = [v.value for v in self.graph.values(place, ONTOLOGY + "citation") if isinstance(v, NamedNode)]
        return Note(
            0,
            f"{brief}, {words.partition(',')[0]}",
            kind,
            self.link(source),
            self.link(place)._replace(text=words, language="en"),
            as_of,
            self.graph.text(place, ONTOLOGY + "quote"),
            tuple(map(self._citation, cited)),
        )

    def _citation(self, iri: str) -> Citation:
        def web(predicate: str, text: str) -> Link | None:
            found = self.graph.text(iri, predicate)
            return Link(text, "en", found, external=True) if found.startswith(("https://", "http://")) else None

        archived = self.graph.text(iri, ONTOLOGY + "archived")
        return Citation(self.link(iri), web(_URL, "web page"), web(ONTOLOGY + "archiveUrl", "archived copy"), archived)

    def rows(self, iri: str, notes: Notes, *, leave: Iterable[str] = ()) -> list[Row]:
        """Give what is said of a thing, kind and names first, then by the words for the predicate."""
        left = set(leave)
        rows: dict[str, list[Value]] = {}
        for fact in self.graph.facts.get(iri, ()):
            if fact.predicate not in left:
                rows.setdefault(fact.predicate, []).append(Value(self.show(fact.value), notes.of(iri, fact)))
        return [Row(self.link(predicate), tuple(rows[predicate])) for predicate in sorted(rows, key=self._order)]

    def _order(self, predicate: str) -> tuple[int, str]:
        if predicate in _FIRST:
            return _FIRST.index(predicate), ""
        # Evidence comes last: the notes have told it already.
        return len(_FIRST) + (predicate == DERIVED_FROM), self.name(predicate)[0]

    def incoming(self, iri: str, *, leave: Iterable[str] = ()) -> list[Group]:
        """Give what points at a thing, by predicate."""
        left = {TYPE, *leave}
        # A statement about a thing that is inferred from it too is listed once.
        about = set(self.graph.subjects(SUBJECT, iri))
        groups: dict[str, list[Link]] = {}
        for link in self.graph.incoming.get(iri, ()):
            if link.predicate not in left and not (link.predicate == DERIVED_FROM and link.subject in about):
                groups.setdefault(link.predicate, []).append(self.link(link.subject))
        made = []
        for predicate, links in groups.items():
            word = self.link(predicate)
            heading = INCOMING.get(_short(predicate)) or f"Is “{word.text}” of"
            made.append(Group(heading, word, tuple(by_text(dict.fromkeys(links)))))
        return sorted(made, key=lambda group: (group.heading, group.predicate.text))
