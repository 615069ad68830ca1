"""The queue between a grader and its workers: Celery over Redis or RabbitMQ, with nothing but JSON in it."""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from amqp.exceptions import NotFound
from celery import Celery
from celery.exceptions import Ignore

from autograder.course import course as kit_course
from autograder.teach.farm.broker_faults import broker_errors
from autograder.teach.farm.job import Job, Refused, judge_job, version
from autograder.teach.wall_again import WallGone
from microgpt_ref.errors import UserError

TASK = "microgpt.judge"
BEGUN = "BEGUN"  # the state of a job that a worker is judging
LONGEST = 180  # seconds for one submission, then the process that judges it is ended
KEPT = 3600  # seconds that Redis keeps an answer which nobody fetches

WallGoneHere = Callable[[str], None]


def queue_of(version: str) -> str:
    """Each version of the kit has a queue of its own, so that no worker gets what it would have to refuse."""
    digest, _, python = version.partition("-")
    return f"microgpt-{digest[:16]}-{python}"


def celery_app(url: str, wall_gone: WallGoneHere = lambda why: None) -> Celery:
    """The application on both sides; a worker says what to do when the sandbox does not stand any more."""
    redis = url.startswith("redis")
    app = Celery("microgpt", broker=url, backend=url if redis else "rpc://", set_as_current=False)
    app.conf.update(
        accept_content=["json"],
        task_serializer="json",
        result_serializer="json",
        result_accept_content=["json"],
        result_expires=KEPT,
        task_default_queue=queue_of(version(kit_course())),
        # Acknowledged when its verdict is written, so that a worker takes no more jobs than it can judge. Which were
        # lost with a worker the grader finds out, and counts: a broker cannot tell what was begun from what was not.
        task_acks_late=True,
        task_reject_on_worker_lost=False,
        task_time_limit=LONGEST,
        worker_prefetch_multiplier=1,
        worker_max_tasks_per_child=500,
        worker_send_task_events=False,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_connection_timeout=4,
        broker_transport_options={
            "visibility_timeout": 4 * LONGEST,
            "socket_connect_timeout": 4,
            "socket_timeout": 10,
            "socket_keepalive": True,
        }
        if redis
        else {},
        redis_socket_connect_timeout=4,
        redis_socket_timeout=10,
        task_publish_retry=False,  # the grader tries again by itself
        result_backend_transport_options={"retry_policy": {"timeout": 4.0}},
        **_tls(url),
    )

    def judge(self: Any, job: dict[str, Any], asker: str = "") -> dict[str, Any]:
        return judge_task(self, job, asker, wall_gone)

    app.task(judge, name=TASK, bind=True)
    return app


def _tls(url: str) -> dict[str, Any]:
    """With rediss:// and amqps:// the broker's certificate is looked at; Celery by itself would take any, or none."""
    scheme, host = urlsplit(url).scheme, urlsplit(url).hostname
    if scheme == "rediss":
        options = {"ssl_cert_reqs": ssl.CERT_REQUIRED, "ssl_check_hostname": True}
        return {"broker_use_ssl": options, "redis_backend_use_ssl": options}
    if scheme == "amqps":
        return {"broker_use_ssl": {"cert_reqs": ssl.CERT_REQUIRED, "server_hostname": host}}
    return {}


def judge_task(self: Any, job: dict[str, Any], asker: str, wall_gone: WallGoneHere) -> dict[str, Any]:
    """Judge one job, if somebody still waits for it, and say when it is begun.

    A job that comes back from the broker was in the hands of another worker, which is gone or only away for the
    moment: whether that counts, and whether it is sent again, is for the grader to say.
    """
    if asker and not wanted(self.app, asker, self.request.id):
        raise Ignore()
    if (self.request.delivery_info or {}).get("redelivered"):
        return {"returned": True}
    with suppress(*broker_errors()):
        self.update_state(state=BEGUN, meta={"worker": self.request.hostname})
    try:
        report = judge_job(Job.from_json(job), kit_course(), os.environ.get("MICROGPT_NO_SANDBOX") == "1")
        return {"report": report.to_json()}
    except Refused as refused:
        return {"refused": str(refused)}
    except WallGone as error:
        wall_gone(str(error))
        return {"fault": str(error)}
    except UserError as error:
        return {"fault": str(error)}
    except (OSError, MemoryError) as error:
        return {"fault": f"{type(error).__name__}: {error}"}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        return {"refused": f"this is no job of the kit's ({type(error).__name__})"}


def wanted(app: Any, asker: str, token: str) -> bool:
    """Does whoever sent this job still wait for it? See mail.py; a broker that does not say leaves it so."""
    try:
        if hasattr(app.backend, "mget"):
            return bool(app.backend.client.sismember(asker, token))
        with app.pool.acquire(block=True) as connection, connection.channel() as channel:
            channel.queue_declare(asker, passive=True)
        return True
    except NotFound:
        return False
    except broker_errors():
        return True
