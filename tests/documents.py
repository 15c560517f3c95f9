"""The Markdown files of the repository, read for what they name and show."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent

#: Every page that people read.
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.joinpath("docs").rglob("*.md"), ROOT / "LICENSES" / "README.md"])

_FENCE = re.compile(r"^( *)```(\w*)[^\n]*\n(.*?)^\1```", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^()\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
#: Commands that answer nobody by themselves.
_SERVERS = ("serve", "push")


class Fence(NamedTuple):
    """One block of code and the language it is marked with."""

    language: str
    text: str


class Command(NamedTuple):
    """One command of a shell block and what its comment says of it."""

    text: str
    comment: str

    @property
    def words(self) -> list[str]:
        """The words up to the first pipe or operator."""
        words = shlex.split(self.text.partition("\n")[0])
        ends = [index for index, word in enumerate(words) if word in ("|", "&&", "||", ";", ">", "&")]
        return words[: ends[0]] if ends else words

    @property
    def expected(self) -> int:
        """The exit code that the comment tells, 0 where it tells none."""
        told = re.match(r"exit (\d+)", self.comment)
        return int(told[1]) if told else 0

    @property
    def runs_alone(self) -> bool:
        """Whether it needs neither a network nor a server and comes to an end."""
        words = self.words
        if words[1:2] and words[1] in _SERVERS and not {"--dry-run", "--help"} & set(words):
            return False
        return "--endpoint" not in words and not re.match(r"(network|server)\b", self.comment)


def name(page: Path) -> str:
    """Return the path of a page from the top of the checkout."""
    return page.relative_to(ROOT).as_posix()


def fences(page: Path) -> list[Fence]:
    """List the blocks of code of a page."""
    return [Fence(match[2], match[3]) for match in _FENCE.finditer(page.read_text("utf-8"))]


def prose(page: Path) -> str:
    """Return a page without its blocks of code."""
    return _FENCE.sub("", page.read_text("utf-8"))


def codes(page: Path) -> list[str]:
    """List what stands between backticks in the prose of a page."""
    return _CODE.findall(prose(page))


def links(page: Path) -> list[str]:
    """List the targets of the links of a page that lead to this repository."""
    return [target for target in _LINK.findall(prose(page)) if not re.match(r"<?[a-z]+:", target)]


def anchors(page: Path) -> set[str]:
    """Return the fragments of the headings of a page, as GitHub makes them."""
    plain = [re.sub(r"[^\w\- ]", "", heading.lower()) for heading in _HEADING.findall(prose(page))]
    return {heading.strip().replace(" ", "-") for heading in plain}


def commands(page: Path) -> list[Command]:
    """List the commands of the `sh` blocks of a page that begin with `ascn`."""
    found = []
    for fence in fences(page):
        if fence.language == "sh":
            found += [command for command in _commands(fence.text) if command.text.startswith("ascn ")]
    return found


def _commands(text: str) -> Iterator[Command]:
    lines = iter(text.replace("\\\n", " ").splitlines())
    for line in lines:
        code, _, comment = (line.strip() + " ").partition(" # ")
        here = re.search(r"<<-?\s*'?(\w+)'?", code)
        while here and (follow := next(lines, here[1])) != here[1]:
            code += "\n" + follow
        yield Command(code.strip() + (f"\n{here[1]}\n" if here else ""), comment.strip())


def transcripts(page: Path) -> list[tuple[str, str]]:
    """List the commands of the `console` blocks of a page with the output that is shown of each."""
    found = []
    for fence in fences(page):
        if fence.language == "console":
            parts = re.split(r"^\$ ", fence.text, flags=re.MULTILINE)[1:]
            found += [(command.strip(), output) for command, _, output in (part.partition("\n") for part in parts)]
    return found


def shown(output: str) -> re.Pattern[str]:
    """Return what matches an output as shown, where an ellipsis stands for anything left out."""
    pattern = re.escape(output.strip()).replace("…", "(?:.|\n)*")
    return re.compile(pattern + r"\s*")


def table(page: Path, heading: str) -> list[list[str]]:
    """Return the rows, without their head, of the first table below a heading."""
    below = page.read_text("utf-8").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = [line.strip().strip("|").split("|") for line in below.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row] for row in rows[2:]]
