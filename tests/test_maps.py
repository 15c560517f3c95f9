"""The maps of the network: well-formed, clickable, equal from run to run."""

from __future__ import annotations

import itertools
import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET

import pytest

import ascn_graph
from ascn_graph.publishing.ascn import maps
from ascn_graph.publishing.renderer import templates

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "<script>alert(1)</script>\"' &"


def place(name, longitude, latitude, state="VNM"):
    """Make a city of the test."""
    return maps.MapPlace(name, longitude, latitude, f"doc/{len(name)}.html", f"https://example.org/{len(name)}", state)


def drawn(kind, things):
    """Draw the cities or the rectangles of the test."""
    layout = {"geographic": maps.geographic, "schematic": maps.schematic}[kind](things)
    return templates("ascn_graph.publishing.ascn").get_template(f"{kind}.svg").render(layout)


def links(svg):
    """Return the name and target of each link of a drawing."""
    return [
        (link.get("aria-label") or "".join(link.itertext()), link.get("href"))
        for link in ET.fromstring(svg).iter(f"{SVG}a")
    ]


def test_every_city_is_a_link_with_its_name_at_its_place():
    """A city is drawn where its degrees say, as a link to its page, with its name as text."""
    svg = drawn("geographic", [place("Hanoi", 105.84, 21.02), place("Jakarta", 106.85, -6.21, "IDN")])
    assert links(svg) == [("Hanoi", "doc/5.html"), ("Jakarta", "doc/7.html")]
    circles = [(float(c.get("cx")), float(c.get("cy"))) for c in ET.fromstring(svg).iter(f"{SVG}circle")]
    assert circles == [(296.8, 159.6), (317.0, 704.2)]
    assert [text.text for text in ET.fromstring(svg).iter(f"{SVG}text")] == ["Hanoi", "Jakarta"]


def test_the_land_of_a_city_lies_below_it():
    """The vendored land and the projection agree: inland cities fall inside their own country's outline."""
    land = {country["id"]: list(outlines(country["d"])) for country in maps.land()["paths"]}
    inland = {"VNM": (105.84, 21.02), "LAO": (102.6, 17.97), "MMR": (96.08, 21.97), "THA": (100.6, 15.0)}
    for code, point in inland.items():
        owners = [key for key, rings in land.items() if any(inside(ring, maps.project(*point)) for ring in rings)]
        assert owners == [code]


def outlines(path):
    """Yield the rings of path data, which holds a point each and then steps."""
    for ring in re.findall("M([^z]+)", path):
        x, y = 0.0, 0.0
        points = []
        for step in ring.split("l"):
            numbers = [float(one) for one in re.findall(r"-?[0-9.]+", step)]
            for across, down in zip(numbers[::2], numbers[1::2], strict=True):
                x, y = x + across, y + down
                points.append((x, y))
        yield [*points, points[0]]


def inside(ring, point):
    """Return whether a point lies in a ring, by counting crossings."""
    x, y = point
    odd = False
    for (x1, y1), (x2, y2) in itertools.pairwise(ring):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
            odd = not odd
    return odd


def test_every_state_of_the_region_is_on_the_base_map():
    """All eleven states of Southeast Asia are there, the smallest ones too, and no other land has a name."""
    codes = {"BRN", "IDN", "KHM", "LAO", "MMR", "MYS", "PHL", "SGP", "THA", "TLS", "VNM", "neighbours"}
    assert {country["id"] for country in maps.land()["paths"]} == codes


def test_member_states_are_drawn_apart_from_other_land():
    """Only the countries that hold a city of the network are coloured as members."""
    svg = drawn("geographic", [place("Hanoi", 105.84, 21.02)])
    kinds = [path.get("class") for path in ET.fromstring(svg).iter(f"{SVG}path")]
    assert kinds.count("land member") == 1


def test_a_city_outside_the_map_is_not_drawn():
    """A city with a place elsewhere in the world is not drawn over the edge."""
    cities = [place("Hanoi", 105.84, 21.02), place("Elsewhere", 0.0, 51.5)]
    assert [name for name, _ in links(drawn("geographic", cities))] == ["Hanoi"]


def test_no_name_lies_on_another_in_a_crowd():
    """Twelve cities within a degree keep their names apart, inside the frame."""
    points = [(500 + 13 * (index % 4), 400 + 11 * (index // 4)) for index in range(12)]
    frame = maps.Box(0, 0, 1020, 820)
    placed = [box for box, _ in maps.place_labels(points, [(90.0, 24.0)] * 12, frame)]
    assert [box.overlap(frame) == pytest.approx(90 * 24) for box in placed] == [True] * 12
    assert sum(one.overlap(other) > 1 for place_, one in enumerate(placed) for other in placed[:place_]) == 0


def test_many_cities_keep_their_accessible_names():
    """With more cities than names fit, each link still says its name."""
    crowd = [place(f"City {index:03}", 100 + index % 20, 5 + index // 20) for index in range(100)]
    svg = drawn("geographic", crowd)
    assert [name for name, _ in links(svg)] == [city.name for city in crowd]
    assert not list(ET.fromstring(svg).iter(f"{SVG}text"))


def test_of_two_rectangles_the_lower_order_is_on_top():
    """Where rectangles overlap, the one listed first in the article is drawn last and so takes the click."""
    regions = [
        maps.Region("First", "first.html", 0, 0, 100, 50, 1),
        maps.Region("Second", "second.html", 20, 20, 100, 50, 2),
    ]
    assert [href for _, href in links(drawn("schematic", regions))] == ["second.html", "first.html"]


def test_the_name_of_a_covered_rectangle_can_be_read():
    """A name is written in the part of its rectangle that no other one hides."""
    regions = [
        maps.Region("Upper", "upper.html", 0, 0, 300, 100, 1),
        maps.Region("Lower", "lower.html", 0, 60, 300, 100, 2),
    ]
    root = ET.fromstring(drawn("schematic", regions))
    baseline = {text.text: float(text.get("y")) for text in root.iter(f"{SVG}text")}
    assert 100 < baseline["Lower"] < 160
    assert 0 < baseline["Upper"] < 100


@pytest.mark.parametrize("kind", ["geographic", "schematic"])
def test_hostile_names_stay_text(kind):
    """Markup and quotes in a name never become markup."""
    things = {
        "geographic": [place(HOSTILE, 105.0, 21.0)],
        "schematic": [maps.Region(HOSTILE, HOSTILE, 0, 0, 300, 90, 1)],
    }
    root = ET.fromstring(drawn(kind, things[kind]))
    assert not [node for node in root.iter() if node.tag.endswith("script")]
    assert HOSTILE in "".join(root.itertext())


@pytest.mark.thorough
def test_what_the_map_cannot_show_is_said_beside_it(built):
    """On the first page and on the map's, each city is drawn as a link or named among those without a position."""
    cities = {row.city.rpartition("/")[2]: row.latitude for row in ascn_graph.load().query("cities")}
    assert None in cities.values()
    for page in ("index.html", "map.html"):
        text = (built / "ascn" / page).read_text("utf-8")
        section = text[text.index('<section id="geographic"') : text.index("</section>", text.index('id="geographic"'))]
        said = section.partition('<p class="absent">')[2].partition("</p>")[0]
        absent = set(re.findall(r"doc/city/([a-z-]+)\.html", said))
        drawn = set(re.findall(r"doc/city/([a-z-]+)\.html", section)) - absent
        assert absent == {city for city, latitude in cities.items() if latitude is None}
        assert drawn | absent == cities.keys()
        assert f"{len(drawn)} cities are drawn" in said


def test_the_geojson_has_a_feature_a_city(built):
    """The GeoJSON has every city: a point, longitude first, or no geometry where no position is recorded."""
    parsed = json.loads((built / "ascn/dumps/ascn.geojson").read_text("utf-8"))
    rows = {row.city: row for row in ascn_graph.load().query("cities")}
    assert {feature["properties"]["city"] for feature in parsed["features"]} == rows.keys()
    for feature in parsed["features"]:
        row = rows[feature["properties"]["city"]]
        point = feature["geometry"] and feature["geometry"]["coordinates"]
        assert point == (None if row.latitude is None else [float(row.longitude), float(row.latitude)])


def test_the_page_draws_where_python_draws():
    """The land given to the page's script has the projection that the drawn map uses."""
    land = maps.land()
    x, y = maps.project(105.84, 21.02)
    assert ((105.84 - land["west"]) * land["scale"], (land["north"] - 21.02) * land["scale"]) == (x, y)
    root = ET.fromstring(drawn("geographic", []))
    assert [path["d"] for path in land["paths"]] == [path.get("d") for path in root.iter(f"{SVG}path")]


@pytest.mark.thorough
def test_the_bytes_do_not_depend_on_the_hash_seed():
    """Two processes with different hash seeds draw the same bytes, whatever the order of the cities."""
    code = (
        "from ascn_graph.publishing.ascn import maps\n"
        "known = [('Bangkok', 100.5, 13.8), ('Chonburi', 101, 13.4), ('Johor', 103.7, 1.5), ('Jakarta', 107, -6)]\n"
        "cities = {maps.MapPlace(name, x, y, name) for name, x, y in known}\n"
        "print(maps.geographic(cities)['cities'])\n"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(printed) == 1


def test_the_pages_of_the_packaged_graph_are_found():
    """What its profile names as the package of its pages has the class that a build asks for."""
    from ascn_graph.profile import packaged
    from ascn_graph.publishing import extension
    from ascn_graph.publishing.settings import SiteSettings

    assert extension.find(SiteSettings(packaged())) is not extension.Extension
