"""`ascn diff`: what changed between two releases, by thing, in words and as the record that the site reads."""

from __future__ import annotations

import json
import shutil
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from conftest import ROOT, need

import ascn_graph
from ascn_graph.cli import main
from ascn_graph.errors import InputError

MUSEUM = ROOT / "tests" / "graphs" / "museum"
ATOM = "{http://www.w3.org/2005/Atom}"
HEAD = "@prefix work: <https://museum.example/id/work/> .\n@prefix hm: <https://museum.example/terms#> .\n"
RDFS = "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"


@pytest.fixture
def releases(tmp_path) -> tuple[Path, Path]:
    """Return two releases of the museum: the later has a new work and another label of one more."""
    old, new = tmp_path / "old", tmp_path / "new"
    for folder in (old, new):
        shutil.copytree(MUSEUM, folder)
    (old / "data/guide-1998/more.ttl").write_text(
        f'{HEAD}{RDFS}work:bell a hm:Work ; rdfs:label "Bell"@en .\n', "utf-8"
    )
    (new / "data/guide-1998/more.ttl").write_text(
        f'{HEAD}{RDFS}work:bell a hm:Work ; rdfs:label "Ship\'s bell"@en .\n'
        'work:anchor a hm:Work ; rdfs:label "An anchor, \\"rusty\\""@en .\n',
        "utf-8",
    )
    return old, new


def record(old: Path, new: Path, capsysbinary) -> dict:
    """Return what the command writes as JSON."""
    assert main(["diff", str(old), str(new), "--format", "json"]) == 0
    return json.loads(capsysbinary.readouterr().out)


def test_what_was_added_and_changed_is_told_by_thing(releases, capsysbinary):
    """The new work is added, the renamed one changed, with both labels; the other way round it is removed."""
    old, new = releases
    found = record(old, new, capsysbinary)
    anchor = {"iri": "https://museum.example/id/work/anchor", "name": 'An anchor, "rusty"', "kind": "work"}
    assert found["added"] == [anchor]
    assert found["removed"] == []
    (change,) = found["changed"]
    assert (change["name"], change["kind"]) == ("Ship's bell", "work")
    assert [one["value"] for one in change["added"]] == ["Ship's bell"]
    assert [one["value"] for one in change["removed"]] == ["Bell"]
    assert record(new, old, capsysbinary)["removed"] == [anchor]
    assert main(["diff", str(old), str(new)]) == 0
    told = capsysbinary.readouterr().out.decode()
    assert "1 thing added, 1 changed, 0 removed" in told
    assert 'added: 1 work: An anchor, "rusty"' in told


def test_equal_releases_differ_in_nothing(releases, capsysbinary):
    """A release against itself has no change, whatever the order of its files."""
    found = record(releases[0], releases[0], capsysbinary)
    assert (found["added"], found["removed"], found["changed"]) == ([], [], [])


@pytest.mark.thorough
def test_two_graphs_without_a_thing_in_common_are_refused(tmp_path, capsysbinary):
    """Releases of different graphs end with 2 and a sentence, not with everything removed or nothing changed."""
    for name in ("one", "other"):
        (tmp_path / f"{name}.ttl").write_text(
            f"<https://{name}.example/thing> a <https://{name}.example/Kind> .\n", "utf-8"
        )
    assert main(["diff", *(str(tmp_path / f"{name}.ttl") for name in ("one", "other"))]) == 2
    assert main(["diff", str(MUSEUM), str(ROOT)]) == 2
    assert b"no thing in common" in capsysbinary.readouterr().err
    assert main(["diff", str(MUSEUM), "no-such-folder"]) == 3


@pytest.mark.thorough
def test_the_site_tells_of_each_recorded_release(releases):
    """The page and the feed of what is new have an entry a record, the latest first; without records, none."""
    need("module:jinja2")
    from ascn_graph.publishing.site import SiteFiles

    old, new = releases
    folder = new / "data" / "changes"
    folder.mkdir()
    for version, day in (("0.2.0", "2026-02-01"), ("0.10.0", "2026-03-01")):
        assert main(["diff", str(old), str(new), "--format", "json", "-o", str(folder / f"{version}.json")]) == 0
        written = json.loads((folder / f"{version}.json").read_text("utf-8"))
        (folder / f"{version}.json").write_text(json.dumps(written | {"to": version, "date": day}), "utf-8")
    files = dict(SiteFiles(ascn_graph.load(new), "https://museum.example/site/").files())
    assert b"An anchor" in files["news.html"]
    feed = ET.fromstring(files["news.atom"])
    assert [one.findtext(f"{ATOM}title") for one in feed.iter(f"{ATOM}entry")] == [
        "Harbour Museum 0.10.0",
        "Harbour Museum 0.2.0",
    ]
    assert feed.findtext(f"{ATOM}updated") == "2026-03-01T00:00:00Z"
    for element in (feed, *feed.iter(f"{ATOM}entry")):
        assert all(element.findtext(f"{ATOM}{name}") for name in ("id", "title", "updated"))
    assert feed.find(f"{ATOM}author/{ATOM}name") is not None
    ids = [one.text for one in feed.iter(f"{ATOM}id")]
    assert len(ids) == len(set(ids)) == 3
    empty = ET.fromstring(dict(SiteFiles(ascn_graph.load(old), "https://museum.example/site/").files())["news.atom"])
    assert list(empty.iter(f"{ATOM}entry")) == []
    assert empty.findtext(f"{ATOM}updated")


def test_a_record_that_is_none_is_told_at_its_file(releases):
    """A file in data/changes that `ascn diff` did not write stops the build with its name."""
    need("module:jinja2")
    from ascn_graph.publishing.site import SiteFiles

    folder = releases[1] / "data" / "changes"
    folder.mkdir()
    (folder / "0.2.0.json").write_text('{"to": "0.2.0"}', "utf-8")
    with pytest.raises(InputError, match=r"0\.2\.0\.json.*not a record"):
        list(SiteFiles(ascn_graph.load(releases[1]), "https://museum.example/site/").files())
