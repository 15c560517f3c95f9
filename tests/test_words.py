"""A test that the generic code knows no word of the packaged graph."""

from __future__ import annotations

import re

from conftest import ROOT

PACKAGE = ROOT / "ascn_graph"

#: Words that are the packaged graph's own. The name of the tool, `ascn`, is not one of them.
WORDS = re.compile(
    r"asean|smart.cit|\bcit(?:y|ies)\b|officer|member.?state|\bpilots?\b|csco|geonames|hanoi|singapore|brunei|example\.org/ascn",
    re.IGNORECASE,
)
#: The endings of the files that hold code or words.
TEXTS = (
    *(".atom", ".conf", ".css", ".html", ".htaccess", ".js", ".json", ".jsonld", ".mjs", ".py", ".rq", ".svg", ".toml"),
    *(".ttl", ".txt", ".xml"),
)
#: Where such a word may stand, and why.
ALLOWED = {
    "publishing/ascn/": "what only the packaged graph's site has",
    "publishing/vendor/": "what others wrote",
    "publishing/schema_org.py": "City is a class of schema.org",
}


def test_generic_code_has_no_word_of_the_packaged_graph():
    """A word of its subject stands in the few files that are listed, and nowhere else."""
    found = []
    for path in sorted(PACKAGE.rglob("*")):
        name = path.relative_to(PACKAGE).as_posix()
        if not path.is_file() or path.suffix not in TEXTS:
            continue
        if any(name.startswith(place) for place in ALLOWED) or "__pycache__" in name:
            continue
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            match = WORDS.search(line)
            if match:
                found.append(f"{name}:{number}: {match[0]}")
    assert found == []


def test_the_list_of_files_holds_no_empty_promise():
    """Each place that is allowed a word is there."""
    assert [place for place in ALLOWED if not (PACKAGE / place).exists()] == []
