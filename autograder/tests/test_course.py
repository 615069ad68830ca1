"""solutions/ in, exercises out; what is wrong with a solution file is one line with its place."""

import pytest

from autograder.course import BEGIN, END, CourseError, course, read_exercise

TITLE = "# %% [markdown]\n# # 09 Test: a title\n\n"
PIECE = f'# %%\ndef double(x):\n    """Twice x."""\n    {BEGIN}\n    return 2 * x\n    {END}\n\n'
CHECK = "# %% points=2\ncheck(double)\n"


def read(tmp_path, text):
    folder = tmp_path / "09_test"
    folder.mkdir()
    path = folder / "test.py"
    path.write_text(text)
    return read_exercise(path)


def test_the_pieces_of_the_design_are_all_there():
    found = course()
    assert [exercise.folder for exercise in found.exercises] == [
        "00_foundations",
        "01_autograd",
        "02_layers",
        "03_attention",
        "04_gpt",
        "05_training",
        "06_sampling",
        "07_microgpt",
    ]
    assert len(found.pieces) == 30
    assert found.points == 100
    assert not found.pieces["slope"].exported
    assert all(len(piece.hints) == 3 for piece in found.pieces.values())


@pytest.mark.parametrize("name", ["3", "03", "attention", "03_attention", "exercises/03_attention"])
def test_an_exercise_has_four_names(name):
    assert course().exercise(name).folder == "03_attention"


def test_unknown_names_are_answered_with_the_known_ones():
    with pytest.raises(CourseError, match="03_attention"):
        course().exercise("12")
    with pytest.raises(CourseError, match="softmax"):
        course().piece("softmux")


def test_a_piece_may_be_named_without_its_class():
    assert course().piece("backward").name == "Value.backward"


def test_a_folder_without_exercises(tmp_path):
    with pytest.raises(CourseError, match=r"expected files such as 03_attention/attention\.py"):
        course(tmp_path)


def test_a_piece_has_one_exercise(tmp_path):
    for name in ("08_first", "09_second"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name[3:]}.py").write_text(TITLE + PIECE + CHECK)
    with pytest.raises(CourseError, match=r"second\.py: piece double is also in 08_first"):
        course(tmp_path)


def test_a_stub_shows_no_line_of_the_solution():
    for piece in course().pieces.values():
        assert f'raise NotImplementedError("write {piece.name} here")' in piece.stub
        assert BEGIN not in piece.stub


def test_a_piece_and_its_points(tmp_path):
    exercise = read(tmp_path, TITLE + PIECE + CHECK)
    (piece,) = exercise.pieces
    assert (piece.name, piece.points, exercise.title) == ("double", 2, "Test: a title")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (TITLE + PIECE.replace(END, "") + CHECK, "test.py:7: ### BEGIN SOLUTION is never closed"),
        (TITLE + PIECE.replace(BEGIN, "") + CHECK, "test.py:9: ### END SOLUTION without a"),
        (TITLE + PIECE + PIECE + CHECK, "test.py:11: piece double is named twice"),
        (TITLE + f"# %%\n{BEGIN}\nx = 1\n{END}\n" + CHECK, "test.py:4: a solution without a piece"),
        (
            TITLE + PIECE.replace(END, BEGIN) + CHECK,
            "test.py:9: ### BEGIN SOLUTION inside the solution begun in line 7",
        ),
        (
            TITLE + PIECE.rstrip() + PIECE.removeprefix("# %%").replace("double", "triple") + CHECK,
            "test.py:4: more than one piece in a cell: double, triple",
        ),
        (TITLE + PIECE, "test.py:4: piece double has no check"),
        (TITLE + PIECE + CHECK + "# %% points=1\ncheck(triple)\n", "test.py:13: check for triple, which is no piece"),
        (TITLE + PIECE + CHECK.replace(" points=2", ""), "test.py:11: check.double. has no points"),
        (PIECE + CHECK, "test.py:1: the first text must begin with a title"),
        (TITLE + PIECE.replace("def", "dfe") + CHECK, "test.py:5: invalid syntax"),
        (
            TITLE + PIECE + CHECK + '# %% [markdown] hints="double"\n# 1. one\n',
            "test.py:13: hints for double must be three",
        ),
    ],
)
def test_what_is_wrong_is_one_line_with_its_place(tmp_path, text, says):
    with pytest.raises(CourseError, match=says) as caught:
        read(tmp_path, text)
    assert "\n" not in str(caught.value)
