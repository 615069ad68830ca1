"""What counts against a submission that other machines judge, and what does not: the grader with a post of paper."""

import queue
import sys
import time

import pytest

from autograder.tests import farm

pytest.importorskip("celery")
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="grading needs Linux")

ANNA, BEN = "microgpt@anna", "microgpt@ben"


class Paper:
    """A broker and its workers, as they answer when asked."""

    def __init__(self):
        self.sent, self.said, self.wanted = [], [], set()
        self.there, self.queue, self.hands = [ANNA], set(), {}

    def send(self, token, job):
        self.sent.append(job["name"])
        self.wanted.add(token)
        self.queue.add(token)

    def want(self, tokens):
        self.wanted.update(tokens)

    def forget(self, token):
        self.wanted.discard(token)
        self.said = [(other, meta) for other, meta in self.said if other != token]

    def news(self, tokens):
        found, self.said = self.said, []
        return found

    def waiting(self):
        return len(self.queue)

    def workers(self, first=False):
        return self.there, []

    def held(self, workers, tokens):
        return {token for worker in workers for token in self.hands.get(worker, ())}

    def close(self):
        pass

    def token(self, name):
        return farm.soon(lambda: next((token for token in self.queue if token.startswith(f"{name}.")), None), 5)

    def begin(self, name, worker=ANNA):
        """A worker takes a job out of the queue, and says so."""
        token = self.token(name)
        self.queue.discard(token)
        self.hands.setdefault(worker, set()).add(token)
        self.said.append((token, {"status": "BEGUN", "result": {"worker": worker}}))
        return token

    def end(self, token, result, status="SUCCESS"):
        for hands in self.hands.values():
            hands.discard(token)
        self.said.append((token, {"status": status, "result": result}))

    def leaves(self, worker):
        self.there = [other for other in self.there if other != worker]
        self.hands.pop(worker, None)


@pytest.fixture
def paper(monkeypatch):
    from autograder.teach.farm import cluster

    paper = Paper()
    monkeypatch.setattr(cluster, "mail_for", lambda *anything: paper)
    for name in ("TICK", "PAUSE", "SOON"):
        monkeypatch.setattr(cluster, name, 0.005)
    return paper


@pytest.fixture
def judges(paper):
    from autograder.teach.farm.cluster import Cluster

    judges = Cluster("redis://paper", queue.Queue(), silence=0.01)
    for name in "abc":
        judges.submit(name, {"job": {"name": name}})
    yield judges
    judges.close()


def answer(judges):
    while True:
        token, found = judges.answers.get(timeout=5)
        if token:
            return token, found


def nothing_happens(judges, paper, seconds=0.3):
    """Time for some thirty looks."""
    sent = list(paper.sent)
    time.sleep(seconds)
    assert judges.answers.empty(), judges.answers.get()
    assert paper.sent == sent


def test_who_waits_in_the_queue_behind_slow_work_is_left_alone(judges, paper):
    token = paper.begin("a")
    nothing_happens(judges, paper)
    paper.end(token, {"report": "a"})
    assert answer(judges) == ("a", {"report": "a"})
    paper.begin("b")
    nothing_happens(judges, paper)
    assert paper.sent == ["a", "b", "c"]


def test_a_worker_that_is_gone_with_what_it_had_begun_counts_and_the_third_is_the_last(judges, paper):
    paper.hands[ANNA] = {paper.token("b"), paper.token("c")}
    for count in (1, 2, 3):
        paper.there = [ANNA, BEN]
        farm.soon(lambda count=count: paper.sent.count("a") == count, 5)
        paper.begin("a", BEN)
        nothing_happens(judges, paper, 0.05)
        paper.leaves(BEN)
        if count < 3:
            assert "is gone, with a submission that it had begun" in judges.answers.get(timeout=5)[1]["news"]
    assert answer(judges) == ("a", {"lost": "it ended the worker that judged it 3 times"})
    assert paper.sent.count("b") == 1


def test_a_process_that_judges_and_dies_counts(judges, paper):
    for count in (1, 2, 3):
        farm.soon(lambda count=count: paper.sent.count("a") == count, 5)
        paper.end(paper.begin("a"), {"exc_type": "WorkerLostError"}, "FAILURE")
    assert answer(judges) == ("a", {"lost": "it ended the worker that judged it 3 times"})


def test_a_job_that_nobody_has_begun_never_counts_however_often_it_is_lost(judges, paper):
    for count in range(1, 6):
        farm.soon(lambda count=count: paper.sent.count("a") == count, 5)
        paper.queue.clear()  # the broker forgets
    paper.end(paper.begin("a"), {"report": "a"})
    assert answer(judges) == ("a", {"report": "a"})


def test_one_that_slipped_out_of_a_queue_full_of_others_is_sent_again(judges, paper):
    token = paper.token("a")
    paper.queue.discard(token)
    paper.queue.add("of another grader")
    nothing_happens(judges, paper)
    judges.submit("d", {"job": {"name": "d"}})
    paper.begin("d")  # what came later has been begun
    farm.soon(lambda: paper.sent.count("a") == 2, 5)


def test_a_job_that_comes_back_unbegun_goes_out_again_and_counts_for_nothing(judges, paper):
    for count in range(1, 6):
        farm.soon(lambda count=count: paper.sent.count("a") == count, 5)
        token = paper.token("a")
        paper.queue.discard(token)
        paper.end(token, {"returned": True})
    farm.soon(lambda: paper.sent.count("a") == 6, 5)
    assert judges.answers.empty()


def test_a_job_that_comes_back_while_its_worker_still_judges_is_waited_for(judges, paper):
    token = paper.begin("a")
    paper.said.append((token, {"status": "SUCCESS", "result": {"returned": True}}))
    nothing_happens(judges, paper)
    paper.end(token, {"report": "a"})
    assert answer(judges) == ("a", {"report": "a"})


def test_a_faulty_machine_gives_no_verdict_and_another_is_asked(judges, paper):
    paper.end(paper.begin("a"), {"fault": "OSError: no processes left"})
    farm.soon(lambda: paper.sent.count("a") == 2, 5)
    paper.end(paper.begin("a", BEN), {"report": "a"})
    assert answer(judges) == ("a", {"report": "a"})


def test_how_long_it_waits_for_a_worker_is_said_at_once(paper):
    from autograder.teach.farm.cluster import Cluster

    paper.there = []
    judges = Cluster("redis://paper", queue.Queue())
    begin = time.monotonic()
    judges.submit("a", {"job": {"name": "a"}})
    said = judges.answers.get(timeout=5)[1]
    judges.close()
    assert "start one: microgpt worker --broker ...; waiting 300 s at most" in said["news"]
    assert not said["stop"]
    assert time.monotonic() - begin < 2


@pytest.mark.parametrize("url", ["redis://:hush@127.0.0.1:1/0", "amqp://me:hush@127.0.0.1:1/"])
def test_a_broker_that_is_not_there_is_said_at_once(url):
    pytest.importorskip("redis")
    from autograder.teach.farm.cluster import Cluster

    judges = Cluster(url, queue.Queue())
    said = judges.answers.get(timeout=10)[1]
    judges.close()
    assert "***@127.0.0.1:1/" in said["news"]
    assert "does not answer (" in said["news"]
    assert said["news"].endswith("; waiting 300 s at most")
    assert not said["stop"]


def task(redelivered=False):
    """What Celery hands to the job of a worker."""

    class Task:
        def __init__(self):
            self.states = []

        class app:
            backend = None

        class request:
            id, hostname, delivery_info = "a.1", ANNA, {"redelivered": redelivered}

        def update_state(self, state, meta):
            self.states.append((state, meta["worker"]))

    return Task()


def test_a_worker_says_what_it_has_begun_and_leaves_alone_what_nobody_waits_for(monkeypatch):
    from celery.exceptions import Ignore

    from autograder.teach.farm import queue_celery

    monkeypatch.setattr(queue_celery, "wanted", lambda *anything: True)
    first = task()
    assert "refused" in queue_celery.judge_task(first, {"nonsense": 1}, "asker", pytest.fail)
    assert first.states == [("BEGUN", ANNA)]
    back = task(redelivered=True)
    assert queue_celery.judge_task(back, {"nonsense": 1}, "asker", pytest.fail) == {"returned": True}
    assert back.states == []
    monkeypatch.setattr(queue_celery, "wanted", lambda *anything: False)
    with pytest.raises(Ignore):
        queue_celery.judge_task(task(), {"nonsense": 1}, "asker", pytest.fail)


def test_a_worker_whose_wall_is_gone_gives_no_verdict_and_says_so(monkeypatch):
    from autograder.teach.farm import queue_celery
    from autograder.teach.wall_again import WallGone

    def gone(*anything):
        raise WallGone("the sandbox does not start")

    monkeypatch.setattr(queue_celery, "judge_job", gone)
    monkeypatch.setattr(queue_celery.Job, "from_json", lambda job: job)
    said = []
    found = queue_celery.judge_task(task(), {}, "", said.append)
    assert (found, said) == ({"fault": "the sandbox does not start"}, ["the sandbox does not start"])
