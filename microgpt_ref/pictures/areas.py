"""Where the dials of a model are, by area."""

from __future__ import annotations

from typing import Any

from microgpt_ref.microgpt import Config
from microgpt_ref.model import Model
from microgpt_ref.pictures import style
from microgpt_ref.pictures.picture import Picture, PictureError
from microgpt_ref.plan import shapes

TITLE_OF = {
    "wte": "a row for each token",
    "wpe": "a row for each position",
    "lm_head": "a score for each token",
    "wq": "questions",
    "wk": "labels",
    "wv": "contents",
    "wo": "mix the lenses",
    "fc1": "wider",
    "fc2": "narrow again",
}
# group: its colour, the letters on it, its matrices
GROUPS = {
    "embeddings": (style.SKY, style.DARK_INK, ("wte", "wpe")),
    "attention": (style.ORANGE, style.DARK_INK, ("wq", "wk", "wv", "wo")),
    "thinking (MLP)": (style.GREEN, style.DARK_INK, ("fc1", "fc2")),
    "prediction": (style.PURPLE, style.DARK_INK, ("lm_head",)),
}
MOST_LAYERS = 12


def draw_parameters(config: Config | Model | None = None, vocab_size: int = 27) -> Picture:
    """Draw every matrix as a rectangle, as large as it has dials. config: measurements, or a Model."""
    if isinstance(config, Model):
        return draw_parameters(config.config, len(config.vocab) + 1)
    config = Config() if config is None else config
    measures = [getattr(config, name, None) for name in ("n_layer", "n_embd", "block_size")] + [vocab_size]
    if not all(isinstance(m, int) and m >= 1 for m in measures):
        raise PictureError("n_layer, n_embd, block_size and vocab_size should all be whole numbers from 1 up")
    if config.n_layer > MOST_LAYERS:
        raise PictureError(f"{config.n_layer} layers are too many to draw: use at most {MOST_LAYERS}")
    outside, inside = shapes(vocab_size, config)
    total = sum(r * c for r, c in outside.values()) + config.n_layer * sum(r * c for r, c in inside.values())

    root = "all"
    cells: list[dict[str, Any]] = [_cell(root, "", f"{total:,} dials", total, style.CLEAR, style.INK)]
    sizes = {}
    for group, (colour, ink, names) in GROUPS.items():
        for layer in range(config.n_layer) if names[0] in inside else [None]:
            label = group if layer is None or config.n_layer == 1 else f"{group}, layer {layer + 1}"
            parts = {name: (outside | inside)[name] for name in names}
            size = sum(rows * columns for rows, columns in parts.values())
            sizes[label] = size
            cells.append(_cell(label, root, f"<b>{label}</b>: {size:,}", size, style.GRID, style.INK))
            for name, (rows, columns) in parts.items():
                words = f"<b>{name}</b><br>{rows} × {columns} = {rows * columns:,}<br>{TITLE_OF[name]}"
                cells.append(_cell(f"{label}/{name}", label, words, rows * columns, colour, ink))
    title = f"Where the {total:,} dials are: area = number of dials"
    layout = style.layout(title, 480, margin={"l": 5, "r": 5, "t": 60, "b": 10})
    largest = max(sizes, key=lambda label: sizes[label])
    alt = (
        f"{total:,} dials as rectangles; the area of each is its number of dials. "
        + style.listed([f"{label}: {size:,} ({size / total:.0%})" for label, size in sizes.items()])
        + f". The largest part is {largest}."
    )
    return Picture(title, alt, {"data": [_treemap(cells, total)], "layout": layout})


def _cell(ident: str, parent: str, label: str, size: int, colour: str, ink: str) -> dict[str, Any]:
    return {"ids": ident, "parents": parent, "labels": label, "values": size, "colour": colour, "ink": ink}


def _treemap(cells: list[dict[str, Any]], total: int) -> style.Json:
    column = {key: [cell[key] for cell in cells] for key in ("ids", "parents", "labels", "values")}
    return column | {
        "type": "treemap",
        "branchvalues": "total",
        "name": f"area: number of dials, {total:,} in all",
        "marker": {
            "colors": [cell["colour"] for cell in cells],
            "line": {"color": style.INK, "width": 1},
            "pad": {"t": 24, "l": 4, "r": 4, "b": 4},
            "cornerradius": 3,
        },
        "textfont": {"color": [cell["ink"] for cell in cells], "size": 13},
        "texttemplate": "%{label}",
        "hovertemplate": "%{label}<br>%{percentRoot:.1%} of all<extra></extra>",
        "pathbar": {"visible": False},
        "tiling": {"packing": "squarify", "pad": 3},
        "sort": False,
        "root": {"color": style.CLEAR},
    }
