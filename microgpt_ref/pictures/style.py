"""How all pictures look: colours, axes, sliders.

Backgrounds are transparent and lines and letters a middle grey, so a picture can be read in JupyterLab's
light theme and in its dark one. The colours are those of Okabe and Ito, which can be told apart with every
common form of colour blindness; nothing is told by colour alone.
"""

from __future__ import annotations

import html
import math
from typing import Any

BLUE = "#0072B2"
SKY = "#56B4E9"
GREEN = "#009E73"
ORANGE = "#E69F00"
VERMILLION = "#D55E00"
PURPLE = "#CC79A7"

INK = "#7c7c7c"  # letters: 4 to 1 or better against white and against the dark theme's black
LINE = "#8c8c8c"  # 3 to 1 or better against both
GRID = "rgba(128,128,128,0.22)"
CLEAR = "rgba(0,0,0,0)"
DARK_INK = "#1a1a1a"  # letters on a coloured area

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"

Json = dict[str, Any]


def number(x: float, digits: int = 3) -> str:
    """x, short enough for a picture, with a proper minus."""
    if not math.isfinite(x):
        return str(x)
    text = f"{x:.{digits}g}"
    if "e" in text and 1 <= abs(x) < 1e6:
        text = f"{x:.0f}"
    if "e" in text:  # 3.6e+09 is 3.6e9
        mantissa, exponent = f"{x:.1e}".split("e")
        text = f"{mantissa}e{int(exponent)}"
    return "0" if text == "-0" else text.replace("-", "−")


def plain(text: str) -> str:
    """text as letters for Plotly, which takes < and & for its own; a space is made visible."""
    return "␣" if text == " " else html.escape(text, quote=False)


def listed(parts: list[str]) -> str:
    """The parts as a phrase: a, b and c."""
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]


def axis(name: str, **more: Any) -> Json:
    """An axis with its name."""
    look = {
        "title": {"text": name, "font": {"color": INK, "size": 13}, "standoff": 8},
        "color": INK,
        "gridcolor": GRID,
        "linecolor": LINE,
        "zerolinecolor": LINE,
        "zeroline": False,
        "automargin": True,
    }
    return look | more


def hidden_axis(name: str, **more: Any) -> Json:
    """An axis whose numbers mean nothing: a name, but no ticks."""
    return axis(name, showgrid=False, showticklabels=False, ticks="") | more


def layout(title: str, height: int, **more: Any) -> Json:
    """The layout that all pictures share."""
    look: Json = {
        "title": {"text": title, "x": 0, "xref": "paper", "xanchor": "left", "y": 1, "yref": "container"},
        "font": {"family": FONT, "size": 13, "color": INK},
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "height": height,
        "margin": {"l": 60, "r": 20, "t": 60, "b": 50},
        "showlegend": False,
        "hovermode": "closest",
        "dragmode": False,
        "legend": {
            "orientation": "h",
            "x": 0,
            "y": 1.02,
            "xanchor": "left",
            "yanchor": "bottom",
        },
    }
    look["title"] |= {"yanchor": "top", "pad": {"t": 14}, "font": {"size": 17, "color": INK}}
    return look | more


def frame(name: str, traces: dict[int, Json]) -> Json:
    """What changes at one stop of the slider: for each trace, by its number, what it shows there."""
    return {"name": name, "data": list(traces.values()), "traces": list(traces)}


def slider(prefix: str, frames: list[Json], active: int, **more: Any) -> list[Json]:
    """A slider with one stop for each frame."""
    steps = [{"label": f["name"], "method": "animate", "args": [[f["name"]], _jump()]} for f in frames]
    look = {
        "active": active,
        "steps": steps,
        "currentvalue": {"prefix": prefix, "font": {"color": INK, "size": 14}, "xanchor": "left"},
        "font": {"color": INK, "size": 11},
        "pad": {"t": 55, "b": 10},
        "x": 0,
        "len": 1,
        "bgcolor": LINE,
        "activebgcolor": ORANGE,
        "bordercolor": INK,
        "borderwidth": 1,
        "tickcolor": INK,
        "minorticklen": 3,
        "ticklen": 6,
    }
    return [look | more]


def play_button(milliseconds: int, **place: Any) -> list[Json]:
    """Play (from the start, because the slider waits at the end) and pause, for a slider that goes with time."""
    play: Json = {"mode": "immediate", "fromcurrent": False, "transition": {"duration": 0}}
    play["frame"] = {"duration": milliseconds, "redraw": True}
    buttons = [
        {"label": "▶ play", "method": "animate", "args": [None, play]},
        {"label": "❚❚ pause", "method": "animate", "args": [[None], _jump()]},
    ]
    look = {
        "type": "buttons",
        "direction": "right",
        "showactive": False,
        "buttons": buttons,
        "bgcolor": "#e9e9e9",
        "bordercolor": INK,
        "font": {"color": DARK_INK, "size": 12},
        "pad": {"r": 0, "t": 0},
    }
    return [look | place]


def _jump() -> Json:
    return {"mode": "immediate", "frame": {"duration": 0, "redraw": True}, "transition": {"duration": 0}}
