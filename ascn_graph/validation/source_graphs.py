"""The folders of a run that are sources, each held to its extract."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from ascn_graph.errors import InputError
from ascn_graph.ntriples import iri, literal
from ascn_graph.profile import Profile
from ascn_graph.validation.comparison import Names
from ascn_graph.validation.extract_checks import SourceGraph, difference, extract_hash
from ascn_graph.validation.extracts import FILE, Extract, Table, read_extract, read_table
from ascn_graph.validation.index import Fact, TripleIndex
from ascn_graph.validation.report import Extra, UnusableInput
from ascn_graph.validation.sources import Source

__all__ = ["differences"]


def differences(data: list[Source], everything: TripleIndex, table: Path, profile: Profile) -> Iterator[Extra]:
    """Hold each source whose folder has an extract to it, and each description of a source.

    Where one folder beside the catalogue has an extract, every source that the catalogue describes must have one.

    Args:
        data: the files of the run.
        everything: all that the run has read, for the names of things and terms.
        table: the table of fields.
        profile: of the graph.

    Raises:
        UnusableInput: the table or an extract is missing or ill-formed.
    """
    folders: dict[Path, list[Source]] = {}
    for source in data:
        folders.setdefault(Path(source.name).parent, []).append(source)
    wanted: dict[Path, list[Fact] | None] = {folder: None for folder in folders if (folder / FILE).is_file()}
    for root in {folder for folder in folders if any(folder.glob(f"*/{FILE}"))}:
        catalogue = TripleIndex(folders[root])
        for folder in sorted({*wanted, *(root / name for name in _described(catalogue, profile))}):
            if folder.parent == root:
                wanted[folder] = catalogue.of(iri(profile.thing_iri("source", folder.name)))
    if not wanted:
        return
    fields, extracts = _read(table, list(wanted), profile)
    names = Names(everything, profile)
    for folder, own in wanted.items():
        files = folders.get(folder, [])
        extract = extracts[folder]
        graph = SourceGraph(profile.thing_iri("source", folder.name), files, extract, fields, names, own=own or [])
        whole = own is not None and {path.as_posix() for path in folder.rglob("*.ttl")} <= {file.name for file in files}
        yield from graph.check(whole=whole)
        yield from _hash(extract, own or [], extract_hash(profile))


def _described(catalogue: TripleIndex, profile: Profile) -> Iterator[str]:
    """Yield the last part of the IRI of each source that a catalogue describes."""
    prefix = iri(profile.thing_iri("source", ""))[:-1]
    for subject in catalogue.subjects:
        if subject.startswith(prefix):
            yield subject[len(prefix) : -1]


def _read(table: Path, folders: list[Path], profile: Profile) -> tuple[Table, dict[Path, Extract]]:
    faults: list[InputError] = []
    extracts: dict[Path, Extract] = {}
    try:
        fields = read_table(table, profile)
    except InputError as error:
        raise UnusableInput([error]) from error
    for folder in folders:
        try:
            extracts[folder] = read_extract(folder / FILE, fields)
        except InputError as error:
            faults.append(error)
    if faults:
        raise UnusableInput(faults)
    return fields, extracts


def _hash(extract: Extract, own: list[Fact], stated: str) -> Iterator[Extra]:
    found = hashlib.sha256(extract.raw).hexdigest()
    for fact in own:
        if fact.row[1] == stated and literal(fact.value).text != found:
            message = f"{extract.name} has the SHA-256 {found}; look at what changed there, then write its hash here."
            yield difference("extract-hash", message, fact.row[0], fact.value, fact.at_object())
