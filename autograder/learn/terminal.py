"""Text for a terminal: colours, widths, a question. Written by hand, so that commands start fast.

Colours are Okabe and Ito's, which colour-blind people can tell apart, and every colour comes with a sign. There are
none when the output is not a terminal or NO_COLOR is set.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import textwrap
import unicodedata
from pathlib import Path

import click

from autograder.report import FAILED, PASSED, TODO
from microgpt_ref.errors import UserError

SIGNS = {PASSED: "✓", FAILED: "✗", TODO: "○"}
# Of the 256 colours, those nearest to bluish green, vermillion, orange and sky blue.
LOOKS = {PASSED: "38;5;36", FAILED: "38;5;166", TODO: "38;5;178", "note": "38;5;74", "bold": "1", "faint": "2"}
NARROWEST = 40
_PLAIN = str.maketrans({"✓": "+", "✗": "x", "○": "o", "…": ".", "─": "-", "│": "|", "·": "*", "√": "V"})


def colours() -> bool:
    """May the output have colours?"""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def paint(text: str, look: str) -> str:
    """The text in this look, where there are colours."""
    return f"\x1b[{LOOKS[look]}m{text}\x1b[0m" if text and colours() else text


def say(text: str = "", err: bool = False) -> None:
    """Print; where the terminal's encoding lacks a sign, something like it."""
    encoding = getattr(sys.stderr if err else sys.stdout, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        text = text.translate(_PLAIN).encode(encoding, "replace").decode(encoding)
    click.echo(text, err=err)


def clear() -> bool:
    """Begin an empty screen; False where there is no screen."""
    if sys.stdout.isatty():
        click.echo("\x1b[H\x1b[2J", nl=False)
    return sys.stdout.isatty()


def columns() -> int:
    """How wide the terminal is."""
    return max(NARROWEST, shutil.get_terminal_size().columns)


def width(text: str) -> int:
    """How many columns the text takes: colours take none, Chinese letters two."""
    plain = re.sub(r"\x1b\[[\d;]*m", "", text)
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in plain
    )


def pad(text: str, columns: int) -> str:
    """The text with spaces behind it, so many columns wide."""
    return text + " " * (columns - width(text))


def folded(line: str, deeper: int = 2) -> list[str]:
    """A line too long for the terminal as several, each indented as it is and a little more. Files get it whole."""
    if not sys.stdout.isatty() or width(line) <= columns():
        return [line]
    indent = " " * (len(line) - len(line.lstrip()))
    return textwrap.wrap(
        line.strip(),
        columns() - 1,
        initial_indent=indent,
        subsequent_indent=indent + " " * deeper,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [line]


def short(path: Path) -> str:
    """The path as one would type it here."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def interactive() -> bool:
    """Is somebody there to answer a question?"""
    return sys.stdin.isatty() and sys.stdout.isatty()


def agreed(question: str, yes: bool) -> bool:
    """Ask, unless the answer was given with --yes. Without anybody to ask, refuse."""
    if yes:
        return True
    if not interactive():
        raise UserError(f"{question} Nobody is here to answer: add --yes if that is what you want")
    return click.confirm(question, default=False)


def bullet(status: str) -> str:
    """The sign of a state in its colour."""
    return paint(SIGNS[status], status)
