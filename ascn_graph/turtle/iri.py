"""Relative IRIs resolved against a base, by RFC 3986, section 5.2."""

from __future__ import annotations

import re

__all__ = ["resolve"]

_PARTS = re.compile(r"(?:([A-Za-z][A-Za-z0-9+.\-]*):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.DOTALL)


def resolve(base: str, reference: str) -> str:
    """Return the absolute IRI that a reference means in a document of an absolute base IRI.

    A base, and a reference with a scheme or an authority, keep `..` as written: Oxigraph's parser does so, and the
    same file must mean the same here and there.
    """
    match = _PARTS.fullmatch(reference)
    origin = _PARTS.fullmatch(base)
    assert match is not None
    assert origin is not None
    scheme, authority, path, query, fragment = match.groups()
    if scheme is not None:
        return reference
    scheme, base_authority, base_path, base_query, _ = origin.groups()
    if authority is None:
        authority = base_authority
        if not path:
            path = base_path
            query = base_query if query is None else query
        elif path.startswith("/"):
            path = _joined("", path[1:])
        elif authority is not None and not base_path:
            path = _joined("", path)
        else:
            folder, slash, _ = base_path.rpartition("/")
            path = _joined(folder, path) if slash else _joined("", path)[1:]
    return "".join(
        (
            f"{scheme}:",
            "" if authority is None else f"//{authority}",
            path,
            "" if query is None else f"?{query}",
            "" if fragment is None else f"#{fragment}",
        )
    )


def _joined(folder: str, path: str) -> str:
    """Put a path under a folder; its segments `.` and `..` are carried out, those of the folder stay as written."""
    kept = folder.split("/")
    segments = path.split("/")
    for segment in segments:
        if segment == "..":
            if len(kept) > 1:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/".join(kept)
