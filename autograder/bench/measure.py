"""What a measurement is: a row of the budget table, how much effort to spend, and the figure that comes out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import median

WITHIN, OVER, WRONG, SKIPPED, NOTE = "within", "over", "wrong", "skipped", "note"

SECONDS, RATIO, MEGABYTES = "s", "ratio", "MB"

Tell = Callable[[str], None]  # says how far a measurement is


class MeasureError(Exception):
    """A measurement that came to nothing, with the reason."""


class CannotMeasure(Exception):
    """Something that a measurement needs is not on this machine."""


@dataclass(frozen=True)
class Figure:
    """One measured number, with how it was measured. Without a budget it is for information."""

    row: str
    what: str
    unit: str
    value: float | None
    how: str
    budget: float | None = None
    samples: tuple[float, ...] = ()
    wrong: str = ""  # what should not be so, whatever the number says
    skipped: str = ""  # why there is no number

    @property
    def state(self) -> str:
        if self.skipped:
            return SKIPPED
        if self.wrong or self.value is None:
            return WRONG
        if self.budget is None:
            return NOTE
        return WITHIN if self.value <= self.budget else OVER

    @property
    def passed(self) -> bool:
        """Nothing to complain of; what could not be measured here is no complaint."""
        return self.state not in (OVER, WRONG)


@dataclass(frozen=True)
class Row:
    """One row of the budget table and the function that measures it."""

    name: str
    what: str
    unit: str
    budget: float
    where: str  # module:function

    def figure(self, samples: Iterable[float], how: str, wrong: str = "", what: str = "") -> Figure:
        """The row's own figure: the median of what was measured in each turn."""
        found = tuple(samples)
        return Figure(self.name, what or self.what, self.unit, median(found), how, self.budget, found, wrong)

    def note(self, what: str, samples: Iterable[float], how: str, unit: str = "") -> Figure:
        """A figure beside it, for information."""
        found = tuple(samples)
        return Figure(self.name, what, unit or self.unit, median(found), how, samples=found)

    def failed(self, reason: str) -> Figure:
        return Figure(self.name, self.what, self.unit, None, "", self.budget, wrong=reason)

    def skip(self, reason: str) -> Figure:
        return Figure(self.name, self.what, self.unit, None, "", self.budget, skipped=reason)


@dataclass(frozen=True)
class Effort:
    """How often everything is done. Times are compared turn by turn, so more turns mean a steadier median."""

    turns: int = 5  # learner and atomic
    steps: int = 16  # in each of them
    quiet_turns: int = 1  # of them also with atomic without garbage collection
    fine_turns: int = 8  # fast and atomic: atomic swings, so they alternate finely
    fine_steps: int = 6
    fast_steps: int = 1000
    memory: tuple[int, int] = (100, 400)  # from the peak at this step to the peak at that
    runs: int = 7  # of pytest, and of microgpt check
    checks: int = 9  # in a notebook
    saves: int = 7  # while it is watched
    submissions: int = 21  # that the kit judges
    stock: int = 3  # and so many of them stock nbgrader
    runs_of: tuple[int, ...] = (1, 10, 100)  # submissions in one run of nbgrader autograde

    @property
    def batch(self) -> int:
        """Submissions that the kit judges for each one that stock nbgrader does."""
        return max(1, self.submissions // self.stock)


FULL = Effort()
QUICK = Effort(
    turns=2,
    steps=6,
    fine_turns=3,
    fine_steps=3,
    memory=(20, 60),
    runs=3,
    checks=4,
    saves=3,
    submissions=4,
    stock=1,
    runs_of=(1, 10),
)


def spread(samples: Iterable[float], unit: str) -> str:
    """From the best to the worst turn."""
    found = sorted(samples)
    best, worst = shown(found[0], unit), shown(found[-1], unit)
    return best if len(found) == 1 else f"{best} to {worst}"


def shown(value: float, unit: str) -> str:
    """A number as a person would say it: 1/11.2, 0.31 s, 0.4 MB."""
    if unit == RATIO:
        times = 1 / value if value > 0 else float("inf")
        return f"1/{times:,.0f}" if times >= 100 else f"1/{times:.1f}"
    if unit == SECONDS:
        return f"{value:.3f} s" if abs(value) < 0.1 else f"{value:.2f} s"
    return f"{value:.1f} {unit}"


def limit(value: float, unit: str) -> str:
    """A budget, which is a round number."""
    return f"1/{round(1 / value, 2):,g}" if unit == RATIO else f"{value:g} {unit}"
