"""Right answers to 00 to 02, written differently from the solutions: (piece, how it is written, its cell)."""

ADD = "\n\nValue.__add__ = __add__\nValue.__radd__ = __add__\n"
MUL = "\n\nValue.__mul__ = __mul__\nValue.__rmul__ = __mul__\n"
POW = "\n\nValue.__pow__ = __pow__\n"
BACKWARD = "\n\nValue.backward = backward\n"

FOUNDATIONS = [
    (
        "build_vocab",
        "loops, a list that is sorted in place",
        """
def build_vocab(docs):
    letters = []
    for doc in docs:
        for letter in doc:
            if letter not in letters:
                letters.append(letter)
    letters.sort()
    return letters
""",
    ),
    (
        "build_vocab",
        "a set comprehension, given back as a tuple",
        """
def build_vocab(docs):
    return tuple(sorted({letter for doc in docs for letter in doc}))
""",
    ),
    (
        "build_vocab",
        "itertools, Counter",
        """
import itertools
from collections import Counter

def build_vocab(docs):
    return sorted(Counter(itertools.chain.from_iterable(docs)))
""",
    ),
    (
        "build_vocab",
        "a lambda",
        """
build_vocab = lambda docs: sorted(set().union(*docs))
""",
    ),
    (
        "encode",
        "a dictionary, append",
        """
def encode(text, vocab):
    numbers = {letter: number for number, letter in enumerate(vocab)}
    tokens = [len(vocab)]
    for letter in text:
        tokens.append(numbers[letter])
    tokens.append(len(vocab))
    return tokens
""",
    ),
    (
        "encode",
        "map, unpacked into a tuple",
        """
def encode(text, vocab):
    return (len(vocab), *map(vocab.index, text), len(vocab))
""",
    ),
    (
        "encode",
        "a generator with a helper",
        """
def number_of(letter, vocab):
    for number in range(len(vocab)):
        if vocab[number] == letter:
            return number

def encode(text, vocab):
    yield len(vocab)
    for letter in text:
        yield number_of(letter, vocab)
    yield len(vocab)
""",
    ),
    (
        "decode",
        "a loop that adds letters",
        """
def decode(tokens, vocab):
    text = ""
    for token in tokens:
        if token < len(vocab):
            text += vocab[token]
    return text
""",
    ),
    (
        "decode",
        "BOS as an empty letter",
        """
def decode(tokens, vocab):
    letters = list(vocab) + [""]
    return "".join([letters[token] for token in tokens])
""",
    ),
    (
        "decode",
        "filter and map",
        """
decode = lambda tokens, vocab: "".join(map(lambda t: vocab[t], filter(lambda t: t != len(vocab), tokens)))
""",
    ),
    (
        "slope",
        "step by step",
        """
def slope(f, x, h=1e-6):
    right = f(x + h)
    left = f(x - h)
    change = right - left
    return change / 2 / h
""",
    ),
    (
        "slope",
        "divided by the way that was really walked",
        """
def slope(f, x, h=1e-6):
    right, left = x + h, x - h
    return (f(right) - f(left)) / (right - left)
""",
    ),
    (
        "slope",
        "the mean of both sides",
        """
def slope(f, x, h=1e-6):
    return ((f(x + h) - f(x)) / h + (f(x) - f(x - h)) / h) / 2
""",
    ),
    (
        "surprise",
        "log of one over p",
        """
from math import log

def surprise(p):
    return log(1 / p)
""",
    ),
    (
        "surprise",
        "another base, divided",
        """
def surprise(p):
    return -math.log2(p) / math.log2(math.e)
""",
    ),
]

ATOMS = [
    (
        "Value.__add__",
        "lists for tuples, whole numbers for local grads",
        """
def __add__(self, other):
    if not isinstance(other, Value):
        other = Value(other)
    return Value(self.data + other.data, [self, other], [1, 1])
"""
        + ADD,
    ),
    (
        "Value.__add__",
        "children and local grads in the opposite order, __radd__ written out",
        """
def __add__(self, other):
    other = other if isinstance(other, Value) else Value(other)
    return Value(other.data + self.data, (other, self), (1.0, 1.0))

def __radd__(self, other):
    return self + other

Value.__add__ = __add__
Value.__radd__ = __radd__
""",
    ),
    (
        "Value.__add__",
        "a plain number is no child",
        """
def __add__(self, other):
    if isinstance(other, Value):
        return Value(self.data + other.data, (self, other), (1.0, 1.0))
    return Value(self.data + other, (self,), (1.0,))
"""
        + ADD,
    ),
    (
        "Value.__mul__",
        "opposite order, filled in afterwards",
        """
def __mul__(self, other):
    other = other if isinstance(other, Value) else Value(other)
    out = Value(self.data * other.data)
    out.children = [other, self]
    out.local_grads = [self.data, other.data]
    return out
"""
        + MUL,
    ),
    (
        "Value.__mul__",
        "a plain number is no child, a square has one",
        """
def __mul__(self, other):
    if other is self:
        return Value(self.data * self.data, (self,), (2 * self.data,))
    if isinstance(other, Value):
        return Value(self.data * other.data, (self, other), (other.data, self.data))
    return Value(self.data * other, (self,), (other,))
"""
        + MUL,
    ),
    (
        "Value.__pow__",
        "math.pow, a list",
        """
def __pow__(self, exponent):
    slope = exponent * math.pow(self.data, exponent - 1)
    return Value(math.pow(self.data, exponent), [self], [slope])
"""
        + POW,
    ),
    (
        "Value.__pow__",
        "asserts, pow",
        """
def __pow__(self, n):
    assert isinstance(n, (int, float)), "only plain numbers"
    return Value(pow(self.data, n), (self,), (n * pow(self.data, n - 1),))
"""
        + POW,
    ),
    (
        "Value.log",
        "a power of -1",
        """
def log(self):
    return Value(math.log(self.data), (self,), (self.data**-1,))


Value.log = log
""",
    ),
    ("Value.log", "a lambda", "\nValue.log = lambda self: Value(math.log(self.data), [self], [1.0 / self.data])\n"),
    (
        "Value.exp",
        "e to the power of, the slope filled in afterwards",
        """
def exp(self):
    out = Value(math.e**self.data, (self,))
    out.local_grads = (out.data,)
    return out


Value.exp = exp
""",
    ),
    (
        "Value.exp",
        "computed twice, imported by name",
        """
from math import exp as e_to_the

def exp(self):
    return Value(e_to_the(self.data), (self,), (e_to_the(self.data),))


Value.exp = exp
""",
    ),
    (
        "Value.relu",
        "two cases; self passes as it is, a closed gate has no children",
        """
def relu(self):
    return self if self.data > 0 else Value(0.0)


Value.relu = relu
""",
    ),
    (
        "Value.relu",
        "times True or False",
        """
def relu(self):
    open = self.data > 0
    return Value(self.data * open, (self,), (open,))


Value.relu = relu
""",
    ),
    (
        "Value.relu",
        "half the sum with its size, slope 1 at 0",
        """
def relu(self):
    return Value((self.data + abs(self.data)) / 2, [self], [float(self.data >= 0)])


Value.relu = relu
""",
    ),
]

WALKS = [
    (
        "Value.backward",
        "recursive, with a set",
        """
def backward(self):
    order, seen = [], set()

    def visit(node):
        if node not in seen:
            seen.add(node)
            for child in node.children:
                visit(child)
            order.append(node)

    visit(self)
    self.grad = 1.0
    for node in reversed(order):
        for child, local_grad in zip(node.children, node.local_grads):
            child.grad += local_grad * node.grad
"""
        + BACKWARD,
    ),
    (
        "Value.backward",
        "recursive, a helper outside, visited by id in a dictionary",
        """
def line_up(node, visited, order):
    if id(node) in visited:
        return
    visited[id(node)] = True
    for child in node.children:
        line_up(child, visited, order)
    order.append(node)

def backward(self):
    visited, order = {}, []
    line_up(self, visited, order)
    self.grad = 1
    while order:
        node = order.pop()
        for i in range(len(node.children)):
            node.children[i].grad = node.children[i].grad + node.local_grads[i] * node.grad
"""
        + BACKWARD,
    ),
    (
        "Value.backward",
        "a stack of iterators",
        """
def backward(self):
    seen, order, stack = {self}, [], [(self, iter(self.children))]
    while stack:
        node, rest = stack[-1]
        child = next(rest, None)
        if child is None:
            order.append(node)
            stack.pop()
        elif child not in seen:
            seen.add(child)
            stack.append((child, iter(child.children)))
    self.grad = 1.0
    for node in reversed(order):
        for child, local_grad in zip(node.children, node.local_grads):
            child.grad += local_grad * node.grad
"""
        + BACKWARD,
    ),
    (
        "Value.backward",
        "parents counted first, then whoever has no parent left",
        """
from collections import deque

def backward(self):
    waiting_for = {self: 0}
    found = [self]
    for node in found:
        for child in node.children:
            if child not in waiting_for:
                waiting_for[child] = 0
                found.append(child)
            waiting_for[child] += 1
    self.grad = 1.0
    ready = deque([self])
    while ready:
        node = ready.popleft()
        for child, local_grad in zip(node.children, node.local_grads):
            child.grad += node.grad * local_grad
            waiting_for[child] -= 1
            if waiting_for[child] == 0:
                ready.append(child)
"""
        + BACKWARD,
    ),
    (
        "Value.backward",
        "grads collected in a dictionary, cleared first",
        """
def backward(self):
    order = []
    seen = set()

    def visit(node):
        if id(node) in seen:
            return
        seen.add(id(node))
        for child in node.children:
            visit(child)
        order.append(node)

    visit(self)
    blame = {id(node): 0.0 for node in order}
    blame[id(self)] = 1.0
    for node in order[::-1]:
        node.grad = blame[id(node)]
        for child, local_grad in zip(node.children, node.local_grads):
            blame[id(child)] += local_grad * node.grad
"""
        + BACKWARD,
    ),
    (
        "Value.backward",
        "depth by depth: the longest way from an end",
        """
def backward(self):
    depth = {}
    stack = [self]
    while stack:
        node = stack[-1]
        if node in depth:
            stack.pop()
            continue
        missing = [child for child in node.children if child not in depth]
        if missing:
            stack.extend(missing)
        else:
            depth[node] = 1 + max((depth[child] for child in node.children), default=0)
            stack.pop()
    self.grad = 1.0
    for node in sorted(depth, key=lambda node: -depth[node]):
        for child, local_grad in zip(node.children, node.local_grads):
            child.grad += local_grad * node.grad
"""
        + BACKWARD,
    ),
    (
        "Value.backward",
        "visited kept in a list",
        """
def backward(self):
    self.grad = 1.0
    order = []

    def visit(node):
        if node not in order:
            for child in node.children:
                visit(child)
            order.append(node)

    visit(self)
    order.reverse()
    for node in order:
        for child, local_grad in zip(node.children, node.local_grads):
            child.grad += local_grad * node.grad
"""
        + BACKWARD,
    ),
]

LAYERS = [
    (
        "dot",
        "sum of products of data",
        """
def dot(a, b):
    return Value(
        sum(x.data * y.data for x, y in zip(a, b)),
        tuple(a) + tuple(b),
        tuple(y.data for y in b) + tuple(x.data for x in a),
    )
""",
    ),
    (
        "dot",
        "indices, pair by pair",
        """
def dot(a, b):
    total, children, local_grads = 0.0, [], []
    for i in range(len(a)):
        total = total + a[i].data * b[i].data
        children += [a[i], b[i]]
        local_grads += [b[i].data, a[i].data]
    return Value(total, children, local_grads)
""",
    ),
    (
        "dot",
        "b first, math.fsum",
        """
import math

def dot(a, b):
    total = math.fsum(x.data * y.data for x, y in zip(a, b))
    return Value(total, [*b, *a], [v.data for v in [*a, *b]])
""",
    ),
    (
        "dot",
        "each child once, with the sum of its local grads",
        """
def dot(a, b):
    blame = {}
    for x, y in zip(a, b):
        blame[x] = blame.get(x, 0.0) + y.data
        blame[y] = blame.get(y, 0.0) + x.data
    return Value(sum([x.data * y.data for x, y in zip(a, b)]), list(blame), list(blame.values()))
""",
    ),
    (
        "dot",
        "many small nodes: slower, but right",
        """
def dot(a, b):
    return sum(x * y for x, y in zip(a, b))
""",
    ),
    (
        "linear",
        "a loop",
        """
def linear(x, weights):
    out = []
    for row in weights:
        out.append(dot(x, row))
    return out
""",
    ),
    (
        "linear",
        "map and a lambda",
        """
linear = lambda x, weights: tuple(map(lambda row: dot(row, x), weights))
""",
    ),
    (
        "linear",
        "indices, without dot",
        """
def linear(x, weights):
    return [sum(weights[i][j] * x[j] for j in range(len(x))) for i in range(len(weights))]
""",
    ),
    (
        "softmax",
        "the largest as a Value",
        """
def softmax(logits):
    largest = max(logits, key=lambda logit: logit.data)
    exps = [(logit - largest).exp() for logit in logits]
    return [e / sum(exps) for e in exps]
""",
    ),
    (
        "softmax",
        "a loop for the largest, one over the total",
        """
def softmax(logits):
    largest = logits[0].data
    for logit in logits[1:]:
        if logit.data > largest:
            largest = logit.data
    exps, total = [], Value(0.0)
    for logit in logits:
        exps.append((logit - largest).exp())
        total = total + exps[-1]
    inverse = 1 / total
    return [e * inverse for e in exps]
""",
    ),
    (
        "softmax",
        "by logarithms",
        """
def log_of_sum(logits):
    largest = max(logit.data for logit in logits)
    return sum((logit - largest).exp() for logit in logits).log() + largest

def softmax(logits):
    total = log_of_sum(logits)
    return [(logit - total).exp() for logit in logits]
""",
    ),
    (
        "softmax",
        "one node for each probability",
        """
import math

def softmax(logits):
    largest = max([logit.data for logit in logits])
    exps = [math.exp(logit.data - largest) for logit in logits]
    probs = [e / sum(exps) for e in exps]
    return tuple(
        Value(p, logits, [p * ((i == j) - q) for j, q in enumerate(probs)]) for i, p in enumerate(probs)
    )
""",
    ),
    (
        "rmsnorm",
        "without dot, divided by the root",
        """
def rmsnorm(x):
    mean_square = sum(value * value for value in x) / len(x)
    root = (mean_square + 1e-5) ** 0.5
    return [value / root for value in x]
""",
    ),
    (
        "rmsnorm",
        "squares by a power, the scale by logarithms",
        """
def rmsnorm(x):
    mean_square = sum([value**2 for value in x]) * (1 / len(x))
    scale = ((mean_square + 1e-5).log() * -0.5).exp()
    return tuple(scale * value for value in x)
""",
    ),
    (
        "rmsnorm",
        "the grads by hand",
        """
def rmsnorm(x):
    n = len(x)
    data = [value.data for value in x]
    scale = (sum(d * d for d in data) / n + 1e-5) ** -0.5
    out = []
    for i in range(n):
        slopes = [(scale if i == j else 0.0) - data[i] * data[j] * scale**3 / n for j in range(n)]
        out.append(Value(data[i] * scale, x, slopes))
    return out
""",
    ),
    (
        "rmsnorm",
        "dot with itself, both halves of the fraction",
        """
EPSILON = 1e-5

def rmsnorm(x):
    return [value * (len(x) / (dot(x, x) + EPSILON * len(x))) ** 0.5 for value in x]
""",
    ),
]

VARIANTS = [*FOUNDATIONS, *ATOMS, *WALKS, *LAYERS]
