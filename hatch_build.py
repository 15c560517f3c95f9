"""What the wheel holds beside the folders that hatch maps: the profile, and the graph as one file that loads fast."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WheelHook(BuildHookInterface[Any]):
    """Put `graph.toml` and the compiled graph where an installed package looks for them."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile the graph; add both files to a wheel, where an editable install finds them in the checkout."""
        sys.path.insert(0, self.root)
        from ascn_graph import compiled, dataset  # noqa: PLC0415 - only a build needs it

        compiled.write(dataset.find(Path(self.root)), Path(self.root, "ascn_graph", "_kg", "graph.nq"))
        if version == "standard":
            build_data["force_include"]["graph.toml"] = "ascn_graph/_kg/graph.toml"
            build_data["artifacts"].append("ascn_graph/_kg/graph.nq")
