"""The surprise curve: how much a model is surprised by what it gave the probability p."""

from __future__ import annotations

import math

from microgpt_ref.pictures import style
from microgpt_ref.pictures.picture import Picture

# probability, what it is, on which side of its mark the words stand
MARKED = [
    (0.9, "0.9: nearly sure", "top center"),
    (1 / 27, "1/27: knowing nothing", "middle right"),
    (0.01, "0.01: a shock", "middle right"),
]


def draw_surprise() -> Picture:
    """Draw −ln p, with the surprise at 0.9, at 0.01 and at 1 in 27."""
    # Evenly in ln p on the steep side, evenly in p on the flat one.
    ps = [0.003 * 1.06**i for i in range(60)] + [0.1 + 0.01 * i for i in range(91)]
    curve = {
        "type": "scatter",
        "mode": "lines",
        "x": [round(p, 5) for p in ps],
        "y": [round(-math.log(p), 5) for p in ps],
        "line": {"color": style.BLUE, "width": 3},
        "hovertemplate": "p = %{x:.3f}<br>surprise = %{y:.2f}<extra></extra>",
    }
    marks = {
        "type": "scatter",
        "mode": "markers+text",
        "x": [p for p, _, _ in MARKED],
        "y": [-math.log(p) for p, _, _ in MARKED],
        "text": [f"  p = {words}, surprise {style.number(-math.log(p))}" for p, words, _ in MARKED],
        "textposition": [side for _, _, side in MARKED],
        "textfont": {"color": style.INK, "size": 13},
        "marker": {"color": style.VERMILLION, "size": 12, "symbol": "diamond"},
        "cliponaxis": False,
        "hoverinfo": "skip",
    }
    title = "Surprise: −ln p"
    layout = style.layout(
        title,
        360,
        xaxis=style.axis("probability p that the model gave to what came", range=[0, 1.05]),
        yaxis=style.axis("surprise, −ln p", range=[0, 5.6]),
    )
    facts = style.listed([f"{style.number(-math.log(p))} at p = {style.number(p)}" for p, _, _ in MARKED])
    alt = (
        "A curve that falls from very high at p near 0 to 0 at p = 1, steep at first, then ever flatter. "
        f"The surprise is {facts}; the second, ln 27, is what a model pays that knows nothing of 27 tokens."
    )
    return Picture(title, alt, {"data": [curve, marks], "layout": layout})
