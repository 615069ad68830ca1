"""A graph of Values as plain data, and the walk of the blame backward through it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from microgpt_ref.pictures.operations import operation
from microgpt_ref.pictures.picture import PictureError
from microgpt_ref.pictures.plain import as_number

MOST_COUNTED = 100_000


@dataclass(frozen=True)
class Node:
    """One Value: its numbers, what it was made of (as places in the list of nodes) and probably how."""

    data: float
    grad: float  # what the Value itself holds
    children: tuple[int, ...]
    local_grads: tuple[float, ...]
    how: str  # empty for a number that was given


@dataclass(frozen=True)
class Step:
    """One node hands its blame to its children; `blame` is what every node has afterwards."""

    node: int
    blame: list[float]


def collect(value: Any) -> list[Any]:
    """The Values that value was made of, each before those made from it, value last; at most MOST_COUNTED.

    Two Values may be equal and yet be two, so they are told apart by identity.
    """
    order: list[Any] = []
    state: dict[int, bool] = {}  # id of each that was begun: is it in order yet?
    stack = [(value, False)]
    while stack:
        node, children_done = stack.pop()
        if children_done:
            order.append(node)
            state[id(node)] = True
            if len(order) >= MOST_COUNTED:
                break
        elif id(node) not in state:
            _check(node)
            state[id(node)] = False
            stack.append((node, True))
            for child in reversed(tuple(node.children)):
                if id(child) not in state:
                    stack.append((child, False))
                elif not state[id(child)]:  # begun and not finished: it is above us
                    raise PictureError("a Value was made of itself: a graph must not go in circles")
    return order


def as_nodes(values: list[Any]) -> list[Node]:
    """The collected Values as plain data."""
    at = {id(value): i for i, value in enumerate(values)}
    numbers = [as_number(value, "the data of Values") for value in values]
    nodes = []
    for value, data in zip(values, numbers):
        children = tuple(at[id(child)] for child in value.children)
        local_grads = tuple(as_number(local, "the local grads") for local in value.local_grads)
        how = operation(data, [numbers[child] for child in children], local_grads)
        nodes.append(Node(data, as_number(value.grad, "the grads"), children, local_grads, how))
    return nodes


def walk(nodes: list[Node]) -> list[Step]:
    """Backward from the last node: who hands on its blame when, and what everyone has then."""
    blame = [0.0] * len(nodes)
    blame[-1] = 1.0
    steps = []
    for i in range(len(nodes) - 1, -1, -1):
        if nodes[i].children:
            for child, local_grad in zip(nodes[i].children, nodes[i].local_grads):
                blame[child] += local_grad * blame[i]
            steps.append(Step(i, list(blame)))
    return steps


def compare_grads(nodes: list[Node], final: list[float]) -> str:
    """What the Values hold themselves, beside what the walk finds: a sentence."""
    if nodes[-1].grad == 0:
        return "The result itself still has grad 0: backward() has not run from it."
    differing = sum(
        not math.isclose(node.grad, blame, rel_tol=1e-9, abs_tol=1e-12) for node, blame in zip(nodes, final)
    )
    if not differing:
        return "The grads in the Values themselves are the same."
    return (
        f"In {differing} of the {len(nodes)} Values the grad is another than this walk finds: they were used "
        "elsewhere too, backward() ran twice, or it has a fault."
    )


def _check(node: Any) -> None:
    missing = [name for name in ("data", "grad", "children", "local_grads") if not hasattr(node, name)]
    if len(missing) == 4:
        raise PictureError(f"{node!r} is not a Value: draw_graph follows data, grad, children and local_grads")
    if missing:
        raise PictureError(f"a Value of this graph has no {' and no '.join(missing)}")
    if len(tuple(node.children)) != len(tuple(node.local_grads)):
        raise PictureError(
            f"a Value with data {node.data} has {len(tuple(node.children))} children and "
            f"{len(tuple(node.local_grads))} local grads: each child needs one"
        )
