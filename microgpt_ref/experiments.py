"""Experiments: each trains a model with the fast engine and becomes a row of a table that fills as you go."""

from __future__ import annotations

import html
import math
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from microgpt_ref.errors import UserError
from microgpt_ref.microgpt import Config
from microgpt_ref.plan import check_size

NAMES = 5  # invented for each row
FEWEST = 10  # docs to learn from and to be measured on
MOST_UNSEEN = 500  # docs kept aside, on which the loss is measured

HEADINGS = ("experiment", "dials", "steps", "rate", "temperature", "loss on unseen names", "seconds", "names (* new)")
LEFT = ' style="text-align: left"'


@dataclass(frozen=True)
class Trial:
    """One experiment: what was tried and what came of it."""

    label: str
    dials: int
    num_steps: int
    learning_rate: float  # at the first step; it goes down to 0
    temperature: float
    loss: float  # mean over docs that it was not shown
    seconds: float
    names: tuple[str, ...]  # those that stand in no list carry a star
    own_list: bool

    def row(self) -> tuple[str, ...]:
        """What the table shows, in the order of HEADINGS."""
        label = f"{self.label} †" if self.own_list else self.label
        sizes = (f"{self.dials:,}", f"{self.num_steps:,}", f"{self.learning_rate:g}", f"{self.temperature:g}")
        return (label, *sizes, f"{self.loss:.3f}", f"{self.seconds:.1f}", ", ".join(self.names))


class ExperimentTable:
    """A table of trials. Show it by writing its name at the end of a cell."""

    def __init__(self, docs: Sequence[str], seed: int = 42) -> None:
        self.docs = list(docs)  # in this order: shuffled, usually
        self.seed = seed
        self.trials: dict[str, Trial] = {}

    def run(
        self,
        label: str,
        config: Any = None,
        num_steps: int = 1000,
        temperature: float = 0.5,
        docs: Sequence[str] | None = None,
        learning_rate: float = 0.01,
    ) -> ExperimentTable:
        """Train as asked, on docs if there are any, add a row (or replace the one with this label), show the table."""
        chosen = self.docs if docs is None else _shuffled(docs, self.seed)
        _check(config := config or Config(), chosen, num_steps, temperature, learning_rate)
        measures = _train(config, num_steps, learning_rate, temperature, chosen, self.seed)
        self.trials[label] = Trial(label=label, own_list=docs is not None, **measures)
        return self

    @property
    def footnote(self) -> str:
        """What the signs in the table mean."""
        own = any(trial.own_list for trial in self.trials.values())
        return "† Another list: its loss cannot be compared with the others." if own else ""

    def __repr__(self) -> str:
        if not self.trials:
            return "No experiments yet."
        rows = [HEADINGS, *(trial.row() for trial in self.trials.values())]
        widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
        last = len(HEADINGS) - 1
        lines = [
            "  ".join(
                cell.ljust(width) if column in (0, last) else cell.rjust(width)
                for column, (cell, width) in enumerate(zip(row, widths))
            ).rstrip()
            for row in rows
        ]
        return "\n".join(lines + [self.footnote] * bool(self.footnote))

    def _repr_html_(self) -> str:
        if not self.trials:
            return "<p>No experiments yet.</p>"
        ends = (HEADINGS[0], HEADINGS[-1])  # words; between them are numbers
        head = "".join(f'<th scope="col"{LEFT if name in ends else ""}>{name}</th>' for name in HEADINGS)
        body = "".join(f"<tr>{_cells(trial.row())}</tr>" for trial in self.trials.values())
        note = f'<p style="font-size: 90%">{self.footnote}</p>' if self.footnote else ""
        table = f'<table style="font-size: 90%"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
        return f'<div style="overflow-x: auto; padding-right: 1em">{table}</div>{note}'


def _cells(row: tuple[str, ...]) -> str:
    first, *numbers, names = (html.escape(cell) for cell in row)
    return f'<th scope="row"{LEFT}>{first}</th>' + "".join(f"<td>{n}</td>" for n in numbers) + f"<td{LEFT}>{names}</td>"


def _shuffled(docs: Sequence[str], seed: int) -> list[str]:
    if isinstance(docs, str):
        raise UserError("docs should be a list of names, such as ['monday', 'tuesday'], not one text")
    copy = [doc for doc in docs if doc]
    random.Random(seed).shuffle(copy)
    return copy


def _check(config: Any, docs: Sequence[str], num_steps: int, temperature: float, learning_rate: float) -> None:
    if len(docs) < FEWEST:
        raise UserError(f"a list of {len(docs)} is too short to learn from: it needs {FEWEST} entries or more")
    measures = (config.n_layer, config.n_embd, config.n_head, config.block_size)
    if not all(isinstance(measure, int) and measure >= 1 for measure in measures):
        raise UserError("n_layer, n_embd, n_head and block_size should all be whole numbers from 1 up")
    if config.n_embd % config.n_head:
        raise UserError(f"n_embd={config.n_embd} cannot be shared out equally among {config.n_head} heads")
    if num_steps < 1:
        raise UserError(f"num_steps should be 1 or more, not {num_steps}")
    if not temperature > 0:
        raise UserError(f"the temperature must be above 0, not {temperature}")
    if not learning_rate > 0:
        raise UserError(f"the learning rate must be above 0, for example 0.01, not {learning_rate}")
    check_size(len(set("".join(docs))) + 1, config)


def _train(
    config: Any, num_steps: int, learning_rate: float, temperature: float, docs: Sequence[str], seed: int
) -> dict[str, Any]:
    """What a Trial tells of the training."""
    import numpy as np

    from microgpt_ref import fast

    config = Config(config.n_layer, config.n_embd, config.n_head, config.block_size)  # whoever's Config it was
    unseen = min(MOST_UNSEEN, len(docs) // FEWEST)
    shown, kept = docs[:-unseen], docs[-unseen:]
    vocab = fast.build_vocab(docs)
    rng = random.Random(seed)
    params = fast.init_params(len(vocab) + 1, config, rng)
    started = time.perf_counter()
    with np.errstate(all="ignore"):
        optimizer = fast.Adam(params)
        for step in range(num_steps):
            rate = learning_rate * (1 - step / num_steps)
            fast.train_step(fast.encode(shown[step % len(shown)], vocab), params, optimizer, rate, config)
        seconds = time.perf_counter() - started
        loss = sum(fast.sequence_loss(fast.encode(doc, vocab), params, config) for doc in kept) / unseen
    if not math.isfinite(loss):
        raise UserError("the numbers grew without bound in this experiment: try a smaller learning_rate")
    known = set(docs)
    names = [fast.generate(params, vocab, config, temperature, rng) for _ in range(NAMES)]
    marked = tuple(name if name in known else f"{name}*" for name in names)
    return {
        "dials": len(params),
        "num_steps": num_steps,
        "learning_rate": learning_rate,
        "temperature": temperature,
        "loss": loss,
        "seconds": seconds,
        "names": marked,
    }
