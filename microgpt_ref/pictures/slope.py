"""The derivative as a slope: a tangent that slides along a curve."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from microgpt_ref.pictures import style
from microgpt_ref.pictures.picture import Picture, PictureError
from microgpt_ref.pictures.plain import as_number, finite_list

STOPS = 41  # of the slider
FINE = 8  # points of the curve between two stops


def draw_slope(f: Callable[[float], Any], x_range: Sequence[float] = (-4, 4), name: str = "f(x)") -> Picture:
    """Draw the curve of f, and its tangent at the x that the slider chooses, with the slope as a number."""
    ends = finite_list(x_range, "the range of x")
    if len(ends) != 2 or ends[0] >= ends[1]:
        raise PictureError("the range of x should be two numbers, the smaller one first, for example (-4, 4)")
    left, right = ends
    count = (STOPS - 1) * FINE + 1
    xs = [left + (right - left) * i / (count - 1) for i in range(count)]
    ys = [_height(f, x) for x in xs]
    known = [y for y in ys if math.isfinite(y)]
    if not known:
        raise PictureError(f"the function has no value anywhere from {left:g} to {right:g}: choose another range")
    low, high = _view(known)

    reach = (right - left) / 6
    stops = []  # x, height, slope
    for x, y in list(zip(xs, ys))[::FINE]:
        slope = _slope(f, x, right - left)
        if math.isfinite(y) and math.isfinite(slope):
            stops.append((x, y, slope))
    if not stops:
        raise PictureError(f"the function has no slope anywhere from {left:g} to {right:g}: choose another range")
    frames = [_frame(stop, reach) for stop in stops]
    start = min(range(len(stops)), key=lambda i: abs(stops[i][0] - (left + 0.75 * (right - left))))
    title = f"The slope of {style.plain(name)}"
    figure = {
        "data": _traces(xs, ys, frames[start], name),
        "layout": style.layout(
            title,
            480,
            margin={"l": 60, "r": 20, "t": 90, "b": 50},
            xaxis=style.axis("x", range=[left, right], zeroline=True),
            yaxis=style.axis(style.plain(name), range=[low, high], zeroline=True),
            showlegend=True,
            sliders=style.slider("x = ", frames, start),
        ),
        "frames": frames,
    }
    x, y, slope = stops[start]
    flattest, steepest = min(stops, key=lambda s: abs(s[2])), max(stops, key=lambda s: abs(s[2]))
    alt = (
        f"The curve of {name} from {style.number(left)} to {style.number(right)} with a straight line that "
        f"touches it. At x = {style.number(x)} the height is {style.number(y)} and the slope {style.number(slope)}. "
        f"Along the slider the curve is flattest at x = {style.number(flattest[0])}, with slope "
        f"{style.number(flattest[2])}, and steepest at x = {style.number(steepest[0])}, with slope "
        f"{style.number(steepest[2])}."
    )
    return Picture(title, alt, figure)


def _height(f: Callable[[float], Any], x: float) -> float:
    """f at x, or NaN where f has no value: 1/x at 0, log x below it."""
    try:
        return as_number(f(x), "the function's results")
    except ArithmeticError:
        return math.nan
    except PictureError:
        raise
    except ValueError:  # math domain error
        return math.nan
    except TypeError as error:
        raise PictureError(f"the function does not take one number and give one back: {error}") from None


def _slope(f: Callable[[float], Any], x: float, width: float) -> float:
    h = 1e-5 * width
    slope = (_height(f, x + h) - _height(f, x - h)) / (2 * h)
    return round(slope, 6)


def _view(known: list[float]) -> tuple[float, float]:
    """What to show of the heights: all, unless a few of them run away, as 1/x does at 0."""
    ordered = sorted(known)
    low, high = ordered[0], ordered[-1]
    near_low, near_high = ordered[len(ordered) // 20], ordered[-1 - len(ordered) // 20]
    if high - low > 3 * (near_high - near_low) > 0:
        low, high = near_low, near_high
    margin = 0.08 * (high - low) or 1.0
    return low - margin, high + margin


def _frame(stop: tuple[float, float, float], reach: float) -> style.Json:
    x, y, slope = stop
    tangent = {"x": [x - reach, x + reach], "y": [y - slope * reach, y + slope * reach]}
    words = f"slope {style.number(slope)}, height {style.number(y)}"
    return style.frame(style.number(x), {1: tangent | {"name": words}, 2: {"x": [x], "y": [y]}})


def _traces(xs: list[float], ys: list[float], start: style.Json, name: str) -> list[style.Json]:
    curve = {
        "type": "scatter",
        "mode": "lines",
        "x": xs,
        "y": [y if math.isfinite(y) else None for y in ys],
        "name": style.plain(name),
        "line": {"color": style.BLUE, "width": 3},
        "hovertemplate": "x = %{x:.3g}<br>height %{y:.4g}<extra></extra>",
    }
    tangent, point = start["data"]
    line = {"type": "scatter", "mode": "lines", "line": {"color": style.VERMILLION, "width": 3, "dash": "dash"}}
    dot = {"type": "scatter", "mode": "markers", "showlegend": False}
    dot["marker"] = {"color": style.VERMILLION, "size": 13, "symbol": "circle"}
    return [curve, line | tangent | {"hoverinfo": "skip"}, dot | point | {"hoverinfo": "skip"}]
