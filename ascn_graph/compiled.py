"""The packaged graph as one N-Quads file, read in place of the Turtle files that it was written from."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import BinaryIO

from pyoxigraph import RdfFormat, Store

from ascn_graph import dataset

# hashlib loads all of OpenSSL, which takes as long as the query.
try:
    from _blake2 import blake2b
except ImportError:  # an implementation of Python other than CPython
    from hashlib import blake2b

__all__ = ["COMPILED_FILE", "load", "write"]

#: Where the build writes it; a checkout that was never installed has none.
COMPILED_FILE = Path(__file__).parent / "_kg" / "graph.nq"
_MARK = b"# ascn-graph compiled "


def write(files: Sequence[dataset.GraphFile], path: Path = COMPILED_FILE) -> None:
    """Write files as N-Quads: a comment with the hash of the Turtle, one a predicate, the union, each named graph.

    The lines of both parts are sorted by predicate, and the comment of a predicate says how many bytes of each part
    are its own; the same Turtle gives the same bytes.
    """
    parts: list[dict[str, set[bytes]]] = [defaultdict(set), defaultdict(set)]
    for quad in dataset.canonical(dataset.load(files)):
        parts[0][quad.predicate.value].add(f"{quad.triple} .\n".encode())
        parts[1][quad.predicate.value].add(f"{quad} .\n".encode())
    names = sorted(parts[0])
    path.parent.mkdir(exist_ok=True)
    with path.open("wb") as stream:
        stream.write(_MARK + f"{_digest(files)} {len(names)}\n".encode())
        for name in names:
            sizes = (sum(map(len, part[name])) for part in parts)
            stream.write(" ".join(["#", name, *map(str, sizes)]).encode() + b"\n")
        for part in parts:
            stream.writelines(line for name in names for line in sorted(part[name]))


def load(
    files: Sequence[dataset.GraphFile],
    *,
    named: bool,
    predicates: AbstractSet[str] | None = None,
    path: Path = COMPILED_FILE,
) -> Store:
    """Load files as `dataset.load` does; by the N-Quads file where that was written from the very same bytes.

    Args:
        files: what `dataset.find` lists.
        named: keep the named graphs beside their union.
        predicates: what alone will be asked for; the rest may be left out.
        path: the N-Quads file.
    """
    try:
        with path.open("rb") as stream:
            mark, _, count = stream.readline().rpartition(b" ")
            if mark != _MARK + _digest(files).encode():
                return dataset.load(files, named=named)
            content = _read(stream, int(count), predicates, named=named)
    except (OSError, ValueError):
        return dataset.load(files, named=named)
    store = Store()
    store.load(content, format=RdfFormat.N_QUADS, lenient=True)
    return store


def _read(stream: BinaryIO, count: int, predicates: AbstractSet[str] | None, *, named: bool) -> bytes:
    """Return the lines of the predicates that are asked for, behind the `count` lines that say where they are.

    Raises:
        ValueError: the file is truncated.
    """
    listed = [stream.readline().decode().split() for _ in range(count)]
    content, wanted = [], 0
    for part in (2, 3) if named else (2,):
        for line in listed:
            if predicates is None or line[1] in predicates:
                wanted += int(line[part])
                content.append(stream.read(int(line[part])))
            else:
                stream.seek(int(line[part]), os.SEEK_CUR)
    found = b"".join(content)
    if len(found) < wanted:
        raise ValueError("The file is truncated.")
    return found


def _digest(files: Sequence[dataset.GraphFile]) -> str:
    """Return the hash of the name of each graph and the bytes of each file."""
    found = blake2b(digest_size=32)
    for file in files:
        content = file.path.read_bytes() if file.path.is_file() else b""
        found.update(f"{file.iri} {len(content)}\n".encode() + content)
    return found.hexdigest()
