"""Known mistakes in 01 Autograd: the six atoms. Those in backward are in backward.py."""

from __future__ import annotations

from autograder.judge.mistakes import Mistake
from autograder.judge.mistakes.backward import BACKWARD

ADD_RIGHT = "Value(self.data + other.data, (self, other), (1.0, 1.0))"
MUL_RIGHT = "Value(self.data * other.data, (self, other), (other.data, self.data))"
POW_RIGHT = "Value(self.data**exponent, (self,), (exponent * self.data ** (exponent - 1),))"
LOG_RIGHT = "Value(math.log(self.data), (self,), (1 / self.data,))"
EXP_RIGHT = "Value(result, (self,), (result,))"
RELU_RIGHT = "Value(max(0.0, self.data), (self,), (1.0 if self.data > 0 else 0.0,))"

RADD = "Value.__radd__ = __add__"
RMUL = "Value.__rmul__ = __mul__"
WRAP = "other = other if isinstance(other, Value) else Value(other)"

NO_MEMORY = "the new Value does not remember its {}, with a local grad for each, so no blame can flow back."
NOT_A_VALUE = "the plain number is given back: it has to be wrapped in a Value with its children and local grads."
IN_PLACE = "the Value itself is changed and given back: make a new Value instead."
COMMA = "the comma is missing: (x) is only x, and a tuple with one entry is (x,)."
CHILDREN_DATA = "the children are plain numbers: remember the {} themselves, not their data."


def _add(id: str, sentence: str, new: str, old: str = ADD_RIGHT) -> Mistake:
    return Mistake("Value.__add__", f"add-{id}", sentence, old, new)


def _mul(id: str, sentence: str, new: str, old: str = MUL_RIGHT) -> Mistake:
    return Mistake("Value.__mul__", f"mul-{id}", sentence, old, new)


def _pow(id: str, sentence: str, new: str) -> Mistake:
    return Mistake("Value.__pow__", f"pow-{id}", sentence, POW_RIGHT, new)


def _log(id: str, sentence: str, new: str) -> Mistake:
    return Mistake("Value.log", f"log-{id}", sentence, LOG_RIGHT, new)


def _exp(id: str, sentence: str, new: str) -> Mistake:
    return Mistake("Value.exp", f"exp-{id}", sentence, EXP_RIGHT, new)


def _relu(id: str, sentence: str, new: str) -> Mistake:
    return Mistake("Value.relu", f"relu-{id}", sentence, RELU_RIGHT, new)


ADD = [
    _add("no-memory", NO_MEMORY.format("children"), "Value(self.data + other.data)"),
    _add(
        "one-child",
        "no blame reaches other: it is a child, too, and needs a local grad of its own.",
        "Value(self.data + other.data, (self,), (1.0,))",
    ),
    _add(
        "local-grads-own-data",
        "each local grad is the child's own data: a sum reacts to both of its parts one to one, (1.0, 1.0).",
        "Value(self.data + other.data, (self, other), (self.data, other.data))",
    ),
    _add(
        "local-grads-of-times",
        "the local grads are those of a product: a sum reacts to both of its parts one to one, (1.0, 1.0).",
        "Value(self.data + other.data, (self, other), (other.data, self.data))",
    ),
    _add(
        "local-grads-sum",
        "each local grad is the whole sum: it should be 1.0, for the sum grows just as much as its part.",
        "Value(self.data + other.data, (self, other), (self.data + other.data, self.data + other.data))",
    ),
    _add("children-data", CHILDREN_DATA.format("Values"),
         "Value(self.data + other.data, (self.data, other.data), (1.0, 1.0))"),
    _add("plain-number", NOT_A_VALUE, "self.data + other.data"),
    _add(
        "in-place",
        IN_PLACE,
        "(setattr(self, 'data', self.data + other.data), self)[1]",
    ),
    _add(
        "data-is-value",
        "Values are added inside __add__, which asks __add__ again, without end: add their data.",
        "Value(self + other, (self, other), (1.0, 1.0))",
    ),
    _add(
        "grads-at-once",
        "grad is set while adding: leave that to backward().",
        "(setattr(self, 'grad', 1.0), setattr(other, 'grad', 1.0), "
        "Value(self.data + other.data, (self, other), (1.0, 1.0)))[2]",
    ),
    _add(
        "difference",
        "the data are subtracted.",
        "Value(self.data - other.data, (self, other), (1.0, 1.0))",
    ),
    _add(
        "no-radd",
        "the line Value.__radd__ = __add__ is missing: Python asks __radd__ for 0 + value, with which sum() begins.",
        "pass",
        RADD,
    ),
    _add(
        "radd-forever",
        "__radd__ writes other + self, which Python hands to __radd__ again, without end: write self + other.",
        "Value.__radd__ = lambda self, other: other + self",
        RADD,
    ),
    _add(
        "no-wrap",
        "a plain number is not made a Value first: it has no .data.",
        "pass",
        WRAP,
    ),
]

MUL = [
    _mul("no-memory", NO_MEMORY.format("children"), "Value(self.data * other.data)"),
    _mul(
        "local-grads-own-data",
        "each local grad is the child's own data: a product reacts to each factor as strongly as the other is large.",
        "Value(self.data * other.data, (self, other), (self.data, other.data))",
    ),
    _mul(
        "local-grads-of-plus",
        "the local grads are those of a sum, (1.0, 1.0): a product reacts as strongly as the other factor is large.",
        "Value(self.data * other.data, (self, other), (1.0, 1.0))",
    ),
    _mul(
        "local-grads-product",
        "each local grad is the whole product: it should be the other factor.",
        "Value(self.data * other.data, (self, other), (self.data * other.data, self.data * other.data))",
    ),
    _mul(
        "local-grads-values",
        "the local grads are Values: take their data.",
        "Value(self.data * other.data, (self, other), (other, self))",
    ),
    _mul(
        "one-child",
        "no blame reaches other: it is a child, too, and needs a local grad of its own.",
        "Value(self.data * other.data, (self,), (other.data,))",
    ),
    _mul("children-data", CHILDREN_DATA.format("Values"),
         "Value(self.data * other.data, (self.data, other.data), (other.data, self.data))"),
    _mul(
        "data-of-plus",
        "the data are added: perhaps the line was copied from __add__?",
        "Value(self.data + other.data, (self, other), (other.data, self.data))",
    ),
    _mul(
        "copied-plus",
        "everything is still as in __add__.",
        "Value(self.data + other.data, (self, other), (1.0, 1.0))",
    ),
    _mul("plain-number", NOT_A_VALUE, "self.data * other.data"),
    _mul(
        "in-place",
        IN_PLACE,
        "(setattr(self, 'data', self.data * other.data), self)[1]",
    ),
    _mul(
        "data-is-value",
        "Values are multiplied inside __mul__, which asks __mul__ again, without end: multiply their data.",
        "Value(self * other, (self, other), (other.data, self.data))",
    ),
    _mul(
        "no-rmul",
        "the line Value.__rmul__ = __mul__ is missing: Python asks __rmul__ for 2 * value.",
        "pass",
        RMUL,
    ),
    _mul(
        "rmul-forever",
        "__rmul__ writes other * self, which Python hands to __rmul__ again, without end: write self * other.",
        "Value.__rmul__ = lambda self, other: other * self",
        RMUL,
    ),
    _mul(
        "no-wrap",
        "a plain number is not made a Value first: it has no .data.",
        "pass",
        WRAP,
    ),
]

POW = [
    _pow("no-memory", NO_MEMORY.format("child"), "Value(self.data**exponent)"),
    _pow(
        "exponent-not-reduced",
        "the exponent above is not made smaller by 1: the derivative of x**n is n * x**(n - 1).",
        "Value(self.data**exponent, (self,), (exponent * self.data**exponent,))",
    ),
    _pow(
        "no-factor",
        "the exponent is missing as a factor: the derivative of x**n is n * x**(n - 1).",
        "Value(self.data**exponent, (self,), (self.data ** (exponent - 1),))",
    ),
    _pow(
        "brackets",
        "the brackets around n - 1 are missing: Python takes the power first and subtracts 1 from the whole.",
        "Value(self.data**exponent, (self,), (exponent * self.data**exponent - 1,))",
    ),
    _pow(
        "factor-reduced",
        "the factor in front is n - 1: it is n, and only the exponent above is n - 1.",
        "Value(self.data**exponent, (self,), ((exponent - 1) * self.data ** (exponent - 1),))",
    ),
    _pow(
        "exponent-turned-round",
        "the exponent above is 1 - n: it is n - 1.",
        "Value(self.data**exponent, (self,), (exponent * self.data ** (1 - exponent),))",
    ),
    _pow(
        "only-for-squares",
        "the local grad is n * x: that is right for squares alone; the derivative of x**n is n * x**(n - 1).",
        "Value(self.data**exponent, (self,), (exponent * self.data,))",
    ),
    _pow(
        "slope-one",
        "the local grad is 1: the derivative of x**n is n * x**(n - 1).",
        "Value(self.data**exponent, (self,), (1.0,))",
    ),
    _pow(
        "slope-is-power",
        "the local grad is the power itself: the derivative of x**n is n * x**(n - 1).",
        "Value(self.data**exponent, (self,), (self.data**exponent,))",
    ),
    _pow(
        "turned-round",
        "the number and its exponent have changed places.",
        "Value(exponent**self.data, (self,), (self.data * exponent ** (self.data - 1),))",
    ),
    _pow(
        "product",
        "the number is multiplied by the exponent: ** makes a power.",
        "Value(self.data * exponent, (self,), (exponent * self.data ** (exponent - 1),))",
    ),
    _pow(
        "by-division",
        "the slope is made by dividing the power by the number, which breaks at 0: take the power of n - 1.",
        "Value(self.data**exponent, (self,), (exponent * self.data**exponent / self.data,))",
    ),
    _pow(
        "by-logarithm",
        "the power is made with a logarithm, which negative numbers do not have: Python's ** takes all of them.",
        "Value(math.exp(exponent * math.log(self.data)), (self,), (exponent * self.data ** (exponent - 1),))",
    ),
    _pow(
        "whole-exponents-only",
        "the power is made by multiplying in a loop: that works for positive whole exponents alone.",
        "Value(math.prod([self.data] * exponent), (self,), (exponent * self.data ** (exponent - 1),))",
    ),
    _pow(
        "comma",
        COMMA,
        "Value(self.data**exponent, (self,), (exponent * self.data ** (exponent - 1)))",
    ),
    _pow(
        "comma-child",
        COMMA,
        "Value(self.data**exponent, (self), (exponent * self.data ** (exponent - 1),))",
    ),
    _pow(
        "local-grad-value",
        "the local grad is a Value: compute with self.data, not with self.",
        "Value(self.data**exponent, (self,), (exponent * (self * 1.0),))",
    ),
    _pow("plain-number", NOT_A_VALUE, "self.data**exponent"),
    _pow("in-place", IN_PLACE, "(setattr(self, 'data', self.data**exponent), self)[1]"),
]

LOG = [
    _log("no-memory", NO_MEMORY.format("child"), "Value(math.log(self.data))"),
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
    _exp("no-memory", NO_MEMORY.format("child"), "Value(result)"),
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
    _relu("no-memory", NO_MEMORY.format("child"), "Value(max(0.0, self.data))"),
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

MISTAKES = [*ADD, *MUL, *POW, *LOG, *EXP, *RELU, *BACKWARD]
