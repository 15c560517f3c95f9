"""What was used last, within a budget of bytes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

__all__ = ["Cache"]

# One value may take up to this part of the budget, so that it does not push out all others.
_SHARE = 4
_Key = TypeVar("_Key", bound=Hashable)
_Value = TypeVar("_Value")


class Cache(Generic[_Key, _Value]):
    """Values by their keys; those used longest ago make room for new ones.

    Attributes:
        largest: the bytes that one value should not exceed.
    """

    def __init__(self, budget: int) -> None:
        """Keep at most `budget` bytes."""
        self.largest = budget // _SHARE
        self._left = budget
        self._kept: OrderedDict[_Key, tuple[_Value, int]] = OrderedDict()

    def get(self, key: _Key) -> _Value | None:
        """Return what is kept under a key; None where nothing is."""
        if key not in self._kept:
            return None
        self._kept.move_to_end(key)
        return self._kept[key][0]

    def put(self, key: _Key, value: _Value, size: int) -> None:
        """Keep a value of so many bytes in the place of what was kept under its key."""
        if key in self._kept:
            self._drop(key)
        self._kept[key] = value, size
        self._left -= size
        while self._left < 0:
            self._drop(next(iter(self._kept)))

    def _drop(self, key: _Key) -> None:
        self._left += self._kept.pop(key)[1]
