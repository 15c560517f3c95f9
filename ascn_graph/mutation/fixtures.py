"""The files on which shapes are measured, each made a graph of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from os import PathLike
from pathlib import Path
from typing import NamedTuple

from ascn_graph import profile
from ascn_graph.errors import InputError, UsageError, listed
from ascn_graph.validation import Source, UnusableInput, inputs, read_sources

__all__ = ["CONTEXT", "Fixture", "MeasuredFiles", "read"]

#: A file of this name is validated together with each of the others in its folder.
CONTEXT = "context.ttl"
_DEFAULT = Path("tests/shapes")


class Fixture(NamedTuple):
    """One fixture: its file, and all that is validated with it."""

    name: str
    sources: list[Source]


class MeasuredFiles(NamedTuple):
    """The files of a measurement.

    Attributes:
        shapes: the shapes files, read.
        fixtures: the fixtures, in the order given and by name inside a folder.
        folders: the folders the fixtures lie in.
    """

    shapes: list[Source]
    fixtures: list[Fixture]
    folders: list[Path]


def read(paths: Sequence[str | Path] | None, shapes: Sequence[str | Path] | None) -> MeasuredFiles:
    """Read shapes and fixtures.

    Args:
        paths: files and folders of fixtures; None means `tests/shapes`.
        shapes: files of shapes; None means those of the project that the first fixture lies in, of the packaged graph
            where it lies in none. A project's own are measured on fixtures with its ontology merged in.

    Raises:
        UsageError: no fixtures are named, and there are none in `tests/shapes`.
        InputError: a file is missing or no Turtle; of an `UnusableInput` every fault is in `faults`.
    """
    told = "A path is a text or a Path, several are a list of them"
    paths, shapes = (listed(given, (str, PathLike), told) for given in (paths, shapes))
    if not paths and not _DEFAULT.is_dir():
        raise UsageError(f"Name the fixtures to measure on: there is no folder {_DEFAULT.as_posix()} here.")
    project = profile.find(Path(paths[0] if paths else _DEFAULT)) or profile.packaged()
    stated = [Path(path) for path in shapes or project.shapes]
    ours = {path.resolve() for path in inputs.find(stated)} == {path.resolve() for path in inputs.find(project.shapes)}
    return _read(inputs.find(paths or [_DEFAULT]), inputs.find(stated), project.ontology if ours else ())


def _read(files: list[Path], stated: list[Path], ontology: Sequence[Path]) -> MeasuredFiles:
    ours = bool(ontology)
    files = [path for path in files if path.name != CONTEXT]
    folders = list(dict.fromkeys(path.parent for path in files))
    if not files:
        raise InputError(f"there is no fixture but {CONTEXT}, which goes with the others", CONTEXT)
    faults: list[InputError] = []

    def read_all(paths: Iterable[Path], blanks: str) -> list[Source]:
        sources, more = read_sources(paths, blanks=blanks, ours=ours)
        faults.extend(more)
        return sources

    common = read_all(ontology, "o")
    around = {folder: read_all([folder / CONTEXT], "c") for folder in folders if (folder / CONTEXT).is_file()}
    fixtures = [
        Fixture(path.as_posix(), [*common, *around.get(path.parent, []), *read_all([path], "d")]) for path in files
    ]
    sources = read_all(stated, "s")
    if faults:
        raise UnusableInput(faults)
    return MeasuredFiles(sources, fixtures, folders)
