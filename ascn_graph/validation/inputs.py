"""The files of one validation: which they are, and what they say."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ascn_graph import resources
from ascn_graph.validation.files import find
from ascn_graph.validation.report import UnusableInput
from ascn_graph.validation.shapes import Shapes
from ascn_graph.validation.sources import Source, read_sources

__all__ = ["Inputs"]

_ONTOLOGY = ("ascn.ttl", "concepts.ttl")


class Inputs:
    """The files of a run, read.

    Attributes:
        ours: whether the project's own shapes are taken, which its own rules are then held to.
        whole: whether whole folders were given.
        data: the files that are reported on.
        ontology: the project's own terms, where its own shapes are taken.
        checks: the folder of the project's own checks, or None.
        fields: the table of what the fields of extracts become.
        shapes: the shapes.
        whole_article: whether every file of the article is there.
    """

    def __init__(self, paths: Sequence[str | Path] | None, shapes: str | Path | Sequence[str | Path] | None) -> None:
        self.ours = shapes is None
        given = _default() if paths is None or not list(paths) else [_data_of(Path(path)) for path in paths]
        self.whole = all(path.is_dir() for path in given)
        ontology = _ontology(given[0]) if self.ours else Path()
        self.fields = ontology / "fields.csv"
        self.checks = ontology / "checks" if self.ours and (ontology / "checks").is_dir() else None
        data_files = find(given)
        if self.ours:
            data_files = [path for path in data_files if ontology not in path.parents]
            self.whole = self.whole and any((path / "article").is_dir() for path in given)
        stated = [ontology / "shapes.ttl"] if shapes is None else [shapes] if isinstance(shapes, str | Path) else shapes
        self.data, faults = read_sources(data_files, blanks="d", ours=self.ours)
        self.ontology: list[Source] = []
        if self.ours:
            self.ontology, more = read_sources([ontology / name for name in _ONTOLOGY], blanks="o", ours=True)
            faults += more
        shape_sources, more = read_sources(find(stated), blanks="s", ours=self.ours)
        faults += more
        if faults:
            raise UnusableInput(faults)
        self.shapes = Shapes(shape_sources)
        self.whole_article = _holds_whole_article(data_files)

    @property
    def sources(self) -> list[Source]:
        """The files that are validated together."""
        return [*self.data, *self.ontology]


def _default() -> list[Path]:
    here = Path("data")
    return [here if here.is_dir() else resources.data()]


def _data_of(path: Path) -> Path:
    """Take the data of a checkout that is given as a whole."""
    return path / "data" if (path / "ontology" / _ONTOLOGY[0]).is_file() and (path / "data").is_dir() else path


def _ontology(path: Path) -> Path:
    """Give the ontology folder of the checkout that a path lies in, else the packaged one."""
    for folder in path.resolve().parents:
        if (folder / "ontology" / _ONTOLOGY[0]).is_file():
            near = Path("ontology")
            return near if near.resolve() == folder / "ontology" else folder / "ontology"
    return resources.ontology()


def _holds_whole_article(files: list[Path]) -> bool:
    folders = {path.parent for path in files if path.parent.name == "article"}
    return any(set(folder.glob("*.ttl")) <= set(files) for folder in folders)
