"""Memory that requests and answers on their way share."""

from __future__ import annotations

from ascn_graph.server.problem import busy

__all__ = ["Budget"]


class Budget:
    """A number of bytes that requests and answers on their way share."""

    def __init__(self, most: int) -> None:
        """Allow `most` bytes at a time."""
        self._left = most

    def take(self, size: int) -> None:
        """Take some bytes.

        Raises:
            Problem: there are not enough left (503).
        """
        if size > self._left:
            raise busy("Too many large requests and answers are on their way.")
        self._left -= size

    def give(self, size: int) -> None:
        """Give bytes back."""
        self._left += size
