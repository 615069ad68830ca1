"""`microgpt bench`: measure the budget table in one run."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import click

from autograder.bench.budgets import ROWS, measurement, rows_named
from autograder.bench.measure import FULL, QUICK, CannotMeasure, Effort, Figure, MeasureError, Row, Tell
from autograder.installing import need
from microgpt_ref.errors import UserError
from microgpt_ref.options import COUNT, OneLineCommand

EPILOG = "\b\nThe rows:\n" + "\n".join(f"  {row.name:<9} {row.what}" for row in ROWS)


@click.command(cls=OneLineCommand, epilog=EPILOG)
@click.argument("rows", nargs=-1)
@click.option("--quick", is_flag=True, help="Fewer turns: rough figures in a fraction of the time.")
@click.option("--json", "as_json", is_flag=True, help="Say it for a program to read.")
@click.option("--class", "learners", type=COUNT, help="Instead, grade a class of so many end to end.")
@click.option("--jobs", type=COUNT, help="For a class: so many judges. Otherwise one for each core.")
@click.option("--seed", help="For a class: the same seed makes the same class.")
@click.option(
    "--shares", help="For a class: such as honest=0.8,hostile=0.2; else mostly honest, and some of each kind."
)
@click.option("--into", type=click.Path(path_type=Path), help="For a class: only write it into submitted/ of a course.")
def bench(
    rows: tuple[str, ...],
    quick: bool,
    as_json: bool,
    learners: int | None,
    jobs: int | None,
    seed: str | None,
    shares: str | None,
    into: Path | None,
) -> None:
    """Measure the kit against its budgets: all ROWS of the table, or those you name.

    What is compared is measured in turn, and each figure is the median of the turns. The exit code is 0 when all
    is within budget, 1 when something is not. What cannot be measured on this machine is said and left out.
    """
    if learners:
        kinds = _shares(shares)
        if into:
            return write_a_class(learners, into, seed or "1", kinds)
        return grade_a_class(learners, jobs or os.cpu_count() or 1, quick, as_json, seed or "1", kinds)
    for option, given in {"--jobs": jobs, "--seed": seed, "--shares": shares, "--into": into}.items():
        if given:
            raise UserError(f"{option} is about a class: add --class 1000, or leave it out")
    from autograder.bench.commands import empty_python
    from autograder.bench.table import circumstances, show, to_json
    from microgpt_ref.names import describe, load_names

    wanted = rows_named(rows)
    where = circumstances(describe(load_names()), quick)
    empty = 3 if quick else 5
    where = where.and_then(empty_python(empty))
    figures = measured(wanted, QUICK if quick else FULL)
    where = where.and_then(empty_python(empty))
    if as_json:
        click.echo(json.dumps(to_json(figures, where), indent=1, ensure_ascii=False))
    else:
        show(figures, where)
    sys.exit(0 if all(figure.passed for figure in figures) else 1)


def _shares(text: str | None) -> dict[str, float] | None:
    from autograder.teach.classes import shares_from

    return shares_from(text) if text else None


def write_a_class(learners: int, into: Path, seed: str, shares: dict[str, float] | None) -> None:
    """For trying a course: learners who do not exist, as if their work had been collected."""
    from autograder.bench.whole_class import class_into

    place, assignment = class_into(into, learners, seed, shares)
    click.echo(f"wrote {learners:,} submissions of {assignment} (seed {seed}) into {place}; now: microgpt grade {into}")


def grade_a_class(
    learners: int, jobs: int, quick: bool, as_json: bool, seed: str, shares: dict[str, float] | None
) -> None:
    """A whole class through `microgpt grade`, and stock nbgrader for a minute (quick: 15 s) beside it."""
    need("nbgrader")
    from rich.console import Console

    from autograder.bench.whole_class import whole_class

    begin = os.getloadavg()[0]
    with Console(stderr=True, highlight=False).status("") as status:
        patience = 15.0 if quick else 60.0
        figures = whole_class(learners, jobs, status.update, seed=seed, shares=shares, stock_seconds=patience)
    load = (round(begin, 1), round(os.getloadavg()[0], 1))
    if as_json:
        click.echo(json.dumps({**figures.to_json(), "cores": os.cpu_count(), "load": load}, indent=1))
    else:
        click.echo(figures.to_text())
        click.echo(f"  {os.cpu_count()} cores; the load of this machine was {load[0]} before and {load[1]} after")
    sys.exit(0 if figures.passed else 1)


def measured(rows: Sequence[Row], effort: Effort) -> list[Figure]:
    """The figures of these rows, one row after the other, saying on stderr which it is."""
    from rich.console import Console

    console = Console(stderr=True, highlight=False)
    found: list[Figure] = []
    for place, row in enumerate(rows, start=1):
        heading = f"{place} of {len(rows)}, {row.name}"
        if not console.is_terminal:
            console.print(heading)
        begin = time.monotonic()
        with console.status(heading) as status:

            def tell(news: str, heading: str = heading) -> None:
                status.update(f"{heading}: {news}")

            found += _figures(row, effort, tell)
        if console.is_terminal:
            console.print(f"{heading}: {time.monotonic() - begin:.0f} s", style="dim")
    return found


def _figures(row: Row, effort: Effort, tell: Tell) -> list[Figure]:
    """One row; whatever is in its way is said in the table, and the others are measured all the same."""
    try:
        return measurement(row)(row, effort, tell)
    except CannotMeasure as reason:
        return [row.skip(str(reason))]
    except (MeasureError, UserError, OSError) as reason:
        return [row.failed(str(reason))]
