"""Right answers to 03 and 04, written differently from the solutions: (piece, how it is written, its cell)."""

VARIANTS = [
    (
        "attention_weights",
        "loop, math.sqrt",
        """
import math

def attention_weights(query, keys):
    scores = []
    for key in keys:
        scores.append(dot(query, key) * (1 / math.sqrt(len(query))))
    return softmax(scores)
""",
    ),
    (
        "attention_weights",
        "query scaled first, products one by one",
        """
def attention_weights(query, keys):
    scaled = [q / len(query) ** 0.5 for q in query]
    return softmax([sum(q * k for q, k in zip(scaled, key)) for key in keys])
""",
    ),
    (
        "attention_weights",
        "helper, linear, a tuple",
        """
def shrink(scores, length):
    for score in scores:
        yield score * length**-0.5

def attention_weights(query, keys):
    return tuple(softmax(list(shrink(linear(query, keys), len(query)))))
""",
    ),
    (
        "attend",
        "loops over numbers and letters",
        """
def attend(query, keys, values):
    weights = attention_weights(query, keys)
    answer = []
    for j in range(len(query)):
        total = 0
        for t in range(len(keys)):
            total = total + weights[t] * values[t][j]
        answer.append(total)
    return answer
""",
    ),
    (
        "attend",
        "value by value",
        """
def attend(query, keys, values):
    answer = [0.0] * len(values[0])
    for weight, value in zip(attention_weights(query, keys), values):
        answer = [so_far + weight * number for so_far, number in zip(answer, value)]
    return answer
""",
    ),
    (
        "attend",
        "linear on the columns",
        """
attend = lambda query, keys, values: linear(attention_weights(query, keys), list(zip(*values)))
""",
    ),
    (
        "multi_head_attention",
        "nested comprehension",
        """
def multi_head_attention(x, layer, keys, values, config):
    q, k, v = (linear(x, layer[name]) for name in ("wq", "wk", "wv"))
    keys += [k]
    values += [v]
    d = config.n_embd // config.n_head
    return linear(
        [
            number
            for start in range(0, config.n_embd, d)
            for number in attend(
                q[start : start + d], [k[start : start + d] for k in keys], [v[start : start + d] for v in values]
            )
        ],
        layer["wo"],
    )
""",
    ),
    (
        "multi_head_attention",
        "helper that cuts, heads in a list of lists",
        """
def cut(row, head, size):
    return [row[i] for i in range(head * size, head * size + size)]

def multi_head_attention(x, layer, keys, values, config):
    values.insert(len(values), linear(x, layer["wv"]))
    keys.insert(len(keys), linear(x, layer["wk"]))
    query = linear(x, layer["wq"])
    heads = []
    for h in range(config.n_head):
        d = len(x) // config.n_head
        heads.append(attend(cut(query, h, d), [cut(k, h, d) for k in keys], [cut(v, h, d) for v in values]))
    return linear(sum(heads, []), layer["wo"])
""",
    ),
    (
        "multi_head_attention",
        "everything in one place, without attend",
        """
def multi_head_attention(x, layer, keys, values, config):
    query = linear(x, layer["wq"])
    keys.append(linear(x, layer["wk"]))
    values.append(linear(x, layer["wv"]))
    seen = []
    for h in range(config.n_head):
        low = h * config.head_dim
        places = range(low, low + config.head_dim)
        scores = [sum(query[j] * key[j] for j in places) / config.head_dim**0.5 for key in keys]
        shares = softmax(scores)
        seen.extend(sum(share * value[j] for share, value in zip(shares, values)) for j in places)
    return linear(seen, layer["wo"])
""",
    ),
    (
        "embed",
        "indices, position first",
        """
def embed(token, position, params):
    letter, place = params["wte"][token], params["wpe"][position]
    answer = []
    for i in range(len(letter)):
        answer += [place[i] + letter[i]]
    return answer
""",
    ),
    (
        "embed",
        "map",
        """
def embed(token, position, params):
    return list(map(lambda t, p: t + p, params["wte"][token], params["wpe"][position]))
""",
    ),
    (
        "mlp",
        "one line",
        'def mlp(x, layer):\n    return linear([h.relu() for h in linear(x, layer["fc1"])], layer["fc2"])\n',
    ),
    (
        "mlp",
        "relu by hand, sums by hand",
        """
def mlp(x, layer):
    hidden = []
    for row in layer["fc1"]:
        value = sum(w * number for w, number in zip(row, x))
        hidden.append(value if value.data > 0 else value * 0)
    return [sum(h * w for h, w in zip(hidden, row)) for row in layer["fc2"]]
""",
    ),
    (
        "block",
        "x first",
        """
def block(x, layer, keys, values, config):
    x = [a + b for a, b in zip(x, multi_head_attention(rmsnorm(x), layer, keys, values, config))]
    x = [a + b for a, b in zip(x, mlp(rmsnorm(x), layer))]
    return x
""",
    ),
    (
        "block",
        "helper add, names for everything",
        """
def add(a, b):
    return [a[i] + b[i] for i in range(len(a))]

def block(x, layer, keys, values, config):
    normed = rmsnorm(x)
    middle = add(multi_head_attention(normed, layer, keys, values, config), x)
    return add(mlp(rmsnorm(middle), layer), middle)
""",
    ),
    (
        "gpt",
        "layers by number",
        """
def gpt(token, position, params, cache, config):
    x = embed(token, position, params)
    x = rmsnorm(x)
    for i in range(config.n_layer):
        keys = cache[i][0]
        values = cache[i][1]
        x = block(x, params["layers"][i], keys, values, config)
    scores = linear(x, params["lm_head"])
    return scores
""",
    ),
    (
        "gpt",
        "enumerate, star",
        """
def gpt(token, position, params, cache, config):
    x = rmsnorm(embed(token, position, params))
    for number, layer in enumerate(params["layers"]):
        x = block(x, layer, *cache[number], config)
    return [dot(x, row) for row in params["lm_head"]]
""",
    ),
]
