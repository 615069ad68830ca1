"""The figures as a table for people and as JSON for programs."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

from autograder.bench.measure import NOTE, OVER, SECONDS, SKIPPED, WITHIN, WRONG, Figure, limit, shown
from autograder.bench.workers import Ran
from microgpt_ref.words import counted

# The colours of learn/terminal.py, which colour-blind people can tell apart; each comes with a word.
LOOKS = {WITHIN: "color(36)", OVER: "color(166)", WRONG: "color(166)", SKIPPED: "color(178)", NOTE: "dim"}


@dataclass(frozen=True)
class Circumstances:
    """Where and how it was measured: what one needs to compare two runs."""

    machine: str
    cores: int
    load: float | None  # how many processes wanted a core in the last minute, at the beginning or the end
    python: str
    names: str
    quick: bool
    empty_python: tuple[Ran, ...] = ()  # python -c '', at the beginning and at the end

    @property
    def empty_seconds(self) -> float | None:
        return median(ran.wall for ran in self.empty_python) if self.empty_python else None

    @property
    def busy(self) -> bool:
        """Were others at work, too? Then seconds by the clock are longer than they need be."""
        return self.load is not None and self.load > 1.5  # the measurement itself makes about 1

    def and_then(self, runs: Sequence[Ran]) -> Circumstances:
        """With more runs of an empty Python, and the larger load if it has grown."""
        load = max(self.load or 0.0, _load() or 0.0) if self.load is not None else None
        return replace(self, empty_python=(*self.empty_python, *runs), load=load)


def circumstances(names: str, quick: bool) -> Circumstances:
    """As they are now."""
    load = _load()
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return Circumstances(f"{platform.system()} {platform.machine()}", os.cpu_count() or 1, load, python, names, quick)


def _load() -> float | None:
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else None


def lines_about(where: Circumstances) -> list[str]:
    """The machine, the Python, and what an empty Python costs."""
    cores = f"{counted(where.cores, 'core')}"
    first = f"{where.python} on {where.machine}, {cores}; {where.names}"
    empty = where.empty_seconds
    second = f"an empty Python (python -c '') takes {shown(empty, SECONDS)} here: " if empty else ""
    lines = [first, f"{second}ratios hold on any machine, seconds go with that one"]
    if where.busy:
        lines.append(f"others were at work, too (load {where.load:.1f}): seconds by the clock are too long")
    return lines


def show(figures: Sequence[Figure], where: Circumstances, width: int | None = None) -> None:
    """Print the table."""
    from rich import box
    from rich.console import Console
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False, width=width)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column("what")
    table.add_column("figure", justify="right", no_wrap=True)
    table.add_column("at most", justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for figure in figures:
        what = Text(f"{figure.row}: {figure.what}" if figure.state != NOTE else f"  {figure.what}")
        if reason := figure.wrong or figure.skipped:
            what.append(f"\n{reason}", style=LOOKS[figure.state])
        table.add_row(
            what,
            "" if figure.value is None else shown(figure.value, figure.unit),
            "" if figure.budget is None else limit(figure.budget, figure.unit),
            Text(figure.state, style=LOOKS[figure.state]),
        )
    console.print(table)
    console.print(Text("\nHow it was measured (CPU: time on the processor; clock: time that passed)", style="dim"))
    for figure in figures:
        if figure.how:
            name = figure.row if figure.state != NOTE else f"{figure.row}, {figure.what}"
            console.print(Padding(Text(f"{name}: {figure.how}", style="dim"), (0, 0, 0, 2)))
    for line in lines_about(where):
        console.print(Padding(Text(line, style="dim"), (0, 0, 0, 2)))
    console.print()
    console.print(last_line(figures))


def last_line(figures: Sequence[Figure]) -> str:
    """What it comes to."""
    budgeted = [figure for figure in figures if figure.budget is not None and figure.state != SKIPPED]
    bad = [figure.row for figure in figures if not figure.passed]
    skipped = [figure.row for figure in figures if figure.state == SKIPPED]
    line = f"{len(budgeted) - len(bad)} of {len(budgeted)} within budget"
    if bad:
        line += f"; not {', '.join(dict.fromkeys(bad))}"
    if skipped:
        line += f"; not measured: {', '.join(skipped)}"
    return line


def to_json(figures: Sequence[Figure], where: Circumstances) -> dict[str, Any]:
    """The same for programs. Ratios are ours divided by theirs, times are in seconds."""
    return {
        "passed": all(figure.passed for figure in figures),
        "python": where.python,
        "machine": where.machine,
        "cores": where.cores,
        "load": where.load,
        "names": where.names,
        "quick": where.quick,
        "empty_python": where.empty_seconds,
        "figures": [
            {
                "row": figure.row,
                "what": figure.what,
                "unit": figure.unit,
                "value": figure.value,
                "budget": figure.budget,
                "state": figure.state,
                "reason": figure.wrong or figure.skipped,
                "how": figure.how,
                "samples": list(figure.samples),
            }
            for figure in figures
        ],
    }
