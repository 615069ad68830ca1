"""The wall around a child when grading: bubblewrap, with nothing inside but Python.

No network, no home, no repository, no other submission; an empty temporary folder that is gone afterwards; its own
processes, none of which outlives the child; limits on time, memory, processes, files and output.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import sysconfig
from functools import cached_property
from pathlib import Path

from microgpt_ref.errors import UserError

LIMITS = {
    "RLIMIT_AS": 1024 * 1024 * 1024,
    "RLIMIT_CPU": 60,
    "RLIMIT_CORE": 0,
    "RLIMIT_FSIZE": 8 * 1024 * 1024,
    "RLIMIT_NOFILE": 64,
    "RLIMIT_NPROC": 8,
}
ENVIRONMENT: dict[str, str] | None = {}  # of bwrap itself, too: a child may read that of its parent
TEMPORARY = 16 * 1024 * 1024
NOTHING = 4096  # a page, the smallest size there is: a folder without one takes half of the machine's memory
USR = Path("/usr")
NO_REASON = "no reason given"
INSTALL = "install bubblewrap (Debian, Ubuntu: apt install bubblewrap; Fedora: dnf install bubblewrap)"


class SandboxError(UserError):
    """The wall cannot be built here; one line with what to do."""


class Sandbox:
    """Builds the command that runs a child behind the wall."""

    limits = LIMITS
    environment = ENVIRONMENT

    def command(self, program: Path) -> list[str]:
        return [*self._wall, "--ro-bind", str(program), "/child.py", "--remount-ro", "/", "--", *self._inside]

    def explain(self, code: int) -> str:
        number = -code if code < 0 else code - 128
        try:
            return f"ended by {signal.Signals(number).name}: too much memory, time or too many processes?"
        except ValueError:
            return f"exit code {code}"

    def probe(self) -> None:
        """Build the wall once; say what is missing if it does not stand."""
        try:
            ran = subprocess.run(
                [*self._wall, "--", *self._inside[:-1], "-c", "print('inside')"],
                capture_output=True,
                text=True,
                env=self.environment,
                timeout=20,
            )
        except subprocess.TimeoutExpired as error:
            raise SandboxError(_refused(f"no answer within {error.timeout:g} s", INSTALL)) from None
        except OSError as error:
            why = f"{error.filename or 'bwrap'}: {error.strerror or error}"
            raise SandboxError(_refused(why, f"{INSTALL}, and see that you may run it")) from None
        if ran.stdout != "inside\n":
            why = (ran.stderr.strip().splitlines() or [NO_REASON])[-1]
            raise SandboxError(_refused(why, _advice(why)))

    @cached_property
    def _wall(self) -> list[str]:
        bwrap = shutil.which("bwrap")
        if sys.platform != "linux":
            raise SandboxError("the sandbox needs Linux: grade on a Linux machine, or with --no-sandbox")
        if not bwrap:
            raise SandboxError(f"the sandbox needs bubblewrap: {INSTALL}, or grade with --no-sandbox")
        wall = [bwrap, "--unshare-all"]
        if os.geteuid() == 0:
            # As root, a namespace of users would leave us root outside, and root has no limit on processes. So the
            # child becomes a user of its own, whom nothing belongs to, once the wall stands (see _inside).
            wall = [bwrap, "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"]
            wall += ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
        wall += ["--die-with-parent", "--new-session", "--clearenv", "--setenv", "LANG", "C.UTF-8"]
        return [
            *wall,
            *self._python_and_no_more,
            *("--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev"),
            *("--size", str(TEMPORARY), "--perms", "1777", "--tmpfs", "/tmp"),
            *("--chdir", "/tmp"),
        ]

    @cached_property
    def _python_and_no_more(self) -> list[str]:
        """The program, its library, and the system's libraries: of all that lies below /usr, nothing else.

        Submissions may lie there, too: /usr/local/share/nbgrader/exchange is where nbgrader's guide puts them.
        """
        seen = ["--dir", "/usr"]  # by name, or nobody but its owner may enter it
        for folder in ("/usr/lib", "/usr/lib64", "/lib", "/lib64"):
            if os.path.islink(folder):
                seen += ["--symlink", os.readlink(folder), folder]
            elif os.path.isdir(folder):
                seen += ["--ro-bind", folder, folder]
        if self._prefix != USR:
            seen += ["--dir", "/python"]
            for folder in ("lib", "lib64"):
                if (self._prefix / folder).is_dir():
                    seen += ["--ro-bind", str(self._prefix / folder), f"/python/{folder}"]
            # A Python built with a shared library looks for it where it was installed, not where it is seen inside.
            seen += ["--setenv", "LD_LIBRARY_PATH", "/python/lib"]
        seen += ["--dir", os.path.dirname(self._python), "--ro-bind", str(self._program), self._python]
        for packages in self._packages:
            seen += ["--size", str(NOTHING), "--perms", "0555", "--tmpfs", packages, "--remount-ro", packages]
        if os.geteuid() == 0:
            seen += ["--ro-bind", self._setpriv, "/setpriv"]
        return seen

    @cached_property
    def _inside(self) -> list[str]:
        python = [self._python, "-I", "-S", "-X", "utf8", "/child.py"]
        if os.geteuid() != 0:
            return python
        user = str(200_000 + os.getpid() % 100_000)
        return ["/setpriv", "--reuid", user, "--regid", user, "--clear-groups", "--no-new-privs", *python]

    @cached_property
    def _setpriv(self) -> str:
        if found := shutil.which("setpriv"):
            return found
        raise SandboxError("grading as root needs setpriv (package util-linux); or grade as an ordinary user")

    @cached_property
    def _prefix(self) -> Path:
        return Path(sys.base_prefix).resolve()

    @cached_property
    def _program(self) -> Path:
        """The Python that made this environment."""
        name = f"python{sys.version_info.major}.{sys.version_info.minor}"
        candidates = [self._prefix / "bin" / name, self._prefix / "bin" / "python3"]
        return next((path for path in candidates if path.exists()), Path(sys.executable)).resolve()

    @cached_property
    def _python(self) -> str:
        """The same, as it is called inside: beside its library, so that it finds it."""
        return f"{USR if self._prefix == USR else '/python'}/bin/{self._program.name}"

    @cached_property
    def _packages(self) -> list[str]:
        """The folders of installed packages, hidden: the kit itself may be among them."""
        version = f"python{sys.version_info.major}.{sys.version_info.minor}"
        found = {f"/usr/lib/{version}/site-packages", f"/usr/lib64/{version}/site-packages"}
        found = {path for path in {*found, "/usr/lib/python3/dist-packages"} if os.path.isdir(path)}
        for kind in ("purelib", "platlib"):
            path = Path(sysconfig.get_path(kind, vars={"base": str(self._prefix), "platbase": str(self._prefix)}))
            if path.is_dir() and self._prefix != USR and path.is_relative_to(self._prefix):
                found.add(str("/python" / path.relative_to(self._prefix)))
        return sorted(found)


def _advice(why: str) -> str:
    """What to do about this complaint."""
    if "setuid mode" in why:
        return "take the setuid bit off bwrap (chmod u-s), which no system of today needs"
    if "nknown option" in why:
        return "bubblewrap is too old, the sandbox takes 0.7 or newer (Debian 12, Ubuntu 24.04, Fedora 38): upgrade it"
    if why.startswith("bwrap:") or why == NO_REASON:
        return (
            "allow user namespaces (sysctl kernel.unprivileged_userns_clone=1; "
            "on Ubuntu also kernel.apparmor_restrict_unprivileged_userns=0)"
        )
    return "the Python of this environment does not start inside; make the environment with another one"


def _refused(why: str, advice: str) -> str:
    return f"the sandbox does not start ({why}): {advice}, or grade with --no-sandbox"
