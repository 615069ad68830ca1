"""The grader's post: jobs go out, news of them comes back, and what became of a job can be asked.

Whoever asks has a name at the broker, and workers leave a job alone when nobody of that name waits for it any more:
with Redis it is a set of the jobs that are wanted, with RabbitMQ the queue of answers. Both go by themselves some
minutes after a grader that was killed, by the broker's own clock: no two machines need to agree on the time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from kombu import Exchange, Queue

from autograder.teach.farm.queue_celery import TASK, celery_app, queue_of

Meta = dict[str, Any]

GONE = 600  # seconds after which a grader that says nothing any more waits for nothing
STALE = 6 * 3600  # seconds after which a job that nobody took is thrown away: it holds the course's seed
ANSWER = 1.0  # seconds that workers have to say what they are doing


def mail_for(url: str, name: str, version: str) -> Mail:
    """The post by way of this broker."""
    return (RedisMail if url.startswith("redis") else RabbitMail)(url, name, version)


class Mail:
    """What is the same with every broker."""

    def __init__(self, url: str, name: str, version: str) -> None:
        self.app, self.name, self.queue = celery_app(url), name, queue_of(version)
        # It looks for answers by itself. Celery would subscribe to each, and give up on a broker that is away.
        self.app.backend.on_task_call = lambda *anything: None

    def send(self, token: str, job: dict[str, Any]) -> None:
        how = {"queue": self.queue, "reply_to": self.name, "expiration": STALE}
        self.app.send_task(TASK, (job, self.name), task_id=token, **how)

    def news(self, tokens: Iterable[str]) -> list[tuple[str, Meta]]:
        """What is known of these jobs: who has begun them and what came of it, as it came: no exception is made."""
        raise NotImplementedError

    def want(self, tokens: Iterable[str]) -> None:
        """We are still here, and wait for these."""
        raise NotImplementedError

    def forget(self, token: str) -> None:
        """Nobody needs what is known of this job any more."""

    def close(self) -> None:
        """We wait for nothing any more."""
        raise NotImplementedError

    def waiting(self) -> int:
        """How many jobs lie in the queue, of all graders."""
        with self.app.pool.acquire(block=True) as connection:
            # A channel of its own: the broker closes it when it is asked for what is not there.
            channel = connection.channel()
            try:
                return int(channel.queue_declare(self.queue, passive=True).message_count)
            except connection.channel_errors:
                return 0  # no queue: Redis has none when nothing lies in it
            finally:
                channel.close()

    def workers(self, first: bool = False) -> tuple[list[str], list[str]]:
        """Workers that listen to our queue, and workers that listen to others; or the first that answers."""
        found = self.app.control.inspect(timeout=ANSWER, limit=1 if first else None).active_queues() or {}
        mine = [name for name, queues in found.items() if any(one["name"] == self.queue for one in queues)]
        return sorted(mine), sorted(set(found) - set(mine))

    def held(self, workers: list[str], tokens: list[str]) -> set[str]:
        """Those of the jobs that a worker has, begun or in its hands."""
        asked = self.app.control.inspect(destination=workers, timeout=ANSWER, limit=len(workers))
        return {token for jobs in (asked.query_task(tokens) or {}).values() for token in jobs}


class RedisMail(Mail):
    """Redis keeps what is known of each job under a key."""

    def send(self, token: str, job: dict[str, Any]) -> None:
        self.app.backend.client.sadd(self.name, token)
        super().send(token, job)

    def news(self, tokens: Iterable[str]) -> list[tuple[str, Meta]]:
        keys = {self.app.backend.get_key_for_task(token): token for token in tokens}
        values = self.app.backend.mget(list(keys)) if keys else []
        found = [(token, self.app.backend.decode(value)) for token, value in zip(keys.values(), values) if value]
        return [(token, meta) for token, meta in found if isinstance(meta, dict)]

    def want(self, tokens: Iterable[str]) -> None:
        client = self.app.backend.client
        if tokens := list(tokens):
            client.sadd(self.name, *tokens)
            client.expire(self.name, GONE)
        client.expire(self.queue, STALE)

    def forget(self, token: str) -> None:
        self.app.backend.client.srem(self.name, token)
        self.app.backend.delete(self.app.backend.get_key_for_task(token))

    def close(self) -> None:
        self.app.backend.client.delete(self.name)


class RabbitMail(Mail):
    """RabbitMQ brings what there is to say of all jobs into one queue."""

    def news(self, tokens: Iterable[str]) -> list[tuple[str, Meta]]:
        wanted, found = set(tokens), []
        with self._answers() as answers:
            while message := answers.get(accept=["json"], no_ack=True):
                meta = message.payload
                if isinstance(meta, dict) and meta.get("task_id") in wanted:
                    found.append((meta["task_id"], meta))
        return found

    def want(self, tokens: Iterable[str]) -> None:
        with self._answers():
            pass

    def close(self) -> None:
        with self._answers() as answers:
            answers.delete()

    @contextmanager
    def _answers(self) -> Iterator[Any]:
        with self.app.pool.acquire(block=True) as connection:
            connection.ensure_connection(max_retries=1, timeout=4)  # by itself it would try for ever, and say nothing
            answers = Queue(
                self.name,
                Exchange(""),
                routing_key=self.name,
                durable=True,
                expires=GONE,
                channel=connection.default_channel,
            )
            answers.declare()
            yield answers
