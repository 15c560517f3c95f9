"""The files of one validation: which they are, and what they say."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterable, Sequence
from os import PathLike
from pathlib import Path
from typing import NoReturn

from ascn_graph import profile
from ascn_graph.errors import InputError, UsageError, listed
from ascn_graph.files import files_below
from ascn_graph.profile import Profile
from ascn_graph.sparql import faults
from ascn_graph.turtle import read
from ascn_graph.validation.inference import bare, inferred
from ascn_graph.validation.report import UnusableInput
from ascn_graph.validation.serialisations import ENDINGS, STDIN
from ascn_graph.validation.shapes import Shapes
from ascn_graph.validation.sources import Source, ntriples, read_sources
from ascn_graph.validation.vocabulary import SH

__all__ = ["Inputs", "Places", "find"]

#: What a folder is searched for; other endings that may hold RDF most often hold something else.
_SEARCHED = tuple(ending for ending in ENDINGS if ending not in (".json", ".xml"))
_UNREAD = (".trix", ".html", ".csv", ".hdt")
#: Files and folders, as they are given.
Places = str | Path | Sequence[str | Path] | None


class Inputs:
    """The files of a run, read.

    Attributes:
        project: the graph project whose shapes and rules the data is held to, or None where shapes are given.
        data: the files that are reported on.
        ontology: the project's own terms.
        checks: the folder of the project's own checks, or None.
        context: the files that are read beside the data and never reported on.
        fields: the table of what the fields of extracts become.
        shapes: the shapes.
        whole: whether whole folders are there, of a project all of its data.
        whole_source: whether every file is there of the source whose completeness some shapes count on.
    """

    def __init__(self, paths: Places, shapes: Places, context: Places = None, stdin: str = "turtle") -> None:
        """Find and read the files.

        Raises:
            UsageError: no shapes are given and the data belongs to no graph project, or to several.
            UnusableInput: a file is missing, not RDF or ill-formed; every fault is in `faults`.
        """
        given = _listed(paths)
        self.project = _project(given) if shapes is None else None
        # A project that is given as a whole is its data.
        top = None if self.project is None else self.project.folder.resolve()
        projects = [path for path in given if top and Path(path).resolve() in (top, top / profile.FILE)]
        whole = not given or bool(projects)
        given = [_default(self.project) if path in projects else path for path in given] or [_default(self.project)]
        stated = list(map(Path, _listed(shapes)) if self.project is None else map(_near, self.project.shapes))
        terms = [] if self.project is None else list(map(_near, self.project.ontology))
        if sum(str(path) == STDIN for path in (*given, *stated, *_listed(context))) > 1:
            raise UsageError("Standard input can be read once: give `-` for one file alone.")
        files = find(given) if self.project is None else find(given, (".ttl",))
        own = {path.resolve() for path in (*terms, *stated, *files)}
        if self.project is not None:
            files = [path for path in files if path not in (*terms, *stated)]
            if not files:
                raise InputError("this is the project's ontology or shapes: give data", str(given[0]))
        self.checks = self.project.checks and _near(self.project.checks) if self.project else None
        self.fields = terms[0].parent / "fields.csv" if terms else Path()
        if self.project is not None and (fields := self.project.extract.get("fields")):
            self.fields = _near(self.project.folder / fields)
        self._faults: list[InputError] = []
        self._stdin = stdin
        self.data = self._read(files, "d")
        self.ontology = self._read(terms, "o")
        self.context = self._read(
            [path for path in find(_listed(context)) if path.resolve() not in own], "c", own=False
        )
        self.shapes = Shapes(self._read(find(stated), "s"))
        self._swapped()
        if self.project is not None and self.project is not profile.packaged() and whole:
            self._faults += faults(self.project._replace(queries=tuple(map(_near, self.project.queries))))
        if self._faults:
            raise UnusableInput(self._faults)
        self.whole = all(Path(path).is_dir() for path in given)
        self.whole_source = True
        if self.project is not None:
            there = {path.resolve() for path in files}
            self.whole = self.whole and _turtle(self.project.data) <= there
            source = _turtle(self.project.data / self.project.whole) if self.project.whole else set()
            self.whole_source = not self.project.whole or (bool(source) and source <= there)

    @property
    def sources(self) -> list[Source]:
        """The files that are validated together, those first that are reported on."""
        return [*self.data, *self.ontology, *self.context]

    def infer(self, rules: str, timeout: float) -> None:
        """Add what follows from the data to the context.

        Raises:
            UnusableInput: the data holds what cannot be reasoned over.
            EngineError: the reasoning failed or took too long.
        """
        for source in self.sources:
            beyond = source.beyond_rdf_11()
            if beyond is not None:
                raise beyond.fault("a triple term or base direction cannot be reasoned over; leave out --inference")
        text = inferred(ntriples(self.sources), rules, timeout)
        document = read(text)
        rows = [(bare(row[0]), row[1], bare(row[2]), *row[3:]) for row in document.rows]
        self.context.append(Source(f"what {rules} infers", text, document._replace(rows=rows)))

    def _read(self, files: Iterable[Path], blanks: str, *, own: bool = True) -> list[Source]:
        sources, faults = read_sources(files, blanks=blanks, ours=own and self.project is not None, stdin=self._stdin)
        self._faults += faults
        return sources

    def _swapped(self) -> None:
        """Find shapes that are given as data, and data that is given as shapes."""
        for source in self.data if not len(self.shapes) else ():
            for row in source.document.rows:
                if row[1].startswith(f"<{SH}target"):
                    name = self.shapes.sources[0].name if self.shapes.sources else "it"
                    problem = f"this is a shape, and {name} holds none: were --shapes and PATH swapped?"
                    self._faults.append(source.location(row[3]).fault(problem))
                    return


def _listed(places: Places) -> list[str | Path]:
    found = listed(places, (str, PathLike), "A path is a text or a Path, several are a list of them")
    if "" in found:
        raise UsageError("An empty PATH names no file; leave it out, or write . for this folder.")
    return found


def _project(given: list[str | Path]) -> Profile:
    """Return the project that data belongs to: that of the nearest `graph.toml` upward."""
    here = Path()
    if not given:
        folder = here if (here / profile.FILE).is_file() else here / "data"
        return profile.find(folder) or _missing(folder) if folder.is_dir() else profile.packaged()
    found: dict[Path, tuple[str | Path, Profile]] = {}
    for path in given:
        project = profile.find(here if str(path) == STDIN else Path(path)) or _missing(path)
        found.setdefault(project.folder.resolve(), (path, project))
    if len(found) > 1:
        one, other = [str(path) for path, _ in found.values()][:2]
        raise UsageError(
            f"{one} and {other} belong to different graph projects: validate each alone, or give --shapes."
        )
    return next(iter(found.values()))[1]


def _missing(path: str | Path) -> NoReturn:
    if not Path(path).exists() and str(path) != STDIN:
        # Nothing can be said of a file that is not there but that it is not.
        find([path])
    raise UsageError(
        f"{path} belongs to no graph project: there is no {profile.FILE} in its folder or above. "
        "Give the shapes to hold it to, as in --shapes shapes.ttl."
    )


def _default(project: Profile | None) -> Path:
    if project is not None:
        return _near(project.data)
    here = Path("data")
    return here if here.is_dir() else profile.packaged().data


def _near(path: Path) -> Path:
    """Return a path as seen from the working folder, where it lies below it."""
    near = Path(os.path.relpath(path))
    return path if near.parts[:1] == ("..",) else near


def _turtle(folder: Path) -> set[Path]:
    return {path.resolve() for path in folder.rglob("*.ttl")}


def find(paths: Iterable[str | Path], endings: tuple[str, ...] = _SEARCHED) -> list[Path]:
    """Return the files of files, folders and patterns, each once, in the order given and by name inside a folder.

    Args:
        paths: what is given; `-` is standard input.
        endings: what a folder is searched for.

    Raises:
        InputError: a path is missing, a URL or of a format that is not read, or holds no file to read.
    """
    found: dict[Path, None] = {}
    for given in paths:
        path = Path(given)
        if path.is_dir():
            files = files_below(path, endings)
            if not files:
                raise InputError(f"the folder holds no {endings[0]} file", path.as_posix())
            found.update(dict.fromkeys(files))
        elif str(given) == STDIN or path.exists():
            if path.suffix.lower() in _UNREAD:
                raise InputError(f"{path.suffix} is not read; convert the file to .ttl first", path.as_posix())
            found[path] = None
        elif re.match(r"[A-Za-z][A-Za-z0-9+.-]+:/", str(given)):
            raise InputError("a URL is never fetched; download the file and give its path", str(given))
        elif glob.has_magic(str(given)):
            found.update(dict.fromkeys(_matching(str(given), endings)))
        else:
            raise InputError("there is no such file or folder", path.as_posix())
    once: dict[Path, Path] = {}
    for path in found:
        # One file under two names is one file.
        once.setdefault(path if str(path) == STDIN else path.resolve(), path)
    return list(once.values())


def _matching(pattern: str, endings: tuple[str, ...]) -> list[Path]:
    matches = [Path(name) for name in sorted(glob.glob(pattern, recursive=True))]  # noqa: PTH207 - absolute ones too
    files = [path for path in matches if path.is_file() and path.suffix.lower() in endings]
    if not files:
        raise InputError(f"no file with the ending {' or '.join(endings)} matches this pattern", pattern)
    return files
