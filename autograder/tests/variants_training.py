"""Right answers to 05 to 07, written differently from the solutions: (piece, how it is written, its cell)."""

VARIANTS = [
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
