"""Known mistakes in 01 Autograd: log, exp and relu, and what can go wrong in every atom with one child."""

from __future__ import annotations

from autograder.judge.mistakes import Mistake

LOG_RIGHT = "Value(math.log(self.data), (self,), (1 / self.data,))"
EXP_RIGHT = "Value(result, (self,), (result,))"
RELU_RIGHT = "Value(max(0.0, self.data), (self,), (1.0 if self.data > 0 else 0.0,))"

NO_CHILD = "the new Value does not remember its child, with the local grad for it, so no blame can flow back."
NOT_A_VALUE = "the plain number is given back: it has to be wrapped in a Value with its children and local grads."
IN_PLACE = "the Value itself is changed and given back: make a new Value instead."
COMMA = "the comma is missing: (x) is only x, and a tuple with one entry is (x,)."


def _log(id: str, sentence: str, new: str) -> Mistake:
    return Mistake("Value.log", f"log-{id}", sentence, LOG_RIGHT, new)


def _exp(id: str, sentence: str, new: str) -> Mistake:
    return Mistake("Value.exp", f"exp-{id}", sentence, EXP_RIGHT, new)


def _relu(id: str, sentence: str, new: str) -> Mistake:
    return Mistake("Value.relu", f"relu-{id}", sentence, RELU_RIGHT, new)


LOG = [
    _log("no-memory", NO_CHILD, "Value(math.log(self.data))"),
    _log(
        "slope-is-log",
        "the local grad is the logarithm itself: the slope of log(x) is 1 / x.",
        "Value(math.log(self.data), (self,), (math.log(self.data),))",
    ),
    _log(
        "slope-x",
        "the local grad is x: the slope of log(x) is 1 / x.",
        "Value(math.log(self.data), (self,), (self.data,))",
    ),
    _log(
        "slope-one",
        "the local grad is 1: the slope of log(x) is 1 / x.",
        "Value(math.log(self.data), (self,), (1.0,))",
    ),
    _log(
        "slope-sign",
        "the local grad is -1 / x: a logarithm grows with its number, so its slope is 1 / x.",
        "Value(math.log(self.data), (self,), (-1 / self.data,))",
    ),
    _log(
        "slope-square",
        "the local grad is -1 / x²: that is the slope of 1 / x, and that of log(x) is 1 / x.",
        "Value(math.log(self.data), (self,), (-1 / self.data**2,))",
    ),
    _log(
        "slope-of-result",
        "the local grad is 1 / log(x): the slope of log(x) is 1 / x.",
        "Value(math.log(self.data), (self,), ((1 / math.log(self.data)) if self.data != 1 else 0.0,))",
    ),
    _log(
        "base-2",
        "the logarithm is to the base 2: math.log is the natural one.",
        "Value(math.log2(self.data), (self,), (1 / self.data,))",
    ),
    _log(
        "base-10",
        "the logarithm is to the base 10: math.log is the natural one.",
        "Value(math.log10(self.data), (self,), (1 / self.data,))",
    ),
    _log(
        "log1p",
        "math.log1p adds 1 before it takes the logarithm.",
        "Value(math.log1p(self.data), (self,), (1 / (1 + self.data),))",
    ),
    _log(
        "minus",
        "the minus of the surprise is in the logarithm already: here it is the logarithm alone.",
        "Value(-math.log(self.data), (self,), (-1 / self.data,))",
    ),
    _log(
        "safety-margin",
        "a small number is added before the logarithm is taken, and so all answers are a little off.",
        "Value(math.log(self.data + 1e-8), (self,), (1 / (self.data + 1e-8),))",
    ),
    _log("comma", COMMA, "Value(math.log(self.data), (self,), (1 / self.data))"),
    _log("comma-child", COMMA, "Value(math.log(self.data), (self), (1 / self.data,))"),
    _log(
        "of-value",
        "math.log gets the Value: give it the plain number, self.data.",
        "Value(math.log(self), (self,), (1 / self.data,))",
    ),
    _log(
        "local-grad-value",
        "the local grad is a Value: write 1 / self.data, not 1 / self.",
        "Value(math.log(self.data), (self,), (1 / self,))",
    ),
    _log("plain-number", NOT_A_VALUE, "math.log(self.data)"),
    _log("in-place", IN_PLACE, "(setattr(self, 'data', math.log(self.data)), self)[1]"),
]

EXP = [
    _exp("no-memory", NO_CHILD, "Value(result)"),
    _exp(
        "slope-x",
        "the local grad is x: the slope of exp(x) is exp(x) itself.",
        "Value(result, (self,), (self.data,))",
    ),
    _exp(
        "slope-one",
        "the local grad is 1: the slope of exp(x) is exp(x) itself.",
        "Value(result, (self,), (1.0,))",
    ),
    _exp(
        "power-rule",
        "the rule for x**n is used: here x is the exponent, and the slope of exp(x) is exp(x) itself.",
        "Value(result, (self,), (self.data * math.exp(self.data - 1),))",
    ),
    _exp(
        "slope-times-x",
        "the local grad is x * exp(x): the slope of exp(x) is exp(x) itself.",
        "Value(result, (self,), (self.data * result,))",
    ),
    _exp(
        "slope-of-log",
        "the local grad is 1 / exp(x): the slope of exp(x) is exp(x) itself.",
        "Value(result, (self,), (math.exp(-min(self.data, 700.0)) if self.data > -700 else 0.0,))",
    ),
    _exp(
        "base-2",
        "2 is taken to the power of x: exp takes e.",
        "Value(2.0**self.data, (self,), (2.0**self.data,))",
    ),
    _exp(
        "base-10",
        "10 is taken to the power of x: exp takes e.",
        "Value(10.0**self.data, (self,), (10.0**self.data,))",
    ),
    _exp(
        "expm1",
        "math.expm1 takes 1 away from the result.",
        "Value(math.expm1(self.data), (self,), (result,))",
    ),
    _exp(
        "power-of-e",
        "x is taken to the power of e: it is e to the power of x.",
        "Value(abs(self.data) ** math.e, (self,), (math.e * abs(self.data) ** (math.e - 1),))",
    ),
    _exp(
        "minus",
        "x has its sign turned round.",
        "Value(math.exp(-max(self.data, -700.0)), (self,), (-math.exp(-max(self.data, -700.0)),))",
    ),
    _exp("comma", COMMA, "Value(result, (self,), (result))"),
    _exp("comma-child", COMMA, "Value(result, (self), (result,))"),
    Mistake(
        "Value.exp",
        "exp-of-value",
        "math.exp gets the Value: give it the plain number, self.data.",
        "math.exp(self.data)",
        "math.exp(self)",
    ),
    _exp(
        "local-grad-value",
        "the local grad asks self.exp() again, without end: use the number that you have just computed.",
        "Value(result, (self,), (self.exp(),))",
    ),
    _exp("plain-number", NOT_A_VALUE, "result"),
    _exp("in-place", IN_PLACE, "(setattr(self, 'data', result), self)[1]"),
]

RELU = [
    _relu("no-memory", NO_CHILD, "Value(max(0.0, self.data))"),
    _relu(
        "slope-one",
        "the local grad is 1 everywhere: where the number is negative, the gate is shut and the slope is 0.",
        "Value(max(0.0, self.data), (self,), (1.0,))",
    ),
    _relu(
        "slope-is-result",
        "the local grad is the result itself: it is 1 where the number is positive, however large.",
        "Value(max(0.0, self.data), (self,), (max(0.0, self.data),))",
    ),
    _relu(
        "slope-is-x",
        "the local grad is the number itself: it is 1 where the number is positive, however large, else 0.",
        "Value(max(0.0, self.data), (self,), (self.data,))",
    ),
    _relu(
        "slope-turned-round",
        "the slopes have changed places: 1 where the number is positive, 0 where it is negative.",
        "Value(max(0.0, self.data), (self,), (1.0 if self.data < 0 else 0.0,))",
    ),
    _relu(
        "slope-minus-one",
        "the slope of negative numbers is -1: it is 0, for they all become 0.",
        "Value(max(0.0, self.data), (self,), (1.0 if self.data > 0 else -1.0,))",
    ),
    _relu(
        "leaky",
        "negative numbers leak through, made small: they should become 0.",
        "Value(max(0.01 * self.data, self.data), (self,), (1.0 if self.data > 0 else 0.01,))",
    ),
    _relu(
        "absolute",
        "negative numbers lose their sign: they should become 0.",
        "Value(abs(self.data), (self,), (1.0 if self.data > 0 else -1.0,))",
    ),
    _relu(
        "min",
        "the smaller of 0 and the number is taken: it should be the larger.",
        "Value(min(0.0, self.data), (self,), (1.0 if self.data < 0 else 0.0,))",
    ),
    _relu(
        "step",
        "a positive number becomes 1: it should pass unchanged.",
        "Value(1.0 if self.data > 0 else 0.0, (self,), (1.0 if self.data > 0 else 0.0,))",
    ),
    _relu(
        "from-one",
        "only numbers above 1 pass: all above 0 should.",
        "Value(self.data if self.data > 1 else 0.0, (self,), (1.0 if self.data > 1 else 0.0,))",
    ),
    _relu(
        "capped",
        "numbers above 1 are cut down to 1: they should pass unchanged.",
        "Value(min(1.0, max(0.0, self.data)), (self,), (1.0 if 0 < self.data < 1 else 0.0,))",
    ),
    _relu(
        "plain-zero",
        "a plain 0 is given back for negative numbers: it has to be a Value, too.",
        "Value(self.data, (self,), (1.0,)) if self.data > 0 else 0.0",
    ),
    _relu("comma", COMMA, "Value(max(0.0, self.data), (self,), (1.0 if self.data > 0 else 0.0))"),
    _relu("comma-child", COMMA, "Value(max(0.0, self.data), (self), (1.0 if self.data > 0 else 0.0,))"),
    _relu(
        "of-value",
        "the Value is compared with 0: compare its plain number, self.data.",
        "Value(max(0, self), (self,), (1.0 if self.data > 0 else 0.0,))",
    ),
    _relu("plain-number", NOT_A_VALUE, "max(0.0, self.data)"),
    _relu("in-place", IN_PLACE, "(setattr(self, 'data', max(0.0, self.data)), self)[1]"),
]
