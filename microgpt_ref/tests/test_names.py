"""The kit's own list, and where other lists come from. No test here uses the real network."""

from __future__ import annotations

import hashlib
import http.server
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from microgpt_ref import commands, names
from microgpt_ref.names import NameList, NamesError, describe, fetch_full, load_names
from microgpt_ref.tests.names_server import Handler, Server, send

OWN = Path(names.__file__).with_name("names.txt")
# Stands in for the full list, which is never committed: long enough to be cut in the middle.
PAYLOAD = b"".join(b"name%05d\n" % number for number in range(20_000))
PAYLOAD_SHA256 = hashlib.sha256(PAYLOAD).hexdigest()


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "names.txt"


@pytest.fixture
def fetched(cache: Path) -> Path:
    cache.parent.mkdir()
    return written(cache, PAYLOAD)


@pytest.fixture(autouse=True)
def alone(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty cache, an address where nobody answers, and none of the developer's own settings."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        monkeypatch.setenv("MICROGPT_NAMES_URL", f"http://127.0.0.1:{nobody.getsockname()[1]}/names.txt")
    for name in ("MICROGPT_NAMES", "FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setattr(names, "full_list_path", lambda: cache)
    monkeypatch.setattr(names, "FULL_SHA256", PAYLOAD_SHA256)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Handler) as running:
        running.answer = send(PAYLOAD)
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        monkeypatch.setenv("MICROGPT_NAMES_URL", running.url)
        yield running
        running.shutdown()
        thread.join()


def one_line(error: pytest.ExceptionInfo[NamesError]) -> str:
    message = str(error.value)
    assert message
    assert "\n" not in message
    return message


def written(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


# ---- the kit's own list


def test_our_list_has_at_least_4000_different_names_in_order() -> None:
    lines = OWN.read_text(encoding="utf-8").split("\n")
    assert lines.pop() == ""
    assert len(lines) >= 4000
    assert lines == sorted(set(lines))


def test_our_names_have_2_to_15_letters_a_to_z_in_lower_case() -> None:
    assert [name for name in load_names().docs if not re.fullmatch("[a-z]{2,15}", name)] == []
    assert set("".join(load_names().docs)) == set("abcdefghijklmnopqrstuvwxyz")


def test_our_list_has_names_from_many_places() -> None:
    known = "emma jose olga fatima priya wei sakura minjun linh kwame ngozi leilani aroha itzel giorgi zoltan"
    assert set(known.split()) <= set(load_names().docs)


# ---- which list is used


def test_without_anything_else_the_own_list_is_used() -> None:
    listed = load_names()
    assert listed.label == "the kit's own list"
    assert listed.path == OWN
    assert describe(listed) == f"the kit's own list: {len(listed.docs):,} names"


def test_a_given_file_comes_before_everything_else(
    tmp_path: Path, fetched: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MICROGPT_NAMES", str(written(tmp_path / "words.txt", "tree\n")))
    cities = written(tmp_path / "cities.txt", "ulm\nbath\n")
    assert load_names(cities) == NameList(("ulm", "bath"), "cities.txt", cities)


def test_the_environment_variable_comes_before_the_full_list(
    tmp_path: Path, fetched: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MICROGPT_NAMES", str(written(tmp_path / "words.txt", "tree\n")))
    assert load_names().label == "words.txt"


def test_an_empty_environment_variable_counts_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MICROGPT_NAMES", "")
    assert load_names().path == OWN


def test_the_full_list_is_used_once_it_was_fetched(fetched: Path) -> None:
    assert describe(load_names()) == "the full list: 20,000 names"


def test_a_damaged_copy_of_the_full_list_is_not_called_the_full_list(fetched: Path) -> None:
    fetched.write_bytes(PAYLOAD[:-100])
    assert load_names().label == "the kit's own list"


def test_the_lists_keep_their_labels_when_named_by_path(fetched: Path) -> None:
    assert load_names(OWN).label == "the kit's own list"
    assert load_names(fetched).label == "the full list"


def test_the_path_is_absolute_so_that_it_is_found_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path / "cities.txt", "ulm\n")
    assert load_names(Path("cities.txt")).path == tmp_path / "cities.txt"


def test_a_tilde_means_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    written(tmp_path / "cities.txt", "ulm\n")
    monkeypatch.setenv("MICROGPT_NAMES", "~/cities.txt")
    assert load_names().docs == ("ulm",)


def test_one_name_is_not_called_names(tmp_path: Path) -> None:
    assert describe(load_names(written(tmp_path / "one.txt", "ada\n"))) == "one.txt: 1 name"


# ---- what a file may hold


@pytest.mark.parametrize(
    ("text", "docs"),
    [
        ("ada\nbo", ("ada", "bo")),
        ("  ada \n\n\t\nbo\t\n", ("ada", "bo")),
        ("ada\r\nbo\r\n", ("ada", "bo")),
        ("bo\nada\nbo\n", ("bo", "ada", "bo")),
        ("new york\nłódź\n", ("new york", "łódź")),
        ("Анна\nさくら\nمريم\n", ("Анна", "さくら", "مريم")),
        ("\ufeffada\nbo\n", ("ada", "bo")),
    ],
    ids=["no last newline", "spaces", "windows", "order and repeats stay", "spaces inside", "alphabets", "BOM"],
)
def test_one_item_a_line_stripped_without_empty_lines(tmp_path: Path, text: str, docs: tuple[str, ...]) -> None:
    assert load_names(written(tmp_path / "list.txt", text)).docs == docs


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(NamesError) as error:
        load_names(tmp_path / "nmaes.txt")
    assert "there is no file" in one_line(error)
    assert "nmaes.txt" in one_line(error)


def test_a_folder_is_not_a_list(tmp_path: Path) -> None:
    with pytest.raises(NamesError) as error:
        load_names(tmp_path)
    assert "is a folder" in one_line(error)


@pytest.mark.parametrize("text", ["", "\n \n\t\r\n", "\ufeff"])
def test_a_list_without_names_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(NamesError) as error:
        load_names(written(tmp_path / "list.txt", text))
    assert "no names" in one_line(error)


@pytest.mark.parametrize(
    "raw", [b"\x89PNG\r\n\x1a\n\x00\x00", b"ada\n\xe9mile\n", b"ada\nb\x00b\n", "ada\nbo\n".encode("utf-16")]
)
def test_a_file_that_is_not_text_is_refused(tmp_path: Path, raw: bytes) -> None:
    with pytest.raises(NamesError) as error:
        load_names(written(tmp_path / "list.txt", raw))
    assert "text" in one_line(error)
    assert "UTF-8" in one_line(error)


def test_the_line_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    with pytest.raises(NamesError, match=r"see line 3\b"):
        load_names(written(tmp_path / "latin.txt", b"ada\nbo\n\xe9mile\n"))


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path / "list.txt", "ada\n")

    def refuse(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "read_bytes", refuse)  # chmod does not stop an administrator
    with pytest.raises(NamesError) as error:
        load_names(path)
    assert "cannot be read (Permission denied)" in one_line(error)


def test_an_error_says_when_the_file_came_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MICROGPT_NAMES", str(tmp_path / "gone.txt"))
    with pytest.raises(NamesError) as error:
        load_names()
    assert "gone.txt" in one_line(error)
    assert "MICROGPT_NAMES" in one_line(error)


# ---- fetching the full list


def test_fetching_puts_the_list_into_the_cache_with_a_bar_on_stderr(
    server: Server, cache: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")  # rich then takes stderr for a terminal,
    monkeypatch.setenv("TERM", "xterm")  # and for one that can draw
    assert describe(fetch_full()) == "the full list: 20,000 names"
    assert cache.read_bytes() == PAYLOAD
    assert load_names().label == "the full list"
    out, err = capfd.readouterr()
    assert out == ""
    assert "200.0/200.0 kB" in err


def test_the_command_fetches_it_and_says_so(server: Server) -> None:
    ran = CliRunner().invoke(commands.names, ["--full"], catch_exceptions=False)
    assert ran.exit_code == 0
    assert "the full list: 20,000 names" in ran.output
    assert server.gets == 1


def test_a_fetch_writes_no_bar_into_a_log(server: Server, capfd: pytest.CaptureFixture[str]) -> None:
    fetch_full()
    assert capfd.readouterr() == ("", "")


def test_a_second_fetch_needs_no_network(server: Server) -> None:
    fetch_full()
    fetch_full()
    assert server.gets == 1


def test_a_damaged_copy_is_fetched_again(server: Server, fetched: Path) -> None:
    fetched.write_bytes(b"half a li")
    assert len(fetch_full().docs) == 20_000


def test_offline_says_so_and_changes_nothing(cache: Path) -> None:
    with pytest.raises(NamesError) as error:
        fetch_full()
    assert "cannot reach 127.0.0.1" in one_line(error)
    assert "offline" in one_line(error)
    assert not cache.exists()
    assert load_names().label == "the kit's own list"


def test_another_file_than_expected_is_not_kept(server: Server, cache: Path) -> None:
    server.answer = send(b"<html>Please log in</html>")
    with pytest.raises(NamesError) as error:
        fetch_full()
    assert "wrong checksum" in one_line(error)
    assert list(cache.parent.iterdir()) == []


def test_a_connection_that_breaks_leaves_nothing_behind(server: Server, cache: Path) -> None:
    server.answer = send(PAYLOAD[:100_000], told_length=len(PAYLOAD))
    with pytest.raises(NamesError) as error:
        fetch_full()
    assert "broke off" in one_line(error)
    assert list(cache.parent.iterdir()) == []
    server.answer = send(PAYLOAD)
    assert len(fetch_full().docs) == 20_000


def test_a_server_that_says_no(server: Server) -> None:
    server.answer = lambda request: request.send_error(404)
    with pytest.raises(NamesError) as error:
        fetch_full()
    assert "127.0.0.1 answered 404 Not Found" in one_line(error)


def test_a_server_that_never_answers(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "TIMEOUT", (0.2, 0.2))
    done = threading.Event()
    server.answer = lambda request: done.wait(10) and None
    try:
        with pytest.raises(NamesError) as error:
            fetch_full()
        assert "does not answer" in one_line(error)
    finally:
        done.set()


@pytest.mark.parametrize("url", ["names.txt", "gopher://somewhere/names.txt", "http://"])
def test_an_address_that_is_none(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MICROGPT_NAMES_URL", url)
    with pytest.raises(NamesError) as error:
        fetch_full()
    assert "MICROGPT_NAMES_URL must begin with https://" in one_line(error)


def test_a_cache_that_cannot_be_written(server: Server, cache: Path) -> None:
    cache.parent.write_text("a file where the folder should be")
    with pytest.raises(NamesError) as error:
        fetch_full()
    assert "cannot write in" in one_line(error)
    assert "MICROGPT_NAMES=FILE" in one_line(error)


@pytest.mark.skipif(sys.platform == "win32", reason="signals of this kind are not on Windows")
@pytest.mark.parametrize("how", ["SIGINT", "SIGKILL"])
def test_a_fetch_that_is_stopped_half_way_leaves_nothing_broken(how: str, server: Server, cache: Path) -> None:
    go_on = threading.Event()

    def half(request: http.server.BaseHTTPRequestHandler) -> None:
        send(PAYLOAD[:100_000], told_length=len(PAYLOAD))(request)
        go_on.wait(20)

    server.answer = half
    program = (
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from pathlib import Path; from microgpt_ref import names\n"
        "names.full_list_path = lambda: Path(sys.argv[1]); names.FULL_SHA256 = sys.argv[2]\n"
        "names.fetch_full()"
    )
    child = subprocess.Popen([sys.executable, "-c", program, str(cache), PAYLOAD_SHA256], stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 20
        while not any(part.stat().st_size > 50_000 for part in cache.parent.glob("*")):
            assert child.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.01)
        child.send_signal(getattr(signal, how))
        assert child.wait(20) != 0
    finally:
        go_on.set()
        child.kill()
        child.wait()
    assert not cache.exists()
    assert load_names().label == "the kit's own list"
    server.answer = send(PAYLOAD)
    assert len(fetch_full().docs) == 20_000


# ---- the cache folder, and what start-up costs


def run(program: str, **env: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program], env={**os.environ, **env}, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the folder's variable is Linux's")
def test_the_cache_is_the_users_own(tmp_path: Path) -> None:
    place = run("from microgpt_ref import names; print(names.full_list_path())", XDG_CACHE_HOME=str(tmp_path))
    assert place == str(tmp_path / "microgpt-kit" / "names.txt")


def test_loading_a_list_imports_nothing_that_fetching_needs() -> None:
    heavy = "{'pooch', 'requests', 'rich', 'tqdm', 'autograder'}"
    loaded = run(f"import sys; from microgpt_ref import names; names.load_names(); print({heavy} & sys.modules.keys())")
    assert loaded == "set()"
