"""Known mistakes in 03 Attention. Those in multi_head_attention are in heads.py."""

from autograder.judge.mistakes import Mistake
from autograder.judge.mistakes.heads import MULTI_HEAD

_SCORES = "softmax([dot(query, key) / len(query) ** 0.5 for key in keys])"
WEIGHTS = [
    Mistake(
        "attention_weights",
        "attention-not-scaled",
        "the scores are not divided by √head_dim, the root of the query's length.",
        " / len(query) ** 0.5",
        "",
    ),
    Mistake(
        "attention_weights",
        "attention-divided-without-root",
        "the scores are divided by head_dim itself, the length of the query, and not by its root.",
        "len(query) ** 0.5",
        "len(query)",
    ),
    Mistake(
        "attention_weights",
        "attention-multiplied-by-root",
        "the scores are multiplied by √head_dim, where they should be divided by it.",
        "/ len(query)",
        "* len(query)",
    ),
    Mistake(
        "attention_weights",
        "attention-root-of-key-count",
        "the root is taken of the number of keys; it belongs to the length of the query.",
        "len(query) ** 0.5",
        "len(keys) ** 0.5",
    ),
    Mistake(
        "attention_weights",
        "attention-power-one-half",
        "the root is written ** 1/2: Python reads that as (** 1) / 2. Write ** 0.5 or ** (1/2).",
        "len(query) ** 0.5",
        "len(query) ** 1 / 2",
    ),
    Mistake(
        "attention_weights",
        "attention-power-one-half-in-brackets",
        "the root is written (len(query) ** 1/2), which is half the length. Write ** 0.5 or ** (1/2).",
        "len(query) ** 0.5",
        "(len(query) ** 1 / 2)",
    ),
    Mistake(
        "attention_weights",
        "attention-root-of-score",
        "the root is taken of the whole score: only the length goes under the root.",
        "dot(query, key) / len(query) ** 0.5",
        "(dot(query, key) / len(query)) ** 0.5",
    ),
    Mistake(
        "attention_weights",
        "attention-no-softmax",
        "the scores are returned as they are: softmax has yet to turn them into shares.",
        "softmax([dot(query, key) / len(query) ** 0.5 for key in keys])",
        "[dot(query, key) / len(query) ** 0.5 for key in keys]",
    ),
    Mistake(
        "attention_weights",
        "attention-no-exponential",
        "each score is divided by the sum of the scores, without softmax's exponentials.",
        f"return {_SCORES}",
        "scores = [dot(query, key) / len(query) ** 0.5 for key in keys]\n"
        "    return [score / sum(scores) for score in scores]",
    ),
    Mistake(
        "attention_weights",
        "attention-scaled-after-softmax",
        "the shares are divided by the root, after softmax, where the scores should be, before it.",
        _SCORES,
        "[share / len(query) ** 0.5 for share in softmax([dot(query, key) for key in keys])]",
    ),
    Mistake(
        "attention_weights",
        "attention-softmax-twice",
        "softmax is applied to the shares once more.",
        _SCORES,
        f"softmax({_SCORES})",
    ),
    Mistake(
        "attention_weights",
        "attention-exp-by-hand",
        "exp is applied to large scores as they are. Your softmax is safe, because it takes the largest away first.",
        f"return {_SCORES}",
        "exps = [(dot(query, key) / len(query) ** 0.5).exp() for key in keys]\n"
        "    return [e / sum(exps) for e in exps]",
    ),
    Mistake(
        "attention_weights",
        "attention-key-with-itself",
        "each key is multiplied with itself, and the query is never asked.",
        "dot(query, key)",
        "dot(key, key)",
    ),
    Mistake(
        "attention_weights",
        "attention-last-key-missing",
        "the last key gets no share: it belongs to the letter itself, and a letter may look at itself.",
        "for key in keys",
        "for key in keys[:-1]",
    ),
    Mistake(
        "attention_weights",
        "attention-forgotten-query",
        "the scores are made into new Values from .data, so no blame can flow back to query and keys.",
        "dot(query, key) / len(query) ** 0.5 for",
        "Value(dot(query, key).data / len(query) ** 0.5) for",
    ),
]

ATTEND = [
    Mistake(
        "attend",
        "attend-mixes-keys",
        "the keys are mixed, where the values belong: keys only decide the shares.",
        "zip(*values)",
        "zip(*keys)",
    ),
    Mistake(
        "attend",
        "attend-values-decide",
        "the shares come from the values, where the keys belong: values only get mixed.",
        "attention_weights(query, keys)",
        "attention_weights(query, values)",
    ),
    Mistake(
        "attend",
        "attend-swapped",
        "keys and values have changed places: keys decide the shares, values get mixed.",
        source="""def attend(query, keys, values):
    weights = attention_weights(query, values)
    return [dot(weights, column) for column in zip(*keys)]
""",
    ),
    Mistake(
        "attend",
        "attend-rows-for-columns",
        "the dot products go along each value, where they should go down the columns: zip(*values) gives those.",
        "for column in zip(*values)",
        "for column in values",
    ),
    Mistake(
        "attend",
        "attend-plain-average",
        "all values count the same, whatever their shares.",
        "dot(weights, column)",
        "sum(column) / len(column)",
    ),
    Mistake(
        "attend",
        "attend-not-added-up",
        "each value is multiplied by its share, but the products are not added up.",
        "[dot(weights, column) for column in zip(*values)]",
        "[[weight * number for number in value] for weight, value in zip(weights, values)]",
    ),
    Mistake(
        "attend",
        "attend-winner-takes-all",
        "only the value with the largest share is taken, where all should be mixed.",
        "return [dot(weights, column) for column in zip(*values)]",
        "largest = max(range(len(weights)), key=lambda i: weights[i].data)\n    return values[largest]",
    ),
    Mistake(
        "attend",
        "attend-divided-again",
        "the mixture is divided by the number of values: the shares add up to 1 already.",
        "dot(weights, column)",
        "dot(weights, column) / len(values)",
    ),
    Mistake(
        "attend",
        "attend-softmax-again",
        "softmax is applied to the shares once more: attention_weights has done that.",
        "attention_weights(query, keys)",
        "softmax(attention_weights(query, keys))",
    ),
    Mistake(
        "attend",
        "attend-own-scores-not-scaled",
        "the scores are computed anew and not divided by the root: attention_weights does all that for you.",
        "attention_weights(query, keys)",
        "softmax([dot(query, key) for key in keys])",
    ),
    Mistake(
        "attend",
        "attend-raw-scores",
        "the values are multiplied by the raw scores; attention_weights turns those into shares.",
        "attention_weights(query, keys)",
        "[dot(query, key) / len(query) ** 0.5 for key in keys]",
    ),
    Mistake(
        "attend",
        "attend-order-reversed",
        "the shares meet the values in the opposite order.",
        "zip(*values)",
        "zip(*values[::-1])",
    ),
    Mistake(
        "attend",
        "attend-last-value-missing",
        "the last value is left out of the mixture: a letter may look at itself, too.",
        source="""def attend(query, keys, values):
    weights = attention_weights(query, keys)
    return [sum(weights[i] * values[i][j] for i in range(len(values) - 1)) for j in range(len(values[0]))]
""",
    ),
    Mistake(
        "attend",
        "attend-forgotten-shares",
        "the shares are taken as plain numbers, .data, so no blame can flow back to query and keys.",
        "dot(weights, column)",
        "sum(weight.data * number for weight, number in zip(weights, column))",
    ),
    Mistake(
        "attend",
        "attend-query-added",
        "the query is added to the mixture: here the answer is the mixture alone.",
        "[dot(weights, column) for column in zip(*values)]",
        "[dot(weights, column) + q for q, column in zip(query, zip(*values))]",
    ),
]

MISTAKES = [*WEIGHTS, *ATTEND, *MULTI_HEAD]
