"""What a page tells search engines about its thing, in the terms of schema.org alone."""

from __future__ import annotations

from typing import Any

from pyoxigraph import Literal, NamedNode

from ascn_graph.namespaces import STANDARD
from ascn_graph.publishing.views import Views

__all__ = ["thing"]

_LATITUDE, _LONGITUDE = (STANDARD["geo"] + name for name in ("lat", "long"))
_PLACES = ("City", "AdministrativeArea", "Country", "Place")


def thing(views: Views, iri: str, description: str) -> dict[str, Any]:
    """Return what schema.org has words for: type, name, other names, description, and what the profile maps.

    Args:
        views: what was read.
        iri: the thing.
        description: the sentence that its page has for search engines.
    """
    graph = views.graph
    name = views.name(iri)[0]
    sort, properties = views.settings.schema_of(views.profile.kind_of(iri) or "")
    page = views.settings.base + views.addresses.required(iri).page
    found: dict[str, Any] = {"@type": sort, "@id": iri, "name": name, "description": description, "url": page}
    if others := [spelling for spelling in graph.spellings(iri) if spelling != name]:
        found["alternateName"] = others
    stated = {key: [_value(views, value) for value in graph.values(iri, one)] for key, one in properties.items()}
    found |= {key: values[0] if len(values) == 1 else values for key, values in stated.items() if values}
    latitude, longitude = graph.text(iri, _LATITUDE), graph.text(iri, _LONGITUDE)
    if sort in _PLACES and latitude and longitude:
        found["geo"] = {"@type": "GeoCoordinates", "latitude": latitude, "longitude": longitude}
    return found


def _value(views: Views, value: object) -> object:
    if isinstance(value, NamedNode):
        sort, _ = views.settings.schema_of(views.profile.kind_of(value.value) or "")
        return {"@type": sort, "@id": value.value, "name": views.name(value.value)[0]}
    return value.value if isinstance(value, Literal) else str(value)
