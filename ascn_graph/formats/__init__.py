"""An answer written in a format: one function, `render`, for every name in `FORMATS`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from types import SimpleNamespace
from typing import NamedTuple, cast

from ascn_graph.errors import UsageError, excerpt
from ascn_graph.nearest import nearest
from ascn_graph.terms import Solutions

__all__ = ["FORMATS", "Format", "graphs", "named_after", "pieces", "plain", "render", "terminal", "text"]


class Format(NamedTuple):
    """A way to write an answer."""

    writer: str  # `module:function` in this package, imported when it is asked for: no query pays for another's format
    suffix: str = ""  # how the name of a file in this format ends
    truth: str | None = None  # the answer of an ASK, `{}` its truth; None where the format cannot say it
    triples: bool = False  # whether it holds triples rather than a table


#: Every format by the name that the command line knows it by.
FORMATS: dict[str, Format] = {
    "table": Format("terminal:table", ".txt", "{}\n"),
    "csv": Format("w3c:comma", ".csv", "{}\n"),
    "csv-safe": Format("w3c:safe_comma", truth="{}\n"),
    "tsv": Format("w3c:tab", ".tsv", "{}\n"),
    "json": Format("notation:results", ".json", '{{"head":{{}},"boolean":{}}}\n'),
    "xml": Format(
        "w3c:xml",
        ".xml",
        '<?xml version="1.0"?>\n'
        '<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head></head><boolean>{}</boolean></sparql>\n',
    ),
    "markdown": Format("layout:markdown", ".md", "{}\n"),
    "html": Format("layout:html", ".html", "<p>{}</p>\n"),
    "geojson": Format("notation:features", ".geojson"),
    "turtle": Format("graphs:turtle", ".ttl", triples=True),
    "ntriples": Format("graphs:ntriples", ".nt", triples=True),
    "jsonld": Format("graphs:jsonld", ".jsonld", triples=True),
}

_STREAMED = frozenset({"csv", "csv-safe", "tsv", "ntriples"})


def pieces(answer: Solutions | bool, name: str, *, width: int | None = None) -> Iterator[bytes]:  # noqa: FBT001 - an ASK's
    """Write an answer in a format piece by piece: CSV, TSV and N-Triples as its rows arrive; see `text`.

    Where they still arrive, they are not kept, and triples are written in the order in which they come.
    """
    if name in _STREAMED and not isinstance(answer, bool):
        # Its rows are drawn, but not kept.
        given = {name: getattr(answer, name) for name in ("name", "form", "columns", "prefixes")}
        answer = cast("Solutions", SimpleNamespace(**given, solutions=getattr(answer, "passing", answer.solutions)))
    written = _written(answer, name, width)
    return (piece.encode() for piece in ((written,) if isinstance(written, str) else written))


def named_after(file: str) -> str | None:
    """Return the format that the ending of a file's name speaks of, None where it speaks of none."""
    return next((name for name, form in FORMATS.items() if form.suffix and file.lower().endswith(form.suffix)), None)


def render(answer: Solutions | bool, name: str, *, width: int | None = None) -> bytes:  # noqa: FBT001 - an ASK's answer
    """Write an answer in a format, as the bytes of a UTF-8 file; see `text`."""
    return text(answer, name, width=width).encode()


def text(answer: Solutions | bool, name: str, *, width: int | None = None) -> str:  # noqa: FBT001 - an ASK's answer
    """Write an answer in a format.

    Args:
        answer: rows, triples, or the truth of an ASK.
        name: one of `FORMATS`.
        width: columns of the terminal that `table` is laid out for, None for no limit; the other formats have no width.

    Raises:
        UsageError: where there is no such format, or the answer does not fit it.
    """
    written = _written(answer, name, width)
    return written if isinstance(written, str) else "".join(written)


def _written(answer: Solutions | bool, name: str, width: int | None) -> str | Iterator[str]:  # noqa: FBT001 - as above
    form = FORMATS.get(name)
    if form is None:
        near = nearest(name, FORMATS, most=1, alike=0.0)[0]
        raise UsageError(
            f"There is no format '{excerpt(name)}': did you mean {near}? The formats are {', '.join(FORMATS)}."
        )
    if isinstance(answer, bool):
        if form.truth is None:
            fitting = ", ".join(name for name, its in FORMATS.items() if its.truth)
            raise UsageError(f"Format {name} cannot hold the answer of an ASK: choose {fitting}.")
        return form.truth.format(str(answer).lower())
    if form.triples and answer.form == "SELECT":
        fitting = ", ".join(name for name, its in FORMATS.items() if not its.triples)
        raise UsageError(f"Format {name} holds triples; a SELECT answers with a table: choose {fitting}, or CONSTRUCT.")
    module, _, function = form.writer.partition(":")
    write: Callable[..., str | Iterator[str]] = getattr(import_module(f"{__name__}.{module}"), function)
    return write(answer, width) if name == "table" else write(answer)
