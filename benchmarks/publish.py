"""How long a site takes to build, how that grows with the data, and whether a kill ever leaves half a site.

python benchmarks/publish.py time              five builds of this graph by the command: the fastest and the median
python benchmarks/publish.py growth 1 10 100   builds of 1, 10 and 100 copies of the data: seconds, memory, files, bytes
python benchmarks/publish.py kill 200          builds killed at random moments, half of them near the swap

`time --release` and `growth --release` build the data of version 0.1.0 instead, which the history of a clone holds.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from generate import ROOT, generate

RELEASE = "bda3ef6"
BASE = "https://example.org/ascn/"
RUN = "import sys; from ascn_graph.cli import main; sys.exit(main())"


def command(out: Path, *more: str) -> list[str]:
    """Return the words of one build."""
    return [sys.executable, "-c", RUN, "publish", str(out), "--base-url", BASE, *more]


class Run(NamedTuple):
    """What one command took: seconds by the clock, seconds of processor, and the most MiB of any command so far."""

    seconds: float
    processor: float
    memory: float


def timed(words: list[str]) -> Run:
    """Run a command and say what it took."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(words, check=True, stderr=subprocess.DEVNULL)
    seconds, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(seconds, processor, after.ru_maxrss / 1024)


def released(folder: Path) -> Path:
    """Return the data of version 0.1.0, written to a folder."""
    archive = subprocess.run(["git", "archive", RELEASE, "data"], cwd=ROOT, capture_output=True, check=False)
    if archive.returncode:
        sys.exit(
            f"The data of 0.1.0 is commit {RELEASE}, which is not here: `git fetch --unshallow` brings the history."
        )
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
        files.extractall(folder, filter="data")
    return folder / "data"


def measure_time(folder: Path, data: Path) -> None:
    """Print how long the command takes, checking the data included and left out."""
    unchecked = ("without (--allow-invalid)", ["--allow-invalid"])
    ways = [("with the check of the data", []), unchecked]
    if data != ROOT / "data":
        # The shapes of today do not hold for it.
        ways = [(unchecked[0], [*unchecked[1], "--data", str(generate(1, folder / "once", data))])]
    for name, more in ways:
        runs = [timed(command(folder / "site", *more)) for _ in range(5)]
        for what, found in (("by the clock", [r.seconds for r in runs]), ("of processor", [r.processor for r in runs])):
            print(f"{name}: {min(found):.2f} s {what} at best, {statistics.median(found):.2f} s in the middle of five")
        print(f"  on {os.cpu_count()} processors with a load of {os.getloadavg()[0]:.1f}")


def measure_growth(folder: Path, data: Path, factors: list[int]) -> None:
    """Print seconds, memory, files and bytes for several sizes."""
    # Copies of the one map would all lie on the same pixels: that measures the query city-at-pixel, not the site.
    plain = folder / "plain"
    shutil.copytree(data, plain, ignore=shutil.ignore_patterns("map.ttl"))
    print("copies    quads   seconds  of processor  MiB    files    MB")
    for factor in sorted(factors):
        times = generate(factor, folder / f"times-{factor}", plain)
        out = folder / f"site-{factor}"
        run = timed(command(out, "--data", str(times), "--allow-invalid"))
        files = [path for path in out.rglob("*") if path.is_file()]
        size = sum(path.stat().st_size for path in files) / 1e6
        with (out / "dumps/ascn.nq").open("rb") as lines:
            quads = sum(1 for _ in lines)
        print(
            f"{factor:>6}  {quads:>7}  {run.seconds:>8.1f}  {run.processor:>12.1f}  "
            f"{run.memory:>5.0f}  {len(files):>7}  {size:>4.0f}",
            flush=True,
        )
        shutil.rmtree(out)


def tree(folder: Path) -> str:
    """Return a hash of every path and byte of a folder."""
    told = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        told.update(f"{path.relative_to(folder)}\0".encode() + path.read_bytes())
    return told.hexdigest()


def measure_kills(folder: Path, kills: int) -> None:
    """Kill builds of two sites in turn, and count what is left."""
    # Of a copy: an edit of the checkout during the run would make a third site.
    for name in ("ascn_graph", "data", "ontology", "queries"):
        shutil.copytree(ROOT / name, folder / "checkout" / name)
    os.environ["PYTHONPATH"] = str(folder / "checkout")
    out = folder / "site"
    builds = [
        ["--data", str(folder / "checkout" / "data" / part), "--allow-invalid"]
        for part in ("article/agreements.ttl", "article/network.ttl")
    ]
    whole = {}
    took = 0.0
    for name, more in zip(("one", "other"), builds, strict=True):
        took = timed(command(out, *more)).seconds
        whole[tree(out)] = name
    seen = {"one": 0, "other": 0, "half": 0}
    ended = swapped = 0
    chance = random.Random(11)  # noqa: S311 - moments, not secrets
    for turn in range(kills):
        before = tree(out)
        process = subprocess.Popen(command(out, *builds[turn // 2 % 2]), stderr=subprocess.DEVNULL)
        if turn % 2:
            time.sleep(chance.uniform(0, took))
        else:
            while process.poll() is None and not list(folder.glob(".site.ascn-new-*/.ascn-site")):
                time.sleep(0.0005)
            time.sleep(chance.uniform(0, 0.02))
        ended += process.poll() is not None
        process.kill()
        process.wait()
        left = tree(out)
        swapped += left != before
        seen[whole.get(left, "half")] += 1
    timed(command(out, *builds[0]))
    leftover = [path.name for path in folder.iterdir() if path.name.startswith(".")]
    print(
        f"{kills} kills: {seen['half']} left half a site, {swapped} came after the swap, {ended} after the end; "
        f"the next build left {len(leftover)} folders behind"
    )


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("time", "growth", "kill"))
    parser.add_argument("numbers", nargs="*", type=int)
    parser.add_argument("--release", action="store_true", help="the data of 0.1.0")
    given = parser.parse_intermixed_args()
    os.environ["PYTHONPATH"] = str(ROOT)
    with tempfile.TemporaryDirectory() as folder:
        data = released(Path(folder)) if given.release else ROOT / "data"
        if given.what == "time":
            measure_time(Path(folder), data)
        elif given.what == "growth":
            measure_growth(Path(folder), data, given.numbers or [1, 10, 100])
        else:
            measure_kills(Path(folder), (given.numbers or [200])[0])


if __name__ == "__main__":
    main()
