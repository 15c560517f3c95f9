"""What the wheel holds beside the folders that hatch maps: the profile, next to the data it is about."""

from __future__ import annotations

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WheelHook(BuildHookInterface[Any]):
    """Put `graph.toml` where an installed package looks for it."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the file to a wheel; an editable install finds it at the top of the checkout."""
        if version == "standard":
            build_data["force_include"]["graph.toml"] = "ascn_graph/_kg/graph.toml"
