"""The HTML of the site, checked by the validator of the Web's own working group."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from conftest import ROOT, command, lacking, need

pytestmark = pytest.mark.thorough


def validator() -> Path:
    """Return the validator's archive: where ASCN_VNU says, or in node_modules."""
    place = Path(os.environ.get("ASCN_VNU", ROOT / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"))
    if not place.is_file():
        lacking("vnu.jar (npm install vnu-jar, or ASCN_VNU)")
    return place


def test_html_validates(built):
    """The validator finds no error in the pages at the top and in two of every kind of thing."""
    need("java")
    site = built / "ascn"
    pages = sorted(site.glob("*.html"))
    for kind in sorted(path for path in (site / "doc").iterdir() if path.is_dir()):
        found = sorted(kind.glob("*.html"))
        pages += [found[0], found[-1]]
    words = [str(command("java")), "-jar", str(validator()), "--format", "json", "--exit-zero-always", "--stdout"]
    done = subprocess.run([*words, *map(str, pages)], capture_output=True, check=True)
    messages = json.loads(done.stdout)["messages"]
    assert [(one["url"], one.get("lastLine"), one["message"]) for one in messages if one["type"] != "info"] == []
