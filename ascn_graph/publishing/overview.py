"""The pages about the whole: the first page, the data set, how to cite and correct it, and what is not there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from pyoxigraph import NamedNode

from ascn_graph.namespaces import STANDARD
from ascn_graph.publishing.citing import Work
from ascn_graph.publishing.descriptions import Counts
from ascn_graph.publishing.documents import Description
from ascn_graph.publishing.dumps import Dump
from ascn_graph.publishing.extension import Extension
from ascn_graph.publishing.renderer import Page, Renderer
from ascn_graph.publishing.view_models import Link
from ascn_graph.publishing.views import Views

__all__ = ["Overview"]

_LICENCE = STANDARD["dcterms"] + "license"


class _Graph(NamedTuple):
    """A named graph in the tables of the pages, with its source and the licence of that."""

    link: Link
    triples: int
    source: Link | None
    as_of: str
    licences: list[Link]
    attribution: str


class Overview:
    """Writes the pages about the whole graph.

    Args:
        views: what was read.
        renderer: fills the templates.
        work: the data set.
    """

    def __init__(self, views: Views, renderer: Renderer, work: Work) -> None:
        self._views = views
        self._renderer = renderer
        self._work = work

    def home(self, questions: Sequence[tuple[str, str, int]], extension: Extension) -> Page:
        """Write the first page.

        Args:
            questions: what the named queries answer: the question, the path of its page, its number of rows.
            extension: what the graph adds.
        """
        profile, graph = self._views.profile, self._views.graph
        return self._renderer.page(
            "index.html",
            crumbs=None,
            title=profile.name,
            description=profile.description or f"{profile.title}: every fact with the source that states it.",
            embedded=self._work.site(),
            answers=extension.home(),
            questions=questions,
            kinds=[(kind, len(graph.by_kind[name])) for name, kind in profile.kinds.items() if graph.by_kind[name]],
            triples=sum(graph.graphs.values()),
            sources=len(graph.by_kind.get(self._views.settings.source_kind, ())),
        )

    def dataset(self, description: Description, counts: Counts, dumps: Sequence[Dump]) -> Page:
        """Write the page about the data set and its files."""
        views, iri = self._views, self._work.iri
        licences = [fact.value for fact in description.blocks[0][1] if fact.predicate == _LICENCE]
        whole = [dump for dump in dumps if dump.path.startswith(f"dumps/{views.profile.prefix}.")]
        return self._renderer.page(
            "dataset.html",
            data="dataset",
            embedded=self._work.schema(dumps, [one.value for one in licences if isinstance(one, NamedNode)]),
            iri=iri,
            named=[(part.partition("#")[2], views.name(part)[0]) for part in views.graph.parts.get(iri, ())],
            contact=views.profile.contact,
            context=views.profile.context is not None,
            endpoint=views.settings.endpoint,
            # The N-Quads are canonical and sorted: their hash is that of the graph.
            hash=next(dump.sha256 for dump in whole if dump.path.endswith(".nq")),
            whole=whole,
            tables=[dump for dump in dumps if dump not in whole],
            graphs=[*self._graphs()],
            partitions=[(anchor, views.link(one), number) for anchor, one, number in counts.partitions],
            licences=[*map(views.show, licences)],
        )

    def _graphs(self) -> Iterator[_Graph]:
        views, graph = self._views, self._views.graph
        for folder, triples in graph.graphs.items():
            source = views.settings.source(folder)
            yield _Graph(
                views.link(views.profile.graph_iri(folder))._replace(text=folder),
                triples,
                views.link(source) if source in graph.facts else None,
                graph.text(source, views.profile.evidence.as_of),
                [*map(views.show, graph.values(source, _LICENCE))],
                views.settings.attribution.get(folder, ""),
            )

    def about(self) -> Page:
        """Write the page that tells how to cite and correct the data, and under which licences it is."""
        graphs = [one for one in self._graphs() if one.source]
        return self._renderer.page("about.html", work=self._work, graphs=graphs)

    def lost(self) -> Page:
        """Write what a host shows for an address that is not there, whatever the depth of that address."""
        root = urlsplit(self._views.settings.base).path
        return self._renderer.page("404.html", crumbs=None, root=root, indexed=False)
