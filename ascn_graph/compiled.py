"""The packaged graph as one N-Quads file, read in place of the Turtle files that it was written from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pyoxigraph import CanonicalizationAlgorithm, Dataset, DefaultGraph, RdfFormat, Store

from ascn_graph import dataset

# hashlib loads all of OpenSSL, which takes as long as the query.
try:
    from _blake2 import blake2b
except ImportError:  # an implementation of Python other than CPython
    from hashlib import blake2b

__all__ = ["FILE", "load", "write"]

#: Where the build writes it; a checkout that was never installed has none.
FILE = Path(__file__).parent / "_kg" / "graph.nq"
_MARK = b"# ascn-graph compiled "


def write(files: Sequence[dataset.GraphFile], path: Path = FILE) -> None:
    """Write files as N-Quads: a comment with the hash of the Turtle, then the union of all, then each named graph.

    The lines of both parts are sorted, so the same Turtle gives the same bytes.
    """
    quads = Dataset(quad for quad in dataset.load(files) if not isinstance(quad.graph_name, DefaultGraph))
    quads.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)  # blank nodes too are called the same each time
    union = "".join(sorted({f"{quad.triple} .\n" for quad in quads}))
    named = "".join(sorted(f"{quad} .\n" for quad in quads))
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(_head(files, len(union.encode())) + union.encode() + named.encode())


def load(files: Sequence[dataset.GraphFile], *, named: bool, path: Path = FILE) -> Store:
    """Load files as `dataset.load` does; by the N-Quads file where that was written from the very same bytes."""
    try:
        with path.open("rb") as stream:
            head = stream.readline()
            length = head.rpartition(b" ")[2].strip()
            if not length.isdigit() or head != _head(files, int(length)):
                return dataset.load(files, named=named)
            content = stream.read() if named else stream.read(int(length))
    except OSError:
        return dataset.load(files, named=named)
    store = Store()
    store.load(content, format=RdfFormat.N_QUADS, lenient=True)
    return store


def _head(files: Sequence[dataset.GraphFile], length: int) -> bytes:
    """Return the first line: a digest of the name of each graph and the bytes of each file, and the union's length."""
    found = blake2b(digest_size=32)
    for file in files:
        content = file.path.read_bytes() if file.path.is_file() else b""
        found.update(f"{file.iri} {len(content)}\n".encode() + content)
    return _MARK + f"{found.hexdigest()} {length}\n".encode()
