"""Code that takes over its process can answer what it likes: it fails its check, and the judge goes on."""

import json

import pytest

from autograder.judge.judge import judge
from autograder.notebook import submission_from
from autograder.report import FAILED, PASSED
from autograder.tests.notebooks import exercise, notebook

FORGED = [
    '{"error": "x"}',
    '{"error": {}}',
    '{"error": {"type": 5, "message": []}}',
    '{"data": 1' + "0" * 400 + "}",
    '{"data": [1' + "0" * 400 + ', 1, 1], "values": "x"}',
    '{"data": [0.5], "grads": 5}',
    '{"data": {"a": []}}',
    '{"data": [[[[]]]], "printed": 7}',
    "[]",
    "nonsense",
]


@pytest.mark.parametrize("line", FORGED, ids=range(len(FORGED)))
def test_a_forged_answer_fails_its_check(line):
    source = f"""import os

def softmax(logits):
    for descriptor in range(3, 20):
        try:
            os.write(descriptor, {line + chr(10)!r}.encode())
        except OSError:
            pass
    return logits
"""
    report = judge(submission_from(notebook("layers", {"softmax": source}), exercise("layers")), seconds=2.0)
    states = {piece.piece: piece.status == PASSED for piece in report.pieces}
    assert states == {"dot": True, "linear": True, "softmax": False, "rmsnorm": True}
    assert report.to_text()


HALF, LONG = "\\ud800", "<long>"  # too long for a cell, so the learner code makes it
ODD = [
    {"error": {"type": HALF, "message": HALF, "where": HALF, "text": HALF, "line": [LONG]}, "printed": HALF},
    {"error": {"type": LONG, "message": "m", "where": LONG, "text": "t", "line": 3}},
    {"error": {"type": "E", "message": LONG, "text": LONG, "line": 3}},
    {"error": {"type": "E", "message": "m"}, "printed": LONG},
    {"data": LONG},
    {"data": {HALF: HALF}},
    {"data": {LONG: 1.0}},
    {"data": [LONG, 1.0, 1.0]},
]


@pytest.mark.parametrize("number", range(len(ODD)))
def test_what_is_said_can_be_saved_and_read(number):
    """No half of a pair of surrogates, and no megabytes: it goes into notebooks, verdicts and pages."""
    line = json.dumps(ODD[number]).replace("\\\\ud800", "\\ud800")
    source = f"""import os, sys

def softmax(logits):
    number = sys._getframe(1)
    while "request" not in number.f_locals:
        number = number.f_back
    line = {line!r}.replace("<long>", "x" * 1_900_000)[:-1]
    line += ', "number": ' + str(number.f_locals["request"]["number"]) + '}}' + chr(10)
    for descriptor in range(3, 20):
        try:
            os.write(descriptor, line.encode())
        except OSError:
            pass
    return logits
"""
    report = judge(submission_from(notebook("layers", {"softmax": source}), exercise("layers")), seconds=2.0)
    assert {piece.piece: piece.status for piece in report.pieces}["softmax"] == FAILED
    text = report.to_text()
    text.encode()
    json.dumps(report.to_json(), ensure_ascii=False).encode()
    first = next(line for line in text.split("\n") if "softmax([" in line)
    assert " raised " in first or " gave " in first  # the forged answer was taken for one, as far as it goes
    assert len(text) < 20_000
