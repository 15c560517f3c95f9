"""What a reference manager makes of CITATION.cff and of the references that a site offers."""

from __future__ import annotations

import json
import subprocess

import pytest
from conftest import ROOT, command, lacking, need
from rdflib import DCTERMS, Graph, Namespace, URIRef

from ascn_graph.profile import packaged
from ascn_graph.publishing.citing import Work

pytestmark = pytest.mark.thorough

DCAT = Namespace("http://www.w3.org/ns/dcat#")
BASE = "https://example.org/ascn/dataset.html"
#: Citation.js is the library below several reference managers; its items are CSL, which Zotero and others take.
READ = """
const { Cite } = require("@citation-js/core");
require("@citation-js/plugin-software-formats");
require("@citation-js/plugin-bibtex");
const text = require("node:fs").readFileSync(0, "utf8");
console.log(JSON.stringify(new Cite(text).data));
"""


def item(text: str) -> dict[str, object]:
    """Return the one work that the reference manager reads."""
    need("node")
    packages = "@citation-js/core @citation-js/plugin-software-formats @citation-js/plugin-bibtex"
    if not (ROOT / "node_modules" / "@citation-js" / "plugin-software-formats").is_dir():
        lacking(f"citation-js (npm install {packages})")
    done = subprocess.run(
        [str(command("node")), "--eval", READ], input=text, capture_output=True, text=True, check=True, cwd=ROOT
    )
    (found,) = json.loads(done.stdout)
    return found


def described() -> tuple[str, str, list[int]]:
    """Return title, version and day as the description of the data states them."""
    graph = Graph().parse(ROOT / "data" / "dataset.ttl")
    data = URIRef(packaged().base + "dataset")
    title, version, day = (str(graph.value(data, term)) for term in (DCTERMS.title, DCAT["version"], DCTERMS.issued))
    return title, version, [int(part) for part in day.split("-")]


def test_a_reference_manager_reads_the_citation_file():
    """CITATION.cff gives the title, version and day of the description, a kind, a maker and an address."""
    read = item((ROOT / "CITATION.cff").read_text("utf-8"))
    title, version, day = described()
    assert (read["type"], read["title"], read["version"]) == ("dataset", title, version)
    assert read["issued"] == {"date-parts": [day]}
    assert read["URL"] == packaged().base
    assert [list(author) for author in read["author"]] == [["literal"]]


@pytest.mark.parametrize("form", ["bibtex", "csl"])
def test_a_reference_manager_reads_what_a_site_offers(form):
    """BibTeX and CSL give back title, maker, day and address, also where TeX would obey a letter of the title."""
    title, version, day = described()
    issued = "-".join(f"{part:02}" for part in day)
    for told in (title, "Cities & people: 100% of {3} posts, $5, no_1, #2"):
        work = Work("https://example.org/data", "key", told, "About.", "The makers", "A & B", version, issued, BASE)
        read = item(getattr(work, form)())
        assert (read["title"], read["URL"]) == (told, BASE)
        assert [list(author.values()) for author in read["author"]] == [["The makers"]]
        assert read["issued"]["date-parts"][0][0] == day[0]
