"""The loss over the training: each name's, and the running mean that shows where it goes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from microgpt_ref.pictures import style
from microgpt_ref.pictures.picture import Picture, PictureError
from microgpt_ref.pictures.plain import finite_list

MOST_POINTS = 2000  # more would not be seen, only stored


def draw_loss(losses: Any, vocab_size: int = 27) -> Picture:
    """Draw the losses of a training, their running mean, and the line of knowing nothing: ln vocab_size."""
    found = finite_list(losses, "the losses")
    if vocab_size < 2:
        raise PictureError(f"vocab_size should be 2 or more (27 for the letters a to z and BOS), not {vocab_size}")
    window = window_for(len(found))
    means = running_mean(found, window)
    nothing = math.log(vocab_size)
    steps = thinned(len(found))
    shown = {"type": "scatter", "x": [step + 1 for step in steps]}
    single = shown | {
        "mode": "lines" if len(found) > 1 else "markers",
        "y": [round(found[step], 4) for step in steps],
        "name": "one name",
        "line": {"color": style.SKY, "width": 1},
        "opacity": 0.6,
        "hovertemplate": "step %{x}: %{y:.3f}<extra></extra>",
    }
    mean = shown | {
        "mode": "lines",
        "y": [round(means[step], 4) for step in steps],
        "name": f"mean of the last {window}",
        "line": {"color": style.VERMILLION, "width": 3},
        "hovertemplate": "step %{x}: mean %{y:.3f}<extra></extra>",
    }
    line = {
        "type": "scatter",
        "mode": "lines",
        "x": [1, max(2, len(found))],
        "y": [nothing, nothing],
        "name": f"knowing nothing: ln {vocab_size} = {nothing:.2f}",
        "line": {"color": style.INK, "width": 2, "dash": "dash"},
        "hoverinfo": "skip",
    }
    title = "The loss while the model learns"
    layout = style.layout(
        title,
        400,
        margin={"l": 60, "r": 20, "t": 95, "b": 50},
        xaxis=style.axis("step", range=[0, len(found) + 1]),
        yaxis=style.axis("loss (mean surprise at the next letter)", rangemode="tozero"),
        showlegend=True,
    )
    return Picture(title, words(found, vocab_size), {"data": [single, mean, line], "layout": layout})


def words(losses: Sequence[float], vocab_size: int) -> str:
    """The curve as sentences."""
    window = window_for(len(losses))
    last = math.fsum(losses[-window:]) / window
    nothing = math.log(vocab_size)
    if len(losses) == 1:
        return f"The loss of the one step so far is {losses[0]:.2f}; knowing nothing costs {nothing:.2f}."
    side = "below" if last < nothing else "not below"
    return (
        f"The losses of {len(losses):,} steps. The first is {losses[0]:.2f}, the mean of the last {window} is "
        f"{last:.2f}, {side} the {nothing:.2f} (ln {vocab_size}) of knowing nothing. Single names lie between "
        f"{min(losses):.2f} and {max(losses):.2f}."
    )


def window_for(count: int) -> int:
    """How many losses to take the mean of: fewer while there are few."""
    return min(count, max(5, min(100, count // 10)))


def running_mean(losses: Sequence[float], window: int) -> list[float]:
    """At each step the mean of the last window losses; of all so far while there are fewer."""
    sums = [0.0]
    for loss in losses:
        sums.append(sums[-1] + loss)
    return [(sums[i] - sums[max(0, i - window)]) / min(i, window) for i in range(1, len(sums))]


def thinned(count: int, most: int = MOST_POINTS) -> list[int]:
    """Which of count steps to draw: all, or most of them at equal distances, the first and the last among them."""
    if count <= most:
        return list(range(count))
    return [round(i * (count - 1) / (most - 1)) for i in range(most)]
