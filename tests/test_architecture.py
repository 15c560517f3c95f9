"""Tests of the shape of the code: who may import whom, and what a query may not pull in."""

from __future__ import annotations

import ast

from architecture import RANK, arrows, circle, imports, lines, modules, tree, wing

#: The libraries that one place alone may know, by that place.
KEEPERS = {
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
    wrong = [
        f"{name} imports {target}"
        for name, target in arrows()
        if name != "__init__" and RANK[wing(target)] > RANK[wing(name)]
    ]
    assert wrong == []


def test_no_modules_import_each_other_in_a_circle():
    """Inside the wings too the arrows have one direction."""
    assert circle() == []


def test_a_library_is_known_in_one_place():
    """Each of the libraries has one keeper."""
    wrong = []
    for name in modules():
        for target in imports(name):
            keepers = KEEPERS.get(target.split(".")[0])
            if keepers and not any(name == keeper or name.startswith(keeper + "/") for keeper in keepers):
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
