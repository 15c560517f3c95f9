"""An output folder that is replaced whole: whoever looks sees the old site or the new one."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import functools
import glob
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ascn_graph.errors import EngineError, UsageError

try:
    import fcntl
except ImportError:  # Windows: what a killed build left behind stays until someone removes it
    fcntl = None  # type: ignore[assignment]

__all__ = ["MARK", "Fresh", "check", "replaced"]

#: The file that marks a folder as one that this program wrote and may replace.
MARK = ".ascn-site"
_RENAME_EXCHANGE = 2
_AT_FDCWD = -100


def check(out: Path) -> None:
    """Refuse an output folder that holds what this program did not write.

    Raises:
        UsageError: the path is a file, or a folder that is neither empty nor marked by an earlier build.
    """
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        raise UsageError(f"The site cannot be written to {out}: it is not a folder; give another path.")
    try:
        foreign = out.is_dir() and not (out / MARK).is_file() and any(out.iterdir())
    except OSError as error:
        raise EngineError(f"The folder {out} cannot be read: {error.strerror}.") from error
    if foreign:
        raise UsageError(
            f"The folder {out} is not empty, and no earlier `ascn publish` wrote it; empty it or give another path."
        )


class Fresh:
    """A folder that is being filled.

    Args:
        path: the folder, empty.
        earlier: an open descriptor of the folder whose place it will take; None where there is none.
    """

    def __init__(self, path: Path, earlier: int | None) -> None:
        self.path = path
        self._earlier = earlier
        self._made: set[str] = set()

    def write(self, name: str, content: bytes) -> None:
        """Write a file, or take it over where the earlier folder has the same under this name.

        A file taken over keeps its time of change, so that web servers and copying tools see what is new; and nothing
        is made and removed for it, which on many file systems takes longer than reading it.

        Args:
            name: its path in the folder, with slashes.
            content: its bytes.
        """
        target = f"{self.path}/{name}"
        folder = target.rpartition("/")[0]
        if folder not in self._made:
            os.makedirs(folder, exist_ok=True)  # noqa: PTH103 - once a folder, and paths of this kind are slow
            self._made.add(folder)
        if not self._taken_over(name, content, target):
            with open(target, "wb", buffering=0) as file:  # noqa: PTH123 - as above
                file.write(content)

    def _taken_over(self, name: str, content: bytes, target: str) -> bool:
        # By descriptor: another build may put its own folder in the earlier one's place meanwhile.
        if self._earlier is None:
            return False
        with contextlib.suppress(OSError):
            found = os.stat(name, dir_fd=self._earlier, follow_symlinks=False)
            if stat.S_ISREG(found.st_mode) and found.st_size == len(content):
                with open(name, "rb", opener=functools.partial(os.open, dir_fd=self._earlier)) as file:
                    same = file.read() == content
                if same:
                    os.link(name, target, src_dir_fd=self._earlier, follow_symlinks=False)
                    return True
        return False


@contextlib.contextmanager
def replaced(out: Path) -> Iterator[Fresh]:
    """Yield an empty folder to fill; when the block ends without an error it takes the place of `out` in one step.

    The folder lies beside `out`, on the same file system. After an error it is removed and `out` is untouched; what a
    killed build left is removed by the next one.

    Raises:
        UsageError: as `check`.
        EngineError: the disk is full, or a folder cannot be written.
    """
    check(out)
    out = out.absolute()
    prefix = f".{out.name}.ascn-new-"
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        _sweep(out.parent, prefix)
        made = tempfile.TemporaryDirectory(prefix=prefix, dir=out.parent, ignore_cleanup_errors=True)
    except OSError as error:
        raise EngineError(f"No folder can be made beside {out}: {error.strerror}.") from error
    with made as name, _opened(name, lock=True), _opened(out) as earlier:
        fresh = Path(name)
        try:
            yield Fresh(fresh, earlier)
            fresh.chmod(0o755)
            _swap(fresh, out)
        except OSError as error:
            raise EngineError(
                f"The site could not be written beside {out}: {error.strerror or error}; {out} is as it was."
            ) from error


@contextlib.contextmanager
def _opened(folder: Path | str, *, lock: bool = False) -> Iterator[int | None]:
    """Yield a descriptor of a folder; None where there is none to be had, or another process holds its lock."""
    with contextlib.ExitStack() as closing:
        found = None
        with contextlib.suppress(OSError):
            handle = os.open(folder, os.O_RDONLY)
            closing.callback(os.close, handle)
            if lock and fcntl is not None:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            found = handle
        yield found


def _sweep(parent: Path, prefix: str) -> None:
    """Remove what killed builds left: a build that still runs holds a lock on its folder."""
    for left in parent.glob(f"{glob.escape(prefix)}*") if fcntl is not None else ():
        with _opened(left, lock=True) as lock:
            if lock is not None:
                shutil.rmtree(left, ignore_errors=True)


def _swap(fresh: Path, out: Path) -> None:
    if not out.exists():
        fresh.rename(out)
    elif not _exchange(fresh, out):
        # No system call for it here: for an instant there is no folder, and a kill then leaves the old one beside.
        with tempfile.TemporaryDirectory(prefix=f".{out.name}.ascn-new-", dir=out.parent) as old:
            out.rename(Path(old, "site"))
            fresh.rename(out)


def _exchange(one: Path, other: Path) -> bool:
    """Swap two folders in one step, where the system can; afterwards `one` is the old folder."""
    if not sys.platform.startswith("linux"):
        return False
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    done = rename(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE)
    if done != 0 and ctypes.get_errno() not in (errno.EINVAL, errno.ENOSYS, errno.EXDEV):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return bool(done == 0)
