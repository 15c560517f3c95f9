"""Write the counts of `data/dataset.ttl`, the hashes of the extracts and the hash of the graph, or check them.

python tests/counts.py            compare, exit 1 where one differs
python tests/counts.py --write    set them
"""

from __future__ import annotations

import hashlib
import re
import sys
from pathlib import Path

from ours import THING, graph_iri
from pyoxigraph import DefaultGraph, NamedNode, Store

from ascn_graph import dataset
from ascn_graph.profile import packaged

ROOT = Path(__file__).resolve().parent.parent
DESCRIPTION = ROOT / "data" / "dataset.ttl"
SOURCES = ROOT / "data" / "sources.ttl"
HASH = ROOT / "data" / "graph.sha256"


def counts(store: Store) -> dict[str, dict[str, int]]:
    """Count triples and entities by subject as `dataset.ttl` writes it: the whole is the de-duplicated union."""
    union = list(store.quads_for_pattern(None, None, None, DefaultGraph()))
    things = {q.subject.value for q in union if isinstance(q.subject, NamedNode) and q.subject.value.startswith(THING)}
    found = {"<https://w3id.org/ascn/dataset>": {"triples": len(union), "entities": len(things)}}
    for name in dataset.graph_names(store, packaged()):
        graph = NamedNode(graph_iri(name))
        found[f"graph:{name}"] = {"triples": sum(1 for _ in store.quads_for_pattern(None, None, None, graph))}
    return found


def described(text: str, found: dict[str, dict[str, int]]) -> str:
    """Return the text of `dataset.ttl` with these counts in it."""
    for subject, numbers in found.items():
        for key, number in numbers.items():
            pattern = rf"(^{re.escape(subject)}\n(?:    .*\n)*?    void:{key} )\d+"
            text, done = re.subn(pattern, rf"\g<1>{number}", text, flags=re.MULTILINE)
            if done != 1:
                raise SystemExit(f"{DESCRIPTION.name}: {subject} has no line void:{key}; add it to the file.")
    return text


def hashed(text: str) -> str:
    """Return the text of `sources.ttl` with the SHA-256 of each extract in it."""
    for extract in sorted(SOURCES.parent.glob("*/extract.csv")):
        line = f'    ascn:extractSha256 "{hashlib.sha256(extract.read_bytes()).hexdigest()}"^^xsd:hexBinary ;\n'
        head = rf"^source:{re.escape(extract.parent.name)}\n(?:    .*\n)*?"
        text, done = re.subn(rf"({head})    ascn:extractSha256 .*\n", rf"\g<1>{line}", text, flags=re.MULTILINE)
        if not done:
            text, done = re.subn(rf"({head})\.\n", rf"\g<1>{line}.\n", text, count=1, flags=re.MULTILINE)
        if not done:
            raise SystemExit(f"{SOURCES.name} has no source:{extract.parent.name}; describe it there.")
    return text


def main() -> int:
    """Compare or write."""
    sources = SOURCES.read_text(encoding="utf-8")
    if "--write" in sys.argv[1:]:
        SOURCES.write_text(hashed(sources), encoding="utf-8")
    store = dataset.load(dataset.find(ROOT))
    text = DESCRIPTION.read_text(encoding="utf-8")
    new = described(text, counts(store))
    if "--write" in sys.argv[1:]:
        DESCRIPTION.write_text(new, encoding="utf-8")
        HASH.write_text(dataset.graph_hash(dataset.load(dataset.find(ROOT))) + "\n", encoding="ascii")
        return 0
    known = HASH.read_text(encoding="ascii").strip() if HASH.is_file() else ""
    same = new == text and sources == hashed(sources) and known == dataset.graph_hash(store)
    print("counts and hash agree" if same else "counts or hash differ: run `python tests/counts.py --write`")
    return 0 if same else 1


if __name__ == "__main__":
    raise SystemExit(main())
