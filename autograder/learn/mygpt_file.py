"""mygpt.py: the learner's own GPT in one file, and care for a file that somebody has changed."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import tempfile
import textwrap
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from autograder.learn.mygpt_cells import LENT, blocks_of
from autograder.learn.mygpt_source import one_file
from autograder.learn.workspace import Workspace

MARK = "# microgpt assemble wrote the lines above, whose number is "
STEPS, SECONDS = 3, 60
TRIED_ON = ("anna", "otto", "emma", "hannah")

DOC = """A GPT in one file, put together from my own notebooks: it learns from a list of names and invents new ones.

Try it: python {name} names.txt

{whose}
"""


@dataclass(frozen=True)
class Program:
    """The text of mygpt.py, whose pieces are in it, and things to know."""

    text: str
    own: tuple[str, ...]
    lent: tuple[str, ...]
    notes: tuple[str, ...]


def program(workspace: Workspace, name: str = "mygpt.py") -> Program:
    """Put the learner's pieces together; the kit lends what does not pass yet."""
    found = [blocks_of(workspace, exercise) for exercise in workspace.course.exercises]
    own = tuple(piece for part in found for piece in part.own)
    lent = tuple(piece for part in found for piece in part.lent)
    whose = [f"My own: {', '.join(own)}."] if own and lent else ["Every piece of it is my own."] if own else []
    whose += [f'Marked "{LENT}": {", ".join(lent)}.'] if lent else []
    about = "\n".join(textwrap.fill(line, 100, break_on_hyphens=False) for line in whose)
    blocks = [block for part in found for block in part.blocks]
    text, notes = one_file(blocks, DOC.format(name=name, whose=about), name)
    problems = tuple(part.problem for part in found if part.problem)
    return Program(signed(text), own, lent, (*problems, *notes))


def signed(text: str) -> str:
    """The text with a last line that tells later whether somebody has changed it."""
    return f"{text}\n{MARK}{_number(text)}\n"


def untouched(text: str) -> bool:
    """Is this as it was written by signed?"""
    body, found, number = text.replace("\r\n", "\n").rpartition(f"\n{MARK}")
    return bool(found) and number.strip() == _number(body)


def trial(text: str) -> str:
    """Run a few steps of the program; what is wrong with it compared to the reference, or nothing."""
    from microgpt_ref import microgpt

    with tempfile.TemporaryDirectory() as folder:
        names = Path(folder) / "names.txt"
        names.write_text("\n".join(TRIED_ON), encoding="utf-8")
        Path(folder, "tried.py").write_text(text, encoding="utf-8")
        start = f"import sys; sys.path.insert(0, sys.argv[1]); import tried; tried.main(sys.argv[2], {STEPS})"
        try:
            ran = subprocess.run(
                [sys.executable, "-X", "utf8", "-I", "-c", start, folder, str(names)],
                capture_output=True,
                stdin=subprocess.DEVNULL,
                timeout=SECONDS,
            )
        except subprocess.TimeoutExpired:
            return f"it had not done {STEPS} steps after {SECONDS} s"
        expected = io.StringIO()
        with redirect_stdout(expected):
            microgpt.main(str(names), STEPS)
    if ran.returncode:
        said = ran.stderr.decode("utf-8", "replace").strip().splitlines()
        return f"it stops with {said[-1] if said else 'an error'}"
    printed = ran.stdout.decode("utf-8", "replace").replace("\r\n", "\n")
    return "" if printed == expected.getvalue() else "its numbers are not those of the kit's own microgpt.py"


def _number(text: str) -> str:
    return hashlib.sha256(text.rstrip("\n").encode()).hexdigest()[:16]
