"""The whole graph as files to take away, each with its size and SHA-256."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import NamedTuple

from pyoxigraph import NamedNode, Quad, RdfFormat, Triple

from ascn_graph.formats import graphs
from ascn_graph.media_types import CONTENT_TYPES

__all__ = ["Dump", "by_graph", "whole"]


class Dump(NamedTuple):
    """A file of the site that holds data."""

    path: str  # where it lies, from the top of the site
    title: str  # its format in words
    content: bytes

    @property
    def media_type(self) -> str:
        """Its type, without its character set."""
        return CONTENT_TYPES[PurePosixPath(self.path).suffix].partition(";")[0]

    @property
    def anchor(self) -> str:
        """Its name in the description of the data and on the page about it."""
        return self.path.replace("/", "-")

    @property
    def size(self) -> int:
        """Its bytes."""
        return len(self.content)

    @property
    def sha256(self) -> str:
        """Its SHA-256 in hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def compressed(self) -> bytes:
        """The same compressed, for servers that send it as it lies there."""
        return gzip.compress(self.content, compresslevel=6, mtime=0)


def whole(quads: list[Quad], name: str, prefixes: Mapping[str, str]) -> Iterator[Dump]:
    """Write the whole graph in each format; the N-Quads are canonical, so their SHA-256 is the hash of the graph.

    Args:
        quads: what `canonical` returns.
        name: what the files are called.
        prefixes: what Turtle and TriG are shortened by.
    """
    triples = list(dict.fromkeys(quad.triple for quad in quads))
    ordered = sorted(quads, key=lambda quad: str(quad.graph_name))
    turtle = graphs.written(triples, RdfFormat.TURTLE, prefixes)
    yield Dump(f"dumps/{name}.ttl", "Turtle, the union of the graphs", turtle)
    yield Dump(f"dumps/{name}.trig", "TriG", graphs.written(ordered, RdfFormat.TRIG, prefixes))
    lines = graphs.written(quads, RdfFormat.N_QUADS)
    yield Dump(f"dumps/{name}.nq", "N-Quads, sorted, RDFC-1.0", lines)
    yield Dump(f"dumps/{name}.jsonld", "JSON-LD", graphs.written(ordered, RdfFormat.JSON_LD))


def by_graph(quads: list[Quad]) -> dict[str, list[Triple]]:
    """Return the triples of each named graph, in the order of the quads."""
    found: dict[str, list[Triple]] = {}
    for quad in quads:
        if isinstance(quad.graph_name, NamedNode):
            found.setdefault(quad.graph_name.value, []).append(quad.triple)
    return found
