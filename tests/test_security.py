"""What SECURITY.md promises has the tests that it names."""

from __future__ import annotations

import re

from conftest import ROOT

TEXT = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`(test_\w+\.py)(?:::(\w+))?`", TEXT)


def test_every_test_that_the_page_names_is_there():
    """Each file exists and has the function; a row of the tables names one at least."""
    for file, function in NAMED:
        text = (ROOT / "tests" / file).read_text(encoding="utf-8")
        assert not function or re.search(rf"^def {function}\(", text, re.MULTILINE), f"{file}::{function}"
    rows = [line for line in TEXT.splitlines() if line.startswith("|") and not line.startswith(("|---", "| input"))]
    assert [row for row in rows if not re.search(r"\| [^|]*`test_\w+\.py[^|]*\|$", row)] == []


def test_each_of_the_twenty_worst_inputs_has_a_row():
    """The first column of the tables names the numbers from 1 to 20, each at least once."""
    cells = re.findall(r"^\| ([0-9, ]+) \|", TEXT, re.MULTILINE)
    assert {int(number) for cell in cells for number in cell.split(",")} == set(range(1, 21))
