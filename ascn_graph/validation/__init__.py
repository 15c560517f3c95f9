"""SHACL validation that points at the file, line and column of what broke."""

from __future__ import annotations

from ascn_graph.validation.report import Extra, Report, Result, UnusableInput
from ascn_graph.validation.run import validate

__all__ = ["Extra", "Report", "Result", "UnusableInput", "validate"]
