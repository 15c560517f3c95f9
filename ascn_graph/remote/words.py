"""What an endpoint says of a request that it refuses: in its own words, and by the status."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from contextlib import suppress

__all__ = ["calls_it_a_syntax_error", "meaning", "words"]

_LONGEST = 400  # characters of an endpoint's words in a message
#: Where JSON error bodies have their reason: RDF4J, problem+json, Neptune, QLever, Elasticsearch's kind, OAuth.
_REASONS = ("detailedMessage", "detail", "exception", "message", "reason", "error_description", "error", "title")
_MARKUP = re.compile(r"<(script|style)\b.*?</\1\s*>|<!--.*?-->|<[^>]*>", re.DOTALL | re.IGNORECASE)
_FRAME = re.compile(r"^\s*(?:at\s[\w.$/<>@~]+\(|\.\.\. \d+ (?:more|common))")
_SYNTAX = re.compile(
    r"syntax|pars(?:e|er|ing)\b|malformed|lexical|unexpected|expected|encountered|token|not declared|undeclared"
    r"|unresolved|prefix|undefined function",
    re.IGNORECASE,
)
_LEAST = 8  # characters without which words are no reason
_MEANINGS = {
    204: "answered that it has no content, where a result was asked for; check that this is its {asked} address",
    400: "refused the {asked} as malformed; it may not know a feature that it uses",
    401: "wants a user it knows; set ASCN_USER and ASCN_PASSWORD, or ASCN_TOKEN, and check them",
    403: "does not allow this {asked}; ask who runs it for access",
    404: "has nothing at this address; check that it is its {asked} address",
    405: "does not take this kind of request; check that this is its {asked} address",
    406: "has none of the formats that are read here (JSON, XML, TSV; N-Triples, Turtle)",
    407: "is behind a proxy that wants a user it knows; name it in the proxy's address in the environment",
    413: "finds the {asked} too large; send less at a time",
    414: "finds the {asked}'s address too long; ask who runs it to allow POST",
    415: "does not read the {asked} in the media type it came in; check that this is its {asked} address",
    429: "is asked too often; ask less often",
    500: "failed inside; the {asked} may be too much for it",
    502: "is behind a gateway that cannot reach it; ask again later",
    503: "is not ready; ask again later",
    504: "is behind a gateway that gave it up; ask for less, or later",
}
_OTHER = "gave an answer that is no result; check that this is its {asked} address"


def meaning(status: int, asked: str) -> str:
    """Return what an endpoint says by a status, and what to do, to follow 'The endpoint … '."""
    return _MEANINGS.get(status, _OTHER).format(asked=asked)


def words(page: bytes, content_type: str) -> str:
    """Return the reason that the body of an error gives, on one line, or an empty text.

    Of JSON it is the member that holds it, of HTML the text, of a long text its begin and its end.
    """
    text = page.decode(errors="replace").removeprefix("\ufeff")
    if "json" in content_type or text.lstrip().startswith("{"):
        with suppress(ValueError, RecursionError):  # what claims to be JSON, or only begins like it, is a text
            text = next(_reasons(json.loads(text)), "")
    elif "html" in content_type or text.lstrip()[:1] == "<":
        text = html.unescape(_MARKUP.sub(" ", text))
    lines = (line for line in text.splitlines() if not _FRAME.match(line))
    said = "".join(c if c.isprintable() else "?" for c in " ".join(" ".join(lines).split()))
    return said if len(said) <= _LONGEST else f"{said[: _LONGEST // 2]} \u2026 {said[-_LONGEST // 2 :]}"


def calls_it_a_syntax_error(status: int, said: str) -> bool:
    """Return whether a refusal means that the query does not parse, as far as its status and words tell."""
    return status in (400, 422, 500) and (len(said) < _LEAST or _SYNTAX.search(said) is not None)


def _reasons(found: object) -> Iterator[str]:
    if isinstance(found, str):
        yield found
    elif isinstance(found, dict):
        for name in _REASONS:
            yield from _reasons(found.get(name))
    elif isinstance(found, list):
        for each in found:
            yield from _reasons(each)
