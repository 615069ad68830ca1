"""Every small change to a solution fails a check, but for those that change nothing: each is listed with its reason."""

import ast
from itertools import pairwise

import pytest

from autograder.course import course, without_markers
from autograder.judge.checking import CheckFailed, Examinee, NotWritten
from autograder.judge.judge import ExerciseJudge, checks_of
from autograder.judge.reference import reference, with_mistake
from autograder.tests.mutants import mutants

SECONDS = 1.0  # a mutant that runs longer than this for one answer never ends

SUM = "a sum does not care about the order of its parts"
PRODUCT = "a product does not care about the order of its factors"
LEAF = "a Value without children has no blame to hand on, wherever it stands in the order"
LATER = "a Value that is on the stack twice is dropped when it comes off the second time"
ORDER = "in whatever order children are visited, every Value comes before those it was made from"
SLOWER = "a search through a whole list: right, but so slow that it may run out of time, so it is not run here"
TWO_ROWS = "zip pairs the same numbers, and a sum does not care about their order"

# Piece; a part of its solution as Python writes it down; what stands there instead; why the answers stay the same.
EQUIVALENT = [
    ("slope", "x + h", "h + x", SUM),
    ("Value.__add__", "self.data + other.data", "other.data + self.data", SUM),
    ("Value.__add__", "(self, other), (", "(other, self), (", "both local grads are 1"),
    ("Value.relu", "0.0, self.data", "self.data, 0.0", "the larger of two numbers is the same"),
    ("Value.relu", "> 0", ">= 0", "at exactly 0 any slope from 0 to 1 is right, so no check asks for one"),
    ("Value.backward", "    self.grad = 1.0", "        self.grad = 1.0", "it is 1 after the loop all the same"),
    ("Value.backward", "self.grad", "node.grad", "the last Value that comes off the stack is self"),
    ("Value.backward", "node not in seen", "node not in order", SLOWER),
    ("Value.backward", "reversed(node.children)", "list(reversed(node.children))[::-1]", ORDER),
    ("Value.backward", "reversed(node.children)", "node.children", ORDER),
    ("Value.backward", " if c.children and c not in seen", "", LATER),
    ("Value.backward", "c.children and", "c.children or", LATER),
    ("Value.backward", "c.children and c not in seen", "c.children", LATER),
    ("Value.backward", "c.children and c not in seen", "c not in seen", LEAF),
    ("Value.backward", "c.children and", "self.children and", LEAF),
    ("Value.backward", "c.children and", "node.children and", LEAF),
    ("Value.backward", "and c not in seen", "and seen not in seen", LATER),
    ("Value.backward", "and c not in seen", "and children_done not in seen", LATER),
    ("Value.backward", "and c not in seen", "and c not in order", LATER),
    ("Value.backward", "and c not in seen", "and c not in stack", SLOWER),
    ("Value.backward", "zip(node.children, node.local_grads)", "list(zip(node.children, node.local_grads))[::-1]", SUM),
    ("dot", "zip(a, b)", "list(zip(a, b))[::-1]", SUM),
    ("dot", "zip(a, b)", "zip(b, a)", PRODUCT),
    ("linear", "dot(row, x)", "dot(x, row)", PRODUCT),
    (
        "softmax",
        "(logit.data for logit in logits)",
        "(logit.data for logit in list(logits)[::-1])",
        "the largest is the same",
    ),
    ("rmsnorm", "mean_square + 1e-05", "1e-05 + mean_square", SUM),
    ("attention_weights", "dot(query, key)", "dot(key, query)", PRODUCT),
    ("attention_weights", "len(query)", "len(key)", "a query is as long as a key"),
    ("attend", "dot(weights, column)", "dot(column, weights)", PRODUCT),
    ("multi_head_attention", "head + 1", "1 + head", SUM),
    ("embed", "t + p", "p + t", SUM),
    ("embed", "wte'][token], params['wpe'][position]", "wpe'][position], params['wte'][token]", TWO_ROWS),
    ("block", "x = [new + old", "x = [old + new", SUM),
    ("block", "zip(attended, x)", "zip(x, attended)", TWO_ROWS),
    ("block", "return [new + old", "return [old + new", SUM),
    ("block", "zip(thought, x)", "zip(x, thought)", TWO_ROWS),
    (
        "gpt",
        "keys, values, config)",
        "values, keys, config)",
        "each layer's two lists are swapped for good, so all is as before",
    ),
    (
        "sequence_loss",
        "config.block_size, len(tokens) - 1",
        "len(tokens) - 1, config.block_size",
        "the smaller is the same",
    ),
    ("sequence_loss", "p + 1", "1 + p", SUM),
    ("sequence_loss", "len(losses)", "len(positions)", "there is one loss for each position"),
    ("Adam.step", "enumerate(self.parameters)", "list(enumerate(self.parameters))[::-1]", "each has its own means"),
    (
        "Adam.step",
        "self.beta1 * self.mean[i] + (1 - self.beta1) * p.grad",
        "(1 - self.beta1) * p.grad + self.beta1 * self.mean[i]",
        SUM,
    ),
    (
        "Adam.step",
        "self.beta2 * self.mean_square[i] + (1 - self.beta2) * p.grad ** 2",
        "(1 - self.beta2) * p.grad ** 2 + self.beta2 * self.mean_square[i]",
        SUM,
    ),
    (
        "Adam.step",
        "(self.mean_square[i] / fair_square) ** 0.5 + self.eps",
        "self.eps + (self.mean_square[i] / fair_square) ** 0.5",
        SUM,
    ),
    ("sample", "'the temperature must be above 0'", "", "what the error says is up to the learner"),
    ("sample", "the temperature must be above 0", "x", "what the error says is up to the learner"),
    ("sample", "[0]", "[-1]", "the list has one entry"),
    ("sample", "len(probs)", "len(logits)", "there is one probability for each logit"),
]

# Piece; the beginnings of two lines, one right after the other, that may change places.
MAY_CHANGE_PLACES = [
    ("Value.backward", "while stack:", "self.grad = 1.0"),
    ("Value.backward", "seen.add(node)", "stack.append((node, True))"),
    ("multi_head_attention", "query =", "keys.append"),
    ("multi_head_attention", "keys.append", "values.append"),
    ("multi_head_attention", "values.append", "seen = []"),
    ("sequence_loss", "cache =", "positions ="),
    ("Adam.step", "fair_mean =", "fair_square ="),
    ("Adam.step", "self.mean[i] =", "self.mean_square[i] ="),
    ("Adam.step", "p.data -=", "p.grad = 0.0"),  # what has been taken into the means is not needed any more
    ("generate", "if token == bos:", "tokens.append(token)"),  # decode leaves BOS out
]


def as_python_writes_it(piece):
    return ast.unparse(ast.parse(without_markers(piece.source)))


def in_other_order(source, first, second):
    """The source with two neighbouring statements, known by how they begin, in each other's place."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        body = getattr(node, "body", [])
        for i, (one, two) in enumerate(pairwise(body)):
            if ast.unparse(one).startswith(first) and ast.unparse(two).startswith(second):
                body[i : i + 2] = [two, one]
                return ast.unparse(tree)
    raise AssertionError(f"no {first!r} right before {second!r}")


def equivalent(piece):
    """The sources that are as right as the solution, each with the reason."""
    right = as_python_writes_it(piece)
    found = {}
    for name, old, new, reason in EQUIVALENT:
        if name == piece.name:
            assert old in right, f"{old!r} is not in {name}"
            found[right.replace(old, new)] = reason
    for name, *lines in MAY_CHANGE_PLACES:
        if name == piece.name:
            found[in_other_order(right, *lines)] = "the two lines do not need each other"
    return found


def caught(exercise, judge, mutant):
    """Does one of the piece's checks fail on it?"""
    try:
        wrong = with_mistake.__wrapped__(course(), exercise, mutant.piece, mutant.source)
    except Exception:
        return True
    for check in checks_of(exercise):
        if check.piece == mutant.piece:
            try:
                check.function(Examinee(wrong, reference(course(), exercise), seconds=SECONDS), judge.inputs(check))
            except (CheckFailed, NotWritten):
                return True
    return False


ALWAYS = ("03_attention",)  # the others take twenty seconds: on request


@pytest.mark.slow
@pytest.mark.parametrize(
    "exercise",
    [
        pytest.param(exercise, id=exercise.folder, marks=[] if exercise.folder in ALWAYS else pytest.mark.thorough)
        for exercise in course().exercises
    ],
)
def test_no_mutant_that_is_wrong_survives(exercise, capsys):
    judge = ExerciseJudge(exercise, lambda name, lent: reference(course(), exercise))
    made = harmless = 0
    wrong, stale = [], []
    for piece in exercise.pieces:
        known, survivors = equivalent(piece), set()
        for mutant in mutants(piece):
            made += 1
            if known.get(mutant.source) == SLOWER or not caught(exercise, judge, mutant):
                survivors.add(mutant.source)
                if mutant.source not in known:
                    wrong.append(f"{mutant.piece}:\n{mutant.change}")
        harmless += len(survivors)
        stale += [source for source in known if source not in survivors]
    with capsys.disabled():
        print(f"\n{exercise.folder}: {made} mutants made, {made - harmless} caught, {harmless} equivalent")
    assert not wrong, "survived every check:\n" + "\n".join(wrong)
    assert not stale, "listed as equivalent, but not among the survivors:\n" + "\n".join(stale)
    assert made >= 20
