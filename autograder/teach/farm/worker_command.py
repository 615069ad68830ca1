"""`microgpt worker`: judge for a grader on another machine."""

from __future__ import annotations

import os
import socket
import sys

import click

from autograder.installing import need
from microgpt_ref.errors import UserError
from microgpt_ref.options import COUNT, OneLineCommand


@click.command(cls=OneLineCommand)
@click.option("--broker", help="redis://HOST or amqp://HOST, as the grader has it. MICROGPT_BROKER does the same.")
@click.option("--jobs", type=COUNT, help="How many submissions to judge at once; else one a core.")
@click.option("--check", is_flag=True, help="Say whether this machine can judge, and end.")
@click.option("--no-sandbox", is_flag=True, help="Submissions then run with your rights on this machine.")
def worker(broker: str | None, jobs: int | None, check: bool, no_sandbox: bool) -> None:
    """Judge submissions for `microgpt grade --broker`; it needs only the kit and the broker.

    Ctrl-C or SIGTERM ends it when what it is judging is judged. A job of another version of the kit is refused.
    """
    from autograder.teach.farm.broker_url import hidden_broker, masked

    url = hidden_broker(broker)
    good = _check(url, no_sandbox, tell=check)
    if check:
        sys.exit(0 if good else 1)
    if not good:
        raise UserError("this machine cannot judge: microgpt worker --check says why")
    if not url:
        raise UserError("where is the queue? microgpt worker --broker redis://HOST, or set MICROGPT_BROKER")
    need("celery")
    if no_sandbox:
        os.environ["MICROGPT_NO_SANDBOX"] = "1"
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    from autograder.teach.farm.worker import asked, serve

    _, why = asked(url)
    if why:  # one that only does not answer may come yet
        raise UserError(f"the broker at {masked(url)} {why}")
    name = f"{socket.gethostname()}-{os.getpid()}"
    sys.exit(serve(url, jobs or cores, name, masked(url)))


def _check(url: str | None, no_sandbox: bool, tell: bool) -> bool:
    from autograder.teach.farm.broker_url import masked
    from autograder.teach.farm.worker_check import look_over

    good = True
    for well, line in look_over(no_sandbox):
        good = good and well
        if tell:
            click.echo(f"{'✓' if well else '✗'} {line}")
    if tell and url:
        need("celery")
        from autograder.teach.farm.worker import asked

        reached, why = asked(url)
        how = "answers" if reached else why or "does not answer"
        click.echo(f"{'✓' if reached else '✗'} the broker at {masked(url)} {how}")
        good = good and reached
    return good
