"""A whole class graded end to end by `microgpt grade`, beside stock nbgrader for as long as there is patience.

The class comes from autograder/teach/classes.py: honest, partial, mistaken, broken, hostile. Stock nbgrader gets only
what does no harm: it would run the rest with the rights of whoever measures.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from autograder.bench.examiner import ASSIGNMENT
from autograder.bench.measure import MeasureError, Tell
from autograder.bench.workers import Worker, environment
from autograder.course import Exercise, course
from autograder.teach.apps import nbgrader
from autograder.teach.classes import Member, members, write_class
from autograder.teach.folder import find_course
from autograder.teach.new_course import CONFIGURATION
from autograder.teach.source import built
from microgpt_ref.errors import UserError
from microgpt_ref.words import counted

HARMLESS = ("honest", "partial", "mistaken")
WANTED = 10.0  # times stock nbgrader's rate


@dataclass(frozen=True)
class ClassFigures:
    """How long it took, and what for."""

    submissions: int
    jobs: int
    seconds: float  # from the command's start to its end, imports and all
    folding: float  # of these, in nbgrader's hands
    judged: int
    memory: tuple[int, ...]  # of the grader, MB, through the run
    stock_submissions: int
    stock_seconds: float

    @property
    def rate(self) -> float:
        return self.submissions / self.seconds

    @property
    def stock_rate(self) -> float:
        return self.stock_submissions / self.stock_seconds if self.stock_seconds else 0.0

    @property
    def ratio(self) -> float:
        return self.rate / self.stock_rate if self.stock_rate else 0.0

    @property
    def passed(self) -> bool:
        return not self.stock_rate or self.ratio >= WANTED

    def to_json(self) -> dict[str, Any]:
        rates = {"rate": self.rate, "stock_rate": self.stock_rate, "ratio": self.ratio}
        return {**asdict(self), **{name: round(rate, 3) for name, rate in rates.items()}}

    def to_text(self) -> str:
        lines = [
            f"{self.submissions:,} submissions of {ASSIGNMENT} in {self.seconds:.0f} s, from start to end of the "
            f"command: {self.rate:.1f} a second with {counted(self.jobs, 'judge')}",
            f"  {self.judged:,} judged; folding into nbgrader {self.folding:.1f} s, "
            f"{1000 * self.folding / self.submissions:.0f} ms each",
            f"  memory of the grader: {' '.join(str(megabytes) for megabytes in self.memory)} MB through the run",
        ]
        if self.stock_rate:
            lines.append(
                f"  stock nbgrader, harmless submissions only: {self.stock_submissions} in {self.stock_seconds:.0f} s, "
                f"{self.stock_rate:.2f} a second; the kit grades {self.ratio:.0f} times as many"
            )
        return "\n".join(lines)


def whole_class(
    count: int,
    jobs: int,
    tell: Tell,
    seed: int | str = 1,
    shares: Mapping[str, float] | None = None,
    stock_seconds: float = 60.0,
) -> ClassFigures:
    """Make the class, grade it, then let stock nbgrader grade some of it."""
    exercise = course().exercise(ASSIGNMENT)
    with tempfile.TemporaryDirectory(prefix="microgpt-bench-") as place:
        tell(f"making {count:,} submissions")
        learners = members(exercise, count, seed, shares)
        kit = _course(Path(place) / "kit", exercise, learners, CONFIGURATION.format(course="bench", seed="bench-1234"))
        tell("grading")
        begin = time.monotonic()
        outcome, memory = _grade(kit, jobs)
        seconds = time.monotonic() - begin
        harmless = [learner for learner in learners if learner.kind in HARMLESS]
        done, took = 0, 0.0
        if stock_seconds and harmless:
            tell("stock nbgrader")
            stock = _course(Path(place) / "stock", exercise, harmless, "")
            done, took = _stock(stock, harmless, stock_seconds)
    return ClassFigures(count, jobs, seconds, outcome["folding_seconds"], outcome["judged"], memory, done, took)


def class_into(path: Path, count: int, seed: int | str, shares: Mapping[str, float] | None = None) -> tuple[Path, str]:
    """Write a class into a course, beside whoever has submitted there; where, and of which assignment."""
    folder, exercise = find_course(path), course().exercise(ASSIGNMENT)
    learners = members(exercise, count, seed, shares)
    for learner in learners:
        if (folder.submitted / learner.name / exercise.folder).exists():
            raise UserError(
                f"nothing was written: submitted/{learner.name}/{exercise.folder} is there already; "
                "take it away, or use another course"
            )
    write_class(folder.submitted, exercise, learners)
    return folder.submitted, exercise.folder


def _course(folder: Path, exercise: Exercise, learners: list[Member], config: str) -> Path:
    source = folder / "source" / exercise.notebook
    source.parent.mkdir(parents=True)
    source.write_text(built(exercise), encoding="utf-8")
    if config:
        (folder / "nbgrader_config.py").write_text(config, encoding="utf-8")
        made = nbgrader(folder, "generate_assignment", exercise.folder, "--log-level=ERROR")
        if made.code:
            raise MeasureError(f"nbgrader generate_assignment: {made.log.strip()[-300:]}")
    write_class(folder / "submitted", exercise, learners)
    return folder


def _grade(folder: Path, jobs: int) -> tuple[dict[str, Any], tuple[int, ...]]:
    """The command in a process of its own; what it says, and its memory now and then."""
    line = "from autograder.cli import main; main()"
    grader = subprocess.Popen(
        [sys.executable, "-c", line, "grade", str(folder), "--json", "--jobs", str(jobs)],
        stdout=subprocess.PIPE,
        env=environment(),
        text=True,
    )
    memory = []
    while grader.poll() is None:
        memory.append(_megabytes(grader.pid))
        time.sleep(0.5)
    assert grader.stdout
    said = grader.stdout.read()
    if grader.returncode:
        raise MeasureError(f"microgpt grade ended with {grader.returncode}: {said.strip()[-300:]}")
    return json.loads(said), tuple(memory[len(memory) * part // 6] for part in range(1, 6)) if memory else ()


def _megabytes(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) // 1024


def _stock(folder: Path, learners: list[Member], seconds: float) -> tuple[int, float]:
    """How many it grades in so many seconds, once it is running."""
    env = environment(
        MICROGPT_CACHE=str(folder / "cache"),
        MICROGPT_EXERCISES=str(folder / "exercises"),
        IPYTHONDIR=str(folder / "ipython"),
    )
    with Worker("autograder.bench.examiner", "stock", str(folder), env=env) as stock:
        stock.ask(student=learners[0].name)  # fills its caches
        begin, done = time.monotonic(), 0
        for learner in learners[1:]:
            stock.ask(student=learner.name)
            done += 1
            if time.monotonic() - begin > seconds:
                break
        return done, time.monotonic() - begin
