"""What makes a graph that graph, as values: its names, kinds, files and terms of evidence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from ascn_graph.errors import InputError
from ascn_graph.namespaces import STANDARD, compact, expand
from ascn_graph.profile import toml

__all__ = ["MATERIALISED", "ONTOLOGY", "Evidence", "Kind", "Profile"]

_LABEL = STANDARD["rdfs"] + "label"
_OTHER_NAMES = (STANDARD["skos"] + "altLabel", STANDARD["skos"] + "hiddenLabel")
#: The graph of what follows by rule from all that is loaded. No source states it.
MATERIALISED = "materialised"
#: The graph of the terms of the ontology.
ONTOLOGY = "ontology"

# A percent sign before two digits stays: what was encoded once is not encoded again.
_NOT_IN_PATH = re.compile(r"[\x00-\x20<>\"{}|^`\\#?\x7f]|[\ud800-\udfff]|%(?![0-9A-Fa-f]{2})")


class Kind(NamedTuple):
    """A kind of thing."""

    name: str  # its name, as parameters of queries say it
    type: str  # the IRI of its class
    path: str  # the segment of its IRIs, below the profile's `things`
    plural: str  # what several of them are called in a sentence
    prefix: str  # the prefix that Turtle files and people write for its IRIs
    label: str  # the IRI of the property that labels it
    title: str  # the heading of the page that lists them
    about: str  # one sentence about them for that page
    quiet: bool  # whether one is found by its IRI alone, since its label repeats the names of others
    codes: tuple[str, ...]  # the IRIs of the properties whose values name one as well, such as those of country codes


class Evidence(NamedTuple):
    """The terms, as IRIs, in which a graph says who states what, where in a source and as of when.

    The defaults are what a profile means that names none: a bare name is of the graph's own namespace.
    """

    fact: str = "Fact"
    evidence: str = "Evidence"
    source: str = "Source"
    derived_from: str = "prov:wasDerivedFrom"
    part_of: str = "dcterms:isPartOf"
    begin: str = "begin"
    end: str = "end"
    line: str = "line"
    hash: str = "spanSha256"
    quote: str = "quote"
    page: str = "page"
    record: str = "record"
    citation: str = "citation"
    as_of: str = "asOf"
    whole: str = "wholeDataset"
    every_source: str = "everySource"


class Profile(NamedTuple):
    """A graph project: its names, its files and the words it is told in."""

    folder: Path  # the folder of `graph.toml`; the paths below are in it
    name: str  # what the data set is called
    title: str  # what the graph is about, for headings
    description: str  # one sentence about it
    base: str  # the IRI that every IRI of the graph begins with
    contact: str  # the URL where a correction or a question goes; empty where the publisher set none
    namespace: str  # the IRI before the graph's own terms
    prefix: str  # the prefix of the graph's own terms
    # every prefix with its namespace; of two for one namespace the one that is written comes first
    prefixes: Mapping[str, str]
    kinds: Mapping[str, Kind]  # the kinds of thing by name
    paths: Mapping[str, str]  # the names of the kinds by the segment of their IRIs
    things: str  # the IRI before the kind of a thing
    graphs: str  # the IRI before the name of a named graph
    containers: tuple[str, ...]  # the graphs that hold what is about the data rather than what a source says
    derived: str  # the graph of what the project infers
    whole: str  # the source whose completeness some shapes count on; empty where none do
    evidence: Evidence  # the terms for facts and evidence
    data: Path  # the folder of the Turtle data
    queries: tuple[Path, ...]  # the folders of the named queries
    ontology: tuple[Path, ...]  # the ontology files, which are data of the graph `ontology`
    shapes: tuple[Path, ...]  # the files and folders of shapes
    checks: Path | None  # the folder of check queries; None where there are none
    # the folder of CONSTRUCT queries whose answers are the graph `materialised`; None where there are none
    rules: Path | None
    context: Path | None  # the JSON-LD context; None where there is none
    site: Mapping[str, Any]  # the table `[site]`, for the publishing wing
    extract: Mapping[str, Any]  # the table `[extract]`, for the validation wing
    document: toml.TomlDocument  # the text as it was read, for errors at a line of it

    def labels(self, *kinds: str | None) -> tuple[str, ...]:
        """Return the IRIs of the properties that label a thing of some kinds, of any by default, the kinds' own first.

        `rdfs:label` is the last: terms and things of no kind (None) have it, and things whose kind says nothing of it.
        """
        own = (self.kinds[kind].label for kind in [*filter(None, kinds)] or self.kinds)
        return *dict.fromkeys(label for label in own if label != _LABEL), _LABEL

    def names(self, *kinds: str) -> tuple[str, ...]:
        """Return the IRIs of the properties whose values name a thing of some kinds, of any by default."""
        return *self.labels(*kinds), *_OTHER_NAMES

    @property
    def ontology_iri(self) -> str:
        """The IRI of the ontology: what its terms begin with, without a `#`."""
        return self.namespace.removesuffix("#")

    @property
    def source_kind(self) -> str:
        """The kind whose things are the sources; empty where the profile has none."""
        return next((name for name, kind in self.kinds.items() if kind.type == self.evidence.source), "")

    def source_iri(self, folder: str) -> str:
        """Return the IRI of the source that a data folder is of."""
        kind = self.source_kind
        return f"{self.things}{self.kinds[kind].path if kind else 'source'}/{folder}"

    @property
    def unattributed(self) -> tuple[str, ...]:
        """The graphs for which no source is named: what is about the data, and what follows by rule."""
        return (*self.containers, MATERIALISED)

    def term(self, name: str) -> str:
        """Return the IRI of one of the graph's own terms."""
        return self.namespace + name

    def term_name(self, iri: str) -> str:
        """Return the name of one of the graph's own terms by its IRI; an empty text for any other IRI."""
        name = iri.removeprefix(self.namespace)
        # Where terms have a slash before their names, things, graphs and the data set may lie among them.
        is_other = self.namespace[-1] == "/" and (
            "/" in name or iri in (self.base + "dataset", self.base + "catalogue")
        )
        return "" if name == iri or is_other else name

    def thing_iri(self, kind: str, slug: str) -> str:
        """Return the IRI of a thing of a kind by its slug; one that is not among `kinds` has its name for a path."""
        return f"{self.things}{self.kinds[kind].path if kind in self.kinds else kind}/{slug}"

    def graph_iri(self, folder: str) -> str:
        """Return the IRI of the named graph that a data folder is; what no IRI may hold is percent-encoded."""
        return self.graphs + _NOT_IN_PATH.sub(lambda found: quote(found[0], safe="", errors="surrogateescape"), folder)

    def kind_of(self, iri: str) -> str | None:
        """Return the name of the kind of a thing by its IRI, or None for any other IRI."""
        if not iri.startswith(self.things):
            return None
        path, slash, _ = iri[len(self.things) :].partition("/")
        return self.paths.get(path) if slash else None

    def compact(self, iri: str) -> str:
        """Return the prefixed name of an IRI where one is short and legal, else the IRI itself."""
        return compact(iri, self.prefixes)

    def expand(self, name: str) -> str | None:
        """Return the IRI of a prefixed name such as `rdfs:label`, or None where its prefix is unknown."""
        return expand(name, self.prefixes)

    def iri_of(self, name: str) -> str:
        """Return the IRI that a prefixed name or an IRI means, with or without its angle brackets."""
        wanted = name.strip().removeprefix("<").removesuffix(">")
        return wanted if "://" in wanted else self.expand(wanted) or wanted

    def fault(self, problem: str, *key: str) -> InputError:
        """Return an error at the line of a key of `graph.toml`, for a wing that reads its own table."""
        return self.document.fault(problem, *key)
