"""microgpt watch: from the moment a notebook is saved to the verdict on the screen."""

from __future__ import annotations

import queue
import subprocess
import tempfile
import threading
import time
from pathlib import Path

from autograder.bench.measure import SECONDS, Effort, Figure, MeasureError, Row, Tell, spread
from autograder.bench.notebooks import save, written
from autograder.bench.workers import environment, microgpt
from autograder.course import course, without_markers
from microgpt_ref.words import counted

PATIENCE = 30.0  # seconds for a verdict
VERDICT_ENDS = "watching: save the notebook"  # the last line of a verdict


def watch(row: Row, effort: Effort, tell: Tell) -> list[Figure]:
    """Save a notebook again and again, each time with another piece in it, so that no verdict is remembered."""
    exercise = course().exercise("03")
    piece = exercise.pieces[0]
    with tempfile.TemporaryDirectory(prefix="microgpt-bench-") as place:
        folder = Path(place)
        path = save(written(exercise), folder / exercise.notebook)
        env = environment(MICROGPT_CACHE=str(folder / "cache"), MICROGPT_EXERCISES=str(folder))
        watching = subprocess.Popen(
            microgpt("watch", exercise.number),
            cwd=folder,
            env={**env, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )
        lines: queue.Queue[tuple[float, str]] = queue.Queue()
        reader = threading.Thread(target=_read, args=(watching, lines), daemon=True)
        reader.start()
        took = []
        try:
            _verdict(lines, exercise.points)
            for turn in range(effort.saves):
                tell(f"save {turn + 1} of {effort.saves}")
                time.sleep(0.1 + 0.017 * turn)  # at another moment between two looks each time
                changed = f"{without_markers(piece.source)}\n# saved {turn + 1} times"
                begin = _saved(written(exercise, {piece.name: changed}), path)
                took.append(_verdict(lines, exercise.points) - begin)
        finally:
            watching.kill()
            watching.wait()
            reader.join(5)
            if watching.stdout:
                watching.stdout.close()
    return [row.figure(took, f"{counted(len(took), 'save')}, clock: {spread(took, SECONDS)}")]


def _saved(notebook: dict, path: Path) -> float:
    """Save; the moment at which the new file took its place, or just before."""
    waiting = save(notebook, path.with_suffix(".waiting"))
    begin = time.perf_counter()
    waiting.replace(path)
    return begin


def _verdict(lines: queue.Queue[tuple[float, str]], points: int) -> float:
    """Wait for a whole verdict with all the points; the moment at which its last line came."""
    said: list[str] = []
    until = time.monotonic() + PATIENCE
    while True:
        try:
            moment, line = lines.get(timeout=max(0.0, until - time.monotonic()))
        except queue.Empty:
            raise MeasureError(
                f"no verdict within {PATIENCE:g} s: {' / '.join(said[-3:]) or 'nothing was said'}"
            ) from None
        if not line:
            raise MeasureError(f"microgpt watch ended: {' / '.join(said[-3:]) or 'it said nothing'}")
        said.append(line.strip())
        if line.startswith(VERDICT_ENDS):
            break
    if f"{points} of {points} points" not in "\n".join(said):
        raise MeasureError(f"the verdict is not {points} of {points} points: {' / '.join(said[:4])}")
    return moment


def _read(watching: subprocess.Popen[str], lines: queue.Queue[tuple[float, str]]) -> None:
    assert watching.stdout
    for line in watching.stdout:
        lines.put((time.perf_counter(), line))
    lines.put((time.perf_counter(), ""))
