"""Shapes that mean something else than they seem to: each is refused at its line, before anything runs."""

from __future__ import annotations

import pytest

from ascn_graph.validation import UnusableInput, validate

HEAD = """@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix : <urn:x:> .
"""
SELECT = ":S a sh:NodeShape ; sh:targetClass :T ; sh:sparql [ sh:select "


def problems(tmp_path, shapes: str, *, strict: bool = True) -> list[str]:
    """Give what the lint says of shapes, each as `line: sentence` with lines counted after the head."""
    (tmp_path / "data.ttl").write_text("<urn:x:a> a <urn:x:T> ; <urn:x:p> 1 .\n")
    (tmp_path / "shapes.ttl").write_text(HEAD + shapes)
    try:
        validate([tmp_path / "data.ttl"], tmp_path / "shapes.ttl", "pyshacl", strict=strict)
    except UnusableInput as error:
        return [f"{fault.line - 4}: {fault.problem}" for fault in error.faults]
    return []


SHAPE = ":S a sh:NodeShape ; sh:targetClass :T ;\n"


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
        (SHAPE + "sh:or ( ) .", "2: sh:or must be a list of shapes"),
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
        (SELECT + '"SELECT $this WHERE { $this :p }" ] .', "1: the SPARQL does not parse"),
        (SELECT + '"SELECT $this WHERE { $this ex:p 1 }" ] .', "1: the SPARQL does not parse"),
        (SELECT + '"SELECT $this { SERVICE <http://127.0.0.1:9/> { $this ?p ?o } }" ] .', "1: SERVICE in a SPARQL"),
        (SELECT + '"SELECT $this FROM <file:///etc/passwd> { $this ?p ?o }" ] .', "1: FROM in a SPARQL constraint"),
        (SELECT + '"SELECT $this { $this ?p ?o MINUS { $this a ?o } }" ] .', "1: MINUS in a SPARQL constraint"),
        (SELECT + '"SELECT $this { VALUES ?p { 1 } $this ?p ?o }" ] .', "1: VALUES in a SPARQL constraint"),
        (SELECT + '"SELECT $this { $this ?p ?o { SELECT ?p { ?s ?p ?o } } }" ] .', "1: a sub-select of a SPARQL"),
        (SELECT + '"SELECT $this { BIND (1 AS $this) }" ] .', "1: AS $this"),
        (SELECT + '"SELECT $this ' + "{" * 100 + "}" * 100 + '" ] .', "1: the SPARQL is nested deeper than 64"),
        (SHAPE + 'sh:js [ sh:jsFunctionName "f" ] .', "2: sh:js would run a script"),
        (SHAPE + "sh:target [ a sh:SPARQLTarget ] .", "2: sh:target is a SHACL Advanced Feature"),
    ],
)
def test_refused_shapes(tmp_path, shapes, told) -> None:
    """What could reach out, or is forbidden by SHACL, is refused even with the lint switched off."""
    found = problems(tmp_path, shapes, strict=False)
    assert any(problem.startswith(told) for problem in found), found


def test_words_in_strings_and_comments_are_no_keywords(tmp_path) -> None:
    """A SPARQL constraint may speak of a service in a string, a comment or an IRI."""
    text = "'''SELECT $this { # SERVICE\n $this <urn:VALUES> \"FROM MINUS\" }'''"
    assert problems(tmp_path, f"{SELECT}{text} ] .") == []


def test_faults_come_in_file_order_and_once(tmp_path) -> None:
    """Several faults are all told, by line."""
    found = problems(tmp_path, SHAPE + "sh:minCuont 1 ;\nsh:closed 2 ;\nsh:klass :T .")
    assert [fault.split(":")[0] for fault in found] == ["2", "3", "4"]


def test_imports_are_noted_not_followed(tmp_path) -> None:
    """owl:imports opens nothing and stops nothing; the report says that it was not followed."""
    (tmp_path / "data.ttl").write_text("<urn:x:a> a <urn:x:T> .\n")
    (tmp_path / "shapes.ttl").write_text(
        HEAD + ":o owl:imports <http://127.0.0.1:9/x.ttl> .\n" + SHAPE + "sh:nodeKind sh:IRI ."
    )
    report = validate([tmp_path / "data.ttl"], tmp_path / "shapes.ttl", "pyshacl")
    assert report.conforms
    assert "owl:imports <http://127.0.0.1:9/x.ttl> is not followed" in report.notes[0].text


def test_lint_switched_off_tells_notes(tmp_path) -> None:
    """With the lint off its findings are notes of the report."""
    (tmp_path / "data.ttl").write_text("<urn:x:a> a <urn:x:T> .\n")
    (tmp_path / "shapes.ttl").write_text(HEAD + SHAPE + "sh:minCuont 1 ; sh:nodeKind sh:IRI .")
    report = validate([tmp_path / "data.ttl"], tmp_path / "shapes.ttl", "pyshacl", strict=False)
    assert "SHACL has no term sh:minCuont" in report.notes[0].text


def test_a_shape_that_no_data_reaches(tmp_path) -> None:
    """Over whole folders an unreached shape is a fault with its line; over single files, which are a part, a note."""
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "d.ttl").write_text("<urn:x:a> a <urn:x:T> .\n")
    (tmp_path / "s.ttl").write_text(
        HEAD + SHAPE + "sh:nodeKind sh:IRI .\n:Other a sh:NodeShape ; sh:targetClass :Tt ; sh:nodeKind sh:IRI ."
    )
    with pytest.raises(UnusableInput, match=r"s.ttl:7:1: no data reaches :Other"):
        validate([folder], tmp_path / "s.ttl", "pyshacl")
    report = validate([folder / "d.ttl"], tmp_path / "s.ttl", "pyshacl")
    assert [note.text for note in report.notes] == [":Other checked nothing: no data reaches its target"]
    assert [item.skipped for item in report.checked] == ["", "no data reaches its target"]
