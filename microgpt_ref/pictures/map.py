"""The map of the whole program: every piece, by exercise, and what it uses."""

from __future__ import annotations

from microgpt_ref.pictures import style
from microgpt_ref.pictures.picture import Picture
from microgpt_ref.pictures.source import Piece, pieces

ROW = 78  # pixels for each exercise
TOP, BOTTOM = 170, 45  # margins; the slider is above, so that it stays in sight with what it chooses

Point = tuple[float, float]


def draw_map() -> Picture:
    """Draw the pieces of microgpt.py in the order of the exercises, with a slider that picks one of them."""
    found = pieces()
    exercises = list(dict.fromkeys(piece.exercise for piece in found))
    at = _places(found, exercises)
    frames = [_frame("all of them", None, found, at)] + [_frame(p.name, p, found, at) for p in found]
    title = "The map of the program: who uses whom"
    data = [
        _lines("rgba(140,140,140,0.7)", 1, "solid"),
        _lines(style.VERMILLION, 2.5, "solid"),
        _lines(style.GREEN, 2.5, "dash"),
    ]
    data += [
        _marks("a piece", style.SKY, "circle", 12),
        _marks("the chosen piece", style.ORANGE, "star", 20),
        _marks("what it uses", style.VERMILLION, "diamond", 14),
        _marks("what uses it", style.GREEN, "square", 13),
        _names(found, at),
    ]
    for trace, shown in zip(data, frames[0]["data"]):
        trace |= shown
    rows = list(range(len(exercises)))
    layout = style.layout(
        title,
        TOP + BOTTOM + ROW * len(exercises),
        margin={"l": 150, "r": 20, "t": TOP, "b": BOTTOM},
        showlegend=True,
        xaxis=style.hidden_axis("pieces, in the order of the program", range=[-0.7, _widest(at) + 0.7]),
        yaxis=style.axis(
            "", tickvals=rows, ticktext=[f"<b>{e}</b>" for e in exercises], range=[len(exercises) - 0.5, -0.6]
        ),
        sliders=style.slider(
            "piece: ",
            frames,
            0,
            y=1,
            yanchor="bottom",
            pad={"t": 0, "b": 50},
            font={"color": style.CLEAR, "size": 1},
            ticklen=0,
            minorticklen=0,
        ),
    )
    layout["yaxis"]["title"] |= {"text": "exercise", "standoff": 25}
    return Picture(title, _words(found, exercises), {"data": data, "layout": layout, "frames": frames})


def _places(found: list[Piece], exercises: list[str]) -> dict[str, Point]:
    """A row for each exercise, its pieces spread over the whole width."""
    rows: dict[str, list[str]] = {exercise: [] for exercise in exercises}
    for piece in found:
        rows[piece.exercise].append(piece.name)
    widest = max(len(row) for row in rows.values())
    at = {}
    for y, row in enumerate(rows.values()):
        for i, name in enumerate(row):
            at[name] = ((i + 0.5) * widest / len(row) - 0.5, float(y))
    return at


def _widest(at: dict[str, Point]) -> float:
    return max(x for x, _ in at.values())


def _frame(label: str, chosen: Piece | None, found: list[Piece], at: dict[str, Point]) -> style.Json:
    uses = list(chosen.uses) if chosen else []
    used_by = [piece.name for piece in found if chosen and chosen.name in piece.uses]
    special = {*uses, *used_by, chosen.name} if chosen else set()
    others = [piece.name for piece in found if piece.name not in special]
    everything = [(piece.name, used) for piece in found for used in piece.uses]
    shown = {
        0: _curves(everything if not chosen else [], at),
        1: _curves([(chosen.name, name) for name in uses] if chosen else [], at),
        2: _curves([(name, chosen.name) for name in used_by] if chosen else [], at),
        3: _points(others, at),
        4: _points([chosen.name] if chosen else [], at),
        5: _points(uses, at),
        6: _points(used_by, at),
    }
    return style.frame(label, shown)


def _points(names: list[str], at: dict[str, Point]) -> style.Json:
    return {"x": [at[name][0] for name in names], "y": [at[name][1] for name in names]}


def _curves(pairs: list[tuple[str, str]], at: dict[str, Point]) -> style.Json:
    """A curve for each pair; between two pieces of one row an arch above the others."""
    x: list[float | None] = []
    y: list[float | None] = []
    for a, b in pairs:
        (x0, y0), (x1, y1) = at[a], at[b]
        lift = 0.16 + 0.05 * abs(x1 - x0) if y0 == y1 else 0.0
        for i in range(25):
            t = i / 24
            ease = t * t * (3 - 2 * t)
            x.append(round(x0 + (x1 - x0) * ease, 3))
            y.append(round(y0 + (y1 - y0) * t - lift * 4 * t * (1 - t), 3))
        x.append(None)
        y.append(None)
    return {"x": x, "y": y}


def _lines(colour: str, width: float, dash: str) -> style.Json:
    look = {"color": colour, "width": width, "dash": dash}
    return {"type": "scatter", "mode": "lines", "line": look, "hoverinfo": "skip", "showlegend": False}


def _marks(name: str, colour: str, symbol: str, size: int) -> style.Json:
    marker = {"color": colour, "symbol": symbol, "size": size, "line": {"color": style.INK, "width": 1}}
    return {"type": "scatter", "mode": "markers", "name": name, "marker": marker, "hoverinfo": "skip"}


def _names(found: list[Piece], at: dict[str, Point]) -> style.Json:
    hover = [f"<b>{p.name}</b> uses {', '.join(p.uses) or 'no other piece'}" for p in found]
    return {
        "type": "scatter",
        "mode": "text",
        "x": [at[piece.name][0] for piece in found],
        "y": [at[piece.name][1] + 0.22 for piece in found],
        "text": [piece.name for piece in found],
        "textfont": {"color": style.INK, "size": 11},
        "hovertext": hover,
        "hovertemplate": "%{hovertext}<extra></extra>",
        "cliponaxis": False,
        "showlegend": False,
    }


def _words(found: list[Piece], exercises: list[str]) -> str:
    users = {piece.name: sum(piece.name in other.uses for other in found) for piece in found}
    most = sorted(users, key=lambda name: -users[name])[:3]
    gpt = next(piece for piece in found if piece.name == "gpt")
    return (
        f"The {len(found)} pieces of the program in {len(exercises)} rows, one for each exercise, and "
        f"{sum(len(piece.uses) for piece in found)} lines from a piece to one that it uses. Used by most others are "
        f"{style.listed([f'{name} ({users[name]})' for name in most])}. gpt uses {style.listed(list(gpt.uses))}."
    )
