"""Known mistakes in 01 Autograd: plus, times and powers here, the others in curves.py and backward.py."""

from __future__ import annotations

from autograder.judge.mistakes import Mistake
from autograder.judge.mistakes.backward import BACKWARD
from autograder.judge.mistakes.curves import COMMA, EXP, IN_PLACE, LOG, NO_CHILD, NOT_A_VALUE, RELU

ADD_RIGHT = "Value(self.data + other.data, (self, other), (1.0, 1.0))"
MUL_RIGHT = "Value(self.data * other.data, (self, other), (other.data, self.data))"
POW_RIGHT = "Value(self.data**exponent, (self,), (exponent * self.data ** (exponent - 1),))"

RADD = "Value.__radd__ = __add__"
RMUL = "Value.__rmul__ = __mul__"
WRAP = "other = other if isinstance(other, Value) else Value(other)"

NO_MEMORY = "the new Value does not remember its children, with a local grad for each, so no blame can flow back."
CHILDREN_DATA = "the children are plain numbers: remember the Values themselves, not their data."


def _add(id: str, sentence: str, new: str, old: str = ADD_RIGHT) -> Mistake:
    return Mistake("Value.__add__", f"add-{id}", sentence, old, new)


def _mul(id: str, sentence: str, new: str, old: str = MUL_RIGHT) -> Mistake:
    return Mistake("Value.__mul__", f"mul-{id}", sentence, old, new)


def _pow(id: str, sentence: str, new: str) -> Mistake:
    return Mistake("Value.__pow__", f"pow-{id}", sentence, POW_RIGHT, new)


ADD = [
    _add("no-memory", NO_MEMORY, "Value(self.data + other.data)"),
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
    _add("children-data", CHILDREN_DATA, "Value(self.data + other.data, (self.data, other.data), (1.0, 1.0))"),
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
    _mul("no-memory", NO_MEMORY, "Value(self.data * other.data)"),
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
    _mul(
        "children-data",
        CHILDREN_DATA,
        "Value(self.data * other.data, (self.data, other.data), (other.data, self.data))",
    ),
    _mul(
        "data-of-plus",
        "the data are added: was the line copied from __add__? Here the product is wanted.",
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
    _pow("no-memory", NO_CHILD, "Value(self.data**exponent)"),
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

MISTAKES = [*ADD, *MUL, *POW, *LOG, *EXP, *RELU, *BACKWARD]
