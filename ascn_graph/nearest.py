"""The known names that a name nobody knows was most likely meant for."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["closest", "did_you_mean", "nearest"]

_FEW = 64  # names that are compared letter by letter where anything is near enough


def nearest(name: str, known: Iterable[str], *, most: int = 3, alike: float = 0.6) -> list[str]:
    """Return the known names nearest to a name, the nearest first, whatever their case.

    Args:
        name: what was given.
        known: what there is.
        most: how many to return at most.
        alike: how much of them must be alike, from 0 to 1.
    """
    from difflib import SequenceMatcher, get_close_matches  # noqa: PLC0415 - only a mistake pays for it
    from heapq import nlargest  # noqa: PLC0415 - as above

    given = name.casefold()
    folded: dict[str, str] = {}
    for each in sorted(set(known)):
        folded.setdefault(each.casefold(), each)
    matcher = SequenceMatcher(b=given)

    def letters(each: str) -> float:
        matcher.set_seq1(each)
        return matcher.quick_ratio()

    # To compare each of thousands takes seconds where none is ruled out; to count the letters they share does not.
    likely = folded if alike else nlargest(_FEW, folded, letters)
    return [folded[each] for each in get_close_matches(given, likely, most, alike)]


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return `: did you mean X or Y?` for the nearest known names, or an empty text where none is near."""
    near = nearest(name, known)
    return f": did you mean {' or '.join(near)}?" if near else ""


def closest(name: str, known: Iterable[str]) -> str | None:
    """Return the one known name that a name was surely meant for, or None where none is so near."""
    return next(iter(nearest(name, known, most=1, alike=0.75)), None)
