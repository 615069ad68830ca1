"""Known mistakes in block of 04 GPT."""

from autograder.judge.mistakes import Mistake

_ATTENDED = "    attended = multi_head_attention(rmsnorm(x), layer, keys, values, config)\n"
_ADD_ATTENDED = "    x = [new + old for new, old in zip(attended, x)]\n"
_THOUGHT = "    thought = mlp(rmsnorm(x), layer)\n"
_ADD_THOUGHT = "    return [new + old for new, old in zip(thought, x)]"

BLOCK = [
    Mistake(
        "block",
        "block-no-residual-attention",
        "attention's answer replaces x: it should be added to x.",
        _ADD_ATTENDED,
        "    x = attended\n",
    ),
    Mistake(
        "block",
        "block-no-residual-mlp",
        "the MLP's answer replaces x: it should be added to x.",
        _ADD_THOUGHT,
        "    return thought",
    ),
    Mistake(
        "block",
        "block-no-residual",
        "both answers replace x: each should be added to x.",
        _ADD_ATTENDED + _THOUGHT + _ADD_THOUGHT,
        "    x = attended\n" + _THOUGHT + "    return thought",
    ),
    Mistake(
        "block",
        "block-residual-from-start",
        "the MLP's answer is added to the x from the start of the block, so what attention said is lost on the way.",
        _ADD_ATTENDED + _THOUGHT,
        "    thought = mlp(rmsnorm([new + old for new, old in zip(attended, x)]), layer)\n",
    ),
    Mistake(
        "block",
        "block-mlp-reads-start",
        "the MLP reads the x from the start of the block: it should read the one with attention's answer in it.",
        _ADD_ATTENDED + _THOUGHT,
        _THOUGHT + _ADD_ATTENDED,
    ),
    Mistake(
        "block",
        "block-mlp-reads-attended",
        "the MLP reads attention's answer alone: it should read x with that answer added.",
        "mlp(rmsnorm(x), layer)",
        "mlp(rmsnorm(attended), layer)",
    ),
    Mistake(
        "block",
        "block-no-norm-attention",
        "attention works on x as it is: it should work on rmsnorm(x).",
        "multi_head_attention(rmsnorm(x)",
        "multi_head_attention(x",
    ),
    Mistake(
        "block",
        "block-no-norm-mlp",
        "the MLP works on x as it is: it should work on rmsnorm(x).",
        "mlp(rmsnorm(x)",
        "mlp(x",
    ),
    Mistake(
        "block",
        "block-no-norms",
        "both halves work on x as it is: each should work on rmsnorm(x).",
        "(rmsnorm(x), layer",
        "(x, layer",
    ),
    Mistake(
        "block",
        "block-norm-kept-attention",
        "attention's answer is added to the normalised copy: it should be added to x itself.",
        _ATTENDED,
        "    x = rmsnorm(x)\n    attended = multi_head_attention(x, layer, keys, values, config)\n",
    ),
    Mistake(
        "block",
        "block-norm-kept-mlp",
        "the MLP's answer is added to the normalised copy: it should be added to x itself.",
        _THOUGHT,
        "    x = rmsnorm(x)\n    thought = mlp(x, layer)\n",
    ),
    Mistake(
        "block",
        "block-norm-kept",
        "both answers are added to normalised copies: each should be added to x itself.",
        source="""def block(x, layer, keys, values, config):
    x = rmsnorm(x)
    x = [new + old for new, old in zip(multi_head_attention(x, layer, keys, values, config), x)]
    x = rmsnorm(x)
    return [new + old for new, old in zip(mlp(x, layer), x)]
""",
    ),
    Mistake(
        "block",
        "block-norm-after",
        "the sums are normalised after each half: here a half normalises what it reads, and the sum stays as it is.",
        source="""def block(x, layer, keys, values, config):
    x = rmsnorm([new + old for new, old in zip(multi_head_attention(x, layer, keys, values, config), x)])
    return rmsnorm([new + old for new, old in zip(mlp(x, layer), x)])
""",
    ),
    Mistake(
        "block",
        "block-norm-of-answers",
        "the halves' answers are normalised: rmsnorm belongs around what goes in.",
        source="""def block(x, layer, keys, values, config):
    x = [new + old for new, old in zip(rmsnorm(multi_head_attention(x, layer, keys, values, config)), x)]
    return [new + old for new, old in zip(rmsnorm(mlp(x, layer)), x)]
""",
    ),
    Mistake(
        "block",
        "block-norm-at-end",
        "the answer is normalised once more at the end.",
        _ADD_THOUGHT,
        _ADD_THOUGHT.replace("return [", "return rmsnorm([") + ")",
    ),
    Mistake(
        "block",
        "block-order",
        "the block thinks first and attends second: attention comes first.",
        source="""def block(x, layer, keys, values, config):
    x = [new + old for new, old in zip(mlp(rmsnorm(x), layer), x)]
    return [new + old for new, old in zip(multi_head_attention(rmsnorm(x), layer, keys, values, config), x)]
""",
    ),
    Mistake(
        "block",
        "block-no-mlp",
        "the second half is missing: after attending, the block has to think, with mlp.",
        _ADD_ATTENDED + _THOUGHT + _ADD_THOUGHT,
        _ADD_ATTENDED + "    return x",
    ),
    Mistake(
        "block",
        "block-no-attention",
        "the first half is missing: before thinking, the block has to attend.",
        _ATTENDED + _ADD_ATTENDED,
        "",
    ),
    Mistake(
        "block",
        "block-lists-added",
        "+ glues two lists together: add them number by number, with zip.",
        source="""def block(x, layer, keys, values, config):
    x = x + multi_head_attention(rmsnorm(x), layer, keys, values, config)
    return x + mlp(rmsnorm(x), layer)
""",
    ),
    Mistake(
        "block",
        "block-multiplied",
        "x is multiplied by the halves' answers: they should be added.",
        "new + old",
        "new * old",
    ),
    Mistake(
        "block",
        "block-swapped-lists",
        "keys and values have changed places in the call of multi_head_attention.",
        "keys, values, config)\n",
        "values, keys, config)\n",
    ),
    Mistake(
        "block",
        "block-new-lists",
        "attention gets new empty lists: hand it keys and values, or each letter sees only itself.",
        "layer, keys, values, config)\n",
        "layer, [], [], config)\n",
    ),
]
