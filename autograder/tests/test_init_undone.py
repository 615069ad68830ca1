"""`microgpt init` that cannot end leaves the place as it was."""

import pytest

from autograder.tests.running import run


@pytest.fixture(autouse=True)
def alone(tmp_path, monkeypatch):
    monkeypatch.delenv("MICROGPT_EXERCISES", raising=False)
    monkeypatch.chdir(tmp_path)


def test_an_empty_folder_is_empty_again(tmp_path, monkeypatch):
    (tmp_path / "my-gpt").mkdir()
    real, count = type(tmp_path).write_bytes, []

    def no_room_for_the_fifth(path, content):
        count.append(path)
        if len(count) == 5:
            raise OSError(28, "No space left on device")
        return real(path, content)

    monkeypatch.setattr(type(tmp_path), "write_bytes", no_room_for_the_fifth)
    ran = run("init", "my-gpt")
    assert (ran.code, "No space left" in ran.text) == (2, True)
    assert list(tmp_path.iterdir()) == [tmp_path / "my-gpt"]
    assert not list((tmp_path / "my-gpt").iterdir())


def test_a_kit_that_is_not_whole_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr("autograder.lessons.PRISTINE", tmp_path / "gone")
    ran = run("init", "my-gpt")
    assert (ran.code, "install it again" in ran.text) == (2, True)
    assert not list(tmp_path.iterdir())
