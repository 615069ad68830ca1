"""Known mistakes in 02 Layers: dot and linear here, softmax and rmsnorm in steady.py."""

from __future__ import annotations

from autograder.judge.mistakes import Mistake
from autograder.judge.mistakes.steady import RMSNORM, SOFTMAX

DOT_RIGHT = "Value(total, (*a, *b), [y.data for y in b] + [x.data for x in a])"
LINEAR_RIGHT = "[dot(row, x) for row in weights]"

NO_MEMORY = "the answer does not remember the numbers it was made of, so no blame can flow back."


def _dot(id: str, sentence: str, new: str, old: str = DOT_RIGHT) -> Mistake:
    return Mistake("dot", f"dot-{id}", sentence, old, new)


def _dot_source(id: str, sentence: str, body: str) -> Mistake:
    return Mistake("dot", f"dot-{id}", sentence, source=f"def dot(a, b):\n{body}")


def _linear(id: str, sentence: str, new: str) -> Mistake:
    return Mistake("linear", f"linear-{id}", sentence, LINEAR_RIGHT, new)


DOT = [
    _dot(
        "local-grads-own-data",
        "each number's local grad is its own data: it is its partner's data, b's for a and a's for b.",
        "Value(total, (*a, *b), [x.data for x in a] + [y.data for y in b])",
    ),
    _dot("no-memory", NO_MEMORY, "Value(total)"),
    _dot(
        "only-a-remembered",
        "no blame reaches b: its numbers are children, too.",
        "Value(total, a, [y.data for y in b])",
    ),
    _dot(
        "only-b-remembered",
        "no blame reaches a: its numbers are children, too.",
        "Value(total, b, [x.data for x in a])",
    ),
    _dot(
        "local-grads-one",
        "all local grads are 1: each is the data of the partner.",
        "Value(total, (*a, *b), [1.0] * (len(a) + len(b)))",
    ),
    _dot(
        "local-grads-total",
        "all local grads are the sum itself: each is the data of the partner.",
        "Value(total, (*a, *b), [total] * (len(a) + len(b)))",
    ),
    _dot(
        "local-grads-values",
        "the local grads are Values: take their data.",
        "Value(total, (*a, *b), (*b, *a))",
    ),
    _dot(
        "order-mixed",
        "the children come pair by pair, but the local grads list by list: both need the same order.",
        "Value(total, [v for pair in zip(a, b) for v in pair], [y.data for y in b] + [x.data for x in a])",
    ),
    _dot(
        "local-grads-pairwise",
        "the local grads come pair by pair, but the children list by list: both need the same order.",
        "Value(total, (*a, *b), [v.data for pair in zip(b, a) for v in pair])",
    ),
    _dot(
        "lists-glued",
        "a and b are glued with +, which does not work for a list and a tuple: (*a, *b) takes both.",
        "Value(total, a + b, [y.data for y in b] + [x.data for x in a])",
    ),
    _dot(
        "children-in-lists",
        "the children are two lists, (a, b): every number in them is a child of its own, (*a, *b).",
        "Value(total, (a, b), [y.data for y in b] + [x.data for x in a])",
    ),
    _dot(
        "plain-number", "the plain number is given back: wrap it in a Value with its children and local grads.", "total"
    ),
    _dot_source(
        "overwritten-by-dict",
        "a number that occurs twice keeps only its last partner: every use needs a child and a local grad of its own.",
        """    reactions = {}
    for x, y in zip(a, b):
        reactions[x] = y.data
        reactions[y] = x.data
    total = sum(x.data * y.data for x, y in zip(a, b))
    return Value(total, tuple(reactions), tuple(reactions.values()))
""",
    ),
    _dot(
        "last-pair-only",
        "each product replaces the one before, so only the last pair counts: add them up with +=.",
        "total = x.data",
        "total += x.data",
    ),
    _dot_source(
        "first-pair-only",
        "the return is inside the loop, so only the first pair counts.",
        """    total = 0.0
    for x, y in zip(a, b):
        total += x.data * y.data
        return Value(total, (*a, *b), [y.data for y in b] + [x.data for x in a])
""",
    ),
    _dot_source(
        "last-pair-missing",
        "the last pair is left out: range(n) already ends before n.",
        """    total = 0.0
    for i in range(len(a) - 1):
        total += a[i].data * b[i].data
    return Value(total, (*a, *b), [y.data for y in b] + [x.data for x in a])
""",
    ),
    _dot_source(
        "first-pair-missing",
        "the first pair is left out: lists are counted from 0.",
        """    total = 0.0
    for i in range(1, len(a)):
        total += a[i].data * b[i].data
    return Value(total, (*a, *b), [y.data for y in b] + [x.data for x in a])
""",
    ),
    _dot_source(
        "list-of-products",
        "the products are given back one by one: add them up to one number.",
        """    return [x * y for x, y in zip(a, b)]
""",
    ),
    _dot_source(
        "every-with-every",
        "every number of a meets every number of b: only partners, at the same place, belong together.",
        """    total = 0.0
    for x in a:
        for y in b:
            total += x.data * y.data
    return Value(total, (*a, *b), [y.data for y in b] + [x.data for x in a])
""",
    ),
    _dot(
        "added",
        "the numbers of a pair are added: multiply them.",
        "x.data + y.data",
        "x.data * y.data",
    ),
    _dot(
        "mean",
        "the sum is divided by its length: that is a mean.",
        "Value(total / len(a), (*a, *b), [y.data / len(a) for y in b] + [x.data / len(a) for x in a])",
    ),
    _dot(
        "backwards",
        "b is read backwards: partners stand at the same place.",
        "zip(a, list(b)[::-1])",
        "zip(a, b)",
    ),
    _dot_source(
        "value-in-value",
        "the sum is a Value already, and it is wrapped in a second one: add up plain numbers, x.data * y.data.",
        """    total = sum(x * y for x, y in zip(a, b))
    return Value(total, (*a, *b), [y.data for y in b] + [x.data for x in a])
""",
    ),
]

LINEAR = [
    _linear(
        "columns",
        "the columns of weights are used: each row is one voter.",
        "[dot(column, x) for column in zip(*weights)]",
    ),
    _linear("first-row", "only the first row is used: each row of weights gives one number.", "[dot(weights[0], x)]"),
    _linear("last-row", "only the last row is used: each row of weights gives one number.", "[dot(weights[-1], x)]"),
    _linear(
        "one-number",
        "a single number is given back, that of the first row: collect one for each row in a list.",
        "dot(weights[0], x)",
    ),
    _linear(
        "added-up",
        "the rows' numbers are added up: leave them in a list, one for each row.",
        "sum(dot(row, x) for row in weights)",
    ),
    _linear(
        "added-up-in-list",
        "the rows' numbers are added up: leave them in a list, one for each row.",
        "[sum(dot(row, x) for row in weights)]",
    ),
    _linear(
        "products",
        "each row is multiplied by x number by number, without adding up: dot does both.",
        "[[w * v for w, v in zip(row, x)] for row in weights]",
    ),
    _linear(
        "plain-numbers",
        "plain numbers are given back, .data: leave them Values, so that blame can flow back.",
        "[dot(row, x).data for row in weights]",
    ),
    _linear(
        "forgotten-weights",
        "the weights are taken as plain numbers, .data, so no blame reaches them, and they would never learn.",
        "[sum(w.data * v for w, v in zip(row, x)) for row in weights]",
    ),
    _linear(
        "forgotten-x",
        "x is taken as plain numbers, .data, so no blame gets through to what came before.",
        "[sum(w * v.data for w, v in zip(row, x)) for row in weights]",
    ),
    _linear("own-rows", "each row meets itself: it should meet x.", "[dot(row, row) for row in weights]"),
    _linear("only-x", "x meets itself: it should meet each row of weights.", "[dot(x, x) for row in weights]"),
    _linear(
        "mean",
        "the numbers are divided by the length of x.",
        "[dot(row, x) / len(x) for row in weights]",
    ),
    _linear(
        "x-added",
        "x is added to the answer: that is the block's job.",
        "[dot(row, x) + v for row, v in zip(weights, x)]",
    ),
    _linear("relu", "relu is applied already: that is the MLP's job.", "[dot(row, x).relu() for row in weights]"),
    _linear(
        "last-row-missing",
        "the last row is left out: range(n) already ends before n.",
        "[dot(weights[i], x) for i in range(len(weights) - 1)]",
    ),
    _linear(
        "one-for-each-x",
        "the rows are counted by the length of x: there is one number for each row of weights.",
        "[dot(weights[i % len(weights)], x) for i in range(len(x))]",
    ),
    _linear(
        "backwards",
        "the rows are taken from the last to the first.",
        "[dot(row, x) for row in reversed(weights)]",
    ),
    _linear(
        "lists-in-list",
        "each number is in a list of its own.",
        "[[dot(row, x)] for row in weights]",
    ),
    _linear(
        "arguments-swapped",
        "x is taken apart and each of its numbers treated as a row: go through the rows of weights.",
        "[dot(row, weights) for row in x]",
    ),
]

MISTAKES = [*DOT, *LINEAR, *SOFTMAX, *RMSNORM]
