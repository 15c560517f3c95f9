"""An answer laid out for a terminal: a table whose cells wrap at words, or a block for each row."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise, zip_longest

from pyoxigraph import NamedNode

from ascn_graph.errors import counted
from ascn_graph.formats.plain import plain_cell
from ascn_graph.namespaces import compact
from ascn_graph.terms import Solutions, Term

__all__ = ["Short", "brief", "fitted", "printable", "table", "width_of"]

_JOINERS = "\u200c\u200d"
# The canonical combining class of a virama, which joins two consonants, and those of the class that never do.
_VIRAMA, _KILLERS = 9, "\u0e3a\u0eba\u103a"
_PICTURE, _TONES = "\ufe0f", "\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
# Vowels of Thai and Lao that are written before their consonant, and signs that belong to what is before them.
_BEFORE, _BEHIND = "เแโใไເແໂໃໄ", "ะาำๅๆฯະາຳໆຯ"
_GAP = "  "
# Where a text may be broken: at a space, and behind a hyphen that follows a letter.
_BREAK, _SPACE = re.compile(r"( )|(?<=[^\W\d]-)(?=\w)"), re.compile("( )")
# Scripts that put no space between words: Thai, Lao, Burmese, Khmer, kana and Han. Their lines are broken anywhere.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
# Below whose end the lines of a text stay aligned: its indent, and a word with a column of its own.
_HEAD = re.compile(r"^ *(?:\S+ {2,})?")
_NUMERAL = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
# What is cut in the middle rather than wrapped: a prefixed name or an address.
_ADDRESS = re.compile(r"[A-Za-z][\w.+-]*:\S+")
# Where half of the rows are higher, in lines, they are no longer read as rows, but where there are many columns a block
# is higher still.
_HIGHEST = 3
# An address narrower than this says nothing, and a text in fewer columns is not read.
_LEAST, _READABLE = 12, 24


class Short(dict[str, str]):
    """Prefixed names of IRIs, each found once an answer."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        super().__init__()
        self._prefixes = prefixes

    def __missing__(self, iri: str) -> str:
        self[iri] = compact(iri, self._prefixes)
        return self[iri]


def printable(text: str) -> str:
    """Escape what a terminal would obey rather than show: control characters, direction overrides, unassigned ones."""
    if text.isprintable():
        return text
    return "".join(c if _visible(c) else c.encode("unicode_escape").decode() for c in text)


def _visible(c: str) -> bool:
    return c.isprintable() or c in _JOINERS or unicodedata.category(c) == "Zs"


def width_of(text: str) -> int:
    """Return the columns a text takes on a terminal: wide East Asian characters two, combining ones none."""
    return len(text) if text.isascii() else sum(wide for _, wide in _characters(text))


def _characters(text: str) -> Iterator[tuple[str, int]]:
    """Yield the characters of a text as people see them, each with its marks and the columns it takes.

    A mark with room of its own, a letter stacked on another and a symbol drawn as a picture make two columns of one,
    but never three: so wcwidth counts, and terminals that know more than Latin.
    """
    seen, wide, is_joined = "", 0, False
    for c in text:
        category = unicodedata.category(c)
        is_mark = category[0] == "M" or c in _JOINERS or "\u1160" <= c <= "\u11ff" or "\ud7b0" <= c <= "\ud7ff"
        is_joined = is_joined and category in ("Lo", "So")
        if seen and (is_mark or is_joined or c in _TONES):
            is_wide = category in ("Mc", "Lo") or c == _PICTURE
            seen, wide = seen + c, 2 if wide and is_wide else wide
        else:
            if seen:
                yield seen, wide
            seen, wide = c, 0 if is_mark else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        if c in _JOINERS:
            is_joined = is_joined or unicodedata.category(seen[0]) == "So"
        else:
            is_joined = unicodedata.combining(c) == _VIRAMA and c not in _KILLERS
    if seen:
        yield seen, wide


def fitted(text: str, width: int) -> str:
    """Wrap the lines of a text at spaces, each below its own beginning; a longer word stays whole, to be copied."""
    return "\n".join(part for line in text.split("\n") for part in _line_fitted(line, width))


def _line_fitted(line: str, width: int) -> list[str]:
    if width_of(line) <= width:
        return [line]
    rest = _HEAD.sub("", line, count=1)
    head = line[: len(line) - len(rest)]
    below = " " * (width_of(head) + 2 * head.isspace())
    if width - len(below) < _READABLE:
        head, below, rest = head[: len(head) - len(head.lstrip())][:2], " " * 4, " ".join(line.split())
    told = _wrapped(rest, width - len(below), _SPACE)
    return [f"{below if place else head}{part}" for place, part in enumerate(told)]


def brief(term: Term | None, labels: dict[str, str], short: Short) -> str:
    """Return a cell as people read it, an IRI by its prefixed name."""
    return short[term.value] if isinstance(term, NamedNode) else plain_cell(term, labels)


def table(answer: Solutions, width: int | None) -> str:
    """Lay an answer out for a terminal.

    IRIs are shortened by the prefixes of the answer. Where a width is given, columns without any value are left out,
    and where the rest does not fit, so are IRIs whose names stand in another column, or the last of these names; the
    last line says which. Then text wraps at words, and addresses are cut (marked …), where they are alike if that is
    enough, and different ones stay different. Where there is no room for that, or rows would be about as high as
    blocks, each row is a block of lines, one for each value that it has.

    Args:
        answer: the rows.
        width: columns of the terminal, None for no limit.
    """
    labels: dict[str, str] = {}
    short = Short(answer.prefixes)
    rows = [[printable(brief(term, labels, short)) for term in terms] for terms in answer.solutions()]
    count = counted(len(rows), "row")
    if not answer.columns:
        return f"{count}\n"
    cells = dict(zip(answer.columns, zip(*rows, strict=True) if rows else ((),) * len(answer.columns), strict=True))
    if width is None:
        return _table(cells, {name: _natural(name, column) for name, column in cells.items()}) + f"{count}\n"
    empty = [name for name, column in cells.items() if rows and not any(column)]
    if len(empty) < len(cells):
        cells = {name: column for name, column in cells.items() if name not in empty}
        count += f"; nothing under {', '.join(empty)}" if empty else ""
    widths = {name: _natural(name, column) for name, column in cells.items()}
    named = {name: told for name, told in _named(answer).items() if name in cells and told in cells}
    widest = sorted(named, key=lambda name: -widths[name])
    left = [name for place, name in enumerate(widest) if _sum(widths, widest[:place]) > width]
    # Where names leave no room, the last of them gives way to its IRI.
    for last in (None, max(left, key=[*cells].index, default=None)):
        out = {named[name] if name == last else name for name in left}
        fitting = _fitting({name: column for name, column in cells.items() if name not in out}, width, len(cells))
        if fitting is not None:
            break
    if fitting is None:
        return _blocks(cells, width) + "\n".join([*_wrapped(count, width), ""])
    count += f"; no room for {', '.join(name for name in cells if name in out)}" if out else ""
    return _table({name: cells[name] for name in fitting}, fitting) + "\n".join([*_wrapped(count, width), ""])


def _named(answer: Solutions) -> dict[str, str]:
    """Return the columns of IRIs that another column tells in words, each with that of its names or its page."""
    after = dict(pairwise(answer.columns))
    told = {name: f"{name}Name" if f"{name}Name" in answer.columns else after.get(name, "") for name in answer.columns}
    return {
        name: words
        for place, (name, words) in enumerate(told.items())
        if words == f"{name}Name" or (words.lower().endswith(("name", "page")) and words[:-4] not in answer.columns)
        if all(isinstance(terms[place], NamedNode | None) for terms in answer.solutions())
    }


def _natural(name: str, column: Sequence[str]) -> int:
    return max(map(width_of, (name, *column)))


def _sum(widths: Mapping[str, int], without: Collection[str] = ()) -> int:
    kept = [wide for name, wide in widths.items() if name not in without]
    return sum(kept) + len(_GAP) * (len(kept) - 1)


def _fitting(cells: Mapping[str, Sequence[str]], width: int, block: int) -> dict[str, int] | None:
    """Return widths of the columns that let them into the room, or None where words would not fit or rows grow high."""
    widths = {name: _natural(name, column) for name, column in cells.items()}
    if _sum(widths) <= width:
        return widths
    same = {name: _same(column) for name, column in cells.items()}
    for is_whole in (True, False):
        least = {name: _least(name, column, is_whole=is_whole) for name, column in cells.items()}
        if _sum(least) > width:
            continue
        found = dict(widths)
        while _sum(found) > width:
            found[max((name for name in found if found[name] > least[name]), key=lambda name: found[name])] -= 1
        lines = [[len(_lines(cell, found[name], same[name])) for cell in column] for name, column in cells.items()]
        heights = sorted(map(max, zip(*lines, strict=True)))
        half, most = heights[len(heights) // 2], heights[len(heights) * 9 // 10]
        if half <= max(_HIGHEST, block // 2) and most <= max(_HIGHEST, block):
            return found
    return None


def _least(name: str, column: Sequence[str], *, is_whole: bool) -> int:
    """Return the narrowest a column may become: no word is cut, and addresses stay whole, or at least different."""
    addresses = {cell for cell in column if _ADDRESS.fullmatch(cell)}
    words = [word for cell in {*column} - addresses for word in _BREAK.split(cell)[::2] if not _UNSPACED.search(word)]
    widest = max((width_of(address) for address in addresses), default=0)
    same = _same(column)
    distinct = (
        wide
        for wide in range(widest if is_whole else min(_LEAST, widest), widest)
        if len({_cut(address, wide, same) for address in addresses}) == len(addresses)
    )
    return max(width_of(name), next(distinct, widest), *map(width_of, words), 0)


def _same(column: Sequence[str]) -> int:
    """Return how many characters the addresses of a column begin with alike."""
    addresses = [cell for cell in column if _ADDRESS.fullmatch(cell)]
    first, last = min(addresses, default=""), max(addresses, default="")  # what these share, all between them do
    return next((place for place, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), 0)


def _cut(address: str, width: int, same: int) -> str:
    """Cut an address where it does not differ from the others, or else in the middle of where it does."""
    over = width_of(address) - width + 1
    if over <= 1:
        return address
    characters = [c for c, _ in _characters(address)]
    kept = max(len(characters) - over, 0)
    head = kept - (len(characters) - same)
    if head < 0:
        head = kept // 3 if kept // 3 > same else 0
    return f"{''.join(characters[:head])}…{''.join(characters[head + over :])}"


def _lines(cell: str, width: int, same: int) -> list[str]:
    return [_cut(cell, width, same)] if _ADDRESS.fullmatch(cell) else list(_wrapped(cell, width))


def _wrapped(text: str, width: int, at: re.Pattern[str] = _BREAK) -> Iterator[str]:
    """Yield the lines of a text that is broken at spaces, and at hyphens in a table, where a word is cut if it must."""
    line = ""
    words = at.split(text)
    for word, before in zip(words[::2], ("", *words[1::2]), strict=True):
        joined = f"{line}{before or ''}{word}" if line else word
        if width_of(joined) <= width:
            line = joined
            continue
        if line:
            yield line
        line, taken = "", 0
        for unit, wide in _units(word) if at is _BREAK or _UNSPACED.search(word) else ((word, 0),):
            if line and taken + wide > width:
                yield line
                line, taken = "", 0
            line, taken = line + unit, taken + wide
    yield line


def _units(word: str) -> Iterator[tuple[str, int]]:
    """Yield the pieces of a word between which a line may end where it must, each with its columns."""
    unit, taken = "", 0
    for seen, wide in _characters(word):
        if unit and (taken >= _LEAST or (seen[0] not in _BEHIND and unit[-1] not in _BEFORE)):
            yield unit, taken
            unit, taken = "", 0
        unit, taken = unit + seen, taken + wide
    yield unit, taken


def _table(cells: Mapping[str, Sequence[str]], widths: Mapping[str, int]) -> str:
    right = [all(not cell or _NUMERAL.fullmatch(cell) for cell in column) for column in cells.values()]
    same = [_same(column) for column in cells.values()]
    wide = list(widths.values())
    lines = [list(cells), ["─" * each for each in wide]]
    for row in zip(*cells.values(), strict=True):
        lines += map(list, zip_longest(*map(_lines, row, wide, same), fillvalue=""))
    return "".join(_GAP.join(map(_padded, line, wide, right)).rstrip() + "\n" for line in lines)


def _padded(text: str, width: int, right: bool) -> str:  # noqa: FBT001 - mapped over the cells of a line
    space = " " * (width - width_of(text))
    return space + text if right else text + space


def _blocks(cells: Mapping[str, Sequence[str]], width: int) -> str:
    head = max(map(width_of, cells))
    room = width - head - len(_GAP)
    beside = room >= _LEAST
    lines = []
    same = [_same(column) for column in cells.values()]
    for number, row in enumerate(zip(*cells.values(), strict=True), 1):
        lines.append(f"─ {number} ".ljust(width, "─"))
        for name, alike, cell in zip(cells, same, row, strict=True):
            if not cell:
                continue
            told = _lines(cell, room if beside else width - len(_GAP), alike)
            if beside:
                indents = [name + " " * (head - width_of(name)), *[" " * head] * (len(told) - 1)]
                lines += [f"{indent}{_GAP}{line}".rstrip() for indent, line in zip(indents, told, strict=True)]
            else:
                lines += [*_wrapped(name, width), *(_GAP + line for line in told)]
    return "\n".join([*lines, ""])
