"""Watch a training in a notebook: a bar, the time left, the live curve, a stop that keeps what was learned.

The training itself is the learner's: a generator that makes one step each time it is asked for the next loss.
Whoever asks may stop asking, and that is all that a stop needs.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any
from uuid import uuid4

from autograder.learn.trouble import Watchdog, numbers_went_wild, of_numbers
from microgpt_ref.errors import UserError
from microgpt_ref.interrupt import stop_wish
from microgpt_ref.pictures.live import LiveLoss, in_notebook
from microgpt_ref.pictures.plain import as_number
from microgpt_ref.words import counted

REDRAW = 0.3  # seconds, as for the curve
Rows = list[list[float]]


class TrainingTrouble(UserError):
    """A training that learns nothing: what was seen, and which exercise to look at."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


@dataclass
class Diary:
    """What is kept of a training: the loss of each step, and now and then where the letters stood."""

    losses: list[float] = field(default_factory=list)
    board: list[tuple[int, Rows]] = field(default_factory=list)  # a step, and the rows of wte after it
    seconds: float = 0.0


def watch_training(training: Iterable[Any], num_steps: int, params: Any, diary: Diary, every: int = 20) -> None:
    """Run the training, show how it goes, and write into the diary.

    training yields the loss of one step each time it is asked. Every so many steps the rows of params["wte"] go to
    diary.board. The stop button (an interrupt) ends the training after the step under way: the dials and the diary
    keep what there is. A loss that is not a number, or does not fall, raises TrainingTrouble.
    """
    if num_steps < 1 or every < 1:
        raise UserError("num_steps and every should be 1 or more")
    diary.losses, diary.board, diary.seconds = [], [(0, _letters(params))], 0.0
    watchdog = Watchdog(params)
    bar = _Bar(num_steps)
    stopped = False
    with stop_wish() as wish, LiveLoss(num_steps, len(params["wte"])) as curve, bar:
        steps = iter(training)
        while len(diary.losses) < num_steps and not stopped:
            try:
                loss = as_number(next(steps), "the losses that train yields")
            except StopIteration:
                break
            except KeyboardInterrupt:  # the second press: the step under way was not waited for
                stopped = True
                break
            except (ArithmeticError, ValueError) as error:
                if isinstance(error, UserError):
                    raise TrainingTrouble(f"{error}: look at what train_step in 07 returns.") from None
                if not of_numbers(error):
                    raise
                raise TrainingTrouble(numbers_went_wild(len(diary.losses) + 1, error)) from error
            diary.losses.append(loss)
            diary.seconds = bar.seconds
            step = len(diary.losses)
            if step % every == 0 or step == num_steps:
                diary.board.append((step, _letters(params)))
            if math.isfinite(loss):
                curve.add(loss)
            bar.show(step)
            if trouble := watchdog.after(diary.losses):
                raise TrainingTrouble(trouble)
            stopped = bool(wish)
        if diary.losses and diary.board[-1][0] != len(diary.losses):
            diary.board.append((len(diary.losses), _letters(params)))
        bar.stopped = stopped


def _letters(params: Any) -> Rows:
    """The rows of wte as plain numbers, copied."""
    rows: Rows = [[as_number(dial, "the dials") for dial in row] for row in params["wte"]]
    return rows


class _Bar:
    """A progress bar with the time left, in one place; at the end a sentence takes its place."""

    def __init__(self, num_steps: int) -> None:
        self.num_steps = num_steps
        self.stopped = False
        self._steps = 0
        self._started = time.monotonic()
        self._drawn = -math.inf
        self._shown = ""

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._started

    def __enter__(self) -> _Bar:
        self._draw(f"0 of {counted(self.num_steps, 'step')}")
        return self

    def show(self, step: int) -> None:
        """Say how far it is, when the last drawing is old enough."""
        self._steps = step
        if time.monotonic() - self._drawn >= REDRAW and self._steps < self.num_steps:
            left = self.seconds / self._steps * (self.num_steps - self._steps)
            self._draw(f"step {self._steps:,} of {self.num_steps:,}, about {spoken(left)} left")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        took = f"{self._steps:,} of {counted(self.num_steps, 'step')} in {spoken(self.seconds)}."
        if error is not None:
            self._draw(f"Broken off: {took}", final=True)
        elif self._steps == self.num_steps:
            self._draw(f"Done: {took}", final=True)
        elif self.stopped:
            self._draw(f"Stopped, as you asked: {took} What was learned is kept, so you can go on below.", final=True)
        else:
            self._draw(f"The training ended by itself: {took}", final=True)

    def _draw(self, words: str, final: bool = False) -> None:
        if not in_notebook():
            if final:
                print(words)
            return
        from IPython.display import display, update_display

        self._drawn = time.monotonic()
        done = f"{100 * self._steps / self.num_steps:.0f}%"
        bar = (
            f'<progress value="{self._steps}" max="{self.num_steps}" aria-label="{done} of the training" '
            'style="width: 20em; vertical-align: middle"></progress> '
        )
        hint = "" if final else " <small>(■ in the toolbar stops it and keeps what was learned)</small>"
        bundle = {"text/html": f"<p>{bar}{words}{hint}</p>", "text/plain": words}
        if self._shown:
            update_display(bundle, raw=True, display_id=self._shown)
        else:
            self._shown = uuid4().hex
            display(bundle, raw=True, display_id=self._shown)


def spoken(seconds: float) -> str:
    """A duration as one says it: 8 s, 2 min 10 s."""
    whole = max(1, round(seconds))
    return f"{whole} s" if whole < 60 else f"{whole // 60} min {whole % 60} s"
