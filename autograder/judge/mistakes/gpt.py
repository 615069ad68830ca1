"""Known mistakes in 04 GPT. Those in block are in block.py."""

from autograder.judge.mistakes import Mistake
from autograder.judge.mistakes.block import BLOCK

_ROWS = 'return [t + p for t, p in zip(params["wte"][token], params["wpe"][position])]'

EMBED = [
    Mistake(
        "embed",
        "embed-no-position",
        "only the letter counts: the row of wpe for the position is not added.",
        _ROWS,
        'return params["wte"][token]',
    ),
    Mistake(
        "embed",
        "embed-no-token",
        "only the place counts: the row of wte for the token is not added.",
        _ROWS,
        'return params["wpe"][position]',
    ),
    Mistake(
        "embed",
        "embed-swapped",
        "token and position have changed places: wte is asked for the token, wpe for the position.",
        'params["wte"][token], params["wpe"][position]',
        'params["wte"][position], params["wpe"][token]',
    ),
    Mistake("embed", "embed-multiplied", "the two rows are multiplied, where they should be added.", "t + p", "t * p"),
    Mistake(
        "embed",
        "embed-glued",
        "the two rows are glued together with +: lists do that. Add them number by number, with zip.",
        _ROWS,
        'return params["wte"][token] + params["wpe"][position]',
    ),
    Mistake("embed", "embed-averaged", "the sum of the two rows is halved.", "t + p for", "(t + p) / 2 for"),
    Mistake(
        "embed",
        "embed-first-place",
        "every letter gets the first place: wpe has one row for each position.",
        'params["wpe"][position]',
        'params["wpe"][0]',
    ),
    Mistake(
        "embed",
        "embed-place-before",
        "the row of wpe for the place before is taken: positions are counted from 0, as rows are.",
        'params["wpe"][position]',
        'params["wpe"][position - 1]',
    ),
    Mistake(
        "embed",
        "embed-token-before",
        "the row of wte for the token before is taken: tokens are counted from 0, as rows are.",
        'params["wte"][token]',
        'params["wte"][token - 1]',
    ),
    Mistake(
        "embed",
        "embed-column",
        "a column of wte is read, where the letter's numbers stand in a row.",
        'zip(params["wte"][token]',
        'zip([row[token] for row in params["wte"]]',
    ),
    Mistake(
        "embed",
        "embed-in-place",
        "the sum is written into the row of wte, which changes the table itself. Make a new list.",
        _ROWS,
        'row = params["wte"][token]\n'
        "    for i in range(len(row)):\n"
        '        row[i] += params["wpe"][position][i]\n'
        "    return row",
    ),
    Mistake(
        "embed",
        "embed-plain",
        "the numbers are taken with .data: then no blame can flow back to the tables.",
        "t + p for",
        "t.data + p.data for",
    ),
]

_HIDDEN = '[value.relu() for value in linear(x, layer["fc1"])]'

MLP = [
    Mistake(
        "mlp", "mlp-no-relu", "there is no relu between the two linear layers.", _HIDDEN, 'linear(x, layer["fc1"])'
    ),
    Mistake(
        "mlp",
        "mlp-relu-after",
        "relu comes after fc2: it belongs between the two linear layers.",
        source="""def mlp(x, layer):
    return [value.relu() for value in linear(linear(x, layer["fc1"]), layer["fc2"])]
""",
    ),
    Mistake(
        "mlp",
        "mlp-relu-twice",
        "relu is applied to the answer, too: it belongs between the two linear layers only.",
        'return linear(hidden, layer["fc2"])',
        'return [value.relu() for value in linear(hidden, layer["fc2"])]',
    ),
    Mistake(
        "mlp",
        "mlp-relu-before",
        "relu comes before fc1: it belongs between the two linear layers.",
        _HIDDEN,
        'linear([value.relu() for value in x], layer["fc1"])',
    ),
    Mistake(
        "mlp",
        "mlp-negatives-dropped",
        "negative numbers are left out of the list: relu keeps their places, with a 0 in each.",
        _HIDDEN,
        '[value for value in linear(x, layer["fc1"]) if value.data > 0]',
    ),
    Mistake(
        "mlp",
        "mlp-absolute",
        "negative numbers are made positive: relu makes them 0.",
        _HIDDEN,
        '[value if value.data > 0 else -value for value in linear(x, layer["fc1"])]',
    ),
    Mistake(
        "mlp",
        "mlp-upside-down",
        "the negative numbers pass and the positive ones become 0: relu does the opposite.",
        "value.relu()",
        "-(-value).relu()",
    ),
    Mistake(
        "mlp",
        "mlp-exp",
        "exp stands where relu belongs.",
        "value.relu()",
        "value.exp()",
    ),
    Mistake(
        "mlp",
        "mlp-softmax",
        "softmax stands where relu belongs.",
        _HIDDEN,
        'softmax(linear(x, layer["fc1"]))',
    ),
    Mistake(
        "mlp",
        "mlp-forgotten",
        "relu is made by hand from .data, in a new Value that has forgotten where it came from. Use .relu().",
        "value.relu()",
        "Value(max(0.0, value.data))",
    ),
    Mistake(
        "mlp",
        "mlp-swapped",
        "fc1 and fc2 have changed places: fc1 makes x wide, fc2 makes it narrow again.",
        source="""def mlp(x, layer):
    hidden = [value.relu() for value in linear(x, layer["fc2"])]
    return linear(hidden, layer["fc1"])
""",
    ),
    Mistake(
        "mlp",
        "mlp-no-fc2",
        "the answer is still wide: fc2 has to make it narrow.",
        'linear(hidden, layer["fc2"])',
        "hidden",
    ),
    Mistake(
        "mlp",
        "mlp-x-added",
        "x is added to the answer already: that is the block's job.",
        'return linear(hidden, layer["fc2"])',
        'return [new + old for new, old in zip(linear(hidden, layer["fc2"]), x)]',
    ),
    Mistake(
        "mlp",
        "mlp-normalised",
        "x is normalised here already: that is the block's job.",
        "linear(x, layer",
        "linear(rmsnorm(x), layer",
    ),
]

_START = "    x = rmsnorm(embed(token, position, params))\n"
_LOOP = """    for layer, (keys, values) in zip(params["layers"], cache):
        x = block(x, layer, keys, values, config)
"""
_END = '    return linear(x, params["lm_head"])'

GPT = [
    Mistake(
        "gpt",
        "gpt-no-first-norm",
        "what embed gives goes into the blocks as it is: normalise it first, with rmsnorm.",
        "rmsnorm(embed(token, position, params))",
        "embed(token, position, params)",
    ),
    Mistake(
        "gpt",
        "gpt-final-norm",
        "x is normalised once more before lm_head: here there is no norm at the end.",
        "linear(x, ",
        "linear(rmsnorm(x), ",
    ),
    Mistake(
        "gpt",
        "gpt-norm-at-end-only",
        "x is normalised before lm_head, where it should be right after embed.",
        _START + _LOOP + _END,
        _START.replace("rmsnorm(embed(token, position, params))", "embed(token, position, params)")
        + _LOOP
        + _END.replace("linear(x", "linear(rmsnorm(x)"),
    ),
    Mistake(
        "gpt",
        "gpt-place-forgotten",
        "every letter is embedded at place 0: hand the position to embed.",
        "embed(token, position, params)",
        "embed(token, 0, params)",
    ),
    Mistake(
        "gpt",
        "gpt-no-place",
        "only the letter's row of wte goes in: embed adds its place, too.",
        "embed(token, position, params)",
        'params["wte"][token]',
    ),
    Mistake(
        "gpt",
        "gpt-embed-swapped",
        "token and position have changed places in the call of embed.",
        "embed(token, position, params)",
        "embed(position, token, params)",
    ),
    Mistake(
        "gpt",
        "gpt-wte-at-end",
        'the scores are made with wte: the model has another matrix for that, params["lm_head"].',
        'params["lm_head"]',
        'params["wte"]',
    ),
    Mistake(
        "gpt",
        "gpt-no-lm-head",
        "x is returned as it is: lm_head turns it into a score for each token.",
        'linear(x, params["lm_head"])',
        "x",
    ),
    Mistake(
        "gpt",
        "gpt-probabilities",
        "softmax is applied to the scores: gpt answers with the scores themselves.",
        'linear(x, params["lm_head"])',
        'softmax(linear(x, params["lm_head"]))',
    ),
    Mistake(
        "gpt",
        "gpt-first-layer-only",
        "x goes through the first block only.",
        'zip(params["layers"], cache)',
        'zip(params["layers"][:1], cache)',
    ),
    Mistake(
        "gpt",
        "gpt-last-layer-missing",
        "the last block is left out: range and slices already stop before their end.",
        'zip(params["layers"], cache)',
        'zip(params["layers"][:-1], cache)',
    ),
    Mistake(
        "gpt",
        "gpt-no-blocks",
        "x goes through no block at all.",
        _LOOP,
        "",
    ),
    Mistake(
        "gpt",
        "gpt-blocks-not-chained",
        "every block reads the embedded x again: each should read what the one before gave.",
        _START + _LOOP,
        _START + "    start = x\n" + _LOOP.replace("block(x", "block(start"),
    ),
    Mistake(
        "gpt",
        "gpt-answer-dropped",
        "the blocks' answers are dropped: x has to become what block returns.",
        "        x = block(",
        "        block(",
    ),
    Mistake(
        "gpt",
        "gpt-layers-reversed",
        "the blocks come in the opposite order.",
        'zip(params["layers"], cache)',
        'zip(reversed(params["layers"]), reversed(cache))',
    ),
    Mistake(
        "gpt",
        "gpt-same-weights",
        "every block works with the first layer's matrices.",
        "block(x, layer,",
        'block(x, params["layers"][0],',
    ),
    Mistake(
        "gpt",
        "gpt-shared-cache",
        "all layers share the first layer's lists of keys and values.",
        "block(x, layer, keys, values, config)",
        "block(x, layer, *cache[0], config)",
    ),
    Mistake(
        "gpt",
        "gpt-new-cache",
        "every call makes a cache of its own, so each letter sees only itself.",
        _START,
        _START + "    cache = new_cache(config)\n",
    ),
    Mistake(
        "gpt",
        "gpt-norm-between-blocks",
        "x is normalised before each block: a block does that for itself.",
        "block(x, layer",
        "block(rmsnorm(x), layer",
    ),
    Mistake(
        "gpt",
        "gpt-x-added",
        "x is added to what each block gives: a block does that for itself.",
        "x = block(x, layer, keys, values, config)",
        "x = [new + old for new, old in zip(block(x, layer, keys, values, config), x)]",
    ),
]

MISTAKES = [*EMBED, *MLP, *BLOCK, *GPT]
