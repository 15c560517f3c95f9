"""Validation side by side with the `pyshacl` command: `python benchmarks/validation.py [--scales 1,10] [--runs 3]`.

Each copy of the packaged data gets its own names, so that a scale of 10 is ten networks. One wrong statement a copy
gives the locator work. Times are of whole processes, start-up included; the median of the runs is shown.

`--reader` compares the CPU time of the positional reader with rdflib's Turtle parser on the same files.
`--candidates PYTHON` times the compiled engines that are installed for that interpreter, on one graph.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
THINGS = re.compile(r"(https://w3id\.org/ascn/id/[a-z-]+/)")
WRONG = "<https://w3id.org/ascn/id/city/wrong-{0}> a <https://w3id.org/ascn/ontology#MemberCity> .\n"
ASCN = [sys.executable, "-c", "import sys; from ascn_graph.cli import main; sys.exit(main())", "validate"]


def scaled(folder: Path, scale: int) -> tuple[Path, int]:
    """Write the data `scale` times into one file, and give it with its number of bytes."""
    texts = [path.read_text() for path in sorted((ROOT / "data").rglob("*.ttl"))]
    target = folder / f"data-{scale}.ttl"
    with target.open("w") as file:
        file.writelines((ROOT / "ontology" / name).read_text() + "\n" for name in ("ascn.ttl", "concepts.ttl"))
        for copy in range(scale):
            mark = "" if copy == 0 else f"copy-{copy}-"
            file.writelines(THINGS.sub(rf"\g<1>{mark}", text) + "\n" for text in texts)
            file.write(WRONG.format(copy))
    return target, target.stat().st_size


def timed(command: list[str], runs: int) -> float:
    """Give the median wall-clock seconds of a command."""
    taken = []
    for _ in range(runs):
        began = time.perf_counter()
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        taken.append(time.perf_counter() - began)
        if done.returncode not in (0, 1):
            raise SystemExit(f"{command} ended with {done.returncode}: {done.stderr[-500:]}")
    return statistics.median(taken)


def side_by_side(scales: list[int], runs: int) -> None:
    """Print the times of the `pyshacl` command and of both engines here, with locations and SARIF."""
    pyshacl = shutil.which("pyshacl", path=str(Path(sys.executable).parent)) or "pyshacl"
    shapes = str(ROOT / "ontology/shapes.ttl")
    print(f"{'scale':>6} {'pyshacl':>9} {'--engine pyshacl':>18} {'--engine fast':>18}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for scale in scales:
            data, _ = scaled(folder, scale)
            common = [*ASCN, str(data), "--shapes", shapes, "--timeout", "3600", "-o", f"sarif={folder / 'out.sarif'}"]
            fast = timed([*common, "--engine", "fast"], runs)
            if scale > 10:
                print(f"{scale:>6} {'-':>9} {'-':>18} {fast:>10.2f} s")
                continue
            peer = timed([pyshacl, "-s", shapes, str(data)], runs)
            slow = timed([*common, "--engine", "pyshacl"], runs)
            print(f"{scale:>6} {peer:>7.2f} s {slow:>8.2f} s ({slow / peer:.3f}) {fast:>8.2f} s ({fast / peer:.3f})")


def cpu(function: Callable[[], object], runs: int) -> float:
    """Give the least CPU seconds of a call."""
    taken = []
    for _ in range(runs):
        began = time.process_time()
        function()
        taken.append(time.process_time() - began)
    return min(taken)


def reader(scales: list[int], runs: int) -> None:
    """Print the CPU time of the positional reader beside rdflib's."""
    import rdflib  # noqa: PLC0415 - only this comparison needs it

    from ascn_graph.validation.turtle import read  # noqa: PLC0415

    print(f"{'scale':>6} {'MB':>6} {'triples':>9} {'reader':>9} {'rdflib':>9} {'ratio':>6}")
    with tempfile.TemporaryDirectory() as name:
        for scale in scales:
            path, size = scaled(Path(name), scale)
            text = path.read_text()
            ours = cpu(lambda text=text: read(text), runs)  # type: ignore[misc]
            theirs = cpu(lambda text=text: rdflib.Graph().parse(data=text, format="turtle"), 1)  # type: ignore[misc]
            number = len(read(text).rows)
            print(f"{scale:>6} {size / 1e6:>6.1f} {number:>9} {ours:>7.2f} s {theirs:>7.2f} s {ours / theirs:>6.3f}")


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


def candidates(python: str, scales: list[int], runs: int) -> None:
    """Print how many results each installed engine finds on one graph, and how long it takes."""
    from ascn_graph.validation.shapes import Shapes  # noqa: PLC0415 - only this comparison needs it
    from ascn_graph.validation.sources import ntriples, read_sources  # noqa: PLC0415

    planted = [ROOT / "tests/planted" / name for name in ("stops.ttl", "lines.ttl")]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rounds = [("planted", planted, ROOT / "tests/planted/shapes.ttl")]
        rounds += [(f"x{scale}", [scaled(folder, scale)[0]], ROOT / "ontology/shapes.ttl") for scale in scales]
        for label, files, stated in rounds:
            shapes, _ = read_sources([stated], blanks="s", ours=False)
            sources, _ = read_sources(files, blanks="d", ours=False)
            lines = [line for source in sources for line in ntriples(source)]
            (folder / "shapes.nt").write_text("\n".join(Shapes(shapes).lines()) + "\n")
            (folder / "data.nt").write_text("\n".join(lines) + "\n")
            for module, program in CANDIDATES.items():
                if module == "pyshacl" and len(lines) > 50_000:
                    continue
                command = [python, "-c", "import sys\n" + program, str(folder / "data.nt"), str(folder / "shapes.nt")]
                done = subprocess.run(command, capture_output=True, text=True, check=False)
                found = done.stdout.strip() or (done.stderr.strip().splitlines() or ["?"])[-1][:60]
                took = timed(command, runs) if done.returncode == 0 else float("nan")
                print(json.dumps({"graph": label, "engine": module, "results": found, "seconds": round(took, 3)}))


def main() -> None:
    """Run the comparison that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--scales", default="1,10", help="comma-separated (default 1,10)")
    parser.add_argument("--runs", type=int, default=3, help="runs of each command (default 3)")
    parser.add_argument("--reader", action="store_true", help="compare the readers instead")
    parser.add_argument("--candidates", metavar="PYTHON", help="compare the engines it has instead")
    args = parser.parse_args()
    scales = [int(scale) for scale in args.scales.split(",")]
    if args.candidates:
        candidates(args.candidates, scales, args.runs)
    elif args.reader:
        reader(scales, args.runs)
    else:
        side_by_side(scales, args.runs)


if __name__ == "__main__":
    main()
