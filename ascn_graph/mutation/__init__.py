"""Mutation testing of shapes: whether every constraint catches something."""

__all__ = ["measurement", "summary"]
