"""The wall of whoever grades as an ordinary user, which is another than root's: nobody gets over it either.

Where these tests run as root, a judge that has given up root does the judging; elsewhere test_hostile has done all.
"""

import functools
import glob
import json
import os
import subprocess
import sys

import pytest

from autograder.tests.classroom import needs_sandbox
from autograder.tests.hostile import CANARY, EXERCISE, Case, saving
from autograder.tests.hostile_code import ANSWERS, BREAKING
from autograder.tests.hostile_escapes import CALLING, READING, RISING, ROOT, STAYING, WRITING
from autograder.tests.notebooks import notebook

pytestmark = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="not root: test_hostile is about an ordinary user already"
)
NOBODY = 65534
JUDGE = f"""
import json, sys
from autograder.course import course
from autograder.notebook import submission_from
from autograder.teach.grading import Terms, judge_submission

exercise = course().exercise({EXERCISE!r})
for line in sys.stdin:
    found, seconds = json.loads(line)
    report = judge_submission(submission_from(found, exercise), course(), Terms("a seed", seconds=seconds))
    print(json.dumps(report.to_json()), flush=True)
"""


@functools.cache
def judge_of_nobody():
    """A judge without root's rights, or why there is none. Its Python is one that everybody may run."""
    problem = "there is no other Python"
    for python in [sys.executable, *sorted(glob.glob("/usr/bin/python3.1[1-9]"), reverse=True)]:
        env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", CANARY: "secret"}
        try:
            process = subprocess.Popen(
                [python, "-c", JUDGE],
                user=NOBODY,
                group=NOBODY,
                extra_groups=[],
                cwd="/",
                env=env,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                encoding="utf-8",
            )
        except OSError as error:
            problem = str(error)
            continue
        if ask(process, notebook("03")):
            return process, ""
        problem = process.communicate()[1].strip().rsplit("\n", 1)[-1]
    return None, problem


def ask(process, found, seconds=5.0):
    """The report on a notebook, as JSON; nothing when the judge is not there."""
    try:
        process.stdin.write(json.dumps([found, seconds]) + "\n")
        process.stdin.flush()
    except OSError:
        return None
    line = process.stdout.readline()
    return json.loads(line) if line else None


@pytest.fixture(scope="module")
def judge():
    needs_sandbox()
    process, problem = judge_of_nobody()
    if process is None:
        pytest.skip(f"no ordinary user can judge here: {problem}")
    yield process
    judge_of_nobody.cache_clear()
    process.stdin.close()
    process.stdout.close()
    process.stderr.close()
    process.wait(10)


HONEST = Case("honest", saving(notebook("03")))
thorough = [
    pytest.param(case, marks=pytest.mark.thorough) for case in (*CALLING, *STAYING, *RISING, *BREAKING, *ANSWERS)
]


@pytest.mark.parametrize("case", [HONEST, *READING, *WRITING, *thorough], ids=lambda case: case.name)
def test_an_ordinary_users_wall_holds(judge, case, tmp_path):
    case.make(tmp_path / "attention.ipynb")
    report = ask(judge, json.loads((tmp_path / "attention.ipynb").read_text()), case.seconds)
    text = json.dumps(report, ensure_ascii=False)
    points = {found["piece"]: found["points"] for found in report["pieces"]}
    assert points == {
        found["piece"]: 0.0 if found["piece"] in case.lost else found["most"] for found in report["pieces"]
    }, text
    assert case.says in text
    assert CANARY not in text
