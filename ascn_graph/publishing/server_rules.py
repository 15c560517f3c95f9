"""Rule files that make a web server negotiate: for Apache, nginx, `_redirects` and w3id.org."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from ascn_graph.media_types import DOCUMENTS, RESOURCE_FORMS, Representation
from ascn_graph.publishing.renderer import templates
from ascn_graph.publishing.settings import SiteSettings

__all__ = ["files"]

_REGISTER = "https://w3id.org/"
_NAME = "[A-Za-z0-9][A-Za-z0-9._-]*"
# Each with a template of its name, but for the mark that a host asks for.
_FILES = (".htaccess", "_headers", "_redirects", "rules/negotiate.js", "rules/nginx.conf", "rules/nginx-plain.conf")


def files(settings: SiteSettings) -> Iterator[tuple[str, bytes]]:
    """Write the rule files of a site, whose base `addresses.base_url` has read: it can stand in each as it is."""
    profile, base = settings.profile, settings.base
    path = urlsplit(base).path
    spaces = {"things": profile.things, "graphs": profile.graphs, "ontology": profile.namespace}
    paths = {name: iri.removeprefix(profile.base).rstrip("#/") for name, iri in spaces.items()}
    below = {name: re.escape(path) for name, path in paths.items()}
    if profile.namespace[-1] == "/":
        # Each term has an address of its own, and one document tells of all; beside the files of the site it has none.
        below["ontology"] = f"{below['ontology']}(?:/{_NAME})?" if paths["ontology"] else "ontology"
    values = {
        "base": base,
        "path": path,
        "pattern": re.escape(path),
        "name": _NAME,
        "script": "negotiate.js",
        "register": urlsplit(profile.base).path.strip("/"),
        "paths": paths,
        **below,
        "documents": "|".join(form.extension for form in DOCUMENTS),
        "dataset": "|".join(form.extension for form in RESOURCE_FORMS["dataset"]),
        "data_forms": DOCUMENTS[1:],
        "negotiated": [form.extension for form in DOCUMENTS],
        "offered": json.dumps(
            {kind: [[f.extension, f.types] for f in forms] for kind, forms in RESOURCE_FORMS.items()}
        ),
        "wishes": list(_wishes(DOCUMENTS)),
        "whole_wishes": list(_wishes(RESOURCE_FORMS["dataset"])),
    }
    environment = templates(escaped=False)
    registered = ["rules/w3id.htaccess"] if profile.base.startswith(_REGISTER) else []
    for file in (*_FILES, *registered):
        template = file.removeprefix("rules/").lstrip("._")
        yield file, environment.get_template(f"rules/{template}").render(values).encode()
    for file, kind, path in (
        ("negotiate/thing.var", "thing", ""),
        ("negotiate/dataset.var", "dataset", "dataset/"),
        ("ontology.var", "ontology", "ontology."),
    ):
        yield file, environment.get_template("rules/type-map").render(forms=RESOURCE_FORMS[kind], path=path).encode()


def _wishes(forms: Sequence[Representation]) -> Iterator[tuple[str, str]]:
    """Yield patterns of the Accept headers that get each form, where weights cannot be compared; the later one wins."""
    yield forms[0].extension, r"^\s*$|\*/\*|^\*$"
    firsts = [
        next((form for form in forms if form.types[0].startswith(kind)), forms[0]) for kind in ("application/", "text/")
    ]
    for form, kind in zip(firsts, ("application", "text"), strict=True):
        yield form.extension, rf"{kind}/\*"
    for form in reversed(forms):
        yield form.extension, "|".join(map(re.escape, form.types))
