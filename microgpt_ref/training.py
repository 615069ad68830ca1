"""A training run, step by step, with either engine: begin, advance, sample; and to and from a SavedRun."""

from __future__ import annotations

import gc
import hashlib
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from microgpt_ref.engines import from_lists, invent, quiet, to_lists
from microgpt_ref.errors import UserError
from microgpt_ref.microgpt import build_vocab, encode
from microgpt_ref.plan import Plan, check_plan, check_size
from microgpt_ref.saved import NamesUsed, SavedRun

SMOOTHED = 50  # a single loss says more about the name than about the model: look at the mean of the last 50


@dataclass
class Run:
    """A run under way. What changes are the params, the optimizer, the rng and the losses."""

    plan: Plan
    engine: ModuleType
    docs: list[str]  # shuffled
    vocab: list[str]
    params: Any
    optimizer: Any
    rng: random.Random
    losses: list[float]

    @property
    def finished(self) -> bool:
        return len(self.losses) == self.plan.num_steps

    @property
    def smoothed(self) -> float:
        """The mean of the last losses."""
        last = self.losses[-SMOOTHED:]
        return math.fsum(last) / len(last)


def begin(docs: Sequence[str], plan: Plan, engine: ModuleType) -> Run:
    """A run before its first step. One stream of chance serves it all: shuffle, params, later the names."""
    check_plan(plan)
    rng = random.Random(plan.seed)
    shuffled = list(docs)
    rng.shuffle(shuffled)
    vocab = build_vocab(shuffled)
    check_size(len(vocab) + 1, plan.config)
    params = engine.init_params(len(vocab) + 1, plan.config, rng)
    optimizer = engine.Adam(engine.parameters(params))
    return Run(plan, engine, shuffled, vocab, params, optimizer, rng, [])


def advance(run: Run) -> float:
    """Learn from the next name; returns its loss."""
    step = len(run.losses)
    tokens = encode(run.docs[step % len(run.docs)], run.vocab)
    rate = run.plan.rate(step)
    was_enabled = gc.isenabled()
    gc.disable()  # a step's numbers are freed as soon as it ends; searching them for garbage is wasted time
    try:
        with quiet(run.engine):
            loss = run.engine.train_step(tokens, run.params, run.optimizer, rate, run.plan.config)
    except (ArithmeticError, ValueError):  # an overflow, or the logarithm of a probability of 0
        loss = math.nan
    finally:
        if was_enabled:
            gc.enable()
    if not math.isfinite(loss):
        raise UserError(
            f"at step {step + 1} the numbers grew without bound: --learning-rate "
            f"{run.plan.learning_rate:g} is too large, try 0.01"
        )
    run.losses.append(loss)
    return loss


def samples(run: Run, temperature: float, count: int) -> list[str]:
    """Names that the model invents now. They come from the run's own rng: ask once."""
    with quiet(run.engine):
        return [invent(run.engine, run.params, run.vocab, run.plan.config, temperature, run.rng) for _ in range(count)]


def list_sha256(docs: Sequence[str]) -> str:
    """What tells one list from another: its names and their order, not how the file ends its lines."""
    return hashlib.sha256("\n".join(docs).encode("utf-8", "surrogatepass")).hexdigest()


def freeze(run: Run, names: NamesUsed) -> SavedRun:
    """The run as data."""
    return SavedRun(
        plan=run.plan,
        names=names,
        vocab=list(run.vocab),
        losses=list(run.losses),
        rng_state=run.rng.getstate(),
        params=to_lists(run.params),
        adam_mean=[float(number) for number in run.optimizer.mean],
        adam_mean_square=[float(number) for number in run.optimizer.mean_square],
    )


def thaw(saved: SavedRun, docs: Sequence[str], engine: ModuleType) -> Run:
    """A saved run, ready to go on. docs are the names it learns from, in the order of their file."""
    shuffled = list(docs)
    random.Random(saved.plan.seed).shuffle(shuffled)
    if list_sha256(docs) != saved.names.sha256 or build_vocab(shuffled) != saved.vocab:
        raise UserError(
            f"the saved run learns from {saved.names.label} ({saved.names.count:,} names), and this list "
            "is another or has changed: name the same one, microgpt train NAMES --resume FILE"
        )
    rng = random.Random()
    rng.setstate(saved.rng_state)
    params = from_lists(engine, saved.params)
    optimizer = engine.Adam(engine.parameters(params))
    optimizer.mean[:] = saved.adam_mean
    optimizer.mean_square[:] = saved.adam_mean_square
    optimizer.steps = len(saved.losses)
    return Run(saved.plan, engine, shuffled, saved.vocab, params, optimizer, rng, list(saved.losses))
