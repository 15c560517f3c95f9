"""What a person sees: the command in a terminal of its own, as wide as a window is."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import sys
import termios

import pytest
from conftest import ROOT

from ascn_graph.formats.terminal import width_of

_PROGRAM = "from ascn_graph.cli import main; raise SystemExit(main())"


def seen(width: int, *words: str, **environment: str) -> str:
    """Run `ascn` in a pseudo-terminal of `width` columns and return what it shows."""
    inner, outer = pty.openpty()
    fcntl.ioctl(outer, termios.TIOCSWINSZ, struct.pack("HHHH", 50, width, 0, 0))
    plain = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    child = os.posix_spawn(
        sys.executable,
        [sys.executable, "-c", _PROGRAM, *words],
        {**plain, "PYTHONPATH": str(ROOT), **environment},
        file_actions=[(os.POSIX_SPAWN_DUP2, outer, stream) for stream in range(3)],
    )
    os.close(outer)
    shown = b""
    try:
        while chunk := os.read(inner, 65_536):
            shown += chunk
    except OSError:  # what Linux says at the end
        pass
    finally:
        os.close(inner)
        os.waitpid(child, 0)
    return shown.decode().replace("\r\n", "\n")


def words_of(text: str) -> set[str]:
    """Return the words of a text, those broken at a hyphen as their parts, without a note of what has no room."""
    text = re.sub(r"(?s)(\d+ rows); no room.*", r"\1", text)
    return {word for word in re.sub(r"-(?!\s)", "- ", text).split() if word.isascii() and "…" not in word}


@pytest.mark.parametrize(
    ("width", "words"),
    [
        (80, ["query", "cities"]),
        (120, ["query", "city-profile", "city=hanoi"]),
        (60, ["why", "kuching"]),
        (80, ["query"]),
        (40, ["query", "oficers"]),
    ],
    ids=str,
)
def test_no_line_is_wider_than_the_window_and_no_word_is_cut(width, words):
    """Tables, lists, texts and complaints wrap at words, so that no terminal breaks a line where it ends."""
    shown = seen(width, *words)
    assert shown.count("\n") > 2
    assert [line for line in shown.split("\n") if width_of(line) > width] == []
    assert words_of(shown) <= words_of(seen(1000, *words))


def test_columns_in_the_environment_go_before_the_window():
    """COLUMNS says how wide to write, as it does to every command; nonsense in it says nothing."""
    narrow = seen(200, "query", "oficers", COLUMNS="40")
    assert max(map(width_of, narrow.split("\n"))) <= 40
    assert seen(200, "query", "oficers", COLUMNS="wide") == seen(200, "query", "oficers")
