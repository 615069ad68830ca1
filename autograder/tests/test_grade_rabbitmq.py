"""Grading with RabbitMQ for a queue: thorough, and only where rabbitmq-server is installed."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.tests import farm
from autograder.tests.running import process as microgpt
from autograder.tests.test_grade_cluster import PASSWORD, Workers, grade, needed


def server():
    """Debian's rabbitmq-server on the path insists on one user; this is what it starts. None: there is none."""
    places = ("/usr/lib/rabbitmq/bin/rabbitmq-server", shutil.which("rabbitmq-server"))
    return next((place for place in places if place and os.access(place, os.X_OK)), None)


pytestmark = [
    pytest.mark.thorough,
    pytest.mark.skipif(not server() or sys.platform != "linux", reason="rabbitmq-server is not installed"),
    pytest.mark.skipif(bool(needed()), reason=needed()),
]


def free_ports(count):
    with contextlib.ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]


class Rabbit:
    """A RabbitMQ of our own on the loopback address, which keeps its queue on disk."""

    def __init__(self, folder):
        self.folder = folder
        self.port, between, self.names = free_ports(3)
        self.url = f"amqp://cs101:{PASSWORD}@127.0.0.1:{self.port}/"
        lines = [
            f"listeners.tcp.1 = 127.0.0.1:{self.port}",
            "distribution.listener.interface = 127.0.0.1",
            f"distribution.listener.port_range.min = {between}",
            f"distribution.listener.port_range.max = {between}",
            "default_user = cs101",
            f"default_pass = {PASSWORD}",
        ]
        (folder / "rabbitmq.conf").write_text("\n".join(lines) + "\n")
        self.environment = {
            **os.environ,
            "HOME": str(folder),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": str(self.names),
            "RABBITMQ_NODENAME": f"microgpt{self.port}@localhost",
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
            "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(folder / "log"),
        }

    def start(self):
        with (self.folder / "out.log").open("a") as log:
            self.process = subprocess.Popen(
                [server()], env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        farm.soon(self.answers, 60)

    def answers(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self):
        """Its own session, with all that it has started but for the server of names."""
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(60)

    def end(self):
        self.stop()
        subprocess.run(["epmd", "-port", str(self.names), "-kill"], stdout=subprocess.DEVNULL, check=False)


@pytest.fixture(scope="module")
def broker(tmp_path_factory):
    broker = Rabbit(tmp_path_factory.mktemp("rabbitmq"))
    broker.start()
    yield broker
    broker.end()


@pytest.fixture(scope="module")
def workers(broker, tmp_path_factory):
    workers = Workers(tmp_path_factory.mktemp("workers"), broker.url)
    workers.start(2)
    yield workers
    workers.stop()


def test_a_worker_is_killed_in_the_middle(class_of_ten, broker, workers):
    def kill():
        process, _ = next((process, log) for process, log in workers.all if process.poll() is None)
        for pid in (process.pid, *farm.children("", process.pid)):
            os.kill(pid, signal.SIGKILL)
        process.wait()

    try:
        grade(class_of_ten, broker, kill)
    finally:
        workers.start(1)


def test_rabbitmq_is_stopped_and_started_in_the_middle(class_of_ten, broker, workers):
    def stop_and_start():
        broker.stop()
        broker.start()

    said = grade(class_of_ten, broker, stop_and_start)
    assert [news for news in said if "does not answer" in news]
    assert "the broker is there again" in said


def test_a_wrong_password_is_one_line_and_no_password_is_shown(class_of_ten, broker, workers):
    wrong = {**os.environ, "MICROGPT_BROKER": broker.url.replace(PASSWORD, f"not-{PASSWORD}")}
    for words in (["grade", str(class_of_ten.path)], ["worker"], ["worker", "--check"]):
        ran = microgpt(*words, env=wrong)
        assert ran.returncode == (1 if "--check" in words else 2)
        assert "refuses this user or password" in (ran.stdout + ran.stderr).splitlines()[-1]
        assert "Traceback" not in ran.stderr
        assert PASSWORD not in ran.stdout + ran.stderr
    grade(class_of_ten, broker)
    shown = [log.read_text() for _, log in workers.all]
    shown += [Path(f"/proc/{one.pid}/cmdline").read_text() for one, _ in workers.all if one.poll() is None]
    shown += [path.read_text() for path in (broker.folder / "log").glob("*.log")]
    assert not [text for text in shown if PASSWORD in text]
