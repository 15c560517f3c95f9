"""Tests of a graph project that differs from the packaged graph and the museum in how it is written.

Its namespace ends in a slash, its labels are in two languages, and some of its nodes have no IRI.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import ascn_graph as ascn
from ascn_graph import profile
from ascn_graph.agents.tools import Tools
from ascn_graph.cli import main
from ascn_graph.publishing.site import SiteFiles

_BASE_URL = ("--base-url", "https://pages.example/h/")
_ID = "https://herb.example/flora/id/"

_HEAD = """\
@prefix nh:     <https://herb.example/flora/vocab/taxa/> .
@prefix book:   <https://herb.example/flora/id/book/> .
@prefix sheet:  <https://herb.example/flora/id/sheet/> .
@prefix rdf:    <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs:   <http://www.w3.org/2000/01/rdf-schema#> .
@prefix owl:    <http://www.w3.org/2002/07/owl#> .
"""
_FILES = {
    "graph.toml": """\
name = "Herbarium"
base = "https://herb.example/flora/"
queries = ["queries"]
[ontology]
prefix = "nh"
namespace = "vocab/taxa/"
files = ["terms.ttl"]
[kinds.sheet]
class = "nh:Sheet"
[kinds.book]
class = "nh:Book"
[evidence]
source = "Book"
derived-from = "nh:readFrom"
part-of = "nh:inBook"
page = "leaf"
""",
    "terms.ttl": """\
<https://herb.example/flora/vocab/taxa/> a owl:Ontology ; owl:versionInfo "3.1" .
nh:Sheet a owl:Class ; rdfs:label "sheet"@en , "Bogen"@de .
nh:Book a owl:Class ; rdfs:label "book"@en .
nh:Spot a owl:Class ; rdfs:label "spot"@en .
nh:year a owl:DatatypeProperty ; rdfs:label "year"@en .
nh:names a owl:ObjectProperty ; rdfs:label "names in order"@en .
nh:edge a owl:ObjectProperty ; rdfs:label "edge"@en .
nh:readFrom a owl:ObjectProperty ; rdfs:label "read from"@en .
nh:inBook a owl:ObjectProperty ; rdfs:label "in book"@en .
nh:leaf a owl:DatatypeProperty ; rdfs:label "leaf"@en .
""",
    "data/books.ttl": """\
book:list a nh:Book ; rdfs:label "Die Liste"@de , "The list"@en ;
    rdfs:seeAlso "https://herb.example/flora/vocab/taxa/no-term" .
""",
    "data/list/sheets.ttl": """\
sheet:one a nh:Sheet ; rdfs:label "Sheet 1"@en , "Bogen 1"@de ; nh:year 1901 ;
    nh:names ( "Silene" "Lychnis" ) ; nh:edge [ rdfs:label "wet edge" ] .
[] a rdf:Statement ; rdf:subject sheet:one ; rdf:predicate nh:year ; rdf:object 1901 ;
    nh:readFrom <https://herb.example/flora/id/book/list#page=4> .
<https://herb.example/flora/id/book/list#page=4> a nh:Spot ; nh:inBook book:list ; nh:leaf 4 .
""",
    "data/gazette/sheets.ttl": """\
sheet:one nh:year 1902 .
""",
    "queries/years.rq": """\
SELECT ?sheet ?year WHERE { ?sheet nh:year ?year } ORDER BY ?sheet ?year
""",
    "queries/about-one.rq": """\
CONSTRUCT WHERE { <https://herb.example/flora/id/sheet/one> ?p ?o }
""",
}


def _written(folder: Path, **changed: str) -> Path:
    """Write the project below a folder, with the texts of some files changed."""
    for name, text in (_FILES | changed).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_HEAD + text if name.endswith(".ttl") else text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def herbarium(tmp_path_factory) -> Path:
    """Write the project once; no test changes it."""
    return _written(tmp_path_factory.mktemp("herbarium"))


def test_a_node_without_an_iri_is_one_in_its_graph_and_in_the_union(herbarium, tmp_path):
    """What a query asks of a blank node in a named graph and then of the union is asked of one node."""
    question = "SELECT ?label { GRAPH ?graph { ?sheet nh:edge ?edge } ?edge rdfs:label ?label }"
    assert [row.label for row in ascn.load(herbarium).sparql(question)] == ["wet edge"]
    for name in "ab":
        text = f'_:x <http://e/in> "{name}" . <http://e/g> {{ _:x <http://e/out> "{name}" }}'
        (tmp_path / f"{name}.trig").write_text(text, encoding="utf-8")
    rows = ascn.load(tmp_path).sparql("SELECT ?i ?o { ?node <http://e/in> ?i ; <http://e/out> ?o }")
    assert sorted((row.i, row.o) for row in rows) == [("a", "a"), ("b", "b")]


def test_why_names_a_source_once_and_no_fact_without_an_iri(herbarium, capsys):
    """A source with names in two languages is told once, by the English one; a statement may be a blank node."""
    assert main(["why", "one", "--data", str(herbarium)]) == 0
    assert capsys.readouterr().out == (
        "sheet:one: 1 value stated by 1 source\n\nThe list, no date stated\n  nh:year 1901\n    page 4\n"
    )


def test_counts_of_one_are_singular(herbarium, capsys):
    """One triple is not triples."""
    assert main(["info", "--data", str(herbarium)]) == 0
    assert " 1 triple in gazette\n" in capsys.readouterr().out


def test_an_ask_is_refused_as_a_named_query_at_its_place(tmp_path, capsys):
    """It has no rows: validation says so, and whoever asks it is told the same."""
    project = _written(tmp_path, **{"queries/any.rq": "#+ summary: Any?\nASK { ?sheet a nh:Sheet }\n"})
    for words in (["validate", str(project)], ["query", "any", "--data", str(project)]):
        assert main(words) == 3
        printed = "".join(capsys.readouterr())
        assert "queries/any.rq:2:1: a named query answers with rows, and an ASK has none: write a SELECT" in printed


def test_a_project_without_ontology_and_queries_says_so(tmp_path, capsys):
    """Terms that no ontology could declare are not missing from one, and no query is listed."""
    bare = _FILES["graph.toml"].replace('files = ["terms.ttl"]\n', "").replace('queries = ["queries"]\n', "")
    project = _written(tmp_path, **{"graph.toml": bare})
    assert main(["validate", str(project)]) == 0
    assert main(["query", "--data", str(project)]) == 0
    assert "There are no named queries here" in capsys.readouterr().out


@pytest.fixture(scope="module")
def site(herbarium) -> dict[str, str]:
    """Return the pages and documents of its site by path."""
    files = SiteFiles(ascn.load(herbarium), "https://pages.example/h/").files()
    return {path: raw.decode() for path, raw in files if Path(path).suffix in {".html", ".ttl", ".json", ".jsonld", ""}}


def test_terms_behind_a_slash_have_their_page(site):
    """Each term is told on the page of the ontology, which is named as it is, and links lead there."""
    page = site["ontology.html"]
    assert "its terms are <code>https://herb.example/flora/vocab/taxa/Term</code>" in page
    assert all(f'id="{name}"' in page for name in ("Sheet", "Book", "year", "leaf"))
    assert 'href="../../ontology.html#year"' in site["doc/sheet/one.html"]
    assert "nh:year a owl:DatatypeProperty" in site["ontology.ttl"]
    assert "RewriteRule ^vocab/taxa(?:/[A-Za-z0-9][A-Za-z0-9._-]*)?" in site[".htaccess"]


def test_terms_and_things_may_begin_with_the_same_iri(tmp_path):
    """A namespace that is the base itself hides no thing, and its terms have a page too."""
    changed = {name: text.replace("vocab/taxa/", "") for name, text in _FILES.items()}
    changed["graph.toml"] = changed["graph.toml"].replace('namespace = ""', 'namespace = "https://herb.example/flora/"')
    project = _written(tmp_path, **changed)
    for path in (project / "terms.ttl", *project.glob("data/**/*.ttl")):
        path.write_text(path.read_text("utf-8").replace("vocab/taxa/", ""), encoding="utf-8")
    assert main(["validate", str(project)]) == 0
    files = SiteFiles(ascn.load(project), "https://pages.example/h/")
    assert files.things == [f"https://herb.example/flora/id/{thing}" for thing in ("sheet/one", "book/list")]
    assert files.index.terms[0] == "https://herb.example/flora/Book"


def test_a_node_without_an_iri_is_told_where_it_stands(site, herbarium):
    """A list is its items, another node its name; a statement counts; the data of the page has what is inside."""
    page, data = site["doc/sheet/one.html"], site["doc/sheet/one.ttl"]
    assert "Lychnis, Silene" not in page
    assert "Silene, Lychnis" in page
    assert "wet edge" in page
    assert "page 4" in page
    assert "_:" not in re.sub(r"<[^>]*>", "", page)
    assert all(text in data for text in ('rdf:first "Silene"', '"wet edge"', "a rdf:Statement", "nh:leaf 4"))
    again = SiteFiles(ascn.load(herbarium), "https://pages.example/h/").of_things([f"{_ID}sheet/one"])
    assert dict(again)["doc/sheet/one.ttl"].decode() == data


def test_its_version_is_its_own(site, herbarium, capsys):
    """What the ontology says of its version counts, whatever IRI it has."""
    assert "version = {3.1}" in site["about.html"]
    assert main(["diff", str(herbarium), str(herbarium)]) == 0
    assert capsys.readouterr().out == "3.1 to 3.1: 0 things added, 0 changed, 0 removed\n"


def test_what_a_graph_does_not_state_is_not_told(site, tmp_path):
    """Without version, sources and queries no page has the version of the tool, an empty list or a promise."""
    bare = _FILES["graph.toml"].replace('queries = ["queries"]\n', "").replace('[kinds.book]\nclass = "nh:Book"\n', "")
    terms = _FILES["terms.ttl"].replace(' ; owl:versionInfo "3.1"', "")
    project = _written(tmp_path, **{"graph.toml": bare, "terms.ttl": terms})
    files = SiteFiles(ascn.load(project), "https://pages.example/h/").others()
    found = {path: raw.decode() for path, raw in files if path.endswith((".html", ".ttl", ".json"))}
    assert [path for path, text in found.items() if ascn.__version__ in text and "vendor" not in path] == []
    assert "Licences, by source" in site["about.html"]
    assert "Licences, by source" not in found["about.html"]
    assert "every fact with the source" not in found["index.html"]
    assert "each with its answer" not in found["index.html"]
    assert 'dcterms:description ""' not in found["dataset.ttl"]
    assert "What one source says" in found["doc/graph/list.html"]
    assert "What one source says" not in found["doc/graph/catalogue.html"]


def test_releases_differ_in_what_stands_in_nodes_without_an_iri(herbarium, tmp_path, capsys):
    """A list in another order is a change, a blank node alone is none."""
    text = _FILES["data/list/sheets.ttl"].replace('"Silene" "Lychnis"', '"Lychnis" "Silene"')
    assert main(["diff", str(herbarium), str(_written(tmp_path, **{"data/list/sheets.ttl": text}))]) == 0
    lines = capsys.readouterr().out.splitlines()[2:]
    assert lines == ["  + names in order: Lychnis, Silene", "  - names in order: Silene, Lychnis"]


def test_kinds_are_many_by_the_rule_of_english(tmp_path):
    """A profile that says no plural has ferries and boxes, not ferrys and boxs."""
    kinds = "".join(f'[kinds.{name}]\nclass = "nh:Sheet"\n' for name in ("ferry", "quay", "pill-box"))
    written = _written(tmp_path, **{"graph.toml": _FILES["graph.toml"].replace("[evidence]", f"{kinds}[evidence]")})
    found = profile.read(written).kinds
    assert [kind.plural for kind in found.values()] == ["sheets", "books", "ferries", "quays", "pill boxes"]


def test_one_source_is_singular(site):
    """The first page counts one source."""
    assert "statements from 1 source." in site["index.html"]


def test_an_assistant_is_told_the_sources_of_its_kind_by_their_english_name(herbarium):
    """A kind of sources may have any name; a thing is found by its slug, and why says each thing once."""
    tools = Tools(ascn.load(herbarium))
    (row, *_) = tools.ask("years")["rows"]
    assert [(each["title"], each["source"]) for each in row["sources"]] == [("The list", f"{_ID}book/list")]
    assert tools.find("one")["things"] == [
        {"iri": f"{_ID}sheet/one", "name": "Sheet 1", "kind": "sheet", "match": "exact"}
    ]
    assert [fact["sourceName"] for fact in tools.why("one")["facts"]] == ["The list"]


def test_an_extract_is_of_a_source_of_any_kind(tmp_path, capsys):
    """What is no table of fields is told at its file, and no kind needs to be called a source."""
    project = _written(tmp_path, **{"data/list/extract.csv": "record,field,value\n1,year,1901\n"})
    assert main(["validate", str(project)]) == 3
    assert "fields.csv" in capsys.readouterr().err
    whole = _FILES["graph.toml"] + '[whole]\nsource = "list"\n'
    text = _written(tmp_path, **{"graph.toml": whole}) / "list.txt"
    text.write_text("Sheet 1", encoding="utf-8")
    (project / "data" / "list" / "extract.csv").unlink()
    assert main(["validate", str(project), "--text", str(text)]) == 0


def test_a_check_tells_of_a_node_of_which_a_shape_tells_something_else(tmp_path, capsys):
    """That a shape found a node wanting hides no other fault of it."""
    profile = _FILES["graph.toml"].replace("[kinds.sheet]", 'shapes = ["shapes.ttl"]\nchecks = "checks"\n[kinds.sheet]')
    shapes = """\
@prefix sh: <http://www.w3.org/ns/shacl#> .
nh:shape a sh:NodeShape ; sh:targetClass nh:Sheet ; sh:property [ sh:path rdfs:label ; sh:minCount 1 ] .
"""
    check = 'SELECT ?this ("It has no year." AS ?error) { ?this a nh:Sheet FILTER NOT EXISTS { ?this nh:year ?year } }'
    prefix = "PREFIX nh: <https://herb.example/flora/vocab/taxa/>\n"
    files = {"graph.toml": profile, "shapes.ttl": shapes, "checks/year.rq": prefix + check}
    project = _written(tmp_path, **files, **{"data/list/more.ttl": "sheet:two a nh:Sheet .\n"})
    assert main(["validate", str(project), "--lint", "off"]) == 1
    printed = capsys.readouterr().out
    assert "It has no year." in printed
    assert "has no value of rdfs:label" in printed


def test_info_counts_graphs_of_any_name(tmp_path, capsys):
    """A dump may name its graphs by IRIs that no profile says."""
    dump = tmp_path / "dump.nq"
    dump.write_text("<http://e/s> <http://e/p> <http://e/o> <http://e/g> .\n", encoding="utf-8")
    assert main(["info", "--data", str(dump)]) == 0
    assert "      1 triple in http://e/g\n" in capsys.readouterr().out


def test_a_base_with_a_fragment_has_no_site(tmp_path, capsys):
    """What lies behind a number sign is no address of a page: said at the line of the base."""
    project = _written(tmp_path / "project")
    for path in (path for path in project.rglob("*") if path.is_file()):
        text = path.read_text("utf-8").replace("herb.example/flora/", "herb.example/flora#")
        path.write_text(text.replace("list#page=4", "list-4"), encoding="utf-8")
    assert main(["publish", str(tmp_path / "out"), "--data", str(project), "--base-url", "https://h.example/"]) == 3
    assert "graph.toml:2:1: what stands behind a # has no page of its own" in capsys.readouterr().err


def test_a_query_without_a_header_has_a_page_and_is_described(site):
    """What its header does not say is not begun; a CONSTRUCT is one whatever columns it states."""
    assert "What it returns" not in site["query/years.html"]
    assert "A row: " not in site["query/years.html"]
    examples = site["api/queries.ttl"]
    assert 'sh:construct "CONSTRUCT WHERE' in examples
    assert 'sh:select "PREFIX nh:' in examples


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("checks/x.rq", "SELECT ?this {", "checks/x.rq:1:15: it breaks off here"),
        ("checks/x.rq", "SELECT ?this { ?this a nh:Sheet }", "checks/x.rq:1:24: the prefix 'nh:' is not declared"),
        ("checks/x.rq", "SELECT ?s { ?s ?p ?o }", "checks/x.rq:1:1: a rule must be a SELECT of ?this and ?error"),
        ("rules/x.rq", "CONSTRUCT { ?s", "rules/x.rq:1:15: The query does not parse"),
        ("rules/x.rq", "SELECT ?s { ?s ?p ?o }", "rules/x.rq:1:1: a rule is a CONSTRUCT query"),
        ("queries/x.rq", "\nDELETE WHERE { ?s ?p ?o }", "queries/x.rq:1:1: This is an update (DELETE)"),
    ],
)
def test_a_slip_in_what_a_project_asks_is_told_at_its_place_by_validation_and_by_publish(
    tmp_path, capsys, name, text, says
):
    """Checks, rules and queries that cannot be asked end both with exit code 3."""
    profile = _FILES["graph.toml"].replace("[kinds.sheet]", 'checks = "checks"\nrules = "rules"\n[kinds.sheet]')
    check = 'SELECT ?this ("x" AS ?error) { ?this a <http://e/> }\n'
    rule = "CONSTRUCT WHERE { ?s a <http://e/> }\n"
    files = {"graph.toml": profile, "checks/a.rq": check, "rules/a.rq": rule} | {name: f"{text}\n"}
    project = _written(tmp_path / "project", **files)
    for words in (["validate", str(project)], ["publish", str(tmp_path / "o"), "--data", str(project), *_BASE_URL]):
        assert main(words) == 3
        printed = "".join(capsys.readouterr())
        assert (says if words[0] == "validate" else says.partition(" ")[0]) in printed


def test_a_mapping_to_schema_org_without_a_term_is_told_at_its_line(tmp_path, capsys):
    """A property stands beside the term whose values it takes."""
    profile = _FILES["graph.toml"] + '[site.schema]\nsheet = ["CreativeWork", "name"]\n'
    project = _written(tmp_path / "project", **{"graph.toml": profile})
    assert main(["publish", str(tmp_path / "out"), "--data", str(project), *_BASE_URL]) == 3
    assert "graph.toml:18:1: 'name' is not a property of schema.org with a term of ours" in capsys.readouterr().err


def test_a_label_of_a_thing_with_several_is_shown_in_the_language(tmp_path, capsys):
    """Whichever of its labels an answer holds, the one in the language stands before it."""
    text = "SELECT ?sheet ?name WHERE { ?sheet a nh:Sheet ; rdfs:label ?name } ORDER BY ?sheet STR(?name)\n"
    sheets = _FILES["data/list/sheets.ttl"].replace('"Bogen 1"@de', '"Bogen 1"@de , "Ark 1"@nb , "Zeile 1"@la')
    project = _written(tmp_path, **{"queries/names.rq": text, "data/list/sheets.ttl": sheets})
    assert main(["query", "names", "--data", str(project), "--lang", "de", "--columns", "name"]) == 0
    shown = capsys.readouterr().out.split("\r\n")[1:-1]
    assert shown == ["Bogen 1 (Ark 1)", "Bogen 1", "Bogen 1 (Sheet 1)", "Bogen 1 (Zeile 1)"]
