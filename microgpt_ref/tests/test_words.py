"""Numbers in sentences."""

from click.testing import CliRunner

from microgpt_ref import commands
from microgpt_ref.words import counted


def test_one_of_a_kind():
    assert counted(1, "name") == "1 name"
    assert counted(0, "name") == "0 names"
    assert counted(4312, "name") == "4,312 names"


def test_a_run_of_one_step_says_so(tmp_path):
    (tmp_path / "a.txt").write_text("a\n")
    options = ["--fast", "--steps", "1", "--width", "4", "--heads", "2", "--samples", "1"]
    said = CliRunner().invoke(commands.train, [str(tmp_path / "a.txt"), *options], catch_exceptions=False).output
    assert "a.txt: 1 name\n1 letter, " in said
    assert " parameters, 1 step, " in said
    assert "\n1 name at temperature" in said
