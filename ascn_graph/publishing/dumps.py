"""The whole graph as files to take away, each with its size and SHA-256."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from typing import NamedTuple

from pyoxigraph import (
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    NamedNode,
    Quad,
    RdfFormat,
    Store,
    Triple,
    serialize,
)

from ascn_graph.namespaces import PREFIXES

__all__ = ["Dump", "by_graph", "canonical", "graph_files", "whole"]


class Dump(NamedTuple):
    """A file of the site that holds data.

    Attributes:
        path: where it lies, from the top of the site.
        media_type: its type, as a server should send it.
        title: its format in words.
        content: its bytes.
    """

    path: str
    media_type: str
    title: str
    content: bytes

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


def canonical(store: Store) -> list[Quad]:
    """Give the quads of the named graphs, blank nodes labelled by RDFC-1.0, in the order of their N-Quads."""
    dataset = Dataset(quad for quad in store if not isinstance(quad.graph_name, DefaultGraph))
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(dataset, key=str)


def _written(statements: list[Quad] | list[Triple], form: RdfFormat) -> bytes:
    out = io.BytesIO()
    serialize(statements, out, format=form, prefixes=PREFIXES if form in (RdfFormat.TURTLE, RdfFormat.TRIG) else None)
    return out.getvalue()


def whole(quads: list[Quad]) -> Iterator[Dump]:
    """Write the whole graph in each format; the N-Quads are canonical, so their SHA-256 is the hash of the graph."""
    triples = list(dict.fromkeys(quad.triple for quad in sorted(quads, key=lambda quad: str(quad.triple))))
    ordered = sorted(quads, key=lambda quad: (str(quad.graph_name), str(quad.triple)))
    yield Dump("dumps/ascn.ttl", "text/turtle", "Turtle, the union of the graphs", _written(triples, RdfFormat.TURTLE))
    yield Dump("dumps/ascn.trig", "application/trig", "TriG", _written(ordered, RdfFormat.TRIG))
    lines = "".join(f"{quad} .\n" for quad in quads)
    yield Dump("dumps/ascn.nq", "application/n-quads", "N-Quads, sorted, RDFC-1.0", lines.encode())
    yield Dump("dumps/ascn.jsonld", "application/ld+json", "JSON-LD", _written(ordered, RdfFormat.JSON_LD))


def by_graph(quads: list[Quad]) -> dict[str, list[Triple]]:
    """Give the triples of each named graph, in the order of the quads."""
    found: dict[str, list[Triple]] = {}
    for quad in quads:
        if isinstance(quad.graph_name, NamedNode):
            found.setdefault(quad.graph_name.value, []).append(quad.triple)
    return found


def graph_files(triples: list[Triple], path: str) -> Iterator[tuple[str, bytes]]:
    """Write one named graph as Turtle, N-Triples and JSON-LD."""
    yield f"{path}.ttl", _written(triples, RdfFormat.TURTLE)
    yield f"{path}.nt", "".join(f"{triple} .\n" for triple in triples).encode()
    yield f"{path}.jsonld", _written(triples, RdfFormat.JSON_LD)
