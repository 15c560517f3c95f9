"""The pages about the whole: the first page, the data set, how to cite and correct it, and what is not there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit

from pyoxigraph import NamedNode

from ascn_graph.namespaces import STANDARD
from ascn_graph.publishing import schema_org
from ascn_graph.publishing.citing import Work
from ascn_graph.publishing.descriptions import partitions
from ascn_graph.publishing.documents import Description
from ascn_graph.publishing.dumps import Dump
from ascn_graph.publishing.extension import Extension
from ascn_graph.publishing.renderer import Page, Renderer
from ascn_graph.publishing.view_models import Link
from ascn_graph.publishing.views import Views

__all__ = ["Overview"]

_LICENCE = STANDARD["dcterms"] + "license"


class _Kind(NamedTuple):
    """A kind of thing on the first page."""

    title: str
    about: str
    number: int
    href: str


class _Graph(NamedTuple):
    """A named graph in the table of the data page, with its source and the licence of that."""

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
        kinds: the things by kind.
        extension: what the graph adds.
    """

    def __init__(
        self, views: Views, renderer: Renderer, kinds: Mapping[str, Sequence[str]], extension: Extension
    ) -> None:
        self._views = views
        self._renderer = renderer
        self._kinds = kinds
        self._extension = extension

    def home(self, questions: Sequence[tuple[str, str, int]], site: Mapping[str, object]) -> Page:
        """Write the first page.

        Args:
            questions: what the named queries answer: the question, the path of its page, its number of rows.
            site: what search engines are told of the site.
        """
        profile = self._views.profile
        listed = [
            _Kind(known.title, known.about, len(self._kinds[name]), f"doc/{known.path}.html")
            for name, known in profile.kinds.items()
            if self._kinds[name]
        ]
        return self._renderer.page(
            "index.html",
            "index.html",
            crumbs=None,
            title=profile.name,
            description=profile.description or f"{profile.title}: every fact with the source that states it.",
            embedded=schema_org.embedded(site),
            values={
                "subject": profile.title,
                "answers": self._extension.home(),
                "questions": questions,
                "kinds": listed,
                "triples": sum(self._views.graph.graphs.values()),
                "sources": len(self._kinds.get(self._views.settings.source_kind, ())),
            },
        )

    def dataset(
        self, description: Description, dumps: Sequence[Dump], graph_hash: str, work: Work, endpoint: str
    ) -> Page:
        """Write the page about the data set and its files."""
        views = self._views
        licences = [fact.value for fact in description.blocks[0][1] if fact.predicate == _LICENCE]
        addresses = [licence.value for licence in licences if isinstance(licence, NamedNode)]
        whole = [dump for dump in dumps if dump.path.startswith(f"dumps/{views.settings.file}.")]
        iri = description.blocks[0][0]
        return self._renderer.page(
            "dataset.html",
            "dataset.html",
            title="Data",
            description="Downloads of the whole graph, the named graph of each source, and their licences.",
            data="dataset",
            embedded=schema_org.embedded(work.schema(dumps, addresses)),
            values={
                "iri": iri,
                "named": [(part.partition("#")[2], views.name(part)[0]) for part in views.graph.parts().get(iri, ())],
                "contact": views.profile.contact,
                "context": views.profile.context is not None,
                "endpoint": endpoint,
                "hash": graph_hash,
                "whole": whole,
                "tables": [dump for dump in dumps if dump not in whole],
                "graphs": self._graphs(),
                "partitions": [(anchor, views.link(iri), number) for anchor, iri, number in partitions(description)],
                "licences": [views.show(licence) for licence in licences],
            },
        )

    def _graphs(self) -> list[_Graph]:
        views, graph, found = self._views, self._views.graph, []
        for folder, triples in graph.graphs.items():
            source = views.settings.source(folder)
            known = source in graph.facts
            found.append(
                _Graph(
                    views.link(views.profile.graph_iri(folder))._replace(text=folder),
                    triples,
                    views.link(source) if known else None,
                    graph.text(source, views.profile.evidence.as_of),
                    [views.show(one) for one in graph.values(source, _LICENCE)] if known else [],
                    views.settings.attribution.get(folder, ""),
                )
            )
        return found

    def about(self, work: Work) -> Page:
        """Write the page that tells how to cite and correct the data, and under which licences it is."""
        return self._renderer.page(
            "about.html",
            "about.html",
            title="Cite and correct",
            description="How to cite the data, the licence of each source, and how to ask for a correction.",
            values={
                "plain": work.plain(),
                "bibtex": work.bibtex(),
                "csl": work.csl(),
                "graphs": [one for one in self._graphs() if one.source],
            },
        )

    def lost(self, base: str) -> Page:
        """Write what a host shows for an address that is not there, whatever the depth of that address."""
        return self._renderer.page(
            "404.html",
            "404.html",
            crumbs=None,
            title="Not here",
            description="There is no such page.",
            root=urlsplit(base).path,
            indexed=False,
            values={},
        )
