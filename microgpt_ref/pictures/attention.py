"""Who looks at whom: the attention of every head over a name."""

from __future__ import annotations

from collections.abc import Sequence

from microgpt_ref import fast
from microgpt_ref.model import Model
from microgpt_ref.pictures import style
from microgpt_ref.pictures.picture import Picture, PictureError
from microgpt_ref.pictures.plain import BOS, checked_model, known_letters

PANELS_IN_A_ROW = 4
MOST_PANELS = 32
ROW_HEIGHT = 270
TOP, BOTTOM = 85, 20
NUMBERS_UP_TO = 5  # tokens; with more, the numbers do not fit into their squares
# Light for much and dark for little, as in cividis, which looks nearly the same to every eye.
# Most weights are small, so the small ones get more of the scale.
SCALE = [[0, "#00224e"], [0.1, "#434e6c"], [0.3, "#7d7c78"], [0.6, "#bcae6c"], [1, "#fee838"]]
TURNING = 0.27  # from this weight on, black is easier to read on its colour than white


def draw_attention(name_or_tokens: str | Sequence[int], model: Model) -> Picture:
    """Draw, for each head of each layer, how much every letter of the name looks at those before it."""
    model = checked_model(model, "draw_attention")
    tokens = _tokens(name_or_tokens, model)
    config = model.config
    panels = config.n_layer * config.n_head
    if panels > MOST_PANELS:
        raise PictureError(f"{panels} heads are too many to draw: use at most {MOST_PANELS}")
    weights = fast.attention(tokens, fast.from_values(model.params), config)
    letters = [BOS if token == len(model.vocab) else model.vocab[token] for token in tokens]

    # Letters may repeat, so each square has the number of its position; the axes say the letters.
    columns = min(PANELS_IN_A_ROW, config.n_head)
    rows_a_layer = -(-config.n_head // columns)
    rows = rows_a_layer * config.n_layer
    title = f"Who looks at whom in {_shown_name(letters)}"
    layout = style.layout(title, TOP + BOTTOM + rows * ROW_HEIGHT, margin={"l": 60, "r": 20, "t": TOP, "b": BOTTOM})
    layout["annotations"] = []
    data: list[style.Json] = []
    numbers: list[style.Json] = []
    facts = []
    for layer in range(config.n_layer):
        for head in range(config.n_head):
            row, column = layer * rows_a_layer + head // columns, head % columns
            heading = f"head {head + 1}" if config.n_layer == 1 else f"layer {layer + 1}, head {head + 1}"
            grid = [[float(w) for w in weights[layer][head][q][: q + 1]] for q in range(len(tokens))]
            panel = layer * config.n_head + head + 1
            data.append(_heatmap(grid, letters, panel, heading))
            if len(tokens) <= NUMBERS_UP_TO:
                numbers.append(_numbers(grid, panel))
            left, right = column / columns, (column + 1) / columns - (0.05 if columns > 1 else 0)
            bottom, top = 1 - (row + 0.82) / rows, 1 - row / rows
            layout |= _axes(panel, letters, (left, right), (bottom, top), column == 0, row == rows - 1)
            layout["annotations"].append(_heading(heading, (left + right) / 2, top))
            facts.append(_fact(heading, grid, letters))
    layout["coloraxis"] = _colour_axis()
    alt = (
        f"{panels} {'square' if panels == 1 else 'squares'} of numbers for {', '.join(letters)}: each row is a "
        "letter that reads, each column one it can look at, itself or one before it; a row adds up to 1. "
        + " ".join(facts)
    )
    return Picture(title, alt, {"data": data + numbers, "layout": layout})


def _tokens(name_or_tokens: str | Sequence[int], model: Model) -> list[int]:
    """What the model reads: BOS and the letters, no more of them than fit into it."""
    bos = len(model.vocab)
    if isinstance(name_or_tokens, str):
        if not name_or_tokens:
            raise PictureError("draw_attention needs a name with at least one letter, for example 'emma'")
        known_letters(name_or_tokens, model.vocab)
        tokens = [bos] + [list(model.vocab).index(letter) for letter in name_or_tokens]
    else:
        tokens = [int(token) for token in name_or_tokens]
        if not tokens or not all(0 <= token <= bos for token in tokens):
            raise PictureError(f"the tokens should be whole numbers from 0 to {bos} (BOS), at least one of them")
    if len(tokens) > model.config.block_size:
        raise PictureError(
            f"that is {len(tokens)} tokens with BOS, and this model can read {model.config.block_size}: "
            "take a shorter name"
        )
    return tokens


def _shown_name(letters: list[str]) -> str:
    return style.plain("".join(letter for letter in letters if letter != BOS)) or BOS


def _heatmap(grid: list[list[float]], letters: list[str], panel: int, heading: str) -> style.Json:
    count = len(letters)
    numbers = list(range(count))
    hover = [
        [f"{style.plain(letters[q])} looks at {style.plain(letters[k])}: {w:.2f}" for k, w in enumerate(row)]
        + [""] * (count - len(row))
        for q, row in enumerate(grid)
    ]
    return {
        "type": "heatmap",
        "name": heading,
        "x": numbers,
        "y": numbers,
        "z": [[round(w, 4) for w in row] + [None] * (count - len(row)) for row in grid],
        "coloraxis": "coloraxis",
        "xaxis": f"x{panel}" if panel > 1 else "x",
        "yaxis": f"y{panel}" if panel > 1 else "y",
        "xgap": 1,
        "ygap": 1,
        "hoverongaps": False,
        "text": hover,
        "hovertemplate": "%{text}<extra>" + heading + "</extra>",
    }


def _numbers(grid: list[list[float]], panel: int) -> style.Json:
    """The weights written on their squares, white on the dark ones and dark on the light ones."""
    cells = [(k, q, weight) for q, row in enumerate(grid) for k, weight in enumerate(row)]
    return {
        "type": "scatter",
        "mode": "text",
        "x": [k for k, _, _ in cells],
        "y": [q for _, q, _ in cells],
        "text": [f"{weight:.2f}" for _, _, weight in cells],
        "textfont": {"color": ["#ffffff" if weight < TURNING else "#000000" for _, _, weight in cells], "size": 12},
        "xaxis": f"x{panel}" if panel > 1 else "x",
        "yaxis": f"y{panel}" if panel > 1 else "y",
        "hoverinfo": "skip",
    }


def _axes(
    panel: int, letters: list[str], x: tuple[float, float], y: tuple[float, float], first: bool, last: bool
) -> style.Json:
    suffix = str(panel) if panel > 1 else ""
    ticks = {
        "tickvals": list(range(len(letters))),
        "ticktext": [style.plain(letter) for letter in letters],
        "showgrid": False,
        "tickangle": 0,
        "ticks": "",
    }
    if len(letters) > 8:
        ticks["tickfont"] = {"size": 10}
        ticks["ticktext"] = [letter if letter != BOS else "•" for letter in ticks["ticktext"]]  # type: ignore[attr-defined]
    across = style.axis("looks at" if last else "", domain=list(x), anchor=f"y{suffix}", **ticks)
    down = style.axis("who reads" if first else "", domain=list(y), anchor=f"x{suffix}", autorange="reversed", **ticks)
    return {f"xaxis{suffix}": across, f"yaxis{suffix}": down}


def _heading(text: str, x: float, y: float) -> style.Json:
    place = {"x": x, "y": y, "xref": "paper", "yref": "paper", "xanchor": "center", "yanchor": "bottom"}
    return place | {"text": f"<b>{text}</b>", "showarrow": False, "font": {"color": style.INK, "size": 13}}


def _colour_axis() -> style.Json:
    bar = {
        "title": {"text": "weight", "side": "right", "font": {"color": style.INK, "size": 13}},
        "tickfont": {"color": style.INK},
        "outlinecolor": style.LINE,
        "thickness": 14,
        "tickvals": [0, 0.1, 0.3, 0.6, 1],
    }
    return {"cmin": 0, "cmax": 1, "colorscale": SCALE, "colorbar": bar}


def _fact(heading: str, grid: list[list[float]], letters: list[str]) -> str:
    """The strongest look of a head; that of the first token, which can only look at itself, says nothing."""
    looks = [(w, q, k) for q, row in enumerate(grid) for k, w in enumerate(row) if q > 0 or len(grid) == 1]
    weight, q, k = max(looks)
    target = "itself" if q == k else f"{letters[k]} ({_place(k)})"
    heading = heading[0].upper() + heading[1:]
    return f"{heading} looks hardest from {letters[q]} ({_place(q)}) at {target}: {weight:.2f}."


def _place(position: int) -> str:
    return f"position {position}"
