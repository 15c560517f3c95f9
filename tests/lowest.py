"""Print the lowest version that `pyproject.toml` allows of each dependency a user gets, as pip takes it.

pip install $(python tests/lowest.py)
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def lowest() -> list[str]:
    """Return `name==version` for the core dependencies and those of the extras for users."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    listed = [
        *project["dependencies"],
        *(each for name in ("fast", "pandas", "polars", "publish", "serve") for each in extras[name]),
    ]
    found = []
    for requirement in listed:
        match = re.match(r"([A-Za-z0-9_.-]+)\s*>=\s*([0-9.]+)", requirement)
        if not match:
            raise SystemExit(f"{requirement}: a dependency needs a lower bound")
        found.append(f"{match[1]}=={match[2]}")
    return sorted(set(found))


if __name__ == "__main__":
    print(" ".join(lowest()))
