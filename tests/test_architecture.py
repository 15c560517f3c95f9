"""Tests of the shape of the code: who may import whom, and what a query may not pull in."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator

import pytest
from architecture import RANK, arrows, circle, imports, lines, modules, past_the_door, tree, upward, wing
from conftest import ROOT

#: The libraries that one place alone may know, by that place.
PLACES = {
    "SPARQLWrapper": {"remote"},
    "pyshacl": {"validation/pyshacl_engine"},
    "uvicorn": {"server", "agents"},
    "mcp": {"agents"},
    "jinja2": {"publishing"},
    "starlette": {"server"},
    "pandas": {"frames"},
    "polars": {"frames"},
}


def test_every_module_has_a_layer():
    """A new module must be given its place."""
    assert {wing(name) for name in modules()} <= set(RANK)


def test_arrows_point_down():
    """No module imports from a layer above its own."""
    assert upward() == []


@pytest.mark.parametrize(
    ("module", "line", "told"),
    [
        ("errors", "from ascn_graph.graph import Graph", "upward: errors imports graph\n"),
        ("validation/shapes", "from ascn_graph.graph import Graph", "upward: validation/shapes imports graph\n"),
        ("turtle/lexer", "from ascn_graph.turtle import reader", "circle: turtle/"),
        ("sparql/guard", "def late():\n    import ascn_graph.server", "upward: sparql/guard imports server/__init__\n"),
    ],
)
def test_a_planted_arrow_is_found(tmp_path, module, line, told):
    """What points up or makes a circle, at the top of a module or inside of a function, is told and ends with 1."""
    package = tmp_path / "ascn_graph"
    for name in ("errors", "graph", "turtle/reader", "turtle/lexer", "server/__init__", module):
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / f"{name}.py").write_text("", "utf-8")
    (package / "turtle" / "reader.py").write_text("from ascn_graph.turtle import lexer\n", "utf-8")
    (package / f"{module}.py").write_text(f"{line}\n", "utf-8")
    words = [sys.executable, str(ROOT / "tests" / "architecture.py"), str(tmp_path)]
    ran = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (ran.returncode, told in ran.stdout) == (1, True), ran.stdout[-500:]


def test_no_modules_import_each_other_in_a_circle():
    """Inside the wings too the arrows have one direction."""
    assert circle() == []


def test_a_library_is_known_in_one_place():
    """Each of the libraries is imported in one place."""
    wrong = []
    for name in modules():
        for target in imports(name):
            places = PLACES.get(target.split(".")[0])
            if places and not any(name == place or name.startswith(place + "/") for place in places):
                wrong.append(f"{name} imports {target}")
    assert wrong == []


def test_every_module_says_what_it_is_in_one_sentence():
    """The first line of a module's docstring is one sentence that ends in a full stop."""
    for name in modules():
        first = (ast.get_docstring(tree(name)) or "").split("\n\n", 1)[0]
        assert first.endswith("."), name
        assert first.count(". ") == 0, name


def test_modules_stay_small():
    """No module outgrows 320 lines."""
    assert {name: lines(name) for name in modules() if lines(name) > 320} == {}


#: What a newcomer would not look for: each has a plainer name in the field.
RIDDLES = {"keeper", "nursery", "shell", "front", "wire", "bench", "trial", "cells", "shown", "reading"}


def public_names() -> Iterator[tuple[str, str]]:
    """Yield each module with the classes, functions and constants that it shows, and its own name."""
    for name in modules():
        yield name, name.rsplit("/", 1)[-1]
        for node in tree(name).body:
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                yield name, node.name
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                yield from ((name, each.id) for each in targets if isinstance(each, ast.Name))


def test_no_name_is_a_riddle():
    """Modules, classes, functions and constants have the names of the field."""
    assert [(module, name) for module, name in public_names() if name.lower().strip("_") in RIDDLES] == []


def test_no_module_has_the_name_of_another():
    """A room is known by its name, whichever wing it is in."""
    wings: dict[str, list[str]] = {}
    for module in modules():
        wings.setdefault(module.rsplit("/", 1)[-1], []).append(module)
    assert {name: where for name, where in wings.items() if len(where) > 1 and name != "__init__"} == {}


def test_no_class_or_constant_has_the_name_of_another():
    """A name is looked up in one place."""
    places: dict[str, set[str]] = {}
    for module, name in public_names():
        if name[0].isupper():
            places.setdefault(name, set()).add(module)
    assert {name: where for name, where in places.items() if len(where) > 1} == {}


@pytest.mark.parametrize("folder", ["ascn_graph", "tests", "benchmarks"])
def test_docstrings_begin_with_the_verb_of_the_field(folder):
    """A function returns or yields; it does not give, say or tell."""
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sorted((ROOT / folder).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if (ast.get_docstring(node) or "").split(maxsplit=1)[:1] in (["Give"], ["Gives"], ["Say"], ["Tell"], ["Get"])
    ]
    assert found == []


def test_a_wing_is_entered_by_its_door():
    """No module takes from another wing what its `__init__` does not show."""
    assert [f"{name} takes from {target}" for name, target in arrows() if past_the_door(name, target)] == []
