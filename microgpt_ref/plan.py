"""What a training run is going to be: the model's measurements, its schedule and its seed."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

from microgpt_ref.errors import UserError
from microgpt_ref.microgpt import Config

MOST_PARAMETERS = 10_000_000  # beyond this, one step takes minutes and gigabytes

# How the nudges shrink: the rate at a step, from the rate at step 0 down to 0 at num_steps.
SCHEDULES: dict[str, Callable[[float, int, int], float]] = {
    "linear": lambda rate, step, num_steps: rate * (1 - step / num_steps),
    "cosine": lambda rate, step, num_steps: rate * 0.5 * (1 + math.cos(math.pi * step / num_steps)),
}


@dataclass(frozen=True)
class Plan:
    """All that decides how a run goes, but for the names: the same plan, the same losses."""

    config: Config = field(default_factory=Config)
    num_steps: int = 1000
    schedule: str = "linear"
    learning_rate: float = 0.01
    seed: int = 42

    def rate(self, step: int) -> float:
        """The size of the nudge at this step, counted from 0."""
        return SCHEDULES[self.schedule](self.learning_rate, step, self.num_steps)


def check_plan(plan: Plan) -> None:
    """Raise UserError when no model can be made or trained as planned."""
    config = plan.config
    least_one = {
        "steps": plan.num_steps,
        "layers": config.n_layer,
        "width": config.n_embd,
        "heads": config.n_head,
        "block-size": config.block_size,
    }
    for name, number in least_one.items():
        if number < 1:
            raise UserError(f"--{name} must be 1 or more, not {number}")
    if config.n_embd % config.n_head:
        fitting = config.n_head * max(1, round(config.n_embd / config.n_head))
        raise UserError(
            f"--width {config.n_embd} cannot be shared out equally among --heads {config.n_head}: try --width {fitting}"
        )
    if plan.schedule not in SCHEDULES:
        raise UserError(f"--schedule must be {' or '.join(SCHEDULES)}, not {plan.schedule}")
    if not (plan.learning_rate > 0 and math.isfinite(plan.learning_rate)):
        raise UserError(f"--learning-rate must be a number above 0, for example 0.01, not {plan.learning_rate}")


def shapes(vocab_size: int, config: Config) -> tuple[dict[str, tuple[int, int]], dict[str, tuple[int, int]]]:
    """Rows and columns of the matrices outside the layers, and of those in each layer."""
    width = config.n_embd
    outside = {"wte": (vocab_size, width), "wpe": (config.block_size, width), "lm_head": (vocab_size, width)}
    layer = dict.fromkeys(("wq", "wk", "wv", "wo"), (width, width))
    return outside, layer | {"fc1": (4 * width, width), "fc2": (width, 4 * width)}


def count_parameters(vocab_size: int, config: Config) -> int:
    """How many dials a model of these measurements has."""
    outside, layer = shapes(vocab_size, config)
    return _cells(outside) + config.n_layer * _cells(layer)


def check_size(vocab_size: int, config: Config) -> None:
    """Raise UserError when the model would be too large for this way of training."""
    count = count_parameters(vocab_size, config)
    if count > MOST_PARAMETERS:
        raise UserError(
            f"this model would have {count:,} parameters, and the kit stops at {MOST_PARAMETERS:,}: "
            "try a smaller --width, fewer --layers or a smaller --block-size"
        )


def _cells(matrices: dict[str, tuple[int, int]]) -> int:
    return sum(rows * columns for rows, columns in matrices.values())
