"""`microgpt train`, `generate` and `names` as a user meets them."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from microgpt_ref import commands, progress, session
from microgpt_ref.errors import UserError

MICROGPT = [sys.executable, "-c", "from autograder.cli import main; main()"]
TINY = ["--width", "4", "--heads", "2", "--block-size", "6"]
SHORT = [*TINY, "--steps", "6", "--samples", "4"]
GREEK = ["Ελένη", "Νίκος", "Σοφία", "Άννα", "Γιώργος", "Μαρία"]


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch) -> Path:
    """Every test works in a folder of its own, with a short list of names in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MICROGPT_NAMES", raising=False)
    (tmp_path / "tiny.txt").write_text("ada\nbea\ncleo\ndora\neva\nfay\ngil\nhal\n", encoding="utf-8")
    return tmp_path


def run(command, *arguments) -> str:
    """What a command prints; it must succeed."""
    result = CliRunner().invoke(command, [str(argument) for argument in arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def train(*arguments) -> str:
    return run(commands.train, "tiny.txt", *SHORT, *arguments)


def refusal(command, *arguments) -> str:
    """The one line with which a command refuses."""
    with pytest.raises(UserError) as caught:
        run(command, *arguments)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def sampled(output: str) -> list[str]:
    """The names at the end of what train prints, with their marks."""
    return re.findall(r"^  (.+)$", output.split(" names at temperature")[1], flags=re.MULTILINE)


# train


def test_it_says_which_list_and_what_it_learned():
    output = train()
    assert output.startswith("tiny.txt: 8 names\n")
    assert re.search(r"14 letters, [\d,]+ parameters, 6 steps, linear schedule", output)
    assert re.search(r"step 1 of 6 +loss \d\.\d{4}", output)
    assert re.search(r"step 6 of 6 +loss \d\.\d{4} .* 0 s left", output)
    assert len(sampled(output)) == 4


def test_names_in_the_list_are_marked_and_the_new_ones_counted(place):
    (place / "one.txt").write_text("aa\n")
    output = run(commands.train, "one.txt", *TINY, "--fast", "--steps", "150", "--samples", "9", "--seed", "3")
    names = sampled(output)
    known = [name for name in names if name.removesuffix(" *") == "aa"]
    assert known
    assert all(name.endswith(" *") for name in known)
    assert not [name for name in names if name.endswith(" *") and name not in known]
    assert "* marks those already in the list" in output
    new = [name for name in names if name not in known and not name.startswith("(empty")]
    assert f"{len(new)} of 9 are new" in output


def test_the_same_seed_is_the_same_run_and_the_engines_agree():
    without_times = [re.sub(r"\d+ s left", "", train(*extra)) for extra in ([], [], ["--fast"], ["--seed", "7"])]
    assert without_times[0] == without_times[1] == without_times[2] != without_times[3]


def test_without_a_list_it_takes_the_one_in_use(monkeypatch):
    monkeypatch.setenv("MICROGPT_NAMES", "tiny.txt")
    assert run(commands.train, *SHORT).startswith("tiny.txt: 8 names\n")


def test_the_earlier_published_setting_is_in_the_help_and_works(place):
    letters = [chr(ord("a") + i) for i in range(26)]
    (place / "alphabet.txt").write_text("\n".join(letters), encoding="utf-8")
    line = re.search(r"microgpt train (--block-size.*)", run(commands.train, "--help"))
    assert line
    assert "4,064 parameters, 500 steps, cosine" in run(
        commands.train, "alphabet.txt", "--fast", *line.group(1).split(), "--samples", "0"
    )


@pytest.mark.parametrize("engine", [[], ["--fast"]])
def test_any_alphabet(place, engine):
    (place / "greek.txt").write_text("\n".join(GREEK), encoding="utf-8")
    output = run(commands.train, "greek.txt", *SHORT, *engine, "--save", "greek.json")
    letters = set("".join(GREEK))
    assert f"{len(letters)} letters" in output
    names = run(commands.generate, "greek.json", "--start", "Μα", "--samples", "5", "--seed", "1").split()
    assert len(names) == 5
    assert all(name.startswith("Μα") and set(name) <= letters for name in names)


def test_long_items_are_cut_and_it_says_so(place):
    (place / "long.txt").write_text("bartholomew\nada\n")
    assert "longer than" not in train()
    output = run(commands.train, "long.txt", *SHORT)
    assert "1 is longer than 6 letters" in output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--width", "10", "--heads", "4"], "--width 10 .* --heads 4: try --width 8"),
        (["--steps", "0"], "--steps must be 1 or more, not 0"),
        (["--steps", "-5"], "--steps must be 1 or more, not -5"),
        (["--steps", "ten"], "--steps must be a whole number, not ten"),
        (["--steps", "nan"], "--steps must be a whole number"),
        (["--layers", "0"], "--layers must be 1 or more"),
        (["--heads", "-1"], "--heads must be 1 or more"),
        (["--width", "0"], "--width must be 1 or more"),
        (["--block-size", "0"], "--block-size must be 1 or more"),
        (["--samples", "-1"], "--samples must be 0 or more"),
        (["--temperature", "0"], "--temperature must be .* not 0: 0.01 takes"),
        (["--temperature", "-0.5"], "--temperature must be .* not -0.5: 0.01 takes"),
        (["--temperature", "nan"], "--temperature must be .* not nan"),
        (["--temperature", "inf"], "--temperature must be .* not inf"),
        (["--learning-rate", "0"], "--learning-rate must be above 0, not 0"),
        (["--learning-rate", "nan"], "--learning-rate must be above 0, not nan"),
        (["--learning-rate", "1e200"], "--learning-rate 1e.200 is too large"),
        (["--schedule", "steep"], "--schedule"),
        (["--width", "100000"], "parameters"),
        (["--wdith", "8"], "(?i)no such option.*--wdith"),
        (["more.txt"], "(?i)unexpected extra argument"),
        (["--save", "no/such/folder/run.json"], "there is no folder"),
        (["--save", "."], "it is a folder"),
        (["--save", "tiny.txt"], "exists and is not a saved run"),
        (["--resume", "none.json"], "there is no saved run none.json"),
        (["--resume", "tiny.txt"], "tiny.txt is not a saved run"),
    ],
)
def test_bad_input_is_one_line(arguments, message, place):
    assert re.search(message, refusal(commands.train, "tiny.txt", *arguments))
    assert os.listdir(place) == ["tiny.txt"]


@pytest.mark.parametrize("content", [b"", b" \n\n", b"\xff\xfe\x00\x81", None])
def test_a_list_that_is_none_is_refused(place, content):
    if content is not None:
        (place / "bad.txt").write_bytes(content)
    assert "bad.txt" in refusal(commands.train, "bad.txt", *SHORT)


def test_the_command_line_answers_with_code_2_and_one_line():
    done = subprocess.run([*MICROGPT, "train", "tiny.txt", "--temperature", "0"], capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1


# save and resume


def test_saving_says_where_and_generate_uses_it():
    output = train("--save", "run.json")
    assert "saved in run.json" in output
    assert json.loads(Path("run.json").read_text())["steps_done"] == 6
    assert len(run(commands.generate, "run.json", "--start", "d", "--samples", "3").splitlines()) == 3


def test_a_save_over_a_saved_run_keeps_the_older_one():
    train("--save", "run.json")
    before = Path("run.json").read_bytes()
    assert "run.previous.json" in train("--save", "run.json", "--seed", "1")
    assert Path("run.previous.json").read_bytes() == before != Path("run.json").read_bytes()


def test_resuming_a_finished_run_gives_its_names_again():
    names = sampled(train("--save", "run.json"))
    saved = Path("run.json").read_bytes()
    output = run(commands.train, "--resume", "run.json", "--samples", "4")
    assert "already done its 6 steps" in output
    assert sampled(output) == names
    assert Path("run.json").read_bytes() == saved


@pytest.mark.parametrize(
    ("option", "other", "same"),
    [
        ("--steps", "7", "6"),
        ("--width", "8", "4"),
        ("--heads", "1", "2"),
        ("--layers", "2", "1"),
        ("--block-size", "16", "6"),
        ("--seed", "1", "42"),
        ("--schedule", "cosine", "linear"),
        ("--learning-rate", "0.1", "0.01"),
    ],
)
def test_options_that_contradict_a_saved_run_are_refused(option, other, same):
    train("--save", "run.json")
    assert f"{option} {other} contradicts" in refusal(commands.train, "--resume", "run.json", option, other)
    run(commands.train, "--resume", "run.json", option, same)


def test_resume_finds_the_list_again_and_refuses_another(place, monkeypatch):
    train("--save", "run.json")
    (place / "elsewhere").mkdir()
    monkeypatch.chdir(place / "elsewhere")
    assert run(commands.train, "--resume", "../run.json").startswith("tiny.txt: 8 names")
    (place / "tiny.txt").write_text("ada\nbea\n")
    assert "another or has changed" in refusal(commands.train, "--resume", "../run.json")


def stopped_at(monkeypatch, step, signum):
    """Let the signal arrive in the middle of a step."""
    advance = session.advance

    def advance_and_signal(run):
        if len(run.losses) == step - 1:
            os.kill(os.getpid(), signum)
        return advance(run)

    monkeypatch.setattr(session, "advance", advance_and_signal)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signals to send to oneself")
@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_saves_at_the_end_of_the_step_and_resumes_to_the_same_run(monkeypatch, signum):
    whole = train("--save", "whole.json")
    with monkeypatch.context() as patch:
        stopped_at(patch, 3, signum)
        result = CliRunner().invoke(commands.train, ["tiny.txt", *SHORT, "--save", "run.json"])
    assert result.exit_code == 128 + signum
    assert "stopped after step 3 of 6, saved in run.json" in result.output
    assert "microgpt train --resume run.json" in result.output

    resumed = run(commands.train, "--resume", "run.json", "--samples", "4")

    assert "going on after step 3" in resumed
    assert Path("run.json").read_bytes() == Path("whole.json").read_bytes()
    assert sampled(resumed) == sampled(whole)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no signals to send to oneself")
def test_a_stop_without_save_says_how_to_save(monkeypatch):
    stopped_at(monkeypatch, 2, signal.SIGINT)
    result = CliRunner().invoke(commands.train, ["tiny.txt", *SHORT])
    assert result.exit_code == 130
    assert "nothing was saved" in result.output
    assert "--save FILE" in result.output


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C reaches a child in another way on Windows")
def test_ctrl_c_in_a_real_process(place):
    options = ["tiny.txt", *TINY, "--fast", "--steps", "3000", "--samples", "3"]
    process = subprocess.Popen(
        [*MICROGPT, "train", *options, "--save", "run.json"], stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    assert process.stderr.readline().startswith("step 1 of 3000")
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert re.search(r"stopped after step [\d,]+ of 3,000, saved in run.json", errors)
    assert "Traceback" not in errors

    resumed = run(commands.train, "--resume", "run.json", "--fast", "--samples", "3")
    whole = run(commands.train, *options, "--save", "whole.json")

    assert Path("run.json").read_bytes() == Path("whole.json").read_bytes()
    assert sampled(resumed) == sampled(whole)
    assert sorted(os.listdir(place)) == ["run.json", "tiny.txt", "whole.json"]


def test_a_killed_run_has_saved_now_and_then(monkeypatch):
    monkeypatch.setattr(session, "AUTOSAVE", 0.0)
    monkeypatch.setattr(session, "SAVING_SHARE", 0)
    whole = train("--save", "whole.json")
    advance = session.advance

    def killed(run):
        if len(run.losses) == 4:
            raise SystemExit(9)  # as sudden as a test can be: nothing of ours runs after it
        return advance(run)

    with monkeypatch.context() as patch:
        patch.setattr(session, "advance", killed)
        CliRunner().invoke(commands.train, ["tiny.txt", *SHORT, "--save", "run.json"])
    assert "going on after step 4" in (resumed := run(commands.train, "--resume", "run.json", "--samples", "4"))
    assert sampled(resumed) == sampled(whole)


def test_a_save_that_fails_on_the_way_does_not_end_the_training(monkeypatch):
    monkeypatch.setattr(session, "AUTOSAVE", 0.0)
    write, failures = session.write, [UserError("cannot save to run.json: No space left on device")]

    def write_later(saved, path):
        if failures:
            raise failures.pop()
        write(saved, path)

    monkeypatch.setattr(session, "write", write_later)
    output = train("--save", "run.json")
    assert "No space left on device (training goes on)" in output
    assert "saved in run.json" in output


def test_the_bar_in_a_terminal(monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(progress, "REDRAW", 0.0)
    output = re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", train())
    assert re.search(r"6/6 ━+ loss \d\.\d{4} mean of 50: \d\.\d{4} \d+:\d\d left", output)


# generate


@pytest.fixture
def model():
    train("--save", "run.json")
    return "run.json"


def test_a_seed_makes_the_names_the_same(model):
    first, again, other = (run(commands.generate, model, "--seed", seed) for seed in (1, 1, 2))
    assert first == again != other


def test_a_low_temperature_takes_the_likeliest(model):
    assert len(set(run(commands.generate, model, "--temperature", "0.001").splitlines())) == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--start", "dxyz"], "never seen: x z"),
        (["--start", "a d"], "never seen: space"),
        (["--start", "adadada"], "7 letters, .* at most 6"),
        (["--temperature", "0"], "0.01 takes nearly always the likeliest"),
        (["--temperature", "-1"], "--temperature must be"),
        (["--temperature", "nan"], "--temperature must be"),
        (["--temperature", "warm"], "--temperature must be"),
        (["--samples", "-1"], "--samples must be"),
        (["--seed", "x"], "--seed must be"),
    ],
)
def test_bad_requests_are_one_line(model, arguments, message):
    assert re.search(message, refusal(commands.generate, model, *arguments))


def test_models_that_are_none_are_one_line(model):
    whole = Path(model).read_text()
    Path("cut.json").write_text(whole[: len(whole) // 2])
    Path("old.json").write_text(whole.replace('"version": 1', '"version": 0'))
    assert "cut short" in refusal(commands.generate, "cut.json")
    assert "another version" in refusal(commands.generate, "old.json")
    assert "not a saved run" in refusal(commands.generate, "tiny.txt")
    assert "no saved run" in refusal(commands.generate, "none.json")
    assert "Missing argument 'FILE'" in refusal(commands.generate)


# names


def test_names_shows_the_list_in_use(monkeypatch, place):
    monkeypatch.setenv("MICROGPT_NAMES", "tiny.txt")
    output = run(commands.names)
    assert "tiny.txt: 8 names" in output
    assert str(place / "tiny.txt") in output
    assert "ada, bea" in output


# how fast it starts


@pytest.mark.parametrize("arguments", [["--help"], ["train", "--help"], ["generate", "--help"]])
def test_help_imports_nothing_heavy(arguments):
    code = (
        "import sys; from autograder.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "sys.exit(' '.join({'numpy', 'rich', 'pooch', 'platformdirs'} & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Usage" in done.stdout
