"""What a check is made of: the decorator, the one who is examined, the inputs, and what a failure says.

A check is a pytest test function with the fixtures `learner` and `inputs`. This module does not import pytest, so
that `check(softmax)` in a notebook answers at once; the pytest plugin collects the very same functions.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from autograder.judge.compare import TOLERANCE, difference
from autograder.judge.learner import Answer, Learner
from autograder.judge.request import Request, Values, shorten

CheckFunction = Callable[["Examinee", "Inputs"], None]

ENDED = ("TimeOut", "NoTimeLeft", "Crash", "TooLarge")  # errors that are no exceptions of the learner's code
LONGEST_LINE = 2_000  # of what a failure says; it may show an answer that somebody has made long on purpose

NO_RETURN = "None is what a function gives when it ends without a return. Is the return missing, or never reached?"


@dataclass(frozen=True)
class Check:
    """One check of one piece. Its points are its share of the piece's."""

    piece: str
    title: str  # in the learner's words
    function: CheckFunction
    share: int = 1

    @property
    def name(self) -> str:
        return self.function.__name__


def check(piece: str, title: str, share: int = 1) -> Callable[[CheckFunction], CheckFunction]:
    """Make a test function a check of this piece."""

    def mark(function: CheckFunction) -> CheckFunction:
        function.check = Check(piece, title, function, share)  # type: ignore[attr-defined]
        return function

    return mark


class CheckFailed(AssertionError):
    """A check failed: lines for the learner, the first of which says what came back and what was expected."""

    def __init__(self, *lines: str) -> None:
        self.lines = [line[:LONGEST_LINE] for line in lines if line]
        super().__init__("\n".join(self.lines))


class NotWritten(Exception):
    """The piece is still a stub."""


@dataclass
class Examinee:
    """The learner's piece under examination, beside the reference that tells what is expected."""

    learner: Learner
    reference: Learner
    seconds: float = 5.0
    asked: list[tuple[Request, Answer]] = field(default_factory=list)  # all of them, to tell mistakes apart

    def agrees(
        self,
        expression: str,
        *,
        shown: str = "",
        means: str = "",
        grads: bool = True,
        tolerance: float = TOLERANCE,
        **inputs: Any,
    ) -> None:
        """The expression must give what the reference gives; so must the grads of all Values among the inputs."""
        grads = grads and any(isinstance(given, Values) for given in inputs.values())
        request = Request(expression, inputs, grads, shown)
        expected = self._expect(request)
        answer = self._ask(request, expected)
        found = difference(answer["data"], expected["data"], tolerance)
        if found:
            note = f" ({found.note})" if found.note else ""
            returned = NO_RETURN if answer["data"] is None else ""
            raise CheckFailed(f"{request} gave {found.gave}, expected {found.expected}{note}", returned or means)
        if grads and expected.get("values") and not answer.get("values"):
            raise CheckFailed(
                f"{request} gave plain numbers, expected Values",
                "The numbers are right, but they have forgotten where they came from, so no blame can flow back.",
            )
        found_grads = answer.get("grads")
        for name, right in expected.get("grads", {}).items():
            grad = found_grads.get(name) if isinstance(found_grads, dict) else None
            if found := difference(grad, right, tolerance):
                note = f" ({found.note})" if found.note else ""
                whose = (
                    f"grads of {name} are" if isinstance(right, list | dict) else f"grad of {request.brief(name)} is"
                )
                raise CheckFailed(
                    f"{request}: the answer is right, but after backward() the {whose} {found.gave}, "
                    f"expected {found.expected}{note}",
                    means,
                    _where_blame_began(expected["values"]),
                )

    def call(self, expression: str, *, shown: str = "", grads: bool = False, **inputs: Any) -> Any:
        """What the expression gives; with grads, a pair of that and the grads by name."""
        answer = self._ask(Request(expression, inputs, grads, shown))
        return (answer["data"], answer.get("grads", {})) if grads else answer["data"]

    def expected(self, expression: str, *, grads: bool = False, **inputs: Any) -> Any:
        """What the reference gives for the same."""
        answer = self._expect(Request(expression, inputs, grads))
        return (answer["data"], answer["grads"]) if grads else answer["data"]

    def raises(self, expression: str, error: str, *, means: str = "", **inputs: Any) -> None:
        """The expression must raise an error of this name."""
        request = Request(expression, inputs)
        answer = self.learner.ask(request, self.seconds)
        self.asked.append((request, answer))
        if "error" not in answer:
            raise CheckFailed(f"{request} gave {shorten(answer.get('data'))}, expected {error}", means)
        if answer["error"]["type"] == "NotImplementedError":
            raise NotWritten
        if answer["error"]["type"] in ENDED:
            raise CheckFailed(*told(request, answer["error"]))
        if answer["error"]["type"] != error:
            raise CheckFailed(f"{request} raised {said(answer['error'])}, expected {error}", means)

    def _ask(self, request: Request, expected: Answer | None = None) -> Answer:
        answer = self.learner.ask(request, self.seconds)
        self.asked.append((request, answer))
        if error := answer.get("error"):
            if error["type"] == "NotImplementedError":
                raise NotWritten
            if error["type"] in ("NameError", "AttributeError"):
                # The name is missing because the learner's own cell stopped with an error before it got there.
                error = next(iter(getattr(self.learner, "errors", [])), error)
            if error["type"] == "TimeOut":
                self.seconds = min(self.seconds, 1.0)
            raise CheckFailed(*told(request, error, expected), *printed(answer))
        if "data" not in answer:
            raise CheckFailed(f"{request} gave no answer that can be read")
        return answer

    def _expect(self, request: Request) -> Answer:
        answer = self.reference.ask(request, 0)
        if "error" in answer:
            raise RuntimeError(f"the reference fails on {request}: {answer['error']}")
        return answer


def _where_blame_began(results: int) -> str:
    """For a list of results: the weighted sum of them that the child sends blame back from."""
    if results < 2:
        return ""
    terms = [f"{1.0 + 0.5 * ((7 * i) % 5):g} * answer[{i}]" for i in range(min(results, 3))]
    return "(backward() was called on " + " + ".join(terms) + (" + …)" if results > 3 else ")")


def told(request: Request, error: dict[str, Any], expected: Answer | None = None) -> list[str]:
    """An error of the learner's code in words, with the learner's own line."""
    lines = [f"{request} raised {said(error)}"]
    if error["type"] in (*ENDED, "NotAnAnswer"):
        lines = [f"{request}: {error['message']}"]
    if error["type"] == "NotAnAnswer" and error["message"].endswith("in a grad"):
        lines = [f"{request}: after backward() there is {error['message']}"]
    elif error["type"] == "NotAnAnswer" and expected:
        lines = [f"{request} gave {error['message']}; expected {shorten(expected['data'])}"]
    if error.get("text"):
        lines.append(f"in {_cell(error.get('where', ''))} line {error.get('line')}: {error['text']}")
    return lines


def said(error: dict[str, Any]) -> str:
    """An error's type and message."""
    return f"{error['type']}: {error['message']}" if error.get("message") else str(error["type"])


def printed(answer: Answer) -> list[str]:
    """What the learner's code printed, a few lines of it."""
    text = str(answer.get("printed") or "").strip()
    if not text:
        return []
    lines = text.split("\n")
    return ["It printed: " + lines[0][:200], *(f"    {line[:200]}" for line in lines[1:5])] + ["    …"] * (
        len(lines) > 5
    )


def _cell(where: str) -> str:
    name = where.strip("<>")
    return f"{name}," if name.startswith("cell ") else "your cell,"


class Inputs(random.Random):
    """Numbers for checks: the same for the same seed, with two decimals so that a message can show them."""

    def __init__(self, seed: int | str, key: str) -> None:
        super().__init__(f"{seed}/{key}")

    def number(self, low: float = -2.0, high: float = 2.0) -> float:
        """A number that is not 0."""
        while not (found := round(self.uniform(low, high), 2)):
            pass
        return found

    def vector(self, length: int, low: float = -2.0, high: float = 2.0) -> list[float]:
        """Different numbers, none of them 0."""
        found: list[float] = []
        while len(found) < length:
            number = self.number(low, high)
            if number not in found or length > 50:
                found.append(number)
        return found

    def matrix(self, rows: int, columns: int, low: float = -2.0, high: float = 2.0) -> list[list[float]]:
        """A list of vectors."""
        return [self.vector(columns, low, high) for _ in range(rows)]

    def params(self, vocab_size: int, n_layer: int, n_embd: int, block_size: int, size: float = 0.6) -> Any:
        """All the matrices of a small model."""

        def matrix(rows: int, columns: int) -> list[list[float]]:
            return [[round(self.gauss(0, size), 2) for _ in range(columns)] for _ in range(rows)]

        return {
            "wte": matrix(vocab_size, n_embd),
            "wpe": matrix(block_size, n_embd),
            "lm_head": matrix(vocab_size, n_embd),
            "layers": [self.layer(n_embd, size) for _ in range(n_layer)],
        }

    def layer(self, n_embd: int, size: float = 0.6) -> dict[str, list[list[float]]]:
        """The matrices of one block."""

        def matrix(rows: int, columns: int) -> list[list[float]]:
            return [[round(self.gauss(0, size), 2) for _ in range(columns)] for _ in range(rows)]

        square = {name: matrix(n_embd, n_embd) for name in ("wq", "wk", "wv", "wo")}
        return {**square, "fc1": matrix(4 * n_embd, n_embd), "fc2": matrix(n_embd, 4 * n_embd)}
