"""Right answers to 02, written differently from the solutions: (piece, how it is written, its cell)."""

VARIANTS = [
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
