"""Grading on other machines: a real Redis, real workers, and what may go wrong with them."""

import contextlib
import os
import queue
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from autograder.tests import farm
from autograder.tests.running import command
from autograder.tests.running import run as microgpt

IN_CI = bool(os.environ.get("CI"))
PASSWORD = "s3cr3t-0f-the-brok3r"


def needed():
    """What is missing for these tests."""
    if sys.platform != "linux":
        return "grading needs Linux"
    if not shutil.which("redis-server"):
        return "redis-server is not installed (Debian, Ubuntu: apt install redis-server)"
    try:
        import celery  # noqa: F401
        import nbgrader  # noqa: F401
        import redis  # noqa: F401
    except ImportError as missing:
        return f"{missing.name} is not installed (pip install -e '.[test]')"
    return ""


pytestmark = pytest.mark.skipif(bool(needed()) and not IN_CI, reason=needed())


class Broker:
    """A Redis of our own, which keeps nothing on disk: when it stops, it forgets its queue."""

    def __init__(self, folder, certificate=None):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        scheme = "rediss" if certificate else "redis"
        self.folder, self.url = folder, f"{scheme}://:{PASSWORD}@127.0.0.1:{self.port}/0"
        self.listen = [f"port {self.port}"]
        if certificate:
            self.listen = ["port 0", f"tls-port {self.port}", "tls-auth-clients no"]
            self.listen += [f"tls-cert-file {certificate}", f"tls-key-file {certificate}"]

    def start(self):
        config = self.folder / "redis.conf"
        lines = ["bind 127.0.0.1", "save ''", "appendonly no", f"dir {self.folder}", f"requirepass {PASSWORD}"]
        config.write_text("\n".join(lines + self.listen))
        self.process = subprocess.Popen(["redis-server", str(config)], stdout=subprocess.DEVNULL)
        farm.soon(lambda: socket.create_connection(("127.0.0.1", self.port), 1) if self.answers() else None).close()

    def answers(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Workers:
    """`microgpt worker` as often as it is asked for."""

    def __init__(self, folder, url):
        self.folder, self.url, self.all = folder, url, []

    def start(self, count=1, first=""):
        """Start so many at once, after these lines of Python, and wait until they are ready."""
        new = []
        for _ in range(count):
            log = self.folder / f"worker{len(self.all)}.log"
            line = command("worker", "--broker", self.url, "--jobs", "1")
            line[line.index("-c") + 1] = first + line[line.index("-c") + 1]
            new.append((subprocess.Popen(line, stderr=log.open("w"), stdout=subprocess.DEVNULL), log))
            self.all += new[-1:]
        for process, log in new:
            farm.soon(lambda log=log, process=process: "ready" in log.read_text() or process.poll(), 60)
            assert process.poll() is None, log.read_text()
        return [process for process, _ in new]

    def stop(self):
        for process, _ in self.all:
            for child in farm.children("", process.pid):
                with contextlib.suppress(OSError):
                    os.kill(child, signal.SIGKILL)
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def broker(tmp_path_factory):
    assert not needed(), needed()
    broker = Broker(tmp_path_factory.mktemp("redis"))
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture(scope="module")
def workers(broker, tmp_path_factory):
    workers = Workers(tmp_path_factory.mktemp("workers"), broker.url)
    workers.start(2)
    yield workers
    workers.stop()


def grade(folder, broker, what=None, after=3, silence=0.7):
    """Grade with the workers; do something when so many are graded. What was said meanwhile."""
    from autograder.teach.farm.cluster import Cluster

    said, todo = [], [what] if what else []

    def tell(outcome, news):
        said.append(news)
        if outcome.graded >= after and todo:
            todo.pop()()

    outcome = farm.run(folder, tell, lambda answers: Cluster(broker.url, answers, silence))
    assert outcome.failed == outcome.given_up == []
    assert not todo
    return said


def test_the_marks_are_those_of_one_machine(class_of_ten, broker, workers):
    grade(class_of_ten, broker)


def test_a_worker_and_all_its_processes_are_killed_in_the_middle(class_of_ten, broker, workers):
    def kill():
        process, _ = next((process, log) for process, log in workers.all if process.poll() is None)
        children = farm.children("", process.pid)
        for pid in (process.pid, *children):
            os.kill(pid, signal.SIGKILL)
        process.wait()

    try:
        grade(class_of_ten, broker, kill)
    finally:
        workers.start(1)


def test_the_process_that_judges_is_killed_in_the_middle(class_of_ten, broker, workers):
    def kill():
        for process, _ in workers.all:
            for child in farm.children("worker", process.pid):
                os.kill(child, signal.SIGKILL)

    grade(class_of_ten, broker, kill)


def test_the_broker_is_stopped_and_forgets_all_and_is_started(class_of_ten, broker, workers):
    def stop_and_start():
        broker.stop()
        time.sleep(1.0)
        broker.start()

    grade(class_of_ten, broker, stop_and_start)


def test_the_grader_is_killed_and_started_again(class_of_ten, broker, workers):
    line = command("grade", str(class_of_ten.path), "--broker", broker.url)
    grader = subprocess.Popen(line, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    farm.soon(lambda: len(farm.verdicts(class_of_ten)) >= 3)
    grader.kill()
    grader.wait()
    grade(class_of_ten, broker, after=0)
    farm.soon(lambda: not post(broker).waiting())  # what was left of the first run is thrown away


def test_slow_and_hostile_work_costs_nobody_else_anything(released_course, tmp_path, broker, workers):
    bad = [farm.with_body(number, what) for number, what in enumerate(("endless", "exit"), start=1)]
    honest = farm.members(farm.EXERCISE, 6, "behind", {"honest": 1})[2:]
    folder = farm.copy(released_course, tmp_path / "cs101", bad, honest)
    redis = post(broker).app.backend.client
    before = set(redis.keys("*"))
    grade(folder, broker, silence=0.2)  # shorter than judging the endless one takes
    marks = farm.marks(folder)
    assert all(marks[member.name][0] == farm.EXERCISE.points for member in honest)
    assert all(marks[member.name][0] < farm.EXERCISE.points for member in bad)
    # Nothing was sent twice, and no answer is left that a later run could take for its own.
    assert not post(broker).waiting()
    assert not [key for key in set(redis.keys("*")) - before if b"task-meta" in key or b"microgpt-" in key]


def test_a_worker_whose_sandbox_fails_ends_and_the_others_do_its_work(
    class_of_ten, broker, workers, tmp_path, monkeypatch
):
    broken = farm.falling_wall(tmp_path, monkeypatch)
    (failing,) = workers.start(1)
    broken.touch()
    grade(class_of_ten, broker)
    assert failing.wait(10) == 1
    assert "the sandbox does not stand any more" in (said := workers.all[-1][1].read_text())
    assert "others get its jobs; microgpt worker --check says when" in said
    assert "Traceback" not in said


@pytest.mark.thorough
@pytest.mark.parametrize("days", [-3, 3])
def test_a_worker_with_another_clock(class_of_ten, broker, workers, days):
    shift = f"import time; real = time.time; time.time = lambda: real() + {days} * 86_400\n"
    (shifted,) = workers.start(1, shift)
    grade(class_of_ten, broker)
    shifted.terminate()
    assert shifted.wait(30) == 0


def test_the_grader_is_stopped_and_goes_on(class_of_ten, broker, workers):
    def stop():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        grade(class_of_ten, broker, stop)
    grade(class_of_ten, broker, after=0)


def post(broker, name="microgpt-test", version=None):
    """The grader's post at this broker; another version has a queue that no worker listens to."""
    from autograder.teach.farm import mail
    from autograder.teach.farm.job import version as kit_version

    return mail.mail_for(broker.url, name, version or kit_version(farm.kit_course()))


def a_job(source="", seconds=5.0):
    """A solved exercise as a job."""
    from autograder.notebook import solved
    from autograder.teach.farm.job import job_for
    from autograder.teach.grading import Terms

    return job_for(solved(farm.EXERCISE), "key", farm.kit_course(), Terms("seed", seconds=seconds)).to_json()


def answers_to(mail, tokens):
    """The answers, when all are there."""
    found = {}

    def all_there():
        found.update({token: meta for token, meta in mail.news(tokens) if meta["status"] in ("SUCCESS", "FAILURE")})
        return len(found) == len(tokens)

    farm.soon(all_there)
    return {token: meta["result"] for token, meta in found.items()}


def test_a_job_of_another_version_is_refused(broker, workers):
    mail = post(broker)
    mail.want(["other-version", "nonsense"])
    mail.send("other-version", {**a_job(), "version": "0123456789abcdef-3.99"})
    mail.send("nonsense", {"nonsense": 1})
    answers = answers_to(mail, ["other-version", "nonsense"])
    assert "install the same microgpt-kit" in answers["other-version"]["refused"]
    assert "(0123456789, Python 3.99)" in answers["other-version"]["refused"]
    assert "no job of the kit's" in answers["nonsense"]["refused"]


def test_a_judge_that_was_ended_by_the_time_limit_says_so(broker, monkeypatch):
    from celery.exceptions import TimeLimitExceeded

    from autograder.teach.farm import cluster

    monkeypatch.setattr(cluster, "PAUSE", 0.0)
    monkeypatch.setattr(cluster, "version", lambda course: "e" * 64 + "-3.99")  # a queue without workers
    answers = queue.Queue()
    judges = cluster.Cluster(broker.url, answers, silence=60)
    mail = post(broker)
    judges.submit("slow", {"job": {}})
    token = f"slow.{judges.run}"
    for _ in range(3):
        mail.app.backend.store_result(token, TimeLimitExceeded(1), "FAILURE")
        farm.soon(lambda: not mail.news([token]))
    answer = next(found for _, found in iter(lambda: answers.get(timeout=10), None) if "news" not in found)
    judges.close()
    assert "judging it took longer than 180 s, 3 times" in answer.get("lost", ""), answer


def test_nobody_but_workers_of_another_version(broker, workers, monkeypatch):
    from autograder.teach.farm import cluster

    monkeypatch.setattr(cluster, "PATIENCE", 0.0)
    monkeypatch.setattr(cluster, "version", lambda course: "f" * 64 + "-3.99")
    answers = queue.Queue()
    judges = cluster.Cluster(broker.url, answers, silence=0.1)
    judges.submit("nobody", {"job": {}})
    _, said = answers.get(timeout=10)
    judges.close()
    assert said["stop"]
    assert "these have another version and get nothing, update them: microgpt@" in said["news"]
    assert PASSWORD not in said["news"]


def test_a_wrong_password_is_said_at_once(class_of_ten, broker, workers):
    from autograder.teach.farm.cluster import Cluster
    from microgpt_ref.errors import UserError

    wrong = broker.url.replace(PASSWORD, "wrong")
    with pytest.raises(UserError, match="refuses this user or password"):
        farm.run(class_of_ten, judges=lambda answers: Cluster(wrong, answers))
    grade(class_of_ten, broker)


def test_no_password_in_logs_or_process_titles(class_of_ten, broker, workers):
    seen = []
    line = command("grade", str(class_of_ten.path), "--broker", broker.url, "--jobs=1")
    grader = subprocess.Popen(line, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    titles = ""
    while grader.poll() is None:
        shown = (Path("/proc") / str(grader.pid) / "cmdline").read_bytes().decode().replace("\0", " ")
        titles = shown if f"***@127.0.0.1:{broker.port}" in shown else titles
        time.sleep(0.1)
    assert grader.returncode == 0
    assert titles
    assert PASSWORD not in titles
    seen += grader.communicate()
    seen += [log.read_text() for _, log in workers.all]
    seen += [(class_of_ten.notes / "grade.log").read_text()]
    for process, _ in workers.all:
        if process.poll() is None:
            seen.append((Path("/proc") / str(process.pid) / "cmdline").read_text())
    assert not [text for text in seen if PASSWORD in text]


def test_no_password_in_tracebacks_and_errors():
    import logging

    from autograder.teach.farm import broker_url

    url = f"redis://:{PASSWORD}@127.0.0.1:1/0"
    assert broker_url.masked(url) == "redis://:***@127.0.0.1:1/0"
    factory = logging.getLogRecordFactory()
    try:
        broker_url.hide(url)
        try:
            raise ValueError(f"cannot reach {url}")
        except ValueError:
            record = logging.getLogRecordFactory()("x", logging.ERROR, "x", 1, "no %s", (url,), sys.exc_info())
        assert PASSWORD not in logging.Formatter().format(record)
    finally:
        logging.setLogRecordFactory(factory)
    for wrong in (f"redis://:{PASSWORD}@", f"http://:{PASSWORD}@x", f"redis://:a/{PASSWORD}@x:y", PASSWORD):
        ran = microgpt("worker", "--broker", wrong)
        assert ran.code == 2
        assert PASSWORD not in ran.text
        assert "--broker is an address such as" in ran.text
    assert urlsplit(url).password == PASSWORD


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed")
def test_with_tls_the_certificate_is_looked_at(tmp_path, monkeypatch):
    from autograder.teach.farm.worker import asked

    certificate = tmp_path / "broker.pem"
    line = (
        f"req -x509 -nodes -newkey rsa:2048 -days 2 -keyout {certificate} -out {tmp_path}/public.pem -subj /CN=broker"
    )
    subprocess.run(
        ["openssl", *line.split(), "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True
    )
    certificate.write_text(certificate.read_text() + (tmp_path / "public.pem").read_text())
    broker = Broker(tmp_path, certificate)
    broker.start()
    try:
        reached, why = asked(broker.url)
        assert not reached
        assert "has a certificate that is not trusted here; SSL_CERT_FILE can name" in why
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "public.pem"))
        assert asked(broker.url) == (True, "")
        assert asked(broker.url.replace("127.0.0.1", "localhost"))[1] == why  # another name than the certificate's
        assert post(broker).news(["nobody"]) == []
    finally:
        broker.stop()


def test_worker_check(broker):
    ran = microgpt("worker", "--check", "--broker", f"redis://127.0.0.1:{broker.port}/0")
    assert ran.code == 1  # the broker wants a password
    assert "✓ the sandbox" in ran.text
    assert "✓ judged 03_attention" in ran.text
    assert "refuses this user or password" in ran.text
    assert PASSWORD not in ran.text
    ran = microgpt("worker", "--check", "--broker", "redis://127.0.0.1:1/0")
    assert ran.code == 1
    assert "does not answer" in ran.text
    assert microgpt("worker", "--check").code == 0
