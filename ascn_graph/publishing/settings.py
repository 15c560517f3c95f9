"""What the table `[site]` of a profile says, read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from importlib.util import find_spec
from typing import Any

from ascn_graph.errors import InputError, UsageError
from ascn_graph.profile import Profile

__all__ = ["SiteSettings"]

#: The keys of `[site]`, each with what it holds.
_KEYS: Mapping[str, type] = {
    "pages": str,
    "correction": str,
    "examples": list,
    "noindex": list,
    "subjects": list,
    "menu": dict,
    "words": dict,
    "incoming": dict,
    "columns": dict,
    "schema": dict,
    "units": dict,
    "attribution": dict,
}


class SiteSettings:
    """A profile and the options of a build, as the pages ask for them.

    Attributes:
        profile: the profile.
        base: where the site will lie, with a slash at its end.
        endpoint: the URL of the SPARQL endpoint beside it; empty where there is none.
        headline: the title of the data set, where the data states none.
        pages: the Python package with pages of this graph alone; empty for none.
        correction: where a reader may ask for a correction: an address with `{thing}`, `{value}`, `{source}` in it.
        language: the language, in lower case, whose names stand before the English ones; empty for none.
        examples: the kinds of which the description of the data gives an example.
        noindex: the kinds whose things search engines are asked to leave out.
        subjects: the tags of the named queries, in the order in which they are listed.
        menu: the paths of the menu by their words.
        words: what terms are called that no label names, by prefixed name.
        incoming: headings for what points at a thing, by prefixed name of the property.
        units: the property with the unit of an amount, by the property with the amount.
        attribution: what a source's licence asks to be said wherever its values are shown, by source.

    Raises:
        InputError: the table has an unknown key or a value of another type; at its line.
    """

    def __init__(
        self, profile: Profile, base: str = "", *, endpoint: str = "", correction: str = "", language: str = ""
    ) -> None:
        self.profile = profile
        self.base = base
        self.endpoint = endpoint
        self.language = language.lower()
        for key, value in profile.site.items():
            if key not in _KEYS:
                raise self._fault(f"[site] has no key '{key}'; it may have {', '.join(_KEYS)}", key)
            if not isinstance(value, _KEYS[key]):
                raise self._fault(f"'{key}' is not a {_KEYS[key].__name__}", key)
        self.headline = profile.name if profile.title == profile.name else f"{profile.name}: {profile.title}"
        self.pages: str = self._get("pages")
        self.correction: str = correction or self._get("correction") or profile.contact
        self.examples: list[str] = self._get("examples") or list(profile.kinds)[:1]
        self.noindex: list[str] = self._get("noindex")
        self.subjects: list[str] = self._get("subjects")
        self.menu: dict[str, str] = self._get("menu") or {
            kind.title: f"doc/{kind.path}.html" for kind in profile.kinds.values() if not kind.quiet
        }
        self.words: dict[str, str] = self._get("words")
        self.incoming: dict[str, str] = self._get("incoming")
        self.attribution: dict[str, str] = self._get("attribution")
        self.units = {self._term(key, "units"): self._term(value, "units") for key, value in self._get("units").items()}
        self.columns = {
            kind: [self._term(name, "columns", kind) for name in names] for kind, names in self._get("columns").items()
        }
        if self.pages and not _importable(self.pages):
            raise self._fault(f"there is no Python package '{self.pages}'", "pages")
        if self.correction and not self.correction.startswith(("https://", "http://", "mailto:")):
            raise UsageError(f"'{self.correction}' is not an https, http or mailto address for corrections.")
        for table in ("columns", "schema"):
            for kind in self._get(table):
                if kind not in profile.kinds:
                    raise self._fault(f"there is no kind '{kind}'", table, kind)

    def _get(self, key: str) -> Any:
        return self.profile.site.get(key, _KEYS[key]())

    def _term(self, name: str, *place: str) -> str:
        iri = self.profile.expand(name)
        if iri is None:
            raise self._fault(f"'{name}' is not a name with a known prefix", *place)
        return iri

    def _fault(self, problem: str, *place: str) -> InputError:
        return self.profile.fault(problem, "site", *place)

    def schema(self, kind: str) -> tuple[str, dict[str, str]]:
        """Return the schema.org type of a kind, and schema.org properties with ours whose values they take."""
        stated = self._get("schema").get(kind, [])
        pairs = dict(one.split(" = ", 1) for one in stated[1:])
        return stated[0] if stated else "Thing", {key: self._term(name, "schema", kind) for key, name in pairs.items()}

    @cached_property
    def source_kind(self) -> str:
        """The kind whose things are the sources; empty where the profile has none."""
        kinds, source = self.profile.kinds.items(), self.profile.evidence.source
        return next((name for name, kind in kinds if kind.type == source), "")

    def source(self, folder: str) -> str:
        """Return the IRI of the source that a graph is of; empty for a graph that no source states."""
        if folder in self.profile.unattributed or not self.source_kind:
            return ""
        return self.profile.thing_iri(self.source_kind, folder)


def _importable(package: str) -> bool:
    try:
        return find_spec(package) is not None
    except (ImportError, ValueError):
        return False
