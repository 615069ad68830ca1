"""The grader's side of the queue: jobs go out, verdicts come back, and what gets lost is sent again.

A broker may forget its queue, a worker may die with a job, an answer may get lost. Judging a job twice does no harm,
so whatever stays out too long is sent again; the first verdict counts.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from kombu.exceptions import KombuError

from autograder.course import course as kit_course
from autograder.teach.farm.broker_url import masked
from autograder.teach.farm.job import short, version
from autograder.teach.farm.queue_celery import LONGEST, MOST_TRIES, TASK, celery_app, queue_of

Answer = dict[str, Any]

TICK = 0.05  # seconds between two looks for answers
SILENCE = 15.0  # seconds without any answer, after which all that is out is sent again
PATIENCE = 300.0  # seconds to wait for a worker or a broker


@dataclass
class Out:
    """A job that is out."""

    job: dict[str, Any]
    sent: float = 0.0  # when; 0 if it must be sent (again)
    tries: int = 0
    overtaken: int = 0  # how often it was sent again although others came back
    faults: int = 0


class Cluster:
    """Judges on other machines. One thread talks to the broker."""

    def __init__(self, url: str, answers: queue.Queue[tuple[Any, Answer]], silence: float = SILENCE) -> None:
        self.url, self.answers, self.silence = url, answers, silence
        self.version = version(kit_course())
        self._inbox: queue.Queue[tuple[str, dict[str, Any]]] = queue.Queue()
        self._out: dict[str, Out] = {}
        self._closed = False
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def submit(self, token: str, task: dict[str, Any]) -> None:
        self._inbox.put((token, task["job"]))

    def close(self) -> None:
        self._closed = True
        self._thread.join(2.0)

    def _work(self) -> None:
        lost = broker_errors()
        app, trouble = None, 0.0
        self._answered = self._looked = time.monotonic()
        while not self._closed:
            try:
                app = app or asking(self.url)
                self._turn(app)
                if trouble:
                    self._tell("the broker is there again")
                trouble = 0.0
            except lost as error:
                now = time.monotonic()
                trouble = trouble or now
                if why := refusal(error):
                    return self._tell(f"the broker at {masked(self.url)} {why}", stop=True)
                self._tell(
                    f"the broker at {masked(self.url)} does not answer ({type(error).__name__}); waiting",
                    stop=now - trouble > PATIENCE,
                )
                for out in self._out.values():
                    out.sent = 0.0
                time.sleep(0.5)
                app = None
                self._answered = self._looked = time.monotonic()
            except Exception as error:  # whatever it is, the grader must not wait for ever
                self._tell(f"the queue failed ({type(error).__name__}); run this again: all verdicts are kept", True)
                return

    def _turn(self, app: Any) -> None:
        now = time.monotonic()
        while not self._inbox.empty():
            token, job = self._inbox.get()
            self._out[token] = Out(job)
        for token, out in self._out.items():
            if not out.sent:
                app.send_task(TASK, (out.job, 0), task_id=token)
                out.sent, out.tries = now, out.tries + 1
        found = answers_of(app, list(self._out))
        for token, meta in found.items():
            self._take(app, token, meta)
            self._answered = now
        if self._out and now - max(self._answered, self._looked) > self.silence:
            self._look_around(app, now)
        if not found:
            time.sleep(TICK)

    def _take(self, app: Any, token: str, meta: Answer) -> None:
        out, answer = self._out[token], meta.get("result")
        forget(app, token)
        if meta.get("status") != "SUCCESS" or not isinstance(answer, dict):
            answer = {"fault": str((answer or {}).get("exc_type") if isinstance(answer, dict) else "no answer")}
        if "fault" in answer or "refused" in answer:
            # Perhaps another worker can. One that is ended by the time limit says so as a fault, too.
            out.faults, out.sent = out.faults + 1, 0.0
            if out.faults < MOST_TRIES:
                return
            if answer.get("fault") == "TimeLimitExceeded":
                answer = {"lost": f"judging it took longer than {LONGEST} s, {MOST_TRIES} times"}
        del self._out[token]
        self.answers.put((token, answer))

    def _look_around(self, app: Any, now: float) -> None:
        """Long silence: is nobody there, or were jobs lost?"""
        self._looked = now
        mine, others = workers(app, queue_of(self.version))
        if not mine:
            said = f"no worker of kit {short(self.version)} answers at {masked(self.url)}"
            if others:
                said += f"; these have another version and get nothing, update them: {', '.join(others)}"
            else:
                said += "; start one: microgpt worker --broker ..."
            return self._tell(said, stop=now - self._answered > PATIENCE)
        for token, out in list(self._out.items()):
            if self._answered > out.sent:
                out.overtaken += 1
            if out.overtaken >= MOST_TRIES:
                del self._out[token]
                self.answers.put((token, {"lost": f"{MOST_TRIES} times no worker came back with an answer"}))
            out.sent = 0.0

    def _tell(self, news: str, stop: bool = False) -> None:
        self.answers.put(("", {"news": news, "stop": stop}))


def asking(url: str) -> Any:
    """The application on the side that asks. It looks for answers by itself.

    Celery would subscribe to each of them, and give up on a broker that is away for some seconds.
    """
    app = celery_app(url)
    if hasattr(app.backend, "mget"):
        app.backend.on_task_call = lambda *anything: None
    return app


def answers_of(app: Any, tokens: list[str]) -> dict[str, Answer]:
    """Those that have an answer, with what Celery keeps of it, as it came: no exception is made of it."""
    backend = app.backend
    if hasattr(backend, "mget"):  # Redis: one question for all
        values = backend.mget([backend.get_key_for_task(token) for token in tokens]) if tokens else []
        found = {token: backend.decode(value) for token, value in zip(tokens, values) if value}
    else:
        wanted = set(tokens)
        found = {token: meta for token, meta in _replies(app) if token in wanted}
    return {token: meta for token, meta in found.items() if meta.get("status") in ("SUCCESS", "FAILURE")}


def _replies(app: Any) -> Iterator[tuple[str, Answer]]:
    """RabbitMQ: what has come into this program's queue of answers. Celery would ask anew for each job."""
    with app.pool.acquire_channel(block=True) as (_, channel):
        replies = app.backend.binding(channel)
        replies.declare()
        while message := replies.get(accept=["json"], no_ack=True):
            meta = message.payload
            if isinstance(meta, dict) and isinstance(meta.get("task_id"), str):
                yield meta["task_id"], meta


def forget(app: Any, token: str) -> None:
    """An answer in Redis stays until somebody removes it; one in RabbitMQ is gone when it has been read."""
    if hasattr(app.backend, "mget"):
        app.backend.delete(app.backend.get_key_for_task(token))


def workers(app: Any, queue: str) -> tuple[list[str], list[str]]:
    """Workers that listen to this queue, and workers that listen to others."""
    found = app.control.inspect(timeout=1.0).active_queues() or {}
    mine = [name for name, queues in found.items() if any(one["name"] == queue for one in queues)]
    return sorted(mine), sorted(set(found) - set(mine))


def cluster(url: str) -> Callable[[queue.Queue[Any]], Cluster]:
    """Makes the judges once there is a queue for their answers."""
    return lambda answers: Cluster(url, answers)


def refusal(error: BaseException | None) -> str:
    """Why the broker does not let us in; nothing if it may be only away."""
    while error is not None:
        if type(error).__name__ in ("AuthenticationError", "AccessRefused", "NotAuthorized"):
            return "refuses this user or password"
        if "invalid username-password" in str(error) or "NOAUTH" in str(error):
            return "refuses this user or password"
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            return "has a certificate that is not trusted here; SSL_CERT_FILE can name the file of its authority"
        error = error.__cause__ or error.__context__
    return ""


def broker_errors() -> tuple[type[BaseException], ...]:
    """What says that the broker is not there."""
    errors: list[type[BaseException]] = [OSError, KombuError, EOFError]
    try:
        from redis.exceptions import RedisError

        errors.append(RedisError)
    except ImportError:
        pass
    try:
        from amqp.exceptions import AMQPError

        errors.append(AMQPError)
    except ImportError:
        pass
    return tuple(errors)
