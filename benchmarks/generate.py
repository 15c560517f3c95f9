"""Write a network `N` times as large: `python benchmarks/generate.py 10 FOLDER`, the same bytes every time.

Each copy has member states, cities, people, posts, tenures, agreements, claims, regions, sources and evidence of its
own; roles, concepts and the network are shared. A city of a copy has a label of its own, `Hanoi 2`: no network has
two cities of one name. The first copy is the packaged data itself, so every named query still finds what it finds
there. The copies are for measuring: their IRIs do not follow the patterns that the shapes ask for.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SHARED = "role|concept|network"
#: The beginning of a thing's IRI, in a prefix as in full: a mark behind it makes another thing of every name.
THING = re.compile(rf"(https://w3id\.org/ascn/id/(?!(?:{SHARED})/)[a-z-]+/)")

#: The beginning of a city's block up to the end of its label.
LABEL = re.compile(r'^(city:\S+\n(?:    .+\n)*?    rdfs:label "[^"]+)', re.MULTILINE)


def generate(scale: int, folder: Path, data: Path = ROOT / "data") -> Path:
    """Write the data of a folder `scale` times.

    Args:
        scale: how many networks; 1 is a plain copy.
        folder: where to write; `data/` and `ontology/` are made in it.
        data: what to copy.

    Returns:
        The folder, as `ascn_graph.load` takes it.
    """
    shutil.copytree(data, folder / "data", ignore=shutil.ignore_patterns("dataset.ttl", "*.sha256"))
    shutil.copytree(ROOT / "ontology", folder / "ontology")
    for source in sorted({path.parent for path in (folder / "data").rglob("*.ttl")}):
        texts = [path.read_text("utf-8") for path in sorted(source.glob("*.ttl"))]
        with (source / "copies.ttl").open("w", encoding="utf-8", newline="\n") as stream:
            stream.write("# Written by benchmarks/generate.py.\n")
            for copy in range(1, scale):
                for text in texts:
                    stream.write(LABEL.sub(rf"\g<1> {copy + 1}", THING.sub(rf"\g<1>x{copy}-", text)))
        if scale == 1:
            (source / "copies.ttl").unlink()
    return folder


if __name__ == "__main__":
    generate(int(sys.argv[1]), Path(sys.argv[2]))
