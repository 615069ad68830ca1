"""One name through the model and back, in NumPy: the arithmetic under fast.py.

A Pass serves the names of one length. It owns every array that such a name needs and every view of them, made
once, because at this size NumPy's bookkeeping costs more than its sums. A row belongs to a position in the name.
forward() leaves behind what backward() needs, and backward() is forward() undone, last line first: the comment
at each line says which. dx means how much the loss changes when x does.

Some habits are there for speed alone. The sum or mean of each row is a product with a matrix of equal numbers,
which also spreads it over the whole row, ready for the next line. a.dot(b, c) is a quick way to write c = a @ b,
and add(a, b, c) to write c = a + b. A constant is an array, since a plain number is converted at each use.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy import add, divide, exp, fmax, log, matmul, multiply, sign, sqrt, subtract, vdot
from numpy.typing import NDArray

from microgpt_ref.microgpt import Config

Array = NDArray[np.float64]

EPS = np.array(1e-5)
ZERO = np.array(0.0)


class Room:
    """Memory that the passes share: they are never under way together, and what is reused stays in the cache.

    Every pass asks for the same arrays in the same order, so each gets the front part of the one before it had.
    """

    def __init__(self) -> None:
        self.blocks: list[Array] = []
        self.taken = 0

    def take(self, rows: int, columns: int) -> Array:
        size = rows * columns
        if self.taken == len(self.blocks):
            self.blocks.append(np.empty(size))
        elif self.blocks[self.taken].size < size:
            self.blocks[self.taken] = np.empty(size)
        self.taken += 1
        return self.blocks[self.taken - 1][:size].reshape(rows, columns)


@lru_cache(maxsize=16)
def averages(width: int) -> Array:
    """rows @ averages(width) is the mean of each row, in every place of that row."""
    return np.full((width, width), 1 / width)


def tame(rows: Array, mask: Array | None = None) -> None:
    """Mask the rows, and make them numbers that exp can take.

    Softmax stays the same when the largest number of a row is taken from all of it. Only large numbers need that:
    none is above 320 when their squares add up to less than 100,000, and that is much quicker to find out.
    """
    flat = rows.ravel()
    is_small = flat.dot(flat) < 1e5
    if mask is not None:
        add(rows, mask, rows)
    if not is_small:
        rows -= rows.max(axis=1, keepdims=True)


class Norm:
    """rmsnorm of each row."""

    def __init__(self, room: Room, length: int, width: int) -> None:
        self.mean = averages(width)
        self.normed, self.volume, self.scratch, self.means = (room.take(length, width) for _ in range(4))

    def forward(self, x: Array) -> Array:
        normed, volume, scratch = self.normed, self.volume, self.scratch
        multiply(x, x, scratch)
        scratch.dot(self.mean, volume)
        add(volume, EPS, volume)
        sqrt(volume, volume)
        divide(x, volume, normed)
        return normed

    def backward(self, dnormed: Array) -> Array:
        """A number changes its own result and, through the volume, its whole row."""
        normed, scratch, means = self.normed, self.scratch, self.means
        multiply(dnormed, normed, scratch)
        scratch.dot(self.mean, means)
        multiply(normed, means, scratch)
        subtract(dnormed, scratch, scratch)
        divide(scratch, self.volume, scratch)
        return scratch


class Attention:
    """Query, keys and values of all positions at once, each position's look back, and wo."""

    def __init__(self, room: Room, layer: Any, grads: Any, length: int, heads: int) -> None:
        width = len(layer["wo"])
        by_part = (length, 3, heads, width // heads)
        by_head = (length, heads, width // heads)
        self.wqkv, self.wo = layer["wqkv"], layer["wo"]
        self.grad_wqkv, self.grad_wo = grads["wqkv"], grads["wo"]
        self.ones = np.ones((length, length))
        self.scale = np.array((width // heads) ** -0.5)
        # Added to the scores: nothing for what has been read, minus infinity for what comes later.
        self.future = np.tile(np.triu(np.full((length, length), -np.inf), 1), (heads, 1))

        # The same memory twice: flat for the big products, and [head, position, number] for those by head.
        self.qkv, self.dqkv = room.take(length, 3 * width), room.take(length, 3 * width)
        self.query, self.keys, self.values = self.qkv.reshape(by_part).transpose(1, 2, 0, 3)
        self.dquery, self.dkeys, self.dvalues = self.dqkv.reshape(by_part).transpose(1, 2, 0, 3)
        self.seen, self.dseen = room.take(length, width), room.take(length, width)
        self.seen_by_head = self.seen.reshape(by_head).transpose(1, 0, 2)
        self.dseen_by_head = self.dseen.reshape(by_head).transpose(1, 0, 2)
        # A row for each head and position, and [head, position, position looked at].
        self.looks, self.scores, self.sums = (room.take(heads * length, length) for _ in range(3))
        self.looks_by_head = self.looks.reshape(heads, length, length)
        self.scores_by_head = self.scores.reshape(heads, length, length)
        self.attended, self.dnormed = room.take(length, width), room.take(length, width)

        self.wqkv_t, self.wo_t, self.dqkv_t = self.wqkv.T, self.wo.T, self.dqkv.T
        self.keys_t, self.values_t = self.keys.transpose(0, 2, 1), self.values.transpose(0, 2, 1)
        self.looks_t = self.looks_by_head.transpose(0, 2, 1)
        self.scores_t = self.scores_by_head.transpose(0, 2, 1)

    def forward(self, normed: Array) -> Array:
        scores, looks, sums = self.scores, self.looks, self.sums
        self.normed = normed
        normed.dot(self.wqkv_t, self.qkv)
        matmul(self.query, self.keys_t, self.scores_by_head)
        multiply(scores, self.scale, scores)
        tame(scores, self.future)
        exp(scores, scores)
        scores.dot(self.ones, sums)
        divide(scores, sums, looks)  # softmax ends here
        matmul(self.looks_by_head, self.values, self.seen_by_head)
        self.seen.dot(self.wo_t, self.attended)
        return self.attended

    def backward(self, dattended: Array) -> Array:
        dscores, looks, sums = self.scores, self.looks, self.sums  # the scores are not needed any more
        dattended.T.dot(self.seen, self.grad_wo)  # attended = seen @ wo.T
        dattended.dot(self.wo, self.dseen)
        matmul(self.looks_t, self.dseen_by_head, self.dvalues)  # seen = looks @ values
        matmul(self.dseen_by_head, self.values_t, self.scores_by_head)
        multiply(dscores, looks, dscores)  # softmax: a score lifts its own look and lowers the rest of its row
        dscores.dot(self.ones, sums)
        multiply(looks, sums, sums)
        subtract(dscores, sums, dscores)
        multiply(dscores, self.scale, dscores)  # scores = scores * scale
        matmul(self.scores_by_head, self.keys, self.dquery)  # scores = query @ keys.T
        matmul(self.scores_t, self.query, self.dkeys)
        self.dqkv_t.dot(self.normed, self.grad_wqkv)  # qkv = normed @ wqkv.T
        self.dqkv.dot(self.wqkv, self.dnormed)
        return self.dnormed


class Mlp:
    """fc2 of relu of fc1."""

    def __init__(self, room: Room, layer: Any, grads: Any, length: int) -> None:
        hidden_width, width = layer["fc1"].shape
        self.fc1, self.fc2, self.fc1_t, self.fc2_t = layer["fc1"], layer["fc2"], layer["fc1"].T, layer["fc2"].T
        self.grad_fc1, self.grad_fc2 = grads["fc1"], grads["fc2"]
        self.hidden, self.dhidden, self.is_on = (room.take(length, hidden_width) for _ in range(3))
        self.thought, self.dnormed = room.take(length, width), room.take(length, width)
        self.dhidden_t = self.dhidden.T

    def forward(self, normed: Array) -> Array:
        self.normed = normed
        normed.dot(self.fc1_t, self.hidden)
        fmax(self.hidden, ZERO, self.hidden)  # like maximum, but several times as fast
        self.hidden.dot(self.fc2_t, self.thought)
        return self.thought

    def backward(self, dthought: Array) -> Array:
        dthought.T.dot(self.hidden, self.grad_fc2)  # thought = hidden @ fc2.T
        dthought.dot(self.fc2, self.dhidden)
        sign(self.hidden, self.is_on)  # hidden = relu(hidden): 1 where it was positive, else 0
        multiply(self.dhidden, self.is_on, self.dhidden)
        self.dhidden_t.dot(self.normed, self.grad_fc1)  # hidden = normed @ fc1.T
        self.dhidden.dot(self.fc1, self.dnormed)
        return self.dnormed


class Pass:
    """The whole model, for names of one length. weights and grads are what fast.Params calls so."""

    def __init__(self, room: Room, weights: Any, grads: Any, length: int, config: Config) -> None:
        vocab_size, width = weights["wte"].shape
        room.taken = 0
        self.wte, self.wpe, self.lm_head = weights["wte"], weights["wpe"][:length], weights["lm_head"]
        self.lm_head_t = self.lm_head.T
        self.grad_wte, self.grad_lm_head = grads["wte"], grads["lm_head"]
        self.grad_wpe, self.grad_wpe_beyond = grads["wpe"][:length], grads["wpe"][length:]
        self.embedded, self.dx = room.take(length, width), room.take(length, width)
        self.norm = Norm(room, length, width)
        self.blocks = [
            (
                Norm(room, length, width),
                Attention(room, layer, grad, length, config.n_head),
                Norm(room, length, width),
                Mlp(room, layer, grad, length),
            )
            for layer, grad in zip(weights["layers"], grads["layers"])
        ]
        self.logits, self.probs, self.surprise = (room.take(length, vocab_size) for _ in range(3))
        self.dlogits_t = self.probs.T
        self.total, self.ones = room.take(length, 1), np.ones((vocab_size, 1))
        # A row for each token: a one in the place of the token, zeros elsewhere.
        self.hot = room.take(length + 1, vocab_size)
        self.inputs_t, self.targets = self.hot[:-1].T, self.hot[1:]
        self.length = np.array(float(length))

    def forward(self, tokens: Sequence[int]) -> Array:
        """Return the logits after each token; the next pass overwrites them."""
        add(self.wte.take(tokens, 0), self.wpe, self.embedded)
        x = self.norm.forward(self.embedded)
        for norm1, attention, norm2, mlp in self.blocks:
            attended = attention.forward(norm1.forward(x))
            x = add(attended, x, attended)
            thought = mlp.forward(norm2.forward(x))
            x = add(thought, x, thought)
        self.x = x
        return x.dot(self.lm_head_t, self.logits)

    def loss(self, tokens: Sequence[int]) -> float:
        """Return the mean surprise at tokens[1:], and be ready to go backward."""
        logits, probs, total, hot = self.forward(tokens[:-1]), self.probs, self.total, self.hot
        hot.fill(0.0)
        for position, token in enumerate(tokens):
            hot[position, token] = 1.0
        tame(logits)
        exp(logits, probs)
        probs.dot(self.ones, total)
        divide(probs, total, probs)
        log(total, total)
        subtract(total, logits, self.surprise)  # -log(probs), even where a prob is too small for a float
        return float(vdot(self.surprise, self.targets)) / len(logits)

    def backward(self) -> None:
        """Fill the grads. To be called after loss()."""
        dlogits, dx = self.probs, self.dx
        subtract(dlogits, self.targets, dlogits)  # the surprise at the target, and the softmax in it
        divide(dlogits, self.length, dlogits)  # the mean over positions
        self.dlogits_t.dot(self.x, self.grad_lm_head)  # logits = x @ lm_head.T
        dlogits.dot(self.lm_head, dx)
        for norm1, attention, norm2, mlp in reversed(self.blocks):
            add(dx, norm2.backward(mlp.backward(dx)), dx)  # x = thought + x
            add(dx, norm1.backward(attention.backward(dx)), dx)  # x = attended + x
        dembedded = self.norm.backward(dx)  # x = normed(embedded)
        self.inputs_t.dot(dembedded, self.grad_wte)  # wte of the tokens: one that comes twice gets both
        self.grad_wpe[:] = dembedded  # + wpe
        self.grad_wpe_beyond.fill(0.0)
