"""The board of letters: where each letter's embedding stands, and how it moved while the model learned."""

from __future__ import annotations

import unicodedata
from typing import Any

import numpy as np
from numpy.typing import NDArray

from microgpt_ref.model import Model
from microgpt_ref.pictures import style
from microgpt_ref.pictures.picture import Picture, PictureError
from microgpt_ref.pictures.plain import BOS, finite_matrix, labels_for

MOST_STOPS = 60  # of the slider: thirty letters at sixty moments are quick to draw and small to store

# kind: who belongs to it, colour, the letters on it, marker in 2D, marker in 3D
KINDS = {
    "vowels": (style.ORANGE, style.DARK_INK, "circle", "circle"),
    "consonants": (style.BLUE, "#ffffff", "square", "square"),
    BOS: (style.GREEN, style.DARK_INK, "diamond", "diamond"),
}


def draw_board(history: Any, letters: Any = None, dimensions: int = 2) -> Picture:
    """Draw the letters where their embeddings put them, with a slider over the recorded steps.

    history: pairs of a step and the rows of wte at that step, or a dict of them, or a Model to see as it is.
    letters: the vocab, or a Model. The two (or three) directions in which the last positions differ most
    are the axes for all steps, so what moves is the letters and never the board.
    """
    if dimensions not in (2, 3):
        raise PictureError(f"dimensions should be 2 or 3, not {dimensions!r}")
    steps, states = _states(history)
    if letters is None and isinstance(history, Model):
        letters = history.vocab
    if letters is None:
        raise PictureError("draw_board needs the letters, in the order of the rows: give it the vocab")
    count, width = states.shape[1:]
    names = labels_for(letters, count, "rows of wte")
    if count < 2 or width < dimensions:
        raise PictureError(
            f"a board in {dimensions} dimensions needs 2 letters with {dimensions} numbers each, or more"
        )
    places, share = _project(states, dimensions)

    kinds = {kind: [i for i, name in enumerate(names) if _kind(name) == kind] for kind in KINDS}
    kinds = {kind: members for kind, members in kinds.items() if members}
    frames = [
        style.frame(f"{step}", {i: _points(place, members) for i, members in enumerate(kinds.values())})
        for step, place in zip(steps, places)
    ]
    data = [
        _trace(kind, [names[i] for i in members], dimensions) | points
        for (kind, members), points in zip(kinds.items(), frames[-1]["data"])
    ]
    title = "The board of letters"
    layout = _layout(title, places, share)
    figure: style.Json = {"data": data, "layout": layout}
    if len(frames) > 1:
        figure["frames"] = frames
        layout["sliders"] = style.slider("step ", frames, len(frames) - 1)
        layout["updatemenus"] = style.play_button(120, x=1, y=1.01, xanchor="right", yanchor="bottom")
    return Picture(title, _words(steps, states, names, share), figure)


def _states(history: Any) -> tuple[list[int], NDArray[np.float64]]:
    """The recorded steps and, for each, the matrix of embeddings; thinned to what a slider can hold."""
    if isinstance(history, Model):
        history = [(0, history.params["wte"])]
    pairs = list(history.items()) if isinstance(history, dict) else list(history)
    if not pairs:
        raise PictureError("the history is empty: record the rows of wte at a few steps of the training")
    if not all(isinstance(pair, tuple) and len(pair) == 2 for pair in pairs):
        raise PictureError("the history should hold pairs of a step and the rows of wte at that step")
    if len(pairs) > MOST_STOPS:
        pairs = [pairs[round(i * (len(pairs) - 1) / (MOST_STOPS - 1))] for i in range(MOST_STOPS)]
    matrices = [_matrix(rows) for _, rows in pairs]
    if len({matrix.shape for matrix in matrices}) > 1:
        raise PictureError("the recorded embeddings have different sizes: they are not of one model")
    return [int(step) for step, _ in pairs], np.array(matrices)


def _matrix(rows: Any) -> NDArray[np.float64]:
    if isinstance(rows, np.ndarray) and rows.ndim == 2 and np.isfinite(rows).all() and rows.size:
        return rows.astype(float)
    return np.array(finite_matrix(rows, "the embeddings"))


def _project(states: NDArray[np.float64], dimensions: int) -> tuple[NDArray[np.float64], list[float]]:
    """Every state seen from where the last one spreads most, and the share of its spread that each axis shows."""
    middle = states[-1].mean(axis=0)
    _, sizes, axes = np.linalg.svd(states[-1] - middle, full_matrices=False)
    axes = axes[:dimensions]
    # A direction has no natural sign: take the one in which its largest part is positive, every time the same.
    axes *= np.sign(axes[np.arange(len(axes)), np.abs(axes).argmax(axis=1)])[:, None]
    total = float((sizes**2).sum()) or 1.0
    share = [float(size**2) / total for size in sizes[:dimensions]]
    return (states - middle) @ axes.T, share


def _kind(name: str) -> str:
    if name == BOS:
        return BOS
    return "vowels" if unicodedata.normalize("NFD", name)[0].lower() in "aeiou" else "consonants"


def _points(place: NDArray[np.float64], members: list[int]) -> style.Json:
    axes = "xyz"[: place.shape[1]]
    kind = "scatter3d" if len(axes) == 3 else "scatter"
    return {"type": kind} | {axis: [round(float(place[i, k]), 3) for i in members] for k, axis in enumerate(axes)}


def _trace(kind: str, names: list[str], dimensions: int) -> style.Json:
    colour, ink, flat, solid = KINDS[kind]
    shown = [style.plain(name) for name in names]
    trace: style.Json = {
        "mode": "markers+text",
        "name": kind,
        "text": shown,
        "hovertemplate": "%{text}<extra>" + kind + "</extra>",
    }
    if dimensions == 3:
        # In space the letters stand above their marks: marks are drawn over letters there.
        marker = {"color": colour, "size": 5, "symbol": solid, "line": {"color": style.INK, "width": 1}}
        look = {"textposition": "top center", "textfont": {"color": style.INK, "size": 14}}
        return trace | look | {"marker": marker}
    marker = {"color": colour, "size": 34 if kind == BOS else 22, "symbol": flat}
    look = {"textposition": "middle center", "textfont": {"color": ink, "size": 10 if kind == BOS else 14}}
    return trace | look | {"marker": marker, "cliponaxis": False}


def _layout(title: str, places: NDArray[np.float64], share: list[float]) -> style.Json:
    ordinals = ("first", "second", "third")
    # In space there is less room for the names.
    tail = " of the spread" if len(share) == 2 else ""
    names = [f"{ordinals[k]} direction ({part:.0%}{tail})" for k, part in enumerate(share)]
    low, high = places.min(axis=(0, 1)), places.max(axis=(0, 1))
    margins = 0.06 * (high - low) + 1e-6
    ranges = [[round(float(a - m), 3), round(float(b + m), 3)] for a, b, m in zip(low, high, margins)]
    margin = {"l": 60, "r": 20, "t": 95, "b": 50}
    layout = style.layout(title, 720, margin=margin, showlegend=True)
    axes = [style.axis(name, range=bounds, zeroline=True) for name, bounds in zip(names, ranges)]
    if len(share) == 2:
        # A step to the right must be as long as a step up, or near and far would mean nothing.
        same = {"scaleanchor": "x", "constrain": "domain"}
        return layout | {"xaxis": axes[0] | {"constrain": "domain"}, "yaxis": axes[1] | same}
    for axis in axes:
        axis |= {"showbackground": False, "showticklabels": False, "ticks": "", "gridcolor": style.LINE}
        axis["title"] = {key: axis["title"][key] for key in ("text", "font")}
        del axis["automargin"]
    scene = dict(zip(("xaxis", "yaxis", "zaxis"), axes)) | {"bgcolor": style.CLEAR, "dragmode": "turntable"}
    layout["legend"] |= {"itemsizing": "constant"}  # the marks are small here
    camera = {"eye": {"x": 1.75, "y": 1.75, "z": 1.0}}
    return layout | {"scene": scene | {"aspectmode": "data", "camera": camera}}


def _words(steps: list[int], states: NDArray[np.float64], names: list[str], share: list[float]) -> str:
    """Facts from all the numbers of the embeddings, not only from the directions that are drawn."""
    last = states[-1]
    distances = np.linalg.norm(last[:, None] - last[None], axis=2)
    np.fill_diagonal(distances, np.inf)
    near = np.unravel_index(distances.argmin(), distances.shape)
    np.fill_diagonal(distances, 0.0)
    means = [float(np.linalg.norm(s - s.mean(axis=0), axis=1).mean()) for s in (states[0], states[-1])]
    drift = np.linalg.norm(last - states[0], axis=1)
    letters = f"{len(names)} letters (BOS counted)" if BOS in names else f"{len(names)} letters"
    seen = f"the {len(share)} directions drawn hold {sum(share):.0%} of the spread"
    pair = f"the closest two are {names[near[0]]} and {names[near[1]]}"
    if len(steps) == 1:
        return f"{letters} on a board, placed by their embeddings: {pair}; {seen}."
    return (
        f"{letters} on a board at {len(steps)} moments from step {steps[0]} to step {steps[-1]}. The mean distance "
        f"from their middle goes from {style.number(means[0])} to {style.number(means[1])}; "
        f"{names[int(drift.argmax())]} moves farthest. At the end {pair}, and {seen}."
    )
