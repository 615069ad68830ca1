"""Known mistakes in Value.backward. Most are whole functions: there are many ways of going astray in a graph."""

from __future__ import annotations

from autograder.judge.mistakes import Mistake

ATTACH = "\n\nValue.backward = backward\n"

TOPOLOGICAL = """def backward(self):
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

ONCE_ONLY = "a Value that is reached by two ways hands its blame on twice: visit each Value only once."
TOO_EARLY = (
    "a Value hands its blame on before all of its own has come in: put the Values in order, parents before children."
)


def _wrong(id: str, sentence: str, source: str) -> Mistake:
    return Mistake("Value.backward", f"backward-{id}", sentence, source=source + ATTACH)


def _but(id: str, sentence: str, old: str, new: str) -> Mistake:
    """The usual recursive way, with a change."""
    assert old in TOPOLOGICAL
    return _wrong(id, sentence, TOPOLOGICAL.replace(old, new))


BACKWARD = [
    _but(
        "overwrites",
        "grad is set with = where += is needed: a Value that is used twice loses part of its blame.",
        "child.grad += local_grad",
        "child.grad = local_grad",
    ),
    _but(
        "own-grad-missing",
        "the grad of the result itself is never set to 1, so there is no blame to hand on.",
        "    self.grad = 1.0\n",
        "",
    ),
    _wrong(
        "own-grad-too-late",
        "no blame leaves the result: its grad must be 1 before the walk begins, and the walk begins with the result.",
        TOPOLOGICAL.replace("    self.grad = 1.0\n", "") + "    self.grad = 1.0\n",
    ),
    _but(
        "own-grad-data",
        "the grad of the result is set to its data: it is 1, whatever the result is.",
        "self.grad = 1.0",
        "self.grad = self.data",
    ),
    _but(
        "one-level",
        "only the children of the result get blame: walk on to theirs, from the result all the way to the ends.",
        "reversed(order)",
        "order",
    ),
    _wrong(
        "depth-first",
        TOO_EARLY,
        TOPOLOGICAL.replace("            order.append(node)\n", "")
        .replace("            seen.add(node)\n", "            seen.add(node)\n            order.append(node)\n")
        .replace("reversed(order)", "order"),
    ),
    _wrong(
        "breadth-first",
        TOO_EARLY,
        """def backward(self):
    self.grad = 1.0
    seen, waiting = {self}, [self]
    while waiting:
        node = waiting.pop(0)
        for child, local_grad in zip(node.children, node.local_grads):
            child.grad += local_grad * node.grad
            if child not in seen:
                seen.add(child)
                waiting.append(child)
""",
    ),
    _wrong(
        "newest-first",
        TOO_EARLY,
        """def backward(self):
    self.grad = 1.0
    seen, waiting = {self}, [self]
    while waiting:
        node = waiting.pop()
        for child, local_grad in zip(node.children, node.local_grads):
            child.grad += local_grad * node.grad
            if child not in seen:
                seen.add(child)
                waiting.append(child)
""",
    ),
    _wrong(
        "blocked-when-seen",
        "a child that was seen before gets no more blame: every use of it has to be added.",
        """def backward(self):
    seen = {self}

    def visit(node):
        for child, local_grad in zip(node.children, node.local_grads):
            if child not in seen:
                seen.add(child)
                child.grad += local_grad * node.grad
                visit(child)

    self.grad = 1.0
    visit(self)
""",
    ),
    _wrong(
        "twice-recursive",
        ONCE_ONLY,
        """def backward(self):
    def visit(node):
        for child, local_grad in zip(node.children, node.local_grads):
            child.grad += local_grad * node.grad
            visit(child)

    self.grad = 1.0
    visit(self)
""",
    ),
    _wrong(
        "twice-waiting",
        ONCE_ONLY,
        """def backward(self):
    self.grad = 1.0
    waiting = [self]
    while waiting:
        node = waiting.pop()
        for child, local_grad in zip(node.children, node.local_grads):
            child.grad += local_grad * node.grad
            waiting.append(child)
""",
    ),
    _but(
        "twice-in-order",
        ONCE_ONLY,
        "if node not in seen:",
        "if True:",
    ),
    _wrong(
        "children-start-anew",
        "child.backward() is called, and that sets the child's grad to 1 again.",
        """def backward(self):
    self.grad = 1.0
    for child, local_grad in zip(self.children, self.local_grads):
        child.grad += local_grad * self.grad
        child.backward()
""",
    ),
    _wrong(
        "every-way-on-its-own",
        "every way through the graph is walked on its own: there are far too many of them, so visit each Value once.",
        """def backward(self):
    def hand(node, blame):
        node.grad += blame
        for child, local_grad in zip(node.children, node.local_grads):
            hand(child, local_grad * blame)

    hand(self, 1.0)
""",
    ),
    _but(
        "local-grad-ignored",
        "the local grads are not used: a child gets local_grad * node.grad.",
        "local_grad * node.grad",
        "node.grad",
    ),
    _but(
        "parent-ignored",
        "the parent's grad is not used: a child gets local_grad * node.grad, where node is its parent.",
        "local_grad * node.grad",
        "local_grad",
    ),
    _but(
        "added-not-multiplied",
        "local grad and parent's grad are added: along a way they are multiplied.",
        "local_grad * node.grad",
        "local_grad + node.grad",
    ),
    _but(
        "child-data",
        "the child's data is used for its local grad: the local grads are remembered in node.local_grads.",
        "local_grad * node.grad",
        "child.data * node.grad",
    ),
    _but(
        "first-child-only",
        "only the first child gets blame.",
        "zip(node.children, node.local_grads)",
        "zip(node.children[:1], node.local_grads)",
    ),
    _but(
        "local-grads-crossed",
        "the local grads meet the children in the opposite order.",
        "zip(node.children, node.local_grads)",
        "zip(node.children, node.local_grads[::-1])",
    ),
    _but(
        "minus",
        "the blame is taken away from grad: add it.",
        "child.grad += local_grad",
        "child.grad -= local_grad",
    ),
    _but(
        "seen-by-data",
        "Values are told apart by their data: two of them may show the same number by chance.",
        "        if node not in seen:\n            seen.add(node)",
        "        if node.data not in seen:\n            seen.add(node.data)",
    ),
    _but(
        "remembers-last-time",
        "the list of visited Values is made in the line of the def: Python makes that one once, for all calls.",
        "def backward(self):\n    order, seen = [], set()",
        "def backward(self, order=[], seen=set()):",
    ),
    _but(
        "ends-at-zero",
        "the walk ends at the first Value whose grad is 0: others still have blame to hand on.",
        "    for node in reversed(order):\n",
        "    for node in reversed(order):\n        if node.grad == 0:\n            break\n",
    ),
]
