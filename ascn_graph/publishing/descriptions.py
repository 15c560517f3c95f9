"""What the site tells machines about the data: VoID, DCAT 3 and schema.org, counted from the data itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from ascn_graph.namespaces import STANDARD
from ascn_graph.publishing.citing import Work
from ascn_graph.publishing.documents import Description
from ascn_graph.publishing.dumps import Dump
from ascn_graph.publishing.fact_index import TYPE, AnyTerm, Fact, FactIndex
from ascn_graph.publishing.renderer import Renderer, templates
from ascn_graph.publishing.settings import SiteSettings

__all__ = ["Counts", "counted", "described", "sitemaps"]

_MOST_URLS = 50_000
_MEDIA = "https://www.iana.org/assignments/media-types/"
_LICENCE = STANDARD["dcterms"] + "license"


class Counts(NamedTuple):
    """What VoID counts of a graph: its triples, subjects and objects, and how often it uses each class and property."""

    triples: int
    subjects: int
    objects: int
    classes: list[tuple[str, int]]
    properties: list[tuple[str, int]]

    @property
    def partitions(self) -> Iterator[tuple[str, str, int]]:
        """The classes and properties: the anchor in the description of the data, the IRI, the number."""
        for word, found in (("class", self.classes), ("property", self.properties)):
            yield from ((f"{word}-{place}", iri, number) for place, (iri, number) in enumerate(found, 1))


def counted(triples: Collection[Triple]) -> Counts:
    """Count what some triples hold, each of which is given once."""
    types = (triple.object for triple in triples if triple.predicate.value == TYPE)
    return Counts(
        len(triples),
        len({triple.subject for triple in triples}),
        len({triple.object for triple in triples}),
        sorted(Counter(kind.value for kind in types if isinstance(kind, NamedNode)).items()),
        sorted(Counter(triple.predicate.value for triple in triples).items()),
    )


def described(
    graph: FactIndex, settings: SiteSettings, work: Work, counts: Counts, dumps: Sequence[Dump]
) -> Description:
    """Describe the data and its distributions.

    Args:
        graph: what was read.
        settings: the names of the graph, and where its site and its endpoint lie.
        work: the data set.
        counts: what all of the data holds.
        dumps: the files that hold all of the data.
    """
    profile = settings.profile
    facts = [fact for facts in graph.facts.values() for fact in facts if fact.predicate.endswith("/license")]
    licences = sorted({fact.value.value for fact in facts if isinstance(fact.value, NamedNode)})
    # That of the data as a whole is what the data set states of itself, else the only one there is.
    of_all: list[AnyTerm] = graph.values(work.iri, _LICENCE)[:1] or [
        NamedNode(one) for one in licences[:1] if not licences[1:]
    ]
    named = dict.fromkeys(licences, "dcterms:LicenseDocument")
    named |= {_MEDIA + dump.media_type: "dcterms:MediaType" for dump in dumps}
    named[work.address] = "foaf:Document"
    about = [fact for fact in graph.facts.get(work.iri, ()) if not fact.predicate.startswith(STANDARD["void"])]
    pointed = {fact.value.value for fact in about if isinstance(fact.value, NamedNode)}
    pointed = pointed & graph.facts.keys() - named.keys() - {f"{work.iri}#publisher"}
    environment = templates(escaped=False)
    environment.filters |= {"text": lambda text: str(Literal(text)), "iri": lambda iri: str(NamedNode(iri))}
    text = environment.get_template("dataset.ttl").render(
        counts._asdict(),
        iri=work.iri,
        base=settings.base,
        endpoint=settings.endpoint,
        profile=profile,
        title=settings.headline,
        version=work.version,
        entities=sum(1 for iri in graph.facts if iri.startswith(profile.things)),
        examples=[iri for kind in settings.examples for iri in graph.by_kind.get(kind, [])[:1]],
        vocabularies=sorted(
            {iri for iri in profile.prefixes.values() if any(name.startswith(iri) for name, _ in counts.properties)}
        ),
        whole=[dump for dump in dumps if dump.path.startswith(f"dumps/{profile.prefix}.")],
        dumps=dumps,
        graphs=[_graph(graph, settings, folder, of_all) for folder in graph.graphs],
        licences=licences,
        of_all=of_all,
        pointed=[
            Triple(NamedNode(iri), NamedNode(fact.predicate), fact.value)
            for iri in sorted(pointed)
            for fact in graph.facts[iri]
        ],
        named=sorted(named.items()),
    )
    computed: dict[str, list[Fact]] = {}
    for quad in parse(text, format=RdfFormat.TURTLE, lenient=True):
        if isinstance(quad.subject, NamedNode):
            computed.setdefault(quad.subject.value, []).append(Fact(quad.predicate.value, quad.object, ()))
    return [(iri, _merged(graph.facts.get(iri, []), facts)) for iri, facts in computed.items()]


def _graph(graph: FactIndex, settings: SiteSettings, folder: str, licence: list[AnyTerm]) -> dict[str, object]:
    """Return what is told of a named graph; without a licence of its source it has that of the whole."""
    source = settings.source(folder)
    return {
        "folder": folder,
        "iri": settings.profile.graph_iri(folder),
        "triples": graph.graphs[folder],
        "source": source if source in graph.facts else "",
        "licence": graph.values(source, _LICENCE)[:1] or licence,
    }


def _merged(stated: list[Fact], computed: list[Fact]) -> list[Fact]:
    """Add what is computed to what the data says of itself; where both speak, the data's words and our counts."""
    counts = {fact.predicate for fact in computed if fact.predicate.startswith(STANDARD["void"])}
    worded = {fact.predicate for fact in stated} - counts - {TYPE}
    kept = [fact for fact in stated if fact.predicate not in counts]
    kept += [fact for fact in computed if fact.predicate not in worded]
    facts = dict.fromkeys((fact.predicate, fact.value) for fact in kept)
    return [Fact(predicate, value, ()) for predicate, value in facts]


def sitemaps(renderer: Renderer, pages: Iterable[str], day: str) -> Iterator[tuple[str, bytes]]:
    """Write the site map of some pages; in several files with an index where one would hold too many.

    Args:
        renderer: fills the templates.
        pages: the paths of the pages.
        day: the day on which the data last changed, as an ISO date; empty where the data does not say.
    """
    listed = sorted(pages)
    parts = [listed[start : start + _MOST_URLS] for start in range(0, len(listed), _MOST_URLS)] or [[]]
    names = ["sitemap.xml"] if len(parts) == 1 else [f"sitemap-{n}.xml" for n in range(1, len(parts) + 1)]
    for name, part in zip(names, parts, strict=True):
        yield name, renderer.part("sitemap.xml", pages=part, day=day, maps=[]).encode()
    if len(parts) > 1:
        yield "sitemap.xml", renderer.part("sitemap.xml", pages=[], day=day, maps=names).encode()
