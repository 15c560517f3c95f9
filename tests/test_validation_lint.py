"""Shapes that mean something else than they seem to: each is refused at its line, before anything runs."""

from __future__ import annotations

import pytest
from conftest import ROOT

from ascn_graph.validation import UnusableInput, validate
from ascn_graph.validation.lint import LINT_RULES

HEAD = """@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix : <urn:x:> .
"""
SELECT = ":S a sh:NodeShape ; sh:targetClass :T ; sh:sparql [ sh:select "


def problems(tmp_path, shapes: str, lint: str = "error") -> list[str]:
    """Return what the lint says of shapes, each as `line: sentence` with lines counted after the head."""
    (tmp_path / "data.ttl").write_text("<urn:x:a> a <urn:x:T> ; <urn:x:p> 1 .\n")
    (tmp_path / "shapes.ttl").write_text(HEAD + shapes)
    try:
        validate([tmp_path / "data.ttl"], tmp_path / "shapes.ttl", "pyshacl", lint=lint)
    except UnusableInput as error:
        return [f"{fault.line - 4}: {fault.problem}" for fault in error.faults]
    return []


SHAPE = ":S a sh:NodeShape ; sh:targetClass :T ;\n"


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("shapes", "told"),
    [
        (
            SHAPE + "sh:property [ sh:path :p ;\n sh:minCuont 1 ] .",
            "3: SHACL has no term sh:minCuont; did you mean sh:minCount?",
        ),
        (SHAPE + "sh:nodeKind sh:Iri .", "2: SHACL has no term sh:Iri; did you mean sh:IRI?"),
        (
            SHAPE + 'sh:property [ sh:path :p ; sh:minCount "one" ] .',
            '2: sh:minCount must be a whole number such as 1, not "one"',
        ),
        (SHAPE + "sh:property [ sh:path :p ; sh:maxCount -1 ] .", "2: sh:maxCount must be a whole number"),
        (SHAPE + "sh:property [ sh:path :p ; sh:maxCount 1 , 2 ] .", "2: sh:maxCount stands twice"),
        (
            SHAPE + 'sh:property [ sh:path :p ; sh:uniqueLang "yes" ] .',
            '2: sh:uniqueLang must be true or false, not "yes"',
        ),
        (SHAPE + 'sh:closed "1"^^xsd:boolean .', "2: sh:closed must be true or false"),
        (SHAPE + 'sh:class "T" .', '2: sh:class must be an IRI, not "T"'),
        (SHAPE + "sh:nodeKind :Thing .", "2: sh:nodeKind must be one of"),
        (SHAPE + 'sh:property [ sh:path :p ; sh:pattern "(" ] .', "2: sh:pattern must be a regular expression"),
        (SHAPE + 'sh:property [ sh:path :p ; sh:pattern "x" ; sh:flags 1 ] .', "2: sh:flags must be a text"),
        (SHAPE + "sh:property [ sh:path :p ; sh:in :a ] .", "2: sh:in must be a list"),
        (SHAPE + "sh:or ( ) .", "2: every node breaks sh:or of no shapes"),
        (SHAPE + "sh:and ( :nowhere ) .", "2: sh:and must be a list of shapes that these files state"),
        (SHAPE + "sh:node :nowhere .", "2: sh:node must be a shape that these files state, not :nowhere"),
        (SHAPE + "sh:property [ sh:path ( :p ) ; sh:minCount 1 ] .", "2: sh:path must be an IRI or a well-formed path"),
        (SHAPE + "sh:property [ sh:minCount 1 ] .", "2: sh:minCount belongs in a property shape"),
        (SHAPE + "sh:minCount 1 .", "2: sh:minCount belongs in a property shape"),
        (SHAPE + "sh:property [ sh:path :p ; sh:qualifiedMinCount 1 ] .", "2: sh:qualifiedValueShape and"),
        (SHAPE + "sh:ignoredProperties ( :p ) .", "1: sh:ignoredProperties without sh:closed"),
        (
            SHAPE + "sh:property [ sh:path :p ; sh:languageIn ( :en ) ] .",
            "2: sh:languageIn must be a list of language tags",
        ),
        (SHAPE + "sh:property [ sh:path :p ; sh:minInclusive :a ] .", "2: sh:minInclusive must be a literal"),
        (
            SHAPE
            + "sh:property [ sh:path :p ; sh:in _:l ] .\n_:l <http://www.w3.org/1999/02/22-rdf-syntax-ns#first> 1 ;"
            "<http://www.w3.org/1999/02/22-rdf-syntax-ns#rest> _:l .",
            "2: sh:in must be a list in round brackets that ends",
        ),
        (":P sh:path :p ; sh:minCount 1 .", "-3: no shape has a target: nothing would be checked"),
        (":a :p 1 .", "-3: the file holds no shape: nothing would be checked"),
    ],
)
def test_suspect_shapes(tmp_path, shapes, told) -> None:
    """Each misspelling or ill-typed parameter is told in one sentence at its own line."""
    found = problems(tmp_path, shapes)
    assert any(problem.startswith(told) for problem in found), found


@pytest.mark.parametrize(
    ("shapes", "told"),
    [
        (SELECT + '"SELECT $this WHERE { $this <urn:p> }" ] .', "1: the SPARQL does not parse"),
        (SELECT + '"SELECT $this WHERE { $this ex:p 1 }" ] .', "1: ex: is not declared for this query: add sh:pr"),
        (SELECT + '"SELECT $this { SERVICE <http://127.0.0.1:9/> { $this ?p ?o } }" ] .', "1: SERVICE in a SPARQL"),
        (SELECT + '"SELECT $this FROM <file:///etc/passwd> { $this ?p ?o }" ] .', "1: FROM in a SPARQL constraint"),
        (SELECT + '"SELECT $this { $this ?p ?o MINUS { $this a ?o } }" ] .', "1: MINUS in a SPARQL constraint"),
        (SELECT + '"SELECT $this { VALUES ?p { 1 } $this ?p ?o }" ] .', "1: VALUES in a SPARQL constraint"),
        (SELECT + '"SELECT $this { $this ?p ?o { SELECT ?p { ?s ?p ?o } } }" ] .', "1: a sub-select of a SPARQL"),
        (SELECT + '"SELECT $this { BIND (1 AS $this) }" ] .', "1: AS $this"),
        (SELECT + '"SELECT $this ' + "{" * 100 + "}" * 100 + '" ] .', "1: the SPARQL is nested deeper than 64"),
        (SHAPE + 'sh:js [ sh:jsFunctionName "f" ] .', "2: sh:js would run a script"),
        (":S a sh:NodeShape ; sh:target [ a sh:SPARQLTarget ] .", "-3: no shape has a target but sh:target"),
    ],
)
def test_refused_shapes(tmp_path, shapes, told) -> None:
    """What could reach out, or is forbidden by SHACL, is refused even with the lint switched off."""
    found = problems(tmp_path, shapes, "warn")
    assert any(problem.startswith(told) for problem in found), found


@pytest.mark.thorough
def test_words_in_strings_and_comments_are_no_keywords(tmp_path) -> None:
    """A SPARQL constraint may speak of a service in a string, a comment or an IRI."""
    text = "'''SELECT $this { # SERVICE\n $this <urn:VALUES> \"FROM MINUS\" }'''"
    assert problems(tmp_path, f"{SELECT}{text} ] .") == []


def test_faults_come_in_file_order_and_once(tmp_path) -> None:
    """Several faults are all told, by line."""
    found = problems(tmp_path, SHAPE + "sh:minCuont 1 ;\nsh:closed 2 ;\nsh:klass :T .")
    assert [fault.split(":")[0] for fault in found] == ["2", "3", "4"]


@pytest.mark.thorough
def test_imports_are_noted_not_followed(tmp_path) -> None:
    """owl:imports opens nothing and stops nothing; the report says that it was not followed."""
    (tmp_path / "data.ttl").write_text("<urn:x:a> a <urn:x:T> .\n")
    (tmp_path / "shapes.ttl").write_text(
        HEAD + ":o owl:imports <http://127.0.0.1:9/x.ttl> .\n" + SHAPE + "sh:nodeKind sh:IRI ."
    )
    report = validate([tmp_path / "data.ttl"], tmp_path / "shapes.ttl", "pyshacl")
    assert report.conforms
    assert "owl:imports <http://127.0.0.1:9/x.ttl> is not followed" in report.notes[0].text


@pytest.mark.thorough
def test_lint_switched_off_tells_notes(tmp_path) -> None:
    """With the lint off its findings are notes of the report."""
    (tmp_path / "data.ttl").write_text("<urn:x:a> a <urn:x:T> .\n")
    (tmp_path / "shapes.ttl").write_text(HEAD + SHAPE + "sh:minCuont 1 ; sh:nodeKind sh:IRI .")
    report = validate([tmp_path / "data.ttl"], tmp_path / "shapes.ttl", "pyshacl", lint="warn")
    assert "SHACL has no term sh:minCuont" in report.notes[0].text


@pytest.mark.thorough
def test_a_shape_that_no_data_reaches(tmp_path) -> None:
    """Someone else's unreached shape is a note beside the findings; as an error it does not hide them either."""
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "d.ttl").write_text("<urn:x:a> a <urn:x:T> .\n")
    (tmp_path / "s.ttl").write_text(
        HEAD + SHAPE + "sh:nodeKind sh:Literal .\n:Other a sh:NodeShape ; sh:targetClass :Tt ; sh:nodeKind sh:IRI ."
    )
    report = validate([folder], tmp_path / "s.ttl", "pyshacl")
    assert [note.text for note in report.notes] == ["no data reaches :Other: it checks nothing"]
    assert [item.skipped for item in report.checked] == ["", "no data reaches its target"]
    with pytest.raises(UnusableInput, match=r"s.ttl:7:1: no data reaches :Other") as caught:
        validate([folder], tmp_path / "s.ttl", "pyshacl", lint={"unreached": "error"})
    assert [result.focus for result in caught.value.report.results] == ["<urn:x:a>"]


MISSPELT = "SHACL has no term sh:minCuont; did you mean sh:minCount?"
DOUBTFUL = SHAPE + "sh:nodeKind sh:Literal ; sh:minCuont 1 ."


@pytest.mark.sample(1)
@pytest.mark.parametrize(
    ("lint", "told", "refused"),
    [
        (None, ["warning"], False),
        ("error", [], True),
        ("warn", ["warning"], False),
        ("off", [], False),
        ({"unknown-term": "error"}, [], True),
        ({"unknown-term": "off"}, [], False),
        ({"ill-formed": "off"}, ["warning"], False),
    ],
)
def test_level_of_a_rule(tmp_path, lint, told, refused) -> None:
    """A level is set for all rules or for one; the findings of the data are there whatever it is."""
    (tmp_path / "d.ttl").write_text("<urn:x:a> a <urn:x:T> .\n")
    (tmp_path / "s.ttl").write_text(HEAD + DOUBTFUL)
    try:
        report = validate([tmp_path / "d.ttl"], tmp_path / "s.ttl", "pyshacl", lint=lint)
        assert refused is False
    except UnusableInput as error:
        told = [] if refused else [error]
        report = error.report
    assert [result.component.rpartition("#")[2] for result in report.results] == ["NodeKindConstraintComponent"]
    assert [note.level for note in report.notes if note.code == "unknown-term"] == told


@pytest.mark.sample(1)
@pytest.mark.parametrize(
    ("table", "told"),
    [
        (
            'unknown-term = "error"',
            [f"s.ttl:6:26: {MISSPELT} [unknown-term]"],
        ),
        ('unknown-term = "off"', []),
        ('\nunknown-trem = "off"', ["w.toml:3:1: the lint has no rule 'unknown-trem'; did you mean unknown-term?"]),
        ("unknown-term = 1", ["w.toml:2:1: the level of 'unknown-term' is one of error, warn, off, not '1'"]),
    ],
)
def test_levels_in_the_waivers_file(tmp_path, monkeypatch, table, told) -> None:
    """The table [lint] of a waivers file sets levels; a rule or a level there is not is told at its line."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "d.ttl").write_text("<urn:x:a> a <urn:x:T> .\n")
    (tmp_path / "s.ttl").write_text(HEAD + DOUBTFUL)
    (tmp_path / "w.toml").write_text(f"[lint]\n{table}\n")
    try:
        report = validate(["d.ttl"], "s.ttl", "pyshacl", waivers="w.toml")
        assert report.notes == []
        found = []
    except UnusableInput as error:
        found = [str(fault) for fault in error.faults]
    assert found == told


def test_every_rule_is_documented() -> None:
    """The page has a row for each rule, with its level."""
    page = (ROOT / "docs/validation.md").read_text()
    names = {"error": "error", "warn": "warning", "note": "note"}
    assert [rule for rule, level in LINT_RULES.items() if f"| `{rule}` | {names[level]} |" not in page] == []


@pytest.mark.thorough
def test_the_old_switch_still_works(tmp_path) -> None:
    """`strict=False` is `lint="warn"`, and says that its name has changed."""
    (tmp_path / "d.ttl").write_text("<urn:x:a> a <urn:x:T> .\n")
    (tmp_path / "s.ttl").write_text(HEAD + SHAPE + "sh:nodeKind sh:IRI ; sh:closed 2 .")
    with pytest.warns(DeprecationWarning, match="lint='warn'"):
        report = validate([tmp_path / "d.ttl"], tmp_path / "s.ttl", "pyshacl", strict=False)
    assert [note.code for note in report.notes] == ["ill-formed"]


@pytest.mark.thorough
def test_strict_wants_everything_checked(tmp_path) -> None:
    """With `complete` a shape that nothing reached is a fault, one that is switched off is none."""
    (tmp_path / "d.ttl").write_text("<urn:x:a> a <urn:x:T> .\n")
    shapes = SHAPE + "sh:nodeKind sh:IRI .\n:Off a sh:NodeShape ; sh:targetClass :U ; sh:nodeKind sh:IRI ; "
    for off, told in (("true", []), ("false", [":Off is not checked: no data reaches its target"])):
        (tmp_path / "s.ttl").write_text(f"{HEAD}{shapes} sh:deactivated {off} .")
        try:
            assert validate([tmp_path / "d.ttl"], tmp_path / "s.ttl", "pyshacl", complete=True).conforms
            found = []
        except UnusableInput as error:
            found = [fault.problem for fault in error.faults]
        assert found == told
