"""For each table that the living network was read from: rows, rows in the graph, rows left out and why.

python tests/accounting.py [--quiet]      one line a table; without --quiet each reason as well
"""

from __future__ import annotations

import csv
import re
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from pyoxigraph import Literal

import ascn_graph as ascn

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT.parent / "shared" / "facts" / "living"


class Account(NamedTuple):
    """What became of the rows of one table."""

    rows: int
    kept: int
    left_out: Counter[str]


Row = dict[str, str]


def _texts(graph: ascn.Graph) -> set[str]:
    """Return every literal of the graph as text, numbers without trailing zeros."""
    found = graph.sparql("SELECT DISTINCT ?value { ?thing ?property ?value FILTER(ISLITERAL(?value)) }")
    return {str(row.terms[0].value) for row in found if isinstance(row.terms[0], Literal)}


def _event(row: Row) -> str:
    if row["event"].startswith("me-report"):
        return "the date of the source itself, ascn:asOf"
    return ""


def _claim(row: Row) -> str:
    reasons = (
        (row["kind"] == "project-succession", "in the graph as ascn:laterName"),
        (row["kind"] == "report" and row["predicate"] == "as of", "the date of the source itself, ascn:asOf"),
        (row["kind"] == "official" or row["id"] in ("E055", "E056", "E061"), "names who holds no post of the network"),
        (row["value"] == "NOT FOUND", "what was not found is no statement"),
        (row["id"] in ("E016", "E017"), "a rule in prose; data/concept-note-2018 has it in our words"),
        (row["kind"] in ("focus-area", "strategic-outcome", "urban-system"), "in the graph as a concept"),
        (row["source"].startswith(("S20", "http")), "the source is none that is described here"),
    )
    return next((reason for holds, reason in reasons if holds), "")


def _label(row: Row) -> str:
    if "\u200b" in row["label"]:
        return "holds a zero-width space"
    if row["source"] == "S30" and re.search("ISO 3166 name|common name", row["note"]):
        return "CLDR has the name"
    if "SUBDIVISION" in row["note"]:
        return "names a first-level subdivision that is not the city"
    return ""


def _framework(row: Row) -> str:
    return {"count": "a count without a name"}.get(row["kind"], "")


def _never(reason: str) -> Callable[[Row], str]:
    return lambda _row: reason


def _chair(row: Row) -> str:
    return "a rule in prose, without a figure" if row["role"].startswith("rule") and not row["term_as_stated"] else ""


def _planned(row: Row) -> list[str]:
    told = (row["date_stated"].partition(" (named in")[0], row["figure_stated"], row["partner_named"])
    return [row["title"], *filter(None, told)]


def _type(row: Row) -> list[str]:
    state, report = row["country"].removeprefix("The "), row["report"]
    kind = (
        row["project_type"].replace("Resource Access", "Resources Access").replace("Surveillance, &", "Surveillance &")
    )
    shares = [f"{row[f'{stage}_pct']} {stage}" for stage in ("completed", "ongoing", "planning") if row[f"{stage}_pct"]]
    told = [f"{row['count']}, {kind}", f"{row['projects_stated']} projects", *shares]
    return [f"{state} in the chart of types of {report}: {one}" for one in told]


def _told(row: Row) -> list[str]:
    if row["event"].startswith("membership-count"):
        return [row["event"].rsplit("-", 1)[1]]
    return [row["start"]] if row["start"] else []


#: A table, the texts of a row that must be in the graph, and why a row may be left out.
TABLES: dict[str, tuple[Callable[[Row], list[str]], Callable[[Row], str]]] = {
    "projects_me.csv": (lambda row: [row["project"]], _never("")),
    "projects_2025_me.csv": (lambda row: [row["project"]], _never("")),
    "projects_2018_scap.csv": (lambda row: [row["title"]], _never("")),
    "projects_2018_scap_more.csv": (_planned, _never("")),
    "projects_2019_ascn.csv": (lambda row: [row["project"]], _never("")),
    "project_matches.csv": (lambda row: [row["title_a"], row["title_b"]], _never("")),
    "events.csv": (_told, _event),
    "chairs.csv": (lambda row: [row["term_as_stated"]] if row["term_as_stated"] else [], _chair),
    "claims_me.csv": (
        lambda row: [
            row["value"].replace("lntharak", "Intharak").split(", ")[0]
            if row["kind"] == "officer-2019"
            else row["value"]
        ],
        _claim,
    ),
    "claims.csv": (lambda row: [row["value"]], _claim),
    "partners.csv": (lambda row: [row["name"]], _never("")),
    "framework.csv": (lambda row: [row["label"]], _framework),
    "labels_checked.csv": (lambda row: [row["label"]], _label),
    "city_stats_2018.csv": (
        lambda row: [re.sub(r"\.0$", "", row["density_stated"])] if row["density_stated"] else [],
        _never(""),
    ),
    "studies.csv": (
        lambda row: [f"https://doi.org/{row['doi']}" if row["doi"] else row["url"]],
        lambda row: "known only from a bibliography" if row["found_in"] == "S131 only" else "",
    ),
    "exhibit2_city_status.csv": (lambda row: [row["count"]], _never("")),
    "exhibit3_country_types.csv": (_type, _never("")),
}


def account(name: str, graph: ascn.Graph) -> Account:
    """Return what became of the rows of a table: in the graph where its texts are, else left out for the reason.

    Raises:
        LookupError: a row is not in the graph and nothing says why.
    """
    texts = _texts(graph)
    wanted, reason = TABLES[name]
    with (FOLDER / name).open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    kept, left = 0, Counter[str]()
    for number, row in enumerate(rows, 2):
        why = reason(row)
        if all(text in texts for text in wanted(row)) and (wanted(row) or not why):
            kept += 1
        elif why:
            left[why] += 1
        else:
            raise LookupError(f"{name}:{number}: {wanted(row)} is not in the graph, and nothing says why.")
    return Account(len(rows), kept, left)


def main() -> int:
    """Print the account of every table."""
    if not FOLDER.is_dir():
        print(f"{FOLDER} is not there: nothing to account for")
        return 0
    graph = ascn.load()
    for name in TABLES:
        found = account(name, graph)
        print(f"{name:<32} {found.rows:>4} rows, {found.kept:>4} in the graph, {found.rows - found.kept:>4} left out")
        if "--quiet" not in sys.argv[1:]:
            for why, number in sorted(found.left_out.items()):
                print(f"{'':<32} {number:>4} {why}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
