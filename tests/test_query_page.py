"""The query page in a real browser: its answers are the goldens, and nothing it is given becomes more than text."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import json
import re
import shutil
from functools import cache
from pathlib import Path

import pyoxigraph
import pytest
from browsing import DESKTOP, PHONE, served, tab
from conftest import need
from parity import cases
from serving import serving

import ascn_graph as ascn
from ascn_graph import profile
from ascn_graph.errors import ParameterError, UnknownName
from ascn_graph.publishing.addresses import Addresses
from ascn_graph.results import Bindings, Rows, TripleRows, Triples
from ascn_graph.sparql import catalogue
from ascn_graph.sparql.binding import bind, literal_term

pytestmark = pytest.mark.browser

VENDOR = Path(ascn.__file__).parent / "publishing" / "vendor"
DONE = re.compile(r" ms\.$")
HOSTILE = (
    'x" || true || ?name = "',
    "http://e/x> ?q ?z . <http://e/p1",
    "javascript:alert(1)",
    "https://w3id.org/ascn/id/city/hanoi> <x",
    "\\u0041\\",
    "tab\tand\nline",
    "Vie\u0302\u0323t Nam",
    "\u202eabc",
    "a\u0000b",
    "<script>alert(1)</script>",
    "$& $1 {} }",
    "",
    " ",
    "2018-02-31",
    "2018-07-08",
    "+007",
    "-12",
    "1e3",
    "999999999999999999",
    "1234567890123456789",
    "pilot",
    "PILOT",
    "Hanoi",
    "hà nội",
    "city:hanoi",
    "singapore",
    "https://w3id.org/ascn/id/city/hanoi",
    "https://w3id.org/ascn/id/person/hanoi",
)


@contextlib.contextmanager
def query_page(browser, origin, query="", **settings):
    """Open the query page and wait until it can be used."""
    with tab(browser, viewport=DESKTOP, accept_downloads=True, **settings) as page:
        page.set_default_timeout(20_000)
        page.goto(f"{origin}/ascn/query.html{query}")
        page.locator("#run").wait_for()
        yield page


@pytest.fixture(scope="module")
def page(browser, origin):
    """Return one query page for the tests that only ask, so that the engine is loaded for them once."""
    with query_page(browser, origin) as opened:
        yield opened


def run(page):
    """Press Run and wait for the answer."""
    page.locator("#run").click()
    page.locator("#status").filter(has_text=DONE).wait_for()


def write(page, text):
    """Put a text of one's own into the editor, which is folded until then."""
    if page.locator("#sparql:not([open])").count():
        page.locator("#sparql summary").click()
    page.locator("#editor .cm-content").click()
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.insert_text(text)


def saved(page, button):
    """Press a download button and give what was saved."""
    with page.expect_download() as waiting:
        page.get_by_role("button", name=button).click()
    return Path(waiting.value.path()).read_bytes()


def fill(page, parameters):
    """Put values into the fields of the named query."""
    for name, values in parameters.items():
        boxes = page.locator(f"[name={name}]")
        for _ in values[1:]:
            page.locator(".field", has=boxes.first).locator(".more").click()
        for place, value in enumerate(values):
            if boxes.nth(place).evaluate("box => box.localName") == "select":
                boxes.nth(place).select_option(value)
            else:
                boxes.nth(place).fill(value)


def tsv(content, *, turtle):
    """Return what the page saved as the lines of a golden.

    Playwright keeps the frames that call it, and a pyoxigraph iterator must end in its own thread: none is made there.
    """
    if turtle:
        quads = list(pyoxigraph.parse(content, format=pyoxigraph.RdfFormat.TURTLE))
        return TripleRows(Triples(iter([quad.triple for quad in quads]))).to_tsv().splitlines()
    answer = pyoxigraph.parse_query_results(content, format=pyoxigraph.QueryResultsFormat.JSON)
    columns = tuple(variable.value for variable in answer.variables)
    return Rows(Bindings(columns, iter([tuple(solution) for solution in answer]))).to_tsv().splitlines()


def test_every_golden_comes_out_of_the_page(page, origin):
    """Each named query, asked through its fields and answered by the engine in the page, gives its golden."""
    asked = [case for case in cases() if not case.source]
    for case in asked:
        page.locator("#query").select_option(case.query)
        fill(page, case.parameters)
        run(page)
        turtle = page.get_by_role("button", name="Download Turtle").count() > 0
        content = saved(page, "Download Turtle" if turtle else "Download JSON")
        assert tsv(content, turtle=turtle) == case.expected(), case.golden
    assert [url for url in page.requests if not url.startswith((f"{origin}/ascn/", "blob:"))] == []
    assert page.problems == []


def test_the_saved_csv_is_the_one_on_the_site(page, built):
    """What the page saves as CSV equals, byte for byte, the CSV that the site offers ready made."""
    for name in ("officers", "cities", "citations"):
        page.locator("#query").select_option(name)
        run(page)
        assert saved(page, "Download CSV") == (built / f"ascn/dumps/csv/{name}.csv").read_bytes()


def test_values_are_bound_as_python_binds_them(page):
    """For every query and any value, hostile ones too, page and Python client give one text or both refuse."""
    graph = ascn.load()
    queries = catalogue.load(profile.packaged())
    asked, expected = [], []

    @cache
    def named(kind, text):
        """Return what a name means, or why it means nothing: each is asked of many queries."""
        try:
            return graph.resolve(text, kind)
        except UnknownName as error:
            return error

    def resolve(kind, text):
        found = named(kind, text)
        if isinstance(found, UnknownName):
            raise found
        return found

    for query in queries.values():
        examples = {name: [one.example] for name, one in query.parameters.items()}
        tries = [{}, examples, *({name: values * 2} for name, values in examples.items())]
        tries += [examples | {name: [value]} for name in examples for value in HOSTILE]
        for given in tries:
            asked.append([query.name, given])
            try:
                # The page has the one text that does without a value too.
                expected.append(bind(query._replace(bound=""), given, resolve))
            except (ParameterError, UnknownName):
                expected.append(None)
    found = page.evaluate(
        """async (asked) => {
            const { ParameterError, bind } = await import("./assets/bind.js");
            const catalogue = await (await fetch("query.json")).json();
            const known = new Map(catalogue.queries.map((query) => [query.name, query]));
            return asked.map(([name, given]) => {
                try {
                    return bind(known.get(name), given, catalogue.things, catalogue.spaces);
                } catch (error) {
                    if (error instanceof ParameterError) return null;
                    throw error;
                }
            });
        }""",
        asked,
    )
    # Python asks the graph whether an IRI is there; the page lists no evidence, so it lets the engine answer 0 rows.
    differing = [
        (question, mine, theirs)
        for question, mine, theirs in zip(asked, found, expected, strict=True)
        if mine != theirs
    ]
    assert differing == []
    assert sum(text is not None for text in expected) > 100


def test_texts_are_escaped_as_python_escapes_them(page):
    """Any text becomes the literal that the Python client writes, and the engine reads the same text back."""
    texts = [text for text in HOSTILE if "\0" not in text] + ["\\\\U00000041", "\\\\\\u0041", '"""', "\b\f\r"]
    literals = page.evaluate(
        """async (texts) => {
            const { literalTerm } = await import("./assets/bind.js");
            return texts.map((text) => literalTerm(text));
        }""",
        texts,
    )
    assert literals == [literal_term(text) for text in texts]
    write(page, f"SELECT ?text {{ VALUES ?text {{ {' '.join(literals)} }} }}")
    run(page)
    found = json.loads(saved(page, "Download JSON"))["results"]["bindings"]
    assert [row["text"]["value"] for row in found] == texts


def test_what_is_wrong_with_a_value_is_said(browser, origin):
    """A name that nothing has is refused beside the fields in a sentence, and nothing runs."""
    with query_page(browser, origin) as page:
        page.locator("#query").select_option("officers")
        page.get_by_label("city", exact=True).fill("Atlantis")
        page.locator("#run").click()
        assert page.locator("#problem").inner_text() == "No city in this graph is called 'Atlantis'."
        assert page.locator("#answer > *").count() == 0


def test_ones_own_sparql_is_answered(page):
    """A text typed into the editor is answered: rows, yes or no, a graph, or the engine's word on where it is wrong."""
    write(page, "SELECT (1 + 1 AS ?two) {}")
    run(page)
    assert page.locator("table.answer td").all_inner_texts() == ["2"]
    write(page, "# select\nASK { ?s a <https://w3id.org/ascn/ontology#PilotCity> }")
    run(page)
    assert page.locator("#answer").inner_text().strip() == "Yes."
    write(page, "CONSTRUCT { <http://e/s> <http://e/p> 'ask' } {}")
    run(page)
    assert '"ask"' in page.locator("#answer pre").inner_text()
    write(page, "SELECT * { ?s ?p")
    page.locator("#run").click()
    page.locator("#problem").filter(has_text="error").wait_for()
    write(page, "SELECT (COUNT(*) AS ?n) { ?city a <https://w3id.org/ascn/ontology#PilotCity> }")
    run(page)
    assert page.locator("table.answer td").all_inner_texts() == ["26"]
    assert page.problems == []


def test_an_edited_query_leaves_its_fields_and_comes_back(browser, origin):
    """A named query changed by hand shuts its fields, says how to come back, and does."""
    with query_page(browser, origin) as page:
        page.locator("#query").select_option("officers")
        page.locator("#sparql summary").click()
        before = page.locator("#editor .cm-content").inner_text()
        write(page, "ASK {}")
        page.locator("#fields:disabled").wait_for()
        page.get_by_role("button", name="Back to the named query").click()
        assert page.locator("#editor .cm-content").inner_text() == before
        assert page.locator("#fields:disabled").count() == 0


def test_a_long_query_can_be_cancelled(browser, origin):
    """A query that would run for hours ends at Cancel, and the page answers the next one."""
    with query_page(browser, origin) as page:
        write(page, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
        page.locator("#run").click()
        page.locator("#status").filter(has_text="Running").wait_for()
        page.locator("#cancel").click()
        assert "Cancelled" in page.locator("#status").inner_text()
        write(page, "SELECT (1 AS ?one) {}")
        run(page)
        assert page.locator("table.answer td").all_inner_texts() == ["1"]


def test_what_an_answer_holds_stays_text(page):
    """Markup, scripts and unsafe IRIs in an answer are shown as text: no element, no link, no request."""
    write(
        page,
        "SELECT ?name ?iri ?latitude ?longitude { VALUES (?name ?iri ?latitude ?longitude) { "
        "('<img src=x onerror=alert(1)>' <javascript:alert(1)> 10 100) "
        "('<script>alert(1)</script>' <data:text/html,x> 11 101) "
        "('\\u202E' <https://w3id.org/ascn/id/../../x> 12 102) } }",
    )
    run(page)
    assert page.locator("#answer img, #answer script").count() == 0
    assert page.locator("#answer a").count() == 0
    assert "<script>alert(1)</script>" in page.locator("table.answer").inner_text()
    assert page.locator("#answer svg circle").count() == 3
    assert page.problems == []


def test_a_long_answer_says_that_it_is_cut(page):
    """Of more than a thousand rows the first are shown and the page says so; the download has all."""
    write(page, "SELECT ?s ?p ?o { ?s ?p ?o } LIMIT 1500")
    run(page)
    assert page.locator("table.answer caption").inner_text().startswith("The first 1000 of 1500 rows")
    assert page.locator("table.answer tbody tr").count() == 1000
    assert len(json.loads(saved(page, "Download JSON"))["results"]["bindings"]) == 1500


def test_an_address_asks_a_question(browser, origin):
    """A link with a query and its values opens the page with the answer, and the page keeps such an address."""
    with query_page(browser, origin, "?query=cities&memberState=malaysia&memberState=viet-nam") as page:
        page.locator("#status").filter(has_text=DONE).wait_for()
        states = set(page.locator("table.answer td:nth-child(4)").all_inner_texts())
        assert {state.partition(" @")[0] for state in states} == {"Malaysia", "Viet Nam"}
        assert page.url.endswith("?query=cities&memberState=malaysia&memberState=viet-nam")


def test_an_answer_with_coordinates_is_a_map_that_clicks_through(browser, origin):
    """Cities in an answer lie on a map, and each leads to its page."""
    with query_page(browser, origin, "?query=cities&city=hanoi") as page:
        page.locator("#status").filter(has_text=DONE).wait_for()
        page.locator("#answer svg a").click()
        page.wait_for_url("**/doc/city/hanoi.html")


def test_answers_link_to_pages_that_are_there(page, built):
    """Where the page's script leads for an IRI of ours is where the site has its page."""
    iris = sorted({quad.subject.value for quad in ascn.load().store} | {"https://w3id.org/ascn/ontology#MemberCity"})
    found = page.evaluate(
        """async (iris) => {
            const { leads } = await import("./assets/answer.js");
            const site = await (await fetch("./query.json")).json();
            return iris.map((iri) => leads(iri, site));
        }""",
        iris,
    )
    addresses = Addresses(profile.packaged())
    led = dict(zip(iris, found, strict=True))
    for iri, href in led.items():
        address = addresses.find(iri)
        if iri.startswith("https://w3id.org/ascn/") and address and not address.whole:
            assert href == address.page, iri
            assert (built / "ascn" / href.partition("#")[0]).is_file(), iri


def test_the_page_can_be_used_with_the_keyboard_alone(browser, origin):
    """Tab reaches the question, its fields, the folded SPARQL and Run in this order; Enter runs and unfolds."""
    with query_page(browser, origin) as page:
        page.locator("#query").focus()
        page.keyboard.type("Who is Chief")
        assert page.locator("#query").input_value() == "officers"
        page.keyboard.press("Tab")
        page.keyboard.type("davao-city")
        seen = []
        for _ in range(16):
            page.keyboard.press("Tab")
            seen.append(page.evaluate("document.activeElement.id || document.activeElement.parentElement.id"))
            if seen[-1] == "run":
                break
        assert seen.index("sparql") < seen.index("run")
        page.keyboard.press("Enter")
        page.locator("#status").filter(has_text=DONE).wait_for()
        assert page.locator("table.answer tbody tr").count() > 2
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Enter")
        page.locator("#sparql[open]").wait_for()
        page.locator("#editor .cm-content").focus()
        page.keyboard.press("ControlOrMeta+Enter")
        page.locator("#status").filter(has_text=DONE).wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_an_answered_page(browser, origin, scheme):
    """With fields, editor, map, table and a refusal on the page the accessibility checker finds nothing."""
    need("module:axe_playwright_python")
    from axe_playwright_python.sync_playwright import Axe

    with query_page(browser, origin, "?query=cities&memberState=malaysia", color_scheme=scheme) as page:
        page.locator("#status").filter(has_text=DONE).wait_for()
        page.get_by_label("city", exact=True).fill("Atlantis")
        page.set_viewport_size(PHONE)
        found = Axe().run(page).response["violations"]
        assert [(one["id"], [node["html"][:160] for node in one["nodes"][:3]]) for one in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_without_javascript_every_question_has_its_answer(browser, origin):
    """With JavaScript off the page says so, and each question leads to a page with its SPARQL and its answer."""
    with tab(browser, viewport=DESKTOP, java_script_enabled=False) as page:
        page.goto(f"{origin}/ascn/query.html")
        assert page.locator("noscript").is_visible()
        assert not page.locator("#ask").is_visible()
        assert page.locator("#all a").count() == len(catalogue.load(profile.packaged()))
        page.locator("#all a", has_text="Chief Smart City Officer").first.click()
        assert page.locator("table.answer tbody tr").count() > 20
        assert "SELECT DISTINCT" in page.locator("pre").inner_text()


def test_a_server_that_unpacks_the_engine_is_no_hindrance(browser, built, tmp_path):
    """Where a server or a host has unpacked the engine's file, the page reads it all the same."""
    site = tmp_path / "ascn"
    shutil.copytree(built / "ascn", site, ignore=shutil.ignore_patterns("doc"))
    packed = site / "vendor" / "oxigraph.wasm.gz"
    packed.write_bytes(gzip.decompress(packed.read_bytes()))
    with served(tmp_path) as address, query_page(browser, address) as page:
        run(page)


def test_the_page_answers_under_ascn_serve(browser, built):
    """`ascn serve` gives the same page, and its headers let the engine work."""
    with serving("--site", str(built / "ascn"), "--timeout", "30") as server, tab(browser, viewport=DESKTOP) as page:
        page.goto(f"http://127.0.0.1:{server.port}/query.html?query=officers&city=davao-city")
        page.locator("#status").filter(has_text=DONE).wait_for(timeout=20_000)
        assert page.problems == []


def test_vendored_files_are_what_their_list_says():
    """Each vendored file has its hash, size, packages with versions and licences; together they take 4 MB at most."""
    listing = json.loads((VENDOR / "VENDOR.json").read_text(encoding="utf-8"))
    for entry in listing["files"]:
        content = (VENDOR / entry["file"]).read_bytes()
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (entry["sha256"], entry["bytes"])
        assert all(package["version"] and package["licence"] for package in entry["packages"])
        assert (VENDOR / entry["licenceFile"]).read_text(encoding="utf-8").strip()
        if "unpackedSha256" in entry:
            assert hashlib.sha256(gzip.decompress(content)).hexdigest() == entry["unpackedSha256"]
    kept = [path for path in VENDOR.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert sum(path.stat().st_size for path in kept) <= 4_000_000
    listed = {entry[key] for entry in listing["files"] for key in ("file", "licenceFile")} | {"VENDOR.json"}
    assert {str(path.relative_to(VENDOR)) for path in kept if "source" not in path.parts} == {*listed, "__init__.py"}


def test_after_a_failed_run_no_earlier_answer_stays(browser, origin):
    """A question that fails takes the table and the downloads of the one before away."""
    with query_page(browser, origin, "?query=cities&city=hanoi") as page:
        page.locator("table.answer").wait_for()
        page.get_by_label("city", exact=True).fill("Atlantis")
        page.locator("#run").click()
        page.locator("#problem").filter(has_text="Atlantis").wait_for()
        assert page.locator("#answer > *").count() == 0
        page.get_by_label("city", exact=True).fill("hanoi")
        run(page)
        write(page, "SELECT * {{{")
        page.locator("#run").click()
        page.locator("#problem").filter(has_text="error").wait_for()
        assert page.locator("#answer > *").count() == 0
        assert page.get_by_role("button", name="Download CSV").count() == 0


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("?query=citties", "There is no query 'citties': did you mean cities?"),
        ("?query=cities&citty=hanoi", "takes no 'citty': did you mean city?"),
        ("?query=aims&city=hanoi", "takes no 'city'. It takes no values."),
        ("?query=", "There is no query ''"),
        ("?citty=hanoi", "gives 'citty' and names no query that takes it: did you mean query=NAME&city=VALUE?"),
        ("?query=cities&query=aims", "names 2 queries"),
        ("?query=officers&city=hanooi", "No city in this graph is called 'hanooi': did you mean hanoi?"),
        ("?query=officers&city=qqqqqq", "No city in this graph is called 'qqqqqq'."),
    ],
)
def test_an_address_that_asks_for_what_is_not_there_is_refused(browser, origin, address, said):
    """An unknown query or parameter in the address is named, with the nearest, and no other question is answered."""
    with query_page(browser, origin, address) as page:
        page.locator("#problem").filter(has_text=re.compile(".")).wait_for()
        assert said in page.locator("#problem").inner_text()
        assert page.locator("#answer > *").count() == 0
        assert page.locator("#status").inner_text() == ""


def test_the_map_of_an_answer_names_the_rows_it_cannot_draw(browser, origin):
    """Cities without a position stand in a sentence above the map, with their number."""
    rows = ascn.load().query("cities")
    absent = {row.name for row in rows if row.latitude is None}
    with query_page(browser, origin, "?query=cities") as page:
        page.locator("svg.map").wait_for()
        said = page.locator("#answer .absent").inner_text()
        assert f"No position is recorded for {len(absent)}" in said
        assert all(name in said for name in absent)
        assert page.locator("svg.map circle").count() == len(rows) - len(absent)


def test_an_answer_of_a_name_and_a_number_is_a_chart_too(page):
    """Two columns of which one is a number are drawn as bars, one a row; other answers are not."""
    write(page, 'SELECT ?name ?n { VALUES (?name ?n) { ("a" 3) ("b" 5) ("c" 1) } }')
    run(page)
    assert page.locator("svg.chart rect").count() == 3
    write(page, 'SELECT ?one ?two { VALUES (?one ?two) { ("a" "x") ("b" "y") } }')
    run(page)
    assert page.locator("svg.chart").count() == 0


def test_question_form_and_answer_are_on_one_screen(browser, origin):
    """Of an answered question the first rows are in view without scrolling, and the link to it leads to the same."""
    with query_page(browser, origin, "?query=funding") as page:
        row = page.locator("table.answer tbody tr").first
        row.wait_for()
        assert row.bounding_box()["y"] < DESKTOP["height"]
        assert page.locator("#share").get_attribute("href").endswith("query.html?query=funding")
