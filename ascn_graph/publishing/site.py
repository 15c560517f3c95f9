"""The whole site, file by file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from ascn_graph import __version__
from ascn_graph.errors import UsageError
from ascn_graph.graph import Graph
from ascn_graph.namespaces import KINDS, ONTOLOGY, PREFIXES, THING
from ascn_graph.publishing import addresses, atomic, descriptions, documents, dumps, jsonld, maps, rules
from ascn_graph.publishing.frame import Frame, Page
from ascn_graph.publishing.overview import Overview, places
from ascn_graph.publishing.pages import Pages
from ascn_graph.publishing.questions import Questions, static_files
from ascn_graph.publishing.reading import Published
from ascn_graph.publishing.terms import ontology
from ascn_graph.publishing.views import Views

__all__ = ["Site", "base_url", "publish"]

_SEGMENT = re.compile(r"[A-Za-z0-9._~-]+")
_HOST = re.compile(r"[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\]")


def base_url(text: str) -> str:
    """Read where a site will lie.

    Args:
        text: an http or https address of a folder, such as `https://example.org/ascn/`.

    Returns:
        The same with a slash at its end.

    Raises:
        UsageError: it has no scheme or host, a user, a query or a fragment, or a path of other than plain names.
    """

    def refuse(why: str) -> UsageError:
        return UsageError(f"The base URL {text!r} {why}; give one such as https://example.org/ascn/.")

    if not text.isprintable() or " " in text:
        raise refuse("has a space or a control character")
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError as error:
        raise refuse(f"is no URL ({error})") from error
    if parts.scheme not in ("http", "https"):
        raise refuse("does not begin with https:// or http://")
    if "?" in text or "#" in text:
        raise refuse("has a query or a fragment")
    if "@" in parts.netloc or not _HOST.fullmatch(re.sub(r":[0-9]*$", "", parts.netloc)):
        raise refuse("has no plain host")
    names = [name for name in parts.path.split("/") if name]
    if any(name in (".", "..") or not _SEGMENT.fullmatch(name) for name in names):
        raise refuse("has a path of other than letters, digits, dots, hyphens, underscores and tildes")
    return f"{parts.scheme}://{parts.netloc}/{''.join(f'{name}/' for name in names)}"


class Site:
    """The files of the site of one graph.

    Args:
        graph: an embedded graph.
        base: what `base_url` gives.
    """

    def __init__(self, graph: Graph, base: str) -> None:
        self._graph = graph
        self._base = base
        self.published = Published(graph.store)
        self._views = Views(self.published)
        self._version = self.published.text(ONTOLOGY[:-1], PREFIXES["owl"] + "versionInfo") or __version__
        self._frame = Frame(base, self._version)
        self._pages = Pages(self._views, self._frame)
        self._parts = self.published.parts()
        self._by_kind: dict[str, list[str]] = {kind: [] for kind in KINDS}
        for thing in self.published.things():
            kind = thing.removeprefix(THING).partition("/")[0]
            if thing.startswith(THING) and kind in self._by_kind:
                self._by_kind[kind].append(thing)
        self._overview = Overview(self._views, self._frame, self._by_kind)
        self._questions = Questions(graph, self._views, self._frame)

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Give every file of the site: its path and its bytes, one after the other."""
        quads = dumps.canonical(self._graph.store)
        whole = [*dumps.whole(quads), self._geojson(), *self._questions.tables()]
        yield from ((dump.path, dump.content) for dump in whole)
        listed = []
        for path, content in self._html(whole):
            if path.endswith(".html"):
                listed.append(path)
            yield path, content
        for graph, triples in dumps.by_graph(quads).items():
            yield from dumps.graph_files(triples, addresses.required(graph).path)
        yield from descriptions.sitemaps(self._base, listed)
        yield _page(self._overview.lost(self._base))
        yield from self._static()
        yield from rules.files(self._base)
        yield atomic.MARK, b"Written by `ascn publish`, which may replace this folder.\n"

    def _html(self, whole: list[dumps.Dump]) -> Iterator[tuple[str, bytes]]:
        for kind, things in self._by_kind.items():
            yield _page(self._pages.kind(kind, things))
            for thing in things:
                yield from self._thing(thing)
        for folder in self.published.graphs:
            yield _page(self._pages.graph(folder))
        yield from self._ontology()
        # The N-Quads are canonical and sorted: their hash is that of the graph.
        graph_hash = next(dump.sha256 for dump in whole if dump.path.endswith(".nq"))
        yield from self._dataset(whole, graph_hash)
        yield _page(self._pages.people())
        yield _page(self._overview.home())
        yield _page(self._overview.map())
        yield from map(_page, self._questions.pages())

    def _thing(self, thing: str) -> Iterator[tuple[str, bytes]]:
        parts = self._parts.get(thing, [])
        description = documents.describe(self.published, thing, parts)
        yield _page(self._pages.thing(thing, description, parts))
        yield from _forms(addresses.required(thing).path, description)

    def _ontology(self) -> Iterator[tuple[str, bytes]]:
        iri = ONTOLOGY.removesuffix("#")
        terms = [term for term in self._parts.get(iri, []) if term in self.published.facts]
        description = documents.describe(self.published, iri, terms)
        yield _page(ontology(self._views, self._frame, description, terms))
        yield from _forms("ontology", description)

    def _dataset(self, whole: list[dumps.Dump], graph_hash: str) -> Iterator[tuple[str, bytes]]:
        description = descriptions.dataset(self.published, self._base, self._version, whole)
        yield _page(self._overview.dataset(description, whole, graph_hash))
        yield from _forms("dataset", description)
        turtle = documents.turtle(description).encode()
        yield "dataset.trig", turtle
        yield "dataset.nq", documents.ntriples(description).encode()
        yield ".well-known/void", turtle

    def _geojson(self) -> dumps.Dump:
        text = maps.geojson(places(self._views, self._by_kind["city"]))
        return dumps.Dump("dumps/ascn.geojson", "application/geo+json", "GeoJSON, the cities", text.encode())

    def _static(self) -> Iterator[tuple[str, bytes]]:
        here = Path(__file__).parent
        # Without it GitHub Pages leaves out what begins with a dot or an underscore.
        yield ".nojekyll", b""
        yield "logo.svg", (here / "logo.svg").read_bytes()
        yield "context.jsonld", jsonld.context_bytes()
        yield self._questions.script_data(self._by_kind)
        yield from static_files()


def _page(page: Page) -> tuple[str, bytes]:
    return page.path, page.html.encode()


def _forms(path: str, description: documents.Description) -> Iterator[tuple[str, bytes]]:
    for extension, write in documents.FORMS.items():
        yield f"{path}.{extension}", write(description).encode()


def publish(graph: Graph, out: Path, base: str, *, progress: Callable[[int], object] | None = None) -> int:
    """Write the site of a graph in place of a folder, in one step.

    Args:
        graph: an embedded graph.
        out: the folder; absent, empty, or one that this function wrote.
        base: where the site will lie, as `base_url` reads it.
        progress: takes the number of files written, every hundred files.

    Returns:
        The number of files.

    Raises:
        UsageError: the folder holds something else, or the base URL is none.
        ConformanceError: an IRI of ours is no name for a file.
        EngineError: the disk is full or not to be written.
    """
    site = Site(graph, base_url(base))
    count = 0
    with atomic.replaced(out) as folder:
        for path, content in site.files():
            folder.write(path, content)
            count += 1
            if progress is not None and count % 100 == 0:
                progress(count)
    return count
