"""Where lists of names come from: a file, the full list in the user's cache, or the kit's own list."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from microgpt_ref.errors import UserError
from microgpt_ref.words import counted

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

OWN_LIST = Path(__file__).with_name("names.txt")
FULL_URL = "https://raw.githubusercontent.com/karpathy/makemore/988aa59/names.txt"
FULL_SHA256 = "0a30b5557f192f32ab962680889aac5f6fda0f4cecf40a6d0b5694f58ea8cc4d"
TIMEOUT = (10, 30)  # seconds: to reach the server, then for each next piece of the file


class NamesError(UserError):
    """A list that cannot be read or fetched: one line that says why and what to do next."""


@dataclass(frozen=True)
class NameList:
    """The items to learn from, what to call the list, and the file it was read from."""

    docs: tuple[str, ...]
    label: str
    path: Path


def load_names(path: Path | None = None) -> NameList:
    """Read the given list; else that of MICROGPT_NAMES; else the full one if it was fetched; else our own."""
    if path is not None:
        return _read(Path(path))
    if chosen := os.environ.get("MICROGPT_NAMES"):
        try:
            return _read(Path(chosen))
        except NamesError as error:
            raise NamesError(f"{error} (MICROGPT_NAMES names this file; unset it for the usual list)") from None
    full = full_list_path()
    return _read(full if _is_full(full) else OWN_LIST)


def describe(names: NameList) -> str:
    """The line that tells a learner which list is used, such as "the kit's own list: 4,312 names"."""
    return f"{names.label}: {counted(len(names.docs), 'name')}"


def full_list_path() -> Path:
    """Where the full list is kept once it was fetched."""
    import platformdirs

    return Path(platformdirs.user_cache_dir("microgpt-kit")) / "names.txt"


def fetch_full() -> NameList:
    """Download the full list into the user's cache, unless it is there already."""
    place = full_list_path()
    if not _is_full(place):
        _download(os.environ.get("MICROGPT_NAMES_URL") or FULL_URL, place)
    return _read(place)


def _read(path: Path) -> NameList:
    path = Path(os.path.expanduser(path))
    try:
        if path.is_dir():
            raise NamesError(f"{path} is a folder: name a text file in it, with one name a line")
        raw = path.read_bytes()
    except FileNotFoundError:
        raise NamesError(f"there is no file {path}: check its name and folder") from None
    except OSError as error:
        raise NamesError(f"{path} cannot be read ({error.strerror}): check that you may open it") from None
    docs = tuple(item for line in _text(raw, path).splitlines() if (item := line.strip()))
    if not docs:
        raise NamesError(f"{path} has no names in it: write one name a line, or choose another file")
    path = path.absolute()  # a saved run finds it again from another folder
    return NameList(docs, _label(path), path)


def _text(raw: bytes, path: Path) -> str:
    try:
        text = raw.decode("utf-8-sig")  # some editors put an invisible mark (a BOM) in front
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise NamesError(f"{path} is not UTF-8 text (see line {line}): save it as UTF-8, one name a line") from None
    if "\0" in text:
        raise NamesError(f"{path} is not text: choose a text file with one name a line, saved as UTF-8")
    return text


def _label(path: Path) -> str:
    if path == OWN_LIST.absolute():
        return "the kit's own list"
    if path == full_list_path().absolute():
        return "the full list"
    return path.name


def _is_full(path: Path) -> bool:
    """Whether the full list is there, whole. A damaged copy counts as none: its name promises known losses."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() == FULL_SHA256
    except OSError:
        return False


def _download(url: str, place: Path) -> None:
    """Fetch into a temporary file beside its place; only the whole list, checked, moves there."""
    import pooch
    from requests import RequestException

    pooch.get_logger().setLevel("WARNING")  # the bar says it already
    try:
        with _progress() as bar:
            # Uncompressed, so that the size the server tells is the size the bar counts to.
            headers = {"Accept-Encoding": "identity"}
            downloader = pooch.HTTPDownloader(progressbar=bar, timeout=TIMEOUT, headers=headers)
            pooch.retrieve(url, f"sha256:{FULL_SHA256}", place.name, place.parent, downloader=downloader)
    except RequestException as error:  # before OSError, of which it is a kind
        raise NamesError(f"the full list was not fetched: {_reason(url, error)}") from None
    except ValueError:  # what pooch raises for a wrong checksum
        raise NamesError(
            f"what came from {url} is not the full list (wrong checksum), and was not kept: try again, "
            "or from another network (some answer with a login page)"
        ) from None
    except OSError as error:
        raise NamesError(
            f"the full list was not fetched: cannot write in {place.parent} ({error.strerror or error}); "
            "make room there, or download the list yourself and set MICROGPT_NAMES=FILE"
        ) from None


def _reason(url: str, error: Exception) -> str:
    import requests

    server = urlsplit(url).hostname or url
    if isinstance(error, requests.HTTPError) and error.response is not None:
        return f"{server} answered {error.response.status_code} {error.response.reason}; try again later"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return f"{server} broke off in the middle; run the same command again"
    if isinstance(error, requests.exceptions.SSLError):
        return f"no secure connection to {server} (does a proxy stand between?)"
    if isinstance(error, requests.Timeout):
        return f"{server} does not answer; check the connection and try again"
    if isinstance(error, requests.ConnectionError):
        return f"cannot reach {server} (is this computer online?); training works offline, with the kit's own list"
    return f"{url} is not an address to fetch from; MICROGPT_NAMES_URL must begin with https:// or http://"


@contextlib.contextmanager
def _progress() -> Iterator[_Bar]:
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("the full list"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    # The bar goes away at the end, and stays out of log files: what remains is the result, or the error's one line.
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        yield _Bar(progress, progress.add_task("", total=None))


class _Bar:
    """What pooch asks of a progress bar, drawn by rich. Pooch sets `total` before the first update."""

    def __init__(self, progress: Progress, task: TaskID) -> None:
        self.total = 0
        self._progress, self._task = progress, task

    def update(self, amount: int) -> None:
        self._progress.update(self._task, total=self.total or None, advance=amount)

    def reset(self) -> None:
        self._progress.reset(self._task)

    def close(self) -> None:
        self._progress.refresh()
