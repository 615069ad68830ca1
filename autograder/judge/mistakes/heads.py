"""Known mistakes in multi_head_attention of 03 Attention."""

from autograder.judge.mistakes import Mistake

_PART = "attend(query[part], [key[part] for key in keys], [value[part] for value in values])"
_HEADS = f"""    for head in range(config.n_head):
        part = slice(head * config.head_dim, (head + 1) * config.head_dim)
        seen += {_PART}
"""
_APPEND_KEY = '    keys.append(linear(x, layer["wk"]))\n'
_APPEND_VALUE = '    values.append(linear(x, layer["wv"]))\n'


MULTI_HEAD = [
    Mistake(
        "multi_head_attention",
        "heads-query-from-wk",
        'the query is made with the key\'s matrix: it has its own, layer["wq"].',
        'query = linear(x, layer["wq"])',
        'query = linear(x, layer["wk"])',
    ),
    Mistake(
        "multi_head_attention",
        "heads-key-from-wq",
        'the key is made with the query\'s matrix: it has its own, layer["wk"].',
        'keys.append(linear(x, layer["wk"]))',
        'keys.append(linear(x, layer["wq"]))',
    ),
    Mistake(
        "multi_head_attention",
        "heads-value-from-wk",
        'the value is made with the key\'s matrix: it has its own, layer["wv"].',
        'values.append(linear(x, layer["wv"]))',
        'values.append(linear(x, layer["wk"]))',
    ),
    Mistake(
        "multi_head_attention",
        "heads-query-key-swapped",
        "wq and wk have changed places: wq makes the query, wk makes the key.",
        source="""def multi_head_attention(x, layer, keys, values, config):
    query = linear(x, layer["wk"])
    keys.append(linear(x, layer["wq"]))
    values.append(linear(x, layer["wv"]))
    seen = []
"""
        + _HEADS
        + """    return linear(seen, layer["wo"])
""",
    ),
    Mistake(
        "multi_head_attention",
        "heads-key-value-swapped",
        "wk and wv have changed places: wk makes what goes into keys, wv what goes into values.",
        _APPEND_KEY + _APPEND_VALUE,
        '    keys.append(linear(x, layer["wv"]))\n    values.append(linear(x, layer["wk"]))\n',
    ),
    Mistake(
        "multi_head_attention",
        "heads-attend-swapped",
        "keys and values have changed places in the call of attend.",
        _PART,
        "attend(query[part], [value[part] for value in values], [key[part] for key in keys])",
    ),
    Mistake(
        "multi_head_attention",
        "heads-x-appended",
        "x itself is appended to keys and values, without going through wk and wv.",
        _APPEND_KEY + _APPEND_VALUE,
        "    keys.append(x)\n    values.append(x)\n",
    ),
    Mistake(
        "multi_head_attention",
        "heads-first-slice",
        "every head reads the first slice: the slice has to move on with the number of the head.",
        "slice(head * config.head_dim, (head + 1) * config.head_dim)",
        "slice(0, config.head_dim)",
    ),
    Mistake(
        "multi_head_attention",
        "heads-slice-moves-by-one",
        "each head's slice begins only one number after the last one's: it should begin at head * head_dim.",
        "slice(head * config.head_dim, (head + 1) * config.head_dim)",
        "slice(head, head + config.head_dim)",
    ),
    Mistake(
        "multi_head_attention",
        "heads-slice-by-head-count",
        "the slices are n_head long: each head owns head_dim numbers.",
        "slice(head * config.head_dim, (head + 1) * config.head_dim)",
        "slice(head * config.n_head, (head + 1) * config.n_head)",
    ),
    Mistake(
        "multi_head_attention",
        "heads-every-nth-number",
        "each head takes every n_head-th number: it should take head_dim neighbours.",
        "slice(head * config.head_dim, (head + 1) * config.head_dim)",
        "slice(head, None, config.n_head)",
    ),
    Mistake(
        "multi_head_attention",
        "heads-only-one",
        "one head looks at everything: the numbers are not cut into n_head slices.",
        _HEADS,
        "    seen += attend(query, keys, values)\n",
    ),
    Mistake(
        "multi_head_attention",
        "heads-only-query-cut",
        "only the query is cut into slices: the keys and the values need the same cut.",
        _PART,
        "attend(query[part], keys, values)",
    ),
    Mistake(
        "multi_head_attention",
        "heads-values-not-cut",
        "query and keys are cut into slices, but the values are not.",
        "[value[part] for value in values]",
        "values",
    ),
    Mistake(
        "multi_head_attention",
        "heads-one-too-few",
        "one head too few looks: range(n_head) already stops before n_head.",
        "range(config.n_head)",
        "range(config.n_head - 1)",
    ),
    Mistake(
        "multi_head_attention",
        "heads-one-skipped",
        "the first head is skipped: heads are counted from 0.",
        "range(config.n_head)",
        "range(1, config.n_head)",
    ),
    Mistake(
        "multi_head_attention",
        "heads-averaged",
        "the heads' answers are averaged: they should be glued together, one after the other.",
        _HEADS + '    return linear(seen, layer["wo"])',
        _HEADS.replace("seen += attend", "seen += [attend").replace("in values])", "in values])]")
        + "    seen = [sum(column) / config.n_head for column in zip(*seen)]\n"
        + '    return linear(seen, layer["wo"])',
    ),
    Mistake(
        "multi_head_attention",
        "heads-added",
        "the heads' answers are added up: they should be glued together, one after the other.",
        _HEADS + '    return linear(seen, layer["wo"])',
        _HEADS.replace("seen += attend", "seen += [attend").replace("in values])", "in values])]")
        + "    seen = [sum(column) for column in zip(*seen)]\n"
        + '    return linear(seen, layer["wo"])',
    ),
    Mistake(
        "multi_head_attention",
        "heads-interleaved",
        "the heads' answers are shuffled together like cards: they should be glued, one whole answer after the other.",
        _HEADS + '    return linear(seen, layer["wo"])',
        _HEADS.replace("seen += attend", "seen += [attend").replace("in values])", "in values])]")
        + "    seen = [number for column in zip(*seen) for number in column]\n"
        + '    return linear(seen, layer["wo"])',
    ),
    Mistake(
        "multi_head_attention",
        "heads-last-one-only",
        "only the last head's answer is kept: each has to be added to the others with +=.",
        "seen += attend",
        "seen = attend",
    ),
    Mistake(
        "multi_head_attention",
        "heads-sees-only-itself",
        "x sees only itself: attend needs all the keys and values so far, not the newest alone.",
        _PART,
        "attend(query[part], [keys[-1][part]], [values[-1][part]])",
    ),
    Mistake(
        "multi_head_attention",
        "heads-lists-emptied",
        "the lists are emptied before x is added, so everything before x is forgotten.",
        '    query = linear(x, layer["wq"])\n',
        '    query = linear(x, layer["wq"])\n    keys.clear()\n    values.clear()\n',
    ),
    Mistake(
        "multi_head_attention",
        "heads-appended-too-late",
        "key and value are appended after the heads have looked, so x cannot see itself.",
        source="""def multi_head_attention(x, layer, keys, values, config):
    query = linear(x, layer["wq"])
    seen = []
"""
        + _HEADS
        + _APPEND_KEY
        + _APPEND_VALUE
        + """    return linear(seen, layer["wo"])
""",
    ),
    Mistake(
        "multi_head_attention",
        "heads-new-lists",
        "new lists are made (keys = keys + ...): append changes the lists you got, so that later letters see x.",
        _APPEND_KEY + _APPEND_VALUE,
        '    keys = keys + [linear(x, layer["wk"])]\n    values = values + [linear(x, layer["wv"])]\n',
    ),
    Mistake(
        "multi_head_attention",
        "heads-put-in-front",
        "the newest key and value are put in front of the lists: they belong at the end.",
        _APPEND_KEY + _APPEND_VALUE,
        '    keys.insert(0, linear(x, layer["wk"]))\n    values.insert(0, linear(x, layer["wv"]))\n',
    ),
    Mistake(
        "multi_head_attention",
        "heads-appended-by-each-head",
        "every head appends key and value once more: that belongs before the loop, once.",
        _APPEND_KEY + _APPEND_VALUE + "    seen = []\n    for head in range(config.n_head):\n",
        "    seen = []\n    for head in range(config.n_head):\n    " + _APPEND_KEY + "    " + _APPEND_VALUE,
    ),
    Mistake(
        "multi_head_attention",
        "heads-extended",
        "the lists are extended by the numbers of key and value: append adds each as one row.",
        _APPEND_KEY + _APPEND_VALUE,
        _APPEND_KEY.replace("append", "extend") + _APPEND_VALUE.replace("append", "extend"),
    ),
    Mistake(
        "multi_head_attention",
        "heads-no-wo",
        'the heads\' answers are returned as they are: layer["wo"] should mix them in the end.',
        'linear(seen, layer["wo"])',
        "seen",
    ),
    Mistake(
        "multi_head_attention",
        "heads-wo-in-loop",
        "wo mixes each head's answer on its own: glue all the answers together first, then mix once.",
        _HEADS + '    return linear(seen, layer["wo"])',
        _HEADS.replace("seen += attend", "seen += linear(attend").replace("in values])", 'in values]), layer["wo"])')
        + "    return seen",
    ),
    Mistake(
        "multi_head_attention",
        "heads-x-added",
        "x is added to the answer already: that is the block's job.",
        'return linear(seen, layer["wo"])',
        'return [new + old for new, old in zip(linear(seen, layer["wo"]), x)]',
    ),
    Mistake(
        "multi_head_attention",
        "heads-root-of-n-embd",
        "the scores are divided by √n_embd: each head's query is only head_dim long.",
        _PART,
        "[dot(softmax([dot(query[part], key[part]) / config.n_embd**0.5 for key in keys]), column) "
        "for column in zip(*[value[part] for value in values])]",
    ),
]
