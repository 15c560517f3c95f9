"""What the site tells machines about the data: VoID, DCAT 3 and schema.org, counted from the data itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode, Triple

from ascn_graph.namespaces import STANDARD
from ascn_graph.publishing.documents import Description
from ascn_graph.publishing.dumps import Dump
from ascn_graph.publishing.fact_index import TYPE, Fact, FactIndex, Term
from ascn_graph.publishing.renderer import Renderer
from ascn_graph.publishing.settings import Settings

__all__ = ["DescriptionWriter", "partitions", "sitemaps"]

_MOST_URLS = 50_000
_SPDX = "http://spdx.org/rdf/terms#"
_MEDIA = "https://www.iana.org/assignments/media-types/"


class _Block:
    """The facts of one subject of the description, gathered in turn."""

    def __init__(self, iri: str) -> None:
        self.iri = iri
        self.facts: list[Fact] = []

    def add(self, predicate: str, *values: Term | str | int) -> _Block:
        """Add objects: a string is an English text, a number an integer, a term itself."""
        for value in values:
            if isinstance(value, str):
                value = Literal(value, language="en")  # noqa: PLW2901 - one value in, one term out
            elif isinstance(value, int):
                value = Literal(value)  # noqa: PLW2901
            prefix, _, name = predicate.partition(":")
            iri = _SPDX + name if prefix == "spdx" else TYPE if predicate == "a" else STANDARD[prefix] + name
            self.facts.append(Fact(iri, value, ()))
        return self

    def done(self) -> tuple[str, list[Fact]]:
        """Return the subject with its facts."""
        return self.iri, self.facts


class Counts(NamedTuple):
    """What VoID counts of a graph."""

    triples: int
    subjects: int
    objects: int
    classes: Counter[str]
    properties: Counter[str]


def _counts(triples: AbstractSet[Triple]) -> Counts:
    types = (triple.object for triple in triples if triple.predicate.value == TYPE)
    return Counts(
        len(triples),
        len({triple.subject for triple in triples}),
        len({triple.object for triple in triples}),
        Counter(kind.value for kind in types if isinstance(kind, NamedNode)),
        Counter(triple.predicate.value for triple in triples),
    )


class DescriptionWriter:
    """Describes the data and its distributions.

    Args:
        graph: what was read.
        settings: the names and words of the graph.
        base: where the site will lie, with a slash at its end.
        version: the version of the graph.
        endpoint: the URL of a SPARQL endpoint that answers from it; empty where there is none.
    """

    def __init__(self, graph: FactIndex, settings: Settings, base: str, version: str, endpoint: str = "") -> None:
        self._endpoint = endpoint
        self._graph = graph
        self._settings = settings
        self._profile = settings.profile
        self._base = base
        self._version = version
        #: The IRI of the data set, and what the names of its distributions begin with.
        self.iri = self._profile.base + "dataset"

    def dataset(self, dumps: Sequence[Dump]) -> Description:
        """Return the description; `dumps` are the files that hold all of the data."""
        counts = _counts(self._graph.triples)
        files = [self._distribution(dump) for dump in dumps]
        blocks = [
            self._main(counts, files, dumps),
            self._catalogue(),
            _Block(f"{self.iri}#publisher")
            .add("a", NamedNode(STANDARD["foaf"] + "Agent"))
            .add("foaf:name", Literal(self._profile.name)),
            *map(self._subset, self._graph.graphs),
            *files,
            *self._named(dumps),
            *(self._checksum(file, dump) for file, dump in zip(files, dumps, strict=True)),
            *self._partitions(counts),
        ]
        return Description(tuple(self._merged(*block.done()) for block in blocks))

    def _main(self, counts: Counts, files: Sequence[_Block], dumps: Sequence[Dump]) -> _Block:
        profile, landing = self._profile, NamedNode(self._base + "dataset.html")
        vocabularies = sorted(
            {iri for iri in profile.prefixes.values() if any(name.startswith(iri) for name in counts.properties)}
        )
        whole = [dump for dump in dumps if dump.path.startswith(f"dumps/{self._settings.file}.")]
        main = (
            _Block(self.iri)
            .add("a", *(NamedNode(STANDARD[prefix] + "Dataset") for prefix in ("dcat", "void", "schema")))
            .add("dcterms:title", self._settings.headline)
            .add("dcterms:description", profile.description)
            .add("dcterms:publisher", NamedNode(f"{self.iri}#publisher"))
            .add("dcat:version", Literal(self._version))
            .add("dcat:landingPage", landing)
            .add("dcat:distribution", *(NamedNode(file.iri) for file in files))
            .add("void:triples", counts.triples)
            .add("void:entities", sum(1 for iri in self._graph.facts if iri.startswith(profile.things)))
            .add("void:distinctSubjects", counts.subjects)
            .add("void:distinctObjects", counts.objects)
            .add("void:classes", len(counts.classes))
            .add("void:properties", len(counts.properties))
            .add("void:uriSpace", Literal(profile.things))
            .add("void:exampleResource", *(NamedNode(iri) for iri in self._examples()))
            .add("void:vocabulary", *map(NamedNode, vocabularies))
            .add("void:dataDump", *(NamedNode(self._base + dump.path) for dump in whole))
            .add("void:subset", *(NamedNode(profile.graph_iri(folder)) for folder in self._graph.graphs))
            .add("void:classPartition", *(NamedNode(f"{self.iri}#class-{n + 1}") for n in range(len(counts.classes))))
            .add(
                "void:propertyPartition",
                *(NamedNode(f"{self.iri}#property-{n + 1}") for n in range(len(counts.properties))),
            )
            .add("schema:name", self._settings.headline)
            .add("schema:description", profile.description)
            .add("schema:version", Literal(self._version))
            .add("schema:url", landing)
            .add("schema:distribution", *(NamedNode(file.iri) for file in files))
            .add("schema:isAccessibleForFree", Literal(value=True))
            .add("schema:includedInDataCatalog", NamedNode(profile.base + "catalogue"))
        )
        if self._endpoint:
            main.add("void:sparqlEndpoint", NamedNode(self._endpoint))
        if self._profile.contact:
            main.add("dcat:contactPoint", NamedNode(f"{self.iri}#contact"))
        for licence in self._licences:
            main.add("dcterms:license", NamedNode(licence)).add("schema:license", NamedNode(licence))
        return main

    def _catalogue(self) -> _Block:
        name = self._profile.name
        return (
            _Block(self._profile.base + "catalogue")
            .add("a", NamedNode(STANDARD["dcat"] + "Catalog"))
            .add("dcterms:title", f"Catalogue of {name}")
            .add("dcterms:description", f"The data set of {name} with the graph of each source.")
            .add("dcterms:publisher", NamedNode(f"{self.iri}#publisher"))
            .add("dcterms:license", *self._licence())
            .add("dcat:dataset", NamedNode(self.iri))
        )

    def _named(self, dumps: Sequence[Dump]) -> Iterator[_Block]:
        """Say what the licences, media types and pages are that are pointed at, and who answers a question."""
        named = dict.fromkeys(self._licences, "dcterms:LicenseDocument")
        named |= {_MEDIA + dump.media_type: "dcterms:MediaType" for dump in dumps}
        named[self._base + "dataset.html"] = "foaf:Document"
        # What the data says of those it names: who made it, where and when it is of, what it is filed under.
        facts = [
            fact for fact in self._graph.facts.get(self.iri, ()) if not fact.predicate.startswith(STANDARD["void"])
        ]
        pointed = {fact.value.value for fact in facts if isinstance(fact.value, NamedNode)}
        for iri in sorted(pointed & self._graph.facts.keys() - named.keys() - {f"{self.iri}#publisher"}):
            yield _Block(iri)
        for iri, kind in sorted(named.items()):
            prefix, _, name = kind.partition(":")
            yield _Block(iri).add("a", NamedNode(STANDARD[prefix] + name))
        if self._profile.contact:
            contact = _Block(f"{self.iri}#contact").add("a", NamedNode(STANDARD["vcard"] + "Kind"))
            address = "vcard:hasEmail" if self._profile.contact.startswith("mailto:") else "vcard:hasURL"
            yield contact.add("vcard:fn", Literal(self._profile.name)).add(address, NamedNode(self._profile.contact))

    def _licence(self) -> list[Term]:
        """Return the licence of the data as a whole: what the data set states of itself, else the only one there is."""
        stated = self._graph.values(self.iri, STANDARD["dcterms"] + "license")
        found = self._licences
        return stated[:1] or [NamedNode(one) for one in found if len(found) == 1]

    @cached_property
    def _licences(self) -> list[str]:
        facts = (fact for facts in self._graph.facts.values() for fact in facts)
        stated = (fact.value for fact in facts if fact.predicate.endswith("/license"))
        return sorted({value.value for value in stated if isinstance(value, NamedNode)})

    def _examples(self) -> Iterator[str]:
        by_kind = self._graph.by_kind()
        for kind in self._settings.examples:
            yield from by_kind.get(kind, [])[:1]

    def _partitions(self, counts: Counts) -> Iterator[_Block]:
        for n, iri in enumerate(sorted(counts.classes), 1):
            block = _Block(f"{self.iri}#class-{n}").add("void:class", NamedNode(iri))
            yield block.add("void:entities", counts.classes[iri])
        for n, iri in enumerate(sorted(counts.properties), 1):
            block = _Block(f"{self.iri}#property-{n}").add("void:property", NamedNode(iri))
            yield block.add("void:triples", counts.properties[iri])

    def _merged(self, subject: str, computed: list[Fact]) -> tuple[str, list[Fact]]:
        """Add what is computed to what the data says of itself; where both speak, the data's words and our counts."""
        stated = self._graph.facts.get(subject, [])
        counted = {fact.predicate for fact in computed if fact.predicate.startswith(STANDARD["void"])}
        worded = {fact.predicate for fact in stated} - counted - {TYPE}
        kept = [fact for fact in stated if fact.predicate not in counted]
        facts = dict.fromkeys((fact.predicate, fact.value) for fact in kept)
        facts |= dict.fromkeys((fact.predicate, fact.value) for fact in computed if fact.predicate not in worded)
        return subject, [Fact(predicate, value, ()) for predicate, value in facts]

    def _distribution(self, dump: Dump) -> _Block:
        iri = f"{self.iri}#{dump.anchor}"
        size = Literal(str(dump.size), datatype=NamedNode(STANDARD["xsd"] + "nonNegativeInteger"))
        return (
            _Block(iri)
            .add("a", NamedNode(STANDARD["dcat"] + "Distribution"), NamedNode(STANDARD["schema"] + "DataDownload"))
            .add("dcterms:title", dump.title)
            .add("dcat:accessURL", NamedNode(self._base + "dataset.html"))
            .add("dcat:downloadURL", NamedNode(self._base + dump.path))
            .add("dcat:mediaType", NamedNode(_MEDIA + dump.media_type))
            .add("dcat:byteSize", size)
            .add("spdx:checksum", NamedNode(f"{iri}-sha256"))
            .add("schema:contentUrl", NamedNode(self._base + dump.path))
            .add("schema:encodingFormat", Literal(dump.media_type))
            .add("schema:sha256", Literal(dump.sha256))
            .add("dcterms:license", *self._licence())
        )

    def _checksum(self, file: _Block, dump: Dump) -> _Block:
        return (
            _Block(f"{file.iri}-sha256")
            .add("a", NamedNode(_SPDX + "Checksum"))
            .add("spdx:algorithm", NamedNode(_SPDX + "checksumAlgorithm_sha256"))
            .add("spdx:checksumValue", Literal(dump.sha256, datatype=NamedNode(STANDARD["xsd"] + "hexBinary")))
        )

    def _subset(self, folder: str) -> _Block:
        block = (
            _Block(self._profile.graph_iri(folder))
            .add("a", NamedNode(STANDARD["void"] + "Dataset"))
            .add("dcterms:title", f"Graph {folder}")
            .add("void:triples", self._graph.graphs[folder])
            .add("void:dataDump", NamedNode(f"{self._base}doc/graph/{folder}.ttl"))
        )
        source = self._settings.source(folder)
        if source in self._graph.facts:
            block.add("dcterms:source", NamedNode(source))
        stated = self._graph.values(source, STANDARD["dcterms"] + "license")
        return block.add("dcterms:license", *(stated[:1] or self._licence()))


def partitions(description: Description) -> Iterator[tuple[str, str, str]]:
    """Yield the classes and properties that a description counts: the anchor, the IRI, the number."""
    for subject, facts in description.blocks:
        values = {fact.predicate.removeprefix(STANDARD["void"]): fact.value for fact in facts}
        about, number = values.get("class", values.get("property")), values.get("entities", values.get("triples"))
        if isinstance(about, NamedNode) and isinstance(number, Literal):
            yield subject.partition("#")[2], about.value, number.value


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
