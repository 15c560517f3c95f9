"""The pages that every site has, each a template filled with what was read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pyoxigraph import NamedNode

from ascn_graph.differences import Differences, Thing
from ascn_graph.errors import InputError, counted
from ascn_graph.namespaces import STANDARD
from ascn_graph.profile import MATERIALISED
from ascn_graph.publishing import schema_org
from ascn_graph.publishing.citing import Work
from ascn_graph.publishing.descriptions import Counts
from ascn_graph.publishing.documents import Description
from ascn_graph.publishing.dumps import Dump
from ascn_graph.publishing.extension import Extension
from ascn_graph.publishing.fact_index import TYPE
from ascn_graph.publishing.renderer import Page, Renderer
from ascn_graph.publishing.view_models import Link, by_text
from ascn_graph.publishing.views import Notes, Views

__all__ = ["Pages", "releases"]

_DEFINITION = STANDARD["skos"] + "definition"
_LICENCE = STANDARD["dcterms"] + "license"


class Pages:
    """Writes the pages of one graph.

    Args:
        views: what was read.
        renderer: fills the templates.
        extension: what the graph adds.
        work: the data set.
    """

    def __init__(self, views: Views, renderer: Renderer, extension: Extension, work: Work) -> None:
        self._views = views
        self._renderer = renderer
        self._extension = extension
        self._work = work

    def thing(self, iri: str) -> Page:
        """Write the page about one thing, which tells of the IRIs with its fragment too."""
        views, graph, notes = self._views, self._views.graph, Notes(self._views)
        kind, parts, place = views.profile.kind_of(iri) or "", graph.parts.get(iri, []), views.addresses.required(iri)
        sections = self._extension.sections(iri, kind, notes)
        known = views.profile.kinds.get(kind)
        description, name = views.summary(iri), views.name(iri)
        return self._renderer.page(
            place.page,
            template="thing.html",
            title=views.title(iri),
            heading=name[0],
            description=description,
            crumbs=[Link(known.title, href=f"doc/{known.path}.html")] if known else [],
            data=place.path,
            embedded=schema_org.thing(views, iri, description),
            about=iri,
            indexed=kind not in views.settings.noindex,
            iri=iri,
            language=name[1],
            local=views.link(iri).local,
            kind=", ".join(dict.fromkeys(views.name(one)[0] for one in graph.types(iri))) or kind,
            definition=graph.text(iri, _DEFINITION),
            sections=sections,
            rows=views.rows(iri, notes, leave=[views.profile.evidence.derived_from]),
            places=[self._place(part) for part in sorted(parts, key=self._part_order)],
            is_source=kind == views.settings.source_kind,
            notes=notes,
            groups=views.incoming(iri, leave=self._part_links(set(parts))),
        )

    def _part_links(self, parts: set[str]) -> set[str]:
        """Return the properties by which nothing but the parts of a thing point at it: its page lists those anyway."""
        links = self._views.graph.incoming.get(next(iter(parts), "").partition("#")[0], ())
        return {link.predicate for link in links} - {link.predicate for link in links if link.subject not in parts}

    def _place(self, part: str) -> dict[str, object]:
        """Return what is told of a part, such as a place in a source: what is printed there, and what rests on it."""
        views, graph, terms = self._views, self._views.graph, self._views.profile.evidence
        rests = [link.subject for link in graph.incoming.get(part, ()) if link.predicate == terms.derived_from]
        evidence = graph.first(part, terms.part_of)
        if not evidence:
            values = (fact.value for fact in graph.facts.get(part, ()))
            named = (value.value for value in values if isinstance(value, NamedNode))
            rests += [one for one in named if "#" not in one and views.profile.kind_of(one)]
        return {
            "anchor": part.partition("#")[2],
            "place": views.place(part) if evidence else views.name(part)[0],
            "quote": graph.text(part, terms.quote),
            "rests": dict.fromkeys(map(views.link, rests)),
        }

    def _part_order(self, part: str) -> tuple[int, str]:
        terms, order = self._views.profile.evidence, self._views.profile.term("order")
        numbers = (self._views.graph.text(part, name) for name in (terms.begin, terms.page, order))
        return next((int(number) for number in numbers if number.isdecimal()), 0), part

    def kind(self, kind: str) -> Page:
        """Write the page that lists the things of a kind, with the columns that the profile and the extension name."""
        views, known = self._views, self._views.profile.kinds[kind]
        things = sorted(views.graph.by_kind[kind], key=lambda thing: (views.name(thing)[0], thing))
        further = self._extension.columns(kind)
        rows = []
        for thing in things:
            added = [linked.get(thing, []) for linked in further.values()]
            cells = [(by_text(links), key) for links, key in views.columns(thing)]
            cells += [(links, next((link.exact or link.text for link in links), "")) for links in added]
            rows.append((views.link(thing), cells))
        about = known.about or f"All {known.plural} of this graph."
        headings = [*map(views.link, views.settings.columns.get(kind, [])), *further]
        return self._renderer.page(
            f"doc/{known.path}.html",
            template="kind.html",
            title=known.title,
            description=f"{about} {len(things)} in all.",
            lead=about,
            columns=headings,
            rows=rows,
        )

    def graph(self, folder: str) -> Page:
        """Write the page about one named graph."""
        views, iri = self._views, self._views.profile.graph_iri(folder)
        source = views.settings.source(folder)
        known, labelled = source in views.graph.facts, views.graph.label(iri)
        # By the title of its source, since the label of a graph may hold no more than its name.
        name = f"What is in: {views.name(source)[0]}" if known else labelled[0] if labelled else f"Graph {folder}"
        triples, stated = views.graph.graphs[folder], self._stated.get(folder, {})
        lead = (
            "What follows by rule from what is stated."
            if folder == MATERIALISED
            else "What this graph infers itself."
            if folder == views.profile.derived
            else "What is about the data rather than stated by a source."
            if folder in views.profile.containers
            else "What one source says, and nothing else."
        )
        return self._renderer.page(
            f"doc/graph/{folder}.html",
            template="graph.html",
            title=name if name == f"Graph {folder}" else f"{name} (graph {folder})",
            heading=name,
            description=f"The named graph {folder} of {counted(triples, 'triple')}. {lead}",
            lead=lead,
            crumbs=[Link("Data", href="dataset.html")],
            data=f"doc/graph/{folder}",
            iri=iri,
            triples=triples,
            source=views.link(source) if known else None,
            kinds=[
                (kind.title, by_text(map(views.link, stated[name])))
                for name, kind in views.profile.kinds.items()
                if name in stated
            ],
        )

    @cached_property
    def _stated(self) -> dict[str, dict[str, list[str]]]:
        """The things that each graph gives a type, by graph and kind."""
        views = self._views
        found: dict[str, dict[str, list[str]]] = {}
        for thing in views.graph.things:
            graphs = {name for fact in views.graph.facts[thing] if fact.predicate == TYPE for name in fact.graphs}
            for name in sorted(graphs):
                found.setdefault(name, {}).setdefault(views.profile.kind_of(thing) or "", []).append(thing)
        return found

    def home(self, questions: Sequence[tuple[str, str, int]]) -> Page:
        """Write the first page; a question that a named query answers has a path and a number of rows."""
        profile, graph, work = self._views.profile, self._views.graph, self._work
        sources = len(graph.by_kind.get(self._views.settings.source_kind, ()))
        stated = ": every fact with the source that states it." if sources else ""
        home = {"name": work.publisher, "description": work.about, "url": self._views.settings.base}
        return self._renderer.page(
            "index.html",
            crumbs=None,
            title=profile.name,
            description=profile.description or profile.title + stated,
            embedded={"@type": "WebSite", **home},
            answers=self._extension.home(),
            questions=questions,
            kinds=[(kind, len(graph.by_kind[name])) for name, kind in profile.kinds.items() if graph.by_kind[name]],
            triples=sum(graph.graphs.values()),
            sources=sources,
        )

    def dataset(self, description: Description, counts: Counts, dumps: Sequence[Dump]) -> Page:
        """Write the page about the data set and its files."""
        views, iri = self._views, self._work.iri
        licences = [fact.value for fact in description[0][1] if fact.predicate == _LICENCE]
        whole = [dump for dump in dumps if dump.path.startswith(f"dumps/{views.profile.prefix}.")]
        return self._renderer.page(
            "dataset.html",
            data="dataset",
            embedded=self._work.schema(dumps, [one.value for one in licences if isinstance(one, NamedNode)]),
            iri=iri,
            named=[(part.partition("#")[2], views.name(part)[0]) for part in views.graph.parts.get(iri, ())],
            settings=views.settings,
            # The N-Quads are canonical and sorted: their hash is that of the graph.
            hash=next(dump.sha256 for dump in whole if dump.path.endswith(".nq")),
            whole=whole,
            tables=[dump for dump in dumps if dump not in whole],
            graphs=[*self._graphs()],
            partitions=[(anchor, views.link(one), number) for anchor, one, number in counts.partitions],
            licences=[*map(views.show, licences)],
        )

    def _graphs(self) -> Iterator[dict[str, Any]]:
        """Yield the named graphs as the tables show them, each with its source and the licence of that."""
        views, graph = self._views, self._views.graph
        for folder, triples in graph.graphs.items():
            source = views.settings.source(folder)
            yield {
                "link": views.link(views.profile.graph_iri(folder))._replace(text=folder),
                "triples": triples,
                "source": views.link(source) if source in graph.facts else None,
                "as_of": graph.text(source, views.profile.evidence.as_of),
                "licences": [*map(views.show, graph.values(source, _LICENCE))],
                "attribution": views.settings.attribution.get(folder, ""),
            }

    def about(self) -> Page:
        """Write the page that tells how to cite and correct the data, and under which licences it is."""
        graphs = [one for one in self._graphs() if one["source"]]
        guide = (self._views.profile.folder / "CONTRIBUTING.md").is_file()
        return self._renderer.page("about.html", work=self._work, graphs=graphs, guide=guide)

    def news(self, found: Sequence[Differences]) -> Page:
        """Write the page that tells what each release changed, the latest first."""

        def link_to(thing: Thing) -> Link:
            """Return the link to a thing, which only the record may still know."""
            known = self._views.link(thing.iri)
            return known if known.href else Link(thing.name)

        latest = f"{found[0].counts} since {found[0].earlier}." if found else ""
        return self._renderer.page("news.html", description=latest, releases=found, link_to=link_to)

    def lost(self) -> Page:
        """Write what a host shows for an address that is not there, whatever the depth of that address."""
        root = urlsplit(self._views.settings.base).path
        return self._renderer.page("404.html", crumbs=None, root=root, indexed=False)


def releases(data: Path) -> list[Differences]:
    """Return the releases of which `changes`, in the folder of the data, keeps a record, the latest first.

    Raises:
        InputError: a record is not what `ascn diff --format json` writes.
    """
    found = []
    for file in sorted((data / "changes").glob("*.json")):
        try:
            found.append(Differences.read(file.read_bytes()))
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(f"is not a record of `ascn diff --format json` ({error})", str(file), 1, 1) from error
    return sorted(found, key=lambda one: ([int(n) for n in one.later.split(".") if n.isdecimal()], one.later))[::-1]
