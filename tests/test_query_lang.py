"""`ascn query --lang`: labels in another language with the English beside them."""

from __future__ import annotations

from conftest import ROOT

from ascn_graph.cli import main


def test_labels_are_in_the_language_with_the_english_beside_them(capsys):
    """A name with a Thai form has it; one without keeps its label."""
    asked = ["query", "cities", "--lang", "th", "--columns", "name", "--format", "csv"]
    assert main([*asked, "city=bangkok", "city=cauayan-city"]) == 0
    assert capsys.readouterr().out.splitlines() == ["name", "กรุงเทพ (Bangkok)", "Cauayan City"]


def test_a_language_without_labels_is_told_with_those_there_are(capsys):
    """An unknown language is no silent answer in English."""
    assert main(["query", "cities", "--lang", "xx"]) == 2
    assert "th, tl, vi" in capsys.readouterr().err
    assert main(["query", "makers", "--data", str(ROOT / "tests" / "graphs" / "museum"), "--lang", "xx"]) == 2
    assert "there are none but English." in capsys.readouterr().err


def test_english_is_a_language_that_labels_are_in(capsys):
    """`--lang en` gives the labels as they are."""
    assert main(["query", "events", "--limit", "3"]) == 0
    plain = capsys.readouterr().out
    assert main(["query", "events", "--limit", "3", "--lang", "EN"]) == 0
    assert capsys.readouterr().out == plain
