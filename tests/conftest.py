"""Fixtures shared by the tests, what runs by default, and the rule for what a machine may lack."""

from __future__ import annotations

import fcntl
import importlib.util
import os
import re
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

#: Where the fixtures are that several files share.
pytest_plugins = ("browsing", "publish_site", "servers")

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"

#: The marks that `python -m pytest` leaves out. `--all` brings them back, and so does naming a file.
EXTRA = ("browser", "servers", "stores", "thorough", "docs")
#: The longest files, which start first so that no process is left with one of them at the end.
FIRST = (
    "test_parity.py",
    "test_query_page.py",
    "test_server_attacks.py",
    "test_endpoint.py",
    "test_own_queries.py",
    "test_validation_command.py",
    "test_docs.py",
    "test_injection.py",
    "test_turtle_files.py",
    "test_formats.py",
)


if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    # A shell starts a job in the background with Ctrl-C ignored, and what the tests start would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)


class Run:
    """What this run was asked for."""

    #: Everything, or all of the files that were named.
    full = False
    #: What runs where nothing else is asked for.
    default = False


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that runs everything."""
    parser.addoption("--all", action="store_true", help=f"run everything, marked {', '.join(EXTRA)} or not")


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Choose what runs, and in how many processes, before pytest-xdist reads it; both only where no file is named."""
    whole_files = not all(Path(argument).is_dir() for argument in config.args)
    Run.full = config.option.all or whole_files
    if not Run.full and importlib.util.find_spec("hypothesis"):
        from hypothesis import settings

        settings.register_profile("a sample", max_examples=examples(100))
        settings.load_profile("a sample")
    if whole_files:
        return
    if not (config.option.all or config.option.markexpr):
        config.option.markexpr = " and ".join(f"not {mark}" for mark in EXTRA)
        Run.default = True
    if hasattr(config, "workerinput"):
        return  # a worker of pytest-xdist, which would start workers of its own
    # Without pytest-xdist (`-p no:xdist`) there is no such option and the tests run one after the other.
    if getattr(config.option, "numprocesses", 0) is None:
        config.option.numprocesses = "auto"


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leave out a file that is marked as a whole without reading it: what it imports takes a second in each process."""
    if not Run.default or collection_path.suffix != ".py":
        return None
    found = re.search(r"^pytestmark = pytest\.mark\.(\w+)$", collection_path.read_text("utf-8"), re.MULTILINE)
    return True if found and found[1] in EXTRA else None


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Return one process more than there are processors, as some tests wait; beside servers and browsers none more."""
    return (os.cpu_count() or 1) + (not config.option.all)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Send the tests of a file to one process, and all that ask a store or a browser to the process that has it."""
    from xdist.scheduler import LoadScopeScheduling

    class Together(LoadScopeScheduling):
        """What belongs together, by the name of a test."""

        def _split_scope(self, nodeid: str) -> str:
            file, _, test = nodeid.partition("::")
            if "virtuoso" in test:
                return "virtuoso"
            if file.endswith("test_parity.py") and (store := re.search("oxigraph|jena", test)):
                return store[0]
            if file.endswith(
                ("test_query_page.py", "test_pages_browser.py", "test_publish_search.py", "test_publish_visitors.py")
            ):
                return "browser"
            return nodeid if file.endswith("test_parity.py") else file

    config.option.loadscopereorder = False
    return Together(config, log)


def examples(number: int) -> int:
    """Return how many random cases a test tries: a fortieth in the default run, or twenty."""
    return number if Run.full else max(number // 40, 20)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Function]) -> None:
    """Mark as thorough what needs the whole built site and what is not in a sample; put the longest files first."""
    sampled: dict[tuple[Path, str], list[pytest.Item]] = {}
    for item in items:
        if "built" in item.fixturenames:
            item.add_marker(pytest.mark.thorough)
        if item.get_closest_marker("sample") and not any(item.get_closest_marker(mark) for mark in EXTRA):
            sampled.setdefault((item.path, item.originalname), []).append(item)
    for cases in sampled.values():
        (wanted,) = cases[0].get_closest_marker("sample").args
        kept = {number * len(cases) // wanted for number in range(wanted)}
        for number, item in enumerate(cases):
            if number not in kept:
                item.add_marker(pytest.mark.thorough)
    items.sort(key=lambda item: FIRST.index(item.path.name) if item.path.name in FIRST else len(FIRST))


def in_time(seconds: float, work: Callable[[], object]) -> bool:
    """Return whether a work ends within some seconds, at one of three times: a busy machine may hold up each."""
    for _ in range(3):
        began = time.monotonic()
        work()
        if time.monotonic() - began < seconds:
            return True
    return False


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
    """Return the full path of a command, looking beside the running Python, in node_modules and in sbin too."""
    beside = [str(Path(sys.executable).parent), str(ROOT / "node_modules" / ".bin")]
    places = [*beside, os.environ.get("PATH", ""), "/usr/sbin", "/sbin"]
    return shutil.which(name, path=os.pathsep.join(places))


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of source texts and W3C suites that may lie beside the checkout; it is never required."""
    if not SHARED.is_dir():
        pytest.skip("left out: there is no ../shared beside the checkout")
    return SHARED


@contextmanager
def once(tmp_path_factory: pytest.TempPathFactory, name: str) -> Iterator[tuple[Path, bool]]:
    """Yield a folder that all test processes share and whether it is still to be filled; the others wait meanwhile."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = folder.with_suffix(".done")
        yield folder, not done.exists()
        done.touch()
