"""Where the nodes of a graph stand: columns from left to right, few crossings, no line through a box.

The usual four moves: a column for each node; stand-ins wherever a line passes a column, so that it is given
room there; an order in each column that keeps neighbours level; then heights, as near to the neighbours as
the room above and below allows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

PASSING = 14.0  # the room a line needs where it passes a column
SWEEPS = 12


@dataclass(frozen=True)
class Placed:
    """Column and height of each node, and for each pair (parent, child) the points its line passes between."""

    columns: list[int]
    heights: list[float]
    passing: dict[tuple[int, int], list[tuple[int, float]]]  # from the child's side to the parent's


def place(children: Sequence[Sequence[int]], rooms: Sequence[float], root: int) -> Placed:
    """Lay out the graph below root. children[i] are the nodes that node i was made of; rooms are their heights."""
    depth = _depths(children, root)
    deepest = max(depth)
    columns = [deepest - d for d in depth]

    layers: list[list[int]] = [[] for _ in range(deepest + 1)]
    for node, column in enumerate(columns):
        layers[column].append(node)
    room = list(rooms)
    links: list[tuple[int, int]] = []  # each one column long, from left to right
    chains: dict[tuple[int, int], list[int]] = {}
    for parent, made_of in enumerate(children):
        for child in dict.fromkeys(made_of):
            chain = []
            for column in range(columns[child] + 1, columns[parent]):
                chain.append(len(room))
                layers[column].append(len(room))
                room.append(PASSING)
            chains[parent, child] = chain
            path = [child, *chain, parent]
            links += pairwise(path)
    left, right = _neighbours(len(room), links)
    _order(layers, left, right)
    heights = _heights(layers, left, right, room)
    at = {node: column for column, layer in enumerate(layers) for node in layer}
    passing = {pair: [(at[node], heights[node]) for node in chain] for pair, chain in chains.items()}
    return Placed(columns, heights[: len(children)], passing)


def _depths(children: Sequence[Sequence[int]], root: int) -> list[int]:
    """The longest way from root to each node. Nodes come before their parents, root last."""
    depth = [0] * len(children)
    for parent in range(root, -1, -1):
        for child in children[parent]:
            depth[child] = max(depth[child], depth[parent] + 1)
    return depth


def _neighbours(count: int, links: list[tuple[int, int]]) -> tuple[list[list[int]], list[list[int]]]:
    left: list[list[int]] = [[] for _ in range(count)]
    right: list[list[int]] = [[] for _ in range(count)]
    for a, b in links:
        left[b].append(a)
        right[a].append(b)
    return left, right


def _order(layers: list[list[int]], left: list[list[int]], right: list[list[int]]) -> None:
    """Sort each column by where its neighbours are, to and fro; keep the order with the fewest crossings."""
    best, fewest = [list(layer) for layer in layers], _crossings(layers, right)
    for sweep in range(SWEEPS):
        forward = sweep % 2 == 1
        side = left if forward else right
        for column in range(len(layers)) if forward else range(len(layers) - 1, -1, -1):
            rank = {node: i for layer in layers for i, node in enumerate(layer)}
            layers[column].sort(
                key=lambda node, rank=rank: _mean([rank[n] for n in side[node]], rank[node])  # type: ignore[misc]
            )
        crossings = _crossings(layers, right)
        if crossings < fewest:
            best, fewest = [list(layer) for layer in layers], crossings
    layers[:] = best


def _crossings(layers: list[list[int]], right: list[list[int]]) -> int:
    crossings = 0
    for layer, following in pairwise(layers):
        rank = {node: i for i, node in enumerate(following)}
        ends = [sorted(rank[n] for n in right[node]) for node in layer]
        for i, upper in enumerate(ends):
            crossings += sum(a > b for lower in ends[i + 1 :] for a in upper for b in lower)
    return crossings


def _heights(layers: list[list[int]], left: list[list[int]], right: list[list[int]], room: list[float]) -> list[float]:
    heights = [0.0] * len(room)
    for layer in layers:
        for i, y in enumerate(_spread([0.0] * len(layer), [room[node] for node in layer])):
            heights[layer[i]] = y
    for sweep in range(2 * SWEEPS):
        for layer in layers if sweep % 2 else reversed(layers):
            wishes = [_mean([heights[n] for n in left[v] + right[v]], heights[v]) for v in layer]
            for i, y in enumerate(_spread(wishes, [room[node] for node in layer])):
                heights[layer[i]] = y
    lowest = min(heights[node] - room[node] / 2 for node in range(len(room)))
    return [y - lowest for y in heights]


def _spread(wishes: list[float], rooms: list[float]) -> list[float]:
    """Heights in the given order, not overlapping, and all together as near to the wishes as can be.

    Seen without the room they need, heights must only not decrease: neighbours that would are put at the
    mean of their wishes, in groups that grow until none does.
    """
    offsets, total = [], 0.0
    for i, space in enumerate(rooms):
        total += (rooms[i - 1] + space) / 2 if i else 0.0
        offsets.append(total)
    groups: list[list[float]] = []  # sum of wishes, how many
    for wish, offset in zip(wishes, offsets):
        groups.append([wish - offset, 1])
        while len(groups) > 1 and groups[-2][0] / groups[-2][1] >= groups[-1][0] / groups[-1][1]:
            wish_sum, size = groups.pop()
            groups[-1][0] += wish_sum
            groups[-1][1] += size
    flat = [wish_sum / size for wish_sum, size in groups for _ in range(int(size))]
    return [y + offset for y, offset in zip(flat, offsets)]


def _mean(numbers: list[float], otherwise: float) -> float:
    return sum(numbers) / len(numbers) if numbers else otherwise
