"""Hold each value that `provenance`, `why`, `evidence`, `conflicts` or a page attributes to a source to its graph.

    python tests/attribution.py [--site DIR] [--every N]

What a source states is read from the Turtle of its folder alone. With `--every N` each Nth thing is looked at. The
pages are those of a site in DIR, else of one that is built for it.
"""

from __future__ import annotations

import argparse
import posixpath
import re
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from markup import Markup, markup
from ours import BASE, ONTOLOGY, PREFIXES
from pyoxigraph import NamedNode, RdfFormat, Triple, parse

import ascn_graph as ascn
from ascn_graph import prints
from ascn_graph.evidence import attributions, told
from ascn_graph.graph import Graph

ROOT = Path(__file__).resolve().parent.parent
SOURCE = BASE + "id/source/"
MEASURE, VALUE = ONTOLOGY + "measure", ONTOLOGY + "value"
RDF, DERIVED = PREFIXES["rdf"], PREFIXES["prov"] + "wasDerivedFrom"
LABEL = PREFIXES["rdfs"] + "label"
#: How `conflicts` says that a share is counted in the list of the source that it names, and of which year.
COUNTED = re.compile(r" in (\d+), as counted in its list$")


class Stated(NamedTuple):
    """What the folders state, as texts.

    Attributes:
        triples: the triples of each folder.
        objects: the objects of each folder, subject and property.
        terms: the subjects and objects of each folder.
        statements: the statements of each folder about each subject and property.
        pointing: the subjects of each folder that point at each thing, such as an account at its event.
        values: the objects of each folder and subject.
    """

    triples: dict[str, set[tuple[str, str, str]]]
    objects: dict[tuple[str, str, str], set[str]]
    terms: dict[str, set[str]]
    statements: dict[tuple[str, str, str], set[str]]
    pointing: dict[tuple[str, str], set[str]]
    values: dict[tuple[str, str], set[str]]

    def nodes(self, folder: str, things: Iterable[str]) -> set[str]:
        """Return some things and what a folder says of one of them: accounts, tenures, claims, listings."""
        things = set(things)
        return things.union(*(self.pointing.get((folder, thing), ()) for thing in things))

    def by(self, folder: str, subjects: Iterable[str], prop: str, values: set[str]) -> bool:
        """Return whether a folder states one of some values of one of some subjects."""
        return any(values & self.objects.get((folder, subject, prop), set()) for subject in subjects)

    def at(self, folder: str, nodes: Iterable[str], place: str) -> bool:
        """Return whether a folder derives one of some nodes from a place."""
        return self.by(folder, nodes, DERIVED, {place})


def read(root: Path = ROOT) -> Stated:
    """Read the Turtle of each folder by itself; files of no folder are the catalogue."""
    triples: dict[str, set[tuple[str, str, str]]] = defaultdict(set)
    objects: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    data = root / "data"
    files = [(path, path.parent.name if path.parent != data else "catalogue") for path in data.rglob("*.ttl")]
    files += [(path, "ontology") for path in (root / "ontology").glob("*.ttl")]
    for path, folder in files:
        for quad in parse(path=str(path), format=RdfFormat.TURTLE):
            if isinstance(quad.subject, NamedNode) and not isinstance(quad.object, Triple):
                row = (quad.subject.value, quad.predicate.value, quad.object.value)
                triples[folder].add(row)
                objects[folder, row[0], row[1]].add(row[2])
    terms = {folder: {term for row in found for term in (row[0], row[2])} for folder, found in triples.items()}
    statements: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for (folder, subject, prop), values in objects.items():
        if prop == RDF + "subject":
            for value in values:
                for restated in objects[folder, subject, RDF + "predicate"]:
                    statements[folder, value, restated].add(subject)
    pointing: dict[tuple[str, str], set[str]] = defaultdict(set)
    values: dict[tuple[str, str], set[str]] = defaultdict(set)
    for folder, found in triples.items():
        for subject, _, value in found:
            pointing[folder, value].add(subject)
            values[folder, subject].add(value)
    return Stated(triples, objects, terms, statements, pointing, values)


def things(stated: Stated) -> list[str]:
    """List everything that evidence is about: each fact, and what a statement restates something of."""
    rows = (row for found in stated.triples.values() for row in found)
    return sorted({row[0] if row[1] == DERIVED else row[2] for row in rows if row[1] in (DERIVED, RDF + "subject")})


def folder_of(source: str) -> str:
    """Return the folder of a source."""
    return source.removeprefix(SOURCE).partition("#")[0]


class Checker:
    """Counts what is attributed and keeps what is attributed falsely."""

    def __init__(self, stated: Stated, graph: Graph) -> None:
        """Look up the sources by name."""
        self.stated = stated
        self.graph = graph
        self.profile = graph.profile
        self.counts: Counter[str] = Counter()
        self.false: list[str] = []
        self.named: dict[str, set[str]] = defaultdict(set)
        self.predicates = {row[1] for found in stated.triples.values() for row in found}
        self.differing = list(graph.query("conflicts"))
        #: What sources differ on, by its name, and of what `why` says so: of a post it does at its city or state too.
        self.called = {str(row["name"]): str(row["thing"]) for row in self.differing}
        self.disputed = set(self.called.values())
        for subject, prop, value in (row for found in stated.triples.values() for row in found):
            if subject in self.called.values() and prop in (ONTOLOGY + "forCity", ONTOLOGY + "forMemberState"):
                self.disputed.add(value)
        for subject, prop, name in stated.triples["catalogue"]:
            if prop == LABEL and subject.startswith(SOURCE):
                self.named[name].add(folder_of(subject))

    def count(self, where: str, *, true: bool, what: str) -> None:
        """Count one attribution."""
        self.counts[where] += 1
        if not true:
            self.false.append(f"{where}: {what}")

    def subjects(self, folder: str, nodes: Iterable[str]) -> set[str]:
        """Return nodes and what they restate something of."""
        nodes = set(nodes)
        return nodes.union(*(self.stated.objects.get((folder, node, RDF + "subject"), set()) for node in nodes))

    def thing(self, thing: str) -> None:
        """Hold what `provenance` and `why` say of a thing."""
        rows = list(attributions(self.graph, thing, None))
        for row in rows:
            cells = dict(zip(row.keys(), (getattr(term, "value", "") for term in row.terms), strict=True))
            folder = folder_of(cells["source"]) if cells["source"] else "derived"
            nodes = {thing, cells["fact"]}
            place = cells["place"] if cells["source"] else cells["basis"]
            subjects = self.subjects(folder, nodes)
            true = self.stated.by(folder, subjects, cells["property"], {cells["stated"]})
            # The place is of the source, and of the fact in that source's graph.
            true = true and self.stated.at(folder, nodes, place)
            true = true and (not cells["source"] or place.partition("#")[0] == cells["source"])
            what = f"{thing} {cells['property']} {cells['stated']} {folder} {place}"
            self.count("provenance", true=true, what=what)
        differing = list(self.graph.query("conflicts", about=thing)) if thing in self.disputed else []
        self._why(thing, {thing, *(str(row["fact"]) for row in rows)}, told(thing, rows, differing, self.profile))

    def _why(self, thing: str, facts: set[str], lines: Iterable[str]) -> None:
        """Hold each line of `why` that is a property with a value to the source under whose heading it stands."""
        folders: set[str] = set()
        lines = list(lines)
        if "Sources differ" in lines:
            at = lines.index("Sources differ")
            self._why_differs(thing, lines[at + 1 :])
            lines = lines[:at]
        for line in lines:
            if line == "Inferred by this project":
                folders = {"derived"}
            elif line and not line.startswith(" "):
                name = line.rpartition(", as of ")[0] or line.removesuffix(", no date stated")
                folders = self.named.get(name, set())
            words = line.strip()
            if folders == {"derived"}:
                words = next((words[at + 2 :] for at in _after(words) if self._property(words[at + 2 :])), "")
            prop, value = self._property(words), words.partition(" ")[2]
            if prop is None or not line.startswith(" "):
                continue
            values = {value, self.profile.expand(value) or value}
            true = any(self.stated.by(one, self.subjects(one, facts), prop, values) for one in folders)
            self.count("why", true=true, what=f"{thing} {words} under {sorted(folders)}")

    def _why_differs(self, thing: str, lines: Iterable[str]) -> None:
        """Hold each value that `why` sets side by side to the source behind it."""
        name = prop = ""
        for line in lines:
            words = line.strip()
            if not line.startswith("    "):
                name, _, prop = words.rpartition(": ")
                continue
            value, _, who = words.removesuffix(")").rpartition(" (")
            source = self.profile.expand(who.partition(", as of ")[0]) or ""
            values = {value, self.profile.expand(value) or value}
            true = self._differs(name, self.profile.expand(prop) or prop, values, source)
            self.count("why, where sources differ", true=true, what=f"{thing} {words}")

    def conflicts(self) -> None:
        """Hold each row of `conflicts` to the graph of the source that it names."""
        for row in self.differing:
            cells = dict(zip(row.keys(), (getattr(term, "value", "") for term in row.terms), strict=True))
            true = self._differs(cells["name"], cells["property"], {cells["value"]}, cells["source"])
            self.count("conflicts", true=true, what=" ".join(cells.values()))

    def _differs(self, name: str, prop: str, values: set[str], source: str) -> bool:
        """Return whether a source states one of some values of a thing, or it is the share that its lists give."""
        folder, thing = folder_of(source), self.called[name]
        if counted := COUNTED.search(name):
            return bool(values & {str(self._share(folder, thing, counted[1]))})
        objects = self.stated.objects
        return any(
            values & objects.get((folder, node, prop), set())
            or (prop in objects.get((folder, node, MEASURE), ()) and values & objects[folder, node, VALUE])
            for node in self.stated.nodes(folder, {thing})
        )

    def _share(self, folder: str, area: str, year: str) -> int:
        """Count how many percent of the numbered rows of a folder's lists of a year are of a focus area."""
        listings = [
            listing
            for name in self.stated.pointing.get((folder, year), ())
            for listing in self.stated.pointing.get((folder, name), ())
            if (folder, listing, ONTOLOGY + "listNumber") in self.stated.objects
        ]
        mine = [one for one in listings if area in self.stated.objects[folder, one, ONTOLOGY + "focusArea"]]
        return round(100 * len(mine) / len(listings))

    def _property(self, words: str) -> str | None:
        found = self.profile.expand(words.partition(" ")[0])
        return found if found in self.predicates else None

    def evidence(self) -> None:
        """Hold each row of `evidence`: the source's graph derives the fact from a place in the source."""
        for row in self.graph.query("evidence"):
            fact, source, about = str(row["fact"]), str(row["source"]), str(row["about"])
            folder = folder_of(source)
            places = self.stated.objects.get((folder, fact, DERIVED), set())
            mine = {place for place in places if place.partition("#")[0] == source}
            if row["begin"] is not None:
                mine &= {f"{source}#char={row['begin']},{row['end']}"}
            self.count("evidence", true=bool(mine), what=f"{about} {fact} {source}")

    def page(self, path: Path, top: Path) -> None:
        """Hold what a page of a site attributes to the sources that its notes name."""
        page = _Page(path.relative_to(top).as_posix())
        text = path.read_text(encoding="utf-8")
        parts = list(markup(text[text.index("<main") : text.index("</main>")]))
        page.read(parts)
        for prop, values, notes in page.rows:
            for number in notes:
                folder, place = page.notes[number]
                true = self.stated.by(folder, {page.thing}, prop, values)
                nodes = {page.thing, *self.stated.statements.get((folder, page.thing, prop), ())}
                true = true and (not place or self.stated.at(folder, nodes, place))
                self.count("pages", true=true, what=f"{path.name} {prop} {sorted(values)} {folder} {place}")
        for linked, notes in page.beside:
            for number in notes:
                folder = page.notes[number][0]
                missing = sorted(linked - self.stated.terms[folder])
                self.count("pages, other tables", true=not missing, what=f"{path} {missing} {folder}")
        if path.name == "gaps.html":
            # It names the sources that are silent, and nothing that they state.
            return
        cells = _Cells(page)
        cells.read(parts)
        for cell in cells.found:
            self._cell(cell, page, path)

    def _cell(self, cell: _Cell, page: _Page, path: Path) -> None:
        """Hold what stands in a cell to the source behind it, of what its row is of."""
        folder, place = page.notes.get(cell.source.removeprefix("#"), (folder_of(cell.source), ""))
        if place:
            # A row of a report, of which this project says which project it is of.
            where, nodes = "pages, numbered notes", self.stated.pointing[folder, place]
            listed = (self.stated.objects.get(("derived", thing, ONTOLOGY + "listing"), set()) for thing in cell.row)
            nodes = nodes & set().union(*listed)
        else:
            where = "pages, sources beside a value"
            # The date of a source is its own, said by its description.
            folder = "catalogue" if cell.source in cell.row else folder
            # One row tells what several sources say of programmes of one title.
            nodes = self.stated.nodes(folder, {*cell.row, cell.name})
        found = {value for node in nodes for value in self.stated.values.get((folder, node), ())}
        if counted := COUNTED.search(cell.name):
            found = {str(self._share(folder, thing, counted[1])) for thing in cell.row}
        self.count(where, true=bool(cell.values & found if cell.values else found), what=f"{path.name} {cell} {folder}")


def _after(words: str) -> Iterator[int]:
    at = words.find(": ")
    while at >= 0:
        yield at
        at = words.find(": ", at + 1)


class _Reader:
    """Reads a page tag by tag and text by text."""

    def read(self, parts: Iterable[Markup]) -> None:
        """Read each part of a page."""
        for kind, name, given in parts:
            if kind == "start":
                self.begin(name, given)
            elif kind == "end":
                self.end(name)
            else:
                self.text(name)

    def begin(self, tag: str, given: dict[str, str]) -> None:
        """Read a start tag."""
        raise NotImplementedError

    def end(self, tag: str) -> None:
        """Read an end tag."""
        raise NotImplementedError

    def text(self, data: str) -> None:
        """Read a text."""
        raise NotImplementedError


class _Page(_Reader):
    """What a page attributes: rows of its table of facts, and what stands before a `says` elsewhere.

    Attributes:
        thing: the IRI that the page is of.
        rows: property, what the value may be, and the numbers of the notes.
        beside: the things linked in a cell before the notes that are named for them.
        notes: the folder and the place that a note names.
    """

    def __init__(self, path: str) -> None:
        self.thing = ""
        self.rows: list[tuple[str, set[str], list[str]]] = []
        self.beside: list[tuple[set[str], list[str]]] = []
        self.notes: dict[str, tuple[str, str]] = {}
        self._path = path
        self._facts = False
        self._says = 0
        self._in = ""
        self._prop = ""
        self._values: set[str] = set()
        self._numbers: list[str] = []
        self._linked: set[str] = set()
        self._note = ""
        self._text = ""

    def begin(self, tag: str, given: dict[str, str]) -> None:
        """Note where in the page the parser is, and each link."""
        classes = given.get("class", "").split()
        if tag == "table":
            self._facts = "facts" in classes
        elif tag == "li" and given.get("id", "").startswith("says-"):
            self._note, self._text = given["id"], ""
        elif tag in ("td", "th", "li") and not self._says:
            self._in = "says" if "says" in classes else tag
            self._linked = set()
            if tag == "td" and self._facts and self._in == "td":
                self._values = set()
        if tag == "div" and "says" in classes and not self._facts:
            self._says = 1
            self._numbers = []
        elif tag == "td" and self._facts and self._in == "says":
            self._numbers = []
        elif tag == "code":
            self._text = ""
        if self._facts and self._in == "td" and given.get("title"):
            self._values |= {given["title"], given["title"].partition(" ")[0]}
        if tag == "a" and "href" in given:
            self._link(given["href"])

    def _link(self, href: str) -> None:
        iri = self.iri(href)
        if href.startswith("#says-"):
            self._numbers.append(href[1:])
        elif self._note:
            self._noted(iri)
        elif self._facts and self._in == "th":
            self._prop = iri
        elif self._facts and self._in == "td":
            # The catalogue is described on the page of the data set.
            self._values |= {iri, iri.replace(BASE + "dataset", BASE + "catalogue")}
        elif not self._says and iri.startswith(BASE + "id/"):
            self._linked.add(iri)

    def _noted(self, iri: str) -> None:
        if self._note not in self.notes:
            own, inferred = self._text.startswith("Stated by"), self._text.startswith("Inferred")
            folder = iri.rpartition("/")[2] if own else "derived" if inferred else folder_of(iri)
            self.notes[self._note] = folder, iri if inferred else ""
        elif iri.startswith(SOURCE) and not self.notes[self._note][1]:
            self.notes[self._note] = self.notes[self._note][0], iri

    def iri(self, href: str) -> str:
        """Return the IRI of what a link leads to."""
        if "://" in href:
            return href
        path, mark, fragment = href.partition("#")
        full = posixpath.normpath(posixpath.join(posixpath.dirname(self._path), path)).removesuffix(".html")
        if full == "ontology":
            return ONTOLOGY + fragment
        if full.startswith("doc/graph/"):
            return BASE + full.removeprefix("doc/")
        return BASE + (full.replace("doc/", "id/", 1) if full.startswith("doc/") else full) + mark + fragment

    def text(self, data: str) -> None:
        """Keep the text of a value, of a note, and of the identifier."""
        self._text += data
        if self._facts and self._in == "td":
            self._values.add(data)

    def end(self, tag: str) -> None:
        """Close what was open."""
        if tag == "code" and not self.thing and self._text.startswith(BASE):
            self.thing = self._text
        elif tag == "table":
            self._facts = False
        elif tag == "td" and self._facts and self._in == "says":
            self.rows.append((self._prop, self._values, self._numbers))
        elif tag == "div" and self._says:
            self._says = 0
            self.beside.append((self._linked, self._numbers))
            self._linked, self._numbers = set(), []
        elif tag == "li" and self._note:
            self._note = ""


def _readings(words: str) -> Iterator[str]:
    """Return what a text may be in the graph: the text itself, a number, a date."""
    yield words
    if (figure := prints.number(words)) is not None:
        yield f"{figure:f}"
    if (day := prints.date(words)) is not None:
        yield day


class _Cell(NamedTuple):
    """What a table says on the word of one source.

    Attributes:
        row: the things that the head of the row links.
        name: the text of that head.
        values: what the value before the source may be.
        source: the link to the source or to the note that names it.
    """

    row: frozenset[str]
    name: str
    values: frozenset[str]
    source: str


class _Cells(_Reader):
    """The values of tables behind each of which its sources stand, by name or as a number.

    Attributes:
        found: one a value and source.
    """

    def __init__(self, page: _Page) -> None:
        self.found: list[_Cell] = []
        self._page = page
        self._head = self._says = False
        self._row: set[str] = set()
        self._name = ""
        self._values: set[str] = set()

    def begin(self, tag: str, given: dict[str, str]) -> None:
        """Note where in a table the parser is, each link, and each value that is written in another form."""
        says = "says" in given.get("class", "").split()
        if tag == "tr":
            self._row, self._name = set(), ""
        elif tag in ("th", "td", "div") and not says:
            self._head = tag == "th" or (self._head and tag == "div")
            self._values = set()
        elif tag == "span" and says:
            self._says = True
        elif tag == "a" and (self._says or says):
            href = given["href"]
            source = href if href.startswith("#") else self._page.iri(href)
            self.found.append(_Cell(frozenset(self._row), self._name, frozenset(self._values), source))
        elif tag == "a":
            (self._row if self._head else self._values).add(self._page.iri(given.get("href", "")))
        if "title" in given:
            self._values |= {given["title"], given["title"].partition(" ")[0]}

    def text(self, data: str) -> None:
        """Keep the text of the head of a row, and of a value."""
        if self._head:
            self._name += data
        elif not self._says and data.strip():
            self._values |= {
                reading for part in data.removeprefix("until ").split(" to ") for reading in _readings(part)
            }

    def end(self, tag: str) -> None:
        """Close what was open."""
        if tag == "span":
            self._says = False
        elif tag == "th":
            self._head = False


def check(stated: Stated, graph: Graph, site: Path | None, every: int = 1) -> Checker:
    """Hold every attribution, of each Nth thing and page."""
    checker = Checker(stated, graph)
    for thing in things(stated)[::every]:
        checker.thing(thing)
    checker.evidence()
    checker.conflicts()
    if site:
        things_pages = sorted(site.glob("doc/*/*.html"))[::every]
        for page in [*things_pages, *sorted(site.glob("*.html")), *sorted(site.glob("doc/*.html"))]:
            checker.page(page, site)
    return checker


def main() -> int:
    """Print what was held and what is false."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--site", type=Path, help="a built site, the folder that holds index.html")
    parser.add_argument("--every", type=int, default=1, help="look at each Nth thing and page")
    args = parser.parse_args()
    graph = ascn.load(ROOT)
    with tempfile.TemporaryDirectory() as folder:
        site = args.site
        if site is None:
            from ascn_graph.publishing.site import publish

            site = Path(folder) / "site"
            publish(graph, site, "https://example.org/ascn/")
        checker = check(read(), graph, site, args.every)
    for what in checker.false:
        print(f"false: {what}")
    for where, number in checker.counts.items():
        print(f"{number} values attributed to a source in {where}")
    print(f"{len(checker.false)} of {checker.counts.total()} attributions are false")
    return 1 if checker.false else 0


if __name__ == "__main__":
    sys.exit(main())
