"""What the site tells machines about the data: VoID, DCAT 3 and schema.org, counted from the data itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode

from ascn_graph.namespaces import BASE, CONTAINER_GRAPHS, GRAPH, PREFIXES, THING
from ascn_graph.publishing.documents import Description
from ascn_graph.publishing.dumps import Dump
from ascn_graph.publishing.reading import TYPE, Fact, Published, Term

__all__ = ["CATALOGUE", "DATASET", "dataset", "partitions", "sitemaps"]

DATASET = BASE + "dataset"
CATALOGUE = BASE + "catalogue"
_MOST_URLS = 50_000
_SPDX = "http://spdx.org/rdf/terms#"
_MEDIA = "https://www.iana.org/assignments/media-types/"
_TITLE = "ASCN Graph: the ASEAN Smart Cities Network as linked data"
_ABOUT = (
    "The ASEAN Smart Cities Network: its cities, officers, agreements and claims, each fact with the place in a source "
    "that states it."
)


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
            iri = _SPDX + name if prefix == "spdx" else TYPE if predicate == "a" else PREFIXES[prefix] + name
            self.facts.append(Fact(iri, value, ()))
        return self

    def done(self) -> tuple[str, list[Fact]]:
        """Give the subject with its facts."""
        return self.iri, self.facts


class Counts(NamedTuple):
    """What VoID counts of a graph."""

    triples: int
    subjects: int
    objects: int
    classes: Counter[str]
    properties: Counter[str]


def _counts(graph: Published) -> Counts:
    classes: Counter[str] = Counter()
    properties: Counter[str] = Counter()
    objects = set()
    for facts in graph.facts.values():
        for fact in facts:
            properties[fact.predicate] += 1
            objects.add(fact.value)
            if fact.predicate == TYPE and isinstance(fact.value, NamedNode):
                classes[fact.value.value] += 1
    for triple in graph.blank:
        properties[triple.predicate.value] += 1
        objects.add(triple.object)
        if triple.predicate.value == TYPE and isinstance(triple.object, NamedNode):
            classes[triple.object.value] += 1
    subjects = len(graph.facts) + len({triple.subject for triple in graph.blank})
    return Counts(sum(properties.values()), subjects, len(objects), classes, properties)


def dataset(graph: Published, base: str, version: str, dumps: Sequence[Dump]) -> Description:
    """Describe the data and its distributions.

    Args:
        graph: what was read.
        base: where the site will lie, with a slash at its end.
        version: the version of the graph.
        dumps: the files that hold all of it.
    """
    counts = _counts(graph)
    vocabularies = sorted(
        {iri for prefix, iri in PREFIXES.items() if any(name.startswith(iri) for name in counts.properties)}
    )
    files = [_distribution(dump, base) for dump in dumps]
    licences = sorted(
        {
            str(v.value)
            for facts in graph.facts.values()
            for f in facts
            if f.predicate.endswith("/license")
            for v in [f.value]
            if isinstance(v, NamedNode)
        }
    )
    main = (
        _Block(DATASET)
        .add("a", NamedNode(PREFIXES["dcat"] + "Dataset"), NamedNode(PREFIXES["void"] + "Dataset"))
        .add("a", NamedNode(PREFIXES["schema"] + "Dataset"))
        .add("dcterms:title", _TITLE)
        .add("dcterms:description", _ABOUT)
        .add("dcterms:publisher", Literal("ASCN Graph"))
        .add("dcat:version", Literal(version))
        .add("dcat:landingPage", NamedNode(base + "dataset.html"))
        .add("dcat:distribution", *(NamedNode(file.iri) for file in files))
        .add("void:triples", counts.triples)
        .add("void:entities", sum(1 for iri in graph.facts if iri.startswith(THING)))
        .add("void:distinctSubjects", counts.subjects)
        .add("void:distinctObjects", counts.objects)
        .add("void:classes", len(counts.classes))
        .add("void:properties", len(counts.properties))
        .add("void:uriSpace", Literal(THING))
        .add("void:exampleResource", *(NamedNode(iri) for iri in _examples(graph)))
        .add("void:vocabulary", *map(NamedNode, vocabularies))
        .add("void:dataDump", *(NamedNode(base + dump.path) for dump in dumps if dump.path.startswith("dumps/ascn.")))
        .add("void:subset", *(NamedNode(GRAPH + folder) for folder in graph.graphs))
        .add("void:classPartition", *(NamedNode(f"{DATASET}#class-{n}") for n in range(1, len(counts.classes) + 1)))
        .add(
            "void:propertyPartition",
            *(NamedNode(f"{DATASET}#property-{n}") for n in range(1, len(counts.properties) + 1)),
        )
        .add("schema:name", _TITLE)
        .add("schema:description", _ABOUT)
        .add("schema:version", Literal(version))
        .add("schema:url", NamedNode(base + "dataset.html"))
        .add("schema:distribution", *(NamedNode(file.iri) for file in files))
        .add("schema:isAccessibleForFree", Literal(value=True))
        .add("schema:includedInDataCatalog", NamedNode(CATALOGUE))
    )
    for licence in licences:
        main.add("dcterms:license", NamedNode(licence)).add("schema:license", NamedNode(licence))
    catalogue = (
        _Block(CATALOGUE)
        .add("a", NamedNode(PREFIXES["dcat"] + "Catalog"))
        .add("dcterms:title", "Catalogue of ASCN Graph")
        .add("dcterms:description", "The data set of ASCN Graph with the graph of each source.")
        .add("dcterms:publisher", Literal("ASCN Graph"))
        .add("dcat:dataset", NamedNode(DATASET))
    )
    partitions = [
        *(
            _Block(f"{DATASET}#class-{n}").add("void:class", NamedNode(iri)).add("void:entities", counts.classes[iri])
            for n, iri in enumerate(sorted(counts.classes), 1)
        ),
        *(
            _Block(f"{DATASET}#property-{n}")
            .add("void:property", NamedNode(iri))
            .add("void:triples", counts.properties[iri])
            for n, iri in enumerate(sorted(counts.properties), 1)
        ),
    ]
    subsets = [_subset(graph, folder, base) for folder in graph.graphs]
    checksums = [_checksum(file, dump) for file, dump in zip(files, dumps, strict=True)]
    blocks = [main, catalogue, *subsets, *files, *checksums, *partitions]
    return Description(tuple(_merged(graph, *block.done()) for block in blocks))


def _merged(graph: Published, subject: str, computed: list[Fact]) -> tuple[str, list[Fact]]:
    """Add what is computed to what the data says of itself; where both speak, the data's words and our counts."""
    stated = graph.facts.get(subject, [])
    counted = {fact.predicate for fact in computed if fact.predicate.startswith(PREFIXES["void"])}
    worded = {fact.predicate for fact in stated} - counted - {TYPE}
    kept = [fact for fact in stated if fact.predicate not in counted]
    facts = dict.fromkeys((fact.predicate, fact.value) for fact in kept)
    facts |= dict.fromkeys((fact.predicate, fact.value) for fact in computed if fact.predicate not in worded)
    return subject, [Fact(predicate, value, ()) for predicate, value in facts]


def _examples(graph: Published) -> Iterator[str]:
    for kind in ("city", "person", "agreement"):
        yield from [iri for iri in graph.things() if iri.startswith(f"{THING}{kind}/")][:1]


def _distribution(dump: Dump, base: str) -> _Block:
    iri = f"{DATASET}#{dump.anchor}"
    return (
        _Block(iri)
        .add("a", NamedNode(PREFIXES["dcat"] + "Distribution"), NamedNode(PREFIXES["schema"] + "DataDownload"))
        .add("dcterms:title", dump.title)
        .add("dcat:downloadURL", NamedNode(base + dump.path))
        .add("dcat:mediaType", NamedNode(_MEDIA + dump.media_type))
        .add("dcat:byteSize", Literal(str(dump.size), datatype=NamedNode(PREFIXES["xsd"] + "nonNegativeInteger")))
        .add("spdx:checksum", NamedNode(f"{iri}-sha256"))
        .add("schema:contentUrl", NamedNode(base + dump.path))
        .add("schema:encodingFormat", Literal(dump.media_type))
        .add("schema:sha256", Literal(dump.sha256))
    )


def _checksum(file: _Block, dump: Dump) -> _Block:
    return (
        _Block(f"{file.iri}-sha256")
        .add("a", NamedNode(_SPDX + "Checksum"))
        .add("spdx:algorithm", NamedNode(_SPDX + "checksumAlgorithm_sha256"))
        .add("spdx:checksumValue", Literal(dump.sha256, datatype=NamedNode(PREFIXES["xsd"] + "hexBinary")))
    )


def _subset(graph: Published, folder: str, base: str) -> _Block:
    block = (
        _Block(GRAPH + folder)
        .add("a", NamedNode(PREFIXES["void"] + "Dataset"))
        .add("dcterms:title", f"Graph {folder}")
        .add("void:triples", graph.graphs[folder])
        .add("void:dataDump", NamedNode(f"{base}doc/graph/{folder}.ttl"))
    )
    source = THING + "source/" + folder
    if folder not in CONTAINER_GRAPHS and source in graph.facts:
        block.add("dcterms:source", NamedNode(source))
    return block


def partitions(description: Description) -> Iterator[tuple[str, str, str]]:
    """Give the classes and properties that a description counts: the anchor, the IRI, the number."""
    for subject, facts in description.blocks:
        values = {fact.predicate.removeprefix(PREFIXES["void"]): fact.value for fact in facts}
        about, number = values.get("class", values.get("property")), values.get("entities", values.get("triples"))
        if isinstance(about, NamedNode) and isinstance(number, Literal):
            yield subject.partition("#")[2], about.value, number.value


def sitemaps(base: str, pages: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """Write the site map of some pages; in several files with an index where one would hold too many."""
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    listed = sorted(pages)
    parts = [listed[start : start + _MOST_URLS] for start in range(0, len(listed), _MOST_URLS)] or [[]]
    names = ["sitemap.xml"] if len(parts) == 1 else [f"sitemap-{n}.xml" for n in range(1, len(parts) + 1)]
    for name, part in zip(names, parts, strict=True):
        body = "".join(f"<url><loc>{escape(base + path)}</loc></url>\n" for path in part)
        yield name, f"{head}<urlset {space}>\n{body}</urlset>\n".encode()
    if len(parts) > 1:
        body = "".join(f"<sitemap><loc>{escape(base + name)}</loc></sitemap>\n" for name in names)
        yield "sitemap.xml", f"{head}<sitemapindex {space}>\n{body}</sitemapindex>\n".encode()
