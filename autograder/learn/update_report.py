"""What an update did, in a few lines for the terminal and in full for a file to read later."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Sequence

from autograder.learn.merge import DELETED, NEW, ORDER, OUTLIVES, REMOVED, RENEWED, YOURS, Change
from autograder.learn.update import ADDED, CHANGED, GONE, SAME, Updated

_COUNTED = {RENEWED: "renewed", NEW: "new", REMOVED: "removed"}
_NOTES = {
    YOURS: "yours stays, and the kit has a new version of it",
    OUTLIVES: "yours stays; the lesson does without this cell now",
    DELETED: "stays deleted; the kit has a new version of it",
    ORDER: "the cells stay in your order; the lesson has a new one",
}


def in_short(done: Updated) -> list[str]:
    """A line for the file and one for each thing that the learner may want to look at; none if nothing is new."""
    if done.problem:
        return [done.problem]
    if done.state == ADDED:
        return [f"{done.name}: new"]
    if done.state == SAME and not done.changes:
        return []
    counts = Counter(change.what for change in done.changes)
    parts = [f"{counts[what]} {word}" for what, word in _COUNTED.items() if counts[what]]
    if parts:
        parts[0] = parts[0].replace(" ", " cell " if parts[0].startswith("1 ") else " cells ", 1)
    summary = ", ".join(parts) or ("renewed" if done.state == CHANGED else "nothing is changed")
    notes = [f"  {_named(change)}{_NOTES[change.what]}" for change in done.changes if change.what in _NOTES]
    return [f"{done.name}: {summary}", *notes]


def needs_reading(found: Sequence[Updated]) -> bool:
    """Is there anything to put into a report?"""
    return any(done.changes or done.state in (CHANGED, ADDED) for done in found)


def in_full(found: Sequence[Updated], version: str, date: str, backup: str) -> str:
    """The report as Markdown: everything that changed, and the kit's version of every cell that did not."""
    lines = [
        f"# Newer lessons, {date}",
        "",
        f"`microgpt update` brought the lessons of microgpt-kit {version}. What you wrote is as you left it.",
    ]
    if any(done.kept for done in found):
        lines += [f"The files as they were before are in `{backup}`."]
    lines += ["You can delete this page when you have read it."]
    for done in found:
        if done.state == SAME and not done.changes and not done.problem:
            continue
        lines += ["", f"## {done.name}", ""]
        if said := _said(done):
            lines += [said]
        lines += [
            f"- {word}: {_code(change.title)}"
            for what, word in _COUNTED.items()
            for change in done.changes
            if change.what == what
        ]
        for change in done.changes:
            if change.what in _NOTES:
                lines += _compared(change)
    return "\n".join(lines) + "\n"


def _said(done: Updated) -> str:
    """The sentence about the file as a whole, if it needs one."""
    if done.problem:
        return done.problem
    if done.state == CHANGED and done.changes:
        return ""
    return {
        ADDED: "This file is new.",
        CHANGED: "It is renewed.",
        GONE: "It is not there, and is not brought back.",
    }.get(done.state, "")


def _named(change: Change) -> str:
    return f"{change.title.rstrip(':')}: " if change.title else ""


def _compared(change: Change) -> list[str]:
    title = f"{_code(change.title)}: " if change.title else ""
    lines = ["", f"### {title}{_NOTES[change.what]}"]
    if change.now:
        language = "python" if change.code else "markdown"
        lines += ["", "The kit's version now:", "", *_fenced(change.now, language)]
    if change.now and change.before:
        before, now = change.before.split("\n"), change.now.split("\n")
        difference = difflib.unified_diff(before, now, "before", "now", lineterm="")
        lines += ["", "What is new in it:", "", *_fenced("\n".join(difference), "diff")]
    return lines


def _code(text: str) -> str:
    """As inline code, whatever is in it."""
    marks = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    space = " " if "`" in text else ""
    return f"{marks}{space}{text}{space}{marks}"


def _fenced(text: str, language: str) -> list[str]:
    marks = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
    return [f"{marks}{language}", text, marks]
