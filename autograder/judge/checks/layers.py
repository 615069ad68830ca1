"""02 Layers."""

from __future__ import annotations

from autograder.judge.checking import Examinee, Inputs, check
from autograder.judge.request import Values


@check("dot", "the sum of the products, and how it reacts to every number in it", share=3)
def test_dot(learner: Examinee, inputs: Inputs) -> None:
    """A dot product measures how well two lists match. It is the one calculation that a GPT does most of all."""
    for length in (3, 2, 5):
        learner.agrees(
            "dot(a, b)",
            a=Values(inputs.vector(length, 1.2, 3.0)),
            b=Values(inputs.vector(length)),
            means="Pairwise products, added up. The sum reacts to each number as strongly as its partner is large.",
        )


@check("dot", "one pair, zeros, and long lists")
def test_dot_sizes(learner: Examinee, inputs: Inputs) -> None:
    """The lists are as long as the model is wide: 4 numbers in a head, 16 in the model, 64 in the middle of the MLP."""
    learner.agrees(
        "dot(a, b)",
        a=Values([inputs.number()]),
        b=Values([inputs.number()]),
        means="With one pair it is one product.",
    )
    learner.agrees(
        "dot(a, b)",
        a=Values([0.0, 0.0, inputs.number()]),
        b=Values([inputs.number(), 0.0, 0.0]),
        means="The sum is 0, but it still reacts where the partner is not 0.",
    )
    learner.agrees("dot(a, b)", a=Values(inputs.vector(64)), b=Values(inputs.vector(64)))


@check("dot", "a number that takes part more than once", share=2)
def test_dot_repeated(learner: Examinee, inputs: Inputs) -> None:
    """rmsnorm asks for dot(x, x), where every number is its own partner and has to be blamed for both."""
    learner.agrees(
        "dot(x, x)",
        x=Values(inputs.vector(3, 1.2, 3.0)),
        means="Each number is there twice, as itself and as its own partner, so its grad is twice its data.",
    )
    a, b, c = inputs.vector(3, 1.2, 3.0)
    learner.agrees(
        "dot([a, a, b], [b, c, a])",
        a=Values(a),
        b=Values(b),
        c=Values(-c),
        means="a has three partners here, b, c and b again, and is blamed for all of them.",
    )


@check("dot", "in a longer formula, with tuples, and the lists stay as they were")
def test_dot_in_formula(learner: Examinee, inputs: Inputs) -> None:
    """Attention gives you the columns of a matrix, and Python makes them tuples. A tuple is as good as a list."""
    learner.agrees(
        "dot(a, tuple(b))", a=Values(inputs.vector(3)), b=Values(inputs.vector(3)), means="The second one is a tuple."
    )
    learner.agrees(
        "dot(tuple(a), b)", a=Values(inputs.vector(3)), b=Values(inputs.vector(3)), means="The first one is a tuple."
    )
    learner.agrees(
        "dot(a, b) * dot(a, c)",
        a=Values(inputs.vector(3)),
        b=Values(inputs.vector(3)),
        c=Values(inputs.vector(3)),
        means="Blame from behind is multiplied by the local grads; a is blamed by both dot products.",
    )
    learner.agrees(
        "dot(a, b)\n[a, b]",
        shown="a, b = {a}, {b}; dot(a, b); [a, b]",
        means="dot reads its lists and leaves them as they are.",
        grads=False,
        a=Values(inputs.vector(3)),
        b=Values(inputs.vector(3)),
    )


@check("linear", "one number for each row of weights: how well x matches it", share=2)
def test_linear(learner: Examinee, inputs: Inputs) -> None:
    """Each row of weights is a voter with a taste of its own. The vote is a dot product with x."""
    for rows, columns in ((2, 2), (3, 3), (4, 2), (2, 4)):
        learner.agrees(
            "linear(x, weights)",
            x=Values(inputs.vector(columns)),
            weights=Values(inputs.matrix(rows, columns)),
            means=f"There are {rows} rows of weights, so the answer has {rows} numbers: one dot product for each row.",
        )


@check("linear", "one row, one column, one number")
def test_linear_thin(learner: Examinee, inputs: Inputs) -> None:
    """The answer is a list, always: with one row it is a list of one number."""
    for rows, columns in ((1, 3), (3, 1), (1, 1)):
        learner.agrees(
            "linear(x, weights)",
            x=Values(inputs.vector(columns)),
            weights=Values(inputs.matrix(rows, columns)),
            means="One number for each row of weights, in a list.",
        )


@check("linear", "two layers, one after the other")
def test_linear_twice(learner: Examinee, inputs: Inputs) -> None:
    """What comes out of one layer goes into the next, and blame flows back through both to every weight."""
    learner.agrees(
        "linear(linear(x, wide), narrow)",
        x=Values(inputs.vector(2)),
        wide=Values(inputs.matrix(4, 2)),
        narrow=Values(inputs.matrix(2, 4)),
        means="2 numbers become 4, and 4 become 2 again.",
    )


@check("softmax", "scores become probabilities that add up to 1", share=3)
def test_softmax(learner: Examinee, inputs: Inputs) -> None:
    """exp makes every score positive, and dividing by the sum makes shares of them: the larger the score, the more."""
    for length in (3, 2, 5):
        learner.agrees(
            "softmax(logits)",
            logits=Values(inputs.vector(length)),
            means="exp of each score, divided by the sum of all of these. They add up to 1.",
        )


@check("softmax", "scores far from 0, like 1000, and scores far apart", share=2)
def test_softmax_extreme(learner: Examinee, inputs: Inputs) -> None:
    """exp(1000) has more digits than a computer's numbers can hold. Taking the largest score away first saves you.

    It changes nothing else: only how far the scores are apart counts.
    """
    means = "Take the largest score away from all of them before you use exp. The probabilities stay the same."
    # exp breaks above 709 and becomes 0 below -745: every way of missing the largest breaks at a list of its own.
    for middle in (200, -200, 1000, -1000):
        learner.agrees("softmax(logits)", logits=Values([round(middle + x, 2) for x in inputs.vector(3)]), means=means)
    for logits in (
        [740.0, 730.0, 725.0, inputs.number()],
        [inputs.number(), 725.0, 730.0, 740.0],
        [-1000.0, inputs.number(), 1000.0],
    ):
        learner.agrees("softmax(logits)", logits=Values(logits), means=means)
    shift = float(inputs.randint(5, 50))
    learner.agrees(
        "softmax([logit + shift for logit in logits])",
        logits=Values(inputs.vector(3)),
        shift=shift,
        means=f"{shift:g} more for every score: they are as far apart as before, so nothing changes.",
    )


@check("softmax", "one score, and scores that are all the same")
def test_softmax_simple(learner: Examinee, inputs: Inputs) -> None:
    """These you know without a computer: no choice is certainty, and equal scores are equal chances."""
    learner.agrees("softmax(logits)", logits=Values([inputs.number()]), means="With nothing to choose from: 1.")
    learner.agrees(
        "softmax(logits)", logits=Values([inputs.number()] * 4), means="Four equal scores: a quarter for each."
    )
    learner.agrees("softmax(logits)", logits=Values([0.0, 0.0, 0.0]), means="Three equal scores: a third for each.")


@check("softmax", "in a longer formula, and the list stays as it was")
def test_softmax_in_formula(learner: Examinee, inputs: Inputs) -> None:
    """The loss is the logarithm of one of these probabilities, so blame has to flow through softmax to every score."""
    learner.agrees(
        "softmax(logits)[1].log()",
        logits=Values(inputs.vector(4)),
        means="More for one score means less for all the others: each of them gets its part of the blame.",
    )
    learner.agrees(
        "softmax(logits)\nlogits",
        shown="logits = {logits}; softmax(logits); logits",
        means="softmax makes a new list and leaves the one it got as it was.",
        grads=False,
        logits=Values(inputs.vector(3)),
    )


@check("rmsnorm", "divided by the root of the mean of the squares", share=3)
def test_rmsnorm(learner: Examinee, inputs: Inputs) -> None:
    """Numbers that grow a little in every layer explode in the end. This keeps the volume steady."""
    for length in (3, 2, 6):
        learner.agrees(
            "rmsnorm(x)",
            x=Values(inputs.vector(length)),
            means="Square, mean, plus 1e-5, root: divide every number by that. Signs stay, and no mean is taken away.",
        )


@check("rmsnorm", "a row of zeros, and a whisper")
def test_rmsnorm_small(learner: Examinee, inputs: Inputs) -> None:
    """Without the 1e-5 inside the root, a row of zeros means dividing by 0. In a whisper, you can hear the 1e-5."""
    learner.agrees(
        "rmsnorm(x)", x=Values([0.0, 0.0, 0.0]), means="The 1e-5 inside the root keeps you from dividing by 0."
    )
    learner.agrees(
        "rmsnorm(x)",
        x=Values([round(number * 2e-3, 7) for number in inputs.vector(3)]),
        means="The mean of the squares is about as small as 1e-5 here, so it matters where 1e-5 is added.",
    )


@check("rmsnorm", "louder input, the same output")
def test_rmsnorm_loud(learner: Examinee, inputs: Inputs) -> None:
    """Shout or speak: after rmsnorm the volume is the same. Only how the numbers compare is left."""
    learner.agrees(
        "rmsnorm([value * 1000 for value in x])",
        x=Values(inputs.vector(3)),
        means="1000 times as loud in, all but the same out.",
    )


@check("rmsnorm", "one number, equal numbers, and the list stays as it was")
def test_rmsnorm_simple(learner: Examinee, inputs: Inputs) -> None:
    """A single number becomes 1 or -1, very nearly: its sign is all that is left of it."""
    learner.agrees(
        "rmsnorm(x)", x=Values([inputs.number(1.2, 3.0)]), means="A single positive number becomes all but 1."
    )
    learner.agrees(
        "rmsnorm(x)", x=Values([-inputs.number(1.2, 3.0)]), means="A single negative number becomes all but -1."
    )
    learner.agrees("rmsnorm(x)", x=Values([inputs.number(1.2, 3.0)] * 3), means="Equal numbers become all but 1 each.")
    learner.agrees(
        "rmsnorm(x)\nx",
        shown="x = {x}; rmsnorm(x); x",
        means="rmsnorm makes a new list. The block adds its answer to x, so x has to stay as it was.",
        grads=False,
        x=Values(inputs.vector(3)),
    )
