"""What loading a graph leaves behind, handed back to the system."""

from __future__ import annotations

import ctypes
import gc

__all__ = ["release_memory"]


def release_memory() -> None:
    """Hand back what loading took: memory that a worker writes to is no longer shared, and would count twice."""
    gc.collect()
    gc.freeze()
    library = ctypes.CDLL(None)
    if hasattr(library, "malloc_trim"):
        library.malloc_trim(0)
