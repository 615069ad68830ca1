"""The computation graph of a Value, and the walk backward through it."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from microgpt_ref.pictures import style
from microgpt_ref.pictures.layers import Placed, place
from microgpt_ref.pictures.picture import Picture, PictureError
from microgpt_ref.pictures.walk import MOST_COUNTED, Node, Step, as_nodes, collect, compare_grads, walk

TITLE = "How this number was made, and who is to blame"

# All in pixels: the figure has a fixed size, so one unit of its axes is one pixel.
BOX = 88.0
LINE_HEIGHT = 16.0
BETWEEN_BOXES = 14.0
GAP, NARROW_GAP = 78.0, 52.0  # between columns; narrower when there are many
MANY_COLUMNS = 6
LEAST_WIDTH = 720.0
EDGE = 6.0  # around the graph, so that no border is cut
HEAD = 46.0  # room for the sentence above the graph
TOP, BOTTOM = 145, 40  # margins; the slider is above, beside the sentence that it changes
BEND = 10.0  # how far two lines between the same boxes keep apart

GIVEN = ("#d9ecf8", style.BLUE)  # fill, border
MADE = ("#fdf0d2", style.ORANGE)


def draw_graph(value: Any, max_nodes: int = 60, names: dict[str, Any] | None = None) -> Picture:
    """Draw what value was made of, with a slider that hands the blame back, one node at a time.

    value may be of any class with data, grad, children and local_grads. names, for example {"a": a}, are
    written on the boxes of those Values.
    """
    if max_nodes < 1:
        raise PictureError("max_nodes should be 1 or more")
    values = collect(value)
    if len(values) > max_nodes:
        return _too_large(len(values), max_nodes)
    nodes = as_nodes(values)
    steps = walk(nodes)
    called = {id(v): name for name, v in (names or {}).items()}
    labels = [called.get(id(v), "") for v in values]
    final = steps[-1].blame if steps else [1.0]
    return Picture(TITLE, _words(nodes, labels, final), _figure(nodes, labels, steps))


def _too_large(count: int, max_nodes: int) -> Picture:
    counted = f"more than {MOST_COUNTED:,}" if count >= MOST_COUNTED else f"{count:,}"
    return Picture(
        "",
        f"This graph has {counted} nodes, too many to read: at most {max_nodes} are drawn. Draw something smaller, "
        "for example one softmax of three scores, or a dot product of two lists of four.",
    )


def _figure(nodes: list[Node], labels: list[str], steps: list[Step]) -> style.Json:
    texts = [_lines(node, label) for node, label in zip(nodes, labels)]
    tall = [LINE_HEIGHT * (len(lines) + 1) + 8 for lines in texts]  # one more line for the grad
    placed = place([node.children for node in nodes], [h + BETWEEN_BOXES for h in tall], len(nodes) - 1)
    pitch = BOX + (GAP if max(placed.columns) < MANY_COLUMNS else NARROW_GAP)
    xs = [BOX / 2 + pitch * column for column in placed.columns]
    ys = placed.heights
    wide = max(xs) + BOX / 2
    high = max(y + h / 2 for y, h in zip(ys, tall)) + BETWEEN_BOXES
    edges = _edges(nodes, placed, xs, pitch)

    frames = [_frame("0", None, nodes, xs, ys, tall, edges)]
    for count, step in enumerate(steps, start=1):
        frames.append(_frame(f"{count}", step, nodes, xs, ys, tall, edges))
    start = len(frames) - 1 if nodes[-1].grad else 0  # backward() has run from here: show all of it
    moving = dict(zip(frames[start]["traces"], frames[start]["data"]))

    boxes = [(x, y, h) for x, y, h in zip(xs, ys, tall)]
    data = [
        _line([edge["line"] for edge in edges], style.LINE, 1.5),
        _line([], style.VERMILLION, 3) | moving[1],
        _area([box for box, node in zip(boxes, nodes) if not node.how], GIVEN),
        _area([box for box, node in zip(boxes, nodes) if node.how], MADE),
        _line([], style.VERMILLION, 3.5) | moving[4],
        _texts(xs, [y - h / 2 + 4 + LINE_HEIGHT / 2 * len(t) for y, h, t in zip(ys, tall, texts)], texts),
        _grads(xs, [y + h / 2 - 4 - LINE_HEIGHT / 2 for y, h in zip(ys, tall)]) | moving[6],
        _local_grads(edges),
        _arrows() | moving[8],
        _sentence() | moving[9],
    ]
    layout = _layout(wide, high, style.slider("backward, step ", frames, start))
    return {"data": data, "layout": layout, "frames": frames}


def _layout(wide: float, high: float, sliders: list[style.Json]) -> style.Json:
    """The page around a graph of this size: a unit of its axes is a pixel."""
    room = max(wide, LEAST_WIDTH) + 2 * EDGE  # the sentence may be longer than a small graph is wide
    fixed = {"fixedrange": True, "automargin": False, "showline": False}
    across = "made from left to right; the blame goes back from right to left"
    place_above = {
        "y": 1,
        "yanchor": "bottom",
        "lenmode": "pixels",
        "len": LEAST_WIDTH,
        "pad": {"t": 0, "b": 12, "l": 8},
    }
    return style.layout(
        TITLE,
        round(high + HEAD) + TOP + BOTTOM,
        width=round(room) + 24,
        autosize=False,
        margin={"l": 12, "r": 12, "t": TOP, "b": BOTTOM},
        xaxis=style.hidden_axis(across, range=[-EDGE, room - EDGE]) | fixed,
        yaxis=style.hidden_axis("", range=[high, -HEAD]) | fixed,
        sliders=[sliders[0] | place_above, *sliders[1:]],
    )


def _lines(node: Node, label: str) -> list[str]:
    """What is written in a box above its grad."""
    head = " = ".join(part for part in (label, node.how) if part)
    return [*([f"<b>{style.plain(head)}</b>"] if head else []), f"data {style.number(node.data)}"]


def _edges(nodes: list[Node], placed: Placed, xs: list[float], pitch: float) -> list[style.Json]:
    """For each time a node is used: parent, child, the local grad and the points of the line."""
    edges = []
    for parent, node in enumerate(nodes):
        for place_in_list, child in enumerate(node.children):
            times = node.children.count(child)
            number = node.children[:place_in_list].count(child)
            bend = BEND * (2 * number - (times - 1)) if times <= 4 else 0.0
            stops = [(xs[child] + BOX / 2, placed.heights[child])]
            for column, y in placed.passing[parent, child]:
                middle = BOX / 2 + pitch * column
                stops += [(middle - BOX / 2, y + bend), (middle + BOX / 2, y + bend)]
            stops.append((xs[parent] - BOX / 2, placed.heights[parent]))
            line = _curve(stops, bend if len(stops) == 2 else 0.0)
            local = node.local_grads[place_in_list]
            edges.append({"parent": parent, "child": child, "local": local, "line": line})
    return edges


def _curve(stops: list[tuple[float, float]], bend: float) -> list[tuple[float, float]]:
    """A line that leaves each stop level and arrives level at the next; bend moves its middle aside."""
    points = [stops[0]]
    for (x0, y0), (x1, y1) in pairwise(stops):
        for i in range(1, 13):
            t = i / 12
            ease = t * t * (3 - 2 * t)
            points.append((x0 + (x1 - x0) * t, y0 + (y1 - y0) * ease + bend * 4 * t * (1 - t)))
    return [(round(x, 1), round(y, 1)) for x, y in points]


def _frame(
    name: str,
    step: Step | None,
    nodes: list[Node],
    xs: list[float],
    ys: list[float],
    tall: list[float],
    edges: list[style.Json],
) -> style.Json:
    """The traces that change: lines and box in use, grads, arrows, the sentence."""
    used = [edge for edge in edges if step and edge["parent"] == step.node]
    ends = [edge["line"][0] for edge in used]
    around = [step.node, *dict.fromkeys(nodes[step.node].children)] if step else []
    outlines = [_outline(xs[i], ys[i], tall[i]) for i in around]
    grads = []
    for i in range(len(nodes)):
        if step is None or (step.blame[i] == 0 and i not in around):
            grads.append("")
        else:
            grads.append(f"grad {style.number(step.blame[i])}")
    traces: dict[int, style.Json] = {
        1: _joined([edge["line"] for edge in used]),
        4: _joined(outlines),
        6: {"text": grads},
        8: {"x": [x + 5 for x, _ in ends], "y": [y for _, y in ends]},
        9: {"text": [_says(step, nodes)]},
    }
    return style.frame(name, traces)


def _says(step: Step | None, nodes: list[Node]) -> str:
    if step is None:
        return "Forward only: every box has its data, none has any blame yet."
    node, blame = nodes[step.node], step.blame[step.node]
    who = "The result has grad 1, because it is itself" if step.node == len(nodes) - 1 else ""
    who = who or f"{_called(node)} has grad {style.number(blame)}"
    shares = [
        f"{style.number(local)} × {style.number(blame)} = {style.number(local * blame)}"
        for local in node.local_grads[:3]
    ]
    more = len(node.local_grads) - 3
    shares += [f"{more} more"] if more > 0 else []
    return f"{who}.<br>It hands down: local grad × its grad, that is {style.listed(shares)}."


def _called(node: Node) -> str:
    return f"The box <b>{style.plain(node.how)}</b> with data {style.number(node.data)}"


def _joined(lines: list[list[tuple[float, float]]]) -> style.Json:
    """Many lines as one trace, with gaps between them."""
    x: list[float | None] = []
    y: list[float | None] = []
    for line in lines:
        x += [point[0] for point in line] + [None]
        y += [point[1] for point in line] + [None]
    return {"x": x, "y": y}


def _outline(x: float, y: float, h: float) -> list[tuple[float, float]]:
    left, right, low, high = x - BOX / 2, x + BOX / 2, round(y - h / 2, 1), round(y + h / 2, 1)
    return [(left, low), (right, low), (right, high), (left, high), (left, low)]


def _line(lines: list[list[tuple[float, float]]], colour: str, width: float) -> style.Json:
    look = {"type": "scatter", "mode": "lines", "line": {"color": colour, "width": width}, "hoverinfo": "skip"}
    return look | _joined(lines)


def _area(boxes: list[tuple[float, float, float]], colours: tuple[str, str]) -> style.Json:
    fill, border = colours
    look = _line([_outline(*box) for box in boxes], border, 1.5)
    return look | {"fill": "toself", "fillcolor": fill}


def _texts(xs: list[float], ys: list[float], texts: list[list[str]]) -> style.Json:
    look = {"type": "scatter", "mode": "text", "textfont": {"color": style.DARK_INK, "size": 12}}
    return look | {"x": xs, "y": ys, "text": ["<br>".join(lines) for lines in texts], "hoverinfo": "skip"}


def _grads(xs: list[float], ys: list[float]) -> style.Json:
    look = {"type": "scatter", "mode": "text", "textfont": {"color": "#9a3d00", "size": 12}}
    return look | {"x": xs, "y": ys, "hoverinfo": "skip"}


def _local_grads(edges: list[style.Json]) -> style.Json:
    """Written where a line leaves its child, before lines that end at the same box come together.

    They stand on the side that the line turns away from; where a child has several lines, farther along.
    """
    x, y, sides = [], [], []
    children = [edge["child"] for edge in edges]
    for i, edge in enumerate(edges):
        line = edge["line"]
        rises = line[12][1] < line[0][1] - 1
        before = children[:i].count(edge["child"])
        point = line[3 if children.count(edge["child"]) == 1 else min(3 + 2 * before, 11)]
        x.append(point[0] - 2)
        y.append(point[1])
        sides.append("bottom right" if rises else "top right")
    return {
        "type": "scatter",
        "mode": "text",
        "x": x,
        "y": y,
        "text": [style.number(edge["local"]) for edge in edges],
        "textposition": sides,
        "textfont": {"color": style.INK, "size": 11},
        "hovertemplate": "local grad %{text}<extra></extra>",
    }


def _arrows() -> style.Json:
    marker = {"symbol": "triangle-left", "size": 12, "color": style.VERMILLION}
    return {"type": "scatter", "mode": "markers", "marker": marker, "hoverinfo": "skip"}


def _sentence() -> style.Json:
    look = {"type": "scatter", "mode": "text", "textposition": "middle right", "hoverinfo": "skip"}
    return look | {"x": [0], "y": [-HEAD / 2], "textfont": {"color": style.INK, "size": 13}, "cliponaxis": False}


def _words(nodes: list[Node], labels: list[str], final: list[float]) -> str:
    result = nodes[-1]
    given = [i for i, node in enumerate(nodes) if not node.how]
    made = [node.how for node in nodes if node.how]
    if not made:
        return f"One box: a number that was given, data {style.number(result.data, 4)}. It was made of nothing."
    counts = {how: made.count(how) for how in dict.fromkeys(made)}
    kinds = style.listed([how if n == 1 else f"{n} times {how}" for how, n in counts.items()])
    shown = [f"{labels[i] or style.number(nodes[i].data, 4)} has grad {style.number(final[i], 4)}" for i in given[:6]]
    if len(given) > 6:
        shown.append(f"so on for {len(given) - 6} more")
    return (
        f"A graph of {len(nodes)} numbers: {_were(len(given))} given, {_were(len(made))} made ({kinds}). "
        f"The result has data {style.number(result.data, 4)}. After walking back through all of it, "
        f"{style.listed(shown)}. {compare_grads(nodes, final)}"
    )


def _were(count: int) -> str:
    return "1 was" if count == 1 else f"{count} were"
