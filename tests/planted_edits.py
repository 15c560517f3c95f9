"""Single edits of the data outside the article, each of which plain `ascn validate` must find at its line.

    python tests/planted_edits.py [KIND …]   make each edit on a copy of the data, and say where it is found

An edit is one text put for another in the block of one subject. Found at its line means: a violation stands at the
first line that the edit changes. The SHA-256 of an extract and counts, which other edits change too, do not count.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from seeded_edits import Edit, copy

from ascn_graph.errors import InputError
from ascn_graph.validation import UnusableInput, validate

_LIST, _PLANS = "contact-list-2026/officers.ttl", "scap-2018/plans.ttl"
_GEO, _ISO, _CITIES = "geonames/cities.ttl", "iso-3166/member-states.ttl", "contact-list-2026/cities.ttl"
_SCAP, _NOTE, _PAGE = "scap-2018/officers.ttl", "concept-note-2018/roles.ttl", "secretariat-page-2026/network.ttl"
_OVERVIEW, _JOINED = "asean-overview/accession.ttl", "secretariat-page-2026/cities.ttl"
_POPULATION = "claim:population-hanoi-scap-2018"
_NAZRI = "tenure:national-representative-brunei-darussalam-mohammad-nazri-mohammad-yusof"
_ADRIAN = "tenure:csco-alternate-bandar-seri-begawan-adrian-rahaman"
_ALI = "tenure:csco-bandar-seri-begawan-haji-ali-matyassin"
_SOURCES = "sources.ttl"

#: By kind.
PLANTED = {
    "digits": (
        Edit("a population", _PLANS, _POPULATION, "7600000", "7500000"),
        Edit("a population of a gazetteer", _GEO, "claim:population-hanoi-geonames", "8053663", "8053633"),
        Edit("a latitude, stated and restated", _GEO, "stated:hanoi-latitude", "21.0245", "21.0254"),
        Edit("a forecast", _NOTE, "claim:concept-note-urban-population-2030", "90000000", "80000000"),
        Edit("a share", _NOTE, "claim:concept-note-share-of-growth", '"40"', '"45"'),
        Edit("a number of cities", _PAGE, "claim:member-cities-2026", '"38"', '"39"'),
        Edit("how many a rule allows", _NOTE, "nomination:concept-note-cities", "number 3", "number 4"),
    ),
    "names": (
        Edit("a name as printed", _LIST, _ADRIAN, '"Mr. Adrian Rahaman"', '"Mr. Adrian Rahman"'),
        Edit("a courtesy title", _LIST, _NAZRI, '"Ir. Mohammad', '"Dr. Mohammad'),
        Edit("the label of a person", _LIST, "person:adrian-rahaman", '"Adrian Rahaman"', '"Adrian Rahamen"'),
        Edit("the label of a city", _CITIES, "city:denpasar", '"Denpasar"', '"Denpassar"'),
        Edit("another spelling", _CITIES, "city:hanoi", '"Ha Noi"', '"Ha Noy"'),
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
        Edit("a page of an officer", _SCAP, _ALI, "page=5>", "page=7>"),
        Edit("a page of a rule", _NOTE, "claim:concept-note-share-of-growth", "page=1>", "page=4>"),
    ),
    "records": (
        Edit("a neighbour's record", _LIST, _NAZRI, "record=BN.NR", "record=KH.NR"),
        Edit("another post's record", _LIST, "post:csco-battambang", "KH.battambang.CSCO", "KH.phnom-penh.CSCO"),
        Edit("another city's record", _CITIES, "stated:bangkok-member-state", "TH.bangkok", "TH.phuket"),
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
        Edit("a member state", _CITIES, "city:denpasar", "state:indonesia", "state:malaysia"),
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
    ),
    "addresses": (
        Edit("of a source", _SOURCES, "source:natural-earth", "natural-earth-geojson", "natural-earth-json"),
        Edit("a publisher", _SOURCES, "source:lokmat-2025", "Lokmat Times", "Lokmat Time"),
    ),
}


def found(place: Path, edit: Edit) -> tuple[int, list[tuple[int, str]]]:
    """Make an edit, return its line and what is found in its file by line, and take the edit back."""
    path = place / "data" / edit.file
    before = path.read_text(encoding="utf-8")
    after = edit.apply(before)
    lines = zip(before.splitlines(), after.splitlines(), strict=False)
    line = next(number for number, (old, new) in enumerate(lines, 1) if old != new)
    path.write_text(after, encoding="utf-8", newline="\n")
    try:
        results = validate([place / "data"]).results
        return line, [(r.location.line, r.component) for r in results if Path(r.location.file) == path]
    except UnusableInput as error:
        return line, [(fault.line, "input") for fault in error.faults if isinstance(fault, InputError)]
    finally:
        path.write_text(before, encoding="utf-8", newline="\n")


def main() -> int:
    """Make every edit and print what finds it."""
    missed = total = 0
    with tempfile.TemporaryDirectory() as folder:
        copy(Path(folder))
        for kind, edits in PLANTED.items():
            if sys.argv[1:] and kind not in sys.argv[1:]:
                continue
            for edit in edits:
                line, results = found(Path(folder), edit)
                rules = sorted({rule.rpartition("#")[2] for at, rule in results if at == line})
                missed += not rules
                total += 1
                print(
                    f"{kind:<18} {edit.what:<34} {edit.file}:{line} {', '.join(rules) or f'NOT FOUND {results}'}",
                    flush=True,
                )
    print(f"{total - missed} of {total} planted edits of {len(PLANTED)} kinds found at their line")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
