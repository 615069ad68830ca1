"""How a Value was made, as far as its numbers give it away: a Value does not keep the name of its operation."""

from __future__ import annotations

import math
from collections.abc import Sequence


def operation(data: float, children: Sequence[float], local_grads: Sequence[float]) -> str:
    """A short name for what made data out of its children; empty for a number that was simply given."""
    if not children:
        return ""
    if len(children) == 1:
        return _of_one(data, children[0], local_grads[0])
    if len(children) == 2:
        a, b = children
        # For 2 and 2 both fit the result, and the local grads tell: 1, 1 is a sum, 2, 2 a product.
        if _same(data, a + b) and _all_same(local_grads, (1.0, 1.0)):
            return "+"
        if _same(data, a * b) and _all_same(local_grads, (b, a)):
            return "×"
    half = len(children) // 2
    left, right = children[:half], children[half:]
    if len(left) == len(right) and _all_same(local_grads, (*right, *left)) and _same(data, _dot(left, right)):
        return "dot"
    if _all_same(local_grads, [1.0] * len(children)) and _same(data, math.fsum(children)):
        return "sum"
    return "?"


def _of_one(data: float, child: float, local: float) -> str:
    if child <= 700 and _same(data, _exp(child)) and _same(local, data):
        return "exp"
    if child > 0 and _same(data, math.log(child)) and _same(local, 1 / child):
        return "log"
    if data == max(0.0, child) and local == (1.0 if child > 0 else 0.0):
        return "relu"
    if _same(data, -child) and local == -1.0:
        return "neg"
    if _same(data, math.tanh(child)) and _same(local, 1 - data**2):
        return "tanh"
    # data = child**n and local = n * child**(n - 1), so n = local * child / data
    if data and child:
        exponent = local * child / data
        if not math.isfinite(exponent):
            return "?"
        nearest = round(exponent * 4) / 4
        if _same(exponent, nearest):
            exponent = nearest
        try:
            fits = _same(data, child**exponent)
        except (ArithmeticError, TypeError, ValueError):  # a root of a negative number is not one of ours
            fits = False
        if fits:
            return f"^{exponent:.3g}".replace("-", "−")
    return "?"


def _dot(a: Sequence[float], b: Sequence[float]) -> float:
    return math.fsum(x * y for x, y in zip(a, b))


def _exp(x: float) -> float:
    return math.exp(x) if math.isfinite(x) else math.nan


def _same(a: float, b: float | complex) -> bool:
    return isinstance(b, (int, float)) and math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12)


def _all_same(found: Sequence[float], wanted: Sequence[float]) -> bool:
    return all(_same(a, b) for a, b in zip(found, wanted))
