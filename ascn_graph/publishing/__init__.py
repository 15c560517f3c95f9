"""A graph written as a linked-data site of plain files."""

__all__ = ["addresses", "atomic", "site"]
