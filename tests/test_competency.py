"""The nineteen competency questions, each asked through a named query; the expected answers are the inventory's."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from ours import loaded

import ascn_graph as ascn


@pytest.fixture(scope="module")
def article() -> ascn.Graph:
    """Return what the article alone says."""
    return ascn.load(source="article")


@pytest.fixture(scope="module")
def whole() -> ascn.Graph:
    """Return the packaged graph."""
    return loaded()


def test_cq01_what_the_acronym_stands_for(article):
    """ASCN stands for ASEAN Smart Cities Network."""
    (row,) = article.query("network")
    assert (row.acronym, row.name) == ("ASCN", "ASEAN Smart Cities Network")


def test_cq03_when_the_inaugural_meeting_was(article):
    """The inaugural meeting was on 8 July 2018."""
    (row,) = article.query("network")
    assert row.inaugurated == datetime.date(2018, 7, 8)


def test_cq04_where_and_as_whose_deliverable_it_was_launched(article):
    """The launch was at the 32nd summit, without a day, as a deliverable of Singapore's chairmanship in 2018."""
    (row,) = article.query("network")
    events = {event.event: (event.name, event.date) for event in article.query("events")}
    assert events[row.launchedAt] == ("32nd ASEAN Summit", None)
    (chair,) = article.query("chairmanships")
    assert (chair.chairmanship, str(chair.year)) == (row.deliverableOf, "2018")
    assert chair.memberState == "https://w3id.org/ascn/id/member-state/singapore"


def test_cq05_the_three_aims(article):
    """Three aims are listed, in the order of the sentence."""
    listed = [row.aimName for row in article.query("aims") if row.statedAs == "listed"]
    assert [name.split()[0] for name in listed] == ["Cooperation", "Projects", "Funding"]


def test_cq06_the_pilot_cities(article):
    """There are 26 pilot cities, and the count the article states agrees."""
    names = [str(row.name) for row in article.query("cities", status="pilot")]
    first = "Bandar Seri Begawan; Bangkok; Banyuwangi; Battambang; Cebu City; Chonburi; Da Nang; Davao City; Hanoi"
    second = "Ho Chi Minh City; Jakarta; Johor Bahru; Kota Kinabalu; Kuala Lumpur; Kuching; Luang Prabang; Makassar"
    third = "Mandalay; Manila; Naypyidaw; Phnom Penh; Phuket; Siem Reap; Singapore; Vientiane; Yangon"
    assert names == f"{first}; {second}; {third}".split("; ")
    assert [row.pilotCities for row in article.query("network")] == [26]


def test_cq07_the_officer_of_hanoi(article):
    """Hanoi's officer is Nguyen Duc Chung, Chairman of the People's Committee."""
    (row,) = article.query("officers", city="hanoi")
    assert (row.name, row.designation) == ("Nguyen Duc Chung", "Chairman, Hanoi People's Committee")


def test_cq08_cities_with_two_officers(article):
    """Kota Kinabalu and Davao City have two officers each."""
    found = [(str(row.cityName), str(row.name), row.holderCount) for row in article.query("shared-posts")]
    assert found == [
        ("Davao City", "Mgen Benito Antonio T De Leon Afp", 2),
        ("Davao City", "Rowena Henedine Dominguez-Narajos", 2),
        ("Kota Kinabalu", "Stanley Chong Hon Chung", 2),
        ("Kota Kinabalu", "Tantinny Fung Chew Li", 2),
    ]


def test_cq09_how_many_officers(article):
    """28 people hold 26 posts with 29 designations."""
    rows = article.query("officers")
    assert (len(rows), len({row.person for row in rows}), len({row.city for row in rows})) == (29, 28, 26)


def test_cq10_the_officer_with_two_designations(article):
    """Tin Tin Kyi of Yangon has two designations."""
    rows = article.query("designations")
    people = [row.person for row in rows]
    twice = [(str(row.name), str(row.designation)) for row in rows if people.count(row.person) > 1]
    assert twice == [
        ("Tin Tin Kyi", "Director of Urban Planning Division"),
        ("Tin Tin Kyi", "Representative, Yangon City Development Committee"),
    ]


def test_cq15_offices_of_equal_status(article):
    """The status of a CSCO equals that of two offices."""
    rows = [row for row in article.query("roles") if row.acronym == "CSCO"]
    assert {str(row.equalStatusName) for row in rows} == {"Chief Urban Planner", "Chief Resilience Officer"}


def test_cq18_the_national_representative_of_malaysia(article, whole):
    """The article names none; the contact list of 2026 does, with its date."""
    assert len(article.query("national-representatives", memberState="malaysia")) == 0
    (row,) = whole.query("national-representatives", memberState="malaysia")
    assert row.name == "Mohd Hazli bin Ahmad @ Adnan"
    assert row.attestedOn == datetime.date(2026, 1, 31)
    assert row.source == "https://w3id.org/ascn/id/source/contact-list-2026"


def test_cq19_the_member_state_of_kuching(article, whole):
    """The article names no state of any city; other sources put Kuching in Malaysia."""
    assert [row.memberState for row in article.query("cities", city="kuching")] == [None]
    assert len(article.query("cities", memberState="malaysia")) == 0
    assert [str(row.memberStateName) for row in whole.query("cities", city="kuching")] == ["Malaysia"]
    sources = {
        str(row.source).rsplit("/", 1)[1] for row in whole.query("evidence", about="statement:kuching-member-state")
    }
    assert sources == {"qdnd-2018", "contact-list-2026"}


def test_cq20_the_map_rectangle_of_singapore(article):
    """The region of Singapore is a media fragment of the map."""
    (row,) = article.query("map-regions", city="singapore")
    assert str(row.region).partition("#")[2] == "xywh=pixel:983,1869,318,81"
    assert (row.x, row.y, row.width, row.height) == (983, 1869, 318, 81)


def test_cq22_cities_spelt_otherwise_in_the_table(article):
    """Two cities are labelled otherwise on the map than in the table."""
    rows = [row for row in article.query("name-variants") if "/id/city/" in str(row.thing)]
    assert [(str(row.name), str(row.variant)) for row in rows] == [
        ("Jakarta", "DKI Jakarta"),
        ("Naypyidaw", "Nay Pyi Taw"),
    ]


def test_cq23_how_many_agreements(article):
    """Five agreements were signed, two are named."""
    named = [row.namedInSource for row in article.query("agreements")]
    assert (len(named), named.count("yes")) == (5, 2)


def test_cq24_the_parties(article):
    """The named agreements have two parties each."""
    parties: dict[str, set[str]] = {}
    for row in article.query("agreement-parties"):
        parties.setdefault(str(row.agreement).rsplit("/", 1)[1], set()).add(str(row.partyName))
    assert parties == {
        "undp-jetro-2018": {"United Nations Development Program", "Japan External Trade Organization"},
        "amata-yokohama-2018": {"Amata Smart City Corporation Chonburi", "Yokohama Urban Solutions Alliance"},
    }


def test_cq25_the_funding(article):
    """Australia announced 30,000,000 AUD in March 2018."""
    (row,) = article.query("funding")
    assert (row.funderName, str(row.announced), row.amount, row.currency) == (
        "Australia",
        "2018-03",
        Decimal(30_000_000),
        "AUD",
    )


def test_cq26_the_forecasts(article):
    """Two forecasts are made; only one names a year."""
    rows = [(row.value, row.unit, row.targetYear and str(row.targetYear)) for row in article.query("forecasts")]
    assert sorted(rows, key=str) == [(Decimal(40), "percent", None), (Decimal(90_000_000), "people", "2030")]


def test_cq29_the_evidence_for_the_launch(article):
    """The launch rests on citation C2, whose link is dead and archived."""
    rows = article.query("evidence", about="statement:network-launched-at")
    assert {str(row.citation) for row in rows} == {"https://w3id.org/ascn/id/citation/c2"}
    (cited,) = [row for row in article.query("citations") if str(row.citation).endswith("/c2")]
    assert (cited.title, cited.status) == ("32nd ASEAN Summit - Chairmans Statement", "dead")
    assert str(cited.archiveUrl).startswith("https://web.archive.org/web/20190306032412/")
