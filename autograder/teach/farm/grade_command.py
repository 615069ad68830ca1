"""`microgpt grade`: grade what is submitted and not yet graded, on every core or on other machines."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import click

from autograder.installing import need
from microgpt_ref.errors import UserError
from microgpt_ref.options import COUNT, OneLineCommand


@click.command(cls=OneLineCommand)
@click.argument("course", type=click.Path(path_type=Path), default=".")
@click.option("--assignment", help="Grade this one, such as 03_attention; else all.")
@click.option("--jobs", type=COUNT, help="How many judges work at once on this machine; else one a core.")
@click.option("--broker", help="Let workers judge: redis://HOST or amqp://HOST. MICROGPT_BROKER does the same.")
@click.option(
    "--force",
    is_flag=True,
    help="Grade again what is graded already. Verdicts that hold for sure are used; crashes and timeouts judged again.",
)
@click.option("--json", "as_json", is_flag=True, help="Say it for a program to read.")
@click.option("--no-sandbox", is_flag=True, help="Submissions then run with your rights on this machine.")
def grade(
    course: Path,
    assignment: str | None,
    jobs: int | None,
    broker: str | None,
    force: bool,
    as_json: bool,
    no_sandbox: bool,
) -> None:
    """Grade whatever is submitted in COURSE and not yet graded, or has changed since.

    Stopped at any moment, it goes on where it stopped. The exit code is 0 when everything is graded, 1 when a
    submission could not be graded or was given up, 2 when grading cannot begin or go on, 130 when it was stopped.
    """
    need("nbgrader", "jupytext")
    from autograder.teach.farm.broker_url import hidden_broker

    url = hidden_broker(broker)
    if no_sandbox:
        os.environ["MICROGPT_NO_SANDBOX"] = "1"
    from autograder.teach.farm.grade import Outcome
    from autograder.teach.farm.progress import Progress, summary, to_json

    wish = _wish(course, assignment, jobs, force, no_sandbox)
    signal.signal(signal.SIGTERM, _stop)
    judges_of: Any = None
    if url:
        need("celery")
        from autograder.teach.farm.cluster import cluster

        judges_of = cluster(url)
    from autograder.teach.farm.grade import grade as grade_course

    with Progress(quiet=as_json) as progress:
        try:
            outcome = grade_course(wish, progress.show, judges_of)
        except KeyboardInterrupt:
            done = f"{progress.outcome.graded:,} of {progress.outcome.waiting:,}" if progress.outcome else "none"
            click.echo(f"stopped; {done} graded. The same command goes on from here.", err=True)
            if as_json:
                _say(json.dumps({**to_json(progress.outcome or Outcome()), "stopped": True}, indent=1))
            sys.exit(130)
        except UserError as error:
            done = (
                f" ({progress.outcome.graded:,} of {progress.outcome.waiting:,} are graded)" if progress.outcome else ""
            )
            raise UserError(f"{error}{done}") from None
    _say(json.dumps({**to_json(outcome), "stopped": False}, indent=1) if as_json else summary(outcome))
    sys.exit(1 if outcome.failed or outcome.given_up else 0)


def _say(text: str) -> None:
    """Whoever reads it may have gone: that changes nothing about what was graded, nor the exit code."""
    try:
        click.echo(text)
        sys.stdout.flush()
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115  Python would complain once more at the end


def _wish(course: Path, assignment: str | None, jobs: int | None, force: bool, no_sandbox: bool) -> Any:
    from autograder.teach.check_course import load_config
    from autograder.teach.farm.grade import Wish
    from autograder.teach.folder import find_course

    folder = find_course(course)
    try:
        load_config(folder)
    except Exception as error:
        why = f"{type(error).__name__}: {error}".split("\n")[0]
        raise UserError(f"nothing was graded: nbgrader_config.py does not load ({why})") from None
    exercises = folder.course.exercises
    if assignment:
        exercises = (folder.course.exercise(assignment),)
        if not folder.submissions(exercises[0]):
            raise UserError(
                f"nothing is submitted for {exercises[0].folder}: nbgrader collect {exercises[0].folder} comes first"
            )
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return Wish(folder, exercises, jobs or cores, force, no_sandbox)


def _stop(*anything: object) -> None:
    raise KeyboardInterrupt
