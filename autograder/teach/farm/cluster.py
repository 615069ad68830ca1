"""The grader's side of the queue: jobs go out, verdicts come back, and what gets lost is sent again.

A broker may forget its queue, a worker may die with a job, an answer may get lost. Nothing is sent again on suspicion:
after a silence the grader asks the workers what they have and the broker how much lies in the queue, and only what
two looks in a row find nowhere goes out once more. Against a submission counts nothing but a worker that had begun
it, has not finished it and is gone.
"""

from __future__ import annotations

import queue
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from autograder.course import course as kit_course
from autograder.teach.farm.broker_faults import broker_errors, refusal
from autograder.teach.farm.broker_url import masked
from autograder.teach.farm.job import short, version
from autograder.teach.farm.mail import Mail, mail_for
from autograder.teach.farm.queue_celery import BEGUN, LONGEST

Answer = dict[str, Any]

TICK = 0.05  # seconds between two looks for answers
SILENCE = 15.0  # seconds without any answer, or with one job, after which the grader looks what became of all
SOON = 2.0  # seconds between the looks that make sure that a job is lost
PAUSE = 1.0  # seconds before a job goes out again that met a faulty machine: it is to meet another
RENEW = 10.0  # seconds between two signs of life of the grader
PATIENCE = 300.0  # seconds to wait for a worker or a broker
MOST_TRIES = 3  # workers that a submission may take with it


@dataclass
class Out:
    """A job that is out."""

    job: dict[str, Any]
    sent: float = 0.0  # when; 0 if it must be sent (again)
    rest: float = 0.0  # not before then
    begun: float = 0.0  # when we heard that somebody judges it
    worker: str = ""  # who
    missing: int = 0  # looks in a row that found it nowhere
    ended: int = 0  # workers that were gone before they had finished it
    faults: int = 0  # answers that are none


class Cluster:
    """Judges on other machines. One thread talks to the broker."""

    def __init__(self, url: str, answers: queue.Queue[tuple[Any, Answer]], silence: float = SILENCE) -> None:
        self.url, self.answers, self.silence = url, answers, silence
        self.version = version(kit_course())
        self.run = uuid.uuid4().hex[:12]  # so that no answer to an earlier run is taken for one to this
        self._inbox: queue.Queue[tuple[str, dict[str, Any]]] = queue.Queue()
        self._out: dict[str, Out] = {}
        self._closed = self._met = self._urgent = False
        self._renewed = self._look_at = self._furthest = 0.0
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def submit(self, token: str, task: dict[str, Any]) -> None:
        self._inbox.put((token, task["job"]))

    def close(self) -> None:
        self._closed = True
        self._thread.join(5.0)

    def _work(self) -> None:
        lost = broker_errors()
        mail, trouble = None, 0.0
        self._answered = time.monotonic()
        while not self._closed:
            try:
                mail = mail or mail_for(self.url, f"microgpt-{self.run}", self.version)
                self._turn(mail)
                if trouble:
                    self._tell("the broker is there again")
                trouble = 0.0
            except lost as error:
                trouble = trouble or time.monotonic()
                if why := refusal(error):
                    return self._tell(f"the broker at {masked(self.url)} {why}", stop=True)
                self._wait(f"the broker at {masked(self.url)} does not answer ({type(error).__name__})", trouble)
                time.sleep(0.5)
                mail = None
                self._answered = time.monotonic()
                # It may have forgotten everything, or nothing: see as soon as the workers are there again.
                self._renewed, self._urgent, self._look_at = 0.0, True, self._answered + PAUSE
            except Exception as error:  # whatever it is, the grader must not wait for ever
                self._tell(f"the queue failed ({type(error).__name__}); run this again: all verdicts are kept", True)
                return
        with suppress(*lost):
            if mail:
                mail.close()

    def _turn(self, mail: Mail) -> None:
        now = time.monotonic()
        while not self._inbox.empty():
            token, job = self._inbox.get()
            self._out[f"{token}.{self.run}"] = Out(job)
        if not self._renewed or now - self._renewed > RENEW:
            mail.want(self._out)
            self._renewed = now
        for token, out in self._out.items():
            if not out.sent and now >= out.rest:
                mail.send(token, out.job)
                out.sent = now
        found = mail.news(self._out)
        for token, meta in found:
            if token in self._out:
                self._hear(mail, token, meta, now)
        if self._out and self._must_look(now):
            self._look_around(mail)
        elif not any(meta.get("status") != BEGUN for _, meta in found):
            time.sleep(TICK)

    def _hear(self, mail: Mail, token: str, meta: Answer, now: float) -> None:
        """Somebody has begun a job, or has an answer."""
        out, said = self._out[token], meta.get("result")
        if meta.get("status") == BEGUN:
            if isinstance(said, dict) and not out.begun:
                out.begun, out.worker = now, str(said.get("worker"))
                self._furthest = max(self._furthest, out.sent)
            return
        if meta.get("status") not in ("SUCCESS", "FAILURE"):
            return
        self._answered = now
        answer = said if isinstance(said, dict) else {}
        kind = str(answer.get("exc_type") or "no answer")
        if "returned" in answer and out.begun:
            # The worker that had it may be only away for a moment.
            mail.forget(token)
            mail.want([token])
            self._urgent, self._look_at = True, now + PAUSE
        elif "returned" in answer:
            self._send_again(mail, token)
        elif kind == "WorkerLostError":
            self._worker_ended(mail, token)
        elif meta.get("status") == "SUCCESS" and "report" in answer:
            self._done(mail, token, answer)
        else:
            self._no_verdict(mail, token, answer if "fault" in answer or "refused" in answer else {"fault": kind})

    def _no_verdict(self, mail: Mail, token: str, answer: Answer) -> None:
        """A fault of the machine that had it: perhaps another can. One that took too long says so as a fault, too."""
        out = self._out[token]
        out.faults += 1
        if out.faults < MOST_TRIES:
            out.rest = time.monotonic() + PAUSE
            return self._send_again(mail, token)
        if answer.get("fault") == "TimeLimitExceeded":
            answer = {"lost": f"judging it took longer than {LONGEST} s, {MOST_TRIES} times"}
        self._done(mail, token, answer)

    def _worker_ended(self, mail: Mail, token: str) -> None:
        """It had begun it and had not finished it: this counts."""
        out = self._out[token]
        out.ended += 1
        if out.ended < MOST_TRIES:
            return self._send_again(mail, token)
        self._done(mail, token, {"lost": f"it ended the worker that judged it {MOST_TRIES} times"})

    def _send_again(self, mail: Mail, token: str) -> None:
        out = self._out[token]
        mail.forget(token)
        out.sent = out.begun = 0.0
        out.worker, out.missing = "", 0

    def _done(self, mail: Mail, token: str, answer: Answer) -> None:
        mail.forget(token)
        del self._out[token]
        self.answers.put((token.rpartition(".")[0], answer))

    def _must_look(self, now: float) -> bool:
        if not self._met:
            return True
        if now < self._look_at:
            return False
        quiet = now - self._answered > self.silence
        return self._urgent or quiet or any(out.begun and now - out.begun > self.silence for out in self._out.values())

    def _look_around(self, mail: Mail) -> None:
        """Is nobody there, or were jobs lost?"""
        if not self._met and mail.workers(first=True)[0]:
            self._met = True
            return
        self._met, self._urgent = True, False
        # In the order in which a job goes on its way, so that none slips through between two questions.
        waiting = mail.waiting()
        mine, others = mail.workers()
        self._look_at = time.monotonic() + self.silence
        if not mine:
            said = f"no worker of kit {short(self.version)} answers at {masked(self.url)}"
            if others:
                said += f"; these have another version and get nothing, update them: {', '.join(others)}"
            else:
                said += "; start one: microgpt worker --broker ..."
            return self._wait(said, self._answered)
        held = mail.held(mine, list(self._out))
        for token, out in list(self._out.items()):
            # First come, first served: what came after it has been begun, so it does not lie in the queue.
            queued = waiting and out.sent >= self._furthest and not out.begun
            if not out.sent or token in held or queued:
                out.missing = 0
                continue
            out.missing += 1
            gone = bool(out.begun) and out.worker not in mine
            # A worker on a busy machine may be slow to answer.
            if out.missing < (3 if gone else 2):
                self._urgent, self._look_at = True, time.monotonic() + min(SOON, self.silence)
            elif gone:
                self._tell(f"{out.worker} is gone, with a submission that it had begun: it goes to another")
                self._worker_ended(mail, token)
            elif out.begun:
                self._no_verdict(mail, token, {"fault": "its verdict was lost"})
            else:
                self._send_again(mail, token)

    def _wait(self, news: str, since: float) -> None:
        """Wait for somebody to come, but not for ever."""
        if time.monotonic() - since > PATIENCE:
            self._tell(f"{news}; gave up after {PATIENCE:.0f} s, run this again: all verdicts are kept", stop=True)
        else:
            self._tell(f"{news}; waiting {PATIENCE:.0f} s at most")

    def _tell(self, news: str, stop: bool = False) -> None:
        self.answers.put(("", {"news": news, "stop": stop}))


def cluster(url: str) -> Callable[[queue.Queue[Any]], Cluster]:
    """Makes the judges once there is a queue for their answers."""
    return lambda answers: Cluster(url, answers)
