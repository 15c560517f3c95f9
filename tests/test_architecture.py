"""Tests of the shape of the code: who may import whom, and what a query may not pull in."""

from __future__ import annotations

import ast
from pathlib import Path

from conftest import ROOT

PACKAGE = ROOT / "ascn_graph"

#: The layers, from the ground up: a module imports from its own layer or from one below.
LAYERS = [
    {"errors"},
    {"namespaces", "resources", "terms", "ntriples", "media_types", "nearest"},
    {"profile"},
    {"turtle", "sparql"},
    {"dataset", "formats", "frames"},
    {"results"},
    {"names"},
    {"embedded", "rdflib_engine", "remote"},
    {"graph", "__init__"},
    {"evidence"},
    {"validation"},
    {"mutation"},
    {"publishing"},
    {"server"},
    {"cli"},
]
RANK = {name: rank for rank, layer in enumerate(LAYERS) for name in layer}

#: The libraries that one place alone may know, by that place.
KEEPERS = {
    "SPARQLWrapper": {"remote"},
    "pyshacl": {"validation/pyshacl_engine"},
    "uvicorn": {"server"},
    "jinja2": {"publishing"},
    "starlette": {"server"},
    "pandas": {"frames"},
    "polars": {"frames"},
}


def modules() -> dict[str, Path]:
    """List our modules by their path below the package, without the ending."""
    return {str(path.relative_to(PACKAGE).with_suffix("")): path for path in sorted(PACKAGE.rglob("*.py"))}


def imports(path: Path) -> set[str]:
    """List the dotted names that a module imports when it runs; those for type checkers alone do not count."""
    tree = ast.parse(path.read_text("utf-8"))
    typing_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    found: set[str] = set()
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def layer(name: str) -> int:
    """Give the rank of a module by the first part of its path."""
    return RANK[name.split("/", maxsplit=1)[0]]


def test_every_module_has_a_layer():
    """A new module must be given its place."""
    assert {name.split("/")[0] for name in modules()} <= set(RANK)


def test_arrows_point_down():
    """No module imports from a layer above its own."""
    wrong = []
    for name, path in modules().items():
        for target in imports(path):
            parts = target.split(".")
            if parts[0] != "ascn_graph" or name == "__init__":
                continue
            inner = parts[1] if len(parts) > 1 and parts[1] in RANK else "__init__"
            if inner == "__init__" and "__version__" in parts:
                continue
            if RANK[inner] > layer(name):
                wrong.append(f"{name} imports {target}")
    assert wrong == []


def test_a_library_is_known_in_one_place():
    """Each of the libraries has one keeper."""
    wrong = []
    for name, path in modules().items():
        for target in imports(path):
            keepers = KEEPERS.get(target.split(".")[0])
            if keepers and not any(name == keeper or name.startswith(keeper + "/") for keeper in keepers):
                wrong.append(f"{name} imports {target}")
    assert wrong == []


def test_every_module_says_what_it_is_in_one_sentence():
    """The first line of a module's docstring is one sentence that ends in a full stop."""
    for name, path in modules().items():
        text = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
        first = text.split("\n\n", 1)[0]
        assert first.endswith("."), name
        assert first.count(". ") == 0, name


def test_modules_stay_small():
    """No module outgrows 320 lines, and the query layer stays near a thousand statements' worth of lines."""
    lengths = {name: len(path.read_text("utf-8").splitlines()) for name, path in modules().items()}
    assert {name: length for name, length in lengths.items() if length > 320} == {}
