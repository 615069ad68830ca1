"""04 GPT."""

from typing import Any

from autograder.judge.checking import Examinee, Inputs, check
from autograder.judge.request import Values


@check("embed", "a letter and its place become one row of numbers", share=2)
def test_embed(learner: Examinee, inputs: Inputs) -> None:
    """wte knows what each letter is like, wpe what each place is like; their sum tells the model both at once."""
    params = Values({"wte": inputs.matrix(5, 3), "wpe": inputs.matrix(4, 3)})
    for token, position in ((3, 2), (1, 3), (0, 0), (4, 1)):
        learner.agrees(
            "embed(token, position, params)",
            token=token,
            position=position,
            params=params,
            means=f'Row {token} of params["wte"] plus row {position} of params["wpe"], number by number.',
        )


@check("embed", "the tables stay as they are")
def test_tables_stay(learner: Examinee, inputs: Inputs) -> None:
    """A row of wte is the model's memory of a letter. Adding to it in place would change that memory at every look."""
    given: dict[str, Any] = {"params": Values({"wte": inputs.matrix(3, 2), "wpe": inputs.matrix(3, 2)})}
    learner.agrees(
        "embed(1, 2, params)\nembed(1, 2, params)",
        shown="embed(1, 2, params), called twice,",
        **given,
        grads=False,
        means="It should give the same each time, so it must not write into the tables.",
    )
    learner.agrees(
        "embed(1, 2, params)\nparams",
        shown="params after embed(1, 2, params)",
        **given,
        grads=False,
        means="Make a new list for the sum, and leave the rows of the tables alone.",
    )


def _far_from_the_bend(x: list[float], weights: list[list[float]]) -> bool:
    """At exactly 0 any slope of relu is fair, so no check goes near it."""
    return all(abs(sum(a * b for a, b in zip(row, x))) > 0.01 for row in weights)


def _thinking(inputs: Inputs, width: int, hidden: int, out: int) -> dict[str, Any]:
    """Inputs for mlp for which some hidden numbers are positive and some negative."""
    while True:
        x, fc1 = inputs.vector(width), inputs.matrix(hidden, width)
        signs = {sum(a * b for a, b in zip(row, x)) > 0 for row in fc1}
        if len(signs) == 2 and _far_from_the_bend(x, fc1):
            return {"x": Values(x), "layer": Values({"fc1": fc1, "fc2": inputs.matrix(out, hidden)})}


@check("mlp", "wide, bent, and narrow again", share=2)
def test_mlp(learner: Examinee, inputs: Inputs) -> None:
    """Without the bend, two linear layers are no more than one; relu is what lets the model say "if"."""
    for width, hidden, out in ((2, 8, 2), (3, 12, 3), (2, 5, 3)):
        learner.agrees(
            "mlp(x, layer)",
            **_thinking(inputs, width, hidden, out),
            means="linear with fc1, then relu on each number, then linear with fc2.",
        )


@check("mlp", "where relu shuts everything, nothing comes through")
def test_all_shut(learner: Examinee, inputs: Inputs) -> None:
    """A hidden number below 0 is silent: it adds nothing to the answer, and it gets no blame."""
    learner.agrees(
        "mlp(x, layer)",
        x=Values(inputs.vector(2, 0.1)),
        layer=Values({"fc1": inputs.matrix(4, 2, -2.0, -0.1), "fc2": inputs.matrix(2, 4)}),
        means="Here linear with fc1 gives negative numbers only, so relu makes each of them 0.",
    )


def _layer(inputs: Inputs, width: int, **zeros: bool) -> Any:
    layer = inputs.layer(width)
    return Values(
        {name: [[0.0] * len(rows[0]) for _ in rows] if name in zeros else rows for name, rows in layer.items()}
    )


def _block(width: int, heads: int) -> dict[str, Any]:
    """Two ways of writing the call: the lists are copied, so that what is appended does not count as an input."""
    config = f"Config(n_embd={width}, n_head={heads})"
    return {
        "expression": f"block(x, layer, list(keys), list(values), {config})",
        "shown": f"block(x, layer, keys, values, {config})",
    }


@check("block", "attend and add, think and add", share=3)
def test_block(learner: Examinee, inputs: Inputs) -> None:
    """x is a stream that runs through the model: each half of a block reads it and adds to it, and nothing is lost."""
    for width, heads, before in ((4, 2, 2), (3, 1, 1), (2, 2, 0)):
        learner.agrees(
            **_block(width, heads),
            x=Values(inputs.vector(width)),
            layer=_layer(inputs, width),
            keys=Values(inputs.matrix(before, width)),
            values=Values(inputs.matrix(before, width)),
            means="First x + multi_head_attention(rmsnorm(x), ...) is the new x; then x + mlp(rmsnorm(x), layer).",
        )


@check("block", "with all matrices zero, x comes back")
def test_zero_layer(learner: Examinee, inputs: Inputs) -> None:
    """A block that has nothing to say lets the stream pass. That is why deep models can be trained at all."""
    learner.agrees(
        "keys, values = [], []\n"
        "answer = block(x, layer, keys, values, Config(n_embd=4, n_head=2))\n"
        '{"answer": answer, "keys": keys, "values": values}',
        shown="block(x, layer, keys, values, Config(n_embd=4, n_head=2)), with zeros in layer,",
        x=Values(inputs.vector(4)),
        layer=_layer(inputs, 4, wq=True, wk=True, wv=True, wo=True, fc1=True, fc2=True),
        grads=False,
        means="Attention and MLP both answer with zeros here, and what is added to x changes nothing. "
        "The key and the value, zeros as well, are appended all the same.",
    )


def _half(learner: Examinee, inputs: Inputs, silent: str, means: str) -> None:
    learner.agrees(
        **_block(4, 2),
        x=Values(inputs.vector(4)),
        layer=_layer(inputs, 4, **{silent: True}),
        keys=Values(inputs.matrix(1, 4)),
        values=Values(inputs.matrix(1, 4)),
        grads=False,
        means=means,
    )


@check("block", "the first half: attend and add")
def test_first_half(learner: Examinee, inputs: Inputs) -> None:
    """With a silent MLP, only the first half of your block shows."""
    _half(learner, inputs, "fc2", "fc2 is zero here, so what is left is x + multi_head_attention(rmsnorm(x), ...).")


@check("block", "the second half: think and add")
def test_second_half(learner: Examinee, inputs: Inputs) -> None:
    """With silent attention, only the second half of your block shows."""
    _half(learner, inputs, "wo", "wo is zero here, so what is left is x + mlp(rmsnorm(x), layer).")


@check("block", "later letters see the earlier ones")
def test_letters(learner: Examinee, inputs: Inputs) -> None:
    """The lists of keys and values must be handed on as they are, or every letter would be the first one."""
    learner.agrees(
        "keys, values, config = [], [], Config(n_embd=4, n_head=2)\n"
        "answers = [block(x, layer, keys, values, config) for x in letters]\n"
        "[*answers, [len(keys), len(values)]]",
        shown="block on letters, one after the other,",
        letters=Values(inputs.matrix(3, 4)),
        layer=_layer(inputs, 4),
        means="Rows 1 to 3 are the answers for the letters; row 4 says how many keys and values there are afterwards.",
    )


@check("gpt", "embed, normalise, go through the blocks, score every token", share=3)
def test_gpt(learner: Examinee, inputs: Inputs) -> None:
    """The whole model in one call: one number in, one score out for each token that might come next."""
    for n_layer, tokens in ((3, [4, 0]), (1, [2]), (2, [1, 3, 1])):
        read = (
            f"config = Config(n_layer={n_layer}, n_embd=4, n_head=2, block_size=3)\n"
            "cache = new_cache(config)\n"
            "scores = [gpt(token, position, params, cache, config) for position, token in enumerate(tokens)]\n"
        )
        shown = f"gpt with n_layer={n_layer}, on tokens one after the other,"
        params = Values(inputs.params(5, n_layer, 4, 3))
        # Not judged here: the cache tells apart known mistakes that give the same scores.
        learner.call(read + "[len(keys) for keys, values in cache]", shown=shown, tokens=tokens, params=params)
        learner.agrees(
            read + "scores",
            shown=shown,
            tokens=tokens,
            params=params,
            means="Each row holds the scores after one more token: rmsnorm of embed, every block in order, lm_head.",
        )


@check("gpt", "without blocks, only the letter and its place count")
def test_no_blocks(learner: Examinee, inputs: Inputs) -> None:
    """What is left of the model when the blocks are taken out: the simplest thing that can be wrong."""
    learner.agrees(
        "gpt(token, position, params, [], Config(n_layer=0, n_embd=4, n_head=2, block_size=3))",
        token=1,
        position=2,
        params=Values(inputs.params(5, 0, 4, 3)),
        means='With no layers the answer is linear(rmsnorm(embed(token, position, params)), params["lm_head"]).',
    )


@check("gpt", "each layer keeps its own keys and values, and each name starts afresh", share=2)
def test_cache(learner: Examinee, inputs: Inputs) -> None:
    """The cache is the model's memory of one name. Layers must not mix theirs up, nor one name leak into the next."""
    lengths = (
        "config = Config(n_layer=2, n_embd=4, n_head=2, block_size=3)\n"
        "cache = new_cache(config)\n"
        "scores = [gpt(token, position, params, cache, config) for position, token in enumerate(tokens)]\n"
        "lengths = [[len(keys), len(values)] for keys, values in cache]\n"
    )
    given: dict[str, Any] = {"tokens": [4, 0, 2], "params": Values(inputs.params(5, 2, 4, 3))}
    # Not judged here: the scores tell apart known mistakes that leave the same behind.
    learner.call(lengths + "[scores, lengths]", shown="gpt(token, position, params, cache, config)", **given)
    learner.agrees(
        lengths + "lengths",
        shown="the lengths of the lists in the cache of two layers, after gpt has read tokens one after the other,",
        **given,
        grads=False,
        means="Each layer has a pair of lists of its own, and each token adds one key and one value to every pair.",
    )
    learner.agrees(
        "def read(tokens):\n"
        "    config = Config(n_layer=2, n_embd=4, n_head=2, block_size=3)\n"
        "    cache = new_cache(config)\n"
        "    return [gpt(token, position, params, cache, config) for position, token in enumerate(tokens)]\n"
        "[*read(tokens[:1]), *read(tokens)]",
        shown="gpt on the first of tokens, then with a new cache on all of them,",
        tokens=[3, 2],
        params=Values(inputs.params(5, 2, 4, 3)),
        means="Rows 1 and 2 are the scores after the first token: the same, since what comes later cannot change them.",
    )
