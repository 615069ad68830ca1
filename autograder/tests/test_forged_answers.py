"""Code that takes over its process can answer what it likes: it fails its check, and the judge goes on."""

import pytest

from autograder.judge.judge import judge
from autograder.notebook import submission_from
from autograder.report import PASSED
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
