"""Hints in a terminal."""

from __future__ import annotations

import re

from autograder.course import Piece
from autograder.learn.terminal import colours, folded, paint


def hint_lines(piece: Piece, place: int, text: str) -> list[str]:
    """One hint with its heading; code stands out."""
    lines = [paint(f"Hint {place} of {len(piece.hints)} for {piece.name}", "note")]
    for line in _joined(text):
        lines += [_with_code(part) for part in folded(f"  {line}", deeper=0)]
    return lines


def _joined(text: str) -> list[str]:
    """A text that was written in short lines as long ones, since the terminal folds them; indented ones stay."""
    return re.sub(r"(?<=\S)\n(?=\S)", " ", text).split("\n")


def _with_code(line: str) -> str:
    return re.sub(r"`([^`]+)`", lambda code: paint(code[1], "bold"), line) if colours() else line
