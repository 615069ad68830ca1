"""The wall around a child: built for whoever grades, and when it cannot stand, the reason and what to do."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from autograder.judge import sandbox
from autograder.judge.sandbox import Sandbox, SandboxError

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox needs Linux")
CHILD = Path("/somewhere/child.py")


def pretend(monkeypatch, **programs):
    """Only these programs are installed."""
    monkeypatch.setattr(sandbox.shutil, "which", lambda name: programs.get(name))


def program(folder, text):
    path = folder / "bwrap"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


def test_a_wall_that_does_not_stand_says_why_and_what_to_allow(tmp_path, monkeypatch):
    why = "bwrap: No permissions to create a new namespace"
    pretend(monkeypatch, bwrap=program(tmp_path, f"echo '{why}' >&2; exit 1"), setpriv=shutil.which("setpriv"))
    with pytest.raises(SandboxError) as caught:
        Sandbox().probe()
    assert why in str(caught.value)
    assert "sysctl kernel.unprivileged_userns_clone=1" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_wall_that_says_nothing(tmp_path, monkeypatch):
    pretend(monkeypatch, bwrap=program(tmp_path, "exit 1"), setpriv=shutil.which("setpriv"))
    with pytest.raises(SandboxError, match="no reason given"):
        Sandbox().probe()


@pytest.mark.parametrize(
    ("why", "advice"),
    [
        ("bwrap: Unknown option --size", "bubblewrap is too old, the sandbox takes 0.7 or newer"),
        ("bwrap: The --size option is not permitted in setuid mode", "chmod u-s"),
        ("/python/bin/python3.11: error while loading shared libraries: libz.so.1", "the Python of this environment"),
    ],
)
def test_a_wall_that_cannot_be_what_it_should_be_says_so(tmp_path, monkeypatch, why, advice):
    pretend(monkeypatch, bwrap=program(tmp_path, f"echo '{why}' >&2; exit 1"), setpriv=shutil.which("setpriv"))
    with pytest.raises(SandboxError) as caught:
        Sandbox().probe()
    assert why in str(caught.value)
    assert advice in str(caught.value)
    assert "user namespaces" not in str(caught.value)
    assert str(caught.value).endswith("or grade with --no-sandbox")


@pytest.mark.parametrize("text", ["exec sleep 60", ""])
def test_a_program_that_hangs_or_cannot_be_run(tmp_path, monkeypatch, text):
    path = program(tmp_path, text)
    if not text:
        Path(path).write_bytes(b"\0")
    pretend(monkeypatch, bwrap=path, setpriv=shutil.which("setpriv"))
    run = sandbox.subprocess.run
    monkeypatch.setattr(sandbox.subprocess, "run", lambda *a, **more: run(*a, **{**more, "timeout": 0.2}))
    with pytest.raises(SandboxError, match="install bubblewrap") as caught:
        Sandbox().probe()
    # What nbgrader's users read in place of the flag that nbgrader does not have: see grading.py.
    assert str(caught.value).endswith("or grade with --no-sandbox")
    assert len(str(caught.value)) < 300


def test_without_bubblewrap_and_elsewhere_than_linux(monkeypatch):
    pretend(monkeypatch)
    with pytest.raises(SandboxError, match="apt install bubblewrap"):
        Sandbox().command(CHILD)
    monkeypatch.setattr(sandbox.sys, "platform", "darwin")
    with pytest.raises(SandboxError, match="grade on a Linux machine"):
        Sandbox().command(CHILD)


@pytest.mark.parametrize("prefix", ["/usr", "/usr/local", "/home/ada/.pyenv/versions/3.12.1", "/opt/conda"])
def test_python_is_all_that_is_shown_wherever_it_lives(monkeypatch, prefix):
    """Not /usr as a whole: nbgrader's exchange may lie below it."""
    pretend(monkeypatch, bwrap="/usr/bin/bwrap", setpriv="/usr/bin/setpriv")
    monkeypatch.setattr(sandbox.sys, "base_prefix", prefix)
    monkeypatch.setattr(Path, "is_dir", lambda path: path.name != "lib64")
    command = Sandbox().command(CHILD)
    shown = {command[place + 1] for place, word in enumerate(command) if word.endswith("bind")}
    programs = {path for path in shown if Path(path).name.startswith(("python", "setpriv", "child.py"))}
    system = {"/usr/lib", "/usr/lib64", "/lib", "/lib64"}
    assert shown - programs - system == ({f"{prefix}/lib"} if prefix != "/usr" else set())


def test_every_folder_of_memory_has_a_size_or_is_only_read(monkeypatch):
    pretend(monkeypatch, bwrap="/usr/bin/bwrap", setpriv="/usr/bin/setpriv")
    command = Sandbox().command(CHILD)
    for place, word in enumerate(command):
        if word == "--tmpfs":
            assert "--size" in command[place - 4 : place]
        if word == "--dev":
            assert command[place + 2 : place + 4] == ["--remount-ro", command[place + 1]]


def test_an_ordinary_user_needs_no_other_user(monkeypatch):
    pretend(monkeypatch, bwrap="/usr/bin/bwrap")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    command = Sandbox().command(CHILD)
    assert "--unshare-all" in command
    assert "--cap-add" not in command
    assert command[-5:] == ["-I", "-S", "-X", "utf8", "/child.py"]


def test_root_becomes_a_user_to_whom_nothing_belongs(monkeypatch):
    pretend(monkeypatch, bwrap="/usr/bin/bwrap", setpriv="/usr/bin/setpriv")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    command = Sandbox().command(CHILD)
    user = command[command.index("--reuid") + 1]
    assert int(user) >= 200_000
    assert command[command.index("--regid") + 1] == user
    assert "--no-new-privs" in command
    pretend(monkeypatch, bwrap="/usr/bin/bwrap")
    with pytest.raises(SandboxError, match="needs setpriv"):
        Sandbox().command(CHILD)


@pytest.mark.parametrize(("code", "said"), [(-9, "SIGKILL"), (137, "SIGKILL"), (3, "exit code 3")])
def test_how_a_child_ended_is_told(code, said):
    assert said in Sandbox().explain(code)
