"""`microgpt hint` and `microgpt show`."""

from autograder.course import course
from autograder.learn.hints import AGAIN, next_hint
from autograder.learn.workspace import find_workspace
from autograder.tests.running import posix, process, run, write

SHORT = """def attend(query, keys, values):
    # mine
    return [dot(attention_weights(query, keys), c) for c in zip(*values)]
"""
WRONG = "def attention_weights(query, keys):\n    return softmax([dot(query, key) for key in keys])\n"


def test_three_hints_one_after_the_other_and_then_again(exercises):
    hints = [hint.replace("\n", " ") for hint in course().piece("attend").hints]
    shown = [" ".join(run("hint", "03", "attend").text.split()) for _ in range(4)]
    for place in range(3):
        assert f"Hint {place + 1} of 3 for attend" in shown[place]
        assert hints[place] in shown[place]
        assert AGAIN not in shown[place]
    assert "Hint 1 of 3" in shown[3]
    assert AGAIN in shown[3]
    assert "microgpt hint 03 attend" in shown[0]
    assert "microgpt hint 03 attend" not in shown[2]


def test_hints_of_different_pieces_are_counted_apart(exercises):
    run("hint", "03", "attend")
    assert "Hint 1 of 3 for multi_head_attention" in run("hint", "03", "multi_head_attention").text
    assert "Hint 2 of 3 for attend" in run("hint", "attention", "attend").text


def test_without_a_piece_it_is_the_next_unfinished_one(exercises):
    write(exercises, "03", {"attend": "def attend(query, keys, values):\n    return 1\n"})
    assert "for attend" in run("hint", "3").text
    write(exercises, "03")
    ran = run("hint", "3")
    assert ran.code == 0
    assert ran.text == "Every piece of 03_attention passes: no hint is needed.\n"
    assert "for build_vocab" in run("hint").text


def test_all_hints_at_once_change_nothing(exercises):
    text = run("hint", "01", "add", "--all").text
    assert [f"Hint {place} of 3 for Value.__add__" in text for place in (1, 2, 3)] == [True] * 3
    assert "Hint 1 of 3" in run("hint", "01", "__add__").text


def test_the_notebook_and_the_terminal_count_together(exercises, monkeypatch):
    """The cell hint(attend) knows no workspace: it finds the one that it is in."""
    piece = course().piece("attend")
    assert next_hint(None, piece)[0] == 1
    assert "Hint 2 of 3" in run("hint", "03", "attend").text
    assert next_hint(find_workspace(), piece)[0] == 3
    assert next_hint(None, piece) == (1, f"{AGAIN} {piece.hints[0]}")


def test_a_cache_that_cannot_be_written_still_gives_hints(exercises, tmp_path, monkeypatch):
    (tmp_path / "a file").write_text("")
    monkeypatch.setenv("MICROGPT_CACHE", str(tmp_path / "a file" / "cache"))
    assert "Hint 1 of 3" in run("hint", "03", "attend").text


def test_a_hint_for_a_notebook_that_cannot_be_read_says_so(exercises):
    (exercises / "03_attention" / "attention.ipynb").write_text("")
    ran = run("hint", "03")
    assert ran.code == 2
    assert "is empty" in ran.text
    assert "Hint 1 of 3" in run("hint", "03", "attend").text


def test_show_puts_your_piece_beside_the_kits_once_it_passes(exercises):
    write(exercises, "03", {"attend": SHORT})
    ran = run("show", "03", "attend")
    assert ran.code == 0
    assert ran.text.index("yours") < ran.text.index("# mine") < ran.text.index("the kit's")
    assert "weights = attention_weights(query, keys)" in ran.text
    assert '"""' not in ran.text


def test_show_keeps_back_what_does_not_pass_unless_told(exercises):
    write(exercises, "03", {"attention_weights": WRONG, "attend": SHORT})
    text = run("show", "03").text
    assert "# mine" in text
    assert "attention_weights does not pass yet: not shown (--yes shows the kit's version)" in text
    assert "len(query) ** 0.5" not in text
    assert "len(query) ** 0.5" in run("show", "03", "--yes").text


def test_show_of_one_unfinished_piece_with_nobody_to_ask(exercises):
    ran = run("show", "03", "attend")
    assert ran.code == 2
    assert "--yes" in ran.text
    assert "zip" not in ran.text
    assert process("show", "03", "attend").returncode == 2


def test_show_of_a_notebook_that_cannot_be_read(exercises):
    (exercises / "03_attention" / "attention.ipynb").write_text("{")
    ran = run("show", "03", "attend", "--yes")
    assert ran.code == 0
    assert "is not JSON" in ran.text
    assert "(there is none in your notebook)" in ran.text
    assert "weights = attention_weights(query, keys)" in ran.text


def test_show_of_a_piece_that_python_cannot_read(exercises):
    write(exercises, "03", {"attend": "def attend(query, keys, values:\n    return mine\n"})
    ran = run("show", "03", "attend", "--yes")
    assert ran.code == 0
    assert "the kit's" in ran.text


@posix
def test_show_asks_and_no_is_the_answer_to_nothing(exercises, terminal):
    opened = terminal("show", "03", "attend")
    opened.wait_for(r"Look at the kit's version all the same\? \[y/N\]")
    opened.press("\n")
    assert opened.end() == 0
    assert "zip" not in opened.rest()
    opened = terminal("show", "03", "attend")
    opened.wait_for(r"\[y/N\]")
    opened.press("y\n")
    opened.wait_for("zip")


@posix
def test_show_is_side_by_side_where_there_is_room(exercises, terminal):
    write(exercises, "03", {"attend": SHORT})
    text = terminal("show", "03", "attend", columns=200).wait_for("zip.*zip")
    assert any("# mine" in line and "weights = attention_weights" in line for line in text.split("\n"))
    text = terminal("show", "03", "attend", columns=80).wait_for("zip.*zip")
    assert not any("# mine" in line and "weights = attention_weights" in line for line in text.split("\n"))
