"""How to cite the data: as plain text, BibTeX, CSL and schema.org."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ascn_graph.namespaces import STANDARD
from ascn_graph.publishing.dumps import Dump
from ascn_graph.publishing.fact_index import FactIndex
from ascn_graph.publishing.settings import SiteSettings

__all__ = ["Work", "work"]

# What TeX would obey.
_TEX = str.maketrans({mark: f"\\{mark}" for mark in "&%$#_{}"} | {"\\": r"\textbackslash{}"})


@dataclass(frozen=True)
class Work:
    """The data set as a work."""

    iri: str  # its identifier
    key: str  # a short name of it
    title: str  # its title
    about: str  # a sentence on it
    creator: str  # who made it
    publisher: str  # who publishes it
    version: str  # its version, empty where the data states none
    issued: str  # the day on which the data last changed as an ISO date, empty where the data states none
    address: str  # where its page lies

    def plain(self) -> str:
        """Return a reference as plain text."""
        year = f" ({self.issued[:4]})" if self.issued else ""
        version = f", version {self.version}" if self.version else ""
        return f"{self.creator}{year}. {self.title}{version} [data set]. {self.publisher}. {self.address}"

    @property
    def _entry(self) -> str:
        """The name of its entry in a bibliography."""
        return f"{self.key}-{self.version}" if self.version else self.key

    def bibtex(self) -> str:
        """Return a BibTeX entry."""
        fields = {
            "author": f"{{{self.creator.translate(_TEX)}}}",
            "title": f"{{{self.title.translate(_TEX)}}}",
            "publisher": self.publisher.translate(_TEX),
            "year": self.issued[:4],
            "version": self.version,
            "note": "Data set",
            "url": self.address,
        }
        lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
        return f"@misc{{{self._entry},\n{lines}}}\n"

    def csl(self) -> str:
        """Return a CSL-JSON item."""
        item: dict[str, Any] = {
            "id": self._entry,
            "type": "dataset",
            "title": self.title,
            "author": [{"literal": self.creator}],
            "publisher": self.publisher,
            "URL": self.address,
        }
        if self.version:
            item["version"] = self.version
        if self.issued:
            item["issued"] = {"date-parts": [[int(part) for part in self.issued.split("-") if part.isdecimal()]]}
        return json.dumps([item], ensure_ascii=False, indent=2) + "\n"

    def schema(self, dumps: Sequence[Dump], licences: Sequence[str]) -> dict[str, Any]:
        """Return the data set with its files in the terms of schema.org."""
        found: dict[str, Any] = {
            "@type": "Dataset",
            "@id": self.iri,
            "name": self.title,
            "url": self.address,
            "creator": {"@type": "Organization", "name": self.creator},
            "publisher": {"@type": "Organization", "name": self.publisher},
            "license": list(licences),
            "isAccessibleForFree": True,
            "distribution": [
                {
                    "@type": "DataDownload",
                    "name": dump.title,
                    "encodingFormat": dump.media_type,
                    "contentUrl": self.address.replace("dataset.html", dump.path),
                    "contentSize": f"{dump.size} B",
                    "sha256": dump.sha256,
                }
                for dump in dumps
            ],
        }
        stated = {"description": self.about, "datePublished": self.issued, "version": self.version}
        return found | {name: value for name, value in stated.items() if value}


def work(graph: FactIndex, settings: SiteSettings) -> Work:
    """Return the data set as it describes itself; where it says nothing, as the profile does."""
    profile, iri = settings.profile, settings.profile.base + "dataset"

    def stated(name: str) -> str:
        return graph.text(iri, STANDARD["dcterms"] + name)

    def named(role: str) -> str:
        """Return the name of an agent, whether the data names it or points at it."""
        return graph.text(stated(role), STANDARD["foaf"] + "name") or stated(role)

    publisher = named("publisher") or profile.name
    version = graph.text(profile.ontology_iri, STANDARD["owl"] + "versionInfo")
    return Work(
        iri=iri,
        key=profile.prefix,
        title=stated("title") or settings.headline,
        about=stated("description") or profile.description,
        creator=named("creator") or publisher,
        publisher=publisher,
        version=version or graph.text(iri, STANDARD["dcat"] + "version"),
        issued=stated("modified") or stated("issued"),
        address=settings.base + "dataset.html",
    )
