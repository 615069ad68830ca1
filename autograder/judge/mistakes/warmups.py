"""Known mistakes in the warm-ups of 00 Foundations: slope and surprise."""

from __future__ import annotations

from autograder.judge.mistakes import Mistake

SLOPE_RIGHT = "(f(x + h) - f(x - h)) / (2 * h)"
SURPRISE_RIGHT = "-math.log(p)"


def _slope(id: str, sentence: str, new: str) -> Mistake:
    return Mistake("slope", f"slope-{id}", sentence, SLOPE_RIGHT, new)


def _surprise(id: str, sentence: str, new: str) -> Mistake:
    return Mistake("surprise", f"surprise-{id}", sentence, SURPRISE_RIGHT, new)


SLOPE = [
    _slope(
        "right-side-only",
        "you look to the right only: compare f(x + h) with f(x - h), and divide by 2 * h.",
        "(f(x + h) - f(x)) / h",
    ),
    _slope(
        "left-side-only",
        "you look to the left only: compare f(x + h) with f(x - h), and divide by 2 * h.",
        "(f(x) - f(x - h)) / h",
    ),
    _slope(
        "divided-by-h",
        "the change is divided by h: from x - h to x + h the way is 2 * h.",
        "(f(x + h) - f(x - h)) / h",
    ),
    _slope(
        "right-side-divided-by-2h",
        "you look to the right only, a way of h, but divide by 2 * h.",
        "(f(x + h) - f(x)) / (2 * h)",
    ),
    _slope(
        "brackets-below",
        "the brackets around 2 * h are missing: Python divides by 2 first, and then multiplies by h.",
        "(f(x + h) - f(x - h)) / 2 * h",
    ),
    _slope(
        "brackets-above",
        "the brackets around the change are missing: only f(x - h) is divided.",
        "f(x + h) - f(x - h) / (2 * h)",
    ),
    _slope(
        "not-divided",
        "the change is not divided by the way, 2 * h.",
        "f(x + h) - f(x - h)",
    ),
    _slope(
        "divided-by-2",
        "the change is divided by 2: the way is 2 * h.",
        "(f(x + h) - f(x - h)) / 2",
    ),
    _slope(
        "sign",
        "the sign is turned round: what lies to the right comes first, f(x + h) - f(x - h).",
        "(f(x - h) - f(x + h)) / (2 * h)",
    ),
    _slope(
        "only-for-square",
        "2 * x is given, whatever f is: that is right for x² alone.",
        "2 * x",
    ),
    _slope(
        "h-ignored",
        "h is not used: the step is always 1e-6.",
        "(f(x + 1e-6) - f(x - 1e-6)) / 2e-6",
    ),
    _slope(
        "added",
        "the two heights are added: the change is their difference.",
        "(f(x + h) + f(x - h)) / (2 * h)",
    ),
    _slope(
        "upside-down",
        "the way is divided by the change: it is the other way round.",
        "(2 * h) / (f(x + h) - f(x - h))",
    ),
    _slope(
        "height",
        "f(x) is divided by x: that is the way from 0, not the slope at x.",
        "f(x) / x",
    ),
]

SURPRISE = [
    _surprise("sign", "the minus is missing: the logarithm of a number below 1 is negative.", "math.log(p)"),
    _surprise("base-2", "the logarithm is to the base 2: math.log is the natural one.", "-math.log2(p)"),
    _surprise("base-10", "the logarithm is to the base 10: math.log is the natural one.", "-math.log10(p)"),
    _surprise("one-minus-p", "the logarithm is taken of 1 - p: take it of p.", "-math.log(1 - p)"),
    _surprise("complement", "1 - p is given: take minus the logarithm of p.", "1 - p"),
    _surprise("one-over-p", "1 / p is given, without its logarithm.", "1 / p"),
    _surprise(
        "times-p", "the logarithm is multiplied by p: that is entropy, an average over many things.", "-p * math.log(p)"
    ),
    _surprise("log1p", "math.log1p adds 1 to p before it takes the logarithm.", "-math.log1p(p)"),
    _surprise("exp", "exp is used where log is needed.", "math.exp(-p)"),
    _surprise("minus-inside", "the minus is inside the logarithm: put it in front.", "math.log(-p)"),
    _surprise("squared", "p is squared first.", "-math.log(p**2)"),
    _surprise("rounded", "the answer is rounded: give all its digits.", "-round(math.log(p), 3)"),
]
