"""Rebuild the third-party files from npm: `python .ci/vendor/refresh.py [--check]`."""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from basemap import reduce_atlas

from ascn_graph import publishing
from ascn_graph.errors import AscnError, EngineError

__all__ = ["build", "main"]

_HERE = Path(publishing.__file__).parent / "vendor"
_LIST = "VENDOR.json"
_CONTACT = re.compile(r" <[^<>@\s]+@[^<>@\s]+>")
_PACKAGE = re.compile(r"node_modules/((?:@[^/]+/)?[^/]+)/")
_BUNDLE = ("editor.js", "--bundle", "--minify", "--format=esm", "--target=es2022", "--legal-comments=none")


def _run(folder: Path, program: str, *arguments: str) -> None:
    """Run one step in a folder; what it complains of is the error."""
    place = shutil.which(program, path=str(folder / "node_modules" / ".bin")) or shutil.which(program)
    if place is None:
        raise EngineError(f"Rebuilding the vendored files needs '{program}': install Node.js 20 or newer.")
    command = [place, *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603 - our own steps
    if done.returncode:
        raise EngineError(f"'{program} {' '.join(arguments)}' failed: {' '.join(done.stderr.split())[-500:]}")


def _package(modules: Path, name: str) -> dict[str, str]:
    """Return the name, version and licence that one npm package states."""
    stated = json.loads((modules / name / "package.json").read_text(encoding="utf-8"))
    return {"name": name, "version": stated["version"], "licence": stated["license"]}


def _notices(modules: Path, names: Iterable[str]) -> str:
    """Return the licence texts of some packages, equal texts once; contact addresses are left out of the notices."""
    texts: dict[str, list[str]] = {}
    for name in names:
        text = _CONTACT.sub("", (modules / name / "LICENSE").read_text(encoding="utf-8")).strip()
        texts.setdefault(text, []).append(name)
    return "\n\n----\n\n".join(f"{', '.join(owners)}\n\n{text}" for text, owners in texts.items()) + "\n"


def _entry(folder: Path, file: str, what: str, licence_file: str, packages: list[dict[str, str]]) -> dict[str, Any]:
    """Describe one file: what it is, of which packages, under which licence, and its hash."""
    content = (folder / file).read_bytes()
    return {
        "file": file,
        "what": what,
        "packages": packages,
        "licenceFile": licence_file,
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def build(folder: Path) -> None:
    """Install the pinned packages below `folder`, and put the vendored files, their licences and list into `folder`.

    Raises:
        EngineError: Node.js is missing, or the registry or a step failed.
    """
    work = folder / "work"
    shutil.copytree(_HERE / "source", work)
    _run(work, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
    modules = work / "node_modules"
    licences = folder / "licences"
    licences.mkdir()

    _run(work, "esbuild", *_BUNDLE, "--outfile=../editor.js", "--metafile=bundle.json")
    inputs = json.loads((work / "bundle.json").read_text(encoding="utf-8"))["inputs"]
    parts = sorted({match[1] for path in inputs if (match := _PACKAGE.search(path))})
    (licences / "editor.txt").write_text(_notices(modules, parts), encoding="utf-8")

    shutil.copyfile(modules / "oxigraph" / "web.js", folder / "oxigraph.js")
    _run(work, "node", "gzip.mjs", "node_modules/oxigraph/web_bg.wasm", "../oxigraph.wasm.gz")
    # The npm package states its licence without the text: the text is kept with our sources.
    shutil.move(work / "oxigraph-licence.txt", licences / "oxigraph.txt")

    atlas = json.loads((modules / "world-atlas" / "countries-50m.json").read_text(encoding="utf-8"))
    (folder / "southeast-asia.geojson").write_text(reduce_atlas(atlas), encoding="utf-8")
    (licences / "southeast-asia.txt").write_text(_notices(modules, ["world-atlas"]), encoding="utf-8")

    engine = [_package(modules, "oxigraph")]
    unpacked = hashlib.sha256((modules / "oxigraph" / "web_bg.wasm").read_bytes()).hexdigest()
    files = [
        _entry(
            folder,
            "editor.js",
            "the SPARQL editor, bundled with esbuild from vendor/source/editor.js",
            "licences/editor.txt",
            [_package(modules, name) for name in parts],
        ),
        _entry(folder, "oxigraph.js", "the package's web.js, unchanged", "licences/oxigraph.txt", engine),
        _entry(folder, "oxigraph.wasm.gz", "the package's web_bg.wasm, compressed", "licences/oxigraph.txt", engine)
        | {"unpackedSha256": unpacked},
        _entry(
            folder,
            "southeast-asia.geojson",
            "the package's countries-50m.json (Natural Earth, public domain), cut to the map by basemap.py",
            "licences/southeast-asia.txt",
            [_package(modules, "world-atlas")],
        ),
    ]
    tools = [_package(modules, name) for name in ("esbuild", "fflate")]
    listing = {"refresh": "python .ci/vendor/refresh.py", "tools": tools, "files": files}
    (folder / _LIST).write_text(json.dumps(listing, indent=2) + "\n", encoding="utf-8")
    shutil.rmtree(work)


def main(arguments: list[str] | None = None) -> int:
    """Rebuild into this folder; with `--check` only say which files would differ (exit 1)."""
    parser = argparse.ArgumentParser(description="Rebuild the third-party files of the site from npm.")
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 where a rebuilt file differs")
    check = parser.parse_args(arguments).check
    with tempfile.TemporaryDirectory() as name:
        fresh = Path(name) / "vendor"
        fresh.mkdir()
        try:
            build(fresh)
        except AscnError as error:
            print(f"refresh: {error}", file=sys.stderr)  # noqa: T201 - a command speaks on stderr
            return error.exit_code
        differing = 0
        for file in sorted(path for path in fresh.rglob("*") if path.is_file()):
            target = _HERE / file.relative_to(fresh)
            if target.exists() and target.read_bytes() == file.read_bytes():
                continue
            differing += 1
            print(f"{'differs' if check else 'rebuilt'}: {file.relative_to(fresh)}")  # noqa: T201 - its answer
            if not check:
                target.parent.mkdir(exist_ok=True)
                shutil.copyfile(file, target)
    return 1 if check and differing else 0


if __name__ == "__main__":
    sys.exit(main())
