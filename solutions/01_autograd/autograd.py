# %% [markdown]
# # 01 Autograd: numbers that remember how they were made
#
# The archer's friend in the last notebook could say, after a single shot, how each of 4,192 dials should be turned.
# Now you build that friend.
#
# **What you will have at the end:** a new kind of number, called `Value`. You calculate with it as with any number,
# but it remembers how it was made, and so it can tell for everything that went into it: "Had you been a little
# larger, the result would have changed by so much." This is [autograd](../glossary.ipynb#autograd), short for
# automatic gradients. It is the engine under every large machine of this kind, and yours has seven small parts.

# %%
from autograder import check, hint

# %% tags=["given"]
import math

# %% [markdown]
# ## The lemonade stand
#
# You sell lemonade: 10 cups at a price of 3 each, and each cup costs you 1. So you take in 30, spend 10, and the
# profit is 20. Now ask of each number: **if it were larger by 1, how much larger would the profit be?**
# <!-- figure: 10 * 3 - 10 * 1 = 20 -->
#
# - The price: 10 more, because you sell 10 cups.
# - The cost of a cup: 10 less, so the answer is −10.
# - The number of cups: each cup brings 3 and costs 1, so the answer is 2.
#
# We call the answer the **blame** of that number for the result. It may be praise as well; the word only means: this
# is how strongly the result hangs on you. In mathematics it is the derivative of the result with respect to that
# number, and the list of them all is the gradient, as in 00.
#
# For three numbers you can do this in your head. For 4,192 you need good bookkeeping, and good bookkeeping has one
# rule: **everyone knows only their own neighbours.** The profit knows that it was made from takings and spending. The
# takings know that they were made from cups and price. Nobody has to see the whole.

# %% [markdown]
# ## A picture of it
#
# Here is the stand, drawn by the finished engine. Each box is a number; the lines say what it was made from. Begin
# on the left and read to the right: that is the way in which the profit was calculated, the forward pass. Such a
# picture is a [computation graph](../glossary.ipynb#computation-graph).
#
# **Before you move the slider:** which three numbers should stand in the boxes `cups`, `price` and `cost` at the end?
# (You know them already.) Then move it stop by stop and watch the blame flow back, from right to left.

# %% tags=["picture"]
from microgpt_ref.microgpt import Value as FinishedValue
from microgpt_ref.pictures import draw_graph


def lemonade(number):
    """The profit of the stand and what it was made from, in numbers of the given kind."""
    cups, price, cost = number(10.0), number(3.0), number(1.0)
    takings, spending = cups * price, cups * cost
    profit = takings - spending
    named = {"cups": cups, "price": price, "cost": cost, "takings": takings, "spending": spending, "profit": profit}
    return profit, named


lemonade_profit, lemonade_named = lemonade(FinishedValue)
draw_graph(lemonade_profit, names=lemonade_named)

# %% [markdown]
# One oddity: a minus is drawn as two boxes. Taking something away is the same as adding −1 times that thing, so the
# engine needs no rule of its own for minus. The fewer rules, the fewer mistakes.
#
# ## Children and parents
#
# Two words for what you see. The numbers that a `Value` was made from are its [children](../glossary.ipynb#child),
# and it is their [parent](../glossary.ipynb#parent). Cups and price are the children of the takings; the takings are
# a child of the profit. The words are borrowed from family trees, which are drawn with one person at the top and
# lines going down; the letters of a name have nothing to do with it.
#
# Do not let the family mislead you: here **the children were there first**, and the parent was made from them. And
# since cups went into takings and into spending, cups is a child with two parents.
#
# ## What a Value holds
#
# Four things, and no more:
#
# | name | what it is | for the takings |
# |---|---|---|
# | `data` | the number itself | 30 |
# | `children` | the Values it was made from | (cups, price) |
# | `local_grads` | for each child: how much it changes when that child does | (3, 10) |
# | `grad` | its blame for the final result; 0 until somebody works it out | 1, in the end |
#
# The third row is the heart. A [local grad](../glossary.ipynb#local-grad) is about a Value and one of its children
# and about nothing else. If there were one cup more, the takings would grow by the price, 3. If the price were 1
# higher, they would grow by the number of cups, 10.
# <!-- figure: (Value(10.0) * Value(3.0)).data = 30 -->
# <!-- figure: (Value(10.0) * Value(3.0)).local_grads[0] = 3 -->
# <!-- figure: (Value(10.0) * Value(3.0)).local_grads[1] = 10 -->
#
# The class below is given. Read it once. `__init__` runs when a Value is made, `__repr__` says how it is printed, and
# `__slots__` tells Python that there will be these four things and nothing else, which makes a Value small and quick.
# Names with two underscores on each side are Python's own: when Python reads `a * b`, it calls `a.__mul__(b)`, and
# for `a - b` it calls `a.__sub__(b)`.


# %% tags=["given"]
class Value:
    """A number that remembers how it was made."""

    __slots__ = ("data", "grad", "children", "local_grads")

    def __init__(self, data, children=(), local_grads=()):
        self.data = data  # the number itself
        self.grad = 0.0  # how much the final result changes when this number does
        self.children = children  # the Values it was made from
        self.local_grads = local_grads  # how much it changes when each of them does

    def __repr__(self):
        return f"Value(data={self.data:.6g}, grad={self.grad:.6g})"

    # Everything below is made of the six atoms, so its gradients come for free.
    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + (-other)

    def __rsub__(self, other):
        return (-self) + other

    def __truediv__(self, other):
        return self * other**-1

    def __rtruediv__(self, other):
        return self**-1 * other


# %% [markdown]
# Look at the last part. Minus is made of plus and of times −1; division is made of times and of "to the power of −1",
# because $a / b = a \cdot b^{-1}$. So a handful of rules is enough for everything. We call them the six atoms.
#
# ## Six atoms, each with its local rule
#
# | atom | its number | its local grad for each child | where a GPT uses it |
# |---|---|---|---|
# | `a + b` | $a + b$ | 1 and 1 | adding up, everywhere |
# | `a * b` | $a \cdot b$ | $b$ and $a$ | every dot product |
# | `a ** n` | $a^n$ | $n \cdot a^{n-1}$ | dividing, and square roots |
# | `a.log()` | $\ln a$ | $1 / a$ | surprise |
# | `a.exp()` | $e^a$ | $e^a$ | softmax |
# | `a.relu()` | $a$, or 0 if that is larger | 1 where $a$ is positive, else 0 | the part that thinks, in 04 |
#
# You write all six. Each is one or two lines: make a new `Value` from the number, the children and the local grads.
# Below each function stands a line such as `Value.__add__ = __add__`, which hangs it on the class; leave it there.
#
# ### Plus
#
# Two purses are emptied on a table. When either purse holds 1 more, there is 1 more on the table.
#
# The first line of the function is given: it turns a plain number into a `Value`, so that `a + 1` works too.


# %%
def __add__(self, other):
    """Return self + other as a Value that remembers both and how it reacts to each.

    Value(2.0) + Value(3.0) has data 5.0 and local_grads (1.0, 1.0).
    """
    other = other if isinstance(other, Value) else Value(other)
    ### BEGIN SOLUTION
    return Value(self.data + other.data, (self, other), (1.0, 1.0))
    ### END SOLUTION


Value.__add__ = __add__
Value.__radd__ = __add__  # 0 + value, with which sum() begins

# %% points=1
check(Value.__add__)

# %% [markdown] hints="Value.__add__"
# 1. A new Value needs three things: its number, its children, and how it reacts to each child.
# 2. The children are `(self, other)`. When either grows by 1, the sum grows by 1.
# 3. `Value(the sum of the two data, (self, other), (1.0, 1.0))`.

# %% [markdown]
# ### Times
#
# A rectangle is 2 wide and 3 high. Make it 1 wider, and a strip of height 3 is added to its area. Make it 1 higher,
# and a strip of width 2 is added. Each side makes the area grow by the length of the *other* side.


# %%
def __mul__(self, other):
    """Return self * other as a Value that remembers both and how it reacts to each.

    Value(2.0) * Value(3.0) has data 6.0 and local_grads (3.0, 2.0).
    """
    other = other if isinstance(other, Value) else Value(other)
    ### BEGIN SOLUTION
    return Value(self.data * other.data, (self, other), (other.data, self.data))
    ### END SOLUTION


Value.__mul__ = __mul__
Value.__rmul__ = __mul__  # 2 * value

# %% points=2
check(Value.__mul__)

# %% [markdown] hints="Value.__mul__"
# 1. A rectangle of 2 by 3: make the side of 2 longer by 1. How much area is added?
# 2. The product reacts to each factor as strongly as the *other* factor is large.
# 3. `Value(the product of the two data, (self, other), (other.data, self.data))`.

# %% [markdown]
# Two atoms, and the lemonade stand runs on your own numbers. **What will `children` and `local_grads` of the takings
# be?** Then run the cell.

# %%
lemonade_profit, lemonade_named = lemonade(Value)
print("profit:                 ", lemonade_profit)
print("takings:                ", lemonade_named["takings"])
print("takings were made from: ", lemonade_named["takings"].children)
print("and react to them with: ", lemonade_named["takings"].local_grads)

# %% [markdown]
# ### To the power of
#
# The rule from school: the derivative of $x^n$ is $n \cdot x^{n-1}$. For $n = 2$ it gives $2x$, and at 3 that is the
# slope 6 that you measured in 00. The exponent is a plain number here, not a Value, so there is one child only.


# %%
def __pow__(self, exponent):
    """Return self to the power of exponent, a plain number.

    Value(3.0) ** 2 has data 9.0 and local_grads (6.0,).
    """
    ### BEGIN SOLUTION
    return Value(self.data**exponent, (self,), (exponent * self.data ** (exponent - 1),))
    ### END SOLUTION


Value.__pow__ = __pow__

# %% points=2
check(Value.__pow__)

# %% [markdown] hints="Value.__pow__"
# 1. There is one child. The exponent is a plain number and gets no blame.
# 2. The slope of x**n is n * x**(n - 1).
# 3. A tuple with one entry ends in a comma: `(exponent * self.data ** (exponent - 1),)`.

# %% [markdown]
# ### Logarithm
#
# You met it as surprise. Slide along the curve, and compare the slope with 1 divided by $x$: at 0.5, at 1, at 2. Near
# 0 the curve is very steep. That is why a machine that was sure and wrong gets very strong advice.

# %% tags=["picture"]
from microgpt_ref.pictures import draw_slope

draw_slope(math.log, (0.1, 4), "ln x")


# %%
def log(self):
    """Return the natural logarithm of self.

    Value(2.0).log() has data 0.6931... and local_grads (0.5,).
    """
    ### BEGIN SOLUTION
    return Value(math.log(self.data), (self,), (1 / self.data,))
    ### END SOLUTION


Value.log = log

# %% points=1
check(Value.log)

# %% [markdown] hints="Value.log"
# 1. `math.log` gives the number. Its slope is in the table of atoms above.
# 2. The slope of log(x) is 1 / x, and there is one child.
# 3. `Value(math.log(self.data), (self,), (1 / self.data,))`.

# %% [markdown]
# ### Exponential
#
# $e$ to the power of $x$ grows like savings with interest: the more there is, the faster it grows. **Before you move
# the slider:** where the curve is 2 high, how steep is it? And where it is 5 high?

# %% tags=["picture"]
draw_slope(math.exp, (-2, 2), "eˣ")

# %% [markdown]
# Everywhere exactly as steep as it is high. No other curve through the height 1 at 0 does that, and it is what makes
# $e$ special.


# %%
def exp(self):
    """Return e to the power of self.

    Value(0.0).exp() has data 1.0 and local_grads (1.0,).
    """
    ### BEGIN SOLUTION
    result = math.exp(self.data)
    return Value(result, (self,), (result,))
    ### END SOLUTION


Value.exp = exp

# %% points=1
check(Value.exp)

# %% [markdown] hints="Value.exp"
# 1. `math.exp` gives the number. The exponential has a slope that is good to remember: look at the picture.
# 2. The slope of exp(x) is exp(x) itself.
# 3. Compute `math.exp(self.data)` once and use it twice: as the number and as the local grad.

# %% [markdown]
# ### Relu
#
# Relu is a valve: what is positive flows through unchanged, what is negative is held back and becomes 0. Where it
# flows, it reacts one to one; where it is shut, it does not react at all. The name is short for
# [rectified linear unit](../glossary.ipynb#relu). At exactly 0, in the corner, there is no single slope, and any
# number from 0 to 1 may stand for it.


# %%
def relu(self):
    """Return self where it is positive, else 0.

    Value(-2.0).relu() has data 0.0 and local_grads (0.0,).
    """
    ### BEGIN SOLUTION
    return Value(max(0.0, self.data), (self,), (1.0 if self.data > 0 else 0.0,))
    ### END SOLUTION


Value.relu = relu

# %% points=1
check(Value.relu)

# %% [markdown] hints="Value.relu"
# 1. Two cases: a positive number passes unchanged, any other becomes 0.
# 2. Where it passes, it reacts one to one; where it is shut, it does not react at all.
# 3. `max(0.0, self.data)` for the number; 1.0 or 0.0 for the slope, by the sign of `self.data`.

# %% [markdown]
# ### Six atoms under the measuring tool
#
# In 00 you measured slopes by nudging. The next cell does the same with each of your atoms at 2, and prints the local
# grad that you wrote beside the slope that it measured. The two columns should agree.


# %%
def atoms_beside_slopes(at=2.0, nudge=1e-6):
    atoms = {
        "a + 3": lambda a: a + 3,
        "a * 3": lambda a: a * 3,
        "a ** 3": lambda a: a**3,
        "a.log()": lambda a: a.log(),
        "a.exp()": lambda a: a.exp(),
        "a.relu()": lambda a: a.relu(),
    }
    print("atom      your local grad   measured")
    for name, atom in atoms.items():
        measured = (atom(Value(at + nudge)).data - atom(Value(at - nudge)).data) / (2 * nudge)
        print(f"{name:9} {atom(Value(at)).local_grads[0]:15.5f} {measured:10.5f}")


atoms_beside_slopes()

# %% [markdown]
# ## The chain rule, as gears
#
# Each atom knows its neighbours. How do we get from neighbours to the whole chain?
#
# Think of three gears. When the first turns once, the second turns 3 times; when the second turns once, the third
# turns 2 times. So when the first turns once, the third turns 6 times. **Along a chain, the reactions are
# multiplied.**
# <!-- figure: 3 * 2 = 6 -->
#
# This is the [chain rule](../glossary.ipynb#chain-rule). As a formula, for $y$ made from $x$, and $z$ made from $y$:
#
# $$\frac{dz}{dx} = \frac{dz}{dy} \cdot \frac{dy}{dx}$$
#
# where $\frac{dz}{dy}$ is the usual way to write "how much $z$ changes when $y$ does".
#
# ## The chain rule, as blame
#
# Now read the same chain from the end. The result is to blame for itself, with exactly 1. It turns to its child and
# says: "I react to you with 2, so 2 times my blame is yours." That child turns to its own child: "I react to you with
# 3, so 3 times my blame is yours." The first gear ends with 6.
#
# So everyone does the same: **hand to each child your own blame times your local grad for it.** Nobody needs to know
# the chain.
#
# The gears below are Values: $y = 3x$ and $z = y^2$ at $x = 2$, so $y$ is 6. **What are the two local grads, and what
# is the blame of $x$?** Work them out from the table of atoms, then run the cell.

# %%
gear_one = Value(2.0)
gear_two = gear_one * 3
gear_three = gear_two**2
print("the second gear reacts to the first with ", gear_two.local_grads[0])
print("the third gear reacts to the second with ", gear_three.local_grads[0])
print("so the third reacts to the first with    ", gear_three.local_grads[0] * gear_two.local_grads[0])
print("measured by nudging the first gear:      ", round(((3 * 2.001) ** 2 - (3 * 1.999) ** 2) / 0.002, 6))

# %% [markdown]
# ## Used twice, blamed twice
#
# The number of cups goes into the takings and into the spending. It gets a share of blame along both lines: 3 from
# the takings, and −1 from the spending, which bring the profit down. One more cup does both at once, so the shares
# **add up**: 3 − 1 = 2, the answer that you found at the beginning.
# <!-- figure: 3 - 1 = 2 -->
#
# The smallest example is $x \cdot x$ at 3. Times has two children, and here both are the same Value. Its local grads
# are 3 and 3, so $x$ gets 3 along the first line and 3 along the second, together 6. That is the slope of $x^2$ at
# 3. If the second share overwrote the first, it would be 3, and wrong.
# <!-- figure: 3 + 3 = 6 -->
#
# In Python the difference is one sign: `child.grad += share` adds up, `child.grad = share` overwrites.
#
# ## Who goes first?
#
# One question is left: the order. A Value may hand on its blame only when all its own has arrived, from every parent.
# Suppose the number of cups had itself been made from something, say from the lemons that you bought. If cups paid out
# to the lemons before the bill from the spending was in, that part of the blame would never reach them. So **parents
# first, then children**, from the result back.
#
# How do you find such an order? Think of getting dressed. To put on shoes you first need socks: visit whatever a
# Value was made from before you write down the Value itself, and write down each one only once. In the list that you
# get, children always stand before their parents, so read it from its end. Such an order is called
# [topological](../glossary.ipynb#topological-order).
#
# ## Backward
#
# Now you have all of it. Your function has two jobs:
#
# 1. Put all the Values that `self` was made from in order, each once, children before parents.
# 2. Set the blame of `self` to 1. Then go through the list from its end; each Value adds to each child's `grad` its
#    local grad for that child times its own `grad`.


# %%
def backward(self):
    """Fill in grad for every Value that self was made from: how much self changes when that Value does.

    For a = Value(3.0), b = a * a, after b.backward(): b.grad is 1.0 and a.grad is 6.0.
    """
    ### BEGIN SOLUTION
    order, seen, stack = [], set(), [(self, False)]
    while stack:
        node, children_done = stack.pop()
        if children_done:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            stack.append((node, True))
            stack += [(c, False) for c in reversed(node.children) if c.children and c not in seen]
    self.grad = 1.0
    for node in reversed(order):
        for child, local_grad in zip(node.children, node.local_grads):
            child.grad += local_grad * node.grad
    ### END SOLUTION


Value.backward = backward

# %% points=6
check(Value.backward)

# %% [markdown] hints="Value.backward"
# 1. Two jobs: put all the Values in order, children before parents; then walk that order from its end and hand
#    each Value's blame on to its children.
# 2. The result is to blame for itself: its grad is 1. Each child then gets `local_grad * node.grad` *added*.
# 3. For the order: a function that visits a Value's children first and then appends the Value itself, skipping
#    what it has seen. Then `for node in reversed(order)` hands on the blame.

# %% [markdown]
# (A function that calls itself is a fine solution. The kit's own keeps a list of what is still to visit instead,
# because Python by default gives up when about a thousand calls are open inside one another, and a long sum makes a
# chain longer than that.)
#
# ## Your engine at work
#
# The stand once more, all with your own code. Go through the stops of the slider and check every number: can you say
# why it is what it is?

# %% tags=["picture"]
lemonade_profit, lemonade_named = lemonade(Value)
lemonade_profit.backward()
draw_graph(lemonade_profit, names=lemonade_named)

# %% [markdown]
# And the curve from 00: $3x^2 + 2x$ at 4 has height 56. **What is the blame of $x$?** You measured it once. Here $x$
# is used in two places, so two shares must come together. How large is each?
# <!-- figure: 3 * 4**2 + 2 * 4 = 56 -->

# %% tags=["picture"]
curve_at = Value(4.0)
curve_height = 3 * curve_at**2 + 2 * curve_at
curve_height.backward()
print(curve_height, "and x:", curve_at)
draw_graph(curve_height, names={"x": curve_at})

# %% [markdown]
# The share along the square is 24, the other is 2, together 26. The slope, exact to the last digit, and nobody nudged
# anything.
# <!-- figure: 3 * 2 * 4 = 24 -->
# <!-- figure: 3 * 2 * 4 + 2 = 26 -->
#
# ## What it saves, measured
#
# With the tool from 00, advice costs two shots for each dial. With yours, it costs one shot and one walk back, however
# many dials there are. The next cell has a function of 200 dials and works out the advice for all of them both ways.
#
# **How many times as fast will yours be?** Write your guess down, then run the cell.


# %%
import time


def miss_of(dials):
    """How far the dials are from 0.00, 0.01, 0.02, ...: the sum of the squares."""
    return sum((dial - number / 100) ** 2 for number, dial in enumerate(dials))


def race(count=200, nudge=1e-6):
    start = time.perf_counter()
    dials = [Value(0.5) for _ in range(count)]
    miss_of(dials).backward()
    by_blame, blame_seconds = [dial.grad for dial in dials], time.perf_counter() - start

    start = time.perf_counter()
    by_nudging = []
    for number in range(count):
        up, down = [0.5] * count, [0.5] * count
        up[number], down[number] = 0.5 + nudge, 0.5 - nudge
        change = miss_of([Value(n) for n in up]).data - miss_of([Value(n) for n in down]).data
        by_nudging.append(change / (2 * nudge))
    nudging_seconds = time.perf_counter() - start

    print(f"blame:    1 shot and 1 walk back {blame_seconds * 1000:8.1f} ms")
    print(f"nudging:  {2 * count} shots              {nudging_seconds * 1000:8.1f} ms")
    print(f"so blame is {nudging_seconds / blame_seconds:.0f} times as fast")
    print(f"largest difference: {max(abs(a - b) for a, b in zip(by_blame, by_nudging)):.6f}")


race()

# %% [markdown]
# Change `race()` to `race(400)`: the nudging takes about four times as long, the blame about twice. The more dials, the
# wider the gap. Without this walk back, nobody could train the large machines of today.

# %% [markdown]
# ## Break it on purpose
#
# Three ways to get it wrong, each of which has happened to good people. **What will each print?** Guess before you
# run a cell.
#
# First, a walk that overwrites instead of adding up. $x \cdot x$ at 3 should give $x$ the blame 6.


# %% tags=["experiment"]
def parents_first(result):
    """Everything that result was made from, parents before children."""
    found = []

    def visit(value):
        if not any(value is other for other in found):
            for made_from in value.children:
                visit(made_from)
            found.append(value)

    visit(result)
    return found[::-1]


def walk_that_overwrites(result):
    result.grad = 1.0
    for value in parents_first(result):
        for made_from, local in zip(value.children, value.local_grads):
            made_from.grad = local * value.grad


forgetful = Value(3.0)
walk_that_overwrites(forgetful * forgetful)
print("overwriting: the blame of x is", forgetful.grad)

# %% [markdown]
# Second, a walk that takes everyone in the order in which they are met from the result, without waiting for all the
# bills. Take $b = a + a$ and $b + 3b$. The right blame for $a$ is 8: the result is four times $b$, and $b$ is twice
# $a$.
# <!-- figure: 4 * 2 = 8 -->


# %% tags=["experiment"]
def walk_that_cannot_wait(result):
    result.grad = 1.0
    waiting = [result]
    for value in waiting:  # the list grows while we walk along it
        for made_from, local in zip(value.children, value.local_grads):
            made_from.grad += local * value.grad
            if not any(made_from is other for other in waiting):
                waiting.append(made_from)


hasty = Value(1.0)
hasty_double = hasty + hasty
walk_that_cannot_wait(hasty_double + hasty_double * 3)
print("not waiting: the blame of a is", hasty.grad)

# %% [markdown]
# $b$ handed on its blame of 1 before the other 3 had arrived. Third: nothing wrong with the walk, but it is made
# twice.

# %% tags=["experiment"]
blamed = Value(3.0)
blamed_square = blamed * blamed
blamed_square.backward()
print("once: ", blamed.grad)
blamed_square.backward()
print("twice:", blamed.grad)

# %% [markdown]
# Blame adds up, also over two walks. So whoever turns the dials must set every `grad` back to 0 before the next name;
# in 05 that will be a line of yours.

# %% [markdown]
# ## What you have built so far
#
# | piece | what it does |
# |---|---|
# | `build_vocab`, `encode`, `decode` | letters to numbers and back |
# | `Value` with six atoms | numbers that remember how they were made |
# | `Value.backward` | everyone's blame, in one walk |
#
# The engine runs. Every gradient of your GPT will come out of these six rules, and of one more that you add in the next
# notebook. What you have not got yet is something to run on it. In [02 Layers](../02_layers/layers.ipynb) you build the
# parts that a GPT is made of, and with that one more rule you make the engine several times as fast.
