"""A GPT in one file: it learns from a list of names and invents new ones.

Try it: python microgpt.py names.txt    (built from solutions/ by `microgpt build`; make changes there)
"""

import gc
import math
import random
import sys
from dataclasses import dataclass

# 00 Foundations: letters become numbers

def build_vocab(docs):
    """Return the sorted list of the different letters in docs."""
    return sorted(set("".join(docs)))

def encode(text, vocab):
    """Return the numbers of the letters of text, with BOS, which is len(vocab), in front and behind."""
    bos = len(vocab)
    return [bos] + [vocab.index(letter) for letter in text] + [bos]

def decode(tokens, vocab):
    """Return the text that the tokens spell, leaving out every BOS."""
    return "".join(vocab[token] for token in tokens if token != len(vocab))

# 01 Autograd: numbers that remember how they were made

class Value:
    """A number that remembers how it was made."""

    __slots__ = ("data", "grad", "children", "local_grads")

    def __init__(self, data, children=(), local_grads=()):
        self.data = data  # the number itself
        self.grad = 0.0  # how much the final result changes when this number does
        self.children = children  # the Values it was made from
        self.local_grads = local_grads  # how much it changes when each of them does

    def __repr__(self):
        return f"Value(data={self.data:.6g}, grad={self.grad:.6g})"

    # Everything below is made of the six atoms, so its gradients come for free.
    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + (-other)

    def __rsub__(self, other):
        return (-self) + other

    def __truediv__(self, other):
        return self * other**-1

    def __rtruediv__(self, other):
        return self**-1 * other

    def __add__(self, other):
        """Return self + other as a Value that remembers both and how it reacts to each."""
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, (self, other), (1.0, 1.0))

    __radd__ = __add__  # 0 + value, with which sum() begins

    def __mul__(self, other):
        """Return self * other as a Value that remembers both and how it reacts to each."""
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data))

    __rmul__ = __mul__  # 2 * value

    def __pow__(self, exponent):
        """Return self to the power of exponent, a plain number."""
        return Value(self.data**exponent, (self,), (exponent * self.data ** (exponent - 1),))

    def log(self):
        """Return the natural logarithm of self."""
        return Value(math.log(self.data), (self,), (1 / self.data,))

    def exp(self):
        """Return e to the power of self."""
        result = math.exp(self.data)
        return Value(result, (self,), (result,))

    def relu(self):
        """Return self where it is positive, else 0."""
        return Value(max(0.0, self.data), (self,), (1.0 if self.data > 0 else 0.0,))

    def backward(self):
        """Fill in grad for every Value that self was made from: how much self changes when that Value does."""
        order, seen, stack = [], set(), [(self, False)]
        while stack:
            node, children_done = stack.pop()
            if children_done:
                order.append(node)
            elif node not in seen:
                seen.add(node)
                stack.append((node, True))
                stack += [(c, False) for c in reversed(node.children) if c.children and c not in seen]
        self.grad = 1.0
        for node in reversed(order):
            for child, local_grad in zip(node.children, node.local_grads):
                child.grad += local_grad * node.grad

# 02 Layers: votes, probabilities and a steady volume

def dot(a, b):
    """Return the sum of the products of a and b, two lists of Values, as one Value with all of them as children."""
    total = 0.0
    for x, y in zip(a, b):
        total += x.data * y.data
    return Value(total, (*a, *b), [y.data for y in b] + [x.data for x in a])

def linear(x, weights):
    """Return one number for each row of weights: how well x matches that row."""
    return [dot(row, x) for row in weights]

def softmax(logits):
    """Turn any scores into probabilities: all positive, adding up to 1, larger for larger scores."""
    largest = max(logit.data for logit in logits)
    exps = [(logit - largest).exp() for logit in logits]
    total = sum(exps)
    return [e / total for e in exps]

def rmsnorm(x):
    """Scale x so that the mean of its squares is 1; 1e-5, added inside the root, keeps a row of zeros safe."""
    mean_square = dot(x, x) / len(x)
    scale = (mean_square + 1e-5) ** -0.5
    return [value * scale for value in x]

# 03 Attention: which earlier letters matter?

@dataclass(frozen=True)
class Config:
    """The measurements of a model."""

    n_layer: int = 1  # blocks on top of each other
    n_embd: int = 16  # numbers that describe one letter
    n_head: int = 4  # lenses in each attention
    block_size: int = 16  # letters that it can look at

    @property
    def head_dim(self):
        return self.n_embd // self.n_head

def attention_weights(query, keys):
    """Return how much of the attention each key gets: softmax of query · key / √(length of the query)."""
    return softmax([dot(query, key) / len(query) ** 0.5 for key in keys])

def attend(query, keys, values):
    """Return the mixture of the values, each taken as much as its key gets attention."""
    weights = attention_weights(query, keys)
    return [dot(weights, column) for column in zip(*values)]

def multi_head_attention(x, layer, keys, values, config):
    """Look at x and at everything before it through config.n_head lenses, and mix what they saw with wo."""
    query = linear(x, layer["wq"])
    keys.append(linear(x, layer["wk"]))
    values.append(linear(x, layer["wv"]))
    seen = []
    for head in range(config.n_head):
        part = slice(head * config.head_dim, (head + 1) * config.head_dim)
        seen += attend(query[part], [key[part] for key in keys], [value[part] for value in values])
    return linear(seen, layer["wo"])

# 04 GPT: embed, attend, think, predict

def matrix(rows, columns, rng):
    """A matrix of small random dials."""
    return [[Value(rng.gauss(0, 0.08)) for _ in range(columns)] for _ in range(rows)]

def init_params(vocab_size, config, rng):
    """All the dials of a model, before it has learned anything."""
    width = config.n_embd
    params = {
        "wte": matrix(vocab_size, width, rng),
        "wpe": matrix(config.block_size, width, rng),
        "lm_head": matrix(vocab_size, width, rng),
        "layers": [],
    }
    for _ in range(config.n_layer):
        layer = {name: matrix(width, width, rng) for name in ("wq", "wk", "wv", "wo")}
        layer["fc1"] = matrix(4 * width, width, rng)
        layer["fc2"] = matrix(width, 4 * width, rng)
        params["layers"].append(layer)
    return params

def parameters(params):
    """All the dials in one flat list."""
    matrices = [params["wte"], params["wpe"], params["lm_head"]]
    for layer in params["layers"]:
        matrices += layer.values()
    return [dial for weights in matrices for row in weights for dial in row]

def new_cache(config):
    """For each layer an empty list of keys and an empty list of values."""
    return [([], []) for _ in range(config.n_layer)]

def embed(token, position, params):
    """Return the row of wte for the token plus the row of wpe for the position, number by number."""
    return [t + p for t, p in zip(params["wte"][token], params["wpe"][position])]

def mlp(x, layer):
    """Return fc2 of relu of fc1 of x: wide, bent, and narrow again."""
    hidden = [value.relu() for value in linear(x, layer["fc1"])]
    return linear(hidden, layer["fc2"])

def block(x, layer, keys, values, config):
    """Attend, then think. Each half works on a normalised copy and adds its answer to what was there."""
    attended = multi_head_attention(rmsnorm(x), layer, keys, values, config)
    x = [new + old for new, old in zip(attended, x)]
    thought = mlp(rmsnorm(x), layer)
    return [new + old for new, old in zip(thought, x)]

def gpt(token, position, params, cache, config):
    """Return a score for each possible next token: embed, normalise, go through every block, then lm_head."""
    x = rmsnorm(embed(token, position, params))
    for layer, (keys, values) in zip(params["layers"], cache):
        x = block(x, layer, keys, values, config)
    return linear(x, params["lm_head"])

# 05 Training: wrong by how much, whose fault, nudge

def cross_entropy(logits, target):
    """Return the surprise at the right answer: minus the log of the probability that target gets."""
    return -softmax(logits)[target].log()

def sequence_loss(tokens, params, config):
    """Return the mean cross-entropy over the positions: at each, gpt reads one token and guesses the next."""
    cache = new_cache(config)
    positions = range(min(config.block_size, len(tokens) - 1))
    losses = [cross_entropy(gpt(tokens[p], p, params, cache, config), tokens[p + 1]) for p in positions]
    return sum(losses) / len(losses)

def learning_rate(step, num_steps):
    """Return the size of the nudge at this step: 0.01 at step 0, then straight down to 0 at num_steps."""
    return 0.01 * (1 - step / num_steps)

class Adam:
    """Turns gradients into nudges, with a memory of the earlier ones."""

    def __init__(self, parameters, beta1=0.85, beta2=0.99, eps=1e-8):
        self.parameters = parameters
        self.beta1, self.beta2, self.eps = beta1, beta2, eps
        self.mean = [0.0] * len(parameters)  # running mean of each gradient
        self.mean_square = [0.0] * len(parameters)  # running mean of its square
        self.steps = 0

    def step(self, rate):
        """Nudge every parameter downhill, then set its grad back to 0."""
        self.steps += 1
        fair_mean = 1 - self.beta1**self.steps
        fair_square = 1 - self.beta2**self.steps
        for i, p in enumerate(self.parameters):
            self.mean[i] = self.beta1 * self.mean[i] + (1 - self.beta1) * p.grad
            self.mean_square[i] = self.beta2 * self.mean_square[i] + (1 - self.beta2) * p.grad**2
            p.data -= rate * (self.mean[i] / fair_mean) / ((self.mean_square[i] / fair_square) ** 0.5 + self.eps)
            p.grad = 0.0

# 06 Sampling: one dial from boring to wild

def sample(logits, temperature, rng):
    """Draw one token: divide the logits by the temperature, make probabilities, and let rng.choices draw."""
    if temperature <= 0:
        raise ValueError("the temperature must be above 0")
    probs = softmax([logit / temperature for logit in logits])
    return rng.choices(range(len(probs)), weights=[p.data for p in probs])[0]

def generate(params, vocab, config, temperature, rng):
    """Invent one name: begin with BOS, feed each drawn token back in, stop at BOS or after block_size letters."""
    bos = len(vocab)
    token, tokens, cache = bos, [], new_cache(config)
    for position in range(config.block_size):
        token = sample(gpt(token, position, params, cache, config), temperature, rng)
        if token == bos:
            break
        tokens.append(token)
    return decode(tokens, vocab)

# 07 microgpt: all of it, yours

def train_step(tokens, params, optimizer, rate, config):
    """Learn from one name: compute its loss, send the blame back, nudge. Return the loss, a plain number."""
    loss = sequence_loss(tokens, params, config)
    loss.backward()
    optimizer.step(rate)
    return loss.data

def train(docs, vocab, params, config, num_steps):
    """Learn from one doc a step, and yield the loss of each."""
    optimizer = Adam(parameters(params))
    for step in range(num_steps):
        tokens = encode(docs[step % len(docs)], vocab)
        gc.disable()  # a step's numbers are freed when it ends; searching them for garbage wastes time
        try:
            loss = train_step(tokens, params, optimizer, learning_rate(step, num_steps), config)
        finally:
            gc.enable()
        yield loss

def main(path, num_steps=1000, temperature=0.5, seed=42):
    """Train on a file with one name a line, then invent 20 names."""
    rng = random.Random(seed)
    with open(path, encoding="utf-8") as file:
        docs = [line.strip() for line in file if line.strip()]
    rng.shuffle(docs)
    vocab, config = build_vocab(docs), Config()
    params = init_params(len(vocab) + 1, config, rng)
    print(f"{len(docs)} names, {len(vocab)} letters, {len(parameters(params))} parameters")
    for step, loss in enumerate(train(docs, vocab, params, config, num_steps), start=1):
        print(f"step {step:4} of {num_steps}   loss {loss:.4f}", end="\r" if step % 100 > 1 else "\n")
    for _ in range(20):
        print(generate(params, vocab, config, temperature, rng))

if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Which names? For example: python microgpt.py names.txt")
    main(sys.argv[1])
