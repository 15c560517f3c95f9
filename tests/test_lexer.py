"""Tests of the tokens of SPARQL: none is lost, and the first lines of a text are read as an engine reads them."""

from __future__ import annotations

import pytest
from conftest import ROOT

from ascn_graph.sparql import tokens as lexer


@pytest.mark.parametrize("path", sorted((ROOT / "queries").glob("*.rq")), ids=lambda path: path.stem)
def test_tokens_lose_nothing(path):
    """The tokens of a query, with what is between them, are its text; between them stand spaces and comments alone."""
    text = path.read_text(encoding="utf-8")
    end = 0
    for token in lexer.tokens(text):
        between = text[end : token.offset]
        assert all(not line.strip() or line.strip().startswith("#") for line in between.splitlines())
        assert text.startswith(token.text, token.offset)
        end = token.offset + len(token.text)


@pytest.mark.parametrize(
    ("text", "base", "prefixes"),
    [
        ("BASE <http://e/x/> PREFIX a: <../a#> SELECT * {}", "http://e/x/", {"a:": "http://e/a#"}),
        ("PREFIX a: <a#> BASE <http://e/> BASE <b/> ASK {}", "http://e/b/", {"a:": "http://h/a#"}),
        ("PREFIX a: <http://e/\\u0061#> prefix : <urn:x:> ASK {}", "http://h/", {"a:": "http://e/a#", ":": "urn:x:"}),
        ("SELECT * { ?base ?prefix <x> } # BASE <http://e/>", "http://h/", {}),
        ("DEFINE input:inference 'x' PREFIX a: <urn:a> SELECT * {}", "http://h/", {"a:": "urn:a"}),
    ],
)
def test_the_prologue_is_resolved_as_the_engine_does(text, base, prefixes):
    """A relative BASE or PREFIX is resolved against the BASE before it, with escapes written out."""
    assert lexer.prologue(list(lexer.tokens(text)), "http://h/") == (base, prefixes)
