"""The pages in a real browser: no request elsewhere, no error, accessible, usable by keyboard alone."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from browsing import DESKTOP, PHONE, tab
from conftest import need

import ascn_graph

pytestmark = pytest.mark.browser

#: One page at least of every template.
PAGES = (
    "index.html",
    "map.html",
    "people.html",
    "changes.html",
    "timeline.html",
    "compare.html",
    "disagreements.html",
    "focus-areas.html",
    "gaps.html",
    "partners.html",
    "doc/concept/civic-and-social.html",
    "about.html",
    "news.html",
    "doc/project.html",
    "doc/source.html",
    "doc/member-state/malaysia.html",
    "doc/person/tan-chee-hau.html",
    "ontology.html",
    "dataset.html",
    "404.html",
    "doc/city.html",
    "doc/city/davao-city.html",
    "doc/agreement/amata-yokohama-2018.html",
    "doc/image/ascn-map.html",
    "doc/source/article.html",
    "doc/tenure/csco-bangkok-chaiwat-thongkamkoon.html",
    "doc/graph/article.html",
    "query/officers.html",
    "query.html",
    "query/cities.html",
)

#: What does not fit: the page itself, what stands out of the window but for what scrolls, what begins below it.
UNFIT = """() => {
    const wrong = [], wide = document.documentElement.clientWidth;
    const inside = ".unseen, .scroll > *, .drawing > *, pre > *, svg > *, [hidden], details:not([open])";
    if (document.documentElement.scrollWidth > wide) wrong.push("the page scrolls sideways");
    for (const one of document.querySelectorAll("main *, header.site *, footer.site *")) {
        const { left, right, width } = one.getBoundingClientRect();
        if (!width || one.closest(inside)) continue;
        const says = `${one.localName}: ${one.textContent.slice(0, 40)}`;
        if (left < 0 || right > wide + 1) wrong.push(`stands out: ${says}`);
        const hides = getComputedStyle(one).overflowX === "hidden" && one.localName !== "bdi";
        if (hides && one.scrollWidth > one.clientWidth + 1) wrong.push(`is cut: ${says}`);
    }
    const answer = document.querySelector("main table, main section, main ul, main dl, main svg, main form");
    if (answer && answer.getBoundingClientRect().top > innerHeight) wrong.push("the answer is below the first screen");
    return wrong;
}"""


#: Marks five texts of each kind: of those that agree in tag, class and colours all the way up.
KINDS = """() => {
    const numbers = new Map(), kinds = new Map(), times = new Map();
    for (const one of document.querySelectorAll("*")) {
        const { color, backgroundColor, backgroundImage, opacity, fontSize, fontWeight } = getComputedStyle(one);
        const colours = [color, backgroundColor, backgroundImage, opacity, fontSize, fontWeight];
        const way = [kinds.get(one.parentElement), one.localName, one.className, ...colours].join();
        if (!numbers.has(way)) numbers.set(way, numbers.size);
        const kind = numbers.get(way);
        kinds.set(one, kind);
        const says = [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
        const counted = says && one.checkVisibility({ visibilityProperty: true });
        if (counted) times.set(kind, (times.get(kind) ?? 0) + 1);
        one.toggleAttribute("data-kind", counted && times.get(kind) <= 5);
    }
    axe.configure({ rules: [{ id: "color-contrast", selector: "[data-kind]" }] });
}"""
AXE = """async (rules) => {
    const { violations } = await axe.run({ resultTypes: ["violations"], ...(rules && { runOnly: rules }) });
    return violations.map(({ id, nodes }) => [id, nodes.slice(0, 3).map(({ html }) => html.slice(0, 160))]);
}"""


class Seen(NamedTuple):
    """What was wrong on a page."""

    elsewhere: list[str]
    problems: list[str]
    widest: int
    unfit: list[tuple[str, int, str]]
    violations: list[list[object]]


@pytest.fixture(scope="module")
def seen(browser, origin):
    """Return what is wrong on every page: each is opened once, on a phone, and then shown in other colours and widths.

    Text of one kind has one contrast, so that of a long table a few cells of each kind are held to it.
    """
    need("module:axe_playwright_python")
    from axe_playwright_python.sync_playwright import Axe

    found = {}
    with tab(browser, viewport=PHONE) as page:
        for path in PAGES:
            page.requests.clear()
            page.problems.clear()
            page.goto(f"{origin}/ascn/{path}")
            page.evaluate(Axe().axe_script)
            page.evaluate(KINDS)
            violations = page.evaluate(AXE)
            unfit = []
            for scheme in ("dark", "light"):
                page.emulate_media(color_scheme=scheme)
                if scheme == "dark":
                    page.evaluate(KINDS)
                    violations += page.evaluate(AXE, ["color-contrast"])
                for width, height in ((390, 844), (820, 1180), (1366, 768), (1920, 1080)):
                    page.set_viewport_size({"width": width, "height": height})
                    unfit += [(scheme, width, wrong) for wrong in page.evaluate(UNFIT)]
            page.set_viewport_size({"width": 320, "height": 640})
            widest = page.evaluate("document.documentElement.scrollWidth")
            page.set_viewport_size(PHONE)
            elsewhere = [url for url in page.requests if not url.startswith(f"{origin}/ascn/")]
            found[path] = Seen(elsewhere, [*page.problems], widest, unfit, violations)
    return found


@pytest.mark.parametrize("path", PAGES)
def test_a_page_asks_no_other_host_has_no_error_and_fits_a_phone(seen, path):
    """A page sends requests to its own site alone, leaves no error in the console, and is no wider than a phone."""
    assert seen[path].elsewhere == []
    assert seen[path].problems == []
    # On the narrowest of phones no page scrolls sideways as a whole; wide tables scroll within themselves.
    assert seen[path].widest <= 320


@pytest.mark.parametrize("path", PAGES)
def test_every_template_fits_every_screen(seen, path):
    """From phone to wide screen no page scrolls sideways, no text is cut, and the first screen has the answer."""
    assert seen[path].unfit == []


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_no_violation(seen, path):
    """The accessibility checker finds nothing on any template on a phone, nor in its dark colours."""
    assert seen[path].violations == []


def test_cities_on_the_maps_click_through(browser, origin):
    """A city on the geographic map, one on the article's map and one in the list each lead to the city's page."""
    with tab(browser, viewport=DESKTOP) as page:
        for place in ("#geographic svg a[href*='hanoi']", "#schematic svg a[href*='hanoi']", "#list a[href*='hanoi']"):
            page.goto(f"{origin}/ascn/map.html")
            page.locator(place).first.click()
            page.wait_for_url("**/doc/city/hanoi.html")
        page.goto(f"{origin}/ascn/index.html")
        page.locator("svg.map a[href*='davao-city']").click()
        page.wait_for_url("**/doc/city/davao-city.html")


def test_a_keyboard_is_enough(browser, origin):
    """Tab goes first to the link that skips the menu; Enter on a city of the map opens its page."""
    with tab(browser, viewport=DESKTOP) as page:
        page.goto(f"{origin}/ascn/map.html")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
        page.keyboard.press("Enter")
        page.wait_for_url("**/map.html#main")
        seen = []
        for _ in range(80):
            page.keyboard.press("Tab")
            seen.append(page.evaluate("document.activeElement.getAttribute('href')"))
            if seen[-1] and seen[-1].endswith("hanoi.html"):
                break
        assert page.evaluate("document.activeElement.closest('svg') !== null"), seen
        dots = "a => getComputedStyle(a.querySelector('circle')).fill"
        focused = page.evaluate(f"({dots})(document.activeElement)")
        assert focused != page.locator("#geographic svg a:not(:focus)").first.evaluate(dots)
        page.keyboard.press("Enter")
        page.wait_for_url("**/doc/city/hanoi.html")


def test_without_javascript_the_pages_work(browser, origin):
    """With JavaScript off everyone is shown, the anchors go to the member states, and the map's links work."""
    with tab(browser, viewport=DESKTOP, java_script_enabled=False) as page:
        page.goto(f"{origin}/ascn/people.html")
        assert page.locator("tr[data-filter-row]").count() > 50
        assert not page.locator("[data-filter]").is_visible()
        page.locator("nav.filter a", has_text="Viet Nam").or_(
            page.locator("nav.filter a", has_text="Vietnam")
        ).first.click()
        page.wait_for_url("**#viet*")
        page.goto(f"{origin}/ascn/map.html")
        page.locator("#geographic svg a[href*='hanoi']").click()
        page.wait_for_url("**/doc/city/hanoi.html")


def test_with_javascript_the_people_page_can_be_searched(browser, origin):
    """Typing a name leaves the rows that hold it, says how many, and clearing it brings all back."""
    with tab(browser, viewport=DESKTOP) as page:
        page.goto(f"{origin}/ascn/people.html")
        rows = page.locator("tr[data-filter-row]")
        everyone = rows.count()
        page.get_by_label("Find a state").fill("davao")
        page.wait_for_function("document.querySelectorAll('tr[data-filter-row]:not([hidden])').length < 20")
        assert rows.filter(visible=True).count() >= 2
        assert all("davao" in text.lower() for text in rows.filter(visible=True).all_inner_texts())
        assert page.locator("[data-filter-status]").inner_text()
        page.get_by_label("Find a state").fill("")
        page.wait_for_function(f"document.querySelectorAll('tr[data-filter-row]:not([hidden])').length == {everyone}")


@pytest.mark.parametrize(
    ("typed", "state"), [("malaysia", "malaysia"), ("vietnam", "viet-nam"), ("Việt Nam", "viet-nam")]
)
def test_the_filter_finds_the_rows_of_a_state_by_any_of_its_names(browser, origin, typed, state):
    """The name of a member state, in any spelling, leaves every row of it, whether or not the row has the name."""
    with tab(browser, viewport=DESKTOP) as page:
        page.goto(f"{origin}/ascn/people.html")
        own = page.locator(f"section#{state} tr[data-filter-row]")
        page.get_by_label("Find a state").fill(typed)
        page.wait_for_function("document.querySelector('[data-filter-status]').textContent")
        assert own.count() > 3
        assert own.filter(visible=True).count() == own.count()
        assert page.locator("tr[data-filter-row]").filter(visible=True).count() == own.count()


def test_printed_pages_leave_the_menu_out(browser, origin):
    """On paper the menu is not printed, and what is stated is."""
    with tab(browser, viewport=DESKTOP) as page:
        page.goto(f"{origin}/ascn/doc/city/davao-city.html")
        page.emulate_media(media="print")
        assert not page.locator("header.site nav").is_visible()
        assert page.locator("table.facts").is_visible()


def test_numbers_are_sorted_as_numbers(browser, origin):
    """Signs, thousands, decimals and powers count; words follow numbers, and what is not stated stands last."""
    keys = ["1,000", "-5", "0.25", "", "0.5", "2e3", "10", "9", "ten", "2018-07-08", "2018-07-10"]
    cells = "".join(f"<tr><td data-key='{key}'>x</td></tr>" for key in keys)
    with tab(browser, viewport=DESKTOP) as page:
        page.goto(f"{origin}/ascn/404.html")
        page.set_content(
            f"<table data-sortable><thead><tr><th>N</th></tr></thead><tbody>{cells}</tbody></table>"
            f"<script src='{origin}/ascn/assets/site.js'></script>"
        )
        page.locator("th button").press("Enter")
        found = page.locator("td").evaluate_all("all => all.map((one) => one.dataset.key)")
        assert page.locator("th").get_attribute("aria-sort") == "ascending"
    assert found == ["-5", "0.25", "0.5", "9", "10", "1,000", "2e3", "2018-07-08", "2018-07-10", "ten", ""]


def test_cities_are_chosen_by_population(browser, origin):
    """Those of a size are left, whichever source states it, and each figure leads to who says so."""
    large = {row.cityName for row in ascn_graph.load().query("populations") if row.population >= 1_000_000}
    with tab(browser, viewport=DESKTOP) as page:
        page.goto(f"{origin}/ascn/doc/city.html")
        page.get_by_label("Population").select_option("1,000,000 or more")
        rows = page.locator("tbody tr").filter(visible=True)
        assert set(rows.locator("th").all_inner_texts()) == large
        link = rows.locator("td[data-label=Population] a").first
        assert link.get_attribute("title").isdecimal()
        link.click()
        assert page.locator("table.facts").filter(has_text="GeoNames").count()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_ticked_cities_are_compared_alone(browser, origin, script):
    """The rows that a reader ticks can be shown alone, with JavaScript and without."""
    with tab(browser, viewport=PHONE, java_script_enabled=script) as page:
        page.goto(f"{origin}/ascn/compare.html")
        rows = page.locator("tbody tr")
        everyone = rows.filter(visible=True).count()
        page.get_by_label("Compare Hanoi").check()
        page.get_by_label("Compare Phuket").check()
        assert rows.filter(visible=True).count() == everyone > 30
        page.get_by_label("Only the ticked rows").check()
        shown = rows.filter(visible=True).all_inner_texts()
        assert [one.split()[0] for one in shown] == ["Hanoi", "Phuket"]
