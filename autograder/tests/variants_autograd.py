"""Right answers to 01, written differently from the solutions: (piece, how it is written, its cell)."""

ADD = "\n\nValue.__add__ = __add__\nValue.__radd__ = __add__\n"
MUL = "\n\nValue.__mul__ = __mul__\nValue.__rmul__ = __mul__\n"
POW = "\n\nValue.__pow__ = __pow__\n"
BACKWARD = "\n\nValue.backward = backward\n"

ATOMS = [
    (
        "Value.__add__",
        "lists for tuples, whole numbers for local grads",
        """
def __add__(self, other):
    if not isinstance(other, Value):
        other = Value(other)
    return Value(self.data + other.data, [self, other], [1, 1])
"""
        + ADD,
    ),
    (
        "Value.__add__",
        "children and local grads in the opposite order, __radd__ written out",
        """
def __add__(self, other):
    other = other if isinstance(other, Value) else Value(other)
    return Value(other.data + self.data, (other, self), (1.0, 1.0))

def __radd__(self, other):
    return self + other

Value.__add__ = __add__
Value.__radd__ = __radd__
""",
    ),
    (
        "Value.__add__",
        "a plain number is no child",
        """
def __add__(self, other):
    if isinstance(other, Value):
        return Value(self.data + other.data, (self, other), (1.0, 1.0))
    return Value(self.data + other, (self,), (1.0,))
"""
        + ADD,
    ),
    (
        "Value.__mul__",
        "opposite order, filled in afterwards",
        """
def __mul__(self, other):
    other = other if isinstance(other, Value) else Value(other)
    out = Value(self.data * other.data)
    out.children = [other, self]
    out.local_grads = [self.data, other.data]
    return out
"""
        + MUL,
    ),
    (
        "Value.__mul__",
        "a plain number is no child, a square has one",
        """
def __mul__(self, other):
    if other is self:
        return Value(self.data * self.data, (self,), (2 * self.data,))
    if isinstance(other, Value):
        return Value(self.data * other.data, (self, other), (other.data, self.data))
    return Value(self.data * other, (self,), (other,))
"""
        + MUL,
    ),
    (
        "Value.__pow__",
        "math.pow, a list",
        """
def __pow__(self, exponent):
    slope = exponent * math.pow(self.data, exponent - 1)
    return Value(math.pow(self.data, exponent), [self], [slope])
"""
        + POW,
    ),
    (
        "Value.__pow__",
        "asserts, pow",
        """
def __pow__(self, n):
    assert isinstance(n, (int, float)), "only plain numbers"
    return Value(pow(self.data, n), (self,), (n * pow(self.data, n - 1),))
"""
        + POW,
    ),
    (
        "Value.log",
        "a power of -1",
        """
def log(self):
    return Value(math.log(self.data), (self,), (self.data**-1,))


Value.log = log
""",
    ),
    ("Value.log", "a lambda", "\nValue.log = lambda self: Value(math.log(self.data), [self], [1.0 / self.data])\n"),
    (
        "Value.exp",
        "e to the power of, the slope filled in afterwards",
        """
def exp(self):
    out = Value(math.e**self.data, (self,))
    out.local_grads = (out.data,)
    return out


Value.exp = exp
""",
    ),
    (
        "Value.exp",
        "computed twice, imported by name",
        """
from math import exp as e_to_the

def exp(self):
    return Value(e_to_the(self.data), (self,), (e_to_the(self.data),))


Value.exp = exp
""",
    ),
    (
        "Value.relu",
        "two cases; self passes as it is, a closed gate has no children",
        """
def relu(self):
    return self if self.data > 0 else Value(0.0)


Value.relu = relu
""",
    ),
    (
        "Value.relu",
        "times True or False",
        """
def relu(self):
    open = self.data > 0
    return Value(self.data * open, (self,), (open,))


Value.relu = relu
""",
    ),
    (
        "Value.relu",
        "half the sum with its size, slope 1 at 0",
        """
def relu(self):
    return Value((self.data + abs(self.data)) / 2, [self], [float(self.data >= 0)])


Value.relu = relu
""",
    ),
]

WALKS = [
    (
        "Value.backward",
        "recursive, with a set",
        """
def backward(self):
    order, seen = [], set()

    def visit(node):
        if node not in seen:
            seen.add(node)
            for child in node.children:
                visit(child)
            order.append(node)

    visit(self)
    self.grad = 1.0
    for node in reversed(order):
        for child, local_grad in zip(node.children, node.local_grads):
            child.grad += local_grad * node.grad
"""
        + BACKWARD,
    ),
    (
        "Value.backward",
        "recursive, a helper outside, visited by id in a dictionary",
        """
def line_up(node, visited, order):
    if id(node) in visited:
        return
    visited[id(node)] = True
    for child in node.children:
        line_up(child, visited, order)
    order.append(node)

def backward(self):
    visited, order = {}, []
    line_up(self, visited, order)
    self.grad = 1
    while order:
        node = order.pop()
        for i in range(len(node.children)):
            node.children[i].grad = node.children[i].grad + node.local_grads[i] * node.grad
"""
        + BACKWARD,
    ),
    (
        "Value.backward",
        "a stack of iterators",
        """
def backward(self):
    seen, order, stack = {self}, [], [(self, iter(self.children))]
    while stack:
        node, rest = stack[-1]
        child = next(rest, None)
        if child is None:
            order.append(node)
            stack.pop()
        elif child not in seen:
            seen.add(child)
            stack.append((child, iter(child.children)))
    self.grad = 1.0
    for node in reversed(order):
        for child, local_grad in zip(node.children, node.local_grads):
            child.grad += local_grad * node.grad
"""
        + BACKWARD,
    ),
    (
        "Value.backward",
        "parents counted first, then whoever has no parent left",
        """
from collections import deque

def backward(self):
    waiting_for = {self: 0}
    found = [self]
    for node in found:
        for child in node.children:
            if child not in waiting_for:
                waiting_for[child] = 0
                found.append(child)
            waiting_for[child] += 1
    self.grad = 1.0
    ready = deque([self])
    while ready:
        node = ready.popleft()
        for child, local_grad in zip(node.children, node.local_grads):
            child.grad += node.grad * local_grad
            waiting_for[child] -= 1
            if waiting_for[child] == 0:
                ready.append(child)
"""
        + BACKWARD,
    ),
    (
        "Value.backward",
        "grads collected in a dictionary, cleared first",
        """
def backward(self):
    order = []
    seen = set()

    def visit(node):
        if id(node) in seen:
            return
        seen.add(id(node))
        for child in node.children:
            visit(child)
        order.append(node)

    visit(self)
    blame = {id(node): 0.0 for node in order}
    blame[id(self)] = 1.0
    for node in order[::-1]:
        node.grad = blame[id(node)]
        for child, local_grad in zip(node.children, node.local_grads):
            blame[id(child)] += local_grad * node.grad
"""
        + BACKWARD,
    ),
    (
        "Value.backward",
        "depth by depth: the longest way from an end",
        """
def backward(self):
    depth = {}
    stack = [self]
    while stack:
        node = stack[-1]
        if node in depth:
            stack.pop()
            continue
        missing = [child for child in node.children if child not in depth]
        if missing:
            stack.extend(missing)
        else:
            depth[node] = 1 + max((depth[child] for child in node.children), default=0)
            stack.pop()
    self.grad = 1.0
    for node in sorted(depth, key=lambda node: -depth[node]):
        for child, local_grad in zip(node.children, node.local_grads):
            child.grad += local_grad * node.grad
"""
        + BACKWARD,
    ),
    (
        "Value.backward",
        "visited kept in a list",
        """
def backward(self):
    self.grad = 1.0
    order = []

    def visit(node):
        if node not in order:
            for child in node.children:
                visit(child)
            order.append(node)

    visit(self)
    order.reverse()
    for node in order:
        for child, local_grad in zip(node.children, node.local_grads):
            child.grad += local_grad * node.grad
"""
        + BACKWARD,
    ),
]

VARIANTS = [*ATOMS, *WALKS]
