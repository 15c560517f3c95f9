"""The search on every page: every name in every spelling, the right one first, by keyboard, without a server too."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from browsing import DESKTOP, tab

import ascn_graph
from ascn_graph import publishing

pytestmark = pytest.mark.browser

ASSETS = Path(publishing.__file__).parent / "assets"
#: The functions of the script of every page, within reach of a test.
FUNCTIONS = (ASSETS / "fold.js").read_text("utf-8").replace("export ", "") + (ASSETS / "site.js").read_text("utf-8")


@pytest.fixture(scope="module")
def index(built):
    """Return the index of the built site."""
    text = (built / "ascn/assets/search-index.js").read_text("utf-8")
    return json.loads(text.removeprefix("globalThis.searchIndex=").removesuffix(";\n"))


@pytest.fixture(scope="module")
def found(browser, origin, index):
    """Yield a function that answers many searches at once, each with the names and paths that it finds."""
    ask = """([index, texts]) => { %s
      const ready = prepared(index);
      return texts.map((text) => find(ready, text).map(({ name, href }) => [name, href])); }"""
    with tab(browser) as page:
        page.goto(f"{origin}/ascn/404.html")
        yield lambda texts: page.evaluate(ask % FUNCTIONS, [index, list(texts)])


def folder(index, entry):
    """Return the path of the page of an entry."""
    before = index["kinds"][entry[0]][1]
    return f"{before}{entry[1]}.html" if before else entry[1]


def test_the_index_is_small_and_leads_to_pages(built, index):
    """Compressed it is below 200 kB, and every entry of it is a page of the site."""
    content = (built / "ascn/assets/search-index.js").read_bytes()
    assert len(gzip.compress(content)) < 200_000
    assert len(index["entries"]) > 500
    assert [entry for entry in index["entries"] if not (built / "ascn" / folder(index, entry)).is_file()] == []


def test_every_spelling_finds_its_thing_and_a_label_finds_it_first(index, found):
    """A label's first hit has that label; any other spelling is found, whatever its script, case and accents."""
    labels = [entry[2] for entry in index["entries"]]
    first = [hits[0][0] if hits else "" for hits in found(labels)]
    assert [(label, hit) for label, hit in zip(labels, first, strict=True) if label.casefold() != hit.casefold()] == []
    pairs = [(text, folder(index, entry)) for entry in index["entries"] for text in entry[2:]]
    assert len(pairs) > len(labels)
    for change in (str, str.upper):
        answers = found(change(text) for text, _ in pairs)
        assert [
            text for (text, path), hits in zip(pairs, answers, strict=True) if path not in [p for _, p in hits]
        ] == []


def test_search_bears_what_people_paste(found):
    """Ten thousand characters, right-to-left marks, lone combining marks and nothing find nothing, without an error."""
    assert (
        found(["x" * 10_000, "\u202e\u0301", "   ", "", "\U0001f600", "(.*)[", "\u0645\u062f\u064a\u0646\u0629"])
        == [[]] * 7
    )
    assert found(["hà nội"])[0][0] == ["Hanoi", "doc/city/hanoi.html"]
    assert found(["viet nam"])[0][0][1] == "doc/member-state/viet-nam.html"


def test_a_keyboard_finds_and_opens_a_page(browser, origin):
    """On any page "/" goes to the search; arrows choose, Enter opens, Escape closes."""
    with tab(browser, viewport=DESKTOP) as page:
        page.goto(f"{origin}/ascn/doc/agreement/amata-yokohama-2018.html")
        page.keyboard.press("/")
        page.keyboard.type("phnom")
        page.locator("#search-results [role=option]").first.wait_for()
        page.keyboard.press("Escape")
        assert not page.locator("#search-results").is_visible()
        page.keyboard.type(" penh")
        page.locator("#search-results [role=option]").first.wait_for()
        page.keyboard.press("ArrowDown")
        assert page.locator("#search-results [aria-selected=true]").inner_text().startswith("Phnom Penh")
        page.keyboard.press("Enter")
        page.wait_for_url("**/doc/city/phnom-penh.html")


def test_search_works_from_a_folder_without_a_server(browser, built):
    """Opened as a file, a page still finds; the query page says what it cannot do and leads to the answers."""
    with tab(browser, viewport=DESKTOP) as page:
        page.goto((built / "ascn/people.html").as_uri())
        page.locator("#search").fill("hanoi")
        page.locator("#search-results a").first.click()
        page.wait_for_url("file://**/doc/city/hanoi.html")
        page.goto((built / "ascn/query.html").as_uri())
        page.locator("[data-offline]").wait_for()
        assert "ready made" in page.locator("[data-offline]").inner_text()


def test_things_that_repeat_the_names_of_others_are_left_out(index):
    """Statements and tenures, whose labels repeat what they are about, do not crowd the results."""
    quiet = {kind.name.replace("-", " ") for kind in ascn_graph.load().profile.kinds.values() if kind.quiet}
    assert quiet
    assert {index["kinds"][entry[0]][0] for entry in index["entries"]}.isdisjoint(quiet)
