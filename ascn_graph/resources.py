"""Where the packaged ontology, data and queries lie: inside the wheel, or at the top of a checkout."""

from __future__ import annotations

from pathlib import Path

from ascn_graph.errors import EngineError

__all__ = ["data", "ontology", "queries"]


def _folder(name: str) -> Path:
    package = Path(__file__).parent
    # A wheel holds the graph inside the package; an editable install finds it at the top of its checkout.
    for place in (package / "_kg" / name, package.parent / name):
        if place.is_dir():
            return place
    raise EngineError(f"The packaged folder '{name}' is missing beside {package}: install ascn-graph again.")


def ontology() -> Path:
    """Give the folder of `ascn.ttl`, `concepts.ttl`, `shapes.ttl`, `alignments.ttl` and `context.jsonld`."""
    return _folder("ontology")


def data() -> Path:
    """Give the folder of the Turtle data, one folder a source."""
    return _folder("data")


def queries() -> Path:
    """Give the folder of the named queries."""
    return _folder("queries")
