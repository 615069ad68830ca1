"""Right answers to 03 to 07, written differently from the solutions: (piece, how it is written, its cell)."""

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
    (
        "cross_entropy",
        "log of the sum of the exponentials",
        """
def cross_entropy(logits, target):
    top = max(l.data for l in logits)
    return sum((l - top).exp() for l in logits).log() + top - logits[target]
""",
    ),
    (
        "cross_entropy",
        "step by step",
        """
def cross_entropy(logits, target):
    probabilities = softmax(logits)
    p = probabilities[target]
    return p.log() * -1
""",
    ),
    (
        "cross_entropy",
        "log of one over p",
        "def cross_entropy(logits, target):\n    return (1 / softmax(logits)[target]).log()\n",
    ),
    (
        "sequence_loss",
        "pairs and enumerate, running total",
        """
def sequence_loss(tokens, params, config):
    cache = new_cache(config)
    total, count = 0, 0
    for position, (token, target) in enumerate(zip(tokens, tokens[1:])):
        if position == config.block_size:
            break
        total += cross_entropy(gpt(token, position, params, cache, config), target)
        count += 1
    return total / count
""",
    ),
    (
        "sequence_loss",
        "cut first, each loss divided",
        """
def sequence_loss(tokens, params, config):
    tokens = tokens[: config.block_size + 1]
    n, cache, loss = len(tokens) - 1, [([], []) for _ in params["layers"]], Value(0.0)
    for i in range(n):
        loss = loss + cross_entropy(gpt(tokens[i], i, params, cache, config), tokens[i + 1]) / n
    return loss
""",
    ),
    (
        "sequence_loss",
        "all logits first, losses from the end",
        """
def sequence_loss(tokens, params, config):
    n = min(len(tokens) - 1, config.block_size)
    cache = new_cache(config)
    scores = [gpt(tokens[i], i, params, cache, config) for i in range(n)]
    losses = [cross_entropy(s, t) for s, t in reversed(list(zip(scores, tokens[1:])))]
    return (1 / n) * sum(losses)
""",
    ),
    (
        "learning_rate",
        "what is left",
        "def learning_rate(step, num_steps):\n    return 0.01 * (num_steps - step) / num_steps\n",
    ),
    (
        "learning_rate",
        "what is gone",
        "def learning_rate(step, num_steps):\n    start = 1e-2\n    return start - start * step / num_steps\n",
    ),
    (
        "Adam.step",
        "zip, lists made anew, nudges afterwards",
        """
def step(self, rate):
    self.steps = self.steps + 1
    b1, b2, t = self.beta1, self.beta2, self.steps
    grads = [p.grad for p in self.parameters]
    self.mean = [b1 * m + (1 - b1) * g for m, g in zip(self.mean, grads)]
    self.mean_square = [b2 * v + (1 - b2) * g * g for v, g in zip(self.mean_square, grads)]
    for p, m, v in zip(self.parameters, self.mean, self.mean_square):
        p.data = p.data - rate * (m / (1 - b1**t)) / ((v / (1 - b2**t)) ** 0.5 + self.eps)
    for p in self.parameters:
        p.grad = 0

Adam.step = step
""",
    ),
    (
        "Adam.step",
        "state in a dict of its own, counted from 0",
        """
import math

def step(self, rate):
    if not hasattr(self, "memory"):
        self.memory = {}
    for number, p in enumerate(self.parameters):
        m, v = self.memory.get(number, (0.0, 0.0))
        m += (1 - self.beta1) * (p.grad - m)
        v += (1 - self.beta2) * (p.grad * p.grad - v)
        self.memory[number] = m, v
        fair_m = m / (1 - math.pow(self.beta1, self.steps + 1))
        fair_v = v / (1 - math.pow(self.beta2, self.steps + 1))
        p.data += -rate * fair_m / (math.sqrt(fair_v) + self.eps)
        p.grad = 0.0
    self.steps += 1

Adam.step = step
""",
    ),
    (
        "Adam.step",
        "the correction in the rate",
        """
def nudge(self, rate):
    self.steps += 1
    first, second = 1 - self.beta1**self.steps, (1 - self.beta2**self.steps) ** 0.5
    for i in range(len(self.parameters)):
        p = self.parameters[i]
        self.mean[i] = self.beta1 * self.mean[i] + (1 - self.beta1) * p.grad
        self.mean_square[i] = self.beta2 * self.mean_square[i] + (1 - self.beta2) * p.grad**2
        p.data -= rate * second / first * self.mean[i] / (self.mean_square[i] ** 0.5 + self.eps * second)
        p.grad = 0.0

Adam.step = nudge
""",
    ),
    (
        "sample",
        "running sums and rng.random",
        """
def sample(logits, temperature, rng):
    if not temperature > 0:
        raise ValueError(f"no temperature: {temperature}")
    probabilities = softmax([l / temperature for l in logits])
    point, total = rng.random(), 0.0
    for token, p in enumerate(probabilities):
        total += p.data
        if point < total:
            return token
    return len(probabilities) - 1
""",
    ),
    (
        "sample",
        "from the other end, helper",
        """
def refuse(temperature):
    if temperature <= 0:
        raise ValueError

def sample(logits, temperature, rng):
    refuse(temperature)
    weights = [p.data for p in softmax([l * (1 / temperature) for l in logits])]
    left = rng.uniform(0, 1)
    for token in range(len(weights) - 1, 0, -1):
        left -= weights[token]
        if left < 0:
            return token
    return 0
""",
    ),
    (
        "sample",
        "plain numbers, cum_weights",
        """
import itertools
import math

def sample(logits, temperature, rng):
    if temperature <= 0:
        raise ValueError("too cold")
    top = max(l.data for l in logits)
    weights = [math.exp((l.data - top) / temperature) for l in logits]
    (token,) = rng.choices(list(range(len(logits))), cum_weights=list(itertools.accumulate(weights)), k=1)
    return token
""",
    ),
    (
        "sample",
        "the largest of scores with Gumbel noise",
        """
import math

def sample(logits, temperature, rng):
    if temperature <= 0:
        raise ValueError("too cold")
    noisy = [l.data / temperature - math.log(-math.log(1 - rng.random())) for l in logits]
    return noisy.index(max(noisy))
""",
    ),
    (
        "generate",
        "while, letters at once",
        """
def generate(params, vocab, config, temperature, rng):
    cache, name, last = new_cache(config), "", len(vocab)
    while len(name) < config.block_size:
        logits = gpt(last, len(name), params, cache, config)
        last = sample(logits, temperature, rng)
        if last == len(vocab):
            return name
        name += vocab[last]
    return name
""",
    ),
    (
        "generate",
        "all tokens in a list that begins with BOS",
        """
def generate(params, vocab, config, temperature, rng):
    bos = len(vocab)
    tokens = [bos]
    cache = new_cache(config)
    for position in range(config.block_size):
        tokens.append(sample(gpt(tokens[-1], position, params, cache, config), temperature, rng))
        if tokens[-1] == bos:
            break
    return decode(tokens, vocab)
""",
    ),
    (
        "generate",
        "a generator of letters",
        """
def letters(params, vocab, config, temperature, rng):
    token, cache = len(vocab), new_cache(config)
    for position in range(config.block_size):
        token = sample(gpt(token, position, params, cache, config), temperature, rng)
        if token >= len(vocab):
            return
        yield vocab[token]

def generate(params, vocab, config, temperature, rng):
    return "".join(letters(params, vocab, config, temperature, rng))
""",
    ),
    (
        "train_step",
        "float, grads cleared once more",
        """
def train_step(tokens, params, optimizer, rate, config):
    for dial in parameters(params):
        dial.grad = 0.0
    loss = sequence_loss(tokens, params, config)
    number = float(loss.data)
    loss.backward()
    optimizer.step(rate)
    return number
""",
    ),
    (
        "train_step",
        "return on the way",
        """
def train_step(tokens, params, optimizer, rate, config):
    loss = sequence_loss(tokens=tokens, params=params, config=config)
    try:
        return loss.data
    finally:
        loss.backward()
        optimizer.step(rate=rate)
""",
    ),
]
