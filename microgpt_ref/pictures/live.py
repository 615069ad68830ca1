"""The loss curve while a model trains.

JupyterLab's Plotly extension does not redraw a figure that is already there, so while the training goes on a
light SVG is replaced in place, a few times a second; at the end the real picture takes its place.
"""

from __future__ import annotations

import math
import sys
import time
from types import TracebackType
from typing import Any
from uuid import uuid4

from microgpt_ref.pictures import style
from microgpt_ref.pictures.loss import draw_loss, running_mean, thinned, window_for
from microgpt_ref.pictures.picture import Picture, PictureError
from microgpt_ref.pictures.plain import as_number

REDRAW = 0.3  # seconds: about as often as one can look
WIDTH, HEIGHT = 720, 260
LEFT, RIGHT, TOP, BOTTOM = 45, 10, 12, 38
POINTS = 360  # of the curve while it moves


class LiveLoss:
    """A loss curve that grows. Use it as `with LiveLoss(num_steps) as live: ... live.add(loss)`.

    The curve stays when the training is stopped. Outside a notebook nothing is drawn until `picture()` is asked.
    """

    def __init__(self, num_steps: int, vocab_size: int = 27) -> None:
        if num_steps < 1 or vocab_size < 2:
            raise PictureError("LiveLoss needs 1 step or more, and a vocab_size of 2 or more")
        self.num_steps = num_steps
        self.vocab_size = vocab_size
        self.losses: list[float] = []
        self._shown: tuple[str, str] | None = None  # what the notebook calls the figure and the words
        self._finished = False
        self._drawn = -math.inf

    def add(self, loss: Any) -> None:
        """Take the loss of one more step; draw when the last drawing is old enough."""
        loss = as_number(loss, "the losses")
        if not math.isfinite(loss):
            self.finish()
            raise PictureError(f"the loss of step {len(self.losses) + 1} is {loss}, so the curve ends here")
        self.losses.append(loss)
        if len(self.losses) >= self.num_steps:
            self.finish()
        elif time.monotonic() - self._drawn >= REDRAW and in_notebook():
            html = {"text/html": self._svg(), "text/plain": self._progress()}
            self._display(html, {"text/plain": self._progress()})
            self._drawn = time.monotonic()

    def finish(self) -> None:
        """Put the real picture in the place of the moving one."""
        if self._finished:
            return
        self._finished = True
        if self.losses and in_notebook():
            picture = self.picture()
            self._display(picture.figure_bundle(), picture.words_bundle())

    def picture(self) -> Picture:
        """The curve so far."""
        return draw_loss(self.losses, self.vocab_size)

    def __enter__(self) -> LiveLoss:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.finish()

    def _display(self, figure: dict[str, Any], words: dict[str, Any]) -> None:
        from IPython.display import display, update_display

        if self._shown is None:
            self._shown = (uuid4().hex, uuid4().hex)
            for bundle, ident in zip((figure, words), self._shown):
                display(bundle, raw=True, display_id=ident)
        else:
            for bundle, ident in zip((figure, words), self._shown):
                update_display(bundle, raw=True, display_id=ident)

    def _progress(self) -> str:
        window = window_for(len(self.losses))
        mean = math.fsum(self.losses[-window:]) / window
        return f"step {len(self.losses)} of {self.num_steps}: the mean of the last {window} losses is {mean:.2f}"

    def _svg(self) -> str:
        nothing = math.log(self.vocab_size)
        top = max(4.0, math.ceil(max(self.losses)), math.ceil(nothing))
        steps = thinned(len(self.losses), POINTS)
        means = running_mean(self.losses, window_for(len(self.losses)))

        def x(step: float) -> float:
            return LEFT + (WIDTH - LEFT - RIGHT) * step / self.num_steps

        def y(loss: float) -> float:
            return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * loss / top

        def line(values: list[float], colour: str, width: float) -> str:
            points = " ".join(f"{x(step + 1):.1f},{y(values[step]):.1f}" for step in steps)
            return f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="{width}"/>'

        def level(loss: float, dash: str) -> str:
            stroke = style.INK if dash else style.GRID
            return (
                f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(loss):.1f}" y2="{y(loss):.1f}" '
                f'stroke="{stroke}" stroke-dasharray="{dash}"/>'
            )

        def word(at_x: float, at_y: float, text: str, anchor: str) -> str:
            return f'<text x="{at_x:.1f}" y="{at_y:.1f}" text-anchor="{anchor}">{text}</text>'

        parts = [level(tick, "") + word(LEFT - 8, y(tick) + 4, f"{tick}", "end") for tick in range(int(top) + 1)]
        for tick in range(5):
            step = round(self.num_steps * tick / 4)
            parts.append(word(x(step), HEIGHT - BOTTOM + 16, f"{step}", "end" if tick == 4 else "middle"))
        parts += [
            level(nothing, "6 4"),
            word(WIDTH - RIGHT, y(nothing) - 5, f"knowing nothing: {nothing:.2f}", "end"),
            line(self.losses, style.SKY, 1),
            line(means, style.VERMILLION, 2.5),
            word((LEFT + WIDTH) / 2, HEIGHT - 5, "step", "middle"),
            f'<text transform="translate(12 {HEIGHT / 2:.0f}) rotate(-90)" text-anchor="middle">loss</text>',
        ]
        return (
            f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" style="width: 100%; max-width: 60em" role="img" '
            f'aria-label="The loss curve so far: {self._progress()}" font-family="{style.FONT}" '
            f'font-size="12" fill="{style.INK}">{"".join(parts)}</svg>'
        )


def in_notebook() -> bool:
    """Is somebody there to show it to? A notebook's kernel has a `kernel`; a terminal's IPython has none."""
    if "IPython" not in sys.modules:
        return False
    from IPython import get_ipython

    return getattr(get_ipython(), "kernel", None) is not None
