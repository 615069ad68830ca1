"""Why does a training not learn? Looks at the losses and at the dials, and names the exercise to look at."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

EARLY = 50  # steps after which a loss that has run away is stopped
PATIENCE = 200  # steps after which a loss that has not fallen is stopped
RECENT = 100  # losses of which the mean is taken
FALLEN = 0.97  # a loss below this part of knowing nothing has fallen
RUN_AWAY = 2.0  # a loss above this many times knowing nothing has run away

HOME = {
    "wte": "embed in 04",
    "wpe": "embed in 04",
    "lm_head": "gpt in 04",
    "wq": "multi_head_attention in 03",
    "wk": "multi_head_attention in 03",
    "wv": "multi_head_attention in 03",
    "wo": "multi_head_attention in 03",
    "fc1": "mlp in 04",
    "fc2": "mlp in 04",
}


class Watchdog:
    """Remembers where the dials were at the start, and says after each step whether something is wrong."""

    def __init__(self, params: Any) -> None:
        self._params = params
        self._start = numbers_by_matrix(params)
        self.nothing = math.log(len(params["wte"]))  # the loss of knowing nothing

    def after(self, losses: Sequence[float]) -> str:
        """One sentence or two on what is wrong and where to look; empty when all is well."""
        step, loss = len(losses), losses[-1]
        if not math.isfinite(loss):
            return _not_finite(step, f"the loss of step {step} is {loss}")
        if step % EARLY:
            return ""
        recent = losses[-RECENT:]
        mean = math.fsum(recent) / len(recent)
        if mean > RUN_AWAY * self.nothing:
            return (
                f"After {step} steps the loss is far above knowing nothing ({mean:.2f}; knowing nothing is "
                f"{self.nothing:.2f}): the dials run uphill or leap too far. Look at the minus in Adam.step and at "
                "learning_rate in 05."
            )
        if step >= PATIENCE and mean > FALLEN * self.nothing:
            return f"After {step} steps the loss has not fallen: {self._why()}"
        return ""

    def _why(self) -> str:
        start, now = self._start, numbers_by_matrix(self._params)
        still = [name for name in start if start[name] == now[name]]
        if len(still) == len(start):
            if not any(any(numbers) for numbers in start.values()):
                return "all dials are 0, so nobody gets any blame. Look at init_params in 04: it draws random numbers."
            return (
                "no dial has moved. Look at train_step in 07 (does it send the blame back and then call "
                "optimizer.step?), then at Adam.step in 05."
            )
        if still:
            homes = dict.fromkeys(HOME[name.split()[0]] for name in still)
            return (
                f"no dial of {_listed(still)} has moved, so no blame arrives there. Look at {_listed(list(homes))}, "
                "then at Value.backward in 01."
            )
        if _has_grads(self._params):
            return (
                "the blame of earlier steps is still there after the nudge and piles up. Look at the end of Adam.step "
                "in 05: it sets every grad back to 0."
            )
        return (
            "the dials move, but not to where the loss is lower, so the blame must be wrong. Look at the local grads "
            "and at Value.backward in 01, then at cross_entropy in 05. (Or has your list nothing in it to learn?)"
        )


def numbers_went_wild(step: int, error: Exception) -> str:
    """The word on an overflow, a division by zero or the logarithm of 0 in the middle of a step."""
    where = _function_of(error)
    return _not_finite(
        step, f"step {step} stopped with {type(error).__name__} ({error}){f' in {where}' if where else ''}"
    )


def of_numbers(error: Exception) -> bool:
    """Does this error come from numbers out of bounds, and not from a slip in the code?"""
    return isinstance(error, ArithmeticError) or (isinstance(error, ValueError) and "math domain" in str(error))


def _not_finite(step: int, what: str) -> str:
    what = what[0].upper() + what[1:]
    if step == 1:
        return (
            f"{what}, before anything was learned, so the forward pass is to blame. Look at softmax and rmsnorm in 02, "
            "then at cross_entropy in 05."
        )
    return (
        f"{what}: the numbers grew without bound. Look at Adam.step in 05 (the minus, the two roots, every grad set "
        "back to 0) and at learning_rate, then at Value.backward in 01."
    )


def numbers_by_matrix(params: Any) -> dict[str, list[float]]:
    """All the numbers of a model by the name of their matrix, whichever engine it belongs to."""
    if hasattr(params, "to_lists"):
        params = params.to_lists()
    found = {name: _numbers(rows) for name, rows in params.items() if name != "layers"}
    layers = params["layers"]
    for number, layer in enumerate(layers, start=1):
        for name, rows in layer.items():
            found[name if len(layers) == 1 else f"{name} of block {number}"] = _numbers(rows)
    return found


def _numbers(rows: Any) -> list[float]:
    return [dial if isinstance(dial, float) else dial.data for row in rows for dial in row]


def _has_grads(params: Any) -> bool:
    if hasattr(params, "to_lists"):
        return False  # the fast engine writes all grads anew at each step
    matrices = [rows for name, rows in params.items() if name != "layers"]
    matrices += [rows for layer in params["layers"] for rows in layer.values()]
    return any(dial.grad for rows in matrices for row in rows for dial in row)


def _function_of(error: BaseException) -> str:
    """The function in which an error arose."""
    trace, name = error.__traceback__, ""
    while trace is not None:
        name = trace.tb_frame.f_code.co_name
        trace = trace.tb_next
    return "" if name.startswith("<") else name


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
