"""Fixtures shared by the tests, and the rule for what a machine may lack."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"


def lacking(what: str) -> None:
    """Skip the test, saying what is missing; fail it where everything is required."""
    message = f"left out: {what} is not on this machine"
    if os.environ.get("ASCN_REQUIRE_ALL") == "1":
        pytest.fail(message)
    pytest.skip(message)


def need(*names: str) -> None:
    """Ask for commands on the path (or in sbin) or, written `module:name`, for Python modules."""
    for name in names:
        if name.startswith("module:"):
            found = importlib.util.find_spec(name.removeprefix("module:")) is not None
        else:
            found = bool(command(name))
        if not found:
            lacking(name)


def command(name: str) -> str | None:
    """Give the full path of a command, looking beside the running Python, in node_modules and in sbin too."""
    beside = [str(Path(sys.executable).parent), str(ROOT / "node_modules" / ".bin")]
    places = [*beside, os.environ.get("PATH", ""), "/usr/sbin", "/sbin"]
    return shutil.which(name, path=os.pathsep.join(places))


@pytest.fixture(scope="session")
def shared() -> Path:
    """Give the folder of source texts and W3C suites that may lie beside the checkout; it is never required."""
    if not SHARED.is_dir():
        pytest.skip("left out: there is no ../shared beside the checkout")
    return SHARED
