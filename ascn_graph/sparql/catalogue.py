"""The named queries of a graph: the SPARQL files of its folders, each read when it is first asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from os import PathLike
from pathlib import Path

from ascn_graph.errors import InputError, QuerySyntaxError, UnknownQuery, UsageError, excerpt, require
from ascn_graph.nearest import did_you_mean
from ascn_graph.profile import Profile
from ascn_graph.profile import packaged as packaged_profile
from ascn_graph.sparql.header import NamedQuery, Parameter, has_header, parse
from ascn_graph.sparql.prefixes import completed

__all__ = [
    "Catalogue",
    "NamedQuery",
    "Parameter",
    "has_header",
    "load",
    "of",
    "packaged",
    "parse",
    "read",
    "read_query",
    "with_folder",
]


class Catalogue(dict[str, NamedQuery]):
    """The named queries by name; a name that is not there is answered with the nearest.

    Attributes:
        profile: that of the project whose queries are read when they are asked for: one needs no other's header.
        index: what lists them all, as a message says it.
    """

    profile: Profile | None = None
    index = "`ascn query`"

    def __missing__(self, name: str) -> NamedQuery:
        if self.profile is None:
            told = excerpt(name)
            raise UnknownQuery(
                f"There is no query '{told}'{did_you_mean(told, self) or ';'} {self.index} lists them all."
            )
        if re.fullmatch(r"[A-Za-z0-9_-]{1,80}", name):
            places = (folder / f"{name}.rq" for folder in self.profile.queries)
            if found := [path for path in places if path.is_file()]:
                self[name] = _read(found, self.profile)
                return self[name]
        return load(self.profile)[name]


def load(profile: Profile) -> Catalogue:
    """Read every named query of a graph project, by name.

    Raises:
        InputError: one cannot be read, or its header is ill-formed; with its line.
        UsageError: two folders hold a query of the same name.
    """
    paths: dict[str, list[Path]] = {}
    for path in (path for folder in profile.queries for path in folder.glob("*.rq")):
        paths.setdefault(path.stem, []).append(path)
    return Catalogue({name: _read(paths[name], profile) for name in sorted(paths)})


def of(profile: Profile) -> Catalogue:
    """Return the queries of a graph project; only those that were asked for are in it, `load` has all."""
    if profile is packaged_profile():
        return packaged()
    queries = Catalogue()
    queries.profile = profile
    return queries


@cache
def packaged() -> Catalogue:
    """Return the packaged queries, as `of` does."""
    queries = Catalogue()
    queries.profile = packaged_profile()
    return queries


def read(path: Path) -> str:
    """Return the text of a query file; a byte order mark is no part of it.

    Raises:
        InputError: it cannot be read, or is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", str(path)) from error
    except UnicodeDecodeError as error:
        raise InputError.at("is not UTF-8", str(path), error.object, error.start) from error


def _read(paths: Sequence[Path], profile: Profile) -> NamedQuery:
    path, *others = paths
    if others:
        told = " and ".join(path.as_posix() for path in paths)
        raise UsageError(f"There are two queries of the name '{path.stem}': {told}; rename one.")
    return read_query(path, profile)


def read_query(path: Path, profile: Profile) -> NamedQuery:
    """Read one query of a graph project.

    Raises:
        InputError: it cannot be read, or its header is ill-formed; with its line.
    """
    text = read(path)
    try:
        query = parse(path.stem, text, profile.kinds)
    except QuerySyntaxError as error:
        raise InputError.of(error, str(path)) from error
    if profile is not packaged_profile():  # the packaged queries declare what they use
        query = query._replace(text=completed(text, profile.prefixes), path=str(path))
    other = path.parent / "bound" / path.name
    return query._replace(bound=read(other)) if other.is_file() else query


def with_folder(profile: Profile, folder: str | Path | None) -> Profile:
    """Return a profile with the queries of one more folder; the profile itself where there is none.

    Raises:
        InputError: there is no such folder, or it holds no query.
    """
    if folder is None:
        return profile
    require(folder, (str, PathLike), "Queries are a folder")
    if folder == "":
        raise UsageError("The folder of queries has no name: give one, or None for no more than those of the project.")
    place = Path(folder)
    if not place.is_dir():
        raise InputError("there is no such folder of queries", str(folder))
    if not any(place.glob("*.rq")):
        raise InputError("the folder holds no query (a file whose name ends in .rq)", str(folder))
    if place.resolve() in (own.resolve() for own in profile.queries):
        return profile
    return profile._replace(queries=(*profile.queries, place))
