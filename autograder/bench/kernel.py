"""check(softmax) in a real kernel, as in a running notebook."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from subprocess import DEVNULL
from typing import Any

from autograder.bench.measure import (
    SECONDS,
    CannotMeasure,
    Effort,
    Figure,
    MeasureError,
    Row,
    Tell,
    shown,
    spread,
)
from autograder.bench.notebooks import save, written
from autograder.bench.workers import environment
from autograder.course import course
from autograder.installing import pip
from microgpt_ref.words import counted

PATIENCE = 60  # seconds for a cell, and for the kernel to start


def notebook(row: Row, effort: Effort, tell: Tell) -> list[Figure]:
    """Run the pieces up to softmax, then check(softmax) again and again. The first one loads the judge."""
    try:
        from jupyter_client.manager import start_new_kernel
    except ImportError:
        raise CannotMeasure(f"jupyter_client is not installed: {pip('ipykernel')}") from None
    layers, autograd = course().exercise("02"), course().exercise("01")
    with tempfile.TemporaryDirectory(prefix="microgpt-bench-") as place:
        folder = Path(place)
        save(written(autograd), folder / autograd.notebook)
        path = save(written(layers), folder / layers.notebook)
        env = environment(
            MICROGPT_CACHE=str(folder / "cache"), MICROGPT_EXERCISES=str(folder), IPYTHONDIR=str(folder / "ipython")
        )
        tell("starting the kernel")
        manager, client = start_new_kernel(
            startup_timeout=PATIENCE, env=env, cwd=str(path.parent), stdout=DEVNULL, stderr=DEVNULL
        )
        try:
            for source in _cells_up_to("softmax"):
                _execute(client, source)
            took = []
            for turn in range(effort.checks + 1):
                tell(f"check {turn + 1} of {effort.checks + 1}")
                took.append(_execute(client, "check(softmax)"))
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)
    first, *again = took
    how = (
        f"{counted(len(again), 'check')} in one kernel after a first of {shown(first, SECONDS)}, clock from sending "
        f"the cell to its end: {spread(again, SECONDS)}"
    )
    return [row.figure(again, how)]


def _cells_up_to(name: str) -> list[str]:
    """The import, the given cells and the solved pieces of 02, up to this piece."""
    exercise = course().exercise("02")
    sources = {cell["id"]: cell["source"] for cell in written(exercise)["cells"]}
    given = [cell.source for cell in exercise.cells if cell.kind == "given"]
    names = [piece.name for piece in exercise.pieces]
    pieces = exercise.pieces[: names.index(name) + 1]
    return ["from autograder import check", *given, *(sources[piece.id] for piece in pieces)]


def _execute(client: Any, source: str) -> float:
    """Run a cell; how long it took until the kernel was idle again."""
    begin = time.perf_counter()
    reply = client.execute_interactive(
        source, store_history=False, allow_stdin=False, timeout=PATIENCE, output_hook=lambda message: None
    )
    took = time.perf_counter() - begin
    if reply["content"]["status"] != "ok":
        raise MeasureError(f"a cell failed: {reply['content'].get('evalue') or 'no reason given'}")
    return took
