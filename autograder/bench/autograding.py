"""One run of `nbgrader autograde` with the kit's configuration, against the same run with nbgrader's own.

All of the run is in it but the imports: reading, judging behind the sandbox, the gradebook, writing the notebook.
"""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from autograder.bench.examiner import ASSIGNMENT
from autograder.bench.grading import bare, look_around, submissions
from autograder.bench.measure import SECONDS, Effort, Figure, MeasureError, Row, Tell, shown
from autograder.bench.notebooks import save, written
from autograder.bench.workers import Worker, environment
from autograder.course import Exercise, course
from autograder.teach.apps import nbgrader
from autograder.teach.new_course import CONFIGURATION
from microgpt_ref.words import counted

KIT = CONFIGURATION.format(course="measured", seed="measured-by-microgpt-bench")
STOCK = "c = get_config()\nc.CourseDirectory.course_id = 'measured'\n"
FIRST = "warm"  # graded before anything is measured: it fills the caches on both sides


def autograde(row: Row, effort: Effort, tell: Tell) -> list[Figure]:
    """Runs of 1, of 10 and of 100 submissions, each by the kit and by stock nbgrader; and bare ones."""
    look_around()
    figures = []
    for count in effort.runs_of:
        tell(f"{counted(count, 'submission')}")
        ratios, how = _compared(count, effort.stock if count == 1 else 1, whole=True)
        what = f"{row.what}, {counted(count, 'submission')} in one run"
        figures.append(row.figure(ratios, how, what=what))
    count = effort.runs_of[min(1, len(effort.runs_of) - 1)]
    tell(f"{counted(count, 'submission')} without pictures")
    ratios, how = _compared(count, 1, whole=False)
    what = f"{counted(count, 'submission')} in notebooks without pictures and experiments"
    return [*figures, row.note(what, ratios, how)]


def _compared(count: int, turns: int, whole: bool) -> tuple[list[float], str]:
    """The kit's time for so many submissions against stock nbgrader's, turn by turn, and how that came about.

    More than one turn is for a single submission, which one hiccup of the machine would double.
    """
    exercise = course().exercise(ASSIGNMENT)
    with tempfile.TemporaryDirectory(prefix="microgpt-bench-") as place, ExitStack() as running:
        graders = []
        for name, config in (("kit", KIT), ("stock", STOCK)):
            folder = Path(place) / name
            students = _set_up(folder, exercise, config, count * turns, whole)
            env = environment(
                MICROGPT_CACHE=str(folder / "cache"),
                MICROGPT_EXERCISES=str(folder / "exercises"),
                IPYTHONDIR=str(folder / "ipython"),
            )
            graders.append(running.enter_context(Worker("autograder.bench.examiner", "run", str(folder), env=env)))
            graders[-1].ask(students=[FIRST])
        took = [[grader.ask(students=[one] if count == 1 else []) for grader in graders] for one in students[:turns]]
    kit, stock = ([turn[who]["wall"] / count for turn in took] for who in (0, 1))
    ours, theirs = (took[-1][who]["points"] for who in (0, 1))
    differ = sum(abs(ours[student] - theirs[student]) > 1e-6 for student in students)
    marks = f"{counted(differ, 'mark')} of {len(students)} differ" if differ else "the same marks"
    each = f"{shown(median(kit), SECONDS)} each by the kit, {shown(median(stock), SECONDS)} by stock nbgrader"
    return [one / other for one, other in zip(kit, stock)], f"{each}; {marks}"


def _set_up(folder: Path, exercise: Exercise, config: str, count: int, whole: bool) -> list[str]:
    """A course with so many submissions, and one more to begin with; who they are from."""
    save(written(exercise), folder / "source" / exercise.notebook)
    for earlier in course().exercises:
        if earlier.number < exercise.number:
            save(written(earlier), folder / "exercises" / earlier.notebook)
    (folder / "nbgrader_config.py").write_text(config, encoding="utf-8")
    made = nbgrader(folder, "generate_assignment", exercise.folder, "--log-level=ERROR")
    if made.code:
        raise MeasureError(f"nbgrader generate_assignment: {made.log.strip()[-300:]}")
    students = [FIRST, *(f"student-{number}" for number in range(count))]
    for student, notebook in zip(students, submissions(exercise, count + 1)):
        save(notebook if whole else bare(notebook), folder / "submitted" / student / exercise.notebook)
    return students[1:]
