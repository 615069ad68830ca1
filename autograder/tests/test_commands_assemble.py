"""`microgpt assemble`: mygpt.py, the learner's own GPT in one file."""

import subprocess
import sys

import pytest

from autograder.course import course
from autograder.learn import mygpt_file
from autograder.learn.mygpt_file import signed, untouched
from autograder.learn.renaming import rename
from autograder.tests.notebooks import add_cell, notebook, save
from autograder.tests.running import ROOT, run, write

EXPORTED = [piece.name for piece in course().pieces.values() if piece.exported]
NAMES = "anna\notto\nemma\nhannah\nbob\nada\n"
SHORT_RUN = "import sys; sys.path.insert(0, sys.argv[1]); import {0}; {0}.main(sys.argv[2], 4)"


@pytest.fixture(autouse=True)
def beside_the_exercises(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def solved(exercises):
    for exercise in course().exercises:
        write(exercises, exercise.number)
    return exercises


def trained(folder, module="mygpt", home=None):
    """What a few steps of a program print."""
    names = folder / "names.txt"
    names.write_text(NAMES)
    ran = subprocess.run(
        [sys.executable, "-I", "-c", SHORT_RUN.format(module), str(home or folder), str(names)], capture_output=True
    )
    assert ran.returncode == 0, ran.stderr.decode()
    return ran.stdout


@pytest.fixture(scope="module")
def by_the_reference(tmp_path_factory):
    """What the reference prints, once for all."""
    return trained(tmp_path_factory.mktemp("reference"), "microgpt", ROOT / "microgpt_ref")


def test_with_everything_solved_it_does_what_microgpt_does(solved, tmp_path, by_the_reference):
    ran = run("assemble")
    assert ran.code == 0
    assert f"mygpt.py: {len(EXPORTED)} of {len(EXPORTED)} pieces are yours" in ran.text
    assert "lent" not in ran.text
    assert "tried" not in ran.text
    assert trained(tmp_path) == by_the_reference
    text = (tmp_path / "mygpt.py").read_text(encoding="utf-8")
    assert "autograder" not in text
    assert "lent" not in text
    assert text.count("class Value") == 1
    assert "\n    def backward(self):" in text


def test_the_file_is_a_program(solved, tmp_path):
    run("assemble")
    ran = subprocess.run([sys.executable, "mygpt.py"], capture_output=True, encoding="utf-8")
    assert ran.returncode == 1
    assert "python mygpt.py names.txt" in ran.stderr


def test_what_does_not_pass_is_lent_and_marked(exercises, tmp_path, by_the_reference):
    write(exercises, "03", {"attend": "def attend(query, keys, values):\n    return values[0]\n"})
    (exercises / "05_training" / "training.ipynb").write_text("{")
    ran = run("assemble")
    assert ran.code == 0
    assert f"mygpt.py: 2 of {len(EXPORTED)} pieces are yours" in ran.text
    assert "is not JSON" in ran.text
    text = (tmp_path / "mygpt.py").read_text(encoding="utf-8")
    assert "def attend(query, keys, values):  # lent by the kit\n" in text
    assert "    def backward(self):  # lent by the kit\n" in text
    assert "def attention_weights(query, keys):\n" in text
    assert text.count("# lent by the kit\n") == len(EXPORTED) - 2
    assert trained(tmp_path) == by_the_reference


def test_helpers_and_imports_come_along_and_experiments_stay_behind(solved, tmp_path, by_the_reference):
    found = notebook(
        "03",
        {
            "attend": "def attend(query, keys, values):\n"
            "    # my own way\n"
            "    return mix(attention_weights(query, keys), values)\n"
            "\n"
            "print(attend)\n"
            "check(attend)\n"
        },
    )
    attend = course().piece("attend").id
    add_cell(found, "import itertools as it, functools\nfrom autograder.mygpt import dot as similarity", attend)
    add_cell(
        found, "def mix(weights, values):\n    return [similarity(weights, c) for c in it.chain(zip(*values))]", attend
    )
    add_cell(found, "import matplotlib.pyplot as plt\nplt.plot([1, 2])")
    save(found, solved, "03")
    ran = run("assemble")
    text = (tmp_path / "mygpt.py").read_text(encoding="utf-8")
    assert "import itertools as it" in text
    assert "similarity = dot" in text
    assert "    # my own way\n" in text
    assert "matplotlib" not in text
    assert "check(" not in text
    assert "print(attend)" not in text
    assert "tried" not in ran.text
    assert trained(tmp_path) == by_the_reference


def test_helpers_of_the_same_name_in_two_notebooks_are_kept_apart(solved, tmp_path, by_the_reference):
    """In 02 half halves, in 05 it is a name from the program of 03, and 04 defines a `matrix` of its own."""
    layers = notebook(
        "02", {"linear": "def linear(x, weights):\n    return [scaled(dot(row, x), scale=1) for row in weights]\n"}
    )
    linear = course().piece("linear").id
    add_cell(layers, "def scaled(value, scale=2):\n    return value * scale if scale != 1 else value", linear)
    add_cell(layers, "matrix = None", linear)
    save(layers, solved, "02")
    training = notebook(
        "05",
        {
            "learning_rate": "def learning_rate(step, num_steps):\n"
            "    softmax = [scaled(step, num_steps) for scaled in [scaled]]\n"
            "    return softmax[0] * attend\n"
        },
    )
    rate = course().piece("learning_rate").id
    add_cell(training, "def scaled(step, of):\n    return 1 - step / of\n\nattend = 0.01", rate)
    save(training, solved, "05")
    ran = run("assemble")
    assert (
        "scaled is not the same in 02_layers and 05_training: that of 05_training is called scaled_05 here" in ran.text
    )
    assert "attend is not the same in 03_attention and 05_training" in ran.text
    assert "tried" not in ran.text
    text = (tmp_path / "mygpt.py").read_text(encoding="utf-8")
    assert "def scaled(value, scale=2):" in text
    assert "softmax = [scaled(step, num_steps) for scaled in [scaled_05]]" in text
    assert "return softmax[0] * attend_05" in text
    assert trained(tmp_path) == by_the_reference


def test_methods_written_in_other_ways(solved, tmp_path, by_the_reference):
    """A recursive backward that calls itself by its global name, a lambda, a helper in the same cell."""
    found = notebook(
        "01",
        {
            "Value.backward": "def visit(node, seen, order):\n"
            "    if node not in seen:\n"
            "        seen.add(node)\n"
            "        for child in node.children:\n"
            "            visit(child, seen, order)\n"
            "        order.append(node)\n"
            "\n"
            "# mine\n"
            "def backward(self):\n"
            "    order = []\n"
            "    visit(self, set(), order)\n"
            "    self.grad = 1.0\n"
            "    for node in reversed(order):\n"
            "        for child, local in zip(node.children, node.local_grads):\n"
            "            child.grad += local * node.grad\n"
            "\n"
            "Value.backward = backward\n",
            "Value.relu": "Value.relu = lambda self: Value(\n"
            "    max(0.0, self.data), (self,), (1.0 if self.data > 0 else 0.0,)\n"
            ")\n",
            "Value.exp": "def exp(self):\n    return _exp(self)\n\n"
            "Value.exp = exp\nValue.power_of_e = exp\n_own = exp\n"
            "def _exp(value):\n    return Value(math.exp(value.data), (value,), (math.exp(value.data),))\n",
        },
    )
    save(found, solved, "01")
    ran = run("assemble")
    assert "tried" not in ran.text
    assert f"{len(EXPORTED)} of {len(EXPORTED)}" in ran.text
    text = (tmp_path / "mygpt.py").read_text(encoding="utf-8")
    assert "\n    # mine\n    def backward(self):" in text
    assert "\ndef visit(" in text
    assert "\nValue.exp = exp\n" in text
    names_first_step = trained(tmp_path).split(b"\n")[1]
    assert names_first_step == by_the_reference.split(b"\n")[1]


def test_a_changed_given_cell_is_the_learners(solved, tmp_path):
    """Another Config is an experiment that the learner's own program keeps; the numbers then differ, which is said."""
    found = notebook("03")
    (given,) = [cell for cell in found["cells"] if "class Config" in cell["source"]]
    given["source"] = given["source"].replace("n_embd: int = 16", "n_embd: int = 8")
    save(found, solved, "03")
    ran = run("assemble")
    assert "n_embd: int = 8" in (tmp_path / "mygpt.py").read_text(encoding="utf-8")
    assert "its numbers are not those of the kit's own microgpt.py" in ran.text


def test_what_somebody_changed_is_never_overwritten(exercises, tmp_path):
    path = tmp_path / "mygpt.py"
    assert run("assemble").code == 0
    assert run("assemble").code == 0  # as it was written: nobody's work
    changed = path.read_text(encoding="utf-8") + "\nprint('mine')\n"
    path.write_text(changed, encoding="utf-8")
    ran = run("assemble")
    assert ran.code == 2
    assert "--force" in ran.text
    assert path.read_text(encoding="utf-8") == changed
    assert run("assemble", "-o", "other.py").code == 0
    assert "python other.py" in (tmp_path / "other.py").read_text(encoding="utf-8")
    ran = run("assemble", "--force")
    (copy,) = tmp_path.glob("mygpt.20*.py")
    assert copy.name in ran.text
    assert copy.read_text(encoding="utf-8") == changed
    assert untouched(path.read_text(encoding="utf-8"))


def test_a_file_that_is_no_text_is_never_overwritten(exercises, tmp_path):
    path = tmp_path / "mygpt.py"
    path.write_bytes(b"\xff\xfe mine")
    ran = run("assemble", "-o", str(path))
    assert ran.code == 2
    assert path.read_bytes() == b"\xff\xfe mine"


def test_a_program_that_does_not_run_says_how_it_stops(monkeypatch):
    assert mygpt_file.trial("raise RuntimeError('mine')") == "it stops with RuntimeError: mine"
    assert mygpt_file.trial("def main(names, steps): pass").startswith("its numbers are not those")
    monkeypatch.setattr(mygpt_file, "SECONDS", 0.5)
    assert mygpt_file.trial("while True: pass") == f"it had not done {mygpt_file.STEPS} steps after 0.5 s"


def test_a_change_anywhere_counts():
    text = signed("a = 1\nb = 2\n")
    assert untouched(text)
    assert untouched(text.replace("\n", "\r\n"))
    assert not untouched(text.replace("b = 2", "b = 3"))
    assert not untouched("# another file\n")
    assert not untouched("")


@pytest.mark.parametrize("place", ["exercises", "missing/mygpt.py"])
def test_a_place_that_cannot_be_written(exercises, place):
    ran = run("assemble", "-o", place)
    assert ran.code == 2
    assert ran.text.count("\n") == 0


@pytest.mark.parametrize(
    ("source", "renamed"),
    [
        ("x = 1\nprint(x)", "y = 1\nprint(y)"),
        ("def x(x):\n    return x + o.x(x=x)", "def y(x):\n    return x + o.x(x=x)"),
        ("def f():\n    return x", "def f():\n    return y"),
        ("def f():\n    x = 1\n    def g():\n        return x\n    return g", None),
        ("def f():\n    global x\n    x = 1", "def f():\n    global y\n    y = 1"),
        ("a = [x for x in x if x]", "a = [x for x in y if x]"),
        ("a = {x: b for b in c}", "a = {y: b for b in c}"),
        ("f = lambda x, b=x: x", "f = lambda x, b=y: x"),
        (
            "class A:\n    x = x\n    def f(self):\n        return x",
            "class A:\n    x = x\n    def f(self):\n        return y",
        ),
        ("class x(x):\n    pass", "class y(y):\n    pass"),
        ("import x", "import x as y"),
        ("from a import x, b as x", "from a import x as y, b as y"),
        ("import a as x", "import a as y"),
        ('é = "ü"; x = f"{x} x"', 'é = "ü"; y = f"{y} x"'),
        ("@x\nasync def f(a: x = x) -> x:\n    await x", "@y\nasync def f(a: y = y) -> y:\n    await y"),
        ("def f():\n    try:\n        pass\n    except E as x:\n        print(x)", None),
        ("def f():\n    if (x := 1):\n        return [x for a in b if (x := a)]", None),
        ("x.x = x[x]", "y.x = y[y]"),
    ],
)
def test_renaming_a_global(source, renamed):
    assert rename(source, {"x": "y"}) == (source if renamed is None else renamed)
