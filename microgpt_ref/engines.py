"""The two engines that can train a model, microgpt.py and fast.py, behind one set of functions.

Their params differ (Values in lists, NumPy arrays); between them, and on disk, stand plain lists of floats.
"""

from __future__ import annotations

import contextlib
import importlib
import random
from types import ModuleType
from typing import Any

from microgpt_ref import microgpt
from microgpt_ref.errors import UserError
from microgpt_ref.microgpt import Config, Value


def engine(fast: bool) -> ModuleType:
    """The module that does the work; NumPy is imported only when it is wanted."""
    return importlib.import_module("microgpt_ref.fast") if fast else microgpt


def best_engine() -> ModuleType:
    """The fast engine where NumPy is installed, else the readable one. Both give the same names."""
    try:
        return engine(fast=True)
    except ImportError:
        return microgpt


def quiet(module: ModuleType) -> contextlib.AbstractContextManager[Any]:
    """While this is open, NumPy does not print warnings: whoever trains looks at the loss anyway."""
    if module is microgpt:
        return contextlib.nullcontext()
    import numpy as np

    return np.errstate(all="ignore")


def to_lists(params: Any) -> Any:
    """The params of either engine as nested lists of floats, arranged like the params of microgpt.py."""
    if isinstance(params, Value):
        return params.data
    if isinstance(params, list):
        return [to_lists(part) for part in params]
    if isinstance(params, dict):
        return {name: to_lists(part) for name, part in params.items()}
    return params.to_lists()


def from_lists(module: ModuleType, lists: Any) -> Any:
    """The params of an engine, from nested lists of floats."""
    return _to_values(lists) if module is microgpt else module.from_values(lists)


def _to_values(lists: Any) -> Any:
    if isinstance(lists, list):
        return [_to_values(part) for part in lists]
    if isinstance(lists, dict):
        return {name: _to_values(part) for name, part in lists.items()}
    return Value(lists)


def invent(
    module: ModuleType,
    params: Any,
    vocab: list[str],
    config: Config,
    temperature: float,
    rng: random.Random,
    start: str = "",
) -> str:
    """Invent one name that begins with start."""
    try:
        if module is not microgpt:
            return str(module.generate(params, vocab, config, temperature, rng, start))
        if start:
            return _go_on(params, vocab, config, temperature, rng, start)
        return microgpt.generate(params, vocab, config, temperature, rng)
    except (ArithmeticError, ValueError) as error:  # an overflow, or odds that are no numbers
        raise UserError(
            "this model's numbers grew without bound, so it cannot invent names: train with --learning-rate 0.01"
        ) from error


def _go_on(params: Any, vocab: list[str], config: Config, temperature: float, rng: random.Random, start: str) -> str:
    """The lesson's generate knows no start: read the start first, then go on as it does."""
    bos, cache = len(vocab), microgpt.new_cache(config)
    tokens = microgpt.encode(start, vocab)[:-1]
    for position in range(config.block_size):
        logits = microgpt.gpt(tokens[position], position, params, cache, config)
        if position < len(start):
            continue
        tokens.append(microgpt.sample(logits, temperature, rng))
        if tokens[-1] == bos:
            break
    return microgpt.decode(tokens, vocab)
