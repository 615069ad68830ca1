"""01 Autograd.

Each atom is judged by what flows back through it, never by its private parts: backward is lent for that.
"""

from __future__ import annotations

from typing import Any

from autograder.judge.checking import Examinee, Inputs, check
from autograder.judge.request import Values

LENT = ("Value.backward",)

CHAIN, DOUBLINGS = 5_000, 60


def _untouched(learner: Examinee, formula: str, **numbers: float) -> None:
    """Working with Values must give the right Value (what does nothing spoils nothing), and leave the others alone."""
    values: dict[str, Any] = {name: Values(number) for name, number in numbers.items()}
    learner.agrees(formula, grads=False, **values)
    names = ", ".join(numbers)
    reads = "[" + ", ".join(f"{name}.{part}" for part in ("data", "grad") for name in numbers) + "]"
    learner.agrees(
        f"{formula}\n{reads}",
        shown=f"{names} = {', '.join(f'{{{name}}}' for name in numbers)}; {formula}; {reads}",
        means="A calculation makes a new Value. What went in stays as it was, and grad waits for backward().",
        grads=False,
        **values,
    )


@check("Value.__add__", "a + b: the sum, and how it reacts to a and to b", share=2)
def test_add(learner: Examinee, inputs: Inputs) -> None:
    """When a grows by a little, a + b grows by just as much. The same goes for b."""
    a, b = inputs.vector(2, 1.2, 3.0)
    means = "The sum reacts to each of its parts one to one."
    learner.agrees("a + b", a=Values(a), b=Values(b), means=means)
    learner.agrees("a + b", a=Values(-a), b=Values(inputs.number()), means=means)
    learner.agrees("(a + b) + (c + a)", a=Values(a), b=Values(b), c=Values(-1.5), means=means)


@check("Value.__add__", "plain numbers on either side, and sum()")
def test_add_plain(learner: Examinee, inputs: Inputs) -> None:
    """sum() begins with a plain 0, so it needs 0 + value; and rmsnorm adds a plain 1e-5."""
    learner.agrees("a + n", a=Values(inputs.number()), n=inputs.randint(2, 9), means="A plain number gets no blame.")
    learner.agrees("n + a", a=Values(inputs.number()), n=inputs.number(), means="Python asks __radd__ for this one.")
    learner.agrees("sum(numbers)", numbers=Values(inputs.vector(4)), means="sum() begins with 0 + the first number.")


@check("Value.__add__", "what is added stays as it was")
def test_add_leaves_inputs(learner: Examinee, inputs: Inputs) -> None:
    """The same Value is used in many places; if adding changed it, every other place would be wrong."""
    a, b = inputs.vector(2, 1.2, 3.0)
    _untouched(learner, "a + b", a=a, b=b)


@check("Value.__mul__", "a * b: the product, and how it reacts to a and to b", share=2)
def test_mul(learner: Examinee, inputs: Inputs) -> None:
    """When one factor grows by 1, the product grows by the other factor: a rectangle gains a strip."""
    a, b = inputs.vector(2, 1.2, 3.0)
    means = "The product reacts to each factor as strongly as the other factor is large."
    learner.agrees("a * b", a=Values(a), b=Values(b), means=means)
    learner.agrees("a * b", a=Values(-a), b=Values(inputs.number()), means=means)
    learner.agrees("a * a", a=Values(b), means="Both factors are the same Value, so it is to blame twice.")
    learner.agrees("a * b * c", a=Values(a), b=Values(-b), c=Values(0.5), means=means)


@check("Value.__mul__", "plain numbers on either side, minus, and zero")
def test_mul_plain(learner: Examinee, inputs: Inputs) -> None:
    """-a is a * -1, and a - b is made of that: the given methods of Value work as soon as yours does."""
    learner.agrees("a * n", a=Values(inputs.number()), n=inputs.randint(2, 9), means="A plain number gets no blame.")
    learner.agrees("n * a", a=Values(inputs.number()), n=inputs.number(), means="Python asks __rmul__ for this one.")
    learner.agrees("a * b", a=Values(0.0), b=Values(inputs.number()), means="Even a factor of 0 has its slope: b.")
    learner.agrees("-a", a=Values(inputs.number()), means="-a is a * -1.")


@check("Value.__mul__", "what is multiplied stays as it was")
def test_mul_leaves_inputs(learner: Examinee, inputs: Inputs) -> None:
    """The same dial is used at every letter; if multiplying changed it, every other place would be wrong."""
    a, b = inputs.vector(2, 1.2, 3.0)
    _untouched(learner, "a * b", a=a, b=b)


@check("Value.__pow__", "a ** n: the power, and how it reacts to a", share=2)
def test_pow(learner: Examinee, inputs: Inputs) -> None:
    """The rule from school: the exponent comes down as a factor and grows smaller by 1 above."""
    means = "The derivative of x**n is n * x**(n - 1)."
    a = inputs.number(1.2, 2.0)
    learner.agrees("a ** 3", a=Values(a), means=means)
    learner.agrees("a ** 2", a=Values(-a), means=means)
    learner.agrees("a ** 5", a=Values(-inputs.number(0.3, 0.9)), means=means)


@check("Value.__pow__", "negative and fractional exponents: 1 / a and roots", share=2)
def test_pow_any_exponent(learner: Examinee, inputs: Inputs) -> None:
    """Division is a power of -1, and rmsnorm takes a power of -0.5. The rule is the same for every exponent."""
    means = "The derivative of x**n is n * x**(n - 1), whatever n is."
    for exponent in ("-1", "0.5", "-0.5", "-2", "1.5"):
        learner.agrees(f"a ** {exponent}", a=Values(inputs.number(1.2, 3.0)), means=means)
    learner.agrees("a ** -1", a=Values(-inputs.number(1.2, 3.0)), means=means)


@check("Value.__pow__", "the simple cases: exponents 1 and 0, and a number that is 0")
def test_pow_simple_cases(learner: Examinee, inputs: Inputs) -> None:
    """These you can check in your head, and they are where a formula that divides by the number breaks."""
    learner.agrees("a ** 1", a=Values(inputs.number()), means="a ** 1 is a, so it reacts one to one.")
    learner.agrees("a ** 0", a=Values(inputs.number()), means="a ** 0 is 1, whatever a is, so it does not react.")
    learner.agrees("a ** 2", a=Values(0.0), means="At 0 the curve x² is flat: it does not react.")


@check("Value.__pow__", "the number itself stays as it was")
def test_pow_leaves_inputs(learner: Examinee, inputs: Inputs) -> None:
    """Squaring a number for its volume must not change the number."""
    _untouched(learner, "a ** 2", a=inputs.number(1.2, 3.0))


@check("Value.log", "the logarithm, and how it reacts", share=2)
def test_log(learner: Examinee, inputs: Inputs) -> None:
    """The loss is a logarithm. A small probability reacts strongly: the slope of log at x is 1 / x."""
    means = "The slope of log(x) is 1 / x."
    for a in (inputs.number(1.2, 1.9), inputs.number(0.2, 0.8), 1.0):
        learner.agrees("a.log()", a=Values(a), means=means)


@check("Value.log", "very small and very large numbers")
def test_log_range(learner: Examinee, inputs: Inputs) -> None:
    """A model that is surely wrong gives the right letter next to no chance. Just then the blame must be exact."""
    learner.agrees("a.log()", a=Values(inputs.randint(2, 9) * 1e-7), means="The slope of log(x) is 1 / x.")
    learner.agrees("a.log()", a=Values(inputs.randint(2, 9) * 1e5), means="The slope of log(x) is 1 / x.")


@check("Value.log", "in a longer formula, and the number itself stays as it was")
def test_log_in_formula(learner: Examinee, inputs: Inputs) -> None:
    """Blame passes through: what comes from behind is multiplied by the slope here."""
    a, b = inputs.vector(2, 1.2, 3.0)
    _untouched(learner, "a.log()", a=a)
    learner.agrees(
        "(a * b).log() * b", a=Values(a), b=Values(b), means="The slopes along a way are multiplied, at a fork added."
    )


@check("Value.exp", "e to the power of a, and how it reacts", share=2)
def test_exp(learner: Examinee, inputs: Inputs) -> None:
    """The exponential is the one curve that is everywhere as steep as it is high."""
    means = "The slope of exp(x) is exp(x) itself."
    for a in (inputs.number(1.2, 2.5), inputs.number(-2.5, -0.2), 0.0):
        learner.agrees("a.exp()", a=Values(a), means=means)


@check("Value.exp", "very negative and quite large numbers")
def test_exp_range(learner: Examinee, inputs: Inputs) -> None:
    """Softmax takes exp of scores far below 0. They become all but 0, and that is fine."""
    learner.agrees("a.exp()", a=Values(-1000.0), means="exp(-1000) is 0 to all digits that a computer keeps.")
    learner.agrees("a.exp()", a=Values(inputs.number(-30.0, -20.0)), means="The slope of exp(x) is exp(x) itself.")
    learner.agrees("a.exp()", a=Values(inputs.number(8.0, 12.0)), means="The slope of exp(x) is exp(x) itself.")


@check("Value.exp", "in a longer formula, and the number itself stays as it was")
def test_exp_in_formula(learner: Examinee, inputs: Inputs) -> None:
    """exp undoes log, so the two together must react one to one; a good way to test both."""
    a, b = inputs.vector(2, 1.2, 2.0)
    _untouched(learner, "a.exp()", a=a)
    learner.agrees("a.log().exp()", a=Values(a), means="exp(log(a)) is a again, so the grad is 1.")
    learner.agrees(
        "(a * b).exp() * b", a=Values(a), b=Values(b), means="The slopes along a way are multiplied, at a fork added."
    )


@check("Value.relu", "positive numbers pass, and the blame with them", share=2)
def test_relu_open(learner: Examinee, inputs: Inputs) -> None:
    """Where the gate is open, what comes out is what went in, so it reacts one to one."""
    for a in (inputs.number(1.2, 3.0), inputs.number(0.1, 0.9), 1e-3, 250.0):
        learner.agrees("a.relu()", a=Values(a), means="A positive number passes unchanged, with slope 1.")


@check("Value.relu", "negative numbers become 0, and no blame gets through", share=2)
def test_relu_shut(learner: Examinee, inputs: Inputs) -> None:
    """Where the gate is shut, a small change of the number changes nothing, so it is not to blame."""
    for a in (inputs.number(-3.0, -1.2), inputs.number(-0.9, -0.1), -1e-3, -250.0):
        learner.agrees("a.relu()", a=Values(a), means="A negative number becomes 0, with slope 0.")


@check("Value.relu", "in a longer formula, and the number itself stays as it was")
def test_relu_in_formula(learner: Examinee, inputs: Inputs) -> None:
    """In the MLP every second gate or so is shut, and blame has to flow through the open ones only."""
    a, b = inputs.vector(2, 1.2, 3.0)
    _untouched(learner, "a.relu()", a=-a)
    means = "Blame passes an open gate unchanged, and stops at a shut one."
    learner.agrees("(a * b).relu() * a", a=Values(a), b=Values(b), means=means)
    learner.agrees("(a * b).relu() * a + b", a=Values(-a), b=Values(b), means=means)


def _after(learner: Examinee, code: str, reads: str, means: str, **numbers: Any) -> None:
    """What the grads are after a few lines of code, and one line for the message."""
    learner.agrees(f"{code}\n{reads}", shown="; ".join([*code.split("\n"), reads]), means=means, grads=False, **numbers)


@check("Value.backward", "one step back: the result's own grad is 1, and its children get their share", share=2)
def test_one_step(learner: Examinee, inputs: Inputs) -> None:
    """The result is to blame for all of itself: 1. A child gets that, times how strongly the result reacts to it."""
    x, y, z = inputs.vector(3, 1.2, 3.0)
    _after(
        learner,
        "a, b = Value(x), Value(y)\nc = a * b\nc.backward()",
        "[a.grad, b.grad, c.grad]",
        "c.grad is 1. a.grad is the data of b, and b.grad is the data of a.",
        x=x,
        y=y,
    )
    _after(
        learner,
        "a, b, c = Value(x), Value(y), Value(z)\nd = (a + b) * c\ne = d * 2\ne.backward()",
        "[a.grad, b.grad, c.grad, d.grad]",
        "A child's share is its local grad times the grad of its parent, at every step.",
        x=x,
        y=y,
        z=-z,
    )
    _after(learner, "a = Value(x)\na.backward()", "a.grad", "a has no children; it is its own result.", x=x)
    _after(
        learner,
        "a, b = Value(x), Value(-x)\nc = a + b\nd = c * y\nd.backward()",
        "[a.grad, b.grad, c.grad]",
        "c is 0, but it reacts to a and b all the same, and so does d.",
        x=x,
        y=y,
    )


@check("Value.backward", "a value that is used twice is blamed twice", share=2)
def test_used_twice(learner: Examinee, inputs: Inputs) -> None:
    """Every dial of a GPT is used at every letter. Each use adds its blame to grad; none may replace another."""
    x, y = inputs.vector(2, 1.2, 3.0)
    means = "a takes part more than once. What all its ways bring is added up."
    for formula in ("a + a * b", "a * b + a", "a * a", "a * a + b * a"):
        _after(learner, f"a, b = Value(x), Value(y)\nc = {formula}\nc.backward()", "[a.grad, b.grad]", means, x=x, y=y)


@check("Value.backward", "a value hands on its blame only when it has all of it", share=3)
def test_order(learner: Examinee, inputs: Inputs) -> None:
    """A value on several ways must wait for the last of them. So parents come before children, all of them.

    A short way and a long way to the same value show a wrong order; so does a diamond on top of a diamond.
    """
    x, y = inputs.vector(2, 1.2, 3.0)
    for code, reads, means in (
        ("b = a + a\nc = b + b", "[a.grad, b.grad]", "b gets 1 + 1, and only then hands 2 on to each use of a."),
        (
            "b = a * y\nc = b + b * b * a",
            "[a.grad, b.grad]",
            "b is reached straight from c, and on a longer way, too: both have to be in before b hands its blame on.",
        ),
        (
            "b = a * y\nc = b * b * a + b",
            "[a.grad, b.grad]",
            "b is reached straight from c, and on a longer way, too: both have to be in before b hands its blame on.",
        ),
        (
            "b = a * a\nc = b * a\nd = c * b\nc = d * c + b",
            "[a.grad, b.grad, d.grad]",
            "Every value here is used more than once: parents first, then children.",
        ),
    ):
        _after(learner, f"a = Value(x)\n{code}\nc.backward()", reads, means, x=x, y=y)


@check("Value.backward", "equal numbers are not the same Value")
def test_equal_numbers(learner: Examinee, inputs: Inputs) -> None:
    """Two dials may show the same number by chance. They are still two, each with blame of its own."""
    x, y = inputs.vector(2, 1.2, 3.0)
    _after(
        learner,
        "a, b = Value(x), Value(x)\nc = a * y\nd = b * y\ne = c + d * 3\ne.backward()",
        "[a.grad, b.grad, c.grad, d.grad]",
        "a and b, and c and d, have the same data, but each is a Value of its own.",
        x=x,
        y=y,
    )


@check("Value.backward", "long chains and wide sums", share=2)
def test_large_graphs(learner: Examinee, inputs: Inputs) -> None:
    """The loss of one name is made of thousands of Values, in chains far longer than you would write by hand."""
    step = "b = a\nfor _ in range({}):\n    b = b * 1.0001 + y\nb.backward()"
    means = "Every step back multiplies by its slope, and a share of it reaches a at the very end."
    y = inputs.number(0.01, 0.05)
    for count in (3, CHAIN // 2):
        learner.agrees(
            f"a = Value(x)\n{step.format(count)}\na.grad",
            shown=f"a = Value({{x}}); b = a; {count:,} times b = b * 1.0001 + {{y}}; b.backward(); a.grad",
            means=means,
            x=inputs.number(),
            y=y,
        )
    learner.agrees(
        "values = [Value(x) for x in numbers]\nb = sum(v * y for v in values)\nb.backward()\n[v.grad for v in values]",
        shown="b = v1 * {y} + v2 * {y} + … + v500 * {y}; b.backward(); the grads of v1 to v500",
        means="Each of them reacts alike.",
        numbers=inputs.vector(500),
        y=y,
    )


@check("Value.backward", "each value is visited once, however many ways lead to it")
def test_no_explosion(learner: Examinee, inputs: Inputs) -> None:
    """Each doubling doubles the ways back. Going them one by one takes a second for 20 doublings, ages for 60."""
    for count in (8, DOUBLINGS):
        learner.agrees(
            f"b = a = Value(x)\nfor _ in range({count}):\n    b = b + b\nb.backward()\na.grad",
            shown=f"b = a = Value({{x}}); {count} times b = b + b; b.backward(); a.grad",
            means=f"b is {2**count:,} times a, so that is the grad of a. Remember which Values you have visited.",
            x=inputs.number(),
        )


@check("Value.backward", "only what the result was made from gets blame")
def test_other_graphs(learner: Examinee, inputs: Inputs) -> None:
    """Training calls backward a thousand times. Nothing may be left over from the last time."""
    x, y = inputs.vector(2, 1.2, 3.0)
    _after(
        learner,
        "a, b = Value(x), Value(y)\n(a * b).backward()\nc, d = Value(y), Value(x)\n(c * 2 * d).backward()",
        "[a.grad, b.grad, c.grad, d.grad]",
        "The second backward() has nothing to do with a and b.",
        x=x,
        y=y,
    )
    _after(
        learner,
        "a, b = Value(x), Value(y)\nc = a * b\nd = c * a\nc.backward()",
        "[a.grad, b.grad, c.grad, d.grad]",
        "d was made from c, not the other way round, so it has no part in c.",
        x=x,
        y=y,
    )


@check("Value.backward", "a whole formula with every atom in it")
def test_whole_formula(learner: Examinee, inputs: Inputs) -> None:
    """All together now: this is what your own GPT is made of."""
    learner.agrees(
        "((a * b + c).exp() + a**2).log() * (b - a / c).relu() + (c - b * 5).relu()",
        a=Values(inputs.number(0.2, 0.9)),
        b=Values(inputs.number(1.5, 2.5)),
        c=Values(inputs.number(1.2, 1.9)),
        means="Blame flows back through every step to a, b and c.",
    )
