"""Known mistakes in 02 Layers: softmax and rmsnorm, which keep numbers within bounds."""

from __future__ import annotations

from autograder.judge.mistakes import Mistake

SHARES = "[e / total for e in exps]"
EXPS = "[(logit - largest).exp() for logit in logits]"
TOTAL = "sum(exps)"
LARGEST = "max(logit.data for logit in logits)"
MEAN_SQUARE = "dot(x, x) / len(x)"
SCALE = "(mean_square + 1e-5) ** -0.5"
SCALED = "[value * scale for value in x]"
EPSILON = "the small number inside the root is not 1e-5."


def _softmax(id: str, sentence: str, old: str, new: str) -> Mistake:
    return Mistake("softmax", f"softmax-{id}", sentence, old, new)


def _rmsnorm(id: str, sentence: str, old: str, new: str) -> Mistake:
    return Mistake("rmsnorm", f"rmsnorm-{id}", sentence, old, new)


SOFTMAX = [
    _softmax(
        "no-maximum",
        "the largest score is not taken away first: exp overflows at scores near 1000.",
        "logit - largest",
        "logit",
    ),
    _softmax(
        "mean-taken-away",
        "the mean of the scores is taken away: with one score far above the others exp overflows; take the largest.",
        LARGEST,
        "sum(logit.data for logit in logits) / len(logits)",
    ),
    _softmax(
        "smallest-taken-away",
        "the smallest score is taken away: exp overflows when scores are far apart; take the largest.",
        LARGEST,
        "min(logit.data for logit in logits)",
    ),
    _softmax(
        "first-taken-away",
        "the first score is taken away, as if it were the largest: exp overflows when another is far larger.",
        LARGEST,
        "logits[0].data",
    ),
    _softmax(
        "largest-at-least-0",
        "the search for the largest score starts at 0: when all are far below, every exp becomes 0.",
        LARGEST,
        "max(0.0, *(logit.data for logit in logits))",
    ),
    _softmax(
        "largest-by-size",
        "the largest is looked for without its sign, abs(...): for scores near -1000 that takes the wrong one.",
        LARGEST,
        "max(abs(logit.data) for logit in logits)",
    ),
    _softmax(
        "maximum-added",
        "the largest score is added: take it away.",
        "logit - largest",
        "logit + largest",
    ),
    _softmax(
        "turned-round",
        "the largest score has the smallest chance: the sign of the scores is turned round before exp.",
        "logit - largest",
        "largest - logit",
    ),
    _softmax(
        "no-exp",
        "the scores are divided by their sum without exp, so negative scores give negative shares.",
        "return [e / total for e in exps]",
        "return [logit / sum(logits) for logit in logits]",
    ),
    _softmax(
        "shifted-without-exp",
        "exp is missing: the largest is taken away, and then the scores are divided by their sum.",
        EXPS,
        "[logit - largest for logit in logits]",
    ),
    _softmax("not-divided", "the exps are not divided by their sum, so they do not add up to 1.", SHARES, "exps"),
    _softmax(
        "divided-by-sum-of-scores",
        "the exps are divided by the sum of the scores: divide by the sum of the exps.",
        TOTAL,
        "sum(logits)",
    ),
    _softmax(
        "divided-by-largest",
        "the exps are divided by the largest of them: divide by their sum.",
        TOTAL,
        "max(exps, key=lambda e: e.data)",
    ),
    _softmax(
        "divided-by-length",
        "the exps are divided by how many there are: divide by their sum.",
        TOTAL,
        "len(exps)",
    ),
    _softmax(
        "divided-before-exp",
        "the scores are divided by the largest: take it away, do not divide by it.",
        "logit - largest",
        "logit / largest",
    ),
    _softmax(
        "base-2",
        "2 is taken to the power of the scores: exp takes e.",
        "(logit - largest).exp()",
        "((logit - largest) * 0.6931471805599453).exp()",
    ),
    _softmax(
        "squares",
        "the scores are squared to make them positive: exp makes them positive and keeps their order.",
        "(logit - largest).exp()",
        "logit**2",
    ),
    _softmax(
        "sizes",
        "the signs of the scores are dropped to make them positive: exp makes them positive and keeps their order.",
        "(logit - largest).exp()",
        "(logit**2 + 0.0) ** 0.5",
    ),
    _softmax(
        "winner-takes-all",
        "the largest score gets 1 and all others 0: that is a hard maximum, and softmax is the soft one.",
        SHARES,
        "[Value(1.0 if logit.data == largest else 0.0) for logit in logits]",
    ),
    _softmax(
        "logarithm",
        "the logarithms of the probabilities are given back.",
        SHARES,
        "[(e / total).log() if e.data else e for e in exps]",
    ),
    _softmax(
        "plain-numbers",
        "plain numbers are given back: work with the Values, so that blame can flow back.",
        SHARES,
        "[e.data / total.data for e in exps]",
    ),
    _softmax(
        "total-forgotten",
        "the sum is taken as a plain number, .data: it depends on all scores, and its blame must reach them.",
        TOTAL,
        "sum(e.data for e in exps)",
    ),
    _softmax(
        "exps-forgotten",
        "the exps above are taken as plain numbers, .data, so they are not blamed.",
        SHARES,
        "[e.data / total for e in exps]",
    ),
    _softmax(
        "math-exp",
        "math.exp makes plain numbers out of the scores: use the .exp() of Value.",
        EXPS,
        "[Value(2.718281828459045 ** (logit.data - largest)) for logit in logits]",
    ),
    _softmax(
        "safety-margin",
        "a small number is added to the sum, and so the probabilities do not quite add up to 1.",
        TOTAL,
        "sum(exps) + 1e-8",
    ),
    _softmax(
        "running-total",
        "each exp is divided by the sum so far: find the whole sum first, then divide.",
        SHARES,
        "[e / sum(exps[: i + 1]) for i, e in enumerate(exps)]",
    ),
    _softmax(
        "others-only",
        "each exp is divided by the sum of the others: its own belongs to the sum, too.",
        SHARES,
        "[e / (total - e + (1e-300 if len(exps) == 1 else 0.0)) for e in exps]",
    ),
    _softmax(
        "minus-one",
        "each probability is taken from 1.",
        SHARES,
        "[1 - e / total for e in exps]",
    ),
    _softmax(
        "sorted",
        "the probabilities are sorted: keep them in the order of the scores.",
        SHARES,
        "sorted([e / total for e in exps], key=lambda p: -p.data)",
    ),
    _softmax(
        "only-largest",
        "only the largest probability is given back: there is one for each score.",
        SHARES,
        "max([e / total for e in exps], key=lambda p: p.data)",
    ),
    _softmax(
        "in-place",
        "the list that came in is changed: make a new one.",
        "return [e / total for e in exps]",
        "logits[:] = [e / total for e in exps]\n    return logits",
    ),
]

RMSNORM = [
    _rmsnorm(
        "sum-of-squares",
        "the sum of the squares is used: it should be their mean.",
        MEAN_SQUARE,
        "dot(x, x)",
    ),
    _rmsnorm(
        "one-fewer",
        "the sum of the squares is divided by one less than their number: the mean divides by their number.",
        MEAN_SQUARE,
        "dot(x, x) / (len(x) - 1)",
    ),
    _rmsnorm(
        "epsilon-outside",
        "1e-5 is added outside the root: it belongs inside, to the mean of the squares.",
        SCALE,
        "(mean_square**0.5 + 1e-5) ** -1",
    ),
    _rmsnorm(
        "epsilon-after-all",
        "1e-5 is added to the scale at the end: it belongs inside the root, to the mean of the squares.",
        SCALE,
        "mean_square**-0.5 + 1e-5",
    ),
    _rmsnorm(
        "epsilon-before-mean",
        "1e-5 is added to the sum, before the mean is taken: add it to the mean.",
        "dot(x, x) / len(x)\n    scale = (mean_square + 1e-5) ** -0.5",
        "(dot(x, x) + 1e-5) / len(x)\n    scale = mean_square ** -0.5",
    ),
    _rmsnorm(
        "epsilon-on-x",
        "1e-5 is added to each number of x: add it to the mean of the squares.",
        SCALE,
        "(dot([v + 1e-5 for v in x], [v + 1e-5 for v in x]) / len(x)) ** -0.5",
    ),
    _rmsnorm(
        "no-epsilon",
        "the 1e-5 inside the root is missing: a row of zeros then means dividing by 0.",
        SCALE,
        "mean_square**-0.5",
    ),
    _rmsnorm(
        "epsilon-as-floor",
        "1e-5 is only used when the mean of the squares is smaller: add it always.",
        SCALE,
        "(mean_square if mean_square.data > 1e-5 else mean_square * 0 + 1e-5) ** -0.5",
    ),
    _rmsnorm("epsilon-1e-6", EPSILON, "1e-5", "1e-6"),
    _rmsnorm("epsilon-1e-8", EPSILON, "1e-5", "1e-8"),
    _rmsnorm("epsilon-1e-3", EPSILON, "1e-5", "1e-3"),
    _rmsnorm(
        "epsilon-taken-away",
        "1e-5 is taken away: add it.",
        "mean_square + 1e-5",
        "mean_square - 1e-5 if mean_square.data > 1e-4 else mean_square + 1e-5",
    ),
    _rmsnorm(
        "mean-taken-away",
        "the mean is taken away first: that is layer norm, and rmsnorm leaves the mean alone.",
        "    mean_square =",
        "    x = [value - sum(x) / len(x) for value in x]\n    mean_square =",
    ),
    _rmsnorm(
        "standard-deviation",
        "the mean is taken away inside the root: rmsnorm leaves the mean alone.",
        MEAN_SQUARE,
        "dot(x, x) / len(x) - (sum(x) / len(x)) ** 2",
    ),
    _rmsnorm(
        "multiplied",
        "x is multiplied by the root: divide by it.",
        "** -0.5",
        "** 0.5",
    ),
    _rmsnorm(
        "no-root",
        "the root is missing: x is divided by the mean of the squares itself.",
        "** -0.5",
        "** -1",
    ),
    _rmsnorm(
        "power-minus-2",
        "the power is -2: one over a square root is a power of -0.5.",
        "** -0.5",
        "** -2",
    ),
    _rmsnorm(
        "mean-of-sizes",
        "the mean of the sizes is used, without squares: square, mean, root.",
        SCALE,
        "(sum((v**2 + 1e-5) ** 0.5 for v in x) / len(x)) ** -1",
    ),
    _rmsnorm(
        "square-of-mean",
        "the mean comes before the square: square first, then take the mean.",
        MEAN_SQUARE,
        "(sum(x) / len(x)) ** 2",
    ),
    _rmsnorm(
        "mean",
        "x is divided by the root of its mean: the squares are missing.",
        MEAN_SQUARE,
        "sum(x) / len(x)",
    ),
    _rmsnorm(
        "largest",
        "x is divided by its largest number: divide by the root of the mean of the squares.",
        SCALE,
        "(max((v**2 for v in x), key=lambda square: square.data) + 1e-5) ** -0.5",
    ),
    _rmsnorm(
        "sum",
        "x is divided by the sum of its numbers: divide by the root of the mean of the squares.",
        SCALE,
        "(sum(x) + 1e-5) ** -1",
    ),
    _rmsnorm(
        "scale-forgotten",
        "the scale is taken as a plain number, .data: it depends on all of x, and its blame must reach them.",
        SCALED,
        "[value * scale.data for value in x]",
    ),
    _rmsnorm(
        "plain-numbers",
        "plain numbers are given back: work with the Values, so that blame can flow back.",
        SCALED,
        "[value.data * scale.data for value in x]",
    ),
    _rmsnorm(
        "x-forgotten",
        "x is taken as plain numbers, .data, in the last step, so only the scale is blamed.",
        SCALED,
        "[value.data * scale for value in x]",
    ),
    _rmsnorm("scale-alone", "the scale alone is given back: multiply every number of x by it.", SCALED, "scale"),
    _rmsnorm(
        "squares-scaled",
        "the squares are scaled: scale the numbers themselves.",
        SCALED,
        "[value * value * scale for value in x]",
    ),
    _rmsnorm(
        "sign-lost",
        "the signs are lost on the way: scale the numbers themselves.",
        SCALED,
        "[value * scale if value.data > 0 else -value * scale for value in x]",
    ),
    _rmsnorm(
        "scale-added",
        "the scale is added: multiply by it.",
        SCALED,
        "[value + scale for value in x]",
    ),
    _rmsnorm(
        "each-on-its-own",
        "each number is divided by its own size: one scale, made of all of them, is for all.",
        SCALED,
        "[value * (value * value + 1e-5) ** -0.5 for value in x]",
    ),
    _rmsnorm(
        "in-place",
        "the list that came in is changed: make a new one, for the block still needs x as it was.",
        "return [value * scale for value in x]",
        "x[:] = [value * scale for value in x]\n    return x",
    ),
]
