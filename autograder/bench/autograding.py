"""One run of `nbgrader autograde` with the kit's configuration, against the same run with nbgrader's own.

All of the run is in it but the imports: reading, judging behind the sandbox, the gradebook, writing the notebook.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

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
        ratio, how = _compared(count, whole=True)
        what = f"{row.what}, {counted(count, 'submission')} in one run"
        figures.append(row.figure([ratio], how, what=what))
    count = effort.runs_of[min(1, len(effort.runs_of) - 1)]
    tell(f"{counted(count, 'submission')} without pictures")
    ratio, how = _compared(count, whole=False)
    what = f"{counted(count, 'submission')} in notebooks without pictures and experiments"
    return [*figures, row.note(what, [ratio], how)]


def _compared(count: int, whole: bool) -> tuple[float, str]:
    """The kit's time for so many submissions against stock nbgrader's, and how that came about."""
    exercise = course().exercise(ASSIGNMENT)
    with tempfile.TemporaryDirectory(prefix="microgpt-bench-") as place:
        took, points = [], []
        for name, config in (("kit", KIT), ("stock", STOCK)):
            folder = Path(place) / name
            students = _set_up(folder, exercise, config, count, whole)
            env = environment(
                MICROGPT_CACHE=str(folder / "cache"),
                MICROGPT_EXERCISES=str(folder / "exercises"),
                IPYTHONDIR=str(folder / "ipython"),
            )
            with Worker("autograder.bench.examiner", "run", str(folder), env=env) as grader:
                grader.ask(students=[FIRST])
                answer = grader.ask(students=students if count == 1 else [])
            took.append(answer["wall"] / count)
            points.append({student: answer["points"][student] for student in students})
    ours, stock = took
    differ = sum(abs(points[0][student] - points[1][student]) > 1e-6 for student in points[0])
    marks = f"{counted(differ, 'mark')} of {count} differ" if differ else "the same marks"
    return ours / stock, f"{shown(ours, SECONDS)} each by the kit, {shown(stock, SECONDS)} by stock nbgrader; {marks}"


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
