"""The ASEAN Smart Cities Network as linked data: load it, query it, validate it, publish it."""

__version__ = "0.1.0"
