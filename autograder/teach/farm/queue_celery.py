"""The queue between a grader and its workers: Celery over Redis or RabbitMQ, with nothing but JSON in it."""

from __future__ import annotations

import os
import ssl
from typing import Any
from urllib.parse import urlsplit

from celery import Celery
from celery.exceptions import Ignore

from autograder.course import course as kit_course
from autograder.teach.farm.job import Job, Refused, judge_job, version
from microgpt_ref.errors import UserError

TASK = "microgpt.judge"
LONGEST = 180  # seconds for one submission, then the process that judges it is ended
MOST_TRIES = 3  # workers that a submission may take with it


def queue_of(version: str) -> str:
    """Each version of the kit has a queue of its own, so that no worker gets what it would have to refuse."""
    digest, _, python = version.partition("-")
    return f"microgpt-{digest[:16]}-{python}"


def celery_app(url: str) -> Celery:
    """The application on both sides."""
    redis = url.startswith("redis")
    app = Celery("microgpt", broker=url, backend=url if redis else "rpc://", set_as_current=False)
    app.conf.update(
        accept_content=["json"],
        task_serializer="json",
        result_serializer="json",
        result_accept_content=["json"],
        result_expires=24 * 3600,
        task_default_queue=queue_of(version(kit_course())),
        # A job is acknowledged when its verdict is written; a job whose process dies goes back into the queue.
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_time_limit=LONGEST,
        worker_prefetch_multiplier=1,
        worker_max_tasks_per_child=500,
        worker_send_task_events=False,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        worker_cancel_long_running_tasks_on_connection_loss=True,
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
    app.task(judge_task, name=TASK, bind=True)
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


def judge_task(self: Any, job: dict[str, Any], tries: int = 0) -> dict[str, Any]:
    """Judge one job. It came back because a worker was lost with it: then it counts how often."""
    if (self.request.delivery_info or {}).get("redelivered"):
        # A broker says that a job came back, not how often. So it goes in again, as a new one that knows.
        if tries + 1 >= MOST_TRIES:
            return {"lost": f"it ended the worker that judged it {MOST_TRIES} times"}
        # The answer is for who asked first; with RabbitMQ it would otherwise go to this worker.
        self.apply_async((job, tries + 1), task_id=self.request.id, reply_to=self.request.reply_to)
        raise Ignore()
    try:
        report = judge_job(Job.from_json(job), kit_course(), os.environ.get("MICROGPT_NO_SANDBOX") == "1")
        return {"report": report.to_json()}
    except Refused as refused:
        return {"refused": str(refused)}
    except UserError as error:
        return {"fault": str(error)}
    except (OSError, MemoryError) as error:
        return {"fault": f"{type(error).__name__}: {error}"}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        return {"refused": f"this is no job of the kit's ({type(error).__name__})"}
