# %% [markdown]
# # 01 Autograd: numbers that remember how they were made
#
# A `Value` is a number with a memory. It knows from which numbers it was made, and how strongly it reacts to
# each of them. That is all that is needed to find out who is to blame for a result.

# %%
from autograder import check, hint

# %% tags=["given"]
import math


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
# ## Plus
#
# When either part grows by 1, the sum grows by 1.


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
# ## Times
#
# When one factor grows by 1, the product grows by the other factor.


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
# 3. The local grads are `(other.data, self.data)`.

# %% [markdown]
# ## To the power of
#
# The rule from school: the derivative of $x^n$ is $n \cdot x^{n-1}$.


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
# ## Logarithm


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
# 1. `math.log` gives the number. Its slope is in every table of derivatives.
# 2. The slope of log(x) is 1 / x.
# 3. `Value(math.log(self.data), (self,), (1 / self.data,))`.

# %% [markdown]
# ## Exponential


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
# 1. `math.exp` gives the number. The exponential has a slope that is easy to remember.
# 2. The slope of exp(x) is exp(x) itself.
# 3. Compute `math.exp(self.data)` once and use it twice: as the number and as the local grad.

# %% [markdown]
# ## Relu


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
# ## Backward
#
# Blame flows from the result back to the numbers it came from.


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
