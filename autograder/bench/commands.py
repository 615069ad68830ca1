"""Commands from start to end: pytest, microgpt check, and an empty Python to see them against."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from autograder.bench.measure import SECONDS, Effort, Figure, MeasureError, Row, Tell, shown, spread
from autograder.bench.notebooks import save, written
from autograder.bench.workers import Ran, environment, expect, microgpt, run
from autograder.course import course
from autograder.judge.mistakes import mistakes_of
from microgpt_ref.words import counted

NOTHING_FOUND = 5  # pytest's exit code when there is no test
# Other plugins may take seconds to load, which costs both runs the same, and their difference its meaning.
ONLY_OUR_PLUGIN = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_PLUGINS": "autograder.learn.plugin"}


def pytest(row: Row, effort: Effort, tell: Tell) -> list[Figure]:
    """pytest on a solved exercise and pytest on an empty folder, in turn."""
    exercise = course().exercise("03")
    with tempfile.TemporaryDirectory(prefix="microgpt-bench-") as place:
        folder = Path(place)
        save(written(exercise), folder / "exercises" / exercise.notebook)
        (folder / "empty").mkdir()
        judged, empty = [], []
        env = environment(MICROGPT_CACHE=str(folder / "cache"), **ONLY_OUR_PLUGIN)
        for turn in range(effort.runs + 1):
            tell(f"run {turn + 1} of {effort.runs + 1}")
            one = run([sys.executable, "-m", "pytest", f"exercises/{exercise.folder}"], folder, env)
            other = run([sys.executable, "-m", "pytest", "empty"], folder, env)
            expect(other, NOTHING_FOUND, "an empty pytest run")
            if f"of {exercise.points} points" not in expect(one, 0, "pytest exercises/03_attention").output:
                raise MeasureError("pytest did not judge the notebook")
            if turn:  # the first run fills the caches of the disk
                judged.append(one)
                empty.append(other)
    beyond = [one.wall - other.wall for one, other in zip(judged, empty)]
    busy = [one.cpu - other.cpu for one, other in zip(judged, empty) if one.cpu is not None and other.cpu is not None]
    how = (
        f"{counted(effort.runs, 'pair')} of runs without other plugins, clock: {spread(beyond, SECONDS)}{_busy(busy)}; "
        f"the empty run {shown(median(ran.wall for ran in empty), SECONDS)}"
    )
    return [row.figure(beyond, how)]


def check(row: Row, effort: Effort, tell: Tell) -> list[Figure]:
    """microgpt check 03 in a new cache each time: solved, and with one mistake, which has to be named."""
    exercise = course().exercise("03")
    mistake = mistakes_of(exercise)[0]
    (piece,) = [piece for piece in exercise.pieces if piece.name == mistake.piece]
    with tempfile.TemporaryDirectory(prefix="microgpt-bench-") as place:
        folder = Path(place)
        save(written(exercise), folder / "solved" / exercise.notebook)
        save(written(exercise, {piece.name: mistake.apply(piece)}), folder / "mistaken" / exercise.notebook)
        solved, mistaken = [], []
        for turn in range(effort.runs + 1):
            tell(f"run {turn + 1} of {effort.runs + 1}")
            env = environment(MICROGPT_CACHE=str(folder / f"cache-{turn}"))
            one = run(microgpt("check", "03"), folder, {**env, "MICROGPT_EXERCISES": str(folder / "solved")})
            other = run(microgpt("check", "03"), folder, {**env, "MICROGPT_EXERCISES": str(folder / "mistaken")})
            expect(one, 0, "microgpt check 03")
            expect(other, 1, "microgpt check 03 with a mistake")
            if turn:
                solved.append(one)
                mistaken.append(other)
    return [
        row.figure(_walls(solved), _runs(solved)),
        row.note("with one mistake to name", _walls(mistaken), _runs(mistaken)),
    ]


def empty_python(runs: int) -> list[Ran]:
    """What it costs here to start Python and do nothing."""
    return [run([sys.executable, "-c", ""], Path.cwd(), environment()) for _ in range(runs)]


def _walls(runs: Sequence[Ran]) -> list[float]:
    return [ran.wall for ran in runs]


def _runs(runs: Sequence[Ran]) -> str:
    walls = _walls(runs)
    return f"{counted(len(runs), 'run')}, clock: {spread(walls, SECONDS)}" + _busy([ran.cpu for ran in runs if ran.cpu])


def _busy(cpu: Sequence[float]) -> str:
    return f" (CPU: {shown(median(cpu), SECONDS)})" if cpu else ""
