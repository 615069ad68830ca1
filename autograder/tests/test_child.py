"""The child as the judge speaks with it: a line of Python data in, a line of JSON out, whatever the code does.

It runs here as any program does, without -I and -S, so that a measurement of coverage sees it.
"""

import json
import math
import subprocess
import sys

import pytest

from autograder.judge import child

PRELUDE = """
class Value:
    def __init__(self, data, children=(), local_grads=()):
        self.data, self.grad, self._children, self._local_grads = data, 0, children, local_grads

    def __add__(self, other):
        return Value(self.data + other.data, (self, other), (1, 1))

    def backward(self):
        self._give(1.0)

    def _give(self, grad):
        self.grad += grad
        for child, local in zip(self._children, self._local_grads):
            child._give(grad * local)
"""
CELLS = [
    ("cell 1", "from autograder.mygpt import Value\nfrom autograder import check, hint\nprint('loading')"),
    ("cell 2", "def double(x):\n    print('doubling', x)\n    return x + x\n\ncheck(double)"),
    ("cell 3", "y = 1\nundefined_name"),
    ("cell 4", "def broken(:\n    pass"),
    ("cell 5", "def breaks(x):\n    y = x - x\n    return x / y"),
    (
        "cell 6",
        "class Rude(Exception):\n    def __str__(self):\n        raise KeyError\n\ndef rude():\n    raise Rude",
    ),
    ("cell 7", "from dataclasses import dataclass\n\n@dataclass\nclass Point:\n    x: float"),
]


class Talk:
    """One child, and a way to ask it."""

    def __init__(self, cells, lent=(), limits=None):
        first = {"prelude": [("kit", PRELUDE)], "cells": cells, "lent": list(lent), "limits": limits or {}}
        self.process = subprocess.Popen(
            [sys.executable, child.__file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
        )
        self.ready = json.loads(self.process.stdout.readline())
        self.loaded = self._exchange(first)

    def ask(self, expression, before="", grads=False, **inputs):
        return self._exchange({"expression": expression, "before": before, "grads": grads, "inputs": inputs})

    def end(self):
        """Nobody asks any more; its exit code."""
        self.process.stdin.close()
        self.process.stdout.close()
        return self.process.wait(10)

    def _exchange(self, message):
        self.process.stdin.write(repr(message) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


@pytest.fixture(scope="module")
def talk():
    found = Talk(CELLS, lent=[("lent", "def triple(x):\n    return 3 * x")])
    yield found
    assert found.end() == 0


def error(answer):
    return answer["error"]["type"], answer["error"]["message"]


def test_a_cell_that_fails_is_told_with_its_line_and_the_others_are_there(talk):
    missing, syntax = talk.loaded["errors"]
    assert (missing["cell"], missing["type"], missing["line"], missing["text"]) == (2, "NameError", 2, "undefined_name")
    assert (syntax["cell"], syntax["type"], syntax["text"]) == (3, "SyntaxError", "def broken(:")
    assert talk.loaded["printed"] == "loading\n"
    assert talk.ask("double(4)") == {
        "data": 8, "values": 0, "printed": "doubling 4\n", "number": None,
    }  # fmt: skip


def test_earlier_pieces_and_lent_ones_are_there_by_name(talk):
    assert talk.ask("Value(2.5)")["data"] == 2.5
    assert talk.ask("triple(2)")["data"] == 6
    assert talk.ask("Point(1.5).x")["data"] == 1.5


def test_grads_are_those_of_the_inputs(talk):
    answer = talk.ask("double(x)", grads=True, x={"values": 3.0})
    assert (answer["data"], answer["grads"]) == (6.0, {"x": 2.0})
    # Of several results, a weighted sum: the first counts once, the second twice.
    answer = talk.ask("[x['a'][0], x['a'][1] + x['a'][0], n]", grads=True, x={"values": {"a": [1.0, 2.0]}}, n=7)
    assert (answer["data"], answer["grads"]) == ([1.0, 3.0, 7], {"x": {"a": [3.0, 2.0]}})


def test_an_input_is_a_copy_and_may_be_plain(talk):
    assert talk.ask("x['values'][0]", x={"plain": {"values": [5]}})["data"] == 5
    assert talk.ask("(x.append(3), x)[1]", x=[1, 2])["data"] == [1, 2, 3]


@pytest.mark.parametrize(
    ("expression", "data"),
    [
        ("[None, True, False, 'ü\"', -3, 2.5]", [None, True, False, 'ü"', -3, 2.5]),
        ("{1: (2, 3)}", {"1": [2, 3]}),
        ("[range(2), (i * i for i in range(3))]", [[0, 1], [0, 1, 4]]),
        ("[1e999, -1e999, 2 ** 80]", [math.inf, -math.inf, math.inf]),
        ("type('Count', (int,), {})(4)", 4),
        ("type('Real', (float,), {})(0.5)", 0.5),
    ],
)
def test_an_answer_is_plain_data(talk, expression, data):
    assert talk.ask(expression)["data"] == data


def test_nan_is_an_answer(talk):
    assert math.isnan(talk.ask("1e999 - 1e999")["data"])


@pytest.mark.parametrize(
    ("expression", "kind", "message"),
    [
        ("(i for i in iter(int, 1))", "TooLarge", "the answer has more than 20,000 entries"),
        ("'x' * 30_000", "TooLarge", "the answer is a text of 30,000 characters"),
        ("deep()", "TooLarge", "the answer is a list in a list in a list, more than 20 deep"),
        ("double", "NotAnAnswer", "a function where a number or a list belongs"),
        ("input('your name')", "RuntimeError", "input() cannot be answered here"),
        ("__import__('os').system('true')", "RuntimeError", "a piece cannot start another process"),
        ("__import__('sys').exit(3)", "SystemExit", "3"),
        ("rude()", "Rude", "(its message cannot be read)"),
    ],
)
def test_what_cannot_be_answered_is_said_in_words(talk, expression, kind, message):
    before = "def deep():\n    x = []\n    x.append(x)\n    return x"
    found, said = error(talk.ask(expression, before))
    assert found == kind
    assert said.startswith(message)


def test_an_exception_comes_with_the_learners_own_line(talk):
    found = talk.ask("breaks(2)")["error"]
    assert (found["type"], found["where"], found["line"], found["text"]) == (
        "ZeroDivisionError", "<cell 5>", 3, "return x / y",
    )  # fmt: skip


def test_a_flood_of_print_is_cut_and_the_next_answer_starts_anew(talk):
    answer = talk.ask("[print('x' * 99, flush=True) for _ in range(1000)][0]")
    assert len(answer["printed"]) == child.MOST_PRINTED
    assert talk.ask("print(__import__('sys').stdout.isatty())")["printed"] == "False\n"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
def test_the_limits_hold_and_those_unknown_here_are_passed_over():
    most = 2**20
    talk = Talk([("cell", "")], limits={"RLIMIT_FSIZE": most, "RLIMIT_OF_NOTHING": 1, "RLIMIT_CORE": 0})
    asked = "(resource.getrlimit(resource.RLIMIT_FSIZE), resource.getrlimit(resource.RLIMIT_CORE))"
    answer = talk.ask(f"[{asked} for resource in [__import__('resource')]][0]")
    assert answer["data"] == [[most, most], [0, 0]]
    assert talk.end() == 0
