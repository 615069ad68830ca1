"""A real JupyterHub for tests, with the configuration that the kit ships.

As root each person has an account, as on a real site: in namespaces of the test's own, so that this machine's
accounts stay as they are and every process ends with them. Otherwise all servers run as the one who runs the tests.
"""

from __future__ import annotations

import functools
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.request import urlopen

import pytest

import autograder
from autograder.teach.new_course import make_course

KIT = Path(autograder.__file__).resolve().parent
SHIPPED = KIT / "teach" / "deploy" / "jupyterhub_config.py"
COURSE = "cs101"
INSTRUCTOR = "instructor"
PASSWORD = "one-letter-at-a-time"
HASH = "$6$microgptkit$kmq99aS7WfJ1cArHiPPv5yq1U3bf32jQSvaW.Lmx3vSGnEwP7my7o4G.TyStWxlHZ5QnxQbrkq7xQbdfv31A7/"
NAMESPACES = ("unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--")


def needs_hub() -> None:
    """Skip where there is no hub or no proxy for it; CI must have both."""
    missing = [] if find_spec("jupyterhub") else ["jupyterhub (pip install 'jupyterhub>=5,<6')"]
    if not shutil.which("configurable-http-proxy"):
        missing.append("configurable-http-proxy (npm install -g configurable-http-proxy)")
    if missing:
        if os.environ.get("CI"):
            pytest.fail(f"CI must have {' and '.join(missing)}")
        pytest.skip(f"this machine lacks {' and '.join(missing)}")


@dataclass(frozen=True)
class Hub:
    """A hub with its people: where it is, and where they have their files."""

    address: str
    root: Path
    uids: dict[str, int]  # empty where all servers run as the one who runs the tests

    @property
    def course(self) -> Path:
        return self.root / "courses" / COURSE

    @property
    def exchange(self) -> Path:
        return self.root / "exchange"

    def home(self, name: str) -> Path:
        return self.root / "homes" / name

    def as_person(self, name: str, *command: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a command with this person's rights."""
        uid = self.uids[name]
        return subprocess.run(command, user=uid, group=uid, extra_groups=[], cwd="/", capture_output=True, text=True)


@contextmanager
def hub(people: tuple[str, ...]) -> Iterator[Hub]:
    """JupyterHub and its proxy with a new course, for these learners and the instructor."""
    # Not below pytest's own folder, which is closed to other accounts.
    root = Path(tempfile.mkdtemp(prefix="microgpt-hub-"))
    root.chmod(0o755)
    try:
        uids = _free_uids((*people, INSTRUCTOR)) if namespaces() else {}
        ports = _free_ports(3)
        running = Hub(f"http://127.0.0.1:{ports[0]}", root, uids)
        (root / "state").mkdir(mode=0o700)
        config = root / "state" / "jupyterhub_config.py"
        config.write_text(_configuration(running, ports), encoding="utf-8")
        command = [sys.executable, "-m", "jupyterhub", "-f", str(config)]
        if uids:
            command = [*NAMESPACES, "sh", "-e", "-c", _with_accounts(running, command)]
        with _started(command, running) as ready:
            _make_places(running, (*people, INSTRUCTOR))
            ready()
            yield running
    finally:
        shutil.rmtree(root, ignore_errors=True)


@functools.cache
def namespaces() -> bool:
    """Can this process have namespaces with accounts of their own?"""
    if os.geteuid() != 0 or not shutil.which("unshare"):
        return False
    return subprocess.run([*NAMESPACES, "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True).returncode == 0


def _free_uids(people: tuple[str, ...]) -> dict[str, int]:
    import grp
    import pwd

    taken = {account.pw_uid for account in pwd.getpwall()} | {group.gr_gid for group in grp.getgrall()}
    free = (uid for uid in range(20_000, 60_000) if uid not in taken)
    return dict(zip(people, free))


def _free_ports(count: int) -> list[int]:
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports: list[int] = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def _make_places(running: Hub, people: tuple[str, ...]) -> None:
    """What an administrator makes before the hub: homes, the exchange, the course folder of the instructor."""
    make_course(running.course, COURSE)
    running.course.chmod(0o700)
    running.exchange.mkdir()
    running.exchange.chmod(0o1777)
    for name in people:
        running.home(name).mkdir(parents=True, mode=0o700)
        settings = running.home(name) / ".jupyter/lab/user-settings/@jupyterlab/notebook-extension"
        settings.mkdir(parents=True)
        # Every cell stays on the page, so that a test can look at all of them.
        (settings / "tracker.jupyterlab-settings").write_text('{"windowingMode": "none"}')
        if not running.uids and name != INSTRUCTOR:  # nbgrader goes by the account, not by who signed in
            mine = f"c = get_config()\nc.CourseDirectory.student_id = {name!r}\n"
            (running.home(name) / ".jupyter" / "nbgrader_config.py").write_text(mine)
    owners = [(running.home(name), uid) for name, uid in running.uids.items()]
    owners += [(running.course, uid) for name, uid in running.uids.items() if name == INSTRUCTOR]
    for place, uid in owners:
        for path in (place, *place.rglob("*")):
            os.chown(path, uid, uid)


def _configuration(running: Hub, ports: list[int]) -> str:
    """The shipped configuration with this test's places, and below it what a second hub on a machine needs."""
    text = SHIPPED.read_text(encoding="utf-8")
    places = {"COURSE": running.course, "EXCHANGE": running.exchange, "SETTINGS": running.root / "settings"}
    for name, place in places.items():
        text, count = re.subn(rf"(?m)^{name} = Path\(.*?\)", f"{name} = Path({str(place)!r})", text)
        assert count == 1, f"jupyterhub_config.py does not set {name}"
    assert f'INSTRUCTOR = "{INSTRUCTOR}"' in text
    assert f'LEARNERS = "{COURSE}"' in text
    state = running.root / "state"
    lines = [
        f"c.JupyterHub.bind_url = {running.address!r}",
        f"c.JupyterHub.hub_bind_url = 'http://127.0.0.1:{ports[1]}'",
        f"c.ConfigurableHTTPProxy.api_url = 'http://127.0.0.1:{ports[2]}'",
        f"c.ConfigurableHTTPProxy.pid_file = {str(state / 'proxy.pid')!r}",
        f"c.JupyterHub.db_url = 'sqlite:///{state / 'hub.sqlite'}'",
        f"c.JupyterHub.cookie_secret_file = {str(state / 'cookie_secret')!r}",
        "c.Spawner.args = ['--LabApp.expose_app_in_browser=True']",
    ]
    if not running.uids:
        lines += [
            "c.JupyterHub.authenticator_class = 'dummy'",
            f"c.DummyAuthenticator.password = {PASSWORD!r}",
            "c.Authenticator.allow_all = True",
            "c.JupyterHub.spawner_class = 'simple'",
            f"c.SimpleLocalProcessSpawner.home_dir_template = {str(running.root / 'homes' / '{username}')!r}",
        ]
        if os.geteuid() == 0:
            lines.append("c.Spawner.args.append('--allow-root')")
    return "\n".join([text, *lines, ""])


def _with_accounts(running: Hub, command: list[str]) -> str:
    """A shell script, for a namespace: make the accounts known, open the way to the kit, begin."""
    learners = ",".join(name for name in running.uids if name != INSTRUCTOR)
    files: dict[str, list[str]] = {
        "passwd": [f"{name}:x:{uid}:{uid}::{running.home(name)}:/bin/bash" for name, uid in running.uids.items()],
        "shadow": [f"{name}:{HASH}:20000:0:99999:7:::" for name in running.uids],
        "group": [f"{COURSE}:x:{max(running.uids.values()) + 1}:{learners}"]
        + [f"{name}:x:{uid}:" for name, uid in running.uids.items()],
    }
    script = []
    for name, lines in files.items():
        found, own = Path("/etc", name), running.root / "state" / name
        shutil.copy(found, own)  # keeps the mode
        with open(own, "a", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in lines)
        script.append(f"mount --bind {own} {found}")
    # A Python in root's home, say: others may pass through, in the namespace only.
    for number, closed in enumerate(_closed([Path(sys.base_prefix), Path(sys.prefix), KIT])):
        above = running.root / "state" / f"above-{number}"
        above.mkdir()
        script += [
            f"mount -t tmpfs tmpfs {above}",
            f"mkdir {above}/upper {above}/work",
            f"mount -t overlay overlay -o lowerdir={closed},upperdir={above}/upper,workdir={above}/work {closed}",
            f"chmod a+x {closed}",
        ]
    return "\n".join([*script, f"exec {shlex.join(command)}"])


def _closed(paths: list[Path]) -> list[Path]:
    """The folders on the way to these that others may not pass through, from the top."""
    ways = {folder for path in paths for folder in (path, *path.parents)}
    return sorted(folder for folder in ways if not folder.stat().st_mode & 0o001)


@contextmanager
def _started(command: list[str], running: Hub) -> Iterator[Callable[[], None]]:
    log = running.root / "state" / "hub.log"
    with open(log, "w") as output:
        process = subprocess.Popen(
            command, cwd=running.root / "state", stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        yield lambda: _wait_for(f"{running.address}/hub/health", process, log)
    finally:
        # With namespaces, the end of the first process is the end of all; without, the hub has to stop the servers.
        process.send_signal(signal.SIGKILL if running.uids else signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(20)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait_for(address: str, process: subprocess.Popen, log: Path) -> None:
    for _ in range(240):
        try:
            urlopen(address, timeout=1).close()
            return
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.25)
    raise RuntimeError(f"JupyterHub did not start:\n{log.read_text()[-3000:]}")
