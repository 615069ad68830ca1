"""07 microgpt."""

from typing import Any

from autograder.judge.checking import Examinee, Inputs, check
from autograder.judge.request import Values

BOS = 4  # of the small models: four letters, numbered from 0
START = """
config = Config(n_layer=len(params["layers"]), n_embd=4, n_head=2, block_size=4)
optimizer = Adam(parameters(params))
before = [dial.data for dial in parameters(params)]
"""
STEPS = """
losses = [train_step(tokens, params, optimizer, rate, config) for tokens, rate in zip(names, rates)]
losses = [getattr(loss, "data", loss) for loss in losses]
"""


def _names(inputs: Inputs) -> list[list[int]]:
    """Four short names, the last one too long for the block."""
    return [[BOS, *(inputs.randrange(BOS) for _ in range(length)), BOS] for length in (1, 2, 0, 5)]


def _model(inputs: Inputs, n_layer: int = 1) -> Values:
    return Values(inputs.params(5, n_layer, 4, 4, size=0.4))


def _tell_apart(learner: Examinee) -> None:
    """Not judged: two steps that begin with something in the grads, in which hardly two known mistakes look alike."""
    learner.call(
        START
        + "for dial in parameters(params):\n    dial.grad = 1.0\n"
        + STEPS
        + "[losses, [[dial.data, dial.grad] for dial in parameters(params)]]",
        shown="train_step(tokens, params, optimizer, rate, config)",
        names=[[BOS, 1, BOS], [BOS, BOS]],
        rates=[0.02, 0.03],
        params=_model(Inputs(0, "the same for all seeds, so that it need not be asked twice")),
    )


@check("train_step", "the loss comes back, a plain number")
def test_loss(learner: Examinee, inputs: Inputs) -> None:
    """It is the loss before the nudge, as computed: what the curve shows and what you watch fall."""
    given: dict[str, Any] = {"tokens": _names(inputs)[0], "params": _model(inputs)}
    learner.agrees(
        START + "train_step(tokens, params, optimizer, 0.01, config)",
        shown="train_step(tokens, params, optimizer, 0.01, config)",
        **given,
        grads=False,
        means="Return the .data of what sequence_loss gives.",
    )
    learner.agrees(
        START + "type(train_step(tokens, params, optimizer, 0.01, config)).__name__",
        shown="type(train_step(tokens, params, optimizer, 0.01, config))",
        **given,
        grads=False,
        means="A Value would keep the whole graph of its name in memory: return its .data.",
    )


@check("train_step", "every parameter is nudged, and every grad is 0 again", share=2)
def test_one_step(learner: Examinee, inputs: Inputs) -> None:
    """One step: blame flows back, the optimizer nudges each dial a little downhill and clears the grads."""
    _tell_apart(learner)
    for rate in (0.01, 0.03):
        learner.agrees(
            START + "train_step(tokens, params, optimizer, rate, config)\n"
            "nudges = [dial.data - old for dial, old in zip(parameters(params), before)]\n"
            '{"nudges": nudges, "grads": [dial.grad for dial in parameters(params)]}',
            shown="nudges and grads of all parameters after train_step(tokens, params, optimizer, rate, config)",
            tokens=_names(inputs)[0],
            params=_model(inputs),
            rate=rate,
            grads=False,
            means=f"After backward, optimizer.step(rate) moves each parameter that has a grad by nearly {rate}, "
            "and clears the grads.",
        )


@check("train_step", "the first four steps of a small model, exactly", share=3)
def test_small_trace(learner: Examinee, inputs: Inputs) -> None:
    """A loss that falls proves little: many wrong trainers learn, too. The same losses and dials, step by step, do."""
    _tell_apart(learner)
    learner.agrees(
        START + STEPS + '{"losses": losses, "parameters": [dial.data for dial in parameters(params)]}',
        shown="losses and parameters after train_step on names, with one optimizer for all,",
        names=_names(inputs),
        rates=[0.02, 0.015, 0.01, 0.005],
        params=_model(inputs, n_layer=2),
        grads=False,
        means="The first loss comes from the untouched model; each later one shows what the steps before it did.",
    )


@check("train_step", "the first four steps of the real model, exactly", share=4)
def test_real_trace(learner: Examinee, inputs: Inputs) -> None:
    """The model that will learn all the names: 27 tokens, 4,192 dials. Its first steps are known to the last digit."""
    _tell_apart(learner)
    learner.agrees(
        "config = Config()\n"
        "params = init_params(27, config, random.Random(seed))\n"
        "optimizer = Adam(parameters(params))\n" + STEPS + "def numbers(rows):\n"
        "    return [[dial.data for dial in row] for row in rows]\n"
        '{"losses": losses, "wpe": numbers(params["wpe"][:2]), "wq": numbers(params["layers"][0]["wq"])}',
        shown="losses and parameters after train_step on names, with one optimizer for all and a new model,",
        seed=inputs.randrange(10**6),
        names=[[26, *(inputs.randrange(26) for _ in range(length)), 26] for length in (1, 0, 1, 0)],
        rates=[0.01 * (1 - step / 1000) for step in range(4)],
        means="The first loss is near ln 27, about 3.3. Then: sequence_loss, backward, optimizer.step(rate).",
    )
