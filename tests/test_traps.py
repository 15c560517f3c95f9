"""The forty ways to model this subject wrong, each held off by a test; `docs/model.md` says how each is handled."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest
from conftest import ROOT
from ours import ONTOLOGY, PREFIXES, compact, loaded
from pyoxigraph import Literal, NamedNode

import ascn_graph as ascn

ID = "https://w3id.org/ascn/id/"
SHAPES = ROOT / "ontology" / "shapes.ttl"


@pytest.fixture(scope="module")
def article() -> ascn.Graph:
    """Return what the article alone says."""
    return ascn.load(source="article")


@pytest.fixture(scope="module")
def whole() -> ascn.Graph:
    """Return the packaged graph."""
    return loaded()


def names(graph: ascn.Graph, query: str, column: str, **given: str) -> list[str]:
    """Return one column of a named query as texts."""
    return [str(row[column]) for row in graph.query(query, **given)]


def select(graph: ascn.Graph, where: str) -> list[tuple[str, ...]]:
    """Select every variable of a pattern, in the order they are named, over the prefixes of this project."""
    prefixes = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
    columns = " ".join(dict.fromkeys(re.findall(r"\?\w+", where)))
    rows = graph.sparql(f"{prefixes}SELECT DISTINCT {columns} {{ {where} }}")
    return [tuple(compact(term.value) if term else "" for term in row.terms) for row in rows]


def test_t01_two_names_in_a_row_are_two_people(article):
    """Two cities have two holders of one post: 28 officers on 26 posts."""
    rows = article.query("officers")
    assert (len({r.person for r in rows}), len(select(article, "?p a ascn:Post"))) == (28, 26)


def test_t02_two_designations_are_one_person(article):
    """Yangon's officer has both designations: 29 in all."""
    assert len(names(article, "officers", "designation", city="yangon")) == 2
    assert len(set(names(article, "officers", "person", city="yangon"))) == 1


def test_t03_names_and_designations_pair_by_position(article):
    """In a row of two the first name has the first designation."""
    pairs = {(str(r.name), str(r.designation)) for r in article.query("officers", city="davao-city")}
    assert ("Rowena Henedine Dominguez-Narajos", "Information Technology Officer II") in pairs


def test_t04_the_organisation_is_not_split_off_at_a_comma(article, whole):
    """The designation stands whole; the parse is derived, by hand."""
    label = "Director(Planning and Prioritization) Smart Nation and Digital Government Office, Prime Minister's Office"
    assert label in names(article, "officers", "designation", city="singapore")
    (row,) = [r for r in whole.query("designations") if r.designation == label]
    assert (row.title, row.organisation) == (
        "Director(Planning and Prioritization)",
        "Smart Nation and Digital Government Office",
    )


def test_t05_no_organisation_is_invented(article, whole):
    """The article's graph names no organisation of an officer; five stay without one when parsed."""
    assert not any(row.organisation for row in article.query("officers"))
    parsed = [r for r in whole.query("designations") if r.title]
    without = {str(r.person) for r in parsed} - {str(r.person) for r in parsed if r.organisation}
    assert len(without) == 5


def test_t06_the_employer_is_not_the_city(whole):
    """Four officers work for national agencies, one for a state; no tenure links a person to a city's government."""
    levels = {str(r.person): r.employerLevel for r in whole.query("designations") if r.employerLevel}
    assert [list(map(str, levels.values())).count(level) for level in ("national", "state")] == [4, 1]
    assert {row[1] for row in select(whole, "?t org:organization ?o")} == {"net:asean-smart-cities-network"}


def test_t07_a_role_needs_no_holder(article):
    """The article has a National Representative and no holder; no shape asks for one."""
    assert names(article, "officers", "name", role="national-representative") == []
    assert "role:national-representative" in [compact(n) for n in names(article, "roles", "role")]


def test_t08_the_article_names_no_country_of_a_city(article):
    """No city of the article's graph has a member state."""
    assert select(article, "?city ascn:memberState ?state . ?city a ascn:PilotCity") == []


def test_t09_three_singapores(whole):
    """City, state and chairmanship are three things that share no identity."""
    kinds = {f"{ID}city/singapore", f"{ID}member-state/singapore", f"{ID}chairmanship/singapore-2018"}
    assert all(whole.ask(f"ASK {{ <{iri}> ?p ?o }}") for iri in kinds)
    assert not select(whole, "?a owl:sameAs ?b")


def test_t10_three_chonburis(whole):
    """The city and the company that bears its name are two things, with no link between them."""
    company = f"<{ID}organisation/amata-smart-city-corporation-chonburi>"
    assert not whole.ask(f"ASK {{ {company} ?p <{ID}city/chonburi> }}")


def test_t11_a_gazetteer_match_is_no_identity(whole):
    """Matches are ascn:gazetteerMatch, below rdfs:seeAlso; sameAs, closeMatch and exactMatch do not occur."""
    assert len(select(whole, "?c ascn:gazetteerMatch ?m . ?c a ascn:PilotCity")) == 52
    assert not select(whole, "VALUES ?p { owl:sameAs skos:closeMatch skos:exactMatch } ?a ?p ?b")
    assert whole.ask(
        f"ASK {{ <{ONTOLOGY}gazetteerMatch> <{PREFIXES['rdfs']}subPropertyOf> <{PREFIXES['rdfs']}seeAlso> }}"
    )


def test_t12_three_agreements_are_known_by_number(article):
    """Three agreements exist without a party."""
    unnamed = [r for r in article.query("agreements") if r.namedInSource == "no"]
    assert [r.partyCount for r in unnamed] == [0, 0, 0]


def test_t13_an_agreement_is_no_memorandum(article, whole):
    """The article's kind is agreement; the parties' own words stand in their sources' graphs."""
    assert {compact(k) for k in names(article, "agreements", "kind")} == {"concept:agreement"}
    kinds = {str(r.agreement).rsplit("/", 1)[1]: compact(str(r.kind)) for r in whole.query("agreements")}
    assert kinds["amata-yokohama-2018"] == "concept:letter-of-intent"
    assert kinds["undp-jetro-2018"] == "concept:memorandum-of-understanding"


def test_t14_amata_is_one_of_the_five_by_inference(article, whole):
    """The article does not say where it was signed; a newspaper does, and we infer it."""
    event = "?a ascn:signedAt ?e . FILTER(STRENDS(STR(?a), 'amata-yokohama-2018'))"
    assert select(article, event) == []
    sources = names(whole, "evidence", "source", about="agreement:amata-yokohama-2018")
    assert f"{ID}source/straits-times-2018" in sources


def test_t15_the_network_is_no_party(article):
    """The agreement of UNDP and JETRO supports the network."""
    assert not select(article, "?a ascn:party <https://w3id.org/ascn/id/network/asean-smart-cities-network>")
    assert len(select(article, "?a ascn:supports ?n")) == 1


def test_t16_a_month_is_a_month(article):
    """Months are xsd:gYearMonth with a lexical form that the shapes check by pattern."""
    found = list(article.store.quads_for_pattern(None, NamedNode(ONTOLOGY + "announced"), None))
    literal = found[0].object
    assert isinstance(literal, Literal)
    assert (literal.value, literal.datatype.value) == ("2018-03", PREFIXES["xsd"] + "gYearMonth")


def test_t17_the_day_of_signing_is_inferred(article, whole):
    """8 July comes from two facts: a statement of data/derived names both."""
    assert {str(r.signed) for r in article.query("agreements") if r.signed} == {"2018-07"}
    rows = select(whole, f"<{ID}statement/asean-2018-unnamed-1-signed-2018-07-08> prov:wasDerivedFrom ?basis")
    assert {r[0] for r in rows} == {"agreement:asean-2018-unnamed-1", "event:inaugural-ascn-meeting"}


def test_t18_the_dollars_are_australian(article):
    """The currency is AUD."""
    assert names(article, "funding", "currency") == ["AUD"]


def test_t19_the_fund_is_for_asean(article):
    """The fund has no link to the network."""
    fund = f"<{ID}funding/australia-2018>"
    assert not article.ask(f"ASK {{ {fund} ?p <{ID}network/asean-smart-cities-network> }}")


def test_t20_forecasts_are_claims_without_citation(article, whole):
    """Both forecasts are uncited, and the two 40 % are two measures."""
    uncited = set(names(article, "uncited-facts", "fact"))
    assert set(names(article, "forecasts", "claim")) <= uncited
    forty = {str(r.measureName) for r in whole.query("forecasts") if r.value == 40}
    assert forty == {"share of urban development growth", "share of regional growth"}


def test_t21_a_range_is_a_class(whole):
    """How many cities are middleweight depends on the source: 18 of 36 after GeoNames, 16 of 26 after the plans."""
    rows = whole.query("populations")
    yes = [str(row.source).rsplit("/", 1)[1] for row in rows if row.middleweight == "yes"]
    assert (yes.count("geonames"), yes.count("scap-2018")) == (18, 16)


def test_t22_one_concept_note_in_two_formats(whole):
    """C1 and C3 cite two sources, one a format of the other by inference."""
    cited = dict(select(whole, "?c ascn:cites ?s"))
    assert cited["citation:c1"] != cited["citation:c3"]
    assert select(whole, "?a dcterms:isFormatOf ?b") == [(cited["citation:c1"], cited["citation:c3"])]


def test_t23_no_date_is_read_from_a_title(article):
    """Only C1 and C4 have a date of publication."""
    dated = [str(r.citation).rsplit("/", 1)[1] for r in article.query("citations") if r.published]
    assert dated == ["c1", "c4"]


def test_t24_a_copy_has_dates_of_its_own(article):
    """The date of the archived copy is ascn:archived, on C2 alone; the bare link has none."""
    assert select(article, "?c ascn:archived ?d") == [("citation:c2", "2019-03-06")]


def test_t25_dates_are_iso_and_the_print_is_kept(article):
    """C1's dates are xsd:date; its print stays beside them."""
    assert ("27 April 2018",) in select(article, f"<{ID}citation/c1> ascn:asPrinted ?d")


def test_t26_a_newspaper_is_no_author(article):
    """The author field of C4 is text, no person; the escaped bar of C6 is a bar."""
    assert select(article, "?c ascn:authorName ?n") == [("citation:c4", "The Straits Times")]
    assert not select(article, "?p a foaf:Person ; rdfs:label 'The Straits Times'")
    assert " | JETRO Topics" in names(article, "citations", "title")[5]


def test_t27_spellings_of_the_source_stay(article):
    """A misspelt acronym is a hidden label; other spellings stand as printed."""
    assert select(article, "?n skos:hiddenLabel ?l")[0][1] == "ACSN"
    assert "United Nations Development Program" in names(article, "agreement-parties", "partyName")


def test_t28_names_are_not_split(whole):
    """No person has a given or family name; honorifics stay in the name as printed."""
    assert not select(whole, "VALUES ?p { foaf:givenName foaf:familyName foaf:title } ?s ?p ?o")
    assert "Datuk Najib bin Mohamad" in names(whole, "officers", "name", city="kuala-lumpur")


def test_t29_an_officer_is_one_as_of_a_source(whole):
    """Someone who is staff elsewhere in 2026 is an officer only as of 2018."""
    assert {r.attestedOn and r.attestedOn.year for r in whole.query("officers", person="tantinny-fung-chew-li")} == {
        None,
        2018,
    }


def test_t30_rectangles_are_x_y_width_height(article):
    """Printed corners become a size in pixels of the image."""
    printed = {city: text for _, city, text in select(article, "?r ascn:memberCity ?c ; ascn:asPrinted ?p")}
    x1, y1, x2, y2 = map(int, printed["city:singapore"].split()[:4])
    (row,) = article.query("map-regions", city="singapore")
    assert (row.x, row.y, row.width, row.height) == (x1, y1, x2 - x1, y2 - y1)


def test_t31_the_first_rectangle_wins(article):
    """A click where Siem Reap and Battambang overlap means Siem Reap, which is listed first."""
    assert names(article, "city-at-pixel", "cityName", x="1100", y="1150") == ["Siem Reap"]
    assert names(article, "city-at-pixel", "cityName", x="0", y="0") == []


def test_t32_no_link_is_invented_for_a_label(article):
    """A region has a city and an image, and no link target."""
    assert not select(article, "?r a ascn:MapRegion ; schema:url ?u")


def test_t33_a_duty_across_two_lines_has_two_pieces(article):
    """The second duty rests on both halves of the broken sentence."""
    rows = article.query("evidence", about="duty:csco-action-plan")
    assert sorted({r.line for r in rows}) == [75, 77]


def test_t34_the_article_is_one_frozen_revision(whole, shared: Path):
    """The source names its hash and length, and no date."""
    raw = (shared / "article" / "asean-smart-cities-network.wikitext").read_bytes()
    rows = select(whole, f"<{ID}source/article> ascn:sha256 ?h ; ascn:codePoints ?n")
    assert rows == [(hashlib.sha256(raw).hexdigest(), str(len(raw.decode())))]
    assert not select(whole, f"<{ID}source/article> ascn:asOf ?d")


def test_t35_two_rules_of_nomination(whole):
    """By the article each city nominates its officer, by the concept note each member state."""
    rows = [r for r in whole.query("nominations") if r.nomineeName == "Chief Smart City Officer"]
    assert {(str(r.nominatorName), str(r.source).rsplit("/", 1)[1]) for r in rows} == {
        ("each city", "article"),
        ("each ASEAN Member State", "concept-note-2018"),
    }


def test_t36_no_limit_of_three_cities(whole):
    """Malaysia has four pilot cities, Brunei one; no shape limits them."""
    assert len(whole.query("cities", memberState="malaysia", status="pilot")) == 4
    assert len(whole.query("cities", memberState="brunei-darussalam", status="pilot")) == 1


def test_t37_membership_of_asean_has_a_date(whole):
    """Timor-Leste joined in 2025 and has no pilot city."""
    (row,) = whole.query("accessions", memberState="timor-leste")
    assert str(row.accession) == "2025-10-26"
    assert len(whole.query("cities", memberState="timor-leste", status="pilot")) == 0


def test_t38_both_accessions_of_brunei_stand(whole):
    """Two sources give two days."""
    rows = whole.query("accessions", memberState="brunei-darussalam")
    assert {(str(r.accession), str(r.source).rsplit("/", 1)[1]) for r in rows} == {
        ("1984-01-07", "asean-overview"),
        ("1984-01-08", "asean-japan-centre"),
    }


def test_t39_a_post_has_no_holder_or_several(whole):
    """Bandar Seri Begawan has alternates only in 2026, Viet Nam two representatives."""
    assert names(whole, "posts-without-holder", "ofName") == ["Bandar Seri Begawan"]
    assert len(whole.query("national-representatives", memberState="viet-nam")) == 2


def test_t40_no_address_of_a_person():
    """No Turtle file holds an e-mail address."""
    pattern = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
    found = [path.name for path in ROOT.joinpath("data").rglob("*.ttl") if pattern.search(path.read_text("utf-8"))]
    assert found == []
