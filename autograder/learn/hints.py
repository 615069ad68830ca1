"""The next of three hints for a piece, and the memory of how many were given."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from autograder.course import Piece
from autograder.learn.workspace import Workspace, cache_folder, find_workspace
from microgpt_ref.errors import UserError
from microgpt_ref.whole import write_whole

AGAIN = "(You have seen them all; from the beginning again.)"


def next_hint(workspace: Workspace | None, piece: Piece) -> tuple[int, str]:
    """The next hint for the piece, counted from 1. After the last one it begins again and says so."""
    if not piece.hints:
        return 0, "there are no hints for this piece"
    memory = _memory(workspace or _workspace_here())
    given = _read(memory)
    seen = given.get(piece.name, 0)
    place = seen % len(piece.hints)
    _write(memory, {**given, piece.name: seen + 1})
    text = piece.hints[place]
    return place + 1, f"{AGAIN} {text}" if seen and place == 0 else text


def _workspace_here() -> Workspace | None:
    try:
        return find_workspace()
    except UserError:
        return None


def _memory(workspace: Workspace | None) -> Path:
    """The notebook and the terminal share it; another folder of exercises has its own."""
    key = str(workspace.folder.resolve()) if workspace else "anywhere"
    return cache_folder() / "hints" / f"{hashlib.sha256(key.encode()).hexdigest()[:20]}.json"


def _read(path: Path) -> dict[str, int]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return {name: count for name, count in found.items() if isinstance(count, int) and count >= 0}
    except (OSError, ValueError, AttributeError):
        return {}


def _write(path: Path, given: dict[str, int]) -> None:
    """A disk that refuses is no reason to keep a hint back."""
    try:
        write_whole(path, json.dumps(given).encode(), lasting=False)
    except OSError:
        pass
