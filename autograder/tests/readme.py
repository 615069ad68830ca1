"""A README taken apart: what stands between backticks, in blocks, in tables and in links."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def shell_lines(text: str) -> list[str]:
    """The lines of the blocks that are to be typed, without what is said of them."""
    blocks = [block.strip() for kind, block in FENCE.findall(text) if kind == "sh"]
    return [line.split("  #")[0].rstrip() for block in blocks for line in block.splitlines()]


def quoted(text: str) -> list[str]:
    """What stands between backticks, in the order of the page."""
    return re.findall(r"`([^`]+)`", FENCE.sub("", text))


def links(text: str) -> list[str]:
    return re.findall(r"\]\(([^)\s]+)\)", FENCE.sub("", text))


def tables(text: str) -> list[list[list[str]]]:
    """Each table as its rows of cells, without the line beneath the heading."""
    found: list[list[list[str]]] = []
    before = ""
    for line in FENCE.sub("", text).splitlines():
        if line.startswith("|"):
            if not before.startswith("|"):
                found.append([])
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if not set(line) <= set("|-: "):
                found[-1].append(cells)
        before = line
    return found


def table(text: str, heading: str) -> list[list[str]]:
    """The rows of the table whose heading begins like this."""
    (rows,) = [rows for rows in tables(text) if " | ".join(rows[0]).startswith(heading)]
    return rows[1:]
