"""nbgrader's collect, which takes nothing on trust: what lies in the exchange was put there by its students."""

from __future__ import annotations

import re
import secrets
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from nbgrader.exchange.default import ExchangeCollect
from nbgrader.utils import parse_utc

from autograder.notebook import LARGEST
from autograder.teach.careful_copy import Limits, careful_copy
from autograder.teach.incoming import TIMESTAMP, readable_time

SECRET = "submission_secret.txt"  # by which a learner finds the feedback


class CarefulCollect(ExchangeCollect):  # type: ignore[misc]
    """Follows no links, waits for no pipes, and lets no submission stop the collecting of the others."""

    src_records: list[dict[str, Any]]

    def init_src(self) -> None:
        super().init_src()
        self.src_records = [record for record in self.src_records if record["username"]]

    def _path_to_record(self, path: str) -> dict[str, Any]:
        name = Path(path).name
        try:
            record: dict[str, Any] = super()._path_to_record(path)
            if re.fullmatch(r"\w[\w.@ -]*", record["username"]):
                return record
        except Exception:
            pass
        self.log.warning("Passed over %r in the exchange: no submission has such a name", name)
        return {"username": "", "filename": name, "timestamp": datetime.min}

    def do_copy(self, src: str, dest: str, log: Any = None) -> None:
        source, target = Path(src), Path(dest)
        size = min(LARGEST, 1000 * self.coursedir.max_file_size)
        try:
            with tempfile.TemporaryDirectory(prefix="collect-") as between:
                copy = Path(between) / "submission"
                left_out = careful_copy(source, copy, Limits(size, 1000 * self.coursedir.max_dir_size))
                for line in left_out:
                    self.log.warning("%s: not collected: %s", source.name, line)
                _complete(copy, source.name)
                super().do_copy(str(copy), dest)
        except (OSError, RuntimeError, RecursionError) as error:
            self.log.error("%s could not be collected: %s", source.name, error)
            if not target.exists():
                self.log.error("%s: no submission was stored; collect again", source.name)


def _complete(folder: Path, name: str) -> None:
    """The two files that nbgrader cannot do without, whatever became of them: the time, and the secret.

    The time stands in the folder's name, too. A learner can change the file, and so the later of the two counts.
    """
    timestamp, secret = folder / TIMESTAMP, folder / SECRET
    written, named = _time_of(timestamp), _time_in(name)
    if not written or (named and parse_utc(named) > parse_utc(written)):
        _clear(timestamp)
        timestamp.write_text(named, encoding="utf-8")
    if not secret.is_file() or not re.fullmatch(rb"\w{16,512}", secret.read_bytes()):
        _clear(secret)
        secret.write_text(secrets.token_hex(64), encoding="utf-8")


def _time_of(timestamp: Path) -> str:
    """What the file says, if it is a time."""
    return timestamp.read_text(encoding="utf-8").strip() if timestamp.is_file() and readable_time(timestamp) else ""


def _clear(path: Path) -> None:
    if path.is_dir():
        path.rename(path.with_name(f"{path.name}.folder"))


def _time_in(name: str) -> str:
    """The time of submission as it stands in the folder's name: student+assignment+time+random."""
    for part in name.split("+")[2:]:
        try:
            parse_utc(part)
        except (ValueError, OverflowError, TypeError):
            continue
        return part
    return ""
