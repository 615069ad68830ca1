"""Scores as probabilities, with the temperature on a slider."""

from __future__ import annotations

import math
from typing import Any

from microgpt_ref.pictures import style
from microgpt_ref.pictures.picture import Picture, PictureError
from microgpt_ref.pictures.plain import finite_list, labels_for

TEMPERATURES = [round(0.1 * tenth, 1) for tenth in range(1, 31)]
MOST_BARS = 200
FEW = 12  # up to here every bar has its number written on it


def draw_probabilities(logits: Any, labels: Any = None) -> Picture:
    """Draw softmax of logits / temperature as bars. labels: one for each logit, or the vocab (BOS is added)."""
    scores = finite_list(logits, "the logits")
    if len(scores) > MOST_BARS:
        raise PictureError(f"{len(scores)} bars are too many to read: draw at most {MOST_BARS}")
    names = labels_for(labels if labels is not None else range(len(scores)), len(scores), "logits")
    frames = []
    for temperature in TEMPERATURES:
        probs = _softmax([score / temperature for score in scores])
        shown = {"type": "bar", "y": [round(p, 5) for p in probs], "text": [_percent(p, len(probs)) for p in probs]}
        frames.append(style.frame(f"{temperature}", {0: shown}))
    start = TEMPERATURES.index(1.0)
    bars = {
        "x": list(range(len(scores))),
        **frames[start]["data"][0],
        "customdata": [style.number(score) for score in scores],
        "hovertext": [style.plain(name) for name in names],
        "hovertemplate": "%{hovertext}: %{y:.1%}<br>score %{customdata}<extra></extra>",
        "marker": {"color": style.BLUE, "line": {"color": style.SKY, "width": 1}},
        "textposition": "outside",
        "textangle": 0,
        "textfont": {"color": style.INK, "size": 12},
        "cliponaxis": False,
    }
    title = "Scores become probabilities"
    layout = style.layout(
        title,
        430,
        xaxis=style.axis(
            "choice",
            tickvals=list(range(len(names))),
            ticktext=[style.plain(name) for name in names],
            tickangle=0 if max(map(len, names)) <= 4 else "auto",
            showgrid=False,
        ),
        yaxis=style.axis("probability", range=[0, 1.08], tickformat=".0%"),
        sliders=style.slider("temperature ", frames, start),
    )
    return Picture(title, _words(scores, names), {"data": [bars], "layout": layout, "frames": frames})


def _softmax(scores: list[float]) -> list[float]:
    largest = max(scores)
    exps = [math.exp(score - largest) for score in scores]
    total = math.fsum(exps)
    return [e / total for e in exps]


def _percent(p: float, count: int) -> str:
    """The number above a bar; with many bars only where it says something."""
    if count > FEW and p < 0.05:
        return ""
    return f"{p:.1%}" if count <= FEW else f"{p:.0%}"


def _words(scores: list[float], names: list[str]) -> str:
    order = sorted(range(len(scores)), key=lambda i: -scores[i])
    probs = _softmax(scores)
    leaders = style.listed([f"{names[i]} with {probs[i]:.1%}" for i in order[:3]])
    cold, hot = (_softmax([score / t for score in scores])[order[0]] for t in (TEMPERATURES[0], TEMPERATURES[-1]))
    return (
        f"{len(scores)} bars, one for each choice. At temperature 1 the most probable {_are(len(order))} {leaders}. "
        f"The slider goes from temperature 0.1, where {names[order[0]]} gets {cold:.1%}, "
        f"to 3, where it gets {hot:.1%}."
    )


def _are(count: int) -> str:
    return "is" if count == 1 else "are"
