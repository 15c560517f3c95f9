"""The shape of the code: its wings, their modules, floors, arrows and doors, read from the imports.

Run it as `python tests/architecture.py [DIR]` to print the table of this checkout, or of another commit's, as
`git worktree add DIR COMMIT` makes one; the test beside it says which of this must hold.
"""

from __future__ import annotations

import ast
import sys
from collections import Counter
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

CHECKOUT = sys.argv[1] if __name__ == "__main__" and len(sys.argv) > 1 else Path(__file__).resolve().parent.parent
PACKAGE = Path(CHECKOUT) / "ascn_graph"

#: The layers, from the ground up: a module imports from its own layer or from one below.
LAYERS = [
    {"errors", "deadline", "stderr"},
    {"files", "namespaces", "terms", "ntriples", "lenient", "media_types", "nearest"},
    {"profile"},
    {"turtle", "sparql"},
    {"dataset", "formats", "frames"},
    {"results"},
    {"names", "compiled"},
    {"prints"},
    {"embedded", "rdflib_engine", "remote"},
    {"graph", "__init__"},
    {"evidence", "differences"},
    {"validation"},
    {"mutation"},
    {"api"},
    {"publishing"},
    {"server"},
    {"agents"},
    {"cli"},
]
#: What else no wing may import: validation reads files, and knows nothing of graphs that are asked.
APART = {wing: {"graph", "evidence", "differences"} for wing in ("validation", "mutation")}
RANK = {name: rank for rank, layer in enumerate(LAYERS) for name in layer}

#: How many lines a wing should have at most; `formats/` and the modules that lie in no wing count as "core".
BUDGET = {
    "turtle": 800,
    "sparql": 650,
    "core": 1800,
    "remote": 900,
    "validation": 3000,
    "mutation": 1250,
    "publishing": 2650,
    "server": 1600,
    "cli": 900,
    "whole": 14_500,
}


@cache
def modules() -> dict[str, Path]:
    """Return our modules by their path below the package, without the ending."""
    return {str(path.relative_to(PACKAGE).with_suffix("")): path for path in sorted(PACKAGE.rglob("*.py"))}


@cache
def tree(name: str) -> ast.Module:
    """Return the syntax tree of a module."""
    return ast.parse(modules()[name].read_text("utf-8"))


def wing(name: str) -> str:
    """Return the first part of a module's path: its wing, or itself where it lies in none."""
    return name.split("/", maxsplit=1)[0]


@cache
def imports(name: str) -> frozenset[str]:
    """Return the dotted names that a module imports when it runs; those for type checkers alone do not count."""
    typing_only = {
        id(inner)
        for node in ast.walk(tree(name))
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    found: set[str] = set()
    for node in ast.walk(tree(name)):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(found)


@cache
def targets(name: str) -> frozenset[str]:
    """Return the modules of ours that a module imports: the deepest that each dotted name names."""
    found = set()
    for dotted in imports(name):
        parts = dotted.split(".")
        if parts[0] != "ascn_graph" or dotted == "ascn_graph.__version__":
            continue
        for length in range(len(parts), 0, -1):
            path = "/".join(parts[1:length])
            module = next((each for each in (path, f"{path}/__init__".strip("/")) if each in modules()), None)
            if module:
                found.add(module)
                break
    return frozenset(found - {name})


def arrows() -> list[tuple[str, str]]:
    """Return every import of one module of ours by another."""
    return [(name, target) for name in modules() for target in sorted(targets(name))]


def upward() -> list[str]:
    """Return what a module imports from a layer above its own, or from one that its wing is kept apart from.

    Of another commit's modules only those known here count.
    """
    return [
        f"{name} imports {target}"
        for name, target in arrows()
        if name != "__init__"
        and (RANK.get(wing(target), 0) > RANK.get(wing(name), len(LAYERS)) or wing(target) in APART.get(wing(name), ()))
    ]


def circle() -> list[str]:
    """Return modules that import each other in a circle, or nothing; the package's own front counts as what it is."""
    try:
        TopologicalSorter({name: targets(name) for name in modules()}).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


@cache
def door(name: str) -> frozenset[str]:
    """Return what a wing shows of itself: `__all__` of its `__init__`, where a module may stand as a whole."""
    for node in tree(f"{name}/__init__").body:
        if isinstance(node, ast.Assign) and any(
            isinstance(each, ast.Name) and each.id == "__all__" for each in node.targets
        ):
            return frozenset(ast.literal_eval(node.value))
    return frozenset()


def past_the_door(name: str, target: str) -> bool:
    """Return whether an arrow enters another wing elsewhere than at its `__init__`, by a module it does not show."""
    if wing(name) == wing(target) or "/" not in target or target.endswith("/__init__"):
        return False
    room, module = target.split("/", 1)
    return module not in door(room) or f"ascn_graph.{room}.{module}" not in imports(name)


def floors(names: set[str]) -> int:
    """Return the length of the longest chain of imports among some modules."""
    height: dict[str, int] = {}
    for name in TopologicalSorter({name: targets(name) & names for name in names}).static_order():
        height[name] = 1 + max((height[target] for target in targets(name) & names), default=0)
    return max(height.values(), default=0)


def lines(name: str) -> int:
    """Return the number of lines of a module."""
    return len(modules()[name].read_text("utf-8").splitlines())


def table() -> str:
    """Return one line a wing: lines and budget, modules, floors, arrows inside, out, and past another wing's door."""
    sizes = Counter(wing(name) for name in modules())
    rooms: dict[str, set[str]] = {}
    for name in modules():
        rooms.setdefault(wing(name) if sizes[wing(name)] > 1 and wing(name) != "formats" else "core", set()).add(name)
    rows = [("wing", "lines", "budget", "modules", "floors", "inside", "out", "past a door")]
    for title, names in [*sorted(rooms.items()), ("whole", set(modules()))]:
        leaving = [(name, target) for name, target in arrows() if name in names]
        inside = sum(target in names for _, target in leaving)
        past = sum(past_the_door(name, target) for name, target in leaving)
        figures = (sum(map(lines, names)), BUDGET.get(title, "-"), len(names), floors(names))
        rows.append((title, *map(str, (*figures, inside, len(leaving) - inside, past))))
    return "\n".join(f"{row[0]:11}" + "".join(f"{cell:>12}" for cell in row[1:]) for row in rows)


if __name__ == "__main__":
    if not circle():  # a circle has no lowest floor
        print(table())
    print("upward: " + (", ".join(upward()) or "none"))
    print("circle: " + (" -> ".join(circle()) or "none"))
    sys.exit(1 if upward() or circle() else 0)
