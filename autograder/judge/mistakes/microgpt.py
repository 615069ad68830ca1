"""Known mistakes in 07 microgpt."""

from autograder.judge.mistakes import Mistake

_LOSS = "    loss = sequence_loss(tokens, params, config)\n"
_BACK = "    loss.backward()\n"
_STEP = "    optimizer.step(rate)\n"
_RETURN = "    return loss.data"

MISTAKES = [
    Mistake(
        "train_step",
        "train-no-backward",
        "no blame is sent back: without loss.backward() all grads are 0, and nothing moves.",
        _BACK,
        "",
    ),
    Mistake(
        "train_step",
        "train-no-step",
        "no dial is turned: after backward, optimizer.step(rate) has to nudge them.",
        _STEP,
        "",
    ),
    Mistake(
        "train_step",
        "train-loss-only",
        "the loss is computed and nothing is learned from it: backward and optimizer.step are still to come.",
        _BACK + _STEP,
        "",
    ),
    Mistake(
        "train_step",
        "train-step-before-backward",
        "the nudge comes before the blame: backward first, then optimizer.step.",
        _BACK + _STEP,
        _STEP + _BACK,
    ),
    Mistake(
        "train_step",
        "train-value-returned",
        "the loss comes back as a Value: return its .data, a plain number.",
        _RETURN,
        "    return loss",
    ),
    Mistake(
        "train_step",
        "train-nothing-returned",
        "nothing comes back: return the loss's .data.",
        _RETURN,
        "",
    ),
    Mistake(
        "train_step",
        "train-grad-returned",
        "the loss's grad comes back, which is always 1: return its .data.",
        _RETURN,
        "    return loss.grad",
    ),
    Mistake(
        "train_step",
        "train-loss-afterwards",
        "the loss is computed anew after the nudge: return the one from before it.",
        _RETURN,
        "    return sequence_loss(tokens, params, config).data",
    ),
    Mistake(
        "train_step",
        "train-rate-typed-in",
        "the rate is typed in as 0.01: it comes as an argument, and goes down from step to step.",
        "step(rate)",
        "step(0.01)",
    ),
    Mistake(
        "train_step",
        "train-grads-cleared-early",
        "the grads are cleared between backward and optimizer.step, so there is nothing left to learn from.",
        _STEP,
        "    for dial in parameters(params):\n        dial.grad = 0.0\n" + _STEP,
    ),
    Mistake(
        "train_step",
        "train-backward-twice",
        "backward is called twice, and every grad has the blame of both calls in it.",
        _BACK,
        _BACK + _BACK,
    ),
    Mistake(
        "train_step",
        "train-step-twice",
        "the optimizer steps twice for each name: the second time on grads that are 0 already.",
        _STEP,
        _STEP + _STEP,
    ),
    Mistake(
        "train_step",
        "train-backward-after-step",
        "backward is called once more after the nudge, which leaves blame in the grads for the next name.",
        _STEP,
        _STEP + _BACK,
    ),
    Mistake(
        "train_step",
        "train-new-optimizer",
        "every step makes an Adam of its own, which remembers nothing: use the optimizer that is handed in.",
        _STEP,
        "    Adam(parameters(params)).step(rate)\n",
    ),
    Mistake(
        "train_step",
        "train-plain-descent",
        "the parameters are moved by hand, by rate times their grad: let optimizer.step do it.",
        _STEP,
        "    for dial in parameters(params):\n        dial.data -= rate * dial.grad\n        dial.grad = 0.0\n",
    ),
    Mistake(
        "train_step",
        "train-front-bos-dropped",
        "the BOS in front is cut off, so the model never learns how names begin.",
        "sequence_loss(tokens,",
        "sequence_loss(tokens[1:],",
    ),
    Mistake(
        "train_step",
        "train-end-bos-dropped",
        "the BOS at the end is cut off, so the model never learns to stop.",
        "sequence_loss(tokens,",
        "sequence_loss(tokens[:-1],",
    ),
    Mistake(
        "train_step",
        "train-bos-added",
        "one more BOS is put around the tokens: they begin and end with it already.",
        "sequence_loss(tokens,",
        "sequence_loss([tokens[0], *tokens, tokens[0]],",
    ),
    Mistake(
        "train_step",
        "train-loss-summed",
        "the loss is multiplied by the number of guesses: sequence_loss gives the mean, and that is the loss.",
        _LOSS,
        "    loss = sequence_loss(tokens, params, config) * (len(tokens) - 1)\n",
    ),
    Mistake(
        "train_step",
        "train-default-config",
        "Config() is used in place of the config that is handed in.",
        "params, config)",
        "params, Config())",
    ),
]
