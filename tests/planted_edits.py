"""Single edits that a tired hand might make to the data, each of which plain `ascn validate` must find on a clone.

    python tests/planted_edits.py [KIND …]   make each edit on a copy of the data, and say what finds it

An edit is one text put for another in the block of one subject. It is found at its line: a violation stands at the
first line that the edit changes. Those of the kind `elsewhere`, such as a block that goes, are found wherever a
violation stands. The SHA-256 of an extract and counts, which other edits change too, do not count. Many edits are made
at a time, and one validation finds them.
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from collections.abc import Iterable, Mapping
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from ascn_graph.validation import validate

ROOT = Path(__file__).resolve().parent.parent
ELSEWHERE = "elsewhere"


class Edit(NamedTuple):
    """One edit: in the block of a subject in a file of `data/`, a text is replaced; without one the block goes."""

    what: str
    file: str
    subject: str
    old: str = ""
    new: str = ""

    def apply(self, text: str) -> str:
        """Return the text with the edit made.

        Raises:
            LookupError: the data no longer holds what is to be edited.
        """
        block = re.search(rf"^{re.escape(self.subject)}\n(?:    .*\n)+?\.\n", text, re.MULTILINE)
        if block is None or self.old not in block[0]:
            raise LookupError(f"{self.what}: {self.file} has no {self.subject} with {self.old!r}")
        changed = block[0].replace(self.old, self.new, 1) if self.old else ""
        return text[: block.start()] + changed + text[block.end() :]


_SPAN = "<https://w3id.org/ascn/id/source/article#char={}>"
_AUSTRALIA, _NAMED, _OPENING = (
    "funding:australia-2018",
    "agreement:undp-jetro-2018",
    "event:opening-ceremony-of-the-inaugural-ascn-meeting",
)
_ALI, _NARAJOS = "tenure:csco-bandar-seri-begawan-haji-ali-matyassin", "rowena-henedine-dominguez-narajos"
_MANDALAY = "<https://w3id.org/ascn/id/image/ascn-map#xywh=pixel:168,568,332,97>"
_SHARE = "claim:middleweight-share-of-urban-development-growth"
_OFFICERS, _AGREEMENTS, _CITATIONS = "article/officers.ttl", "article/agreements.ttl", "article/citations.ttl"
_CITIES, _NETWORK, _MAP, _CLAIMS = "article/cities.ttl", "article/network.ttl", "article/map.ttl", "article/claims.ttl"
_LIST = "contact-list-2026/officers.ttl"

_LISTINGS, _LISTING = "me-report-2025/projects.ttl", "listing:me-report-2025-a-2"
_REPORT = "https://w3id.org/ascn/id/source/me-report-2025"
_PROJECT = "project:bandar-seri-begawan-digital-identity"
_MEETING, _FIFTH = "account:4th-annual-ascn-meeting-vna-2021", "account:5th-annual-ascn-meeting-vna-2021"
_SHEPHERD = "term:shepherd-indonesia-jpnn-2024"
_FUND = "partnership:asean-australia-smart-cities-trust-fund-aasctf-dfat-trust-fund-review"
_SHARE_2025 = "claim:me-report-2025-built-infrastructure-share-of-ascn-projects-in-2025"
_INTERVAL = "stated:6th-annual-ascn-meeting-interval"
_TYPE, _PLANNED = "claim:types-2025-brunei-darussalam-tourism", "claim:scap-2018-phnom-penh-1-figure"
_THAI = "stated:bangkok-name-th-cldr"
_PLANS = "scap-2018/plans.ttl"
_GEO, _ISO, _MEMBERS = "geonames/cities.ttl", "iso-3166/member-states.ttl", "contact-list-2026/cities.ttl"
_SCAP, _NOTE, _PAGE = "scap-2018/officers.ttl", "concept-note-2018/roles.ttl", "secretariat-page-2026/network.ttl"
_OVERVIEW, _JOINED = "asean-overview/accession.ttl", "secretariat-page-2026/cities.ttl"
_POPULATION = "claim:population-hanoi-scap-2018"
_NAZRI = "tenure:national-representative-brunei-darussalam-mohammad-nazri-mohammad-yusof"
_ADRIAN = "tenure:csco-alternate-bandar-seri-begawan-adrian-rahaman"
_SOURCES = "sources.ttl"
_EXHIBITS, _STAGE = "me-report-2025/exhibits.ttl", "claim:exhibit-2025-bandar-seri-begawan-completed-civic-and-social"
_HIGH_LEVEL = "account:1st-asean-japan-smart-cities-network-high-level-meeting-mlit-2019"

#: By kind.
PLANTED = {
    "digits": (
        Edit("a population", _PLANS, _POPULATION, "7600000", "7500000"),
        Edit("a population of a gazetteer", _GEO, "claim:population-hanoi-geonames", "8053663", "8053633"),
        Edit("a latitude, stated and restated", _GEO, "stated:hanoi-latitude", "21.0245", "21.0254"),
        Edit("a forecast", _NOTE, "claim:concept-note-urban-population-2030", "90000000", "80000000"),
        Edit("a share", _NOTE, "claim:concept-note-share-of-growth", '"40"', '"45"'),
        Edit("a number of cities", _PAGE, "claim:member-cities-2026", '"38"', '"39"'),
        Edit("how many a rule allows", _NOTE, "nomination:concept-note-cities", "maxNominees 3", "maxNominees 4"),
    ),
    "names": (
        Edit("a name as printed", _LIST, _ADRIAN, '"Mr. Adrian Rahaman"', '"Mr. Adrian Rahman"'),
        Edit("a courtesy title", _LIST, _NAZRI, '"Ir. Mohammad', '"Dr. Mohammad'),
        Edit("the label of a person", _LIST, "person:adrian-rahaman", '"Adrian Rahaman"', '"Adrian Rahamen"'),
        Edit("the label of a city", _MEMBERS, "city:denpasar", '"Denpasar"', '"Denpassar"'),
        Edit("another spelling", _MEMBERS, "city:hanoi", '"Ha Noi"', '"Ha Noy"'),
        Edit("a name in ISO", _ISO, "state:viet-nam", "Socialist Republic", "Socialistic Republic"),
    ),
    "look-alike letters": (
        Edit("a Cyrillic a", _LIST, "person:sok-lou", "Sok Lou", "S\u043ek Lou"),
        Edit("a Cyrillic e", _SCAP, "title:battambang-deputy-governor-of-battambang-province", "Deputy", "D\u0435puty"),
        Edit("a Greek o", _SCAP, _ALI, "Matyassin", "Matyassi\u03bd"),
    ),
    "titles": (
        Edit("a designation", _LIST, "title:brunei-darussalam-permanent-secretary", "Permanent", "Deputy"),
        Edit("an organisation", _LIST, "title:brunei-darussalam-permanent-secretary", "Infocom", "Com"),
        Edit(
            "the designation of the other holder",
            _LIST,
            _ADRIAN,
            "title:bandar-seri-begawan-head-of-technology-and-innovation-division",
            "title:bandar-seri-begawan-head-of-smart-nation-office",
        ),
    ),
    "pages": (
        Edit("a neighbour's page", _PLANS, _POPULATION, "page=55", "page=52"),
        Edit(
            "a page beside a record",
            "me-report-2023/exhibits.ttl",
            f"<{_REPORT[:-4]}2023#record=2023.makassar.ongoing.industry-innovation>",
            "page 6",
            "page 5",
        ),
        Edit("a page of an officer", _SCAP, _ALI, "page=5>", "page=7>"),
        Edit("a page of a rule", _NOTE, "claim:concept-note-share-of-growth", "page=1>", "page=4>"),
    ),
    "records": (
        Edit("a neighbour's record", _LIST, _NAZRI, "record=BN.NR", "record=KH.NR"),
        Edit("another post's record", _LIST, "post:csco-battambang", "KH.battambang.CSCO", "KH.phnom-penh.CSCO"),
        Edit("another city's record", _MEMBERS, "stated:bangkok-member-state", "TH.bangkok", "TH.phuket"),
        Edit("another place's record", _GEO, "stated:hanoi-time-zone", "record=1581130", "record=1609350"),
    ),
    "concepts": (
        Edit("a measure", _PLANS, _POPULATION, "concept:population ", "concept:number-of-member-cities "),
        Edit(
            "a legal kind", "yusa-2018/agreements.ttl", "agreement:amata-yokohama-2018", "letter-of-intent", "agreement"
        ),
        Edit(
            "a role", _LIST, "post:national-representative-cambodia", "representative ;", "representative-alternate ;"
        ),
        Edit(
            "an office",
            _NOTE,
            "stated:csco-equal-chief-urban-planner",
            "concept:chief-urban-planner",
            "concept:chief-resilience-officer",
        ),
        Edit("a nominator", _NOTE, "nomination:concept-note-cities", "each-member-state", "each-city"),
        Edit("a city", _PLANS, _POPULATION, "city:hanoi", "city:da-nang"),
        Edit("a member state", _MEMBERS, "city:denpasar", "state:indonesia", "state:malaysia"),
    ),
    "units": (
        Edit("people into households", _PLANS, _POPULATION, '"people"', '"households"'),
        Edit("percent into people", _NOTE, "claim:concept-note-share-of-growth", '"percent"', '"people"'),
        Edit("cities into people", _PAGE, "claim:member-cities-2026", '"cities"', '"people"'),
    ),
    "codes": (
        Edit("an alpha-2 code", _ISO, "state:malaysia", '"MY"', '"MX"'),
        Edit("a numeric code", _ISO, "state:malaysia", '"458"', '"485"'),
        Edit("a gazetteer id", _GEO, "city:hanoi", "1581130", "1581129"),
        Edit("a Wikidata item", "natural-earth/cities.ttl", "city:hanoi", "Q1858", "Q1885"),
        Edit("a time zone", _GEO, "city:hanoi", "Asia/Bangkok", "Asia/Ho_Chi_Minh"),
    ),
    "dates": (
        Edit("a day of accession", _OVERVIEW, "state:viet-nam", "1995-07-28", "1995-07-27"),
        Edit("a year of joining", _JOINED, "city:chiang-mai", '"2023"', '"2024"'),
        Edit("a day of a meeting", "me-report-2025/events.ttl", "event:8th-annual-ascn-meeting", "09-09", "09-19"),
        Edit("a year of a chair", "me-report-2025/events.ttl", "chairmanship:malaysia-2025", '"2025"', '"2024"'),
        Edit("a day of signing", "jetro-2018/agreements.ttl", "agreement:undp-jetro-2018", "07-08", "07-09"),
    ),
    "hashes": (
        Edit("of a source", _SOURCES, "source:scap-2018", "fd036d90", "fd036d91"),
        Edit("of an extract", _SOURCES, "source:scap-2018", 'extractSha256 "', 'extractSha256 "0'),
    ),
    "dates of sources": (
        Edit("as of", _SOURCES, "source:contact-list-2026", "2026-01-31", "2026-01-30"),
        Edit("published", _SOURCES, "source:lokmat-2025", "2025-10-26", "2025-10-25"),
    ),
    "trust": (
        Edit("of a mirror", _SOURCES, "source:scap-2018", "concept:primary-mirrored", "concept:primary"),
        Edit("of a newspaper", _SOURCES, "source:qdnd-2018", "concept:secondary", "concept:primary"),
    ),
    "licences": (
        Edit("of a gazetteer", _SOURCES, "source:geonames", "licenses/by/4.0", "publicdomain/zero/1.0"),
        Edit("of a graph", "dataset.ttl", "graph:geonames", "licenses/by/4.0", "publicdomain/zero/1.0"),
        Edit("of inferences", "dataset.ttl", "graph:derived", "licenses/by-sa/4.0", "publicdomain/zero/1.0"),
    ),
    "addresses": (
        Edit("of a source", _SOURCES, "source:natural-earth", "natural-earth-geojson", "natural-earth-json"),
        Edit("a publisher", _SOURCES, "source:lokmat-2025", "Lokmat Times", "Lokmat Time"),
    ),
    "projects": (
        Edit(
            "a title of a project reworded",
            _LISTINGS,
            _LISTING,
            'title "Digital Identity"',
            'title "Digital Identities"',
        ),
        Edit("a project of another city", _LISTINGS, _LISTING, "city:bandar-seri-begawan", "city:jakarta"),
        Edit("another focus area", _LISTINGS, _LISTING, "concept:civic-and-social", "concept:quality-environment"),
        Edit("a focus area of no framework", _LISTINGS, _LISTING, "concept:civic-and-social", "concept:completed"),
        Edit("a status that the list cannot state", _LISTINGS, _LISTING, "ongoing-or-planning", "completed"),
        Edit("another number in the list", _LISTINGS, _LISTING, "listNumber 2", "listNumber 12"),
        Edit(
            "a project in two cities",
            "derived/projects.ttl",
            _PROJECT,
            "memberCity city:bandar-seri-begawan",
            "memberCity city:bandar-seri-begawan, city:jakarta",
        ),
        Edit("a later name", _LISTINGS, "project:bandar-seri-begawan-digital-payment-hub", "tarus", "Tarus Pay"),
    ),
    "charts and shares": (
        Edit("another type of project", "me-report-2025/types.ttl", _TYPE, "type-tourism", "type-governance"),
        Edit("a type that is a stage", "me-report-2025/types.ttl", _TYPE, "concept:type-tourism", "concept:ongoing"),
        Edit(
            "a figure of a plan", "scap-2018/project-claims.ttl", _PLANNED, 'asPrinted "11 boule', 'asPrinted "12 boule'
        ),
        Edit("another share", "me-report-2025/claims.ttl", _SHARE_2025, '"25"^^xsd:decimal', '"26"^^xsd:decimal'),
        Edit("a number in a chart of stages", _EXHIBITS, _STAGE, '"1"^^', '"2"^^'),
        Edit("a stage in a chart", _EXHIBITS, _STAGE, "concept:completed", "concept:planning"),
    ),
    "meetings": (
        Edit("an interval on the statement alone", "derived/events.ttl", _INTERVAL, "2023-12-31", "2023-11-30"),
        Edit("a day of a meeting changed", "vna-2021/accounts.ttl", _MEETING, "2021-08-30", "2021-08-31"),
        Edit(
            "a year finer than its source",
            "vna-2021/accounts.ttl",
            _FIFTH,
            '"2021-11"^^xsd:gYearMonth',
            '"2021-11-01"^^xsd:date',
        ),
        Edit("a mode nobody knows", "vna-2021/accounts.ttl", _MEETING, '"online"', '"by post"'),
        Edit("another chair", "vna-2021/accounts.ttl", _MEETING, "brunei-darussalam", "cambodia"),
        Edit(
            "a place of a meeting", "mlit-2019/accounts.ttl", _HIGH_LEVEL, 'placeName "Yokohama"', 'placeName "Tokyo"'
        ),
    ),
    "terms and money": (
        Edit("a term that ends later", "jpnn-2024/offices.ttl", _SHEPHERD, '"2025"^^xsd:gYear', '"2026"^^xsd:gYear'),
        Edit("another amount", "dfat-trust-fund-review/partnerships.ttl", _FUND, '"20000000"', '"30000000"'),
        Edit("a partner", "dfat-trust-fund-review/partnerships.ttl", _FUND, "organisation:", "organisation:x-"),
    ),
    "names in other languages": (
        Edit("a name of another language", "cldr/labels.ttl", _THAI, "@th", "@lo"),
        Edit("a name without a language", "cldr/labels.ttl", _THAI, "@th", ""),
        Edit("a name misspelt", "cldr/labels.ttl", _THAI, "กรุงเทพ", "กรุงเทบ"),
    ),
    "places": (
        Edit("a newer city moved", "geonames/cities.ttl", "city:semarang", "geo:long 110.42083", "geo:long 110.24083"),
    ),
    "framework": (
        Edit("a name", "framework-2018/framework.ttl", "concept:competitive-economy", "Competitive", "Competing"),
    ),
    "statistics of cities": (
        Edit("a density", "scap-2018/statistics.ttl", "claim:population-density-manila-scap-2018", "45.7", "45700"),
        Edit(
            "a density that we compute",
            "derived/statistics.ttl",
            "claim:population-density-manila-computed",
            "46153.8",
            "46135.8",
        ),
    ),
    "studies": (
        Edit("a title", _SOURCES, "source:diplomat-2019", "Thinking Beyond", "Thinking beyond"),
        Edit("an author", _SOURCES, "source:putra-2025-helix", "Bama Andika", "Bama Adika"),
        Edit("where it appeared", _SOURCES, "source:diplomat-2019", "The Diplomat, 2019-11", "The Diplomat, 2019-12"),
        Edit("another subject", _SOURCES, "source:das-woods-kong", "city:banyuwangi", "city:hanoi"),
        Edit(
            "a subject that is none",
            _SOURCES,
            "source:diplomat-2019",
            "net:asean-smart-cities-network",
            "concept:completed",
        ),
        Edit("a DOI", _SOURCES, "source:putra-2025-helix", "174616", "174661"),
    ),
    "types": (
        Edit(
            "an event typed an account",
            "vna-roundtable-2019/accounts.ttl",
            "event:ascn-roundtable-meeting-and-conference-2019",
            "ascn:Event",
            "ascn:EventAccount",
        ),
        Edit("a listing typed a city", _LISTINGS, _LISTING, "a ascn:ProjectListing", "a ascn:MemberCity"),
        Edit("a graph typed a place", "dataset.ttl", "graph:yusa-2018", "void:Dataset", "dcterms:Location"),
    ),
    "counts": (
        Edit("triples of a graph", "dataset.ttl", "graph:yusa-2018", "void:triples 1", "void:triples 2"),
        Edit("triples of all", "dataset.ttl", "<https://w3id.org/ascn/dataset>", "void:triples 4", "void:triples 5"),
        Edit("things", "dataset.ttl", "<https://w3id.org/ascn/dataset>", "void:entities 6", "void:entities 7"),
        Edit("what is inferred by rule", "dataset.ttl", "graph:materialised", "void:triples 5", "void:triples 6"),
    ),
    "releases": (
        Edit("a day of issue", "dataset.ttl", "<https://w3id.org/ascn/dataset>", '"2026-11-27"', '"2026-11-26"'),
        Edit("a version", "dataset.ttl", "<https://w3id.org/ascn/dataset>", '"0.2.0"', '"0.2.1"'),
    ),
    "words of our own": (
        Edit("of a statement", "derived/cities.ttl", "stated:kuala-lumpur-joined", "Year in", "Year n"),
        Edit(
            "of a project",
            "derived/projects.ttl",
            "project:siem-reap-solid-waste-and-wastewater-management",
            "Management",
            "Manageemnt",
        ),
        Edit("of a graph", "dataset.ttl", "graph:vna-2021", "What vna-2021", "What vna-202"),
    ),
    "restated triples": (
        Edit(
            "another subject",
            "aadcp2-asus/framework.ttl",
            "stated:strategy-health-and-well-being-name",
            "rdf:subject concept:strategy-health-and-well-being",
            "rdf:subject concept:type-housing-home",
        ),
        Edit("another predicate", _GEO, "stated:hanoi-latitude", "rdf:predicate geo:lat", "rdf:predicate geo:long"),
    ),
    "time zones": (Edit("of Natural Earth", "natural-earth/cities.ttl", "city:hanoi", "Ho_Chi_Minh", "Bangkok"),),
    ELSEWHERE: (
        # -- Officers
        Edit("a co-holder's row dropped", _OFFICERS, f"tenure:csco-davao-city-{_NARAJOS}"),
        Edit("the only holder's row dropped", _OFFICERS, _ALI),
        Edit("a post dropped", _OFFICERS, "post:csco-hanoi"),
        Edit("a person dropped", _OFFICERS, "person:budi-santoso"),
        Edit("a designation dropped", _OFFICERS, "title:davao-city-information-technology-officer-ii"),
        Edit("an officer moved to another city", _OFFICERS, _ALI, "post:csco-bandar-seri-begawan", "post:csco-bangkok"),
        Edit("another city's officer put in", _OFFICERS, _ALI, "person:haji-ali-matyassin", "person:budi-santoso"),
        Edit(
            "another city's designation put in",
            _OFFICERS,
            "tenure:csco-banyuwangi-budi-santoso",
            "title:banyuwangi-head-of-informatics-communications-and-encryption-banyuwangi-government",
            "title:davao-city-information-technology-officer-ii",
        ),
        Edit("a designation reworded", _OFFICERS, "title:davao-city-information-technology-officer-ii", "II", "2"),
        Edit("a name misspelt as printed", _OFFICERS, _ALI, '"Haji Ali Matyassin" ;', '"Haji Ali Matyasin" ;'),
        Edit(
            "a slug given to two people", _OFFICERS, "person:budi-santoso", "person:budi", "person:haji-ali-matyassin #"
        ),
        Edit("an address added to a name", _OFFICERS, "person:budi-santoso", "Santoso", "Santoso <budi@example.org>"),
        Edit(
            "a start invented",
            _OFFICERS,
            _ALI,
            "ascn:asPrinted",
            "ascn:published '2018-07-08'^^xsd:date ; ascn:asPrinted",
        ),
        Edit(
            "an alternate made the officer", _LIST, "post:csco-alternate-cebu-city", "officer-alternate ;", "officer ;"
        ),
        Edit(
            "a National Representative given to a city",
            _LIST,
            "post:national-representative-malaysia",
            "ascn:forMemberState state:malaysia",
            "ascn:forCity city:singapore",
        ),
        # -- Agreements and funding
        Edit("a party removed", _AGREEMENTS, _NAMED, "organisation:japan-external-trade-organization, ", ""),
        Edit(
            "a party invented",
            _AGREEMENTS,
            "agreement:asean-2018-unnamed-2",
            "ascn:agreementKind",
            "ascn:party organisation:australia ; ascn:agreementKind",
        ),
        Edit("an unnamed agreement dropped", _AGREEMENTS, "agreement:asean-2018-unnamed-3"),
        Edit(
            "the network made a party",
            _AGREEMENTS,
            _NAMED,
            "organisation:united",
            "net:asean-smart-cities-network, organisation:united",
        ),
        Edit("another currency", _AGREEMENTS, _AUSTRALIA, '"AUD"', '"USD"'),
        Edit("a currency sign", _AGREEMENTS, _AUSTRALIA, '"AUD"', '"A$"'),
        Edit("a zero lost", _AGREEMENTS, _AUSTRALIA, "30000000", "3000000"),
        Edit("a month that is none", _AGREEMENTS, _AUSTRALIA, "2018-03", "2018-13"),
        Edit("another month", _AGREEMENTS, _AUSTRALIA, "2018-03", "2018-04"),
        Edit("an agreement of another year", _AGREEMENTS, _NAMED, '"2018-07"', '"2019-07"'),
        Edit("another number of agreements", _AGREEMENTS, _OPENING, "agreementCount 5", "agreementCount 6"),
        # -- Evidence
        Edit("evidence shifted by one character", _OFFICERS, _SPAN.format("3947,3965"), "begin 3947", "begin 3948"),
        Edit("the IRI of evidence shifted", _OFFICERS, _SPAN.format("3947,3965"), "3947,3965", "3948,3966"),
        Edit("a fact pointed at the next span", _OFFICERS, _ALI, "char=3947,3965", "char=3947,3964"),
        Edit("a quote altered", _OFFICERS, _SPAN.format("3947,3965"), "Matyassin", "Matyasseen"),
        Edit("a quote altered at equal length", _OFFICERS, _SPAN.format("3947,3965"), "Matyassin", "Matyassim"),
        Edit("a digit of a hash", _OFFICERS, _SPAN.format("3947,3965"), "d5ce1f73", "d5ce1f74"),
        Edit("a line number", _OFFICERS, _SPAN.format("3947,3965"), "line 88", "line 888"),
        Edit("evidence dropped", _OFFICERS, _SPAN.format("3947,3965")),
        Edit("a fact without evidence", _NETWORK, "stated:network-name", "prov:wasDerivedFrom", "rdfs:seeAlso"),
        # -- Network and cities
        Edit("another number of pilot cities", _NETWORK, "net:asean-smart-cities-network", "Count 26", "Count 25"),
        Edit("a statement dropped", _NETWORK, "stated:network-acronym"),
        Edit("a misspelling made a name", _NETWORK, "net:asean-smart-cities-network", "hiddenLabel", "altLabel"),
        Edit("a pilot city dropped", _CITIES, "city:phuket"),
        Edit("a second label", _CITIES, "city:phuket", '"Phuket"@en', '"Phuket"@en, "Phuket City"@en'),
        Edit("a label without its language", _CITIES, "city:phuket", '"Phuket"@en', '"Phuket"'),
        Edit("a decomposed accent", _CITIES, "stated:phuket-name", "Name of Phuket", "Name of Phuke\u0301t"),
        Edit("a class nobody declared", _CITIES, "city:phuket", "ascn:PilotCity", "ascn:PilotTown"),
        Edit(
            "a city of another state",
            "contact-list-2026/cities.ttl",
            "city:bangkok",
            "state:thailand",
            "state:malaysia",
        ),
        Edit(
            "latitude and longitude swapped",
            "geonames/cities.ttl",
            "city:da-nang",
            "geo:lat 16.06778",
            "geo:lat 108.22083",
        ),
        Edit("a coordinate altered", "geonames/cities.ttl", "city:da-nang", "16.06778", "16.07678"),
        Edit(
            "a match made an identity",
            "geonames/cities.ttl",
            "city:da-nang",
            "ascn:gazetteerMatch",
            "<http://www.w3.org/2002/07/owl#sameAs>",
        ),
        Edit("a code in small letters", "iso-3166/member-states.ttl", "state:malaysia", '"MYS"', '"mys"'),
        Edit("a day that is none", "asean-japan-centre/accession.ttl", "state:viet-nam", "1995-07-28", "1995-02-30"),
        Edit("a chair of another year", _NETWORK, "chairmanship:singapore-2018", '"2018"', '"2019"'),
        # -- Claims, citations, map
        Edit("a forecast stated as a fact", _CLAIMS, _SHARE, '"expected"', '"stated"'),
        Edit("a share above all", _CLAIMS, _SHARE, '"40"', '"400"'),
        Edit("a unit lost", _CLAIMS, _SHARE, '    ascn:unit "percent" ;\n', ""),
        Edit("a number in another form", _CLAIMS, "concept:middleweight-city", " 200000 ", " 0200000 "),
        Edit("a date of access altered", _CITATIONS, "citation:c5", "2018-08-02", "2018-08-20"),
        Edit("read before it was published", _CITATIONS, "citation:c1", '"2018-04-30"', '"2017-04-30"'),
        Edit("another archive date", _CITATIONS, "citation:c2", '"2019-03-06"', '"2019-03-07"'),
        Edit("a property misspelt", _CITATIONS, "citation:c5", "ascn:accessed", "ascn:acessed"),
        Edit("a link to nowhere", _CITATIONS, "citation:c5", "source:today-agreements-2018", "source:today-2018"),
        Edit("a rectangle inverted", _MAP, _MANDALAY, "width 332", "width -332"),
        Edit("a rectangle moved", _MAP, _MANDALAY, "x 168", "x 186"),
        Edit("a rectangle of another city", _MAP, _MANDALAY, "city:mandalay", "city:manila"),
        Edit("a place in reading order given twice", _MAP, _MANDALAY, "order 1", "order 2"),
        Edit(
            "a source without trust",
            "sources.ttl",
            "source:scap-2018",
            "    ascn:trust concept:primary-mirrored ;\n",
            "",
        ),
        Edit("a node without an IRI", _NETWORK, "stated:network-name", "stated:network-name", "[]"),
        # -- The living network
        Edit("a listing dropped", _LISTINGS, _LISTING),
        Edit(
            "an event that only its accounts name",
            "me-report-2024/accounts.ttl",
            "event:asean-norway-business-policy-and-stakeholder-engagement",
        ),
        Edit(
            "the name of a thing",
            "un-habitat-asus-evaluation/partnerships.ttl",
            "organisation:un-habitat",
            '    rdfs:label "UN-Habitat" ;\n',
            "",
        ),
        Edit(
            "a letter of an IRI",
            "me-report-2022/exhibits.ttl",
            "claim:exhibit-2022-yangon-ongoing-civic-and-social",
            "civic-and-social\n",
            "civicand-social\n",
        ),
        Edit("a listing without its page", _LISTINGS, f"<{_REPORT}#record=A.2>", "    ascn:page 28 ;\n", ""),
        Edit(
            "a listing given to two projects",
            "derived/projects.ttl",
            _PROJECT,
            "a-2 ,",
            "a-2, listing:me-report-2025-a-3 ,",
        ),
        Edit("a listing without its number", _LISTINGS, _LISTING, "    ascn:listNumber 2 ;\n", ""),
        Edit(
            "an amount without its currency",
            "dfat-trust-fund-review/partnerships.ttl",
            _FUND,
            '    ascn:currency "AUD" ;\n',
            "",
        ),
        Edit(
            "a time zone of the other gazetteer",
            "natural-earth/cities.ttl",
            "stated:banyuwangi-time-zone-natural-earth",
            "Makassar",
            "Jakarta",
        ),
    ),
}


class Found(NamedTuple):
    """What plain validation finds: the rule, and what tells a finding from others wherever its line comes to stand."""

    rule: str
    fingerprint: str
    message: str


class Trial:
    """Edits that are made together, no two in one block, and what plain validation finds then.

    Attributes:
        edits: the edits.
        found: what is found, with the file and the line of each place where it stands.
    """

    def __init__(self) -> None:
        """Begin with no edit."""
        self.edits: list[Edit] = []
        self.found: dict[Found, set[tuple[str, int]]] = {}
        self._before: dict[str, str] = {}

    def takes(self, edit: Edit) -> bool:
        """Return whether no edit of the same block is here."""
        return all((edit.file, edit.subject) != (other.file, other.subject) for other in self.edits)

    def _edited(self, file: str, *, without: Edit | None = None) -> str:
        text = self._before[file]
        for edit in self.edits:
            if edit.file == file and edit is not without:
                text = edit.apply(text)
        return text

    def validate(self, checkout: Path) -> None:
        """Make the edits in a copy of the checkout, keep what is found, and take the edits back."""
        data = checkout / "data"
        self._before = {file: (data / file).read_text(encoding="utf-8") for file in {edit.file for edit in self.edits}}
        try:
            for file in self._before:
                (data / file).write_text(self._edited(file), encoding="utf-8", newline="\n")
            results = validate([data]).results
        finally:
            for file, text in self._before.items():
                (data / file).write_text(text, encoding="utf-8", newline="\n")
        for result in results:
            place = Path(result.location.file).relative_to(checkout).as_posix(), result.location.line
            self.found.setdefault(Found(result.component, result.fingerprint, result.message), set()).add(place)

    def finds(self, kind: str, edit: Edit) -> set[Found]:
        """Return what is found at the first line that an edit changes, or anywhere where its kind is `elsewhere`."""
        if kind == ELSEWHERE:
            return {one for one in self.found if one.rule not in ("count-of-triples", "extract-hash")}
        texts = (self._edited(edit.file, without=edit), self._edited(edit.file))
        lines = zip(*(text.splitlines() for text in texts), strict=False)
        changed = next(number for number, (old, new) in enumerate(lines, 1) if old != new)
        return {one for one, places in self.found.items() if (f"data/{edit.file}", changed) in places}


def copy(place: Path) -> None:
    """Copy what an edit needs of this checkout."""
    for folder in ("data", "ontology", "queries"):
        shutil.copytree(ROOT / folder, place / folder)
    shutil.copy(ROOT / "graph.toml", place)


def found(place: Path, kinds: Mapping[str, Iterable[Edit]]) -> dict[tuple[str, Edit], set[Found]]:
    """Return what finds each edit, of many that are made at a time in a copy of the checkout.

    Each edit of the kind `elsewhere` is made in two trials, and no other such edit in the same two. What is found in
    these two and in no other trial is brought about by it: by no other edit, nor by two of them together. An edit that
    others hide is made alone.
    """
    trials = [Trial()]
    where: dict[tuple[str, Edit], tuple[Trial, ...]] = {}
    # Those that need two trials go first.
    for kind in sorted(kinds, key=lambda kind: kind != ELSEWHERE):
        for edit in kinds[kind]:
            while (kind, edit) not in where:
                free = sorted((trial for trial in trials if trial.takes(edit)), key=lambda trial: len(trial.edits))
                taken = {frozenset(chosen) for chosen in where.values()}
                pairs = (pair for pair in combinations(free, 2) if frozenset(pair) not in taken)
                chosen = next(pairs, None) if kind == ELSEWHERE else tuple(free[:1])
                if not chosen:
                    trials.append(Trial())
                    continue
                where[kind, edit] = chosen
                for trial in chosen:
                    trial.edits.append(edit)
    for trial in trials:
        trial.validate(place)
    told = {}
    for (kind, edit), chosen in where.items():
        told[kind, edit] = set.intersection(*(trial.finds(kind, edit) for trial in chosen))
        if kind == ELSEWHERE:
            told[kind, edit] -= set[Found]().union(*(trial.found for trial in trials if trial not in chosen))
        if not told[kind, edit]:
            alone = Trial()
            alone.edits.append(edit)
            alone.validate(place)
            told[kind, edit] = alone.finds(kind, edit)
    return told


def main() -> int:
    """Make every edit and print what finds it."""
    kinds = {kind: edits for kind, edits in PLANTED.items() if kind in (sys.argv[1:] or PLANTED)}
    with tempfile.TemporaryDirectory() as folder:
        copy(Path(folder))
        told = found(Path(folder), kinds)
    for kind, edits in kinds.items():
        for edit in edits:
            rules = sorted({one.rule.rpartition("#")[2] for one in told[kind, edit]})
            print(f"{kind:<24} {edit.what:<42} {', '.join(rules) or 'NOT FOUND'}")
    missed = sum(not one for one in told.values())
    print(f"{len(told) - missed} of {len(told)} planted edits of {len(kinds)} kinds found")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
