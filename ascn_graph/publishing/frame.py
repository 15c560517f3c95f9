"""The frame that every page of the site has: head, navigation, breadcrumbs, foot."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from ascn_graph.publishing import addresses
from ascn_graph.publishing.views import Link

__all__ = ["CSP", "FORMS", "HOME", "TITLE", "Frame", "Page", "forms"]

#: Media type, extension and name of the forms of a document, in the order in which they are offered.
FORMS = (
    ("text/turtle", "ttl", "Turtle"),
    ("application/n-triples", "nt", "N-Triples"),
    ("application/ld+json", "jsonld", "JSON-LD"),
)

#: What a page may load: its own style sheet, script and pictures, and nothing from elsewhere.
CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'"
)

#: The name of the site.
TITLE = "ASCN Graph"
_MENU = (
    ("Cities", "doc/city.html"),
    ("Map", "map.html"),
    ("People and posts", "people.html"),
    ("Agreements", "doc/agreement.html"),
    ("Sources", "doc/source.html"),
    ("Ontology", "ontology.html"),
    ("Query", "query.html"),
    ("Data", "dataset.html"),
)
# What no HTML page may hold; a label that has one shows the replacement character.
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")

#: The first of every page's breadcrumbs.
HOME = Link(TITLE, href="index.html")


class Page(NamedTuple):
    """A page of the site: its path from the top and its HTML."""

    path: str
    html: str


def _environment() -> Environment:
    """Give the template engine: everything is escaped, and a name that is not there is an error."""
    made = Environment(
        loader=PackageLoader("ascn_graph.publishing"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    made.filters["link"] = _link
    # Read once: an import in each template would run it for each page.
    made.globals["parts"] = made.get_template("parts.html").module
    return made


@lru_cache(maxsize=65536)
def _link(it: Link, root: str) -> Markup:
    """Write a link as HTML; most pages repeat some, so each is written once."""
    language = f' lang="{escape(it.language)}"' if it.language and it.language != "en" else ""
    text = escape(it.text)
    if it.href:
        outside = ' rel="external noopener"' if it.external else ""
        href = escape(it.href if it.external else root + it.href)
        return Markup(f'<a href="{href}"{outside}{language}><bdi>{text}</bdi></a>')  # noqa: S704 - every part is escaped
    return Markup(f"<code>{text}</code>" if it.code else f"<bdi{language}>{text}</bdi>")  # noqa: S704 - as above


class Frame:
    """Fills the templates.

    Args:
        base: where the site will lie, with a slash at its end.
        version: the version of the graph.
    """

    def __init__(self, base: str, version: str) -> None:
        self._environment = _environment()
        self._site = {
            "base": base,
            "title": TITLE,
            "menu": _MENU,
            "version": version,
            "forms": {media_type: name for media_type, _, name in FORMS},
        }

    def page(  # noqa: PLR0913 - each is a slot of the frame that every page has
        self,
        template: str,
        path: str,
        *,
        title: str,
        description: str,
        crumbs: Sequence[Link] = (),
        forms: Iterable[tuple[str, str]] = (),
        embedded: str = "",
        csp: str = CSP,
        root: str | None = None,
        values: Mapping[str, object],
    ) -> Page:
        """Fill a template.

        Args:
            template: its file name.
            path: where the page will lie, from the top of the site.
            title: its name, in its title and its breadcrumbs.
            description: one sentence for search engines.
            crumbs: the pages above it.
            forms: the same as data: media types and paths.
            embedded: JSON-LD that is already safe in a script element.
            csp: its Content Security Policy.
            root: the way to the top of the site, where it is not the one that the path gives.
            values: what else the template asks for.
        """
        html = self._environment.get_template(template).render(
            site=self._site,
            path=path,
            root=addresses.root(path) if root is None else root,
            title=title,
            description=description,
            crumbs=crumbs,
            alternates=tuple(forms),
            embedded=Markup(embedded),  # noqa: S704 - documents.embedded escapes what could end the element
            csp=csp,
            **values,
        )
        return Page(path, _FORBIDDEN.sub("\ufffd", html))


def forms(path: str) -> list[tuple[str, str]]:
    """Give the media types and paths of what a page is had in beside HTML."""
    return [(media_type, f"{path}.{extension}") for media_type, extension, _ in FORMS]
