"""Credentials for endpoints: taken from the environment, never shown."""

from __future__ import annotations

import base64
import os
import re

from ascn_graph.errors import UsageError

__all__ = ["authorization", "redacted"]

_UNSENDABLE = re.compile(r"[^\x21-\x7e]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def authorization() -> str | None:
    """Return the Authorization header that the environment asks for: the bearer ASCN_TOKEN, else Basic, else None.

    Raises:
        UsageError: a credential cannot be sent as it is; it is named, not shown.
    """
    token, user, password = (os.environ.get(f"ASCN_{name}", "") for name in ("TOKEN", "USER", "PASSWORD"))
    if token:
        if _UNSENDABLE.search(token):
            raise UsageError("ASCN_TOKEN holds white space or a character that no token can; set it again.")
        return f"Bearer {token}"
    if not user:
        return None
    if ":" in user or _CONTROL.search(user + password):
        raise UsageError("ASCN_USER holds a colon, or it or ASCN_PASSWORD a control character; set them again.")
    return f"Basic {_packed(user, password)}"


def redacted(data: bytes) -> bytes:
    """Blot out the credentials, which an endpoint may send back."""
    token, user, password = (os.environ.get(f"ASCN_{name}", "") for name in ("TOKEN", "USER", "PASSWORD"))
    for secret in (token, _packed(user, password) if user else "", password):
        if secret:
            data = data.replace(secret.encode(errors="surrogateescape"), b"***")
    return data


def _packed(user: str, password: str) -> str:
    return base64.b64encode(f"{user}:{password}".encode(errors="surrogateescape")).decode()
