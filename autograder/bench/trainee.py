"""Trains in a process of its own, as one of the sides that are compared. Speaks with training.py.

atomic        the trainer with one graph node for each + and *, run in a plain loop, as the published file has it
atomic-quiet  the same with Python's garbage collector off during a step
learner       the trainer as the learner writes it
fast          the trainer in NumPy: each time it is asked, the whole run anew
"""

from __future__ import annotations

import gc
import random
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from autograder.bench.serve import Clock, peak_megabytes, serve
from microgpt_ref import microgpt
from microgpt_ref.names import load_names

STEPS = 1000  # the run that all sides are on, or at the beginning of


def plain_loop(docs: list[str], vocab: list[str], params: Any, config: Any, quiet: bool) -> Iterator[float]:
    """The published file's loop: nothing is done about the garbage collector unless quiet."""
    optimizer = microgpt.Adam(microgpt.parameters(params))
    for step in range(STEPS):
        tokens = microgpt.encode(docs[step % len(docs)], vocab)
        if quiet:
            gc.disable()
        loss = microgpt.sequence_loss(tokens, params, config)
        loss.backward()
        optimizer.step(microgpt.learning_rate(step, STEPS))
        if quiet:
            gc.enable()
        yield loss.data


def atomic_dot(a: Any, b: Any) -> Any:
    """A dot product of single additions and multiplications."""
    return sum(x * y for x, y in zip(a, b))


def main(side: str, names: str) -> None:
    """Answer requests for so many more steps with their losses and the time they took."""
    rng = random.Random(42)
    docs = list(load_names(Path(names)).docs)
    rng.shuffle(docs)
    vocab, config = microgpt.build_vocab(docs), microgpt.Config()
    if side == "fast":
        from microgpt_ref import fast

        begin = rng.getstate()

        def whole_run(request: dict[str, Any]) -> dict[str, Any]:
            rng.setstate(begin)
            params = fast.init_params(len(vocab) + 1, config, rng)
            clock = Clock()
            losses = list(islice(fast.train(docs, vocab, params, config, STEPS), request["steps"]))
            return _answer(clock, losses, docs, 0, config)

        serve(whole_run)
        return
    params = microgpt.init_params(len(vocab) + 1, config, rng)
    if side == "learner":
        losses = microgpt.train(docs, vocab, params, config, STEPS)
    else:
        microgpt.dot = atomic_dot
        losses = plain_loop(docs, vocab, params, config, quiet=side == "atomic-quiet")

    done = 0

    def more_steps(request: dict[str, Any]) -> dict[str, Any]:
        nonlocal done
        clock = Clock()
        found = list(islice(losses, request["steps"]))
        answer = _answer(clock, found, docs, done, config)
        done += len(found)
        return answer

    serve(more_steps)


def _answer(clock: Clock, losses: list[float], docs: list[str], first: int, config: Any) -> dict[str, Any]:
    """Letters counts what was learned: the positions at which a next letter was guessed."""
    time = clock.read()
    learned = [docs[step % len(docs)] for step in range(first, first + len(losses))]
    letters = sum(min(config.block_size, len(doc) + 1) for doc in learned)
    return {**time, "losses": losses, "letters": letters, "peak": peak_megabytes()}


if __name__ == "__main__":
    main(*sys.argv[1:])
