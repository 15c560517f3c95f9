"""Tests of the documentation: what it names exists, what it shows runs, and what it promises is in the data."""

from __future__ import annotations

import ast
import csv
import re
import shlex
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import documents
import pytest
import yaml
from conftest import ROOT, command, need
from documents import PAGES
from ours import ONTOLOGY, PREFIXES, thing_iri
from pyoxigraph import NamedNode, RdfFormat, parse

import ascn_graph
from ascn_graph import profile
from ascn_graph.cli import COMMANDS, Parser, main
from ascn_graph.sparql import catalogue
from ascn_graph.validation import validate

MODEL = ROOT / "docs" / "model.md"
FOLDERS = {"ontology", "data", "queries", "ascn_graph", "tests", "docs", "benchmarks", "LICENSES", ".ci", ".github"}
#: What others wrote, which stays as they wrote it.
FOREIGN = ("ascn_graph/publishing/vendor/", "tests/conformance/", "LICENSES/Apache", "LICENSES/CC", "LICENSES/LGPL")
by_page = pytest.mark.parametrize("page", PAGES, ids=documents.name)


@cache
def options(name: str) -> frozenset[str]:
    """Return the options of one sub-command, with those that every one has."""
    common = {"--debug", "--help", "--version"}
    if find_spec(f"ascn_graph.cli.{name}") is None:
        return frozenset()
    parser = Parser(prog=name, add_help=False)
    import_module(f"ascn_graph.cli.{name}").configure(parser)
    return frozenset(common | {option for action in parser._actions for option in action.option_strings})


@cache
def script_options() -> frozenset[str]:
    """Return the options of the programs in tests/ and benchmarks/."""
    texts = [path.read_text("utf-8") for place in ("tests", "benchmarks") for path in ROOT.joinpath(place).glob("*.py")]
    return frozenset(re.findall(r'"(--[a-z-]+)"', "\n".join(texts)))


def uses(page: Path) -> list[tuple[str, str]]:
    """List each use of `ascn` in the code of a page: the sub-command and what follows it up to a pipe or comment."""
    lines = [*documents.codes(page)]
    for fence in documents.fences(page):
        lines += fence.text.replace("\\\n", " ").splitlines() if fence.language != "python" else []
    found = [re.search(r"(?:^|[ /])ascn ([a-z][a-z-]*)((?:(?! [#|;&]).)*)", line) for line in lines]
    return [(match[1], match[2]) for match in found if match]


@by_page
def test_every_link_leads_somewhere(page):
    """A relative link names a file of the repository, its fragment a heading there."""
    broken = []
    for target in documents.links(page):
        path, _, fragment = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        if not file.exists() or (fragment and file.suffix == ".md" and fragment not in documents.anchors(file)):
            broken.append(target)
    assert broken == []


@by_page
def test_every_file_named_exists(page):
    """What looks like a path of the repository, in prose or behind `python` and `bash`, is one."""
    named = [code for code in documents.codes(page) if re.fullmatch(r"[\w.*-]+(/[\w.*-]*)+", code)]
    named += [code for code in documents.codes(page) if re.fullmatch(r"[A-Z][A-Za-z]+\.(md|cff)|pyproject\.toml", code)]
    for fence in documents.fences(page):
        named += re.findall(r"\b(?:python3?|bash) ((?:tests|benchmarks|\.ci)/[\w./-]+)", fence.text)
    ours = [path for path in named if path.split("/")[0] in FOLDERS or "/" not in path]
    assert [path for path in ours if not list(ROOT.glob(path.rstrip("/")))] == []


@by_page
def test_every_command_and_option_exists(page):
    """Each sub-command of `ascn`, each of its options, and each named query that a page shows is there."""
    queries = catalogue.load(profile.packaged())
    wrong = []
    for name, rest in uses(page):
        if name not in COMMANDS or not options(name):
            wrong.append(f"ascn {name}")
            continue
        wrong += [
            f"ascn {name} {option}" for option in re.findall(r"--[a-z][a-z-]*", rest) if option not in options(name)
        ]
        asked = re.match(r" ([a-z][a-z-]+)(?= |$)", rest)
        if name == "query" and asked and asked[1] not in queries and "--data" not in rest:
            wrong.append(f"ascn query {asked[1]}")
    everything = frozenset().union(*(options(name) for name in COMMANDS), script_options())
    alone = [option for code in documents.codes(page) for option in re.findall(r"^--[a-z][a-z-]*", code)]
    assert wrong + [option for option in alone if option not in everything] == []


@by_page
def test_every_term_named_is_declared(page):
    """A name with the prefix `ascn:` is a term of the ontology."""
    declared = (ROOT / "ontology" / "ascn.ttl").read_text("utf-8")
    terms = set(re.findall(r"\bascn:([A-Za-z]\w*)", page.read_text("utf-8")))
    assert {term for term in terms if not re.search(rf"^ascn:{term}\n", declared, re.MULTILINE)} == set()


@pytest.fixture(scope="module")
def checkout(tmp_path_factory) -> Path:
    """Copy what a command may read, so that what it writes does not touch the checkout."""
    place = tmp_path_factory.mktemp("checkout")
    for folder in ("data", "ontology", "queries", "tests", "benchmarks", "docs"):
        shutil.copytree(ROOT / folder, place / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "graph.toml", place)
    return place


@pytest.fixture
def playground(checkout) -> Iterator[Path]:
    """Return the copy, and remove what the commands of one page have written beside it."""
    before = {*checkout.iterdir()}
    yield checkout
    for path in {*checkout.iterdir()} - before:
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def run(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run one line of a page as a reader would, with our `ascn` and its Python first on the path."""
    need("ascn", "bash")
    path = f"{Path(str(command('ascn'))).parent}:/usr/local/bin:/usr/bin:/bin"
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", line],
        cwd=folder,
        env={
            "PATH": path,
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(ROOT),
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=120,
    )


#: What many pages show and takes seconds; it writes nothing, so once it has ended well it would end so again.
READS_ONLY = {"ascn validate"}
#: `.ci/run` runs the same with more mutants.
RAN: set[str] = {"ascn mutate --sample 50"}


def small(line: str) -> str:
    """Return a command with the museum to publish: that the whole graph is published so, other tests hold."""
    if line.startswith("ascn publish ") and "--data" not in line:
        return f"{line} --data {ROOT / 'tests' / 'graphs' / 'museum'}"
    return line


@pytest.mark.docs
@pytest.mark.parametrize("page", [page for page in PAGES if documents.commands(page)], ids=documents.name)
def test_every_command_shown_runs(page, playground, capsys, monkeypatch):
    """Each `ascn` line of a shell block ends as its comment says: with 0, or with `# exit N`.

    Left out are servers, `--endpoint`, and lines whose comment begins with "network" or "server". The pages of single
    queries show one plain command each, which needs no shell.
    """
    monkeypatch.chdir(playground)
    wrong = []
    for shown in documents.commands(page):
        if not shown.runs_alone or shown.text in RAN:
            continue
        if page.parent.name == "queries":
            code = main(shlex.split(shown.text)[1:])
            told = capsys.readouterr().err
        else:
            done = run(small(shown.text), playground)
            code, told = done.returncode, done.stdout
        if code != shown.expected:
            wrong.append(f"{shown.text!r} ended with {code}: {told[-500:]}")
        elif shown.text in READS_ONLY:
            RAN.add(shown.text)
        if shown.text.startswith("ascn publish "):
            assert (playground / shown.words[2] / "index.html").is_file()
            shutil.rmtree(playground / shown.words[2])
    assert wrong == []


@pytest.mark.docs
@pytest.mark.parametrize("page", [page for page in PAGES if documents.transcripts(page)], ids=documents.name)
def test_every_transcript_is_what_is_printed(page, playground):
    """A `console` block shows what `ascn` and the programs in tests/ print; an ellipsis leaves out."""
    wrong = []
    for line, output in documents.transcripts(page):
        shown = documents.Command(line, "")
        if re.match(r"ascn |python tests/|printf ", line) and shown.runs_alone:
            done = run(line, playground)
            if not documents.shown(output).fullmatch(done.stdout.strip()):
                wrong.append(f"$ {line}\n{done.stdout}")
    assert wrong == []


def test_every_page_is_in_the_index():
    """The index of the documentation links each page beside it."""
    index = ROOT / "docs" / "README.md"
    linked = {(index.parent / target.partition("#")[0]).resolve() for target in documents.links(index)}
    pages = {page for page in ROOT.joinpath("docs").glob("*.md") if page != index}
    assert pages <= linked


def test_every_trap_has_a_row_and_a_test():
    """The forty traps stand in order, each with tests that exist; no test of a trap is left out."""
    rows = documents.table(MODEL, "Forty ways to get it wrong")
    assert [row[0] for row in rows] == [f"T{number:02}" for number in range(1, 41)]
    assert [row[0] for row in rows if not all(row)] == []
    tree = ast.parse((ROOT / "tests" / "test_traps.py").read_text("utf-8"))
    tests = {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}
    named = {test for row in rows for test in re.findall(r"`(test_\w+)`", row[3])}
    assert named == tests
    assert [row[0] for row in rows if f"test_{row[0].lower()}_" not in row[3]] == []


def test_the_traps_are_those_of_the_inventory(shared):
    """The rows are the traps that were listed for this subject."""
    with (shared / "facts" / "article" / "traps.csv").open(encoding="utf-8", newline="") as stream:
        listed = [row["id"] for row in csv.DictReader(stream)]
    assert [row[0] for row in documents.table(MODEL, "Forty ways to get it wrong")] == listed


def test_layout_facts_are_listed_by_id_and_place():
    """The five facts that are not modelled stand in the page with the offsets of the inventory."""
    with (ROOT / "data" / "article" / "extract.csv").open(encoding="utf-8", newline="") as stream:
        layout = [row for row in csv.DictReader(stream) if row["field"] == "layout"]
    rows = documents.table(MODEL, "What is counted as layout")
    expected = [[row["fact"], row["line"], f"{row['begin']}\u2013{row['end']}", row["value"]] for row in layout]
    assert [row[:4] for row in rows] == expected


def test_turtle_in_the_guide_is_in_the_repository():
    """What CONTRIBUTING shows of data and shapes stands in a file; only the deprecation is made up."""
    texts = [
        path.read_text("utf-8") for folder in ("data", "ontology") for path in ROOT.joinpath(folder).rglob("*.ttl")
    ]
    blocks = [
        block
        for fence in documents.fences(ROOT / "CONTRIBUTING.md")
        if fence.language == "turtle" and "old-slug" not in fence.text
        for block in fence.text.strip().split("\n\n")
    ]
    assert len(blocks) > 3
    assert [block for block in blocks if not any(block in text for text in texts)] == []


@pytest.mark.thorough
def test_a_deprecated_iri_conforms_and_is_not_counted(playground):
    """What CONTRIBUTING says of an IRI that was replaced passes the checks, answers to `describe` and is no city."""
    (block,) = [fence.text for fence in documents.fences(ROOT / "CONTRIBUTING.md") if "owl:deprecated" in fence.text]
    prefixes = "".join(f"@prefix {name}: <{PREFIXES[name]}> .\n" for name in ("city", "dcterms", "owl", "rdfs"))
    deprecated = playground / "data" / "deprecated.ttl"
    deprecated.write_text(f"{prefixes}\n{block}", encoding="utf-8")
    results = validate([playground / "data"]).results
    graph = ascn_graph.load(playground)
    deprecated.unlink()
    assert {result.component for result in results} == {"count-of-triples"}
    assert len(graph.query("cities")) == len(ascn_graph.load().query("cities"))
    assert "city/kuching>" in graph.query("describe", about="city:old-slug").to_ntriples()


def test_every_source_has_its_terms():
    """The table of licences has one row a source, with the licence that the data names."""
    rdf_type, licence = NamedNode(PREFIXES["rdf"] + "type"), NamedNode(PREFIXES["dcterms"] + "license")
    quads = list(parse(path=ROOT / "data" / "sources.ttl", format=RdfFormat.TURTLE))
    sources = {
        str(q.subject.value) for q in quads if (q.predicate, q.object) == (rdf_type, NamedNode(ONTOLOGY + "Source"))
    }
    rows = documents.table(ROOT / "LICENSES" / "README.md", "Source by source")
    terms = {thing_iri("source", row[0].strip("`")): row[1] for row in rows}
    assert len(terms) == len(rows)
    assert set(terms) == sources
    stated = [(q.subject.value, q.object.value) for q in quads if q.predicate == licence]
    assert [source for source, iri in stated if f"({iri})" not in terms[source]] == []
    assert all(all(row) for row in rows)


def test_the_citation_file_is_in_step():
    """CITATION.cff has what its format requires, the version of the package, and no address but the project's own."""
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert {"cff-version", "message", "title", "authors"} <= set(cited)
    assert (cited["cff-version"], cited["version"]) == ("1.2.0", ascn_graph.__version__)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert cited["authors"] == project["authors"]
    assert cited["url"] == "https://w3id.org/ascn/"
    assert not {"doi", "identifiers", "repository", "repository-code"} & set(cited)


def test_the_changelog_has_the_version():
    """The version of the package has a heading with the date that CITATION.cff has, and the three sections."""
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    released = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))["date-released"]
    entry = text.partition(f"\n## {ascn_graph.__version__} - {released}\n")[2].partition("\n## ")[0]
    assert re.findall(r"^### (\w+)$", entry, re.MULTILINE) == ["Data", "Ontology", "Code"]


@pytest.mark.thorough
def test_nothing_speaks_of_a_machine_or_a_mailbox():
    """No text file of the repository has a path of somebody's machine or an e-mail address, but for reserved names."""
    need("git")
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("left out: this is no git checkout")
    machine = re.compile(r"(?<![\w.])/(?:work|root|home/\w+|Users/\w+)/")
    mailbox = re.compile(
        r"(?<![/:\w.%+-])[\w.%+-]+@(?!example\.)[\w-]+(?:\.[\w-]+)*\.(?!example\b|invalid\b|test\b)[A-Za-z]{2,}\b",
        re.IGNORECASE,
    )
    found = []
    for name in listed.stdout.split("\0"):
        path = ROOT / name
        if not path.is_file() or name.startswith(FOREIGN):
            continue
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{name}: {match[0]}" for match in [*machine.finditer(text), *mailbox.finditer(text)]]
    assert found == []
