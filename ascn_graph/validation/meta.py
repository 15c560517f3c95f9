"""Shapes held to the shapes that SHACL states of shapes, SHACL-SHACL."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path

from ascn_graph.errors import EngineError
from ascn_graph.validation.evaluation import Bench
from ascn_graph.validation.explain import Explainer
from ascn_graph.validation.focus import Focus
from ascn_graph.validation.levels import Suspicion
from ascn_graph.validation.locate import Locator
from ascn_graph.validation.shapes import Shapes
from ascn_graph.validation.sources import ntriples, read_sources

__all__ = ["meta"]


def meta(shapes: Shapes, bench: Bench) -> Iterator[Suspicion]:
    """Hold shapes to SHACL-SHACL, which comes with pySHACL.

    Raises:
        EngineError: the installed pySHACL lacks it, or an engine failed.
    """
    package = importlib.util.find_spec("pyshacl")
    file = Path(package.origin if package and package.origin else "").with_name("assets") / "shacl-shacl.ttl"
    if not file.is_file():
        raise EngineError("The installed pySHACL brings no SHACL-SHACL: install another release, or leave out --meta.")
    sources, _ = read_sources([file], blanks="m", ours=False)
    stated = Shapes(sources)
    locator = Locator(shapes.sources, stated)
    lines = [line for source in shapes.sources for line in ntriples(source)]
    prefixes = {name: iri for source in shapes.sources for name, iri in source.document.prefixes.items()}
    explainer = Explainer(stated, locator, prefixes, "en")
    for finding in bench.evaluate(Focus(stated, locator), lines).findings:
        told = explainer.told(finding)
        yield Suspicion("meta", f"SHACL-SHACL: {explainer.message(told)}".removesuffix("."), told.place.location)
