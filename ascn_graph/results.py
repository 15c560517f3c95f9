"""The answer of a query: solutions drawn once, cells converted only when they are read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, Protocol, Self, SupportsIndex, cast, overload

from pyoxigraph import Triple

from ascn_graph.errors import EngineError, require
from ascn_graph.namespaces import STANDARD
from ascn_graph.terms import IRI, Term, Text, Value, Year, YearMonth, value_of

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

__all__ = [
    "IRI",
    "MOST_KEPT",
    "Answer",
    "Bindings",
    "Engine",
    "Row",
    "Rows",
    "Term",
    "Text",
    "TripleRows",
    "Triples",
    "Value",
    "Year",
    "YearMonth",
]


MOST_KEPT: Final = 50_000  # rows of an answer that still arrives: of a longer one none is kept while it passes


class Bindings(NamedTuple):
    """The answer of a SELECT: its columns and, drawn lazily, one sequence of terms a solution (None: unbound)."""

    columns: tuple[str, ...]
    rows: Iterator[Sequence[Term | None]]
    is_stream: bool = False  # whether they still arrive from elsewhere while they are drawn


class Triples(Bindings):
    """The answer of a CONSTRUCT or DESCRIBE: each of its triples, drawn lazily, is a row."""

    __slots__ = ()

    def __new__(cls, triples: Iterator[Triple], is_stream: bool = False) -> Self:  # noqa: FBT001, FBT002 - as of rows
        """Take the triples as solutions, for a triple is counted and indexed as three terms are."""
        rows = cast("Iterator[Sequence[Term | None]]", triples)
        return super().__new__(cls, ("subject", "predicate", "object"), rows, is_stream)


#: What an engine gives back: solutions, triples, or the truth of an ASK.
Answer = Bindings | bool


class Engine(Protocol):
    """Anything that answers SPARQL 1.1 queries."""

    name: str

    def run(self, text: str, *, timeout: float | None = None) -> Answer:
        """Answer one query; `timeout` is in seconds, None for no limit."""


class Row:
    """One solution: `row.name`, `row["name"]` and `row[0]` give the Python value of a cell, None where it is unbound.

    A column called as one of the methods here (`terms`, `keys`) is reached by `row["terms"]`. `dict(row)` and
    `list(row)` convert every cell.
    """

    __slots__ = ("_index", "_terms")

    def __init__(self, terms: Sequence[Term | None], index: Mapping[str, int]) -> None:
        self._terms = terms
        self._index = index

    @property
    def terms(self) -> tuple[Term | None, ...]:
        """The cells as pyoxigraph terms."""
        return tuple(self._terms)

    def keys(self) -> tuple[str, ...]:
        """Return the columns, in order."""
        return tuple(self._index)

    def __getitem__(self, column: str | int) -> Value:
        if not isinstance(column, str):
            # An engine's solution counts from the left only.
            return value_of(self._terms[range(len(self._index))[column]])
        if column in self._index:
            return value_of(self._terms[self._index[column]])
        raise KeyError(f"There is no column '{column}': the columns are {', '.join(self._index) or 'none'}.")

    def __getattr__(self, column: str) -> Value:
        try:
            return self[column]
        except KeyError as error:
            raise AttributeError(error.args[0]) from None

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._index]

    def __iter__(self) -> Iterator[Value]:
        return map(value_of, self._terms)

    def __len__(self) -> int:
        return len(self._index)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Row) and self.keys() == other.keys() and self.terms == other.terms

    def __hash__(self) -> int:
        return hash((self.keys(), self.terms))

    def __repr__(self) -> str:
        return f"Row({', '.join(f'{name}={value!r}' for name, value in zip(self._index, self, strict=True))})"

    def __reduce__(self) -> tuple[type[Row], tuple[tuple[Term | None, ...], dict[str, int]]]:
        return type(self), (self.terms, dict(self._index))


class Rows(Sequence[Row]):
    """The rows of an answer: iterate, count, index and slice them, or hand them on in a format.

    The engine's solutions are drawn once, when first needed, and kept; a cell is converted only when it is read. Of an
    answer that still arrives iteration yields each row as it comes, and keeps none once `MOST_KEPT` have passed.

    Args:
        bindings: what an engine answered.
        name: what was asked, for people to read.
        prefixes: the prefixes that IRIs are shortened by, for people to read.

    Raises:
        EngineError: when rows are read of an answer that was cut off; a part never passes for the whole.
    """

    #: The form of query this answers.
    form = "SELECT"

    def __init__(self, bindings: Bindings, *, name: str = "", prefixes: Mapping[str, str] = STANDARD) -> None:
        self.prefixes = prefixes
        self.columns: tuple[str, ...] = tuple(bindings.columns)
        self.name = name
        self._index = {column: place for place, column in enumerate(self.columns)}
        self._is_stream = bindings.is_stream
        self._source: Iterator[Sequence[Term | None]] | None = bindings.rows
        self._lacking = "The answer was cut off while it was read, so it has no rows: ask again."
        self._drawn: list[Sequence[Term | None]] | None = None

    def solutions(self) -> Sequence[Sequence[Term | None]]:
        """Return the terms of every row, drawn from the engine now if they were not before."""
        if self._drawn is None:
            self._drawn = self._in_order(self._taken())
        return self._drawn

    def passing(self) -> Iterator[Sequence[Term | None]]:
        """Yield the terms of every row, as they arrive if they still do; a long answer is not kept."""
        if self._drawn is not None or not self._is_stream:
            yield from self.solutions()
            return
        source: Iterator[Sequence[Term | None]] = self._taken()
        kept: list[Sequence[Term | None]] | None = []
        try:
            for terms in source:
                if kept is not None and len(kept) < MOST_KEPT:
                    kept.append(terms)
                elif kept:
                    kept, self._lacking = None, f"The answer has over {MOST_KEPT} rows, which passed by: ask again."
                yield terms
        except GeneratorExit:
            self._source = None if kept is None else chain(kept, source)
            raise
        self._drawn = None if kept is None else self._in_order(kept)

    def _taken(self) -> Iterator[Sequence[Term | None]]:
        source, self._source = self._source, None
        if source is None:
            raise EngineError(self._lacking)
        try:
            yield from source
        except (OSError, RuntimeError) as error:  # what pyoxigraph raises between two rows
            raise EngineError(f"The answer was cut off while it was read: {error}.") from error

    def _in_order(self, source: Iterable[Sequence[Term | None]]) -> list[Sequence[Term | None]]:
        return list(source)

    def __len__(self) -> int:
        return len(self.solutions())

    def __iter__(self) -> Iterator[Row]:
        return (Row(terms, self._index) for terms in (self.passing() if self._is_stream else self.solutions()))

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> Self: ...
    def __getitem__(self, place: int | slice) -> Row | Self:
        if not isinstance(place, slice):
            require(place, SupportsIndex, "Rows are taken by number; rows[0].name is a cell")
            return Row(self.solutions()[place], self._index)
        return self.replaced(self.columns, self.solutions()[place])

    def replaced(self, columns: tuple[str, ...], solutions: Iterable[Sequence[Term | None]]) -> Self:
        """Return other rows in the place of these, as an answer to the same question."""
        return type(self)(Bindings(columns, iter(solutions)), name=self.name, prefixes=self.prefixes)

    def __repr__(self) -> str:
        known = "not drawn yet" if self._drawn is None else f"{len(self._drawn)} rows"
        return f"<{type(self).__name__} {self.name or 'answer'}: {known}, columns {', '.join(self.columns) or 'none'}>"

    def _repr_html_(self) -> str:
        return self._text("html")

    def _text(self, name: str, width: int | None = None) -> str:
        from ascn_graph import formats  # noqa: PLC0415 - reading cells needs no writer

        return formats.text(self, name, width=width)

    def to_table(self, *, width: int | None = None) -> str:
        """Lay the rows out for a terminal of `width` columns; None lets every cell be as wide as it is."""
        require(width, (int, type(None)), "A width is a number of columns, or None")
        return self._text("table", width or None)

    def to_csv(self, *, safe: bool = False) -> str:
        """Return SPARQL 1.1 CSV results: a header, values without datatypes, lines that end in CR LF.

        Args:
            safe: put an apostrophe before each cell that a spreadsheet would take for a formula; such a file no
                longer holds the exact values.
        """
        return self._text("csv-safe" if safe else "csv")

    def to_tsv(self) -> str:
        """Return SPARQL 1.1 TSV results: terms as Turtle writes them, with datatypes and languages."""
        return self._text("tsv")

    def to_json(self) -> str:
        """Return SPARQL 1.1 JSON results."""
        return self._text("json")

    def to_xml(self) -> str:
        """Return SPARQL XML results.

        Raises:
            UsageError: where a cell holds a character that XML 1.0 cannot carry, such as U+0000.
        """
        return self._text("xml")

    def to_markdown(self) -> str:
        """Return a Markdown table, IRIs as links."""
        return self._text("markdown")

    def to_geojson(self) -> str:
        """Return a GeoJSON FeatureCollection: a Point a row (WGS 84 degrees; null if none), the rest as properties.

        Raises:
            UsageError: where there are no columns `latitude` and `longitude`.
        """
        return self._text("geojson")

    def to_pandas(
        self, *, language: Literal["drop", "column"] = "drop", decimals: Literal["exact", "float"] = "exact"
    ) -> pd.DataFrame:
        """Return a pandas data frame with the dtypes of the RDF datatypes, see `ascn_graph.frames`.

        Args:
            language: "column" adds a column `name@lang` after each column that holds language-tagged text.
            decimals: "exact" keeps decimals as Python's Decimal, "float" makes them numbers that plot and average;
                coordinates are always floats.

        Raises:
            UsageError: where the library is not installed, or an argument is none of its choices.
        """
        from ascn_graph import frames  # noqa: PLC0415 - only a data frame needs it

        return frames.to_pandas(self, language, decimals)

    def to_polars(
        self, *, language: Literal["drop", "column"] = "drop", decimals: Literal["exact", "float"] = "exact"
    ) -> pl.DataFrame:
        """Return a polars data frame; see `to_pandas` for the arguments and errors."""
        from ascn_graph import frames  # noqa: PLC0415 - only a data frame needs it

        return frames.to_polars(self, language, decimals)


class TripleRows(Rows):
    """The triples of a CONSTRUCT or DESCRIBE: rows of subject, predicate and object.

    Each stands there once and in order, but where they are passed on as they arrive.
    """

    form = "CONSTRUCT"

    def _in_order(self, source: Iterable[Sequence[Term | None]]) -> list[Sequence[Term | None]]:
        """Return each triple once and sorted: the same graph gives the same rows from every engine."""
        from ascn_graph.formats import graphs  # noqa: PLC0415 - a SELECT needs none of it

        return cast("list[Sequence[Term | None]]", graphs.ordered(cast("Iterable[Triple]", source)))

    def to_turtle(self) -> str:
        """Return Turtle, sorted, with the prefixes it uses."""
        return self._text("turtle")

    def to_ntriples(self) -> str:
        """Return N-Triples, sorted."""
        return self._text("ntriples")

    def to_jsonld(self) -> str:
        """Return expanded JSON-LD, sorted; it needs no context, so nothing is fetched to read it."""
        return self._text("jsonld")
