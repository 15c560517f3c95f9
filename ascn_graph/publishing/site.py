"""The whole site, file by file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from itertools import chain
from pathlib import Path

from pyoxigraph import RdfFormat

from ascn_graph import api
from ascn_graph.dataset import canonical
from ascn_graph.errors import ConformanceError, require
from ascn_graph.formats import graphs
from ascn_graph.graph import Graph
from ascn_graph.profile import ONTOLOGY
from ascn_graph.publishing import atomic, documents, dumps, extension, parallel, script_data, server_rules
from ascn_graph.publishing.addresses import base_url
from ascn_graph.publishing.citing import work
from ascn_graph.publishing.descriptions import Counts, counted, described, sitemaps
from ascn_graph.publishing.documents import Description, Documents
from ascn_graph.publishing.fact_index import FactIndex
from ascn_graph.publishing.ontology_page import ontology
from ascn_graph.publishing.pages import Pages, releases
from ascn_graph.publishing.query_pages import QueryPages
from ascn_graph.publishing.renderer import Page, Renderer
from ascn_graph.publishing.settings import SiteSettings
from ascn_graph.publishing.views import Views
from ascn_graph.sparql import catalogue

__all__ = ["SiteFiles", "publish"]

# The fewest things whose pages a process of their own writes.
_WORTH_A_PROCESS = 200
# More would wait for what one process has to write alone, and each may come to hold the index once more.
_MOST_PROCESSES = 4
_HERE = Path(__file__).parent
# Loaded as scripts, not as modules, so that search works from a folder without a server too.
_CLASSIC = "site.js"
#: The vendored files of the query page.
_VENDORED = ("editor.js", "oxigraph.js", "oxigraph.wasm.gz")


class SiteFiles:
    """The files of the site of one graph.

    Args:
        graph: an embedded graph.
        base: what `base_url` returns.
        options: `endpoint`, `correction` and `language`, as `publish` takes them.
    """

    def __init__(self, graph: Graph, base: str, **options: str) -> None:
        self._graph = graph
        self._profile = profile = graph.profile
        if "#" in profile.things + profile.graphs:
            raise profile.fault(
                "what stands behind a # has no page of its own: a site needs a base that ends in /", "base"
            )
        self._settings = SiteSettings(profile, base, **options)
        self.index = FactIndex(graph.store, profile)
        self._views = Views(self.index, self._settings)
        self._work = work(self.index, self._settings)
        added = extension.find(self._settings)
        ask = cache(partial(graph.query, timeout=None))
        self._renderer = Renderer(self._settings, self._work.version)
        self._extension = added(ask, self._views, self._renderer)
        self._pages = Pages(self._views, self._renderer, self._extension, self._work)
        self._documents = Documents(self._views)
        self._releases = releases(profile.data)
        # A place without a profile of its own gets the packaged ontology, with the concepts in it.
        if all(fact.graphs == (ONTOLOGY,) for thing in self.things for fact in self.index.facts[thing]):
            raise ConformanceError(
                f"There is nothing to publish: no IRI of the data begins with {profile.things} "
                f"and a kind of {profile.name} ({', '.join(profile.kinds) or 'graph.toml declares none'})."
            )
        self._queries = QueryPages(ask, self._views, self._renderer)

    @property
    def things(self) -> list[str]:
        """The things that have pages, kind by kind."""
        return [*chain.from_iterable(self.index.by_kind.values())]

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Yield every file of the site: its path and its bytes, one after the other."""
        yield from self.of_things(self.things)
        yield from self.others()

    def of_things(self, things: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Yield the page of each of some things, and what it says as data in every form."""
        for thing in things:
            page = self._pages.thing(thing)
            yield page.path, page.html.encode()
            description = self._documents.describe(thing, self.index.parts.get(thing, []))
            yield from _each(page.path.removesuffix(".html"), self._documents.forms(description))

    def others(self) -> Iterator[tuple[str, bytes]]:
        """Yield the files that are about no one thing."""
        quads = canonical(self._graph.store)
        profile, settings = self._profile, self._settings
        whole = [
            *dumps.whole(quads, profile.prefix, profile.prefixes),
            *self._extension.dumps(),
            *self._queries.tables(),
        ]
        for dump in whole:
            yield dump.path, dump.content
            yield f"{dump.path}.gz", dump.compressed
        counts = counted({quad.triple for quad in quads})
        description = described(self.index, settings, self._work, counts, whole)
        page_of, of_kinds = self._views.addresses.required, self.index.by_kind.items()
        listed = [page_of(one).page for kind, things in of_kinds if kind not in settings.noindex for one in things]
        titles, pages = [], set()
        for page in self._html(whole, description, counts):
            pages.add(page.path)
            if page.indexed:
                listed.append(page.path)
            if page.indexed and not page.path.startswith("doc/"):
                titles.append((page.title, page.path))
            yield page.path, page.html.encode()
        for text, path in self._renderer.menu:
            wanted = path.partition("#")[0]
            if "://" in path or wanted in pages:
                continue
            if all(wanted != page_of(thing).page for thing in self.things):
                raise settings.fault(f"the menu leads to '{path}', which is no page of the site", "menu", text)
        terms = self._documents.describe(profile.ontology_iri, self.index.terms)
        yield from _each("ontology", self._documents.forms(terms))
        forms = self._documents.forms(description)
        yield from _each("dataset", forms)
        # A client that asks for the data set as quads gets its description, which no graph holds.
        yield from (("dataset.trig", forms["ttl"]), ("dataset.nq", forms["nt"]), (".well-known/void", forms["ttl"]))
        for name, triples in dumps.by_graph(quads).items():
            written = documents.forms(triples, profile.prefixes, graphs.written(triples, RdfFormat.JSON_LD))
            yield from _each(page_of(name).path, written)
        yield "assets/search-index.js", script_data.search_index(self._views, titles).encode()
        told = {"releases": self._releases, "author": self._work.publisher, "day": self._work.issued}
        yield "news.atom", self._renderer.part("news.atom", **told).encode()
        yield from sitemaps(self._renderer, listed, self._work.issued)
        # Without it GitHub Pages leaves out what begins with a dot or an underscore.
        yield ".nojekyll", b""
        if profile.context:
            yield "context.jsonld", profile.context.read_bytes()
        yield (
            "query.json",
            script_data.catalogue_json(self._queries.queries.values(), self._views, self._extension.land()).encode(),
        )
        yield from api.files(
            self._graph,
            list(catalogue.load(profile).values()),
            self.index.by_kind,
            base_url=settings.base,
            version=self._work.version,
            endpoint=settings.endpoint,
            known=self._queries.answers,
        )
        yield from _static(self._extension.vendored)
        yield from server_rules.files(settings)
        yield atomic.MARK, b"Written by `ascn publish`, which may replace this folder.\n"

    def _html(self, whole: list[dumps.Dump], description: Description, counts: Counts) -> Iterator[Page]:
        yield from map(self._pages.kind, self.index.by_kind)
        yield from map(self._pages.graph, self.index.graphs)
        yield ontology(self._views, self._renderer)
        yield self._pages.dataset(description, counts, whole)
        yield self._pages.about()
        yield self._pages.news(self._releases)
        yield self._pages.home(self._queries.questions())
        yield from self._queries.pages()
        yield from self._extension.pages()
        yield self._pages.lost()


def _each(path: str, forms: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """Yield the files of a document in every form."""
    return ((f"{path}.{ending}", content) for ending, content in forms.items())


def _static(vendored: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Yield the style sheet, our scripts and the vendored files: path from the top of the site, and bytes.

    Args:
        vendored: names of vendored files beyond those of the query page.
    """
    assets, vendor = _HERE / "assets", _HERE / "vendor"
    for path in sorted(assets.iterdir()):
        if path.suffix in (".css", ".js", ".svg") and path.name != _CLASSIC:
            yield f"assets/{path.name}", path.read_bytes()
    fold = (assets / "fold.js").read_text("utf-8").replace("export ", "")
    script = (assets / _CLASSIC).read_text("utf-8")
    yield f"assets/{_CLASSIC}", f"(() => {{\n{fold}\n{script}}})();\n".encode()
    listing = json.loads((vendor / "VENDOR.json").read_bytes())
    wanted = {*_VENDORED, *vendored}
    yield "logo.svg", (_HERE / "logo.svg").read_bytes()
    files = [entry for entry in listing["files"] if entry["file"] in wanted]
    yield "vendor/VENDOR.json", (json.dumps({"files": files}, indent=2) + "\n").encode()
    for name in sorted({entry[key] for entry in files for key in ("file", "licenceFile")}):
        yield f"vendor/{name}", (vendor / name).read_bytes()


def publish(
    graph: Graph,
    out: Path,
    base: str,
    *,
    check: Callable[[], object] | None = None,
    warn: Callable[[str], object] | None = None,
    **options: str,
) -> int:
    """Write the site of a graph in place of a folder, in one step.

    Args:
        graph: an embedded graph.
        out: the folder; absent, empty, or one that this function wrote.
        base: where the site will lie, as `base_url` reads it.
        check: done beside the writing; what it raises leaves the folder as it was.
        warn: takes a sentence on two files whose paths differ in case alone, of which some disks keep one.
        options: `endpoint`, the URL of the SPARQL endpoint beside it, which the page and the description of the data
            name; `correction`, where a reader may ask for a correction, where that is not what the profile says;
            `language`, the language whose names stand before the English ones. Each is empty for none.

    Returns:
        The number of files.

    Raises:
        UsageError: the folder holds something else, the base URL is none, or no name is in the language.
        InputError: the profile's `[site]` is wrong.
        ConformanceError: an IRI of ours is no name for a file, or the graph has no thing of its kinds to show.
        EngineError: the disk is full or not to be written.
    """
    require(graph, Graph, "A graph is what load() returns")
    site = SiteFiles(graph, base_url(base), **options)
    things, shares = site.things, min(parallel.processors(), _MOST_PROCESSES)
    is_small, checks = len(things) < _WORTH_A_PROCESS, [check] if check else []
    with atomic.replaced(out) as folder:
        works = (
            [] if is_small else [partial(_written, folder, site.of_things(things[n::shares])) for n in range(shares)]
        )
        with parallel.beside([*checks, *works]) as results:
            paths = _written(folder, site.files() if is_small else site.others())
            paths += chain.from_iterable(results()[len(checks) :])
    folded: dict[str, str] = {}
    for path in sorted(paths):
        other = folded.setdefault(path.casefold(), path)
        if other != path and warn is not None:
            warn(f"{other} and {path} differ in case alone: a disk that does not tell them apart keeps one of them.")
    return len(paths)


def _written(folder: atomic.Fresh, files: Iterable[tuple[str, bytes]]) -> list[str]:
    """Write files, and return their paths."""
    paths = []
    for path, content in files:
        folder.write(path, content)
        paths.append(path)
    return paths
