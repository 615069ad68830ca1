"""A saved run is whole or refused in one line, and saving never leaves half a file."""

import json
import os
from pathlib import Path

import pytest

from microgpt_ref.engines import engine
from microgpt_ref.errors import UserError
from microgpt_ref.microgpt import Config
from microgpt_ref.plan import Plan
from microgpt_ref.saved import NamesUsed, check_place, keep_previous, load, write
from microgpt_ref.training import advance, begin, freeze, list_sha256

DOCS = ["ada", "bea", "cleo"]


def small_run():
    run = begin(DOCS, Plan(Config(n_layer=1, n_embd=2, n_head=1, block_size=3), num_steps=5), engine(fast=False))
    advance(run)
    advance(run)
    return freeze(run, NamesUsed("tiny.txt", "tiny.txt", 3, list_sha256(DOCS)))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    write(small_run(), tmp_path / "run.json")
    return tmp_path / "run.json"


def refusal(path: Path) -> str:
    with pytest.raises(UserError) as caught:
        load(path)
    message = str(caught.value)
    assert "\n" not in message
    assert path.name in message
    return message


def test_what_was_saved_comes_back_to_the_last_bit(path):
    assert load(path) == small_run()


def test_the_same_run_is_the_same_file(path, tmp_path):
    write(load(path), tmp_path / "again.json")
    assert (tmp_path / "again.json").read_bytes() == path.read_bytes()


def test_cut_short_anywhere_is_refused(path):
    whole = path.read_bytes()
    for length in range(0, len(whole) - 2, 97):
        path.write_bytes(whole[:length])
        message = refusal(path)
        assert ("cut short" if length > 30 else "not a saved run") in message


@pytest.mark.parametrize(
    "content",
    [b"", b"hello", b"\xff\xfe\x00", b"[]", b"3", b'{"format": "another"}', b"[" * 100_000, b'{"version": 1}'],
)
def test_other_files_are_refused(path, content):
    path.write_bytes(content)
    assert "not a saved run" in refusal(path)


@pytest.mark.parametrize("version", [0, 2, "1", None, True, 1.0])
def test_another_version_is_refused(path, version):
    fields = json.loads(path.read_text())
    path.write_text(json.dumps(fields | {"version": version}))
    assert "another version" in refusal(path)


def change_and_refuse(path, change):
    fields = json.loads(path.read_text())
    change(fields)
    path.write_text(json.dumps(fields))
    assert "damaged" in refusal(path)


def test_every_entry_is_needed(path):
    text = path.read_text()
    for name in json.loads(text).keys() - {"format", "version"}:
        path.write_text(text)
        change_and_refuse(path, lambda fields, name=name: fields.pop(name))
        path.write_text(text)
        change_and_refuse(path, lambda fields, name=name: fields.update({name: None}))


@pytest.mark.parametrize(
    "change",
    [
        lambda f: f["params"]["wte"].pop(),
        lambda f: f["params"]["wpe"][0].pop(),
        lambda f: f["params"]["wpe"].append([0.0, 0.0]),
        lambda f: f["params"]["lm_head"].__setitem__(0, 1.5),
        lambda f: f["params"]["layers"].pop(),
        lambda f: f["params"]["layers"].append(f["params"]["layers"][0]),
        lambda f: f["params"]["layers"][0].pop("wq"),
        lambda f: f["params"]["layers"][0]["fc1"][3].__setitem__(1, "0.1"),
        lambda f: f["params"]["wte"][0].__setitem__(0, float("nan")),
        lambda f: f["params"]["wte"][0].__setitem__(0, float("inf")),
        lambda f: f["adam_mean"].pop(),
        lambda f: f["adam_mean_square"].__setitem__(0, -1.0),
        lambda f: f["losses"].pop(),
        lambda f: f.update(steps_done=6, losses=[1.0] * 6),
        lambda f: f.update(steps_done=-1),
        lambda f: f.update(num_steps=0),
        lambda f: f.update(num_steps=True),
        lambda f: f.update(learning_rate=-0.1),
        lambda f: f.update(schedule="steep"),
        lambda f: f["config"].update(n_head=3),
        lambda f: f["config"].update(n_embd=4),
        lambda f: f["config"].update(n_layer=10**9),
        lambda f: f["config"].pop("block_size"),
        lambda f: f["names"].pop("sha256"),
        lambda f: f.update(vocab=[]),
        lambda f: f["vocab"].reverse(),
        lambda f: f["vocab"].pop(),
        lambda f: f["vocab"].__setitem__(0, "ab"),
        lambda f: f["rng_state"].pop(),
        lambda f: f["rng_state"][1].pop(),
        lambda f: f["rng_state"][1].__setitem__(0, -1),
        lambda f: f["rng_state"].__setitem__(0, 99),
        lambda f: f["rng_state"].__setitem__(2, "soon"),
        lambda f: f["rng_state"].__setitem__(1, None),
    ],
)
def test_wrong_contents_are_refused(path, change):
    change_and_refuse(path, change)


def test_no_file_and_no_reading(tmp_path):
    assert "there is no saved run" in refusal(tmp_path / "none.json")
    assert "cannot read" in refusal(tmp_path)


def test_a_save_that_fails_leaves_the_old_file_and_no_other(path, tmp_path, monkeypatch):
    before = path.read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(UserError, match="No space left"):
        write(small_run(), path)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["run.json"]


def test_numbers_that_are_not_finite_are_not_saved(path):
    before = path.read_bytes()
    run = small_run()
    run.adam_mean[0] = float("nan")
    with pytest.raises(UserError, match="no longer finite"):
        write(run, path)
    assert path.read_bytes() == before


def test_a_link_stays_a_link(path, tmp_path):
    link = tmp_path / "link.json"
    link.symlink_to(path)
    write(small_run(), link)
    assert link.is_symlink()
    assert load(link) == small_run()


def test_places_that_will_do(path, tmp_path):
    check_place(path)  # a saved run is there: it may be renewed
    check_place(tmp_path / "new.json")
    (tmp_path / "empty.json").touch()
    check_place(tmp_path / "empty.json")
    assert sorted(os.listdir(tmp_path)) == ["empty.json", "run.json"]


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("", "it is a folder"),
        ("no/such/run.json", "there is no folder"),
        ("names.txt", "not a saved run"),
        ("names.txt/run.json", "there is no folder"),
        ("x" * 300, "cannot save"),
    ],
)
def test_places_that_will_not_do(tmp_path, place, message):
    (tmp_path / "names.txt").write_text("ada\n")
    with pytest.raises(UserError, match=message):
        check_place(tmp_path / place)
    assert (tmp_path / "names.txt").read_text() == "ada\n"


def test_a_device_is_no_place():
    with pytest.raises(UserError, match="not an ordinary file"):
        check_place(Path(os.devnull))


def test_the_previous_run_is_kept(path, tmp_path):
    kept = keep_previous(path)
    assert kept == tmp_path / "run.previous.json"
    assert kept.read_bytes() == path.read_bytes()
    assert keep_previous(tmp_path / "new.json") is None
