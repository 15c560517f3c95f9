"""The graph as tools for an assistant, each answer with its sources."""

__all__ = ["serving"]
