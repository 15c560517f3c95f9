"""A benchmark's table, written between its marks in a page of `docs/`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

DOCS = Path(__file__).resolve().parent.parent / "docs"


def markdown(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def write(name: str, command: str, table: str, page: str = "performance.md") -> None:
    """Put a table, with the command that prints it, between `<!-- NAME -->` and `<!-- /NAME -->` of the page."""
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    place = DOCS / page
    text = place.read_text(encoding="utf-8")
    if begin not in text:
        text = f"{text.rstrip()}\n\n{begin}\n{end}\n"
    before, _, rest = text.partition(begin)
    _, _, after = rest.partition(end)
    place.write_text(f"{before}{begin}\n`{command}`\n\n{table}\n{end}{after}", encoding="utf-8")
