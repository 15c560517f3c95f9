"""`ascn query --lang`: labels in another language with the English beside them."""

from __future__ import annotations

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
