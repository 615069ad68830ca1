"""A worker: Celery's own, with as many long-lived judges as it is told."""

from __future__ import annotations

import logging
import mmap
import os
import signal
import sys

import click
from celery.signals import worker_ready

from autograder.course import course as kit_course
from autograder.teach.farm.broker_faults import broker_errors, refusal
from autograder.teach.farm.job import short, version
from autograder.teach.farm.queue_celery import celery_app


def serve(url: str, jobs: int, name: str, shown: str) -> int:
    """Judge until told to stop; the exit code."""
    logging.basicConfig(stream=sys.stderr, format="%(asctime)s %(levelname)s %(message)s", level=logging.WARNING)
    worker, broken = os.getpid(), mmap.mmap(-1, 1)  # seen by the processes that judge, which are forked from this one

    def wall_gone(why: str) -> None:
        """Go on with nothing: another worker would lose its jobs to one that fails faster than it judges."""
        if not broken[0]:
            broken[0] = 1
            line = f"{why}. This worker ends, others get its jobs; microgpt worker --check says when it can judge again"
            click.echo(f"microgpt worker: the sandbox does not stand any more: {line}", err=True)
            os.kill(worker, signal.SIGTERM)

    app = celery_app(url, wall_gone)

    def ready(**anything: object) -> None:
        line = f"ready: kit {short(version(kit_course()))}, {jobs} at once, broker {shown}"
        click.echo(f"microgpt worker: {line}", err=True)

    worker_ready.connect(ready)
    celery = app.Worker(
        hostname=f"microgpt@{name}",
        concurrency=jobs,
        pool="prefork",
        optimization="fair",
        loglevel="WARNING",
        without_gossip=True,
        without_mingle=True,
        quiet=True,
    )
    celery.start()
    return 1 if broken[0] else int(celery.exitcode or 0)


def asked(url: str) -> tuple[bool, str]:
    """Does the broker let us in? And if it says no, why."""
    try:
        with celery_app(url).connection_for_write() as connection:
            connection.ensure_connection(max_retries=1, timeout=4)
        return True, ""
    except broker_errors() as error:
        return False, refusal(error)
