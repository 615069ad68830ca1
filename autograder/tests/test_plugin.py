"""`pytest exercises/03_attention`, as somebody who knows pytest expects it."""

import re
import subprocess
import sys

import pytest

from autograder.course import course
from autograder.tests.notebooks import notebook, save

WRONG = """def attention_weights(query, keys):
    return softmax([dot(query, key) for key in keys])
"""


# Plugins that a learner does not have and that take long to load.
PYTEST = [sys.executable, "-m", "pytest", "-p", "no:hypothesispytest", "-p", "no:anyio"]


def run(folder, *arguments, cwd=None):
    """pytest in a process of its own, as a learner has it."""
    return subprocess.run(
        [*PYTEST, "-p", "no:cacheprovider", str(folder), *arguments],
        capture_output=True,
        text=True,
        cwd=cwd or folder,
    )


@pytest.fixture
def folder(tmp_path):
    """03 with one wrong piece, 02 solved."""
    save(notebook("03", {"attention_weights": WRONG}), tmp_path, "03")
    save(notebook("02"), tmp_path, "02")
    return tmp_path


def test_a_solved_exercise_passes(folder):
    ran = run(folder / "02_layers")
    assert ran.returncode == 0, ran.stdout
    assert f"{course().exercise('02').points} of {course().exercise('02').points} points" in ran.stdout


def test_a_mistake_is_named_without_a_traceback(folder):
    ran = run(folder / "03_attention" / "attention.ipynb", cwd=folder)
    assert ran.returncode == 1
    assert re.search(r"attention_weights\(\[.*\], \d keys\) gave \[.*\], expected \[", ran.stdout)
    assert "This is what you get when the scores are not divided by √head_dim" in ran.stdout
    assert "hint(attention_weights)" in ran.stdout
    assert "Traceback" not in ran.stdout
    assert "checking.py" not in ran.stdout
    assert "next: attention_weights" in ran.stdout


def test_an_untouched_notebook_is_to_do(tmp_path):
    save(notebook("03", solved=False), tmp_path, "03")
    ran = run(tmp_path, "-q")
    assert ran.returncode == 1
    for piece in course().exercise("03").pieces:
        assert ran.stdout.count(f"○ {piece.name}: to do") == 1
    assert f"0 of {course().exercise('03').points} points" in ran.stdout
    assert "FAILURES" not in ran.stdout
    assert len(ran.stdout.splitlines()) < 12


def test_k_chooses_a_piece(folder):
    ran = run(folder, "-k", "softmax", "-v")
    assert ran.returncode == 0, ran.stdout
    assert "1 of 1 pieces pass" in ran.stdout


def test_x_stops_and_lf_repeats(folder):
    assert "1 failed" in run(folder, "-x").stdout
    first = subprocess.run([*PYTEST, "-q"], cwd=folder, capture_output=True, text=True)
    again = subprocess.run([*PYTEST, "-q", "--lf"], cwd=folder, capture_output=True, text=True)
    assert re.findall(r"(\d+) failed", first.stdout) == re.findall(r"(\d+) failed", again.stdout)
    assert "passed" not in again.stdout.splitlines()[-1]


@pytest.mark.thorough
def test_two_workers_agree_with_one(folder):
    points = re.compile(r"[\d.]+ of [\d.]+ points, .*")
    assert points.findall(run(folder, "-n", "2").stdout) == points.findall(run(folder).stdout)


def test_junitxml_tells_the_reason(folder):
    run(folder, "--junitxml", "results.xml")
    text = (folder / "results.xml").read_text()
    assert "not divided by √head_dim" in text


def test_another_seed_asks_other_numbers(folder):
    def asked(*seed):
        return re.findall(r"attention_weights\(\[.*?\]", run(folder / "03_attention", *seed).stdout)

    assert asked() == (first := asked("--seed", "1"))
    assert asked("--seed", "2") != first


def test_a_broken_notebook_does_not_stop_the_others(folder):
    (folder / "03_attention" / "attention.ipynb").write_text("{")
    ran = run(folder)
    assert ran.returncode == 1
    assert "is not JSON" in ran.stdout
    assert "Traceback" not in ran.stdout
    assert f"{course().exercise('02').points} of" in ran.stdout


def test_copies_and_checkpoints_are_not_judged(folder):
    notebooks = folder / "02_layers"
    (notebooks / ".ipynb_checkpoints").mkdir()
    (notebooks / ".ipynb_checkpoints" / "layers.ipynb").write_text("{")
    (notebooks / "layers.2026-01-01-120000.ipynb").write_text("{")
    assert run(notebooks).returncode == 0


def test_the_kits_own_run_is_not_disturbed(folder):
    """`pytest` alone collects nothing of exercises: the repository's settings name the kit's own tests."""
    import tomllib
    from pathlib import Path

    root = Path(__file__).resolve().parent.parent.parent
    settings = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]
    assert settings["testpaths"] == ["microgpt_ref/tests", "autograder/tests"]


@pytest.mark.slow
def test_the_solutions_get_every_point(tmp_path):
    from autograder.course import solutions_folder

    ran = run(solutions_folder(), "-q", cwd=solutions_folder().parent)
    assert ran.returncode == 0, ran.stdout
    assert "100 of 100 points, 30 of 30 pieces pass" in ran.stdout
