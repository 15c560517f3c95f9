"""Validation side by side with the `pyshacl` command: `python benchmarks/validation.py [--scales 1,10] [--limit 600]`.

The data is what `generate.py` writes, in one file, with one wrong statement a network besides the IRIs that the shapes
refuse, so that the locator has work. Times are of whole processes, start-up included; the median of the runs is shown.
A command that takes over a minute is run once, and ended after `--limit` seconds: its time is then a lower bound.

`--growth` times the compiled engine alone, at 1, 10, 30 and 100 networks unless `--scales` says otherwise, and says
which share of that the resolution of the targets is.
`--reader` compares the CPU time of the positional reader with rdflib's Turtle parser on the same files.
`--candidates PYTHON` times the compiled engines that are installed for that interpreter, on one graph.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from generate import ROOT, generate

WRONG = "<https://w3id.org/ascn/id/city/wrong-{0}> a <https://w3id.org/ascn/ontology#MemberCity> .\n"
ASCN = [sys.executable, "-c", "import sys; from ascn_graph.cli import main; sys.exit(main())", "validate"]
SHAPES = str(ROOT / "ontology/shapes.ttl")
#: A command that takes longer, in seconds, is run once.
SLOW = 60


def scaled(folder: Path, scale: int) -> Path:
    """Write a network `scale` times as large, with its ontology, into one file."""
    made = generate(scale, folder / f"network-{scale}")
    target = folder / f"data-{scale}.ttl"
    files = [made / "ontology" / name for name in ("ascn.ttl", "concepts.ttl")]
    with target.open("w", encoding="utf-8") as file:
        for path in files + sorted((made / "data").rglob("*.ttl")):
            file.write(path.read_text("utf-8") + "\n")
        file.writelines(WRONG.format(copy) for copy in range(scale))
    return target


class Cost(NamedTuple):
    """What a command took: seconds by the clock and of all processors, and the largest process in MB."""

    seconds: float
    cpu: float
    peak: float


def timed(command: list[str], runs: int, limit: float | None = None) -> Cost | None:
    """Return the median cost of a command, of one run where that is over a minute; None if it does not end in time."""
    taken: list[Cost] = []
    while len(taken) < runs and not (taken and taken[0].seconds > SLOW):
        began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        try:
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=limit)
        except subprocess.TimeoutExpired:
            return None
        seconds, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        taken.append(Cost(seconds, cpu, after.ru_maxrss / 1024))
        if "did not finish within" in done.stderr:
            return None
        if done.returncode not in (0, 1):
            raise SystemExit(f"{command} ended with {done.returncode}: {done.stderr[-500:]}")
    return Cost(*map(statistics.median, zip(*taken, strict=True)))


def ours(data: Path, engine: str, limit: float = 3600) -> list[str]:
    """Return the command that validates a file here, with locations, SARIF and JSON."""
    written = [part for form in ("sarif", "json") for part in ("-o", f"{form}={data.with_suffix(f'.{form}')}")]
    return [*ASCN, str(data), "--shapes", SHAPES, "--timeout", f"{limit:g}", "--engine", engine, *written]


def side_by_side(folder: Path, scales: list[int], runs: int, limit: float) -> None:
    """Print the times of the `pyshacl` command and of both engines here, each as soon as it is known."""
    peer = shutil.which("pyshacl", path=str(Path(sys.executable).parent)) or "pyshacl"
    for scale in scales:
        data = scaled(folder, scale)
        fast = timed(ours(data, "fast"), runs)
        assert fast is not None
        triples = json.loads(data.with_suffix(".json").read_text("utf-8"))["triples"]
        print(f"x{scale}, {triples} triples: --engine fast {fast.seconds:.2f} s", flush=True)
        theirs = timed([peer, "-s", SHAPES, str(data)], runs, limit)
        bound, least = ("<", limit) if theirs is None else ("=", theirs.seconds)
        told = f"did not end in {limit:g} s" if theirs is None else f"{least:.1f} s"
        print(f"    pyshacl {told}; fast / pyshacl {bound} {fast.seconds / least:.4f}", flush=True)
        slow = timed(ours(data, "pyshacl", limit), runs)
        told = (
            f"did not end in {limit:g} s"
            if slow is None
            else f"{slow.seconds:.1f} s, {bound} {slow.seconds / least:.3f}"
        )
        print(f"    --engine pyshacl {told}", flush=True)


def growth(folder: Path, scales: list[int], runs: int) -> None:
    """Print what the compiled engine takes as the data grows: a linear run keeps its time a triple."""
    from ascn_graph.validation.focus import Focus  # noqa: PLC0415 - only this comparison needs it
    from ascn_graph.validation.inputs import Inputs  # noqa: PLC0415
    from ascn_graph.validation.locate import Locator  # noqa: PLC0415

    class Targets(Focus):
        """What targets meet, without following shapes into each other."""

        def spread(self, pending: object) -> None:
            """Leave it at that."""

    print(" scale   triples  results  seconds       CPU  CPU a triple  targets     memory", flush=True)
    for scale in scales:
        data = scaled(folder, scale)
        cost = timed(ours(data, "fast"), runs)
        assert cost is not None
        report = json.loads(data.with_suffix(".json").read_text("utf-8"))
        triples, each = report["triples"], cost.cpu / report["triples"] * 1e6
        given = Inputs([str(data)], SHAPES, None, "turtle")
        locator = Locator(given.sources, given.shapes)
        share = cpu(lambda locator=locator: Targets(locator), runs) / cost.cpu  # type: ignore[misc]
        print(
            f"{scale:>6} {triples:>9} {len(report['results']):>8} {cost.seconds:>6.2f} s {cost.cpu:>7.2f} s "
            f"{each:>10.1f} µs {share:>8.1%} {cost.peak:>7.0f} MB",
            flush=True,
        )


def cpu(function: Callable[[], object], runs: int) -> float:
    """Return the least CPU seconds of a call."""
    taken = []
    for _ in range(runs):
        began = time.process_time()
        function()
        taken.append(time.process_time() - began)
    return min(taken)


def reader(folder: Path, scales: list[int], runs: int) -> None:
    """Print the CPU time of the positional reader beside rdflib's."""
    import rdflib  # noqa: PLC0415 - only this comparison needs it

    from ascn_graph.turtle.reader import read  # noqa: PLC0415

    print(f"{'scale':>6} {'MB':>6} {'triples':>9} {'reader':>9} {'rdflib':>9} {'ratio':>6}")
    for scale in scales:
        text = scaled(folder, scale).read_text("utf-8")
        mine = cpu(lambda text=text: read(text), runs)  # type: ignore[misc]
        theirs = cpu(lambda text=text: rdflib.Graph().parse(data=text, format="turtle"), 1)  # type: ignore[misc]
        size, number = len(text.encode()) / 1e6, len(read(text).rows)
        print(f"{scale:>6} {size:>6.1f} {number:>9} {mine:>7.2f} s {theirs:>7.2f} s {mine / theirs:>6.3f}")


#: Each candidate as a program: N-Triples files of data and shapes in, the number of results out.
CANDIDATES = {
    "pyshacl": "import pyshacl, rdflib\n"
    "d, s = (rdflib.Graph().parse(p, format='nt') for p in sys.argv[1:])\n"
    "print(len(list(pyshacl.validate(d, shacl_graph=s)[1].objects(None, rdflib.SH.result))))",
    "pyshacl_turbo": "import pyshacl_turbo, rdflib\n"
    "d, s = (rdflib.Graph().parse(p, format='nt') for p in sys.argv[1:])\n"
    "print(len(list(pyshacl_turbo.validate(d, shacl_graph=s)[1].objects(None, rdflib.SH.result))))",
    "shifty": "import shifty, rdflib, pathlib\n"
    "d, s = map(pathlib.Path, sys.argv[1:])\n"
    "print(len(list(shifty.validate(d, s)[1].objects(None, rdflib.SH.result))))",
    "shacl": "import shacl\n"
    "d, s = (open(p).read() for p in sys.argv[1:])\n"
    "print(len(shacl.Shapes.from_text(s, format='ntriples').validate_text(d, format='ntriples')))",
    "shacl_rust": "import shacl_rust\n"
    "d, s = (open(p).read() for p in sys.argv[1:])\n"
    "print(len(shacl_rust.validate(d, s, data_format='nt', shapes_format='nt')['results']))",
}


def candidates(python: str, folder: Path, scales: list[int], runs: int) -> None:
    """Print how many results each installed engine finds on one graph, and how long it takes."""
    from ascn_graph.validation.shapes import Shapes  # noqa: PLC0415 - only this comparison needs it
    from ascn_graph.validation.sources import ntriples, read_sources  # noqa: PLC0415

    planted = [ROOT / "tests/planted" / name for name in ("stops.ttl", "lines.ttl")]
    rounds = [("planted", planted, ROOT / "tests/planted/shapes.ttl")]
    rounds += [(f"x{scale}", [scaled(folder, scale)], Path(SHAPES)) for scale in scales]
    for label, files, stated in rounds:
        shapes, _ = read_sources([stated], blanks="s", ours=False)
        sources, _ = read_sources(files, blanks="d", ours=False)
        lines = ntriples(sources)
        (folder / "shapes.nt").write_text("\n".join(Shapes(shapes).lines()) + "\n")
        (folder / "data.nt").write_text("\n".join(lines) + "\n")
        for module, program in CANDIDATES.items():
            if module == "pyshacl" and len(lines) > 50_000:
                continue
            command = [python, "-c", "import sys\n" + program, str(folder / "data.nt"), str(folder / "shapes.nt")]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            found = done.stdout.strip() or (done.stderr.strip().splitlines() or ["?"])[-1][:60]
            cost = timed(command, runs) if done.returncode == 0 else None
            took = cost and round(cost.seconds, 3)
            print(json.dumps({"graph": label, "engine": module, "results": found, "seconds": took}), flush=True)


def main() -> None:
    """Run the comparison that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--scales", help="comma-separated (default 1,10)")
    parser.add_argument("--runs", type=int, default=3, help="runs of each command (default 3)")
    parser.add_argument("--limit", type=float, default=600, help="seconds after which pySHACL is ended (default 600)")
    parser.add_argument("--growth", action="store_true", help="time the compiled engine alone, as the data grows")
    parser.add_argument("--reader", action="store_true", help="compare the readers instead")
    parser.add_argument("--candidates", metavar="PYTHON", help="compare the engines it has instead")
    args = parser.parse_args()
    scales = [int(scale) for scale in (args.scales or ("1,10,30,100" if args.growth else "1,10")).split(",")]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if args.candidates:
            candidates(args.candidates, folder, scales, args.runs)
        elif args.growth or args.reader:
            (growth if args.growth else reader)(folder, scales, args.runs)
        else:
            side_by_side(folder, scales, args.runs, args.limit)


if __name__ == "__main__":
    main()
