"""Small inputs in which engines differ from the specification, or once did: each result is the one that it asks for."""

from __future__ import annotations

import pytest
from conftest import need

from ascn_graph.validation import UnusableInput, validate

PREFIXES = (
    "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n"
    "@prefix e: <http://e.org/> . @prefix u: <urn:e:> .\n"
)
DATA = 'e:x a e:C ; e:p 5 ; e:q "a" . e:y a e:C .'
SHAPE = "e:S a sh:NodeShape ; sh:targetClass e:C ; "
ABOVE = (
    "e:Above a sh:ConstraintComponent ; sh:parameter [ sh:path {0}:above ] ; "
    'sh:validator [ sh:ask "ASK {{ FILTER ($value > $above) }}" ] . '
)
SELECT = (
    "e:Asks a sh:ConstraintComponent ; sh:parameter [ sh:path e:asked ] ; "
    'sh:{0}Validator [ sh:select "SELECT $this {1} WHERE {{ {2} }}" ] . '
)
PATTERN = SHAPE + 'sh:property [ sh:path e:p ; sh:pattern "{0}" ; sh:flags "{1}" ] .'

#: For each: the data, the shapes, the focus nodes and values of the results, and the section that says so.
RIGHT = {
    "a property of a closed shape is allowed though its shape is off": (
        "e:x a e:C ; e:p 5 .",
        SHAPE + "sh:closed true ; sh:ignoredProperties ( rdf:type ) ; "
        "sh:property [ sh:path e:p ; sh:deactivated true ; sh:maxCount 0 ] .",
        [],
        "4.8.1",
    ),
    "a SELECT of a component is asked where there is no value": (
        DATA,
        SELECT.format("property", "", "FILTER NOT EXISTS { $this $PATH ?v }")
        + (SHAPE + "sh:property [ sh:path e:p ; e:asked 1 ] ."),
        [("e:y", "")],
        "6.2.2",
    ),
    "a SELECT of a component gives values that are no value nodes": (
        DATA,
        SELECT.format("node", "?value", "$this $asked ?value") + SHAPE + "e:asked e:q .",
        [("e:x", '"a"')],
        "6.2.2",
    ),
    "a component inside sh:not": (
        DATA,
        ABOVE.format("e") + SHAPE + "sh:not [ sh:path e:p ; sh:minCount 1 ; e:above 3 ] .",
        [("e:x", "e:x")],
        "4.6.1",
    ),
    "the flag x leaves out blanks, but for those of a class, and knows no comment": (
        'e:x a e:C ; e:p "a#b c", "a#bc" .',
        PATTERN.format("^ a # b [ ] c $", "x"),
        [("e:x", '"a#bc"')],
        "XPath 5.6.2",
    ),
    "the flag q means every character": (
        'e:x a e:C ; e:p "A.[", "axb" .',
        PATTERN.format("a.[", "qi"),
        [("e:x", '"axb"')],
        "XPath 5.6.2",
    ),
    "a class of characters without another": (
        'e:x a e:C ; e:p "b", "a", "z" .',
        PATTERN.format("^[^a-[z]]$", ""),
        [("e:x", '"a"'), ("e:x", '"z"')],
        "XML Schema F",
    ),
    "ranges of languages in a shape that refers to itself": (
        'e:x a e:C ; e:l "a"@de-CH-1901, "b"@de, "c"@dech ; e:n e:y .',
        SHAPE + 'sh:property [ sh:path e:l ; sh:languageIn ( "DE-ch" ) ] , [ sh:path e:n ; sh:node e:S ] .',
        [("e:x", '"b"@de'), ("e:x", '"c"@dech')],
        "4.4.4",
    ),
    "what each engine lacks in one shape": (
        'e:x a e:C ; e:p "é" , "1" , "ab" ; e:q "_a", "aa" .',
        SHAPE + 'sh:property [ sh:path e:p ; sh:pattern "^[\\\\p{L}-[b]]\\\\P{Lu}?$" ] , '
        '[ sh:path e:q ; sh:pattern "^\\\\i\\\\c$" ] , [ sh:path e:q ; sh:pattern "^(.)\\\\1$" ] .',
        [("e:x", '"1"'), ("e:x", '"_a"')],
        "XML Schema F",
    ),
}


def written(tmp_path, data: str, shapes: str) -> tuple[list[str], str]:
    """Write data and shapes into files."""
    for name, text in (("data.ttl", data), ("shapes.ttl", shapes)):
        (tmp_path / name).write_text(PREFIXES + text, encoding="utf-8")
    return [str(tmp_path / "data.ttl")], str(tmp_path / "shapes.ttl")


@pytest.mark.sample(3)
@pytest.mark.parametrize("name", RIGHT)
def test_each_result_is_the_specifications(tmp_path, name) -> None:
    """The results are those that the section asks for."""
    need("module:shacl")
    data, shapes, wanted, section = RIGHT[name]
    report = validate(*written(tmp_path, data, shapes))
    found = {
        tuple(each.replace("<http://e.org/", "e:").rstrip(">") for each in (r.focus, r.value)) for r in report.results
    }
    assert found == set(wanted), section


@pytest.mark.parametrize(
    ("shapes", "told"),
    [
        (ABOVE.format("e") + SHAPE + "sh:property [ sh:path e:p ; e:above 7, 8 ] .", "several values"),
        (ABOVE.format("u") + SHAPE + "sh:property [ sh:path e:p ; u:above 7 ] .", "no # or / precedes"),
        (PATTERN.format("a", "z"), "sh:pattern must be a regular expression"),
        (SHAPE + "sh:property [ sh:path e:p ; sh:closed true ] ; sh:sparql [ sh:select "
         '"SELECT $this WHERE { GRAPH $shapesGraph { ?s e:k $this } }" ; sh:prefixes [ sh:declare '
         '[ sh:prefix "e" ; sh:namespace "http://e.org/" ] ] ] .', "cannot do sh:closed in a property shape"),
    ],
)  # fmt: skip
def test_what_no_engine_can_do_is_refused(tmp_path, shapes, told) -> None:
    """Rather than evaluated otherwise than it is meant: exit 3 at the line."""
    need("module:shacl")
    with pytest.raises(UnusableInput) as caught:
        validate(*written(tmp_path, DATA, shapes))
    assert told in " ".join(fault.problem for fault in caught.value.faults)
    assert all(fault.line == 3 for fault in caught.value.faults)


@pytest.mark.thorough
def test_patterns_beside_advanced_features(tmp_path) -> None:
    """Where pySHACL evaluates all shapes as they are stated, a pattern still means what XPath says."""
    shapes = PATTERN.format("^ \\\\p{L} $", "x") + SHAPE.replace("e:S", "e:T") + "sh:expression [ sh:path e:p ] ."
    report = validate(*written(tmp_path, 'e:x a e:C ; e:p "é", "1" .', shapes), advanced=True)
    assert [result.value for result in report.results if "Pattern" in result.component] == ['"1"']
