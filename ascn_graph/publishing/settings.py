"""What the table `[site]` of a profile says, read and checked."""

from __future__ import annotations

import re
from functools import cached_property
from typing import get_origin, get_type_hints

from ascn_graph.errors import InputError, UsageError
from ascn_graph.profile import Profile

__all__ = ["SiteSettings"]


class _Table:
    """The keys of `[site]`, each with what it holds; one that is not given is empty."""

    pages: str  # the Python package with pages of this graph alone
    correction: str  # where a reader may ask for a correction: an address with `{thing}`, `{value}`, `{source}` in it
    examples: list[str]  # the kinds of which the description of the data gives an example
    noindex: list[str]  # the kinds whose things search engines are asked to leave out
    subjects: list[str]  # the tags of the named queries, in the order in which they are listed
    menu: dict[str, str]  # the paths of the menu by their words
    words: dict[str, str]  # what terms are called that no label names, by prefixed name
    incoming: dict[str, str]  # headings for what points at a thing, by prefixed name of the property
    columns: dict[str, list[str]]  # the properties that the list of a kind shows
    schema: dict[str, list[str]]  # the schema.org type of a kind, then its properties, each ` = ` one of ours
    units: dict[str, str]  # the property with the unit of an amount, by the property with the amount
    attribution: dict[str, str]  # what a source's licence asks to be said wherever its values are shown, by source


_KEYS: dict[str, type] = {key: get_origin(kind) or kind for key, kind in get_type_hints(_Table).items()}


class SiteSettings(_Table):
    """A profile and the options of a build, as the pages ask for them: keys of `[site]`, with IRIs for names, and more.

    Attributes:
        profile: the profile.
        base: where the site will lie, with a slash at its end.
        endpoint: the URL of the SPARQL endpoint beside it; empty where there is none.
        language: the language, in lower case, whose names stand before the English ones; empty for none.
        headline: the title of the data set, where the data states none.

    Raises:
        InputError: a name has an unknown prefix; at its line.
        UsageError: the address for corrections is not valid.
    """

    def __init__(
        self, profile: Profile, base: str = "", *, endpoint: str = "", correction: str = "", language: str = ""
    ) -> None:
        self.profile = profile
        self.base = base
        self.endpoint = endpoint
        self.language = language.lower()
        self.__dict__ |= {key: kind() for key, kind in _KEYS.items()} | dict(profile.site)
        self.headline = profile.name if profile.title == profile.name else f"{profile.name}: {profile.title}"
        stated = not correction and self.correction
        self.correction = correction or self.correction or profile.contact
        if wrong := _not_fillable(self.correction):
            raise self.fault(wrong, "correction") if stated else UsageError(f"{wrong}.")
        self.examples = self.examples or list(profile.kinds)[:1]
        self.menu = self.menu or {
            kind.title: f"doc/{kind.path}.html" for kind in profile.kinds.values() if not kind.quiet
        }
        self.units = {self._term(key, "units"): self._term(value, "units") for key, value in self.units.items()}
        self.columns = {
            kind: [self._term(name, "columns", kind) for name in names] for kind, names in self.columns.items()
        }

    def _term(self, name: str, *place: str) -> str:
        iri = self.profile.expand(name)
        if iri is None:
            raise self.fault(f"'{name}' is not a name with a known prefix", *place)
        return iri

    def fault(self, problem: str, *place: str) -> InputError:
        """Return the error of a slip at a key of the table."""
        return self.profile.fault(problem, "site", *place)

    def schema_of(self, kind: str) -> tuple[str, dict[str, str]]:
        """Return the schema.org type of a kind, and schema.org properties with ours whose values they take."""
        sort, *properties = self.schema.get(kind, ["Thing"])
        pairs = [one.partition(" = ") for one in properties]
        for key, mark, _ in pairs:
            if not mark:
                told = f"'{key}' is not a property of schema.org with a term of ours, as in 'startDate = rdfs:label'"
                raise self.fault(told, "schema", kind)
        return sort, {key: self._term(name, "schema", kind) for key, _, name in pairs}

    @cached_property
    def source_kind(self) -> str:
        """The kind whose things are the sources; empty where the profile has none."""
        return self.profile.source_kind

    def source(self, folder: str) -> str:
        """Return the IRI of the source that a graph is of; empty for a graph that no source states."""
        if folder in self.profile.unattributed or not self.source_kind:
            return ""
        return self.profile.source_iri(folder)


def _not_fillable(address: str) -> str:
    """Return what is wrong with the address for corrections, or an empty text."""
    if address and not address.startswith(("https://", "http://", "mailto:")):
        return f"'{address}' is not an https, http or mailto address for corrections"
    if set("{}") & set(re.sub(r"\{(thing|value|source)\}", "", address)):
        return f"'{address}' has braces that no page fills in: it fills in {{thing}}, {{value}} and {{source}}"
    return ""
