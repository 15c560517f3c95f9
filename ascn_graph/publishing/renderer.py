"""The templates filled in: what every page of the site has, and what each adds."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple
from urllib.parse import quote

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from ascn_graph.media_types import DOCUMENTS
from ascn_graph.publishing import addresses, wording
from ascn_graph.publishing.settings import SiteSettings
from ascn_graph.publishing.view_models import Link
from ascn_graph.sparql import catalogue

__all__ = ["Page", "Renderer", "number", "templates"]

_HERE = "ascn_graph.publishing"
_NAMES = {"ttl": "Turtle", "nt": "N-Triples", "jsonld": "JSON-LD", "rdf": "RDF/XML"}
_FORMS = [(form.types[0], form.extension) for form in DOCUMENTS if form.extension in _NAMES]
# What the head and the foot of a page say of its forms, in the order in which they are offered; a template would take
# four times as long.
_HEAD = "".join(f'<link rel="alternate" type="{kind}" href="{{0}}.{ending}">\n' for kind, ending in _FORMS)
_FOOT = ", ".join(f'<a href="{{0}}.{ending}" type="{kind}">{_NAMES[ending]}</a>' for kind, ending in _FORMS)
_FOOT = f"<p>This page as data: {_FOOT}.</p>\n"

# What could end a script element, and what HTML forbids; JSON has escapes for all of it.
_UNSAFE = re.compile("[<>&\u2028\u2029\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")
# What no HTML page may hold; a label that has one shows the replacement character.
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")


class Page(NamedTuple):
    """A page of the site: its path from the top, its title, its HTML, and whether search engines may list it."""

    path: str
    title: str
    html: str
    indexed: bool


def templates(*packages: str, escaped: bool = True) -> Environment:
    """Return the templates of some packages beside those here; a name that one asks for and is not there is an error.

    Args:
        packages: the packages, each with a folder `templates`.
        escaped: whether they are HTML or XML, in which what is put in stays text.
    """
    made = Environment(
        loader=ChoiceLoader([PackageLoader(package) for package in (_HERE, *packages)]),
        autoescape=escaped,  # noqa: S701 - a server's rules and Turtle are no HTML
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    made.filters |= {"link": _link, "date": wording.date, "filled": _filled, "number": number, "embedded": _embedded}
    return made


def number(value: float) -> str:
    """Write a coordinate with at most one decimal."""
    return f"{round(value, 1) + 0.0:.1f}".removesuffix(".0")


@lru_cache(maxsize=65536)
def _link(it: Link, root: str) -> Markup:
    """Write a link as HTML; most pages repeat some, so each is written once."""
    language = f' lang="{escape(it.language)}"' if it.language and it.language != "en" else ""
    title = f' title="{escape(it.exact)}"' if it.exact else ""
    text, first = escape(it.text), Markup('<bdi lang="{1}">{0}</bdi> ').format(*it.local) if it.local else ""
    if it.href:
        outside = ' rel="external noopener"' if it.external else ""
        href = escape(it.href if it.external else root + it.href)
        return Markup(f'<a href="{href}"{outside}{language}{title}>{first}<bdi>{text}</bdi></a>')  # noqa: S704 - all escaped
    return Markup(f"<code>{text}</code>" if it.code else f"{first}<bdi{language}{title}>{text}</bdi>")  # noqa: S704 - as above


def _filled(template: str, thing: str, value: str = "", source: str = "") -> str:
    """Fill in where a correction is asked for: what the thing, the value and its source are."""
    for name, text in (("{thing}", thing), ("{value}", value), ("{source}", source)):
        template = template.replace(name, quote(text, safe=""))
    return template


class Renderer:
    """Fills the templates.

    Attributes:
        known: the names of the queries that the graph has.
        words: the words of the pages that have a fixed path, by that path: title, description and, as `queries`, the
            named queries that it answers; where the graph lacks one of them, page and link in the menu are left out.

    Args:
        settings: the names and words of the graph.
        version: the version of the graph.
    """

    def __init__(self, settings: SiteSettings, version: str) -> None:
        packages = [settings.pages] if settings.pages else []
        listed = [file for each in (_HERE, *packages) if (file := files(each) / "pages.toml").is_file()]
        words = {path: page for file in listed for path, page in tomllib.loads(file.read_text("utf-8")).items()}
        self.known = catalogue.load(settings.profile).keys()
        self.words = {path: page for path, page in words.items() if self.known >= {*page.get("queries", ())}}
        self._environment = templates(*packages)
        self._environment.globals["correction"] = settings.correction
        # Read once: an import in each template would run it for each page.
        self._environment.globals["parts"] = self._environment.get_template("parts.html").module
        #: The words of the menu with their paths, but for the pages that are left out.
        self.menu = [(text, path) for text, path in settings.menu.items() if path in self.words or path not in words]
        # Measured: written for each page anew, it takes a fifth of the time of the whole site.
        self._common = cache(self._written)
        self._site = {
            "base": settings.base,
            "title": settings.profile.name,
            "home": Link(settings.profile.name, href="index.html"),
            "menu": self.menu,
            "version": version,
            "prefix": settings.profile.prefix,
        }

    def page(  # noqa: PLR0913 - each is a part of every page
        self,
        path: str,
        *,
        template: str = "",
        title: str = "",
        description: str = "",
        data: str = "",
        root: str | None = None,
        indexed: bool = True,
        **values: object,
    ) -> Page:
        """Fill a template.

        Args:
            path: where the page will lie, from the top of the site.
            template: the file name of the template, where that is not the path.
            title: its name, which tells it from every other page; by default the one in `words`.
            description: one sentence for search engines; by default the one in `words`.
            data: the path of the same as data, without an extension; empty where there is none.
            root: the way to the top of the site, where it is not the one that the path gives.
            indexed: whether search engines may list it.
            values: what the template asks for; `base.html` says what the head and the top of every page may be told.
        """
        root = addresses.root(path) if root is None else root
        title = title or self.words[path]["title"]
        alternates, as_data = (text.format(escape(root + data)) if data else "" for text in (_HEAD, _FOOT))
        links, header = self._common(root, path if any(path == each for _, each in self.menu) else "")
        html = self._environment.get_template(template or path).render(
            {"heading": title, "crumbs": (), "about": "", "embedded": None, **values},
            site=self._site,
            path=path,
            root=root,
            links=links,
            header=header,
            title=title,
            description=description or self.words[path]["description"],
            alternates=Markup(alternates),  # noqa: S704 - escaped above
            as_data=Markup(as_data),  # noqa: S704 - as above
            indexed=indexed,
        )
        return Page(path, title, _FORBIDDEN.sub("\ufffd", html), indexed)

    def _written(self, root: str, path: str) -> tuple[Markup, Markup]:
        """Return head and top, as all pages of a folder have them; `path` is that of a page of the menu, or empty."""
        return self.part("links.html", root=root, path=path), self.part("header.html", root=root, path=path)

    def part(self, template: str, **values: object) -> Markup:
        """Fill a template of a part of a page."""
        return Markup(self._environment.get_template(template).render({"site": self._site, **values}))  # noqa: S704 - escaped by the engine


def _embedded(document: Mapping[str, Any]) -> Markup:
    """Write a document for a script element: nothing in it can end the element or open a comment."""
    text = json.dumps({"@context": "https://schema.org/", **document}, ensure_ascii=False, separators=(",", ":"))
    return Markup(_UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text))  # noqa: S704 - escaped here
