"""The command `ascn publish`: what it refuses, and that whoever looks sees the old site or the new one."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import ROOT, lacking, need

from ascn_graph.cli import main
from ascn_graph.errors import EngineError, InputError, UsageError
from ascn_graph.publishing import atomic, parallel
from ascn_graph.publishing.site import base_url

BASE = "https://example.org/ascn/"
MUSEUM = ROOT / "tests" / "graphs" / "museum"
RUN = "import sys; from ascn_graph.cli import main; sys.exit(main())"
DATA = """@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .

<https://w3id.org/ascn/id/city/hanoi> rdfs:label "{label}"@en .
"""


def sentences(said: str) -> list[str]:
    """Return what is said of the slip: a folder of data without a profile is told of in a note of its own."""
    return [line for line in said.splitlines() if not line.startswith("ascn: note: ")]


@pytest.fixture
def data(tmp_path):
    """Return a small file of data."""
    return small(tmp_path, "Hanoi")


def small(folder: Path, label: str) -> Path:
    """Write a small file of data."""
    place = folder / f"data-{label}" / "article" / "cities.ttl"
    place.parent.mkdir(parents=True)
    place.write_text(DATA.format(label=label), encoding="utf-8")
    return place.parent.parent


def tree(folder: Path) -> str:
    """Return a hash of every path and byte of a folder; empty where it is not there."""
    if not folder.is_dir():
        return ""
    told = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        told.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes() + b"\0")
    return told.hexdigest()


def left_over(folder: Path) -> list[str]:
    """Return what a build left beside its folder."""
    return [path.name for path in folder.iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("example.org/ascn", "does not begin with"),
        ("//example.org/", "does not begin with"),
        ("ftp://example.org/", "does not begin with"),
        ("file:///tmp/site", "does not begin with"),
        ("https://example.org/?v=1", "query"),
        ("https://example.org/?", "query"),
        ("https://example.org/#top", "fragment"),
        ("https:///ascn", "host"),
        ("https://user:word@example.org/", "host"),
        ("https://exa mple.org/", "space"),
        ("https://example.org:port/", "is not a URL"),
        ("https://[::1/", "is not a URL"),
        ("https://example.org/a b/", "space"),
        ("https://example.org/../x/", "path"),
        ('https://example.org/"><script>/', "path"),
        ("https://example.org/$1;}/", "path"),
        ("https://example.org/%0a/", "path"),
        ("https://example.org/\n", "control character"),
        ("", "does not begin with"),
    ],
)
def test_a_base_url_of_no_use_is_refused(text, why, tmp_path, capsys):
    """A base URL without scheme or host, with a query or odd characters ends with 2 and one sentence."""
    with pytest.raises(UsageError, match=why):
        base_url(text)
    assert main(["publish", str(tmp_path / "out"), f"--base-url={text}"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("ascn: The base URL" if text else "ascn publish: argument --base-url: its value is empty")
    assert len(sentences(said)) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("https://example.org", "https://example.org/"),
        ("http://127.0.0.1:8000/a/b", "http://127.0.0.1:8000/a/b/"),
        ("https://[::1]:8443//a//", "https://[::1]:8443/a/"),
        ("https://user.github.io/ascn-graph/", "https://user.github.io/ascn-graph/"),
    ],
)
def test_a_base_url_gets_its_slash(text, read):
    """A base URL is read as that of a folder."""
    assert base_url(text) == read


def test_a_folder_of_another_is_left_alone(tmp_path, data, capsys):
    """A folder that is not empty and that no build wrote, and a file, end with 2 and stay as they are."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    (tmp_path / "file").write_text("a file")
    (tmp_path / "link").symlink_to(tmp_path / "mine")
    for name in ("mine", "file", "link"):
        code = main(["publish", str(tmp_path / name), "--base-url", BASE, "--data", str(data), "--allow-invalid"])
        assert code == 2, name
        assert len(sentences(capsys.readouterr().err)) == 1
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "years of work"
    assert left_over(tmp_path) == []


def test_a_site_is_not_written_among_the_data(tmp_path, capsys):
    """A folder where the data is read, whether of a project or not, is refused: its Turtle would be data."""
    assert main(["init", str(tmp_path / "own")]) == 0
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain" / "a.ttl").write_text("<http://e/a> a <http://e/B> .\n")
    for place, out in (("own", "own/data/site"), ("plain", "plain/site")):
        assert main(["publish", str(tmp_path / out), "--base-url", BASE, "--data", str(tmp_path / place)]) == 2
        assert f"cannot be written to {tmp_path / out}, where the data is read" in capsys.readouterr().err
        assert not (tmp_path / out).exists()


@pytest.mark.thorough
def test_an_empty_folder_and_an_earlier_site_are_replaced(tmp_path):
    """A build fills an empty folder, replaces its own site whole, and leaves nothing beside it."""
    need("module:jinja2")
    out = tmp_path / "out"
    out.mkdir()
    arguments = ["publish", str(out), "--base-url", BASE, "--data", str(MUSEUM), "--allow-invalid"]
    assert main(arguments) == 0
    first = tree(out)
    (out / "doc" / "stray.html").write_text("from an earlier version")
    assert main(arguments) == 0
    assert tree(out) == first
    assert left_over(tmp_path) == []
    assert (out.stat().st_mode & 0o777) == 0o755


@pytest.mark.thorough
def test_only_data_that_conforms_is_published(tmp_path, capsys):
    """Other data ends with 1 and the first finding at its place, unless --allow-invalid lets it through."""
    need("module:jinja2")
    project, out = tmp_path / "museum", tmp_path / "out"
    shutil.copytree(MUSEUM, project)
    arguments = ["publish", str(out), "--base-url", BASE, "--data", str(project)]
    assert main(arguments) == 0
    shutil.rmtree(out)
    (broken,) = project.glob("data/guide-1998/*.ttl")
    text = broken.read_text(encoding="utf-8")
    broken.write_text(re.sub(r"hm:madeBy by:[a-z-]+", "hm:madeBy by:nobody", text, count=1), encoding="utf-8")
    capsys.readouterr()
    assert main(arguments) == 1
    said = capsys.readouterr().err
    assert re.match(rf"ascn: The data does not conform: \S+/{broken.name}:\d+:\d+: ", said)
    assert len(sentences(said)) == 1
    assert not out.exists()
    assert main([*arguments, "--allow-invalid"]) == 0


def test_unreadable_data_ends_with_3(tmp_path, capsys):
    """Data that is not there or no Turtle ends with 3 at file, line and column, and nothing is written."""
    broken = tmp_path / "broken.ttl"
    broken.write_text("<a> <b> .\n")
    for place in (tmp_path / "nowhere", broken):
        assert main(["publish", str(tmp_path / "out"), "--base-url", BASE, "--data", str(place)]) == 3
        assert sentences(capsys.readouterr().err)[0].startswith(f"ascn: {place}:1:")
    assert not (tmp_path / "out").exists()


@pytest.mark.thorough
def test_a_full_disk_ends_with_4_and_leaves_the_old_site(tmp_path, data):
    """On a disk that fills up the build ends with 4 and one sentence, and the old site stays whole."""
    need("module:jinja2")
    if os.geteuid() != 0 or not shutil.which("unshare"):
        lacking("the right to mount a small disk")
    script = (
        'set -e; mount -t tmpfs -o size=6m none "$1"; cd "$1"; mkdir out; echo mine > out/.ascn-site; '
        "echo old > out/index.html; dd if=/dev/zero of=filler bs=1k count=5900 2>/dev/null; set +e; "
        f'"$2" -c "$4" publish out --base-url {BASE} --data "$3" --allow-invalid; echo "code $?"; '
        "cat out/index.html; ls -A"
    )
    disk = tmp_path / "disk"
    disk.mkdir()
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    words = ["unshare", "-m", "sh", "-c", script, "sh", str(disk), sys.executable, str(data), RUN]
    done = subprocess.run(words, capture_output=True, text=True, env=environment, check=False)
    if "permission denied" in done.stderr.lower() or "not permitted" in done.stderr.lower():
        lacking("the right to mount a small disk")
    assert "code 4" in done.stdout, done.stdout + done.stderr
    assert len(sentences(done.stderr)) == 1
    assert "No space left" in done.stderr
    assert done.stdout.split() == ["code", "4", "old", ".", "..", "filler", "out"] or done.stdout.split() == [
        "code",
        "4",
        "old",
        "filler",
        "out",
    ]


def test_an_error_within_leaves_nothing(tmp_path):
    """When the block that fills the folder fails, the old site stays and the new one is removed."""
    out = tmp_path / "out"
    with atomic.replaced(out) as folder:
        folder.write(atomic.MARK, b"")
        folder.write("a", b"old")
    before = tree(out)
    with pytest.raises(EngineError, match="No space left"), atomic.replaced(out) as folder:  # noqa: PT012 - the block
        folder.write("a", b"new")
        raise OSError(28, "No space left on device")
    assert tree(out) == before
    assert left_over(tmp_path) == []


def test_an_error_in_a_process_beside_comes_back_with_its_place():
    """What a work of its own process raises is raised here, with the file and line that it named."""

    def fail() -> list[str]:
        raise InputError("is not Turtle", "cities.ttl", 7, 3)

    with pytest.raises(InputError, match=r"cities\.ttl:7:3: is not Turtle") as told, parallel.beside([fail]) as results:
        results()
    assert (told.value.path, told.value.line) == ("cities.ttl", 7)


@pytest.mark.skipif(parallel.processors() == 1, reason="this system has one processor, or cannot fork")
def test_works_that_nobody_waits_for_are_stopped(tmp_path):
    """A work that is under way when the block ends does not go on, and one that is killed is an error."""
    began, ended = tmp_path / "began", tmp_path / "ended"

    def slow() -> None:
        began.touch()
        time.sleep(30)
        ended.touch()

    with parallel.beside([slow]):
        while not began.exists():
            time.sleep(0.01)
    assert multiprocessing.active_children() == []
    assert not ended.exists()
    kill = [lambda: os.kill(os.getpid(), signal.SIGKILL)]
    with pytest.raises(EngineError, match="ended before it was done"), parallel.beside(kill) as results:
        results()


@pytest.mark.skipif(parallel.processors() == 1, reason="this system has one processor, or cannot fork")
def test_works_end_with_a_parent_that_is_killed(tmp_path):
    """SIGKILL of a build leaves none of its processes at work."""
    script = (
        "import os, time, pathlib; from ascn_graph.publishing import parallel\n"
        "def work(): pathlib.Path('new').write_text(str(os.getpid())); os.rename('new', 'pid'); time.sleep(600)\n"
        "with parallel.beside([work]) as results: results()"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, "-c", script], cwd=tmp_path, env=environment) as build:
        while not (tmp_path / "pid").exists():
            time.sleep(0.01)
        build.kill()
    state = Path("/proc", (tmp_path / "pid").read_text(), "stat")
    # Where nobody waits for orphans, one that has ended stays as a zombie.
    until = time.monotonic() + 20
    while state.exists() and state.read_text().rpartition(")")[2].split()[0] != "Z":
        assert time.monotonic() < until
        time.sleep(0.01)


def test_what_did_not_change_keeps_its_time_of_change(tmp_path):
    """A file that is the same in the earlier site is taken over as it is; one that differs is written anew."""
    out = tmp_path / "out"
    for text in (b"old", b"new"):
        with atomic.replaced(out) as folder:
            folder.write(atomic.MARK, b"")
            folder.write("doc/same", b"as ever")
            folder.write("doc/other", text)
        os.utime(out / "doc/same", ns=(10**18, 10**18))
        os.utime(out / "doc/other", ns=(10**18, 10**18))
        before = (out / "doc/other").stat().st_ino
    with atomic.replaced(out) as folder:
        folder.write(atomic.MARK, b"")
        folder.write("doc/same", b"as ever")
        folder.write("doc/other", b"nu!")
    assert (out / "doc/same").stat().st_mtime_ns == 10**18
    assert (out / "doc/same").stat().st_nlink == 1
    assert (out / "doc/other").stat().st_ino != before
    assert (out / "doc/other").read_bytes() == b"nu!"


def test_a_link_in_the_earlier_site_is_not_taken_over(tmp_path):
    """A symbolic link that someone put into the site is replaced by a file, and what it led to stays as it is."""
    out, other = tmp_path / "out", tmp_path / "other"
    other.write_bytes(b"text")
    with atomic.replaced(out) as folder:
        folder.write(atomic.MARK, b"")
    (out / "a").symlink_to(other)
    with atomic.replaced(out) as folder:
        folder.write(atomic.MARK, b"")
        folder.write("a", b"text")
    assert not (out / "a").is_symlink()
    assert other.stat().st_nlink == 1


def test_a_build_that_runs_is_not_swept_away(tmp_path):
    """A second build into the same folder does not remove the first one's unfinished folder."""
    out = tmp_path / "out"
    with atomic.replaced(out) as first:
        first.write(atomic.MARK, b"")
        with atomic.replaced(out) as second:
            second.write(atomic.MARK, b"")
        assert first.path.is_dir()
    assert out.is_dir()
    assert left_over(tmp_path) == []


def test_without_an_exchange_call_the_folder_is_replaced_all_the_same(tmp_path, monkeypatch):
    """Where the system cannot swap two folders in one step, the site still replaces the earlier one."""
    monkeypatch.setattr(sys, "platform", "other")
    out = tmp_path / "out"
    for text in ("one", "two"):
        with atomic.replaced(out) as folder:
            folder.write(atomic.MARK, text.encode())
    assert (out / atomic.MARK).read_text() == "two"
    assert left_over(tmp_path) == []


@pytest.mark.thorough
def test_a_killed_build_leaves_the_old_site_or_the_new_one(tmp_path):
    """Killed at 20 moments, half of them near the swap, a build leaves a whole site; the next one sweeps up."""
    need("module:jinja2")
    # Each build is a process of its own that needs not load what this one has.
    from ascn_graph.publishing import site  # noqa: F401 - as said

    out = tmp_path / "out"
    builds = [MUSEUM, tmp_path / "two"]
    shutil.copytree(MUSEUM, builds[1])
    settings = (builds[1] / "graph.toml").read_text(encoding="utf-8")
    (builds[1] / "graph.toml").write_text(settings.replace("Harbour Museum", "Other Museum"), encoding="utf-8")

    def start(place):
        words = ["publish", str(out), "--base-url", BASE, "--data", str(place), "--allow-invalid"]
        process = multiprocessing.get_context("fork").Process(target=lambda: sys.exit(main(words)))
        process.start()
        return process

    def ended(process):
        process.join(60)
        return process.exitcode

    whole = set()
    took = 0.0
    for place in builds:
        begun = time.monotonic()
        assert ended(start(place)) == 0
        took = time.monotonic() - begun
        whole.add(tree(out))
    assert len(whole) == 2
    chance = random.Random(5)
    for turn in range(20):
        process = start(builds[turn % 2])
        if turn % 2:
            time.sleep(chance.uniform(0, took))
        else:
            # The mark is the last file: from then on it is a matter of microseconds.
            while process.is_alive() and not list(tmp_path.glob(f".out.ascn-new-*/{atomic.MARK}")):
                time.sleep(0.0005)
            time.sleep(chance.uniform(0, 0.02))
        process.kill()
        process.join()
        assert tree(out) in whole
    assert ended(start(builds[0])) == 0
    assert left_over(tmp_path) == []


@pytest.mark.thorough
def test_lang_puts_the_name_in_that_language_beside_the_english_one(tmp_path, data, capsys):
    """`--lang th` shows what a source calls a thing in Thai, marked so; a language without any name ends with 2."""
    need("module:jinja2")
    path = data / "article" / "cities.ttl"
    name = '\n<https://w3id.org/ascn/id/city/hanoi> <http://www.w3.org/2004/02/skos/core#altLabel> "ฮานอย"@th .\n'
    path.write_text(path.read_text(encoding="utf-8") + name, encoding="utf-8")
    given = ["publish", str(tmp_path / "out"), "--base-url", BASE, "--data", str(data), "--allow-invalid", "--lang"]
    assert main([*given, "th"]) == 0
    page = (tmp_path / "out" / "doc" / "city" / "hanoi.html").read_text(encoding="utf-8")
    assert '<bdi lang="th">ฮานอย</bdi>' in page
    assert main([*given, "xx"]) == 2
    assert "th" in capsys.readouterr().err
