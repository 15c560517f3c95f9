"""Memory: what loading leaves behind is handed back, and nothing else passes for its end."""

from __future__ import annotations

import ctypes
import gc
import signal

__all__ = ["EXHAUSTED", "ignore_signals", "release_memory"]

#: The signals of a process that has no memory or stack left: the allocator aborts, the stack's guard page faults.
EXHAUSTED = (signal.SIGABRT, signal.SIGSEGV, signal.SIGBUS, signal.SIGILL)


def ignore_signals() -> None:
    """Ignore what another process sends; where memory or stack end, the kernel ends this one all the same."""
    for number in (signal.SIGINT, signal.SIGHUP, *EXHAUSTED):
        signal.signal(number, signal.SIG_IGN)


def release_memory() -> None:
    """Hand back what loading took: memory that a worker writes to is no longer shared, and would count twice."""
    gc.collect()
    gc.freeze()
    library = ctypes.CDLL(None)
    if hasattr(library, "malloc_trim"):
        library.malloc_trim(0)
