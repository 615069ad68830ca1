"""The GPT of microgpt.py in NumPy: a whole name at once, and the gradients worked out by hand.

Same functions, same draws from the same rng, same losses and same names, so either module can stand in for
the other; a thousand steps take about a tenth of a second. What differs: the dials are one flat vector,
there are no Values, and the losses are plain floats. The arithmetic itself is in fast_pass.py.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from microgpt_ref.errors import UserError
from microgpt_ref.fast_pass import Pass, Room
from microgpt_ref.microgpt import Config, Value, build_vocab, decode, encode, learning_rate

__all__ = [
    "Adam",
    "Config",
    "Params",
    "attention",
    "build_vocab",
    "decode",
    "encode",
    "from_values",
    "generate",
    "init_params",
    "learning_rate",
    "loss_and_grads",
    "next_probabilities",
    "parameters",
    "sequence_loss",
    "train",
    "train_step",
]

Array = NDArray[np.float64]


# The dials: one flat vector, and the matrices as windows into it


class Params:
    """All the dials of a model in the flat vector `data`, and how much each one is to blame in `grad`.

    Both are in the order of microgpt.parameters. params["wte"] and params["layers"][0]["wq"] are windows into
    data, not copies: change one and the other follows. params.grads has the same windows into grad.
    """

    def __init__(self, vocab_size: int, block_size: int, n_embd: int, n_layer: int) -> None:
        size = (2 * vocab_size + block_size) * n_embd + n_layer * 12 * n_embd**2
        self.vocab_size = vocab_size
        self.data = np.zeros(size)
        self.grad = np.zeros(size)
        self.weights = _windows(self.data, vocab_size, block_size, n_embd, n_layer)
        self.grads = _windows(self.grad, vocab_size, block_size, n_embd, n_layer)
        self._config: Config | None = None
        self._passes: dict[int, Pass] = {}

    def __getitem__(self, name: str) -> Any:
        return self.weights[name]

    def __len__(self) -> int:
        return len(self.data)

    def __reduce__(self) -> tuple[Any, ...]:
        """Copy and pickle the dials alone: copied one by one, the windows would look into nothing."""
        return from_values, (self.to_lists(),)

    def pass_for(self, length: int, config: Config) -> Pass:
        """The way forward and back for names of this length. All names share its memory: one at a time."""
        if config is not self._config and config != self._config:
            self._config, self._passes = config, {}
        if length not in self._passes:
            if len(self._passes) % 64 == 0:  # to begin with, and before lines of very many lengths fill the memory
                self._passes, self._room = {}, Room()
            self._passes[length] = Pass(self._room, self.weights, self.grads, length, config)
        return self._passes[length]

    def to_lists(self) -> dict[str, Any]:
        """Plain nested lists of floats, arranged like the params of microgpt.py."""
        lists: dict[str, Any] = {name: self[name].tolist() for name in ("wte", "wpe", "lm_head")}
        names = ("wq", "wk", "wv", "wo", "fc1", "fc2")
        lists["layers"] = [{name: layer[name].tolist() for name in names} for layer in self["layers"]]
        return lists


def _windows(flat: Array, vocab_size: int, block_size: int, width: int, n_layer: int) -> dict[str, Any]:
    """The matrices of a model as views of flat. A layer's wqkv is its wq, wk and wv, one below the other."""
    start = 0

    def take(rows: int, columns: int) -> Array:
        nonlocal start
        start += rows * columns
        return flat[start - rows * columns : start].reshape(rows, columns)

    windows: dict[str, Any] = {"wte": take(vocab_size, width), "wpe": take(block_size, width)}
    windows["lm_head"] = take(vocab_size, width)
    windows["layers"] = []
    for _ in range(n_layer):
        wqkv = take(3 * width, width)
        layer = {"wq": wqkv[:width], "wk": wqkv[width : 2 * width], "wv": wqkv[2 * width :], "wqkv": wqkv}
        layer["wo"] = take(width, width)
        layer["fc1"] = take(4 * width, width)
        layer["fc2"] = take(width, 4 * width)
        windows["layers"].append(layer)
    return windows


def init_params(vocab_size: int, config: Config, rng: random.Random) -> Params:
    """All the dials of a model, before it has learned anything: the same draws as in microgpt.py."""
    params = Params(vocab_size, config.block_size, config.n_embd, config.n_layer)
    params.data[:] = [rng.gauss(0, 0.08) for _ in range(len(params))]
    return params


def from_values(values: dict[str, Any]) -> Params:
    """The same dials as values, which are params of microgpt.py or nested lists of plain numbers."""
    params = Params(len(values["wte"]), len(values["wpe"]), len(values["wte"][0]), len(values["layers"]))
    matrices = [values["wte"], values["wpe"], values["lm_head"]]
    for layer in values["layers"]:
        matrices += [layer[name] for name in ("wq", "wk", "wv", "wo", "fc1", "fc2")]
    dials = [dial for matrix in matrices for row in matrix for dial in row]
    params.data[:] = [dial.data if isinstance(dial, Value) else dial for dial in dials]
    return params


def parameters(params: Params) -> Params:
    """What Adam takes. Here that is params itself, which is flat already."""
    return params


# Training


def loss_and_grads(tokens: Sequence[int], params: Params, config: Config) -> tuple[float, Array]:
    """Return the mean cross-entropy over the positions, and params.grad, which the next call overwrites."""
    tokens = tokens[: config.block_size + 1]
    name = params.pass_for(len(tokens) - 1, config)
    loss = name.loss(tokens)
    name.backward()
    return loss, params.grad


def sequence_loss(tokens: Sequence[int], params: Params, config: Config) -> float:
    """Return the mean cross-entropy over the positions."""
    tokens = tokens[: config.block_size + 1]
    return params.pass_for(len(tokens) - 1, config).loss(tokens)


class Adam:
    """Turns gradients into nudges, with a memory of the earlier ones."""

    def __init__(self, parameters: Params, beta1: float = 0.85, beta2: float = 0.99, eps: float = 1e-8) -> None:
        self.parameters = parameters
        self.beta1, self.beta2, self.eps = beta1, beta2, eps
        self.mean = np.zeros(len(parameters))  # running mean of each gradient
        self.mean_square = np.zeros(len(parameters))  # running mean of its square
        self.steps = 0
        self._scratch = np.empty(len(parameters))

    def step(self, rate: float) -> None:
        """Nudge every parameter downhill. All in place: new arrays of this size would cost more than the sums."""
        self.steps += 1
        root = (1 - self.beta2**self.steps) ** 0.5
        fair = root / (1 - self.beta1**self.steps)
        mean, square, nudge, grad = self.mean, self.mean_square, self._scratch, self.parameters.grad
        np.multiply(grad, 1 - self.beta1, nudge)
        mean *= self.beta1
        mean += nudge
        np.multiply(grad, grad, nudge)
        nudge *= 1 - self.beta2
        square *= self.beta2
        square += nudge
        # rate * (mean / fair mean) / (sqrt(square / fair square) + eps), top and bottom times sqrt(fair square)
        np.sqrt(square, nudge)
        nudge += self.eps * root
        np.divide(mean, nudge, nudge)
        nudge *= rate * fair
        self.parameters.data -= nudge


def train_step(tokens: Sequence[int], params: Params, optimizer: Adam, rate: float, config: Config) -> float:
    """Learn from one name. Returns its loss."""
    loss, _ = loss_and_grads(tokens, params, config)
    optimizer.step(rate)
    return loss


def train(docs: Sequence[str], vocab: Sequence[str], params: Params, config: Config, num_steps: int) -> Iterator[float]:
    """Learn from one doc a step, and yield the loss of each."""
    optimizer = Adam(params)
    for step in range(num_steps):
        tokens = encode(docs[step % len(docs)], vocab)
        yield train_step(tokens, params, optimizer, learning_rate(step, num_steps), config)


# Sampling and looking inside


def next_probabilities(tokens: Sequence[int], params: Params, config: Config, temperature: float = 1.0) -> Array:
    """Return the probability of each token to come next, after tokens, of which the first is BOS."""
    if temperature <= 0:
        raise ValueError("the temperature must be above 0")
    if len(tokens) > config.block_size:
        raise ValueError(f"{len(tokens)} tokens are more than the {config.block_size} that the model can look at")
    logits = params.pass_for(len(tokens), config).forward(tokens)[-1]
    exps = np.exp((logits - logits.max()) / temperature)
    return exps / exps.sum()


def generate(
    params: Params,
    vocab: Sequence[str],
    config: Config,
    temperature: float,
    rng: random.Random,
    start: str = "",
) -> str:
    """Invent one name that begins with start: draw letters until BOS comes or block_size letters are there."""
    unknown = sorted(set(start) - set(vocab))
    if unknown:
        raise UserError(f"The model has never seen {' '.join(unknown)}: start with some of {''.join(vocab)}.")
    bos = len(vocab)
    tokens = encode(start, vocab)[:-1]
    while len(tokens) <= config.block_size:
        probs = next_probabilities(tokens, params, config, temperature)
        token = rng.choices(range(len(probs)), weights=probs.tolist())[0]
        if token == bos:
            break
        tokens.append(token)
    return decode(tokens, vocab)


def attention(tokens: Sequence[int], params: Params, config: Config) -> Array:
    """Return how much each position looks at each: weights [layer, head, position, position looked at]."""
    tokens = tokens[: config.block_size]
    name = params.pass_for(len(tokens), config)
    name.forward(tokens)
    return np.stack([attention.looks_by_head for _, attention, _, _ in name.blocks])
