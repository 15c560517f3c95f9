"""What a graph project holds its data to beside its shapes: its terms, its checks and its extracts."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from ascn_graph.errors import InputError
from ascn_graph.namespaces import STANDARD, slug
from ascn_graph.ntriples import iri, is_literal, literal
from ascn_graph.profile import Profile, packaged
from ascn_graph.validation import rules
from ascn_graph.validation.comparison import DataNames
from ascn_graph.validation.extract_checks import SourceGraph, difference, extract_hash
from ascn_graph.validation.extracts import EXTRACT_FILE, Extract, ExtractTable, read_extract, read_table
from ascn_graph.validation.inputs import Inputs
from ascn_graph.validation.lint import Suspicion
from ascn_graph.validation.locate import Locator
from ascn_graph.validation.report import Extra, Note, Result, UnusableInput
from ascn_graph.validation.shapes import Shape
from ascn_graph.validation.sources import Source, TracedTriple, TripleIndex
from ascn_graph.validation.vocabulary import LABEL, Declared

__all__ = ["beyond_shapes", "declared", "left_out", "other_namespaces", "partial"]

_DEPRECATED = iri(STANDARD["owl"] + "deprecated")
_XSD = STANDARD["xsd"]
_CANONICAL = {
    _XSD + "integer": re.compile(r"0|-?[1-9][0-9]*"),
    _XSD + "decimal": re.compile(r"0|-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?"),
    _XSD + "boolean": re.compile(r"true|false"),
}


def declared(given: Inputs) -> Declared | None:
    """Return the terms that the project of a run declares, or None where it is of no project or has no ontology."""
    if given.project is None or not given.project.ontology:
        return None
    evidence = given.project.evidence
    return Declared(
        given.project.prefix,
        given.project.term_name,
        frozenset(row[0] for source in given.ontology for row in source.document.rows),
        frozenset(map(iri, (evidence.whole, evidence.every_source))),
        given.ontology[0].name,
    )


def other_namespaces(given: Inputs) -> Iterator[Suspicion]:
    """Yield each line of a file that gives a prefix of the project another namespace: its names would not be found."""
    known = given.project.prefixes if given.project is not None else {}
    for source in (*given.data, *given.ontology, *given.shapes.sources):
        for prefix, namespace in source.document.prefixes.items():
            if (ours := known.get(prefix, namespace)) != namespace:
                line = re.search(rf"(?im)^[ \t]*@?prefix\s+{re.escape(prefix)}:", source.text)
                told = f"the prefix '{prefix}' stands for {namespace} here and for {ours} in the project"
                yield Suspicion("other-namespace", told, source.location(line.start() if line else 0))


def beyond_shapes(
    given: Inputs, checks: Iterable[rules.Check], locator: Locator, results: Iterable[Result]
) -> list[Result]:
    """Return what checks, terms and extracts find; what a shape has said of a value is not said twice."""
    found: list[Result] = []
    terms = declared(given)
    if given.project is not None:
        extras = (
            _undeclared(given, terms) if terms else (),
            _spellings(given.sources, given.project),
            _differences(given.data, locator.index, given.fields, given.project),
        )
        found += rules.place(chain(*extras), locator)
    own = rules.queries(given.checks) if given.checks is not None and given.whole else []
    everything = [*checks, *own]
    if everything:
        store = rules.graphs(given.data, [*given.ontology, *given.context], given.project or packaged())
        said = {(result.focus, result.value) for result in (*results, *found)}
        for check in everything:
            # Without a value it is another thing that is wrong with the node.
            new = (extra for extra in check(store) if not extra.value or (extra.focus, extra.value) not in said)
            found += rules.place(new, locator)
    return found


def _undeclared(given: Inputs, terms: Declared) -> Iterable[Extra]:
    """Find terms of the project's namespace that its ontology lacks: a misspelt property is a fact nobody will find."""
    # What marks a shape says nothing of data.
    terms = terms._replace(marks=frozenset())
    for source in given.data:
        for subject, predicate, value, *_ in source.document.rows:
            for term in (predicate, value):
                if problem := terms.lacks(term):
                    message = f"T{problem[1:]}" + ("" if problem.endswith("?") else ".")
                    at = ("", predicate) if term == predicate else (value, "")
                    yield Extra(message, subject, *at, name="undeclared-term")


def partial(given: Inputs) -> list[tuple[Shape, str]]:
    """Return the shapes that ask for more than the files at hand can state, each with what it does."""
    if given.project is None:
        return []
    evidence = given.project.evidence
    marks = (
        (given.whole_source, evidence.whole, f"counts what only the whole of {given.project.whole} fixes"),
        (given.whole, evidence.every_source, "asks for what only all sources together state"),
    )
    return [(shape, why) for there, mark, why in marks if not there for shape in given.shapes.marked(iri(mark))]


def left_out(given: Inputs, shapes: Iterable[tuple[Shape, str]]) -> list[Note]:
    """Return a note for each shape, and for the checks, that a part of the data cannot be held to."""
    notes = [Note(f"{shape.title()} is left out: it {why}", shape.location) for shape, why in shapes]
    if given.checks is not None and not given.whole:
        notes.append(Note(f"The checks of {given.checks.as_posix()} are left out: they hold all sources together"))
    return notes


def _spellings(sources: Iterable[Source], profile: Profile) -> Iterator[Extra]:
    """Yield what is written otherwise than every store keeps it, and IRIs that are not the slug of their label."""
    for source in sources:
        # The IRI of what was replaced is the old one, whatever it is called now.
        replaced = {row[0] for row in source.document.rows if row[1] == _DEPRECATED}
        for row in source.document.rows:
            subject, predicate, value = row[:3]
            if not is_literal(value):
                continue
            text, _, datatype = literal(value)
            pattern = _CANONICAL.get(datatype)
            if pattern is not None and not pattern.fullmatch(text):
                message = f"The number {text} is not in its canonical form; a store would keep it as another text."
                yield difference("number-form", message, subject, value, source.location(row[5]))
            if not unicodedata.is_normalized("NFC", text):
                message = "This text is not in Unicode normal form C; write its accented letters as one character each."
                yield difference("text-form", message, subject, value, source.location(row[5]))
            if predicate == LABEL and subject not in replaced and (wanted := _wanted_slug(subject, text, profile)):
                message = f"The slug of '{text}' is {wanted}; correct the label or the IRI."
                yield difference("slug", message, subject, value, source.location(row[5]))


def _wanted_slug(subject: str, label: str, profile: Profile) -> str | None:
    """Return the slug of a label where the IRI of its thing should end with it and does not."""
    thing = subject[1:-1]
    kind = profile.kind_of(thing)
    if kind is None or kind not in profile.extract.get("slugs", ()):
        return None
    wanted = slug(label)
    return wanted if thing != profile.thing_iri(kind, wanted) else None


def _differences(data: list[Source], everything: TripleIndex, table: Path, profile: Profile) -> Iterator[Extra]:
    """Hold each source whose folder has an extract to it, and each description of a source.

    Where one folder beside the catalogue has an extract, every source that the catalogue describes must have one.

    Args:
        data: the files of the run.
        everything: all that the run has read, for the names of things and terms.
        table: the table of fields.
        profile: of the graph.

    Raises:
        InputError: the table or an extract is missing or ill-formed.
    """
    folders: dict[Path, list[Source]] = {}
    for source in data:
        folders.setdefault(Path(source.name).parent, []).append(source)
    wanted: dict[Path, list[TracedTriple] | None] = {
        folder: None for folder in folders if (folder / EXTRACT_FILE).is_file()
    }
    for root in {folder for folder in folders if any(folder.glob(f"*/{EXTRACT_FILE}"))}:
        catalogue = TripleIndex(folders[root])
        # The last part of the IRI of each source that the catalogue describes.
        prefix = iri(profile.source_iri(""))[:-1]
        described = {name[len(prefix) : -1] for name in catalogue.subjects if name.startswith(prefix)}
        for folder in sorted({*wanted, *(root / name for name in described)}):
            if folder.parent == root:
                wanted[folder] = catalogue.of(iri(profile.source_iri(folder.name)))
    if not wanted:
        return
    fields, extracts = _read(table, list(wanted), profile)
    names = DataNames(everything, profile)
    for folder, own in wanted.items():
        files = folders.get(folder, [])
        extract = extracts[folder]
        graph = SourceGraph(profile.source_iri(folder.name), files, extract, fields, names, own=own or [])
        whole = own is not None and {path.as_posix() for path in folder.rglob("*.ttl")} <= {file.name for file in files}
        yield from graph.check(whole=whole)
        found = hashlib.sha256(extract.raw).hexdigest()
        for fact in own or ():
            if fact.row[1] == extract_hash(profile) and literal(fact.value).text != found:
                told = f"{extract.name} has the SHA-256 {found}; look at what changed there, then write its hash here."
                yield difference("extract-hash", told, fact.row[0], fact.value, fact.at_object())


def _read(table: Path, folders: list[Path], profile: Profile) -> tuple[ExtractTable, dict[Path, Extract]]:
    faults: list[InputError] = []
    extracts: dict[Path, Extract] = {}
    fields = read_table(table, profile)
    for folder in folders:
        try:
            extracts[folder] = read_extract(folder / EXTRACT_FILE, fields)
        except InputError as error:
            faults.append(error)
    if faults:
        raise UnusableInput(faults)
    return fields, extracts
