"""Two ways down a valley: plain descent and Adam, from the same place, by the same gradients."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from microgpt_ref.microgpt import Adam, Value
from microgpt_ref.pictures import style
from microgpt_ref.pictures.picture import Picture, PictureError

STEEP = 50.0  # times as steep across the valley as along it
START = (-4.0, 1.5)
PLAIN_RATE = 0.036  # nearly as much as it can: from 0.04 on, every step would jump higher
ADAM_RATE = 0.25
MOST_STEPS = 100

Path = list[tuple[float, float]]


def draw_descent(steps: int = 40, plain_rate: float = PLAIN_RATE, adam_rate: float = ADAM_RATE) -> Picture:
    """Draw the paths of plain descent and of Adam in a narrow valley, with a slider over the steps."""
    if not 1 <= steps <= MOST_STEPS:
        raise PictureError(f"steps should be from 1 to {MOST_STEPS}, not {steps}")
    if not (0 < plain_rate < 10 and 0 < adam_rate < 10):
        raise PictureError("the rates should be above 0 and below 10, for example 0.1")
    plain, adam = _plain_path(steps, plain_rate), _adam_path(steps, adam_rate)
    frames = [_frame(plain[: step + 1], adam[: step + 1], step) for step in range(steps + 1)]
    title = "Two ways down a valley"
    figure = {
        "data": [
            _contour(),
            _minimum(),
            _trace(style.VERMILLION, "circle", "solid") | frames[-1]["data"][0],
            _trace(style.BLUE, "diamond", "dot") | frames[-1]["data"][1],
        ],
        "layout": style.layout(
            title,
            480,
            margin={"l": 60, "r": 20, "t": 95, "b": 50},
            xaxis=style.axis("first dial (the valley's gentle direction)", range=[-4.6, 2.6], showgrid=False),
            yaxis=style.axis("second dial (its steep walls)", range=[-2.1, 2.1], showgrid=False),
            showlegend=True,
            sliders=style.slider("step ", frames, steps),
        ),
        "frames": frames,
    }
    alt = (
        f"A valley {STEEP:.0f} times as steep across as along, seen from above, and two paths from the same place "
        f"at height {style.number(_height(*START))}. After {steps} steps plain descent (rate {plain_rate:g}) is at "
        f"height {_grown(_height(*plain[-1]))}, Adam (rate {adam_rate:g}) at {_grown(_height(*adam[-1]))}; the "
        f"bottom is 0. Plain descent crossed the valley floor {_crossings(plain)} times, Adam {_crossings(adam)} times."
    )
    return Picture(title, alt, figure)


def _valley(x: Value, y: Value) -> Value:
    return (x * x + y * y * STEEP) * 0.5


def _height(x: float, y: float) -> float:
    return (x * x + y * y * STEEP) * 0.5


def _walk(steps: int, nudge_for: Callable[[list[Value]], Callable[[], None]]) -> Path:
    """The dials after each step. The gradients are the reference's own: forward, backward, nudge."""
    dials = [Value(START[0]), Value(START[1])]
    nudge = nudge_for(dials)
    path = [START]
    for _ in range(steps):
        _valley(*dials).backward()
        nudge()
        path.append((dials[0].data, dials[1].data))
    return path


def _plain_path(steps: int, rate: float) -> Path:
    def nudge_for(dials: list[Value]) -> Callable[[], None]:
        def nudge() -> None:
            for dial in dials:
                dial.data -= rate * dial.grad
                dial.grad = 0.0

        return nudge

    return _walk(steps, nudge_for)


def _adam_path(steps: int, rate: float) -> Path:
    def nudge_for(dials: list[Value]) -> Callable[[], None]:
        optimizer = Adam(dials)
        return lambda: optimizer.step(rate)

    return _walk(steps, nudge_for)


def _frame(plain: Path, adam: Path, step: int) -> style.Json:
    return style.frame(f"{step}", {2: _points(plain, "plain descent"), 3: _points(adam, "Adam")})


def _points(path: Path, name: str) -> style.Json:
    # Far outside nobody looks, and very large numbers would only break the drawing.
    kept = [(round(x, 4), round(y, 4)) for x, y in path if abs(x) < 1e6 and abs(y) < 1e6]
    height = _grown(_height(*path[-1]))
    return {"x": [x for x, _ in kept], "y": [y for _, y in kept], "name": f"{name}: height {height}"}


def _grown(height: float) -> str:
    return style.number(height) if height < 1e6 else "over a million"


def _crossings(path: Path) -> int:
    return sum(a[1] * b[1] < 0 for a, b in pairwise(path))


def _trace(colour: str, symbol: str, dash: str) -> style.Json:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "line": {"color": colour, "width": 2, "dash": dash},
        "marker": {"color": colour, "size": 8, "symbol": symbol},
        "hovertemplate": "(%{x:.2f}, %{y:.2f})<extra></extra>",
    }


def _contour() -> style.Json:
    xs = [round(-4.6 + 0.2 * i, 2) for i in range(37)]
    ys = [round(-2.1 + 0.05 * i, 2) for i in range(85)]
    # The root of the height: lines at equal distances instead of a crowd at the walls.
    return {
        "type": "contour",
        "x": xs,
        "y": ys,
        "z": [[round(_height(x, y) ** 0.5, 3) for x in xs] for y in ys],
        "contours": {"coloring": "lines", "start": 0.5, "end": 9.5, "size": 1},
        "colorscale": [[0, style.INK], [1, style.INK]],
        "line": {"width": 1},
        "opacity": 0.5,
        "showscale": False,
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _minimum() -> style.Json:
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": [0],
        "y": [0],
        "text": ["the bottom"],
        "textposition": "bottom right",
        "textfont": {"color": style.INK},
        "marker": {"symbol": "star", "size": 16, "color": style.GREEN},
        "hoverinfo": "skip",
        "showlegend": False,
    }
