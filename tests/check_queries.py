"""The checks of the ontology, each a query that must give no row."""

from __future__ import annotations

from pathlib import Path

from pyoxigraph import QuerySolutions, Store

FOLDER = Path(__file__).resolve().parent.parent / "ontology" / "checks"
QUERIES = sorted(FOLDER.rglob("*.rq"))


def name(path: Path) -> str:
    """Return the name of a rule, such as `by-source/statement-elsewhere`."""
    return path.relative_to(FOLDER).with_suffix("").as_posix()


def ask(store: Store, path: Path) -> list[str]:
    """Return what one query finds wrong."""
    solutions = store.query(path.read_text(encoding="utf-8"))
    assert isinstance(solutions, QuerySolutions)
    return [f"{row['this']} {row['error'].value}" for row in solutions]
