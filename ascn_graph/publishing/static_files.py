"""The files that every site has as they lie here: style sheet, scripts, vendored code."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

__all__ = ["static_files"]

_HERE = Path(__file__).parent
# Loaded as scripts, not as modules, so that search works from a folder without a server too.
_CLASSIC = "site.js"
#: The vendored files of the query page.
_VENDORED = ("editor.js", "oxigraph.js", "oxigraph.wasm.gz")


def static_files(vendored: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Yield the style sheet, our scripts and the vendored files: path from the top of the site, and bytes.

    Args:
        vendored: names of vendored files beyond those of the query page.
    """
    assets, vendor = _HERE / "assets", _HERE / "vendor"
    for path in sorted(assets.iterdir()):
        if path.suffix in (".css", ".js", ".svg") and path.name != _CLASSIC:
            yield f"assets/{path.name}", path.read_bytes()
    fold = (assets / "fold.js").read_text("utf-8").replace("export ", "")
    script = (assets / _CLASSIC).read_text("utf-8")
    yield f"assets/{_CLASSIC}", f"(() => {{\n{fold}\n{script}}})();\n".encode()
    listing = json.loads((vendor / "VENDOR.json").read_bytes())
    wanted = {*_VENDORED, *vendored}
    yield "logo.svg", (_HERE / "logo.svg").read_bytes()
    files = [entry for entry in listing["files"] if entry["file"] in wanted]
    yield "vendor/VENDOR.json", (json.dumps({"files": files}, indent=2) + "\n").encode()
    for name in sorted({entry[key] for entry in files for key in ("file", "licenceFile")}):
        yield f"vendor/{name}", (vendor / name).read_bytes()
