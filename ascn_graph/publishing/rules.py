"""What tells a web server to negotiate: rule files for Apache, nginx, `_redirects` and w3id.org."""

from __future__ import annotations

from collections.abc import Iterator

__all__ = ["files"]


def files(base: str) -> Iterator[tuple[str, bytes]]:
    yield from ()
