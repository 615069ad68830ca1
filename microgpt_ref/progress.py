"""How a training run shows itself while it goes on: a bar in a terminal, a line now and then elsewhere."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator

Show = Callable[[int, float, float], None]  # step, its loss, the smoothed loss

REDRAW = 0.05  # seconds: more often than the eye can follow would only cost time
SILENCE = 30.0  # seconds without a line, at most (unless a step takes longer)


@contextlib.contextmanager
def progress(done: int, num_steps: int, smoothed_over: int) -> Iterator[Show]:
    """Yield the function to be called after each step. All goes to stderr; stdout is for results."""
    from rich.console import Console

    console = Console(stderr=True)
    if console.is_terminal and not console.is_dumb_terminal:
        with _bar(console, done, num_steps, smoothed_over) as show:
            yield show
    else:
        yield _lines(num_steps, smoothed_over)


@contextlib.contextmanager
def _bar(console: object, done: int, num_steps: int, smoothed_over: int) -> Iterator[Show]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    assert isinstance(console, Console)
    columns = (
        TextColumn("{task.completed:.0f}/{task.total:.0f}"),
        # Not the whole line: the ^C of a Ctrl-C needs room behind it, or the bar would be drawn twice.
        BarColumn(bar_width=max(4, min(40, console.width - 56))),
        TextColumn("loss {task.fields[loss]}"),
        TextColumn(f"[bold]mean of {smoothed_over}: {{task.fields[smoothed]}}"),
        TimeRemainingColumn(compact=True),
        TextColumn("left"),
    )
    with Progress(*columns, console=console) as bars:
        task = bars.add_task("train", total=num_steps, completed=done, loss="", smoothed="")
        drawn = -REDRAW
        latest: tuple[int, float, float] | None = None

        def draw() -> None:
            if latest is not None:
                step, loss, smoothed = latest
                bars.update(task, completed=step, loss=f"{loss:.4f}", smoothed=f"{smoothed:.4f}")

        def show(step: int, loss: float, smoothed: float) -> None:
            nonlocal drawn, latest
            latest = step, loss, smoothed
            now = time.monotonic()
            if now - drawn >= REDRAW:
                drawn = now
                draw()

        try:
            yield show
        finally:
            draw()  # the bar stays on the screen: with the last step, not with one shortly before


def _lines(num_steps: int, smoothed_over: int) -> Show:
    tenth = max(1, num_steps // 10)
    started = spoken = time.monotonic()
    first: int | None = None

    def show(step: int, loss: float, smoothed: float) -> None:
        nonlocal spoken, first
        now = time.monotonic()
        if first is None:
            first = step - 1
        if step == first + 1 or step % tenth == 0 or step == num_steps or now - spoken >= SILENCE:
            spoken = now
            left = (now - started) / (step - first) * (num_steps - step)
            print(
                f"step {step} of {num_steps}   loss {loss:.4f}   mean of the last {smoothed_over}: "
                f"{smoothed:.4f}   {left:.0f} s left",
                file=sys.stderr,
                flush=True,
            )

    return show
